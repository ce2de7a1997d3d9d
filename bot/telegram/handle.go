package telegram

import (
	"context"
	"fmt"
	"time"

	"github.com/go-telegram/bot/models"

	"prystan/bot"
	"prystan/bot/answer"
)

// updateTime is how long one update may take, waits for Telegram included.
const updateTime = 3 * time.Minute

// handle deals with one update. Whatever goes wrong in it stays in it.
// It fails when the answer could not be sent now and should be tried again.
func (b *Bot) handle(ctx context.Context, it *item, u update) (err error) {
	ctx, cancel := context.WithTimeout(ctx, updateTime)
	defer cancel()
	it.at = 0
	if b.survives(u.id, func() { err = b.attempt(ctx, it, u.what) }) {
		return err
	}
	b.survives(u.id, func() { b.apologise(ctx, u.what, b.config.Conversation.Failed) })
	return nil
}

// attempt sends an answer that could not be sent before, or takes the turn.
func (b *Bot) attempt(ctx context.Context, it *item, u *models.Update) error {
	switch {
	case it.excess:
		b.apologise(ctx, u, b.config.Conversation.TooMany)
		return nil
	case it.unsent != nil:
		return b.send(ctx, it.unsent.talk, it.unsent.reply, it.unsent.pressed)
	}
	return b.dispatch(ctx, it, u)
}

// survives reports whether do returned. A panic is counted and noted without
// its value, which may hold what a person wrote.
func (b *Bot) survives(id int64, do func()) (fine bool) {
	defer func() {
		if p := recover(); p != nil {
			b.counters.panics.Add(1)
			b.log.Error("a defect in the program ended an update", "update", id,
				"panic", fmt.Sprintf("%T", p), "stack", bot.Stack())
		}
	}()
	do()
	return true
}

func (b *Bot) dispatch(ctx context.Context, it *item, u *models.Update) error {
	switch {
	case u.Message != nil:
		return b.message(ctx, it, u.Message)
	case u.EditedMessage != nil:
		return b.edited(ctx, it, u.EditedMessage)
	case u.CallbackQuery != nil:
		return b.press(ctx, it, u.CallbackQuery)
	case u.InlineQuery != nil:
		b.inline(ctx, u.InlineQuery)
	case u.MyChatMember != nil:
		return b.membership(ctx, it, u.MyChatMember)
	}
	return nil
}

// apologise tells a person why their message was not answered.
func (b *Bot) apologise(ctx context.Context, u *models.Update, why func(answer.Session) string) {
	m := u.Message
	if m == nil {
		m = u.EditedMessage
	}
	switch {
	case m != nil && m.From != nil && m.Chat.Type == models.ChatTypePrivate:
		t := b.talkOf(m)
		b.sorry(ctx, t, b.session(ctx, t), why)
	case u.CallbackQuery != nil:
		if chat, private := pressedIn(u.CallbackQuery); private {
			t := talk{chat: chat, person: u.CallbackQuery.From.ID, client: bot.Language(u.CallbackQuery.From.LanguageCode)}
			b.sorry(ctx, t, b.session(ctx, t), why)
		}
	}
}

// message answers a message, if it is for us.
func (b *Bot) message(ctx context.Context, it *item, m *models.Message) error {
	t, text, ok := b.heard(m)
	if !ok {
		return nil
	}
	t.job = it
	if ask, ok := b.askedDesk(text); ok {
		return b.atDesk(ctx, t, ask)
	}
	in, ok := b.input(m, t, text)
	if !ok {
		return nil
	}
	in.Heard = it.heard
	reply := b.turn(ctx, t, in)
	if t.group && secret(reply) {
		reply = b.discreet(ctx, reply)
	}
	return b.send(ctx, t, reply, nil)
}

// editTime is how long after it was sent an edited message is answered anew.
const editTime = time.Minute

// edited answers a message that was put right soon after it was sent. The
// steps of a live location are edits too, and need no answer.
func (b *Bot) edited(ctx context.Context, it *item, m *models.Message) error {
	if time.Duration(m.EditDate-m.Date)*time.Second > editTime || m.Location != nil {
		return nil
	}
	return b.message(ctx, it, m)
}

