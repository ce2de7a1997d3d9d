package desk_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/directory"
)

// office is a house with a contributor who writes and an editor who publishes.
type office struct {
	*house
	t         *testing.T
	writer    *browser
	publisher int64
}

func newOffice(t *testing.T) *office {
	h := newHouse(t)
	return &office{h, t, h.as(t, h.add(t, "Olena", bot.Contributor)), h.add(t, "Marek", bot.RoleEditor)}
}

// waiting returns the proposals that nobody has decided.
func (o *office) waiting() []directory.Proposal {
	o.t.Helper()
	all, err := o.DB.WaitingProposals(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return all
}

// publish publishes the only proposal that waits, and returns it.
func (o *office) publish() directory.Proposal {
	o.t.Helper()
	waiting := o.waiting()
	if len(waiting) != 1 {
		o.t.Fatalf("%d proposals wait, not one", len(waiting))
	}
	if err := o.keeper.Publish(o.t.Context(), o.publisher, waiting[0].ID); err != nil {
		o.t.Fatal(err)
	}
	return waiting[0]
}

func (o *office) body(ref bot.Ref) string {
	o.t.Helper()
	s, err := o.DB.Stored(o.t.Context(), ref)
	if err != nil {
		o.t.Fatal(err)
	}
	return s.Public()
}

// edited proposes a change of a record through its form, publishes it, and
// returns the fields that differ since.
func (o *office) edited(ref bot.Ref, pairs ...string) []bot.Difference {
	o.t.Helper()
	before := o.body(ref)
	if status, body := o.writer.open("/desk/edit/" + string(ref.Kind) + "/" + ref.ID).propose(pairs...); status != http.StatusOK {
		o.t.Fatalf("%s: %d\n%s", ref, status, alerts(body))
	}
	o.publish()
	return bot.Differences(before, o.body(ref))
}

func fieldsOf(all []bot.Difference) string {
	names := make([]string, len(all))
	for i, d := range all {
		names[i] = d.Field
	}
	return strings.Join(names, " ")
}

func TestEveryKindOfRecordIsEditedAndPublished(t *testing.T) {
	o := newOffice(t)
	for _, c := range []struct {
		ref    bot.Ref
		pairs  []string
		fields string // that differ, and no others
		after  string // of the first
	}{
		{bot.Ref{Kind: bot.KindOrganization, ID: "pl-fundacja-itaka"}, []string{"name", " Fundacja ITAKA II ", "website", "https://itaka.org.pl"}, "name website", "Fundacja ITAKA II"},
		{bot.Ref{Kind: bot.KindPhone, ID: "e164-48605687750"}, []string{"number", "0048 22 628 01 21"}, "number", "+48226280121"},
		{bot.Ref{Kind: bot.KindProtection, ID: "PL"}, []string{"valid_until", "2029-03-04", "note_0", ""}, "valid_until notes assured assured_by", "2029-03-04"},
		{bot.Ref{Kind: bot.KindFact, ID: "number-112"}, []string{"text", "Call 112."}, "text assured assured_by", "Call 112."},
		{bot.Ref{Kind: bot.KindArticle, ID: "tp.work/pl"}, []string{"now", "Idź.\r\nZapytaj.", "review", "reviewed"}, "review now", "reviewed"},
		{bot.Ref{Kind: bot.KindProtectionText, ID: "PL/de"}, []string{"banking", "Gehen Sie zur Bank."}, "banking", "Gehen Sie zur Bank."},
		{bot.Ref{Kind: bot.KindServiceText, ID: "pl-emotional-support-adults/en"}, []string{"text", "For adults who need somebody."}, "text", "For adults who need somebody."},
	} {
		if c.ref.Kind == bot.KindServiceText {
			c.ref.ID = o.answers.Directory().Records().ServiceTexts[0].Service + "/en"
		}
		diff := o.edited(c.ref, c.pairs...)
		if fieldsOf(diff) != c.fields || diff[0].After != c.after {
			t.Errorf("%s: %+v", c.ref, diff)
		}
	}
	ref := bot.Ref{Kind: bot.KindExamples, ID: "tp.work/en"}
	s := o.writer.open("/desk/edit/examples/tp.work/en")
	diff := o.edited(ref, "calm", s.Get("calm")+"\r\n  may I  earn  zloty  \r\n", "urgent", s.Get("urgent")+"\r\nthey lock me in at work today")
	if fieldsOf(diff) != "calm urgent" || !strings.HasSuffix(diff[0].After, "\nmay I earn zloty") || !strings.HasSuffix(diff[1].After, "they lock me in at work today") {
		t.Errorf("%s: %s", ref, fieldsOf(diff))
	}
}

func (o *office) service(id string) bot.Service {
	o.t.Helper()
	s, ok := o.answers.Directory().AnyService(id)
	if !ok {
		o.t.Fatalf("there is no service %s", id)
	}
	return s
}

// someService returns a Polish helpline with two numbers or more, regular hours
// and a line in each language.
func (o *office) someService() bot.Service {
	o.t.Helper()
	d := o.answers.Directory()
	for _, s := range d.Services("PL") {
		if len(s.Phones) > 0 && len(s.Schedule.Spans) > 0 && s.Confidence == bot.High && d.ServiceText(s.ID, bot.English) != "" {
			return s
		}
	}
	o.t.Fatal("there is no such service")
	return bot.Service{}
}

func TestAHelplineIsEditedInAllItsParts(t *testing.T) {
	o := newOffice(t)
	was := o.someService()
	ref := bot.Ref{Kind: bot.KindService, ID: was.ID}
	s := o.writer.open("/desk/edit/service/" + was.ID)
	s.Del("checked")
	s.Del("hours_always")
	s.Del("hours_unknown")
	s.Add("languages", "lv")
	for i, day := range []string{"mo", "tu", "we", "th", "fr", "sa", "su"} {
		for j, at := range []string{"8", "12.30", "13:00", "24:00"} {
			if i > 4 {
				at = ""
			}
			s.Set("hours_"+day+"_"+string(rune('0'+j)), at)
		}
	}
	status, body := s.propose(
		"name_en", "A new name", "phones_4", "22 111 35 30", "phones_5", "116 000", "organization_new", "Brand New Help",
		"hours_remark", "not on public holidays", "languages_other", "fa", "cost", "standard", "website", "https://new.example.org",
		"email", "a@example.org", "chat", "https://new.example.org/chat", "from_abroad", "yes", "anonymous", "no", "reports_to_police", "no",
		"together", "pair", "order", "77", "confidence", "medium", "source_9_url", "", "assured", "2026-10", "review_days", "90",
		"line_en", "For everybody, day and night.", "city", "Kraków", "professionals", "yes", "text_only", "yes",
	)
	if status != http.StatusOK {
		t.Fatalf("%d\n%s", status, alerts(body))
	}
	if p := o.publish(); len(p.Changes) != 4 {
		t.Errorf("the proposal has %d changes: organization, number, helpline and line are 4", len(p.Changes))
	}
	got := o.service(was.ID)
	d := o.answers.Directory()
	if got.Schedule.String() != "Mo-Fr 08:00-12:30, 13:00-24:00 (not on public holidays)" {
		t.Errorf("hours %q", got.Schedule)
	}
	var numbers []string
	for _, p := range d.Phones(got)[len(was.Phones):] {
		numbers = append(numbers, p.Number)
	}
	if !slices.Equal(numbers, []string{"+48221113530", "116000"}) || got.Phones[len(got.Phones)-1] != "pl-116000" {
		t.Errorf("numbers %v", got.Phones)
	}
	if org, ok := d.Organization(got.Organization); !ok || org.Name != "Brand New Help" || org.ID != "pl-brand-new-help" {
		t.Errorf("organization %+v", org)
	}
	if n := len(was.Languages); !slices.Equal(got.Languages, append(was.Languages[:n:n], "lv", "fa")) {
		t.Errorf("languages %v, they were %v", got.Languages, was.Languages)
	}
	want := was
	want.Name.English, want.City, want.Professionals, want.TextOnly, want.Cost = "A new name", "Kraków", true, true, bot.Standard
	want.Website, want.Email, want.Chat = "https://new.example.org", "a@example.org", "https://new.example.org/chat"
	want.FromAbroad, want.Anonymous, want.ToPolice, want.Together, want.Order = bot.Yes, bot.No, bot.No, "pair", 77
	want.Confidence, want.Assured, want.ReviewDays, want.AssuredBy = bot.Medium, bot.Date{Year: 2026, Month: 10}, 90, ""
	want.Schedule, want.Phones, want.Organization, want.Languages = got.Schedule, got.Phones, got.Organization, got.Languages
	a, _ := bot.NewRecord(want)
	if diff := bot.Differences(a.Body, o.body(ref)); len(diff) > 0 {
		t.Errorf("it differs: %+v", diff)
	}
	if text := d.ServiceText(was.ID, bot.English); text != "For everybody, day and night." {
		t.Errorf("line %q", text)
	}
}

func TestWhoeverChecksAFactStandsBehindItWithTheirName(t *testing.T) {
	o := newOffice(t)
	id := o.someService().ID
	ref := bot.Ref{Kind: bot.KindService, ID: id}
	if diff := o.edited(ref, "order", "78"); fieldsOf(diff) != "order assured assured_by" && fieldsOf(diff) != "order assured_by" {
		t.Errorf("%+v", diff)
	}
	if s := o.service(id); s.AssuredBy != "Olena" || s.Assured != bot.DateOf(o.Clock.Now().UTC()) {
		t.Errorf("assured %v by %q", s.Assured, s.AssuredBy)
	}
	s := o.writer.open("/desk/edit/service/" + id)
	s.Del("checked")
	before := o.body(ref)
	if status, body := s.propose("order", "79"); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, alerts(body))
	}
	o.publish()
	if diff := bot.Differences(before, o.body(ref)); fieldsOf(diff) != "order" {
		t.Errorf("without the box: %+v", diff)
	}
}

