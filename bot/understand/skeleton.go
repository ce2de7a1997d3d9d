package understand

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// skeleton writes words the way they sound, roughly, in plain Latin letters:
// without diacritics, soft signs, doubled letters and the many spellings of one
// sound. One rule serves four needs: Ukrainian and Russian typed in Latin
// letters meet those typed in Cyrillic; texts without diacritics or without
// і/ї/є meet those with; typing slips that double or swap similar letters
// vanish; and words that languages share (паспорт, paszport, passport) become
// one word, so that examples in one language help in another.
//
// Arabic keeps its letters, folded to their base forms.
func skeleton(plain string) string {
	plain = withoutArticle(plain)
	b := make([]byte, 0, len(plain)+8)
	for _, r := range plain {
		switch {
		case r < utf8.RuneSelf:
			b = append(b, byte(r))
		case r >= 0x400 && r <= 0x4FF:
			b = append(b, cyrillicSound(r)...)
		case r >= 0x600 && r <= 0x6FF:
			b = append(b, arabicBase(r)...)
		default:
			b = append(b, latinBase(r)...)
		}
	}
	return string(soundOut(b))
}

// withoutArticle strips Arabic words of the article and what is written in one
// word with it.
func withoutArticle(plain string) string {
	if !strings.Contains(plain, "ال") && !strings.Contains(plain, "لل") {
		return plain
	}
	words := strings.Split(plain, " ")
	for i, w := range words {
		for _, head := range []string{"وال", "بال", "فال", "كال", "ال", "لل"} {
			if rest, ok := strings.CutPrefix(w, head); ok && len(rest) >= 6 {
				words[i] = rest
				break
			}
		}
	}
	return strings.Join(words, " ")
}

func cyrillicSound(r rune) string {
	switch r {
	case 'ё', 'є':
		return "e"
	case 'і', 'ї', 'ѝ':
		return "i"
	case 'ґ':
		return "h"
	case 'ў':
		return "v"
	case 'ь', 'ъ', '\u0301':
		return ""
	}
	if r < 'а' || r > 'я' {
		return ""
	}
	return sounds[r-'а']
}

// sounds are those of the letters а to я. Soft and hard sign have none; ts and
// ch are folded below, as they are when typed in Latin letters.
var sounds = [32]string{
	"a", "b", "v", "h", "d", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p",
	"r", "s", "t", "u", "f", "h", "ts", "ch", "sh", "sh", "", "i", "", "e", "u", "a",
}

// arabicBase folds the forms of alef, ya and ta marbuta, and drops vowel signs.
func arabicBase(r rune) string {
	switch r {
	case 'أ', 'إ', 'آ', 'ٱ':
		return "ا"
	case 'ى', 'ئ':
		return "ي"
	case 'ة':
		return "ه"
	case 'ؤ':
		return "و"
	case 'ـ', 'ء':
		return ""
	}
	if r >= 0x660 && r <= 0x669 {
		return string('0' + r - 0x660)
	}
	return string(r)
}

// latinBase strips a Latin letter of its marks. Letters that stand for a sound
// of their own in the Slavic and Baltic languages keep it.
func latinBase(r rune) string {
	switch r {
	case 'č', 'ć', 'ç':
		return "ch"
	case 'š', 'ś', 'ş', 'ș':
		return "sh"
	case 'ž', 'ż', 'ź':
		return "zh"
	case 'ł':
		return "l"
	case 'ø':
		return "o"
	case 'đ', 'ð':
		return "d"
	case 'ß':
		return "ss"
	case 'æ':
		return "e"
	case 'œ':
		return "e"
	case 'þ':
		return "t"
	case 'ı':
		return "i"
	case '§':
		return "§"
	}
	s := norm.NFD.String(string(r))
	base, _ := utf8.DecodeRuneInString(s)
	if base < utf8.RuneSelf {
		return string(base)
	}
	return string(r)
}

// soundOut folds spellings of one sound, one after the other from the longest,
// and lets a letter stand once where it is doubled.
func soundOut(b []byte) []byte {
	out := make([]byte, 0, len(b)+4)
	for i := 0; i < len(b); {
		s, n := sound(b[i:])
		i += n
		for k := 0; k < len(s); k++ {
			c := s[k]
			if len(out) > 0 {
				last := out[len(out)-1]
				if c == last && c < utf8.RuneSelf && (c < '0' || c > '9') {
					continue
				}
				// ia, ie, io, iu: я, є, ьо, ю
				if last == 'i' && (c == 'a' || c == 'e' || c == 'o' || c == 'u') {
					out[len(out)-1] = c
					continue
				}
			}
			out = append(out, c)
		}
	}
	return out
}

// sound returns the sound at the beginning of b and the bytes that spell it.
func sound(b []byte) (string, int) {
	next := byte(0)
	if len(b) > 1 {
		next = b[1]
	}
	switch b[0] {
	case 's':
		switch {
		case hasPrefix(b, "shch"), hasPrefix(b, "szcz"):
			return "s", 4
		case hasPrefix(b, "sch"):
			return "s", 3
		case next == 'h', next == 'z':
			return "s", 2
		}
	case 'c':
		switch {
		case next == 'h', next == 'z':
			return "c", 2
		case next == 'k':
			return "k", 2
		case next == 'e', next == 'i', next == 'y', next == 'j':
			return "c", 1
		default:
			return "k", 1
		}
	case 't':
		switch next {
		case 's', 'z':
			return "c", 2
		case 'h':
			return "t", 2
		}
	case 'z':
		if next == 'h' {
			return "z", 2
		}
	case 'k':
		if next == 'h' {
			return "h", 2
		}
	case 'p':
		if next == 'h' {
			return "f", 2
		}
	case 'q':
		if next == 'u' {
			return "k", 2
		}
		return "k", 1
	case 'x':
		return "ks", 1
	case 'w':
		return "v", 1
	case 'y', 'j':
		return "i", 1
	case 'g':
		return "h", 1
	}
	return string(b[:1]), 1
}

func hasPrefix(b []byte, p string) bool {
	return len(b) >= len(p) && string(b[:len(p)]) == p
}

// eachWord calls f with every word of a form of a message.
func eachWord(form string, f func(i int, word string)) {
	for i := 0; form != ""; i++ {
		word, rest, _ := strings.Cut(form, " ")
		f(i, word)
		form = rest
	}
}
