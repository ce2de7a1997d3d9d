package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/sqlite"
)

// inFolder calls the program with a database in a folder.
func inFolder(t *testing.T, folder string, args ...string) called {
	t.Helper()
	return call(t, map[string]string{"PRYSTAN_DATABASE": filepath.Join(folder, "prystan.db")}, "", args...)
}

func TestBackupAndRestoreOnTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "copy.db")
	key := filepath.Join(dir, "prystan.key")
	if got := inFolder(t, dir, "ask", "hello"); got.code != exitDone {
		t.Fatal(got.stderr)
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"backup of nothing", []string{"backup"}, exitUsage, "FILE is missing"},
		{"two files", []string{"backup", file, file}, exitUsage, "one FILE only"},
		{"unknown flag behind the file", []string{"backup", file, "--hard"}, exitUsage, "hard"},
		{"over the key", []string{"backup", "--force", key}, exitFailed, "name of the key"},
		{"backup", []string{"backup", file}, exitDone, "is a checked copy"},
		{"again", []string{"backup", file}, exitFailed, "--force replaces it"},
		{"again with force", []string{"backup", file, "--force"}, exitDone, "is a checked copy"},
		{"restore over the database", []string{"restore", file}, exitFailed, "--force replaces it"},
		{"restore with force", []string{"restore", file, "--force"}, exitDone, "is kept as"},
		{"restore of nothing", []string{"restore", filepath.Join(dir, "none.db"), "--force"}, exitFailed, "no such file"},
		{"restore of a text", []string{"restore", "--force", "backup_test.go"}, exitFailed, "another program"},
		{"the restored answers", []string{"ask", "hello"}, exitDone, ""},
		{"keep", []string{"version", "--backup-keep", "many"}, exitUsage, `"many"`},
	} {
		got := inFolder(t, dir, c.args...)
		if got.code != c.code || !strings.Contains(got.stdout+got.stderr, c.says) {
			t.Errorf("%s: exit %d, says %q%q; want %d and %q", c.name, got.code, got.stdout, got.stderr, c.code, c.says)
		}
		if c.code != exitDone && strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: not one line: %q", c.name, got.stderr)
		}
	}
}

// started runs `serve` in this process until the returned function stops it.
func started(t *testing.T, folder, listen string, flags ...string) (out *bytes.Buffer, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out = &bytes.Buffer{}
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, append([]string{"serve", "--listen", listen}, flags...), world{
			stdin: strings.NewReader(""), stdout: &bytes.Buffer{}, stderr: out,
			getenv: func(name string) string {
				return map[string]string{"PRYSTAN_DATABASE": filepath.Join(folder, "prystan.db")}[name]
			},
		})
	}()
	return out, func() int {
		cancel()
		return <-done
	}
}

func TestServeBacksUpAndKeepsItsDatabaseFromBeingReplaced(t *testing.T) {
	dir := t.TempDir()
	out, stop := started(t, dir, "127.0.0.1:0")
	var made []string
	for end := time.Now().Add(20 * time.Second); len(made) == 0 && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		made, _ = filepath.Glob(filepath.Join(dir, "backups", "prystan-*.db"))
	}
	if len(made) != 1 {
		t.Fatalf("backups %v; exit %d: %s", made, stop(), out)
	}
	if got := inFolder(t, dir, "restore", "--force", made[0]); got.code != exitFailed || !strings.Contains(got.stderr, "stop it first") {
		t.Errorf("restoring under a running service: exit %d, %s", got.code, got.stderr)
	}
	if got := inFolder(t, dir, "backup", filepath.Join(dir, "by-hand.db")); got.code != exitDone {
		t.Errorf("backing up a running service: %s", got.stderr)
	}
	if code := stop(); code != exitDone {
		t.Errorf("exit %d: %s", code, out)
	}
	if got := inFolder(t, dir, "restore", "--force", made[0]); got.code != exitDone {
		t.Errorf("restoring after the stop: %s", got.stderr)
	}
}

func TestADamagedDatabaseIsRefusedAndTheNewestGoodBackupNamed(t *testing.T) {
	dir := t.TempDir()
	database := filepath.Join(dir, "prystan.db")
	if got := inFolder(t, dir, "ask", "hello"); got.code != exitDone {
		t.Fatal(got.stderr)
	}
	whole, err := os.ReadFile(database)
	if err != nil {
		t.Fatal(err)
	}
	damage := func(from, length int) {
		broken := bytes.Clone(whole)
		for i := from; i < from+length; i++ {
			broken[i] ^= 0xff
		}
		if err := os.WriteFile(database, broken, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	damage(len(whole)/2, 5000)
	if got := inFolder(t, dir, "serve"); got.code != exitFailed || !strings.Contains(got.stderr, "holds no good backup") {
		t.Errorf("without a backup: exit %d, %s", got.code, got.stderr)
	}

	backups := filepath.Join(dir, "backups")
	if err := os.Mkdir(backups, 0o700); err != nil {
		t.Fatal(err)
	}
	good := filepath.Join(backups, "prystan-20261123T030000Z.db")
	bad := filepath.Join(backups, "prystan-20261124T030000Z.db")
	if err := os.WriteFile(database, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := inFolder(t, dir, "backup", good); got.code != exitDone {
		t.Fatal(got.stderr)
	}
	if err := os.WriteFile(bad, whole[:len(whole)/3], 0o600); err != nil {
		t.Fatal(err)
	}
	for name, at := range map[string]int{"the header": 0, "the root of a table": 2 * 4096, "the middle": len(whole) / 2, "the end": len(whole) - 9000} {
		damage(at, 5000)
		got := inFolder(t, dir, "serve", "--listen", "127.0.0.1:0")
		want := "prystan restore --force --database " + database + " " + good
		if got.code != exitFailed || !strings.Contains(got.stderr, want) || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: exit %d, %s", name, got.code, got.stderr)
		}
	}
	if got := inFolder(t, dir, "restore", "--force", good); got.code != exitDone {
		t.Errorf("the command it names: %s", got.stderr)
	}
	sound(t, database)
}

// sound fails unless a database is whole and answers.
func sound(t *testing.T, database string) {
	t.Helper()
	db, err := sqlite.Open(context.Background(), database)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Verify(context.Background()), db.Close()); err != nil {
		t.Error(err)
	}
	if got := inFolder(t, filepath.Dir(database), "ask", "hello"); got.code != exitDone || got.stdout == "" {
		t.Errorf("%s does not answer: %s", database, got.stderr)
	}
}

// full is a counter on a full disk.
type full struct{}

var errFull = errors.New("database or disk is full")

func (full) Vote(context.Context, bot.Topic, bot.Language, bot.Country, bool) error { return errFull }
func (full) WrongNumber(context.Context, string) error                              { return errFull }
func (full) Unanswered(context.Context, string, bot.Language, bot.Country) error    { return errFull }

func TestCountingThatFailsIsToldOnceAMinute(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	s := &seldom{counts: full{}, now: func() time.Time { return now }}
	told := ""
	for range 180 {
		if err := s.Unanswered(context.Background(), "tp", "uk", "PL"); err != nil {
			told += fmt.Sprintln(err)
		}
		now = now.Add(time.Second)
	}
	if strings.Count(told, "\n") != 3 || strings.Count(told, "59 times before") != 2 {
		t.Errorf("told:\n%s", told)
	}
	now = now.Add(-time.Hour) // the clock was put right
	if s.WrongNumber(context.Background(), "x") == nil {
		t.Error("after the clock went back nothing is told")
	}
}
