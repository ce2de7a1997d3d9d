// Package sqlite holds every SQL statement of Prystan: the one database file,
// its schema and migrations, the directory's records, the counts and the
// choices of chats.
//
// The exported methods each open their own transaction; unexported helpers work
// inside one.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strconv"
	"strings"
	"sync"

	driver "modernc.org/sqlite" // pure Go
)

//go:embed schema.sql
var schema string

//go:embed all:migrations
var migrations embed.FS

// schemaVersion is the PRAGMA user_version of schema.sql. Raising it by one
// comes with migrations/<new version>.sql, which brings a file of the version
// before to it.
const schemaVersion = 3

// applicationID marks the file as Prystan's ("PRYS").
const applicationID = 0x50525953

// Errors that callers tell apart.
var (
	ErrNewer   = errors.New("the database was written by a newer version of prystan")
	ErrForeign = errors.New("the database belongs to another program")
)

// DB is the open database. It is safe for concurrent use.
type DB struct {
	sql    *sql.DB
	path   string
	unlock func() // lets a restore begin
	probe  probe

	statements sync.Map // query -> *sql.Stmt; see prepared
	chats      chats

	// writing is held by whoever writes: within this process, writers wait in a
	// fair order rather than by asking SQLite again and again.
	writing sync.Mutex
}

// Open opens the database file, creating it if there is none, and migrates it
// to the schema of this version in one transaction. It fails with ErrNewer or
// ErrForeign and then leaves the file as it was. Nobody can restore the database
// until it is closed.
func Open(ctx context.Context, path string) (*DB, error) {
	unlock, err := lockShared(path)
	if err != nil {
		return nil, fmt.Errorf("opening database: %w", err)
	}
	// As SQLite itself does on Linux: the time of the file, which is all that
	// fsync would write beyond it, nobody needs. Where there is none, it fails.
	_, _ = driver.Fdatasync(true)
	pool, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		unlock()
		return nil, fmt.Errorf("opening database: %w", err)
	}
	pool.SetMaxIdleConns(idle)
	db := &DB{sql: pool, path: path, unlock: unlock}
	if err := db.migrate(ctx); err != nil {
		if full := roomBeside(path); full != nil {
			err = fmt.Errorf("its disk is full or read-only, and a start needs to write a little: %w", err)
		}
		return nil, errors.Join(fmt.Errorf("opening database: %w", err), db.Close())
	}
	return db, nil
}

// dsn puts the pragmas into the connection string, so that every pooled
// connection has them. Write transactions begin immediate, so that two of them
// wait for each other rather than fail.
func dsn(path string) string {
	q := url.Values{}
	for _, pragma := range []string{
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)",
		"foreign_keys(1)", "secure_delete(1)",
	} {
		q.Add("_pragma", pragma)
	}
	q.Set("_txlock", "immediate")
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// Close closes the database.
func (db *DB) Close() error {
	defer db.unlock()
	if err := db.sql.Close(); err != nil {
		return fmt.Errorf("closing database: %w", err)
	}
	return nil
}

// Ping reports whether the database can be read.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	if err := db.sql.QueryRowContext(ctx, `SELECT 1 FROM setting LIMIT 1`).Scan(&one); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("reading database: %w", err)
	}
	return nil
}

func (db *DB) migrate(ctx context.Context) error {
	return db.write(ctx, func(tx *sql.Tx) error {
		var version, app, tables int
		if err := tx.QueryRowContext(ctx, `SELECT
			(SELECT user_version FROM pragma_user_version),
			(SELECT application_id FROM pragma_application_id),
			(SELECT count(*) FROM sqlite_schema)`).Scan(&version, &app, &tables); err != nil {
			return fmt.Errorf("reading schema version: %w", err)
		}
		switch {
		case tables == 0:
			return initialise(ctx, tx)
		case app != applicationID:
			return ErrForeign
		case version > schemaVersion:
			return fmt.Errorf("%w (schema %d, this is %d)", ErrNewer, version, schemaVersion)
		}
		return upgrade(ctx, tx, version, schemaVersion)
	})
}

func initialise(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, schema); err != nil {
		return fmt.Errorf("creating schema: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "PRAGMA application_id = "+strconv.Itoa(applicationID)); err != nil {
		return fmt.Errorf("marking file: %w", err)
	}
	return setVersion(ctx, tx, schemaVersion)
}

func upgrade(ctx context.Context, tx *sql.Tx, from, to int) error {
	for v := from + 1; v <= to; v++ {
		step, err := fs.ReadFile(migrations, fmt.Sprintf("migrations/%d.sql", v))
		if err != nil {
			return fmt.Errorf("reading migration to schema %d: %w", v, err)
		}
		if _, err := tx.ExecContext(ctx, string(step)); err != nil {
			return fmt.Errorf("migrating to schema %d: %w", v, err)
		}
	}
	return setVersion(ctx, tx, to)
}

func setVersion(ctx context.Context, tx *sql.Tx, v int) error {
	if _, err := tx.ExecContext(ctx, "PRAGMA user_version = "+strconv.Itoa(v)); err != nil {
		return fmt.Errorf("setting schema version: %w", err)
	}
	return nil
}

// write runs do in one transaction.
func (db *DB) write(ctx context.Context, do func(*sql.Tx) error) error {
	db.writing.Lock()
	defer db.writing.Unlock()
	return inTransaction(ctx, db.sql, do)
}

// inTransaction runs do in one transaction of a pool or a connection.
func inTransaction(ctx context.Context, on interface {
	BeginTx(ctx context.Context, opts *sql.TxOptions) (*sql.Tx, error)
}, do func(*sql.Tx) error) error {
	tx, err := on.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning transaction: %w", err)
	}
	if err := do(tx); err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing transaction: %w", err)
	}
	return nil
}

// exec runs one statement that writes.
func (db *DB) exec(ctx context.Context, statement string, args ...any) error {
	db.writing.Lock()
	defer db.writing.Unlock()
	_, err := db.sql.ExecContext(ctx, statement, args...)
	return err
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// summary is the first few of what was found.
func summary(found []string) string {
	const most = 3
	if more := len(found) - most; more > 0 {
		found = append(found[:most:most], fmt.Sprintf("and %d more", more))
	}
	return strings.ReplaceAll(strings.Join(found, "; "), "\n", " ")
}

// Verify returns what SQLite finds wrong with the file, or nil.
func (db *DB) Verify(ctx context.Context) error {
	rows, err := db.sql.QueryContext(ctx, `PRAGMA integrity_check`)
	if err != nil {
		return fmt.Errorf("checking database: %w", err)
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return fmt.Errorf("checking database: %w", err)
		}
		if line != "ok" {
			found = append(found, line)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("checking database: %w", err)
	}
	if len(found) > 0 {
		return fmt.Errorf("checking database: %w: %s", ErrDamaged, summary(found))
	}
	return nil
}
