package directory

import (
	"context"
	"fmt"

	"prystan/bot"
)

// Publish makes a proposal public: answers change at once. Whoever made it may
// publish it only where four eyes are switched off for every country that it is
// about. It fails with ErrRight, ErrOwn, ErrDecided, ErrUnknown, a Conflict or
// Invalid.
func (k *Keeper) Publish(ctx context.Context, editor, proposal int64) error {
	return k.publish(ctx, editor, func(d *deed) (Publication, []Change, error) {
		p, err := d.waiting(proposal)
		if err != nil {
			return Publication{}, nil, err
		}
		if !d.who.Role.Publishes() {
			return Publication{}, nil, ErrRight
		}
		alone := p.By == d.who.ID
		if alone {
			if err := d.aloneAllowed(p.Changes); err != nil {
				return Publication{}, nil, err
			}
		}
		p.State, p.Decider, p.Decided = Published, d.who.ID, d.at
		if err := d.Decide(p); err != nil {
			return Publication{}, nil, err
		}
		return Publication{Action: bot.ActionPublish, Proposal: p.ID, Reason: p.Reason, Source: p.Source, Alone: alone}, p.Changes, nil
	})
}

// publish runs decide, which checks the role and says what is to be public
// since, writes that, and lets answers come from it. Nothing is written if the
// directory would be wrong. It fails with ErrNothing if nothing would change.
func (k *Keeper) publish(ctx context.Context, editor int64, decide func(*deed) (Publication, []Change, error)) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	var next bot.Records
	err := k.actLocked(ctx, editor, func(d *deed) error {
		event, changes, err := decide(d)
		if err != nil {
			return err
		}
		p, err := d.plan(changes)
		if err != nil {
			return err
		}
		if err := k.check(d, p); err != nil {
			return err
		}
		next = p.next
		return d.write(event, p)
	})
	if err != nil {
		return err
	}
	if err := k.answers.Publish(next); err != nil {
		return fmt.Errorf("answering from what was published: %w", err)
	}
	return nil
}

// write writes what a publication changes, and the audit log.
func (d *deed) write(event Publication, p plan) error {
	event.At, event.Editor = d.at, d.who.ID
	for i, c := range p.changes {
		v := Version{Ref: c.Ref, Before: p.before[i].Public(), After: c.Body}
		if v.Before == v.After {
			continue
		}
		var err error
		if v.Revision, err = d.Put(c.Ref, c.Body, c.Body == ""); err != nil {
			return err
		}
		event.Versions = append(event.Versions, v)
		if err := d.note(event.Action, c.Ref.String(), v.Before, v.After); err != nil {
			return err
		}
	}
	if len(event.Versions) == 0 {
		return ErrNothing
	}
	return d.AddPublication(&event)
}

// aloneAllowed fails with ErrOwn unless one person may publish alone for every
// country that the changes are about.
func (d *deed) aloneAllowed(changes []Change) error {
	p, err := d.plan(changes)
	if err != nil {
		return err
	}
	about, err := d.about(p)
	if err != nil {
		return err
	}
	for country := range about {
		switch alone, err := d.alone(country); {
		case err != nil:
			return err
		case !alone:
			return ErrOwn
		}
	}
	return nil
}

// alone reports whether the editor may publish alone for a country: the rule is
// off, and nobody else is there who could look.
func (d *deed) alone(c bot.Country) (bool, error) {
	off, err := d.FourEyesOff(c)
	if err != nil || !off {
		return false, err
	}
	who, err := d.publishers(c)
	return len(who) == 1 && who[0].ID == d.who.ID, err
}

// publishers returns who looks after everything about a country: its editors,
// or its administrators where it has no editor.
func (d *deed) publishers(c bot.Country) ([]bot.Editor, error) {
	all, err := d.Editors()
	var editors, administrators []bot.Editor
	for _, e := range all {
		switch {
		case e.Removed || !e.Reaches(bot.Scope{Countries: []bot.Country{c}}):
		case e.Role == bot.RoleEditor:
			editors = append(editors, e)
		case e.Role == bot.Administrator:
			administrators = append(administrators, e)
		}
	}
	if len(editors) == 0 {
		return administrators, err
	}
	return editors, err
}
