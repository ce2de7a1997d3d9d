package answer

import (
	"prystan/bot"
	"prystan/bot/phone"
	"prystan/locales"
)

// needMax is how many lines of one need are shown at once. No country has more
// that people may see.
const needMax = 8

// helplines lists the lines of the country: for one need, or the needs that
// have any with the best line of the most dangerous ones.
func (t *turn) helplines(need bot.Need) {
	t.about(bot.Helplines, false)
	v := t.view()
	if v.country == "" {
		t.topic(bot.Helplines)
		return
	}
	w := writer{}
	w.line(strong(v.country.Flag() + " " + v.say.Country(v.country) + " · " + t.say(locales.ButtonHelplines)))
	if s, ok := t.dir.Emergency(v.country); ok {
		v.lineShort(&w, s)
	}
	services := t.dir.Services(v.country, need)
	if len(services) > 0 && need != bot.NeedEmergency {
		t.linesOf(&w, need, services)
		return
	}
	var buttons [][]Button
	for _, n := range bot.Needs() {
		services := t.dir.Services(v.country, n)
		if len(services) == 0 || n == bot.NeedEmergency {
			continue
		}
		if n == bot.NeedTrafficking {
			for s := range v.bestFirst(services) {
				w.gap()
				v.lineShort(&w, s)
				t.reply.Question.Lines = append(t.reply.Question.Lines, s.ID)
				break
			}
		}
		buttons = append(buttons, []Button{t.button(locales.NeedMessage(n), ShowHelplines, string(n))})
	}
	w.gap()
	w.line(plain(t.say(locales.ChooseNeed)))
	buttons = append(buttons, []Button{t.other()})
	t.add(Message{Text: w.text, Buttons: buttons})
}

// linesOf shows the lines of one need, each with a button for its card.
func (t *turn) linesOf(w *writer, need bot.Need, services []bot.Service) {
	v := t.view()
	w.gap()
	w.line(strong(t.say(locales.NeedMessage(need))))
	var buttons [][]Button
	for s := range v.bestFirst(services) {
		if len(buttons) == needMax {
			break
		}
		if len(buttons) > 0 {
			w.gap()
		}
		v.lineShort(w, s)
		t.reply.Question.Lines = append(t.reply.Question.Lines, s.ID)
		buttons = append(buttons, []Button{t.labelled("📇 "+v.about(s), ShowLine, s.ID)})
	}
	buttons = append(buttons, []Button{t.labelled("◂ "+t.say(locales.ButtonHelplines), ShowHelplines, ""), t.other()})
	t.add(Message{Text: w.text, Buttons: buttons})
}

// line does what a button on one line says.
func (t *turn) line(a Action) {
	s, ok := t.dir.Service(a.Arg)
	if !ok {
		t.helplines("")
		return
	}
	t.reply.Question.Lines = []string{s.ID}
	switch a.Verb {
	case SendContact:
		t.contact(s)
	case ShowCalling:
		t.calling(s)
	case ReportLine:
		t.wrong(s)
	default:
		t.card(s)
	}
}

// card shows everything known of a line and what one can do with it.
func (t *turn) card(s bot.Service) {
	v := t.view()
	w := writer{}
	v.lineCard(&w, s)
	t.add(Message{Text: w.text, Buttons: t.cardButtons(s)})
}

func (t *turn) cardButtons(s bot.Service) [][]Button {
	var rows [][]Button
	if phones := t.dir.Phones(s); len(phones) > 0 && s.TextOnly {
		rows = append(rows, []Button{{Label: t.say(locales.ButtonCopy), Copy: t.copyable(s)}})
	} else if len(phones) > 0 {
		rows = append(rows,
			[]Button{t.button(locales.ButtonContact, SendContact, s.ID), {Label: t.say(locales.ButtonCopy), Copy: t.copyable(s)}},
			[]Button{t.button(locales.ButtonCalling, ShowCalling, s.ID)})
	}
	var links []Button
	if s.Chat != "" {
		links = append(links, Button{Label: t.say(locales.ButtonChat), URL: s.Chat})
	}
	if s.Website != "" && s.Website != s.Chat {
		links = append(links, Button{Label: t.say(locales.ButtonWebsite), URL: s.Website})
	}
	if len(links) > 0 {
		rows = append(rows, links)
	}
	rows = append(rows, []Button{t.button(locales.ButtonWrong, ReportLine, s.ID)})
	return append(rows, []Button{t.labelled("◂ "+t.say(locales.ButtonHelplines), ShowHelplines, ""), t.other()})
}

// copyable is the number as the person dials it from where they are.
func (t *turn) copyable(s bot.Service) string {
	v := t.view()
	if numbers := v.callable(s); len(numbers) > 0 {
		return numbers[0].Tel
	}
	return phone.Tel(t.dir.Phones(s)[0])
}

// contact sends the line as a card that a tap calls and keeps.
func (t *turn) contact(s bot.Service) {
	if len(t.dir.Phones(s)) == 0 || s.TextOnly {
		t.card(s)
		return
	}
	v := t.view()
	t.add(Message{Contact: &Contact{Name: shorten(v.name(s), 60), Phone: t.copyable(s)}})
	w := writer{}
	w.line(plain(t.say(locales.ContactSent)))
	t.add(Message{Text: w.text, Buttons: [][]Button{
		{t.button(locales.ButtonCalling, ShowCalling, s.ID)},
		{t.labelled("◂ "+t.say(locales.ButtonHelplines), ShowHelplines, ""), t.other()},
	}})
}

func (t *turn) calling(s bot.Service) {
	v := t.view()
	w := writer{}
	v.calling(&w, s)
	t.add(Message{Text: w.text, Buttons: [][]Button{
		{t.labelled("◂ "+v.name(s), ShowLine, s.ID), t.other()},
	}})
}

// wrong counts a report and names other lines.
func (t *turn) wrong(s bot.Service) {
	if err := t.counts.WrongNumber(t.ctx, s.ID); err != nil {
		t.err = err
	}
	v := t.view()
	w := writer{}
	w.line(plain(v.say.Fill(locales.WrongThanks, struct{ Number string }{v.emergency("")})))
	t.add(Message{Text: w.text, Buttons: t.rows(t.button(locales.ButtonHelplines, ShowHelplines, ""), t.other())})
}
