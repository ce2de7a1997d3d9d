package answer

import (
	"strings"

	"prystan/bot"
	"prystan/locales"
)

// also112 are countries outside the directory in which 112 is the emergency
// number too, by the shipped fact "number-112" (source: the Latvian fire and
// rescue service, vugd.gov.lv).
var also112 = map[bot.Country]bool{"RS": true, "MK": true, "GE": true, "TR": true}

// first112 is the emergency number of most countries of the directory.
const first112 = "112"

// emergency returns the emergency number to name in a text on a topic: the
// country's own, its ambulance where a doctor is needed and another number
// reaches one, or 112 where the country is not known.
func (v view) emergency(topic bot.Topic) string {
	s, ok := v.dir.Emergency(v.country)
	if ambulance := v.dir.Services(v.country, bot.NeedAmbulance); topic == bot.Medical && len(ambulance) > 0 {
		s, ok = ambulance[0], true
	}
	if ok {
		if phones := v.dir.Phones(s); len(phones) > 0 {
			return v.memory.Dialled(phones[0], v.country)
		}
	}
	return first112
}

// dangerLines writes the lines that come before anything else when a person may
// be in danger: the emergency number, then up to two lines that people answer.
// It returns the lines shown, the best first.
func (v view) dangerLines(w *writer, topic bot.Topic) []bot.Service {
	v.emergencyLine(w, topic)
	own := v.emergency(topic)
	var shown []bot.Service
	for s := range v.lines(crisisPlan(topic)) {
		numbers := v.callable(s)
		if len(numbers) == 0 || numbers[0].Text == own && len(numbers) == 1 {
			continue // 112 stands there already
		}
		if len(shown) >= humanLines && !s.BelongsTo(shown[len(shown)-1]) {
			break
		}
		if s.Country != v.country && len(shown) > 0 {
			continue // the line for people anywhere stands in only where there is no other
		}
		text := v.about(s) + " · " + v.hours(s)
		if len(s.Languages) > 0 {
			text += " · " + v.tongues(s.Languages)
		}
		w.line(append(v.numbers(s), plain(text))...)
		w.line(quiet(v.assured(s.Standing)))
		shown = append(shown, s)
	}
	return shown
}

// humanLines is how many lines stand under the emergency number: two, since the
// first may be closed, busy, or for women only.
const humanLines = 2

// emergencyLine writes the emergency number, or in a country of which nothing
// is known, that it has one of its own.
func (v view) emergencyLine(w *writer, topic bot.Topic) {
	if v.elsewhere {
		w.line(plain("🆘 "), strong(v.say.Say(locales.EmergencyElsewhere)))
		return
	}
	number := v.emergency(topic)
	w.line(plain("🆘 "), Span{Text: number, Style: Strong, Tel: number},
		plain(" — "+v.say.Say(locales.EmergencyNow)+v.otherEmergencies()))
}

// foot is the line about danger that stands under every other answer.
func (v view) foot() string {
	if v.elsewhere {
		return v.say.Say(locales.EmergencyElsewhere)
	}
	return v.say.Fill(locales.EmergencyFoot, struct{ Number string }{v.emergency("") + v.otherEmergencies()})
}

// crisisPlan returns the plan of a crisis topic, or of the crisis that danger in
// another topic is likeliest to be. The one line that answers Ukrainians
// anywhere stands in where the country is not known.
func crisisPlan(topic bot.Topic) plan {
	switch topic {
	case bot.Medical: // whoever answers at the emergency number is the one to talk to
		return plan{needs: []bot.Need{bot.NeedAmbulance, bot.NeedMedical}}
	case bot.Children: // its own lines are the right ones
	case bot.Work, bot.JobOffer, bot.Documents, bot.HousingOffer, bot.TransportOffer, bot.Embassy, bot.WarningSigns:
		topic = bot.Exploitation
	case bot.Psychological:
		topic = bot.Suicide
	case bot.Online:
		topic = bot.SexualViolence
	default:
		if !topic.Crisis() {
			topic = bot.DangerNow
		}
	}
	p := planFor(topic)
	p.crisis = true
	p.lines = append(p.lines, consularHotline)
	return p
}

// otherEmergencies names, where the country is not known, the countries whose
// emergency number is not 112.
func (v view) otherEmergencies() string {
	if v.country != "" {
		return ""
	}
	return v.memory.otherEmergencies(v.dir, v.say.Language, v.listOtherEmergencies)
}

