package exchange

import (
	"crypto/sha1"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"prystan/bot"
	"prystan/bot/phone"
)

// reader turns what a file holds into rows.
type reader struct {
	current map[bot.Ref]bot.Record
	numbers map[string][]string // Phone.ID by what is dialled
	named   map[string][]string // Organization.ID by name
	said    map[string]string   // names of organizations by ID, as the file has them
	drafts  []*draft
	byRef   map[bot.Ref]*draft
	notes   []Problem
	tell    func(done, about int)
	about   int // how many rows the file seems to have
}

// draft is a row under way.
type draft struct {
	where    Where
	ref      bot.Ref
	value    any                       // a pointer to the record's type; nil where the row names no record
	cell     func(field string) string // where a field stands in the file
	problems []Problem
}

func newReader(current bot.Records) (*reader, error) {
	r := &reader{
		current: make(map[bot.Ref]bot.Record), numbers: make(map[string][]string),
		named: make(map[string][]string), said: make(map[string]string), byRef: make(map[bot.Ref]*draft),
	}
	all, err := current.Encode()
	if err != nil {
		return nil, fmt.Errorf("taking up the records that stand: %w", err)
	}
	for _, rec := range all {
		r.current[rec.Ref] = rec
	}
	for _, p := range current.Phones {
		r.numbers[dialled(p)] = append(r.numbers[dialled(p)], p.ID)
	}
	for _, o := range current.Organizations {
		r.named[o.Name] = append(r.named[o.Name], o.ID)
	}
	return r, nil
}

func dialled(p bot.Phone) string {
	if p.Kind == bot.ShortCode {
		return string(p.Country) + " " + p.Number
	}
	return p.Number
}

// add begins a row for the record that ref names. It returns nil where the row
// can hold no more.
func (r *reader) add(where Where, ref bot.Ref, cell func(string) string) *draft {
	d := &draft{where: where, ref: ref, cell: cell}
	r.drafts = append(r.drafts, d)
	r.tell(len(r.drafts), r.about)
	if ref.ID == "" {
		d.fault("id", Missing)
		return d
	}
	if first, again := r.byRef[ref]; again {
		d.fault("id", Twice, ref.ID, first.cell("id"))
		return d
	}
	r.byRef[ref] = d
	d.value = r.valueOf(ref)
	if d.value == nil {
		d.fault("id", NotAnID, ref.ID)
	}
	return d
}

func (d *draft) fault(field string, code Code, values ...string) {
	d.fail(field, fault(code, values...))
}

// fail notes a problem with a field.
func (d *draft) fail(field string, err error) {
	var p Problem
	if !errors.As(err, &p) {
		p = fault(Inconsistent, err.Error())
	}
	p.Field, p.Cell = field, d.cell(field)
	d.problems = append(d.problems, p)
}

func (d *draft) failed(field string) bool {
	return slices.ContainsFunc(d.problems, func(p Problem) bool { return p.Field == field })
}

// valueOf returns the record as it stands, or a new one where it doesn't; nil
// where the ID is none of its kind.
func (r *reader) valueOf(ref bot.Ref) any {
	if rec, ok := r.current[ref]; ok {
		if v, err := rec.Value(); err == nil {
			return pointer(v)
		}
	}
	first, language, two := strings.Cut(ref.ID, "/")
	switch ref.Kind {
	case bot.KindOrganization:
		return &bot.Organization{ID: ref.ID}
	case bot.KindPhone:
		return &bot.Phone{ID: ref.ID}
	case bot.KindService:
		unknown, _ := bot.ParseSchedule("unknown")
		return &bot.Service{
			ID: ref.ID, Schedule: unknown, Cost: bot.CostUnknown, FromAbroad: bot.Unknown, Anonymous: bot.Unknown,
			ToPolice: bot.Unknown, Standing: bot.Standing{Confidence: bot.Low},
		}
	case bot.KindProtection:
		return &bot.Protection{Country: bot.Country(ref.ID), Standing: bot.Standing{Confidence: bot.Low}}
	case bot.KindFact:
		return &bot.Fact{ID: ref.ID, Standing: bot.Standing{Confidence: bot.Low}}
	}
	if !two || first == "" || language == "" {
		return nil
	}
	switch ref.Kind {
	case bot.KindArticle:
		return &bot.Article{Topic: bot.Topic(first), Language: bot.Language(language), Review: bot.Draft, Facts: []string{}}
	case bot.KindProtectionText:
		return &bot.ProtectionText{Country: bot.Country(first), Language: bot.Language(language), Review: bot.Draft}
	case bot.KindServiceText:
		return &bot.ServiceText{Service: first, Language: bot.Language(language), Review: bot.Draft}
	}
	return &bot.ExampleSet{Topic: bot.Topic(first), Language: bot.Language(language)}
}