func TestNewRecordsAreWritten(t *testing.T) {
	o := newOffice(t)
	if status, body := o.writer.open("/desk/new/organization").propose("name", "Łódź pomaga", "website", "https://lodz.example.org"); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, alerts(body))
	}
	o.publish()
	if org, ok := o.answers.Directory().Organization("lodz-pomaga"); !ok || org.Name != "Łódź pomaga" {
		t.Errorf("%+v", org)
	}
	if status, body := o.writer.open("/desk/new/phone").propose("number", "(044) 235-16-29", "country", "UA"); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, alerts(body))
	}
	o.publish()
	if p, ok := o.answers.Directory().Phone("e164-380442351629"); !ok || p.Number != "+380442351629" || p.Country != "" {
		t.Errorf("%+v", p)
	}
	s := o.writer.open("/desk/new/fact")
	if status, body := s.propose("text", "Help costs nothing, ever.", "confidence", "high", "source_0_url", "https://example.org/a", "source_0_seen", "2026-11", "source_0_says", "it is free"); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, alerts(body))
	}
	o.publish()
	if f, ok := o.answers.Directory().Fact("help-costs-nothing-ever"); !ok || len(f.Sources) != 1 || f.Sources[0].Says != "it is free" || f.AssuredBy != "Olena" {
		t.Errorf("%+v", f)
	}
	if status, body := o.writer.open("/desk/new/service").propose(
		"name_en", "Night line", "name_native", "Linia nocna", "country", "PL", "need", "legal_aid", "organization_new", "łódź POMAGA",
		"phones_0", "+48 22 111 35 31", "hours_always", "yes", "cost", "free", "confidence", "medium", "source_0_url", "https://example.org",
		"line_en", "Advice at night.", "line_uk", "Порада вночі.",
	); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, alerts(body))
	}
	if p := o.publish(); len(p.Changes) != 4 {
		t.Errorf("%d changes: number, helpline and two lines are 4", len(p.Changes))
	}
	d := o.answers.Directory()
	if got := o.service("pl-night-line"); !got.Schedule.AllDay || got.Organization != "lodz-pomaga" || d.Phones(got)[0].Number != "+48221113531" {
		t.Errorf("%+v", got)
	}
	if d.ServiceText("pl-night-line", bot.Ukrainian) != "Порада вночі." {
		t.Error("the line is missing")
	}
	// A line that nobody has written yet has a form of its own.
	if status, body := o.writer.open("/desk/edit/service_text/pl-night-line/ro").propose("text", "Sfaturi noaptea."); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, alerts(body))
	}
	o.publish()
	if o.answers.Directory().ServiceText("pl-night-line", bot.Romanian) != "Sfaturi noaptea." {
		t.Error("the line is missing")
	}
	// An empty line is no longer shown.
	if status, body := o.writer.open("/desk/edit/service/pl-night-line").propose("line_uk", ""); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, alerts(body))
	}
	o.publish()
	if text := o.answers.Directory().ServiceText("pl-night-line", bot.Ukrainian); text != "" {
		t.Errorf("the line still says %q", text)
	}
	if status, body := o.writer.open("/desk/edit/service/pl-night-line").propose("line_uk", "Знову."); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, alerts(body))
	}
	o.publish()
	if text := o.answers.Directory().ServiceText("pl-night-line", bot.Ukrainian); text != "Знову." {
		t.Errorf("the line says %q", text)
	}
}

