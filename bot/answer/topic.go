package answer

import (
	"strings"
	"unicode/utf8"

	"prystan/bot"
	"prystan/locales"
)

// budget is how many characters an answer may have before what can wait moves
// behind the "More" button.
const budget = 900

// topic answers on a topic with the country's facts, or in general while the
// country is not known.
func (t *turn) topic(topic bot.Topic) {
	if topic.Crisis() {
		t.about(topic, true)
		t.crisis(topic, true)
		return
	}
	t.about(topic, false)
	switch topic {
	case bot.None:
		t.outOfScope()
		return
	case bot.Greeting:
		t.start()
		return
	case bot.SetLanguage:
		t.askLanguage()
		return
	}
	a, ok := t.dir.Article(topic, t.session.Language)
	if !ok {
		t.menu()
		return
	}
	v := t.view()
	w := writer{}
	p := planFor(topic)
	w.line(strong(v.heading(a.Title, p)))
	var buttons [][]Button
	switch {
	case topic.Group() == bot.GroupBot:
		w.prose(v.fill(a.Topic, a.Now))
		w.gap()
		w.prose(v.fill(a.Topic, a.About))
	case v.country != "":
		buttons = t.countryFacts(&w, a, p)
	default:
		w.prose(v.fill(a.Topic, a.Now))
		buttons = t.general(&w, a, p)
	}
	if v.hasRoomFor(a, &w) {
		w.gap()
		w.prose(v.fill(a.Topic, a.About))
	}
	if rests := v.restsOn(a); rests != "" {
		w.gap()
		w.line(quiet(rests))
	}
	buttons = append(buttons, t.foot(topic, a)...)
	t.add(Message{Text: w.text, Buttons: buttons, Private: topic.Personal()})
}

// hasRoomFor reports whether what an article says Europe-wide still fits under
// the country's facts. On protection it is about the EU's and does not belong
// under the rules of a country that has its own.
func (v view) hasRoomFor(a bot.Article, w *writer) bool {
	if v.country == "" || a.Topic.Group() == bot.GroupBot {
		return false
	}
	if a.Topic.Group() == bot.GroupTP && !v.country.EUProtection() {
		return false
	}
	return length(w.text)+utf8.RuneCountInString(a.About) < budget
}

// heading names the country before the title where the answer is about one.
func (v view) heading(title string, p plan) string {
	if v.country == "" || (len(p.parts) == 0 && len(p.needs) == 0) {
		return title
	}
	return v.country.Flag() + " " + v.say.Country(v.country) + " · " + title
}

// countryFacts writes what the country's facts say on the topic, the first step
// of the article and whom to call there, and returns the buttons that belong to
// it. On protection the country's own rule comes first, since it is what was
// asked for; in the other groups the first step does.
func (t *turn) countryFacts(w *writer, a bot.Article, p plan) [][]Button {
	v := t.view()
	var buttons [][]Button
	if a.Topic.Group() != bot.GroupTP {
		w.prose(v.fill(a.Topic, a.Now))
		w.gap()
	}
	if v.country == bot.Ukraine && len(p.parts) > 0 {
		p.parts = append([]part{status}, p.parts...) // its own people are not under protection there
	}
	if len(p.parts) > 0 {
		t.protectionFacts(w, p)
		w.gap()
	}
	if p.dates {
		v.dates(w)
		w.gap()
	}
	if v.wantsFirstStep(a, w) {
		w.prose(v.fill(a.Topic, a.Now))
	}
	shown, last := 0, bot.Service{}
	for s := range v.lines(p) {
		if shown >= maxLines && !s.BelongsTo(last) || (shown > 0 && length(w.text) > budget-250 && !s.BelongsTo(last)) {
			break
		}
		shown, last = shown+1, s
		w.gap()
		v.lineShort(w, s)
		t.reply.Question.Lines = append(t.reply.Question.Lines, s.ID)
		buttons = append(buttons, []Button{t.labelled("📇 "+v.about(s), ShowLine, s.ID)})
	}
	if a.Topic.Personal() || a.Topic == bot.Helplines {
		w.gap()
		w.line(quiet(v.foot()))
	}
	if protection, ok := t.dir.Protection(v.country); ok && p.page {
		if url := page(protection); url != "" {
			buttons = append(buttons, []Button{{Label: t.say(locales.ButtonOfficialPage), URL: url}})
		}
	}
	return buttons
}

// ruleRoom is how long the country's own rule on protection may be for the first
// step of the article to stand under it; otherwise it waits behind "More".
const ruleRoom = 420

func (v view) wantsFirstStep(a bot.Article, w *writer) bool {
	return a.Topic.Group() == bot.GroupTP && v.country != bot.Ukraine && length(w.text) < ruleRoom
}

// page returns the official page on how to register, or of the authority.
func page(p bot.Protection) string {
	if p.RegisterURL != "" {
		return p.RegisterURL
	}
	return p.Website
}

// protectionFacts writes the parts of the country's protection text, and says
// so plainly where no confirmed rule is known.
func (t *turn) protectionFacts(w *writer, p plan) {
	v := t.view()
	text, _ := t.dir.ProtectionText(v.country, t.session.Language)
	known := false
	for _, part := range p.parts {
		if s := part(text); s != "" {
			w.prose(s)
			known = true
		}
	}
	if !known {
		w.prose(v.say.Say(locales.NoConfirmedRule))
		if text.Authority != "" {
			w.prose(text.Authority)
		}
	}
	if protection, ok := t.dir.Protection(v.country); ok {
		w.line(quiet(v.assured(protection.Standing)))
	}
}

