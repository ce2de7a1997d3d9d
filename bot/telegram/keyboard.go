package telegram

import (
	"strings"

	"github.com/go-telegram/bot/models"

	"prystan/bot"
	"prystan/bot/answer"
)

// Telegram's limits for buttons.
const (
	maxButtons = 100
	maxCopy    = 256 // UTF-16 units
)

// keyboard and key are our own instead of the library's, whose button always
// carries an empty copy_text beside what it is for.
type keyboard struct {
	Rows [][]key `json:"inline_keyboard"`
}

type key struct {
	Label string                 `json:"text"`
	Data  string                 `json:"callback_data,omitempty"`
	URL   string                 `json:"url,omitempty"`
	Copy  *models.CopyTextButton `json:"copy_text,omitempty"`
}

// markup returns the keyboard of a message, nil where it has none. What
// Telegram would refuse is left out, so that a defect in one button does not
// cost the answer; if there are too many, those before the last row go.
func markup(rows [][]answer.Button) models.ReplyMarkup {
	var kept [][]key
	count := 0
	for _, row := range rows {
		var keys []key
		for _, b := range row {
			if k, ok := keyOf(b); ok {
				keys = append(keys, k)
			}
		}
		if len(keys) > 0 {
			kept = append(kept, keys)
			count += len(keys)
		}
	}
	for count > maxButtons && len(kept) > 1 {
		count -= len(kept[len(kept)-2])
		kept = append(kept[:len(kept)-2], kept[len(kept)-1])
	}
	if len(kept) == 0 {
		return nil
	}
	return keyboard{kept}
}

func keyOf(b answer.Button) (key, bool) {
	k := key{Label: strings.TrimSpace(valid(b.Label))}
	switch {
	case b.Do != nil:
		k.Data = b.Do.String()
		return k, k.Label != "" && len(k.Data) <= answer.MaxActionBytes
	case b.URL != "":
		k.URL = b.URL
		return k, k.Label != "" && openable(k.URL)
	case b.Copy != "":
		k.Copy = &models.CopyTextButton{Text: b.Copy}
		return k, k.Label != "" && units(b.Copy) <= maxCopy
	}
	return k, false
}

// openable reports whether Telegram takes an address.
func openable(address string) bool { return bot.CheckURL(address) == nil }

// navigation are the verbs of menus: a message with only such buttons may be
// replaced by another menu. Any other holds something to keep.
var navigation = map[answer.Verb]bool{
	answer.ShowMenu: true, answer.ShowDanger: true, answer.ShowProtection: true, answer.ShowTopic: true,
	answer.ShowSafety: true, answer.ShowFindHelp: true, answer.ShowHuman: true, answer.ShowPrivacy: true,
	answer.AskCountry: true, answer.SetCountry: true, answer.AskLanguage: true, answer.SetLanguage: true,
}

// replaceable reports whether the message whose button was pressed is a menu. A
// number that somebody looked up must not vanish because they pressed on.
func replaceable(m *models.Message) bool {
	if m == nil || m.Text == "" || m.HasProtectedContent {
		return false
	}
	if m.ReplyMarkup == nil {
		return true
	}
	for _, row := range m.ReplyMarkup.InlineKeyboard {
		for _, k := range row {
			a, err := answer.ParseAction(k.CallbackData)
			if err != nil || !(navigation[a.Verb] || a.Verb == answer.ShowHelplines && a.Arg == "") {
				return false
			}
		}
	}
	return true
}
