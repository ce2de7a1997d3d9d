package bottest

import (
	"regexp"
	"strings"
	"time"
)

// Chat is what one person, or a group, sees.
type Chat struct {
	ID    int64
	Type  string // private, group, supergroup, channel
	Title string // of a group

	api      *BotAPI
	messages map[int]*Message
	next     int // ID of the last message
	events   []Event
	read     int  // events that Reply has returned
	closed   bool // the bot was blocked or thrown out
}

// Message is one message of a chat.
type Message struct {
	ID        int
	FromBot   bool
	Text      string
	Entities  []Entity
	Keyboard  [][]Button
	Contact   *Contact
	Protected bool // cannot be passed on
	Edits     int
	Date      time.Time

	chat   *Chat
	author *Person
	fields map[string]any // of a person's message, as sent
}

// Contact is a telephone number with a name.
type Contact struct{ Name, Phone string }

// What the bot did to a chat.
const (
	Sent      = "sent"
	Edited    = "edited"
	Unchanged = "unchanged" // an edit that would have changed nothing
)

// Event is one thing that the bot did.
type Event struct {
	Kind    string
	Message Message
}

// Reply is what the bot did in answer to one thing: the last event is a message
// with a keyboard.
type Reply []Event

// Text returns the texts of a reply.
func (r Reply) Text() string {
	var texts []string
	for _, e := range r {
		texts = append(texts, e.Message.Text)
	}
	return strings.Join(texts, "\n\n")
}

// Last returns the last message of a reply.
func (r Reply) Last() Message { return r[len(r)-1].Message }

// Buttons returns the buttons of a message, row after row.
func (m Message) Buttons() []Button {
	var all []Button
	for _, row := range m.Keyboard {
		all = append(all, row...)
	}
	return all
}

// Button returns the button with a label that contains the given words.
func (m Message) Button(label string) (Button, bool) {
	for _, b := range m.Buttons() {
		if strings.Contains(b.Label, label) {
			return b, true
		}
	}
	return Button{}, false
}

func (c *Chat) nextLocked() int {
	c.next++
	return c.next
}

// Messages returns what stands in the chat now, oldest first.
func (c *Chat) Messages() []Message {
	c.api.mu.Lock()
	defer c.api.mu.Unlock()
	var all []Message
	for id := 1; id <= c.next; id++ {
		if m := c.messages[id]; m != nil {
			all = append(all, *m)
		}
	}
	return all
}

// Message returns a message as it stands in the chat now.
func (c *Chat) Message(id int) (Message, bool) {
	c.api.mu.Lock()
	defer c.api.mu.Unlock()
	if m := c.messages[id]; m != nil {
		return *m, true
	}
	return Message{}, false
}

// Delete removes a message, as a person may.
func (c *Chat) Delete(id int) {
	c.api.mu.Lock()
	defer c.api.mu.Unlock()
	delete(c.messages, id)
}

// Reply waits for the next reply.
func (c *Chat) Reply() Reply {
	c.api.t.Helper()
	var r Reply
	c.api.Wait("a reply in a chat", func() bool {
		c.api.mu.Lock()
		defer c.api.mu.Unlock()
		for i, e := range c.events[c.read:] {
			if e.Kind == Unchanged || len(e.Message.Keyboard) > 0 {
				r = Reply(c.events[c.read : c.read+i+1])
				c.read += i + 1
				return true
			}
		}
		return false
	})
	return r
}

// Unread returns the events that Reply has not returned yet.
func (c *Chat) Unread() []Event {
	c.api.mu.Lock()
	defer c.api.mu.Unlock()
	return c.events[c.read:len(c.events):len(c.events)]
}

// Post lets a person write a message with any fields of the Bot API's Message
// and returns its ID. It does not wait.
func (c *Chat) Post(by *Person, fields map[string]any) int {
	c.api.mu.Lock()
	defer c.api.mu.Unlock()
	id := c.nextLocked()
	m := Message{ID: id, Date: time.Now(), chat: c, author: by, fields: fields}
	m.Text, _ = fields["text"].(string)
	c.messages[id] = &m
	c.api.updateLocked("message", c.api.messageJSON(m))
	return id
}

