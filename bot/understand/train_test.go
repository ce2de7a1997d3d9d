package understand

import (
	"math"
	"math/rand/v2"
	"sort"
)

// sample is one example to learn from.
type sample struct {
	features []feature
	class    int
	urgent   bool
	odd      bool // urgent in a calm topic or calm in an urgent one
	bridge   int  // where the features begin that languages share
}

// course says how to learn.
type course struct {
	classes int
	urgent  bool // learn one more column: urgency, apart from the classes
	epochs  int
	rate    float32
	seldom  int     // a feature must occur in this many samples
	keep    int     // rows of the largest weights to keep
	levels  float32 // how finely weights are stored: coarse ones are as good and pack better
	drop    float32 // share of the features left out at random in each step
}

// learn fits a linear model: softmax regression over the classes and, beside
// it, logistic regression of urgency, both by AdaGrad. Deterministic.
func (c course) learn(samples []sample) *matrix {
	cols := c.classes
	if c.urgent {
		cols++
	}
	seen := countOf(samples)
	rows := rowsOf(seen, c.seldom)
	t := &trainer{seen: seen, course: c, cols: cols, rows: rows,
		w: make([]float32, len(rows)*cols), g: make([]float32, len(rows)*cols),
		bias: make([]float32, cols), gbias: make([]float32, cols), out: make([]float32, cols)}
	order := rand.New(rand.NewPCG(7, 11))
	at := make([]int, len(samples))
	for i := range at {
		at[i] = i
	}
	for e := 0; e < c.epochs; e++ {
		order.Shuffle(len(at), func(i, j int) { at[i], at[j] = at[j], at[i] })
		for _, i := range at {
			t.step(samples[i].without(c.drop, order))
		}
	}
	return t.matrix()
}

// countOf counts in how many samples each feature occurs.
func countOf(samples []sample) map[uint32]int {
	count := map[uint32]int{}
	last := map[uint32]int{}
	for i, s := range samples {
		for _, f := range s.features {
			if at, ok := last[f.key]; !ok || at != i {
				last[f.key] = i
				count[f.key]++
			}
		}
	}
	return count
}

// rowsOf numbers the features that occur in enough samples.
func rowsOf(count map[uint32]int, seldom int) map[uint32]int32 {
	var keys []uint32
	for k, n := range count {
		if n >= seldom {
			keys = append(keys, k)
		}
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i] < keys[j] })
	rows := make(map[uint32]int32, len(keys))
	for i, k := range keys {
		rows[k] = int32(i)
	}
	return rows
}

// without leaves out some features at random, so that no feature comes to rely
// on others that a new question may lack.
func (s sample) without(share float32, r *rand.Rand) *sample {
	if share == 0 {
		return &s
	}
	kept := make([]feature, 0, len(s.features))
	if s.bridge < len(s.features) && r.Float32() < 0.03 {
		s.features = s.features[s.bridge:]
	}
	for _, f := range s.features {
		if r.Float32() >= share {
			f.value /= 1 - share
			kept = append(kept, f)
		}
	}
	s.features = kept
	return &s
}

type trainer struct {
	course
	cols        int
	rows        map[uint32]int32
	seen        map[uint32]int // in how many samples a feature occurs
	w, g        []float32
	bias, gbias []float32
	out         []float32
}

const (
	ridge       = 1e-6
	urgentHeavy = 2.0 // an urgent example weighs this much in the urgency column
	oddHeavy    = 5.0 // and this much one whose topic would not tell
)

func (t *trainer) step(s *sample) {
	copy(t.out, t.bias)
	for _, f := range s.features {
		if r, ok := t.rows[f.key]; ok {
			w := t.w[int(r)*t.cols:][:t.cols]
			for c, x := range w {
				t.out[c] += f.value * x
			}
		}
	}
	t.gradient(s)
	for c, d := range t.out {
		t.gbias[c] += d * d
		t.bias[c] -= t.rate * 0.3 * d / (1e-3 + float32(math.Sqrt(float64(t.gbias[c]))))
	}
	for _, f := range s.features {
		r, ok := t.rows[f.key]
		if !ok {
			continue
		}
		w := t.w[int(r)*t.cols:][:t.cols]
		g := t.g[int(r)*t.cols:][:t.cols]
		for c, d := range t.out {
			if d > -1e-4 && d < 1e-4 {
				continue
			}
			d = d*f.value + ridge*w[c]
			g[c] += d * d
			w[c] -= t.rate * d / (1e-3 + float32(math.Sqrt(float64(g[c]))))
		}
	}
}

// gradient turns the scores in t.out into their error.
func (t *trainer) gradient(s *sample) {
	top := t.out[0]
	for _, v := range t.out[:t.classes] {
		top = max(top, v)
	}
	var sum float32
	for c, v := range t.out[:t.classes] {
		e := float32(math.Exp(float64(v - top)))
		t.out[c] = e
		sum += e
	}
	for c := range t.out[:t.classes] {
		t.out[c] /= sum
	}
	t.out[s.class] -= 1
	if t.urgent {
		p := float32(1 / (1 + math.Exp(-float64(t.out[t.classes]))))
		if s.urgent {
			t.out[t.classes] = urgentHeavy * (p - 1)
		} else {
			t.out[t.classes] = p
		}
		if s.odd {
			t.out[t.classes] *= oddHeavy
		}
	}
}

// matrix keeps the rows with the largest weights and stores them as bytes.
func (t *trainer) matrix() *matrix {
	type ranked struct {
		key  uint32
		row  int32
		norm float32
	}
	var all []ranked
	for k, r := range t.rows {
		var n float32
		for _, x := range t.w[int(r)*t.cols:][:t.cols] {
			n += x * x
		}
		all = append(all, ranked{k, r, n * float32(math.Sqrt(float64(t.seen[k])))})
	}
	sort.Slice(all, func(i, j int) bool {
		return all[i].norm > all[j].norm || all[i].norm == all[j].norm && all[i].key < all[j].key
	})
	if len(all) > t.keep {
		all = all[:t.keep]
	}
	sort.Slice(all, func(i, j int) bool { return all[i].key < all[j].key })
	m := &matrix{cols: t.cols, bias: t.bias}
	for _, r := range all {
		w := t.w[int(r.row)*t.cols:][:t.cols]
		var top float32
		for _, x := range w {
			top = max(top, x, -x)
		}
		scale := math.Float32frombits(math.Float32bits(top/t.levels)&^0xFFFF + 0x10000) // two bytes are exact enough
		m.keys, m.scale = append(m.keys, r.key), append(m.scale, scale)
		for _, x := range w {
			if scale == 0 {
				scale = 1
			}
			m.weights = append(m.weights, int8(math.Round(float64(x/scale))))
		}
	}
	m.index()
	return m
}
