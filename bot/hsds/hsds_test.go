package hsds_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/facts"
	"prystan/bot/hsds"
	"prystan/locales"
)

// shipped returns everything that is shipped.
func shipped(t testing.TB) bot.Records {
	t.Helper()
	records, err := facts.Load()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	return records.WithTexts(texts)
}

// bodies returns the records of the kinds that HSDS knows.
func bodies(t *testing.T, r bot.Records) map[bot.Ref]string {
	t.Helper()
	all, err := bot.Records{Organizations: r.Organizations, Phones: r.Phones, Services: r.Services}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[bot.Ref]string)
	for _, rec := range all {
		found[rec.Ref] = rec.Body
	}
	return found
}

// again writes a data set as JSON and reads it.
func again(t *testing.T, d any) hsds.DataSet {
	t.Helper()
	raw, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	back, err := hsds.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return back
}

func TestWhatIsExportedReadsBackToTheSameRecords(t *testing.T) {
	r := shipped(t)
	back, err := again(t, hsds.NewDataSet(r)).Records()
	if err != nil {
		t.Fatal(err)
	}
	want, got := bodies(t, r), bodies(t, back)
	for ref, body := range want {
		if got[ref] != body {
			t.Errorf("%s was\n%s\nand came back as\n%s", ref, body, got[ref])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d records came back, not %d", len(got), len(want))
	}
}

func TestASingleServiceReadsBackWithWhatItNames(t *testing.T) {
	r := shipped(t)
	want := bodies(t, r)
	for _, record := range r.Services[:40] {
		s, ok := hsds.NewService(r, record.ID)
		if !ok {
			t.Fatalf("there is no %s", record.ID)
		}
		for _, a := range s.Attributes {
			if a.TaxonomyTerm == nil || a.TaxonomyTerm.ID != a.TaxonomyTermID {
				t.Errorf("attribute %+v of service %s", a, s.Name)
			}
		}
		back, err := again(t, s).Records()
		if err != nil {
			t.Fatal(err)
		}
		got := bodies(t, back)
		for ref, body := range got {
			if want[ref] != body {
				t.Errorf("%s was\n%s\nand came back as\n%s", ref, want[ref], body)
			}
		}
		if len(back.Services) != 1 {
			t.Errorf("%d services came back, not 1", len(back.Services))
		}
	}
}

func TestWhoAssuredAFactIsNeverExported(t *testing.T) {
	r := shipped(t)
	r.Services[0].AssuredBy = "Olha Kovalenko"
	raw, err := json.Marshal(hsds.NewDataSet(r))
	if err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"Kovalenko", "assured_by", "assurer_email"} {
		if strings.Contains(string(raw), never) {
			t.Errorf("%q is exported", never)
		}
	}
}

func TestReadingKeepsWhoAssuredAServiceAsLongAsTheDateStands(t *testing.T) {
	s := shipped(t).Services[0]
	s.AssuredBy, s.Assured = "Olha", bot.Date{Year: 2026, Month: 11, Day: 1}
	out := hsds.NewDataSet(bot.Records{Services: []bot.Service{s}}).Services[0]
	if back, _ := out.Record(s); back.AssuredBy != "Olha" {
		t.Error("the name is lost")
	}
	out.AssuredDate = "2026-11-20"
	if back, _ := out.Record(s); back.AssuredBy != "" || back.Assured.String() != "2026-11-20" {
		t.Errorf("assured %s by %q", back.Assured, back.AssuredBy)
	}
}

var (
	uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	dateForm = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
	timeForm = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
)

