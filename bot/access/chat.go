package access

import (
	"context"

	"prystan/bot"
)

// StartWord stands before the secret of a link for Connect in what an editor
// sends to the bot, so that the bot knows it from other deep links.
const StartWord = "desk_"

// Reader is an editor who wants the monthly message, and where.
type Reader struct {
	Editor bot.Editor
	Chat   int64
}

// Connect connects a chat to the account that a link for Connect was made for,
// and returns whose it is. A chat belongs to one editor: whoever had it before
// has it no longer. It fails with ErrLink, as UseLink does.
func (d *Door) Connect(ctx context.Context, secret string, chat int64) (bot.Editor, error) {
	var who bot.Editor
	err := d.store.Admit(ctx, func(tx Tx) error {
		t, err := d.byLink(tx, secret, Connect)
		if err != nil {
			return err
		}
		who = t.who
		before, err := t.Tx.Connect(who.ID, chat)
		if err != nil {
			return err
		}
		if before != 0 && before != who.ID {
			other, err := t.Editor(before)
			if err != nil {
				return err
			}
			if err := t.note(bot.ActionTelegram, subjectOf(other), "connected", ""); err != nil {
				return err
			}
		}
		return t.note(bot.ActionTelegram, subjectOf(who), "", "connected")
	})
	if err != nil {
		return bot.Editor{}, err
	}
	return who, nil
}

// EditorOfChat returns whose chat it is, with their rights as they stand now, or
// ErrOut.
func (d *Door) EditorOfChat(ctx context.Context, chat int64) (bot.Editor, error) {
	e, ok, err := d.store.EditorOfChat(ctx, chat)
	if err == nil && (!ok || e.Removed) {
		return bot.Editor{}, ErrOut
	}
	return e, err
}

// Connected reports whether an editor has connected a chat.
func (d *Door) Connected(ctx context.Context, editor int64) (bool, error) {
	return d.store.Connected(ctx, editor)
}

// Disconnect forgets an editor's own chat. Where there is none, nothing happens.
func (d *Door) Disconnect(ctx context.Context, editor int64) error {
	return d.act(ctx, editor, bot.ActionTelegram, subjectOfID(editor), func(t *deed) error {
		was, err := t.Tx.Disconnect(editor)
		if err != nil || !was {
			return err
		}
		return t.note(bot.ActionTelegram, subjectOf(t.who), "connected", "")
	})
}

// Due returns the editors who want the monthly message and have not had it in
// this calendar month (UTC). An error about some comes with the others.
func (d *Door) Due(ctx context.Context) ([]Reader, error) { return d.store.Due(ctx, d.month()) }

// Reminded keeps that an editor has had this month's message.
func (d *Door) Reminded(ctx context.Context, editor int64) error {
	return d.store.Reminded(ctx, editor, d.month())
}

func (d *Door) month() string { return d.now().UTC().Format("2006-01") }