// pointer returns a pointer to a copy of v.
func pointer(v any) any {
	p := reflect.New(reflect.TypeOf(v))
	p.Elem().Set(reflect.ValueOf(v))
	return p.Interface()
}

// finish returns the rows: each with its record, or with all that is wrong.
func (r *reader) finish() []Row {
	rows := make([]Row, 0, len(r.drafts))
	for _, d := range r.drafts {
		rows = append(rows, r.row(d))
	}
	return rows
}

func (r *reader) row(d *draft) Row {
	row := Row{Where: d.where, Record: bot.Record{Ref: d.ref}}
	if d.value != nil {
		r.settle(d)
		for _, p := range check(d.value) {
			if !d.failed(p.Field) {
				d.fail(p.Field, p)
			}
		}
		r.refer(d)
	}
	if row.Problems = d.problems; len(row.Problems) > 0 {
		return row
	}
	rec, err := bot.NewRecord(reflect.ValueOf(d.value).Elem().Interface())
	if err != nil || rec.Ref != d.ref {
		d.fault("id", NotAnID, d.ref.ID)
		row.Problems = d.problems
		return row
	}
	row.Record = rec
	return row
}

// settle reads the number of a phone as people write it.
func (r *reader) settle(d *draft) {
	p, ok := d.value.(*bot.Phone)
	if !ok || p.Number == "" || d.failed("number") {
		return
	}
	if p.Kind != "" && phone.Check(*p) == nil {
		if r.zeroLost(*p) {
			d.fault("number", PhoneZeroLost, p.Number)
		}
		return
	}
	read, err := r.phone(p.Number, p.Country)
	switch {
	case err != nil:
		d.fail("number", err)
	case p.Kind == "" || p.Kind == read.Kind:
		p.Kind, p.Number = read.Kind, read.Number
		if p.Kind == bot.FullNumber {
			p.Country = "" // it helped to read the number, which names it itself
		}
	}
}

// phone reads a number as phone.Read does, and holds a short code against those
// that the directory has.
func (r *reader) phone(text string, country bot.Country) (bot.Phone, error) {
	p, err := phone.Read(text, country)
	if err != nil {
		return p, unread(err, text)
	}
	if r.zeroLost(p) {
		return p, fault(PhoneZeroLost, text)
	}
	return p, nil
}

// zeroLost reports whether p is a short code that the country has with a zero
// before it, and not without.
func (r *reader) zeroLost(p bot.Phone) bool {
	if p.Kind != bot.ShortCode || len(r.numbers[dialled(p)]) > 0 {
		return false
	}
	p.Number = "0" + p.Number
	return len(r.numbers[dialled(p)]) > 0
}

// refer checks that the records that this one names exist.
func (r *reader) refer(d *draft) {
	for _, ref := range bot.Refs(reflect.ValueOf(d.value).Elem().Interface()) {
		_, stands := r.current[ref]
		_, comes := r.byRef[ref]
		if field := naming(d.ref.Kind, ref.Kind); !stands && !comes && !d.failed(field) {
			d.fault(field, NamesNothing, string(ref.Kind), ref.ID)
		}
	}
}

// naming returns the field in which a record of a kind names one of another.
func naming(kind, named bot.Kind) string {
	switch {
	case kind == bot.KindService && named == bot.KindPhone:
		return "phones"
	case named == bot.KindPhone:
		return "phone"
	case named == bot.KindOrganization:
		return "organization"
	case named == bot.KindFact:
		return "facts"
	}
	return "id"
}

// imply adds the record that a row of another brings with it, once. It reports
// whether what the file says of it is one thing.
func (r *reader) imply(by *draft, v any) bool {
	ref, _ := bot.RefOf(v)
	if d, ok := r.byRef[ref]; ok {
		return d.value != nil && reflect.DeepEqual(reflect.ValueOf(d.value).Elem().Interface(), v)
	}
	d := r.add(by.where, ref, by.cell)
	d.value = pointer(v)
	return true
}