// Say lets a person write a text, without waiting.
func (c *Chat) Say(by *Person, text string) int {
	return c.Post(by, map[string]any{"text": text, "entities": entitiesOf(text)})
}

// Press is one press of a button.
type Press struct {
	ID   string
	URL  string // that the answer opened
	Text string // that the answer showed

	answered bool
}

// PressData lets a person press a button of a message as they see it, perhaps
// an old view of it, and waits until the press is answered.
func (c *Chat) PressData(by *Person, on Message, data string) *Press {
	c.api.t.Helper()
	on.chat = c
	return c.api.press(by, map[string]any{"message": c.api.messageJSON(on), "chat_instance": "1", "data": data})
}

// PressOld presses a button of a message that is too old for Telegram to show.
func (c *Chat) PressOld(by *Person, id int, data string) *Press {
	c.api.t.Helper()
	return c.api.press(by, map[string]any{
		"message": map[string]any{"chat": c.json(), "message_id": id, "date": 0}, "chat_instance": "1", "data": data,
	})
}

func (a *BotAPI) press(by *Person, fields map[string]any) *Press {
	a.t.Helper()
	p := &Press{}
	a.mu.Lock()
	p.ID = "press" + itoa(len(a.presses)+1)
	a.presses[p.ID] = p
	fields["id"], fields["from"] = p.ID, by.json()
	a.updateLocked("callback_query", fields)
	a.mu.Unlock()
	a.Wait("an answer to a press", func() bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		return p.answered
	})
	return p
}

func (c *Chat) json() map[string]any {
	if c.Type == "private" {
		return map[string]any{"id": c.ID, "type": c.Type, "first_name": "?"}
	}
	return map[string]any{"id": c.ID, "type": c.Type, "title": c.Title}
}

// messageJSON writes a message as updates and answers carry it.
func (a *BotAPI) messageJSON(m Message) map[string]any {
	out := map[string]any{"message_id": m.ID, "date": m.Date.Unix(), "chat": m.chat.json()}
	for name, value := range m.fields {
		out[name] = value
	}
	if m.author != nil {
		out["from"] = m.author.json()
		return out
	}
	if _, given := out["from"]; m.FromBot && !given {
		out["from"] = a.bot()
	}
	if m.Contact != nil {
		out["contact"] = map[string]any{"phone_number": m.Contact.Phone, "first_name": m.Contact.Name}
	} else if m.Text != "" {
		out["text"], out["entities"] = m.Text, m.Entities
	}
	if m.Protected {
		out["has_protected_content"] = true
	}
	if len(m.Keyboard) > 0 {
		out["reply_markup"] = keyboardJSON(m.Keyboard)
	}
	return out
}

func keyboardJSON(rows [][]Button) map[string]any {
	all := [][]map[string]any{}
	for _, row := range rows {
		var keys []map[string]any
		for _, b := range row {
			k := map[string]any{"text": b.Label}
			switch {
			case b.Data != "":
				k["callback_data"] = b.Data
			case b.URL != "":
				k["url"] = b.URL
			default:
				k["copy_text"] = map[string]any{"text": b.Copy}
			}
			keys = append(keys, k)
		}
		all = append(all, keys)
	}
	return map[string]any{"inline_keyboard": all}
}

var entityForm = regexp.MustCompile(`(?:^|\s)(/[A-Za-z0-9_]{1,32}(?:@\w+)?|@\w{5,32})`)

// entitiesOf marks commands and mentions as Telegram does.
func entitiesOf(text string) []Entity {
	var entities []Entity
	for _, at := range entityForm.FindAllStringSubmatchIndex(text, -1) {
		kind := "mention"
		if text[at[2]] == '/' {
			kind = "bot_command"
		}
		entities = append(entities, Entity{Type: kind, Offset: units(text[:at[2]]), Length: units(text[at[2]:at[3]])})
	}
	return entities
}
