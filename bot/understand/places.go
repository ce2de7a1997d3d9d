package understand

import (
	_ "embed" // for the list of places
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"prystan/bot"
)

//go:embed data/places.txt
var placesData string

//go:embed data/roles.txt
var rolesData string

// Ranks of what names a country: the country itself, a city, a document.
const (
	rankName  int8 = 0
	rankCity  int8 = 1
	rankPaper int8 = 2
)

// atlas finds the country that a message is about.
type atlas struct {
	places *lexicon
	roles  *lexicon // small words that say whether one goes to a place or comes from it
	paths  map[string]int32

	cyrillic uint32 // bits of the languages written in Cyrillic
}

func newAtlas() (*atlas, error) {
	places, err := parseLexicon(placesData)
	if err != nil {
		return nil, fmt.Errorf("reading the list of places: %w", err)
	}
	roles, err := parseLexicon(rolesData)
	if err != nil {
		return nil, fmt.Errorf("reading the words of place: %w", err)
	}
	a := &atlas{places: places, roles: roles, paths: map[string]int32{}}
	for i, name := range roles.names {
		a.paths[name] = int32(i)
	}
	for _, l := range []bot.Language{bot.Ukrainian, bot.Russian, "bg"} {
		bit, _ := languageBit(l)
		a.cyrillic |= bit
	}
	return a, nil
}

// place is a country found in a message.
type place struct {
	country bot.Country
	word    int    // where
	length  int    // how many words it spans
	text    string // what was read
	rank    int8
	role    string // to, from, via, not, here, past, or ""
	score   float64
}

// sort returns the places found in a message, the likeliest first. It changes
// found.
func (a *atlas) sort(found []place, m message, langs uint32) []place {
	if len(found) == 0 {
		return nil
	}
	moves := a.moves(m, langs)
	for i := range found {
		if moves && found[i].role == "here" {
			found[i].role = "to" // whoever moves asks about the place they move to
		}
		found[i].score = found[i].weight() + 0.05*float64(i)
	}
	found = a.withoutOrigin(found)
	sort.SliceStable(found, func(i, j int) bool { return found[i].score > found[j].score })
	return found
}

// moves reports whether the message speaks of moving from one place to another.
func (a *atlas) moves(m message, langs uint32) bool {
	moves := false
	plain := m.plain
	eachWord(m.skel, func(_ int, w string) {
		var p string
		p, plain, _ = strings.Cut(plain, " ")
		a.roles.match(w, p, langs, func(e entry) { moves = moves || a.roles.names[e.id] == "move" })
	})
	return moves
}

// mentions lists every place in the order of the words, flags and calling codes
// after them.
func (a *atlas) mentions(m message, langs uint32) []place {
	skels, plains := strings.Split(m.skel, " "), strings.Split(m.plain, " ")
	if len(skels) != len(plains) {
		return nil
	}
	var found []place
	from := 0 // where the words after the last place begin
	for i := 0; i < len(skels); i++ {
		p, ok := a.at(skels, plains, i, langs)
		if !ok {
			continue
		}
		if p.country == noPlace {
			i += p.length - 1
			continue
		}
		p.role = a.role(skels, plains, from, i, langs)
		if a.wasThere(skels, plains, i, p.length, langs) {
			p.role = "past"
		}
		found = append(found, p)
		i += p.length - 1
		from = i + 1
	}
	for _, f := range m.flags {
		if f.Known() && f != bot.Ukraine {
			found = append(found, place{country: f, word: len(skels), length: 1, text: f.Flag()})
		}
	}
	for _, code := range m.codes {
		for n := len(code); n > 1; n-- {
			if p, ok := a.lookup("+"+code[:n], "+"+code[:n], 1, everyLanguage, false); ok {
				p.word, p.length = len(skels), 1
				found = append(found, p)
				break
			}
		}
	}
	return found
}

