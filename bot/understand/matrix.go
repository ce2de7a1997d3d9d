package understand

import (
	"encoding/binary"
	"errors"
	"math"
)

// matrix holds the weights of a linear model: a row a feature, a column a
// class. Weights are bytes with a scale a row: four times smaller than floats
// and as good.
type matrix struct {
	cols    int
	bias    []float32
	keys    []uint32  // of the rows
	scale   []float32 // of the rows
	weights []int8    // len(keys) * cols
	slots   []slot    // open addressing by key
	mask    uint32
}

// slot stands for a row. It has the row's key and scale, so that a look costs
// one read of memory rather than three.
type slot struct {
	key   uint32
	row1  int32 // number of the row + 1, or 0 where the slot is free
	scale float32
}

// index builds the table of slots.
func (m *matrix) index() {
	size := 1
	for size < len(m.keys)+len(m.keys)/2+2 {
		size *= 2
	}
	m.slots, m.mask = make([]slot, size), uint32(size-1)
	for row, key := range m.keys {
		i := key & m.mask
		for m.slots[i].row1 != 0 {
			i = (i + 1) & m.mask
		}
		m.slots[i] = slot{key, int32(row + 1), m.scale[row]}
	}
}

// row returns the row of a feature, or -1 for one never learnt.
func (m *matrix) row(key uint32) int { return int(m.slot(key).row1) - 1 }

// slot returns the slot of a feature, or a free one.
func (m *matrix) slot(key uint32) *slot {
	for i := key & m.mask; ; i = (i + 1) & m.mask {
		if s := &m.slots[i]; s.row1 == 0 || s.key == key {
			return s
		}
	}
}

// score adds up what the features say for each class. Rows are looked up some at
// a time before they are added up, so that memory answers many looks at once.
func (m *matrix) score(fs []feature, out []float32) {
	copy(out, m.bias)
	type term struct {
		weights []int8
		value   float32
	}
	var terms [32]term
	for len(fs) > 0 {
		some := fs[:min(len(fs), len(terms))]
		fs = fs[len(some):]
		n := 0
		for _, f := range some {
			if s := m.slot(f.key); s.row1 > 0 {
				end := int(s.row1) * m.cols
				terms[n] = term{m.weights[end-m.cols : end], f.value * s.scale}
				n++
			}
		}
		k := 0
		for ; k+1 < n; k += 2 { // two at once halve the reads and writes of out
			v, w := terms[k].value, terms[k].weights
			v2, w2 := terms[k+1].value, terms[k+1].weights
			sums := out[:len(w)]
			w2 = w2[:len(w)]
			for c, x := range w {
				sums[c] = sums[c] + v*float32(x) + v2*float32(w2[c])
			}
		}
		if k < n {
			v, w := terms[k].value, terms[k].weights
			sums := out[:len(w)]
			for c, x := range w {
				sums[c] += v * float32(x)
			}
		}
	}
}

// append writes the matrix in the form that decodeMatrix reads.
func (m *matrix) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(m.cols))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(m.keys)))
	for _, v := range m.bias {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	last := uint32(0) // keys are in order, and the steps between them shorter than they
	for _, k := range m.keys {
		b = binary.AppendUvarint(b, uint64(k-last))
		last = k
	}
	for _, s := range m.scale {
		b = binary.LittleEndian.AppendUint16(b, uint16(math.Float32bits(s)>>16))
	}
	for _, w := range m.weights {
		b = append(b, byte(w))
	}
	return b
}

var errWeights = errors.New("weights are cut short")

// decodeMatrix reads a matrix and returns the bytes after it.
func decodeMatrix(b []byte) (*matrix, []byte, error) {
	if len(b) < 8 {
		return nil, nil, errWeights
	}
	m := &matrix{cols: int(binary.LittleEndian.Uint32(b))}
	rows := int(binary.LittleEndian.Uint32(b[4:]))
	b = b[8:]
	if m.cols > 1000 || rows > 1<<24 || len(b) < 4*m.cols+rows {
		return nil, nil, errWeights
	}
	m.bias, m.keys, m.scale = make([]float32, m.cols), make([]uint32, rows), make([]float32, rows)
	for i := range m.bias {
		m.bias[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	b = b[4*m.cols:]
	last := uint32(0)
	for i := range m.keys {
		step, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, nil, errWeights
		}
		last += uint32(step)
		m.keys[i], b = last, b[n:]
	}
	if len(b) < 2*rows+rows*m.cols {
		return nil, nil, errWeights
	}
	for i := range m.scale {
		m.scale[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(b[2*i:])) << 16)
	}
	b = b[2*rows:]
	m.weights = make([]int8, rows*m.cols)
	for i := range m.weights {
		m.weights[i] = int8(b[i])
	}
	m.index()
	return m, b[rows*m.cols:], nil
}
