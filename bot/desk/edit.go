package desk

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"prystan/bot"
	"prystan/bot/directory"
)

func (d *desk) editRoutes() {
	d.page("GET /desk/edit/{kind}/{id...}", (*visit).edit)
	d.action("POST /desk/edit/{kind}/{id...}", (*visit).edit)
	d.page("GET /desk/new/{kind}", (*visit).add)
	d.action("POST /desk/new/{kind}", (*visit).add)
}

// edit shows the form of a record, and takes it. A text that nobody has written
// yet has a form as well.
func (v *visit) edit() error {
	ref := refFrom(v.R)
	if ref.ID == "" {
		return directory.ErrUnknown
	}
	f, err := v.form(ref)
	if err != nil {
		return err
	}
	return f.answer()
}

// add shows the form of a new record, and takes it.
func (v *visit) add() error {
	kind := bot.Kind(v.R.PathValue("kind"))
	switch {
	case !kind.Known():
		return directory.ErrUnknown
	case !oneByOne(kind):
		return v.choose(kind)
	}
	f, err := v.form(bot.Ref{Kind: kind})
	if err != nil {
		return err
	}
	return f.answer()
}

// form returns the form of a record: as the record stands or, where the form was
// sent, as it stood when the form was made.
func (v *visit) form(ref bot.Ref) (*form, error) {
	f := &form{visit: v, ref: ref, wrong: make(map[string]string), main: &part{ref: ref}}
	if v.R.Method == http.MethodPost {
		if err := v.parse(); err != nil {
			return nil, err
		}
		f.given = v.R.PostForm
		if f.given.Get("do") == "more" {
			f.more = 2
		}
		if f.given.Get("kind") != string(ref.Kind) || f.given.Get("id") != ref.ID {
			return nil, directory.ErrUnknown // the form was made for another record
		}
	}
	value, err := f.start()
	if err != nil {
		return nil, err
	}
	if err := f.declare(value); err != nil {
		return nil, err
	}
	f.sections = append(f.sections, f.why(value))
	return f, nil
}

// start returns the record that the form is made from.
func (f *form) start() (any, error) {
	if !f.ref.Kind.Known() {
		return nil, directory.ErrUnknown
	}
	var value any
	var err error
	if f.ref.ID != "" {
		if value, _, err = f.open(f.main, "base"); err != nil {
			return nil, err
		}
	}
	if value == nil {
		if value, err = f.blank(); err != nil {
			return nil, err
		}
	}
	mayLater := f.ref.ID == "" && (f.ref.Kind == bot.KindService || f.ref.Kind == bot.KindPhone) // it depends on its country
	if !mayLater && !directory.MayChange(f.Who, f.Keeper.Directory().Records(), value) {
		return nil, directory.ErrRight
	}
	return value, nil
}

// blank returns a record of which nothing is written yet.
func (f *form) blank() (any, error) {
	d := f.Keeper.Directory()
	standing := bot.Standing{Confidence: bot.Medium}
	what, language, _ := strings.Cut(f.ref.ID, "/")
	l := bot.Language(language)
	switch f.ref.Kind {
	case bot.KindOrganization, bot.KindPhone, bot.KindService, bot.KindFact:
		if f.ref.ID != "" {
			return nil, directory.ErrUnknown
		}
	case bot.KindExamples:
		if !slices.Contains(bot.QuestionLanguages(), l) {
			return nil, directory.ErrUnknown
		}
	case bot.KindArticle, bot.KindProtectionText, bot.KindServiceText:
		if !l.Shipped() {
			return nil, directory.ErrUnknown
		}
	}
	_, isService := d.AnyService(what)
	switch kind := f.ref.Kind; {
	case kind == bot.KindOrganization:
		return bot.Organization{}, nil
	case kind == bot.KindPhone:
		return bot.Phone{}, nil
	case kind == bot.KindService:
		return bot.Service{Cost: bot.CostUnknown, FromAbroad: bot.Unknown, Anonymous: bot.Unknown, ToPolice: bot.Unknown, Standing: standing}, nil
	case kind == bot.KindFact:
		return bot.Fact{Standing: standing}, nil
	case kind == bot.KindProtection && bot.Country(what).Known():
		return bot.Protection{Country: bot.Country(what), Standing: standing}, nil
	case kind == bot.KindArticle && bot.Topic(what).Known():
		return bot.Article{Topic: bot.Topic(what), Language: l, Review: bot.Draft}, nil
	case kind == bot.KindProtectionText && bot.Country(what).Known():
		return bot.ProtectionText{Country: bot.Country(what), Language: l, Review: bot.Draft}, nil
	case kind == bot.KindServiceText && isService:
		return bot.ServiceText{Service: what, Language: l, Review: bot.Draft}, nil
	case kind == bot.KindExamples && bot.Topic(what).Known():
		return bot.ExampleSet{Topic: bot.Topic(what), Language: l}, nil
	}
	return nil, directory.ErrUnknown
}

