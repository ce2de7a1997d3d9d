package hsds

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"prystan/bot"
	"prystan/bot/phone"
)

// FieldError is what is wrong with one field of an object.
type FieldError struct {
	Field string // JSON name of the field of the record
	Err   error
}

func (e FieldError) Error() string { return e.Field + ": " + e.Err.Error() }

// Unwrap returns what is wrong.
func (e FieldError) Unwrap() error { return e.Err }

// Records returns the organizations, phones and services of the data set, each
// once. Those of strangers get the IDs that Ref gives them. It fails on the
// first object that cannot be understood.
func (d DataSet) Records() (bot.Records, error) {
	var r bot.Records
	seen := make(map[bot.Ref]bool)
	first := func(v any) bool {
		ref, _ := bot.RefOf(v)
		again := seen[ref]
		seen[ref] = true
		return !again
	}
	add := func(o Organization) {
		if o := o.Record(bot.Organization{}); first(o) {
			r.Organizations = append(r.Organizations, o)
		}
	}
	for _, o := range d.Organizations {
		add(o)
	}
	for _, s := range d.Services {
		if s.Organization != nil {
			add(*s.Organization)
		}
		record, errs := s.Record(bot.Service{})
		if len(errs) > 0 {
			return r, fmt.Errorf("service %s: %w", record.ID, errs[0])
		}
		for _, p := range s.Phones {
			if p := p.Record(record.Country); first(p) {
				r.Phones = append(r.Phones, p)
			}
		}
		if first(record) {
			r.Services = append(r.Services, record)
		}
	}
	for _, p := range d.Phones {
		if p := p.Record(""); first(p) {
			r.Phones = append(r.Phones, p)
		}
	}
	return r, nil
}

// Key returns the ID of the organization's record: our own where it bears one,
// else its UUID.
func (o Organization) Key() string {
	for _, i := range o.Identifiers {
		if i.Scheme == identifierScheme {
			return i.Identifier
		}
	}
	return strings.ToLower(o.ID)
}

// Record returns the organization as a record. What it does not name stays as
// in current.
func (o Organization) Record(current bot.Organization) bot.Organization {
	ours := o.Key() != strings.ToLower(o.ID)
	current.ID, current.Name = o.Key(), o.Name
	if o.Website != "" || ours {
		current.Website = o.Website
	}
	return current
}

// Key returns the ID of the service's record: our own where it bears one, else
// its UUID.
func (s Service) Key() string {
	if id := value(s.Attributes, fieldID); id != "" {
		return id
	}
	return strings.ToLower(s.ID)
}

// Record returns the service as a record, with what is wrong with its fields.
// Of a stranger's service, what it does not name stays as in current; one that
// we wrote is whole, and only who assured it stays, as long as the date does.
func (s Service) Record(current bot.Service) (bot.Service, []FieldError) {
	in := reading{attributes: s.Attributes, ours: s.Key() != strings.ToLower(s.ID), out: current}
	if in.ours {
		in.out = bot.Service{Standing: bot.Standing{Assured: current.Assured, AssuredBy: current.AssuredBy}}
	}
	out := &in.out
	out.ID = s.Key()
	in.name(s)
	in.organization(s)
	in.text(&out.Website, s.URL)
	in.text(&out.Email, s.Email)
	for _, area := range s.ServiceAreas {
		if len(area.Name) == 2 {
			out.Country = bot.Country(area.Name)
			break
		}
	}
	for _, n := range bot.Needs() {
		if has(s.Attributes, termID(needsTaxonomy, string(n))) {
			out.Need = n
			break
		}
	}
	in.phones(s)
	in.schedule(s)
	in.languages(s)
	in.cost(s)
	in.fields()
	in.standing(s)
	if s.Status != "" && s.Status != active && s.Status != inactive {
		in.fail("status", "%q: a service that has ended is retired at the desk", s.Status)
	}
	return in.out, in.errs
}

// reading turns one service into a record.
type reading struct {
	attributes []Attribute
	ours       bool
	out        bot.Service
	errs       []FieldError
}

func (in *reading) fail(field, format string, args ...any) {
	in.errs = append(in.errs, FieldError{field, fmt.Errorf(format, args...)})
}

func (in *reading) text(to *string, is string) {
	if is != "" || in.ours {
		*to = is
	}
}

