package locales_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"prystan/bot"
	"prystan/bot/facts"
	"prystan/locales"
)

func catalog(t *testing.T) *locales.Catalog {
	t.Helper()
	c, err := locales.NewCatalog()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheShippedTextsAreInOrder(t *testing.T) {
	for _, err := range locales.Check() {
		t.Error(err)
	}
}

func TestEveryLanguageSaysTheSamePartsOfEveryCountrysProtection(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	parts := make(map[bot.Language]map[bot.Country][]string)
	for _, p := range texts.ProtectionTexts {
		if parts[p.Language] == nil {
			parts[p.Language] = make(map[bot.Country][]string)
		}
		for name := range p.Parts() {
			parts[p.Language][p.Country] = append(parts[p.Language][p.Country], name)
		}
		slices.Sort(parts[p.Language][p.Country])
	}
	for _, l := range bot.Languages() {
		for _, c := range bot.Countries() {
			if got, want := parts[l][c], parts[bot.English][c]; !slices.Equal(got, want) {
				t.Errorf("%s in language %s has %v, in English %v", c, l, got, want)
			}
		}
	}
}

var (
	number    = regexp.MustCompile(`\d+`)
	thousands = regexp.MustCompile(`(\d)[,.\x{a0}\x{202f} ](\d{3}\b)`)
)

// numbers returns the numbers of a text, those written with a separator of
// thousands also without it.
func numbers(text string) []string {
	found := number.FindAllString(text, -1)
	return append(found, number.FindAllString(thousands.ReplaceAllString(text, "$1$2"), -1)...)
}

// TestEveryNumberOfACountrysTextStandsInThatCountrysFacts is stricter than the
// crawl of the conversation: a date of Poland must not stand in the text of
// Germany.
func TestEveryNumberOfACountrysTextStandsInThatCountrysFacts(t *testing.T) {
	records, err := facts.Load()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	known := make(map[bot.Country]map[string]bool)
	for _, p := range records.Protections {
		said := strings.Join(p.Notes, " ") + " " + p.ValidUntil.String() + " " + p.EUUntil.String() + " " + p.Authority.English
		for _, s := range p.Sources {
			said += " " + s.Says + " " + s.Seen.String()
		}
		for _, u := range p.Updates {
			said += " " + u.Text + " " + u.Assured.String()
		}
		for _, f := range records.Facts { // what holds in all of the EU
			said += " " + f.Text
		}
		known[p.Country] = make(map[string]bool)
		for _, n := range numbers(said) {
			known[p.Country][n] = true
			known[p.Country][strings.TrimLeft(n, "0")] = true
		}
	}
	for _, p := range texts.ProtectionTexts {
		for name, part := range p.Parts() {
			plain := thousands.ReplaceAllString(part, "$1$2")
			for _, n := range number.FindAllString(plain, -1) {
				if !known[p.Country][n] {
					t.Errorf("%s of %s in language %s says %s, which is not in its facts: %s", name, p.Country, p.Language, n, part)
				}
			}
		}
	}
}

func TestUkrainianAndRussianTextsHoldNoLatinSentence(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	originals := regexp.MustCompile(`\([^)]*\)|«[^»]*»|"[^"]*"`)
	check := func(what string, l bot.Language, text string) {
		if l != bot.Ukrainian && l != bot.Russian {
			return
		}
		for line := range strings.SplitSeq(originals.ReplaceAllString(text, ""), "\n") {
			run := 0
			for word := range strings.FieldsSeq(line) {
				if strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Latin, r) }) {
					run++
				} else if strings.ContainsFunc(word, unicode.IsLetter) {
					run = 0
				}
				if run > 5 {
					t.Errorf("%s in language %s: %s", what, l, line)
					break
				}
			}
		}
	}
	for _, a := range texts.Articles {
		check("article "+string(a.Topic), a.Language, strings.Join([]string{a.Title, a.Now, a.About, a.General, a.More}, "\n"))
	}
	for _, p := range texts.ProtectionTexts {
		for name, part := range p.Parts() {
			check("protection "+string(p.Country)+" "+name, p.Language, part)
		}
	}
}

