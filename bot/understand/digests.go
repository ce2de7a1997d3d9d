package understand

import (
	"encoding/binary"

	"prystan/bot"
)

// digests are the terms of the shipped examples, worked out beforehand so that
// the program starts fast. Only examples that an editor added or changed are
// read at the start.
type digests struct {
	keys []uint32       // by number of the term
	ids  []int32        // terms of all examples
	at   map[uint64]int // by fingerprint of the example: its number
	ends []int32        // by number of the example: where its terms end in ids
}

// print returns the fingerprint of an example: FNV-1a over what its terms
// depend on.
func print(e bot.Example) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(e.Language); i++ {
		h = (h ^ uint64(e.Language[i])) * 1099511628211
	}
	h = (h ^ 0xff) * 1099511628211
	for i := 0; i < len(e.Text); i++ {
		h = (h ^ uint64(e.Text[i])) * 1099511628211
	}
	return h
}

// vocabulary returns the numbers of the terms, to which more may be added.
func (d *digests) vocabulary() *vocabulary {
	v := &vocabulary{ids: make(map[uint32]int32, len(d.keys)+1000)}
	for id, key := range d.keys {
		v.ids[key] = int32(id)
	}
	return v
}

// find returns the terms of an example, if it is a shipped one.
func (d *digests) find(e bot.Example) ([]int32, bool) {
	i, ok := d.at[print(e)]
	if !ok {
		return nil, false
	}
	start := int32(0)
	if i > 0 {
		start = d.ends[i-1]
	}
	return d.ids[start:d.ends[i]], true
}

// append writes the digests in the form that decodeDigests reads.
func (d *digests) append(b []byte, prints []uint64) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(len(d.keys)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(prints)))
	for _, k := range d.keys {
		b = binary.LittleEndian.AppendUint32(b, k)
	}
	for _, p := range prints {
		b = binary.LittleEndian.AppendUint64(b, p)
	}
	start := int32(0)
	for _, end := range d.ends {
		b = binary.AppendUvarint(b, uint64(end-start))
		for _, id := range d.ids[start:end] {
			b = binary.AppendUvarint(b, uint64(id))
		}
		start = end
	}
	return b
}

func decodeDigests(b []byte) (*digests, error) {
	if len(b) < 8 {
		return nil, errWeights
	}
	keys, prints := int(binary.LittleEndian.Uint32(b)), int(binary.LittleEndian.Uint32(b[4:]))
	b = b[8:]
	if keys > len(b) || prints > len(b) || len(b) < 4*keys+8*prints {
		return nil, errWeights
	}
	d := &digests{keys: make([]uint32, keys), at: make(map[uint64]int, prints), ends: make([]int32, prints)}
	for i := range d.keys {
		d.keys[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	b = b[4*keys:]
	for i := range d.ends {
		d.at[binary.LittleEndian.Uint64(b[8*i:])] = i
	}
	b = b[8*prints:]
	d.ids = make([]int32, 0, 14*prints)
	next := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			b = nil
			return 0
		}
		b = b[n:]
		return v
	}
	for i := range d.ends {
		for n := next(); n > 0; n-- {
			id := next()
			if id >= uint64(keys) {
				return nil, errWeights
			}
			d.ids = append(d.ids, int32(id))
		}
		d.ends[i] = int32(len(d.ids))
	}
	return d, nil
}
