package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"prystan/bot"
)

func restoreInto(file, database string, replace bool) (string, error) {
	return Restore(context.Background(), file, database, replace, time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC))
}

func content(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestARestoredDatabaseIsTheOneBackedUpAndWhatItReplacedIsKept(t *testing.T) {
	dir := t.TempDir()
	path, file := filepath.Join(dir, "live.db"), filepath.Join(dir, "copy.db")
	seeded(t, path)
	backUp(t, path, file)
	db := open(t, path)
	later := someRecords()
	later.Organizations = append(later.Organizations, bot.Organization{ID: "c", Name: "Gamma"})
	seedWith(t, db, later)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	if _, err := restoreInto(file, path, false); !errors.Is(err, ErrExists) {
		t.Errorf("restoring over a database without being told to: %v", err)
	}
	kept, err := restoreInto(file, path, true)
	if err != nil {
		t.Fatal(err)
	}
	if want := path + ".replaced-20261124T120000Z"; kept != want {
		t.Errorf("kept as %s, not %s", kept, want)
	}
	restored, replaced := open(t, path), open(t, kept)
	if got := names(t, restored); got != "Alpha Beta" {
		t.Errorf("restored: %s", got)
	}
	if got := names(t, replaced); got != "Alpha Beta Gamma" {
		t.Errorf("kept: %s", got)
	}
	if secret, err := restored.WebhookSecret(context.Background()); err != nil || secret == "" {
		t.Errorf("a new webhook secret: %q (%v)", secret, err)
	}
	fresh := filepath.Join(t.TempDir(), "fresh.db")
	if kept, err := restoreInto(file, fresh, false); err != nil || kept != "" {
		t.Errorf("restoring where there was nothing: kept %q (%v)", kept, err)
	}
}

// A process that was killed leaves its last writes in the write-ahead log. They
// are kept with what is replaced, and never get into what is restored.
func TestTheLogOfAKilledProcessIsKeptAndNotReplayedIntoTheRestored(t *testing.T) {
	dir := t.TempDir()
	path, file := filepath.Join(dir, "live.db"), filepath.Join(dir, "copy.db")
	seeded(t, path)
	backUp(t, path, file)
	killed := filepath.Join(dir, "killed.db")
	db := open(t, path)
	c := Choices{DB: db, Key: bytes.Repeat([]byte{1}, 32)}
	if err := c.Choose(context.Background(), 1, "uk", "PL"); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"", "-wal"} {
		if err := os.WriteFile(killed+part, content(t, path+part), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if len(content(t, killed+"-wal")) == 0 {
		t.Fatal("nothing stands in the log; the test proves nothing")
	}
	// What a machine left, log and all, becomes a copy that can be restored.
	whole := filepath.Join(dir, "whole.db")
	backUp(t, killed, whole)
	if n := number(t, whole, `SELECT count(*) FROM chat`); n != 1 {
		t.Error("a backup of what a killed process left lacks its last writes")
	}
	kept, err := restoreInto(file, killed, true)
	if err != nil {
		t.Fatal(err)
	}
	if n := number(t, killed, `SELECT count(*) FROM chat`); n != 0 {
		t.Error("the old log got into the restored database")
	}
	if n := number(t, kept, `SELECT count(*) FROM chat`); n != 1 {
		t.Error("what stood in the log was lost")
	}
}

func TestRestoreRefusesWhatIsNoGoodCopyAndChangesNothing(t *testing.T) {
	dir := t.TempDir()
	path, good := filepath.Join(dir, "live.db"), filepath.Join(dir, "good.db")
	seeded(t, path)
	backUp(t, path, good)
	whole := content(t, good)
	write := func(name string, b []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	foreign := filepath.Join(dir, "foreign.db")
	raw(t, foreign, "CREATE TABLE bookmark (url TEXT)")
	newer := write("newer.db", whole)
	raw(t, newer, "PRAGMA user_version = 999")
	logged := write("logged.db", whole)
	write("logged.db-wal", []byte("frames"))
	for _, c := range []struct {
		name, file string
		want       error
	}{
		{"rubbish", write("rubbish.db", bytes.Repeat([]byte{0x5a, 0xa5, 0, 1}, 5000)), ErrForeign},
		{"text", write("text.db", []byte(strings.Repeat("no database ", 500))), ErrForeign},
		{"empty", write("empty.db", nil), ErrForeign},
		{"half", write("half.db", whole[:len(whole)/2]), ErrDamaged},
		{"header only", write("head.db", whole[:100]), ErrDamaged},
		{"last byte missing", write("short.db", whole[:len(whole)-1]), ErrDamaged},
		{"a page wiped", write("wiped.db", wiped(whole)), ErrDamaged},
		{"another program's", foreign, ErrForeign},
		{"newer", newer, ErrNewer},
		{"with a log", logged, nil},
		{"missing", filepath.Join(dir, "none.db"), os.ErrNotExist},
		{"a folder", dir, nil},
		{"itself", path, nil},
	} {
		before := content(t, path)
		_, err := restoreInto(c.file, path, true)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		if !bytes.Equal(before, content(t, path)) {
			t.Errorf("%s: the database was changed", c.name)
		}
	}
	for _, name := range filesIn(t, dir) {
		if strings.HasPrefix(name, tempPrefix) || strings.Contains(name, "replaced") {
			t.Errorf("%s was left behind", name)
		}
	}
}

// wiped returns a database with rubbish in the middle of its second page.
func wiped(db []byte) []byte {
	db = slices.Clone(db)
	for i := 4096; i < 4096+600; i++ {
		db[i] ^= 0xff
	}
	return db
}

func TestADatabaseInUseIsNotReplaced(t *testing.T) {
	dir := t.TempDir()
	path, file := filepath.Join(dir, "live.db"), filepath.Join(dir, "copy.db")
	seeded(t, path)
	backUp(t, path, file)
	db := open(t, path)
	if _, err := restoreInto(file, path, true); !errors.Is(err, ErrInUse) {
		t.Errorf("while a service runs: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	// A program that knows nothing of our lock: the sqlite3 shell, Litestream.
	other := t.Context()
	err := withFile(other, path, "mode=rw", func(pool *sql.DB) error {
		var n int
		if err := pool.QueryRow(`SELECT count(*) FROM record`).Scan(&n); err != nil {
			return err
		}
		if _, err := restoreInto(file, path, true); !errors.Is(err, ErrInUse) {
			t.Errorf("while another program reads: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := restoreInto(file, path, true); err != nil {
		t.Errorf("after both ended: %v", err)
	}
}

func TestADamagedDatabaseCanBeReplacedAndIsKept(t *testing.T) {
	dir := t.TempDir()
	path, file := filepath.Join(dir, "live.db"), filepath.Join(dir, "copy.db")
	seeded(t, path)
	backUp(t, path, file)
	for name, damage := range map[string][]byte{"wiped": wiped(content(t, path)), "rubbish": []byte(strings.Repeat("rubbish ", 2000))} {
		broken := filepath.Join(dir, name+".db")
		if err := os.WriteFile(broken, damage, 0o600); err != nil {
			t.Fatal(err)
		}
		kept, err := restoreInto(file, broken, true)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !bytes.Equal(content(t, kept), damage) {
			t.Errorf("%s: what was replaced is not kept as it was", name)
		}
		if got := names(t, open(t, broken)); got != "Alpha Beta" {
			t.Errorf("%s: restored %s", name, got)
		}
	}
}

func TestAFileDamagedInTheMiddleIsFoundByVerify(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "live.db")
	seeded(t, path)
	if err := os.WriteFile(path, wiped(content(t, path)), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := Open(context.Background(), path)
	if err == nil {
		err = db.Verify(context.Background())
		db.Close()
	}
	if !IsDamaged(err) {
		t.Errorf("a damaged file: %v", err)
	}
}
