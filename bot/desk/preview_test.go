package desk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/directory"
)

// proposal proposes what change makes of a record, and returns its ID.
func (h *house) proposal(t testing.TB, by int64, ref bot.Ref, change func(any) any) int64 {
	t.Helper()
	stored, err := h.DB.Stored(context.Background(), ref)
	if err != nil {
		t.Fatal(err)
	}
	value, err := stored.Value()
	if err != nil {
		t.Fatal(err)
	}
	rec, err := bot.NewRecord(change(value))
	if err != nil {
		t.Fatal(err)
	}
	id, err := h.keeper.Propose(context.Background(), by, directory.Draft{
		Origin: directory.FromForm, Reason: "it has changed", Source: "https://example.org/",
		Changes: []directory.Change{{Ref: ref, Base: stored.Revision, Body: rec.Body}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

const changedSentence = "Only the preview knows this sentence."

// changedArticle proposes another first step of the English article on job
// offers.
func (h *house) changedArticle(t testing.TB, by int64) int64 {
	return h.proposal(t, by, bot.Ref{Kind: bot.KindArticle, ID: "safety.job_offer/en"}, func(v any) any {
		a := v.(bot.Article)
		a.Now = changedSentence
		return a
	})
}

var tags = regexp.MustCompile(`<[^>]*>`)

// read returns what a person reads of a page.
func read(page string) string { return html.UnescapeString(tags.ReplaceAllString(page, "")) }

// hidden returns the first hidden field of a name.
func hidden(page, name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

func wants(t *testing.T, status int, page string, texts ...string) {
	t.Helper()
	if status != http.StatusOK {
		t.Errorf("status %d", status)
	}
	text := read(page)
	for _, want := range texts {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q:\n%.2000s", want, text)
		}
	}
	if i := strings.Index(text, "["); i >= 0 && regexp.MustCompile(`\[[a-z_]+(\.[a-z_]+)+\]`).MatchString(text) {
		t.Errorf("a message is missing: %s", regexp.MustCompile(`\[[a-z_]+(\.[a-z_]+)+\]`).FindString(text))
	}
}

func TestThePreviewIsTheConversationWithTheProposal(t *testing.T) {
	h := newHouse(t)
	anna := h.add(t, "Anna", bot.RoleEditor)
	id := h.changedArticle(t, anna)
	b := h.as(t, anna)

	status, page := b.get(fmt.Sprintf("/desk/preview?proposal=%d", id))
	wants(t, status, page, changedSentence, "as it will be once the proposal is published")
	status, page = b.get("/desk/preview?language=en&country=PL&topic=safety.job_offer")
	wants(t, status, page, "as it is public now")
	if strings.Contains(page, changedSentence) {
		t.Error("without the proposal the preview shows it as well")
	}

	// The conversation goes on with the proposal applied, by button and by text.
	status, page = b.post("/desk/preview", "proposal", fmt.Sprint(id), "now_language", "en", "now_country", "PL",
		"do", answer.Action{Verb: answer.ShowTopic, Arg: "safety.job_offer", Language: "en", Country: "DE"}.String())
	wants(t, status, page, changedSentence, "Germany")
	status, page = b.post("/desk/preview", "proposal", fmt.Sprint(id), "now_language", "en", "now_country", "PL",
		"question", "I was offered a job abroad, is it safe?")
	wants(t, status, page, changedSentence, "I was offered a job abroad")
	if hidden(page, "now_topic") != "safety.job_offer" || hidden(page, "proposal") != fmt.Sprint(id) {
		t.Errorf("the page does not carry its state: topic %q, proposal %q", hidden(page, "now_topic"), hidden(page, "proposal"))
	}

	reply, _, err := h.talk.Text(context.Background(), answer.Session{Language: "en", Country: "PL"}, "I was offered a job abroad, is it safe?")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(reply.Plain(), changedSentence) {
		t.Error("people see what is only proposed")
	}
}

func TestAPreviewIsNotCounted(t *testing.T) {
	h := newHouse(t)
	b := h.as(t, h.add(t, "Anna", bot.RoleEditor))
	for _, verb := range []answer.Verb{answer.VoteDown, answer.ReportLine} {
		arg := "tp.work"
		if verb == answer.ReportLine {
			arg = "pl-kcik"
		}
		status, page := b.post("/desk/preview", "now_language", "en", "now_country", "PL",
			"do", answer.Action{Verb: verb, Arg: arg, Language: "en", Country: "PL"}.String())
		wants(t, status, page)
	}
	status, page := b.post("/desk/preview", "now_language", "en", "question", "what is the capital of Australia")
	wants(t, status, page)
	tally, err := h.DB.Tally(context.Background(), h.Clock.Now().Format("2006-01"))
	if err != nil {
		t.Fatal(err)
	}
	if len(tally.Down)+len(tally.Wrong)+len(tally.Unanswered) > 0 {
		t.Errorf("a preview was counted: %+v", tally)
	}
}

func TestEveryLanguageAndCountryCanBePreviewed(t *testing.T) {
	h := newHouse(t)
	b := h.as(t, h.add(t, "Anna", bot.Contributor, "PL"))
	for _, l := range bot.Languages() {
		for _, c := range append([]bot.Country{""}, bot.Countries()...) {
			status, page := b.get("/desk/preview?topic=help.helplines&language=" + string(l) + "&country=" + string(c))
			if status != http.StatusOK || hidden(page, "now_language") != string(l) || hidden(page, "now_country") != string(c) {
				t.Errorf("language %s, country %s: status %d, shows %s %s", l, c, status, hidden(page, "now_language"), hidden(page, "now_country"))
			}
		}
	}
}

func TestOnlyWhoMayReadAProposalPreviewsIt(t *testing.T) {
	h := newHouse(t)
	id := h.changedArticle(t, h.add(t, "Anna", bot.RoleEditor))
	b := h.as(t, h.add(t, "Petro", bot.RoleEditor, "PL"))
	for _, path := range []string{"/desk/preview", "/desk/preview/changes"} {
		if status, page := b.get(fmt.Sprintf("%s?proposal=%d", path, id)); status != http.StatusForbidden || strings.Contains(page, changedSentence) {
			t.Errorf("%s: status %d", path, status)
		}
		if status, _ := b.get(path + "?proposal=999"); status != http.StatusNotFound {
			t.Errorf("%s of no proposal: status %d", path, status)
		}
	}
}

func TestAForgedPreviewDoesNoHarm(t *testing.T) {
	h := newHouse(t)
	b := h.as(t, h.add(t, "Anna", bot.Contributor))
	for _, form := range [][]string{
		{"draft", "{"},
		{"draft", `[{"Kind":"service","ID":"pl-kcik","Base":1,"Body":"[]"}]`},
		{"draft", `[{"Kind":"organization","ID":"x","Base":0,"Body":"{\"id\":\"y\",\"name\":\"y\"}"}]`},
		{"proposal", "-1"},
		{"now_language", "xx", "now_country", "??", "do", "9:nothing"},
		{"do", "1:topic:en::" + url.QueryEscape(`<script>`)},
	} {
		status, page := b.post("/desk/preview", form...)
		if status == http.StatusInternalServerError || strings.Contains(page, "<script>") {
			t.Errorf("%v: status %d", form, status)
		}
	}
	status, page := b.post("/desk/preview", "draft", `[{"Kind":"article","ID":"safety.job_offer/en","Base":1,"Body":`+
		`"{\"topic\":\"safety.job_offer\",\"language\":\"en\",\"review\":\"draft\",\"facts\":[],\"title\":\"<script>alert(1)</script>\",\"now\":\"x\"}"}]`)
	if status != http.StatusOK || strings.Contains(page, "<script>alert") {
		t.Errorf("what an editor wrote is not escaped, status %d", status)
	}
}

func TestADraftIsPreviewedWithoutBeingStored(t *testing.T) {
	h := newHouse(t)
	b := h.as(t, h.add(t, "Anna", bot.Contributor))
	stored, err := h.DB.Stored(context.Background(), bot.Ref{Kind: bot.KindArticle, ID: "safety.job_offer/en"})
	if err != nil {
		t.Fatal(err)
	}
	value, err := stored.Value()
	if err != nil {
		t.Fatal(err)
	}
	article := value.(bot.Article)
	article.Now = changedSentence
	rec, err := bot.NewRecord(article)
	if err != nil {
		t.Fatal(err)
	}
	draft, err := json.Marshal([]directory.Change{{Ref: rec.Ref, Base: stored.Revision, Body: rec.Body}})
	if err != nil {
		t.Fatal(err)
	}
	status, page := b.post("/desk/preview", "draft", string(draft))
	wants(t, status, page, changedSentence, "Nothing is stored yet")
	if hidden(page, "draft") != string(draft) {
		t.Error("the page does not carry the draft on")
	}
	status, page = b.post("/desk/preview", "draft", hidden(page, "draft"), "now_language", "en", "question", "is this job offer in Germany safe?")
	wants(t, status, page, changedSentence, "Germany")
	status, page = b.post("/desk/preview", "draft", hidden(page, "draft"), "language", "en", "country", "PL", "topic", "proposed")
	wants(t, status, page, changedSentence, "Poland")
	if waiting, err := h.DB.WaitingProposals(context.Background()); err != nil || len(waiting) > 0 {
		t.Errorf("%d proposals are kept (%v)", len(waiting), err)
	}
}

func TestAProposalTellsWhichAnswersWillChange(t *testing.T) {
	h := newHouse(t)
	anna := h.add(t, "Anna", bot.RoleEditor)
	b := h.as(t, anna)
	status, page := b.get(fmt.Sprintf("/desk/preview/changes?proposal=%d", h.changedArticle(t, anna)))
	wants(t, status, page, "+ "+changedSentence, fmt.Sprintf("%d answers will change", len(bot.Countries())+1))

	id := h.proposal(t, anna, bot.Ref{Kind: bot.KindService, ID: "pl-kcik"}, func(v any) any {
		s := v.(bot.Service)
		s.Phones = []string{"pl-116123"}
		return s
	})
	status, page = b.get(fmt.Sprintf("/desk/preview/changes?proposal=%d", id))
	wants(t, status, page, "Poland", "116 123", "will change")
	if strings.Contains(read(page), "Germany ·") {
		t.Error("an answer in Germany changes with a number of Poland")
	}
	status, page = b.get(fmt.Sprintf("/desk/preview?proposal=%d", id))
	wants(t, status, page, "116 123", "Poland")

	// Once it is public, nothing is left to change.
	olena := h.add(t, "Olena", bot.RoleEditor)
	if err := h.keeper.Publish(context.Background(), olena, id); err != nil {
		t.Fatal(err)
	}
	status, page = b.get(fmt.Sprintf("/desk/preview/changes?proposal=%d", id))
	wants(t, status, page, "Somebody has decided")
}

func TestProposedExamplesAreUnderstoodInThePreview(t *testing.T) {
	h := newHouse(t)
	anna := h.add(t, "Anna", bot.RoleEditor)
	const question = "zxqv brumble floop gnarf"
	id := h.proposal(t, anna, bot.Ref{Kind: bot.KindExamples, ID: "tp.work/en"}, func(v any) any {
		set := v.(bot.ExampleSet)
		set.Calm = append([]string{question}, slices.Clip(set.Calm)...)
		return set
	})
	status, page := h.as(t, anna).get(fmt.Sprintf("/desk/preview?proposal=%d", id))
	wants(t, status, page, question)
	if topic := hidden(page, "now_topic"); topic != "tp.work" {
		t.Errorf("the proposed example is taken for %q", topic)
	}
}

func BenchmarkWhichAnswersChangeInACountry(b *testing.B) {
	h := newHouse(b)
	anna := h.add(b, "Anna", bot.RoleEditor)
	id := h.proposal(b, anna, bot.Ref{Kind: bot.KindService, ID: "pl-kcik"}, func(v any) any {
		s := v.(bot.Service)
		s.Phones = []string{"pl-116123"}
		return s
	})
	browser := h.as(b, anna)
	for b.Loop() {
		browser.get(fmt.Sprintf("/desk/preview/changes?proposal=%d", id))
	}
}
