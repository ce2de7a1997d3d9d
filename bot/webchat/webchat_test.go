package webchat

import (
	"context"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/bottest"
	"prystan/bot/web"
	"prystan/locales"
)

// testChat is a web chat over a house of its own that limits nobody.
func testChat(t *testing.T) *chat {
	t.Helper()
	h := bottest.House(t)
	return newChat(h.Conversation, h.Catalog, slog.New(slog.DiscardHandler), web.NewLimiter(1_000_000, time.Second, time.Now))
}

// reply is what a browser got.
type reply struct {
	status int
	header http.Header
	page   string // "+" unescaped, as in numbers
}

// text is what a person reads of the page.
func (r reply) text() string {
	text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(r.page, "")
	return html.UnescapeString(text)
}

// field returns the value of a hidden field.
func (r reply) field(name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(r.page)
	if m == nil {
		return "(none)"
	}
	return m[1]
}

// actions returns the actions of all buttons.
func (r reply) actions() []string {
	var all []string
	for _, m := range regexp.MustCompile(`name="do" value="([^"]*)"`).FindAllStringSubmatch(r.page, -1) {
		all = append(all, html.UnescapeString(m[1]))
	}
	return all
}

func send(t *testing.T, h http.Handler, r *http.Request) reply {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{status: w.Code, header: w.Header(), page: strings.ReplaceAll(string(body), "&#43;", "+")}
}

func get(t *testing.T, h http.Handler, path, accept string) reply {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", accept)
	return send(t, h, r)
}

// post sends a form as a browser of the same site does; pairs are names and
// values.
func post(t *testing.T, h http.Handler, pairs ...string) reply {
	t.Helper()
	return send(t, h, posted(pairs...))
}

