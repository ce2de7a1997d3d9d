package understand

import (
	"bytes"
	"compress/flate"
	_ "embed" // for the openings
	"encoding/binary"
	"flag"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"sort"
	"strings"
	"testing"

	"prystan/bot"
)

//go:embed data/openings.txt
var openingsData string

var retrain = flag.Bool("retrain", false, "learn the weights anew from the shipped phrases and write data/weights.bin")

// fingerprint tells examples and lists of words apart from others.
func fingerprint(examples []bot.Example) uint64 {
	h := fnv.New64a()
	for _, e := range examples {
		h.Write([]byte(e.Topic))
		h.Write([]byte(e.Language))
		h.Write([]byte(e.Text))
		if e.Urgent {
			h.Write([]byte("!"))
		}
	}
	h.Write([]byte(conceptsData + placesData + cuesData + openingsData))
	return h.Sum64()
}

// TestRetrain learns the weights from the shipped phrases. It is no test but
// the step behind "go generate": it does nothing without -retrain.
func TestRetrain(t *testing.T) {
	if !*retrain {
		t.Skip("only with -retrain")
	}
	examples := shipped(t)
	w := trainAll(t, examples)
	raw := binary.LittleEndian.AppendUint64(nil, fingerprint(examples))
	raw = w.topic.append(raw)
	raw = w.network.hidden.append(raw)
	raw = w.network.scores.append(raw)
	raw = w.language.append(raw)
	raw = w.digests.append(raw, prints(examples))
	var packed bytes.Buffer
	z, _ := flate.NewWriter(&packed, flate.BestCompression)
	z.Write(raw)
	z.Close()
	if err := os.WriteFile("data/weights.bin", packed.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d examples, %d + %d + %d features, %d bytes (%d unpacked)", len(examples), len(w.topic.keys), len(w.network.hidden.keys), len(w.language.keys), packed.Len(), len(raw))
}

func trainAll(t testing.TB, examples []bot.Example) *weights {
	m, err := newModel(&weights{})
	if err != nil {
		t.Fatal(err)
	}
	samples := topicSamples(m, examples)
	return &weights{
		digests:  digest(m, examples),
		topic:    course{classes: len(m.topics), urgent: true, epochs: 12, rate: 0.2, seldom: 2, keep: 85_000, drop: 0.6, levels: 7}.learn(samples),
		network:  lesson{width: 40, epochs: 10, rate: 0.2, drop: 0.6, deafen: 0.3, seldom: 2, keep: 60_000, levels: 10}.learn(samples, len(m.topics)),
		language: course{classes: len(m.tongues), epochs: 4, rate: 0.5, seldom: 3, keep: 40_000, levels: 15}.learn(languageSamples(m, examples)),
	}
}

// topicSamples reads the examples as Understand reads a message. A word counts
// as known when another example has it, too.
func topicSamples(m *Model, examples []bot.Example) []sample {
	seen := map[uint32]int{}
	for _, e := range examples {
		eachWord(read(e.Text).skel, func(_ int, w string) { seen[hash(kindWord, w, "")]++ })
	}
	var c collector
	samples := make([]sample, 0, len(examples))
	for _, e := range append(opened(examples), examples...) {
		msg, ideas := m.digest(read(e.Text), m.maskOf(e.Language))
		fs := c.collect(msg, ideas, func(k uint32) bool { return seen[k] > 1 })
		urgent := e.Urgent || e.Topic == bot.Medical && m.emergency(ideas)
		samples = append(samples, sample{append([]feature(nil), fs...), m.topicOf[e.Topic], urgent, urgent != e.Topic.Crisis(), c.bridge})
	}
	return samples
}

// opened returns one in six of the calm examples with an opening of
// data/openings.txt before them.
func opened(examples []bot.Example) []bot.Example {
	openings := map[bot.Language][]string{}
	for _, line := range strings.Split(openingsData, "\n") {
		if l, all, ok := strings.Cut(line, ": "); ok && line[0] != '#' {
			openings[bot.Language(l)] = strings.Split(all, "|")
		}
	}
	var out []bot.Example
	rnd := rand.New(rand.NewPCG(13, 17))
	for _, e := range examples {
		practical := e.Topic.Group() == bot.GroupTP || e.Topic.Group() == bot.GroupHelp
		list := openings[e.Language]
		if e.Urgent || !practical || len(list) == 0 || len(e.Text) > 200 || rnd.IntN(6) > 0 {
			continue
		}
		e.Text = strings.TrimSpace(list[rnd.IntN(len(list))]) + " " + e.Text
		out = append(out, e)
	}
	return out
}

// languageSamples are the examples whole and in pieces of one to five words, and
// Ukrainian and Russian ones typed in Latin letters.
func languageSamples(m *Model, examples []bot.Example) []sample {
	rnd := rand.New(rand.NewPCG(3, 5))
	class := map[bot.Language]int{}
	for i, l := range m.tongues {
		class[l] = i
	}
	var c collector
	var samples []sample
	add := func(plain string, l bot.Language) {
		if fs := c.languageFeatures(plain); len(fs) > 0 {
			samples = append(samples, sample{features: append([]feature(nil), fs...), class: class[l]})
		}
	}
	for _, e := range examples {
		plain, _, _ := clean(e.Text)
		l := e.Language
		if (l == bot.Ukrainian || l == bot.Russian) && !strings.ContainsFunc(plain, func(r rune) bool { return r > 0x400 }) {
			l += "-Latn"
		}
		add(plain, l)
		add(piece(rnd, plain), l)
		if l == bot.Ukrainian || l == bot.Russian {
			if rnd.IntN(3) == 0 {
				add(inLatin(rnd, plain, l), l+"-Latn")
				add(inLatin(rnd, piece(rnd, plain), l), l+"-Latn")
			}
		}
	}
	return samples
}

func piece(rnd *rand.Rand, plain string) string {
	words := strings.Fields(plain)
	if len(words) < 2 {
		return plain
	}
	n := min(1+rnd.IntN(5), len(words))
	at := rnd.IntN(len(words) - n + 1)
	return strings.Join(words[at:at+n], " ")
}

// inLatin types Cyrillic the ways people do on a foreign keyboard.
func inLatin(rnd *rand.Rand, plain string, l bot.Language) string {
	pick := func(ways ...string) string { return ways[rnd.IntN(len(ways))] }
	table := map[rune]string{
		'а': "a", 'б': "b", 'в': pick("v", "v", "w"), 'д': "d", 'е': pick("e", "e", "e", "ye"), 'є': pick("ye", "ie", "je", "e"),
		'ж': pick("zh", "zh", "j", "z"), 'з': "z", 'і': "i", 'ї': pick("yi", "i", "ji"), 'й': pick("y", "i", "j"), 'к': "k", 'л': "l",
		'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': pick("kh", "h", "x"),
		'ц': pick("ts", "c"), 'ч': pick("ch", "4", "c"), 'ш': pick("sh", "sh", "w"), 'щ': pick("shch", "sch", "sh"), 'ь': pick("", "'", ""),
		'ъ': "", 'ю': pick("yu", "iu", "ju"), 'я': pick("ya", "ia", "ja"), 'ы': pick("y", "i"), 'э': "e", 'ё': pick("yo", "e", "jo"), 'ґ': "g",
	}
	table['г'], table['и'] = "g", "i"
	if l == bot.Ukrainian {
		table['г'], table['и'] = pick("h", "g", "h"), pick("y", "y", "i")
	}
	var b strings.Builder
	for _, r := range plain {
		if s, ok := table[r]; ok {
			b.WriteString(s)
		} else {
			b.WriteRune(r)
		}
	}
	out, _, _ := clean(b.String())
	return out
}

// digest works out the terms of the examples, the most frequent ones numbered
// first so that they take the fewest bytes.
func digest(m *Model, examples []bot.Example) *digests {
	count := map[uint32]int{}
	var all [][]uint32
	for _, e := range examples {
		all = append(all, m.terms(e))
		for _, key := range all[len(all)-1] {
			count[key]++
		}
	}
	d := &digests{}
	for key := range count {
		d.keys = append(d.keys, key)
	}
	sort.Slice(d.keys, func(i, j int) bool {
		a, b := d.keys[i], d.keys[j]
		return count[a] > count[b] || count[a] == count[b] && a < b
	})
	v := d.vocabulary()
	for _, keys := range all {
		for _, key := range keys {
			d.ids = append(d.ids, v.id(key))
		}
		d.ends = append(d.ends, int32(len(d.ids)))
	}
	return d
}

func prints(examples []bot.Example) []uint64 {
	var all []uint64
	for _, e := range examples {
		all = append(all, print(e))
	}
	return all
}
