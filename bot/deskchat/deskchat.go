// Package deskchat is the desk in a chat: the way in for an editor whose chat is
// connected (deskchat.go), and once a month the facts that are due (monthly.go,
// card.go) with buttons to answer them (press.go). What an editor may do is
// decided in package directory and package access, at the moment it is done.
//
// A chat is a number here, and what is said in it a Message: the package knows
// no Telegram and no HTTP. Nothing about a person, and no secret, is written to
// the log.
package deskchat

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"prystan/bot"
	"prystan/bot/access"
	"prystan/bot/directory"
	"prystan/locales"
)

// Message is what the desk says in a chat.
type Message struct {
	Text    string
	Buttons [][]Button // rows
	Private bool       // holds a way in: not to be passed on by a slip
	Instead bool       // takes the place of the message whose button was pressed
}

// Button opens a page or is pressed: it has a URL, or Data for Press.
type Button struct {
	Label string
	URL   string
	Data  string // at most MaxData bytes, without a colon
}

// MaxData is how long the data of a button can be, in bytes.
const MaxData = 48

// Proposals are those that wait.
type Proposals interface {
	ProposalsOn(context.Context, bot.Ref) ([]directory.Proposal, error)
}

// Config says what the desk stands on. Every field but After is needed.
type Config struct {
	Keeper    *directory.Keeper
	Door      *access.Door
	Proposals Proposals
	Messages  *locales.DeskCatalog
	Address   string // under which browsers reach the service, such as "https://help.example.org"
	Log       *slog.Logger
	Now       func() time.Time
	After     func(time.Duration) <-chan time.Time // nil = time.After
}

// Desk is the desk in chats. It is safe for concurrent use; Run is called once.
type Desk struct{ config Config }

// New returns the desk in chats.
func New(c Config) *Desk {
	c.Address = strings.TrimRight(c.Address, "/")
	if c.After == nil {
		c.After = time.After
	}
	return &Desk{c}
}

// Command answers somebody who asks for the desk: an editor whose chat is
// connected with a link to sign in, everybody else with the same words, so that
// nobody learns whether there is an account. off disconnects the chat.
func (d *Desk) Command(ctx context.Context, chat int64, client bot.Language, off bool) Message {
	who, err := d.config.Door.EditorOfChat(ctx, chat)
	if err != nil {
		return d.notIn(client, err)
	}
	if !off {
		return d.wayIn(ctx, who, "deskchat.link", "/desk/")
	}
	if err := d.config.Door.Disconnect(ctx, who.ID); err != nil {
		return d.notIn(client, err)
	}
	return Message{Text: d.config.Messages.Printer(who.Language).Say("deskchat.off")}
}

// Connect connects a chat to the account that a secret was made for.
func (d *Desk) Connect(ctx context.Context, chat int64, client bot.Language, secret string) Message {
	who, err := d.config.Door.Connect(ctx, secret, chat)
	if errors.Is(err, access.ErrLink) {
		// After a crash the same word may come again. What connected the chat is used
		// up then, and must not look as if it had failed.
		if who, err := d.config.Door.EditorOfChat(ctx, chat); err == nil {
			return Message{Text: d.config.Messages.Printer(who.Language).Say("deskchat.connected_before")}
		}
		return Message{Text: d.client(client).Say("deskchat.link_bad")}
	}
	if err != nil {
		return d.notIn(client, err)
	}
	t := d.config.Messages.Printer(who.Language)
	monthly := "deskchat.monthly_off"
	if who.Monthly {
		monthly = "deskchat.monthly_on"
	}
	return Message{Text: t.Say("deskchat.connected", "Name", who.Name) + "\n\n" + t.Say(monthly)}
}

// InGroup is said where others read along.
func (d *Desk) InGroup(client bot.Language) Message {
	return Message{Text: d.client(client).Say("deskchat.in_group")}
}

// notIn answers somebody who is no editor, or where that could not be found out.
func (d *Desk) notIn(client bot.Language, err error) Message {
	if errors.Is(err, access.ErrOut) || errors.Is(err, access.ErrRight) || errors.Is(err, directory.ErrRight) {
		return Message{Text: d.client(client).Say("deskchat.stranger")}
	}
	return d.failed(d.client(client), err)
}

func (d *Desk) failed(t *locales.DeskPrinter, err error) Message {
	d.config.Log.Error("the desk could not answer in a chat", "error", err)
	return Message{Text: t.Say("deskchat.failed")}
}

// client returns the printer of the language that a program says its person
// speaks.
func (d *Desk) client(l bot.Language) *locales.DeskPrinter {
	base, _, _ := strings.Cut(string(l), "-")
	return d.config.Messages.Printer(bot.Language(base))
}

// wayIn gives an editor a link that signs in and leads to a page of the desk.
func (d *Desk) wayIn(ctx context.Context, who bot.Editor, key, page string) Message {
	t := d.config.Messages.Printer(who.Language)
	secret, err := d.config.Door.MakeLink(ctx, who.ID, who.ID, access.SignIn)
	switch {
	case errors.Is(err, access.ErrMany):
		// Whoever is signed in already needs no link.
		return d.linked(t, t.Say("deskchat.many"), t.Say("deskchat.open"), d.config.Address+page)
	case err != nil:
		return d.notIn(who.Language, err)
	}
	address := d.config.Door.SignInAddress(secret)
	if page != "/desk/" {
		address += "?next=" + url.QueryEscape(page)
	}
	m := d.linked(t, t.Say(key), t.Say("deskchat.sign_in"), address)
	m.Private = true
	return m
}

// linked returns a message with a page to open. Messengers make buttons of
// public addresses only; any other stands in the text.
func (d *Desk) linked(t *locales.DeskPrinter, text, label, address string) Message {
	if !strings.HasPrefix(address, "https://") {
		return Message{Text: text + "\n\n" + address}
	}
	return Message{Text: text, Buttons: [][]Button{{{Label: label, URL: address}}}}
}
