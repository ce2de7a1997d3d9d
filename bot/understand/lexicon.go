package understand

import (
	"fmt"
	"strings"

	"prystan/bot"
)

// lexicon finds words by how they begin. Its data files are lists that a
// translator can read and extend:
//
//	[doctor]
//	uk ru: лікар* врач* доктор*
//	en: doctor* gp
//
// A section names what the words mean; a line gives the languages in whose
// texts they count ("all" for every one) and the words, compared as they sound.
// A star stands for any ending.
type lexicon struct {
	names   []string           // of the sections
	entries map[uint32][]entry // by the hash of the beginning
	sieve   [1 << 10]uint64    // bits of those hashes: most beginnings of words are in no lexicon
	longest int
}

type entry struct {
	id      int32
	open    bool   // had a star
	langs   uint32 // bits by index in bot.QuestionLanguages
	rank    int8   // weight of the line the word stands on
	stem    string
	plain   string // of a short word, which must be there as it is written
	led     bool   // counts only behind a word of place: "in Nice"
	letters string // as it is written, without marks: see letters
	words   int    // how many words it has: "new-york"
}

// shortWord is how many sounds a word may have and still need its exact
// letters: short words of different languages sound alike too often.
const shortWord = 4

// everyLanguage has the bits of all languages.
const everyLanguage = ^uint32(0)

// longestStem bounds how long the words of a lexicon are, in bytes.
const longestStem = 64

// parseLexicon reads one data file.
func parseLexicon(data string) (*lexicon, error) {
	x := &lexicon{entries: map[uint32][]entry{}}
	for n, line := range strings.Split(data, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if line[0] == '[' {
			x.names = append(x.names, strings.Trim(line, "[]"))
			continue
		}
		head, words, ok := strings.Cut(line, ":")
		if !ok || len(x.names) == 0 {
			return nil, fmt.Errorf("line %d: %q has no languages before a colon, or no section above it", n+1, line)
		}
		langs, rank, err := lineHead(head)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		for _, w := range strings.Fields(words) {
			x.add(w, langs, rank)
		}
		if x.longest > longestStem {
			return nil, fmt.Errorf("line %d has a word of more than %d sounds", n+1, longestStem)
		}
	}
	return x, nil
}

// lineHead reads the languages of a line; a word in capitals is its rank.
func lineHead(head string) (langs uint32, rank int8, err error) {
	for _, name := range strings.Fields(head) {
		switch name {
		case "all":
			langs = everyLanguage
			continue
		case "CITY":
			rank = rankCity
			continue
		case "PAPER":
			rank = rankPaper
			continue
		}
		bit, ok := languageBit(bot.Language(name))
		if !ok {
			return 0, 0, fmt.Errorf("%q is no language", name)
		}
		langs |= bit
	}
	if langs == 0 {
		langs = everyLanguage
	}
	return langs, rank, nil
}

func languageBit(l bot.Language) (uint32, bool) {
	for i, known := range bot.QuestionLanguages() {
		if known == l {
			return 1 << i, true
		}
	}
	return 0, false
}

func (x *lexicon) add(word string, langs uint32, rank int8) {
	word, led := strings.CutPrefix(word, "^")
	word, exact := strings.CutPrefix(word, "=")
	word, open := strings.CutSuffix(word, "*")
	plain, _, codes := clean(word)
	stem := strings.ReplaceAll(skeleton(plain), " ", "")
	plain = strings.ReplaceAll(plain, " ", "")
	if len(codes) > 0 {
		plain = "+" + codes[0]
		stem = plain
	}
	e := entry{id: int32(len(x.names) - 1), open: open, langs: langs, rank: rank, stem: stem, led: led, letters: letters(withoutArticle(plain)),
		words: 1 + strings.Count(word, "-")}
	if e.stem == "" {
		return
	}
	if exact || len(e.stem) <= shortWord || e.words > 1 || x.names[e.id] == noPlace {
		e.plain = plain
	}
	x.insert(e)
	if open && strings.HasSuffix(plain, "c") {
		// What c sounds like depends on the letter that follows.
		e.stem = strings.TrimSuffix(skeleton(plain+"e"), "e")
		x.insert(e)
	}
	if stem, ok := strings.CutSuffix(e.stem, "i"); ok && open && len(stem) >= shortWord {
		// An i melts into the vowel that follows.
		for _, vowel := range []string{"a", "e", "o", "u"} {
			e.stem = stem + vowel
			x.insert(e)
		}
	}
}

func (x *lexicon) insert(e entry) {
	h := hash('x', e.stem, "")
	for i, o := range x.entries[h] {
		if o.id == e.id && o.stem == e.stem && o.open == e.open && o.plain == e.plain && o.led == e.led && o.letters == e.letters {
			x.entries[h][i].langs |= e.langs
			return
		}
	}
	x.entries[h] = append(x.entries[h], e)
	x.sieve[h>>6%uint32(len(x.sieve))] |= 1 << (h % 64)
	x.longest = max(x.longest, len(e.stem))
}

// match calls found with the entries that fit a word, given as it sounds and as
// it is written, in one of the languages; the longest beginning comes first.
func (x *lexicon) match(skel, plain string, langs uint32, found func(e entry)) {
	var hashes [longestStem]uint32
	longest := min(len(skel), x.longest)
	for n, h := 0, begin('x'); n < longest; n++ {
		h = (h ^ uint32(skel[n])) * fnvPrime
		hashes[n] = mix(h)
	}
	for n := longest; n > 0; n-- {
		h := hashes[n-1]
		if x.sieve[h>>6%uint32(len(x.sieve))]&(1<<(h%64)) == 0 {
			continue
		}
		for _, e := range x.entries[h] {
			if e.langs&langs != 0 && (e.open || n == len(skel)) && e.stem == skel[:n] && e.written(plain) {
				found(e)
			}
		}
	}
}

func (e entry) written(plain string) bool {
	if e.plain == "" || plain == e.plain {
		return true
	}
	return e.open && strings.HasPrefix(plain, e.plain)
}

// ideas appends the concepts in a message to dst.
func (x *lexicon) ideas(m message, langs uint32, dst []idea) []idea {
	skel, plain := m.skel, m.plain
	for i := 0; skel != ""; i++ {
		var w, p string
		w, skel, _ = strings.Cut(skel, " ")
		p, plain, _ = strings.Cut(plain, " ")
		best := 0
		x.match(w, p, langs, func(e entry) {
			// A longer beginning knows better than a shorter one.
			if len(e.stem) < best {
				return
			}
			best = len(e.stem)
			dst = append(dst, idea{word: i, id: e.id})
		})
	}
	return dst
}
