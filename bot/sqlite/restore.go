package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Restore puts a copy that Backup made in the place of a database. The copy is
// read from end to end first. It fails with ErrInUse while anybody has the
// database open, and with ErrExists if there is a database already, unless it
// is to replace one. What it replaces is kept beside it, under the returned
// name; at every moment one of the two stands under the database's name.
func Restore(ctx context.Context, file, database string, replace bool, now time.Time) (kept string, err error) {
	if kept, err = restore(ctx, file, database, replace, now); err != nil {
		return kept, fmt.Errorf("restoring: %w", err)
	}
	return kept, nil
}

// lockSuffix ends the name of the file whose lock says who has a database open.
// The file is empty and stays: removing it would let two hold the lock.
const lockSuffix = "-lock"

func restore(ctx context.Context, file, database string, replace bool, now time.Time) (string, error) {
	// First what costs nothing, then a look at the original, so that its name
	// stands in the error; what is put in place is looked at again.
	if err := mayRestore(file, database, replace); err != nil {
		return "", err
	}
	if err := Inspect(ctx, file); err != nil {
		return "", err
	}
	unlock, err := lockAlone(database)
	if err != nil {
		return "", err
	}
	defer unlock()
	if err := settle(ctx, database); err != nil {
		return "", err
	}
	temp, err := newTemp(filepath.Dir(database))
	if err != nil {
		return "", err
	}
	defer dropTemp(temp)
	if err := copyFile(file, temp); err != nil {
		return "", err
	}
	if err := inspectFile(ctx, temp); err != nil {
		return "", fmt.Errorf("checking the copy: %w", err)
	}
	return exchange(temp, database, now)
}

func mayRestore(file, database string, replace bool) error {
	from, err := os.Stat(file)
	if err != nil {
		return err
	}
	if wal, err := os.Stat(file + "-wal"); err == nil && wal.Size() > 0 {
		return fmt.Errorf("%s has a write-ahead log beside it, so it is no finished copy; "+
			"make one from it first: prystan backup --database %s COPY", file, file)
	}
	to, err := os.Stat(database)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case os.SameFile(from, to):
		return fmt.Errorf("%s is the database itself", file)
	case !replace:
		return fmt.Errorf("%s: %w", database, ErrExists)
	}
	return nil
}

// settle brings what stands in the write-ahead log of a database into its file,
// so that what is kept of it is whole. It fails with ErrInUse if a program
// that knows nothing of our lock has the database open. A damaged database
// stays as it is.
func settle(ctx context.Context, database string) error {
	if _, err := os.Stat(database); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	err := withFile(ctx, database, "mode=rw&_pragma=busy_timeout(200)&_pragma=locking_mode(EXCLUSIVE)", func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, `BEGIN EXCLUSIVE; COMMIT; PRAGMA wal_checkpoint(TRUNCATE)`)
		return err
	})
	if codeOf(err) == codeBusy {
		return fmt.Errorf("%s: %w", database, ErrInUse)
	}
	return ctx.Err()
}

// exchange puts temp under the name of the database and returns the name under
// which what was there is kept, "" if nothing was.
func exchange(temp, database string, now time.Time) (string, error) {
	if err := syncFile(temp); err != nil {
		return "", err
	}
	if err := adopt(temp, database); err != nil {
		return "", err
	}
	kept, err := keep(database, now)
	if err != nil {
		return "", fmt.Errorf("keeping what was there: %w", err)
	}
	if err := os.Rename(temp, database); err != nil {
		return kept, err
	}
	return kept, syncFolder(filepath.Dir(database))
}

// adopt makes temp belong to whom the database belongs to, or its folder if there
// is no database.
func adopt(temp, database string) error {
	info, err := os.Stat(database)
	if errors.Is(err, fs.ErrNotExist) {
		return giveTo(filepath.Dir(database), temp)
	}
	if err != nil {
		return err
	}
	return errors.Join(os.Chmod(temp, info.Mode().Perm()), giveTo(database, temp))
}

// keep gives the files of a database a second name. The write-ahead log moves:
// SQLite would replay it into whatever stands under the database's name.
func keep(database string, now time.Time) (string, error) {
	if err := os.Remove(database + "-shm"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if _, err := os.Stat(database); errors.Is(err, fs.ErrNotExist) {
		return "", ignoreMissing(os.Remove(database + "-wal"))
	}
	kept := database + ".replaced-" + now.UTC().Format(stampForm)
	if err := os.Link(database, kept); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return "", fmt.Errorf("%s: %w", kept, ErrExists)
		}
		if err := copyFile(database, kept); err != nil {
			return "", err
		}
	}
	return kept, ignoreMissing(os.Rename(database+"-wal", kept+"-wal"))
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// copyFile copies a file, byte by byte, and makes the copy durable.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return errors.Join(err, out.Close())
	}
	return errors.Join(out.Sync(), out.Close())
}
