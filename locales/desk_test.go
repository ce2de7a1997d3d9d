package locales_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/locales"
)

func deskCatalog(t *testing.T) *locales.DeskCatalog {
	t.Helper()
	c, err := locales.NewDeskCatalog(catalog(t))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// counted returns a message with 2 filled in for whatever it asks for.
func counted(p *locales.DeskPrinter, key string, names []string) string {
	pairs := []any{"Count", 2}
	for _, n := range names {
		if n != "Count" {
			pairs = append(pairs, n, "≡"+n+"≡")
		}
	}
	return p.Say(key, pairs...)
}

var slot = regexp.MustCompile(`≡(\w+)≡`)

func TestEveryDeskMessageFillsInTheSameInEveryLanguage(t *testing.T) {
	c := deskCatalog(t)
	names := []string{
		"Number", "Last", "What", "Date", "Name", "Country", "Language", "Status", "Field", "Cell", "Text", "Who", "When",
	}
	english := c.Printer(bot.English)
	for _, key := range english.Keys() {
		want := slot.FindAllString(counted(english, key, names), -1)
		slices.Sort(want)
		for _, l := range bot.DeskLanguages() {
			said := counted(c.Printer(l), key, names)
			got := slot.FindAllString(said, -1)
			slices.Sort(got)
			if !slices.Equal(slices.Compact(got), slices.Compact(slices.Clone(want))) {
				t.Errorf("%s in language %s fills in %q, in English %q", key, l, got, want)
			}
			if said == "["+key+"]" {
				t.Errorf("%s in language %s cannot be said", key, l)
			}
		}
	}
}

func TestTheUkrainianDeskHoldsNoEnglishSentence(t *testing.T) {
	c := deskCatalog(t)
	english, ukrainian := c.Printer(bot.English), c.Printer(bot.Ukrainian)
	for _, key := range english.Keys() {
		if said := english.Say(key, "Count", 2); said == ukrainian.Say(key, "Count", 2) && strings.Count(said, " ") > 1 {
			t.Errorf("%s is English in Ukrainian: %q", key, said)
		}
	}
}
