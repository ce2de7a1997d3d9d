package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/go-telegram/bot/models"

	"prystan/bot"
	"prystan/bot/answer"
)

// update is one update with the form in which Telegram sent it.
type update struct {
	id   int64
	raw  json.RawMessage
	what *models.Update
}

// errShape marks what is no update, and most often no JSON either.
var errShape = errors.New("not an update")

// readUpdate decodes one update. An update that has an id but holds what the
// library does not know yet is returned together with an error.
func readUpdate(raw []byte) (update, error) {
	u := update{raw: raw, what: &models.Update{}}
	err := json.Unmarshal(raw, u.what)
	if err == nil {
		u.id = u.what.ID
		return u, nil
	}
	var head struct {
		ID int64 `json:"update_id"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return update{}, errors.Join(errShape, err)
	}
	u.id, u.what = head.ID, &models.Update{ID: head.ID}
	return u, fmt.Errorf("decoding update: %w", err)
}

// lane returns what an update must keep its place in: its chat, or the person
// where it belongs to none.
func (u update) lane() int64 {
	switch w := u.what; {
	case w.Message != nil:
		return w.Message.Chat.ID
	case w.EditedMessage != nil:
		return w.EditedMessage.Chat.ID
	case w.CallbackQuery != nil:
		if chat, _ := pressedIn(w.CallbackQuery); chat != 0 {
			return chat
		}
		return w.CallbackQuery.From.ID
	case w.InlineQuery != nil && w.InlineQuery.From != nil:
		return w.InlineQuery.From.ID
	case w.MyChatMember != nil:
		return w.MyChatMember.Chat.ID
	}
	return 0
}

// urgent reports whether an update seems to come from somebody in danger, and
// what was heard to find that out. It decides who is answered first, not what the
// answer is.
func (b *Bot) urgent(u *models.Update) (bool, *answer.Heard) {
	m := u.Message
	if m == nil {
		m = u.EditedMessage
	}
	switch {
	case m != nil && m.From != nil && !m.From.IsBot:
		text := m.Text
		if text == "" {
			text = m.Caption
		}
		if text = words(text); strings.HasPrefix(text, "/") {
			return strings.HasPrefix(text, "/sos"), nil
		}
		if text == "" {
			return false, nil
		}
		heard := b.config.Conversation.Hear(text, bot.Language(m.From.LanguageCode))
		return heard.Urgent(), heard
	case u.CallbackQuery != nil:
		action, err := answer.ParseAction(u.CallbackQuery.Data)
		return err == nil && action.Verb == answer.ShowDanger, nil
	}
	return false, nil
}