func (in *reading) name(s Service) {
	if value(in.attributes, fieldNativeOnly) != "" {
		in.out.Name = bot.Name{Native: s.Name}
		return
	}
	in.text(&in.out.Name.English, s.Name)
	in.text(&in.out.Name.Native, s.AlternateName)
}

func (in *reading) organization(s Service) {
	switch {
	case s.Organization != nil:
		in.out.Organization = s.Organization.Key()
	case s.OrganizationID != "":
		in.out.Organization = strings.ToLower(s.OrganizationID)
	}
}

func (in *reading) phones(s Service) {
	if len(s.Phones) == 0 {
		return
	}
	in.out.Phones = nil
	texts := 0
	for _, p := range s.Phones {
		in.out.Phones = append(in.out.Phones, p.Record(in.out.Country).ID)
		if p.Type == "text" {
			texts++
		}
	}
	if !in.ours {
		in.out.TextOnly = texts == len(s.Phones)
	}
}

// schedule reads our written form, and checks it against the schedules beside
// it: somebody may have changed one and not the other. Of strangers it reads
// weekly schedules.
func (in *reading) schedule(s Service) {
	written := value(in.attributes, fieldSchedule)
	if written == "" {
		in.strangersSchedule(s)
		return
	}
	schedule, err := bot.ParseSchedule(written)
	if err != nil {
		in.fail("schedule", "%w", err)
		return
	}
	in.out.Schedule = schedule
	same := func(a, b Schedule) bool {
		return a.ByDay == b.ByDay && a.OpensAt == b.OpensAt && a.ClosesAt == b.ClosesAt
	}
	if !slices.EqualFunc(schedules(schedule, s.Key(), in.out.Country), s.Schedules, same) {
		in.fail("schedule", "the attribute says %q, which the schedules do not", written)
	}
}

func (in *reading) strangersSchedule(s Service) {
	var parts []string
	for _, part := range s.Schedules {
		if part.Freq == "" && part.OpensAt == "" && part.ByDay == "" {
			continue
		}
		days, ok := days(part.ByDay)
		opens, closes := hourForm.FindString(part.OpensAt), hourForm.FindString(part.ClosesAt)
		if part.Freq != "WEEKLY" || !ok || opens == "" || closes == "" {
			in.fail("schedule", "not weekly days with the hours of opening and closing")
			return
		}
		if zoned.MatchString(part.OpensAt) || zoned.MatchString(part.ClosesAt) {
			in.fail("schedule", "hours with an offset, which changes twice a year")
			return
		}
		if closes == "00:00" || closes == clock(endOfDay) {
			closes = "24:00"
		}
		parts = append(parts, days+" "+opens+"-"+closes)
	}
	if len(parts) == 0 {
		if in.out.Schedule.String() == "" && !in.ours {
			in.out.Schedule, _ = bot.ParseSchedule("unknown")
		}
		return
	}
	written := strings.Join(parts, "; ")
	if written == "daily 00:00-24:00" {
		written = "24/7"
	}
	schedule, err := bot.ParseSchedule(written)
	if err != nil {
		in.fail("schedule", "%w", err)
		return
	}
	in.out.Schedule = schedule
}

var (
	hourForm = regexp.MustCompile(`^\d\d:\d\d`)
	zoned    = regexp.MustCompile(`(Z|[+-]\d\d:\d\d)$`)
)

// days turns the days of RFC 5545 into those of bot.ParseSchedule.
func days(byDay string) (string, bool) {
	names := map[string]string{"MO": "Mo", "TU": "Tu", "WE": "We", "TH": "Th", "FR": "Fr", "SA": "Sa", "SU": "Su"}
	var all []string
	for code := range strings.SplitSeq(byDay, ",") {
		name, ok := names[strings.TrimSpace(code)]
		if !ok {
			return "", false
		}
		all = append(all, name)
	}
	slices.Sort(all)
	if len(slices.Compact(slices.Clone(all))) == 7 {
		return "daily", true
	}
	slices.SortFunc(all, func(a, b string) int { return weekday(a) - weekday(b) })
	return strings.Join(all, ", "), true
}

// weekday returns the place of a day in a week that begins on Monday.
func weekday(name string) int {
	for i, code := range dayCodes {
		if strings.EqualFold(code, name) {
			return (i + 7 - int(time.Monday)) % 7
		}
	}
	return 0
}

func (in *reading) languages(s Service) {
	if len(s.Languages) == 0 {
		return
	}
	in.out.Languages = nil
	for _, l := range s.Languages {
		if l.Code == "" {
			in.fail("languages", "language %q has no code", l.ID)
			continue
		}
		in.out.Languages = append(in.out.Languages, bot.Language(l.Code))
	}
}

