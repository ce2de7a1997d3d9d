package desk_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/directory"
	"prystan/bot/facts"
)

func TestAButtonPressedTwiceMakesOneProposal(t *testing.T) {
	o := newOffice(t)
	form := o.writer.open("/desk/new/service")
	form.Set("name_en", "Night line")
	for name, value := range map[string]string{
		"country": "PL", "need": "legal_aid", "hours_unknown": "yes", "confidence": "low", "phones_0": "+48 22 621 51 65", "organization_new": "Night",
		"reason": "r", "source": "s",
	} {
		form.Set(name, value)
	}
	var presses sync.WaitGroup
	for range 3 {
		presses.Go(func() {
			if status, body := form.clone().send("propose"); status != http.StatusOK || !strings.Contains(body, "Night line") {
				t.Errorf("%d\n%s", status, alerts(body))
			}
		})
	}
	presses.Wait()
	if n := len(o.waiting()); n != 1 {
		t.Fatalf("%d proposals wait", n)
	}
	form.Set("reason", "with more to say")
	if status, _ := form.send("propose"); status != http.StatusOK || len(o.waiting()) != 2 {
		t.Errorf("another form from the same page: %d, and %d wait", status, len(o.waiting()))
	}
	editor := o.as(t, o.publisher)
	first, second := proposalAt(o.waiting()[0]), proposalAt(o.waiting()[1])
	for range 2 {
		if status, body := editor.post(first, "answer", "publish"); status != http.StatusOK || !strings.Contains(body, "Published.") {
			t.Errorf("publishing: %d\n%s", status, alerts(body))
		}
		if status, body := o.writer.post(second, "answer", "withdraw"); status != http.StatusOK || !strings.Contains(body, "Taken back.") {
			t.Errorf("taking back: %d\n%s", status, alerts(body))
		}
	}
	if status, _ := editor.post(second, "answer", "publish"); status != http.StatusConflict {
		t.Errorf("publishing what was taken back: %d", status)
	}
	due := []string{"answer", "right", "kind", "service", "id", "pl-lastrada", "back", "/desk/due"}
	for range 2 {
		if status, body := editor.post("/desk/assure", due...); status != http.StatusOK || !strings.Contains(body, "Marked as still right") {
			t.Errorf("still right: %d\n%s", status, alerts(body))
		}
	}
}

func (s *sheet) clone() *sheet {
	c := &sheet{s.b, s.path, make(map[string][]string, len(s.Values))}
	for name, values := range s.Values {
		c.Values[name] = append([]string(nil), values...)
	}
	return c
}

func TestARenewedProposalBringsNothingBackThatWasRetired(t *testing.T) {
	o := newOffice(t)
	ref := bot.Ref{Kind: bot.KindService, ID: "pl-lastrada"}
	if status, body := o.writer.open("/desk/edit/service/pl-lastrada").propose("city", "Opole"); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, alerts(body))
	}
	waits := o.waiting()[0]
	path := proposalAt(waits)
	chief := o.add(t, "Anna", bot.Administrator)
	if status, body := o.as(t, chief).post("/desk/retire", "kind", "service", "id", ref.ID, "reason", "it closed", "source", "s"); status != http.StatusOK {
		t.Fatalf("retiring: %d\n%s", status, alerts(body))
	}
	retires := o.waiting()[1]
	if err := o.keeper.Publish(t.Context(), o.publisher, retires.ID); err != nil {
		t.Fatal(err)
	}
	if status, _ := o.as(t, o.publisher).post(path, "answer", "renew"); status != http.StatusForbidden {
		t.Errorf("somebody else renews it: %d", status)
	}
	if status, body := o.writer.post(path, "answer", "renew"); status != http.StatusConflict {
		t.Errorf("renewing what was retired: %d\n%s", status, alerts(body))
	}
	if status, _ := o.as(t, o.publisher).post(path, "answer", "publish"); status != http.StatusConflict || o.body(ref) != "" {
		t.Errorf("publishing what was retired: %d", status)
	}
	if n := len(o.waiting()); n != 1 {
		t.Errorf("%d proposals wait", n)
	}
	o.writer.post(path, "answer", "withdraw")
	if status, _ := o.writer.post(path, "answer", "renew"); status != http.StatusConflict || len(o.waiting()) != 0 {
		t.Errorf("renewing what was taken back: %d", status)
	}
}

