package directory

import (
	"context"

	"prystan/bot"
)

// TakeShipped proposes a record as the newest release ships it, in place of what
// an editor made of it, and returns the ID of the proposal. It fails with
// ErrUnknown where the release ships nothing else.
func (k *Keeper) TakeShipped(ctx context.Context, editor int64, ref bot.Ref) (int64, error) {
	var id int64
	err := k.act(ctx, editor, func(d *deed) error {
		was, err := d.differing(ref)
		if err != nil {
			return err
		}
		p, err := k.propose(d, Draft{Origin: FromRelease, Changes: []Change{{Ref: ref, Base: was.Revision, Body: was.Shipped}}})
		id = p.ID
		return err
	})
	return id, err
}

// KeepOurs decides that a record stays as an editor made it, whatever the newest
// release ships.
func (k *Keeper) KeepOurs(ctx context.Context, editor int64, ref bot.Ref) error {
	return k.act(ctx, editor, func(d *deed) error {
		was, err := d.differing(ref)
		if err != nil {
			return err
		}
		v, err := was.Value()
		if err != nil {
			return err
		}
		if !d.who.Role.Publishes() {
			return ErrRight
		}
		if err := d.may(NewScopes(d.published), v); err != nil {
			return err
		}
		if err := d.Settle(ref); err != nil {
			return err
		}
		return d.note(bot.ActionKeep, ref.String(), was.Shipped, was.Body)
	})
}

func (d *deed) differing(ref bot.Ref) (Stored, error) {
	was, err := d.Record(ref)
	if err == nil && (!was.Differs || was.Shipped == "") {
		err = ErrUnknown
	}
	return was, err
}
