package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"prystan/bot"
)

// seeded makes a database with something in it and closes it.
func seeded(t *testing.T, path string) {
	t.Helper()
	db := open(t, path)
	seedWith(t, db, someRecords())
	if _, err := db.WebhookSecret(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func backUp(t *testing.T, database, file string) {
	t.Helper()
	if err := Backup(context.Background(), database, file, false); err != nil {
		t.Fatal(err)
	}
}

// filesIn returns the names in a folder.
func filesIn(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// number runs a query for one number on a file.
func number(t *testing.T, path, query string) int {
	t.Helper()
	db := open(t, path)
	defer db.Close()
	var n int
	if err := db.sql.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestABackupUnderConcurrentWritesIsOneMoment(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, "live.db")
	db := open(t, path)
	seedWith(t, db, someRecords())
	stop, written := make(chan struct{}), 0
	var writer sync.WaitGroup
	halt := sync.OnceFunc(func() { close(stop); writer.Wait() })
	defer halt()
	writer.Go(func() {
		counts := Counts{DB: db, Now: time.Now}
		for {
			select {
			case <-stop:
				return
			default:
			}
			// Two counts that are equal at every moment between transactions.
			err := db.write(ctx, func(tx *sql.Tx) error {
				for _, topic := range []string{"a", "b"} {
					if _, err := tx.ExecContext(ctx, `INSERT INTO vote (month, topic, language, country, up) VALUES ('2026-11', ?, 'uk', 'PL', 1)
						ON CONFLICT DO UPDATE SET up = up + 1`, topic); err != nil {
						return err
					}
				}
				return nil
			})
			if err = errors.Join(err, counts.WrongNumber(ctx, "x")); err != nil {
				t.Error(err)
				return
			}
			written++
		}
	})
	for i := range 5 {
		file := filepath.Join(dir, fmt.Sprintf("copy%d.db", i))
		backUp(t, path, file)
		if got := number(t, file, `SELECT coalesce(sum(CASE topic WHEN 'a' THEN up ELSE -up END), 0) FROM vote`); got != 0 {
			t.Errorf("copy %d is not of one moment", i)
		}
		if names(t, db) != "Alpha Beta" {
			t.Error("the directory cannot be read during a backup")
		}
	}
	halt()
	if written < 5 {
		t.Errorf("only %d writes went through beside five backups", written)
	}
}

func TestABackupHoldsNoSecretAndNoWaitingUpdate(t *testing.T) {
	dir := t.TempDir()
	path, file := filepath.Join(dir, "live.db"), filepath.Join(dir, "copy.db")
	seeded(t, path)
	const mark = "SEALED-BUT-PERSONAL"
	live := open(t, path)
	secret, err := live.WebhookSecret(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if live.Close() != nil {
		t.Fatal("the database does not close")
	}
	raw(t, path, `INSERT INTO editor (id, name, role, countries, organizations, language, handle) VALUES (1, 'Olena', 'editor', '[]', '[]', 'uk', x'01')`,
		`INSERT INTO desk_session VALUES (x'01', 1, 'one', 'Firefox, Linux', 1, 1)`, `INSERT INTO one_time_link VALUES (x'02', 1, 'sign_in', 1)`)
	raw(t, path, `DROP TABLE IF EXISTS waiting`, `CREATE TABLE waiting (update_id INTEGER PRIMARY KEY, body BLOB)`,
		`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO waiting SELECT i, '`+mark+`' || hex(randomblob(500)) FROM n`)
	backUp(t, path, file)
	for _, name := range filesIn(t, dir) {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		has := strings.Contains(string(content), mark) || strings.Contains(string(content), secret)
		if has && !strings.HasPrefix(name, "live.db") {
			t.Errorf("%s holds what no backup may hold", name)
		}
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy has mode %v (%v)", info.Mode(), err)
	}
	if number(t, file, `SELECT count(*) FROM desk_session`)+number(t, file, `SELECT count(*) FROM one_time_link`) != 0 {
		t.Error("with the copy somebody would be signed in")
	}
	if number(t, file, `SELECT count(*) FROM editor`) != 1 {
		t.Error("the copy lacks the editor")
	}
	if number(t, path, `SELECT count(*) FROM waiting`) != 500 {
		t.Error("the backup touched the live rows")
	}
}

func TestABackupReplacesOnlyAnEarlierCopyAndOnlyWhenAsked(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path, file := filepath.Join(dir, "live.db"), filepath.Join(dir, "copy.db")
	seeded(t, path)
	backUp(t, path, file)
	if err := Backup(ctx, path, file, false); !errors.Is(err, ErrExists) {
		t.Errorf("a second backup under the name: %v", err)
	}
	if err := Backup(ctx, path, file, true); err != nil {
		t.Errorf("replacing a copy: %v", err)
	}
	letter := filepath.Join(dir, "letter.txt")
	if err := os.WriteFile(letter, []byte(strings.Repeat("dear friend ", 20)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, precious := range []string{letter, path, dir} {
		if err := Backup(ctx, path, precious, true); err == nil {
			t.Errorf("%s was overwritten", precious)
		}
	}
	if err := Backup(ctx, filepath.Join(dir, "none.db"), filepath.Join(dir, "new.db"), false); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a backup of nothing: %v", err)
	}
	if got := filesIn(t, dir); slices.Contains(got, "none.db") || slices.Contains(got, "new.db") {
		t.Errorf("files appeared: %v", got)
	}
}

// TestMain lets a test start this program again as a process to be killed.
func TestMain(m *testing.M) {
	if path := os.Getenv("BACK_UP_UNTIL_KILLED"); path != "" {
		for i := 0; ; i++ {
			file := filepath.Join(filepath.Dir(path), fmt.Sprintf("copy-%d.db", i))
			if err := Backup(context.Background(), path, file, false); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			if i > 1 {
				os.Remove(filepath.Join(filepath.Dir(path), fmt.Sprintf("copy-%d.db", i-2)))
			}
		}
	}
	os.Exit(m.Run())
}

func TestABackupThatIsKilledLeavesNoHalfFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "live.db")
	db := open(t, path)
	r := someRecords()
	for i := range 3000 {
		r.Organizations = append(r.Organizations, bot.Organization{ID: fmt.Sprint("o", i), Name: strings.Repeat("long name ", 60)})
	}
	seedWith(t, db, r)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	unfinished := 0
	for round := range 12 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "BACK_UP_UNTIL_KILLED="+path)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(60+23*round) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); cmd.ProcessState.Exited() {
			t.Fatalf("the backups ended by themselves: %v", err)
		}
		for _, name := range filesIn(t, dir) {
			switch file := filepath.Join(dir, name); {
			case strings.HasPrefix(name, tempPrefix):
				unfinished++
				os.Remove(file)
			case strings.HasPrefix(name, "copy-"):
				if err := Inspect(context.Background(), file); err != nil {
					t.Errorf("after a kill: %v", err)
				}
				os.Remove(file)
			}
		}
	}
	if unfinished == 0 {
		t.Error("no kill hit a backup under way; the test proves nothing")
	}
}

func TestWhatAKilledBackupLeftIsRemovedTheNextDay(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "live.db")
	seeded(t, path)
	old, young := filepath.Join(dir, tempPrefix+"1"), filepath.Join(dir, tempPrefix+"2")
	for _, f := range []string{old, young} {
		if err := os.WriteFile(f, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	yesterday := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(old, yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	backUp(t, path, filepath.Join(dir, "copy.db"))
	if left := filesIn(t, dir); slices.Contains(left, filepath.Base(old)) || !slices.Contains(left, filepath.Base(young)) {
		t.Errorf("left are %v", left)
	}
}
