package understand

import (
	"math"
	"sort"
	"strings"

	"prystan/bot"
)

// neighbours finds the example questions nearest to a message: those that share
// its rarer stems and concepts. What an editor adds counts here at once.
type neighbours struct {
	terms    map[uint32]int32
	starts   []int32 // of each term in postings
	postings []int32 // examples by term
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
	foreign      = 0.4 // what an example in another language counts
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

func appendNew(dst []uint32, start int, key uint32) []uint32 {
	if len(dst)-start < 200 {
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

// search returns the nearest examples, nearest first.
func (n *neighbours) search(keys []uint32, scratch []float32) []near {
	var ids []int32
	var norm float32
	for _, k := range keys {
		if id, ok := n.terms[k]; ok {
			ids = append(ids, id)
			norm += n.rarity[id] * n.rarity[id]
		} else {
			norm += 20 // a word nobody used: the message is about something else, too
		}
	}
	sort.Slice(ids, func(i, j int) bool {
		return n.rarity[ids[i]] > n.rarity[ids[j]] || n.rarity[ids[i]] == n.rarity[ids[j]] && ids[i] < ids[j]
	})
	read := 0
	for _, id := range ids {
		list := n.postings[n.starts[id]:n.starts[id+1]]
		if read += len(list); read > postingsRead {
			break
		}
		r := n.rarity[id] * n.rarity[id]
		for _, e := range list {
			scratch[e] += r
		}
	}
	return n.best(scratch, float32(math.Sqrt(float64(norm))))
}

// best picks the largest scores and clears scratch.
func (n *neighbours) best(scratch []float32, norm float32) []near {
	var top []near
	least := 0.0
	for e, s := range scratch {
		if s == 0 {
			continue
		}
		scratch[e] = 0
		v := float64(s / (norm * n.length[e]))
		if len(top) == nearest && v <= least {
			continue
		}
		at := sort.Search(len(top), func(i int) bool { return top[i].nearby < v })
		top = append(top, near{})
		copy(top[at+1:], top[at:])
		top[at] = near{example: e, nearby: v}
		if len(top) > nearest {
			top = top[:nearest]
		}
		least = top[len(top)-1].nearby
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
