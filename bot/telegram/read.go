package telegram

import (
	"errors"
	"hash/maphash"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/go-telegram/bot/models"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/locales"
)

// talk is where somebody speaks with the bot.
type talk struct {
	chat   int64
	person int64
	group  bool         // others read along
	thread int          // topic of a forum, 0 = none
	about  int          // message that is answered in a group, 0 = none
	client bot.Language // of the person's program
	job    *item        // that is answered; nil: what is said is not noted
}

// key is what the talk's session is remembered under: in a group, each person
// has their own.
func (b *Bot) key(t talk) int64 {
	if !t.group {
		return t.chat
	}
	return int64(maphash.Comparable(b.seed, [2]int64{t.chat, t.person}))
}

// talkOf returns the talk that a message belongs to.
func (b *Bot) talkOf(m *models.Message) talk {
	t := talk{chat: m.Chat.ID, person: m.From.ID, client: bot.Language(m.From.LanguageCode)}
	if isGroup(m.Chat.Type) {
		t.group, t.about = true, m.ID
		if m.IsTopicMessage {
			t.thread = m.MessageThreadID
		}
	}
	return t
}

func isGroup(t models.ChatType) bool {
	return t == models.ChatTypeGroup || t == models.ChatTypeSupergroup
}

// heard returns the talk and the words of a message that is for us: anything in
// a private chat, in a group only what is addressed to the bot. Channels,
// other bots and our own cards are not answered.
func (b *Bot) heard(m *models.Message) (t talk, text string, ok bool) {
	if m.From == nil || m.From.IsBot || m.IsAutomaticForward {
		return t, "", false
	}
	if m.ViaBot != nil && m.ViaBot.ID == b.id() {
		return t, "", false
	}
	text = m.Text
	if text == "" {
		text = m.Caption
	}
	switch {
	case m.Chat.Type == models.ChatTypePrivate:
		return b.talkOf(m), text, true
	case !isGroup(m.Chat.Type):
		return t, "", false
	}
	if text, ok = b.addressed(m, text); !ok {
		return t, "", false
	}
	return b.talkOf(m), text, true
}

// addressed reports whether a message in a group is for the bot: a command with
// its name, its name anywhere, or a reply to a message of its own. The name is
// taken out of the text.
func (b *Bot) addressed(m *models.Message, text string) (string, bool) {
	name := b.name()
	if name == "" {
		return "", false
	}
	if command := commandForm.FindStringSubmatch(text); command != nil && command[2] != "" {
		return text, strings.EqualFold(command[2], "@"+name)
	}
	called := regexp.MustCompile(`(?i)(^|[^\w@])@` + regexp.QuoteMeta(name) + `\b`)
	if called.MatchString(text) || b.pointedAt(m) {
		text = strings.TrimSpace(called.ReplaceAllString(text, "$1"))
		if text == "" && m.Text != "" {
			text = "/help"
		}
		return text, true
	}
	to := m.ReplyToMessage
	return text, to != nil && to.From != nil && to.From.ID == b.id() && !service(m)
}

// pointedAt reports whether a message mentions the bot without its user name.
func (b *Bot) pointedAt(m *models.Message) bool {
	return slices.ContainsFunc(m.Entities, func(e models.MessageEntity) bool {
		return e.Type == models.MessageEntityTypeTextMention && e.User != nil && e.User.ID == b.id()
	})
}

// input returns what a person did with a message; false where there is nothing
// to answer.
func (b *Bot) input(m *models.Message, t talk, text string) (answer.Input, bool) {
	switch {
	case service(m):
		return answer.Input{}, false
	case m.Location != nil:
		return b.located(m.Location), true
	case m.Venue != nil:
		return b.located(&m.Venue.Location), true
	case strings.TrimSpace(text) != "":
		return answer.Input{Text: words(text)}, true
	case m.MediaGroupID != "" && b.albums.seen(m.MediaGroupID):
		return answer.Input{}, false
	}
	return answer.Input{Strange: true}, true
}

// located returns the country of a location. The location itself goes nowhere.
func (b *Bot) located(l *models.Location) answer.Input {
	if b.config.Locate == nil {
		return answer.Input{Strange: true}
	}
	country, err := b.config.Locate(l.Latitude, l.Longitude)
	if err != nil {
		b.complain("locating", errors.New("the place could not be looked up")) // err may name it
	}
	if err != nil || !country.Known() {
		return answer.Input{Strange: true}
	}
	return answer.Input{Place: country}
}

// commandForm is what Telegram marks as a command when a text begins with it.
var commandForm = regexp.MustCompile(`^/([A-Za-z0-9_]{1,32})(@[A-Za-z0-9_]+)?(?:\s|$)`)

// words returns the text as the conversation is to take it. What only looks
// like a command is a question: somebody who writes "/допоможіть" or
// "/help_me they locked the door" must not be sent to the menu.
func words(text string) string {
	text = strings.TrimSpace(strings.ToValidUTF8(text, "\uFFFD"))
	if !strings.HasPrefix(text, "/") {
		return text
	}
	command := commandForm.FindStringSubmatch(text)
	if command == nil {
		if bare := strings.TrimLeft(text, "/ "); bare != "" {
			return bare
		}
		return "/help"
	}
	rest := strings.TrimSpace(text[len(command[0]):])
	name := strings.ToLower(command[1])
	if name != "start" && !slices.Contains(answer.Commands(), name) && rest != "" && !strings.HasPrefix(rest, "/") {
		return rest
	}
	return text
}

// service reports whether a message only tells of a change in the chat, which
// nobody expects an answer to.
func service(m *models.Message) bool {
	return len(m.NewChatMembers) > 0 || m.LeftChatMember != nil || m.NewChatTitle != "" || len(m.NewChatPhoto) > 0 ||
		m.DeleteChatPhoto || m.GroupChatCreated || m.SupergroupChatCreated || m.ChannelChatCreated ||
		m.MessageAutoDeleteTimerChanged != nil || m.MigrateToChatID != 0 || m.MigrateFromChatID != 0 ||
		m.PinnedMessage != nil || m.SuccessfulPayment != nil || m.RefundedPayment != nil || m.ConnectedWebsite != "" ||
		m.WriteAccessAllowed != nil || m.ProximityAlertTriggered != nil || m.BoostAdded != nil || m.ChatBackgroundSet != nil ||
		m.ForumTopicCreated != nil || m.ForumTopicEdited != nil || m.ForumTopicClosed != nil || m.ForumTopicReopened != nil ||
		m.GeneralForumTopicHidden != nil || m.GeneralForumTopicUnhidden != nil
}

// albums remembers the latest albums, so that ten photos sent at once get one
// answer. The zero value is ready to use.
type albums struct {
	mu   sync.Mutex
	last [256]string
	next int
}

// seen reports whether the album was asked for before.
func (a *albums) seen(id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if slices.Contains(a.last[:], id) {
		return true
	}
	a.last[a.next] = id
	a.next = (a.next + 1) % len(a.last)
	return false
}

// secret reports whether a reply is about somebody's own situation.
func secret(r answer.Reply) bool {
	return slices.ContainsFunc(r.Messages, func(m answer.Message) bool { return m.Private })
}

// say returns an interface message in a language.
func (b *Bot) say(l bot.Language, m locales.Message) string {
	return b.config.Catalog.Printer(l).Say(m)
}
