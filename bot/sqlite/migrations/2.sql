CREATE TABLE waiting (
    bot        INTEGER NOT NULL,
    update_id  INTEGER NOT NULL,
    received   INTEGER NOT NULL,
    urgent     INTEGER NOT NULL CHECK (urgent IN (0, 1)),
    not_before INTEGER NOT NULL,
    tries      INTEGER NOT NULL,
    sent       INTEGER NOT NULL,
    body       BLOB NOT NULL,
    PRIMARY KEY (bot, update_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE answered (
    bot       INTEGER NOT NULL,
    update_id INTEGER NOT NULL,
    day       INTEGER NOT NULL,
    PRIMARY KEY (bot, update_id)
) STRICT, WITHOUT ROWID;
