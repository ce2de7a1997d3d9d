package answer

import (
	"strings"

	"prystan/bot"
	"prystan/locales"
)

// button makes a button with a label from the catalog.
func (t *turn) button(label locales.Message, v Verb, arg string) Button {
	return t.labelled(t.say(label), v, arg)
}

// labelled makes a button that carries the state of the conversation.
func (t *turn) labelled(label string, v Verb, arg string) Button {
	return Button{Label: shorten(label, 60), Do: &Action{Verb: v, Arg: arg, Country: t.country(), Language: t.session.Language}}
}

// shorten cuts a label at a word, so that a phone shows it on one line.
func shorten(s string, limit int) string {
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	cut := string(runes[:limit-1])
	if i := strings.LastIndexByte(cut, ' '); i > limit/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,–-(") + "…"
}

// rows puts each button into a row of its own.
func (t *turn) rows(buttons ...Button) [][]Button {
	rows := make([][]Button, len(buttons))
	for i, b := range buttons {
		rows[i] = []Button{b}
	}
	return rows
}

// pairs puts buttons two into a row.
func pairs(buttons []Button) [][]Button {
	var rows [][]Button
	for i := 0; i < len(buttons); i += 2 {
		rows = append(rows, buttons[i:min(i+2, len(buttons))])
	}
	return rows
}

func (t *turn) other() Button { return t.button(locales.ButtonOther, ShowMenu, "") }
func (t *turn) human() Button { return t.button(locales.ButtonHuman, ShowHuman, "") }

func (t *turn) moreButton(topic bot.Topic) Button {
	return t.button(locales.ButtonMore, ShowMore, string(topic))
}

// foot returns the buttons under every answer.
func (t *turn) foot(topic bot.Topic, a bot.Article) [][]Button {
	var rows [][]Button
	if a.More != "" {
		rows = append(rows, []Button{t.moreButton(topic)})
	}
	if topic.Group() == bot.GroupBot {
		return append(rows, t.menuButtons()...)
	}
	rows = append(rows, []Button{
		t.labelled("👍", VoteUp, string(topic)), t.labelled("👎", VoteDown, string(topic)),
	})
	last := []Button{t.other()}
	if topic != bot.Human {
		last = append(last, t.human())
	}
	return append(rows, last)
}

// menuButtons are those of the menu.
func (t *turn) menuButtons() [][]Button {
	country := t.say(locales.ButtonCountry)
	if c := t.country(); c != "" {
		country = c.Flag() + " " + t.view().say.Country(c)
	}
	return [][]Button{
		{t.button(locales.ButtonDanger, ShowDanger, "")},
		{t.button(locales.ButtonHelplines, ShowHelplines, ""), t.button(locales.ButtonProtection, ShowProtection, "")},
		{t.button(locales.ButtonSafety, ShowSafety, ""), t.button(locales.ButtonFindHelp, ShowFindHelp, "")},
		{t.labelled(country, AskCountry, ""), t.button(locales.ButtonLanguage, AskLanguage, "")},
	}
}

// start greets: what this is, that no person reads along, what is kept, and
// what to do in danger.
func (t *turn) start() {
	t.about(bot.Greeting, false)
	v := t.view()
	w := writer{}
	w.line(strong(t.say(locales.StartHello)))
	w.line(plain(t.say(locales.StartAutomatic)))
	w.line(plain(t.say(locales.StartKeeps)))
	w.line(plain(t.say(locales.StartAdvertisements)))
	w.line(plain(v.say.Fill(locales.StartDanger, struct{ Number string }{v.emergency("") + v.otherEmergencies()})))
	w.gap()
	w.line(plain(t.say(locales.StartAsk)))
	t.add(Message{Text: w.text, Buttons: t.menuButtons()})
}

// menu shows what one can ask.
func (t *turn) menu() {
	v := t.view()
	w := writer{}
	w.line(strong(t.say(locales.MenuTitle)))
	w.line(plain(t.say(locales.StartAsk)))
	w.line(quiet(v.foot()))
	t.add(Message{Text: w.text, Buttons: t.menuButtons(), Calm: true})
}

// strange answers what cannot be read.
func (t *turn) strange() {
	v := t.view()
	w := writer{}
	w.line(plain(t.say(locales.CannotRead)))
	w.line(plain(v.foot()))
	t.add(Message{Text: w.text, Buttons: t.menuButtons()})
}

// topicMenu shows the articles of a list as buttons.
func (t *turn) topicMenu(title locales.Message, topics []bot.Topic) {
	v := t.view()
	w := writer{}
	heading := t.say(title)
	if v.country != "" {
		heading = v.country.Flag() + " " + v.say.Country(v.country) + " · " + heading
	}
	w.line(strong(heading))
	w.line(plain(t.say(locales.ChooseTopic)))
	w.line(quiet(v.foot()))
	var buttons []Button
	for _, topic := range topics {
		buttons = append(buttons, t.labelled(t.title(topic), ShowTopic, string(topic)))
	}
	t.add(Message{Text: w.text, Buttons: append(pairs(buttons), []Button{t.other()}), Calm: true})
}

func (t *turn) protection() { t.topicMenu(locales.ButtonProtection, bot.TopicsIn(bot.GroupTP)) }
func (t *turn) safety()     { t.topicMenu(locales.ButtonSafety, bot.TopicsIn(bot.GroupSafety)) }
func (t *turn) findHelp()   { t.topicMenu(locales.ButtonFindHelp, bot.TopicsIn(bot.GroupHelp)) }

// nearCountries are buttons for the countries most people are in, and one for
// all others; each goes on with the topic.
func (t *turn) nearCountries(topic bot.Topic) [][]Button {
	var buttons []Button
	for _, c := range bot.Countries()[:bot.Neighbours] {
		buttons = append(buttons, t.countryButton(c, topic))
	}
	return append(pairs(buttons), []Button{t.button(locales.ButtonOtherCountry, AskCountry, string(topic))})
}

func (t *turn) countryButton(c bot.Country, topic bot.Topic) Button {
	b := t.labelled(c.Flag()+" "+t.view().say.Country(c), SetCountry, string(topic))
	b.Do.Country = c
	return b
}

// askCountry lets the person choose among all countries: near neighbours of
// Ukraine first, then by name in their language.
func (t *turn) askCountry(topic bot.Topic) {
	w := writer{}
	t.strangeCountry(&w)
	w.line(strong(t.say(locales.WhichCountry)))
	w.line(plain(t.say(locales.CountryHow)))
	all := bot.Countries()
	rest := all[bot.Neighbours:]
	t.view().say.SortCountries(rest)
	var buttons []Button
	for _, c := range all {
		buttons = append(buttons, t.countryButton(c, topic))
	}
	t.add(Message{Text: w.text, Buttons: append(pairs(buttons), []Button{t.other()}), Calm: true})
}

// inCountry goes on in a country with a topic, or with what one can ask there.
func (t *turn) inCountry(c bot.Country, topic bot.Topic) {
	t.session.Country = c
	if !c.Known() {
		t.askCountry(topic)
		return
	}
	t.remember()
	if topic != "" && topic.Group() != bot.GroupBot && topic != bot.None {
		t.topic(topic)
		return
	}
	v := t.view()
	w := writer{}
	w.line(strong(c.Flag() + " " + v.say.Country(c)))
	w.line(plain(v.say.Say(locales.CountrySet)))
	w.gap()
	if s, ok := t.dir.Emergency(c); ok {
		v.lineShort(&w, s)
	}
	t.add(Message{Text: w.text, Buttons: t.menuButtons()})
}

// askLanguage lets the person choose a language, each in its own name.
func (t *turn) askLanguage() {
	t.reply.Question.Topic = bot.SetLanguage
	w := writer{}
	w.line(strong(t.say(locales.WhichLanguage)))
	w.line(plain(t.say(locales.LanguageHow)))
	var buttons []Button
	for _, l := range bot.Languages() {
		b := t.labelled(locales.SelfName(l), SetLanguage, "")
		b.Do.Language = l
		buttons = append(buttons, b)
	}
	t.add(Message{Text: w.text, Buttons: append(pairs(buttons), []Button{t.other()}), Calm: true})
}

// inLanguage goes on in the language that the button set.
func (t *turn) inLanguage(topic bot.Topic) {
	t.remember()
	w := writer{}
	w.line(plain(t.say(locales.LanguageSet)))
	t.add(Message{Text: w.text, Buttons: t.menuButtons()})
}

// forget removes what is kept about the chat.
func (t *turn) forget() {
	t.reply.Forget = true
	t.session = Session{Language: t.session.Language}
	w := writer{}
	w.line(plain(t.say(locales.Forgotten)))
	t.add(Message{Text: w.text, Buttons: t.menuButtons()})
}
