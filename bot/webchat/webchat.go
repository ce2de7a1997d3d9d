// Package webchat is the conversation as one web page that works on an old
// phone: without an account, cookies or storage, and with JavaScript off.
//
// The browser keeps the state in hidden fields of the page (state.go); nothing
// in it is trusted. What is asked travels in the body of a POST, so that it
// stands in no address, history or log. page.go and text.go turn a reply into
// what the template shows; static/ holds the style and the little JavaScript,
// which only makes things calmer: the answer comes without a new page, a
// number is copied, the page is left with a key.
package webchat

import (
	"context"
	"embed"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/web"
	"prystan/locales"
)

// LeaveURL is the page that "leave this page now" opens instead of this one:
// one that anybody may have open, that says nothing about who opened it, that
// loads fast on an old phone and is in the person's language.
const LeaveURL = "https://www.wikipedia.org/"

// Requests from one place: twenty at once, then one every two seconds. A whole
// shelter may share one address; what is beyond the limit still gets the
// emergency number, and whoever is in danger gets the answer.
const (
	burst = 20
	every = 2 * time.Second
)

//go:embed page.html
var pageText string

//go:embed static
var static embed.FS

// chat serves the web chat.
type chat struct {
	conversation *answer.Conversation
	aside        *answer.Conversation // for turns that no person took
	catalog      *locales.Catalog
	log          *slog.Logger
	limiter      *web.Limiter
	template     *template.Template
	assets       web.Assets
}

// New returns the web chat: "/" the conversation, "/privacy" what is kept and
// what is not, and the style and script of its pages.
func New(conversation *answer.Conversation, catalog *locales.Catalog, log *slog.Logger) http.Handler {
	return newChat(conversation, catalog, log, web.NewLimiter(burst, every, time.Now)).handler()
}

func newChat(conversation *answer.Conversation, catalog *locales.Catalog, log *slog.Logger, limiter *web.Limiter) *chat {
	return &chat{
		conversation: conversation,
		aside:        conversation.Observed(nil),
		catalog:      catalog,
		log:          log,
		limiter:      limiter,
		template:     template.Must(template.New("page.html").Parse(pageText)),
		assets:       web.LoadAssets(static, "static", "/static/"),
	}
}

func (c *chat) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.greet)
	mux.HandleFunc("POST /{$}", c.turn)
	mux.HandleFunc("GET /privacy", c.privacy)
	mux.Handle("GET /static/{file}", c.assets)
	mux.HandleFunc("/{$}", c.wrongMethod("GET, HEAD, POST"))
	mux.HandleFunc("/privacy", c.wrongMethod("GET, HEAD"))
	mux.HandleFunc("/", c.notFound)
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(c.refuse))
	return web.Secure(web.Contain(c.log, http.HandlerFunc(c.failed), cross.Handler(mux)))
}

// startForm is what a deep link may carry: the same words as in Telegram.
var startForm = regexp.MustCompile(`^[A-Za-z]+(_[A-Za-z]+)*$`)

// greet shows the greeting, or what the deep link ?start=PL_uk leads to, in the
// language of ?lang= or of the browser.
func (c *chat) greet(w http.ResponseWriter, r *http.Request) {
	client := c.language(r)
	text := "/start"
	if start := r.URL.Query().Get("start"); len(start) <= 64 && startForm.MatchString(start) {
		text += " " + start
	}
	c.show(w, r, http.StatusOK, c.take(r.Context(), answer.Session{Language: client}, answer.Input{Text: text}))
}

// privacy shows what is kept and what is not.
func (c *chat) privacy(w http.ResponseWriter, r *http.Request) {
	l := c.language(r)
	press := answer.Action{Verb: answer.ShowPrivacy, Language: l}
	c.show(w, r, http.StatusOK, c.take(r.Context(), answer.Session{Language: l}, answer.Input{Press: &press}))
}

// turn takes one turn of the conversation.
func (c *chat) turn(w http.ResponseWriter, r *http.Request) {
	f, err := readForm(w, r)
	if f.session.Language == "" {
		f.session.Language = c.language(r)
	}
	limited := !c.limiter.Allow(r)
	switch {
	case errors.Is(err, errTooLarge):
		c.alert(w, r, http.StatusRequestEntityTooLarge, f, locales.WebTooLong)
	case err != nil:
		c.alert(w, r, http.StatusBadRequest, f, locales.WebFailed)
	case limited && f.counts():
		c.alert(w, r, http.StatusTooManyRequests, f, locales.WebBusy)
	case f.empty():
		c.alert(w, r, http.StatusUnprocessableEntity, f, locales.WebEmpty)
	default:
		c.answer(w, r, f, limited)
	}
}

// answer answers. Danger is answered in full however much was asked before and
// however long the question is: of one that is too long, the beginning is read.
func (c *chat) answer(w http.ResponseWriter, r *http.Request, f form, limited bool) {
	full := f.question
	f.question = cut(full, maxQuestion)
	take := c.take
	if limited || len(full) > len(f.question) {
		take = c.unlessUrgent // most likely nobody gets this answer
	}
	s := take(r.Context(), f.session, f.input())
	if f.votes() {
		s = c.voted(r.Context(), s, *f.press)
	}
	s.asked = f.question
	urgent := s.reply.Question.Urgent
	switch {
	case len(full) > len(f.question) && !urgent:
		f.question = full
		c.alert(w, r, http.StatusRequestEntityTooLarge, f, locales.WebTooLong)
	case limited && !urgent:
		c.alert(w, r, http.StatusTooManyRequests, f, locales.WebBusy)
	default:
		c.show(w, r, http.StatusOK, s)
	}
}

