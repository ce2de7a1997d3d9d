package telegram

import (
	"net/http"
	"time"

	"prystan/bot/answer"
)

// SetBackoff shortens the wait before a call is tried again.
func (b *Bot) SetBackoff(d time.Duration) { b.backoff = d }

// SetTransport puts something else in the place of the network.
func (b *Bot) SetTransport(t http.RoundTripper) { b.wire.http.Transport = t }

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

// Throttle is what a call ends with when Telegram asks to wait.
func Throttle(wait time.Duration) error {
	return &refusal{code: http.StatusTooManyRequests, after: wait}
}
