package telegram

import (
	"context"
	"errors"
	"net/http"
	"strings"

	api "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/locales"
)

// send brings a reply to where the talk is. pressed is the message whose button
// led to it, nil if none did: a menu takes the place of a menu.
func (b *Bot) send(ctx context.Context, t talk, r answer.Reply, pressed *models.Message) {
	if len(r.Messages) == 1 && r.Messages[0].Calm && replaceable(pressed) {
		if b.replace(ctx, t, pressed.ID, b.hinted(t, r.Language, r.Messages[0])) {
			return
		}
	}
	for _, m := range r.Messages {
		if err := b.sendMessage(ctx, t, b.hinted(t, r.Language, m)); err != nil {
			b.undelivered(ctx, t, r, err)
			return
		}
	}
}

// undelivered deals with a message that could not be sent: a person who blocked
// the bot is forgotten; one whose answer Telegram finds wrong is told so.
func (b *Bot) undelivered(ctx context.Context, t talk, r answer.Reply, err error) {
	switch {
	case isRefusal(err, http.StatusForbidden):
		b.counters.blocked.Add(1)
		b.forget(ctx, t)
	case isRefusal(err, http.StatusBadRequest):
		b.counters.refused.Add(1)
		b.log.Error("Telegram refused an answer", "error", b.clean(err).Error(),
			"topic", r.Question.Topic, "language", r.Language, "country", r.Question.Country)
		b.failed(ctx, t, answer.Session{Language: r.Language, Country: r.Question.Country})
	default:
		b.complain("sending an answer", err)
	}
}

// failed says in plain words that an answer could not be shown.
func (b *Bot) failed(ctx context.Context, t talk, s answer.Session) {
	if s.Language == "" {
		s.Language = answer.Greet(t.client)
	}
	text := part{text: b.config.Conversation.Failed(s)}
	if err := b.sendPart(ctx, t, text, nil, false); err != nil {
		b.complain("sending an apology", err)
	}
}

// sendMessage sends one message of a reply.
func (b *Bot) sendMessage(ctx context.Context, t talk, m answer.Message) error {
	if m.Contact != nil {
		return b.sendContact(ctx, t, *m.Contact)
	}
	parts := render(m.Text)
	for i, p := range parts {
		var keys models.ReplyMarkup
		if i == len(parts)-1 {
			keys = markup(m.Buttons)
		}
		if err := b.sendPart(ctx, t, p, keys, m.Private); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bot) sendPart(ctx context.Context, t talk, p part, keys models.ReplyMarkup, private bool) error {
	params := &api.SendMessageParams{
		ChatID: t.chat, MessageThreadID: t.thread, Text: p.text, Entities: p.entities,
		LinkPreviewOptions: noPreview(), ProtectContent: private, ReplyParameters: t.replyTo(), ReplyMarkup: keys,
	}
	return b.deliverMessage(ctx, func(ctx context.Context) error {
		_, err := b.client.SendMessage(ctx, params)
		return err
	})
}

func (b *Bot) sendContact(ctx context.Context, t talk, c answer.Contact) error {
	params := &api.SendContactParams{
		ChatID: t.chat, MessageThreadID: t.thread, FirstName: sane(c.Name), PhoneNumber: c.Phone,
		ReplyParameters: t.replyTo(),
	}
	return b.deliverMessage(ctx, func(ctx context.Context) error {
		_, err := b.client.SendContact(ctx, params)
		return err
	})
}

// replace puts a menu in the place of another and reports whether that needs no
// new message: it is done, nothing was to be changed, or nobody is there.
func (b *Bot) replace(ctx context.Context, t talk, id int, m answer.Message) bool {
	parts := render(m.Text)
	if len(parts) != 1 {
		return false
	}
	params := &api.EditMessageTextParams{
		ChatID: t.chat, MessageID: id, Text: parts[0].text, Entities: parts[0].entities,
		LinkPreviewOptions: noPreview(), ReplyMarkup: markup(m.Buttons),
	}
	err := b.deliverMessage(ctx, func(ctx context.Context) error {
		_, err := b.client.EditMessageText(ctx, params)
		return err
	})
	return err == nil || notModified(err)
}

// deliverMessage makes a call that shows something to a person.
func (b *Bot) deliverMessage(ctx context.Context, do func(context.Context) error) error {
	b.pace.wait(ctx)
	err := b.call(ctx, manyTries, do)
	if err == nil {
		b.counters.messages.Add(1)
	}
	return err
}

// notModified reports whether an edit would have changed nothing.
func notModified(err error) bool {
	var r *refusal
	return errors.As(err, &r) && r.code == http.StatusBadRequest && strings.Contains(r.description, "message is not modified")
}

// answerPress stops the clock on a button, or opens an address. A press that is
// too old to be answered needs none.
func (b *Bot) answerPress(ctx context.Context, id, address string) {
	params := &api.AnswerCallbackQueryParams{CallbackQueryID: id, URL: address}
	err := b.call(ctx, fewTries, func(ctx context.Context) error {
		_, err := b.client.AnswerCallbackQuery(ctx, params)
		return err
	})
	if err != nil && !isRefusal(err, http.StatusBadRequest) {
		b.complain("answering a press", err)
	}
}

// replyTo points at the message that is answered in a group.
func (t talk) replyTo() *models.ReplyParameters {
	if t.about == 0 {
		return nil
	}
	return &models.ReplyParameters{MessageID: t.about, AllowSendingWithoutReply: true}
}

func noPreview() *models.LinkPreviewOptions {
	return &models.LinkPreviewOptions{IsDisabled: api.True()}
}

// hinted adds to the list of all countries that a location will do as well.
func (b *Bot) hinted(t talk, l bot.Language, m answer.Message) answer.Message {
	countries := 0
	for _, row := range m.Buttons {
		for _, k := range row {
			if k.Do != nil && k.Do.Verb == answer.SetCountry {
				countries++
			}
		}
	}
	if t.group || countries <= bot.Neighbours || b.config.Locate == nil {
		return m
	}
	hint := answer.Paragraph{{Text: b.say(l, locales.SendLocation), Style: answer.Quiet}}
	m.Text = append(m.Text[:len(m.Text):len(m.Text)], hint)
	return m
}

// discreet is what a group sees in place of an answer about somebody's own
// situation: the menu, and the way to a chat of their own.
func (b *Bot) discreet(ctx context.Context, secret answer.Reply) answer.Reply {
	r, _, err := b.config.Conversation.Turn(ctx, answer.Session{Language: secret.Language}, answer.Input{Text: "/help"})
	if err != nil {
		b.complain("counting", err)
	}
	own := answer.Button{Label: b.say(r.Language, locales.ButtonChat), URL: "https://t.me/" + b.name()}
	for i := range r.Messages {
		r.Messages[i].Buttons = append([][]answer.Button{{own}}, r.Messages[i].Buttons...)
	}
	return r
}

// deepLink leads from a button in a group into the person's own chat, in the
// language and country of the button.
func (b *Bot) deepLink(a answer.Action) string {
	words := make([]string, 0, 3)
	for _, w := range []string{string(a.Country), string(a.Language)} {
		if w != "" {
			words = append(words, w)
		}
	}
	if a.Verb == answer.ShowDanger {
		words = append(words, "sos")
	}
	return "https://t.me/" + b.name() + "?start=" + strings.Join(words, "_")
}
