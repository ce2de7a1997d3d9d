package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"prystan/bot"
)

// MaxWords is the longest reason, source or note, in runes.
const MaxWords = 500

// Draft is a proposal as somebody makes it.
type Draft struct {
	Origin  Origin
	Reason  string
	Source  string
	Changes []Change
}

// Propose keeps a proposal for a second pair of eyes and returns its ID. It
// fails with ErrRight, ErrWords, ErrNothing, ErrWaits (the same waits already),
// a Conflict (a record is not at the revision that the change was made from) or
// Invalid. Changes that change nothing are left out.
func (k *Keeper) Propose(ctx context.Context, editor int64, draft Draft) (int64, error) {
	var id int64
	err := k.act(ctx, editor, func(d *deed) error {
		p, err := k.propose(d, draft)
		id = p.ID
		return err
	})
	return id, err
}

func (k *Keeper) propose(d *deed, draft Draft) (Proposal, error) {
	p := Proposal{
		By: d.who.ID, At: d.at, Origin: draft.Origin, State: Waiting,
		Reason: plain(draft.Reason), Source: plain(draft.Source),
	}
	if p.Origin != FromAssure && p.Origin != FromRelease {
		if p.Reason == "" || p.Source == "" || utf8.RuneCountInString(p.Reason) > MaxWords || utf8.RuneCountInString(p.Source) > MaxWords {
			return p, ErrWords
		}
	}
	changes, err := canonical(draft.Changes)
	if err != nil {
		return p, &Invalid{[]error{err}}
	}
	for _, c := range changes {
		was, err := d.Record(c.Ref)
		if err != nil {
			return p, err
		}
		if was.Public() != c.Body {
			p.Changes = append(p.Changes, c)
		}
	}
	if len(p.Changes) == 0 {
		return p, ErrNothing
	}
	kinds := bot.Kinds()
	slices.SortStableFunc(p.Changes, func(a, b Change) int {
		return slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind)
	})
	step, err := d.plan(p.Changes)
	if err != nil {
		return p, err
	}
	if err := k.check(d, step); err != nil {
		return p, err
	}
	if err := d.claims(p.Origin, step); err != nil {
		return p, err
	}
	others, err := d.ProposalsOn(p.Changes[0].Ref)
	if err != nil {
		return p, err
	}
	for _, other := range others {
		if slices.Equal(other.Changes, p.Changes) {
			return p, ErrWaits
		}
	}
	if err := d.AddProposal(&p); err != nil {
		return p, err
	}
	for i, c := range p.Changes {
		if err := d.note(bot.ActionPropose, proposalName(p.ID)+": "+c.Ref.String(), step.before[i].Public(), c.Body); err != nil {
			return p, err
		}
	}
	return p, nil
}

// claims fails with Invalid if somebody assures a fact in the name of another.
// The operator may: data of another desk comes with its names.
func (d *deed) claims(from Origin, step plan) error {
	if d.who.ID == 0 || from != FromForm && from != FromFile {
		return nil
	}
	var errs []error
	for i, c := range step.changes {
		var was any
		if body := step.before[i].Body; body != "" {
			var err error
			if was, err = (bot.Record{Ref: c.Ref, Body: body}).Value(); err != nil {
				return err
			}
		}
		if c.Body == "" {
			continue
		}
		v, err := bot.Record{Ref: c.Ref, Body: c.Body}.Value()
		if err != nil {
			return err
		}
		if name := bot.Claims(v, was, d.who.Name); name != "" {
			errs = append(errs, fmt.Errorf("%s: only %s can put their name to it", c.Ref, name))
		}
	}
	if len(errs) > 0 {
		return &Invalid{errs}
	}
	return nil
}

// plain returns what somebody wrote in one line, without what nobody can see: it
// goes into logs and files.
func plain(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return ' '
		case bot.IsUnseen(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "")))
}

func proposalName(id int64) string { return fmt.Sprintf("proposal %d", id) }

// Reject refuses a proposal. Editors may who could publish it; whoever made it
// withdraws it instead.
func (k *Keeper) Reject(ctx context.Context, editor, proposal int64, note string) error {
	return k.close(ctx, editor, proposal, note, Rejected, bot.ActionReject)
}

// Withdraw takes a proposal back. Only whoever made it may.
func (k *Keeper) Withdraw(ctx context.Context, editor, proposal int64) error {
	return k.close(ctx, editor, proposal, "", Withdrawn, bot.ActionWithdraw)
}

func (k *Keeper) close(ctx context.Context, editor, proposal int64, note string, s State, a bot.Action) error {
	note = plain(note)
	return k.act(ctx, editor, func(d *deed) error {
		p, err := d.waiting(proposal)
		switch {
		case err != nil:
			return err
		case s == Withdrawn && p.By != editor:
			return ErrRight
		case s == Rejected && !d.who.Role.Publishes():
			return ErrRight
		case utf8.RuneCountInString(note) > MaxWords:
			return ErrWords
		}
		if s == Rejected {
			step, err := d.plan(p.Changes)
			if err != nil {
				return err
			}
			if err := d.reaches(step); err != nil {
				return err
			}
		}
		p.State, p.Decider, p.Decided, p.Note = s, editor, d.at, note
		if err := d.Decide(p); err != nil {
			return err
		}
		return d.note(a, proposalName(p.ID), string(Waiting), string(s))
	})
}

// waiting returns a proposal that is not decided yet.
func (d *deed) waiting(id int64) (Proposal, error) {
	p, err := d.Proposal(id)
	if err == nil && p.State != Waiting {
		err = ErrDecided
	}
	return p, err
}

// Applied returns the records as they would stand with a proposal published,
// whether or not it could be: for a preview.
func (k *Keeper) Applied(p Proposal) (bot.Records, error) {
	return with(k.Directory().Records(), p.Changes)
}
