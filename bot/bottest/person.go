package bottest

import (
	"strconv"
	"time"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Person is somebody with Telegram on their phone. Chat is the one they have
// with the bot.
type Person struct {
	ID       int64
	Name     string
	Username string
	Language string // of their Telegram, "" if it does not say
	*Chat
}

// NewPerson returns somebody new whose Telegram speaks a language.
func (a *BotAPI) NewPerson(language string) *Person {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.people++
	p := &Person{ID: a.people, Name: "Olha", Username: "olha_" + strconv.FormatInt(a.people, 10), Language: language}
	p.Chat = a.chatOf(p.ID, "private", "")
	return p
}

// NewGroup returns a group that the bot is a member of.
func (a *BotAPI) NewGroup(title string) *Chat {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.people++
	return a.chatOf(-1_000_000_000_000-a.people, "supergroup", title)
}

// NewChannel returns a channel that the bot can post to.
func (a *BotAPI) NewChannel(title string) *Chat {
	c := a.NewGroup(title)
	c.Type = "channel"
	return c
}

func (a *BotAPI) chatOf(id int64, kind, title string) *Chat {
	c := &Chat{ID: id, Type: kind, Title: title, api: a, messages: make(map[int]*Message)}
	a.chats[id] = c
	return c
}

func (p *Person) json() map[string]any {
	out := map[string]any{"id": p.ID, "is_bot": false, "first_name": p.Name, "username": p.Username}
	if p.Language != "" {
		out["language_code"] = p.Language
	}
	return out
}

// Say writes a text to the bot and waits for the reply.
func (p *Person) Say(text string) Reply {
	p.api.t.Helper()
	p.Chat.Say(p, text)
	return p.Reply()
}

// Post sends a message with any fields of the Bot API's Message to the bot and
// returns its ID. It does not wait.
func (p *Person) Post(fields map[string]any) int { return p.Chat.Post(p, fields) }

// Send is Post, and waits for the reply.
func (p *Person) Send(fields map[string]any) Reply {
	p.api.t.Helper()
	p.Post(fields)
	return p.Reply()
}

// ShareLocation shares a place and waits for the reply.
func (p *Person) ShareLocation(latitude, longitude float64) Reply {
	p.api.t.Helper()
	return p.Send(map[string]any{"location": map[string]any{"latitude": latitude, "longitude": longitude}})
}

// Edit changes a text that was sent before, some time after it was sent. It
// does not wait.
func (p *Person) Edit(id int, text string, after time.Duration) {
	p.api.mu.Lock()
	defer p.api.mu.Unlock()
	m := *p.messages[id]
	m.Text = text
	m.fields = map[string]any{"text": text, "entities": entitiesOf(text), "edit_date": m.Date.Add(after).Unix()}
	p.messages[id] = &m
	p.api.updateLocked("edited_message", p.api.messageJSON(m))
}

// Press presses the latest button whose label contains the given words, and
// waits for the press to be answered and for the reply.
func (p *Person) Press(label string) Reply {
	p.api.t.Helper()
	messages := p.Messages()
	for i := len(messages) - 1; i >= 0; i-- {
		if b, ok := messages[i].Button(label); ok && b.Data != "" {
			p.PressData(p, messages[i], b.Data)
			return p.Reply()
		}
	}
	p.api.t.Fatalf("there is no button %q to press", label)
	return nil
}

// Block blocks the bot.
func (p *Person) Block() { p.member("member", "kicked") }

// Unblock lets the bot write again.
func (p *Person) Unblock() { p.member("kicked", "member") }

func (p *Person) member(was, is string) { p.Member(p, was, is) }

// Member changes what the bot is in a chat: "member", "left", "kicked".
func (c *Chat) Member(by *Person, was, is string) {
	c.api.mu.Lock()
	defer c.api.mu.Unlock()
	c.closed = is == "kicked" || is == "left"
	status := func(s string) map[string]any {
		return map[string]any{"status": s, "user": c.api.bot(), "until_date": 0}
	}
	c.api.updateLocked("my_chat_member", map[string]any{
		"chat": c.json(), "from": by.json(), "date": time.Now().Unix(),
		"old_chat_member": status(was), "new_chat_member": status(is),
	})
}

// InlineAnswer is what the bot offers for an inline query.
type InlineAnswer struct {
	Results  []InlineResult
	Personal bool

	answered bool
}

// Inline types a query after the bot's name in some chat and waits for what is
// offered.
func (p *Person) Inline(query string) InlineAnswer {
	p.api.t.Helper()
	a := p.api
	q := &InlineAnswer{}
	a.mu.Lock()
	id := "inline" + itoa(len(a.queries)+1)
	a.queries[id] = q
	a.updateLocked("inline_query", map[string]any{"id": id, "from": p.json(), "query": query, "offset": ""})
	a.mu.Unlock()
	a.Wait("an answer to an inline query", func() bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		return q.answered
	})
	a.mu.Lock()
	defer a.mu.Unlock()
	return *q
}
