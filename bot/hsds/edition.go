package hsds

import (
	"slices"
	"strings"
	"time"

	"prystan/bot"
)

// edition is what people may see of one published directory, ready to be
// searched. Objects are made when they are asked for: twenty thousand at once
// would take a hundred megabytes.
type edition struct {
	directory     *bot.Directory
	since         time.Time // when the API first saw it
	mapper        *mapper
	services      []bot.Service // in the order of lists
	organizations []bot.Organization
	byID          map[string]int   // place in services, by UUID and by our own ID
	organization  map[string]int   // place in organizations, likewise
	of            map[string][]int // places in services, by Organization.ID
	texts         []string         // what a search looks at, by place in services
	names         []string         // likewise of organizations
}

func newEdition(d *bot.Directory, since time.Time) *edition {
	r := d.Records()
	e := &edition{
		directory: d, since: since, mapper: newMapper(r, false),
		byID: make(map[string]int), organization: make(map[string]int), of: make(map[string][]int),
	}
	for _, c := range bot.Countries() {
		e.services = append(e.services, d.Services(c)...)
	}
	for i, s := range e.services {
		e.byID[s.ID], e.byID[ServiceID(s.ID)] = i, i
		e.of[s.Organization] = append(e.of[s.Organization], i)
		e.texts = append(e.texts, e.text(s))
	}
	for _, o := range r.Organizations {
		if len(e.of[o.ID]) == 0 {
			continue // nothing of it is shown
		}
		i := len(e.organizations)
		e.organizations = append(e.organizations, o)
		e.organization[o.ID], e.organization[OrganizationID(o.ID)] = i, i
		e.names = append(e.names, strings.ToLower(o.Name+"\n"+o.Website))
	}
	return e
}

// text returns what a search for a service looks at.
func (e *edition) text(s bot.Service) string {
	parts := []string{
		s.ID, string(s.Country), string(s.Need), s.Name.English, s.Name.Native, s.City, s.Website,
		e.mapper.organizations[s.Organization].Name, e.mapper.texts[s.ID],
	}
	for _, id := range s.Phones {
		parts = append(parts, e.mapper.phones[id].Number)
	}
	return strings.ToLower(strings.Join(parts, "\n"))
}

// found reports whether text holds all words.
func found(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// all returns the places from 0 to n.
func all(n int) []int {
	places := make([]int, n)
	for i := range places {
		places[i] = i
	}
	return places
}

// query is what a list of services is asked for.
type query struct {
	words        []string
	organization string // UUID or ID
	term         string // UUID or code
	taxonomy     string // UUID or name
}

// matching returns the places of the services that a query asks for.
func (e *edition) matching(q query) []int {
	places := all(len(e.services))
	if q.organization != "" {
		places = nil
		if i, ok := e.organization[q.organization]; ok {
			places = slices.Clone(e.of[e.organizations[i].ID])
		}
	}
	// Every service has a need and fields, so a taxonomy of ours leaves all.
	if q.taxonomy != "" && !isTaxonomy(q.taxonomy) {
		return nil
	}
	return slices.DeleteFunc(places, func(i int) bool {
		return !found(e.texts[i], q.words) || q.term != "" && !e.bears(e.services[i], q.term)
	})
}

func isTaxonomy(id string) bool {
	return slices.ContainsFunc(Taxonomies(), func(t Taxonomy) bool { return t.ID == id || t.Name == id })
}

// bears reports whether a service has an attribute with the term.
func (e *edition) bears(s bot.Service, term string) bool {
	if t, ok := e.mapper.terms[term]; ok {
		term = t.Code
		if t.Taxonomy == needsTaxonomy {
			return string(s.Need) == term
		}
	}
	return string(s.Need) == term ||
		slices.ContainsFunc(e.mapper.fields(s), func(v valued) bool { return v.code == term })
}

// wholeOrganization returns an organization with its services, in full or by
// name.
func (e *edition) wholeOrganization(i int, full bool) Organization {
	o := organization(e.organizations[i])
	for _, at := range e.of[e.organizations[i].ID] {
		s := e.services[at]
		if full {
			o.Services = append(o.Services, e.mapper.service(s))
			continue
		}
		brief := e.mapper.brief(s)
		o.Services = append(o.Services, Service{ID: brief.ID, Name: brief.Name, Status: brief.Status})
	}
	return o
}
