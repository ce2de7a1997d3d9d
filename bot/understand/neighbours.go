package understand

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"prystan/bot"
)

// neighbours finds the example questions nearest to a message: those that share
// its rarer stems and concepts. What an editor adds counts here at once.
type neighbours struct {
	terms    map[uint32]int32
	starts   []int32 // of each term in postings
	postings []int32 // examples by term, in rising order
	repeats  bool    // an example has a term twice
	rarity   []float32
	length   []float32 // norm of each example
	topics   []int16   // by example
	urgent   []bool
	langs    []uint32 // bit of its language
}

// near is an example and how near it is, from 0 to 1.
type near struct {
	example int
	nearby  float64
}

// Bounds of the work for one message.
const (
	nearest      = 12
	postingsRead = 80_000
	manyPostings = 2048 // from here on it pays to find out whether a list must be read
	foreign      = 0.4  // what an example in another language counts
)

// terms appends the keys by which m is compared: stems and concepts.
func terms(m message, ideas []idea, dst []uint32) []uint32 {
	start := len(dst)
	for rest := m.skel; rest != ""; {
		var w string
		w, rest, _ = strings.Cut(rest, " ")
		dst = appendNew(dst, start, hash(kindStem, stem(w), ""))
	}
	for _, i := range ideas {
		dst = appendNew(dst, start, hashID(kindConcept, i.id, 0))
	}
	return dst
}

// distinct is how many terms of a message are told apart; a message with more
// may have some of them twice.
const distinct = 200

func appendNew(dst []uint32, start int, key uint32) []uint32 {
	if len(dst)-start < distinct {
		for _, k := range dst[start:] {
			if k == key {
				return dst
			}
		}
	}
	return append(dst, key)
}

// vocabulary numbers the terms.
type vocabulary struct {
	ids map[uint32]int32
}

func (v *vocabulary) id(key uint32) int32 {
	id, ok := v.ids[key]
	if !ok {
		id = int32(len(v.ids))
		v.ids[key] = id
	}
	return id
}

// newNeighbours indexes examples by their terms; ends[i] is where those of
// example i end in all.
func newNeighbours(examples []bot.Example, topicOf map[bot.Topic]int, v *vocabulary, all []int32, ends []int) *neighbours {
	n := &neighbours{terms: v.ids}
	n.starts = make([]int32, len(v.ids)+1)
	for _, id := range all {
		n.starts[id+1]++
	}
	n.rarity = make([]float32, len(v.ids))
	for id := range n.rarity {
		c := n.starts[id+1]
		n.rarity[id] = float32(math.Log(1 + float64(len(examples))/float64(max(1, c))))
		n.starts[id+1] += n.starts[id]
	}
	n.postings = make([]int32, len(all))
	n.length = make([]float32, len(examples))
	n.topics, n.urgent, n.langs = make([]int16, len(examples)), make([]bool, len(examples)), make([]uint32, len(examples))
	fill := append([]int32(nil), n.starts...)
	start := 0
	for e, end := range ends {
		var sum float32
		for _, id := range all[start:end] {
			if at := fill[id]; at > n.starts[id] && n.postings[at-1] == int32(e) {
				n.repeats = true
			}
			n.postings[fill[id]] = int32(e)
			fill[id]++
			sum += n.rarity[id] * n.rarity[id]
		}
		n.length[e] = float32(math.Sqrt(float64(sum)))
		n.topics[e] = int16(topicOf[examples[e].Topic])
		n.urgent[e] = examples[e].Urgent
		n.langs[e], _ = languageBit(examples[e].Language)
		start = end
	}
	return n
}

// tally is the memory of one search: what the examples share with the message,
// zero but for those touched.
type tally struct {
	shared  []float32
	touched []int32 // as long as shared and one more
	ids     []int32
}

func newTally(examples int) tally {
	return tally{shared: make([]float32, examples), touched: make([]int32, examples+1)}
}

