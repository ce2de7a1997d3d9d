package directory_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/directory"
)

var ctx = context.Background()

// help is what somebody in Poland is told about a service.
func (d *desk) help(service string) string {
	d.t.Helper()
	c := answer.New(d.answers, d.house.Catalog, nil, d.house.Clock.Now)
	press := answer.Action{Verb: answer.ShowLine, Arg: service, Language: bot.English, Country: "PL"}
	r, _, err := c.Turn(ctx, answer.Session{}, answer.Input{Press: &press})
	d.must(err)
	return r.Plain()
}

func TestWhatASecondPersonPublishesIsAnsweredAtOnce(t *testing.T) {
	d := newDesk(t)
	olha := d.hire(bot.Editor{Name: "Olha", Role: bot.Contributor})
	petro := d.hire(bot.Editor{Name: "Petro", Role: bot.RoleEditor})
	line := d.phone("e164-48605687750")
	before := d.help("pl-lastrada")
	line.Number = "+48226289999"

	proposal := d.proposes(olha, d.to(line))
	if got := d.help("pl-lastrada"); got != before {
		t.Errorf("a proposal is told to people:\n%s", got)
	}
	if err := d.Publish(ctx, olha, proposal); !errors.Is(err, directory.ErrRight) {
		t.Errorf("a contributor publishes: %v", err)
	}
	d.must(d.Publish(ctx, petro, proposal))
	if got := d.help("pl-lastrada"); !strings.Contains(got, "22 628 99 99") || strings.Contains(got, "605 687 750") {
		t.Errorf("after publication people are told:\n%s", got)
	}
	d.agree()
	if err := d.Publish(ctx, petro, proposal); !errors.Is(err, directory.ErrDecided) {
		t.Errorf("it is published again: %v", err)
	}

	d.must(d.Undo(ctx, petro, d.latest().ID, "a misprint"))
	if got := d.help("pl-lastrada"); got != before {
		t.Errorf("after the undo people are told:\n%s", got)
	}
	d.agree()
}

func TestTurnsUnderWaySeeTheDirectoryBeforeOrAfterNeverBetween(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	organization := bot.Organization{ID: "pl-new", Name: "New"}
	service := d.service("pl-lastrada")
	service.Organization = organization.ID
	proposal := d.proposes(marta, d.to(service), d.to(organization))
	seen := d.answers.Directory()
	d.must(d.Publish(ctx, petro, proposal))
	if s, _ := seen.Service(service.ID); s.Organization == organization.ID {
		t.Error("a turn under way sees the new service")
	}
	if _, ok := seen.Organization(organization.ID); ok {
		t.Error("a turn under way sees the new organization")
	}
	if _, ok := d.answers.Directory().Organization(d.service(service.ID).Organization); !ok {
		t.Error("the service is public without its organization")
	}
}

// newLine is an organization with a service and its number.
func newLine() (bot.Organization, bot.Phone, bot.Service) {
	o := bot.Organization{ID: "pl-prystan", Name: "Prystan", Website: "https://example.org"}
	p := bot.Phone{ID: "e164-48226289999", Kind: bot.FullNumber, Number: "+48226289999"}
	return o, p, bot.Service{
		ID: "pl-prystan-line", Country: "PL", Organization: o.ID, Need: bot.NeedLegal, Name: bot.Name{English: "Line of Prystan"},
		Phones: []string{p.ID}, Cost: bot.Free, FromAbroad: bot.Unknown, Anonymous: bot.Yes, ToPolice: bot.No,
		Standing: bot.Standing{Confidence: bot.High, Sources: []bot.Source{{URL: "https://example.org"}}},
	}
}

func TestAnOrganizationItsNumberAndItsServiceBecomePublicTogether(t *testing.T) {
	d := newDesk(t)
	olha := d.hire(bot.Editor{Name: "Olha", Role: bot.Contributor, Countries: []bot.Country{"PL"}})
	petro := d.hire(bot.Editor{Name: "Petro", Role: bot.RoleEditor, Countries: []bot.Country{"PL"}})
	o, p, s := newLine()
	text := bot.ServiceText{Service: s.ID, Language: bot.Ukrainian, Review: bot.Draft, Text: "Юристи, безкоштовно."}

	if _, err := d.Propose(ctx, olha, draft(d.to(s), d.to(p))); !errors.As(err, new(*directory.Invalid)) {
		t.Errorf("a service of an organization that does not exist is proposed: %v", err)
	}
	proposal := d.proposes(olha, d.to(text), d.to(s), d.to(p), d.to(o))
	kept, err := d.house.DB.Proposal(ctx, proposal)
	d.must(err)
	var kinds []bot.Kind
	for _, c := range kept.Changes {
		kinds = append(kinds, c.Kind)
	}
	if want := []bot.Kind{bot.KindOrganization, bot.KindPhone, bot.KindService, bot.KindServiceText}; !slices.Equal(kinds, want) {
		t.Errorf("the proposal lists %v, want %v", kinds, want)
	}
	d.must(d.Publish(ctx, petro, proposal))
	d.agree()
	if got := d.help(s.ID); !strings.Contains(got, "22 628 99 99") || !strings.Contains(got, s.Name.English) {
		t.Errorf("people are told:\n%s", got)
	}
	if got := d.latest(); len(got.Versions) != 4 || got.Versions[0].Before != "" || got.Alone {
		t.Errorf("the history tells %+v", got)
	}

	d.must(d.Undo(ctx, petro, d.latest().ID, "not yet"))
	d.agree()
	if _, ok := d.answers.Directory().Service(s.ID); ok {
		t.Error("the service is public after the undo")
	}
	d.must(d.Undo(ctx, petro, d.latest().ID, "now"))
	d.agree()
	if got := d.service(s.ID); !slices.Equal(got.Phones, s.Phones) {
		t.Errorf("the undo of the undo brings back %+v", got)
	}
}