func TestEveryObjectHasWhatHSDSRequires(t *testing.T) {
	d := hsds.NewDataSet(shipped(t))
	seen := make(map[string]bool)
	unique := func(what, id string) {
		if !uuidForm.MatchString(id) {
			t.Errorf("%s has the id %q", what, id)
		}
		if seen[id] {
			t.Errorf("%s has the id %q, which another has", what, id)
		}
		seen[id] = true
	}
	address := func(what, s string) {
		if u, err := url.Parse(s); s != "" && (err != nil || u.Scheme == "") {
			t.Errorf("%s has the address %q", what, s)
		}
	}
	terms := make(map[string]bool)
	for _, term := range d.TaxonomyTerms {
		terms[term.ID] = true
	}
	for _, o := range d.Organizations {
		unique("organization "+o.Name, o.ID)
		if o.Name == "" || o.Description == "" {
			t.Errorf("organization %s has no name or description", o.ID)
		}
		address("organization "+o.Name, o.Website)
		for _, i := range o.Identifiers {
			unique("identifier "+i.Identifier, i.ID)
			if i.Type == "" || i.Identifier == "" {
				t.Errorf("identifier %s has no type or none", i.ID)
			}
		}
	}
	for _, s := range d.Services {
		unique("service "+s.Name, s.ID)
		if s.Name == "" || (s.Status != "active" && s.Status != "inactive") {
			t.Errorf("service %s has the name %q and the status %q", s.ID, s.Name, s.Status)
		}
		address("service "+s.Name, s.URL)
		if s.AssuredDate != "" && !dateForm.MatchString(s.AssuredDate) {
			t.Errorf("service %s was assured on %q", s.Name, s.AssuredDate)
		}
		if o := s.Organization; o != nil && (o.ID != s.OrganizationID || o.Name == "" || o.Description == "") {
			t.Errorf("service %s belongs to %q and names %+v", s.Name, s.OrganizationID, o)
		}
		for _, p := range s.Phones {
			unique("phone "+p.Number, p.ID)
			if p.Number == "" || p.ServiceID != s.ID {
				t.Errorf("phone %+v of service %s", p, s.Name)
			}
		}
		for _, x := range s.Schedules {
			unique("a schedule", x.ID)
			if x.OpensAt != "" && (x.Freq != "WEEKLY" || x.ByDay == "" || !timeForm.MatchString(x.OpensAt) || !timeForm.MatchString(x.ClosesAt)) {
				t.Errorf("schedule %+v of service %s", x, s.Name)
			}
		}
		for _, l := range s.Languages {
			unique("a language", l.ID)
		}
		for _, a := range s.Attributes {
			unique("an attribute", a.ID)
			if !terms[a.TaxonomyTermID] || a.LinkID != s.ID {
				t.Errorf("attribute %+v of service %s", a, s.Name)
			}
		}
		for _, x := range s.ServiceAreas {
			unique("a service area", x.ID)
		}
		for _, x := range s.CostOptions {
			unique("a cost option", x.ID)
		}
	}
	for _, p := range d.Phones {
		unique("phone "+p.Number, p.ID)
	}
	for _, x := range d.Taxonomies {
		unique("taxonomy "+x.Name, x.ID)
		if x.Name == "" || x.Description == "" {
			t.Errorf("taxonomy %+v", x)
		}
	}
	for _, x := range d.TaxonomyTerms {
		unique("term "+x.Code, x.ID)
		if x.Name == "" || x.Description == "" {
			t.Errorf("term %+v", x)
		}
	}
}

func TestWhatPeopleAreNotShownIsInactive(t *testing.T) {
	for _, s := range shipped(t).Services {
		out := hsds.NewDataSet(bot.Records{Services: []bot.Service{s}}).Services[0]
		if (out.Status == "active") != s.Shown() {
			t.Errorf("%s of confidence %s has the status %s", s.ID, s.Confidence, out.Status)
		}
	}
}

func TestARoundTheClockLineIsOpenFromMidnightToTheLastMinute(t *testing.T) {
	all, err := bot.ParseSchedule("24/7")
	if err != nil {
		t.Fatal(err)
	}
	got := hsds.NewDataSet(bot.Records{Services: []bot.Service{{ID: "a", Country: "PL", Schedule: all}}}).Services[0].Schedules
	if len(got) != 1 || got[0].ByDay != "MO,TU,WE,TH,FR,SA,SU" || got[0].OpensAt != "00:00" || got[0].ClosesAt != "23:59" {
		t.Errorf("%+v", got)
	}
}

