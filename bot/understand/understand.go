package understand

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"

	"prystan/bot"
)

// Model is what understanding has learnt. It never changes and may be used by
// many goroutines at once.
type Model struct {
	tongues   []bot.Language
	languages []bot.Language
	masks     []uint32 // of each language: see maskOf
	topics    []bot.Topic
	topicOf   map[bot.Topic]int

	language *matrix
	topic    *matrix // a column a topic, and urgency last
	network  *network
	concepts *lexicon
	cues     []cue
	turned   map[int32]int // how many words after a negation it still turns a concept round
	negation int32         // the concept of it
	atlas    *atlas
	asides   *lexicon
	examples []bot.Example
	near     *neighbours

	work sync.Pool // of *scratch
}

// scratch is the memory that one call needs.
type scratch struct {
	collector collector
	scores    []float32
	tally     tally
	keys      []uint32
}

// Context is what the conversation remembers. All fields may be empty.
type Context struct {
	Language bot.Language
	Country  bot.Country
	Topic    bot.Topic
}

// Scored is a topic and the calibrated probability that it is the right one.
type Scored struct {
	Topic bot.Topic
	Score float64 // 0 to 1
}

// Result is what a message was understood to say.
type Result struct {
	// Language in which the text is written, one of bot.QuestionLanguages. Where
	// the text does not tell, the language of the context, else Ukrainian.
	Language        bot.Language
	LanguageCertain bool // false: too short or too ambiguous to tell

	// Country that the text names or betrays; "" when it tells none. May be one
	// of which the directory knows nothing (see bot.Country.Known), such as "TR".
	Country bot.Country

	Topics     []Scored // best first, at least three, None among them
	Urgent     bool     // the person may be in danger now
	Danger     float64  // probability behind Urgent
	FollowUp   bool     // the text only adds to Context.Topic, which Topics then begins with
	Confidence float64  // probability that Topics[0] is right
}

// New builds the model from the shipped weights and the example questions,
// which come from the database at every start and after every edit.
func New(examples []bot.Example) (*Model, error) {
	w, err := loadWeights()
	if err != nil {
		return nil, err
	}
	m, err := newModel(w)
	if err != nil {
		return nil, err
	}
	m.learn(examples, w.digests)
	return m, nil
}

// newModel reads the embedded lists of words.
func newModel(w *weights) (*Model, error) {
	m := &Model{tongues: tongues(), languages: bot.QuestionLanguages(), topics: bot.Topics(),
		topicOf: map[bot.Topic]int{}, language: w.language, topic: w.topic, network: w.network}
	for i, t := range m.topics {
		m.topicOf[t] = i
	}
	for _, l := range m.languages {
		m.masks = append(m.masks, m.maskOf(l))
	}
	var err error
	if m.concepts, err = parseLexicon(conceptsData); err != nil {
		return nil, fmt.Errorf("reading the list of concepts: %w", err)
	}
	if m.cues, m.turned, err = parseCues(cuesData, m.concepts); err != nil {
		return nil, fmt.Errorf("reading the list of cues: %w", err)
	}
	for i, name := range m.concepts.names {
		if name == "negation" {
			m.negation = int32(i)
		}
	}
	if m.asides, err = parseLexicon(asidesData); err != nil {
		return nil, fmt.Errorf("reading the words of follow-up questions: %w", err)
	}
	if m.atlas, err = newAtlas(); err != nil {
		return nil, err
	}
	m.work.New = func() any { return &scratch{tally: newTally(len(m.examples))} }
	return m, nil
}

// learn indexes the examples. Those with a topic that is not known are left
// out; of those that are shipped the terms are known beforehand.
func (m *Model) learn(examples []bot.Example, shipped *digests) {
	m.examples = make([]bot.Example, 0, len(examples))
	v := shipped.vocabulary()
	all := make([]int32, 0, 14*len(examples))
	ends := make([]int, 0, len(examples))
	for _, e := range examples {
		if _, ok := m.topicOf[e.Topic]; !ok {
			continue
		}
		if ids, ok := shipped.find(e); ok {
			all = append(all, ids...)
		} else {
			for _, key := range m.terms(e) {
				all = append(all, v.id(key))
			}
		}
		ends = append(ends, len(all))
		m.examples = append(m.examples, e)
	}
	m.near = newNeighbours(m.examples, m.topicOf, v, all, ends)
}

// terms returns the keys by which an example is found.
func (m *Model) terms(e bot.Example) []uint32 {
	msg, ideas := m.digest(read(e.Text), m.maskOf(e.Language))
	return terms(msg, ideas, nil)
}

// maskOf returns the languages whose words may stand in a text of language l:
// Ukrainian and Russian, Czech and Slovak mix freely.
func (m *Model) maskOf(l bot.Language) uint32 {
	bit, ok := languageBit(l)
	if !ok {
		return everyLanguage
	}
	for _, pair := range [][2]bot.Language{{bot.Ukrainian, bot.Russian}, {bot.Czech, "sk"}} {
		a, _ := languageBit(pair[0])
		b, _ := languageBit(pair[1])
		if bit == a || bit == b {
			bit |= a | b
		}
	}
	return bit
}

// mask returns the languages whose words may stand in a text of which the
// language model thinks ls.
func (m *Model) mask(ls languages) uint32 {
	var mask uint32
	for i, s := range ls.scores {
		if s >= 0.1 {
			mask |= m.masks[i]
		}
	}
	return mask
}

// digest finds the concepts of a message and then takes the places out of it.
func (m *Model) digest(msg message, mask uint32) (message, []idea) {
	return m.digestAround(msg, mask, m.atlas.mentions(msg, mask))
}

