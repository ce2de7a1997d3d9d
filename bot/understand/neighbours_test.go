package understand

import (
	"math"
	"slices"
	"testing"
)

// TestListsLeftUnreadChangeNothing compares the search with one that reads
// everything.
func TestListsLeftUnreadChangeNothing(t *testing.T) {
	m := shippedModel(t)
	s := m.work.Get().(*scratch)
	defer m.work.Put(s)
	for i := 0; i < len(m.examples); i += 97 {
		text := m.examples[i].Text + " " + m.examples[i*31%len(m.examples)].Text
		msg, ideas := m.digest(read(text), everyLanguage)
		keys := terms(msg, ideas, nil)
		if got, want := m.near.search(keys, &s.tally), m.near.readAll(keys); !slices.Equal(got, want) {
			t.Fatalf("nearest to %q are %v, not %v", text, got, want)
		}
		if slices.ContainsFunc(s.tally.shared, func(v float32) bool { return v != 0 }) {
			t.Fatalf("%q left something behind", text)
		}
	}
}

// readAll is search without a short cut.
func (n *neighbours) readAll(keys []uint32) []near {
	var ids []int32
	var sum float32
	for _, k := range keys {
		if id, ok := n.terms[k]; ok {
			ids = append(ids, id)
			sum += n.rarity[id] * n.rarity[id]
		} else {
			sum += 20
		}
	}
	shared := make([]float32, len(n.length))
	for _, id := range n.affordable(ids) {
		for _, e := range n.postings[n.starts[id]:n.starts[id+1]] {
			shared[e] += n.rarity[id] * n.rarity[id]
		}
	}
	var all []near
	norm := float32(math.Sqrt(float64(sum)))
	for e, v := range shared {
		if v > 0 {
			all = append(all, near{example: e, nearby: float64(v / (norm * n.length[e]))})
		}
	}
	slices.SortStableFunc(all, func(a, b near) int {
		switch {
		case a.nearby > b.nearby:
			return -1
		case a.nearby < b.nearby:
			return 1
		}
		return 0
	})
	return all[:min(nearest, len(all))]
}
