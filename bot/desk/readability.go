package desk

import (
	"math"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longSentence is the most words that a sentence of plain language has.
const longSentence = 15

// readability says how easily a text is read, by the length of its sentences.
type readability struct {
	Sentences int
	Words     int
	Long      int // sentences of more than longSentence words
	Longest   int // words of the longest sentence
}

// Average returns the words of a sentence, rounded.
func (r readability) Average() int { return ratio(r.Words, r.Sentences) }

// Share returns the percentage of long sentences, rounded.
func (r readability) Share() int { return ratio(100*r.Long, r.Sentences) }

func ratio(a, b int) int {
	if b == 0 {
		return 0
	}
	return int(math.Round(float64(a) / float64(b)))
}

// plus returns the readability of two texts together.
func (r readability) plus(other readability) readability {
	return readability{
		Sentences: r.Sentences + other.Sentences, Words: r.Words + other.Words,
		Long: r.Long + other.Long, Longest: max(r.Longest, other.Longest),
	}
}

// readabilityOf measures a text. A line break ends a sentence, as in a list; a
// full stop does unless it belongs to an abbreviation, an ordinal ("4. März") or
// stands before a small letter. A placeholder counts as one word.
//
// static/desk.js does the same while somebody writes.
func readabilityOf(text string) readability {
	var r readability
	words := 0
	end := func() {
		if words == 0 {
			return
		}
		r.Sentences++
		r.Words += words
		r.Longest = max(r.Longest, words)
		if words > longSentence {
			r.Long++
		}
		words = 0
	}
	for line := range strings.SplitSeq(placeholder.ReplaceAllString(text, "XX"), "\n") {
		tokens := strings.Fields(line)
		for i, token := range tokens {
			if strings.ContainsFunc(token, isWord) {
				words++
			}
			next := ""
			if i+1 < len(tokens) {
				next = tokens[i+1]
			}
			if endsSentence(token, next) {
				end()
			}
		}
		end()
	}
	return r
}

var (
	placeholder = regexp.MustCompile(`\{\{[^{}]*\}\}`)
	ordinal     = regexp.MustCompile(`^[0-9]{1,2}$`)
)

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

const (
	openers = `"'«„“‚‘([`
	closers = `"'»”“’)]`
)

// endsSentence reports whether a sentence ends with a token that next follows.
func endsSentence(token, next string) bool {
	token = strings.TrimRight(token, closers)
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(next, openers))
	switch last, _ := utf8.DecodeLastRuneInString(token); last {
	case '!', '?', '؟':
		return true
	case '…':
		return !unicode.IsLower(first)
	case '.':
		word := strings.ToLower(strings.TrimLeft(strings.TrimSuffix(token, "."), openers))
		return next == "" || !unicode.IsLower(first) && !ordinal.MatchString(word) && !abbreviated(word)
	}
	return false
}

// abbreviated reports whether the full stop behind a word belongs to it.
func abbreviated(word string) bool {
	if utf8.RuneCountInString(word) == 1 && strings.ContainsFunc(word, unicode.IsLetter) {
		return true
	}
	// "z.B", "т.зв": but not the name of a site, which has longer parts.
	parts := strings.Split(word, ".")
	short := len(parts) > 1
	for _, part := range parts {
		short = short && utf8.RuneCountInString(part) <= 2
	}
	if short {
		return true
	}
	for _, known := range abbreviations() {
		if word == known {
			return true
		}
	}
	return false
}

// abbreviations returns, without their full stop, those of the languages of
// texts that stand before a capital letter or a figure.
func abbreviations() []string {
	return strings.Fields(`
		mr mrs ms dr prof st no tel art nr abs str bzw ca ggf inkl max min
		np tzn pl ul al pkt ust zob godz
		č čj ul nám odst tzv např mj
		bd bl sec dl dna nr jud loc
		вул ст тел див просп буд обл м р грн тис
		ул см стр тел обл руб тыс напр`)
}
