package telegram

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/go-telegram/bot/models"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/locales"
)

// Desk answers editors of the directory in the chats that they connected, before
// the conversation sees what they did. client is the language of the person's
// program. The methods may be called again for the same update after a crash.
type Desk interface {
	// Command answers /desk; off: /desk off.
	Command(ctx context.Context, chat int64, client bot.Language, off bool) DeskMessage
	// Connect uses the secret of a link t.me/<bot>?start=desk_<secret>.
	Connect(ctx context.Context, chat int64, client bot.Language, secret string) DeskMessage
	// Press does what the data of a button says.
	Press(ctx context.Context, chat int64, client bot.Language, data string) DeskMessage
	// InGroup is said where others read along.
	InGroup(client bot.Language) DeskMessage
}

// DeskMessage is what the desk says.
type DeskMessage struct {
	Text    string
	Buttons [][]DeskButton // rows
	Private bool           // not to be passed on by a slip
	Instead bool           // takes the place of the message whose button was pressed
}

// DeskButton opens a page or is pressed: it has a URL, or Data for Desk.Press.
type DeskButton struct {
	Label string
	URL   string
	Data  string // at most 48 bytes, without a colon
}

// How what is for the desk is told from what is for the conversation.
const (
	deskCommand = "desk"
	deskStart   = "desk_"             // what the parameter of /start begins with
	deskVerb    = answer.Verb("desk") // of buttons
)

// deskAsk is what somebody wrote to the desk.
type deskAsk struct {
	off    bool
	secret string // "" for the command
}

// askedDesk reads what is written to the desk; false where it is for the
// conversation. Somebody who writes "/desk they locked the door" is no editor at
// work.
func (b *Bot) askedDesk(text string) (deskAsk, bool) {
	text = strings.TrimSpace(text)
	command := commandForm.FindStringSubmatch(text)
	if b.config.Desk == nil || command == nil {
		return deskAsk{}, false
	}
	rest := strings.TrimSpace(text[len(command[0]):])
	switch strings.ToLower(command[1]) {
	case deskCommand:
		off := strings.EqualFold(rest, "off")
		return deskAsk{off: off}, off || rest == ""
	case "start":
		secret, ok := strings.CutPrefix(rest, deskStart)
		return deskAsk{secret: secret}, ok && secret != ""
	}
	return deskAsk{}, false
}

// atDesk answers what is written to the desk. In a group it says nothing but
// where to write instead.
func (b *Bot) atDesk(ctx context.Context, t talk, ask deskAsk) error {
	var m DeskMessage
	switch {
	case t.group:
		m = b.config.Desk.InGroup(t.client)
		own := DeskButton{Label: b.say(answer.Greet(t.client), locales.ButtonChat), URL: "https://t.me/" + b.name()}
		m.Buttons = append(m.Buttons, []DeskButton{own})
	case ask.secret != "":
		m = b.config.Desk.Connect(ctx, t.chat, t.client, ask.secret)
	default:
		m = b.config.Desk.Command(ctx, t.chat, t.client, ask.off)
	}
	return b.send(ctx, t, t.deskReply(m), nil)
}

// pressDesk does what a button of the desk says. answered stops the button's
// clock.
func (b *Bot) pressDesk(ctx context.Context, t talk, on *models.Message, data string, answered func()) error {
	if t.group {
		return nil // the desk puts no buttons there
	}
	m := b.config.Desk.Press(ctx, t.chat, t.client, data)
	answered()
	if on != nil && m.Instead {
		on = &models.Message{ID: on.ID, Text: on.Text} // its buttons were made to be replaced
	}
	return b.send(ctx, t, t.deskReply(m), on)
}

// deskReply writes a message of the desk as a reply, so that it is sent, tried
// again and paced like any other.
func (t talk) deskReply(m DeskMessage) answer.Reply {
	return answer.Reply{Language: answer.Greet(t.client), Messages: []answer.Message{m.answer()}}
}

func (m DeskMessage) answer() answer.Message {
	out := answer.Message{Private: m.Private, Calm: m.Instead}
	for line := range strings.SplitSeq(m.Text, "\n") {
		if line == "" {
			out.Text = append(out.Text, nil)
			continue
		}
		out.Text = append(out.Text, answer.Paragraph{{Text: line}})
	}
	for _, row := range m.Buttons {
		keys := make([]answer.Button, len(row))
		for i, k := range row {
			keys[i] = answer.Button{Label: k.Label, URL: k.URL}
			if k.Data != "" {
				keys[i].Do = &answer.Action{Verb: deskVerb, Arg: k.Data, Language: bot.English}
			}
		}
		out.Buttons = append(out.Buttons, keys)
	}
	return out
}

// errDown is why nothing is said at the moment.
var errDown = errors.New("no answer from Telegram")

// Tell says something in a chat that nobody has just written in. It keeps to the
// pace of all messages, and fails at once while Telegram does not answer.
func (b *Bot) Tell(ctx context.Context, chat int64, m DeskMessage) error {
	t := talk{chat: chat, person: chat, job: &item{}}
	for try := 1; ; try++ {
		if b.breaker.ask(time.Now()) > 0 {
			return errDown
		}
		sleep(ctx, b.paces.wait(chat, false, time.Now()))
		t.job.at = 0 // parts of the message that are out already are not repeated
		err := b.sendMessage(ctx, t, m.answer())
		if err == nil {
			return nil
		}
		if retryAfter(err) == 0 || try >= sendTries {
			return b.clean(err)
		}
	}
}

// Name returns the bot's user name, "" before it is known.
func (b *Bot) Name() string { return b.name() }
