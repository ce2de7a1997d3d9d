package desk_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/linkcheck"
)

func TestLinksThatNoLongerAnswerLeadToTheRecordsThatNameThem(t *testing.T) {
	h := newHouse(t)
	anna, petro := h.add(t, "Anna", bot.RoleEditor), h.add(t, "Greta", bot.RoleEditor, "DE")
	b := h.as(t, anna)
	status, page := b.get("/desk/links")
	wants(t, status, page, "No page has been checked yet")

	service, ok := h.Directory.Service("pl-kcik")
	if !ok || service.Website == "" {
		t.Fatal("the service of this test has no website")
	}
	now := h.Clock.Now()
	for _, p := range []linkcheck.Page{
		{URL: service.Website, Checked: now, Status: 404, Failing: now.Add(-14 * 24 * time.Hour)},
		{URL: "https://nobody-names-this.example/", Checked: now, Status: 0, Failing: now},
		{URL: "https://fine.example/", Checked: now, Status: 200},
	} {
		if err := h.DB.KeepPage(context.Background(), p); err != nil {
			t.Fatal(err)
		}
	}
	status, page = b.get("/desk/links")
	wants(t, status, page, service.Website, "10 November 2026", "answer 404", "1 link fails")
	if !strings.Contains(page, `href="/desk/edit/service/pl-kcik"`) {
		t.Error("the page does not lead to the record")
	}
	status, page = b.get("/desk/")
	wants(t, status, page, "1 link no longer answers")

	status, page = h.as(t, petro).get("/desk/links")
	wants(t, status, page, "0 links fail")
	if strings.Contains(page, service.Website) {
		t.Error("an editor of Germany is shown a link of Poland")
	}
}