func TestWhichTextIsAskedBeforeItsForm(t *testing.T) {
	o := newOffice(t)
	for _, kind := range []string{"article", "examples", "protection", "protection_text", "service_text"} {
		if status, body := o.writer.get("/desk/new/" + kind); status != http.StatusOK || !strings.Contains(body, `name="what"`) {
			t.Errorf("%s: %d", kind, status)
		}
	}
	if status, body := o.writer.get("/desk/new/article?what=tp.work&language=cs"); status != http.StatusOK || !strings.Contains(body, `action="/desk/edit/article/tp.work/cs"`) {
		t.Errorf("%d", status)
	}
}

func TestAMistakeIsToldBesideItsInputAndNothingIsWritten(t *testing.T) {
	o := newOffice(t)
	service := "/desk/edit/service/" + o.someService().ID
	taken := o.answers.Directory().Records().ExampleSets()
	var elsewhere string
	for _, set := range taken {
		if set.Topic == "tp.housing" && set.Language == bot.English {
			elsewhere = set.Calm[0]
		}
	}
	for _, c := range []struct {
		path, input, value, says string
	}{
		{service, "phones_1", "22 628 01 2", "There is no such number"},
		{service, "phones_1", "48226280120", "the code of the country seem to be missing"},
		{service, "phones_1", "4.8226E+10", "rounded"},
		{service, "hours_mo_0", "9am", "This is no time"},
		{service, "hours_mo_0", "24:00", "This is no time"},
		{service, "hours_mo_1", "25:00", "closes"},
		{service, "hours_mo_2", "00:30", "closes"},
		{service, "hours_text", "whenever", "This cannot be read"},
		{service, "hours_remark", "half a bracket)", "brackets"},
		{service, "website", "www.example.org", "full web address"},
		{service, "website", "javascript:alert(1)", "full web address"},
		{service, "chat", "https://a b", "full web address"},
		{service, "email", "nobody", "no e-mail address"},
		{service, "source_0_url", "ftp://example.org", "full web address"},
		{service, "source_0_seen", "23.11.2026", "This is no date"},
		{service, "source_0_seen", "2099-01-01", "future"},
		{service, "assured", "2026-13", "This is no date"},
		{service, "assured", "2099", "future"},
		{service, "assured", "2025-01-01", "Please do one of the two"},
		{service, "languages_other", "klingon", "no code of a language"},
		{service, "need", "gossip", "choose one of the list"},
		{service, "country", "US", "choose one of the list"},
		{service, "organization", "nobody", "choose one of the list"},
		{service, "organization_new", "Embassy of Ukraine", "organizations have this name"},
		{service, "cost", "a lot", "choose one of the list"},
		{service, "order", "-1", "whole number"},
		{service, "review_days", "0", "number of days"},
		{service, "name_en", strings.Repeat("x", 501), "too long"},
		{"/desk/edit/phone/pl-112", "number", "1", "There is no such number"},
		{"/desk/edit/phone/pl-112", "number", "+48 22 628 01 20", "record of this number already"},
		{"/desk/edit/organization/pl-fundacja-itaka", "name", "  ", "fill this in"},
		{"/desk/edit/organization/pl-fundacja-itaka", "website", "itaka", "full web address"},
		{"/desk/edit/protection/PL", "valid_until", "soon", "This is no date"},
		{"/desk/edit/protection/PL", "phone", "call us", "There is no such number"},
		{"/desk/edit/fact/number-112", "text", "", "fill this in"},
		{"/desk/edit/article/tp.work/en", "now", "", "fill this in"},
		{"/desk/edit/article/tp.work/en", "about", "Call {{.Number}}", "double braces"},
		{"/desk/edit/article/tp.work/en", "facts", "no-such-fact", "There is no fact"},
		{"/desk/edit/article/tp.work/en", "review", "perfect", "choose one of the list"},
		{"/desk/edit/protection_text/PL/en", "work", "{{.EUUntil}}", "double braces"},
		{"/desk/edit/examples/tp.work/en", "calm", "can I work\n" + elsewhere, "could not tell the two topics apart"},
		{"/desk/edit/examples/tp.work/en", "urgent", "some new words\n" + elsewhere, "could not tell the two topics apart"},
		{"/desk/new/service", "country", "PL", "Please write a name"},
		{"/desk/new/phone", "number", "226280120", "Which country"},
	} {
		s := o.writer.open(c.path)
		status, body := s.propose(c.input, c.value)
		if status != http.StatusUnprocessableEntity || !strings.Contains(alerts(body), c.says) || !strings.Contains(body, `aria-invalid="true"`) {
			t.Errorf("%s, %s %q: %d, not %q\n%s", c.path, c.input, c.value, status, c.says, alerts(body))
			continue
		}
		if back := o.writer.sheet(body); strings.Join(strings.Fields(back.Get(c.input)), " ") != strings.Join(strings.Fields(c.value), " ") && strings.TrimSpace(c.value) != "" && !isChoice(c.says) {
			t.Errorf("%s, %s: what was written is lost: %q", c.path, c.input, back.Get(c.input))
		}
	}
	if status, body := o.writer.open(service).send("propose"); status != http.StatusUnprocessableEntity || !strings.Contains(alerts(body), "fill this in") {
		t.Errorf("without a reason: %d", status)
	}
	if n := len(o.waiting()); n > 0 {
		t.Errorf("%d proposals were written", n)
	}
}

