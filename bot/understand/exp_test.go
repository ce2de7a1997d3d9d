package understand

import (
	"fmt"
	"math"
	"os"
	"sort"
	"strconv"
	"testing"
)

func env(k string, d float64) float64 {
	if v, err := strconv.ParseFloat(os.Getenv(k), 64); err == nil {
		return v
	}
	return d
}

func TestExp(t *testing.T) {
	if os.Getenv("EXP") == "" {
		t.Skip()
	}
	ex := shipped(t)
	base, err := loadWeights()
	if err != nil {
		t.Fatal(err)
	}
	m0, _ := newModel(&weights{language: base.language})
	m0.topic = course{classes: len(m0.topics), urgent: true, epochs: int(env("EPOCHS", 12)), rate: float32(env("RATE", 0.2)), seldom: int(env("SELDOM", 2)), keep: int(env("KEEP", 120000)), levels: 7, drop: float32(env("DROP", 0.6))}.learn(topicSamples(m0, ex))
	m0.learn(ex, base.digests)
	have := map[string]bool{}
	for _, e := range ex {
		have[string(e.Language)+string(e.Topic)] = true
	}
	type row struct {
		q                  question
		lin                []float64
		votes              []float64
		alarm, urgent, cue float64
	}
	var rows []row
	for _, q := range devset(t) {
		if !have[string(q.Language)+string(q.Topic)] && os.Getenv("ALL") == "" {
			continue
		}
		s := scratch{near: make([]float32, len(m0.examples))}
		r := m0.read(&s, q.Text, Context{})
		rows = append(rows, row{q, r.linear, r.votes, r.alarm, r.urgent, r.cueSum})
	}
	cnt := make([]float64, len(m0.topics))
	for _, e := range ex {
		cnt[m0.topicOf[e.Topic]]++
	}
	for _, tau := range []float64{0} {
		fmt.Println("near tau", tau)
		for _, nw := range []float64{0.8} {
			for _, half := range []bool{true, false} {
				n, ok, ll := 0, 0, 0.0
				var pos, neg []float64
				for _, r := range rows {
					if r.q.tuning() != half {
						continue
					}
					lg := make([]float64, len(r.lin))
					for i := range lg {
						lg[i] = r.lin[i] - tau*math.Log(cnt[i]/600) + nw*math.Log(r.votes[i]+nearFloor)
					}
					p := softmax(lg)
					b := 0
					crisis := 0.0
					for i := range p {
						if p[i] > p[b] {
							b = i
						}
						if m0.topics[i].Crisis() {
							crisis += p[i]
						}
					}
					n++
					if m0.topics[b] == r.q.Topic {
						ok++
					}
					ll -= math.Log(p[m0.topicOf[r.q.Topic]] + 1e-9)
					lc := math.Log(crisis+1e-4) - math.Log(1-crisis+1e-4)
					lu := math.Log(r.urgent+0.03) - math.Log(1-r.urgent+0.03)
					v := r.alarm + env("LC", 0.3)*lc + env("LU", 0.5)*lu + env("CUE", 0.5)*r.cue
					if r.q.Urgent {
						pos = append(pos, v)
					} else {
						neg = append(neg, v)
					}
				}
				sort.Float64s(neg)
				at := func(fa float64) float64 {
					th := neg[int(float64(len(neg))*(1-fa))]
					k := 0
					for _, v := range pos {
						if v > th {
							k++
						}
					}
					return float64(k) / float64(len(pos))
				}
				fmt.Printf("near %.1f tuning %-5t n %d acc %.3f loss %.3f recall@2 %.3f @4 %.3f @8 %.3f\n", nw, half, n, float64(ok)/float64(n), ll/float64(n), at(0.02), at(0.04), at(0.08))
			}
		}
	}
}
