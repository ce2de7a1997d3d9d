package hsds

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"prystan/bot"
	"prystan/bot/web"
)

// Path is where the API is served.
const Path = "/api/hsds/"

// What one request may ask for.
const (
	defaultPerPage = 50
	maxPerPage     = 500
	maxSearch      = 200 // bytes
)

// What the API says of itself.
const (
	profile = "https://docs.openreferral.org/en/v3.0.1/"
	openAPI = "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/openapi.json"
	licence = "https://creativecommons.org/licenses/by/4.0/"
)

// api answers the requests.
type api struct {
	source func() *bot.Directory
	log    *slog.Logger

	mu      sync.Mutex
	current *edition
}

// New returns the read-only HSDS 3.0 API over the directory that source names
// as published, to be served under Path. It serves what people may see and
// nothing else, to everybody and to pages of any site, and learns nothing of
// who reads it.
func New(source func() *bot.Directory, log *slog.Logger) http.Handler {
	a := &api{source: source, log: log}
	mux := http.NewServeMux()
	for pattern, answer := range map[string]func(*edition, *http.Request) (any, error){
		"{$}":                       a.meta,
		"services":                  a.services,
		"services/{id}":             a.service,
		"organizations":             a.organizations,
		"organizations/{id}":        a.organization,
		"taxonomies":                a.taxonomies,
		"taxonomies/{id}":           a.taxonomy,
		"taxonomy_terms":            a.terms,
		"taxonomy_terms/{id}":       a.term,
		"service_at_locations":      a.nowhere,
		"service_at_locations/{id}": a.nothing,
		"{rest...}":                 a.nothing,
	} {
		mux.Handle(Path+pattern, a.answer(answer))
	}
	return web.Secure(open(mux))
}

// open lets any site read, in place of what web.Secure says of pages. A browser
// and a cache between may keep an answer, and ask each time whether it still
// stands: a number may have changed.
func open(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "ETag")
		h.Set("Cache-Control", "no-cache")
		switch r.Method {
		case http.MethodGet, http.MethodHead:
			next.ServeHTTP(w, r)
		case http.MethodOptions:
			h.Set("Allow", methods)
			h.Set("Access-Control-Allow-Methods", methods)
			h.Set("Access-Control-Allow-Headers", "If-None-Match")
			h.Set("Access-Control-Max-Age", "86400")
			w.WriteHeader(http.StatusNoContent)
		default:
			h.Set("Allow", methods)
			refuse(w, refusal{http.StatusMethodNotAllowed, "this API is read-only: " + methods})
		}
	})
}

const methods = "GET, HEAD, OPTIONS"

// refusal is why a request is not answered.
type refusal struct {
	status int
	says   string
}

func (r refusal) Error() string { return r.says }