func isChoice(says string) bool { return strings.Contains(says, "choose one of the list") }

func TestTheDirectoryAsAWholeIsCheckedBeforeAProposal(t *testing.T) {
	o := newOffice(t)
	s := o.writer.open("/desk/edit/service/pl-emergency")
	status, body := s.propose("confidence", "low")
	if status != http.StatusUnprocessableEntity || !strings.Contains(alerts(body), "Poland: there would be no emergency number") {
		t.Errorf("%d\n%s", status, alerts(body))
	}
	if back := o.writer.sheet(body); back.Get("confidence") != "low" || back.Get("reason") != "it changed" {
		t.Error("what was written is lost")
	}
	if len(o.waiting()) > 0 {
		t.Error("it was proposed")
	}
}

func TestTwoEditorsOfOneRecord(t *testing.T) {
	o := newOffice(t)
	second := o.as(t, o.add(t, "Ion", bot.RoleEditor))
	id := o.someService().ID
	path, ref := "/desk/edit/service/"+id, bot.Ref{Kind: bot.KindService, ID: id}
	mine, other := o.writer.open(path), o.writer.open(path)
	if status, body := second.open(path).propose("city", "Gdańsk", "line_en", "Their line."); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, alerts(body))
	}
	if status, body := o.writer.get(path); status != http.StatusOK || !strings.Contains(body, "/desk/proposals/1") {
		t.Error("the form does not say that a proposal waits")
	}
	o.publish()

	// Different fields come together.
	if status, body := mine.propose("order", "81"); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, alerts(body))
	}
	o.publish()
	if s := o.service(id); s.City != "Gdańsk" || s.Order != 81 || s.AssuredBy != "Olena" {
		t.Errorf("%+v", s)
	}

	// The same field asks.
	status, body := other.propose("city", "Sopot", "line_en", "My line.", "website", "https://mine.example.org")
	if status != http.StatusConflict || !strings.Contains(body, "Gdańsk") || !strings.Contains(body, "Sopot") || !strings.Contains(body, "Their line.") {
		t.Fatalf("%d\n%s", status, body)
	}
	if len(o.waiting()) > 0 {
		t.Fatal("something was written")
	}
	choice := o.writer.sheet(body)
	if status, body = choice.send("propose"); status != http.StatusConflict {
		t.Fatalf("undecided: %d\n%s", status, body)
	}
	choice = o.writer.sheet(body)
	choice.Set("keep_0_city", "ours")
	if status, body = choice.send("propose"); status != http.StatusConflict {
		t.Fatalf("half decided: %d\n%s", status, body)
	}
	choice = o.writer.sheet(body)
	if choice.Get("keep_0_city") != "ours" {
		t.Error("what was decided is asked again")
	}
	choice.Set("keep_2_text", "theirs")
	if status, body = choice.send("propose"); status != http.StatusOK {
		t.Fatalf("decided: %d\n%s", status, body)
	}
	o.publish()
	s := o.service(id)
	if s.City != "Sopot" || s.Order != 81 || s.Website != "https://mine.example.org" {
		t.Errorf("%+v", s)
	}
	if text := o.answers.Directory().ServiceText(id, bot.English); text != "Their line." {
		t.Errorf("the line is %q", text)
	}
	// A decision counts for what it was made about only.
	if diff := o.edited(ref, "city", "Hel"); len(diff) == 0 {
		t.Fatal("nothing changed")
	}
	if status, _ := choice.send("propose"); status != http.StatusConflict {
		t.Errorf("an old decision: %d", status)
	}
}

