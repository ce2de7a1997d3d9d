package main

import (
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/sqlite"
)

func TestTheOperatorLetsPeopleIntoTheDesk(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"nothing", []string{"editor"}, exitUsage, "add, list, remove or link"},
		{"help", []string{"editor", "--help"}, exitDone, "--role"},
		{"help of a verb", []string{"editor", "add", "--help"}, exitDone, "-organization"},
		{"an unknown verb", []string{"editor", "fire", "Anna"}, exitUsage, `"fire" is not add`},
		{"an unknown flag", []string{"editor", "add", "--boss", "Anna"}, exitUsage, "boss"},
		{"no role", []string{"editor", "add", "Anna"}, exitUsage, "--role is missing"},
		{"no such role", []string{"editor", "add", "--role", "owner", "Anna"}, exitUsage, `role "owner"`},
		{"no name", []string{"editor", "add", "--role", "editor"}, exitUsage, "NAME is missing"},
		{"no such country", []string{"editor", "add", "--role", "editor", "--country", "US", "Anna"}, exitUsage, `country "US"`},
		{"no such language", []string{"editor", "add", "--role", "editor", "--language", "fr", "Anna"}, exitUsage, `language "fr"`},
		{"no such organization", []string{"editor", "add", "--role", "editor", "--organization", "nobody", "Anna"}, exitFailed, `no organization "nobody"`},
		{"a name too long", []string{"editor", "add", "--role", "editor", strings.Repeat("a", 81)}, exitFailed, "longer than 80"},
		{"the first", []string{"editor", "add", "--role", "administrator", "Anna"}, exitDone, "Anna may use the desk"},
		{"again", []string{"editor", "add", "--role", "administrator", "Anna"}, exitFailed, "already"},
		{"flags behind the name, which has two words", []string{"editor", "add", "Piotr", "Nowak", "--role", "contributor", "--country", "pl", "--country", "CZ", "--language", "pl"}, exitDone, "as contributor"},
		{"list", []string{"editor", "list"}, exitDone, "Piotr Nowak  contributor    CZ PL      all            pl"},
		{"list of one", []string{"editor", "list", "Anna"}, exitUsage, "no NAME"},
		{"list with a role", []string{"editor", "list", "--role", "editor"}, exitUsage, "takes no --role"},
		{"a link for nobody", []string{"editor", "link", "Nobody"}, exitFailed, `no editor named "Nobody"`},
		{"a link", []string{"editor", "link", "Piotr Nowak"}, exitDone, "http://localhost:8080/desk/link/"},
		{"a link of a public service", []string{"editor", "link", "Anna", "--public-url", "https://help.example.org/"}, exitDone, "https://help.example.org/desk/link/"},
		{"an address that is none", []string{"editor", "link", "Anna", "--public-url", "help.example.org"}, exitUsage, "https"},
		{"a link of one that listens elsewhere", []string{"editor", "--listen", ":9000", "link", "Anna"}, exitDone, "http://localhost:9000/desk/link/"},
		{"remove the last administrator", []string{"editor", "remove", "Anna"}, exitFailed, "last administrator"},
		{"remove", []string{"editor", "remove", "Piotr", "Nowak"}, exitDone, "may not use the desk any more"},
		{"remove again", []string{"editor", "remove", "Piotr", "Nowak"}, exitFailed, "no editor named"},
	} {
		got := inFolder(t, dir, c.args...)
		if got.code != c.code || !strings.Contains(got.stdout+got.stderr, strings.TrimPrefix(c.says, "-")) {
			t.Errorf("%s: exit %d, says %q%q; want %d and %q", c.name, got.code, got.stdout, got.stderr, c.code, c.says)
		}
		if c.code != exitDone && strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: not one line: %q", c.name, got.stderr)
		}
	}
}

func TestTheOperatorsLinkWorksWhileTheServiceRuns(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	db, err := sqlite.Open(ctx, filepath.Join(dir, "prystan.db")) // as serve holds it
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if got := inFolder(t, dir, "editor", "add", "--role", "administrator", "Anna"); got.code != exitDone {
		t.Fatal(got.stderr)
	}
	got := inFolder(t, dir, "editor", "link", "Anna")
	secret := regexp.MustCompile(`/desk/link/([A-Z2-7]{26,})\n.*10 minutes`).FindStringSubmatch(got.stdout)
	if secret == nil {
		t.Fatalf("no link: %q%q", got.stdout, got.stderr)
	}
	door, err := newDoor(db, &settings{database: filepath.Join(dir, "prystan.db"), listen: "127.0.0.1:8080"}, "http://localhost:8080")
	if err != nil {
		t.Fatal(err)
	}
	session, err := door.UseLink(ctx, secret[1], "")
	if err != nil {
		t.Fatal(err)
	}
	s, err := door.Session(ctx, session)
	if err != nil || s.Editor.Name != "Anna" || s.Editor.Role != bot.Administrator {
		t.Errorf("signed in is %+v (%v)", s.Editor, err)
	}
}
