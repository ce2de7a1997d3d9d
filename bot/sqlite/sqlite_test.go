package sqlite

import (
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

func open(t *testing.T, path string) *DB {
	t.Helper()
	db, err := Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// raw runs statements on a file behind the package's back.
func raw(t *testing.T, path string, statements ...string) {
	t.Helper()
	pool, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	for _, s := range statements {
		if _, err := pool.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}

// schemaOf returns the statements that made the file, without comments and
// white space.
func schemaOf(t *testing.T, db *DB) []string {
	t.Helper()
	rows, err := db.sql.Query(`SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		var lines []string
		for line := range strings.SplitSeq(s, "\n") {
			line, _, _ = strings.Cut(line, "--")
			lines = append(lines, line)
		}
		all = append(all, strings.Join(strings.Fields(strings.Join(lines, " ")), " "))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAFileOfTheFirstSchemaMigratesToTheSameAsANewOne(t *testing.T) {
	first, err := os.ReadFile("testdata/schema-1.sql")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "old.db")
	raw(t, path, string(first), "PRAGMA application_id = 1347574099", "PRAGMA user_version = 1",
		`INSERT INTO chat (key, language, country) VALUES (x'01', 'uk', 'PL')`)
	migrated, fresh := open(t, path), open(t, filepath.Join(t.TempDir(), "new.db"))
	if a, b := schemaOf(t, migrated), schemaOf(t, fresh); !slices.Equal(a, b) {
		t.Errorf("migrated:\n%s\nfresh:\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
	}
	var kept int
	if err := migrated.sql.QueryRow(`SELECT count(*) FROM chat`).Scan(&kept); err != nil || kept != 1 {
		t.Errorf("%d rows were kept (%v)", kept, err)
	}
}

func TestAFileOfANewerVersionIsRefusedAndLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "newer.db")
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, path, "PRAGMA user_version = 999", "PRAGMA wal_checkpoint(TRUNCATE)")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), path); !errors.Is(err, ErrNewer) {
		t.Errorf("opening a newer file: %v", err)
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(before, after) {
		t.Error("the refused file was changed")
	}
}

func TestAFileOfAnotherProgramIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	raw(t, path, "CREATE TABLE bookmark (url TEXT)")
	if _, err := Open(context.Background(), path); !errors.Is(err, ErrForeign) {
		t.Errorf("opening another program's file: %v", err)
	}
	text := filepath.Join(t.TempDir(), "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is no database. ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), text); err == nil {
		t.Error("a text file was opened as a database")
	}
}

func TestEveryConnectionHasForeignKeysAndWaits(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "test.db"))
	for range 5 {
		conn, err := db.sql.Conn(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		var keys, wait, wipe int
		var journal string
		err = conn.QueryRowContext(context.Background(), `SELECT
			(SELECT foreign_keys FROM pragma_foreign_keys), (SELECT timeout FROM pragma_busy_timeout),
			(SELECT journal_mode FROM pragma_journal_mode), (SELECT secure_delete FROM pragma_secure_delete)`).
			Scan(&keys, &wait, &journal, &wipe)
		if err != nil || keys != 1 || wait != 5000 || journal != "wal" || wipe != 1 {
			t.Errorf("foreign_keys %d, busy_timeout %d, journal_mode %s, secure_delete %d (%v)", keys, wait, journal, wipe, err)
		}
	}
}

func someRecords() bot.Records {
	return bot.Records{
		Organizations: []bot.Organization{{ID: "a", Name: "Alpha"}, {ID: "b", Name: "Beta"}},
		Examples: []bot.Example{
			{Topic: bot.Work, Language: "uk", Text: "шукаю роботу"},
			{Topic: bot.Work, Language: "uk", Text: "бос забрав паспорт", Urgent: true},
		},
	}
}

func names(t *testing.T, db *DB) string {
	t.Helper()
	r, err := db.Records(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, o := range r.Organizations {
		all = append(all, o.Name)
	}
	return strings.Join(all, " ")
}

func seedWith(t *testing.T, db *DB, r bot.Records) bool {
	t.Helper()
	changed, err := db.Seed(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

func TestANewReleaseUpgradesWhatNobodyEditedAndKeepsWhatAnEditorTouched(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	db := open(t, path)
	if !seedWith(t, db, someRecords()) {
		t.Error("the first seed changed nothing")
	}
	if seedWith(t, db, someRecords()) {
		t.Error("the same seed again changed something")
	}
	raw(t, path, `UPDATE record SET body = '{"id":"b","name":"Beta by Olha"}' WHERE id = 'b'`)

	next := someRecords()
	next.Organizations = []bot.Organization{{ID: "a", Name: "Alpha two"}, {ID: "b", Name: "Beta two"}, {ID: "c", Name: "Gamma"}}
	if !seedWith(t, db, next) {
		t.Error("the next release changed nothing")
	}
	if got := names(t, db); got != "Alpha two Beta by Olha Gamma" {
		t.Errorf("after the next release: %s", got)
	}

	last := someRecords()
	last.Organizations = nil
	seedWith(t, db, last)
	if got := names(t, db); got != "Beta by Olha" {
		t.Errorf("after a release without any: %s", got)
	}
	seedWith(t, db, next)
	if got := names(t, db); got != "Alpha two Beta by Olha Gamma" {
		t.Errorf("after they were shipped again: %s", got)
	}
}

func TestRecordsComeBackAsTheyWere(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "test.db"))
	seedWith(t, db, someRecords())
	r, err := db.Records(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Examples, someRecords().Examples) || !slices.Equal(r.Organizations, someRecords().Organizations) {
		t.Errorf("records came back as %+v", r)
	}
}

func TestAChatIsKeptUnderAKeyedHashAndForgotten(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "test.db")
	db := open(t, path)
	c := Choices{DB: db, Key: []byte(strings.Repeat("k", 32))}
	const chat = 987654321012
	if l, country, err := c.Choice(ctx, chat); err != nil || l != "" || country != "" {
		t.Errorf("before anything was chosen: %q, %q (%v)", l, country, err)
	}
	if err := c.Choose(ctx, chat, "uk", "PL"); err != nil {
		t.Fatal(err)
	}
	if err := c.Choose(ctx, chat, "uk", "DE"); err != nil {
		t.Fatal(err)
	}
	if l, country, err := c.Choice(ctx, chat); err != nil || l != "uk" || country != "DE" {
		t.Errorf("chosen: %q, %q (%v)", l, country, err)
	}
	other := Choices{DB: db, Key: []byte(strings.Repeat("x", 32))}
	if l, _, _ := other.Choice(ctx, chat); l != "" {
		t.Error("another key finds the chat")
	}
	if err := c.Forget(ctx, chat); err != nil {
		t.Fatal(err)
	}
	if l, country, err := c.Choice(ctx, chat); err != nil || l != "" || country != "" {
		t.Errorf("after forgetting: %q, %q (%v)", l, country, err)
	}
}

func TestVotesAndReportsAreCountedByMonth(t *testing.T) {
	ctx := context.Background()
	db := open(t, filepath.Join(t.TempDir(), "test.db"))
	c := Counts{DB: db, Now: func() time.Time { return time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC) }}
	for _, err := range []error{
		c.Vote(ctx, bot.Work, "uk", "PL", true), c.Vote(ctx, bot.Work, "ru", "DE", false), c.Vote(ctx, bot.Work, "uk", "PL", true),
		c.WrongNumber(ctx, "pl-kcik"), c.WrongNumber(ctx, "pl-kcik"), c.Unanswered(ctx, "tp", "uk", ""),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got, err := db.Tally(ctx, "2026-11")
	if err != nil {
		t.Fatal(err)
	}
	if got.Up[bot.Work] != 2 || got.Down[bot.Work] != 1 || got.Wrong["pl-kcik"] != 2 || got.Unanswered["tp"] != 1 {
		t.Errorf("counted %+v", got)
	}
	if earlier, err := db.Tally(ctx, "2026-10"); err != nil || len(earlier.Wrong) != 0 {
		t.Errorf("another month counted %+v (%v)", earlier, err)
	}
}

func TestTheWebhookSecretIsMadeOnceAndFitsTelegram(t *testing.T) {
	ctx := context.Background()
	db := open(t, filepath.Join(t.TempDir(), "test.db"))
	first, err := db.WebhookSecret(ctx)
	if err != nil {
		t.Fatal(err)
	}
	second, err := db.WebhookSecret(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if first != second || len(first) < 20 || strings.Trim(first, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		t.Errorf("secrets %q and %q", first, second)
	}
}
