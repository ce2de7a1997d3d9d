package understand

import "strings"

// One clause of danger may stand among calm ones, which then outweigh it: in a
// long story, or before a practical question ("they beat me, where can I sleep
// tonight"). So texts are also read in parts: by clause, and long stretches
// without punctuation by a number of words.
const (
	partWords  = 14   // length of a part without punctuation
	leastWords = 2    // a part says something from here on
	manyParts  = 40   // how many parts are read, to bound the work
	partSure   = 0.92 // a part lacks what stands around it, so it must be surer than a whole
	contrary   = 0.5  // how much surer, for each unit by which the log odds of the whole are below calmWhole
	calmWhole  = -2.0
	longText   = 25.0 // from this number of words on the whole says less the longer it is
)

// hiddenDanger returns the danger of the most alarming part of a text of which
// the whole has some danger, or 0 where it has one part only or none alarms
// enough. "If I can no longer walk" alarms by itself, but not in a question about
// a pension.
func (m *Model) hiddenDanger(s *scratch, text string, whole float64, mask uint32) float64 {
	parts := clauses(text)
	if len(parts) < 2 {
		return 0
	}
	var worst *reading
	for _, p := range parts {
		part := &reading{whole: read(p)}
		part.message, part.ideas = m.digest(part.whole, mask)
		m.weigh(s, part)
		if worst == nil || part.alarm > worst.alarm {
			worst = part
		}
	}
	s.keys = terms(worst.message, worst.ideas, s.keys[:0])
	worst.near = m.near.search(s.keys, &s.tally)
	worst.votes, worst.urgent = m.near.votes(worst.near, len(m.topics), mask)
	worst.topics = m.rank(worst)
	share := min(1, longText/float64(len(strings.Fields(text))))
	need := odds(partSure, 0) + contrary*share*max(0, calmWhole-odds(whole, 0))
	if danger := m.danger(worst); odds(danger, 0) >= need {
		return danger
	}
	return 0
}

// clauses cuts a text at its punctuation, and at every partWords words where
// there is none. Parts of fewer than leastWords words are left out.
func clauses(text string) []string {
	var parts []string
	for clause := range strings.FieldsFuncSeq(cut(text), func(r rune) bool { return strings.ContainsRune(".,;:!?…\n()—–،؟", r) }) {
		words := strings.Fields(clause)
		for len(words) >= leastWords && len(parts) < manyParts {
			n := min(partWords, len(words))
			if len(words) < partWords+leastWords {
				n = len(words)
			}
			parts = append(parts, strings.Join(words[:n], " "))
			words = words[n:]
		}
	}
	return parts
}
