package telegram_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"prystan/bot/answer"
	"prystan/bot/telegram"
)

func span(s string) answer.Paragraph { return answer.Paragraph{{Text: s}} }

func TestALongTextBecomesSeveralMessagesCutBetweenParagraphs(t *testing.T) {
	var long answer.Text
	for i := range 200 {
		long = append(long, answer.Paragraph{{Text: fmt.Sprintf("%03d ", i), Style: answer.Strong}, {Text: strings.Repeat("щ😀 ", 20)}}, nil)
	}
	texts, _ := telegram.Render(long)
	if len(texts) < 3 {
		t.Fatalf("%d messages", len(texts))
	}
	for i, text := range texts {
		if n := len(utf16.Encode([]rune(text))); n > 4096 {
			t.Errorf("message %d has %d units", i, n)
		}
		if strings.HasPrefix(text, "\n") || strings.HasSuffix(text, "\n") {
			t.Errorf("message %d begins or ends empty", i)
		}
		for line := range strings.SplitSeq(text, "\n") {
			if line != "" && (len(line) < 4 || line[3] != ' ') {
				t.Errorf("message %d cuts a paragraph: %q", i, line)
			}
		}
	}
	for i := range 200 {
		if !strings.Contains(strings.Join(texts, "\n"), fmt.Sprintf("%03d ", i)) {
			t.Errorf("paragraph %d is lost", i)
		}
	}
}

func TestAParagraphLongerThanAMessageIsCutAtSpaces(t *testing.T) {
	words := strings.TrimSpace(strings.Repeat("слово ", 3000))
	for name, text := range map[string]answer.Text{
		"one span":   {span(words)},
		"many spans": {append(answer.Paragraph{{Text: "head "}}, answer.Span{Text: words, Style: answer.Quiet}, answer.Span{Text: " tail"})},
		"no spaces":  {span(strings.Repeat("😀", 5000))},
	} {
		texts, _ := telegram.Render(text)
		whole := ""
		for _, part := range texts {
			if n := len(utf16.Encode([]rune(part))); n > 4096 || n == 0 {
				t.Errorf("%s: a message of %d units", name, n)
			}
			if name != "no spaces" && (strings.HasPrefix(part, "лово") || strings.HasSuffix(part, "слов")) {
				t.Errorf("%s: a word is cut", name)
			}
			whole += part
		}
		if got, want := strip(whole), strip(text.Plain()); got != want {
			t.Errorf("%s: %d letters became %d", name, len(want), len(got))
		}
	}
}

func strip(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\n' {
			return -1
		}
		return r
	}, s)
}

func TestNothingIsRenderedOfNothing(t *testing.T) {
	if texts, _ := telegram.Render(answer.Text{nil, span(""), nil}); len(texts) != 0 {
		t.Errorf("nothing became %q", texts)
	}
}

func TestWhatTelegramWouldRefuseIsLeftOutOfAKeyboard(t *testing.T) {
	do := &answer.Action{Verb: answer.ShowMenu, Language: "en"}
	long := &answer.Action{Verb: answer.ShowLine, Language: "en", Arg: strings.Repeat("x", 60)}
	raw, err := json.Marshal(telegram.Markup([][]answer.Button{
		{{Label: "good", Do: do}, {Label: " ", Do: do}, {Label: "too long", Do: long}},
		{{Label: "nothing"}, {Label: "bad page", URL: "ftp://x"}, {Label: "too much", Copy: strings.Repeat("1", 257)}},
		{{Label: "page", URL: "https://example.org"}, {Label: "copy", Copy: "112"}},
	}))
	want := `{"inline_keyboard":[[{"text":"good","callback_data":"1:menu:en::"}],` +
		`[{"text":"page","url":"https://example.org"},{"text":"copy","copy_text":{"text":"112"}}]]}`
	if err != nil || string(raw) != want {
		t.Errorf("the keyboard is %s (%v)", raw, err)
	}
	var many [][]answer.Button
	for range 60 {
		many = append(many, []answer.Button{{Label: "a", Do: do}, {Label: "b", Do: do}})
	}
	many = append(many, []answer.Button{{Label: "last", Do: do}})
	raw, _ = json.Marshal(telegram.Markup(many))
	if n := strings.Count(string(raw), `"text"`); n > 100 || !strings.Contains(string(raw), `"last"`) {
		t.Errorf("a keyboard of 121 buttons became one of %d", n)
	}
	if telegram.Markup(nil) != nil {
		t.Error("no buttons became a keyboard")
	}
}

func TestOnlyWhatTelegramMarksAsACommandIsOne(t *testing.T) {
	for text, want := range map[string]string{
		"/help": "/help", " /start PL_uk ": "/start PL_uk", "/help@prystan_bot": "/help@prystan_bot", "привіт /help": "привіт /help",
		"/допоможіть мене замкнули": "допоможіть мене замкнули", "/help_me they locked the door": "they locked the door",
		"//": "/help", "/": "/help", "/ help": "help", "/nonsense": "/nonsense", "/sos мене б'ють": "/sos мене б'ють", "/x /y": "/x /y",
		"a\xffb": "a\uFFFDb",
	} {
		if got := telegram.Words(text); got != want {
			t.Errorf("%q is taken as %q, not %q", text, got, want)
		}
	}
}
