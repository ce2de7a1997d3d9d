package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/directory"
)

func (d *desk) recordRoutes() {
	d.page("GET /desk/records", (*visit).records)
	d.page("GET /desk/records/{kind}/{id...}", (*visit).record)
	d.action("POST /desk/retire", (*visit).retire)
	d.action("POST /desk/undo", (*visit).undo)
}

// recordsPage is how many records one page shows.
const recordsPage = 100

// recordRow is a record in a list.
type recordRow struct {
	Path, Name, ID string
	Notes          []string // country, confidence, draft
	Retired        bool
}

// records lists the records of one kind.
func (v *visit) records() error {
	q := v.R.URL.Query()
	kind := bot.Kind(q.Get("kind"))
	if !kind.Known() {
		kind = bot.KindService
	}
	search, country := strings.ToLower(strings.TrimSpace(q.Get("q"))), bot.Country(q.Get("country"))
	language := bot.Language(q.Get("language"))
	if language == "" && !kindHasCountry(kind) {
		language = v.T.Language
	}
	scopes := directory.NewScopes(v.Keeper.Directory().Records())
	found, err := v.find(kind, q.Get("retired") != "", func(value any, key, id string) bool {
		return (search == "" || strings.Contains(key, search) || strings.Contains(id, search)) &&
			(country == "" || slices.Contains(scopes.Of(value).Countries, country)) &&
			(language == "" || languageOf(value) == "" || languageOf(value) == language)
	})
	if err != nil {
		return err
	}
	page := paged(v.R, len(found), recordsPage)
	rows := make([]recordRow, 0, recordsPage)
	for _, f := range found[page.from:page.to] {
		rows = append(rows, v.recordRow(f.value, f.retired))
	}
	var kinds []option
	for _, k := range bot.Kinds() {
		kinds = append(kinds, option{Value: string(k), Label: v.T.Say("kinds." + string(k)), Chosen: k == kind})
	}
	return v.show(http.StatusOK, "records", struct {
		Kind               bot.Kind
		Kinds              []option
		Countries          []option
		Languages          []option
		Search             string
		Retired            bool
		HasCountry, HasNew bool
		Rows               []recordRow
		Total              int
		Pages              pager
	}{
		kind, kinds, chosen(v.countryOptions(), string(country)), chosen(v.languageOptions(), string(language)), q.Get("q"), q.Get("retired") != "",
		kindHasCountry(kind), v.adds(kind), rows, len(found), page,
	})
}

// kindHasCountry reports whether records of a kind are found by country rather
// than by language.
func kindHasCountry(k bot.Kind) bool {
	switch k {
	case bot.KindOrganization, bot.KindPhone, bot.KindService, bot.KindProtection:
		return true
	}
	return false
}

// oneByOne reports whether records of a kind are added one by one; of the others
// there is one for each country, topic, service or language.
func oneByOne(k bot.Kind) bool {
	switch k {
	case bot.KindOrganization, bot.KindPhone, bot.KindService, bot.KindFact:
		return true
	}
	return false
}

// adds reports whether the editor adds records of a kind by themselves. What no
// helpline uses is of no country: limited rights add it together with one.
func (v *visit) adds(k bot.Kind) bool {
	return oneByOne(k) && (k == bot.KindService || len(v.Who.Countries) == 0 && len(v.Who.Organizations) == 0)
}

func languageOf(value any) bot.Language {
	switch x := value.(type) {
	case bot.Article:
		return x.Language
	case bot.ProtectionText:
		return x.Language
	case bot.ServiceText:
		return x.Language
	case bot.ExampleSet:
		return x.Language
	}
	return ""
}

// languageOptions returns the languages of texts.
func (v *visit) languageOptions() []option {
	var options []option
	for _, l := range bot.QuestionLanguages() {
		options = append(options, option{Value: string(l), Label: v.T.Tongue(l)})
	}
	return options
}

// foundRecord is a record of a list.
type foundRecord struct {
	value   any
	key     string // what it is sorted and found by, in small letters
	retired bool
}