func posted(pairs ...string) *http.Request {
	var body strings.Builder // in order: the state comes first, as in the page
	for i := 0; i < len(pairs); i += 2 {
		if i > 0 {
			body.WriteByte('&')
		}
		body.WriteString(url.QueryEscape(pairs[i]) + "=" + url.QueryEscape(pairs[i+1]))
	}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body.String()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

func want(t *testing.T, r reply, status int, texts ...string) {
	t.Helper()
	if r.status != status {
		t.Errorf("status %d, not %d", r.status, status)
	}
	text := r.text()
	for _, s := range texts {
		if !strings.Contains(text, s) {
			t.Errorf("the page does not say %q:\n%.1500s", s, text)
		}
	}
}

func TestTheFirstLanguageThatCanBeSpokenIsSpoken(t *testing.T) {
	for header, want := range map[string]bot.Language{
		"":                                      "uk",
		"*":                                     "uk",
		"uk-UA,uk;q=0.9,ru;q=0.8,en;q=0.7":      "uk",
		"ru-UA,ru;q=0.9,uk;q=0.8":               "ru",
		"hu,uk;q=0.8":                           "uk",
		"hu,fr;q=0.8":                           "en",
		"en;q=0.5,pl;q=0.9":                     "pl",
		"sk,en;q=0.8":                           "cs",
		"be,ru;q=0.9":                           "uk",
		"de-AT":                                 "de",
		"ro-MD":                                 "ro",
		"not a language;;;":                     "uk",
		"xx," + strings.Repeat("yy,", 200):      "uk",
		"cs," + strings.Repeat("en;q=0.1,", 99): "cs",
	} {
		if got := preferred(header); got != want {
			t.Errorf("%.40q is greeted in %q, not in %q", header, got, want)
		}
	}
}

func TestEveryPageProtectsItsReader(t *testing.T) {
	h := testChat(t).handler()
	for name, r := range map[string]reply{
		"greeting": get(t, h, "/", "uk"), "privacy": get(t, h, "/privacy", "uk"), "missing": get(t, h, "/nowhere", "uk"),
		"answer": post(t, h, "language", "uk", "question", "Де зареєструватися у Польщі?"),
	} {
		for header, value := range map[string]string{
			"Content-Security-Policy": web.Policy, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "no-referrer, same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Set-Cookie": "",
		} {
			if got := r.header.Get(header); got != value {
				t.Errorf("%s: %s is %q, not %q", name, header, got, value)
			}
		}
		for _, inline := range []string{"<style", "style=", "onclick", "<script>", "javascript:", "ZgotmplZ"} {
			if strings.Contains(r.page, inline) {
				t.Errorf("%s has %q in it", name, inline)
			}
		}
		for _, m := range regexp.MustCompile(`<a [^>]*href="https?://[^>]*>`).FindAllString(r.page, -1) {
			if !strings.Contains(m, `rel="noopener noreferrer nofollow"`) {
				t.Errorf("%s links to another host and says who sent them: %s", name, m)
			}
		}
		for _, m := range regexp.MustCompile(`(src|action|<link[^>]*href)="[^/][^"]*"`).FindAllString(r.page, -1) {
			t.Errorf("%s loads from another host: %s", name, m)
		}
		if !strings.Contains(r.page, `href="`+LeaveURL+`"`) {
			t.Errorf("%s has no way to leave", name)
		}
	}
}

func TestAQuestionIsAnsweredWithTheCountrysFacts(t *testing.T) {
	h := testChat(t).handler()
	r := post(t, h, "language", "uk", "country", "", "topic", "", "question", "Як зареєструватися у Польщі?")
	want(t, r, 200, "Польща", "Як зареєструватися у Польщі?", "PESEL")
	if got := r.field("country") + " " + r.field("topic"); got != "PL tp.apply" {
		t.Errorf("the page goes on with %q", got)
	}
	if !strings.Contains(r.page, `href="tel:+48`) {
		t.Error("no Polish number can be called")
	}
	r = post(t, h, "language", "uk", "country", r.field("country"), "topic", r.field("topic"), "question", "а в Німеччині?")
	want(t, r, 200, "Німеччина")
	if got := r.field("topic"); got != "tp.apply" {
		t.Errorf("the question goes on with topic %q", got)
	}
	r = post(t, h, "language", "uk", "question", "Where do I register in Poland?")
	if !strings.Contains(r.page, `<html lang="en"`) {
		t.Error("a question in English is not answered in English")
	}
}

func TestWhatIsWrittenIsShownAsText(t *testing.T) {
	h := testChat(t).handler()
	r := post(t, h, "language", "uk", "question", `<script>alert(1)</script> "'&`)
	if strings.Contains(r.page, "<script>alert") || !strings.Contains(r.page, "&lt;script&gt;alert(1)") {
		t.Error("the question is not escaped")
	}
	r = post(t, h, "language", `uk"><b>`, "country", "<i>", "topic", "x", "question", "дякую")
	want(t, r, 200)
	if r.field("language") != "uk" || r.field("country") != "" || strings.Contains(r.page, "<i>") {
		t.Errorf("a forged state came back: %q %q", r.field("language"), r.field("country"))
	}
}

func TestAForgedOrStaleButtonLeadsToTheMenu(t *testing.T) {
	h := testChat(t).handler()
	for _, do := range []string{"0:menu:uk::", "1:menu:xx::", "1:menu:uk:XX:", "nonsense", strings.Repeat("x", 500)} {
		want(t, post(t, h, "language", "uk", "do", do), 200, testSay(t, locales.CannotRead))
	}
	for _, do := range []string{"1:drop:uk:PL:", "1:topic:uk:PL:nowhere", "1:line:uk:PL:nobody"} {
		if r := post(t, h, "language", "uk", "do", do); r.status != 200 || len(r.actions()) < 5 {
			t.Errorf("%s: status %d, %d buttons", do, r.status, len(r.actions()))
		}
	}
}

func testSay(t *testing.T, m locales.Message) string {
	t.Helper()
	catalog, err := locales.NewCatalog()
	if err != nil {
		t.Fatal(err)
	}
	return catalog.Printer(bot.Ukrainian).Say(m)
}

func TestWhatIsTooMuchIsRefusedInThePersonsLanguage(t *testing.T) {
	h := testChat(t).handler()
	long := strings.Repeat("ї", maxQuestion)
	if r := post(t, h, "language", "uk", "question", long); r.status != 200 {
		t.Errorf("%d characters: status %d", maxQuestion, r.status)
	}
	r := post(t, h, "language", "uk", "country", "PL", "question", long+"!")
	want(t, r, 413, testSay(t, locales.WebTooLong))
	if !strings.Contains(r.page, long+"!</textarea>") {
		t.Error("what was written is lost")
	}
	r = post(t, h, "language", "uk", "country", "PL", "question", strings.Repeat("a", maxBody))
	want(t, r, 413, testSay(t, locales.WebTooLong))
	if r.field("country") != "PL" {
		t.Error("the state is lost")
	}
	r = post(t, h, "language", "uk", "country", "PL", "question", " \n ")
	want(t, r, 422, testSay(t, locales.WebEmpty))
	r = post(t, h, "language", "uk", "country", "PL", "question", strings.Repeat("мене б'є чоловік, допоможіть. ", maxQuestion/20))
	want(t, r, 200, "112", "☎")
}

func TestOtherSitesCannotAskForAPerson(t *testing.T) {
	h := testChat(t).handler()
	for name, c := range map[string]struct {
		header, value string
		status        int
	}{
		"the page itself":            {"Sec-Fetch-Site", "same-origin", 200},
		"another site":               {"Sec-Fetch-Site", "cross-site", 403},
		"a neighbour":                {"Sec-Fetch-Site", "same-site", 403},
		"another site, old browser":  {"Origin", "https://evil.example", 403},
		"hidden origin, old browser": {"Origin", "null", 403},
		"the page, old browser":      {"Origin", "http://example.com", 200}, // the host of httptest's requests
		"no browser":                 {"X-Nothing", "", 200},
	} {
		r := posted("language", "uk", "question", "дякую")
		r.Header.Del("Sec-Fetch-Site")
		r.Header.Set(c.header, c.value)
		if got := send(t, h, r); got.status != c.status {
			t.Errorf("%s: status %d, not %d", name, got.status, c.status)
		}
	}
}

func TestWhatDoesNotExistIsSaidInThePersonsLanguage(t *testing.T) {
	h := testChat(t).handler()
	want(t, get(t, h, "/nowhere", "uk"), 404, testSay(t, locales.WebNotFound), "112")
	want(t, get(t, h, "/static/nothing.css", "uk"), 404)
	for _, c := range [][2]string{{"PUT", "/"}, {"DELETE", "/"}, {"POST", "/privacy"}, {"TRACE", "/"}} {
		r := send(t, h, httptest.NewRequest(c[0], c[1], nil))
		if r.status != 405 || r.header.Get("Allow") == "" {
			t.Errorf("%s %s: status %d, Allow %q", c[0], c[1], r.status, r.header.Get("Allow"))
		}
	}
	if r := send(t, h, httptest.NewRequest("HEAD", "/", nil)); r.status != 200 {
		t.Errorf("HEAD /: status %d", r.status)
	}
}

func TestPostersAndPrivacyOpenWhatTheySay(t *testing.T) {
	h := testChat(t).handler()
	r := get(t, h, "/?start=PL_uk", "en")
	if r.field("language")+r.field("country") != "ukPL" {
		t.Errorf("?start=PL_uk opens %q %q", r.field("language"), r.field("country"))
	}
	if r := get(t, h, "/?start=job&lang=en", "uk"); r.field("topic") != string(bot.JobOffer) || r.field("language") != "en" {
		t.Errorf("?start=job opens %q", r.field("topic"))
	}
	want(t, get(t, h, "/?start=sos", "uk"), 200, "112")
	if r := get(t, h, "/?lang=xx&start=%00<b>", "uk"); r.status != 200 || r.field("language") != "uk" {
		t.Errorf("nonsense opens status %d in %q", r.status, r.field("language"))
	}
	r = get(t, h, "/privacy?lang=uk", "en")
	want(t, r, 200, "/forget")
	if !strings.Contains(r.page, `href="/privacy?lang=uk"`) {
		t.Error("no link to the privacy page")
	}
}

func TestAVoteIsCountedAndTheAnswerStays(t *testing.T) {
	house := bottest.House(t)
	h := New(house.Conversation, house.Catalog, slog.New(slog.DiscardHandler))
	r := post(t, h, "language", "uk", "do", "1:up:uk:PL:tp.apply")
	want(t, r, 200, testSay(t, locales.VoteThanks), "PESEL")
	if strings.Contains(r.page, "1:up:") {
		t.Error("one can vote again")
	}
	now := house.Clock.Now()
	tally, err := house.DB.Tally(context.Background(), now.UTC().Format("2006-01"))
	if err != nil {
		t.Fatal(err)
	}
	if tally.Up[bot.Apply] != 1 {
		t.Errorf("%d votes counted", tally.Up[bot.Apply])
	}
}

func TestAContactIsACardToCall(t *testing.T) {
	h := testChat(t).handler()
	lines := post(t, h, "language", "uk", "do", "1:lines:uk:PL:anti_trafficking")
	var card reply
	for _, do := range lines.actions() {
		if strings.HasPrefix(do, "1:line:") {
			card = post(t, h, "language", "uk", "do", do)
			break
		}
	}
	if !strings.Contains(card.page, `data-copy="`) || !regexp.MustCompile(`<b>\+?[0-9]+</b>`).MatchString(card.page) {
		t.Error("the card shows no number to copy")
	}
	for _, do := range card.actions() {
		if strings.HasPrefix(do, "1:card:") {
			if r := post(t, h, "language", "uk", "do", do); !regexp.MustCompile(`class="card" href="tel:\+?[0-9]+"`).MatchString(r.page) {
				t.Error("the contact cannot be called")
			}
			return
		}
	}
	t.Error("no button for the contact")
}

func TestManyQuestionsFromOnePlaceStillGetTheEmergencyNumber(t *testing.T) {
	house := bottest.House(t)
	h := newChat(house.Conversation, house.Catalog, slog.New(slog.DiscardHandler), web.NewLimiter(2, time.Hour, time.Now)).handler()
	ask := func(pairs ...string) reply {
		return post(t, h, append([]string{"language", "uk", "country", "GB"}, pairs...)...)
	}
	for range 2 {
		want(t, ask("question", "дякую"), 200)
	}
	want(t, ask("question", "Де зареєструватися?"), 429, "999", "Де зареєструватися?")
	want(t, ask("do", "1:up:uk:GB:tp.apply"), 429, "999")
	want(t, ask("question", "мене б'є чоловік, допоможіть"), 200, "☎", "999")
	want(t, ask("do", "1:sos:uk:GB:"), 200, "999")
	if r := get(t, h, "/", "uk"); r.status != 200 {
		t.Errorf("the greeting has status %d", r.status)
	}
	tally, err := house.DB.Tally(context.Background(), house.Clock.Now().UTC().Format("2006-01"))
	if err != nil || tally.Up[bot.Apply] != 0 {
		t.Errorf("a vote beyond the limit was counted: %v %v", tally.Up, err)
	}
}

// broken panics with what it was asked to count.
type broken struct{ answer.Counts }

func (broken) Vote(_ context.Context, t bot.Topic, _ bot.Language, _ bot.Country, _ bool) error {
	panic("secret-7319 " + string(t))
}

func TestAPanicShowsTheEmergencyNumberAndHarmsNobodyElse(t *testing.T) {
	var logged strings.Builder
	house := bottest.House(t, bottest.WithCounts(func(c answer.Counts) answer.Counts { return broken{c} }))
	h := New(house.Conversation, house.Catalog, slog.New(slog.NewTextHandler(&logged, nil)))
	r := posted("language", "uk", "do", "1:up:uk:PL:tp.apply")
	r.Header.Set("Accept-Language", "uk")
	want(t, send(t, h, r), 500, "112")
	want(t, post(t, h, "language", "uk", "question", "дякую"), 200)
	if strings.Contains(logged.String(), "secret-7319") || !strings.Contains(logged.String(), "panicked") {
		t.Errorf("logged: %s", logged.String())
	}
}

func TestNothingAPersonSendsIsLogged(t *testing.T) {
	var logged strings.Builder
	log := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	house := bottest.House(t)
	h := web.Log(log, New(house.Conversation, house.Catalog, log))
	r := posted("language", "uk", "question", "marked-4711 у Польщі")
	r.RemoteAddr = "203.0.113.77:4711"
	send(t, h, r)
	get(t, h, "/nowhere-4711?start=marked-4711", "uk")
	if s := logged.String(); strings.Contains(s, "4711") || strings.Contains(s, "203.0.113") || strings.Count(s, "msg=request") != 2 {
		t.Errorf("logged: %s", s)
	}
}

// TestEveryButtonDoesSomething presses every button that can be reached from
// the greeting and from Poland, once, in each language that has its texts.
func TestEveryButtonDoesSomething(t *testing.T) {
	house := bottest.House(t)
	h := newChat(house.Conversation, house.Catalog, slog.New(slog.DiscardHandler), web.NewLimiter(1_000_000, time.Second, time.Now)).handler()
	fixed := 0 // bytes of style, script and icon
	for _, file := range []string{"style.css", "chat.js", "icon.svg"} {
		fixed += len(get(t, h, "/static/"+file, "").page)
	}
	for _, l := range house.Languages() {
		t.Run(string(l), func(t *testing.T) {
			seen := map[string]bool{}
			queue := []string{"1:menu:" + string(l) + "::", "1:menu:" + string(l) + ":PL:"}
			for len(queue) > 0 {
				do := queue[0]
				queue = queue[1:]
				if seen[do] {
					continue
				}
				seen[do] = true
				r := post(t, h, "language", string(l), "do", do)
				sound(t, do, l, fixed, r)
				for _, next := range r.actions() {
					if a, err := answer.ParseAction(next); err == nil && a.Language == l && (a.Country == "" || a.Country == "PL") {
						queue = append(queue, next)
					} else if err != nil {
						t.Errorf("%s leads to %q: %v", do, next, err)
					}
				}
			}
			if len(seen) < 100 {
				t.Errorf("only %d buttons were found", len(seen))
			}
		})
	}
}

var leftover = regexp.MustCompile(`\[[a-z_]+\]|\{\{|<no value>|ZgotmplZ|%!`)

// sound reports what is wrong with a page that a button led to.
func sound(t *testing.T, do string, l bot.Language, fixed int, r reply) {
	t.Helper()
	if r.status != 200 || !strings.Contains(r.page, fmt.Sprintf(`<html lang="%s" dir="ltr">`, l)) {
		t.Errorf("%s: status %d, not a page in %s", do, r.status, l)
	}
	if m := leftover.FindString(r.page); m != "" {
		t.Errorf("%s: the page says %q", do, m)
	}
	if strings.Count(r.page, "1:sos:"+string(l)) != 1 {
		t.Errorf("%s: %d buttons for danger", do, strings.Count(r.page, "1:sos:"+string(l)))
	}
	if size := len(r.page) + fixed; size > 30_000 {
		t.Errorf("%s: the page has %d bytes with all that it loads", do, size)
	}
}
