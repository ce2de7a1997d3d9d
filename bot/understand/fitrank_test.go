package understand

import (
	"math"
	"testing"
)

// TestFitRank chooses the constants of calibrate.go: how much the linear model,
// the network and the nearest examples count, by the probability that they
// together give to the right topics of the tuning half.
func TestFitRank(t *testing.T) {
	if !*fit {
		t.Skip("only with -fit")
	}
	m := shippedModel(t)
	type row struct {
		r     *reading
		right int
	}
	var rows []row
	for _, q := range questions(t) {
		if !q.tuning {
			continue
		}
		s := m.work.Get().(*scratch)
		rows = append(rows, row{m.read(s, q.Text, Context{}), m.topicOf[q.Topic]})
		m.work.Put(s)
	}
	best := math.Inf(1)
	logits := make([]float64, len(m.topics))
	for linear := 0.3; linear < 1.3; linear += 0.1 {
		for deep := 0.0; deep < 0.9; deep += 0.1 {
			for near := 0.2; near < 1.2; near += 0.2 {
				loss, right := 0.0, 0
				for _, row := range rows {
					for i := range logits {
						logits[i] = linear*row.r.linear[i] + deep*row.r.deep[i] + near*math.Log(row.r.votes[i]+nearFloor)
					}
					p := softmax(logits)
					loss -= math.Log(0.02/float64(len(p)) + 0.98*p[row.right])
					if top(p) == row.right {
						right++
					}
				}
				if loss < best {
					best = loss
					t.Logf("linear %.1f, network %.1f, nearest %.1f: loss %.3f, right %.1f %%", linear, deep, near, loss/float64(len(rows)), 100*float64(right)/float64(len(rows)))
				}
			}
		}
	}
}