func (in *reading) cost(s Service) {
	if len(s.CostOptions) == 0 {
		if in.out.Cost == "" {
			in.out.Cost = bot.CostUnknown
		}
		return
	}
	switch c := s.CostOptions[0]; {
	case c.Option == string(bot.Free), c.Option == "" && c.Amount != nil && *c.Amount == "0":
		in.out.Cost = bot.Free
	case c.Option == string(bot.Standard):
		in.out.Cost = bot.Standard
	default:
		in.out.Cost = bot.CostUnknown
	}
}

// fields reads what HSDS lacks.
func (in *reading) fields() {
	out := &in.out
	get := func(code string, set func(string)) {
		if v := value(in.attributes, code); v != "" {
			set(v)
		}
	}
	number := func(field string, to *int) func(string) {
		return func(v string) {
			n, err := strconv.Atoi(v)
			if err != nil {
				in.fail(field, "%q is no whole number", v)
			}
			*to = n
		}
	}
	get(fieldCity, func(v string) { out.City = v })
	get(fieldChat, func(v string) { out.Chat = v })
	get(fieldTogether, func(v string) { out.Together = v })
	get(fieldConfidence, func(v string) { out.Confidence = bot.Confidence(v) })
	get(fieldProfessionals, func(v string) { out.Professionals = v == "yes" })
	get(fieldTextOnly, func(v string) { out.TextOnly = v == "yes" })
	get(fieldOrder, number("order", &out.Order))
	get(fieldReviewDays, number("review_days", &out.ReviewDays))
	for _, t := range []struct {
		code string
		to   *bot.Tri
	}{{fieldFromAbroad, &out.FromAbroad}, {fieldAnonymous, &out.Anonymous}, {fieldToPolice, &out.ToPolice}} {
		get(t.code, func(v string) { *t.to = bot.Tri(v) })
		if *t.to == "" {
			*t.to = bot.Unknown
		}
	}
}

// standing reads what stands behind the service. A date of which only a part is
// known stands in the attribute, and counts unless assured_date was changed.
func (in *reading) standing(s Service) {
	out := &in.out
	before := out.Assured
	if in.ours {
		out.Assured = bot.Date{}
	}
	if s.AssuredDate != "" {
		d, err := bot.ParseDate(s.AssuredDate[:min(len(s.AssuredDate), len("2006-01-02"))])
		if err != nil {
			in.fail("assured", "%w", err)
		}
		out.Assured = d
	}
	if partial, err := bot.ParseDate(value(in.attributes, fieldAssured)); err != nil {
		in.fail("assured", "%w", err)
	} else if day(partial) == s.AssuredDate && !partial.IsZero() {
		out.Assured = partial
	}
	if out.Assured != before {
		out.AssuredBy = ""
	}
	var sources []bot.Source
	for _, a := range in.attributes {
		if a.TaxonomyTermID != termID(fieldsTaxonomy, fieldSource) {
			continue
		}
		source, err := ParseSource(a.Value)
		if err != nil {
			in.fail("sources", "%w", err)
		}
		sources = append(sources, source)
	}
	if len(sources) > 0 || in.ours {
		out.Sources = sources
	}
}

// Record returns the number as a record: a short code is one of the country
// that it bears, or else of country. A number of strangers gets the ID that
// numbers have here.
func (p Phone) Record(country bot.Country) bot.Phone {
	out := bot.Phone{ID: value(p.Attributes, fieldID), Kind: bot.ShortCode, Number: p.Number}
	own := out.ID != ""
	if !own {
		if read, err := phone.Read(p.Number, country); err == nil {
			out = read
		}
	}
	if strings.HasPrefix(out.Number, "+") {
		out.Kind, country = bot.FullNumber, ""
	}
	if own {
		country = bot.Country(value(p.Attributes, fieldCountry))
	}
	out.Country = country
	if !own {
		out.ID = phone.ID(out)
	}
	return out
}

func value(attributes []Attribute, code string) string {
	id := termID(fieldsTaxonomy, code)
	for _, a := range attributes {
		if a.TaxonomyTermID == id {
			return a.Value
		}
	}
	return ""
}

func has(attributes []Attribute, term string) bool {
	return slices.ContainsFunc(attributes, func(a Attribute) bool { return a.TaxonomyTermID == term })
}