func TestWhatIsRetiredLeavesTheAnswersAndStaysInTheDatabase(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	if _, err := d.Propose(ctx, marta, draft(d.without(bot.KindPhone, "e164-48605687750"))); !errors.As(err, new(*directory.Invalid)) {
		t.Errorf("a number that a service needs is retired: %v", err)
	}
	service := d.service("pl-feminoteka-ua")
	changes := []directory.Change{d.without(bot.KindService, service.ID)}
	for _, text := range d.answers.Directory().Records().ServiceTexts {
		if text.Service == service.ID {
			ref, _ := bot.RefOf(text)
			changes = append(changes, d.without(ref.Kind, ref.ID))
		}
	}
	d.publishes(petro, marta, changes...)
	d.agree()
	if _, ok := d.answers.Directory().Service(service.ID); ok {
		t.Error("the service is told of")
	}
	if s := d.stored(changes[0].Ref); !s.Retired || s.Body == "" {
		t.Errorf("the database keeps %+v", s)
	}
	if _, err := d.Propose(ctx, marta, draft(d.without(bot.KindService, service.ID))); !errors.Is(err, directory.ErrNothing) {
		t.Errorf("it is retired again: %v", err)
	}
	service.City = "Warsaw"
	d.publishes(petro, marta, d.to(service))
	if v := d.latest().Versions[0]; v.Before != "" || !strings.Contains(v.After, "Warsaw") {
		t.Errorf("coming back is told as %+v", v)
	}
	d.agree()
}

func TestNothingIsEverDeleted(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	count := func() (n int) {
		d.must(d.file.QueryRow(`SELECT (SELECT count(*) FROM record) + (SELECT count(*) FROM proposal) + (SELECT count(*) FROM version)`).Scan(&n))
		return n
	}
	o := bot.Organization{ID: "pl-new", Name: "New"}
	rows := count()
	for _, deed := range []func(){
		func() { d.publishes(petro, marta, d.to(o)) },
		func() { d.must(d.Undo(ctx, petro, d.latest().ID, "")) },
		func() { d.must(d.Undo(ctx, petro, d.latest().ID, "")) },
		func() { d.publishes(petro, marta, d.without(bot.KindOrganization, o.ID)) },
		func() { d.must(d.Reject(ctx, petro, d.proposes(marta, d.to(o)), "no")) },
		func() { d.must(d.Withdraw(ctx, marta, d.proposes(marta, d.to(o)))) },
	} {
		deed()
		if now := count(); now <= rows {
			t.Errorf("%d rows became %d", rows, now)
		} else {
			rows = now
		}
	}
}

func TestAProposalIsRejectedWithANoteOrWithdrawnByItsMaker(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	line := d.phone("e164-48605687750")
	line.Number = "+48226289999"
	before := d.help("pl-lastrada")

	rejected := d.proposes(marta, d.to(line))
	d.must(d.Reject(ctx, petro, rejected, " it is a fax "))
	p, err := d.house.DB.Proposal(ctx, rejected)
	d.must(err)
	if p.State != directory.Rejected || p.Decider != petro || p.Note != "it is a fax" || !p.Decided.Equal(d.house.Clock.Now()) {
		t.Errorf("the rejected proposal is kept as %+v", p)
	}
	withdrawn := d.proposes(marta, d.to(line))
	if err := d.Withdraw(ctx, petro, withdrawn); !errors.Is(err, directory.ErrRight) {
		t.Errorf("another withdraws it: %v", err)
	}
	d.must(d.Withdraw(ctx, marta, withdrawn))
	for _, id := range []int64{rejected, withdrawn} {
		for name, err := range map[string]error{
			"published": d.Publish(ctx, petro, id), "rejected": d.Reject(ctx, petro, id, ""), "withdrawn": d.Withdraw(ctx, marta, id),
		} {
			if !errors.Is(err, directory.ErrDecided) {
				t.Errorf("a decided proposal is %s: %v", name, err)
			}
		}
	}
	if waiting, err := d.house.DB.WaitingProposals(ctx); err != nil || len(waiting) > 0 {
		t.Errorf("%d proposals wait (%v)", len(waiting), err)
	}
	if got := d.help("pl-lastrada"); got != before {
		t.Errorf("people are told:\n%s", got)
	}
}

