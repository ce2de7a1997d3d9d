package understand

import (
	"fmt"
	"sort"
	"strings"
)

// Explain says in plain text what Understand made of a message and why.
func (m *Model) Explain(text string, ctx Context) string {
	s := m.work.Get().(*scratch)
	defer m.work.Put(s)
	s.collector.names = map[uint32]string{}
	defer func() { s.collector.names = nil }()
	r := m.read(s, text, ctx)
	var b strings.Builder
	fmt.Fprintf(&b, "read as:   %s\n", r.whole.plain)
	fmt.Fprintf(&b, "sounds:    %s\n", r.message.skel)
	m.explainLanguage(&b, r)
	m.explainPlaces(&b, r)
	m.explainIdeas(&b, r)
	m.explainDanger(&b, r)
	m.explainFeatures(&b, s, r, len(m.topics), "  for and against danger")
	for _, t := range r.topics {
		fmt.Fprintf(&b, "topic:     %.3f %s\n", t.Score, t.Topic)
	}
	if r.followUp {
		fmt.Fprintf(&b, "           follows the topic of the talk\n")
	}
	m.explainFeatures(&b, s, r, m.topicOf[r.topics[0].Topic], "  for and against "+string(r.topics[0].Topic))
	for _, n := range r.near[:min(5, len(r.near))] {
		e := m.examples[n.example]
		fmt.Fprintf(&b, "near:      %.2f %s %s %q\n", n.nearby, e.Topic, e.Language, e.Text)
	}
	return b.String()
}

func (m *Model) explainLanguage(b *strings.Builder, r *reading) {
	order := make([]int, len(m.languages))
	for i := range order {
		order[i] = i
	}
	scores := r.languages.scores
	sort.SliceStable(order, func(i, j int) bool { return scores[order[i]] > scores[order[j]] })
	fmt.Fprintf(b, "language: ")
	for _, i := range order[:3] {
		fmt.Fprintf(b, " %s %.3f", m.languages[i], scores[i])
	}
	fmt.Fprintf(b, " (certain: %t)\n", r.languages.sure)
}

func (m *Model) explainPlaces(b *strings.Builder, r *reading) {
	for _, p := range r.places {
		fmt.Fprintf(b, "place:     %s by %q, score %.2f %s\n", p.country, p.text, p.score, p.role)
	}
}

func (m *Model) explainIdeas(b *strings.Builder, r *reading) {
	var names []string
	for _, i := range r.ideas {
		names = append(names, m.ideaName(i.id))
	}
	fmt.Fprintf(b, "concepts:  %s\n", strings.Join(names, " "))
}

func (m *Model) explainDanger(b *strings.Builder, r *reading) {
	fmt.Fprintf(b, "danger:    %.3f, urgent from %.2f (weights %+.2f, network %+.2f, nearest %+.2f, crisis topics %+.2f, cues %+.2f)\n",
		r.danger, dangerous, r.witness[0], r.witness[1], r.witness[2], r.witness[3], r.witness[4])
	for _, c := range r.cues {
		fmt.Fprintf(b, "  cue:     %+.1f %s\n", c.adds, c.name)
	}
}

// explainFeatures lists the features that say most for and against a column.
func (m *Model) explainFeatures(b *strings.Builder, s *scratch, r *reading, col int, head string) {
	type said struct {
		name string
		by   float64
	}
	sums := map[string]float64{}
	for _, f := range s.collector.collect(r.message, r.ideas, m.known) {
		row := m.topic.row(f.key)
		if row < 0 {
			continue
		}
		name := s.collector.names[f.key]
		if name == "" {
			name = "shape or concepts"
		}
		sums[name] += float64(f.value * m.topic.scale[row] * float32(m.topic.weights[row*m.topic.cols+col]))
	}
	var all []said
	for name, by := range sums {
		all = append(all, said{name, by})
	}
	sort.Slice(all, func(i, j int) bool {
		a, c := all[i], all[j]
		return a.by*a.by > c.by*c.by || a.by*a.by == c.by*c.by && a.name < c.name
	})
	fmt.Fprintf(b, "%s:", head)
	for _, w := range all[:min(8, len(all))] {
		fmt.Fprintf(b, " %s %+.2f;", w.name, w.by)
	}
	fmt.Fprintln(b)
}
