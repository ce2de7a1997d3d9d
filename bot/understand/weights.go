package understand

import (
	"bytes"
	"compress/flate"
	_ "embed" // for the weights
	"encoding/binary"
	"fmt"
	"io"
)

//go:generate go test -run ^TestRetrain$ -retrain -timeout 10m .

//go:embed data/weights.bin
var weightsData []byte

// weights are what was learnt from the shipped examples beforehand.
type weights struct {
	source   uint64 // fingerprint of the examples and word lists they were learnt from
	topic    *matrix
	network  *network
	language *matrix
	digests  *digests
}

func loadWeights() (*weights, error) {
	raw, err := io.ReadAll(flate.NewReader(bytes.NewReader(weightsData)))
	if err != nil {
		return nil, fmt.Errorf("unpacking the weights: %w", err)
	}
	if len(raw) < 8 {
		return nil, errWeights
	}
	w := &weights{source: binary.LittleEndian.Uint64(raw)}
	rest := raw[8:]
	if w.topic, rest, err = decodeMatrix(rest); err != nil {
		return nil, fmt.Errorf("reading the weights of topics: %w", err)
	}
	w.network = &network{}
	if w.network.hidden, rest, err = decodeMatrix(rest); err != nil {
		return nil, fmt.Errorf("reading the first layer of the network: %w", err)
	}
	if w.network.scores, rest, err = decodeMatrix(rest); err != nil {
		return nil, fmt.Errorf("reading the second layer of the network: %w", err)
	}
	if w.language, rest, err = decodeMatrix(rest); err != nil {
		return nil, fmt.Errorf("reading the weights of languages: %w", err)
	}
	if w.digests, err = decodeDigests(rest); err != nil {
		return nil, fmt.Errorf("reading the terms of examples: %w", err)
	}
	return w, nil
}