// find returns the records of a kind that want accepts, by name; retired ones in
// their place where they are asked for.
func (v *visit) find(kind bot.Kind, retired bool, want func(value any, key, id string) bool) ([]foundRecord, error) {
	values := v.Keeper.Directory().Records().Of(kind)
	if retired {
		stored, err := v.Store.Retired(v.R.Context(), kind)
		if err != nil {
			return nil, err
		}
		values = nil
		for _, s := range stored {
			value, err := s.Value()
			if err != nil {
				return nil, err
			}
			values = append(values, value)
		}
	}
	var found []foundRecord
	for _, value := range values {
		ref, _ := bot.RefOf(value)
		if key := strings.ToLower(v.keyOf(value)); want(value, key, ref.ID) {
			found = append(found, foundRecord{value, key, retired})
		}
	}
	slices.SortStableFunc(found, func(a, b foundRecord) int { return strings.Compare(a.key, b.key) })
	return found, nil
}

// keyOf returns what a record is sorted and found by: its name, or a number as
// it is stored, which takes less to write than as it is dialled.
func (v *visit) keyOf(value any) string {
	if p, ok := value.(bot.Phone); ok {
		return p.Number
	}
	return v.nameOf(value)
}

func (v *visit) recordRow(value any, retired bool) recordRow {
	ref, _ := bot.RefOf(value)
	return recordRow{"/desk/records/" + refPath(ref), v.nameOf(value), ref.ID, v.notes(value), retired}
}

// notes returns in a few words what an editor looks for in a list.
func (v *visit) notes(value any) []string {
	var notes []string
	switch x := value.(type) {
	case bot.Service:
		notes = append(notes, v.T.Country(x.Country), v.value("need", string(x.Need)))
	case bot.Article:
		notes = append(notes, v.T.Say("review."+string(x.Review)))
	case bot.ProtectionText:
		notes = append(notes, v.T.Say("review."+string(x.Review)))
	case bot.ServiceText:
		notes = append(notes, v.T.Say("review."+string(x.Review)))
	}
	if s, ok := bot.StandingOf(value); ok {
		notes = append(notes, v.T.Say("confidence."+string(s.Confidence)))
		if s.Due(v.Now()) {
			notes = append(notes, v.T.Say("record.due"))
		}
	}
	return notes
}

// event is a publication in the history of a record.
type event struct {
	ID                   int64
	When, Who, What      string
	Reason, Source       string
	Alone, Undone, CanDo bool
	Changes              []change
}

// record shows a record: what it says, where it is used, and its history.
func (v *visit) record() error {
	ref := refFrom(v.R)
	stored, err := v.Store.Stored(v.R.Context(), ref)
	if err != nil {
		return err
	}
	if stored.Revision == 0 {
		return directory.ErrUnknown
	}
	value, err := stored.Value()
	if err != nil {
		return err
	}
	history, err := v.history(ref)
	if err != nil {
		return err
	}
	waiting, err := v.Store.ProposalsOn(v.R.Context(), ref)
	if err != nil {
		return err
	}
	r := v.Keeper.Directory().Records()
	standing, isFact := bot.StandingOf(value)
	return v.showTitled(http.StatusOK, "record", v.nameOf(value), struct {
		Ref      bot.Ref
		Kind     string
		Path     string
		Fields   []change
		UsedBy   []recordRow
		History  []event
		Waiting  []directory.Proposal
		Retired  bool
		Differs  bool
		Mine     bool
		IsFact   bool
		Standing bot.Standing
		Retire   bool // the form to retire it is open
		Preview  string
		Here     string
	}{
		ref, v.T.Say("kind." + string(ref.Kind)), refPath(ref), v.changes(ref, "", stored.Body), v.usedBy(ref), history, waiting,
		stored.Retired, stored.Differs, directory.MayChange(v.Who, r, value), isFact, standing,
		v.R.URL.Query().Get("retire") != "", v.previewPath(value), "/desk/records/" + refPath(ref),
	})
}

