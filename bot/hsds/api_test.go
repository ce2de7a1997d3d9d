package hsds_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/hsds"
)

// house is the API over a directory.
func house(r bot.Records) http.Handler {
	d := bot.NewDirectory(r)
	return hsds.New(func() *bot.Directory { return d }, slog.New(slog.DiscardHandler))
}

func get(h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	return ask(h, http.MethodGet, path, headers...)
}

func ask(h http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// list is a page of the API.
type list struct {
	TotalItems int  `json:"total_items"`
	TotalPages int  `json:"total_pages"`
	PageNumber int  `json:"page_number"`
	Size       int  `json:"size"`
	FirstPage  bool `json:"first_page"`
	LastPage   bool `json:"last_page"`
	Empty      bool `json:"empty"`
	Contents   []struct {
		ID, Name, Description, Status string
		Phones                        []hsds.Phone
		Services                      []hsds.Service
		Attributes                    []hsds.Attribute
	} `json:"contents"`
}

func page(t *testing.T, h http.Handler, path string) list {
	t.Helper()
	w := get(h, path)
	if w.Code != http.StatusOK {
		t.Fatalf("%s answers %d: %s", path, w.Code, w.Body)
	}
	var l list
	if err := json.Unmarshal(w.Body.Bytes(), &l); err != nil {
		t.Fatal(err)
	}
	return l
}

func TestTheAPISaysWhatItIs(t *testing.T) {
	w := get(house(shipped(t)), "/api/hsds/")
	var meta map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &meta); err != nil {
		t.Fatal(err)
	}
	if meta["version"] != "3.0" || !strings.HasPrefix(meta["profile"], "https://") || !strings.HasPrefix(meta["openapi_url"], "https://") {
		t.Errorf("%v", meta)
	}
}

func TestEveryServiceThatPeopleMaySeeIsServedAndNoOther(t *testing.T) {
	r := shipped(t)
	d, h := bot.NewDirectory(r), house(r)
	served := make(map[string]bool)
	for n := 1; ; n++ {
		l := page(t, h, fmt.Sprintf("/api/hsds/services?page=%d&per_page=100", n))
		for _, s := range l.Contents {
			served[s.ID] = true
		}
		if l.Size != len(l.Contents) || l.FirstPage != (n == 1) || l.PageNumber != n || l.TotalItems == 0 {
			t.Errorf("page %d says %+v", n, l)
		}
		if l.LastPage {
			break
		}
	}
	for _, s := range r.Services {
		_, shown := d.Service(s.ID)
		if served[hsds.ServiceID(s.ID)] != shown {
			t.Errorf("%s is listed: %v; people may see it: %v", s.ID, !shown, shown)
		}
		for _, id := range []string{s.ID, hsds.ServiceID(s.ID), strings.ToUpper(hsds.ServiceID(s.ID))} {
			if w := get(h, "/api/hsds/services/"+id); (w.Code == http.StatusOK) != shown {
				t.Errorf("%s answers %d; people may see it: %v", id, w.Code, shown)
			}
		}
	}
}

func TestAnOrganizationOfWhichNothingIsShownIsNotServed(t *testing.T) {
	hidden := bot.Service{ID: "a", Country: "PL", Need: bot.NeedLegal, Organization: "secret", Standing: bot.Standing{Confidence: bot.Low}}
	h := house(bot.Records{Organizations: []bot.Organization{{ID: "secret", Name: "Secret"}}, Services: []bot.Service{hidden}})
	if l := page(t, h, "/api/hsds/organizations"); !l.Empty || l.TotalItems != 0 || l.Contents == nil {
		t.Errorf("%+v", l)
	}
	if w := get(h, "/api/hsds/organizations/secret"); w.Code != http.StatusNotFound {
		t.Errorf("answers %d", w.Code)
	}
}

func TestWorkingNotesAndNamesOfEditorsAreNotServed(t *testing.T) {
	r := shipped(t)
	says := ""
	for i := range r.Services {
		r.Services[i].AssuredBy = "Olha Kovalenko"
		for j := range r.Services[i].Sources {
			r.Services[i].Sources[j].Says = "a note for editors"
			says = r.Services[i].Sources[j].URL
		}
	}
	h := house(r)
	for n := 1; n <= 3; n++ {
		for _, path := range []string{"services?full=true&per_page=200&page=%d", "organizations?full_service=true&per_page=200&page=%d"} {
			body := get(h, "/api/hsds/"+fmt.Sprintf(path, n)).Body.String()
			for _, never := range []string{"Kovalenko", "a note for editors", "assurer_email"} {
				if strings.Contains(body, never) {
					t.Errorf("%s holds %q", path, never)
				}
			}
			if !strings.Contains(body, `"contents"`) || says == "" {
				t.Error("nothing was looked at")
			}
		}
	}
}

