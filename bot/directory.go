package bot

import (
	"cmp"
	"slices"
	"strings"
)

// Records is everything that the directory is made of, as it is stored, shipped
// or exchanged.
type Records struct {
	Organizations   []Organization
	Phones          []Phone
	Services        []Service
	Protections     []Protection
	Facts           []Fact
	Articles        []Article
	ProtectionTexts []ProtectionText
	ServiceTexts    []ServiceText
	Examples        []Example
}

// WithTexts returns the records with the texts and examples of others in place
// of their own: facts and texts are shipped apart.
func (r Records) WithTexts(texts Records) Records {
	r.Articles, r.ProtectionTexts = texts.Articles, texts.ProtectionTexts
	r.ServiceTexts, r.Examples = texts.ServiceTexts, texts.Examples
	return r
}

// Directory is the published whole: every record that stands at one moment,
// ready to answer from. It is immutable and safe for concurrent use.
type Directory struct {
	records         Records
	organizations   map[string]Organization
	phones          map[string]Phone
	services        map[string]*Service
	byCountry       map[Country][]*Service
	byNeed          map[lineKey][]Service // those that people may see
	hidden          map[groupKey]bool     // groups of services that belong together, of which one may not be shown
	protections     map[Country]Protection
	facts           map[string]Fact
	articles        map[textKey]Article
	protectionTexts map[textKey]ProtectionText
	serviceTexts    map[textKey]string
	euUntil         Date
}

type textKey struct {
	of       string
	language Language
}

type lineKey struct {
	country Country
	need    Need
}

type groupKey struct {
	country  Country
	together string // Service.Together
}

// NewDirectory builds the directory of records that Check finds nothing wrong
// with. Its order within a country is by need, then by Service.Order.
func NewDirectory(r Records) *Directory {
	d := &Directory{
		records:         r,
		organizations:   index(r.Organizations, func(o Organization) string { return o.ID }),
		phones:          index(r.Phones, func(p Phone) string { return p.ID }),
		services:        make(map[string]*Service, len(r.Services)),
		byCountry:       make(map[Country][]*Service),
		byNeed:          make(map[lineKey][]Service),
		hidden:          make(map[groupKey]bool),
		protections:     index(r.Protections, func(p Protection) Country { return p.Country }),
		facts:           index(r.Facts, func(f Fact) string { return f.ID }),
		articles:        index(r.Articles, func(a Article) textKey { return textKey{string(a.Topic), a.Language} }),
		protectionTexts: index(r.ProtectionTexts, func(p ProtectionText) textKey { return textKey{string(p.Country), p.Language} }),
		serviceTexts:    make(map[textKey]string, len(r.ServiceTexts)),
	}
	for _, t := range r.ServiceTexts {
		d.serviceTexts[textKey{t.Service, t.Language}] = t.Text
	}
	for _, p := range r.Protections {
		if d.euUntil.Before(p.EUUntil) {
			d.euUntil = p.EUUntil
		}
	}
	d.arrange(r.Services)
	return d
}

// arrange lays the services out by country and need. They are many, and are not
// copied until they are in their order.
func (d *Directory) arrange(all []Service) {
	for i := range all {
		s := &all[i]
		d.services[s.ID] = s
		d.byCountry[s.Country] = append(d.byCountry[s.Country], s)
		if s.Together != "" && !s.Shown() {
			d.hidden[groupKey{s.Country, s.Together}] = true
		}
	}
	rank := make(map[Need]int)
	for i, n := range Needs() {
		rank[n] = i
	}
	for _, services := range d.byCountry {
		slices.SortFunc(services, func(a, b *Service) int {
			return cmp.Or(rank[a.Need]-rank[b.Need], a.Order-b.Order, strings.Compare(a.ID, b.ID))
		})
		for _, s := range services {
			if key := (lineKey{s.Country, s.Need}); d.visible(s) {
				d.byNeed[key] = append(d.byNeed[key], *s)
			}
		}
	}
}

func index[K comparable, V any](all []V, key func(V) K) map[K]V {
	m := make(map[K]V, len(all))
	for _, v := range all {
		m[key(v)] = v
	}
	return m
}

// Records returns what the directory was built from; it must not be changed.
func (d *Directory) Records() Records { return d.records }

// Organization returns the organization with this ID.
func (d *Directory) Organization(id string) (Organization, bool) {
	o, ok := d.organizations[id]
	return o, ok
}

// Service returns a service that people may see.
func (d *Directory) Service(id string) (Service, bool) {
	s, ok := d.services[id]
	if !ok || !d.visible(s) {
		return Service{}, false
	}
	return *s, true
}

// AnyService returns the service with this ID, whether people may see it or not.
func (d *Directory) AnyService(id string) (Service, bool) {
	s, ok := d.services[id]
	if !ok {
		return Service{}, false
	}
	return *s, true
}

// Phones returns the numbers of a service, the first to be dialled first.
func (d *Directory) Phones(s Service) []Phone {
	phones := make([]Phone, 0, len(s.Phones))
	for _, id := range s.Phones {
		if p, ok := d.phones[id]; ok {
			phones = append(phones, p)
		}
	}
	return phones
}

// Phone returns the number with this ID.
func (d *Directory) Phone(id string) (Phone, bool) {
	p, ok := d.phones[id]
	return p, ok
}

// Services returns the services of a country for the given needs that people
// may see, in the order of the needs given; for all needs where none is given.
// They must not be changed.
func (d *Directory) Services(c Country, needs ...Need) []Service {
	if len(needs) == 1 {
		return slices.Clip(d.byNeed[lineKey{c, needs[0]}])
	}
	if len(needs) == 0 {
		needs = Needs()
	}
	var found []Service
	for _, n := range needs {
		found = append(found, d.byNeed[lineKey{c, n}]...)
	}
	return found
}

// Emergency returns the service behind the emergency number of a country.
func (d *Directory) Emergency(c Country) (Service, bool) {
	for _, s := range d.byCountry[c] {
		if s.Need == NeedEmergency && s.Shown() {
			return *s, true
		}
	}
	return Service{}, false
}

// visible reports whether people may see s. Services that belong together are
// seen together or not at all.
func (d *Directory) visible(s *Service) bool {
	return s.Shown() && !s.Professionals && !d.hidden[groupKey{s.Country, s.Together}]
}

// Protection returns the protection of a country, if people may see it.
func (d *Directory) Protection(c Country) (Protection, bool) {
	p, ok := d.protections[c]
	return p, ok && p.Shown()
}

// Fact returns the Europe-wide fact with this ID, if people may see it.
func (d *Directory) Fact(id string) (Fact, bool) {
	f, ok := d.facts[id]
	return f, ok && f.Shown()
}

// Article returns the article on a topic in a language.
func (d *Directory) Article(t Topic, l Language) (Article, bool) {
	a, ok := d.articles[textKey{string(t), l}]
	return a, ok
}

// ProtectionText returns what the protection of a country means, in a language.
func (d *Directory) ProtectionText(c Country, l Language) (ProtectionText, bool) {
	t, ok := d.protectionTexts[textKey{string(c), l}]
	return t, ok
}

// ServiceText returns in one line of a language what a service is and for whom,
// or "" where nobody wrote one.
func (d *Directory) ServiceText(id string, l Language) string {
	return d.serviceTexts[textKey{id, l}]
}

// Examples returns every example question.
func (d *Directory) Examples() []Example { return d.records.Examples }

// EUUntil returns the day to which the EU's temporary protection as such runs:
// the latest that any country's protection names. Zero where none does.
func (d *Directory) EUUntil() Date { return d.euUntil }
