package telegram

import (
	"time"

	"prystan/bot/answer"
)

// SetBackoff shortens the wait before a call is tried again.
func (b *Bot) SetBackoff(d time.Duration) { b.backoff = d }

// Render exposes how a text becomes messages.
func Render(t answer.Text) (texts []string, entities []int) {
	for _, p := range render(t) {
		texts, entities = append(texts, p.text), append(entities, len(p.entities))
	}
	return texts, entities
}

// Words exposes what the conversation is given of a text.
func Words(text string) string { return words(text) }

// Markup exposes the keyboard of rows of buttons.
func Markup(rows [][]answer.Button) any { return markup(rows) }

// ReadUpdate decodes an update and finds its lane.
func ReadUpdate(raw []byte) (id, lane int64) {
	u, err := readUpdate(raw)
	if err != nil && u.what == nil {
		return 0, 0
	}
	return u.id, u.lane()
}
