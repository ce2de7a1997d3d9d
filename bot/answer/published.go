package answer

import (
	"fmt"
	"slices"
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

// Publish makes the records what answers come from. It learns anew only from
// examples that have changed.
func (p *Published) Publish(r bot.Records) error {
	last := p.current.Load()
	next := &edition{directory: bot.NewDirectory(r)}
	if last != nil && slices.Equal(last.directory.Examples(), r.Examples) {
		next.model = last.model
	} else {
		model, err := understand.New(r.Examples)
		if err != nil {
			return fmt.Errorf("learning from example questions: %w", err)
		}
		next.model = model
	}
	p.current.Store(next)
	return nil
}

// Fork returns what is published now, to be published anew without touching p:
// for a preview.
func (p *Published) Fork() *Published {
	f := &Published{}
	f.current.Store(p.current.Load())
	return f
}

// Directory returns the directory. Publish must have succeeded once.
func (p *Published) Directory() *bot.Directory { return p.current.Load().directory }

// Published returns the directory and the model. Publish must have succeeded
// once.
func (p *Published) Published() (*bot.Directory, *understand.Model) {
	e := p.current.Load()
	return e.directory, e.model
}
