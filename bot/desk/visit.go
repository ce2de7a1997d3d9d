package desk

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"prystan/bot"
	"prystan/bot/access"
	"prystan/bot/directory"
	"prystan/bot/web"
	"prystan/locales"
)

// errMalformed means that a request is none that a page of the desk makes.
var errMalformed = errors.New("the form or the address cannot be read")

// visit is one request of an editor who is signed in.
type visit struct {
	*desk
	W       http.ResponseWriter
	R       *http.Request
	Who     bot.Editor
	Session access.Session
	T       *locales.DeskPrinter
	among   *bot.Directory // that records are named from; nil: the published one
}

// parse reads the form of a request.
func (v *visit) parse() error {
	var tooLarge *http.MaxBytesError
	if err := v.R.ParseForm(); errors.As(err, &tooLarge) {
		return err
	} else if err != nil {
		return errMalformed
	}
	return nil
}

// view is what a template is filled with.
type view struct {
	T      *locales.DeskPrinter
	Who    bot.Editor // the zero value where nobody is signed in
	Page   string     // name of the template; its title is the message "<page>.title"
	Title  string     // "" for the message
	Said   string     // what was just done
	Nav    []navItem
	Style  string
	Script string
	Data   any
}

// With returns the view with other data, for a part of the page.
func (v view) With(data any) view {
	v.Data = data
	return v
}

// navItem is an entry of the navigation.
type navItem struct {
	Key, Path string
	Current   bool
}

// Heading returns the title of the page.
func (v view) Heading() string {
	if v.Title != "" {
		return v.Title
	}
	return v.T.Say(v.Page + ".title")
}

// nav returns the navigation for an editor, with the page that is open marked.
func nav(who bot.Editor, open string) []navItem {
	if who.ID == 0 {
		return nil
	}
	items := []navItem{
		{Key: "nav.home", Path: "/desk/"},
		{Key: "nav.due", Path: "/desk/due"},
		{Key: "nav.proposals", Path: "/desk/proposals"},
		{Key: "nav.records", Path: "/desk/records"},
		{Key: "nav.texts", Path: "/desk/texts"},
		{Key: "nav.map", Path: "/desk/map"},
		{Key: "nav.signals", Path: "/desk/signals"},
		{Key: "nav.exchange", Path: "/desk/exchange"},
	}
	if who.Role.Administers() {
		items = append(items, navItem{Key: "nav.people", Path: "/desk/people"}, navItem{Key: "nav.settings", Path: "/desk/settings"}, navItem{Key: "nav.audit", Path: "/desk/audit"})
	}
	items = append(items, navItem{Key: "nav.me", Path: "/desk/me"})
	for i, item := range items {
		items[i].Current = open == item.Path || item.Path != "/desk/" && strings.HasPrefix(open, item.Path+"/")
	}
	return items
}

// show sends a page.
func (v *visit) show(status int, page string, data any) error {
	return v.showTitled(status, page, "", data)
}

func (v *visit) showTitled(status int, page, title string, data any) error {
	said := ""
	if key := v.R.URL.Query().Get("said"); saidForm(key) && v.T.Has("said."+key) {
		said = v.T.Say("said." + key)
	}
	return v.render(v.W, status, view{
		T: v.T, Who: v.Who, Page: page, Title: title, Said: said, Nav: nav(v.Who, v.R.URL.Path), Data: data,
	})
}

