package understand

import (
	_ "embed" // for the list of cues
	"fmt"
	"math"
	"strconv"
	"strings"

	"prystan/bot"
)

//go:embed data/cues.txt
var cuesData string

// cue is a sign of danger or of its absence: concepts near each other.
type cue struct {
	adds     float64
	body     bool // an emergency of the body
	concepts []int32
	unless   int32 // concept that takes it back, or 0
	name     string
}

// parseCues reads the cues and how many words after a negation it turns a
// concept round.
func parseCues(data string, concepts *lexicon) ([]cue, map[int32]int, error) {
	ids := map[string]int32{}
	for i, name := range concepts.names {
		ids[name] = int32(i)
	}
	var cues []cue
	turned := map[int32]int{}
	for n, line := range strings.Split(data, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		words := strings.Fields(line)
		if reach, ok := reaches[words[0]]; ok {
			for _, w := range words[1:] {
				id, ok := ids[w]
				if !ok {
					return nil, nil, fmt.Errorf("line %d: no concept %q", n+1, w)
				}
				turned[id] = reach
			}
			continue
		}
		body := words[0] == "!"
		adds, err := strconv.ParseFloat(words[0], 64)
		if err != nil && !body || len(words) < 2 {
			return nil, nil, fmt.Errorf("line %d: %q is not a number and concepts", n+1, line)
		}
		c := cue{adds: adds, body: body, name: strings.Join(words[1:], " + ")}
		if unless, ok := strings.CutPrefix(words[len(words)-1], "unless:"); ok {
			if c.unless, ok = ids[unless]; !ok || c.unless == 0 || len(words) < 3 {
				return nil, nil, fmt.Errorf("line %d: no concept %q to take back the cue", n+1, unless)
			}
			words = words[:len(words)-1]
		}
		for _, w := range words[1:] {
			id, ok := ids[w]
			if !ok {
				return nil, nil, fmt.Errorf("line %d: no concept %q", n+1, w)
			}
			c.concepts = append(c.concepts, id)
		}
		cues = append(cues, c)
	}
	return cues, turned, nil
}

// reaches are the beginnings of the lines of cues.txt that list what a negation
// turns round, and how many words after it.
var reaches = map[string]int{"not": 3, "not-next": 1}

// notOffset is added to a concept that a negation turns round.
const notOffset = 1 << 16

// turnRound marks the concepts that stand a few words after a negation: "nobody
// forces me" must not look like "he forces me".
func (m *Model) turnRound(ideas []idea) []idea {
	for i, n := range ideas {
		if n.id != m.negation {
			continue
		}
		for k := i + 1; k < len(ideas) && ideas[k].word <= n.word+3; k++ {
			if reach := m.turned[ideas[k].id]; reach > 0 && ideas[k].word <= n.word+reach {
				ideas[k].id += notOffset
			}
		}
	}
	return ideas
}

// idea returns the name of a concept.
func (m *Model) ideaName(id int32) string {
	if id >= notOffset {
		return "not " + m.concepts.names[id-notOffset]
	}
	return m.concepts.names[id]
}

// in reports whether the concepts of the cue lie near each other in a message.
// What unless names takes the first concept back where it stands right before it:
// "after the stroke".
func (c cue) in(ideas []idea) bool {
	for i, first := range ideas {
		if first.id != c.concepts[0] || c.unless != 0 && follows(ideas[:i], first, c.unless) {
			continue
		}
		if len(c.concepts) == 1 {
			return true
		}
		for _, second := range ideas {
			if second.id == c.concepts[1] && second.word != first.word && abs(second.word-first.word) <= nearby {
				return true
			}
		}
	}
	return false
}

// follows reports whether one of the ideas before an idea is of a concept and at
// most two words away.
func follows(before []idea, i idea, concept int32) bool {
	for _, b := range before {
		if b.id == concept && i.word-b.word <= 2 && i.word > b.word {
			return true
		}
	}
	return false
}

func abs(n int) int { return max(n, -n) }

// Weights of what speaks for danger: between those fitted on the tuning half and
// those fitted on phrases that the model had not seen (see README.md).
const (
	alarmWeight  = 0.75
	uneaseWeight = 0.02
	urgentWeight = 0.23
	cueWeight    = 0.12
	crisisWeight = 0.43
	dangerBias   = 0.2
	relief       = 2.5 // where every sign of danger is denied: "nobody beats me"
)

// An emergency of the body is urgent where help.medical is at least this likely.
const (
	bodyLikely = 0.2
	bodyDanger = 0.6
)

// danger returns the probability that the person may be in danger now. It is a
// decision of its own. Five witnesses are heard: the weights learnt from urgent
// against calm examples, by the linear model and by the network, the share of
// urgent ones among the nearest examples, the topics of crisis, and the
// inspected cues. Emergencies of the body decide by themselves.
func (m *Model) danger(r *reading) float64 {
	crisis, medical := 0.0, 0.0
	for _, s := range r.all {
		if s.Topic.Crisis() {
			crisis += s.Score
		}
		if s.Topic == bot.Medical {
			medical = s.Score
		}
	}
	body := false
	for _, c := range m.cues {
		if c.in(r.ideas) {
			r.cues = append(r.cues, c)
			r.cueSum += c.adds
			body = body || c.body
		}
	}
	r.witness = [5]float64{alarmWeight * r.alarm, uneaseWeight * r.unease, urgentWeight * odds(r.urgent, 0.03), crisisWeight * odds(crisis, 1e-4), cueWeight * r.cueSum}
	logit := dangerBias
	for _, w := range r.witness {
		logit += w
	}
	if m.denied(r.ideas) {
		logit -= relief
	}
	p := 1 / (1 + math.Exp(-logit))
	if body && medical+crisis >= bodyLikely {
		p = max(p, bodyDanger)
	}
	return p
}

// denied reports whether a negation turns round every sign of danger.
func (m *Model) denied(ideas []idea) bool {
	denied := false
	for _, i := range ideas {
		if i.id >= notOffset {
			denied = true
		} else if m.turned[i.id] > 0 {
			return false
		}
	}
	return denied
}

// emergency reports whether the concepts tell of an emergency of the body.
func (m *Model) emergency(ideas []idea) bool {
	for _, c := range m.cues {
		if c.body && c.in(ideas) {
			return true
		}
	}
	return false
}

// odds are the logarithm of those of a share, kept off the infinite by a little.
func odds(p, little float64) float64 {
	return math.Log(p+little) - math.Log(1-p+little)
}
