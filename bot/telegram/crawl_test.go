package telegram_test

import (
	"slices"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/bottest"
)

// wholeCountries are those in which the crawl presses everything; in the others
// it presses each kind of button once.
var wholeCountries = []bot.Country{"", "PL", "DE", "GB"}

// kind is what two buttons have in common that need not both be pressed.
func kind(a answer.Action) string {
	if slices.Contains(wholeCountries, a.Country) {
		return a.String()
	}
	return string(a.Verb) + ":" + string(a.Country)
}

// found is a button and the message under which it stood.
type found struct {
	on   bottest.Message
	data string
}

// TestEveryButtonFromStartWorksInEveryLanguage presses, breadth first, the
// buttons that can be reached from /start. Each must change something that the
// person sees, and the Bot API must refuse nothing.
func TestEveryButtonFromStartWorksInEveryLanguage(t *testing.T) {
	d := open(t, nil)
	languages := d.Languages()
	if len(languages) == 0 {
		t.Fatal("no language has all its articles")
	}
	t.Run("languages", func(t *testing.T) {
		for _, l := range languages {
			t.Run(string(l), func(t *testing.T) {
				t.Parallel()
				c := crawler{t: t, person: d.api.NewPerson(string(l)), language: l, seen: map[string]bool{}}
				c.crawl()
				c.checkCover(d)
				t.Logf("%d buttons pressed", len(c.pressed))
			})
		}
	})
	if n := d.bot.Stats(); n.Panics != 0 || n.Refused != 0 {
		t.Errorf("after the crawl: %+v", n)
	}
}

type crawler struct {
	t        *testing.T
	person   *bottest.Person
	language bot.Language
	seen     map[string]bool
	queue    []found
	pressed  []answer.Action
}

func (c *crawler) crawl() {
	c.note(c.person.Say("/start"))
	for len(c.queue) > 0 {
		next := c.queue[0]
		c.queue = c.queue[1:]
		a, err := answer.ParseAction(next.data)
		if err != nil {
			c.t.Fatalf("button %q: %v", next.data, err)
		}
		c.pressed = append(c.pressed, a)
		c.person.PressData(c.person, next.on, next.data)
		r := c.person.Reply()
		if text := strings.TrimSpace(r.Last().Text); text == "" {
			c.t.Errorf("button %q leads to nothing to read", next.data)
		}
		if e := r[len(r)-1]; e.Kind == bottest.Unchanged && e.Message.Text == next.on.Text {
			c.t.Errorf("button %q does nothing", next.data)
		}
		c.note(r)
	}
}

// note queues the buttons of a reply that are of a new kind.
func (c *crawler) note(r bottest.Reply) {
	for _, e := range r {
		for _, b := range e.Message.Buttons() {
			a, err := answer.ParseAction(b.Data)
			if b.Data == "" || err == nil && a.Language != c.language {
				continue // each language is crawled by itself
			}
			if k := kind(a); !c.seen[k] {
				c.seen[k] = true
				c.queue = append(c.queue, found{e.Message, b.Data})
			}
		}
	}
}

// checkCover looks whether the crawl went everywhere: all countries, verbs and
// topics, all needs and lines of the whole countries.
func (c *crawler) checkCover(d *desk) {
	countries, verbs, topics, lines := map[bot.Country]bool{}, map[answer.Verb]bool{}, map[string]bool{}, map[string]bool{}
	for _, a := range c.pressed {
		countries[a.Country], verbs[a.Verb] = true, true
		switch a.Verb {
		case answer.ShowTopic, answer.ShowMore:
			topics[a.Arg] = true
		case answer.ShowLine, answer.ShowHelplines:
			lines[a.Arg] = true
		}
	}
	for _, country := range bot.Countries() {
		if !countries[country] {
			c.t.Errorf("country %s was not reached", country)
		}
	}
	for _, v := range []answer.Verb{
		answer.ShowMenu, answer.ShowDanger, answer.ShowHelplines, answer.ShowLine, answer.SendContact, answer.ShowCalling,
		answer.ReportLine, answer.ShowProtection, answer.ShowTopic, answer.ShowMore, answer.ShowSafety, answer.ShowFindHelp,
		answer.ShowHuman, answer.AskCountry, answer.SetCountry, answer.AskLanguage, answer.SetLanguage, answer.SafeToWrite,
		answer.SomeoneWatches, answer.VoteUp, answer.VoteDown,
	} {
		if !verbs[v] {
			c.t.Errorf("no button %q was found", v)
		}
	}
	for _, topic := range bot.Topics() {
		if topic.Group() != bot.GroupBot && topic != bot.None && !topics[string(topic)] {
			c.t.Errorf("topic %s was not reached", topic)
		}
	}
	for _, country := range wholeCountries[1:] {
		for _, s := range d.Directory.Services(country) {
			if s.Need != bot.NeedEmergency && !lines[s.ID] {
				c.t.Errorf("line %s was not reached", s.ID)
			}
			if s.Need != bot.NeedEmergency && !lines[string(s.Need)] {
				c.t.Errorf("need %s was not reached", s.Need)
			}
		}
	}
}
