package directory_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/directory"
)

var lastrada = bot.Ref{Kind: bot.KindService, ID: "pl-lastrada"}

func isConflict(err error, refs ...bot.Ref) bool {
	var conflict *directory.Conflict
	return errors.As(err, &conflict) && slices.Equal(conflict.Refs, refs)
}

func isInvalid(err error, word string) bool {
	var invalid *directory.Invalid
	return errors.As(err, &invalid) && strings.Contains(err.Error(), word)
}

func TestTheSecondOfTwoEditorsIsShownTheConflict(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	base := d.stored(lastrada)
	name, city := d.service(lastrada.ID), d.service(lastrada.ID)
	name.Name.English, city.City = "The new name", "Warsaw"
	first, second := d.to(name), d.to(city)

	waiting := d.proposes(petro, second)
	d.publishes(petro, marta, first)
	trace := d.trace()
	if err := d.Publish(ctx, marta, waiting); !isConflict(err, lastrada) {
		t.Errorf("publishing what was written before: %v", err)
	}
	if _, err := d.Propose(ctx, petro, draft(second)); !isConflict(err, lastrada) {
		t.Errorf("proposing what was written before: %v", err)
	}
	if d.trace() != trace {
		t.Error("the conflict has left a trace")
	}

	merged, err := directory.Merge(lastrada, base.Body, second.Body, d.stored(lastrada).Body)
	d.must(err)
	d.publishes(marta, petro, directory.Change{Ref: lastrada, Base: d.stored(lastrada).Revision, Body: merged})
	if s := d.service(lastrada.ID); s.City != "Warsaw" || s.Name.English != "The new name" {
		t.Errorf("after the merge people are told of %+v", s)
	}
}

func TestChangesOfDifferentFieldsAreMergedAndOfTheSameFieldAreNot(t *testing.T) {
	_, _, s := newLine()
	body := func(change func(*bot.Service)) string {
		v := s
		change(&v)
		r, err := bot.NewRecord(v)
		if err != nil {
			t.Fatal(err)
		}
		return r.Body
	}
	base := body(func(*bot.Service) {})
	city := body(func(s *bot.Service) { s.City = "Warsaw" })
	other := body(func(s *bot.Service) { s.City = "Łódź" })
	mail := body(func(s *bot.Service) { s.Email = "help@example.org" })
	both := body(func(s *bot.Service) { s.City, s.Email = "Warsaw", "help@example.org" })
	none := body(func(s *bot.Service) { s.Phones = nil })
	ref := bot.Ref{Kind: bot.KindService, ID: s.ID}
	for name, c := range map[string]struct{ base, ours, theirs, want string }{
		"different fields":           {base, city, mail, both},
		"the other way round":        {base, mail, city, both},
		"the same field":             {base, city, other, ""},
		"the same change":            {base, city, city, city},
		"one changed both":           {base, city, both, both},
		"we changed nothing":         {base, base, mail, mail},
		"they changed nothing":       {base, city, base, city},
		"a field is emptied":         {both, none, both, none},
		"a field is taken out again": {city, base, both, mail},
		"they retired it":            {base, city, "", ""},
		"we retire it":               {base, "", city, ""},
		"both add it":                {"", city, other, ""},
	} {
		got, err := directory.Merge(ref, c.base, c.ours, c.theirs)
		if c.want == "" {
			if !isConflict(err, ref) {
				t.Errorf("%s: %q, %v, want a conflict", name, got, err)
			}
		} else if err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, got, c.want)
		}
	}
	if _, err := directory.Merge(ref, base, city, "{"); err == nil || isConflict(err, ref) {
		t.Errorf("what is no record: %v", err)
	}
}

func TestAnUndoKeepsWhatOthersHaveChangedSince(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	before := d.service(lastrada.ID)
	s := before
	s.City = "Warsaw"
	city := d.publishes(petro, marta, d.to(s))
	s.Email = "help@example.org"
	d.publishes(petro, marta, d.to(s))
	d.must(d.Undo(ctx, marta, city, " it moved "))
	if got := d.service(lastrada.ID); got.City != before.City || got.Email != "help@example.org" {
		t.Errorf("after the undo people are told of %+v", got)
	}
	d.agree()
	undo := d.latest()
	if undo.Undoes != city || undo.Action != bot.ActionUndo || undo.Reason != "it moved" || undo.Editor != marta {
		t.Errorf("the history tells %+v", undo)
	}
	if was, err := d.house.DB.Publication(ctx, city); err != nil || was.Undone != undo.ID {
		t.Errorf("the history tells %+v (%v)", was, err)
	}
	if err := d.Undo(ctx, petro, city, ""); !errors.Is(err, directory.ErrUndone) {
		t.Errorf("it is undone again: %v", err)
	}
}

func TestAnUndoIsRefusedWithoutATrace(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	o, p, s := newLine()
	added := d.publishes(petro, marta, d.to(o), d.to(p))
	d.publishes(petro, marta, d.to(s))
	original := d.service(lastrada.ID)
	v := original
	v.City = "Warsaw"
	warsaw := d.publishes(petro, marta, d.to(v))
	v.City = "Łódź"
	d.publishes(petro, marta, d.to(v))
	back := d.publishes(petro, marta, d.to(original))
	trace := d.trace()
	if err := d.Undo(ctx, marta, added, ""); !isInvalid(err, s.ID) {
		t.Errorf("undoing an addition that others need: %v", err)
	}
	if err := d.Undo(ctx, marta, warsaw, ""); !errors.Is(err, directory.ErrNothing) {
		t.Errorf("undoing what others have put back: %v", err)
	}
	if err := d.Undo(ctx, marta, back+1, ""); !errors.Is(err, directory.ErrUnknown) {
		t.Errorf("undoing what never was: %v", err)
	}
	if err := d.Undo(ctx, marta, back, strings.Repeat("ї", directory.MaxWords+1)); !errors.Is(err, directory.ErrWords) {
		t.Errorf("undoing for a reason that nobody can read: %v", err)
	}
	if d.trace() != trace {
		t.Error("what was refused has left a trace")
	}
}

func TestAnUndoOfAFieldThatOthersHaveChangedSinceIsAConflict(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	o, p, s := newLine()
	d.publishes(petro, marta, d.to(o), d.to(p), d.to(s))
	s.City = "Warsaw"
	o.Name = "Prystan again"
	both := d.publishes(petro, marta, d.to(s), d.to(o))
	s.City = "Łódź"
	d.publishes(petro, marta, d.to(s))
	trace := d.trace()
	if err := d.Undo(ctx, marta, both, ""); !isConflict(err, bot.Ref{Kind: bot.KindService, ID: s.ID}) {
		t.Errorf("undoing: %v", err)
	}
	d.publishes(petro, marta, d.without(bot.KindService, s.ID))
	if trace == d.trace() {
		t.Fatal("the service is not retired")
	}
	trace = d.trace()
	if err := d.Undo(ctx, marta, both, ""); !isConflict(err, bot.Ref{Kind: bot.KindService, ID: s.ID}) {
		t.Errorf("undoing a change of what is retired: %v", err)
	}
	if d.trace() != trace {
		t.Error("what was refused has left a trace")
	}
}