func proposalAt(p directory.Proposal) string { return "/desk/proposals/" + fmt.Sprint(p.ID) }

func TestWhatTheCheckFindsIsSaidInWordsOfTheDesk(t *testing.T) {
	o := newOffice(t)
	for id, want := range map[[2]string]string{
		{"phone", "e164-48605687750"}:         "605 687 750, which would not be public",
		{"organization", "pl-fundacja-itaka"}: "needs Fundacja ITAKA",
		{"service", "pl-emergency"}:           "Poland: there would be no emergency number",
		{"protection", "PL"}:                  "Poland: nothing would be known about temporary protection",
		{"protection_text", "PL/uk"}:          "Protection text: Poland (Ukrainian): this text must be there",
		{"article", "tp.work/en"}:             "(English): this text must be there",
	} {
		status, body := o.writer.post("/desk/retire", "kind", id[0], "id", id[1], "reason", "r", "source", "s")
		if status != http.StatusUnprocessableEntity || !strings.Contains(body, want) || strings.Contains(body, id[0]+" "+id[1]) {
			t.Errorf("retiring %s %s: %d\n%s", id[0], id[1], status, between(body, "<main", "</main>"))
		}
	}
}

func TestWhatWasWrittenOutlivesTheSession(t *testing.T) {
	o := newOffice(t)
	form := o.writer.open("/desk/edit/organization/pl-fundacja-itaka")
	form.Set("name", `ITAKA "><script>`)
	o.Clock.Advance(3 * time.Hour)
	status, body := form.propose()
	if status != http.StatusUnauthorized || strings.Contains(body, "<script>") || len(o.waiting()) != 0 {
		t.Fatalf("%d\n%s", status, body)
	}
	again := o.writer.sheet(strings.Replace(body, `<form method="post"`, `<form class="edit" method="post"`, 1))
	if again.path != form.path || again.Encode() != form.Encode() {
		t.Errorf("the page carries %s of %s", again.Encode(), again.path)
	}
	again.b = o.as(t, o.publisher)
	if status, body := again.send("propose"); status != http.StatusOK || len(o.waiting()) != 1 {
		t.Errorf("sent again: %d\n%s", status, alerts(body))
	}
}

// full is a store on a disk that is full.
type full struct{ directory.Store }

func (full) Change(context.Context, func(directory.Tx) error) error {
	return errors.New("database or disk is full")
}

func TestWhatWasWrittenOutlivesAFullDisk(t *testing.T) {
	h := newHouse(t)
	chief := h.add(t, "Anna", bot.Administrator)
	h.keeper = directory.NewKeeper(full{h.DB}, h.answers, facts.CheckPhones, h.Clock.Now)
	h = h.under(t, "", slog.New(slog.DiscardHandler))
	b := h.as(t, chief)
	form := b.open("/desk/edit/organization/pl-fundacja-itaka")
	status, body := form.propose("name", "ITAKA today")
	if status != http.StatusInternalServerError || !strings.Contains(alerts(body), "Nothing was changed") || b.sheet(body).Get("name") != "ITAKA today" {
		t.Errorf("%d\n%s", status, alerts(body))
	}
	if status, body := b.post("/desk/assure", "answer", "right", "kind", "service", "id", "pl-lastrada"); status != http.StatusInternalServerError || !strings.Contains(body, "Nothing was changed") {
		t.Errorf("still right: %d", status)
	}
}
