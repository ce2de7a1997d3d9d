package understand

import (
	"math"

	"prystan/bot"
)

// bm25 ranks topics the way a search engine ranks pages: each topic is one page
// of all its examples. It is here to be compared with.
type bm25 struct {
	m      *Model
	counts []map[uint32]float64 // by topic: how often a stem occurs
	length []float64
	pages  map[uint32]int // in how many topics a stem occurs
}

func newBM25(m *Model) *bm25 {
	x := &bm25{m: m, length: make([]float64, len(m.topics)), pages: map[uint32]int{}}
	for range m.topics {
		x.counts = append(x.counts, map[uint32]float64{})
	}
	for _, e := range m.examples {
		t := m.topicOf[e.Topic]
		eachWord(read(e.Text).skel, func(_ int, w string) {
			key := hash(kindStem, stem(w), "")
			if x.counts[t][key] == 0 {
				x.pages[key]++
			}
			x.counts[t][key]++
			x.length[t]++
		})
	}
	return x
}

func (x *bm25) best(r *reading) bot.Topic {
	const k, b = 1.5, 0.75
	mean := 0.0
	for _, n := range x.length {
		mean += n / float64(len(x.length))
	}
	scores := make([]float64, len(x.length))
	eachWord(r.message.skel, func(_ int, w string) {
		key := hash(kindStem, stem(w), "")
		n := float64(x.pages[key])
		idf := math.Log(1 + (float64(len(x.length))-n+0.5)/(n+0.5))
		for t := range scores {
			f := x.counts[t][key]
			scores[t] += idf * f * (k + 1) / (f + k*(1-b+b*x.length[t]/mean))
		}
	})
	return x.m.topics[top(scores)]
}
