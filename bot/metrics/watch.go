package metrics

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/telegram"
)

// Answered counts one turn of a conversation; it makes Metrics an
// answer.Observer.
func (m *Metrics) Answered(r answer.Reply, took time.Duration) {
	q := r.Question
	m.answers.WithLabelValues(group(q.Topic), language(r.Language), country(q.Country)).Inc()
	m.turns.Observe(took.Seconds())
	if q.Urgent {
		m.urgent.Inc()
	}
}

// Delivered counts the time that passed from an update of Telegram to its
// answer; it is telegram.Config's Answered.
func (m *Metrics) Delivered(a telegram.Answered) {
	m.waits.WithLabelValues(strconv.FormatBool(a.Urgent)).Observe(max(a.Took, 0).Seconds())
}

// Requested counts one HTTP request; web.Watch calls it. The pattern is the
// mux's, never the address that was asked for.
func (m *Metrics) Requested(pattern string, status int, took time.Duration) {
	m.requests.WithLabelValues(route(pattern), strconv.Itoa(status)).Inc()
	m.pages.Observe(took.Seconds())
	switch status {
	case http.StatusTooManyRequests:
		m.webLimit.Inc()
	case http.StatusInternalServerError:
		m.defects.Inc()
	}
}

// The values that stand for what is not one of ours.
const (
	noTopic = "menu"  // a turn about no topic
	unknown = "none"  // nothing is known
	foreign = "other" // known, but not one of ours
)

func group(t bot.Topic) string {
	switch {
	case t == "":
		return noTopic
	case t.Known():
		return t.Group()
	}
	return foreign
}

func language(l bot.Language) string {
	if l.Shipped() {
		return string(l)
	}
	return foreign
}

func country(c bot.Country) string {
	switch {
	case c == "":
		return unknown
	case c.Known():
		return string(c)
	}
	return foreign
}

// route is a pattern of the mux without what only the mux needs.
func route(pattern string) string {
	if pattern == "" {
		return unknown
	}
	return strings.TrimSuffix(pattern, "{$}")
}
