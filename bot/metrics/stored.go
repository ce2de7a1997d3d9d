package metrics

import (
	"context"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/telegram"
)

// stored counts one operation on the database, which is named in words of the
// program's own.
func (m *Metrics) stored(operation string, begun time.Time, err error) error {
	m.database.WithLabelValues(operation).Observe(time.Since(begun).Seconds())
	failed := m.failures.WithLabelValues(operation) // shown as 0 before the first failure, so that it is seen to rise
	if err != nil {
		failed.Inc()
	}
	return err
}

// Counts are counts whose operations on the database are watched.
func (m *Metrics) Counts(of answer.Counts) answer.Counts { return counts{m, of} }

type counts struct {
	m  *Metrics
	of answer.Counts
}

func (c counts) Vote(ctx context.Context, t bot.Topic, l bot.Language, country bot.Country, up bool) error {
	begun := time.Now()
	return c.m.stored("count", begun, c.of.Vote(ctx, t, l, country, up))
}

func (c counts) WrongNumber(ctx context.Context, service string) error {
	begun := time.Now()
	return c.m.stored("count", begun, c.of.WrongNumber(ctx, service))
}

func (c counts) Unanswered(ctx context.Context, group string, l bot.Language, country bot.Country) error {
	begun := time.Now()
	return c.m.stored("count", begun, c.of.Unanswered(ctx, group, l, country))
}

// Choices are choices whose operations on the database are watched.
func (m *Metrics) Choices(of telegram.Choices) telegram.Choices { return choices{m, of} }

type choices struct {
	m  *Metrics
	of telegram.Choices
}

func (c choices) Choice(ctx context.Context, chat int64) (bot.Language, bot.Country, error) {
	begun := time.Now()
	l, country, err := c.of.Choice(ctx, chat)
	return l, country, c.m.stored("read_choice", begun, err)
}

func (c choices) Choose(ctx context.Context, chat int64, l bot.Language, country bot.Country) error {
	begun := time.Now()
	return c.m.stored("keep_choice", begun, c.of.Choose(ctx, chat, l, country))
}

func (c choices) Forget(ctx context.Context, chat int64) error {
	begun := time.Now()
	return c.m.stored("forget_choice", begun, c.of.Forget(ctx, chat))
}

// Waiting is a store whose operations on the database are watched. Of what the
// store does in its own time, only what people wait for is.
func (m *Metrics) Waiting(of telegram.Store) telegram.Store { return waiting{of, m} }

type waiting struct {
	telegram.Store
	m *Metrics
}

func (w waiting) Keep(updates []bot.Waiting) ([]bool, error) {
	begun := time.Now()
	fresh, err := w.Store.Keep(updates)
	return fresh, w.m.stored("keep_update", begun, err)
}

func (w waiting) Body(ctx context.Context, id int64) ([]byte, error) {
	begun := time.Now()
	body, err := w.Store.Body(ctx, id)
	return body, w.m.stored("read_update", begun, err)
}
