package desk_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"prystan/bot"
)

// crowded publishes n helplines, spread over all countries and needs, in place
// of the shipped ones.
func (h *house) crowded(t testing.TB, n int) {
	t.Helper()
	r := h.answers.Directory().Records()
	needs, countries := bot.Needs(), bot.Countries()
	shipped := r.Services
	r.Services, r.Phones = slices.Clone(shipped), slices.Clone(r.Phones)
	for i := len(shipped); i < n; i++ {
		s := shipped[i%len(shipped)]
		s.ID = fmt.Sprintf("line-%d", i)
		s.Country, s.Need, s.Together = countries[i%len(countries)], needs[i/len(countries)%len(needs)], ""
		p := bot.Phone{ID: s.ID, Kind: bot.FullNumber, Number: fmt.Sprintf("+4822%07d", i)}
		s.Phones, s.Order = []string{p.ID}, i
		r.Services, r.Phones = append(r.Services, s), append(r.Phones, p)
	}
	if err := h.answers.Publish(r); err != nil {
		t.Fatal(err)
	}
	if _, err := h.DB.Seed(context.Background(), r); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkPages is how long an editor waits for each page of a directory of
// 20,000 facts.
func BenchmarkPages(b *testing.B) {
	h := newHouse(b)
	h.crowded(b, 20_000)
	olena := h.as(b, h.add(b, "Olena", bot.Administrator))
	for _, path := range []string{
		"/desk/", "/desk/due", "/desk/due?show=unsure&country=PL", "/desk/proposals", "/desk/records", "/desk/records?kind=phone&q=22",
		"/desk/records?kind=service&country=PL", "/desk/records/service/pl-kcik", "/desk/records/phone/pl-112", "/desk/edit/service/pl-kcik",
		"/desk/texts", "/desk/map", "/desk/signals", "/desk/exchange", "/desk/people", "/desk/settings", "/desk/audit", "/desk/me", "/desk/releases",
		"/desk/preview?country=PL", "/desk/new/service", "/desk/new/organization",
	} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				if status, body := olena.get(path); status != http.StatusOK {
					b.Fatalf("%d\n%s", status, body)
				}
			}
		})
	}
}