func TestListsAreSearchedAndFiltered(t *testing.T) {
	h := house(shipped(t))
	all := page(t, h, "/api/hsds/services").TotalItems
	for _, c := range []struct {
		query string
		few   bool
	}{
		{"search=strada", true}, {"search=pl%20trafficking", true}, {"search=%2B48226280120", true},
		{"organization_id=pl-la-strada-foundation-poland", true},
		{"organization_id=" + hsds.OrganizationID("pl-la-strada-foundation-poland"), true},
		{"taxonomy_term_id=legal_aid", true}, {"taxonomy_id=prystan-needs", false}, {"modified_after=2020-01-01T00:00:00Z", false},
	} {
		l := page(t, h, "/api/hsds/services?"+c.query)
		if l.TotalItems == 0 || (l.TotalItems < all) != c.few {
			t.Errorf("%s finds %d of %d", c.query, l.TotalItems, all)
		}
	}
	for _, query := range []string{"search=nobody-at-all", "modified_after=2999-01-01", "taxonomy_term_id=3f7b145d-84af-42d7-8fae-eaca714b02b2", "page=999"} {
		if l := page(t, h, "/api/hsds/services?"+query); !l.Empty || l.Contents == nil {
			t.Errorf("%s finds %+v", query, l)
		}
	}
	if l := page(t, h, "/api/hsds/services?minimal=true"); l.Size != all || l.Contents[0].Name != "" || l.Contents[0].ID == "" {
		t.Errorf("minimal is %d of %d, the first %+v", l.Size, all, l.Contents[0])
	}
	if l := page(t, h, "/api/hsds/services?full=true&per_page=1"); len(l.Contents[0].Attributes) == 0 || len(l.Contents[0].Phones) == 0 {
		t.Errorf("full is %+v", l.Contents[0])
	}
	if l := page(t, h, "/api/hsds/services?per_page=1"); len(l.Contents[0].Attributes) != 0 || l.TotalPages != all {
		t.Errorf("a list is %+v", l)
	}
}

func TestBadParametersAreRefusedWithASentence(t *testing.T) {
	h := house(shipped(t))
	for _, path := range []string{
		"services?page=0", "services?page=x", "services?per_page=501", "services?per_page=-1", "services?full=maybe",
		"services?minimal=1", "services?modified_after=yesterday", "services?format=xml", "services?taxonomy_term_id=tea",
		"services?organization_id=nobody", "services?search=" + strings.Repeat("x", 201), "services?page=%zz",
		"organizations?full=x", "organizations?page=0", "taxonomies?page=0", "taxonomy_terms?top_only=x",
		"taxonomy_terms?taxonomy_id=tea", "service_at_locations?page=0",
	} {
		w := get(h, "/api/hsds/"+path)
		var says struct{ Error string }
		if err := json.Unmarshal(w.Body.Bytes(), &says); err != nil || w.Code != http.StatusBadRequest || says.Error == "" {
			t.Errorf("%s answers %d: %s", path, w.Code, w.Body)
		}
	}
}

func TestTaxonomiesOrganizationsAndPlaces(t *testing.T) {
	h := house(shipped(t))
	if l := page(t, h, "/api/hsds/taxonomies"); l.TotalItems != 2 {
		t.Errorf("%d taxonomies", l.TotalItems)
	}
	needs := page(t, h, "/api/hsds/taxonomy_terms?taxonomy_id=prystan-needs")
	if needs.TotalItems != len(bot.Needs()) {
		t.Errorf("%d needs, not %d", needs.TotalItems, len(bot.Needs()))
	}
	if l := page(t, h, "/api/hsds/service_at_locations"); !l.Empty || !l.FirstPage || !l.LastPage {
		t.Errorf("%+v", l)
	}
	if l := page(t, h, "/api/hsds/organizations?full=true&per_page=1"); len(l.Contents[0].Services) == 0 || l.Contents[0].Description == "" {
		t.Errorf("%+v", l.Contents)
	}
	for path, want := range map[string]int{
		"taxonomies/prystan-needs": 200, "taxonomies/" + needs.Contents[0].ID: 404, "taxonomy_terms/" + needs.Contents[0].ID: 200,
		"taxonomy_terms/tea": 404, "service_at_locations/a": 404, "nothing": 404, "services/": 404, "services/a/b": 404,
		"organizations/pl-la-strada-foundation-poland?full_service=true": 200,
	} {
		w := get(h, "/api/hsds/"+path)
		if w.Code != want || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s answers %d, not %d: %s", path, w.Code, want, w.Body)
		}
	}
}

