package main

import (
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"prystan/bot/access"
	"prystan/bot/bottest"
	"prystan/bot/sqlite"
)

func TestAnEditorSignsInFromTelegram(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	api := bottest.NewBotAPI(t)
	out, stop := started(t, dir, "127.0.0.1:0", "--telegram-token", api.Token, "--telegram-api", api.URL)
	marta := api.NewPerson("en")
	says := func(text string) bottest.Message {
		before := len(marta.Unread())
		marta.Chat.Say(marta, text)
		api.Wait("an answer of the desk", func() bool { return len(marta.Unread()) > before })
		return marta.Unread()[before].Message
	}
	if got := says("/desk").Text; !strings.HasPrefix(got, "The desk is for editors") {
		t.Errorf("a stranger is answered with %q", got)
	}
	if got := inFolder(t, dir, "editor", "add", "--role", "editor", "Marta"); got.code != exitDone {
		t.Fatal(got.stderr)
	}
	if got := says("/start " + access.StartWord + toConnect(t, ctx, dir)).Text; !strings.Contains(got, "Marta") {
		t.Errorf("connecting is answered with %q", got)
	}
	if got := says("/desk").Text; !regexp.MustCompile(`http://localhost:\d+/desk/link/\w+$`).MatchString(got) {
		t.Errorf("an editor is answered with %q", got)
	}
	if code := stop(); code != exitDone {
		t.Errorf("exit %d: %s", code, out)
	}
}

// toConnect makes a link to connect a chat for the only editor.
func toConnect(t *testing.T, ctx context.Context, dir string) string {
	t.Helper()
	db, err := sqlite.Open(ctx, filepath.Join(dir, "prystan.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	door, err := newDoor(db, &settings{database: filepath.Join(dir, "prystan.db")}, "http://localhost")
	if err != nil {
		t.Fatal(err)
	}
	secret, err := door.MakeLink(ctx, 1, 1, access.Connect)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}
