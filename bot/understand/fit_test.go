package understand

import (
	"fmt"
	"math"
	"os"
	"prystan/bot"
	"testing"
)

func TestFit(t *testing.T) {
	if os.Getenv("FIT") == "" {
		t.Skip()
	}
	m := shippedModel(t)
	type row struct {
		x       [4]float64
		y, tune bool
		q       question
	}
	have := map[bot.Language]bool{}
	for _, e := range m.examples {
		have[e.Language] = true
	}
	var rows []row
	for _, q := range devset(t) {
		if !have[q.Language] {
			continue
		}
		s := m.work.Get().(*scratch)
		r := m.read(s, q.Text, Context{})
		m.work.Put(s)
		w := r.witness
		w[0] /= alarmWeight
		w[1] /= urgentWeight
		w[2] /= crisisWeight
		w[3] /= cueWeight
		rows = append(rows, row{w, q.Urgent, q.tuning(), q})
	}
	// logistic regression on tuning half
	var w [5]float64
	for it := 0; it < 20000; it++ {
		var g [5]float64
		n := 0.0
		for _, r := range rows {
			if !r.tune {
				continue
			}
			z := w[4]
			for k := range r.x {
				z += w[k] * r.x[k]
			}
			d := 1 / (1 + math.Exp(-z))
			if r.y {
				d -= 1
			}
			for k := range r.x {
				g[k] += d * r.x[k]
			}
			g[4] += d
			n++
		}
		for k := range w {
			w[k] -= 0.05 * (g[k]/n + 0.002*w[k])
		}
	}
	fmt.Printf("FIT weights %.2f\n", w)
	for _, tune := range []bool{true, false} {
		for th := 0.05; th < 0.6; th += 0.05 {
			var rec, fa share
			for _, r := range rows {
				if r.tune != tune {
					continue
				}
				z := w[4]
				for k := range r.x {
					z += w[k] * r.x[k]
				}
				hit := 1/(1+math.Exp(-z)) >= th
				if r.y {
					rec.count(hit)
				} else {
					fa.count(hit)
				}
			}
			fmt.Printf("FIT tune %t th %.2f recall %s fa %s\n", tune, th, rec, fa)
		}
	}
}
