-- The whole schema as a new file gets it. An older file gets there by
-- migrations/; a test holds the two equal.

-- What the directory is made of. A record is what an editor changes as a whole:
-- an organization, a phone, a service with its sources, an article in one
-- language. Every question is answered from the directory in memory, which is
-- built from these rows, so the body needs no columns of its own.
CREATE TABLE record (
    kind    TEXT NOT NULL,              -- organization, phone, service, protection, fact, article, protection_text, service_text, examples
    id      TEXT NOT NULL,              -- unique within the kind; texts: "<what>/<language>"
    body    TEXT NOT NULL CHECK (json_valid(body)),
    shipped TEXT CHECK (json_valid(shipped)), -- body as the newest release ships it; NULL: not shipped. Equal to body: nobody edited it
    retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1)),
    revision INTEGER NOT NULL DEFAULT 1, -- counts the changes
    differs INTEGER NOT NULL DEFAULT 0 CHECK (differs IN (0, 1)), -- a release shipped something new after an editor's change, and nobody has decided
    dropped INTEGER NOT NULL DEFAULT 0 CHECK (dropped IN (0, 1)), -- retired because a release no longer ships it, not by an editor
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- Single values of the program itself.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,             -- shipped (digest of the newest seed), webhook_secret
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The only thing kept about a chat: the language and country chosen in it.
CREATE TABLE chat (
    key      BLOB PRIMARY KEY,          -- HMAC-SHA-256 of the chat id; the HMAC key is not in this file
    language TEXT NOT NULL,             -- BCP 47
    country  TEXT NOT NULL              -- ISO 3166-1 alpha-2, '' if none was chosen
) STRICT, WITHOUT ROWID;

-- Votes on answers, by calendar month. Nothing about who voted.
CREATE TABLE vote (
    month    TEXT NOT NULL,             -- YYYY-MM
    topic    TEXT NOT NULL,
    language TEXT NOT NULL,
    country  TEXT NOT NULL,
    up       INTEGER NOT NULL DEFAULT 0,
    down     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (month, topic, language, country)
) STRICT, WITHOUT ROWID;

-- Reports that a line does not answer or has another number, by month.
CREATE TABLE wrong_number (
    month   TEXT NOT NULL,              -- YYYY-MM
    service TEXT NOT NULL,
    reports INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (month, service)
) STRICT, WITHOUT ROWID;

-- Questions that found no answer, by month and the group of their likeliest
-- topic. Never a text.
CREATE TABLE unanswered (
    month     TEXT NOT NULL,            -- YYYY-MM
    grp       TEXT NOT NULL,
    language  TEXT NOT NULL,
    country   TEXT NOT NULL,
    questions INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (month, grp, language, country)
) STRICT, WITHOUT ROWID;

-- Updates from Telegram that are not answered yet. A row goes as soon as its
-- answer is out.
CREATE TABLE waiting (
    bot        INTEGER NOT NULL,        -- id of the bot that was written to
    update_id  INTEGER NOT NULL,        -- Telegram's, unique within the bot
    received   INTEGER NOT NULL,        -- Unix milliseconds
    urgent     INTEGER NOT NULL CHECK (urgent IN (0, 1)),
    not_before INTEGER NOT NULL,        -- Unix milliseconds of the next try, 0 = at once
    tries      INTEGER NOT NULL,        -- of sending the answer
    sent       INTEGER NOT NULL,        -- messages of the answer that are out already
    body       BLOB NOT NULL,           -- the update, sealed with a key that is not in this file
    PRIMARY KEY (bot, update_id)
) STRICT, WITHOUT ROWID;

-- Updates answered in the last days, so that none is answered twice.
CREATE TABLE answered (
    bot       INTEGER NOT NULL,
    update_id INTEGER NOT NULL,
    day       INTEGER NOT NULL,         -- days since 1970
    PRIMARY KEY (bot, update_id)
) STRICT, WITHOUT ROWID;

-- Who uses the desk. Nobody is deleted: a name stays in the history.
CREATE TABLE editor (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('contributor', 'editor', 'administrator')),
    countries     TEXT NOT NULL CHECK (json_valid(countries)),         -- array of ISO 3166-1 alpha-2; empty: all
    organizations TEXT NOT NULL CHECK (json_valid(organizations)),     -- array of record ids; empty: all
    language      TEXT NOT NULL,        -- BCP 47, of the desk
    monthly       INTEGER NOT NULL DEFAULT 0 CHECK (monthly IN (0, 1)), -- wants what is due once a month in Telegram
    removed       INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
    handle        BLOB NOT NULL,        -- random; by which a passkey knows its editor
    chat_key      BLOB UNIQUE,          -- HMAC-SHA-256 of the chat id in Telegram; NULL: not connected
    chat          BLOB,                 -- the chat id, sealed with a key that is not in this file
    reminded      TEXT NOT NULL DEFAULT '' -- YYYY-MM of the last monthly message
) STRICT;