func (f *form) declare(value any) error {
	switch x := value.(type) {
	case bot.Organization:
		f.organizationForm(x)
	case bot.Phone:
		f.phoneForm(x)
	case bot.Service:
		return f.serviceForm(x)
	case bot.Protection:
		f.protectionForm(x)
	case bot.Fact:
		f.factForm(x)
	case bot.Article:
		f.articleForm(x)
	case bot.ProtectionText:
		f.protectionTextForm(x)
	case bot.ServiceText:
		f.serviceTextForm(x)
	case bot.ExampleSet:
		f.examplesForm(x)
	}
	return nil
}

// why is the last section: the reason and the source of the change and, of a
// fact, whether the editor has checked it.
func (f *form) why(value any) *section {
	reason, source := f.line("reason", &f.reason), f.line("source", &f.source)
	reason.Label, reason.Hint = f.T.Say("propose.reason"), f.T.Say("propose.reason_hint")
	source.Label, source.Hint = f.T.Say("propose.source"), f.T.Say("propose.source_hint")
	reason.Required, source.Required = true, true
	s := &section{Title: f.T.Say("edit.section.why"), Inputs: []*input{reason, source}}
	if _, ok := bot.StandingOf(value); ok {
		on := true
		box := f.box("checked", &on)
		box.Hint = f.T.Say("edit.hint.checked")
		s.Inputs = append([]*input{box}, s.Inputs...)
	}
	s.take = func() {
		if f.given.Get("do") != "preview" {
			f.refuse("reason", required(f.reason))
			f.refuse("source", required(f.source))
		}
	}
	return s
}

// answer answers with the form or with what became of it.
func (f *form) answer() error {
	if f.given == nil {
		return f.show(http.StatusOK, troubles{})
	}
	f.take()
	if f.more > 0 {
		clear(f.wrong)
		return f.show(http.StatusOK, troubles{})
	}
	if len(f.wrong) > 0 {
		return f.show(http.StatusUnprocessableEntity, troubles{})
	}
	if f.given.Get("do") == "preview" {
		changes, clashes, err := f.draft()
		if err != nil || undecided(clashes) {
			return f.refused(clashes, err)
		}
		return f.previewDraft(changes)
	}
	id, clashes, err := f.proposeOnce()
	if err != nil || undecided(clashes) {
		return f.refused(clashes, err)
	}
	return f.redirect(proposalPath(id), "proposed")
}

// draft returns what the form changes, or where somebody has to decide first. It
// fails with ErrNothing where that is nothing.
func (f *form) draft() ([]directory.Change, []clash, error) {
	if err := f.identify(); err != nil {
		return nil, nil, err
	}
	changes, clashes, err := f.settle()
	if err == nil && len(changes) == 0 && !undecided(clashes) {
		err = directory.ErrNothing
	}
	return changes, clashes, err
}

