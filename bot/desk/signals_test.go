package desk_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/sqlite"
)

// count presses buttons as people do: n reports of a line and n votes down.
func (h *house) count(t *testing.T, n int) {
	t.Helper()
	for range n {
		for _, a := range []answer.Action{
			{Verb: answer.ReportLine, Arg: "pl-kcik", Language: "en", Country: "PL"},
			{Verb: answer.VoteDown, Arg: "tp.work", Language: "en", Country: "PL"},
		} {
			if _, _, err := h.talk.Turn(context.Background(), answer.Session{Language: "en"}, answer.Input{Press: &a}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestSignalsShowVotesReportsAndQuestionsWithoutAnAnswer(t *testing.T) {
	h := newHouse(t)
	h.count(t, 3)
	counts := sqlite.Counts{DB: h.DB, Now: h.Clock.Now}
	if err := counts.Unanswered(context.Background(), bot.GroupTP, "uk", "DE"); err != nil {
		t.Fatal(err)
	}
	anna := h.add(t, "Anna", bot.RoleEditor)
	b := h.as(t, anna)
	status, page := b.get("/desk/signals")
	wants(t, status, page, "November 2026: 3", "KCIK", "not checked since", "Germany", "Ukrainian")
	for _, link := range []string{`href="/desk/records/service/pl-kcik"`, `href="/desk/edit/service/pl-kcik"`, `href="/desk/records/article/tp.work/en"`} {
		if !strings.Contains(page, link) {
			t.Errorf("the page does not lead to %s", link)
		}
	}
	status, page = b.get("/desk/")
	wants(t, status, page, "1 helpline is reported as not answering", "1 topic was voted", "1 question found no answer")

	// A report is done with once an editor has looked, in a later month.
	h.Clock.Advance(31 * 24 * time.Hour)
	b = h.as(t, anna)
	if _, err := h.keeper.Assure(context.Background(), anna, bot.Ref{Kind: bot.KindService, ID: "pl-kcik"}); err != nil {
		t.Fatal(err)
	}
	status, page = b.get("/desk/signals")
	wants(t, status, page, "checked since", "December 2026: 1")
	if strings.Contains(read(page), "not checked since") {
		t.Error("a report is open after an editor has looked")
	}
	// Old counts leave the start page, then the charts.
	h.Clock.Advance(62 * 24 * time.Hour)
	_, page = h.as(t, anna).get("/desk/")
	if strings.Contains(read(page), "1 topic was voted") {
		t.Error("a vote of three months ago still calls for somebody")
	}
}

func TestAnEditorSeesTheSignalsOfOwnCountries(t *testing.T) {
	h := newHouse(t)
	h.count(t, 1)
	status, page := h.as(t, h.add(t, "Greta", bot.RoleEditor, "DE")).get("/desk/signals")
	wants(t, status, page, "Nothing was counted.")
	if strings.Contains(page, "pl-kcik") {
		t.Error("an editor of Germany sees reports of Poland")
	}
}
