package bottest

import (
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// chatLocked returns the chat that a call writes to, or why it cannot.
func (a *BotAPI) chatLocked(p params) (*Chat, *refusal) {
	id, err := strconv.ParseInt(p["chat_id"], 10, 64)
	if err != nil || p["chat_id"] == "" {
		return nil, bad("chat_id is empty")
	}
	c, ok := a.chats[id]
	switch {
	case !ok:
		return nil, bad("chat not found")
	case c.closed:
		return nil, &refusal{code: http.StatusForbidden, description: "Forbidden: " + map[bool]string{
			true: "bot was blocked by the user", false: "bot was kicked from the " + c.Type + " chat"}[c.Type == "private"]}
	case c.Type == "private" && c.next == 0:
		return nil, &refusal{code: http.StatusForbidden, description: "Forbidden: bot can't initiate conversation with a user"}
	}
	return c, nil
}

// checkReply refuses a reply to nothing.
func checkReply(c *Chat, raw string) *refusal {
	if raw == "" {
		return nil
	}
	var reply struct {
		ID    int  `json:"message_id"`
		Allow bool `json:"allow_sending_without_reply"`
	}
	if json.Unmarshal([]byte(raw), &reply) != nil {
		return bad("can't parse reply parameters")
	}
	if c.messages[reply.ID] == nil && !reply.Allow {
		return bad("message to be replied not found")
	}
	return nil
}

func (a *BotAPI) sendMessage(p params) (any, *refusal) {
	text, entities, refused := checkText(p["text"], p["parse_mode"], p["entities"])
	if refused != nil {
		return nil, refused
	}
	keys, refused := checkKeyboard(p["reply_markup"])
	if refused != nil {
		return nil, refused
	}
	return a.deliverMessage(p, Message{Text: strings.TrimSpace(text), Entities: entities, Keyboard: keys})
}

func (a *BotAPI) sendContact(p params) (any, *refusal) {
	switch {
	case p["phone_number"] == "":
		return nil, bad("phone_number is empty")
	case strings.TrimSpace(p["first_name"]) == "":
		return nil, bad("first_name is empty")
	}
	keys, refused := checkKeyboard(p["reply_markup"])
	if refused != nil {
		return nil, refused
	}
	return a.deliverMessage(p, Message{Contact: &Contact{Name: p["first_name"], Phone: p["phone_number"]}, Keyboard: keys})
}

// deliverMessage puts a message of the bot into a chat.
func (a *BotAPI) deliverMessage(p params, m Message) (any, *refusal) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c, refused := a.chatLocked(p)
	if refused != nil {
		return nil, refused
	}
	if refused := checkReply(c, p["reply_parameters"]); refused != nil {
		return nil, refused
	}
	m.Protected = p["protect_content"] == "true"
	m.FromBot, m.chat, m.Date = true, c, time.Now()
	m.ID = c.nextLocked()
	c.messages[m.ID] = &m
	c.events = append(c.events, Event{Sent, m})
	a.changeLocked()
	return a.messageJSON(m), nil
}

