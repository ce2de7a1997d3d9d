package exchange

import (
	"fmt"
	"slices"
	"strings"

	"prystan/bot"
	"prystan/bot/phone"
)

// table is a sheet or a CSV file.
type table struct {
	part   string // name of the sheet, "" in CSV
	kind   bot.Kind
	header []string // names of the columns as ours, "" of those passed over
	fields []column // of the kind
	first  int      // number of the row under the header
}

// Columns of a service in CSV that stand for records beside it.
const (
	numbersColumn      = "numbers"
	organizationColumn = "organization_name"
)

// maxColumns bounds what is looked at of a row.
const maxColumns = 200

// open looks at a header row. Which kind of record the rows are is told by the
// name of the sheet or file, or else by the columns, or else by a part of the
// name, as in "facts (2)".
func (r *reader) open(part, name string, header []string, row int) (*table, error) {
	t := &table{part: part, first: row + 1}
	for i, h := range header {
		if i >= maxColumns {
			break
		}
		h = strings.ToLower(strings.Join(strings.Fields(strings.TrimPrefix(h, "\ufeff")), "_"))
		if h != "" && slices.Contains(t.header, h) {
			return nil, fault(ColumnTwice, h)
		}
		t.header = append(t.header, h)
	}
	if !slices.Contains(t.header, "id") {
		return nil, fault(NoKind)
	}
	kind, ok := kindOf(name)
	if !ok {
		kind, ok = guessKind(t.header)
	}
	if !ok {
		kind, ok = kindIn(name)
	}
	if !ok {
		return nil, fault(NoKind)
	}
	t.kind, t.fields = kind, columns(kind)
	known := names(kind)
	for i, h := range t.header {
		if h != "" && !slices.Contains(known, h) {
			note := fault(ColumnUnknown, h)
			note.Cell = t.at(i, row)
			r.notes = append(r.notes, note)
			t.header[i] = ""
		}
	}
	return t, nil
}

// kindIn returns the kind of which the name holds the most.
func kindIn(name string) (bot.Kind, bool) {
	long, kind := 0, bot.Kind("")
	for k, part := range parts {
		if len(part) > long && strings.Contains(strings.ToLower(name), part) {
			long, kind = len(part), k
		}
	}
	return kind, long > 0
}

// names returns the columns that a kind may have.
func names(k bot.Kind) []string {
	all := []string{"id"}
	for _, c := range columns(k) {
		all = append(all, c.name)
	}
	if k == bot.KindService {
		all = append(all, numbersColumn, organizationColumn)
	}
	return all
}

// guessKind returns the kind that has the most of the columns and no rival.
func guessKind(header []string) (bot.Kind, bool) {
	best, kind, rival := 1, bot.Kind(""), false // "id" alone tells nothing
	for _, k := range bot.Kinds() {
		known, n := names(k), 0
		for _, h := range header {
			if slices.Contains(known, h) {
				n++
			}
		}
		switch {
		case n > best:
			best, kind, rival = n, k, false
		case n == best:
			rival = true
		}
	}
	return kind, kind != "" && !rival
}

// at returns the name of a cell.
func (t *table) at(column, row int) string {
	name := columnName(column) + fmt.Sprint(row)
	if t.part != "" {
		name = t.part + "!" + name
	}
	return name
}

func columnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// cell is what stands in a cell.
type cell struct {
	text    string
	formula bool
	numeric bool // a spreadsheet holds it as a number
}

// tableRow takes up one row. One without anything in it is passed over.
func (r *reader) tableRow(t *table, n int, cells []cell) error {
	if !slices.ContainsFunc(cells, func(c cell) bool { return c.formula || strings.TrimSpace(c.text) != "" }) {
		return nil
	}
	if len(r.drafts) >= MaxRows {
		return fault(TooManyRows, fmt.Sprint(MaxRows))
	}
	get := func(name string) (cell, bool) {
		i := slices.Index(t.header, name)
		if i < 0 {
			return cell{}, false
		}
		if i >= len(cells) {
			return cell{}, true // empty to the end
		}
		return cells[i], true
	}
	where := func(field string) string { return t.where(field, n) }
	id, _ := get("id")
	d := r.add(Where{t.part, n}, bot.Ref{Kind: t.kind, ID: strings.TrimSpace(id.text)}, where)
	if id.formula {
		d.fault("id", IsFormula)
	}
	if d.value == nil {
		return nil
	}
	for _, c := range t.fields {
		if content, ok := get(c.name); ok && d.sound(c.name, content) {
			if err := c.set(d.value, content.text); err != nil {
				d.fail(c.name, err)
			}
		}
	}
	if t.kind == bot.KindService {
		if content, ok := get(numbersColumn); ok && d.sound("phones", content) {
			r.setNumbers(d, content.text)
		}
		if content, ok := get(organizationColumn); ok && d.sound(organizationColumn, content) {
			r.setOrganizationName(d, content.text, slices.Contains(t.header, "organization"))
		}
	}
	return nil
}

// where returns the cell of a field: of one that has no column, that of the id.
func (t *table) where(field string, n int) string {
	i := slices.Index(t.header, field)
	if i < 0 && field == "phones" {
		i = slices.Index(t.header, numbersColumn)
	}
	if i < 0 && field == "organization" {
		i = slices.Index(t.header, organizationColumn)
	}
	if i < 0 {
		i = slices.Index(t.header, "id")
	}
	return t.at(i, n)
}

// errorValues are what a spreadsheet shows for a formula that failed.
var errorValues = []string{"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}

// sound reports whether a cell can be read at all, and notes why not.
func (d *draft) sound(field string, c cell) bool {
	switch {
	case c.formula:
		d.fault(field, IsFormula)
	case slices.Contains(errorValues, strings.ToUpper(c.text)):
		d.fault(field, IsError, c.text)
	case c.numeric && (field == "number" || field == "phones") && len(c.text) > maxShort:
		if _, err := phone.Read(c.text, ""); err != nil && unread(err, c.text).Code == PhoneRounded {
			d.fail(field, unread(err, c.text))
			break
		}
		d.fault(field, PhoneAsNumber, c.text)
	default:
		return true
	}
	return false
}

// maxShort is how long a short code is at most.
const maxShort = 6
