package understand

import (
	_ "embed" // for the list of cues
	"fmt"
	"math"
	"strconv"
	"strings"
)

//go:embed data/cues.txt
var cuesData string

// cue is a sign of danger or of its absence: concepts near each other.
type cue struct {
	adds     float64
	concepts []int32
	name     string
}

// parseCues reads the cues and which concepts a negation turns round.
func parseCues(data string, concepts *lexicon) ([]cue, map[int32]bool, error) {
	ids := map[string]int32{}
	for i, name := range concepts.names {
		ids[name] = int32(i)
	}
	var cues []cue
	turned := map[int32]bool{}
	for n, line := range strings.Split(data, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		words := strings.Fields(line)
		if words[0] == "not" {
			for _, w := range words[1:] {
				turned[ids[w]] = true
			}
			continue
		}
		adds, err := strconv.ParseFloat(words[0], 64)
		if err != nil || len(words) < 2 {
			return nil, nil, fmt.Errorf("line %d: %q is not a number and concepts", n+1, line)
		}
		c := cue{adds: adds, name: strings.Join(words[1:], " + ")}
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

// notOffset is added to a concept that a negation turns round.
const notOffset = 1 << 16

// turnRound marks the concepts that stand up to three words after a negation:
// "nobody forces me" must not look like "he forces me".
func (m *Model) turnRound(ideas []idea) []idea {
	for i, n := range ideas {
		if n.id != m.negation {
			continue
		}
		for k := i + 1; k < len(ideas) && ideas[k].word <= n.word+3; k++ {
			if m.turned[ideas[k].id] {
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
func (c cue) in(ideas []idea) bool {
	for _, first := range ideas {
		if first.id != c.concepts[0] {
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

func abs(n int) int { return max(n, -n) }

// Weights of what speaks for danger, fitted on the tuning half of the
// development set.
const (
	alarmWeight  = 0.85
	urgentWeight = 0.5
	crisisWeight = 0.27
	cueWeight    = 0.4
	dangerBias   = 0.6
)

// danger returns the probability that the person may be in danger now. It is a
// decision of its own. Four witnesses are heard: the weights learnt from urgent
// against calm examples, the share of urgent ones among the nearest examples,
// the topics of crisis, and the inspected cues.
func (m *Model) danger(r *reading) float64 {
	crisis := 0.0
	for _, s := range r.all {
		if s.Topic.Crisis() {
			crisis += s.Score
		}
	}
	for _, c := range m.cues {
		if c.in(r.ideas) {
			r.cues = append(r.cues, c)
			r.cueSum += c.adds
		}
	}
	r.witness = [4]float64{alarmWeight * r.alarm, urgentWeight * odds(r.urgent, 0.03), crisisWeight * odds(crisis, 1e-4), cueWeight * r.cueSum}
	logit := dangerBias
	for _, w := range r.witness {
		logit += w
	}
	return 1 / (1 + math.Exp(-logit))
}

// odds are the logarithm of those of a share, kept off the infinite by a little.
func odds(p, little float64) float64 {
	return math.Log(p+little) - math.Log(1-p+little)
}
