package directory_test

import (
	"errors"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/directory"
)

func TestStillRightSetsTheDateAndTheName(t *testing.T) {
	d := newDesk(t)
	marta, _ := d.pair()
	d.house.Clock.Advance(400 * 24 * time.Hour)
	if !d.service(lastrada.ID).Due(d.house.Clock.Now()) {
		t.Fatal("the fact is not due")
	}
	proposed, err := d.Assure(ctx, marta, lastrada)
	if err != nil || proposed {
		t.Fatalf("assuring: proposed %t, %v", proposed, err)
	}
	s := d.service(lastrada.ID)
	if s.Due(d.house.Clock.Now()) || s.AssuredBy != "Marta" || s.Assured != bot.DateOf(d.house.Clock.Now()) {
		t.Errorf("the fact stands as %+v", s.Standing)
	}
	d.agree()
	if p := d.latest(); p.Action != bot.ActionAssure || p.Editor != marta || len(p.Versions) != 1 {
		t.Errorf("the history tells %+v", p)
	}
	trace := d.trace()
	if _, err := d.Assure(ctx, marta, lastrada); !errors.Is(err, directory.ErrNothing) {
		t.Errorf("assuring twice a day: %v", err)
	}
	if d.trace() != trace {
		t.Error("the second time has left a trace")
	}
	d.must(d.Undo(ctx, marta, d.latest().ID, "pressed by mistake"))
	if s := d.service(lastrada.ID); s.AssuredBy == "Marta" {
		t.Errorf("after the undo the fact stands as %+v", s.Standing)
	}
}

func TestTheDayOfAFactIsTheSameWhereverTheServerStands(t *testing.T) {
	d := newDesk(t)
	marta, _ := d.pair()
	d.house.Clock.Set(time.Date(2026, 12, 1, 0, 30, 0, 0, time.FixedZone("Kyiv", 2*60*60)))
	_, err := d.Assure(ctx, marta, lastrada)
	d.must(err)
	if got := d.service(lastrada.ID).Assured.String(); got != "2026-11-30" {
		t.Errorf("assured on %s", got)
	}
}

func TestStillRightOfAContributorWaitsForASecondPerson(t *testing.T) {
	d := newDesk(t)
	olha := d.hire(bot.Editor{Name: "Olha", Role: bot.Contributor})
	petro := d.hire(bot.Editor{Name: "Petro", Role: bot.RoleEditor})
	for _, ref := range []bot.Ref{lastrada, {Kind: bot.KindProtection, ID: "PL"}, {Kind: bot.KindFact, ID: "a-coord"}} {
		proposed, err := d.Assure(ctx, olha, ref)
		if err != nil || !proposed {
			t.Fatalf("assuring %s: proposed %t, %v", ref, proposed, err)
		}
		waiting, err := d.house.DB.ProposalsOn(ctx, ref)
		if err != nil || len(waiting) != 1 || waiting[0].Origin != directory.FromAssure || waiting[0].By != olha {
			t.Fatalf("%s: there wait %+v (%v)", ref, waiting, err)
		}
		d.must(d.Publish(ctx, petro, waiting[0].ID))
		v, err := d.stored(ref).Value()
		d.must(err)
		if s, _ := bot.StandingOf(v); s.AssuredBy != "Olha" {
			t.Errorf("%s is assured by %q", ref, s.AssuredBy)
		}
	}
	d.agree()
}

func TestWhatIsNoFactOrHasNoSourceIsNotAssured(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	olha := d.hire(bot.Editor{Name: "Olha", Role: bot.Contributor})
	low := d.service("pl-pip")
	low.Confidence = bot.Low
	d.publishes(petro, marta, d.to(low), d.without(bot.KindService, "pl-feminoteka-ua"))
	trace := d.trace()
	for ref, want := range map[bot.Ref]error{
		{Kind: bot.KindService, ID: low.ID}:             directory.ErrLow,
		{Kind: bot.KindService, ID: "pl-feminoteka-ua"}: directory.ErrUnknown,
		{Kind: bot.KindService, ID: "none"}:             directory.ErrUnknown,
		{Kind: bot.KindPhone, ID: "e164-48605687750"}:   directory.ErrUnknown,
		{Kind: bot.KindArticle, ID: "tp.work/uk"}:       directory.ErrUnknown,
		{Kind: "dog", ID: "x"}:                          directory.ErrUnknown,
	} {
		for _, who := range []int64{olha, marta} {
			if proposed, err := d.Assure(ctx, who, ref); proposed || !errors.Is(err, want) {
				t.Errorf("%s: proposed %t, %v, want %v", ref, proposed, err, want)
			}
		}
	}
	if d.trace() != trace {
		t.Error("what was refused has left a trace")
	}
}