func (v view) listOtherEmergencies() string {
	var others []string
	for _, c := range bot.Countries() {
		at := view{dir: v.dir, memory: v.memory, say: v.say, country: c, now: v.now}
		if number := at.emergency(bot.DangerNow); number != first112 {
			others = append(others, v.say.Country(c)+" "+number)
		}
	}
	if len(others) == 0 {
		return ""
	}
	return " (" + strings.Join(others, ", ") + ")"
}

// dangerLines writes the lines of the view and notes which were shown.
func (t *turn) dangerLines(w *writer, topic bot.Topic) []bot.Service {
	lines := t.view().dangerLines(w, topic)
	for _, s := range lines {
		t.reply.Question.Lines = append(t.reply.Question.Lines, s.ID)
	}
	return lines
}

// crisis answers a person who may be in danger, whatever else they asked.
func (t *turn) crisis(topic bot.Topic, urgent bool) {
	v := t.view()
	w := writer{}
	lines := t.dangerLines(&w, topic)
	w.gap()
	if a, found := t.dir.Article(topic, t.session.Language); found && topic != bot.None {
		w.line(strong(a.Title))
		w.prose(v.fill(a.Topic, a.Now))
	} else if a, found := t.dir.Article(bot.DangerNow, t.session.Language); found {
		w.prose(v.fill(a.Topic, a.Now))
	}
	var buttons [][]Button
	if urgent {
		w.gap()
		w.line(plain(t.say(locales.SafeToWriteAsk)))
		buttons = append(buttons, []Button{
			t.button(locales.SafeToWriteYes, SafeToWrite, string(topic)),
			t.button(locales.SafeToWriteNo, SomeoneWatches, string(topic)),
		})
	}
	for _, line := range lines {
		buttons = append(buttons, []Button{t.labelled("📇 "+v.about(line), SendContact, line.ID)})
	}
	if v.country == "" {
		t.strangeCountry(&w)
		w.gap()
		w.line(plain(t.say(locales.WhichCountryDanger)))
		buttons = append(buttons, t.nearCountries(topic)...)
	}
	buttons = append(buttons, []Button{t.moreButton(topic), t.button(locales.ButtonHelplines, ShowHelplines, "")})
	t.add(Message{Text: w.text, Buttons: buttons, Private: true})
}

// danger is the answer to "I'm in danger" without more words: whom to call, and
// buttons for what is happening.
func (t *turn) danger() {
	t.about(bot.DangerNow, true)
	v := t.view()
	w := writer{}
	lines := t.dangerLines(&w, bot.DangerNow)
	w.gap()
	w.line(plain(t.say(locales.DangerWhat)))
	var buttons [][]Button
	for _, line := range lines {
		buttons = append(buttons, []Button{t.labelled("📇 "+v.about(line), SendContact, line.ID)})
	}
	for _, topic := range bot.TopicsIn(bot.GroupCrisis) {
		if a, found := t.dir.Article(topic, t.session.Language); found {
			buttons = append(buttons, []Button{t.labelled(a.Title, ShowTopic, string(topic))})
		}
	}
	if v.country == "" {
		t.strangeCountry(&w)
		w.gap()
		w.line(plain(t.say(locales.WhichCountryDanger)))
		buttons = append(buttons, t.nearCountries(bot.DangerNow)...)
	}
	buttons = append(buttons, []Button{t.labelled(t.title(bot.Digital), ShowTopic, string(bot.Digital)), t.other()})
	t.add(Message{Text: w.text, Buttons: buttons, Private: true})
}

// safeToWrite goes on with a person in danger who can write.
func (t *turn) safeToWrite(topic bot.Topic) {
	t.about(topic, true)
	v := t.view()
	w := writer{}
	t.dangerLines(&w, topic)
	w.gap()
	if a, ok := t.dir.Article(topic, t.session.Language); ok {
		w.prose(v.fill(a.Topic, a.About))
	}
	w.line(plain(t.say(locales.WriteOn)))
	t.add(Message{Text: w.text, Private: true,
		Buttons: t.rows(t.moreButton(topic), t.button(locales.ButtonHelplines, ShowHelplines, ""), t.other())})
}

// someoneWatches tells a person whose phone may be seen what to do: call
// instead, clear the chat, and what clearing cannot hide.
func (t *turn) someoneWatches(topic bot.Topic) {
	t.about(topic, true)
	v := t.view()
	w := writer{}
	t.dangerLines(&w, topic)
	w.gap()
	if a, ok := t.dir.Article(bot.Digital, t.session.Language); ok {
		w.prose(v.fill(a.Topic, a.Now))
		w.prose(v.fill(a.Topic, a.About))
	}
	t.add(Message{Text: w.text, Private: true,
		Buttons: t.rows(t.moreButton(bot.Digital), t.button(locales.ButtonHelplines, ShowHelplines, ""))})
}
