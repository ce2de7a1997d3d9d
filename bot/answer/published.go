package answer

import (
	"fmt"
	"sync/atomic"

	"prystan/bot"
	"prystan/bot/understand"
)

// Published is the directory that answers come from at the moment, with the
// model of understanding built from its examples. Publish replaces both at
// once; turns under way finish with what they began with.
type Published struct {
	current atomic.Pointer[edition]
}

type edition struct {
	directory *bot.Directory
	model     *understand.Model
}

// Publish makes the records what answers come from.
func (p *Published) Publish(r bot.Records) error {
	model, err := understand.New(r.Examples)
	if err != nil {
		return fmt.Errorf("learning from example questions: %w", err)
	}
	p.current.Store(&edition{directory: bot.NewDirectory(r), model: model})
	return nil
}

// Published returns the directory and the model. Publish must have succeeded
// once.
func (p *Published) Published() (*bot.Directory, *understand.Model) {
	e := p.current.Load()
	return e.directory, e.model
}