// setNumbers sets the phones of a service to numbers as people write them; a
// short code of another country has it behind it, as in "112 (UA)". Numbers
// that the directory has not come with the row.
func (r *reader) setNumbers(d *draft, cell string) {
	s := d.value.(*bot.Service)
	var ids []string
	for _, text := range splitWords(cell) {
		country := s.Country
		if rest, of, ok := strings.Cut(strings.TrimSuffix(text, ")"), " ("); ok && bot.Country(of).Known() {
			text, country = rest, bot.Country(of)
		}
		p, err := r.phone(text, country)
		if err != nil {
			d.fail("phones", err)
			continue
		}
		id, ok := r.numberOf(*s, p)
		if !ok {
			id = phone.ID(p)
			p.ID = id
			if !r.imply(d, p) {
				d.fault("phones", Conflict, p.Number, p.ID)
			}
		}
		ids = append(ids, id)
	}
	s.Phones = ids
}

// numberOf returns the ID under which the directory has a number: one that the
// service has already, if it can be.
func (r *reader) numberOf(s bot.Service, p bot.Phone) (string, bool) {
	ids := r.numbers[dialled(p)]
	for _, id := range ids {
		if slices.Contains(s.Phones, id) {
			return id, true
		}
	}
	if len(ids) == 0 {
		return "", false
	}
	return ids[0], true
}

// setOrganizationName gives the organization of a service its name, or finds
// or makes the organization of that name where the row names none by ID.
func (r *reader) setOrganizationName(d *draft, name string, byID bool) {
	name = strings.TrimSpace(name)
	s := d.value.(*bot.Service)
	if name == "" {
		return
	}
	if byID && s.Organization != "" {
		r.nameOrganization(d, s.Organization, name)
		return
	}
	ids := r.named[name]
	if slices.Contains(ids, s.Organization) {
		return
	}
	if here := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !strings.HasPrefix(id, strings.ToLower(string(s.Country))+"-") }); len(here) > 0 {
		ids = here
	}
	switch len(ids) {
	case 0:
		s.Organization = slug(s.Country, name)
		r.nameOrganization(d, s.Organization, name)
	case 1:
		s.Organization = ids[0]
	default:
		d.fault("organization_name", ManyOfThatName, name)
	}
}

// nameOrganization gives an organization the name that a row says, which must
// be the same in all rows.
func (r *reader) nameOrganization(d *draft, id, name string) {
	if said, ok := r.said[id]; ok {
		if said != name {
			d.fault("organization_name", Conflict, name, said)
		}
		return
	}
	r.said[id] = name
	o := *r.valueOf(bot.Ref{Kind: bot.KindOrganization, ID: id}).(*bot.Organization)
	if o.Name == name {
		return
	}
	o.Name = name
	r.imply(d, o)
}

// latin are the letters that are more than a letter and an accent.
var latin = strings.NewReplacer("ł", "l", "đ", "d", "ø", "o", "ß", "ss", "æ", "ae", "œ", "oe", "ı", "i")

// slug returns an ID for an organization, as those of the shipped ones.
func slug(c bot.Country, name string) string {
	const long = 48
	var words []string
	for _, w := range strings.FieldsFunc(norm.NFKD.String(latin.Replace(strings.ToLower(name))), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && (r < 0x300 || r > 0x36f)
	}) {
		w = strings.Map(func(r rune) rune {
			if r > 0x7f {
				return -1 // an accent
			}
			return r
		}, w)
		if w != "" && len(strings.Join(append(words, w), "-")) <= long {
			words = append(words, w)
		}
	}
	if len(words) == 0 { // of letters that are not Latin
		words = []string{fmt.Sprintf("%x", sha1.Sum([]byte(name)))[:12]}
	}
	if c != "" {
		words = slices.Insert(words, 0, strings.ToLower(string(c)))
	}
	return strings.Join(words, "-")
}

// refOf returns what names the record that v points to.
func refOf(v any) bot.Ref {
	ref, _ := bot.RefOf(reflect.ValueOf(v).Elem().Interface())
	return ref
}