func saidForm(key string) bool {
	return key != "" && !strings.ContainsFunc(key, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') })
}

// redirect leads to a page after something was done, which says so with the
// message "said.<key>".
func (v *visit) redirect(path, said string) error {
	if said != "" {
		u, err := url.Parse(path)
		if err != nil {
			return err
		}
		q := u.Query()
		q.Set("said", said)
		u.RawQuery = q.Encode()
		path = u.String()
	}
	http.Redirect(v.W, v.R, path, http.StatusSeeOther)
	return nil
}

func (d *desk) render(w http.ResponseWriter, status int, p view) error {
	p.Style, p.Script = d.assets.Address("style.css"), d.assets.Address("desk.js")
	return web.Render(w, status, d.templates[p.Page], p)
}

// problem is what the page of something that went wrong shows.
type problem struct {
	Text    string
	Details []string // what exactly, in the words of the program
	Back    string   // address to go back to
}

// problem answers somebody who may not be signed in, in the language of the
// browser.
func (d *desk) problem(w http.ResponseWriter, r *http.Request, status int, key string) {
	t := d.Messages.Printer(preferred(r))
	err := d.render(w, status, view{T: t, Page: "problem", Data: problem{Text: t.Say(key), Back: "/desk/"}})
	if err != nil {
		d.Log.Error("rendering page", "error", err)
	}
}

// preferred returns the first desk language that the browser asks for.
func preferred(r *http.Request) bot.Language {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		base, _, _ := strings.Cut(tag, "-")
		if l := bot.Language(strings.ToLower(base)); slices.Contains(bot.DeskLanguages(), l) {
			return l
		}
	}
	return bot.English
}

// refusals are the errors that a person can do something about, with the status
// and the message that tell of them.
var refusals = []struct {
	err    error
	status int
	key    string
}{
	{directory.ErrRight, http.StatusForbidden, "problem.right"},
	{access.ErrRight, http.StatusForbidden, "problem.right"},
	{directory.ErrOwn, http.StatusForbidden, "problem.own"},
	{directory.ErrUnknown, http.StatusNotFound, "problem.not_found"},
	{directory.ErrDecided, http.StatusConflict, "problem.decided"},
	{directory.ErrUndone, http.StatusConflict, "problem.undone"},
	{directory.ErrWaits, http.StatusConflict, "problem.waits"},
	{directory.ErrNothing, http.StatusUnprocessableEntity, "problem.nothing"},
	{directory.ErrWords, http.StatusUnprocessableEntity, "problem.words"},
	{directory.ErrLow, http.StatusUnprocessableEntity, "problem.low"},
	{errMalformed, http.StatusBadRequest, "problem.malformed"},
	{directory.ErrSeveral, http.StatusConflict, "problem.several"},
}

// explain returns the status and the words for an error; status 500 for one that
// no person can do anything about.
func (v *visit) explain(err error) (int, problem) {
	p := problem{Back: "/desk/"}
	var conflict *directory.Conflict
	var invalid *directory.Invalid
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &conflict):
		p.Text = v.T.Say("problem.conflict")
		for _, ref := range conflict.Refs {
			p.Details = append(p.Details, v.name(ref))
		}
		return http.StatusConflict, p
	case errors.As(err, &invalid):
		p.Text = v.T.Say("problem.invalid")
		for _, e := range invalid.Errs {
			p.Details = append(p.Details, v.fault(e))
		}
		return http.StatusUnprocessableEntity, p
	case errors.As(err, &tooLarge):
		p.Text = v.T.Say("problem.too_large")
		return http.StatusRequestEntityTooLarge, p
	}
	for _, r := range refusals {
		if errors.Is(err, r.err) {
			p.Text = v.T.Say(r.key)
			return r.status, p
		}
	}
	p.Text = v.T.Say("problem.inside")
	return http.StatusInternalServerError, p
}

// fault says what would be wrong with the directory: what happens often in the
// words of the desk, the rest as the check says it.
func (v *visit) fault(err error) string {
	var f *bot.Fault
	if !errors.As(err, &f) {
		return err.Error()
	}
	return v.T.Say("fault."+string(f.Code), "Who", v.name(f.Ref), "What", v.name(cmp.Or(f.To, f.Ref)), "Country", v.T.Country(bot.Country(f.Ref.ID)))
}

// fail answers with what went wrong.
func (v *visit) fail(err error) {
	status, p := v.explain(err)
	if status == http.StatusInternalServerError {
		v.Log.Error("a desk page failed", "pattern", v.R.Pattern, "error", err)
	}
	if err := v.show(status, "problem", p); err != nil {
		v.Log.Error("rendering page", "error", err)
	}
}
