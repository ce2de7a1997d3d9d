package understand

import "math"

// network is a second opinion on topics and urgency: a small network with one
// hidden layer. It sees the features that the linear model sees, but sums them
// up in a few dozen numbers first, so that words which mean the same for many
// topics and in many languages are learnt together. Its mistakes are others
// than those of the linear model; both together make fewer.
type network struct {
	hidden *matrix // a row a feature, a column a hidden number
	scores *matrix // a row a hidden number, a column a topic, and urgency last
}

// run returns the scores of the topics, and of urgency last.
func (n *network) run(fs []feature) []float32 {
	out := make([]float32, n.scores.cols)
	hidden := make([]float32, n.hidden.cols)
	n.hidden.score(fs, hidden)
	numbers := make([]feature, len(hidden))
	for k, x := range hidden {
		numbers[k] = feature{key: uint32(k), value: float32(math.Tanh(float64(x)))}
	}
	n.scores.score(numbers, out)
	return out
}
