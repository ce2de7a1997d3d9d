package bot

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestADateIsAsFineAsItsSource(t *testing.T) {
	for _, s := range []string{"", "2026", "2026-11", "2026-11-23"} {
		d, err := ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		if d.String() != s {
			t.Errorf("%q became %q", s, d)
		}
		raw, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back Date
		if err := json.Unmarshal(raw, &back); err != nil || back != d {
			t.Errorf("%q in JSON is %s and back %q (%v)", s, raw, back, err)
		}
	}
	for _, s := range []string{"undated", "2026-13", "2026-02-30", "26-01-01", "2026-1"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("%q was read as %q", s, d)
		}
	}
}

func TestAFactIsDueOnceItsReviewIntervalIsOver(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	date := func(s string) Date { d, _ := ParseDate(s); return d }
	for _, c := range []struct {
		assured string
		days    int
		due     bool
	}{
		{"", 0, true}, {"2026-11-23", 0, false}, {"2025-11-25", 0, false}, {"2025-11-20", 0, true},
		{"2025-11", 0, false}, // the month may have ended within the year
		{"2025", 0, false}, {"2024", 0, true}, {"2026-09", 30, true}, {"2027-01-01", 1, false},
	} {
		s := Standing{Confidence: High, Assured: date(c.assured), ReviewDays: c.days}
		if s.Due(now) != c.due {
			t.Errorf("assured %q with %d days: due is %v", c.assured, c.days, s.Due(now))
		}
	}
}

func TestNothingOfLowConfidenceOrWithoutSourceIsShown(t *testing.T) {
	source := []Source{{URL: "https://example.org"}}
	for _, c := range []struct {
		name  string
		s     Standing
		shown bool
	}{
		{"high with source", Standing{Confidence: High, Sources: source}, true},
		{"medium with source", Standing{Confidence: Medium, Sources: source}, true},
		{"low with source", Standing{Confidence: Low, Sources: source}, false},
		{"high without source", Standing{Confidence: High}, false},
		{"high by an editor", Standing{Confidence: High, AssuredBy: "Olha"}, true},
		{"no confidence", Standing{Sources: source}, false},
	} {
		if c.s.Shown() != c.shown {
			t.Errorf("%s: shown is %v", c.name, c.s.Shown())
		}
	}
}

func TestLinesThatBelongTogetherAreShownTogetherOrNotAtAll(t *testing.T) {
	shown := Standing{Confidence: High, Sources: []Source{{URL: "https://example.org"}}}
	hidden := Standing{Confidence: Low}
	women := Service{ID: "women", Country: "AT", Need: NeedTrafficking, Together: "both", Standing: shown}
	men := Service{ID: "men", Country: "AT", Need: NeedTrafficking, Together: "both", Standing: hidden}
	d := NewDirectory(Records{Services: []Service{women, men}})
	if got := d.Services("AT"); len(got) != 0 {
		t.Errorf("with the men's line hidden, %d lines are shown", len(got))
	}
	men.Standing = shown
	d = NewDirectory(Records{Services: []Service{women, men}})
	if got := d.Services("AT"); len(got) != 2 {
		t.Errorf("with both confirmed, %d lines are shown", len(got))
	}
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	r := Records{
		Phones: []Phone{{ID: "p"}, {ID: "p"}},
		Services: []Service{{
			ID: "Bad ID", Country: "XX", Need: "tea", Cost: "cheap", Phones: []string{"nowhere"},
			FromAbroad: "maybe", Website: "ftp://x", Email: "nobody", Standing: Standing{Confidence: High},
		}},
	}
	var all strings.Builder
	for _, err := range r.Check() {
		all.WriteString(err.Error() + "\n")
	}
	for _, want := range []string{
		"phone p stands twice", `id "Bad ID"`, `country "XX"`, `need "tea"`, `cost "cheap"`, "names phone nowhere",
		`"maybe" is not yes`, "ftp://x", `"nobody" is no e-mail`, "without a source", "has no name",
		"country PL has no emergency number", "country PL has no protection", "topic crisis.danger_now has no article in language uk",
	} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("nothing says %q", want)
		}
	}
}

func TestEveryCountryHasATimeZoneAndAFlag(t *testing.T) {
	if len(Countries()) != 34 {
		t.Errorf("%d countries, not 34", len(Countries()))
	}
	for _, c := range Countries() {
		if _, err := c.Location(); err != nil {
			t.Error(err)
		}
		if len([]rune(c.Flag())) != 2 {
			t.Errorf("%s has flag %q", c, c.Flag())
		}
	}
	if Country("XX").Known() || Country("pl").Flag() != "" {
		t.Error("a country that does not exist is known or has a flag")
	}
}

func TestThereAreFiftyTopicsEachOnce(t *testing.T) {
	seen := make(map[Topic]bool)
	for _, topic := range Topics() {
		if seen[topic] {
			t.Errorf("%s stands twice", topic)
		}
		seen[topic] = true
	}
	if len(seen) != 50 {
		t.Errorf("%d topics, not 50", len(seen))
	}
}
