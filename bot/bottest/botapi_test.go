package bottest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"prystan/bot/bottest"
)

// answered is what the server says to a call.
type answered struct {
	OK          bool            `json:"ok"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Result      json.RawMessage `json:"result"`
	Parameters  struct {
		RetryAfter int `json:"retry_after"`
	} `json:"parameters"`
}

func call(t *testing.T, address string, params map[string]any) answered {
	t.Helper()
	body, err := json.Marshal(params)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(address, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var a answered
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		t.Fatal(err)
	}
	return a
}

// double returns a server and somebody who has written to the bot.
func double(t *testing.T) (*bottest.BotAPI, *bottest.Person, func(string, map[string]any) answered) {
	api := bottest.NewBotAPI(t)
	api.ExpectRefusals()
	olha := api.NewPerson("uk")
	olha.Chat.Say(olha, "/start")
	return api, olha, func(method string, params map[string]any) answered {
		t.Helper()
		return call(t, api.URL+"/bot"+api.Token+"/"+method, params)
	}
}

func keys(buttons ...map[string]any) map[string]any {
	return map[string]any{"inline_keyboard": []any{buttons}}
}

func TestWhatTelegramRefusesInAMessageIsRefused(t *testing.T) {
	_, olha, do := double(t)
	many := make([]map[string]any, 101)
	for i := range many {
		many[i] = map[string]any{"text": "a", "callback_data": "b"}
	}
	for name, c := range map[string]struct {
		params map[string]any
		want   string // part of the description, "" = taken
	}{
		"plain":             {map[string]any{"text": "a < b & c"}, ""},
		"longest":           {map[string]any{"text": strings.Repeat("щ", 4096)}, ""},
		"longest in HTML":   {map[string]any{"text": "<b>" + strings.Repeat("😀", 2048) + "</b>", "parse_mode": "HTML"}, ""},
		"too long":          {map[string]any{"text": strings.Repeat("😀", 2049)}, "message is too long"},
		"empty":             {map[string]any{"text": " \n "}, "message text is empty"},
		"empty in HTML":     {map[string]any{"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"},
		"no text":           {map[string]any{}, "message text is empty"},
		"HTML":              {map[string]any{"text": `<b>a <i>b</i></b> &lt;&amp; <a href="https://x.org">c</a>`, "parse_mode": "HTML"}, ""},
		"unknown tag":       {map[string]any{"text": "<div>a</div>", "parse_mode": "HTML"}, `unsupported start tag "div" at byte offset 0`},
		"lone <":            {map[string]any{"text": "a < b", "parse_mode": "HTML"}, "unclosed start tag at byte offset 2"},
		"lone &":            {map[string]any{"text": "a & b", "parse_mode": "HTML"}, "unescaped &"},
		"unclosed":          {map[string]any{"text": "<b>a", "parse_mode": "HTML"}, `can't find end tag corresponding to start tag "b"`},
		"crossed":           {map[string]any{"text": "<b><i>a</b></i>", "parse_mode": "HTML"}, `expected "</i>", found "</b>"`},
		"closed twice":      {map[string]any{"text": "a</b>", "parse_mode": "HTML"}, "unexpected end tag at byte offset 1"},
		"entities":          {map[string]any{"text": "😀 a", "entities": []any{map[string]any{"type": "bold", "offset": 3, "length": 1}}}, ""},
		"entity outside":    {map[string]any{"text": "a", "entities": []any{map[string]any{"type": "bold", "offset": 0, "length": 2}}}, "ENTITY_BOUNDS_INVALID"},
		"entity in a pair":  {map[string]any{"text": "😀", "entities": []any{map[string]any{"type": "bold", "offset": 1, "length": 1}}}, "ENTITY_BOUNDS_INVALID"},
		"unknown entity":    {map[string]any{"text": "a", "entities": []any{map[string]any{"type": "loud", "offset": 0, "length": 1}}}, "wrong type"},
		"button":            {map[string]any{"text": "a", "reply_markup": keys(map[string]any{"text": "b", "callback_data": strings.Repeat("x", 64)})}, ""},
		"copy":              {map[string]any{"text": "a", "reply_markup": keys(map[string]any{"text": "b", "copy_text": map[string]any{"text": strings.Repeat("щ", 256)}})}, ""},
		"no label":          {map[string]any{"text": "a", "reply_markup": keys(map[string]any{"text": "", "callback_data": "x"})}, "text must be non-empty"},
		"long data":         {map[string]any{"text": "a", "reply_markup": keys(map[string]any{"text": "b", "callback_data": strings.Repeat("щ", 33)})}, "BUTTON_DATA_INVALID"},
		"no action":         {map[string]any{"text": "a", "reply_markup": keys(map[string]any{"text": "b"})}, "Text buttons are unallowed"},
		"empty action":      {map[string]any{"text": "a", "reply_markup": keys(map[string]any{"text": "b", "callback_data": ""})}, "Text buttons are unallowed"},
		"two actions":       {map[string]any{"text": "a", "reply_markup": keys(map[string]any{"text": "b", "callback_data": "x", "url": "https://x.org"})}, "BUTTON_TYPE_INVALID"},
		"tel button":        {map[string]any{"text": "a", "reply_markup": keys(map[string]any{"text": "b", "url": "tel:+48116000"})}, "Wrong HTTP URL"},
		"long copy":         {map[string]any{"text": "a", "reply_markup": keys(map[string]any{"text": "b", "copy_text": map[string]any{"text": strings.Repeat("щ", 257)}})}, "BUTTON_COPY_TEXT_INVALID"},
		"too many buttons":  {map[string]any{"text": "a", "reply_markup": keys(many...)}, "reply markup is too long"},
		"no chat":           {map[string]any{"text": "a", "chat_id": 12345}, "chat not found"},
		"reply to nothing":  {map[string]any{"text": "a", "reply_parameters": map[string]any{"message_id": 999}}, "message to be replied not found"},
		"reply if possible": {map[string]any{"text": "a", "reply_parameters": map[string]any{"message_id": 999, "allow_sending_without_reply": true}}, ""},
	} {
		if c.params["chat_id"] == nil {
			c.params["chat_id"] = olha.ID
		}
		got := do("sendMessage", c.params)
		if got.OK != (c.want == "") || !strings.Contains(got.Description, c.want) || !got.OK && got.Code != 400 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestEditsAreRefusedAsTelegramDoes(t *testing.T) {
	_, olha, do := double(t)
	sent := func(method string, params map[string]any) int {
		params["chat_id"] = olha.ID
		var m struct {
			ID int `json:"message_id"`
		}
		if got := do(method, params); json.Unmarshal(got.Result, &m) != nil || !got.OK {
			t.Fatalf("%s: %+v", method, got)
		}
		return m.ID
	}
	text := sent("sendMessage", map[string]any{"text": "a"})
	card := sent("sendContact", map[string]any{"first_name": "a", "phone_number": "112"})
	for _, c := range []struct {
		id         int
		text, want string
	}{
		{text, "b", ""}, {text, "b", "message is not modified"}, {text, " b ", "message is not modified"}, {999, "b", "message to edit not found"},
		{1, "b", "message can't be edited"}, {card, "b", "there is no text in the message to edit"}, {text, strings.Repeat("a", 4097), "MESSAGE_TOO_LONG"},
	} {
		got := do("editMessageText", map[string]any{"chat_id": olha.ID, "message_id": c.id, "text": c.text})
		if got.OK != (c.want == "") || !strings.Contains(got.Description, c.want) {
			t.Errorf("editing %d to %.10q: %+v", c.id, c.text, got)
		}
	}
	if m, _ := olha.Message(text); m.Text != "b" || m.Edits != 1 {
		t.Errorf("the person sees %+v", m)
	}
}

func TestOtherCallsAreRefusedAsTelegramDoes(t *testing.T) {
	api, olha, do := double(t)
	for _, c := range []struct {
		method string
		params map[string]any
		code   int // 0 = taken
	}{
		{"getMe", nil, 0}, {"GETME", nil, 0}, {"sendDice", nil, 404},
		{"sendContact", map[string]any{"chat_id": olha.ID, "first_name": "a"}, 400},
		{"sendContact", map[string]any{"chat_id": olha.ID, "phone_number": "112"}, 400},
		{"answerCallbackQuery", map[string]any{"callback_query_id": "1"}, 400}, {"answerInlineQuery", map[string]any{"inline_query_id": "1", "results": []any{}}, 400},
		{"setMyCommands", map[string]any{"commands": []any{map[string]any{"command": "help", "description": "?"}}, "language_code": "uk"}, 0},
		{"setMyCommands", map[string]any{"commands": []any{map[string]any{"command": "/help", "description": "?"}}}, 400},
		{"setMyCommands", map[string]any{"commands": []any{map[string]any{"command": "help", "description": ""}}}, 400},
		{"setMyCommands", map[string]any{"commands": []any{}, "language_code": "ukr"}, 400},
		{"setMyDescription", map[string]any{"description": strings.Repeat("щ", 512)}, 0}, {"setMyDescription", map[string]any{"description": strings.Repeat("щ", 513)}, 400},
		{"setMyShortDescription", map[string]any{"short_description": strings.Repeat("щ", 121)}, 400},
		{"setWebhook", map[string]any{"url": "http://example.org"}, 400}, {"setWebhook", map[string]any{"url": "https://example.org", "secret_token": "a b"}, 400},
		{"setWebhook", map[string]any{"url": "https://example.org", "secret_token": "a-b"}, 0}, {"getUpdates", nil, 409}, {"deleteWebhook", nil, 0}, {"getUpdates", nil, 0},
	} {
		if got := do(c.method, c.params); got.Code != c.code {
			t.Errorf("%s %v: %+v", c.method, c.params, got)
		}
	}
	for token, code := range map[string]int{"1:wrong": 401, "wrong": 404} {
		if got := call(t, api.URL+"/bot"+token+"/getMe", nil); got.Code != code {
			t.Errorf("token %s: %+v", token, got)
		}
	}
	stranger := api.NewPerson("uk")
	if got := do("sendMessage", map[string]any{"chat_id": stranger.ID, "text": "a"}); got.Code != 403 {
		t.Errorf("writing first: %+v", got)
	}
	olha.Block()
	if got := do("sendMessage", map[string]any{"chat_id": olha.ID, "text": "a"}); got.Code != 403 {
		t.Errorf("writing to somebody who blocked the bot: %+v", got)
	}
}

func TestFormsAreReadLikeJSON(t *testing.T) {
	api, olha, _ := double(t)
	resp, err := http.PostForm(api.URL+"/bot"+api.Token+"/sendMessage", url.Values{
		"chat_id": {fmt.Sprint(olha.ID)}, "text": {"hello"}, "protect_content": {"true"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if e := olha.Unread(); len(e) != 1 || e[0].Message.Text != "hello" || !e[0].Message.Protected {
		t.Errorf("the person sees %+v", e)
	}
}

func TestUpdatesAreConfirmedByTheOffset(t *testing.T) {
	_, _, do := double(t)
	var updates []struct {
		ID int64 `json:"update_id"`
	}
	for _, step := range []struct{ offset, left int64 }{{0, 1}, {1, 1}, {2, 0}} {
		if got := do("getUpdates", map[string]any{"offset": step.offset}); json.Unmarshal(got.Result, &updates) != nil || int64(len(updates)) != step.left {
			t.Errorf("from offset %d: %+v", step.offset, got)
		}
	}
}

func TestFaultsComeOnDemandAndOnce(t *testing.T) {
	api, olha, do := double(t)
	api.Fail("sendMessage", bottest.Fault{Code: 429, RetryAfter: 3}, bottest.Fault{Code: 500, After: true})
	message := map[string]any{"chat_id": olha.ID, "text": "a"}
	if got := do("sendMessage", message); got.Code != 429 || got.Parameters.RetryAfter != 3 || len(olha.Unread()) != 0 {
		t.Errorf("a flood: %+v", got)
	}
	if got := do("sendMessage", message); got.Code != 500 || len(olha.Unread()) != 1 {
		t.Errorf("a lost answer: %+v", got)
	}
	if got := do("sendMessage", message); !got.OK {
		t.Errorf("after the faults: %+v", got)
	}
	if n := len(api.Refusals()); n != 0 {
		t.Errorf("%d injected faults count as refusals", n)
	}
}
