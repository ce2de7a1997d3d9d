package directory

import (
	"context"
	"errors"

	"prystan/bot"
)

// Assure says that a fact is still right: today becomes its assured date, with
// the editor's name. Where the editor may only propose, that becomes a proposal
// and proposed is true. It fails with ErrRight, ErrUnknown (no such fact, or a
// record that is none), ErrLow, or ErrNothing where the same editor said so today
// already.
func (k *Keeper) Assure(ctx context.Context, editor int64, ref bot.Ref) (proposed bool, err error) {
	err = k.publish(ctx, editor, func(d *deed) (Publication, []Change, error) {
		c, err := d.assured(ref)
		if err == nil && !d.who.Role.Publishes() {
			err = errOnlyProposes
		}
		return Publication{Action: bot.ActionAssure}, []Change{c}, err
	})
	if !errors.Is(err, errOnlyProposes) {
		return false, err
	}
	err = k.act(ctx, editor, func(d *deed) error {
		c, err := d.assured(ref)
		if err != nil {
			return err
		}
		_, err = k.propose(d, Draft{Origin: FromAssure, Changes: []Change{c}})
		return err
	})
	return err == nil, err
}

// errOnlyProposes sends Assure on to a proposal.
var errOnlyProposes = errors.New("the role only proposes")

// assured returns the change that assures a fact today.
func (d *deed) assured(ref bot.Ref) (Change, error) {
	was, err := d.Record(ref)
	switch {
	case err != nil:
		return Change{}, err
	case was.Revision == 0 || was.Retired:
		return Change{}, ErrUnknown
	}
	v, err := was.Value()
	if err != nil {
		return Change{}, err
	}
	standing, ok := bot.StandingOf(v)
	switch {
	case !ok:
		return Change{}, ErrUnknown
	case standing.Confidence == bot.Low:
		return Change{}, ErrLow
	}
	standing.Assured, standing.AssuredBy = bot.DateOf(d.at.UTC()), d.who.Name
	next, err := bot.NewRecord(bot.WithStanding(v, standing))
	return Change{Ref: ref, Base: was.Revision, Body: next.Body}, err
}
