package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"prystan/bot"
)

func TestTalliesTellEachMonthApart(t *testing.T) {
	ctx := context.Background()
	db, err := Open(ctx, filepath.Join(t.TempDir(), "prystan.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	now := time.Date(2026, 9, 30, 23, 0, 0, 0, time.UTC)
	counts := Counts{DB: db, Now: func() time.Time { return now }}
	count := func() {
		err := errors.Join(
			counts.Vote(ctx, bot.Work, "uk", "PL", false), counts.Vote(ctx, bot.Work, "uk", "PL", true),
			counts.WrongNumber(ctx, "pl-kcik"), counts.Unanswered(ctx, bot.GroupTP, "uk", ""))
		if err != nil {
			t.Fatal(err)
		}
	}
	count()
	now = now.Add(2 * time.Hour)
	count()
	count()
	got, err := db.Tallies(ctx, "2026-10")
	if err != nil {
		t.Fatal(err)
	}
	want := bot.Tallies{
		Votes:      []bot.VoteTally{{Month: "2026-10", Topic: bot.Work, Language: "uk", Country: "PL", Up: 2, Down: 2}},
		Reports:    []bot.ReportTally{{Month: "2026-10", Service: "pl-kcik", Reports: 2}},
		Unanswered: []bot.UnansweredTally{{Month: "2026-10", Group: bot.GroupTP, Language: "uk", Questions: 2}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if all, err := db.Tallies(ctx, "2025-12"); err != nil || len(all.Votes) != 2 {
		t.Errorf("%d months of votes, not 2 (%v)", len(all.Votes), err)
	}
}
