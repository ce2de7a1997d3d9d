package directory_test

import (
	"errors"
	"slices"
	"testing"

	"prystan/bot"
	"prystan/bot/directory"
)

// releases brings what a new release ships into the database and starts again
// from there.
func (d *desk) releases(r bot.Records) {
	d.t.Helper()
	_, err := d.house.DB.Seed(ctx, r)
	d.must(err)
	kept, err := d.house.DB.Records(ctx)
	d.must(err)
	d.must(d.answers.Publish(kept))
	if errs := kept.Faults(nil); len(errs) > 0 {
		d.t.Errorf("after the release: %v", errs)
	}
}

// shipping returns the shipped records with some changed and others left out.
func (d *desk) shipping(changed []any, without ...bot.Ref) bot.Records {
	d.t.Helper()
	var records []bot.Record
	for _, v := range changed {
		rec, err := bot.NewRecord(v)
		d.must(err)
		records = append(records, rec)
	}
	r, err := d.house.Directory.Records().With(records, without)
	d.must(err)
	return r
}

func (d *desk) differing() []bot.Ref {
	d.t.Helper()
	all, err := d.house.DB.Differing(ctx)
	d.must(err)
	var refs []bot.Ref
	for _, s := range all {
		refs = append(refs, s.Ref)
	}
	return refs
}

func TestAReleaseLeavesWhatEditorsMadeAndShowsTheDifference(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	theirs, ours := d.service(lastrada.ID), d.service(lastrada.ID)
	pip := d.service("pl-pip")
	theirs.City, ours.Email, pip.City = "Warsaw", "help@example.org", "Łódź"
	d.publishes(petro, marta, d.to(ours))

	d.releases(d.shipping([]any{theirs, pip}))
	if s := d.service(lastrada.ID); s.City != "" || s.Email != "help@example.org" {
		t.Errorf("after the release people are told of %+v", s)
	}
	if s := d.service("pl-pip"); s.City != "Łódź" {
		t.Errorf("what nobody edited is not the release's: %+v", s)
	}
	if got := d.differing(); !slices.Equal(got, []bot.Ref{lastrada}) {
		t.Errorf("shown as differing: %v", got)
	}
	history := d.history(bot.Ref{Kind: bot.KindService, ID: "pl-pip"})
	if len(history) != 1 || history[0].Action != bot.ActionRelease || history[0].Editor != 0 || history[0].Versions[0].Before == "" {
		t.Errorf("the history tells %+v", history)
	}
	if got := d.history(lastrada); len(got) != 1 {
		t.Errorf("the history tells %d changes of what the release left alone", len(got))
	}

	// An editor who changes something else has not decided.
	ours.Order = 7
	d.publishes(petro, marta, d.to(ours))
	if got := d.differing(); !slices.Equal(got, []bot.Ref{lastrada}) {
		t.Errorf("shown as differing after another change: %v", got)
	}

	id, err := d.TakeShipped(ctx, marta, lastrada)
	d.must(err)
	if err := d.Publish(ctx, marta, id); !errors.Is(err, directory.ErrOwn) {
		t.Errorf("one person takes what is shipped: %v", err)
	}
	d.must(d.Publish(ctx, petro, id))
	if s := d.service(lastrada.ID); s.City != "Warsaw" || s.Email == "help@example.org" || s.Order == 7 {
		t.Errorf("after taking what is shipped people are told of %+v", s)
	}
	if got := d.differing(); len(got) > 0 {
		t.Errorf("shown as differing after the decision: %v", got)
	}
	if _, err := d.TakeShipped(ctx, marta, lastrada); !errors.Is(err, directory.ErrUnknown) {
		t.Errorf("it is taken again: %v", err)
	}
}