func bad(format string, args ...any) error {
	return refusal{http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

func refuse(w http.ResponseWriter, r refusal) {
	body, _ := json.Marshal(map[string]any{"status": r.status, "error": r.says}) // strings always encode
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(r.status)
	_, _ = w.Write(body) // the reader may have gone
}

// answer sends what do returns, under an ETag that is the same as long as the
// bytes are, on every machine and after every start.
func (a *api) answer(do func(*edition, *http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e := a.edition()
		if e == nil {
			refuse(w, refusal{http.StatusServiceUnavailable, "nothing is published yet"})
			return
		}
		content, err := do(e, r)
		var body []byte
		if err == nil {
			body, err = json.Marshal(content)
		}
		var no refusal
		switch {
		case errors.As(err, &no):
			refuse(w, no)
			return
		case err != nil:
			a.log.Error("open data", "error", err)
			refuse(w, refusal{http.StatusInternalServerError, "the answer could not be written"})
			return
		}
		h := w.Header()
		tag := fmt.Sprintf("%q", fmt.Sprintf("%x", sha256.Sum256(body))[:32])
		h.Set("ETag", tag)
		if matches(r.Header.Values("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h.Set("Content-Type", "application/json; charset=utf-8")
		h.Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body) // the reader may have gone
	})
}

// matches reports whether a list of If-None-Match names the tag. The comparison
// is the weak one (RFC 9110, 13.1.2).
func matches(headers []string, tag string) bool {
	for part := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		part = strings.TrimSpace(part)
		if part == "*" || strings.TrimPrefix(part, "W/") == tag {
			return true
		}
	}
	return false
}

// edition returns that of the directory published now, or nil where there is
// none.
func (a *api) edition() *edition {
	d := a.source()
	if d == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.current == nil || a.current.directory != d {
		a.current = newEdition(d, time.Now())
	}
	return a.current
}

func (a *api) meta(*edition, *http.Request) (any, error) {
	return struct {
		Version string `json:"version"`
		Profile string `json:"profile"`
		OpenAPI string `json:"openapi_url"`
		Licence string `json:"license"`
	}{Version, profile, openAPI, licence}, nil
}

func (a *api) services(e *edition, r *http.Request) (any, error) {
	p := parse(r)
	q := query{
		words: p.search(), organization: p.id("organization_id", e.knowsOrganization),
		term: p.id("taxonomy_term_id", knowsTerm), taxonomy: p.id("taxonomy_id", isTaxonomy),
	}
	minimal, full := p.flag("minimal"), p.flag("full")
	after := p.time("modified_after")
	page, perPage := p.page()
	if p.err != nil {
		return nil, p.err
	}
	var places []int
	// When a record was changed is not kept, so each counts as changed until
	// the edition came.
	if !after.After(e.since) {
		places = e.matching(q)
	}
	if minimal {
		type id struct {
			ID string `json:"id"`
		}
		return pageOf(places, 1, max(len(places), 1), func(i int) id { return id{ServiceID(e.services[i].ID)} }), nil
	}
	return pageOf(places, page, perPage, func(i int) Service {
		if full {
			return e.mapper.service(e.services[i])
		}
		s := e.mapper.brief(e.services[i])
		if s.Organization != nil {
			s.Organization.Identifiers = nil // a list, and no part of one
		}
		return s
	}), nil
}

func (e *edition) knowsOrganization(id string) bool {
	_, ok := e.organization[id]
	return ok
}

func knowsTerm(id string) bool {
	return slices.ContainsFunc(Terms(), func(t TaxonomyTerm) bool { return t.ID == id || t.Code == id })
}

func (a *api) service(e *edition, r *http.Request) (any, error) {
	if i, ok := e.byID[strings.ToLower(r.PathValue("id"))]; ok {
		return e.mapper.service(e.services[i]), nil
	}
	return a.nothing(e, r)
}

func (a *api) organizations(e *edition, r *http.Request) (any, error) {
	p := parse(r)
	words := p.search()
	full, fullService := p.flag("full"), p.flag("full_service")
	page, perPage := p.page()
	if p.err != nil {
		return nil, p.err
	}
	places := slices.DeleteFunc(all(len(e.organizations)), func(i int) bool { return !found(e.names[i], words) })
	return pageOf(places, page, perPage, func(i int) Organization {
		if full || fullService {
			return e.wholeOrganization(i, fullService)
		}
		o := organization(e.organizations[i])
		o.Identifiers = nil
		return o
	}), nil
}

func (a *api) organization(e *edition, r *http.Request) (any, error) {
	p := parse(r)
	full := p.flag("full_service")
	if p.err != nil {
		return nil, p.err
	}
	if i, ok := e.organization[strings.ToLower(r.PathValue("id"))]; ok {
		return e.wholeOrganization(i, full), nil
	}
	return a.nothing(e, r)
}

func (a *api) taxonomies(_ *edition, r *http.Request) (any, error) {
	p := parse(r)
	words := p.search()
	page, perPage := p.page()
	if p.err != nil {
		return nil, p.err
	}
	terms := slices.DeleteFunc(Taxonomies(), func(t Taxonomy) bool {
		return !found(strings.ToLower(t.Name+"\n"+t.Description), words)
	})
	return pageOf(terms, page, perPage, func(t Taxonomy) Taxonomy { return t }), nil
}

func (a *api) taxonomy(e *edition, r *http.Request) (any, error) {
	id := strings.ToLower(r.PathValue("id"))
	for _, t := range Taxonomies() {
		if t.ID == id || t.Name == id {
			return t, nil
		}
	}
	return a.nothing(e, r)
}

// terms lists the terms. None has a parent.
func (a *api) terms(_ *edition, r *http.Request) (any, error) {
	p := parse(r)
	words := p.search()
	taxonomy := p.id("taxonomy_id", isTaxonomy)
	parent := p.id("parent_id", knowsTerm)
	p.flag("top_only")
	page, perPage := p.page()
	if p.err != nil {
		return nil, p.err
	}
	terms := slices.DeleteFunc(Terms(), func(t TaxonomyTerm) bool {
		return parent != "" || taxonomy != "" && t.TaxonomyID != taxonomy && t.Taxonomy != taxonomy ||
			!found(strings.ToLower(t.Code+"\n"+t.Name+"\n"+t.Description), words)
	})
	return pageOf(terms, page, perPage, func(t TaxonomyTerm) TaxonomyTerm { return t }), nil
}

func (a *api) term(e *edition, r *http.Request) (any, error) {
	id := strings.ToLower(r.PathValue("id"))
	for _, t := range Terms() {
		if t.ID == id || t.Code == id {
			return t, nil
		}
	}
	return a.nothing(e, r)
}

// nowhere lists places: the directory keeps none, because lines are called and
// shelters are secret.
func (a *api) nowhere(_ *edition, r *http.Request) (any, error) {
	p := parse(r)
	p.search()
	p.flag("full")
	p.time("modified_after")
	page, perPage := p.page()
	if p.err != nil {
		return nil, p.err
	}
	return pageOf(nil, page, perPage, func(s Service) Service { return s }), nil
}

func (a *api) nothing(*edition, *http.Request) (any, error) {
	return nil, refusal{http.StatusNotFound, "there is nothing here"}
}

// page is one page of a list.
type page[T any] struct {
	TotalItems int  `json:"total_items"`
	TotalPages int  `json:"total_pages"`
	PageNumber int  `json:"page_number"`
	Size       int  `json:"size"`
	FirstPage  bool `json:"first_page"`
	LastPage   bool `json:"last_page"`
	Empty      bool `json:"empty"`
	Contents   []T  `json:"contents"`
}

func pageOf[In, Out any](list []In, number, size int, show func(In) Out) page[Out] {
	pages := (len(list) + size - 1) / size
	from := min((number-1)*size, len(list))
	part := list[from:min(from+size, len(list))]
	p := page[Out]{
		TotalItems: len(list), TotalPages: pages, PageNumber: number, Size: len(part),
		FirstPage: number == 1, LastPage: number >= pages, Empty: len(part) == 0, Contents: make([]Out, 0, len(part)),
	}
	for _, v := range part {
		p.Contents = append(p.Contents, show(v))
	}
	return p
}

// parameters reads the query of a request, and keeps the first thing that is
// wrong with it. Parameters that nobody knows are passed over.
type parameters struct {
	values url.Values
	err    error
}

func parse(r *http.Request) *parameters {
	values, err := url.ParseQuery(r.URL.RawQuery)
	p := &parameters{values: values}
	if err != nil {
		p.fail("the query cannot be read")
	}
	if f := values.Get("format"); f != "" && f != "json" {
		p.fail("format: only json is served")
	}
	return p
}

func (p *parameters) fail(format string, args ...any) {
	if p.err == nil {
		p.err = bad(format, args...)
	}
}

func (p *parameters) search() []string {
	s := p.values.Get("search")
	if len(s) > maxSearch {
		p.fail("search: at most %d bytes", maxSearch)
	}
	return strings.Fields(strings.ToLower(s))
}

func (p *parameters) number(name string, otherwise, most int) int {
	s := p.values.Get(name)
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > most {
		p.fail("%s: a whole number from 1 to %d", name, most)
		return otherwise
	}
	return n
}

func (p *parameters) page() (number, perPage int) {
	return p.number("page", 1, 1_000_000), p.number("per_page", defaultPerPage, maxPerPage)
}

func (p *parameters) flag(name string) bool {
	switch s := p.values.Get(name); s {
	case "", "false":
		return false
	case "true":
		return true
	}
	p.fail("%s: true or false", name)
	return false
}

// id reads a UUID, or what known finds. A UUID that nobody knows matches
// nothing, as it would in any other directory.
func (p *parameters) id(name string, known func(string) bool) string {
	s := strings.ToLower(p.values.Get(name))
	if s != "" && !uuidForm.MatchString(s) && !known(s) {
		p.fail("%s: a UUID, or an identifier that this directory knows", name)
	}
	return s
}

func (p *parameters) time(name string) time.Time {
	s := p.values.Get(name)
	if s == "" {
		return time.Time{}
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	p.fail("%s: a date and time such as 2026-11-24T12:00:00Z", name)
	return time.Time{}
}