// at finds a place that begins at word i: of three words, two, or one.
func (a *atlas) at(skels, plains []string, i int, langs uint32) (place, bool) {
	led := i > 0 && a.isLed(skels[i-1], plains[i-1], langs)
	for n := min(3, len(skels)-i); n > 0; n-- {
		skel, plain := strings.Join(skels[i:i+n], ""), strings.Join(plains[i:i+n], "")
		p, ok := a.lookup(skel, plain, n, langs, led)
		if hard, soft := unsoftened(plain); !ok && soft {
			p, ok = a.lookup(strings.ReplaceAll(skeleton(hard), " ", ""), hard, n, langs, led)
		}
		if ok {
			p.word, p.length = i, n
			return p, true
		}
	}
	return place{}, false
}

// unsoftened undoes what the Ukrainian locative does to the last consonant of a
// city: "у Гетеборзі" is Гетеборг.
func unsoftened(plain string) (hard string, ok bool) {
	if stem, ok := strings.CutSuffix(plain, "зі"); ok && len(stem) > 6 {
		return stem + "г", true
	}
	if stem, ok := strings.CutSuffix(plain, "ці"); ok && len(stem) > 6 {
		return stem + "к", true
	}
	return "", false
}

// lookup finds the longest entry for some words written as one. A word that only
// looks like a place is one all the same behind "in": "zu essen", "in Essen".
func (a *atlas) lookup(skel, plain string, words int, langs uint32, led bool) (place, bool) {
	var p place
	ok, length := false, 0
	written := letters(withoutArticle(plain))
	a.places.match(skel, plain, langs, func(e entry) {
		if e.led && !led || e.words != words || !a.spells(e, written, langs) {
			return
		}
		if ok && !(p.country == noPlace && e.led && len(e.stem) == length) {
			return
		}
		ok, length = true, len(e.stem)
		p = place{country: bot.Country(a.places.names[e.id]), rank: e.rank, text: plain}
		if len(e.stem) < len(skel)*2/3 && e.open && len(skel) > 14 {
			ok = false // a compound that only begins like a place
		}
	})
	return p, ok
}

// spells reports whether a name of the list may be what a word means that sounds
// like it. Across languages too many do (Kotka and "котка", a cat; Kassel and
// "casele", houses), so the letters must be those of the list, but for their
// marks, and the alphabet, too. Only people who type a Cyrillic language in Latin
// letters spell as they like.
func (a *atlas) spells(e entry, letters string, langs uint32) bool {
	if letters != "" && letters[0] < utf8.RuneSelf && langs&a.cyrillic != 0 {
		return true
	}
	return strings.HasPrefix(letters, e.letters)
}

// letters returns a word without the marks of its letters. Cyrillic ones that
// Ukrainian and Russian write differently are the same, and doubled ones stand
// once; in Latin too many words differ by that alone.
func letters(word string) string {
	b := make([]byte, 0, len(word))
	last := ""
	for _, r := range word {
		letter := ""
		switch {
		case r < utf8.RuneSelf:
			letter = string(r)
		case unicode.Is(unicode.Latin, r):
			letter = latinLetter(r)
		case unicode.Is(unicode.Cyrillic, r):
			letter = cyrillicLetter(r)
		case unicode.Is(unicode.Arabic, r):
			letter = arabicBase(r)
		}
		if letter == last && unicode.Is(unicode.Cyrillic, r) {
			continue
		}
		b = append(b, letter...)
		last = letter
	}
	return string(b)
}

// cyrillicLetter folds the letters that stand for one sound in Ukrainian and in
// Russian.
func cyrillicLetter(r rune) string {
	switch r {
	case 'і', 'ї', 'ы', 'й':
		return "и"
	case 'є', 'э', 'ё':
		return "е"
	case 'ґ':
		return "г"
	case 'ь', 'ъ':
		return ""
	}
	return string(r)
}

// latinLetter strips a letter of its marks.
func latinLetter(r rune) string {
	switch r {
	case 'ł':
		return "l"
	case 'ı':
		return "i"
	case 'č', 'ć', 'ç', 'š', 'ś', 'ş', 'ș', 'ž', 'ż', 'ź':
		s := norm.NFD.String(string(r))
		return s[:1]
	}
	return latinBase(r)
}

