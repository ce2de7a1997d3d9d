package understand

import (
	"flag"
	"math"
	"testing"
)

var fit = flag.Bool("fit", false, "fit the weights of what speaks for danger on the tuning halves and print them")

// TestFitDanger finds the constants of urgency.go: logistic regression of
// urgency on what its five witnesses say, on the tuning halves. It prints, for a
// choice of thresholds, how much danger is recognised and how often calm
// questions are taken for it.
func TestFitDanger(t *testing.T) {
	if !*fit {
		t.Skip("only with -fit")
	}
	m := shippedModel(t)
	type row struct {
		x [6]float64 // the last is 1
		q question
	}
	var rows []row
	for _, q := range questions(t) {
		s := m.work.Get().(*scratch)
		w := m.read(s, q.Text, Context{}).witness
		m.work.Put(s)
		rows = append(rows, row{[6]float64{w[0] / alarmWeight, w[1] / uneaseWeight, w[2] / urgentWeight, w[3] / crisisWeight, w[4] / cueWeight, 1}, q})
	}
	var w [6]float64
	probability := func(r row) float64 {
		z := 0.0
		for k := range w {
			z += w[k] * r.x[k]
		}
		return 1 / (1 + math.Exp(-z))
	}
	for range 20_000 {
		var g [6]float64
		for _, r := range rows {
			if !r.q.tuning {
				continue
			}
			d := probability(r)
			if r.q.Urgent {
				d--
			}
			for k := range g {
				g[k] += d * r.x[k]
			}
		}
		for k := range w {
			w[k] -= 0.05 * (2*g[k]/float64(len(rows)) + 0.002*w[k])
		}
	}
	t.Logf("alarm %.2f, unease %.2f, urgent %.2f, crisis %.2f, cues %.2f, bias %.2f", w[0], w[1], w[2], w[3], w[4], w[5])
	for _, tuning := range []bool{true, false} {
		for threshold := 0.05; threshold < 0.6; threshold += 0.05 {
			var danger, alarms share
			for _, r := range rows {
				if r.q.tuning != tuning {
					continue
				}
				hit := probability(r) >= threshold
				if r.q.Urgent {
					danger.count(hit)
				} else {
					alarms.count(hit)
				}
			}
			t.Logf("tuning %-5t from %.2f: recognised %s, false alarms %s", tuning, threshold, danger, alarms)
		}
	}
}