// dates tells the date in the country's own rules and the EU's date apart.
func (v view) dates(w *writer) {
	p, ok := v.dir.Protection(v.country)
	if !ok {
		return
	}
	w.gap()
	if p.ValidUntil.IsZero() {
		w.line(plain(v.say.Say(locales.NationalDateUnknown)))
	} else if p.ValidUntilUnsure {
		w.line(plain(v.say.Fill(locales.NationalDateUnsure, struct{ Date string }{v.say.Date(p.ValidUntil)})))
	} else {
		w.line(plain(v.say.Fill(locales.NationalDate, struct{ Date string }{v.say.Date(p.ValidUntil)})))
	}
	switch {
	case !p.EUUntil.IsZero():
		w.line(plain(v.say.Fill(locales.EUDate, struct{ Date string }{v.say.Date(p.EUUntil)})))
	case !v.country.EUProtection():
		w.line(plain(v.say.Say(locales.OutsideEU)))
	}
}

// general writes what holds Europe-wide and asks for the country.
func (t *turn) general(w *writer, a bot.Article, p plan) [][]Button {
	v := t.view()
	var buttons [][]Button
	if a.General != "" {
		w.gap()
		w.prose(v.fill(a.Topic, a.General))
	} else if a.About != "" {
		w.gap()
		w.prose(v.fill(a.Topic, a.About))
	}
	for s := range v.lines(plan{lines: p.lines}) {
		w.gap()
		v.lineShort(w, s)
		t.reply.Question.Lines = append(t.reply.Question.Lines, s.ID)
		buttons = append(buttons, []Button{t.labelled("📇 "+v.about(s), ShowLine, s.ID)})
	}
	w.gap()
	w.line(quiet(v.foot()))
	t.strangeCountry(w)
	w.gap()
	w.line(strong(v.say.Say(locales.WhichCountry)))
	return append(buttons, t.nearCountries(a.Topic)...)
}

// more shows the details of an article.
func (t *turn) more(topic bot.Topic) {
	a, ok := t.dir.Article(topic, t.session.Language)
	if !ok || (a.More == "" && a.About == "") {
		t.topic(topic)
		return
	}
	t.about(topic, topic.Crisis())
	v := t.view()
	w := writer{}
	if topic.Crisis() {
		t.dangerLines(&w, topic)
		w.gap()
	}
	w.line(strong(a.Title))
	if a.Topic.Group() == bot.GroupTP {
		w.prose(v.fill(a.Topic, a.Now))
		w.gap()
	}
	if v.country == "" || v.country.EUProtection() || a.Topic.Group() != bot.GroupTP {
		w.prose(v.fill(a.Topic, a.About))
		w.gap()
	}
	w.prose(v.fill(a.Topic, a.More))
	if rests := v.restsOn(a); rests != "" {
		w.gap()
		w.line(quiet(rests))
	}
	buttons := [][]Button{{t.labelled("◂ "+a.Title, ShowTopic, string(topic)), t.other()}}
	t.add(Message{Text: w.text, Buttons: buttons, Private: topic.Personal()})
}

// restsOn says when what an article says Europe-wide was last confirmed: the
// latest of the facts it rests on. Advice that states no fact has no date.
func (v view) restsOn(a bot.Article) string {
	var s bot.Standing
	found := false
	for _, id := range a.Facts {
		f, ok := v.dir.Fact(id)
		if !ok {
			continue
		}
		if !found || s.Assured.Before(f.Assured) {
			s, found = f.Standing, true
		}
	}
	if !found {
		return ""
	}
	day := v.say.Date(s.Assured)
	if day == "" {
		return v.say.Say(locales.AdviceUndated)
	}
	return v.say.Fill(locales.AdviceAssured, struct{ Date string }{day})
}

// offer lets the person choose between the likeliest topics.
func (t *turn) offer() {
	v := t.view()
	w := writer{}
	w.line(plain(t.say(locales.DidYouMean)))
	var buttons [][]Button
	for _, c := range t.reply.Question.Topics {
		if c.Topic == bot.None || len(buttons) == 3 {
			continue
		}
		buttons = append(buttons, []Button{t.labelled(t.title(c.Topic), ShowTopic, string(c.Topic))})
	}
	w.gap()
	w.line(quiet(v.foot()))
	buttons = append(buttons, []Button{t.human(), t.other()})
	t.add(Message{Text: w.text, Buttons: buttons, Private: true})
}

// outOfScope says that the question is outside what Prystan knows, and who
// could know.
func (t *turn) outOfScope() {
	group := bot.GroupNone
	for _, c := range t.reply.Question.Topics {
		if c.Topic != bot.None {
			group = c.Topic.Group()
			break
		}
	}
	if err := t.counts.Unanswered(t.ctx, group, t.session.Language, t.country()); err != nil {
		t.err = err
	}
	v := t.view()
	w := writer{}
	if a, ok := t.dir.Article(bot.None, t.session.Language); ok {
		w.prose(v.fill(a.Topic, a.Now))
	}
	w.gap()
	w.line(quiet(v.foot()))
	t.add(Message{Text: w.text, Buttons: append([][]Button{{t.human()}}, t.menuButtons()...)})
}

// title is the label of a topic.
func (t *turn) title(topic bot.Topic) string {
	if a, ok := t.dir.Article(topic, t.session.Language); ok {
		return a.Title
	}
	return t.say(locales.ButtonMenu)
}

// fill puts the emergency number and the EU's date into a part of an article.
func (v view) fill(topic bot.Topic, part string) string {
	if !strings.Contains(part, "{{") {
		return part
	}
	return bot.Fill(part, v.emergency(topic), v.say.Date(v.dir.EUUntil()))
}

// length returns the number of characters of Plain.
func length(t Text) int {
	n := max(0, len(t)-1) // ends of lines
	for _, p := range t {
		for _, s := range p {
			n += utf8.RuneCountInString(s.Text)
		}
	}
	return n
}