func TestWhatWasKeptAsOursIsAskedAboutOnlyWhenAReleaseShipsSomethingNew(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	theirs, ours := d.service(lastrada.ID), d.service(lastrada.ID)
	theirs.City, ours.City = "Warsaw", "Łódź"
	d.publishes(petro, marta, d.to(ours))
	d.releases(d.shipping([]any{theirs}))
	d.must(d.KeepOurs(ctx, marta, lastrada))
	if err := d.KeepOurs(ctx, marta, lastrada); !errors.Is(err, directory.ErrUnknown) {
		t.Errorf("it is kept again: %v", err)
	}
	pip := d.service("pl-pip")
	pip.City = "Gdynia"
	d.releases(d.shipping([]any{theirs, pip}))
	if got := d.differing(); len(got) > 0 {
		t.Errorf("shown as differing again: %v", got)
	}
	theirs.City = "Kraków"
	d.releases(d.shipping([]any{theirs}))
	if got := d.differing(); !slices.Equal(got, []bot.Ref{lastrada}) {
		t.Errorf("shown as differing: %v", got)
	}
	theirs.City = "Łódź"
	d.releases(d.shipping([]any{theirs}))
	if got := d.differing(); len(got) > 0 {
		t.Errorf("what the release ships as we have it is shown as differing: %v", got)
	}
}

func TestAReleaseRevivesNothingThatAnEditorRetired(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	service := d.service("pl-feminoteka-ua")
	ref := bot.Ref{Kind: bot.KindService, ID: service.ID}
	d.publishes(petro, marta, d.without(ref.Kind, ref.ID))
	service.City = "Warsaw"
	for range 2 {
		d.releases(d.shipping([]any{service}))
		if _, ok := d.answers.Directory().Service(service.ID); ok {
			t.Fatal("the release has revived it")
		}
		if got := d.differing(); !slices.Equal(got, []bot.Ref{ref}) {
			t.Errorf("shown as differing: %v", got)
		}
		service.Email = "help@example.org"
	}
	id, err := d.TakeShipped(ctx, marta, ref)
	d.must(err)
	d.must(d.Publish(ctx, petro, id))
	if s := d.service(service.ID); s.City != "Warsaw" {
		t.Errorf("an editor revived it as %+v", s)
	}
}

func TestWhatAReleaseNoLongerShipsIsRetiredAndComesBackWithIt(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	mine := d.service("pl-pip")
	mine.City = "Łódź"
	d.publishes(petro, marta, d.to(mine))
	gone, edited := bot.Ref{Kind: bot.KindService, ID: "pl-feminoteka-ua"}, bot.Ref{Kind: bot.KindService, ID: mine.ID}
	body := d.stored(gone).Body

	d.releases(d.shipping(nil, gone, edited))
	if s := d.stored(gone); !s.Retired || s.Shipped != "" || s.Body != body {
		t.Errorf("what is no longer shipped stands as %+v", s)
	}
	if d.service(mine.ID).City != "Łódź" || d.stored(edited).Shipped != "" {
		t.Error("what an editor changed is gone with the release")
	}
	d.releases(d.shipping(nil))
	if s := d.stored(gone); s.Retired || s.Revision != 3 {
		t.Errorf("what is shipped again stands as %+v", s)
	}
	history := d.history(gone)
	if len(history) != 2 || history[1].Versions[0].After != "" || history[0].Versions[0].Before != "" || history[0].Versions[0].After != body {
		t.Errorf("the history tells %+v", history)
	}
	if got := d.differing(); !slices.Equal(got, []bot.Ref{edited}) {
		t.Errorf("shown as differing: %v", got)
	}
}

func TestARecordThatAnEditedOneNeedsStaysWhateverAReleaseShips(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	edited := d.service(lastrada.ID)
	number := bot.Ref{Kind: bot.KindPhone, ID: edited.Phones[0]}
	organization := bot.Ref{Kind: bot.KindOrganization, ID: edited.Organization}
	edited.City = "Warsaw"
	d.publishes(petro, marta, d.to(edited))
	d.releases(d.shipping(nil, lastrada, number, organization))
	if got := d.answers.Directory().Phones(d.service(lastrada.ID)); len(got) != 1 {
		t.Errorf("the release has left the service %d numbers", len(got))
	}
	d.publishes(petro, marta, d.without(lastrada.Kind, lastrada.ID))
	d.releases(d.shipping([]any{bot.Organization{ID: "pl-new", Name: "New"}}, lastrada, number, organization))
	if !d.stored(number).Retired || !d.stored(organization).Retired {
		t.Error("what nothing needs any more stays public")
	}
}
