package access

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"prystan/bot"
)

// handleBytes is the length of what a passkey knows its editor by.
const handleBytes = 32

// People returns everybody who may use the desk, by name. It is for
// administrators, and fails with ErrRight.
func (d *Door) People(ctx context.Context, by int64) ([]bot.Editor, error) {
	var all []bot.Editor
	err := d.act(ctx, by, bot.ActionEditorChange, "people", func(t *deed) (err error) {
		if !t.who.Role.Administers() {
			return ErrRight
		}
		all, err = t.Editors()
		return err
	})
	return slices.DeleteFunc(all, func(e bot.Editor) bool { return e.Removed }), err
}

// Person returns somebody whom an editor may change and remove. It fails with
// ErrRight or ErrUnknown.
func (d *Door) Person(ctx context.Context, by, editor int64) (e bot.Editor, err error) {
	err = d.act(ctx, by, bot.ActionEditorChange, subjectOfID(editor), func(t *deed) error {
		e, err = t.managed(editor)
		return err
	})
	return e, err
}

// Manages reports whether who may change and remove e: an administrator whose
// rights reach all that e's rights reach, so that nobody grants more than they
// have.
func Manages(who, e bot.Editor) bool {
	return !who.Removed && who.Role.Administers() && who.Reaches(bot.Scope{Countries: e.Countries, Organizations: e.Organizations})
}

// Add lets somebody into the desk and returns their ID. It fails with ErrRight,
// ErrName or ErrInvalid.
func (d *Door) Add(ctx context.Context, by int64, e bot.Editor) (int64, error) {
	e = tidy(e)
	e.ID = 0
	err := d.act(ctx, by, bot.ActionEditorAdd, "editor "+plain(e.Name, bot.MaxEditorName), func(t *deed) error {
		if !Manages(t.who, e) {
			return ErrRight
		}
		if err := t.check(e); err != nil {
			return err
		}
		handle := make([]byte, handleBytes)
		rand.Read(handle) // never fails, by its contract
		if err := t.AddEditor(&e, handle); err != nil {
			return err
		}
		return t.note(bot.ActionEditorAdd, subjectOf(e), "", describe(e))
	})
	return e.ID, err
}

// Change changes the name, rights, language and monthly wish of an editor. It
// fails with ErrRight, ErrUnknown, ErrName, ErrLast or ErrInvalid.
func (d *Door) Change(ctx context.Context, by int64, e bot.Editor) error {
	e = tidy(e)
	return d.act(ctx, by, bot.ActionEditorChange, subjectOfID(e.ID), func(t *deed) error {
		was, err := t.managed(e.ID)
		if err != nil {
			return err
		}
		if !Manages(t.who, e) {
			return ErrRight
		}
		return t.change(was, e)
	})
}

// tidy puts lists in order, each entry once.
func tidy(e bot.Editor) bot.Editor {
	e.Removed = false
	e.Countries = slices.Compact(slices.Sorted(slices.Values(e.Countries)))
	e.Organizations = slices.Compact(slices.Sorted(slices.Values(e.Organizations)))
	return e
}

// ChangeOwn changes what editors may change about themselves. It fails with
// ErrRight or ErrInvalid.
func (d *Door) ChangeOwn(ctx context.Context, editor int64, l bot.Language, monthly bool) error {
	return d.act(ctx, editor, bot.ActionEditorChange, subjectOfID(editor), func(t *deed) error {
		if editor == 0 {
			return ErrRight
		}
		e := t.who
		e.Language, e.Monthly = l, monthly
		return t.change(t.who, e)
	})
}

// Remove takes an editor's rights away at once: sessions, links, passkeys and
// the connected chat go with them, the name stays in the history. It fails with
// ErrRight, ErrUnknown or ErrLast.
func (d *Door) Remove(ctx context.Context, by, editor int64) error {
	return d.act(ctx, by, bot.ActionEditorRemove, subjectOfID(editor), func(t *deed) error {
		was, err := t.managed(editor)
		if err != nil {
			return err
		}
		if err := t.notLast(was, bot.Editor{}); err != nil {
			return err
		}
		if err := t.RemoveEditor(editor); err != nil {
			return err
		}
		return t.note(bot.ActionEditorRemove, subjectOf(was), describe(was), "")
	})
}

// managed returns an editor whom whoever acts may manage. A role that manages
// nobody is not told who there is.
func (d *deed) managed(id int64) (bot.Editor, error) {
	if !d.who.Role.Administers() {
		return bot.Editor{}, ErrRight
	}
	e, err := d.Editor(id)
	switch {
	case err != nil:
		return e, err
	case id == 0 || e.Removed:
		return e, ErrUnknown
	case !Manages(d.who, e):
		return e, ErrRight
	}
	return e, nil
}

func (d *deed) change(was, e bot.Editor) error {
	if describe(was) == describe(e) {
		return nil
	}
	if err := d.check(e); err != nil {
		return err
	}
	if err := d.notLast(was, e); err != nil {
		return err
	}
	if err := d.ChangeEditor(e); err != nil {
		return err
	}
	return d.note(bot.ActionEditorChange, subjectOf(e), describe(was), describe(e))
}

// check returns what is wrong with an editor, ErrName or ErrInvalid.
func (d *deed) check(e bot.Editor) error {
	if err := e.Check(); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	for _, id := range e.Organizations {
		switch ok, err := d.HasOrganization(id); {
		case err != nil:
			return err
		case !ok:
			return fmt.Errorf("%w: there is no organization %q", ErrInvalid, id)
		}
	}
	all, err := d.Editors()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(o bot.Editor) bool { return !o.Removed && o.ID != e.ID && o.Name == e.Name }) {
		return ErrName
	}
	return nil
}

// notLast fails with ErrLast if was is an administrator, e is a lesser one, and
// nobody is left who reaches as far.
func (d *deed) notLast(was, e bot.Editor) error {
	if !was.Role.Administers() || Manages(e, was) {
		return nil
	}
	all, err := d.Editors()
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(o bot.Editor) bool { return o.ID != was.ID && Manages(o, was) }) {
		return ErrLast
	}
	return nil
}

// describe writes what the audit log keeps of an editor.
func describe(e bot.Editor) string {
	out, err := json.Marshal(struct {
		Name          string        `json:"name"`
		Role          bot.Role      `json:"role"`
		Countries     []bot.Country `json:"countries,omitempty"`
		Organizations []string      `json:"organizations,omitempty"`
		Language      bot.Language  `json:"language"`
		Monthly       bool          `json:"monthly"`
	}{e.Name, e.Role, e.Countries, e.Organizations, e.Language, e.Monthly})
	if err != nil {
		panic(errors.Join(errors.New("texts and lists of texts can always be written as JSON"), err))
	}
	return string(out)
}
