package understand

import (
	"math"
	"strings"
)

// feature is something seen in a message, by the hash of its name.
type feature struct {
	key   uint32
	value float32
}

// The kinds of features. The letter begins the hashed name, so that the word
// "a" and the concept "a" stay apart.
const (
	kindWord    = 'w' // a word as it sounds
	kindStem    = 's' // its beginning, which forms of one word share
	kindPair    = 'b' // two stems in a row
	kindSkip    = 'k' // two stems with a word between them
	kindGram    = 'n' // three to five letters in a row
	kindConcept = 'c' // what a word means, whatever its language
	kindTwo     = 'p' // two concepts near each other, in any order
	kindRow     = 'r' // two concepts one after the other
	kindLength  = 'l' // how long the message is
	kindOdd     = 'o' // how many of its words nobody used before
)

// stemLength is the number of letters that words must share to count as forms
// of one word.
const stemLength = 5

// nearby is how many words two concepts may lie apart and still make a pair.
const nearby = 6

// collector gathers the features of one message. It is reused, not shared.
type collector struct {
	found  []feature
	starts []int // where each group of features begins in found
	words  []string
	ideas  []idea
	bridge int               // where concepts begin in found
	names  map[uint32]string // filled only when explaining
}

// idea is a concept found at a word.
type idea struct {
	word int
	id   int32
}

func (c *collector) reset() {
	c.found, c.starts, c.words, c.ideas = c.found[:0], c.starts[:0], c.words[:0], c.ideas[:0]
}

// collect returns the features of a message; the slice is valid until the next
// call. Each kind of feature weighs the same in a short and in a long message.
func (c *collector) collect(m message, ideas []idea, known func(key uint32) bool) []feature {
	c.reset()
	for rest := m.skel; rest != ""; {
		var w string
		w, rest, _ = strings.Cut(rest, " ")
		if w != "" {
			c.words = append(c.words, w)
		}
	}
	c.group(1, c.wordFeatures)
	c.group(0.8, c.pairFeatures)
	c.group(1.2, c.gramFeatures)
	c.bridge = len(c.found)
	c.ideas = ideas
	c.group(1.3, c.conceptFeatures)
	c.group(0.8, c.conceptPairFeatures)
	c.group(0.5, func() { c.shapeFeatures(known) })
	return c.found
}

// group runs add and scales what it added to the length norm, by the square
// root so that a message twice as long does not shout twice as loud.
func (c *collector) group(weight float32, add func()) {
	start := len(c.found)
	add()
	n := len(c.found) - start
	if n == 0 {
		return
	}
	v := weight / float32(math.Sqrt(float64(n)))
	for i := start; i < len(c.found); i++ {
		c.found[i].value = v
	}
}

func (c *collector) add(key uint32) { c.found = append(c.found, feature{key: key}) }

func (c *collector) wordFeatures() {
	for _, w := range c.words {
		c.named(kindWord, w, "")
		if s := stem(w); len(s) < len(w) {
			c.named(kindStem, s, "")
		}
	}
}

func (c *collector) pairFeatures() {
	before, prev := "", "^"
	for _, w := range c.words {
		c.named(kindPair, prev, stem(w))
		if before != "" {
			c.named(kindSkip, before, stem(w))
		}
		before, prev = prev, stem(w)
	}
	c.named(kindPair, prev, "$")
}

func (c *collector) gramFeatures() {
	var buf [64]byte
	for _, w := range c.words {
		if len(w) > 40 {
			w = w[:40]
		}
		b := append(buf[:0], '<')
		b = append(b, w...)
		b = append(b, '>')
		for n := 3; n <= 5; n++ {
			for i := 0; i+n <= len(b); i++ {
				c.gram(b[i : i+n])
			}
		}
	}
}

func (c *collector) conceptFeatures() {
	for i, a := range c.ideas {
		if !seen(c.ideas[:i], a.id) {
			c.add(hashID(kindConcept, a.id, 0))
		}
	}
}

func (c *collector) conceptPairFeatures() {
	for i, a := range c.ideas {
		for _, b := range c.ideas[i+1:] {
			if b.word-a.word > nearby {
				break
			}
			if a.id == b.id || a.word == b.word {
				continue
			}
			c.add(hashID(kindTwo, min(a.id, b.id), max(a.id, b.id)))
			if b.word-a.word <= 2 {
				c.add(hashID(kindRow, a.id, b.id))
			}
		}
	}
}

// shapeFeatures say how long the message is and how much of it nobody used
// before: gibberish is as telling as words.
func (c *collector) shapeFeatures(known func(uint32) bool) {
	n := len(c.words)
	bucket := 0
	for ; bucket < 8 && n >= 1<<bucket; bucket++ {
	}
	c.add(hashID(kindLength, int32(bucket), 0))
	if known == nil || n == 0 {
		return
	}
	odd := 0
	for _, w := range c.words {
		if !known(hash(kindWord, w, "")) {
			odd++
		}
	}
	c.add(hashID(kindOdd, int32(4*odd/n), int32(min(n, 4))))
}

// gram adds some letters in a row. They become a string only where their name
// is wanted: there are hundreds in a message.
func (c *collector) gram(letters []byte) {
	if c.names != nil {
		c.named(kindGram, string(letters), "")
		return
	}
	c.add(hash(kindGram, letters, ""))
}

func (c *collector) named(kind byte, a, b string) {
	key := hash(kind, a, b)
	c.add(key)
	if c.names != nil {
		name := a
		if b != "" {
			name += " " + b
		}
		c.names[key] = string(kind) + ":" + name
	}
}

func seen(ideas []idea, id int32) bool {
	for _, i := range ideas {
		if i.id == id {
			return true
		}
	}
	return false
}

// stem returns the beginning of a word. Arabic letters take two bytes.
func stem(w string) string {
	n := stemLength
	if w != "" && w[0] >= 0xC0 {
		n = 2 * stemLength
	}
	if len(w) <= n {
		return w
	}
	return w[:n]
}

// hash is FNV-1a over the kind and two strings.
func hash[S string | []byte](kind byte, a S, b string) uint32 {
	h := begin(kind)
	for i := 0; i < len(a); i++ {
		h = (h ^ uint32(a[i])) * fnvPrime
	}
	if b != "" {
		h = (h ^ ' ') * fnvPrime
		for i := 0; i < len(b); i++ {
			h = (h ^ uint32(b[i])) * fnvPrime
		}
	}
	return mix(h)
}

const fnvPrime = 16777619

// begin begins a hash.
func begin(kind byte) uint32 { return (uint32(2166136261) ^ uint32(kind)) * fnvPrime }

func hashID(kind byte, a, b int32) uint32 {
	h := begin(kind)
	for _, v := range [2]int32{a, b} {
		for s := 0; s < 32; s += 8 {
			h = (h ^ uint32(byte(v>>s))) * fnvPrime
		}
	}
	return mix(h)
}

// mix spreads the bits of an FNV hash, whose low bits are weak.
func mix(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x7feb352d
	h ^= h >> 15
	h *= 0x846ca68b
	return h ^ h>>16
}
