// Package access decides who gets into the desk. People are added, changed and
// removed by administrators (people.go). They come in by a one-time link
// (link.go) or a passkey (passkey.go), stay for a limited time (session.go) and
// may connect a chat (chat.go).
//
// Each operation reads the rights of whoever does it, does it, and writes the
// audit log in one transaction, so that none of the three can be had without the
// others. A right that is lacking is logged as well. Secrets leave the package
// once, to whoever they are for; only their hashes are stored. The package knows
// no SQL, HTTP or Telegram.
package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"prystan/bot"
)

// Errors that whoever asked can do something about.
var (
	ErrRight   = errors.New("the role does not allow this, or not here")
	ErrOut     = errors.New("nobody is signed in")
	ErrLink    = errors.New("the link is used up or too old")
	ErrMany    = errors.New("too many links were made within an hour")
	ErrPasskey = errors.New("the passkey was not accepted")
	ErrUnknown = errors.New("there is no such thing")
	ErrName    = errors.New("somebody else has this name")
	ErrLast    = errors.New("the last administrator stays")
	ErrInvalid = errors.New("that cannot be")
)

// Door lets people into the desk, or does not. It is safe for concurrent use.
type Door struct {
	store    Store
	address  string
	now      func() time.Time
	passkeys *passkeys // nil where the address allows none
}

// NewDoor returns the door of a desk that browsers reach under address, such as
// "https://help.example.org" or "http://localhost:8080". Passkeys are bound to
// its host; they need a name, not a number.
func NewDoor(store Store, address string, now func() time.Time) (*Door, error) {
	keys, err := newPasskeys(address, now)
	if err != nil {
		return nil, fmt.Errorf("preparing passkeys for %s: %w", address, err)
	}
	return &Door{store: store, address: strings.TrimRight(address, "/"), now: now, passkeys: keys}, nil
}

// SignInAddress returns the page on which the secret of a link to sign in is
// used.
func (d *Door) SignInAddress(secret string) string { return d.address + "/desk/link/" + secret }

// operator is whoever may use the command line.
func operator() bot.Editor {
	return bot.Editor{Name: "prystan", Role: bot.Administrator, Language: bot.English}
}

// act runs do as an editor, 0 for the operator, in one transaction that begins
// with the editor's rights as they stand now. A deed that lacks a right does
// nothing and is logged as refused.
func (d *Door) act(ctx context.Context, editor int64, what bot.Action, subject string, do func(*deed) error) error {
	err := d.store.Admit(ctx, func(tx Tx) error {
		who, err := whoIs(tx, editor)
		if err != nil {
			return err
		}
		return do(&deed{Tx: tx, who: who, at: d.now()})
	})
	if errors.Is(err, ErrRight) {
		return errors.Join(err, d.Refused(ctx, editor, what, subject))
	}
	return err
}

func whoIs(tx Tx, editor int64) (bot.Editor, error) {
	if editor == 0 {
		return operator(), nil
	}
	who, err := tx.Editor(editor)
	if err == nil && who.Removed {
		err = ErrRight
	}
	return who, err
}

// Refused logs that somebody tried what they had no right to.
func (d *Door) Refused(ctx context.Context, editor int64, what bot.Action, subject string) error {
	return d.store.Admit(ctx, func(tx Tx) error {
		who, err := tx.Editor(editor)
		if err != nil {
			return err
		}
		return (&deed{Tx: tx, who: who, at: d.now()}).note(bot.ActionRefused, subject, "", string(what))
	})
}

// deed is one operation under way.
type deed struct {
	Tx
	who bot.Editor
	at  time.Time
}

// note appends to the audit log what was done, to what, from which value to
// which.
func (d *deed) note(a bot.Action, subject, before, after string) error {
	return d.Log(bot.AuditEntry{
		At: d.at, Editor: d.who.ID, Name: d.who.Name, Action: a, Subject: subject, Before: before, After: after,
	})
}

// subjectOf names an editor in the audit log. The ID ends with a colon, so that
// entries on editor 5 can be told from those on editor 50 by how they begin.
func subjectOf(e bot.Editor) string { return fmt.Sprintf("%s %s", subjectOfID(e.ID), e.Name) }

func subjectOfID(id int64) string { return fmt.Sprintf("editor %d:", id) }

// newSecret returns a secret of at least 128 bits, of letters and digits only,
// and the hash under which it is kept.
func newSecret() (secret string, hash []byte) {
	secret = rand.Text()
	return secret, hashOf(secret)
}

// hashOf needs no salt: nobody guesses 128 bits.
func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
