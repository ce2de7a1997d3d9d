package access

import (
	"context"
	"time"

	"prystan/bot"
)

// Purpose is what a one-time link is good for.
type Purpose string

// The purposes of links.
const (
	SignIn  Purpose = "sign_in"
	Connect Purpose = "telegram" // connects a chat
)

// LinkLife is how long a link is good.
const LinkLife = 10 * time.Minute

// MaxLinks is how many links to one account may be made within LinksWithin. The
// operator may always make one more.
const (
	MaxLinks    = 5
	LinksWithin = time.Hour
)

// MakeLink returns the secret of a one-time link for an editor and voids earlier
// ones for the same purpose. Everybody may make one for themselves, and one to
// sign in for whom they manage. It fails with ErrRight, ErrUnknown or ErrMany.
func (d *Door) MakeLink(ctx context.Context, by, editor int64, p Purpose) (secret string, err error) {
	secret, hash := newSecret()
	err = d.act(ctx, by, bot.ActionSignInLink, subjectOfID(editor), func(t *deed) error {
		account, err := t.linked(editor, p)
		if err != nil {
			return err
		}
		if by != 0 {
			switch n, err := t.LinksMade(subjectOfID(editor), t.at.Add(-LinksWithin)); {
			case err != nil:
				return err
			case n >= MaxLinks:
				return ErrMany
			}
		}
		if err := t.AddLink(hash, editor, p, t.at.Add(LinkLife)); err != nil {
			return err
		}
		return t.note(bot.ActionSignInLink, subjectOf(account), "", string(p))
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// linked returns whom a link is for.
func (d *deed) linked(editor int64, p Purpose) (bot.Editor, error) {
	switch {
	case p != SignIn && p != Connect:
		return bot.Editor{}, ErrInvalid
	case d.who.ID == editor && editor != 0:
		return d.who, nil
	case p != SignIn:
		return bot.Editor{}, ErrRight
	}
	return d.managed(editor)
}

// UseLink uses up a link to sign in and returns the secret of a new session.
// device is coarse, such as "Firefox, Linux". Of two who use it at the same
// time, one gets in. It fails with ErrLink, which is the same whether the link
// was used, grew old, was voided or never was.
func (d *Door) UseLink(ctx context.Context, secret, device string) (session string, err error) {
	err = d.store.Admit(ctx, func(tx Tx) error {
		t, err := d.byLink(tx, secret, SignIn)
		if err != nil {
			return err
		}
		session, err = t.signIn("link", device)
		return err
	})
	if err != nil {
		return "", err
	}
	return session, nil
}

// byLink uses up a link and goes on as whoever it is for.
func (d *Door) byLink(tx Tx, secret string, p Purpose) (*deed, error) {
	at := d.now()
	editor, err := tx.TakeLink(hashOf(secret), p, at)
	if err != nil {
		return nil, err
	}
	who, err := tx.Editor(editor)
	if err != nil {
		return nil, err
	}
	if editor == 0 || who.Removed {
		return nil, ErrLink
	}
	return &deed{Tx: tx, who: who, at: at}, nil
}