func (a *BotAPI) editMessageText(p params) (any, *refusal) {
	text, entities, refused := checkText(p["text"], p["parse_mode"], p["entities"])
	if refused != nil {
		if refused.description == "Bad Request: message is too long" {
			refused.description = "Bad Request: MESSAGE_TOO_LONG"
		}
		return nil, refused
	}
	keys, refused := checkKeyboard(p["reply_markup"])
	if refused != nil {
		return nil, refused
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	c, refused := a.chatLocked(p)
	if refused != nil {
		return nil, refused
	}
	id, _ := strconv.Atoi(p["message_id"])
	m := c.messages[id]
	switch {
	case m == nil:
		return nil, bad("message to edit not found")
	case !m.FromBot:
		return nil, bad("message can't be edited")
	case m.Contact != nil:
		return nil, bad("there is no text in the message to edit")
	}
	now := *m
	now.Text, now.Entities, now.Keyboard, now.Edits = strings.TrimSpace(text), entities, keys, m.Edits+1
	if now.Text == m.Text && reflect.DeepEqual(now.Keyboard, m.Keyboard) && reflect.DeepEqual(now.Entities, m.Entities) {
		c.events = append(c.events, Event{Unchanged, *m})
		return nil, bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	c.messages[id] = &now
	c.events = append(c.events, Event{Edited, now})
	a.changeLocked()
	return a.messageJSON(now), nil
}

var errOldQuery = bad("query is too old and response timeout expired or query ID is invalid")

func (a *BotAPI) answerCallbackQuery(p params) (any, *refusal) {
	a.mu.Lock()
	defer a.mu.Unlock()
	press, ok := a.presses[p["callback_query_id"]]
	switch {
	case !ok || press.answered:
		return nil, errOldQuery
	case utf8.RuneCountInString(p["text"]) > 200:
		return nil, bad("MESSAGE_TOO_LONG")
	case p["url"] != "" && !deepLinkForm.MatchString(p["url"]):
		return nil, bad("URL_INVALID")
	}
	press.answered, press.URL, press.Text = true, p["url"], p["text"]
	a.changeLocked()
	return true, nil
}

// deepLinkForm is the only address that a bot without games may open.
var deepLinkForm = regexp.MustCompile(`^https://t\.me/` + BotName + `\?start=[A-Za-z0-9_-]{1,64}$`)

// InlineResult is a card offered for an inline query.
type InlineResult struct {
	ID, Title, Description, Text string
	Entities                     []Entity
}

func (a *BotAPI) answerInlineQuery(p params) (any, *refusal) {
	var raw []struct {
		Type        string `json:"type"`
		ID          string `json:"id"`
		Title       string `json:"title"`
		Description string `json:"description"`
		Content     struct {
			Text     string          `json:"message_text"`
			Mode     string          `json:"parse_mode"`
			Entities json.RawMessage `json:"entities"`
		} `json:"input_message_content"`
	}
	if json.Unmarshal([]byte(p["results"]), &raw) != nil {
		return nil, bad("can't parse inline query results JSON object")
	}
	if len(raw) > maxResults {
		return nil, bad("RESULTS_TOO_MUCH")
	}
	seen := map[string]bool{}
	var results []InlineResult
	for _, r := range raw {
		text, entities, refused := checkText(r.Content.Text, r.Content.Mode, string(r.Content.Entities))
		switch {
		case r.Type != "article":
			return nil, bad("can't parse inline query result: unsupported type")
		case r.ID == "" || len(r.ID) > 64:
			return nil, bad("RESULT_ID_INVALID")
		case seen[r.ID]:
			return nil, bad("RESULT_ID_DUPLICATE")
		case r.Title == "":
			return nil, bad("ARTICLE_TITLE_EMPTY")
		case refused != nil:
			return nil, refused
		}
		seen[r.ID] = true
		results = append(results, InlineResult{r.ID, r.Title, r.Description, text, entities})
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	q, ok := a.queries[p["inline_query_id"]]
	if !ok || q.answered {
		return nil, errOldQuery
	}
	q.answered, q.Results, q.Personal = true, results, p["is_personal"] == "true"
	a.changeLocked()
	return true, nil
}

var (
	commandForm  = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	languageForm = regexp.MustCompile(`^([a-z]{2})?$`)
)

func (a *BotAPI) setMyCommands(p params) (any, *refusal) {
	var commands []struct {
		Command     string `json:"command"`
		Description string `json:"description"`
	}
	if json.Unmarshal([]byte(p["commands"]), &commands) != nil {
		return nil, bad("can't parse commands: expected an Array of BotCommand")
	}
	if len(commands) > 100 {
		return nil, bad("BOT_COMMANDS_TOO_MUCH")
	}
	for _, c := range commands {
		if !commandForm.MatchString(c.Command) {
			return nil, bad("BOT_COMMAND_INVALID")
		}
		if n := utf8.RuneCountInString(c.Description); n < 1 || n > 256 {
			return nil, bad("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	return a.setProfile("setMyCommands", p, p["commands"])
}

func (a *BotAPI) setMyText(method string, p params, field string, limit int) (any, *refusal) {
	if utf8.RuneCountInString(p[field]) > limit {
		return nil, bad("%s is too long", field)
	}
	return a.setProfile(method, p, p[field])
}

func (a *BotAPI) setProfile(method string, p params, value string) (any, *refusal) {
	if !languageForm.MatchString(p["language_code"]) {
		return nil, bad("LANG_CODE_INVALID")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.profile[method+" "+p["language_code"]] = value
	a.changeLocked()
	return true, nil
}
