package answer

import (
	"prystan/bot"
	"prystan/bot/understand"
	"prystan/locales"
)

// Urgent reports whether a text would be answered as that of somebody in
// danger, for a transport that has to say who comes first. It knows nothing of
// what was said before.
func (c *Conversation) Urgent(text string, client bot.Language) bool {
	_, model := c.source.Published()
	return model.Understand(text, understand.Context{Language: Greet(client)}).Urgent
}

// TooMany says that there are too many questions at once, with the emergency
// number of the country, in the language of the session.
func (c *Conversation) TooMany(s Session) string { return c.withEmergency(locales.WebBusy, s) }
