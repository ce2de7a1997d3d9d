package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

const (
	backupEvery = 24 * time.Hour
	backupRetry = time.Hour // after one that failed
	stampForm   = "20060102T150405Z"
)

// Backups are the copies of one database that are made by themselves: daily,
// and before its schema changes. It is safe for concurrent use.
type Backups struct {
	Database string
	Folder   string // made at the first backup
	Keep     int    // how many daily copies stay, and how many made before a migration; 0 = no backups
	Log      *slog.Logger
	Now      func() time.Time

	failures atomic.Int64
}

// Copy is a copy in the folder.
type Copy struct {
	File   string
	Made   time.Time
	Schema int // of one made before a migration, 0 for a daily one
}

// Run makes a copy whenever the newest is a day old, until ctx ends.
func (b *Backups) Run(ctx context.Context) error {
	if b.Keep == 0 {
		<-ctx.Done()
		return nil
	}
	for {
		wait := b.next()
		if wait <= 0 {
			wait = b.daily(ctx)
		}
		timer := time.NewTimer(min(wait, backupRetry)) // a clock that jumps is noticed within the hour
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
	}
}

// next returns in how long the next daily copy is due.
func (b *Backups) next() time.Duration {
	age, ok := b.Age()
	if !ok {
		return 0
	}
	return backupEvery - age
}

// daily makes a daily copy and returns how long to rest.
func (b *Backups) daily(ctx context.Context) time.Duration {
	file, err := b.make(ctx, 0)
	switch {
	case err == nil:
		b.Log.Info("backup made", "file", file)
		return backupEvery
	case ctx.Err() == nil:
		b.failures.Add(1)
		b.Log.Error("backup failed", "error", err)
	}
	return backupRetry
}

// BeforeMigration makes a copy of the database if opening it with this version
// changes its schema, and returns the copy's name; "" if there is nothing to
// change.
func (b *Backups) BeforeMigration(ctx context.Context) (string, error) {
	if _, err := os.Stat(b.Database); b.Keep == 0 || errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	var version, app int
	err := withFile(ctx, b.Database, "mode=rw&_pragma=busy_timeout(5000)", func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT
			(SELECT user_version FROM pragma_user_version),
			(SELECT application_id FROM pragma_application_id)`).Scan(&version, &app)
	})
	if err != nil || app != applicationID || version >= schemaVersion {
		return "", nil // Open says what is wrong with a file that is not ours
	}
	file, err := b.make(ctx, version)
	if err != nil {
		return "", fmt.Errorf("before changing the schema from %d to %d: %w", version, schemaVersion, err)
	}
	return file, nil
}

// make makes a copy and removes those that are too many.
func (b *Backups) make(ctx context.Context, schema int) (string, error) {
	if err := os.MkdirAll(b.Folder, 0o700); err != nil {
		return "", fmt.Errorf("making folder of backups: %w", err)
	}
	c := Copy{Made: b.Now().UTC(), Schema: schema}
	c.File = filepath.Join(b.Folder, b.name(c))
	if err := Backup(ctx, b.Database, c.File, false); err != nil && !errors.Is(err, ErrExists) {
		return "", err // ErrExists: another process made it this second
	}
	b.prune(c)
	return c.File, nil
}

func (b *Backups) stem() string {
	return strings.TrimSuffix(filepath.Base(b.Database), filepath.Ext(b.Database)) + "-"
}

// name is the name of a copy: the database's, the time, and for one made before
// a migration the schema.
func (b *Backups) name(c Copy) string {
	name := b.stem() + c.Made.Format(stampForm)
	if c.Schema > 0 {
		name += "-schema" + strconv.Itoa(c.Schema)
	}
	return name + ".db"
}

// parse reads a name that name wrote.
func (b *Backups) parse(name string) (Copy, bool) {
	rest, ok := strings.CutPrefix(name, b.stem())
	if !ok {
		return Copy{}, false
	}
	stamp, ok := strings.CutSuffix(rest, ".db")
	stamp, schema, _ := strings.Cut(stamp, "-schema")
	made, err := time.Parse(stampForm, stamp)
	c := Copy{File: filepath.Join(b.Folder, name), Made: made}
	c.Schema, _ = strconv.Atoi(schema)
	return c, ok && err == nil && b.name(c) == name
}

// Copies returns the copies in the folder, the newest first. Other files in it
// are nobody's business.
func (b *Backups) Copies() ([]Copy, error) {
	entries, err := os.ReadDir(b.Folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading folder of backups: %w", err)
	}
	var all []Copy
	for _, e := range entries {
		if c, ok := b.parse(e.Name()); ok && e.Type().IsRegular() {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(x, y Copy) int {
		return cmp.Or(y.Made.Compare(x.Made), strings.Compare(x.File, y.File))
	})
	return all, nil
}

// prune removes the copies of the kind of made that are too many, and never
// made itself.
func (b *Backups) prune(made Copy) {
	all, err := b.Copies()
	if err != nil {
		b.Log.Error("old backups stay", "error", err)
		return
	}
	left := b.Keep - 1
	for _, c := range all {
		switch {
		case c.File == made.File || (c.Schema > 0) != (made.Schema > 0):
		case left > 0:
			left--
		default:
			if err := os.Remove(c.File); err != nil {
				b.Log.Error("an old backup stays", "error", err)
			}
		}
	}
}

// Age returns how old the newest copy is, false if there is none. A copy that
// bears a time to come, made while the clock was wrong, is not counted.
func (b *Backups) Age() (time.Duration, bool) {
	all, err := b.Copies()
	if err != nil {
		return 0, false
	}
	for _, c := range all {
		if age := b.Now().Sub(c.Made); age > -time.Second {
			return max(age, 0), true
		}
	}
	return 0, false
}

// Failures returns how many daily copies failed since the start.
func (b *Backups) Failures() int64 { return b.failures.Load() }

// Good returns the newest copy that can be restored, false if there is none.
func (b *Backups) Good(ctx context.Context) (Copy, bool) {
	all, _ := b.Copies() // a folder that cannot be read holds no copy to name
	for _, c := range all {
		if Inspect(ctx, c.File) == nil {
			return c, true
		}
	}
	return Copy{}, false
}
