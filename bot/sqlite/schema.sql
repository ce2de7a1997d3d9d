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
