package understand

import (
	"math"
	"strings"

	"prystan/bot"
)

// Tongues are the classes of the language model: the languages, and Ukrainian
// and Russian typed in Latin letters, which look like languages of their own.
const (
	latinUkrainian bot.Language = "uk-Latn"
	latinRussian   bot.Language = "ru-Latn"
)

func tongues() []bot.Language {
	return append(bot.QuestionLanguages(), latinUkrainian, latinRussian)
}

// tongue returns the language that is written in l.
func tongue(l bot.Language) bot.Language {
	switch l {
	case latinUkrainian:
		return bot.Ukrainian
	case latinRussian:
		return bot.Russian
	}
	return l
}

// How sure the language model must be, and how much the language of the talk so
// far counts against what the words say.
const (
	languageSure  = 0.75
	languagePrior = 1.2 // natural logarithm of the odds
)

// languageFeatures are one to four letters in a row and whole words, as typed.
func (c *collector) languageFeatures(plain string) []feature {
	c.reset()
	start := 0
	for rest := plain; rest != ""; {
		var w string
		w, rest, _ = strings.Cut(rest, " ")
		if w == "" || digitsOnly(w) {
			continue
		}
		c.languageWord(w)
	}
	if n := len(c.found) - start; n > 0 {
		v := float32(1 / math.Sqrt(float64(n)))
		for i := range c.found {
			c.found[i].value = v
		}
	}
	return c.found
}

func (c *collector) languageWord(w string) {
	marked := "<" + w + ">"
	var at [72]int // where its letters begin
	n := 0
	for i := range marked {
		if n == len(at)-1 {
			break
		}
		at[n] = i
		n++
	}
	at[n] = len(marked)
	if n == len(at)-1 {
		at[n] = at[n-1]
		n--
	}
	for size := 1; size <= 4; size++ {
		for i := 0; i+size <= n; i++ {
			c.named('L', marked[at[i]:at[i+size]], "")
		}
	}
	c.named('W', w, "")
}

// languages holds what the language model makes of a message.
type languages struct {
	scores []float64 // probability of each language, by index in bot.QuestionLanguages
	best   int
	sure   bool
}

// detect returns the probability of each language. talk is the language of the
// conversation so far, which decides where the text does not tell.
func (m *Model) detect(c *collector, plain string, talk bot.Language) languages {
	fs := c.languageFeatures(plain)
	raw := make([]float32, m.language.cols)
	m.language.score(fs, raw)
	logits := make([]float64, len(m.tongues))
	for i, l := range m.tongues {
		logits[i] = float64(raw[i])
		if tongue(l) == talk {
			logits[i] += languagePrior
		}
	}
	p := softmax(logits)
	out := languages{scores: make([]float64, len(m.languages))}
	for i, l := range m.tongues {
		for k, q := range m.languages {
			if q == tongue(l) {
				out.scores[k] += p[i]
			}
		}
	}
	for k, s := range out.scores {
		if s > out.scores[out.best] {
			out.best = k
		}
	}
	out.sure = len(fs) > 0 && out.scores[out.best] >= languageSure
	return out
}

// softmax turns scores into probabilities that add up to 1.
func softmax(logits []float64) []float64 {
	top := math.Inf(-1)
	for _, v := range logits {
		top = max(top, v)
	}
	out := make([]float64, len(logits))
	sum := 0.0
	for i, v := range logits {
		out[i] = math.Exp(v - top)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}
