// Package intake makes proposals of a file: it holds each row against what is
// published, leaves out what the editor has no right to and what cannot stand
// without it, and makes a proposal for each country of the rest, so that editors
// of one country can publish theirs. The desk and the command line both import
// through it. It writes nothing.
package intake

import (
	"io"
	"maps"
	"slices"

	"prystan/bot"
	"prystan/bot/directory"
	"prystan/bot/exchange"
)

// Standing is what a file is held against. Revisions must be read before
// Records: what is published in between is then a conflict, and nothing is
// overwritten.
type Standing struct {
	Revisions map[bot.Ref]int
	Records   bot.Records
}

// Left says why a row that is new or changed is left out.
type Left string

// The reasons to leave a row out.
const (
	NoRight Left = "right" // the editor's rights do not reach the record
	Needs   Left = "needs" // it names a record that is invalid or left out itself
)

// Row is a row of a file.
type Row struct {
	exchange.Comparison
	Left   Left    // "" if it is not left out
	Needed bot.Ref // which record it needs
}

// counts reports whether the row changes something, unless it is left out.
func (r *Row) counts() bool { return r.State == exchange.New || r.State == exchange.Changed }

// Draft is what becomes one proposal.
type Draft struct {
	Country bot.Country // "" for what is about no country, or several
	Changes []directory.Change
}

// Intake is a file held against the directory.
type Intake struct {
	Format exchange.Format
	Notes  []exchange.Problem
	Rows   []Row
	Drafts []Draft // by country; those of none come last
	Faults []error // what would be wrong with the directory; there are no drafts then
}

// Count returns how many rows are in a state, without those left out.
func (in *Intake) Count(s exchange.State) int {
	n := 0
	for i := range in.Rows {
		if in.Rows[i].State == s && in.Rows[i].Left == "" {
			n++
		}
	}
	return n
}

// LeftOut returns how many rows are left out.
func (in *Intake) LeftOut() int {
	n := 0
	for i := range in.Rows {
		if in.Rows[i].Left != "" {
			n++
		}
	}
	return n
}

// Read reads a file for an editor and tells how far it is. The error is an
// exchange.Problem where the file as a whole is refused.
func Read(r io.Reader, name string, who bot.Editor, now Standing, tell func(done, about int)) (*Intake, error) {
	file, err := exchange.ReadTelling(r, name, now.Records, tell)
	if err != nil {
		return nil, err
	}
	compared, err := exchange.Compare(file.Rows, now.Records)
	if err != nil {
		return nil, err
	}
	in := &Intake{Format: file.Format, Notes: file.Notes, Rows: make([]Row, len(compared))}
	for i, c := range compared {
		in.Rows[i].Comparison = c
	}
	s := sorting{who: who, now: now, held: directory.NewScopes(now.Records), rows: make(map[bot.Ref]*sorted)}
	if err := s.take(in.Rows); err != nil {
		return nil, err
	}
	next, err := s.settle()
	if err != nil {
		return nil, err
	}
	if in.Faults = faults(now.Records, next, s.rows); len(in.Faults) == 0 {
		in.Drafts = s.drafts(next)
	}
	return in, nil
}

// faults returns what would be wrong with the next records that is not wrong
// with those that stand.
func faults(now, next bot.Records, rows map[bot.Ref]*sorted) []error {
	changed := make(map[bot.Ref]bool, len(rows))
	for ref := range rows {
		changed[ref] = true
	}
	known := make(map[string]bool)
	errs := next.Faults(changed)
	if len(errs) == 0 {
		return nil
	}
	for _, err := range now.Faults(changed) {
		known[err.Error()] = true
	}
	return slices.DeleteFunc(errs, func(err error) bool { return known[err.Error()] })
}

// sorting finds out which rows are taken, and into which proposal.
type sorting struct {
	who  bot.Editor
	now  Standing
	held *directory.Scopes   // among the records that stand
	rows map[bot.Ref]*sorted // that are taken
}

// sorted is a row that is taken.
type sorted struct {
	*Row
	before any // the record that stands; nil if none does
	after  any
	group  *sorted // another row of the same proposal; nil for the first
}

// first returns the row that stands for all of the proposal.
func (s *sorted) first() *sorted {
	for s.group != nil {
		s = s.group
	}
	return s
}

func (s *sorting) take(rows []Row) error {
	for i := range rows {
		row := &sorted{Row: &rows[i]}
		if !row.counts() {
			continue
		}
		var err error
		if row.after, err = row.Record.Value(); err != nil {
			return err
		}
		if row.Before != "" {
			if row.before, err = (bot.Record{Ref: row.Record.Ref, Body: row.Before}).Value(); err != nil {
				return err
			}
		}
		// The operator imports data of another desk with its names.
		if name := bot.Claims(row.after, row.before, s.who.Name); name != "" && s.who.ID != 0 {
			row.State = exchange.Invalid
			row.Problems = append(row.Problems, exchange.Problem{Field: "assured_by", Code: exchange.NotYourName, Values: []string{name}})
			continue
		}
		s.rows[row.Record.Ref] = row
	}
	return nil
}

