package hsds

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"prystan/bot"
)

// The values of Service.Status that are written.
const (
	active   = "active"
	inactive = "inactive"
)

// NewDataSet returns the organizations, services and phones of the directory.
func NewDataSet(r bot.Records) DataSet {
	m := newMapper(r, true)
	m.terms = nil // they stand beside
	d := DataSet{
		Version: Version, Taxonomies: Taxonomies(), TaxonomyTerms: Terms(),
		Organizations: make([]Organization, 0, len(r.Organizations)),
		Services:      make([]Service, 0, len(r.Services)),
	}
	for _, o := range r.Organizations {
		d.Organizations = append(d.Organizations, organization(o))
	}
	used := make(map[string]bool)
	for _, s := range r.Services {
		d.Services = append(d.Services, m.service(s))
		for _, id := range s.Phones {
			used[id] = true
		}
	}
	for _, p := range r.Phones {
		if !used[p.ID] {
			d.Phones = append(d.Phones, m.phone(p, "", ""))
		}
	}
	return d
}

// NewService returns one service with everything that belongs to it, and
// whether the directory has it.
func NewService(r bot.Records, id string) (Service, bool) {
	for _, s := range r.Services {
		if s.ID == id {
			return newMapper(r, true).service(s), true
		}
	}
	return Service{}, false
}

// mapper makes services whole.
type mapper struct {
	organizations map[string]bot.Organization
	phones        map[string]bot.Phone
	texts         map[string]string       // what a service is, in English
	terms         map[string]TaxonomyTerm // by ID, for attributes to name; nil where they stand beside
	notes         bool                    // with the working notes of editors on sources
}

func newMapper(r bot.Records, notes bool) *mapper {
	m := &mapper{
		organizations: make(map[string]bot.Organization, len(r.Organizations)),
		phones:        make(map[string]bot.Phone, len(r.Phones)),
		texts:         make(map[string]string),
		terms:         make(map[string]TaxonomyTerm),
		notes:         notes,
	}
	for _, o := range r.Organizations {
		m.organizations[o.ID] = o
	}
	for _, p := range r.Phones {
		m.phones[p.ID] = p
	}
	for _, t := range r.ServiceTexts {
		if t.Language == bot.English {
			m.texts[t.Service] = t.Text
		}
	}
	for _, t := range Terms() {
		m.terms[t.ID] = t
	}
	return m
}

func organization(o bot.Organization) Organization {
	id := OrganizationID(o.ID)
	return Organization{
		ID: id, Name: o.Name, Description: o.Name, Website: o.Website,
		Identifiers: []Identifier{{
			ID: uuid("organization_identifier", o.ID), OrganizationID: id,
			Scheme: identifierScheme, Type: identifierType, Identifier: o.ID,
		}},
	}
}

// How an organization_identifier says that it is ours.
const (
	identifierScheme = "prystan"
	identifierType   = "Prystan"
)

// brief returns the fields of a service that stand for one thing each.
func (m *mapper) brief(s bot.Service) Service {
	out := Service{
		ID: ServiceID(s.ID), Name: s.Name.English, AlternateName: s.Name.Native, Description: m.texts[s.ID],
		URL: s.Website, Email: s.Email, Status: active, AssuredDate: day(s.Assured),
	}
	if s.Name.English == "" {
		out.Name, out.AlternateName = s.Name.Native, ""
	}
	if !s.Shown() {
		out.Status = inactive
	}
	if s.Professionals {
		out.EligibilityDescription = "For professionals who help, not for the people they help."
	}
	switch s.Cost {
	case bot.Free:
		out.FeesDescription = "Free for the caller."
	case bot.Standard:
		out.FeesDescription = "The price of an ordinary call."
	}
	if s.Organization != "" {
		out.OrganizationID = OrganizationID(s.Organization)
	}
	if o, ok := m.organizations[s.Organization]; ok {
		o := organization(o)
		out.Organization = &o
	}
	return out
}

// service returns a service with everything that belongs to it.
func (m *mapper) service(s bot.Service) Service {
	out := m.brief(s)
	for _, id := range s.Phones {
		if p, ok := m.phones[id]; ok {
			kind := "voice"
			if s.TextOnly {
				kind = "text"
			}
			out.Phones = append(out.Phones, m.phone(p, s.ID, kind))
		}
	}
	out.Schedules = schedules(s.Schedule, s.ID, s.Country)
	if s.Country != "" {
		out.ServiceAreas = []ServiceArea{{
			ID: uuid("service_area", s.ID), ServiceID: out.ID, Name: string(s.Country),
			Description: "Country, as its ISO 3166-1 alpha-2 code.",
		}}
	}
	for _, l := range s.Languages {
		out.Languages = append(out.Languages, Language{uuid("language", s.ID, string(l)), out.ID, string(l)})
	}
	out.CostOptions = costOptions(s.Cost, s.ID, out.FeesDescription)
	if s.Need != "" {
		out.Attributes = append(out.Attributes, m.attribute("service", out.ID, needsTaxonomy, string(s.Need), "", 0))
	}
	for i, f := range m.fields(s) {
		out.Attributes = append(out.Attributes, m.attribute("service", out.ID, fieldsTaxonomy, f.code, f.value, i))
	}
	return out
}