func TestAnswersBearATagThatHoldsAsLongAsTheyDo(t *testing.T) {
	r := shipped(t)
	h := house(r)
	first := get(h, "/api/hsds/services/pl-kcik")
	tag := first.Header().Get("ETag")
	if len(tag) < 10 || strings.HasPrefix(tag, "W/") {
		t.Fatalf("the tag is %s", tag)
	}
	for _, sent := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
		w := get(house(r), "/api/hsds/services/pl-kcik", "If-None-Match", sent)
		if w.Code != http.StatusNotModified || w.Body.Len() != 0 || w.Header().Get("ETag") != tag {
			t.Errorf("%s answers %d with %d bytes", sent, w.Code, w.Body.Len())
		}
	}
	if w := get(h, "/api/hsds/services", "If-None-Match", tag); w.Code != http.StatusOK {
		t.Errorf("another representation answers %d", w.Code)
	}
	for i := range r.Services {
		if r.Services[i].ID == "pl-kcik" {
			r.Services[i].Website = "https://example.org"
		}
	}
	if w := get(house(r), "/api/hsds/services/pl-kcik", "If-None-Match", tag); w.Code != http.StatusOK {
		t.Errorf("after a change it answers %d", w.Code)
	}
}

func TestAChangeIsServedAtOnce(t *testing.T) {
	r := shipped(t)
	d := bot.NewDirectory(r)
	h := hsds.New(func() *bot.Directory { return d }, slog.New(slog.DiscardHandler))
	get(h, "/api/hsds/services")
	r.Services = nil
	d = bot.NewDirectory(r)
	if l := page(t, h, "/api/hsds/services"); !l.Empty {
		t.Errorf("%d services are still served", l.TotalItems)
	}
}

func TestAnySiteMayReadAndNobodyMayWrite(t *testing.T) {
	h := house(shipped(t))
	w := get(h, "/api/hsds/services", "Origin", "https://example.org")
	for header, want := range map[string]string{
		"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "no-cache",
		"Content-Type": "application/json; charset=utf-8", "X-Content-Type-Options": "nosniff", "Set-Cookie": "",
	} {
		if got := w.Header().Get(header); got != want {
			t.Errorf("%s is %q, not %q", header, got, want)
		}
	}
	if w := ask(h, http.MethodOptions, "/api/hsds/services", "Origin", "https://example.org"); w.Code != http.StatusNoContent ||
		w.Header().Get("Access-Control-Allow-Methods") != "GET, HEAD, OPTIONS" {
		t.Errorf("OPTIONS answers %d", w.Code)
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		if w := ask(h, method, "/api/hsds/services"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") == "" {
			t.Errorf("%s answers %d", method, w.Code)
		}
	}
	server := httptest.NewServer(h)
	defer server.Close()
	head, err := http.Head(server.URL + "/api/hsds/services")
	if err != nil {
		t.Fatal(err)
	}
	head.Body.Close()
	if head.StatusCode != http.StatusOK || head.ContentLength < 100 || head.Header.Get("ETag") == "" {
		t.Errorf("HEAD answers %d with %d bytes", head.StatusCode, head.ContentLength)
	}
}

func TestBeforeAnythingIsPublishedTheAPISaysSo(t *testing.T) {
	h := hsds.New(func() *bot.Directory { return nil }, slog.New(slog.DiscardHandler))
	if w := get(h, "/api/hsds/services"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("answers %d", w.Code)
	}
}

// many returns the shipped records with copies of their services, n in all.
func many(b *testing.B, n int) bot.Records {
	r := shipped(b)
	for i := 0; len(r.Services) < n; i++ {
		s := r.Services[i]
		s.ID = fmt.Sprintf("%s-%d", s.ID, i)
		r.Services = append(r.Services, s)
	}
	return r
}

func BenchmarkTwentyThousandServices(b *testing.B) {
	r := many(b, 20_000)
	d := bot.NewDirectory(r)
	h := hsds.New(func() *bot.Directory { return d }, slog.New(slog.DiscardHandler))
	for _, path := range []string{
		"services", "services?page=300", "services?search=legal", "services?full=true&per_page=500", "services?minimal=true",
		"services?taxonomy_term_id=chat", "services/pl-kcik", "organizations",
	} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				get(h, "/api/hsds/"+path)
			}
		})
	}
	b.Run("edition", func(b *testing.B) {
		for b.Loop() {
			get(hsds.New(func() *bot.Directory { return d }, slog.New(slog.DiscardHandler)), "/api/hsds/services")
		}
	})
}
