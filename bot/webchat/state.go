package webchat

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/text/language"

	"prystan/bot"
	"prystan/bot/answer"
)

// Limits of what a person can send.
const (
	maxQuestion = 4096     // characters
	maxBody     = 64 << 10 // bytes; holds maxQuestion in any script
)

// The fields of the forms.
const (
	fieldLanguage = "language"
	fieldCountry  = "country"
	fieldTopic    = "topic"
	fieldQuestion = "question"
	fieldDo       = "do" // the action of the button that was pressed
)

// errTooLarge is that the body is larger than maxBody.
var errTooLarge = errors.New("the form is too large")

// form is what a person sent: the state that their page held, and a question or
// a button.
type form struct {
	session  answer.Session // of values that we know, or ""
	question string         // what they wrote
	press    *answer.Action // the button they pressed; nil if none
	stale    bool           // they pressed a button that we do not know
}

// readForm reads the form. On an error, too, it returns what could be read of
// the state, which the page sends first: the refusal is in the person's
// language.
func readForm(w http.ResponseWriter, r *http.Request) (form, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	// A body that is cut off breaks in its last field only.
	values, _ := url.ParseQuery(string(raw))
	f := form{session: session(values)}
	if err != nil {
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			return f, errTooLarge
		}
		return f, err
	}
	f.question = strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(values.Get(fieldQuestion), "\r\n", "\n"), "\uFFFD"))
	if do := values.Get(fieldDo); do != "" {
		a, err := answer.ParseAction(do)
		f.press, f.stale = &a, err != nil
	}
	return f, nil
}

// session reads the state and drops what is not of ours.
func session(values url.Values) answer.Session {
	var s answer.Session
	if l := bot.Language(values.Get(fieldLanguage)); l.Shipped() {
		s.Language = l
	}
	if c := bot.Country(values.Get(fieldCountry)); c.Known() {
		s.Country = c
	}
	if t := bot.Topic(values.Get(fieldTopic)); t.Known() {
		s.Topic = t
	}
	return s
}

// empty reports whether nothing was asked and no button pressed.
func (f form) empty() bool { return f.press == nil && f.question == "" }

// votes reports whether the button is a thumb under an answer.
func (f form) votes() bool {
	return f.press != nil && votes(f.press.Verb) && bot.Topic(f.press.Arg).Known()
}

func votes(v answer.Verb) bool { return v == answer.VoteUp || v == answer.VoteDown }

// counts reports whether the button is one whose presses are counted.
func (f form) counts() bool {
	return f.votes() || f.press != nil && f.press.Verb == answer.ReportLine
}

// input is the form as the conversation takes it. A button goes before what may
// stand in the field.
func (f form) input() answer.Input {
	switch {
	case f.stale:
		return answer.Input{Strange: true}
	case f.press != nil:
		return answer.Input{Press: f.press}
	}
	return answer.Input{Text: f.question}
}

// cut returns the first n characters of s.
func cut(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// maxAccept bounds what is read of Accept-Language, in bytes.
const maxAccept = 200

// preferred returns the language in which to greet a person whose browser asks
// for the given Accept-Language: the first one it names that answer.Greet has
// a language for, so that Hungarian before Ukrainian is greeted in Ukrainian
// rather than in English.
func preferred(header string) bot.Language {
	if len(header) > maxAccept {
		header = header[:strings.LastIndexByte(header[:maxAccept], ',')+1]
	}
	tags, _, err := language.ParseAcceptLanguage(strings.TrimRight(header, ", "))
	if err != nil {
		return answer.Greet("")
	}
	first := bot.Language("")
	for _, tag := range tags {
		base, _ := tag.Base()
		l := bot.Language(base.String())
		if l == "mul" || l == "und" { // "*"
			continue
		}
		if greet := answer.Greet(l); greet != bot.English || l == bot.English {
			return greet
		}
		if first == "" {
			first = l
		}
	}
	return answer.Greet(first)
}