func TestDatesAreWrittenInWordsAsFineAsTheyAreKnown(t *testing.T) {
	c := catalog(t)
	for _, x := range []struct {
		language bot.Language
		date     bot.Date
		want     string
	}{
		{"uk", bot.Date{Year: 2028, Month: time.March, Day: 4}, "4 березня 2028 року"},
		{"uk", bot.Date{Year: 2026, Month: time.September}, "вересень 2026 року"},
		{"uk", bot.Date{Year: 2022}, "2022 рік"},
		{"en", bot.Date{Year: 2028, Month: time.March, Day: 4}, "4 March 2028"},
		{"ru", bot.Date{Year: 2028, Month: time.March, Day: 4}, "4 марта 2028 года"},
		{"pl", bot.Date{Year: 2028, Month: time.March, Day: 4}, "4 marca 2028 r."},
		{"de", bot.Date{Year: 2028, Month: time.March, Day: 4}, "4. März 2028"},
		{"cs", bot.Date{Year: 2028, Month: time.March, Day: 4}, "4. března 2028"},
		{"ro", bot.Date{Year: 2028, Month: time.March, Day: 4}, "4 martie 2028"},
		{"ro", bot.Date{}, ""},
	} {
		if got := c.Printer(x.language).Date(x.date); got != x.want {
			t.Errorf("%v in %s is %q, want %q", x.date, x.language, got, x.want)
		}
	}
}

func TestOpeningHoursAreWrittenInWords(t *testing.T) {
	c := catalog(t)
	for _, x := range []struct {
		language bot.Language
		hours    string
		want     string
	}{
		{"uk", "24/7", "цілодобово"}, {"uk", "unknown", "години невідомі"}, {"en", "unknown (by e-mail)", "hours not known"},
		{"uk", "Mo-Fr 09:00-17:00", "пн–пт 09:00–17:00"}, {"en", "daily 07:00-22:00", "daily 07:00–22:00"},
		{"de", "Mo-Fr 09:30-13:00, 14:00-17:00", "Mo–Fr 09:30–13:00, 14:00–17:00"},
		{"cs", "Mo, Tu, Th, Fr 10:00-13:00", "po, út, čt, pá 10:00–13:00"},
		{"pl", "Mo-Fr 12:00-20:00; Sa 09:30-14:00", "pon.–pt. 12:00–20:00; sob. 09:30–14:00"},
	} {
		s, err := bot.ParseSchedule(x.hours)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Printer(x.language).Hours(s); got != x.want {
			t.Errorf("%s in %s is %q, want %q", x.hours, x.language, got, x.want)
		}
	}
}

func TestCountriesAreNamedAndSortedInTheLanguage(t *testing.T) {
	c := catalog(t)
	for l, want := range map[bot.Language]string{"uk": "Польща", "ru": "Польша", "en": "Poland", "pl": "Polska", "de": "Polen", "cs": "Polsko", "ro": "Polonia"} {
		if got := c.Printer(l).Country("PL"); got != want {
			t.Errorf("Poland in %s is %q, want %q", l, got, want)
		}
	}
	countries := []bot.Country{"SE", "AT", "IS", "EE"}
	c.Printer("uk").SortCountries(countries) // Австрія, Естонія, Ісландія, Швеція
	if !slices.Equal(countries, []bot.Country{"AT", "EE", "IS", "SE"}) {
		t.Errorf("in Ukrainian the order is %v", countries)
	}
	for _, l := range bot.Languages() {
		for _, country := range bot.Countries() {
			if name := c.Printer(l).Country(country); name == "" || name == string(country) {
				t.Errorf("%s has no name in %s", country, l)
			}
		}
	}
}

func TestTelegramsOwnPlacesAreShortEnough(t *testing.T) {
	c := catalog(t)
	for _, l := range bot.Languages() {
		p := c.Printer(l)
		if n := len([]rune(p.Say(locales.BotDescription))); n > 512 {
			t.Errorf("the description in %s has %d characters", l, n)
		}
		if n := len([]rune(p.Say(locales.BotShortDescription))); n > 120 {
			t.Errorf("the short description in %s has %d characters", l, n)
		}
	}
}
