package bottest

import (
	"encoding/json"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Telegram's limits.
const (
	maxText    = 4096 // UTF-16 units after entities are parsed
	maxData    = 64   // bytes
	maxCopy    = 256  // characters
	maxButtons = 100
	maxResults = 50
)

// Button is a button of an inline keyboard.
type Button struct {
	Label string
	Data  string // callback data
	URL   string
	Copy  string
}

// entityTypes are those that a bot may send.
var entityTypes = map[string]bool{
	"mention": true, "hashtag": true, "cashtag": true, "bot_command": true, "url": true, "email": true, "phone_number": true,
	"bold": true, "italic": true, "underline": true, "strikethrough": true, "spoiler": true, "blockquote": true,
	"expandable_blockquote": true, "code": true, "pre": true, "text_link": true, "text_mention": true, "custom_emoji": true,
}

// checkText returns the text of a message and its entities as a person sees
// them.
func checkText(text, mode, rawEntities string) (string, []Entity, *refusal) {
	if !utf8.ValidString(text) {
		return "", nil, bad("text must be encoded in UTF-8")
	}
	var entities []Entity
	switch strings.ToLower(mode) {
	case "":
		if rawEntities != "" && json.Unmarshal([]byte(rawEntities), &entities) != nil {
			return "", nil, bad("can't parse entities: expected an Array of MessageEntity")
		}
	case "html":
		var refused *refusal
		if text, entities, refused = parseHTML(text); refused != nil {
			return "", nil, refused
		}
	default:
		return "", nil, bad("unsupported parse_mode")
	}
	if refused := checkEntities(text, entities); refused != nil {
		return "", nil, refused
	}
	if strings.TrimSpace(text) == "" {
		return "", nil, bad("message text is empty")
	}
	if units(text) > maxText {
		return "", nil, bad("message is too long")
	}
	return text, entities, nil
}

func checkEntities(text string, entities []Entity) *refusal {
	if len(entities) > 100 {
		return bad("ENTITIES_TOO_LONG") // Telegram drops those beyond the hundredth without a word
	}
	edges := edgesOf(text)
	for _, e := range entities {
		switch {
		case !entityTypes[e.Type]:
			return bad("can't parse MessageEntity: wrong type specified")
		case e.Length <= 0 || !edges[e.Offset] || !edges[e.Offset+e.Length]:
			return bad("ENTITY_BOUNDS_INVALID")
		case e.Type == "text_link" && !webAddress(e.URL):
			return bad("ENTITY_URL_INVALID")
		}
	}
	return nil
}

// edgesOf returns the places between characters, in UTF-16 units.
func edgesOf(text string) map[int]bool {
	edges := map[int]bool{0: true}
	n := 0
	for _, r := range text {
		n += units(string(r))
		edges[n] = true
	}
	return edges
}

// webAddress reports whether Telegram makes a link of s.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	if err != nil {
		return false
	}
	return u.Scheme == "tg" || (u.Scheme == "http" || u.Scheme == "https") && strings.Contains(u.Hostname(), ".")
}

// checkKeyboard returns the rows of an inline keyboard.
func checkKeyboard(raw string) ([][]Button, *refusal) {
	if raw == "" {
		return nil, nil
	}
	var markup struct {
		Rows [][]map[string]json.RawMessage `json:"inline_keyboard"`
	}
	if json.Unmarshal([]byte(raw), &markup) != nil {
		return nil, bad("object expected as reply markup")
	}
	var rows [][]Button
	count := 0
	for _, fields := range markup.Rows {
		var row []Button
		for _, f := range fields {
			b, refused := checkButton(f)
			if refused != nil {
				return nil, refused
			}
			row = append(row, b)
			count++
		}
		if len(row) > 0 {
			rows = append(rows, row)
		}
	}
	if count > maxButtons {
		return nil, bad("reply markup is too long")
	}
	return rows, nil
}

// checkButton is stricter than Telegram in one thing: of two actions Telegram
// silently takes one.
func checkButton(fields map[string]json.RawMessage) (Button, *refusal) {
	var b Button
	actions := 0
	var copied struct {
		Text string `json:"text"`
	}
	for name, raw := range fields {
		var err error
		switch name {
		case "text":
			err = json.Unmarshal(raw, &b.Label)
		case "callback_data":
			actions++
			err = json.Unmarshal(raw, &b.Data)
		case "url":
			actions++
			err = json.Unmarshal(raw, &b.URL)
		case "copy_text":
			actions++
			err = json.Unmarshal(raw, &copied)
			b.Copy = copied.Text
		default:
			return b, bad("can't parse inline keyboard button: field %s is not expected here", name)
		}
		if err != nil {
			return b, bad("can't parse inline keyboard button: Field \"%s\" has the wrong type", name)
		}
	}
	switch {
	case strings.TrimSpace(b.Label) == "":
		return b, bad("inline keyboard button text must be non-empty")
	case actions == 0, actions == 1 && b.Data == "" && b.URL == "" && b.Copy == "":
		return b, bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	case actions > 1:
		return b, bad("BUTTON_TYPE_INVALID")
	case len(b.Data) > maxData:
		return b, bad("BUTTON_DATA_INVALID")
	case b.URL != "" && !webAddress(b.URL):
		return b, bad("inline keyboard button URL '%s' is invalid: Wrong HTTP URL", b.URL)
	case utf8.RuneCountInString(b.Copy) > maxCopy:
		return b, bad("BUTTON_COPY_TEXT_INVALID")
	}
	return b, nil
}