// press does what a button says, and stops the button's clock whatever happens.
func (b *Bot) press(ctx context.Context, it *item, q *models.CallbackQuery) error {
	answered := false
	finish := func(address string) {
		if !answered {
			answered = true
			b.answerPress(ctx, q.ID, address)
		}
	}
	defer finish("")
	chat, private := pressedIn(q)
	if chat == 0 {
		return nil // under a card that was passed on: those have no buttons of ours
	}
	t := talk{chat: chat, person: q.From.ID, group: !private, client: bot.Language(q.From.LanguageCode), job: it}
	if m := q.Message.Message; m != nil && m.IsTopicMessage {
		t.thread = m.MessageThreadID
	}
	in := answer.Input{Strange: true}
	action, err := answer.ParseAction(q.Data)
	if err == nil && action.Verb == deskVerb && b.config.Desk != nil {
		return b.pressDesk(ctx, t, q.Message.Message, action.Arg, func() { finish("") })
	}
	if err == nil {
		in = answer.Input{Press: &action}
	}
	reply := b.turn(ctx, t, in)
	if t.group && secret(reply) {
		// The answer is for the one who pressed, and waits in their own chat.
		finish(b.deepLink(action))
		return nil
	}
	finish("")
	return b.send(ctx, t, reply, q.Message.Message)
}

// pressedIn returns the chat of the message whose button was pressed, 0 if it
// is in none, and whether that is the person's own chat with the bot.
func pressedIn(q *models.CallbackQuery) (chat int64, private bool) {
	switch {
	case q.Message.Message != nil:
		c := q.Message.Message.Chat
		return c.ID, c.Type == models.ChatTypePrivate
	case q.Message.InaccessibleMessage != nil:
		c := q.Message.InaccessibleMessage.Chat
		return c.ID, c.Type == models.ChatTypePrivate
	}
	return 0, false
}

// membership forgets a chat that the bot was thrown out of, and greets a group
// that it was taken into.
func (b *Bot) membership(ctx context.Context, it *item, m *models.ChatMemberUpdated) error {
	is, was := m.NewChatMember.Type, m.OldChatMember.Type
	if out(is) {
		b.forget(ctx, talk{chat: m.Chat.ID, person: m.Chat.ID})
		return nil
	}
	if out(was) && isGroup(m.Chat.Type) {
		t := talk{chat: m.Chat.ID, person: m.From.ID, group: true, job: it}
		reply, _, err := b.config.Conversation.Turn(ctx, answer.Session{},
			answer.Input{Text: "/start", Client: bot.Language(m.From.LanguageCode)})
		if err != nil {
			b.complain("greeting a group", err)
		}
		return b.send(ctx, t, reply, nil)
	}
	return nil
}

func out(t models.ChatMemberType) bool {
	return t == models.ChatMemberTypeLeft || t == models.ChatMemberTypeBanned
}

// turn takes one turn of the conversation and keeps what it says to keep.
func (b *Bot) turn(ctx context.Context, t talk, in answer.Input) answer.Reply {
	in.Client = t.client
	b.thinking <- struct{}{}
	defer func() { <-b.thinking }()
	reply, next, err := b.config.Conversation.Turn(ctx, b.session(ctx, t), in)
	if err != nil {
		b.complain("counting", err)
	}
	b.keep(ctx, t, reply, next)
	if t.job != nil && reply.Question.Urgent {
		t.job.Urgent = true
	}
	return reply
}

// session returns what is remembered of a talk; a new one begins with what was
// once chosen in the chat.
func (b *Bot) session(ctx context.Context, t talk) answer.Session {
	s := b.sessions.Get(b.key(t), b.config.Now())
	if s != (answer.Session{}) || t.group {
		return s
	}
	l, c, err := b.config.Choices.Choice(ctx, t.chat)
	if err != nil {
		b.complain("reading a choice", err)
	}
	return answer.Session{Language: l, Country: c}
}

// keep remembers a turn. In a group only the language of each person is
// remembered, so that nobody's country or topic shows to others.
func (b *Bot) keep(ctx context.Context, t talk, reply answer.Reply, next answer.Session) {
	if reply.Forget {
		b.forget(ctx, talk{chat: t.person, person: t.person})
		b.sessions.Drop(b.key(t))
		return
	}
	if t.group {
		b.sessions.Put(b.key(t), answer.Session{Language: next.Language}, b.config.Now())
		return
	}
	b.sessions.Put(b.key(t), next, b.config.Now())
	if reply.Remember != nil {
		if err := b.config.Choices.Choose(ctx, t.chat, reply.Remember.Language, reply.Remember.Country); err != nil {
			b.complain("keeping a choice", err)
		}
	}
}

// forget removes everything kept about a chat.
func (b *Bot) forget(ctx context.Context, t talk) {
	b.sessions.Drop(b.key(t))
	if err := b.config.Choices.Forget(ctx, t.chat); err != nil {
		b.complain("forgetting a chat", err)
	}
}
