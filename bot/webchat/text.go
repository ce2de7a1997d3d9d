package webchat

import (
	"html/template"
	"regexp"
	"strings"
	"unicode/utf8"

	"prystan/bot/answer"
)

// block is a part of a message that belongs together: what stands between two
// empty lines, or a line that can be called with what is known of it.
type block struct {
	Kind  string // "", "line" for a number to call or a page, "urgent" for the lines in danger
	Parts []part
}

// part is a heading, a list or a paragraph.
type part struct {
	Kind  string  // "heading", "list" or "paragraph"
	Quiet bool    // may be overlooked
	Lines [][]run // the items of a list; one line of the others
}

// run is a piece of text in one style.
type run struct {
	Text   string
	Strong bool
	Quiet  bool
	Symbol bool         // an ornament, not to be read out
	Break  bool         // begins a new line
	Tel    template.URL // a number that a tap dials
	URL    string       // a page that a tap opens
	Mail   string       // an address that a tap writes to
	Here   string       // a page of ours
}

// telForm is what may stand in a tel: link.
var telForm = regexp.MustCompile(`^\+?[0-9]{2,20}$`)

// setter turns the text of a message into blocks.
type setter struct {
	emergency string // number to link wherever it stands alone in a text; "" = none
	privacy   string // our privacy page, linked where the text says /privacy
	blocks    []block
	open      bool // the last block takes more
}

// Symbols at the head of a line, as package answer writes them.
const (
	symbolDanger = "🆘"
	symbolPhone  = "☎"
	symbolPage   = "🔗"
	symbolMail   = "✉"
	dash         = "–"
)

func (s *setter) text(t answer.Text) []block {
	s.blocks, s.open = nil, false
	for _, p := range t {
		if len(p) == 0 {
			s.open = false
			continue
		}
		s.paragraph(p)
	}
	return s.blocks
}

func (s *setter) paragraph(p answer.Paragraph) {
	symbol := leading(p[0].Text)
	kind := ""
	switch symbol {
	case symbolDanger:
		kind = "urgent"
	case symbolPhone, symbolPage:
		kind = "line"
	}
	if !s.open || kind != "" && s.blocks[len(s.blocks)-1].Kind == "" {
		s.blocks = append(s.blocks, block{Kind: kind})
		s.open = true
	}
	b := &s.blocks[len(s.blocks)-1]
	runs := s.runs(p, symbol)
	if b.Kind != "" {
		breakAfterNumber(runs, b.Kind == "line")
	}
	n := len(b.Parts)
	switch {
	case symbol == dash && n > 0 && b.Parts[n-1].Kind == "list":
		b.Parts[n-1].Lines = append(b.Parts[n-1].Lines, runs)
	case symbol == dash:
		b.Parts = append(b.Parts, part{Kind: "list", Lines: [][]run{runs}})
	case len(p) == 1 && p[0].Style == answer.Strong && p[0].Tel == "":
		b.Parts = append(b.Parts, part{Kind: "heading", Lines: [][]run{runs}})
	default:
		b.Parts = append(b.Parts, part{Kind: "paragraph", Quiet: quiet(p), Lines: [][]run{runs}})
	}
}

// breakAfterNumber puts what follows a number ("116 123 — name") on a line of
// its own, the name of a line to call strong.
func breakAfterNumber(runs []run, strong bool) {
	for i := 1; i < len(runs); i++ {
		text, ok := strings.CutPrefix(runs[i].Text, " — ")
		if !ok || runs[i-1].Tel == "" {
			continue
		}
		runs[i].Text, runs[i].Break = text, true
		name := i
		if text == "" && i+1 < len(runs) {
			name++
		}
		runs[name].Strong = strong
	}
}

// leading returns the symbol that a line begins with, "" if none.
func leading(text string) string {
	for _, symbol := range []string{symbolDanger, symbolPhone, symbolPage, symbolMail, dash} {
		if strings.HasPrefix(text, symbol+" ") {
			return symbol
		}
	}
	return ""
}

func quiet(p answer.Paragraph) bool {
	for _, span := range p {
		if span.Style != answer.Quiet {
			return false
		}
	}
	return true
}

func (s *setter) runs(p answer.Paragraph, symbol string) []run {
	var runs []run
	for i, span := range p {
		text := span.Text
		if i == 0 && symbol != "" {
			text = strings.TrimPrefix(text, symbol+" ")
			if symbol != dash {
				runs = append(runs, run{Text: symbol, Symbol: true})
			}
		}
		base := run{Text: text, Strong: span.Style == answer.Strong, Quiet: span.Style == answer.Quiet}
		switch {
		case text == "":
		case telForm.MatchString(span.Tel):
			base.Tel = template.URL("tel:" + span.Tel)
			runs = append(runs, base)
		case span.URL != "":
			base.URL = span.URL
			runs = append(runs, base)
		case symbol == symbolMail && i == 0:
			base.Mail = text
			runs = append(runs, base)
		default:
			runs = append(runs, s.linked(base)...)
		}
	}
	return runs
}

const privacyWord = "/privacy"

// linked cuts a run at the emergency number and at /privacy, which become
// links: a number that stands alone in a text is one to call.
func (s *setter) linked(r run) []run {
	at, word := len(r.Text), ""
	if i := strings.Index(r.Text, privacyWord); i >= 0 && s.privacy != "" {
		at, word = i, privacyWord
	}
	if i := alone(r.Text, s.emergency); i >= 0 && i < at && telForm.MatchString(s.emergency) {
		at, word = i, s.emergency
	}
	if word == "" {
		return []run{r}
	}
	before, link, after := r, r, r
	before.Text, link.Text, after.Text = r.Text[:at], word, r.Text[at+len(word):]
	if word == privacyWord {
		link.Here = s.privacy
	} else {
		link.Tel, link.Strong = template.URL("tel:"+word), true
	}
	var runs []run
	if before.Text != "" {
		runs = append(runs, before)
	}
	runs = append(runs, link)
	if after.Text != "" {
		runs = append(runs, s.linked(after)...)
	}
	return runs
}

// alone returns where number stands in text and is not a part of a longer one,
// or -1.
func alone(text, number string) int {
	if number == "" {
		return -1
	}
	for from := 0; ; {
		i := strings.Index(text[from:], number)
		if i < 0 {
			return -1
		}
		at := from + i
		from = at + len(number)
		if !digitEnds(text[:at]) && !digitStarts(text[from:]) {
			return at
		}
	}
}

// digitEnds reports whether a digit stands at the end, perhaps before a space
// or a sign that belongs to a number or an address.
func digitEnds(s string) bool {
	r, size := utf8.DecodeLastRuneInString(s)
	if strings.ContainsRune(" +-/.", r) {
		if r == '+' {
			return true
		}
		r, _ = utf8.DecodeLastRuneInString(s[:len(s)-size])
	}
	return r >= '0' && r <= '9'
}

func digitStarts(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	if strings.ContainsRune(" -/.", r) {
		r, _ = utf8.DecodeRuneInString(s[size:])
	}
	return r >= '0' && r <= '9'
}
