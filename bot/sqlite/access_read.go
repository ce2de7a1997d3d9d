package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"prystan/bot"
	"prystan/bot/access"
)

// Session implements access.Store.
func (a *Access) Session(ctx context.Context, hash []byte) (access.Session, bool, error) {
	return session(ctx, a.db.sql, hash)
}

func session(ctx context.Context, q queryer, hash []byte) (s access.Session, ok bool, err error) {
	all, err := sessions(ctx, q, `s.hash = ?`, hash)
	if err != nil || len(all) == 0 {
		return s, false, err
	}
	return all[0], true, nil
}

// sessions returns those of a condition with their editors, the newest first.
func sessions(ctx context.Context, q queryer, where string, args ...any) ([]access.Session, error) {
	rows, err := q.QueryContext(ctx, `SELECT s.id, s.device, s.began, s.seen, e.id, e.name, e.role, e.countries, e.organizations, e.language, e.monthly, e.removed
		FROM desk_session s JOIN editor e ON e.id = s.editor WHERE `+where+` ORDER BY s.began DESC, s.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("reading sessions: %w", err)
	}
	return collect(rows, "sessions", func(row interface{ Scan(...any) error }) (s access.Session, err error) {
		var began, seen int64
		s.Editor, err = scanEditor(behind{row, []any{&s.ID, &s.Device, &began, &seen}})
		s.Began, s.Seen = moment(began), moment(seen)
		return s, err
	})
}

// behind is a row of which the first columns are scanned elsewhere.
type behind struct {
	row   interface{ Scan(...any) error }
	first []any
}

// Scan scans the columns behind the first.
func (b behind) Scan(rest ...any) error { return b.row.Scan(append(b.first, rest...)...) }

// See implements access.Store.
func (a *Access) See(ctx context.Context, hash []byte, at time.Time) error {
	if err := a.db.exec(ctx, `UPDATE desk_session SET seen = ? WHERE hash = ? AND seen < ?1`, at.Unix(), hash); err != nil {
		return fmt.Errorf("keeping that a session goes on: %w", err)
	}
	return nil
}

// Sessions implements access.Store.
func (a *Access) Sessions(ctx context.Context, editor int64) ([]access.Session, error) {
	return sessions(ctx, a.db.sql, `s.editor = ?`, editor)
}

// Passkeys implements access.Store.
func (a *Access) Passkeys(ctx context.Context, editor int64) ([]access.Passkey, error) {
	return passkeysOf(ctx, a.db.sql, editor)
}

// EditorOfChat implements access.Store.
func (a *Access) EditorOfChat(ctx context.Context, chat int64) (bot.Editor, bool, error) {
	e, err := scanEditor(a.db.sql.QueryRowContext(ctx, `SELECT `+editorColumns+` FROM editor WHERE chat_key = ?`, a.hash(chat)))
	if errors.Is(err, sql.ErrNoRows) {
		return bot.Editor{}, false, nil
	}
	if err != nil {
		return e, false, fmt.Errorf("reading editor of a chat: %w", err)
	}
	return e, true, nil
}

// Connected implements access.Store.
func (a *Access) Connected(ctx context.Context, editor int64) (ok bool, err error) {
	err = a.db.sql.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM editor WHERE id = ? AND chat_key IS NOT NULL)`, editor).Scan(&ok)
	if err != nil {
		return false, fmt.Errorf("reading whether a chat is connected: %w", err)
	}
	return ok, nil
}

// Due implements access.Store.
func (a *Access) Due(ctx context.Context, month string) ([]access.Reader, error) {
	rows, err := a.db.sql.QueryContext(ctx, `SELECT chat, `+editorColumns+` FROM editor
		WHERE monthly = 1 AND removed = 0 AND chat IS NOT NULL AND reminded <> ? ORDER BY id`, month)
	if err != nil {
		return nil, fmt.Errorf("reading who is to be reminded: %w", err)
	}
	var sealed []error
	all, err := collect(rows, "who is to be reminded", func(row interface{ Scan(...any) error }) (r access.Reader, err error) {
		var chat []byte
		if r.Editor, err = scanEditor(behind{row, []any{&chat}}); err != nil {
			return r, err
		}
		if r.Chat, err = a.open(r.Editor.ID, chat); err != nil {
			sealed = append(sealed, err)
		}
		return r, nil
	})
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(r access.Reader) bool { return r.Chat == 0 }) // which no chat is
	return all, errors.Join(sealed...)
}

// Reminded implements access.Store.
func (a *Access) Reminded(ctx context.Context, editor int64, month string) error {
	if err := a.db.exec(ctx, `UPDATE editor SET reminded = ? WHERE id = ?`, month, editor); err != nil {
		return fmt.Errorf("keeping who was reminded: %w", err)
	}
	return nil
}