func (m *mapper) attribute(entity, link, taxonomy, code, value string, place int) Attribute {
	a := Attribute{
		ID: uuid("attribute", link, taxonomy, code, strconv.Itoa(place)), LinkID: link, LinkEntity: entity,
		TaxonomyTermID: termID(taxonomy, code), Value: value,
	}
	if t, ok := m.terms[a.TaxonomyTermID]; ok {
		a.TaxonomyTerm = &t
	}
	return a
}

// valued is a field of ours and its value.
type valued struct{ code, value string }

// fields returns the fields of a service that HSDS lacks.
func (m *mapper) fields(s bot.Service) []valued {
	all := []valued{
		{fieldID, s.ID}, {fieldCity, s.City}, {fieldSchedule, s.Schedule.String()}, {fieldChat, s.Chat},
		{fieldFromAbroad, string(s.FromAbroad)}, {fieldAnonymous, string(s.Anonymous)}, {fieldToPolice, string(s.ToPolice)},
		{fieldTogether, s.Together}, {fieldOrder, strconv.Itoa(s.Order)}, {fieldConfidence, string(s.Confidence)},
	}
	add := func(code, value string, is bool) {
		if is {
			all = append(all, valued{code, value})
		}
	}
	add(fieldNativeOnly, "yes", s.Name.English == "" && s.Name.Native != "")
	add(fieldProfessionals, "yes", s.Professionals)
	add(fieldTextOnly, "yes", s.TextOnly)
	add(fieldAssured, s.Assured.String(), s.Assured.Day == 0)
	add(fieldReviewDays, strconv.Itoa(s.ReviewDays), s.ReviewDays != 0)
	for _, source := range s.Sources {
		if !m.notes {
			source.Says = ""
		}
		add(fieldSource, SourceLine(source), true)
	}
	return slices.DeleteFunc(all, func(v valued) bool { return v.value == "" })
}

// phone returns a number as an entry of a service, or of none.
func (m *mapper) phone(p bot.Phone, service, kind string) Phone {
	out := Phone{ID: uuid("phone", service, p.ID), Number: p.Number, Type: kind}
	if service != "" {
		out.ServiceID = ServiceID(service)
	}
	out.Attributes = []Attribute{m.attribute("phone", out.ID, fieldsTaxonomy, fieldID, p.ID, 0)}
	if p.Country != "" {
		out.Attributes = append(out.Attributes, m.attribute("phone", out.ID, fieldsTaxonomy, fieldCountry, string(p.Country), 1))
	}
	return out
}

func schedules(s bot.Schedule, service string, country bot.Country) []Schedule {
	spans := s.Spans
	if s.AllDay {
		spans = []bot.Span{{Days: [7]bool{true, true, true, true, true, true, true}, Close: endOfDay}}
	}
	notes := "Local time of the country."
	if zone := country.Zone(); zone != "" {
		notes = "Local time, " + zone + "."
	}
	var all []Schedule
	for i, span := range spans {
		all = append(all, Schedule{
			ID: uuid("schedule", service, strconv.Itoa(i)), ServiceID: ServiceID(service), Freq: "WEEKLY",
			ByDay: byDay(span.Days), OpensAt: clock(span.Opens), ClosesAt: clock(min(span.Close, endOfDay)),
			Description: s.String(), Notes: notes,
		})
	}
	if len(all) == 0 && s.Remark != "" {
		all = []Schedule{{ID: uuid("schedule", service, "0"), ServiceID: ServiceID(service), Description: s.String()}}
	}
	return all
}

// endOfDay is the last minute that HSDS can name.
const endOfDay = 24*60 - 1

var dayCodes = [7]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"} // by time.Weekday

// byDay returns the days as RFC 5545 writes them, Monday first.
func byDay(days [7]bool) string {
	var codes []string
	for i := range 7 {
		if d := (time.Monday + time.Weekday(i)) % 7; days[d] {
			codes = append(codes, dayCodes[d])
		}
	}
	return strings.Join(codes, ",")
}

func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

func costOptions(c bot.Cost, service, description string) []CostOption {
	option := CostOption{
		ID: uuid("cost_option", service), ServiceID: ServiceID(service), Option: string(c), AmountDescription: description,
	}
	switch c {
	case bot.Free:
		nothing := json.Number("0")
		option.Amount = &nothing
	case bot.Standard:
	default:
		return nil
	}
	return []CostOption{option}
}

// day returns the first day that d could be, or "" where no date is known.
func day(d bot.Date) string {
	if d.IsZero() {
		return ""
	}
	return bot.Date{Year: d.Year, Month: max(d.Month, 1), Day: max(d.Day, 1)}.String()
}