func TestAProposalNeedsAReasonASourceAndAChange(t *testing.T) {
	d := newDesk(t)
	marta, _ := d.pair()
	line := d.phone("e164-48605687750")
	same := d.to(line)
	line.Number = "+48226289999"
	change := d.to(line)
	twice := d.to(line)
	twice.Body = ""
	bad := d.to(bot.Phone{ID: line.ID, Kind: bot.FullNumber, Number: "+48 12"})
	other := change
	other.ID = "pl-112"
	spaced := same
	spaced.Body = strings.ReplaceAll(same.Body, ",", " , ")
	long := strings.Repeat("ї", directory.MaxWords+1)
	as := func(reason, source string, changes ...directory.Change) directory.Draft {
		return directory.Draft{Origin: directory.FromForm, Reason: reason, Source: source, Changes: changes}
	}
	trace := d.trace()
	for name, c := range map[string]struct {
		draft directory.Draft
		want  error
	}{
		"no reason":                 {as(" ", "a page", change), directory.ErrWords},
		"no source":                 {as("why", "\n", change), directory.ErrWords},
		"a long reason":             {as(long, "a page", change), directory.ErrWords},
		"a long source":             {as("why", long, change), directory.ErrWords},
		"no origin":                 {directory.Draft{Changes: []directory.Change{change}}, directory.ErrWords},
		"no change":                 {as("why", "a page"), directory.ErrNothing},
		"the same":                  {as("why", "a page", same), directory.ErrNothing},
		"the same, written wider":   {as("why", "a page", spaced), directory.ErrNothing},
		"a record of nobody's":      {as("why", "a page", directory.Change{Ref: bot.Ref{Kind: bot.KindPhone, ID: "none"}}), directory.ErrNothing},
		"one record twice":          {as("why", "a page", change, twice), new(directory.Invalid)},
		"the body of another":       {as("why", "a page", other), new(directory.Invalid)},
		"no record":                 {as("why", "a page", directory.Change{Ref: change.Ref, Base: 1, Body: "{"}), new(directory.Invalid)},
		"no kind":                   {as("why", "a page", directory.Change{Ref: bot.Ref{Kind: "dog", ID: "x"}, Body: "{}"}), new(directory.Invalid)},
		"no id":                     {as("why", "a page", directory.Change{Ref: bot.Ref{Kind: bot.KindFact}, Body: "{}"}), new(directory.Invalid)},
		"a number that is none":     {as("why", "a page", bad), new(directory.Invalid)},
		"a country's last number":   {as("why", "a page", d.without(bot.KindService, "pl-emergency")), new(directory.Invalid)},
		"an article that is needed": {as("why", "a page", d.without(bot.KindArticle, "tp.work/uk")), new(directory.Invalid)},
	} {
		_, err := d.Propose(ctx, marta, c.draft)
		var invalid *directory.Invalid
		if _, ok := c.want.(*directory.Invalid); ok && !errors.As(err, &invalid) || !ok && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if d.trace() != trace {
		t.Error("what was refused has left a trace")
	}
	exactly := strings.Repeat("ї", directory.MaxWords)
	if _, err := d.Propose(ctx, marta, as(exactly, exactly, change)); err != nil {
		t.Errorf("%d letters are refused: %v", directory.MaxWords, err)
	}
}

func TestAFaultThatWasThereBeforeHoldsNobodyUp(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	r := d.answers.Directory().Records()
	damaged, err := r.With(nil, []bot.Ref{{Kind: bot.KindPhone, ID: "e164-48888883388"}})
	d.must(err)
	d.must(d.answers.Publish(damaged))
	line := d.phone("e164-48605687750")
	line.Number = "+48226289999"
	d.publishes(petro, marta, d.to(line))
}

func TestTheSameIsNotProposedTwice(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	change := d.edited(bot.Ref{Kind: bot.KindService, ID: "pl-lastrada"}, 1)
	first := d.proposes(marta, change)
	for _, editor := range []int64{marta, petro} {
		if _, err := d.Propose(ctx, editor, draft(change)); !errors.Is(err, directory.ErrWaits) {
			t.Errorf("proposing the same again: %v", err)
		}
	}
	d.must(d.Withdraw(ctx, marta, first))
	d.proposes(petro, change)
}