func TestARecordThatWasRetiredMeanwhileDoesNotComeBackUnasked(t *testing.T) {
	o := newOffice(t)
	ref := bot.Ref{Kind: bot.KindServiceText, ID: o.someService().ID + "/en"}
	path := "/desk/edit/service_text/" + ref.ID
	s := o.writer.open(path)
	stored, err := o.DB.Stored(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.keeper.Propose(t.Context(), o.publisher, directory.Draft{Origin: directory.FromForm, Reason: "r", Source: "s", Changes: []directory.Change{{Ref: ref, Base: stored.Revision}}}); err != nil {
		t.Fatal(err)
	}
	third := o.add(t, "Ana", bot.RoleEditor)
	if err := o.keeper.Publish(t.Context(), third, o.waiting()[0].ID); err != nil {
		t.Fatal(err)
	}
	status, body := s.propose("text", "Mine.")
	if status != http.StatusConflict || o.body(ref) != "" {
		t.Fatalf("%d", status)
	}
	choice := o.writer.sheet(body)
	choice.Set("keep_0_record", "theirs")
	if status, _ := choice.send("propose"); status != http.StatusUnprocessableEntity || len(o.waiting()) > 0 {
		t.Errorf("theirs: %d", status)
	}
	choice.Set("keep_0_record", "ours")
	if status, body := choice.send("propose"); status != http.StatusOK {
		t.Fatalf("ours: %d\n%s", status, body)
	}
	o.publish()
	if text := o.answers.Directory().ServiceText(o.someService().ID, bot.English); text != "Mine." {
		t.Errorf("it says %q", text)
	}
}

func TestForgedFormsAreRefused(t *testing.T) {
	o := newOffice(t)
	id := o.someService().ID
	path := "/desk/edit/service/" + id
	for _, c := range []struct {
		name  string
		forge func(*sheet)
		want  int
	}{
		{"another kind", func(s *sheet) { s.Set("kind", "phone") }, http.StatusNotFound},
		{"another record", func(s *sheet) { s.Set("id", "pl-emergency") }, http.StatusNotFound},
		{"another address", func(s *sheet) { s.path = "/desk/edit/service/pl-emergency" }, http.StatusNotFound},
		{"no kind at all", func(s *sheet) { s.path = "/desk/edit/editor/1" }, http.StatusNotFound},
		{"a kind that is not added", func(s *sheet) { s.path = "/desk/new/article" }, http.StatusNotFound},
		{"a revision to come", func(s *sheet) { s.Set("base", "9999") }, http.StatusNotFound},
		{"no revision", func(s *sheet) { s.Del("base") }, http.StatusNotFound},
		{"the revision of a line", func(s *sheet) { s.Set("base_uk", "-1") }, http.StatusNotFound},
		{"no such record", func(s *sheet) { s.path = "/desk/edit/service/nothing"; s.Set("id", "nothing"); s.Set("base", "0") }, http.StatusNotFound},
	} {
		s := o.writer.open(path)
		c.forge(s)
		if status, body := s.propose("city", "Forged"); status != c.want {
			t.Errorf("%s: %d\n%s", c.name, status, alerts(body))
		}
	}
	// Somebody whose rights reach Germany only neither opens nor sends the form.
	german := o.as(t, o.add(t, "Greta", bot.Administrator, "DE"))
	if status, _ := german.get(path); status != http.StatusForbidden {
		t.Errorf("opening: %d", status)
	}
	s := o.writer.open(path)
	s.b = german
	if status, _ := s.propose("city", "Forged"); status != http.StatusForbidden {
		t.Errorf("sending: %d", status)
	}
	s = o.writer.open("/desk/new/service")
	s.b = german
	if status, _ := s.propose("name_en", "Forged", "country", "PL", "need", "legal_aid", "hours_unknown", "yes", "confidence", "low"); status != http.StatusUnprocessableEntity {
		t.Errorf("a new one of Poland: %d", status)
	}
	s = german.open("/desk/new/phone")
	if status, body := s.propose("number", "+49 30 1234567"); status != http.StatusForbidden || german.sheet(body).Get("number") != "+49 30 1234567" {
		t.Errorf("a number of nobody's country: %d", status)
	}
	if status, _ := german.get("/desk/edit/article/tp.work/en"); status != http.StatusForbidden {
		t.Errorf("an article: %d", status)
	}
	if status, _ := german.get("/desk/edit/service_text/" + id + "/en"); status != http.StatusForbidden {
		t.Errorf("a line: %d", status)
	}
	if n := len(o.waiting()); n > 0 {
		t.Errorf("%d proposals were written", n)
	}
}

func TestAFormIsSeenAsPeopleWillBeforeItIsProposed(t *testing.T) {
	o := newOffice(t)
	s := o.writer.open("/desk/edit/article/tp.work/en")
	s.Set("now", "First ask the lighthouse keeper.")
	status, body := s.send("preview")
	if status != http.StatusOK || !strings.Contains(body, "lighthouse keeper") {
		t.Errorf("%d", status)
	}
	if len(o.waiting()) > 0 {
		t.Error("something was stored")
	}
}

func TestMoreRowsKeepWhatWasWritten(t *testing.T) {
	o := newOffice(t)
	s := o.writer.open("/desk/new/fact")
	s.Set("text", "Not lost.")
	s.Set("source_0_url", "https://example.org/1")
	status, body := s.send("more")
	more := o.writer.sheet(body)
	if status != http.StatusOK || more.Get("text") != "Not lost." || more.Get("source_0_url") != "https://example.org/1" || !more.Has("source_2_url") || more.Get("checked") != "yes" {
		t.Errorf("%d, %v", status, more.Values)
	}
	if strings.Contains(body, `aria-invalid`) {
		t.Error("it complains before anything is proposed")
	}
	if status, body := more.propose("source_2_url", "https://example.org/3", "confidence", "high"); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, alerts(body))
	}
	o.publish()
	if f, _ := o.answers.Directory().Fact("not-lost"); len(f.Sources) != 2 || f.Sources[1].URL != "https://example.org/3" {
		t.Errorf("%+v", f.Sources)
	}
}

