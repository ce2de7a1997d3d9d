package understand

import (
	"testing"

	"prystan/bot"
)

// BenchmarkNew measures what understanding adds to the start of the program.
func BenchmarkNew(b *testing.B) {
	examples := shipped(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(examples); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkUnderstand measures one question, over the questions of the
// development sets in turn.
func BenchmarkUnderstand(b *testing.B) {
	m, all := shippedModel(b), questions(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		m.Understand(all[i%len(all)].Text, Context{})
		i++
	}
}

// BenchmarkRankers compares ways of ranking the topics on the report halves
// of the development sets: which share of topics comes first, and how long a
// question takes.
func BenchmarkRankers(b *testing.B) {
	m := shippedModel(b)
	var report []question
	for _, q := range questions(b) {
		if !q.tuning {
			report = append(report, q)
		}
	}
	bm25 := newBM25(m)
	rankers := []struct {
		name string
		rank func(r *reading) bot.Topic
	}{
		{"BM25 over stems", bm25.best},
		{"nearest examples", func(r *reading) bot.Topic { return m.topics[top(r.votes)] }},
		{"linear model", func(r *reading) bot.Topic { return m.topics[top(r.linear)] }},
		{"combination", func(r *reading) bot.Topic { return r.all[0].Topic }},
	}
	for _, ranker := range rankers {
		b.Run(ranker.name, func(b *testing.B) {
			var right share
			i := 0
			for b.Loop() {
				s := m.work.Get().(*scratch)
				ranker.rank(m.read(s, report[i%len(report)].Text, Context{}))
				m.work.Put(s)
				i++
			}
			for _, q := range report {
				s := m.work.Get().(*scratch)
				right.count(ranker.rank(m.read(s, q.Text, Context{})) == q.Topic)
				m.work.Put(s)
			}
			b.ReportMetric(100*float64(right.so)/float64(right.of), "%right")
		})
	}
}

func top(scores []float64) int {
	best := 0
	for i, s := range scores {
		if s > scores[best] {
			best = i
		}
	}
	return best
}
