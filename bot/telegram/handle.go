package telegram

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/go-telegram/bot/models"

	"prystan/bot"
	"prystan/bot/answer"
)

// updateTime is how long one update may take, waits for Telegram included.
const updateTime = 3 * time.Minute

// handle deals with one update. Whatever goes wrong in it stays in it.
func (b *Bot) handle(ctx context.Context, u update) {
	ctx, cancel := context.WithTimeout(ctx, updateTime)
	defer cancel()
	if b.survives(u.id, func() { b.dispatch(ctx, u.what) }) {
		return
	}
	b.survives(u.id, func() { b.apologise(ctx, u.what) })
}

// survives reports whether do returned. A panic is counted and noted without
// its value, which may hold what a person wrote.
func (b *Bot) survives(id int64, do func()) (fine bool) {
	defer func() {
		if p := recover(); p != nil {
			b.counters.panics.Add(1)
			b.log.Error("a defect in the program ended an update", "update", id,
				"panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
		}
	}()
	do()
	return true
}

func (b *Bot) dispatch(ctx context.Context, u *models.Update) {
	switch {
	case u.Message != nil:
		b.message(ctx, u.Message)
	case u.EditedMessage != nil:
		b.edited(ctx, u.EditedMessage)
	case u.CallbackQuery != nil:
		b.press(ctx, u.CallbackQuery)
	case u.InlineQuery != nil:
		b.inline(ctx, u.InlineQuery)
	case u.MyChatMember != nil:
		b.membership(ctx, u.MyChatMember)
	}
}

// apologise tells a person that their message could not be answered.
func (b *Bot) apologise(ctx context.Context, u *models.Update) {
	m := u.Message
	if m == nil {
		m = u.EditedMessage
	}
	switch {
	case m != nil && m.From != nil && m.Chat.Type == models.ChatTypePrivate:
		t := b.talkOf(m)
		b.failed(ctx, t, b.session(ctx, t))
	case u.CallbackQuery != nil:
		if chat, private := pressedIn(u.CallbackQuery); private {
			t := talk{chat: chat, person: u.CallbackQuery.From.ID, client: bot.Language(u.CallbackQuery.From.LanguageCode)}
			b.failed(ctx, t, b.session(ctx, t))
		}
	}
}

// message answers a message, if it is for us.
func (b *Bot) message(ctx context.Context, m *models.Message) {
	t, text, ok := b.heard(m)
	if !ok {
		return
	}
	if in, ok := b.input(m, t, text); ok {
		reply := b.turn(ctx, t, in)
		if t.group && secret(reply) {
			reply = b.discreet(ctx, reply)
		}
		b.send(ctx, t, reply, nil)
	}
}

// editTime is how long after it was sent an edited message is answered anew.
const editTime = time.Minute

// edited answers a message that was put right soon after it was sent. The
// steps of a live location are edits too, and need no answer.
func (b *Bot) edited(ctx context.Context, m *models.Message) {
	if time.Duration(m.EditDate-m.Date)*time.Second > editTime || m.Location != nil {
		return
	}
	b.message(ctx, m)
}

// press does what a button says, and stops the button's clock whatever happens.
func (b *Bot) press(ctx context.Context, q *models.CallbackQuery) {
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
		return // under a card that was passed on: those have no buttons of ours
	}
	t := talk{chat: chat, person: q.From.ID, group: !private, client: bot.Language(q.From.LanguageCode)}
	if m := q.Message.Message; m != nil && m.IsTopicMessage {
		t.thread = m.MessageThreadID
	}
	in := answer.Input{Strange: true}
	action, err := answer.ParseAction(q.Data)
	if err == nil {
		in = answer.Input{Press: &action}
	}
	reply := b.turn(ctx, t, in)
	if t.group && secret(reply) {
		// The answer is for the one who pressed, and waits in their own chat.
		finish(b.deepLink(action))
		return
	}
	finish("")
	b.send(ctx, t, reply, q.Message.Message)
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
func (b *Bot) membership(ctx context.Context, m *models.ChatMemberUpdated) {
	is, was := m.NewChatMember.Type, m.OldChatMember.Type
	if out(is) {
		b.forget(ctx, talk{chat: m.Chat.ID, person: m.Chat.ID})
		return
	}
	if out(was) && isGroup(m.Chat.Type) {
		t := talk{chat: m.Chat.ID, person: m.From.ID, group: true}
		reply, _, err := b.config.Conversation.Turn(ctx, answer.Session{},
			answer.Input{Text: "/start", Client: bot.Language(m.From.LanguageCode)})
		if err != nil {
			b.complain("greeting a group", err)
		}
		b.send(ctx, t, reply, nil)
	}
}

func out(t models.ChatMemberType) bool {
	return t == models.ChatMemberTypeLeft || t == models.ChatMemberTypeBanned
}

// turn takes one turn of the conversation and keeps what it says to keep.
func (b *Bot) turn(ctx context.Context, t talk, in answer.Input) answer.Reply {
	in.Client = t.client
	reply, next, err := b.config.Conversation.Turn(ctx, b.session(ctx, t), in)
	if err != nil {
		b.complain("counting", err)
	}
	b.keep(ctx, t, reply, next)
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