func TestATranslationIsStaleUntilItFollowsItsSource(t *testing.T) {
	o := newOffice(t)
	english, czech := bot.Ref{Kind: bot.KindArticle, ID: "tp.work/en"}, bot.Ref{Kind: bot.KindArticle, ID: "tp.work/cs"}
	stale := func() bool {
		_, body := o.writer.get("/desk/edit/article/tp.work/cs")
		return strings.Contains(body, "Older than its source.")
	}
	if stale() {
		t.Error("what is shipped is stale")
	}
	if o.edited(english, "review", "reviewed"); stale() {
		t.Error("a mark of review makes translations stale")
	}
	if o.edited(english, "now", "Something else."); !stale() {
		t.Error("the translation is not stale")
	}
	if o.edited(czech, "now", "Něco jiného."); stale() {
		t.Error("the translation is stale still")
	}
}

func TestATextStandsBesideItsSourceWithAFigure(t *testing.T) {
	o := newOffice(t)
	d := o.answers.Directory()
	for _, c := range []struct{ path, beside, lang string }{
		{"/desk/edit/article/tp.work/cs", mustArticle(d, "tp.work", bot.English), "en"},
		{"/desk/edit/article/tp.work/en", mustArticle(d, "tp.work", bot.Ukrainian), "uk"},
	} {
		_, body := o.writer.get(c.path)
		if !strings.Contains(body, `<div class="beside text" lang="`+c.lang+`">`+c.beside) || !strings.Contains(body, "Words a sentence") {
			t.Errorf("%s: the source or the figure is missing", c.path)
		}
	}
}

