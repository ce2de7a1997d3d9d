package understand

import (
	_ "embed" // for the words of follow-up questions
	"math"
	"strings"

	"prystan/bot"
)

//go:embed data/asides.txt
var asidesData string

// How much the topic of the talk counts, as natural logarithm of the odds,
// chosen on the tuning half of the dialogues.
const (
	sameGroup  = 0.7 // for topics of its group
	sameTopic  = 0.5 // for itself, in a short text
	joinsTopic = 1.2 // for itself, in a short text that begins with "and"
	followSure = 0.9 // how often a text that only adds is about it
)

// follow weighs what was said before. A text that says nothing by itself adds
// to the topic of the talk so far: another country, "how much is it?", "and
// there?". Other short texts lean towards it.
func (m *Model) follow(r *reading, ctx Context) {
	at, known := m.topicOf[ctx.Topic]
	if !known || ctx.Topic == bot.None || ctx.Topic.Group() == bot.GroupBot {
		return
	}
	r.followUp = m.onlyAdds(r)
	words := strings.Count(r.whole.plain, " ") + 1
	p := make([]float64, len(m.topics))
	sum := 0.0
	for _, s := range r.all {
		i := m.topicOf[s.Topic]
		lean := 0.0
		if words <= longestAside && s.Topic.Group() == ctx.Topic.Group() {
			lean += sameGroup
		}
		if words <= longestAside && i == at {
			lean += sameTopic
			if m.joins(r) {
				lean += joinsTopic
			}
		}
		p[i] = s.Score * math.Exp(lean)
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
	}
	r.topics = shorten(m.sorted(p))
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
