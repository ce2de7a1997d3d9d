package webchat

import (
	"context"
	"html/template"
	"slices"
	"strings"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/locales"
)

// page is everything that the template shows.
type page struct {
	Lang, Dir     string
	Brand         string // the title as far as its dash
	Words         words
	Leave         string
	Style, Script string
	Icon          string
	PrivacyURL    string

	State     answer.Session
	Asked     *asked
	Alert     []run  // empty where nothing went wrong
	Failed    []run  // shown by the script when the answer does not come
	Note      string // said before the answer; "" for nothing
	Draft     string
	Messages  []message
	Tools     []button // what the answer does not offer itself: danger, country, language
	Languages []button
}

// words are what the page itself says.
type words struct {
	Title, Question, Send, Leave, LeaveHint, Skip, Answer, YouAsked string
	Privacy, Copied, Footer, Call, Menu, WhichLanguage              string
}

// asked is what the person wrote.
type asked struct{ Text, Lang string }

// message is one message of the reply.
type message struct {
	Blocks   []block
	Card     *card   // a number to call; its message has nothing else
	AskFirst bool    // the field for a question stands before the buttons
	First    *button // the button "I'm in danger", where it stands before that field
	Rows     [][]button
}

// card is a number with a name.
type card struct {
	Name, Number string
	Tel          template.URL
}

// button is an action, a page to open or a number to copy.
type button struct {
	Label string
	Do    string // action
	URL   string
	Copy  string
	Look  string // "", "danger", "soft" or "now" for the language of the page
	Lang  string // of the label, where it is another than the page's
}

func (c *chat) page(ctx context.Context, s shown) page {
	l := s.reply.Language
	say := c.catalog.Printer(l)
	p := page{
		Lang:       string(l),
		Dir:        direction(l),
		Words:      sentences(say),
		Leave:      LeaveURL,
		Style:      c.assets.Address("style.css"),
		Script:     c.assets.Address("chat.js"),
		Icon:       c.assets.Address("icon.svg"),
		PrivacyURL: "/privacy?lang=" + string(l),
		State:      s.session,
		Draft:      s.draft,
		Note:       s.note,
		Languages:  languages(s.session),
	}
	p.Brand, _, _ = strings.Cut(p.Words.Title, " – ")
	number := c.emergency(ctx, s.session)
	set := setter{emergency: number, privacy: p.PrivacyURL}
	values := struct{ Number string }{number}
	p.Failed = set.linked(run{Text: say.Fill(locales.WebFailed, values)})
	if s.alert != "" {
		p.Alert = set.linked(run{Text: say.Fill(s.alert, values)})
	}
	if s.asked != "" {
		p.Asked = &asked{Text: s.asked, Lang: string(s.reply.Question.Language)}
	}
	p.messages(s.reply, &set)
	if !p.asksFirst() {
		p.Tools = tools(say, s.session)
	}
	return p
}

// messages sets the messages of the reply. Where the last one offers the menu
// ("write your question or choose"), danger comes first, then the field, then
// the other buttons.
func (p *page) messages(r answer.Reply, set *setter) {
	for i, m := range r.Messages {
		out := message{Blocks: set.text(m.Text)}
		for _, row := range m.Buttons {
			out.Rows = append(out.Rows, p.row(row))
		}
		if i == len(r.Messages)-1 {
			out.dangerFirst()
		}
		if m.Contact != nil && telForm.MatchString(m.Contact.Phone) {
			out.Card = &card{Name: m.Contact.Name, Number: m.Contact.Phone, Tel: template.URL("tel:" + m.Contact.Phone)}
		}
		p.Messages = append(p.Messages, out)
	}
}

// dangerFirst takes the row of the danger button out of those of a menu.
func (m *message) dangerFirst() {
	for i, row := range m.Rows {
		if len(row) == 1 && row[0].Look == "danger" {
			m.AskFirst, m.First = true, &row[0]
			m.Rows = slices.Delete(m.Rows, i, i+1)
			return
		}
	}
}

func (p *page) asksFirst() bool {
	n := len(p.Messages)
	return n > 0 && p.Messages[n-1].AskFirst
}

func (p *page) row(row []answer.Button) []button {
	buttons := make([]button, len(row))
	for i, b := range row {
		buttons[i] = button{Label: b.Label, URL: b.URL, Copy: b.Copy}
		if b.Do == nil {
			continue
		}
		buttons[i].Do = b.Do.String()
		switch b.Do.Verb {
		case answer.ShowDanger:
			buttons[i].Look = "danger"
		case answer.VoteUp, answer.VoteDown, answer.ReportLine:
			buttons[i].Look = "soft"
		case answer.SetLanguage:
			if l := string(b.Do.Language); l != p.Lang {
				buttons[i].Lang = l
			}
		}
	}
	return buttons
}

// tools are the buttons that stand under every answer without a menu of its
// own, so that danger, country and language are always one tap away.
func tools(say *locales.Printer, s answer.Session) []button {
	do := func(label string, v answer.Verb, arg bot.Topic, look string) button {
		a := answer.Action{Verb: v, Arg: string(arg), Country: s.Country, Language: s.Language}
		return button{Label: label, Do: a.String(), Look: look}
	}
	country := say.Say(locales.ButtonCountry)
	if s.Country != "" {
		country = s.Country.Flag() + " " + say.Country(s.Country)
	}
	topic := s.Topic
	if topic == bot.None || topic.Group() == bot.GroupBot {
		topic = ""
	}
	return []button{
		do(say.Say(locales.ButtonDanger), answer.ShowDanger, "", "danger"),
		do(country, answer.AskCountry, topic, ""),
		do(say.Say(locales.ButtonLanguage), answer.AskLanguage, "", ""),
	}
}

// languages are buttons that show the same in another language, each in its
// own name.
func languages(s answer.Session) []button {
	var all []button
	for _, l := range bot.Languages() {
		a := answer.Action{Verb: answer.ShowTopic, Arg: string(s.Topic), Country: s.Country, Language: l}
		if s.Topic == "" || s.Topic == bot.None || s.Topic == bot.SetLanguage {
			a.Verb, a.Arg = answer.ShowMenu, ""
		}
		b := button{Label: locales.SelfName(l), Do: a.String(), Lang: string(l)}
		if l == s.Language {
			b.Look, b.Lang = "now", ""
		}
		all = append(all, b)
	}
	return all
}

func sentences(say *locales.Printer) words {
	return words{
		Title:         say.Say(locales.WebTitle),
		Question:      say.Say(locales.WebQuestion),
		Send:          say.Say(locales.WebSend),
		Leave:         say.Say(locales.WebLeave),
		LeaveHint:     say.Say(locales.WebLeaveHint),
		Skip:          say.Say(locales.WebSkip),
		Answer:        say.Say(locales.WebAnswer),
		YouAsked:      say.Say(locales.WebYouAsked),
		Privacy:       say.Say(locales.WebPrivacy),
		Copied:        say.Say(locales.WebCopied),
		Footer:        say.Say(locales.WebFooter),
		Call:          say.Say(locales.WebCall),
		Menu:          say.Say(locales.MenuTitle),
		WhichLanguage: say.Say(locales.WhichLanguage),
	}
}

func direction(l bot.Language) string {
	if l.RightToLeft() {
		return "rtl"
	}
	return "ltr"
}