// shown is what one page shows.
type shown struct {
	reply   answer.Reply
	session answer.Session
	asked   string          // what the person wrote, for the answer to stand under
	draft   string          // what stays in the field, to be changed
	note    string          // said before the answer; "" for nothing
	alert   locales.Message // "" where nothing went wrong
}

// take takes a turn. What could not be counted is logged; the reply is whole.
func (c *chat) take(ctx context.Context, s answer.Session, in answer.Input) shown {
	return c.takeOf(ctx, c.conversation, s, in)
}

// unlessUrgent takes a turn that counts as one only where the person may be in
// danger: only then is it shown.
func (c *chat) unlessUrgent(ctx context.Context, s answer.Session, in answer.Input) shown {
	looked := c.takeOf(ctx, c.aside, s, in)
	if !looked.reply.Question.Urgent {
		return looked
	}
	return c.take(ctx, s, in)
}

func (c *chat) takeOf(ctx context.Context, of *answer.Conversation, s answer.Session, in answer.Input) shown {
	in.Client = s.Language
	reply, next, err := of.Turn(ctx, s, in)
	if err != nil {
		c.log.Error("counting", "error", err)
	}
	return shown{reply: reply, session: next}
}

// voted thanks for a vote above the answer that it was for, so that the numbers
// in it stay in sight.
func (c *chat) voted(ctx context.Context, thanks shown, vote answer.Action) shown {
	again := vote
	again.Verb = answer.ShowTopic
	s := c.takeOf(ctx, c.aside, thanks.session, answer.Input{Press: &again})
	s.note = thanks.reply.Plain()
	for i, m := range s.reply.Messages {
		s.reply.Messages[i].Buttons = slices.DeleteFunc(m.Buttons, func(row []answer.Button) bool {
			return row[0].Do != nil && votes(row[0].Do.Verb)
		})
	}
	return s
}

// alert says what went wrong, above the menu, and keeps what was written.
func (c *chat) alert(w http.ResponseWriter, r *http.Request, status int, f form, m locales.Message) {
	menu := answer.Action{Verb: answer.ShowMenu, Language: f.session.Language, Country: f.session.Country}
	s := c.takeOf(r.Context(), c.aside, f.session, answer.Input{Press: &menu})
	s.alert, s.draft = m, f.question
	c.show(w, r, status, s)
}

func (c *chat) notFound(w http.ResponseWriter, r *http.Request) {
	c.alert(w, r, http.StatusNotFound, c.fresh(r), locales.WebNotFound)
}

func (c *chat) wrongMethod(allowed string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", allowed)
		c.alert(w, r, http.StatusMethodNotAllowed, c.fresh(r), locales.WebNotFound)
	}
}

// refuse answers a POST that another site sent in the person's name.
func (c *chat) refuse(w http.ResponseWriter, r *http.Request) {
	c.alert(w, r, http.StatusForbidden, c.fresh(r), locales.WebFailed)
}

func (c *chat) fresh(r *http.Request) form {
	return form{session: answer.Session{Language: c.language(r)}}
}

// show sends the page.
func (c *chat) show(w http.ResponseWriter, r *http.Request, status int, s shown) {
	if err := web.Render(w, status, c.template, c.page(r.Context(), s)); err != nil {
		panic(err) // a mistake in the template; contained, and answered by failed
	}
}

// failed is what a person gets when something went wrong inside. It stands on
// as little as possible: no template and no turn of the conversation.
func (c *chat) failed(w http.ResponseWriter, r *http.Request) {
	l := c.language(r)
	sentence := c.catalog.Printer(l).Fill(locales.WebFailed, struct{ Number string }{anywhere})
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = w.Write([]byte(`<!DOCTYPE html><html lang="` + string(l) + `"><meta charset="utf-8">` +
		`<meta name="viewport" content="width=device-width"><title>Prystan</title><link rel="stylesheet" href="` + c.assets.Address("style.css") + `">` +
		`<main><p role="alert" class="alert">` + template.HTMLEscapeString(sentence) + `</p>` +
		`<p><a class="button danger" href="tel:` + anywhere + `">` + anywhere + `</a></p></main></html>`))
}

// anywhere is the emergency number where nothing better is known.
const anywhere = "112"

// emergency returns the emergency number of the session's country: the first
// number of the answer to "I'm in danger".
func (c *chat) emergency(ctx context.Context, s answer.Session) string {
	press := answer.Action{Verb: answer.ShowDanger, Language: s.Language, Country: s.Country}
	reply, _, _ := c.aside.Turn(ctx, s, answer.Input{Press: &press})
	for _, m := range reply.Messages {
		for _, p := range m.Text {
			for _, span := range p {
				if span.Tel != "" {
					return span.Tel
				}
			}
		}
	}
	return anywhere
}

// language is the one to greet in: that of ?lang=, else of the browser.
func (c *chat) language(r *http.Request) bot.Language {
	if l := bot.Language(r.URL.Query().Get("lang")); l.Shipped() {
		return l
	}
	return preferred(r.Header.Get("Accept-Language"))
}
