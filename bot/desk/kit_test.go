package desk_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/access"
	"prystan/bot/answer"
	"prystan/bot/bottest"
	"prystan/bot/desk"
	"prystan/bot/directory"
	"prystan/bot/facts"
	"prystan/bot/sqlite"
	"prystan/locales"
)

// house is a desk over the shipped directory, served on this machine.
type house struct {
	*bottest.Prepared
	answers *answer.Published // of this house alone
	talk    *answer.Conversation
	keeper  *directory.Keeper
	door    *access.Door
	server  *httptest.Server
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{Prepared: bottest.House(t)}
	h.answers = h.Published.Fork()
	h.talk = answer.New(h.answers, h.Catalog, sqlite.Counts{DB: h.DB, Now: h.Clock.Now}, h.Clock.Now)
	h.keeper = directory.NewKeeper(h.DB, h.answers, facts.CheckPhones, h.Clock.Now)
	messages, err := locales.NewDeskCatalog(h.Catalog)
	if err != nil {
		t.Fatal(err)
	}
	admissions, err := sqlite.NewAccess(h.DB, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	h.server = httptest.NewServer(mux)
	t.Cleanup(h.server.Close)
	h.door, err = access.NewDoor(admissions, h.server.URL, h.Clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/desk/", desk.New(desk.Config{
		Keeper: h.keeper, Door: h.door, Store: h.DB, Conversation: h.talk, Catalog: h.Catalog, Messages: messages,
		Log: slog.New(slog.DiscardHandler), Now: h.Clock.Now,
	}))
	return h
}

// add adds an editor whose rights reach the countries, or all.
func (h *house) add(t testing.TB, name string, role bot.Role, countries ...bot.Country) int64 {
	t.Helper()
	id, err := h.door.Add(context.Background(), 0, bot.Editor{Name: name, Role: role, Countries: countries, Language: bot.English})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// browser is somebody's browser.
type browser struct {
	t testing.TB
	*http.Client
	base string
}

// anonymous returns the browser of somebody who is not signed in.
func (h *house) anonymous(t testing.TB) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, Client: &http.Client{Jar: jar, Timeout: 30 * time.Second}, base: h.server.URL}
}

// as returns the browser of an editor who has used a link to sign in.
func (h *house) as(t testing.TB, editor int64) *browser {
	t.Helper()
	secret, err := h.door.MakeLink(context.Background(), 0, editor, access.SignIn)
	if err != nil {
		t.Fatal(err)
	}
	b := h.anonymous(t)
	if status, body := b.post("/desk/link", "secret", secret); status != http.StatusOK {
		t.Fatalf("signing in: %d\n%s", status, body)
	}
	return b
}

// get returns the page at a path, redirects followed.
func (b *browser) get(path string) (status int, body string) {
	b.t.Helper()
	r, err := b.Get(b.base + path)
	return b.read(r, err)
}

// post sends a form of names and values in turns, redirects followed.
func (b *browser) post(path string, pairs ...string) (status int, body string) {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	req, err := http.NewRequest(http.MethodPost, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	r, err := b.Do(req)
	return b.read(r, err)
}

func (b *browser) read(r *http.Response, err error) (int, string) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return r.StatusCode, string(raw)
}
