package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	driver "modernc.org/sqlite"
)

// Errors of backing up and restoring that callers tell apart.
var (
	ErrExists  = errors.New("a file of that name is there already")
	ErrInUse   = errors.New("another program has the database open (the service, Litestream)")
	ErrDamaged = errors.New("the file is damaged")
)

// tempPrefix begins the name of a copy that is not finished; one of a process
// that was killed is removed by the next when it is a day old.
const tempPrefix = ".prystan-unfinished-"

// Backup writes a consistent copy of a database to file while others read and
// write the database, whatever its schema. Updates that wait for their answer
// and the webhook's secret are left out of it. The copy stands under the name
// of file only once it is whole and checked, however the process ends. It fails
// with ErrExists if there is a file already, unless it is to replace one; it
// never replaces what is no copy of Prystan's.
func Backup(ctx context.Context, database, file string, replace bool) error {
	if err := backup(ctx, database, file, replace); err != nil {
		return fmt.Errorf("backing up: %w", err)
	}
	return nil
}

func backup(ctx context.Context, database, file string, replace bool) error {
	if err := mayWrite(database, file, replace); err != nil {
		return err
	}
	temp, err := newTemp(filepath.Dir(file))
	if err != nil {
		return err
	}
	defer dropTemp(temp)
	if err := copyInto(ctx, database, temp); err != nil {
		return err
	}
	if err := strip(ctx, temp); err != nil {
		return err
	}
	if err := inspectFile(ctx, temp); err != nil {
		return fmt.Errorf("checking the copy: %w", err)
	}
	return install(temp, file, replace)
}

// mayWrite says why file may not be written, nil if it may.
func mayWrite(database, file string, replace bool) error {
	there, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !replace:
		return fmt.Errorf("%s: %w", file, ErrExists)
	case !there.Mode().IsRegular():
		return fmt.Errorf("%s is no ordinary file", file)
	}
	for _, part := range []string{"", "-wal", "-shm", lockSuffix} {
		if live, err := os.Stat(database + part); err == nil && os.SameFile(live, there) {
			return fmt.Errorf("%s belongs to the database itself", file)
		}
	}
	if there.Size() > 0 && !ours(file) {
		return fmt.Errorf("%s is no copy of a Prystan database and is not replaced", file)
	}
	return nil
}

// ours reports whether the first bytes of a finished copy are those of our
// databases.
func ours(file string) bool {
	_, ok := head(file)
	return ok
}

// head returns the length that a finished copy has by its first bytes, false if
// these are not ours.
func head(file string) (length int64, ok bool) {
	f, err := os.Open(file)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	b := make([]byte, 72)
	if _, err := f.ReadAt(b, 0); err != nil {
		return 0, false
	}
	page := int64(binary.BigEndian.Uint16(b[16:]))
	if page == 1 {
		page = 65536
	}
	ok = string(b[:16]) == "SQLite format 3\x00" && string(b[68:72]) == "PRYS"
	return page * int64(binary.BigEndian.Uint32(b[28:])), ok
}

// newTemp makes an empty file that only its owner may read.
func newTemp(folder string) (string, error) {
	left, _ := filepath.Glob(filepath.Join(folder, tempPrefix+"*")) // a folder that is no pattern has none
	for _, file := range left {
		if info, err := os.Stat(file); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			os.Remove(file)
		}
	}
	f, err := os.CreateTemp(folder, tempPrefix+"*")
	if err != nil {
		return "", fmt.Errorf("making a file beside the target: %w", err)
	}
	return f.Name(), f.Close()
}

func dropTemp(temp string) {
	os.Remove(temp)
	os.Remove(temp + "-journal")
}

// copyInto writes what stands in a database at one moment into an empty file.
func copyInto(ctx context.Context, database, temp string) error {
	if _, err := os.Stat(database); err != nil {
		return err
	}
	return withFile(ctx, database, "mode=rw&_pragma=busy_timeout(5000)", func(db *sql.DB) error {
		if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, temp); err != nil {
			return fmt.Errorf("copying: %w", err)
		}
		return nil
	})
}

