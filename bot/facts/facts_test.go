package facts_test

import (
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/facts"
)

func load(t *testing.T) bot.Records {
	t.Helper()
	r, err := facts.Load()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEveryShippedFactParsesAndEveryNumberExists(t *testing.T) {
	r := load(t)
	if err := facts.CheckPhones(r.Phones); err != nil {
		t.Error(err)
	}
	for _, err := range r.Check() {
		// The texts of the languages ship elsewhere.
		if !strings.Contains(err.Error(), "in language") {
			t.Error(err)
		}
	}
}

func TestEveryCountryHasAnEmergencyNumberAProtectionAndALineThatPeopleAnswer(t *testing.T) {
	d := bot.NewDirectory(load(t))
	for _, c := range bot.Countries() {
		if _, ok := d.Emergency(c); !ok {
			t.Errorf("%s has no emergency number", c)
		}
		if _, ok := d.Protection(c); !ok {
			t.Errorf("%s has no protection", c)
		}
		callable := 0
		for _, s := range d.Services(c, bot.NeedTrafficking, bot.NeedPolice, bot.NeedCrimeVictims, bot.NeedViolence) {
			callable += len(s.Phones)
		}
		if callable == 0 {
			t.Errorf("%s has no line for people in danger", c)
		}
	}
}

func TestNothingOfLowConfidenceCanBeSeen(t *testing.T) {
	r := load(t)
	d := bot.NewDirectory(r)
	hidden := 0
	for _, s := range r.Services {
		if _, seen := d.Service(s.ID); seen && s.Confidence == bot.Low {
			t.Errorf("%s is of low confidence and can be seen", s.ID)
		}
		if s.Confidence == bot.Low {
			hidden++
		}
	}
	for _, f := range r.Facts {
		if _, seen := d.Fact(f.ID); seen && f.Confidence == bot.Low {
			t.Errorf("fact %s is of low confidence and can be seen", f.ID)
		}
	}
	if hidden == 0 {
		t.Error("no service of low confidence ships, so this test shows nothing")
	}
}

func TestTheAssuredDateIsThatOfTheNewestSource(t *testing.T) {
	for _, s := range load(t).Services {
		var newest bot.Date
		for _, src := range s.Sources {
			if newest.Before(src.Seen) {
				newest = src.Seen
			}
		}
		if s.Assured != newest {
			t.Errorf("%s was assured %q, its newest source is of %q", s.ID, s.Assured, newest)
		}
	}
}

func TestShortCodesAreKeptAsDialledAndNeverAsFullNumbers(t *testing.T) {
	short := 0
	for _, p := range load(t).Phones {
		if p.Kind != bot.ShortCode {
			continue
		}
		short++
		if strings.HasPrefix(p.Number, "+") || !p.Country.Known() {
			t.Errorf("short code %+v", p)
		}
	}
	if short < 50 {
		t.Errorf("only %d short codes ship", short)
	}
}

func TestLinesForWomenAndMenThatBelongTogetherAreMarked(t *testing.T) {
	together := make(map[string][]string)
	for _, s := range load(t).Services {
		if s.Together != "" {
			together[s.Together] = append(together[s.Together], s.ID)
		}
	}
	for group, lines := range together {
		if len(lines) < 2 {
			t.Errorf("%s holds %v only", group, lines)
		}
	}
	if len(together) == 0 {
		t.Error("no lines belong together")
	}
}
