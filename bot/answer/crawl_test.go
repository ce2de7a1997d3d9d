package answer_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/phone"
	"prystan/locales"
)

// crawl presses every button that can be reached from /start in a language,
// each once, and shows every reply to see.
func crawl(t *testing.T, l bot.Language, see func(from string, r answer.Reply)) {
	k := newTalk(t)
	k.session = answer.Session{Language: l}
	first := k.say("/start")
	see("/start", first)
	seen := make(map[string]bool)
	var queue []answer.Action
	note := func(r answer.Reply) {
		for _, m := range r.Messages {
			for _, row := range m.Buttons {
				for _, b := range row {
					// Each language is crawled by itself.
					if b.Do != nil && b.Do.Language == l && !seen[b.Do.String()] {
						seen[b.Do.String()] = true
						queue = append(queue, *b.Do)
					}
				}
			}
		}
	}
	note(first)
	for len(queue) > 0 {
		a := queue[0]
		queue = queue[1:]
		r, _, err := k.with.Turn(context.Background(), answer.Session{Language: a.Language}, answer.Input{Press: &a})
		if err != nil {
			t.Fatalf("pressing %s: %v", a, err)
		}
		see(a.String(), r)
		note(r)
	}
	if len(seen) < 34*len(bot.Topics())/2 {
		t.Errorf("only %d buttons were found", len(seen))
	}
}

func TestEveryButtonFromStartAnswersWithinTelegramsLimitsInEveryLanguage(t *testing.T) {
	for _, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			crawl(t, l, func(from string, r answer.Reply) {
				if len(r.Messages) == 0 || r.Language != l {
					t.Errorf("%s: %d messages in language %s", from, len(r.Messages), r.Language)
				}
				for _, m := range r.Messages {
					checkMessage(t, from, m)
				}
			})
		})
	}
}

func checkMessage(t *testing.T, from string, m answer.Message) {
	text := m.Text.Plain()
	if n := len(utf16.Encode([]rune(text))); n > 4096 {
		t.Errorf("%s: message of %d UTF-16 units", from, n)
	}
	if strings.Contains(text, "{{") || strings.Contains(text, "<no value>") {
		t.Errorf("%s: unfilled placeholder in %q", from, text)
	}
	if m.Contact != nil {
		if m.Contact.Phone == "" || m.Contact.Name == "" || text != "" || m.Buttons != nil {
			t.Errorf("%s: contact %+v must have name and number and stand alone", from, m.Contact)
		}
		return
	}
	if strings.TrimSpace(text) == "" || len(m.Buttons) == 0 {
		t.Errorf("%s: message without text or without a way on", from)
	}
	count := 0
	for _, row := range m.Buttons {
		for _, b := range row {
			count++
			ways := 0
			for _, has := range []bool{b.Do != nil, b.URL != "", b.Copy != ""} {
				if has {
					ways++
				}
			}
			if ways != 1 || strings.TrimSpace(b.Label) == "" {
				t.Errorf("%s: button %+v does not do exactly one thing", from, b)
			}
			if b.Do != nil {
				if data := b.Do.String(); len(data) > answer.MaxActionBytes {
					t.Errorf("%s: button data %q of %d bytes", from, data, len(data))
				} else if back, err := answer.ParseAction(data); err != nil || back != *b.Do {
					t.Errorf("%s: button data %q reads back as %+v (%v)", from, data, back, err)
				}
			}
		}
	}
	if count > 100 {
		t.Errorf("%s: %d buttons", from, count)
	}
}

var (
	thousands = regexp.MustCompile(`(\d)[,.](\d{3}\b)`) // 7,689
	digits    = regexp.MustCompile(`\d+`)
	addresses = regexp.MustCompile(`https?://[^\s)]+`)
)

// known is what the facts say: every number and address that may be shown.
type known struct {
	digits    map[string]bool
	addresses map[string]bool
	dialled   map[string]bool
}

func factsKnown(t *testing.T) known {
	records, err := shippedRecords()
	if err != nil {
		t.Fatal(err)
	}
	k := known{digits: map[string]bool{}, addresses: map[string]bool{}, dialled: map[string]bool{}}
	note := func(texts ...string) {
		for _, text := range texts {
			for _, d := range digits.FindAllString(thousands.ReplaceAllString(text, "$1$2")+" "+text, -1) {
				k.digits[d] = true
				k.digits[strings.TrimLeft(d, "0")] = true // 04 of a date is shown as 4
			}
		}
	}
	standing := func(s bot.Standing) {
		note(s.Assured.String())
		for _, src := range s.Sources {
			note(src.Says, src.Seen.String())
		}
	}
	for _, p := range records.Phones {
		note(p.Number)
		for _, c := range bot.Countries() {
			note(phone.Dialled(p, c))
			k.dialled[digitsOnly(phone.Dialled(p, c))] = true
		}
		note(phone.FromAbroad(p))
		k.dialled[digitsOnly(phone.FromAbroad(p))] = true
		k.dialled[digitsOnly(phone.Tel(p))] = true
	}
	for _, s := range records.Services {
		standing(s.Standing)
		note(s.Schedule.String(), s.Name.English, s.Name.Native)
		for _, a := range []string{s.Website, s.Chat} {
			k.addresses[a] = true
		}
	}
	for _, p := range records.Protections {
		standing(p.Standing)
		note(p.ValidUntil.String(), p.EUUntil.String(), strings.Join(p.Notes, " "))
		for _, u := range p.Updates {
			note(u.Text)
			standing(u.Standing)
		}
		k.addresses[p.Website], k.addresses[p.RegisterURL] = true, true
	}
	for _, f := range records.Facts {
		note(f.Text)
		standing(f.Standing)
	}
	note(noon.Format("15:04"))
	return k
}

func digitsOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// TestEveryNumberAddressAndDateAPersonCanSeeIsInTheFacts looks at every reply
// that buttons lead to, in every language.
func TestEveryNumberAddressAndDateAPersonCanSeeIsInTheFacts(t *testing.T) {
	k := factsKnown(t)
	for _, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			complained := make(map[string]bool)
			complain := func(format string, args ...any) {
				if line := fmt.Sprintf(format, args...); !complained[line] {
					complained[line] = true
					t.Error(line)
				}
			}
			crawl(t, l, func(from string, r answer.Reply) {
				for _, m := range r.Messages {
					k.check(complain, m)
				}
			})
		})
	}
}

func (k known) check(complain func(string, ...any), m answer.Message) {
	for _, paragraph := range m.Text {
		for _, span := range paragraph {
			if span.Tel != "" && !k.dialled[digitsOnly(span.Tel)] {
				complain("number %q dials what is in no fact", span.Tel)
			}
			for _, d := range digits.FindAllString(span.Text, -1) {
				if !k.digits[d] && !k.digits[strings.TrimLeft(d, "0")] {
					complain("%q shows the number %s, which is in no fact", span.Text, d)
				}
			}
			for _, a := range addresses.FindAllString(span.Text+" "+span.URL, -1) {
				if !k.addresses[a] {
					complain("address %s is in no fact", a)
				}
			}
		}
	}
	for _, row := range m.Buttons {
		for _, b := range row {
			if b.URL != "" && !k.addresses[b.URL] {
				complain("button %q opens %s, which is in no fact", b.Label, b.URL)
			}
			if b.Copy != "" && !k.dialled[digitsOnly(b.Copy)] {
				complain("button %q copies %q, which is in no fact", b.Label, b.Copy)
			}
		}
	}
	if m.Contact != nil && !k.dialled[digitsOnly(m.Contact.Phone)] {
		complain("contact %q has number %q, which is in no fact", m.Contact.Name, m.Contact.Phone)
	}
}

// TestNoEnglishLeaksIntoAnotherLanguage compares every line of every reply with
// the English ones.
func TestNoEnglishLeaksIntoAnotherLanguage(t *testing.T) {
	english := make(map[string]bool)
	crawl(t, bot.English, func(_ string, r answer.Reply) {
		for _, line := range wordyLines(r) {
			english[line] = true
		}
	})
	records, err := shippedRecords()
	if err != nil {
		t.Fatal(err)
	}
	var names []string // of lines, in the original, are the same everywhere
	for _, s := range records.Services {
		names = append(names, s.Name.Native)
	}
	for _, l := range bot.Languages() {
		if l == bot.English {
			continue
		}
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			seen := make(map[string]bool)
			crawl(t, l, func(from string, r answer.Reply) {
				for _, line := range wordyLines(r) {
					if english[line] && !seen[line] && !slices.ContainsFunc(names, func(n string) bool { return strings.Contains(line, n) }) {
						seen[line] = true
						t.Errorf("%s says in English: %s", from, line)
					}
				}
			})
		})
	}
}

var words = regexp.MustCompile(`\p{L}{2,}`)

// wordyLines returns the lines of a reply that hold at least three words.
func wordyLines(r answer.Reply) []string {
	var lines []string
	for _, m := range r.Messages {
		for line := range strings.SplitSeq(m.Text.Plain(), "\n") {
			if len(words.FindAllString(line, -1)) >= 3 && !strings.HasPrefix(line, "✉") {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

func TestPrintersSpeakTheirOwnLanguage(t *testing.T) {
	catalog, err := locales.NewCatalog()
	if err != nil {
		t.Fatal(err)
	}
	english := catalog.Printer(bot.English)
	for _, l := range bot.Languages() {
		p := catalog.Printer(l)
		if p.Language != l {
			t.Errorf("printer of %s speaks %s", l, p.Language)
		}
		for _, m := range locales.Messages() {
			if m == locales.ReviewMark || l == bot.English {
				continue
			}
			said := strings.ReplaceAll(p.Say(m), "<no value>", "")
			if said == strings.ReplaceAll(english.Say(m), "<no value>", "") && len(strings.Fields(said)) >= 3 {
				t.Errorf("message %s is in English in language %s: %s", m, l, said)
			}
		}
	}
}
