package access

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"prystan/bot"
)

// Limits of a session.
const (
	Idle     = 2 * time.Hour  // without a request
	Absolute = 12 * time.Hour // in all
)

// seeEvery is how finely it is kept when a session was last seen, so that not
// every request writes.
const seeEvery = time.Minute

// maxDevice is the longest name of a device, in runes.
const maxDevice = 40

// Session is somebody signed in on one device.
type Session struct {
	ID     string // by which it is listed and ended; it opens nothing
	Editor bot.Editor
	Began  time.Time
	Seen   time.Time // last request, to the minute
	Device string    // such as "Firefox, Linux"
}

func (s Session) over(now time.Time) bool {
	return now.Sub(s.Seen) >= Idle || now.Sub(s.Began) >= Absolute
}

// Session returns who is signed in with a secret, with their rights as they
// stand now, or ErrOut.
func (d *Door) Session(ctx context.Context, secret string) (Session, error) {
	if secret == "" {
		return Session{}, ErrOut
	}
	hash, now := hashOf(secret), d.now()
	s, ok, err := d.store.Session(ctx, hash)
	switch {
	case err != nil:
		return Session{}, err
	case !ok || s.Editor.Removed:
		return Session{}, ErrOut
	case s.over(now):
		return Session{}, errors.Join(ErrOut, d.sweep(ctx, now))
	}
	if now.Sub(s.Seen) >= seeEvery {
		s.Seen = now
		// Whoever is signed in stays so though the disk is full; Admit would fail
		// where it matters.
		_ = d.store.See(ctx, hash, now)
	}
	return s, nil
}

func (d *Door) sweep(ctx context.Context, now time.Time) error {
	return d.store.Admit(ctx, func(tx Tx) error { return sweep(tx, now) })
}

func sweep(tx Tx, now time.Time) error { return tx.Sweep(now, now.Add(-Idle), now.Add(-Absolute)) }

// signIn begins a session of whoever acts and returns its secret.
func (d *deed) signIn(how, device string) (secret string, err error) {
	if err := sweep(d.Tx, d.at); err != nil {
		return "", err
	}
	secret, hash := newSecret()
	s := Session{ID: rand.Text(), Editor: d.who, Began: d.at, Seen: d.at, Device: plain(device, maxDevice)}
	if err := d.AddSession(hash, s); err != nil {
		return "", err
	}
	return secret, d.note(bot.ActionSignIn, subjectOf(d.who), "", how+": "+s.Device)
}

// SignOut ends the session with the secret. One that is over is no error.
func (d *Door) SignOut(ctx context.Context, secret string) error {
	return d.store.Admit(ctx, func(tx Tx) error {
		s, ok, err := tx.EndSession(hashOf(secret))
		if err != nil || !ok {
			return err
		}
		return (&deed{Tx: tx, who: s.Editor, at: d.now()}).note(bot.ActionSignOut, subjectOf(s.Editor), s.Device, "")
	})
}

// Sessions returns where an editor is signed in, the newest first.
func (d *Door) Sessions(ctx context.Context, editor int64) ([]Session, error) {
	all, err := d.store.Sessions(ctx, editor)
	now := d.now()
	var open []Session
	for _, s := range all {
		if !s.over(now) {
			open = append(open, s)
		}
	}
	return open, err
}

// EndSession ends one of an editor's own sessions, or fails with ErrUnknown.
func (d *Door) EndSession(ctx context.Context, editor int64, id string) error {
	return d.act(ctx, editor, bot.ActionSessionEnd, subjectOfID(editor), func(t *deed) error {
		n, err := t.endSessions(t.who, func(s Session) bool { return s.ID == id })
		if err == nil && n == 0 {
			err = ErrUnknown
		}
		return err
	})
}

// EndSessions ends all sessions of an editor but the one with the ID except.
// Everybody may end their own, and those of whom they manage. It fails with
// ErrRight or ErrUnknown.
func (d *Door) EndSessions(ctx context.Context, by, editor int64, except string) error {
	return d.act(ctx, by, bot.ActionSessionEnd, subjectOfID(editor), func(t *deed) error {
		account, err := t.linked(editor, SignIn)
		if err != nil {
			return err
		}
		_, err = t.endSessions(account, func(s Session) bool { return s.ID != except })
		return err
	})
}

func (d *deed) endSessions(of bot.Editor, end func(Session) bool) (int, error) {
	ended, err := d.Tx.EndSessions(of.ID, end)
	if err != nil {
		return 0, err
	}
	for _, s := range ended {
		if err := d.note(bot.ActionSessionEnd, subjectOf(of), s.Device, ""); err != nil {
			return 0, fmt.Errorf("ending sessions: %w", err)
		}
	}
	return len(ended), nil
}

// plain makes a name of what somebody sent: without control characters, and not
// too long.
func plain(s string, most int) string {
	runes := []rune(strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || bot.IsUnseen(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))))
	return strings.TrimSpace(string(runes[:min(len(runes), most)]))
}
