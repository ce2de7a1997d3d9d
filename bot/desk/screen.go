package desk

import (
	"prystan/bot/answer"
)

// screen is a reply of the conversation as a phone shows it.
type screen struct {
	Language string
	Dir      string // of the writing: "ltr" or "rtl"
	Asked    string // what the editor wrote; "" where a button was pressed
	Messages []bubble
}

// bubble is one message with the buttons under it.
type bubble struct {
	Lines [][]span        // an empty one is a gap
	Card  *answer.Contact // a number to call; its message has no other content
	Rows  [][]key
}

// span is a run of text in one style.
type span struct {
	Text          string
	Strong, Quiet bool
	Number        bool   // that a tap dials
	URL           string // that a tap opens
}

// key is a button: an action, a page to open or a number to copy.
type key struct {
	Label  string
	Do     string
	URL    string
	Copy   string
	Danger bool
}

// screenOf sets a reply. Telephone numbers in it are no links: nobody should
// ring a helpline by a slip while looking at a preview.
func screenOf(r answer.Reply, asked string) screen {
	s := screen{Language: string(r.Language), Dir: "ltr"}
	if r.Language.RightToLeft() {
		s.Dir = "rtl"
	}
	if asked != "/start" {
		s.Asked = asked
	}
	for _, m := range r.Messages {
		b := bubble{Card: m.Contact}
		for _, p := range m.Text {
			line := make([]span, len(p))
			for i, x := range p {
				line[i] = span{x.Text, x.Style == answer.Strong, x.Style == answer.Quiet, x.Tel != "", x.URL}
			}
			b.Lines = append(b.Lines, line)
		}
		for _, row := range m.Buttons {
			keys := make([]key, len(row))
			for i, k := range row {
				keys[i] = key{Label: k.Label, URL: k.URL, Copy: k.Copy}
				if k.Do != nil {
					keys[i].Do, keys[i].Danger = k.Do.String(), k.Do.Verb == answer.ShowDanger
				}
			}
			b.Rows = append(b.Rows, keys)
		}
		s.Messages = append(s.Messages, b)
	}
	return s
}