// noPlace is the section of words that only look like places: "in Polish".
const noPlace = "none"

func (a *atlas) isLed(skel, plain string, langs uint32) bool {
	led := false
	a.roles.match(skel, plain, langs, func(e entry) {
		led = led || e.id == a.paths["to"] || e.id == a.paths["from"] || e.id == a.paths["via"]
	})
	return led
}

// role says what the words before place i, as far back as from, make of it.
func (a *atlas) role(skels, plains []string, from, i int, langs uint32) string {
	role := ""
	for k := i - 1; k >= from && k >= i-3; k-- {
		a.roles.match(skels[k], plains[k], langs, func(e entry) {
			name := a.roles.names[e.id]
			switch {
			case name == "not" && (k == i-1 || k == i-2 && a.isLed(skels[i-1], plains[i-1], langs)):
				role = "not"
			case role == "" && k >= i-2 && (name == "to" || name == "from" || name == "via"):
				role = name
			case name == "here" && role == "to":
				role = "here"
			case name == "who" && role == "from":
				role = "not"
			}
		})
	}
	return role
}

// wasThere reports whether the person tells that they were in a place in a year
// gone by, which is not what they ask about.
func (a *atlas) wasThere(skels, plains []string, i, length int, langs uint32) bool {
	year := false
	for k := i + length; k < min(i+length+4, len(plains)); k++ {
		year = year || len(plains[k]) == 4 && strings.HasPrefix(plains[k], "20") && digitsOnly(plains[k])
	}
	past := false
	for k := max(0, i-4); k < i && year; k++ {
		a.roles.match(skels[k], plains[k], langs, func(e entry) { past = past || a.roles.names[e.id] == "past" })
	}
	return past
}

func (p place) weight() float64 {
	w := 3.0
	if p.rank == rankPaper {
		w = 1.5
	}
	if !p.country.Known() {
		w--
	}
	switch p.role {
	case "here":
		w += 2
	case "to":
		w++
	case "from", "via":
		w -= 2
	case "not", "past":
		w -= 4
	}
	return w
}

// withoutOrigin drops Ukraine where it is where people come from or go back to,
// which it nearly always is: it stays when nothing else is named and the person
// says that they are there now, or names a document of people displaced inside.
// Countries of which the directory knows nothing are left out where people only
// come from them or through them.
func (a *atlas) withoutOrigin(found []place) []place {
	kept := found[:0:0]
	for _, p := range found {
		passed := p.role == "from" || p.role == "via"
		if p.country != bot.Ukraine && (p.country.Known() || !passed) {
			kept = append(kept, p)
		}
	}
	if len(kept) == 1 && (kept[0].role == "not" || kept[0].role == "past") {
		return nil // "a man from Germany writes to me"
	}
	if len(kept) > 0 {
		return kept
	}
	for _, p := range found {
		if p.rank == rankPaper || p.role == "here" {
			kept = append(kept, p)
		}
	}
	return kept
}

// withoutPlaces returns the message without the names of countries and cities,
// of which it makes no difference to the topic which one is meant.
func withoutPlaces(m message, found []place) message {
	drop := map[int]bool{}
	for _, p := range found {
		if p.rank != rankPaper && p.country != bot.Ukraine && len(p.text) > 3 {
			for i := 0; i < p.length; i++ {
				drop[p.word+i] = true
			}
		}
	}
	if len(drop) == 0 {
		return m
	}
	m.plain, m.skel = mask(m.plain, drop), mask(m.skel, drop)
	return m
}

// mask puts placeWord in place of some words.
func mask(form string, drop map[int]bool) string {
	words := strings.Split(form, " ")
	for i := range words {
		if drop[i] {
			words[i] = placeWord
		}
	}
	return strings.Join(words, " ")
}

// placeWord stands for the name of any place.
const placeWord = "0place"
