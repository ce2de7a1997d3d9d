package telegram

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	api "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/locales"
)

// unsent is a reply that could not be sent whole.
type unsent struct {
	talk    talk
	reply   answer.Reply
	pressed *models.Message
}

// send brings a reply to where the talk is. pressed is the message whose button
// led to it, nil if none did: a menu takes the place of a menu. It fails when
// the rest of the reply should be tried again later.
func (b *Bot) send(ctx context.Context, t talk, r answer.Reply, pressed *models.Message) error {
	err := b.sendAll(ctx, t, r, pressed)
	if err == nil {
		b.observe(t.job, r)
		return nil
	}
	if b.undelivered(ctx, t, r, err) || t.job == nil {
		return nil
	}
	t.job.unsent = &unsent{t, r, pressed}
	return err
}

func (b *Bot) sendAll(ctx context.Context, t talk, r answer.Reply, pressed *models.Message) error {
	if len(r.Messages) == 1 && r.Messages[0].Calm && replaceable(pressed) {
		if done, err := b.replace(ctx, t, pressed.ID, b.hinted(t, r.Language, r.Messages[0])); done || err != nil {
			return err
		}
	}
	for _, m := range r.Messages {
		if err := b.sendMessage(ctx, t, b.hinted(t, r.Language, m)); err != nil {
			return err
		}
	}
	return nil
}

// undelivered deals with a message that could not be sent: a person who blocked
// the bot is forgotten; one whose answer Telegram finds wrong is told so. It
// reports false where the message may get through later.
func (b *Bot) undelivered(ctx context.Context, t talk, r answer.Reply, err error) bool {
	switch {
	case temporary(err):
		b.complain("sending an answer", err)
		return false
	case isRefusal(err, http.StatusForbidden):
		b.counters.blocked.Add(1)
		b.forget(ctx, t)
	default:
		b.counters.refused.Add(1)
		b.log.Error("Telegram refused an answer", "error", b.clean(err).Error(),
			"topic", r.Question.Topic, "language", r.Language, "country", r.Question.Country)
		b.sorry(ctx, t, answer.Session{Language: r.Language, Country: r.Question.Country}, b.config.Conversation.Failed)
	}
	return true
}

// sorry says in plain words why there is no answer.
func (b *Bot) sorry(ctx context.Context, t talk, s answer.Session, why func(answer.Session) string) {
	if s.Language == "" {
		s.Language = answer.Greet(t.client)
	}
	t.job = nil
	if err := b.sendPart(ctx, t, part{text: why(s)}, nil, false); err != nil {
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
	return b.deliverMessage(ctx, t, func(ctx context.Context) error {
		return b.tell(ctx, "sendMessage", params)
	})
}

func (b *Bot) sendContact(ctx context.Context, t talk, c answer.Contact) error {
	params := &api.SendContactParams{
		ChatID: t.chat, MessageThreadID: t.thread, FirstName: valid(c.Name), PhoneNumber: c.Phone,
		ReplyParameters: t.replyTo(),
	}
	return b.deliverMessage(ctx, t, func(ctx context.Context) error {
		return b.tell(ctx, "sendContact", params)
	})
}

// replace puts a menu in the place of another. It reports false where that needs
// a new message.
func (b *Bot) replace(ctx context.Context, t talk, id int, m answer.Message) (done bool, err error) {
	parts := render(m.Text)
	if len(parts) != 1 {
		return false, nil
	}
	params := &api.EditMessageTextParams{
		ChatID: t.chat, MessageID: id, Text: parts[0].text, Entities: parts[0].entities,
		LinkPreviewOptions: noPreview(), ReplyMarkup: markup(m.Buttons),
	}
	err = b.deliverMessage(ctx, t, func(ctx context.Context) error {
		return b.tell(ctx, "editMessageText", params)
	})
	switch {
	case err == nil || notModified(err):
		return true, nil
	case isRefusal(err, http.StatusForbidden) || temporary(err):
		return false, err
	}
	if t.job != nil {
		t.job.at-- // the message to come takes its place
	}
	return false, nil
}

// deliverMessage makes a call that shows something to a person, unless that was
// shown in an earlier try.
func (b *Bot) deliverMessage(ctx context.Context, t talk, do func(context.Context) error) error {
	urgent := false
	if t.job != nil {
		if t.job.at++; t.job.at <= t.job.Sent {
			return nil
		}
		urgent = t.job.Urgent
	}
	if err := b.gate.pass(ctx, urgent); err != nil {
		return err
	}
	err := b.brief(ctx, sendTries, do)
	if wait := retryAfter(err); wait > 0 {
		b.throttled(t.chat, wait)
	}
	if err != nil {
		return err
	}
	b.counters.messages.Add(1)
	b.paces.sent(t.chat)
	if t.job != nil {
		t.job.Sent = t.job.at
	}
	return nil
}

// throttled heeds that Telegram asked to wait.
func (b *Bot) throttled(chat int64, wait time.Duration) {
	b.counters.throttled.Add(1)
	if b.paces.blocked(chat, wait) {
		b.gate.pause(wait)
	}
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
	err := b.brief(ctx, fewTries, func(ctx context.Context) error {
		return b.tell(ctx, "answerCallbackQuery", params)
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