// strip takes out of a copy what no backup may hold.
func strip(ctx context.Context, temp string) error {
	const how = "mode=rw&_pragma=secure_delete(1)&_pragma=journal_mode(MEMORY)&_pragma=temp_store(MEMORY)&_pragma=synchronous(OFF)"
	return withFile(ctx, temp, how, func(db *sql.DB) error {
		var removed int64
		for _, r := range []struct{ table, statement string }{
			{"waiting", `DELETE FROM waiting`},
			{"setting", `DELETE FROM setting WHERE name = 'webhook_secret'`},
			// Whoever signed out, or was sent away, must not be back with an old copy.
			{"desk_session", `DELETE FROM desk_session`},
			{"one_time_link", `DELETE FROM one_time_link`},
		} {
			n, err := removeAll(ctx, db, r.table, r.statement)
			if err != nil {
				return err
			}
			removed += n
		}
		if removed == 0 {
			return nil
		}
		if _, err := db.ExecContext(ctx, `VACUUM`); err != nil {
			return fmt.Errorf("cleaning the copy: %w", err)
		}
		return nil
	})
}

// removeAll runs a DELETE if its table is there and returns how many rows went.
func removeAll(ctx context.Context, db *sql.DB, table, statement string) (int64, error) {
	var there int
	err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?`, table).Scan(&there)
	if err != nil || there == 0 {
		return 0, err
	}
	result, err := db.ExecContext(ctx, statement)
	if err != nil {
		return 0, fmt.Errorf("cleaning the copy: %w", err)
	}
	return result.RowsAffected()
}

// install gives a finished file its name, so that after a crash there is all of
// it or nothing.
func install(temp, file string, replace bool) error {
	if err := syncFile(temp); err != nil {
		return err
	}
	if replace {
		if err := os.Rename(temp, file); err != nil {
			return err
		}
	} else if err := renameNew(temp, file); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(file))
}

// renameNew renames a file and never overwrites another. Some file systems have
// no links; there, the name is looked at first.
func renameNew(temp, file string) error {
	err := os.Link(temp, file)
	switch {
	case err == nil:
		return os.Remove(temp)
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s: %w", file, ErrExists)
	}
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", file, ErrExists)
	}
	return os.Rename(temp, file)
}

func syncFile(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncFolder makes a new name durable where the system can do that.
func syncFolder(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrInvalid) || errors.Is(err, fs.ErrPermission) {
		err = nil
	}
	return errors.Join(err, f.Close())
}

// withFile opens a file with the given parameters for the time of use, on one
// connection.
func withFile(ctx context.Context, path, parameters string, use func(*sql.DB) error) error {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+parameters)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	return errors.Join(use(db), db.Close())
}

// Inspect reads a finished copy from end to end. It fails with ErrForeign,
// ErrNewer or ErrDamaged, and with another error if it cannot be read.
func Inspect(ctx context.Context, file string) error {
	if err := inspectFile(ctx, file); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

func inspectFile(ctx context.Context, file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	length, ok := head(file)
	switch {
	case !info.Mode().IsRegular():
		return errors.New("this is no ordinary file")
	case !ok:
		return ErrForeign
	case length != info.Size():
		return fmt.Errorf("%w: it has %d bytes of %d", ErrDamaged, info.Size(), length)
	}
	// Immutable: a copy is nobody's to write, and leaves no files beside it.
	return withFile(ctx, file, "mode=ro&immutable=1", func(pool *sql.DB) error { return inspect(ctx, &DB{sql: pool}) })
}

func inspect(ctx context.Context, db *DB) error {
	version, err := db.version(ctx)
	if err != nil {
		return asDamaged(err)
	}
	if version > schemaVersion {
		return fmt.Errorf("%w (schema %d, this is %d)", ErrNewer, version, schemaVersion)
	}
	if err := db.Verify(ctx); err != nil {
		return asDamaged(err)
	}
	_, err = db.Records(ctx)
	return asDamaged(err)
}

func (db *DB) version(ctx context.Context) (int, error) {
	var version int
	if err := db.sql.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return 0, fmt.Errorf("reading schema version: %w", err)
	}
	return version, nil
}

// Result codes of SQLite, without what their upper bits tell in detail.
const (
	codeBusy    = 5
	codeCorrupt = 11
	codeNotADB  = 26
)

func codeOf(err error) int {
	var e *driver.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// IsDamaged reports whether err came from a file that is no whole database.
func IsDamaged(err error) bool {
	code := codeOf(err)
	return errors.Is(err, ErrDamaged) || code == codeCorrupt || code == codeNotADB
}

func asDamaged(err error) error {
	if IsDamaged(err) && !errors.Is(err, ErrDamaged) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}