// previewPath returns the address at which a record is seen as people see it.
func (v *visit) previewPath(value any) string {
	scope := directory.ScopeOf(v.Keeper.Directory().Records(), value)
	path := "/desk/preview?language=" + string(cmpLanguage(languageOf(value), v.T.Language))
	if len(scope.Countries) > 0 {
		path += "&country=" + string(scope.Countries[0])
	}
	switch x := value.(type) {
	case bot.Article:
		path += "&topic=" + string(x.Topic)
	case bot.ExampleSet:
		path += "&topic=" + string(x.Topic)
	case bot.Protection, bot.ProtectionText:
		path += "&topic=" + string(bot.WhatIs)
	case bot.Service:
		card := answer.Action{Verb: answer.ShowLine, Arg: x.ID, Country: x.Country, Language: cmpLanguage(v.T.Language, bot.English)}
		path += "&do=" + url.QueryEscape(card.String())
	}
	return path
}

func cmpLanguage(l, otherwise bot.Language) bot.Language {
	if l.Shipped() {
		return l
	}
	return otherwise
}

func (v *visit) history(ref bot.Ref) ([]event, error) {
	publications, err := v.Store.History(v.R.Context(), ref)
	if err != nil {
		return nil, err
	}
	names, err := v.editorNames()
	if err != nil {
		return nil, err
	}
	events := make([]event, len(publications))
	for i, p := range publications {
		e := event{
			ID: p.ID, When: v.when(p.At), Who: names[p.Editor], What: v.T.Say("action." + string(p.Action)),
			Reason: p.Reason, Source: p.Source, Alone: p.Alone && p.Action == bot.ActionPublish, Undone: p.Undone != 0,
			CanDo: v.Who.Role.Publishes() && p.Undone == 0,
		}
		for _, version := range p.Versions {
			e.Changes = append(e.Changes, v.changes(version.Ref, version.Before, version.After)...)
			if version.After == "" {
				e.What = v.T.Say("record.retired")
			}
		}
		events[i] = e
	}
	return events, nil
}

// editorNames returns the names of editors by ID.
func (v *visit) editorNames() (map[int64]string, error) {
	all, err := v.Store.Editors(v.R.Context())
	if err != nil {
		return nil, err
	}
	names := map[int64]string{0: v.T.Say("record.program")}
	for _, e := range all {
		names[e.ID] = e.Name
	}
	return names, nil
}

// usedBy returns the records that name this one.
func (v *visit) usedBy(ref bot.Ref) []recordRow {
	var rows []recordRow
	for _, kind := range []bot.Kind{bot.KindService, bot.KindProtection, bot.KindArticle, bot.KindServiceText} {
		for _, value := range v.Keeper.Directory().Records().Of(kind) {
			if slices.Contains(bot.Refs(value), ref) {
				rows = append(rows, v.recordRow(value, false))
			}
		}
	}
	return rows
}

// retire proposes that a record is no longer public.
func (v *visit) retire() error {
	ref := refFrom(v.R)
	stored, err := v.Store.Stored(v.R.Context(), ref)
	if err != nil {
		return err
	}
	changes := []directory.Change{{Ref: ref, Base: stored.Revision}}
	for _, value := range v.Keeper.Directory().Records().Of(bot.KindServiceText) {
		if text := value.(bot.ServiceText); ref.Kind == bot.KindService && text.Service == ref.ID {
			// Its lines go with a service: they say nothing without it.
			of, _ := bot.RefOf(text)
			line, err := v.Store.Stored(v.R.Context(), of)
			if err != nil {
				return err
			}
			changes = append(changes, directory.Change{Ref: of, Base: line.Revision})
		}
	}
	id, err := v.Keeper.Propose(v.R.Context(), v.Who.ID, directory.Draft{
		Origin: directory.FromForm, Reason: v.R.PostFormValue("reason"), Source: v.R.PostFormValue("source"), Changes: changes,
	})
	if err != nil {
		return err
	}
	return v.redirect(proposalPath(id), "proposed")
}

// undo takes a publication back.
func (v *visit) undo() error {
	id, err := number(v.R.PostFormValue("publication"))
	if err != nil {
		return err
	}
	if err := v.Keeper.Undo(v.R.Context(), v.Who.ID, id, strings.TrimSpace(v.R.PostFormValue("reason"))); err != nil {
		return err
	}
	return v.redirect(local(v.R.PostFormValue("back"), "/desk/"), "undone")
}
