package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	api "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// pollTime is how long Telegram holds a poll open while there is nothing.
const pollTime = 50 * time.Second

// maxBackoff is the longest wait between tries that never end.
const maxBackoff = 15 * time.Second

// wanted are the kinds of updates that are dealt with; Telegram sends no others.
func wanted() []string {
	return []string{
		models.AllowedUpdateMessage, models.AllowedUpdateEditedMessage, models.AllowedUpdateCallbackQuery,
		models.AllowedUpdateInlineQuery, models.AllowedUpdateMyChatMember,
	}
}

// pollParams are those of getUpdates, which the library calls only together
// with its own dispatch.
type pollParams struct {
	Offset  int64    `json:"offset,omitempty"`
	Limit   int      `json:"limit,omitempty"`
	Timeout int      `json:"timeout"`
	Allowed []string `json:"allowed_updates,omitempty"`
}

// poll hands updates to the queue until ctx ends. An update is confirmed to
// Telegram, by the offset of the next poll, only after the queue took charge of
// it. The offset is returned for the last confirmation.
func (b *Bot) poll(ctx context.Context, queue *line) (offset int64, err error) {
	b.unhook(ctx)
	for wait := b.backoff; ctx.Err() == nil; {
		var updates []json.RawMessage
		err := b.post(ctx, pollTime+callTime, "getUpdates", pollParams{
			Offset: offset, Timeout: int(pollTime.Seconds()), Allowed: wanted(),
		}, &updates)
		switch {
		case ctx.Err() != nil:
			return offset, nil
		case refused(err):
			return offset, fmt.Errorf("telegram: getUpdates: %w", b.clean(err))
		case err != nil:
			b.complain("getUpdates", err)
			sleep(ctx, max(wait, retryAfter(err)))
			wait = min(wait*2, maxBackoff)
			continue
		}
		b.counters.lastCall.Store(time.Now().UnixMilli())
		batch, next := b.readAll(updates, offset)
		if err := queue.accept(ctx, batch...); err != nil && ctx.Err() == nil {
			b.complain("taking updates", err)
			sleep(ctx, wait)
			wait = min(wait*2, maxBackoff)
			continue
		} else if err == nil {
			offset, wait = next, b.backoff
		}
	}
	return offset, nil
}

// readAll decodes updates, and returns the offset that confirms them.
func (b *Bot) readAll(raw []json.RawMessage, offset int64) (batch []update, next int64) {
	next = offset
	for _, one := range raw {
		u, err := b.read(one)
		if err != nil && u.id == 0 {
			continue
		}
		batch = append(batch, u)
		next = max(next, u.id+1)
	}
	return batch, next
}

// read decodes an update, counting and noting one that cannot be.
func (b *Bot) read(raw []byte) (update, error) {
	u, err := readUpdate(raw)
	if !errors.Is(err, errShape) {
		b.counters.updates.Add(1)
		b.counters.lastUpdate.Store(time.Now().UnixMilli())
	}
	if err != nil {
		// The error may quote what somebody wrote: only that it happened is noted.
		b.counters.unreadable.Add(1)
		b.log.Warn("an update could not be read", "update", u.id)
	}
	return u, err
}

// unhook ends a webhook of earlier days: Telegram refuses polling beside it.
func (b *Bot) unhook(ctx context.Context) {
	err := b.call(ctx, manyTries, func(ctx context.Context) error {
		_, err := b.client.DeleteWebhook(ctx, &api.DeleteWebhookParams{})
		return err
	})
	if err != nil && ctx.Err() == nil {
		b.complain("deleteWebhook", err)
	}
}

// confirm tells Telegram that everything before offset is dealt with.
func (b *Bot) confirm(ctx context.Context, offset int64) {
	var ignored []json.RawMessage
	if err := b.post(ctx, callTime, "getUpdates", pollParams{Offset: offset, Limit: 1}, &ignored); err != nil {
		b.complain("confirming updates", err)
	}
}
