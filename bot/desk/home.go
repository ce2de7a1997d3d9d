package desk

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"prystan/bot"
	"prystan/bot/directory"
)

func (d *desk) homeRoutes() {
	d.page("GET /desk/{$}", (*visit).home)
	d.page("GET /desk/due", (*visit).due)
	d.action("POST /desk/assure", (*visit).assure)
	d.page("GET /desk/releases", (*visit).releases)
	d.action("POST /desk/releases", (*visit).decideRelease)
}

// card is something that needs an editor: a number, and where the work is.
type card struct {
	Key   string // message "home.<key>", a sentence with Count
	Count int
	Path  string
}

// home shows what needs the editor.
func (v *visit) home() error {
	var cards []card
	for _, of := range []func() ([]card, error){v.factCards, v.proposalCards, v.releaseCards, v.signalCards, v.textCards, v.linkCards} {
		some, err := of()
		if err != nil {
			return err
		}
		cards = append(cards, some...)
	}
	var data struct {
		Cards []card // with something to do
		Calm  []card // with nothing
	}
	for _, c := range cards {
		if c.Count > 0 {
			data.Cards = append(data.Cards, c)
		} else {
			data.Calm = append(data.Calm, c)
		}
	}
	return v.show(http.StatusOK, "home", data)
}

func (v *visit) factCards() ([]card, error) {
	facts := v.facts()
	due, unsure := 0, 0
	for _, f := range facts {
		if f.Standing.Due(v.Now()) {
			due++
		}
		if f.Standing.Confidence != bot.High {
			unsure++
		}
	}
	return []card{{"due", due, "/desk/due"}, {"unsure", unsure, "/desk/due?show=unsure"}}, nil
}

// fact is a record that somebody stands behind.
type fact struct {
	Ref      bot.Ref
	Value    any
	Country  bot.Country // "" for a Europe-wide one
	Standing bot.Standing
}

// facts returns those that the editor's rights reach.
func (v *visit) facts() []fact {
	r := v.Keeper.Directory().Records()
	scopes := directory.NewScopes(r)
	var all []fact
	add := func(value any, c bot.Country) {
		if !scopes.Reaches(v.Who, value) {
			return
		}
		ref, _ := bot.RefOf(value)
		standing, _ := bot.StandingOf(value)
		all = append(all, fact{ref, value, c, standing})
	}
	for _, s := range r.Services {
		add(s, s.Country)
	}
	for _, p := range r.Protections {
		add(p, p.Country)
	}
	for _, f := range r.Facts {
		add(f, "")
	}
	return all
}

// dueRow is a fact to be assured.
type dueRow struct {
	Ref     bot.Ref
	Name    string
	Country string
	Values  []string // what it says, for a glance: numbers, hours
	Assured string
	By      string
	Level   string // of confidence
	Sources []bot.Source
	CanTap  bool // "still right" is enough
}

// duePage is how many facts one page shows.
const duePage = 50

// due lists facts past their review date, or those of low or medium confidence,
// the longest overdue first.
func (v *visit) due() error {
	q := v.R.URL.Query()
	unsure, country := q.Get("show") == "unsure", bot.Country(q.Get("country"))
	facts := slices.DeleteFunc(v.facts(), func(f fact) bool {
		wanted := f.Standing.Due(v.Now())
		if unsure {
			wanted = f.Standing.Confidence != bot.High
		}
		return !wanted || country != "" && f.Country != country
	})
	stalestFirst(facts, v.Now())
	page := paged(v.R, len(facts), duePage)
	rows := make([]dueRow, 0, duePage)
	for _, f := range facts[page.from:page.to] {
		rows = append(rows, v.dueRow(f))
	}
	return v.show(http.StatusOK, "due", struct {
		Rows      []dueRow
		Unsure    bool
		Country   bot.Country
		Countries []option
		Total     int
		Pages     pager
		Here      string
	}{rows, unsure, country, v.countryOptions(), len(facts), page, v.R.URL.RequestURI()})
}

func (v *visit) dueRow(f fact) dueRow {
	row := dueRow{
		Ref: f.Ref, Name: v.nameOf(f.Value), Values: v.glance(f.Value), By: f.Standing.AssuredBy,
		Level: v.T.Say("confidence." + string(f.Standing.Confidence)), Sources: f.Standing.Sources,
		CanTap: f.Standing.Confidence != bot.Low,
	}
	if f.Country != "" {
		row.Country = v.T.Country(f.Country)
	}
	if !f.Standing.Assured.IsZero() {
		row.Assured = v.T.Date(f.Standing.Assured)
	}
	return row
}

// assure takes one of the three buttons beside a fact that is due.
func (v *visit) assure() error {
	ref, back := refFrom(v.R), local(v.R.PostFormValue("back"), "/desk/due")
	if !ref.Kind.Known() {
		return directory.ErrUnknown
	}
	switch v.R.PostFormValue("answer") {
	case "changed":
		return v.redirect("/desk/edit/"+refPath(ref), "")
	case "gone":
		return v.redirect("/desk/records/"+refPath(ref)+"?retire=1", "")
	case "right":
		proposed, err := v.Keeper.Assure(v.R.Context(), v.Who.ID, ref)
		switch {
		case errors.Is(err, directory.ErrNothing): // the button was pressed twice, and the first press did it
		case errors.Is(err, directory.ErrWaits):
			proposed = true
		case err != nil:
			return err
		}
		if proposed {
			return v.redirect(back, "proposed")
		}
		return v.redirect(back, "assured")
	}
	return directory.ErrUnknown
}

// local returns an address of the desk that a form or a link names, or another
// where it names none: neither must lead away, also not by "..".
func local(address, otherwise string) string {
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(address, "/desk/") || strings.ContainsAny(address, "\\\r\n") ||
		!strings.HasPrefix(path.Clean(u.Path)+"/", "/desk/") {
		return otherwise
	}
	return address
}

func (v *visit) releaseCards() ([]card, error) {
	rows, err := v.differing()
	return []card{{"release", len(rows), "/desk/releases"}}, err
}

// differing returns the records in the editor's reach of which a new release
// ships something else.
func (v *visit) differing() ([]directory.Stored, error) {
	all, err := v.Store.Differing(v.R.Context())
	if err != nil {
		return nil, err
	}
	scopes := directory.NewScopes(v.Keeper.Directory().Records())
	var mine []directory.Stored
	for _, s := range all {
		if value, err := s.Value(); err == nil && scopes.Reaches(v.Who, value) {
			mine = append(mine, s)
		}
	}
	return mine, nil
}

// releases lays what a new release ships beside what an editor made of it.
func (v *visit) releases() error {
	all, err := v.differing()
	if err != nil {
		return err
	}
	type row struct {
		Ref     bot.Ref
		Name    string
		Changes []change
	}
	rows := make([]row, len(all))
	for i, s := range all {
		rows[i] = row{s.Ref, v.name(s.Ref), v.changes(s.Ref, s.Body, s.Shipped)}
	}
	return v.show(http.StatusOK, "releases", struct {
		Rows []row
		Keep bool
	}{rows, v.Who.Role.Publishes()})
}

func (v *visit) decideRelease() error {
	ref := refFrom(v.R)
	if v.R.PostFormValue("answer") == "take" {
		if _, err := v.Keeper.TakeShipped(v.R.Context(), v.Who.ID, ref); err != nil {
			return err
		}
		return v.redirect("/desk/releases", "proposed")
	}
	if err := v.Keeper.KeepOurs(v.R.Context(), v.Who.ID, ref); err != nil {
		return err
	}
	return v.redirect("/desk/releases", "kept")
}
