ALTER TABLE record ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;

ALTER TABLE record ADD COLUMN differs INTEGER NOT NULL DEFAULT 0 CHECK (differs IN (0, 1));

ALTER TABLE record ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0 CHECK (dropped IN (0, 1));

UPDATE record SET dropped = 1 WHERE retired = 1;

CREATE TABLE editor (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('contributor', 'editor', 'administrator')),
    countries     TEXT NOT NULL CHECK (json_valid(countries)),
    organizations TEXT NOT NULL CHECK (json_valid(organizations)),
    language      TEXT NOT NULL,
    monthly       INTEGER NOT NULL DEFAULT 0 CHECK (monthly IN (0, 1)),
    removed       INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
    handle        BLOB NOT NULL,
    chat_key      BLOB UNIQUE,
    chat          BLOB,
    reminded      TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE UNIQUE INDEX editor_name ON editor (name) WHERE removed = 0;

CREATE TABLE one_time_link (
    hash    BLOB PRIMARY KEY,
    editor  INTEGER NOT NULL REFERENCES editor,
    purpose TEXT NOT NULL CHECK (purpose IN ('sign_in', 'telegram')),
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE desk_session (
    hash   BLOB PRIMARY KEY,
    editor INTEGER NOT NULL REFERENCES editor,
    id     TEXT NOT NULL UNIQUE,
    device TEXT NOT NULL,
    began  INTEGER NOT NULL,
    seen   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE passkey (
    id         BLOB PRIMARY KEY,
    editor     INTEGER NOT NULL REFERENCES editor,
    name       TEXT NOT NULL,
    credential TEXT NOT NULL CHECK (json_valid(credential)),
    added      INTEGER NOT NULL,
    used       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE proposal (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    editor  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    origin  TEXT NOT NULL,
    reason  TEXT NOT NULL,
    source  TEXT NOT NULL,
    state   TEXT NOT NULL CHECK (state IN ('waiting', 'published', 'rejected', 'withdrawn')),
    decider INTEGER NOT NULL DEFAULT 0,
    decided INTEGER NOT NULL DEFAULT 0,
    note    TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX proposal_waiting ON proposal (id) WHERE state = 'waiting';

CREATE TABLE proposed_change (
    proposal INTEGER NOT NULL REFERENCES proposal,
    place    INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    id       TEXT NOT NULL,
    base     INTEGER NOT NULL,
    body     TEXT CHECK (json_valid(body)),
    PRIMARY KEY (proposal, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX proposed_change_record ON proposed_change (kind, id);

CREATE TABLE publication (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    editor   INTEGER NOT NULL,
    action   TEXT NOT NULL,
    proposal INTEGER NOT NULL DEFAULT 0,
    reason   TEXT NOT NULL DEFAULT '',
    source   TEXT NOT NULL DEFAULT '',
    alone    INTEGER NOT NULL DEFAULT 0 CHECK (alone IN (0, 1)),
    undoes   INTEGER NOT NULL DEFAULT 0,
    undone   INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE version (
    kind        TEXT NOT NULL,
    id          TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    publication INTEGER NOT NULL REFERENCES publication,
    before      TEXT,
    after       TEXT,
    PRIMARY KEY (kind, id, revision)
) STRICT, WITHOUT ROWID;

CREATE INDEX version_publication ON version (publication);

CREATE TABLE audit (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    editor  INTEGER NOT NULL,
    name    TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    before  TEXT NOT NULL,
    after   TEXT NOT NULL
) STRICT;

CREATE INDEX audit_links ON audit (at) WHERE action = 'sign_in_link';

CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is only appended to'); END;

CREATE TRIGGER audit_grows BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) BEGIN SELECT raise(ABORT, 'the audit log is only appended to'); END;

CREATE TRIGGER audit_remains BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is only appended to'); END;

CREATE TABLE four_eyes_off (
    country TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE page_check (
    url     TEXT PRIMARY KEY,
    checked INTEGER NOT NULL,
    status  INTEGER NOT NULL,
    failing INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