func TestIDsNeverChange(t *testing.T) {
	if got := hsds.ServiceID("pl-kcik"); got != "ea75fd56-53a0-56f1-8c78-37c78cae38c8" {
		t.Error(got)
	}
	if got := hsds.OrganizationID("pl-la-strada-foundation-poland"); got != "0ba8e732-efa7-50cf-9c4d-3dddc9945261" {
		t.Error(got)
	}
}

func TestAStrangersServiceIsUnderstood(t *testing.T) {
	d, err := hsds.Parse([]byte(`{"contents": [{
		"id": "AC148810-D857-441C-9679-408F346DE14B", "name": "Community Line", "status": "active", "url": "https://example.org",
		"service_areas": [{"id": "1", "name": "PL"}], "languages": [{"id": "2", "code": "uk"}],
		"phones": [{"id": "3", "number": "22 628 01 20", "type": "text"}], "cost_options": [{"id": "4", "amount": 0}],
		"schedules": [{"id": "5", "freq": "WEEKLY", "byday": "TU,MO", "opens_at": "09:00:00", "closes_at": "00:00"}],
		"organization": {"id": "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610", "name": "Example", "description": "x"}, "extra": {"a": null}
	}]}`))
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.Records()
	if err != nil {
		t.Fatal(err)
	}
	s := r.Services[0]
	if s.ID != "ac148810-d857-441c-9679-408f346de14b" || s.Schedule.String() != "Mo, Tu 09:00-24:00" || s.Cost != bot.Free ||
		!slices.Equal(s.Phones, []string{"e164-48226280120"}) || s.Country != "PL" || !s.TextOnly ||
		s.Organization != "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610" || s.FromAbroad != bot.Unknown {
		t.Errorf("%+v", s)
	}
	if p := r.Phones[0]; p.Number != "+48226280120" || p.Kind != bot.FullNumber || p.Country != "" {
		t.Errorf("%+v", p)
	}
}

func TestAScheduleThatSaysTwoThingsIsRefused(t *testing.T) {
	s := shipped(t).Services[0]
	s.Schedule, _ = bot.ParseSchedule("Mo-Fr 09:00-17:00")
	out := hsds.NewDataSet(bot.Records{Services: []bot.Service{s}}).Services[0]
	out.Schedules[0].ClosesAt = "18:00"
	if _, errs := out.Record(s); len(errs) != 1 || errs[0].Field != "schedule" {
		t.Errorf("%v", errs)
	}
}

func TestASourceIsOneLine(t *testing.T) {
	for _, s := range []bot.Source{
		{URL: "https://example.org/a"},
		{URL: "https://example.org/a", Seen: bot.Date{Year: 2026}},
		{URL: "https://example.org/a", Seen: bot.Date{Year: 2026, Month: 11}, Says: "(quoted) words > others"},
		{URL: "https://example.org/a", Says: "(2026) words"},
		{URL: "https://example.org/a b", Says: "words"},
	} {
		back, err := hsds.ParseSource(hsds.SourceLine(s))
		if err != nil || back != s {
			t.Errorf("%+v is %q and back %+v (%v)", s, hsds.SourceLine(s), back, err)
		}
	}
	for _, line := range []string{"https://example.org words", "https://example.org (soon) words", "<https://example.org"} {
		if s, err := hsds.ParseSource(line); err == nil {
			t.Errorf("%q is read as %+v", line, s)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"contents":[{"id":"a","status":"active","schedules":[{"freq":"WEEKLY","byday":"MO","opens_at":"9"}]}]}`))
	f.Add([]byte(`[{"id":"a","number":"112"}]`))
	f.Add([]byte(`{"services":[{"attributes":[{"value":"x"}]}]}`))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		if d, err := hsds.Parse(raw); err == nil {
			_, _ = d.Records()
		}
	})
}