// digestAround is digest where the places are found already.
func (m *Model) digestAround(msg message, mask uint32, places []place) (message, []idea) {
	ideas := m.turnRound(m.concepts.ideas(msg, mask, nil))
	return withoutPlaces(msg, places), ideas
}

// reading is a message and all that was found out about it.
type reading struct {
	whole     message // as typed
	message   message // without the names of places
	languages languages
	places    []place
	ideas     []idea
	linear    []float64 // score of each topic
	alarm     float64   // score of urgency
	deep      []float64 // the same of the network
	unease    float64
	near      []near
	votes     []float64 // share of each topic among the nearest examples
	urgent    float64   // share of urgent ones
	all       []Scored  // every topic, best first
	topics    []Scored  // the best of them
	danger    float64
	witness   [5]float64 // what each witness of danger adds to its odds
	cues      []cue      // found
	cueSum    float64
	followUp  bool
}

// Understand works out what a message says. It depends on nothing but its
// arguments and the examples of the model, and accepts any bytes.
func (m *Model) Understand(text string, ctx Context) Result {
	s := m.work.Get().(*scratch)
	defer m.work.Put(s)
	r := m.read(s, text, ctx)
	out := Result{
		Language:        m.languages[r.languages.best],
		LanguageCertain: r.languages.sure,
		Topics:          r.topics,
		Danger:          r.danger,
		Urgent:          r.danger >= dangerous,
		FollowUp:        r.followUp,
		Confidence:      r.topics[0].Score,
	}
	if r.whole.plain == "" {
		out.Language = fallback(ctx.Language)
	}
	if len(r.places) > 0 {
		out.Country = r.places[0].country
	}
	return out
}

func fallback(l bot.Language) bot.Language {
	if _, ok := languageBit(l); ok {
		return l
	}
	return bot.Ukrainian
}

func (m *Model) read(s *scratch, text string, ctx Context) *reading {
	r := &reading{whole: read(text)}
	r.languages = m.detect(&s.collector, r.whole.plain, ctx.Language)
	mask := m.mask(r.languages)
	places := m.atlas.mentions(r.whole, mask)
	r.message, r.ideas = m.digestAround(r.whole, mask, places)
	r.places = m.atlas.sort(places, r.whole, mask)
	m.weigh(s, r)
	s.keys = terms(r.message, r.ideas, s.keys[:0])
	r.near = m.near.search(s.keys, &s.tally)
	r.votes, r.urgent = m.near.votes(r.near, len(m.topics), mask)
	r.topics = m.rank(r)
	r.danger = m.danger(r)
	if r.danger < dangerous {
		r.danger = max(r.danger, m.hiddenDanger(s, text, r.danger, mask))
	}
	m.inScope(r)
	m.follow(r, ctx)
	return r
}

// weigh scores the topics and urgency by the linear model.
func (m *Model) weigh(s *scratch, r *reading) {
	fs := s.collector.collect(r.message, r.ideas, m.known)
	if cap(s.scores) < m.topic.cols {
		s.scores = make([]float32, m.topic.cols)
	}
	scores := s.scores[:m.topic.cols]
	m.topic.score(fs, scores)
	r.linear = make([]float64, len(m.topics))
	for i := range r.linear {
		r.linear[i] = float64(scores[i])
	}
	r.alarm = float64(scores[len(m.topics)])
	second := m.network.run(fs)
	r.deep = make([]float64, len(m.topics))
	for i := range r.deep {
		r.deep[i] = float64(second[i])
	}
	r.unease = float64(second[len(m.topics)])
}

func (m *Model) known(key uint32) bool { return m.topic.row(key) >= 0 }

// rank orders the topics by what the linear model and the nearest examples say
// together, as probabilities.
func (m *Model) rank(r *reading) []Scored {
	logits := make([]float64, len(m.topics))
	for i := range logits {
		logits[i] = linearWeight*r.linear[i] + deepWeight*r.deep[i] + nearWeight*math.Log(r.votes[i]+nearFloor)
	}
	if len(r.near) > 0 && r.near[0].nearby > twin {
		logits[m.near.topics[r.near[0].example]] += twinWeight * (r.near[0].nearby - twin) / (1 - twin)
	}
	r.all = m.sorted(softmax(logits))
	return shorten(r.all)
}

// inScope makes None less likely the likelier danger is: whoever may be in
// danger is not sent away. Topics of crisis become less likely where there is
// no danger, lest a vague text drift into them.
func (m *Model) inScope(r *reading) {
	p := make([]float64, len(m.topics))
	sum := 0.0
	for _, s := range r.all {
		if s.Topic == bot.None {
			s.Score *= (1 - r.danger) * (1 - r.danger)
		}
		if s.Topic.Crisis() && r.danger < dangerous {
			s.Score *= calmCrisis
		}
		p[m.topicOf[s.Topic]] = s.Score
		sum += s.Score
	}
	for i := range p {
		p[i] /= sum
	}
	r.all = m.sorted(p)
	r.topics = shorten(r.all)
}

// sorted pairs the topics with their probabilities, best first.
func (m *Model) sorted(p []float64) []Scored {
	out := make([]Scored, len(p))
	for i := range p {
		out[i] = Scored{m.topics[i], p[i]}
	}
	slices.SortStableFunc(out, func(a, b Scored) int { return cmp.Compare(b.Score, a.Score) })
	return out
}

// shorten keeps the best topics and None.
func shorten(all []Scored) []Scored {
	const keep = 6
	short := all[:keep:keep]
	for _, s := range short {
		if s.Topic == bot.None {
			return short
		}
	}
	for _, s := range all[keep:] {
		if s.Topic == bot.None {
			return append(short, s)
		}
	}
	return short
}
