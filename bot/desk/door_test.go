package desk_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/access"
	"prystan/bot/bottest"
	"prystan/bot/desk"
	"prystan/bot/directory"
	"prystan/bot/sqlite"
	"prystan/locales"
)

// under returns the same house, with a desk that browsers reach under an
// address; public is what the operator says it is.
func (h *house) under(t testing.TB, public string, log *slog.Logger) *house {
	t.Helper()
	messages, err := locales.NewDeskCatalog(h.Catalog)
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.NewAccess(h.DB, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	other, mux := *h, http.NewServeMux()
	other.server = httptest.NewServer(mux)
	t.Cleanup(other.server.Close)
	address := public
	if public == "" {
		address = strings.Replace(other.server.URL, "127.0.0.1", "localhost", 1)
		other.server.URL = address
	}
	if other.door, err = access.NewDoor(store, address, h.Clock.Now); err != nil {
		t.Fatal(err)
	}
	mux.HandleFunc("/favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }) // browsers ask for it on their own
	mux.Handle("/desk/", desk.New(desk.Config{
		Keeper: h.keeper, Door: other.door, Store: h.DB, Conversation: h.talk, Catalog: h.Catalog, Messages: messages,
		PublicURL: public, BotName: func() string { return "PrystanBot" }, Log: log, Now: h.Clock.Now,
	}))
	return &other
}

// stay returns the browser, which follows no redirects.
func (b *browser) stay() *browser {
	client := *b.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &browser{t: b.t, Client: &client, base: b.base}
}

// send sends a form with headers of its own, names and values in turns.
func (b *browser) send(path, form string, headers ...string) *http.Response {
	b.t.Helper()
	req, err := http.NewRequest(http.MethodPost, b.base+path, strings.NewReader(form))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	r, err := b.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { r.Body.Close() })
	return r
}

// in reports whether the browser is signed in.
func (b *browser) in() bool {
	b.t.Helper()
	status, _ := b.stay().get("/desk/")
	return status == http.StatusOK
}

// link returns the secret of a link that the operator makes.
func (h *house) link(t testing.TB, editor int64) string {
	t.Helper()
	secret, err := h.door.MakeLink(context.Background(), 0, editor, access.SignIn)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// log returns the audit log, the newest entry first.
func (h *house) log(t testing.TB) []bot.AuditEntry {
	t.Helper()
	var all []bot.AuditEntry
	err := h.DB.Change(context.Background(), func(tx directory.Tx) (err error) {
		all, err = tx.Audit(directory.AuditFilter{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestALinkIsUsedUpByItsButtonOnly(t *testing.T) {
	h := newHouse(t)
	eva := h.add(t, "Eva", bot.RoleEditor)
	secret := h.link(t, eva)
	for range 3 { // programs that look at links before people do
		if status, body := h.anonymous(t).get("/desk/link/" + secret); status != http.StatusOK || !strings.Contains(body, secret) {
			t.Fatalf("the page of a link: %d\n%s", status, body)
		}
	}
	b := h.anonymous(t)
	if b.in() {
		t.Fatal("looking at a link signs in")
	}
	if status, body := b.post("/desk/link", "secret", secret); status != http.StatusOK || !strings.Contains(body, "Eva") {
		t.Errorf("after the button: %d\n%s", status, body)
	}
	if !b.in() {
		t.Error("the button does not sign in")
	}
	other := h.anonymous(t)
	other.post("/desk/link", "secret", secret)
	if other.in() {
		t.Error("a link lets two in")
	}
}

func TestEveryLinkThatDoesNotWorkIsAnsweredAlike(t *testing.T) {
	h := newHouse(t)
	eva, gone := h.add(t, "Eva", bot.RoleEditor), h.add(t, "Gone", bot.RoleEditor)
	used, voided, old, removed := h.link(t, eva), "", "", h.link(t, gone)
	h.anonymous(t).post("/desk/link", "secret", used)
	voided = h.link(t, eva)
	old = h.link(t, eva)
	h.Clock.Advance(access.LinkLife)
	if err := h.door.Remove(context.Background(), 0, gone); err != nil {
		t.Fatal(err)
	}
	var first string
	for _, secret := range []string{used, voided, old, removed, "NEVERWAS", "", "<script>", strings.Repeat("A", 10_000)} {
		status, body := h.anonymous(t).post("/desk/link", "secret", secret)
		if first == "" {
			first = body
		}
		if status != http.StatusForbidden || body != first || !strings.Contains(body, "used up or too old") {
			t.Errorf("link %.30q: %d\n%s", secret, status, body)
		}
		page := regexp.MustCompile(`value="[^"]*"`)
		_, a := h.anonymous(t).get("/desk/link/" + url.PathEscape(secret+"A"))
		_, b := h.anonymous(t).get("/desk/link/GOOD")
		if page.ReplaceAllString(a, "") != page.ReplaceAllString(b, "") {
			t.Errorf("the page of link %.30q is another", secret)
		}
	}
}

func TestOfManyBrowsersWithOneLinkOneGetsIn(t *testing.T) {
	h := newHouse(t)
	secret := h.link(t, h.add(t, "Eva", bot.RoleEditor))
	var all sync.WaitGroup
	statuses := make([]int, 12)
	for i := range statuses {
		b := h.anonymous(t).stay()
		all.Go(func() { statuses[i] = b.send("/desk/link", "secret="+secret).StatusCode })
	}
	all.Wait()
	n := 0
	for _, s := range statuses {
		if s == http.StatusSeeOther {
			n++
		} else if s != http.StatusForbidden {
			t.Errorf("status %d", s)
		}
	}
	if n != 1 {
		t.Errorf("%d got in", n)
	}
}

func TestTheCookieGoesNowhereElse(t *testing.T) {
	h := newHouse(t)
	eva := h.add(t, "Eva", bot.RoleEditor)
	for public, want := range map[string]http.Cookie{
		"":                         {Name: "prystan"},
		"https://help.example.org": {Name: "__Host-prystan", Secure: true},
	} {
		o := h.under(t, public, slog.New(slog.DiscardHandler))
		r := o.anonymous(t).stay().send("/desk/link", "secret="+o.link(t, eva))
		cookies := r.Cookies()
		if len(cookies) != 1 {
			t.Fatalf("%q: cookies %v", public, cookies)
		}
		c := cookies[0]
		if c.Name != want.Name || c.Secure != want.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || !c.Expires.IsZero() || c.MaxAge != 0 {
			t.Errorf("%q: cookie %s", public, c)
		}
		out := o.anonymous(t).stay().send("/desk/out", "", "Cookie", c.Name+"="+c.Value)
		if c := out.Cookies(); len(c) != 1 || c[0].MaxAge >= 0 || c[0].Value != "" || c[0].Secure != want.Secure {
			t.Errorf("%q: cookie after signing out %v", public, c)
		}
	}
}

func TestASecretPutThereBySomebodyElseIsWorthNothing(t *testing.T) {
	h := newHouse(t)
	eva, kim := h.add(t, "Eva", bot.RoleEditor), h.add(t, "Kim", bot.Contributor)
	h.anonymous(t).stay().send("/desk/", "", "Cookie", "prystan=CHOSEN") // is not taken for a new session
	r := h.anonymous(t).stay().send("/desk/link", "secret="+h.link(t, eva), "Cookie", "prystan=CHOSEN")
	if v := r.Cookies()[0].Value; v == "CHOSEN" || len(v) < 26 {
		t.Errorf("the session has the secret %s", v)
	}
	// Signing in again ends the session before, whose secret somebody may know.
	b := h.as(t, eva)
	u, _ := url.Parse(h.server.URL)
	before := b.Jar.Cookies(u)[0].Value
	b.post("/desk/link", "secret", h.link(t, kim))
	if after := b.Jar.Cookies(u)[0].Value; after == before {
		t.Error("the secret stays the same")
	}
	if _, err := h.door.Session(context.Background(), before); !errors.Is(err, access.ErrOut) {
		t.Errorf("the session before goes on (%v)", err)
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	h := newHouse(t)
	anna := h.add(t, "Anna", bot.Administrator)
	b := h.as(t, anna).stay()
	secret := h.link(t, anna)
	for _, path := range []string{"/desk/link", "/desk/out", "/desk/me", "/desk/me/sessions/others", "/desk/me/passkeys/begin", "/desk/passkey/begin", "/desk/people", "/desk/people/1/remove"} {
		for _, headers := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
			if r := b.send(path, "secret="+secret+"&name=Mallory&role=administrator&language=en&sure=1", headers...); r.StatusCode != http.StatusForbidden {
				t.Errorf("%s with %v: %d", path, headers, r.StatusCode)
			}
		}
	}
	if !b.in() {
		t.Error("another site has signed Anna out")
	}
	if all, err := h.door.People(context.Background(), 0); err != nil || len(all) != 1 {
		t.Errorf("people are now %v (%v)", all, err)
	}
}

// deed is something that somebody may try.
type deed struct {
	method, path, form string
}

func TestWhoLacksARightIsRefused(t *testing.T) {
	h := newHouse(t)
	h.add(t, "Anna", bot.Administrator)
	greta := h.add(t, "Greta", bot.Contributor, "DE")
	kept := h.as(t, greta)
	person := fmt.Sprintf("/desk/people/%d", greta)
	german := "name=Greta&role=contributor&country=DE&language=en"
	deeds := []deed{
		{"GET", person, ""},
		{"POST", "/desk/people", "name=Mallory&role=contributor&country=DE&language=en"},
		{"POST", "/desk/people", "name=Mallory&role=administrator&language=en"},
		{"POST", "/desk/people", "name=Mallory&role=contributor&language=en"},
		{"POST", person, german + "&monthly=1"},
		{"POST", person, "name=Greta&role=administrator&country=PL&language=en"},
		{"POST", person + "/remove", "sure=1"},
		{"POST", person + "/link", ""},
		{"POST", person + "/out", ""},
	}
	for _, who := range []struct {
		name  string
		role  bot.Role
		reach []bot.Country
		more  []deed
	}{
		{"Kim", bot.Contributor, nil, []deed{{"GET", "/desk/people", ""}, {"GET", "/desk/people/new", ""}, {"GET", "/desk/audit", ""}, {"POST", "/desk/settings", "country=DE&off=true"}}},
		{"Eva", bot.RoleEditor, nil, []deed{{"GET", "/desk/people", ""}, {"GET", "/desk/people/new", ""}, {"GET", "/desk/audit", ""}, {"POST", "/desk/settings", "country=DE&off=true"}}},
		{"Piotr", bot.Administrator, []bot.Country{"PL"}, []deed{{"POST", "/desk/settings", "country=DE&off=true"}}},
	} {
		id := h.add(t, who.name, who.role, who.reach...)
		// Nobody raises their own rights either.
		self := deed{"POST", fmt.Sprintf("/desk/people/%d", id), "name=" + who.name + "&role=administrator&language=en"}
		b := h.as(t, id).stay()
		for _, d := range append(append(slices.Clone(deeds), who.more...), self) {
			before := len(h.log(t))
			var status int
			if d.method == "GET" {
				status, _ = b.get(d.path)
			} else {
				status = b.send(d.path, d.form, "Sec-Fetch-Site", "same-origin").StatusCode
			}
			if status != http.StatusForbidden {
				t.Errorf("%s: %s %s %s: %d", who.name, d.method, d.path, d.form, status)
			}
			log := h.log(t)
			if !strings.Contains(d.path, "/people") {
				continue
			}
			if len(log) != before+1 || log[0].Action != bot.ActionRefused || log[0].Editor != id {
				t.Errorf("%s: %s %s is logged as %+v", who.name, d.method, d.path, log[:len(log)-before])
			}
		}
		// What is said about oneself in a form changes nothing that is not one's own.
		b.send("/desk/me", "language=en&role=administrator&country=&name=Boss", "Sec-Fetch-Site", "same-origin")
	}
	all, err := h.door.People(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range all {
		names = append(names, e.Name+" "+string(e.Role))
	}
	if got := strings.Join(names, ", "); got != "Anna administrator, Eva editor, Greta contributor, Kim contributor, Piotr administrator" {
		t.Errorf("people are now %s", got)
	}
	if !kept.in() {
		t.Error("somebody has signed Greta out")
	}
	stranger := h.anonymous(t).stay()
	for _, d := range append(deeds, deed{"GET", "/desk/me", ""}, deed{"POST", "/desk/me/passkeys/begin", ""}, deed{"POST", "/desk/me/telegram", ""}) {
		var r *http.Response
		if d.method == "GET" {
			if r, err = stranger.Get(stranger.base + d.path); err != nil {
				t.Fatal(err)
			}
			r.Body.Close()
		} else {
			r = stranger.send(d.path, d.form, "Sec-Fetch-Site", "same-origin")
		}
		if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/desk/enter" {
			t.Errorf("a stranger: %s %s: %d to %s", d.method, d.path, r.StatusCode, r.Header.Get("Location"))
		}
	}
}

func TestAnAdministratorLooksAfterPeople(t *testing.T) {
	h := newHouse(t)
	anna := h.add(t, "Anna", bot.Administrator)
	b := h.as(t, anna)
	org := h.Directory.Records().Organizations[0]
	_, body := b.post("/desk/people", "name", " Olena <b> ", "role", "editor", "country", "PL", "country", "PL", "country", "CZ",
		"organization", org.ID, "organization", "", "language", "uk", "monthly", "1")
	if !strings.Contains(body, "Now make a link") || !strings.Contains(body, "Olena &lt;b&gt;") || strings.Contains(body, "Olena <b>") {
		t.Fatalf("after adding:\n%s", body)
	}
	all, err := h.door.People(context.Background(), 0)
	if err != nil || len(all) != 2 {
		t.Fatalf("people are %v (%v)", all, err)
	}
	olena := all[1]
	if olena.Role != bot.RoleEditor || fmt.Sprint(olena.Countries) != "[CZ PL]" || fmt.Sprint(olena.Organizations) != "["+org.ID+"]" || olena.Language != bot.Ukrainian || !olena.Monthly {
		t.Errorf("added is %+v", olena)
	}
	path := fmt.Sprintf("/desk/people/%d", olena.ID)
	_, body = b.post(path + "/link")
	found := regexp.MustCompile(`/desk/link/([A-Z2-7]+)`).FindStringSubmatch(body)
	if found == nil {
		t.Fatalf("no link:\n%s", body)
	}
	theirs := h.anonymous(t)
	theirs.post("/desk/link", "secret", found[1])
	if !theirs.in() {
		t.Error("the link does not sign in")
	}
	if _, body := b.get(path); strings.Contains(body, found[1]) {
		t.Error("the link is shown again")
	}
	for what, form := range map[string][]string{
		"the name of somebody else": {"name", "Anna", "role", "editor", "language", "uk"},
		"no name":                   {"name", " ", "role", "editor", "language", "uk"},
		"no such organization":      {"name", "Olena", "role", "editor", "organization", "nobody", "language", "uk"},
		"no role":                   {"name", "Olena", "language", "uk"},
	} {
		if status, body := b.post(path, form...); status < 400 || status >= 500 || !strings.Contains(body, `role="alert"`) || !strings.Contains(body, `name="language"`) {
			t.Errorf("%s: %d\n%s", what, status, body)
		}
	}
	b.post(path+"/out", "sure", "1")
	if theirs.in() {
		t.Error("a lost device stays signed in")
	}
	theirs = h.as(t, olena.ID)
	if _, body := b.post(path + "/remove"); !strings.Contains(body, "Tick the box first") || !theirs.in() {
		t.Error("somebody is removed without being sure")
	}
	b.post(path+"/remove", "sure", "1")
	if theirs.in() {
		t.Error("who was removed stays signed in")
	}
	if status, body := b.post(fmt.Sprintf("/desk/people/%d/remove", anna), "sure", "1"); status != http.StatusConflict || !b.in() {
		t.Errorf("the last administrator is removed: %d\n%s", status, body)
	}
	if status, _ := b.get("/desk/people/999"); status != http.StatusNotFound {
		t.Errorf("nobody: %d", status)
	}
	for range access.MaxLinks {
		b.post(fmt.Sprintf("/desk/people/%d/link", anna))
	}
	if status, _ := b.post(fmt.Sprintf("/desk/people/%d/link", anna)); status != http.StatusTooManyRequests {
		t.Errorf("a link too many: %d", status)
	}
}

func TestEditorsLookAfterTheirOwnAccount(t *testing.T) {
	h := newHouse(t).under(t, "", slog.New(slog.DiscardHandler))
	eva := h.add(t, "Eva", bot.RoleEditor, "PL")
	b, phone, pad := h.as(t, eva), h.as(t, eva), h.as(t, eva)
	_, body := b.post("/desk/me", "language", "en", "monthly", "1")
	if !strings.Contains(body, "Saved.") || !strings.Contains(body, "Poland") || !strings.Contains(body, "this device") {
		t.Errorf("my account:\n%s", body)
	}
	sessions, err := h.door.Sessions(context.Background(), eva)
	if err != nil || len(sessions) != 3 {
		t.Fatalf("sessions %v (%v)", sessions, err)
	}
	u, _ := url.Parse(h.server.URL)
	ofPhone, err := h.door.Session(context.Background(), phone.Jar.Cookies(u)[0].Value)
	if err != nil {
		t.Fatal(err)
	}
	b.post("/desk/me/sessions/end", "id", ofPhone.ID)
	if phone.in() || !pad.in() || !b.in() {
		t.Error("ended is another session")
	}
	b.post("/desk/me/sessions/others")
	if pad.in() || !b.in() {
		t.Error("ended are not the others")
	}
	_, body = b.post("/desk/me/telegram")
	start := regexp.MustCompile(`https://t\.me/PrystanBot\?start=desk_([A-Z2-7]+)`).FindStringSubmatch(html.UnescapeString(body))
	if start == nil || !strings.Contains(body, "/start desk_"+start[1]) {
		t.Fatalf("connecting Telegram:\n%s", body)
	}
	if _, err := h.door.Connect(context.Background(), start[1], 4711); err != nil {
		t.Fatal(err)
	}
	if _, body := b.get("/desk/me"); !strings.Contains(body, "connected to a chat") {
		t.Error("nothing says that Telegram is connected")
	}
	b.post("/desk/me/telegram/off")
	if _, err := h.door.EditorOfChat(context.Background(), 4711); !errors.Is(err, access.ErrOut) {
		t.Errorf("Telegram stays connected (%v)", err)
	}
}

func TestSessionsEndWithTheClock(t *testing.T) {
	h := newHouse(t)
	b := h.as(t, h.add(t, "Eva", bot.RoleEditor))
	for range 12 {
		h.Clock.Advance(time.Hour - time.Second)
		if !b.in() {
			t.Fatal("signed out too early")
		}
	}
	h.Clock.Advance(time.Minute)
	if b.in() {
		t.Error("signed in after twelve hours")
	}
	b = h.as(t, 1)
	h.Clock.Advance(access.Idle)
	if b.in() {
		t.Error("signed in after two idle hours")
	}
}

// ask sends JSON and returns the status and what came back.
func (b *browser) ask(path string, body []byte) (int, string) {
	b.t.Helper()
	r, err := b.Post(b.base+path, "application/json", bytes.NewReader(body))
	return b.read(r, err)
}

func TestAPasskeyOverHTTP(t *testing.T) {
	h := newHouse(t).under(t, "", slog.New(slog.DiscardHandler))
	b := h.as(t, h.add(t, "Eva", bot.RoleEditor))
	device := &bottest.Authenticator{Origin: h.server.URL}
	status, options := b.ask("/desk/me/passkeys/begin", nil)
	if status != http.StatusOK || !strings.Contains(options, `"residentKey":"required"`) || !strings.Contains(options, `"userVerification":"preferred"`) {
		t.Fatalf("%d %s", status, options)
	}
	made := device.Make(t, []byte(options))
	if status, body := b.ask("/desk/me/passkeys/finish", fmt.Appendf(nil, `{"name":"","credential":%s}`, made)); status != http.StatusNoContent {
		t.Fatalf("making a passkey: %d %s", status, body)
	}
	fresh := h.anonymous(t)
	_, options = fresh.ask("/desk/passkey/begin", nil)
	answer := device.Answer(t, []byte(options))
	if status, body := fresh.ask("/desk/passkey/finish", answer); status != http.StatusNoContent || !fresh.in() {
		t.Errorf("signing in with it: %d %s", status, body)
	}
	var bodies []string
	for _, wrong := range [][]byte{answer, nil, []byte("{}"), bytes.Repeat([]byte(" "), 100_000), []byte(strings.Replace(string(answer), "userHandle", "nobody", 1))} {
		status, body := h.anonymous(t).ask("/desk/passkey/finish", wrong)
		if status != http.StatusForbidden {
			t.Errorf("%.40q: %d", wrong, status)
		}
		bodies = append(bodies, body)
	}
	if len(slices.Compact(bodies)) != 1 {
		t.Errorf("the answers tell why: %q", bodies)
	}
	if status, _ := b.ask("/desk/me/passkeys/finish", []byte(`{"name":"x","credential":{}}`)); status != http.StatusForbidden {
		t.Errorf("a passkey of nothing: %d", status)
	}
}

func TestTheDoorIsNotTriedWithoutEnd(t *testing.T) {
	h := newHouse(t)
	b := h.anonymous(t)
	last := 0
	for range 40 {
		last, _ = b.post("/desk/link", "secret", "GUESS")
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the fortieth guess: %d", last)
	}
	if status, _ := b.ask("/desk/passkey/begin", nil); status != http.StatusTooManyRequests {
		t.Errorf("a passkey after that: %d", status)
	}
	h.Clock.Advance(10 * time.Second)
	if status, _ := b.post("/desk/link", "secret", "GUESS"); status != http.StatusForbidden {
		t.Errorf("later: %d", status)
	}
}

func TestNothingSecretIsLogged(t *testing.T) {
	var lines bytes.Buffer
	h := newHouse(t).under(t, "", slog.New(slog.NewTextHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug})))
	secret := h.link(t, h.add(t, "Eva", bot.RoleEditor))
	b := h.anonymous(t)
	const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	r := b.stay().send("/desk/link", "secret="+secret, "User-Agent", agent)
	session := r.Cookies()[0].Value
	b.get("/desk/me")
	b.post("/desk/out")
	for _, e := range h.log(t) {
		line := fmt.Sprint(e)
		for _, private := range []string{secret, session, "127.0.0.1", "140", "Gecko"} {
			if strings.Contains(line, private) || strings.Contains(lines.String(), private) {
				t.Errorf("%s is logged: %s", private, line)
			}
		}
	}
	if e := h.log(t)[1]; e.Action != bot.ActionSignIn || !strings.Contains(e.After, "Firefox, Linux") {
		t.Errorf("the log tells of %+v", e)
	}
}

func TestTheDeskMayUsePasskeysAndNothingElse(t *testing.T) {
	h := newHouse(t)
	r, err := h.anonymous(t).Get(h.server.URL + "/desk/enter")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	policy := r.Header.Get("Permissions-Policy")
	for _, want := range []string{"publickey-credentials-get=(self)", "publickey-credentials-create=(self)", "camera=()"} {
		if !strings.Contains(policy, want) {
			t.Errorf("Permissions-Policy lacks %s: %s", want, policy)
		}
	}
	if csp := r.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("Content-Security-Policy: %s", csp)
	}
}
