package sqlite

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// kept returns backups of a seeded database by a clock that the test sets.
func backupsAt(t *testing.T, keep int) (*Backups, *time.Time, *bytes.Buffer) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "prystan.db")
	seeded(t, path)
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	log := &bytes.Buffer{}
	return &Backups{
		Database: path, Folder: filepath.Join(filepath.Dir(path), "backups"), Keep: keep,
		Log: slog.New(slog.NewTextHandler(log, nil)), Now: func() time.Time { return now },
	}, &now, log
}

func TestOldBackupsGoAndOnlyThose(t *testing.T) {
	ctx := context.Background()
	b, now, _ := backupsAt(t, 3)
	if _, ok := b.Age(); ok {
		t.Error("there is an age before the first backup")
	}
	if err := os.MkdirAll(b.Folder, 0o700); err != nil {
		t.Fatal(err)
	}
	theirs := []string{"other-20261101T120000Z.db", "prystan-mine.db", "prystan-20261101T120000Z.db.bak", "notes.txt"}
	for _, name := range theirs {
		if err := os.WriteFile(filepath.Join(b.Folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.make(ctx, 1); err != nil { // as before a migration
		t.Fatal(err)
	}
	for range 6 {
		*now = now.Add(24 * time.Hour)
		b.daily(ctx)
	}
	want := slices.Concat(theirs, []string{
		"prystan-20261124T120000Z-schema1.db",
		"prystan-20261128T120000Z.db", "prystan-20261129T120000Z.db", "prystan-20261130T120000Z.db",
	})
	slices.Sort(want)
	if got := filesIn(t, b.Folder); !slices.Equal(got, want) {
		t.Errorf("left are %v", got)
	}
	*now = now.Add(90 * time.Minute)
	if age, ok := b.Age(); !ok || age != 90*time.Minute {
		t.Errorf("age %v, %v", age, ok)
	}
}

func TestAClockThatJumpedStopsNoBackup(t *testing.T) {
	ctx := context.Background()
	b, now, _ := backupsAt(t, 2)
	right := *now
	*now = right.AddDate(5, 0, 0)
	b.daily(ctx)
	b.daily(ctx)
	*now = right
	if b.next() > 0 {
		t.Error("a backup from the future counts as fresh")
	}
	b.daily(ctx)
	if age, ok := b.Age(); !ok || age != 0 {
		t.Errorf("after the clock was put right: age %v, %v", age, ok)
	}
	if b.next() != backupEvery {
		t.Error("backups go on and on")
	}
}

func TestABackupIsMadeAtTheStartWhenOneIsDueAndDailyFromThen(t *testing.T) {
	b, _, _ := backupsAt(t, 14)
	synctest.Test(t, func(t *testing.T) {
		b.Now = time.Now
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- b.Run(ctx) }()
		for day := 1; day <= 3; day++ {
			time.Sleep(time.Hour)
			synctest.Wait()
			if all, err := b.Copies(); err != nil || len(all) != day {
				t.Errorf("day %d: %d copies (%v)", day, len(all), err)
			}
			time.Sleep(23 * time.Hour)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	// A start soon after makes none.
	before := len(filesIn(t, b.Folder))
	made, err := b.Copies()
	if err != nil {
		t.Fatal(err)
	}
	b.Now = func() time.Time { return made[0].Made.Add(time.Hour) }
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- b.Run(ctx) }()
	time.Sleep(100 * time.Millisecond)
	cancel()
	if err := <-done; err != nil || len(filesIn(t, b.Folder)) != before {
		t.Errorf("a start made a backup that was not due (%v)", err)
	}
}

func TestAFailedBackupIsLoggedAndCountedAndKeepsTheOldOnes(t *testing.T) {
	ctx := context.Background()
	b, now, log := backupsAt(t, 1)
	b.daily(ctx)
	if err := os.WriteFile(b.Database, wiped(content(t, b.Database)), 0o600); err != nil {
		t.Fatal(err)
	}
	*now = now.Add(24 * time.Hour)
	if b.daily(ctx) != backupRetry || b.Failures() != 1 || !strings.Contains(log.String(), "backup failed") {
		t.Errorf("a backup of a damaged database: %d failures, log %s", b.Failures(), log)
	}
	if good, ok := b.Good(ctx); !ok || !strings.Contains(good.File, "20261124") {
		t.Errorf("the good copy is %v, %v", good, ok)
	}
	if got := filesIn(t, b.Folder); len(got) != 1 {
		t.Errorf("left are %v", got)
	}
}

func TestTheNewestGoodCopyIsNotADamagedOne(t *testing.T) {
	ctx := context.Background()
	b, now, _ := backupsAt(t, 5)
	for range 3 {
		*now = now.Add(24 * time.Hour)
		b.daily(ctx)
	}
	all, err := b.Copies()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(all[0].File, wiped(content(t, all[0].File)), 0o600); err != nil {
		t.Fatal(err)
	}
	if good, ok := b.Good(ctx); !ok || good != all[1] {
		t.Errorf("good is %v, %v", good, ok)
	}
}

func TestBackupsThatAreOffMakeNone(t *testing.T) {
	b, _, _ := backupsAt(t, 0)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := b.Run(ctx); err != nil {
		t.Error(err)
	}
	if file, err := b.BeforeMigration(context.Background()); file != "" || err != nil {
		t.Errorf("before a migration: %q (%v)", file, err)
	}
	if got := filesIn(t, b.Folder); len(got) != 0 {
		t.Errorf("made %v", got)
	}
}

func TestACopyIsMadeBeforeTheSchemaChangesAndOnlyThen(t *testing.T) {
	ctx := context.Background()
	b, _, _ := backupsAt(t, 2)
	if file, err := b.BeforeMigration(ctx); file != "" || err != nil {
		t.Errorf("with nothing to migrate: %q (%v)", file, err)
	}
	first, err := os.ReadFile("testdata/schema-1.sql")
	if err != nil {
		t.Fatal(err)
	}
	b.Database = filepath.Join(filepath.Dir(b.Database), "old.db")
	raw(t, b.Database, string(first), "PRAGMA application_id = 1347574099", "PRAGMA user_version = 1",
		`INSERT INTO chat (key, language, country) VALUES (x'01', 'uk', 'PL')`)
	file, err := b.BeforeMigration(ctx)
	if err != nil || file == "" {
		t.Fatalf("before a migration: %q (%v)", file, err)
	}
	if err := Inspect(ctx, file); err != nil {
		t.Error(err)
	}
	if all, err := b.Copies(); err != nil || len(all) != 1 || all[0].Schema != 1 {
		t.Errorf("copies %v (%v)", all, err)
	}
	if n := number(t, file, `SELECT count(*) FROM chat`); n != 1 {
		t.Errorf("the copy of the old schema holds %d rows", n)
	}
	b.Folder = filepath.Join(b.Database, "no folder")
	if _, err := b.BeforeMigration(ctx); err == nil {
		t.Error("a migration begins without a backup")
	}
	b.Database = filepath.Join(t.TempDir(), "none.db")
	if file, err := b.BeforeMigration(ctx); file != "" || err != nil {
		t.Errorf("before there is a database: %q (%v)", file, err)
	}
}

func TestAnotherNamesCopiesAreNotOurs(t *testing.T) {
	b := &Backups{Database: "/data/prystan.db", Folder: "/backups"}
	for name, want := range map[string]bool{
		"prystan-20261124T120000Z.db": true, "prystan-20261124T120000Z-schema3.db": true,
		"prystan-20261124T120000Z-schema.db": false, "prystan-20261124T120000Z-schema03.db": false,
		"prystan-2-20261124T120000Z.db": false, "prystan-20261124T120000Z.db-wal": false, "prystan-.db": false,
	} {
		if _, ok := b.parse(name); ok != want {
			t.Errorf("%s: %v", name, ok)
		}
	}
}

// disk returns a folder on a small disk of its own.
func disk(t *testing.T, size string) string {
	t.Helper()
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("a small disk of its own needs Linux and root")
	}
	folder := t.TempDir()
	if err := mount(folder, size); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { unmount(folder) })
	return folder
}

// fill leaves no room on the disk of a folder, until the returned function
// makes room again.
func fill(t *testing.T, folder string) (empty func()) {
	t.Helper()
	ballast := filepath.Join(folder, "ballast")
	f, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 64<<10); len(block) > 0; {
		if _, err := f.Write(block); err != nil {
			block = block[:len(block)/2]
		}
	}
	return func() { os.Remove(ballast) }
}

func TestOnAFullDiskReadingGoesOnAndWritingSaysSoUntilThereIsRoom(t *testing.T) {
	ctx := context.Background()
	folder := disk(t, "8m")
	path := filepath.Join(folder, "prystan.db")
	db := open(t, path)
	seedWith(t, db, someRecords())
	if err := db.Writable(ctx); err != nil {
		t.Fatal(err)
	}
	empty := fill(t, folder)
	counts := Counts{DB: db, Now: time.Now}
	var err error
	for range 200 { // the log may have room left in it
		err = errors.Join(err, counts.WrongNumber(ctx, strings.Repeat("x", 5000)+time.Now().String()))
	}
	if err == nil {
		t.Error("counting on a full disk says nothing")
	}
	db.probe.at = time.Time{}
	if db.Writable(ctx) == nil {
		t.Error("a full disk is writable")
	}
	if names(t, db) != "Alpha Beta" || db.Ping(ctx) != nil {
		t.Error("a full disk cannot be read")
	}
	if err := Backup(ctx, path, filepath.Join(folder, "copy.db"), false); err == nil {
		t.Error("a backup fits on a full disk")
	}
	for _, name := range filesIn(t, folder) {
		if strings.HasPrefix(name, tempPrefix) || name == "copy.db" {
			t.Errorf("%s was left on the full disk", name)
		}
	}
	empty()
	db.probe.at = time.Time{}
	if err := errors.Join(db.Writable(ctx), db.Verify(ctx), counts.WrongNumber(ctx, "after")); err != nil {
		t.Errorf("after there was room again: %v", err)
	}
}

func TestADatabaseThatCanOnlyBeReadIsReadAndSaysSo(t *testing.T) {
	ctx := context.Background()
	db := open(t, filepath.Join(t.TempDir(), "prystan.db"))
	seedWith(t, db, someRecords())
	db.sql.SetMaxOpenConns(1)
	if _, err := db.sql.Exec("PRAGMA query_only = 1"); err != nil {
		t.Fatal(err)
	}
	counts := Counts{DB: db, Now: time.Now}
	if db.Writable(ctx) == nil || counts.WrongNumber(ctx, "x") == nil {
		t.Error("a read-only database takes what is written")
	}
	if names(t, db) != "Alpha Beta" || db.Ping(ctx) != nil {
		t.Error("a read-only database cannot be read")
	}
}
