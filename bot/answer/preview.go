package answer

import (
	"context"
	"fmt"
	"slices"
	"time"

	"prystan/bot"
	"prystan/bot/understand"
)

// Preview returns the conversation as it would go if other records were
// published: the same code over other facts. It counts nothing, and nobody is
// told of its turns. It learns anew only from examples that differ from those
// that are published.
func (c *Conversation) Preview(r bot.Records) (*Conversation, error) {
	dir, model := c.source.Published()
	if !slices.Equal(dir.Examples(), r.Examples) {
		var err error
		if model, err = understand.New(r.Examples); err != nil {
			return nil, fmt.Errorf("learning from example questions: %w", err)
		}
	}
	next := *c
	next.source, next.counts, next.observer = &edition{directory: bot.NewDirectory(r), model: model}, countless{}, nil
	return &next, nil
}

// At returns the same conversation at one moment, so that two answers differ
// only in what they are made from: which lines are open changes with the hour.
func (c *Conversation) At(moment time.Time) *Conversation {
	next := *c
	next.now = func() time.Time { return moment }
	return &next
}

// Directory returns what the conversation answers from at the moment.
func (c *Conversation) Directory() *bot.Directory {
	dir, _ := c.source.Published()
	return dir
}

// Published implements Source.
func (e *edition) Published() (*bot.Directory, *understand.Model) { return e.directory, e.model }

// countless counts nothing.
type countless struct{}

func (countless) Vote(context.Context, bot.Topic, bot.Language, bot.Country, bool) error { return nil }
func (countless) WrongNumber(context.Context, string) error                              { return nil }
func (countless) Unanswered(context.Context, string, bot.Language, bot.Country) error    { return nil }