// proposeOnce proposes what the form changes, and returns the number of the
// proposal.
func (f *form) proposeOnce() (int64, []clash, error) {
	f.sent.mu.Lock()
	defer f.sent.mu.Unlock()
	if id, ok := f.sent.waitsLocked(f); ok {
		return id, nil, nil
	}
	changes, clashes, err := f.draft()
	if err != nil || undecided(clashes) {
		return 0, clashes, err
	}
	id, err := f.Keeper.Propose(f.R.Context(), f.Who.ID, directory.Draft{
		Origin: directory.FromForm, Reason: f.reason, Source: f.source, Changes: changes,
	})
	if err == nil {
		f.sent.keepLocked(f, id)
	}
	return id, nil, err
}

// refused says why nothing was proposed. What was written stays on the page, also
// where the disk is full.
func (f *form) refused(clashes []clash, err error) error {
	if err == nil {
		return f.showClashes(clashes)
	}
	status, p := f.explain(err)
	switch {
	case errors.Is(err, directory.ErrNothing):
		p.Text = f.T.Say("edit.nothing")
	case status == http.StatusInternalServerError:
		f.Log.Error("taking a form", "error", err)
	}
	return f.show(status, troubles{Text: p.Text, Details: p.Details})
}

// troubles is what is wrong with a form as a whole.
type troubles struct {
	Text    string
	Details []string
}

// editPage is what the page of a form shows.
type editPage struct {
	troubles
	Path          string // that the form is sent to
	Back          string
	Kind          string
	Ref           bot.Ref
	Hidden        []hiddenInput
	Sections      []*section
	Wrong         []*input
	Waiting       []directory.Proposal
	Retired       bool
	Stale         bool
	HasRows       bool
	UsedBy        []recordRow
	Figures       string // the words of a figure with places for its numbers, for desk.js
	Abbreviations string
}

func (f *form) show(status int, t troubles) error {
	f.fill()
	page := editPage{
		troubles: t, Path: "/desk/new/" + string(f.ref.Kind), Back: "/desk/records?kind=" + string(f.ref.Kind),
		Kind: f.T.Say("kind." + string(f.ref.Kind)), Ref: f.ref, Hidden: f.hidden(), Sections: f.sections,
		Figures:       f.T.Say("edit.figure", "Average", "{average}", "Share", "{share}", "Longest", "{longest}"),
		Abbreviations: strings.Join(abbreviations(), " "),
	}
	title := f.T.Say("edit.new", "Kind", page.Kind)
	f.all(func(in *input) {
		if in.Error != "" {
			page.Wrong = append(page.Wrong, in)
		}
	})
	for _, s := range f.sections {
		page.HasRows = page.HasRows || len(s.Rows) > 0
	}
	if f.ref.ID != "" {
		page.Path, title = "/desk/edit/"+refPath(f.ref), f.T.Say("edit.title", "Name", f.name(f.ref))
		var err error
		if page.Waiting, err = f.Store.ProposalsOn(f.R.Context(), f.ref); err != nil {
			return err
		}
		if page.Stale, err = f.stale(); err != nil {
			return err
		}
		page.Retired = f.main.stored.Retired
		if f.main.stored.Revision > 0 {
			page.Back = "/desk/records/" + refPath(f.ref)
		}
		if f.ref.Kind == bot.KindOrganization || f.ref.Kind == bot.KindPhone {
			page.UsedBy = f.usedBy(f.ref)
		}
	}
	return f.showTitled(status, "edit", title, page)
}

// hidden returns what the form carries along.
func (f *form) hidden() []hiddenInput {
	return append([]hiddenInput{{"kind", string(f.ref.Kind)}, {"id", f.ref.ID}}, f.bases...)
}

func (f *form) stale() (bool, error) {
	texts, err := f.staleTexts()
	return slices.ContainsFunc(texts, func(s staleText) bool { return s.Ref == f.ref }), err
}
