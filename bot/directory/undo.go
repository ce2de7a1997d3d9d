package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"unicode/utf8"

	"prystan/bot"
)

// Undo takes a publication back: each field that it changed becomes what it was
// before, and what it added is retired. Fields changed since by others stay as
// they are. It needs a role that publishes, and no second person: what becomes
// public was public before. It fails with ErrRight, ErrUnknown, ErrUndone,
// ErrNothing where others have put everything back already, with a Conflict where
// somebody has changed the same fields since, or Invalid where other records
// need what would be retired.
func (k *Keeper) Undo(ctx context.Context, editor, publication int64, reason string) error {
	reason = plain(reason)
	return k.publish(ctx, editor, func(d *deed) (Publication, []Change, error) {
		event := Publication{Action: bot.ActionUndo, Reason: reason, Undoes: publication, Alone: true}
		was, err := d.Publication(publication)
		switch {
		case err != nil:
			return event, nil, err
		case !d.who.Role.Publishes():
			return event, nil, ErrRight
		case was.Undone != 0:
			return event, nil, ErrUndone
		case utf8.RuneCountInString(reason) > MaxWords:
			return event, nil, ErrWords
		}
		event.Proposal = was.Proposal
		var changes []Change
		conflict := &Conflict{}
		for _, v := range was.Versions {
			now, err := d.Record(v.Ref)
			if err != nil {
				return event, nil, err
			}
			body, err := Merge(v.Ref, v.After, v.Before, now.Public())
			var clash *Conflict
			switch {
			case errors.As(err, &clash):
				conflict.Refs = append(conflict.Refs, clash.Refs...)
			case err != nil:
				return event, nil, err
			}
			changes = append(changes, Change{Ref: v.Ref, Base: now.Revision, Body: body})
		}
		if len(conflict.Refs) > 0 {
			return event, nil, conflict
		}
		return event, changes, nil
	})
}

// Merge brings a change that was made from the body base, to a record that
// stands as theirs meanwhile, together with theirs, field by field; "" is the
// body of a record that is not public. Where both changed a field in different
// ways it fails with a Conflict: a person must decide.
func Merge(ref bot.Ref, base, ours, theirs string) (string, error) {
	switch {
	case ours == theirs || ours == base:
		return theirs, nil
	case theirs == base:
		return ours, nil
	case base == "" || ours == "" || theirs == "":
		return "", &Conflict{[]bot.Ref{ref}}
	}
	merged, clashes, err := merge(base, ours, theirs)
	if err != nil {
		return "", fmt.Errorf("merging changes of %s: %w", ref, err)
	}
	if clashes {
		return "", &Conflict{[]bot.Ref{ref}}
	}
	return formOf(ref, merged)
}

// merge applies what turns base into ours to theirs, field by field; clashes if
// theirs differs from base in a field that ours changes too, and not in the same
// way.
func merge(base, ours, theirs string) (merged string, clashes bool, err error) {
	var b, o, t map[string]json.RawMessage
	for body, into := range map[string]*map[string]json.RawMessage{base: &b, ours: &o, theirs: &t} {
		if err := json.Unmarshal([]byte(body), into); err != nil {
			return "", false, err
		}
	}
	fields := maps.Clone(b)
	maps.Copy(fields, o)
	for field := range fields {
		switch {
		case string(b[field]) == string(o[field]) || string(o[field]) == string(t[field]):
		case string(b[field]) != string(t[field]):
			clashes = true
		case o[field] == nil:
			delete(t, field)
		default:
			t[field] = o[field]
		}
	}
	out, err := json.Marshal(t)
	return string(out), clashes, err
}