CREATE UNIQUE INDEX editor_name ON editor (name) WHERE removed = 0;

-- One-time links, by the hash of their secret.
CREATE TABLE one_time_link (
    hash    BLOB PRIMARY KEY,
    editor  INTEGER NOT NULL REFERENCES editor,
    purpose TEXT NOT NULL CHECK (purpose IN ('sign_in', 'telegram')),
    expires INTEGER NOT NULL            -- Unix seconds
) STRICT, WITHOUT ROWID;

-- Who is signed in, by the hash of the cookie's secret.
CREATE TABLE desk_session (
    hash   BLOB PRIMARY KEY,
    editor INTEGER NOT NULL REFERENCES editor,
    id     TEXT NOT NULL UNIQUE,        -- by which it is listed and ended
    device TEXT NOT NULL,               -- such as "Firefox, Linux"
    began  INTEGER NOT NULL,            -- Unix seconds
    seen   INTEGER NOT NULL             -- Unix seconds of the last request
) STRICT, WITHOUT ROWID;

CREATE TABLE passkey (
    id         BLOB PRIMARY KEY,        -- credential id
    editor     INTEGER NOT NULL REFERENCES editor,
    name       TEXT NOT NULL,
    credential TEXT NOT NULL CHECK (json_valid(credential)), -- public key and counters, as go-webauthn keeps them
    added      INTEGER NOT NULL,        -- Unix seconds
    used       INTEGER NOT NULL         -- Unix seconds, 0: never
) STRICT, WITHOUT ROWID;

-- Changes that somebody proposed, whatever became of them.
CREATE TABLE proposal (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    editor  INTEGER NOT NULL,           -- 0: the operator
    at      INTEGER NOT NULL,           -- Unix seconds
    origin  TEXT NOT NULL,
    reason  TEXT NOT NULL,
    source  TEXT NOT NULL,
    state   TEXT NOT NULL CHECK (state IN ('waiting', 'published', 'rejected', 'withdrawn')),
    decider INTEGER NOT NULL DEFAULT 0,
    decided INTEGER NOT NULL DEFAULT 0, -- Unix seconds
    note    TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX proposal_waiting ON proposal (id) WHERE state = 'waiting';

CREATE TABLE proposed_change (
    proposal INTEGER NOT NULL REFERENCES proposal,
    place    INTEGER NOT NULL,          -- order within the proposal
    kind     TEXT NOT NULL,
    id       TEXT NOT NULL,
    base     INTEGER NOT NULL,          -- revision that it was made from, 0: the record is new
    body     TEXT CHECK (json_valid(body)), -- NULL: retire the record
    PRIMARY KEY (proposal, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX proposed_change_record ON proposed_change (kind, id);

-- Events at which the directory changed, and what each made of which record.
CREATE TABLE publication (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,          -- Unix seconds
    editor   INTEGER NOT NULL,          -- 0: the program, for a new release
    action   TEXT NOT NULL,
    proposal INTEGER NOT NULL DEFAULT 0,
    reason   TEXT NOT NULL DEFAULT '',
    source   TEXT NOT NULL DEFAULT '',
    alone    INTEGER NOT NULL DEFAULT 0 CHECK (alone IN (0, 1)), -- nobody else had looked
    undoes   INTEGER NOT NULL DEFAULT 0,
    undone   INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE version (
    kind        TEXT NOT NULL,
    id          TEXT NOT NULL,
    revision    INTEGER NOT NULL,       -- that the record has since
    publication INTEGER NOT NULL REFERENCES publication,
    before      TEXT,                   -- body; NULL: the record was not public
    after       TEXT,                   -- body; NULL: it is not public since
    PRIMARY KEY (kind, id, revision)
) STRICT, WITHOUT ROWID;

CREATE INDEX version_publication ON version (publication);

-- What was done at the desk. It is only ever appended to.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,           -- Unix seconds
    editor  INTEGER NOT NULL,           -- 0: the program or its operator
    name    TEXT NOT NULL,              -- of the editor, at that time
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    before  TEXT NOT NULL,
    after   TEXT NOT NULL
) STRICT;

CREATE INDEX audit_links ON audit (at) WHERE action = 'sign_in_link'; -- how many were made lately

CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is only appended to'); END;

CREATE TRIGGER audit_grows BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) BEGIN SELECT raise(ABORT, 'the audit log is only appended to'); END;

CREATE TRIGGER audit_remains BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is only appended to'); END;

-- Countries for which one person may publish alone.
CREATE TABLE four_eyes_off (
    country TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- How the pages that the directory names answered when they were last asked.
CREATE TABLE page_check (
    url     TEXT PRIMARY KEY,
    checked INTEGER NOT NULL,           -- Unix seconds
    status  INTEGER NOT NULL,           -- of HTTP; 0: no answer
    failing INTEGER NOT NULL            -- Unix seconds since when it fails, 0: it answers
) STRICT, WITHOUT ROWID;
