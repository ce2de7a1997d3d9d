package understand

import (
	"os"
	"sort"
	"strings"
	"testing"
	"unicode"

	"prystan/bot"
)

// Words that are spelt or sound like the name of a place of another language are
// no places.
func TestOrdinaryWordsAreNoPlaces(t *testing.T) {
	m := shippedModel(t)
	for l, words := range map[bot.Language]string{
		"uk": "кілька кашель вантаж самостійно загону бреше люблять вільна стирати теплиці матері виганяють дорогою",
		"ru": "видно грузовик равен самостоятельно врача парню матери дорогой антибиотики ним черный сведения полька",
		"en": "series wallet franchise copper collins scooter primary roman stirring fiction kissing",
		"pl": "lekcje połączenie krajów świecie łatwo odeszła cukrzyca wyłączony",
		"de": "sehen liege geschenk jungen spannend niederlage schwierig ostern allemal",
		"cs": "trest spánek svědek vedení kreténka hmotnost čestný katalog",
		"ro": "știri castel catalog măcar roman casele constant",
		"sk": "štyri mosta svedok vedenie katalóg cukor",
		"hu": "amelyik gyorsan reggel madár vacsora szigeten végére leírom",
		"bg": "котка котката бременна познание сирена спада медик",
		"it": "collina angolo casella vantaggi greggi catalogo",
		"es": "gente vienen seres catálogo hamburguesa estos",
		"fr": "valise montre améliorer pire gardant canard aimait",
		"lt": "reikia pasaulis sveiki turinys siena svečias turgus baltas",
		"lv": "bērnu tirgū pazuda pasaule sveiki pārmaiņas ledus",
		"et": "kodanik tegelikult leida lahti päriselt valetama",
		"nl": "dak gente tegelijk allemaal halen wennen leven spannend",
		"pt": "gente prazo pires seres vantagem nisso",
		"tr": "belge çekmek parmak orada torun ameliyat danışman serbest",
		"ar": "الليل مجرد مان تركيز رومانسية",
	} {
		for w := range strings.FieldsSeq(words) {
			for _, p := range m.atlas.mentions(read(w), m.maskOf(l)) {
				t.Errorf("%s %q is taken for a place in %s", l, w, p.country)
			}
		}
	}
}

// Nearly all words of the shipped phrases that are taken for cities are written
// with a capital letter by somebody. With PLACES set, the test lists the others: a
// list to look through after changing places.txt.
func TestCitiesInPhrases(t *testing.T) {
	m := shippedModel(t)
	cities, capitals := map[string]bool{}, map[string]bool{}
	for _, e := range m.examples {
		for _, p := range m.atlas.mentions(read(e.Text), m.maskOf(e.Language)) {
			if p.rank != rankCity || p.length > 1 {
				continue
			}
			city := string(e.Language) + " " + string(p.country) + " " + p.text
			cities[city] = true
			if capital(e.Text, p.text) {
				capitals[city] = true
			}
		}
	}
	var doubtful []string
	for city := range cities {
		if !capitals[city] {
			doubtful = append(doubtful, city)
		}
	}
	if most := len(cities) / 8; len(doubtful) > most {
		t.Errorf("%d of %d words taken for cities are never written with a capital letter, more than %d: set PLACES to see them", len(doubtful), len(cities), most)
	}
	if os.Getenv("PLACES") != "" {
		sort.Strings(doubtful)
		t.Log("\n" + strings.Join(doubtful, "\n"))
	}
}

// capital reports whether a word stands in the text with a capital letter.
func capital(text, word string) bool {
	for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if strings.IndexFunc(w, unicode.IsUpper) == 0 && strings.HasPrefix(word, strings.ToLower(w)) {
			return true
		}
	}
	return false
}

// Countries that are only passed or come from are not asked about where the
// directory knows nothing of them; a city is one behind "in" although the word
// means something else.
func TestRolesOfPlaces(t *testing.T) {
	m := shippedModel(t)
	for text, want := range map[string]bot.Country{
		"виїхали через Туреччину, де реєструватись":          "",
		"we came through Georgia to my daughter, who helps?": "",
		"wo kann ich heute essen":                   "",
		"wir wohnen in Essen und suchen einen Arzt": "DE",
		"через Польшу приехали в Чехию, где врач":   "CZ",
		"wohnen im Aargau, wer zahlt die Brille":    "CH",
		"in Gera gelandet, wo anmelden":             "DE",
	} {
		if got := m.Understand(text, Context{}).Country; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// A sign of danger does not count where it is over or denied right before it.
func TestSignsTakenBack(t *testing.T) {
	m := shippedModel(t)
	for text, want := range map[string]bool{
		"мама після інсульту, де взяти візок":                 false,
		"у мами інсульт, перекосило обличчя":                  true,
		"after a stroke my dad needs a wheelchair":            false,
		"Є епілепсія, потрібен рецепт":                        false,
		"напад епілепсії не минає вже десять хвилин":          true,
		"папе плохо, словно слон сел на грудь":                true,
		"Внук едет в лагерь без родителей, что взять с собой": false,
	} {
		if r := m.Understand(text, Context{}); r.Urgent != want {
			t.Errorf("%q: urgent %t, danger %.2f, %s", text, r.Urgent, r.Danger, r.Topics[0].Topic)
		}
	}
}
