package understand

import (
	"math"
	"math/rand/v2"
)

// lesson says how the network learns (see network.go).
type lesson struct {
	width, epochs int
	rate          float32 // falls to a fifth of it until the end
	drop, deafen  float32 // share of the features, and of the hidden numbers, left out at random in each step
	seldom, keep  int     // as in course
	levels        float32 // as in course
}

// pupil is a network while it learns, by AdaGrad: a sum of squares for each
// number, but only one for each row of the first layer.
type pupil struct {
	lesson
	cols         int
	first        []float32 // rows × width
	second       []float32 // cols × width
	bias, biases []float32 // of the hidden numbers, of the scores
	gFirst       []float32
	gSecond      []float32
	gBias        []float32
	gBiases      []float32
	h, dh, heard []float32
	out          []float32
	rnd          *rand.Rand
}

// cell is a feature by the number of its row.
type cell struct {
	row   int32
	value float32
}

// learn fits the network to the topics and, in a last column, urgency.
// Deterministic.
func (l lesson) learn(samples []sample, topics int) *network {
	seen := countOf(samples)
	rows := rowsOf(seen, l.seldom)
	p := &pupil{lesson: l, cols: topics + 1, rnd: rand.New(rand.NewPCG(7, 11))}
	w, n := l.width, len(rows)
	p.first, p.second = p.random(n*w), p.random(p.cols*w)
	p.bias, p.biases = make([]float32, w), make([]float32, p.cols)
	p.gFirst, p.gSecond = make([]float32, n), make([]float32, p.cols*w)
	p.gBias, p.gBiases = make([]float32, w), make([]float32, p.cols)
	p.h, p.dh, p.heard, p.out = make([]float32, w), make([]float32, w), make([]float32, w), make([]float32, p.cols)
	cells := make([][]cell, len(samples))
	for i, s := range samples {
		for _, f := range s.features {
			if r, ok := rows[f.key]; ok {
				cells[i] = append(cells[i], cell{r, f.value})
			}
		}
	}
	at := p.rnd.Perm(len(samples))
	for e := range l.epochs {
		p.rate = l.rate * (1 - 0.8*float32(e)/float32(l.epochs))
		p.rnd.Shuffle(len(at), func(i, j int) { at[i], at[j] = at[j], at[i] })
		for _, i := range at {
			p.step(&samples[i], cells[i])
		}
	}
	return p.network(rows, seen)
}

func (p *pupil) random(n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(p.rnd.NormFloat64()) * 0.3
	}
	return out
}

func (p *pupil) step(s *sample, cells []cell) {
	kept := p.forward(s, cells)
	p.errors(s)
	for k := range p.dh {
		p.dh[k] = 0
	}
	for c, d := range p.out {
		if d > -1e-4 && d < 1e-4 {
			continue
		}
		w, g := p.second[c*p.width:][:p.width], p.gSecond[c*p.width:][:p.width]
		for k := range w {
			p.dh[k] += d * w[k] * p.heard[k]
			ada(&w[k], &g[k], d*p.h[k]*p.heard[k], p.rate*0.3)
		}
		ada(&p.biases[c], &p.gBiases[c], d, p.rate*0.1)
	}
	var square float32
	for k := range p.dh {
		p.dh[k] *= 1 - p.h[k]*p.h[k]
		square += p.dh[k] * p.dh[k]
		ada(&p.bias[k], &p.gBias[k], p.dh[k], p.rate*0.1)
	}
	square /= float32(p.width)
	for _, c := range kept {
		p.gFirst[c.row] += square * c.value * c.value
		step := p.rate * c.value / (1e-3 + float32(math.Sqrt(float64(p.gFirst[c.row]))))
		w := p.first[int(c.row)*p.width:][:p.width]
		for k, d := range p.dh {
			w[k] -= step * d
		}
	}
}

// forward leaves the scores in p.out and returns the features that were kept.
func (p *pupil) forward(s *sample, cells []cell) []cell {
	if n := len(s.features) - s.bridge; p.rnd.Float32() < 0.03 && n > 0 && n < len(cells) {
		cells = cells[len(cells)-n:]
	}
	kept := make([]cell, 0, len(cells))
	copy(p.h, p.bias)
	for _, c := range cells {
		if p.rnd.Float32() < p.drop {
			continue
		}
		c.value /= 1 - p.drop
		kept = append(kept, c)
		for k, x := range p.first[int(c.row)*p.width:][:p.width] {
			p.h[k] += c.value * x
		}
	}
	for k, x := range p.h {
		p.h[k] = float32(math.Tanh(float64(x)))
		p.heard[k] = 1 / (1 - p.deafen)
		if p.rnd.Float32() < p.deafen {
			p.heard[k] = 0
		}
	}
	for c := range p.out {
		sum := p.biases[c]
		for k, x := range p.second[c*p.width:][:p.width] {
			sum += x * p.h[k] * p.heard[k]
		}
		p.out[c] = sum
	}
	return kept
}

// errors turns the scores in p.out into their errors.
func (p *pupil) errors(s *sample) {
	topics := p.out[:p.cols-1]
	top := topics[0]
	for _, v := range topics {
		top = max(top, v)
	}
	var sum float32
	for c, v := range topics {
		topics[c] = float32(math.Exp(float64(v - top)))
		sum += topics[c]
	}
	for c := range topics {
		topics[c] /= sum
	}
	topics[s.class]--
	d := float32(1 / (1 + math.Exp(-float64(p.out[p.cols-1]))))
	if s.urgent {
		d--
	}
	if s.odd {
		d *= 2
	}
	p.out[p.cols-1] = d
}

func ada(w, g *float32, d, rate float32) {
	*g += d * d
	*w -= rate * d / (1e-3 + float32(math.Sqrt(float64(*g))))
}

// network keeps the rows that matter most.
func (p *pupil) network(rows map[uint32]int32, seen map[uint32]int) *network {
	t := &trainer{course: course{keep: p.keep, levels: p.levels}, cols: p.width, rows: rows, seen: seen, w: p.first, bias: p.bias}
	n := &network{hidden: t.matrix()}
	turned := make([]float32, len(p.second))
	numbers := map[uint32]int32{}
	once := map[uint32]int{}
	for k := range p.width {
		numbers[uint32(k)], once[uint32(k)] = int32(k), 1
		for c := range p.cols {
			turned[k*p.cols+c] = p.second[c*p.width+k]
		}
	}
	t = &trainer{course: course{keep: p.width, levels: 127}, cols: p.cols, rows: numbers, seen: once, w: turned, bias: p.biases}
	n.scores = t.matrix()
	return n
}
