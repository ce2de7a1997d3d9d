package answer

import (
	"strings"

	"prystan/bot"
)

// Commands are what a person can type, in the order in which Telegram lists
// them.
func Commands() []string {
	return []string{"help", "sos", "helplines", "country", "language", "privacy", "forget"}
}

// command obeys a command. Everything after an @ is the bot's name; what it
// does not know leads to the menu.
func (t *turn) command(text string) {
	fields := strings.Fields(text)
	name, _, _ := strings.Cut(strings.TrimPrefix(fields[0], "/"), "@")
	switch strings.ToLower(name) {
	case "start":
		if len(fields) > 1 {
			t.deepLink(fields[1])
			return
		}
		t.start()
	case "sos":
		t.danger()
	case "helplines":
		t.helplines("")
	case "country":
		t.askCountry("")
	case "language":
		t.askLanguage()
	case "privacy":
		t.topic(bot.Privacy)
	case "forget":
		t.forget()
	default:
		t.menu()
	}
}

// deepLink obeys the parameter of a link t.me/<bot>?start=…, as posters carry
// it: words joined by "_", each a country (PL), a language (uk) or an article
// (job). What is not known is passed over.
func (t *turn) deepLink(parameter string) {
	topic := bot.Topic("")
	chosen := false
	for word := range strings.SplitSeq(parameter, "_") {
		switch {
		case bot.Country(word).Known():
			t.session.Country, chosen = bot.Country(word), true
		case bot.Language(word).Shipped():
			t.session.Language, chosen = bot.Language(word), true
		default:
			if found, ok := posterTopics[word]; ok {
				topic = found
			}
		}
	}
	if chosen {
		t.remember()
	}
	if topic != "" {
		t.topic(topic)
		return
	}
	t.start()
}

// posterTopics are the articles that a poster can link to.
var posterTopics = map[string]bot.Topic{
	"sos": bot.DangerNow, "job": bot.JobOffer, "housing": bot.HousingOffer, "transport": bot.TransportOffer,
	"online": bot.Online, "documents": bot.Documents, "travel": bot.SafeTravel, "children": bot.Children,
	"digital": bot.Digital, "signs": bot.WarningSigns, "report": bot.ReportSuspicion, "rights": bot.VictimRights,
	"apply": bot.Apply, "duration": bot.Duration, "work": bot.Work, "health": bot.Healthcare, "school": bot.Education,
	"money": bot.Benefits, "shelter": bot.Shelter, "doctor": bot.Medical, "psychologist": bot.Psychological,
	"lawyer": bot.Legal, "embassy": bot.Embassy, "relatives": bot.FindRelatives, "helplines": bot.Helplines,
}
