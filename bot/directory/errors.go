package directory

import (
	"errors"
	"fmt"
	"strings"

	"prystan/bot"
)

// Errors that whoever asked can do something about.
var (
	ErrRight   = errors.New("the role does not allow this, or not here")
	ErrOwn     = errors.New("somebody else must publish it")
	ErrDecided = errors.New("the proposal is decided already")
	ErrUnknown = errors.New("there is no such thing")
	ErrNothing = errors.New("nothing would change")
	ErrWords   = errors.New("a reason and a source are needed, of at most 500 letters each")
	ErrLow     = errors.New("a fact of low confidence needs a source before it can be assured")
	ErrSeveral = errors.New("more than one editor looks after the country, so four eyes stay on")
	ErrWaits   = errors.New("the same is proposed already and waits")
	ErrUndone  = errors.New("it is undone already")
)

// Conflict means that records were changed after a change to them was written.
type Conflict struct{ Refs []bot.Ref }

func (c *Conflict) Error() string {
	names := make([]string, len(c.Refs))
	for i, ref := range c.Refs {
		names[i] = ref.String()
	}
	return "somebody else has changed " + strings.Join(names, ", ")
}

// Invalid means that the directory would be wrong with the change.
type Invalid struct{ Errs []error }

func (i *Invalid) Error() string { return fmt.Sprintf("the directory would be wrong: %v", i.Errs[0]) }

// Unwrap returns everything that would be wrong.
func (i *Invalid) Unwrap() []error { return i.Errs }
