package understand

import (
	_ "embed" // for the words of follow-up questions
	"math"
	"strings"

	"prystan/bot"
)

//go:embed data/asides.txt
var asidesData string

// How much the topic of the talk counts, as natural logarithm of the odds, where
// a text needs it entirely; chosen on the tuning halves of the dialogues.
const (
	sameTopic    = 3.0 // for itself
	sameGroup    = 3.5 // for topics of its group, in a text as brief as "and the doctor?"
	offTopic     = 4.0 // against None: people seldom leave a talk for the weather
	thanking     = 5.0 // for bot.thanks, in a few words of thanks that ask nothing
	followDanger = 0.5 // a text that only adds to danger is about danger
	followSure   = 0.9 // how often a text that only adds is about the topic of the talk
)

// follow weighs what was said before. A text that says nothing by itself adds
// to the topic of the talk so far: another country, "how much is it?", "and
// there?". Any other leans towards it, the more so the shorter it is.
func (m *Model) follow(r *reading, ctx Context) {
	at, known := m.topicOf[ctx.Topic]
	if !known || ctx.Topic == bot.None || ctx.Topic.Group() == bot.GroupBot {
		return
	}
	r.followUp = m.onlyAdds(r)
	words := strings.Count(r.whole.plain, " ") + 1
	need := m.need(r, words)
	brief := math.Pow(need, 12) // of use in two or three words only
	thanks := words <= longestThanks && m.thanks(r)
	p := make([]float64, len(m.topics))
	sum := 0.0
	for _, s := range r.all {
		i := m.topicOf[s.Topic]
		lean := 0.0
		if i == at {
			lean += sameTopic * need
		}
		if s.Topic.Group() == ctx.Topic.Group() {
			lean += sameGroup * brief
		}
		switch {
		case s.Topic == bot.None:
			lean -= offTopic * need
		case s.Topic == bot.Thanks && thanks:
			lean += thanking
		}
		// So brief a text is seldom as clear as it looks.
		p[i] = math.Pow(s.Score, 1-brief/2) * math.Exp(lean)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
		if r.followUp {
			p[i] *= 1 - followSure
		}
	}
	if r.followUp {
		p[at] += followSure
		if ctx.Topic.Crisis() {
			r.danger = max(r.danger, followDanger) // it goes on
		}
	}
	r.topics = shorten(m.sorted(p))
}

// standsAlone is the number of words from which on a text says by itself what it
// is about.
const standsAlone = 20

// joining is how much more a text needs what was said before if it begins with
// "and".
const joining = 0.1

// need says how much a text of some words needs what was said before to be
// understood, from 0 to 1.
func (m *Model) need(r *reading, words int) float64 {
	if words >= standsAlone {
		return 0
	}
	need := 1 - float64(words)/standsAlone
	if m.joins(r) {
		need += joining
	}
	return min(need, 1)
}

// longestThanks is how many words a text may have and still only thank.
const longestThanks = 5

// thanks reports whether the text has a word of thanks and none that asks or denies.
func (m *Model) thanks(r *reading) bool {
	thanks := false
	for _, i := range r.ideas {
		switch m.ideaName(i.id) {
		case "thanks":
			thanks = true
		case "where", "how_much", "how_long", "what_is", "negation", "question_may":
			return false
		}
	}
	return thanks
}

// joins reports whether the text begins with a word that joins it to what was
// said before.
func (m *Model) joins(r *reading) bool {
	skel, _, _ := strings.Cut(r.whole.skel, " ")
	plain, _, _ := strings.Cut(r.whole.plain, " ")
	joins := false
	m.asides.match(skel, plain, everyLanguage, func(e entry) {
		joins = joins || m.asides.names[e.id] == "joins"
	})
	return joins
}

// longestAside is how many words a text may have and still only add.
const longestAside = 8

// onlyAdds reports whether every word of the text is a place or one of the small
// words of follow-up questions, of which there must be at least one.
func (m *Model) onlyAdds(r *reading) bool {
	skels, plains := strings.Split(r.whole.skel, " "), strings.Split(r.whole.plain, " ")
	if len(skels) != len(plains) || len(skels) > longestAside {
		return false
	}
	said := len(r.whole.flags) > 0
	covered := map[int]bool{}
	for _, p := range m.atlas.mentions(r.whole, everyLanguage) {
		for i := 0; i < p.length; i++ {
			covered[p.word+i] = true
		}
		said = true
	}
	for i := range skels {
		if covered[i] || skels[i] == "" {
			continue
		}
		aside := false
		m.asides.match(skels[i], plains[i], everyLanguage, func(e entry) {
			aside = true
			said = said || m.asides.names[e.id] == "asks"
		})
		if !aside {
			return false
		}
	}
	return said
}
