package understand

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"prystan/bot"
)

// maxRunes bounds the work on one message; Telegram sends at most 4,096.
const maxRunes = 4096

// message is a text made ready for all that follows. Its two forms hold the
// same words in the same order, separated by single spaces.
type message struct {
	plain string        // folded to lower case, without emoji, punctuation and invisible characters
	skel  string        // plain written the way it sounds, in Latin letters: see skeleton
	flags []bot.Country // flags among the emoji, which only tell the country
	codes []string      // "+48" and the like, which only tell the country
}

// read makes a message of what a person typed. It accepts any bytes.
func read(text string) message {
	plain, flags, codes := clean(text)
	return message{plain: plain, skel: skeleton(plain), flags: flags, codes: codes}
}

// clean folds away everything that carries no meaning: forms of the same
// letter, case, punctuation, emoji, invisible characters and combining marks.
func clean(text string) (plain string, flags []bot.Country, codes []string) {
	text = cut(text)
	if !norm.NFKC.IsNormalString(text) {
		text = cut(norm.NFKC.String(text)) // some letters become eighteen
	}
	var b strings.Builder
	b.Grow(len(text) + 1)
	runes := []rune(text)
	start := 0 // where the current word starts in b
	endWord := func() {
		if b.Len() > start {
			if fixed, changed := oneScript(b.String()[start:]); changed {
				head := b.String()[:start]
				b.Reset()
				b.WriteString(head)
				b.WriteString(fixed)
			}
			b.WriteByte(' ')
			start = b.Len()
		}
	}
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch {
		case r >= 'a' && r <= 'z':
			b.WriteRune(r)
		case unicode.IsLetter(r):
			b.WriteRune(lower(r))
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case isApostrophe(r):
			if elides(b.String()[start:], runes[i+1:]) {
				endWord()
			}
		case r == '§':
			endWord()
			b.WriteString("§")
			endWord()
		case r == '+':
			if code := callingCode(runes[i+1:]); code != "" && b.Len() == start {
				codes = append(codes, code)
			} else if b.Len() > start && digitsOnly(b.String()[start:]) {
				b.WriteString("plus")
			}
			endWord()
		case isRegional(r) && i+1 < len(runes) && isRegional(runes[i+1]):
			endWord()
			flags = append(flags, flagOf(r, runes[i+1]))
			i++
		case r == '🆘': // the one emoji that says something by itself
			endWord()
			b.WriteString("sos")
			endWord()
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
			// Stress marks, bidi marks, zero-width joiners: as if not there.
		default:
			endWord()
		}
	}
	endWord()
	return strings.TrimSuffix(b.String(), " "), flags, codes
}

// cut bounds text to maxRunes and makes it valid UTF-8.
func cut(text string) string {
	if len(text) > maxRunes*utf8.UTFMax {
		text = text[:maxRunes*utf8.UTFMax]
	}
	text = strings.ToValidUTF8(text, " ")
	if utf8.RuneCountInString(text) > maxRunes {
		text = string([]rune(text)[:maxRunes])
	}
	return text
}

// lower is the same for a letter and for its capital in every language of ours
// (Turkish İ and I are folded to i, and ı follows in skeleton).
func lower(r rune) rune {
	if r == 'İ' {
		return 'i'
	}
	return unicode.ToLower(r)
}

func isApostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʼ', '`', '´', '′', 'ʹ', '‛':
		return true
	}
	return false
}

// elides reports whether an apostrophe after word parts two words, as in
// Italian "l'affitto" and French "d'accueil", and not one, as in "п'ять" and
// "don't".
func elides(word string, next []rune) bool {
	if word == "" || len(word) > 5 || word[0] >= utf8.RuneSelf {
		return false
	}
	letters := 0
	for _, r := range next {
		if !unicode.IsLetter(r) || letters > 2 {
			break
		}
		letters++
	}
	return letters > 2
}

// callingCode returns the digits after a plus, as far as they can begin a
// telephone number written from abroad.
func callingCode(next []rune) string {
	n := 0
	for n < len(next) && n < 3 && next[n] >= '0' && next[n] <= '9' {
		n++
	}
	return string(next[:n])
}

func digitsOnly(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

func isRegional(r rune) bool { return r >= '🇦' && r <= '🇿' }

func flagOf(a, b rune) bot.Country {
	return bot.Country([]byte{byte('A' + a - '🇦'), byte('A' + b - '🇦')})
}

// Letters of the two scripts that look alike; people and spammers mix them.
const (
	looksLatin    = "aceiopxyhkmtbr"
	looksCyrillic = "асеіорхункмтвг"
)

// oneScript rewrites a word that mixes Latin and Cyrillic letters in the script
// of most of its letters that cannot be mistaken, Cyrillic when there is none.
func oneScript(word string) (string, bool) {
	latin, cyrillic, sure := 0, 0, 0
	for _, r := range word {
		switch {
		case r < utf8.RuneSelf && unicode.IsLetter(r):
			latin++
			if !strings.ContainsRune(looksLatin, r) {
				sure++
			}
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
			if !strings.ContainsRune(looksCyrillic, r) {
				sure--
			}
		}
	}
	if latin == 0 || cyrillic == 0 {
		return word, false
	}
	from, to := []rune(looksLatin), []rune(looksCyrillic)
	if sure > 0 {
		from, to = to, from
	}
	return strings.Map(func(r rune) rune {
		for i := range from {
			if from[i] == r {
				return to[i]
			}
		}
		return r
	}, word), true
}
