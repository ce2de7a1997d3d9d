package directory_test

import (
	"fmt"
	"testing"
	"time"

	"prystan/bot"
)

// services is how many a large directory has on top of the shipped ones.
const services = 20_000

// largeDesk is a desk with services all over Europe, each of an organization and
// with a number of its own.
func largeDesk(b *testing.B) *desk {
	b.Helper()
	d := newDesk(b)
	r := d.house.Directory.Records()
	countries := bot.Countries()
	for i := range services {
		o := bot.Organization{ID: fmt.Sprintf("o-%d", i/4), Name: fmt.Sprintf("Organization %d", i/4), Website: "https://example.org"}
		if i%4 == 0 {
			r.Organizations = append(r.Organizations, o)
		}
		p := bot.Phone{ID: fmt.Sprintf("p-%d", i), Kind: bot.FullNumber, Number: fmt.Sprintf("+48%d", 226_000_000+i)}
		r.Phones = append(r.Phones, p)
		r.Services = append(r.Services, bot.Service{
			ID: fmt.Sprintf("s-%d", i), Country: countries[i%len(countries)], Organization: o.ID, Need: bot.NeedLegal,
			Name: bot.Name{English: fmt.Sprintf("Service %d", i)}, Phones: []string{p.ID}, Cost: bot.Free,
			Website: "https://example.org/help", Email: "help@example.org",
			FromAbroad: bot.Yes, Anonymous: bot.Yes, ToPolice: bot.No,
			Standing: bot.Standing{Confidence: bot.High, Sources: []bot.Source{{URL: "https://example.org/a"}, {URL: "https://example.org/b"}}},
		})
	}
	_, err := d.house.DB.Seed(ctx, r)
	d.must(err)
	r, err = d.house.DB.Records(ctx)
	d.must(err)
	d.must(d.answers.Publish(r))
	return d
}

func BenchmarkPropose(b *testing.B) {
	d := largeDesk(b)
	marta, _ := d.pair()
	ref := bot.Ref{Kind: bot.KindService, ID: "s-7"}
	n := 0
	for b.Loop() {
		n++
		d.proposes(marta, d.edited(ref, n))
	}
}

func BenchmarkPublish(b *testing.B) {
	d := largeDesk(b)
	marta, petro := d.pair()
	ref := bot.Ref{Kind: bot.KindService, ID: "s-7"}
	n := 0
	for b.Loop() {
		b.StopTimer()
		n++
		proposal := d.proposes(marta, d.edited(ref, n))
		b.StartTimer()
		d.must(d.Publish(ctx, petro, proposal))
	}
}

func BenchmarkAssure(b *testing.B) {
	d := largeDesk(b)
	marta, _ := d.pair()
	for b.Loop() {
		d.house.Clock.Advance(24 * time.Hour)
		_, err := d.Assure(ctx, marta, bot.Ref{Kind: bot.KindService, ID: "s-7"})
		d.must(err)
	}
}

// BenchmarkProposeAThousandLines is what an import does.
func BenchmarkProposeAThousandLines(b *testing.B) {
	d := largeDesk(b)
	marta, _ := d.pair()
	changes := draft()
	for i := range 1000 {
		o, p, s := newLine()
		o.ID, p.ID, s.ID = fmt.Sprintf("%s-%d", o.ID, i), fmt.Sprintf("%s-%d", p.ID, i), fmt.Sprintf("%s-%d", s.ID, i)
		s.Organization, s.Phones = o.ID, []string{p.ID}
		changes.Changes = append(changes.Changes, d.to(o), d.to(p), d.to(s))
	}
	for b.Loop() {
		_, err := d.Propose(ctx, marta, changes)
		d.must(err)
	}
}
