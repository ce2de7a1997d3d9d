package directory

import (
	"errors"
	"fmt"
	"slices"

	"prystan/bot"
)

// plan is what changes would make of the records.
type plan struct {
	changes []Change
	before  []Stored // as each stands
	next    bot.Records
}

// plan reads how the records of changes stand, and applies the changes to what
// is published.
func (d *deed) plan(changes []Change) (plan, error) {
	p := plan{changes: changes, before: make([]Stored, len(changes))}
	var err error
	for i, c := range changes {
		if p.before[i], err = d.Record(c.Ref); err != nil {
			return p, err
		}
	}
	if p.next, err = with(d.published, changes); err != nil {
		return p, &Invalid{[]error{err}}
	}
	return p, nil
}

// check fails unless the plan may become public: with ErrRight, a Conflict or
// Invalid.
func (k *Keeper) check(d *deed, p plan) error {
	if err := d.reaches(p); err != nil {
		return err
	}
	if err := p.conflict(); err != nil {
		return err
	}
	if err := k.numbers(p.phones()); err != nil {
		return &Invalid{[]error{err}}
	}
	if errs := p.worse(d.published); len(errs) > 0 {
		return &Invalid{errs}
	}
	return nil
}

// each calls do for the record of each change as it stands, then as it would be,
// with the records among which it does, and stops at the first error. A record
// that is retired stands among those that would be: what gave it its scope may
// be retired with it, and would come back with it.
func (d *deed) each(p plan, do func(among *Scopes, v any) error) error {
	published, next := NewScopes(d.published), NewScopes(p.next)
	for i, c := range p.changes {
		among := published
		if p.before[i].Retired {
			among = next
		}
		for _, state := range []struct {
			among *Scopes
			body  string
		}{{among, p.before[i].Body}, {next, c.Body}} {
			if state.body == "" {
				continue
			}
			v, err := bot.Record{Ref: c.Ref, Body: state.body}.Value()
			if err != nil {
				return err
			}
			if err := do(state.among, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// reaches fails with ErrRight unless the editor's rights reach each record as
// it stands and as it would be.
func (d *deed) reaches(p plan) error { return d.each(p, d.may) }

// about returns the countries that the records are about, as they stand and as
// they would be. One about no country is about all.
func (d *deed) about(p plan) (map[bot.Country]bool, error) {
	all := make(map[bot.Country]bool)
	err := d.each(p, func(among *Scopes, v any) error {
		countries := among.Of(v).Countries
		if len(countries) == 0 {
			countries = bot.Countries()
		}
		for _, c := range countries {
			all[c] = true
		}
		return nil
	})
	return all, err
}

// conflict returns a Conflict if records were changed after the changes to them
// were written.
func (p plan) conflict() error {
	var refs []bot.Ref
	for i, c := range p.changes {
		if p.before[i].Revision != c.Base {
			refs = append(refs, c.Ref)
		}
	}
	if len(refs) > 0 {
		return &Conflict{refs}
	}
	return nil
}

// phones returns the numbers that would change.
func (p plan) phones() []bot.Phone {
	var phones []bot.Phone
	for _, c := range p.changes {
		if c.Kind != bot.KindPhone || c.Body == "" {
			continue
		}
		v, err := bot.Record{Ref: c.Ref, Body: c.Body}.Value()
		if number, ok := v.(bot.Phone); ok && err == nil {
			phones = append(phones, number)
		}
	}
	return phones
}

// worse returns what would be wrong that is not wrong with what is published.
func (p plan) worse(published bot.Records) []error {
	changed := make(map[bot.Ref]bool, len(p.changes))
	for _, c := range p.changes {
		changed[c.Ref] = true
	}
	errs := p.next.Faults(changed)
	if len(errs) == 0 {
		return nil
	}
	known := make(map[string]bool)
	for _, err := range published.Faults(changed) {
		known[err.Error()] = true
	}
	return slices.DeleteFunc(errs, func(err error) bool { return known[err.Error()] })
}

// canonical returns the changes with their bodies in the form in which records
// are stored, so that they can be compared. It fails on one that is no record,
// and on a record that two of them change.
func canonical(changes []Change) ([]Change, error) {
	seen := make(map[bot.Ref]bool, len(changes))
	all := make([]Change, len(changes))
	for i, c := range changes {
		if seen[c.Ref] {
			return nil, fmt.Errorf("%s would be changed twice", c.Ref)
		}
		if c.ID == "" {
			return nil, errors.New("a record needs an id")
		}
		seen[c.Ref] = true
		var err error
		if c.Body, err = formOf(c.Ref, c.Body); err != nil {
			return nil, err
		}
		all[i] = c
	}
	return all, nil
}

// formOf returns a body in the form in which records are stored; "" stays "".
func formOf(ref bot.Ref, body string) (string, error) {
	if body == "" {
		return "", nil
	}
	v, err := bot.Record{Ref: ref, Body: body}.Value()
	if err != nil {
		return "", err
	}
	rec, err := bot.NewRecord(v)
	return rec.Body, err
}

func with(r bot.Records, changes []Change) (bot.Records, error) {
	var changed []bot.Record
	var retired []bot.Ref
	for _, c := range changes {
		if c.Body == "" {
			retired = append(retired, c.Ref)
		} else {
			changed = append(changed, bot.Record{Ref: c.Ref, Body: c.Body})
		}
	}
	return r.With(changed, retired)
}
