package answer

import (
	"strings"

	"prystan/bot"
	"prystan/bot/understand"
	"prystan/locales"
)

// maxCards is how many cards one query gets: Telegram shows up to fifty.
const maxCards = 50

// Card is a helpline as somebody may pass it on: it says nothing about the one
// who looked for it.
type Card struct {
	ID    string // Service.ID
	Title string
	About string // one line under the title
	Text  Text
}

// Cards returns the helplines of the country that query names, those for people
// in danger first; none where it names no country of ours. The cards are in the
// language of the query where that is certain, else in that of the person's
// program.
func (c *Conversation) Cards(query string, client bot.Language) []Card {
	dir, model := c.source.Published()
	language := Greet(client)
	r := model.Understand(query, understand.Context{Language: language})
	if !r.Country.Known() {
		return nil
	}
	if r.LanguageCertain {
		language = Answer(r.Language, language)
	}
	v := view{dir: dir, memory: c.memory, say: c.catalog.Printer(language), country: r.Country, now: c.now()}
	var cards []Card
	for _, need := range bot.Needs() {
		for s := range v.bestFirst(dir.Services(r.Country, need)) {
			if len(cards) == maxCards {
				return cards
			}
			cards = append(cards, v.inline(s))
		}
	}
	return cards
}

// inline writes a card that stands alone: the country's name goes with it.
func (v view) inline(s bot.Service) Card {
	w := writer{}
	w.line(plain(v.country.Flag() + " " + v.say.Country(v.country)))
	v.lineCard(&w, s)
	about := []string{v.say.Say(locales.NeedMessage(s.Need))}
	for _, n := range v.callable(s) {
		about = append(about, n.Text)
	}
	return Card{ID: s.ID, Title: shorten(v.name(s), 60), About: strings.Join(append(about, v.hours(s)), " · "), Text: w.text}
}

// Failed says that an answer could not be shown, with the emergency number of
// the country, in the language of the session.
func (c *Conversation) Failed(s Session) string { return c.withEmergency(locales.SendFailed, s) }

func (c *Conversation) withEmergency(m locales.Message, s Session) string {
	dir, _ := c.source.Published()
	v := view{dir: dir, memory: c.memory, say: c.catalog.Printer(s.Language), country: s.Country, now: c.now()}
	return v.say.Fill(m, struct{ Number string }{v.emergency("") + v.otherEmergencies()})
}
