package telegram

import (
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-telegram/bot/models"

	"prystan/bot/answer"
)

// Telegram's limits for one message, in UTF-16 units and entities.
const (
	maxUnits    = 4096
	maxEntities = 100
)

// part is the text of one message as Telegram takes it. Styles go as entities,
// not as mark-up: then nothing in a text can ever be read as mark-up, nothing
// has to be escaped, and the length that counts is the length of the text.
type part struct {
	text     string
	entities []models.MessageEntity
}

// render writes a text as one message, or as several where one cannot hold it.
// It is cut between paragraphs, and inside one only where it is longer than a
// message by itself.
func render(t answer.Text) []part {
	var parts []part
	now := page{}
	turn := func() {
		if p := now.part(); p.text != "" {
			parts = append(parts, p)
		}
		now = page{}
	}
	for _, paragraph := range t {
		paragraph = sane(paragraph)
		length := measure(paragraph)
		if length < maxUnits {
			if now.units+1+length > maxUnits {
				turn()
			}
			now.add(paragraph, length)
			continue
		}
		for _, line := range cut(paragraph) {
			length := measure(line)
			if now.units+1+length > maxUnits {
				turn()
			}
			now.add(line, length)
		}
	}
	turn()
	return parts
}

// page is one message in the making.
type page struct {
	text     strings.Builder
	units    int
	entities []models.MessageEntity
}

// add writes a line of so many units. Empty lines at the head of a message are
// left out.
func (p *page) add(line answer.Paragraph, length int) {
	if p.units == 0 && length == 0 {
		return
	}
	if p.units > 0 {
		p.text.WriteByte('\n')
		p.units++
	}
	for _, s := range line {
		from := p.units
		p.text.WriteString(s.Text)
		if len(line) == 1 {
			p.units += length
		} else {
			p.units += units(s.Text)
		}
		p.mark(s, from)
	}
}

// mark gives the units since from their style. Numbers are left to Telegram,
// which makes them callable by itself.
func (p *page) mark(s answer.Span, from int) {
	var kind models.MessageEntityType
	switch s.Style {
	case answer.Strong:
		kind = models.MessageEntityTypeBold
	case answer.Quiet:
		kind = models.MessageEntityTypeItalic
	}
	if strings.TrimSpace(s.Text) == "" {
		return
	}
	if kind != "" {
		p.entity(models.MessageEntity{Type: kind, Offset: from, Length: p.units - from})
	}
	if s.URL != "" && openable(s.URL) {
		p.entity(models.MessageEntity{Type: models.MessageEntityTypeTextLink, Offset: from, Length: p.units - from, URL: s.URL})
	}
}

func (p *page) entity(e models.MessageEntity) {
	if len(p.entities) < maxEntities {
		p.entities = append(p.entities, e)
	}
}

// part returns the message without the empty lines at its end.
func (p *page) part() part { return part{strings.TrimRight(p.text.String(), "\n"), p.entities} }

// cut returns a paragraph that fits into no message as lines that do, broken at
// spaces.
func cut(paragraph answer.Paragraph) []answer.Paragraph {
	var lines []answer.Paragraph
	var line answer.Paragraph
	left := maxUnits - 1
	for _, s := range paragraph {
		for units(s.Text) > left {
			head, tail := split(s.Text, left)
			s.Text = head
			lines = append(lines, append(line, s))
			line, left = nil, maxUnits-1
			s.Text = tail
		}
		line = append(line, s)
		left -= units(s.Text)
	}
	return append(lines, line)
}

// split cuts a text after at most limit units, at a space if there is one.
func split(text string, limit int) (head, tail string) {
	n, space := 0, 0
	for i, r := range text {
		if n += unit(r); n > limit {
			if space == 0 {
				space = i
			}
			return strings.TrimRight(text[:space], " "), strings.TrimLeft(text[space:], " ")
		}
		if r == ' ' {
			space = i
		}
	}
	return text, ""
}

// measure returns the length of a paragraph in UTF-16 units.
func measure(p answer.Paragraph) int {
	n := 0
	for _, s := range p {
		n += units(s.Text)
	}
	return n
}

// units returns the length of a text in UTF-16 units: one for each character, two
// for those that take four bytes here.
func units(s string) int {
	n := utf8.RuneCountInString(s)
	for i := range len(s) {
		if s[i] >= 0xF0 {
			n++
		}
	}
	return n
}

func unit(r rune) int { return max(1, utf16.RuneLen(r)) }

// sane replaces what is not UTF-8, which Telegram refuses.
func sane(p answer.Paragraph) answer.Paragraph {
	for i, s := range p {
		if !utf8.ValidString(s.Text) {
			p = slices.Clone(p)
			p[i].Text = valid(s.Text)
		}
	}
	return p
}

// valid replaces what is not UTF-8. It keeps the length in units.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.Map(func(r rune) rune { return r }, s)
}
