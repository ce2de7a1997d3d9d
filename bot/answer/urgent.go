package answer

import (
	"prystan/bot"
	"prystan/bot/understand"
	"prystan/locales"
)

// Heard is a text that was understood before its turn came. It says nothing to
// whoever holds it but whether it is urgent.
type Heard struct {
	text   string
	model  *understand.Model
	so     understand.Context // that it was understood in
	result understand.Result
}

// Hear understands a text as if nothing had been said before, for a transport
// that has to say who comes first. Handed in with the Input, it need not be
// understood again.
func (c *Conversation) Hear(text string, client bot.Language) *Heard {
	_, model := c.source.Published()
	so := understand.Context{Language: Greet(client)}
	return &Heard{text: text, model: model, so: so, result: model.Understand(text, so)}
}

// Urgent reports whether the text would be answered as that of somebody in
// danger.
func (h *Heard) Urgent() bool { return h.result.Urgent }

// understand works out what a text says, unless that was done already.
func (t *turn) understand(text string, heard *Heard) understand.Result {
	so := understand.Context{Language: t.spoken, Country: t.session.Country, Topic: t.session.Topic}
	if heard != nil && heard.text == text && heard.model == t.model && heard.so == so {
		return heard.result
	}
	return t.model.Understand(text, so)
}

// TooMany says that there are too many questions at once, with the emergency
// number of the country, in the language of the session.
func (c *Conversation) TooMany(s Session) string { return c.withEmergency(locales.WebBusy, s) }
