package deskchat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"prystan/bot"
	"prystan/bot/access"
)

const (
	lookEvery = time.Hour // for editors who are to be told
	fromHour  = 9         // UTC, of the first day of a month
	maxCards  = 10        // in a month for one editor
)

// Tell says something in a chat, outside of any question. It fails where the
// message did not get through.
type Tell func(ctx context.Context, chat int64, m Message) error

// Run tells each editor who wants it once a month which facts are due, until ctx
// ends. Where a message does not get through, it is tried again an hour later.
func (d *Desk) Run(ctx context.Context, tell Tell) error {
	m := monthly{desk: d, tell: tell, told: make(map[int64]*told)}
	for {
		m.round(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-d.config.After(lookEvery):
		}
	}
}

// monthly is the work of Run.
type monthly struct {
	desk  *Desk
	tell  Tell
	month string
	told  map[int64]*told // by editor, those who have not been told all
}

// told is what an editor has been told this month, so that the next try goes on
// from there.
type told struct {
	facts map[bot.Ref]bool
	ended bool // with the last message
}

// round tells everybody who has not been told this month.
func (m *monthly) round(ctx context.Context) {
	now := m.desk.config.Now().UTC()
	if now.Day() == 1 && now.Hour() < fromHour {
		return
	}
	if month := now.Format("2006-01"); month != m.month {
		m.month = month
		clear(m.told)
	}
	readers, err := m.desk.config.Door.Due(ctx)
	for _, r := range readers {
		if ctx.Err() != nil {
			return
		}
		if remindErr := m.remind(ctx, r, now); remindErr != nil {
			err = errors.Join(err, remindErr)
			continue
		}
		delete(m.told, r.Editor.ID)
	}
	if err != nil && ctx.Err() == nil {
		m.desk.config.Log.Warn("monthly messages to editors did not all get through", "error", err)
	}
}

// remind tells one editor what is due, and keeps that it did.
func (m *monthly) remind(ctx context.Context, r access.Reader, now time.Time) error {
	t := m.desk.config.Messages.Printer(r.Editor.Language)
	before := m.told[r.Editor.ID]
	if before == nil {
		before = &told{facts: make(map[bot.Ref]bool)}
		m.told[r.Editor.ID] = before
	}
	more := 0
	for _, f := range due(m.desk.config.Keeper.Directory(), r.Editor, now) {
		switch {
		case before.facts[f.ref]:
		case len(before.facts) == maxCards:
			more++
		default:
			if err := m.tell(ctx, r.Chat, m.desk.card(t, f)); err != nil {
				return fmt.Errorf("sending a fact that is due: %w", err)
			}
			before.facts[f.ref] = true
		}
	}
	if len(before.facts) > 0 && !before.ended {
		text := t.Say("deskchat.all")
		if more > 0 {
			text = t.Say("deskchat.more", "Count", more)
		}
		last := m.desk.linked(t, text, t.Say("deskchat.open"), m.desk.config.Address+"/desk/due")
		if err := m.tell(ctx, r.Chat, last); err != nil {
			return fmt.Errorf("sending how many more are due: %w", err)
		}
		before.ended = true
	}
	return m.desk.config.Door.Reminded(ctx, r.Editor.ID)
}