// settle leaves out the rows that cannot be taken, and returns the records as
// they would stand with the others. What a number or an organization is about is
// told by the services that use it: they are looked at once the rights to those
// are known.
func (s *sorting) settle() (bot.Records, error) {
	standing := make(map[bot.Ref]bool, len(s.now.Revisions))
	for _, k := range bot.Kinds() {
		for _, v := range s.now.Records.Of(k) {
			ref, _ := bot.RefOf(v)
			standing[ref] = true
		}
	}
	shared := false
	for {
		next, err := s.next()
		if err != nil {
			return next, err
		}
		before := len(s.rows)
		s.leaveRights(next, shared)
		s.leaveNeeding(standing)
		if len(s.rows) == before && shared {
			return next, nil
		}
		shared = shared || len(s.rows) == before
	}
}

func (s *sorting) next() (bot.Records, error) {
	changed := make([]bot.Record, 0, len(s.rows))
	for _, ref := range s.refs() {
		changed = append(changed, s.rows[ref].Record)
	}
	return s.now.Records.With(changed, nil)
}

// refs returns the records that are taken, in the order of bot.Kinds.
func (s *sorting) refs() []bot.Ref {
	kinds := make(map[bot.Kind]int)
	for i, k := range bot.Kinds() {
		kinds[k] = i
	}
	return slices.SortedFunc(maps.Keys(s.rows), func(a, b bot.Ref) int {
		if a.Kind != b.Kind {
			return kinds[a.Kind] - kinds[b.Kind]
		}
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
}

// leaveRights leaves out what the editor's rights do not reach.
func (s *sorting) leaveRights(next bot.Records, shared bool) {
	if len(s.who.Countries) == 0 && len(s.who.Organizations) == 0 && !s.who.Removed {
		return
	}
	scopes := directory.NewScopes(next)
	for ref, row := range s.rows {
		if shared != (ref.Kind == bot.KindOrganization || ref.Kind == bot.KindPhone) {
			continue
		}
		if !scopes.Reaches(s.who, row.after) || row.before != nil && !s.held.Reaches(s.who, row.before) {
			row.Left = NoRight
			delete(s.rows, ref)
		}
	}
}

// leaveNeeding leaves out what names a record that neither stands nor is taken.
func (s *sorting) leaveNeeding(standing map[bot.Ref]bool) {
	for _, ref := range s.refs() { // what is named comes before what names it
		row := s.rows[ref]
		for _, named := range bot.Refs(row.after) {
			if !standing[named] && s.rows[named] == nil {
				row.Left, row.Needed = Needs, named
				delete(s.rows, ref)
				break
			}
		}
	}
}

// drafts makes a proposal for each country. A new record goes with those that
// name it: they stand together or not at all.
func (s *sorting) drafts(next bot.Records) []Draft {
	refs := s.refs()
	for _, ref := range refs {
		row := s.rows[ref]
		for _, named := range bot.Refs(row.after) {
			needed := s.rows[named]
			if needed == nil || needed.State != exchange.New {
				continue
			}
			if a, b := row.first(), needed.first(); a != b {
				b.group = a
			}
		}
	}
	scopes := directory.NewScopes(next)
	countries := make(map[*sorted][]bot.Country)
	for _, ref := range refs {
		first := s.rows[ref].first()
		countries[first] = slices.Compact(slices.Sorted(slices.Values(append(countries[first], s.about(s.rows[ref], scopes)...))))
	}
	by := make(map[bot.Country][]directory.Change)
	for _, ref := range refs {
		row, country := s.rows[ref], bot.Country("")
		if of := countries[row.first()]; len(of) == 1 {
			country = of[0]
		}
		by[country] = append(by[country], directory.Change{Ref: ref, Base: s.now.Revisions[ref], Body: row.Record.Body})
	}
	var all []Draft
	for _, c := range slices.Sorted(maps.Keys(by)) {
		all = append(all, Draft{c, by[c]})
	}
	if len(all) > 1 && all[0].Country == "" {
		all = append(all[1:], all[0])
	}
	return all
}

// about returns the countries that a row is about, as its record stands and as
// it would; "" is one too, and makes it a matter of no country alone.
func (s *sorting) about(row *sorted, next *directory.Scopes) []bot.Country {
	countries := slices.Clone(next.Of(row.after).Countries)
	if len(countries) == 0 {
		countries = []bot.Country{""}
	}
	if row.before != nil {
		countries = append(countries, s.held.Of(row.before).Countries...)
	}
	return countries
}
