package desk

import (
	"strconv"

	"prystan/bot"
	"prystan/bot/directory"
)

// part is a record that the form changes, as it was when the form was made and
// as it is to be.
type part struct {
	ref    bot.Ref
	base   int              // revision that the form was made from; 0: there was no such record
	stored directory.Stored // as it stands
	was    string           // body that the form was made from; "" for none
	make   func() any       // as it is to be, nil to retire it; nil: unchanged
}

// open reads the record of a part as it was when the form was made, and carries
// the revision along as a hidden input. value is nil where there was none.
func (f *form) open(p *part, input string) (value any, public bool, err error) {
	if p.stored, err = f.Store.Stored(f.R.Context(), p.ref); err != nil {
		return nil, false, err
	}
	p.base = p.stored.Revision
	if f.given != nil {
		if p.base, err = strconv.Atoi(f.given.Get(input)); err != nil || p.base < 0 || p.base > p.stored.Revision {
			return nil, false, directory.ErrUnknown
		}
	}
	f.bases = append(f.bases, hiddenInput{input, strconv.Itoa(p.base)})
	if p.base == 0 {
		return nil, false, nil
	}
	body, err := f.base(directory.Change{Ref: p.ref, Base: p.base}, p.stored)
	if err != nil {
		return nil, false, err
	}
	public = body != "" && (p.base != p.stored.Revision || !p.stored.Retired)
	if body == "" {
		body = p.stored.Body
	}
	p.was, err = canonicalBody(p.ref, body)
	if err != nil {
		return nil, false, err
	}
	value, err = bot.Record{Ref: p.ref, Body: p.was}.Value()
	return value, public, err
}

// canonicalBody returns a body in the form in which bodies are compared.
func canonicalBody(ref bot.Ref, body string) (string, error) {
	if body == "" {
		return "", nil
	}
	value, err := bot.Record{Ref: ref, Body: body}.Value()
	if err != nil {
		return "", err
	}
	rec, err := bot.NewRecord(value)
	return rec.Body, err
}

// ours returns the body that the form makes of a part.
func (p *part) ours() (string, error) {
	if p.make == nil {
		return p.was, nil
	}
	value := p.make()
	if value == nil {
		return "", nil
	}
	rec, err := bot.NewRecord(value)
	return rec.Body, err
}

// settle returns the changes that the form makes to the records as they stand,
// and where it clashes with what others have made of them since.
func (f *form) settle() ([]directory.Change, []clash, error) {
	var changes []directory.Change
	var clashes []clash
	for n, p := range append([]*part{f.main}, f.lines...) {
		ours, err := p.ours()
		if err != nil {
			return nil, nil, err
		}
		comesBack := p == f.main && p.stored.Retired && p.base == p.stored.Revision
		if ours == p.was && !comesBack {
			continue
		}
		theirs, err := canonicalBody(p.ref, p.stored.Public())
		if err != nil {
			return nil, nil, err
		}
		body := ours
		if p.base != p.stored.Revision {
			var clashing []clash
			if body, clashing, err = f.reconcile(n, p, ours, theirs); err != nil {
				return nil, nil, err
			}
			clashes = append(clashes, clashing...)
			if undecided(clashing) {
				continue
			}
		}
		if body == theirs {
			continue
		}
		if p == f.main && f.checked() {
			if body, err = f.assured(p.ref, body); err != nil {
				return nil, nil, err
			}
		}
		changes = append(changes, directory.Change{Ref: p.ref, Base: p.stored.Revision, Body: body})
	}
	if len(changes) == 0 {
		return nil, clashes, nil
	}
	return append(changes, f.others...), clashes, nil
}

// assured returns the body of a fact with today as its assured date, and the
// editor's name. One of low confidence has no source yet, and stays as it is.
func (f *form) assured(ref bot.Ref, body string) (string, error) {
	value, err := bot.Record{Ref: ref, Body: body}.Value()
	if err != nil {
		return "", err
	}
	if s, ok := bot.StandingOf(value); ok && s.Confidence != bot.Low {
		s.Assured, s.AssuredBy = bot.DateOf(f.Now().UTC()), f.Who.Name
		value = bot.WithStanding(value, s)
	}
	rec, err := bot.NewRecord(value)
	return rec.Body, err
}