func mustArticle(d *bot.Directory, topic bot.Topic, l bot.Language) string {
	a, _ := d.Article(topic, l)
	return a.Title
}

func TestANumberIsShownAsItWillBeDialled(t *testing.T) {
	o := newOffice(t)
	s := o.writer.open("/desk/new/service")
	_, body := s.propose("country", "PL", "phones_0", "22 628 01 20", "phones_1", "116 000")
	for _, want := range []string{"In Poland: 22 628 01 20 · from abroad: &#43;48 22 628 01 20", "In Poland: 116 000 · not from abroad"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestARetiredRecordComesBackThroughItsForm(t *testing.T) {
	o := newOffice(t)
	text := o.answers.Directory().Records().ServiceTexts[0]
	ref, _ := bot.RefOf(text)
	body := o.body(ref)
	if status, page := o.writer.post("/desk/retire", "kind", string(ref.Kind), "id", ref.ID, "reason", "r", "source", "s"); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, alerts(page))
	}
	o.publish()
	if o.body(ref) != "" {
		t.Fatal("it is not retired")
	}
	if status, page := o.writer.open("/desk/edit/service_text/" + ref.ID).propose(); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, alerts(page))
	}
	o.publish()
	if o.body(ref) != body {
		t.Error("it did not come back as it was")
	}
}