// search returns the nearest examples, nearest first.
func (n *neighbours) search(keys []uint32, t *tally) []near {
	t.ids = t.ids[:0]
	var sum float32
	for _, k := range keys {
		if id, ok := n.terms[k]; ok {
			t.ids = append(t.ids, id)
			sum += n.rarity[id] * n.rarity[id]
		} else {
			sum += 20 // a word nobody used: the message is about something else, too
		}
	}
	norm := float32(math.Sqrt(float64(sum)))
	ids := n.affordable(t.ids)
	var rest float32 // the most that an example can share of the terms to come
	for _, id := range ids {
		rest += n.rarity[id] * n.rarity[id]
	}
	shared, touched, count := t.shared, t.touched, 0
	for i, id := range ids {
		list := n.postings[n.starts[id]:n.starts[id+1]]
		if len(list) > manyPostings && count >= nearest && !n.repeats && len(keys) <= distinct {
			if left, ok := n.settle(t, touched[:count], rest, norm); ok {
				n.complete(t, left, ids[i:])
				return n.best(t, left, norm)
			}
		}
		r := n.rarity[id] * n.rarity[id]
		rest -= r
		for _, e := range list {
			// Written always and counted if new: a branch here would be guessed
			// wrong thousands of times.
			touched[count] = e
			sum := shared[e]
			if math.Float32bits(sum) == 0 {
				count++
			}
			shared[e] = sum + r
		}
	}
	return n.best(t, touched[:count], norm)
}

// affordable sorts terms, the rarest first, and leaves out those for which there
// is no time.
func (n *neighbours) affordable(ids []int32) []int32 {
	slices.SortFunc(ids, func(a, b int32) int {
		return cmp.Or(cmp.Compare(n.rarity[b], n.rarity[a]), cmp.Compare(a, b))
	})
	read := 0
	for i, id := range ids {
		if read += int(n.starts[id+1] - n.starts[id]); read > postingsRead {
			return ids[:i]
		}
	}
	return ids
}

// slack makes up for the rounding of sums that are only estimated.
const slack = 1.001

// settle finds out whether the nearest are among the examples touched already,
// whatever the terms to come are, and returns those that still can be; the
// others are cleared. The terms to come are the frequent ones, whose long lists
// need not be read then.
//
// An example that shares S with the message is S/(norm*length) near, and its
// length is at least the root of S.
func (n *neighbours) settle(t *tally, touched []int32, rest, norm float32) (left []int32, ok bool) {
	var top [nearest]float32 // best so far, in falling order; they can only grow
	for _, e := range touched {
		v := t.shared[e] / (norm * n.length[e])
		if v <= top[nearest-1] {
			continue
		}
		at := nearest - 1
		for ; at > 0 && top[at-1] < v; at-- {
			top[at] = top[at-1]
		}
		top[at] = v
	}
	least := top[nearest-1]
	rest = max(rest, 0) * slack
	if float32(math.Sqrt(float64(rest)))*slack >= least*norm {
		return nil, false
	}
	left = touched[:0]
	for _, e := range touched {
		if (t.shared[e]+rest)*slack >= least*norm*n.length[e] {
			left = append(left, e)
		} else {
			t.shared[e] = 0
		}
	}
	return left, true
}

// complete adds to some examples what they share of some terms.
func (n *neighbours) complete(t *tally, some, ids []int32) {
	for _, id := range ids {
		list, r := n.postings[n.starts[id]:n.starts[id+1]], n.rarity[id]*n.rarity[id]
		for _, e := range some {
			if _, has := slices.BinarySearch(list, e); has {
				t.shared[e] += r
			}
		}
	}
}

// best picks the largest scores, of equal ones those of the first examples, and
// clears the tally.
func (n *neighbours) best(t *tally, touched []int32, norm float32) []near {
	top := make([]near, 0, nearest+1)
	least := float32(-1) // of those in top, once it is full
	for _, e := range touched {
		v := t.shared[e] / (norm * n.length[e])
		t.shared[e] = 0
		if v < least {
			continue
		}
		at := len(top)
		for at > 0 && (top[at-1].nearby < float64(v) || top[at-1].nearby == float64(v) && top[at-1].example > int(e)) {
			at--
		}
		if top = slices.Insert(top, at, near{example: int(e), nearby: float64(v)}); len(top) >= nearest {
			top = top[:nearest]
			least = float32(top[nearest-1].nearby)
		}
	}
	return top
}

// votes adds up, by topic, how near the nearest examples are, and returns the
// share of urgent ones. Those in a language that the text is not in count less:
// words of two languages may sound alike by chance.
func (n *neighbours) votes(found []near, topics int, mask uint32) (byTopic []float64, urgent float64) {
	byTopic = make([]float64, topics)
	sum := 0.0
	for _, f := range found {
		v := f.nearby * f.nearby * f.nearby
		if n.langs[f.example]&mask == 0 {
			v *= foreign
		}
		byTopic[n.topics[f.example]] += v
		if n.urgent[f.example] {
			urgent += v
		}
		sum += v
	}
	if sum == 0 {
		return byTopic, 0
	}
	for i := range byTopic {
		byTopic[i] /= sum
	}
	return byTopic, urgent / sum
}
