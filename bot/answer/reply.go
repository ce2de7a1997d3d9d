package answer

import (
	"strings"

	"prystan/bot"
)

// Reply is what one turn of the conversation says, independent of any
// transport.
type Reply struct {
	Language bot.Language // language of every word in it
	Messages []Message    // in the order in which they are to be read; never empty
	Remember *Choice      // what the person chose explicitly, to be kept; nil: nothing
	Forget   bool         // everything kept about the chat is to be removed

	Question Understanding // what was understood, for machines (`ask --json`)
}

// Choice is the only thing that is ever kept about a chat.
type Choice struct {
	Language bot.Language
	Country  bot.Country
}

// Understanding is what the turn was taken to mean.
type Understanding struct {
	Language   bot.Language // of the question; may be one without texts of its own
	Country    bot.Country  // that the answer is about; "" if not known
	Topic      bot.Topic
	Topics     []Candidate // best first
	Confidence float64     // 0..1
	Urgent     bool        // the person may be in danger now
	Lines      []string    // Service.ID of the lines shown, in order
}

// Candidate is a topic that the question may be about.
type Candidate struct {
	Topic bot.Topic
	Score float64 // 0..1
}

// Message is one message of a reply.
type Message struct {
	Text    Text
	Buttons [][]Button // rows
	Contact *Contact   // a card to be called and kept with one tap; its message has no other content
	Private bool       // about the person's own situation: not to be passed on by a slip
	Calm    bool       // a menu: may replace the message whose button was pressed
}

// Text is a sequence of paragraphs; a paragraph is one line of spans.
type Text []Paragraph

// Paragraph is one line. An empty one is an empty line.
type Paragraph []Span

// Style is how a span looks.
type Style int

// Plain text, Strong for what must be seen first, Quiet for what may be
// overlooked.
const (
	Plain Style = iota
	Strong
	Quiet
)

// Span is a run of text in one style.
type Span struct {
	Text  string
	Style Style
	Tel   string // a number that a tap dials
	URL   string // a page that a tap opens
}

// Button is one of three things: an action of the conversation, a page to open,
// or a text to copy.
type Button struct {
	Label string
	Do    *Action
	URL   string
	Copy  string
}

// Contact is a phone number with a name.
type Contact struct {
	Name  string
	Phone string // as dialled: E.164, or a short code
}

// Plain returns the text without mark-up, a paragraph a line.
func (t Text) Plain() string {
	var b strings.Builder
	for i, p := range t {
		if i > 0 {
			b.WriteByte('\n')
		}
		for _, s := range p {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

// Plain returns all messages without mark-up.
func (r Reply) Plain() string {
	parts := make([]string, 0, len(r.Messages))
	for _, m := range r.Messages {
		if text := m.Text.Plain(); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "\n\n")
}

// writer puts a text together.
type writer struct{ text Text }

// line adds a paragraph of the given spans.
func (w *writer) line(spans ...Span) { w.text = append(w.text, spans) }

// gap adds an empty line unless the text is empty or ends with one.
func (w *writer) gap() {
	if n := len(w.text); n > 0 && len(w.text[n-1]) > 0 {
		w.text = append(w.text, nil)
	}
}

// prose adds the lines of a text, each a paragraph of its own.
func (w *writer) prose(s string) {
	for l := range strings.SplitSeq(strings.TrimSpace(s), "\n") {
		if l = strings.TrimSpace(l); l != "" {
			w.line(Span{Text: l})
		} else {
			w.gap()
		}
	}
}

func strong(s string) Span { return Span{Text: s, Style: Strong} }
func quiet(s string) Span  { return Span{Text: s, Style: Quiet} }
func plain(s string) Span  { return Span{Text: s} }
