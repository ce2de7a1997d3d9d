package desk_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"prystan/bot"
	"prystan/bot/directory"
)

// hostile is what somebody writes who wants to break a page, or its reader's
// machine.
func hostile() []string {
	return []string{
		`"><script>alert(1)</script>`, `</textarea></title><script>alert(1)</script>`, `' onmouseover='alert(1)`,
		"javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "https://example.org/\"><script>alert(1)</script>",
		"112 \u202eeman\u202d", strings.Repeat("ж", 10_000), "a\x00b\x1b[31m", "\xff\xfe\xc3\x28", "😀👩‍👩‍👧", `=HYPERLINK("https://evil.example")`, "{{.T}} {{", "%zz%00",
	}
}

var (
	scripted = regexp.MustCompile(`(?i)<script>|\s(href|src|action)="?\s*(javascript|data|vbscript):|<[a-z][^>"]*\son[a-z]+=|ZgotmplZ`)
	unnamed  = regexp.MustCompile(`>\s*\[[a-z_]+\.[a-z_.]+\]`)
)

// whole fails unless a page is escaped, readable to its end and free of messages
// that are missing.
func whole(t *testing.T, what string, status int, page string) {
	t.Helper()
	switch {
	case status >= 500:
		t.Errorf("%.200q: %d", what, status)
	case !utf8.ValidString(page) || strings.ContainsAny(page, "\x00\x1b"):
		t.Errorf("%.200q: the page has bytes that are no text", what)
	case scripted.MatchString(page):
		t.Errorf("%.200q: %q", what, scripted.FindString(page))
	case strings.ContainsAny(page, "\u202d\u202e"):
		t.Errorf("%.200q: the page is turned around", what)
	case unnamed.MatchString(page):
		t.Errorf("%.200q: %q", what, unnamed.FindString(page))
	case strings.Contains(page, "<html") && !strings.HasSuffix(strings.TrimSpace(page), "</html>"):
		t.Errorf("%.200q: the page breaks off", what)
	}
}

func TestNoQueryBreaksAPage(t *testing.T) {
	h := newHouse(t)
	pages := h.everyPage(t)
	b := h.as(t, h.add(t, "Olena", bot.Administrator))
	names := []string{
		"q", "country", "language", "kind", "page", "show", "said", "editor", "action", "before", "proposal", "topic", "do", "question",
		"now_language", "now_country", "now_topic", "by", "retired", "retire", "next", "format", "what", "back",
	}
	for _, page := range append(pages, "/desk/new/article", "/desk/new/service", "/desk/link/x", "/desk/export") {
		path, _, _ := strings.Cut(page, "?")
		for _, s := range hostile() {
			q := url.Values{"said": {"proposed"}}
			for _, name := range names {
				q.Set(name, s)
			}
			status, body := b.get(path + "?" + q.Encode())
			// A search is shown to whoever wrote it, as it is, and kept nowhere.
			body = strings.NewReplacer("\u202e", "", "\u202d", "", "\x1b", "").Replace(strings.ToValidUTF8(body, ""))
			whole(t, path+" "+s, status, body)
		}
		for _, q := range []string{"?q=%zz", "?a=1;b=2", "?said=%5Bkind%5D&said=proposed", "?page=-1", "?page=99999999999999999999", "?before=-9223372036854775808"} {
			status, body := b.get(path + q)
			whole(t, path+q, status, body)
		}
	}
	for _, path := range []string{"/desk/records/service/%00", "/desk/records/%22%3E/x", "/desk/edit/article/tp.work/%F0", "/desk/proposals/99999999999999999999", "/desk/import/%2e%2e", "/desk/people/0x1"} {
		status, body := b.get(path)
		whole(t, path, status, body)
	}
	if r := b.send("/desk/edit/organization/pl-office-for-foreigners", "kind=%zz", "Sec-Fetch-Site", "same-origin"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("a form that cannot be read: %d", r.StatusCode)
	}
}

// forms are the forms in which an editor writes.
var forms = []string{
	"/desk/edit/organization/pl-office-for-foreigners", "/desk/edit/phone/e164-48605687750", "/desk/edit/service/pl-lastrada", "/desk/edit/protection/PL",
	"/desk/edit/article/tp.work/pl", "/desk/edit/protection_text/PL/pl", "/desk/edit/service_text/pl-lastrada/pl", "/desk/edit/examples/tp.work/pl",
	"/desk/new/organization", "/desk/new/phone", "/desk/new/service", "/desk/new/fact",
}

func TestNoWordsBreakAForm(t *testing.T) {
	o := newOffice(t)
	b := o.as(t, o.add(t, "Anna", bot.Administrator))
	kept := []string{"kind", "id", "do"}
	fact := "/desk/edit/fact/" + o.answers.Directory().Records().Facts[0].ID
	for _, path := range append(forms, fact) {
		blank := b.open(path)
		for i, s := range hostile() {
			// Everything at once, then some fields at a time, so that the others let it pass.
			for _, part := range []int{-1, 0, 1, 2} {
				form, n := b.open(path), 0
				for _, name := range fieldsIn(blank) {
					if slices.Contains(kept, name) || strings.HasPrefix(name, "base") {
						continue
					}
					if n++; part < 0 || n%3 == part && (i+part)%2 == 0 {
						form.Set(name, s)
					}
				}
				if part >= 0 {
					form.Set("reason", s)
					form.Set("source", s)
				}
				for _, do := range []string{"more", "preview", "propose"} {
					if do == "more" && part >= 0 {
						continue
					}
					status, body := form.send(do)
					whole(t, path+" "+do+" "+s, status, body)
				}
			}
		}
	}
	for _, p := range o.waiting() {
		status, body := b.get(fmt.Sprintf("/desk/proposals/%d", p.ID))
		whole(t, fmt.Sprintf("proposal %d", p.ID), status, body)
		// What can be published may be refused: it must not break anything.
		_ = o.keeper.Publish(context.Background(), o.publisher, p.ID)
		for _, c := range p.Changes {
			for _, path := range []string{"/desk/records/", "/desk/edit/"} {
				status, body := b.get(path + string(c.Kind) + "/" + c.ID)
				whole(t, path+c.Ref.String(), status, body)
			}
		}
	}
	for _, path := range []string{"/desk/", "/desk/due", "/desk/proposals", "/desk/records?kind=organization", "/desk/records?kind=service&country=PL", "/desk/audit", "/desk/map", "/desk/texts", "/desk/preview?country=PL&topic=tp.work&language=pl"} {
		status, body := b.get(path)
		whole(t, path, status, body)
	}
}

func fieldsIn(s *sheet) []string {
	var names []string
	for name := range s.Values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// TestFormulasStayText writes formulas wherever words are kept, and reads the
// files that a spreadsheet opens.
func TestFormulasStayText(t *testing.T) {
	o := newOffice(t)
	chief := o.add(t, "=1+1", bot.Administrator)
	b := o.as(t, chief)
	formula := `=HYPERLINK("https://evil.example")`
	if fields := o.edited(bot.Ref{Kind: bot.KindOrganization, ID: "pl-office-for-foreigners"}, "name", formula); fieldsOf(fields) != "name" {
		t.Fatalf("changed: %v", fields)
	}
	_, page := b.get("/desk/audit.csv")
	rows, err := csv.NewReader(strings.NewReader(page)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/desk/export?format=csv&kind=organization", "/desk/export?format=csv&kind=service&country=PL"} {
		_, page := b.get(path)
		more, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(page, "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, more...)
	}
	seen := 0
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a spreadsheet takes this for a formula: %s", cell)
			}
			if strings.Contains(cell, formula) {
				seen++
			}
		}
	}
	if seen < 2 {
		t.Errorf("the formula stands in %d cells", seen)
	}
	_, raw := b.get("/desk/export?format=xlsx&kind=organization")
	f, err := excelize.OpenReader(bytes.NewReader([]byte(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for _, sheet := range f.GetSheetList() {
		lines, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for y, line := range lines {
			for x := range line {
				name, err := excelize.CoordinatesToCellName(x+1, y+1)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := f.GetCellFormula(sheet, name); err != nil || got != "" {
					t.Errorf("%s %s is the formula %s (%v)", sheet, name, got, err)
				}
			}
		}
	}
}

// TestAFileWithWhatNobodySeesIsRefused sends characters that turn texts around,
// or end them, in the cells of a file and in its name.
func TestAFileWithWhatNobodySeesIsRefused(t *testing.T) {
	o := newOffice(t)
	for _, s := range hostile() {
		file := csvOf(t, []string{"id", "city", "website", "notes"}, []string{"pl-lastrada", s, s, s}, []string{s, s, s, s})
		status, body, path := o.writer.sendFile(s+".csv", file)
		body = strings.NewReplacer("\u202e", "", "\u202d", "").Replace(strings.ToValidUTF8(body, "")) // a cell as it came
		whole(t, "import of "+s, status, body)
		if strings.HasPrefix(path, "/desk/import/") {
			status, body = o.writer.post(path, "reason", s, "source", s)
			whole(t, "proposing "+s, status, strings.NewReplacer("\u202e", "", "\u202d", "").Replace(body))
		}
	}
	for _, p := range o.waiting() {
		if strings.ContainsFunc(p.Reason+p.Source, bot.IsUnseen) || !utf8.ValidString(p.Reason) {
			t.Errorf("kept as reason: %q", p.Reason)
		}
		for _, c := range p.Changes {
			if strings.ContainsAny(c.Body, "\u202e\x00") || strings.Contains(c.Body, `\u0000`) || strings.Contains(c.Body, "javascript:") {
				t.Errorf("proposed: %s", c.Body)
			}
		}
	}
	_, err := o.keeper.Propose(t.Context(), o.publisher, directory.Draft{Origin: directory.FromForm, Reason: "r", Source: "s", Changes: []directory.Change{{
		Ref: bot.Ref{Kind: bot.KindOrganization, ID: "x"}, Body: `{"id":"x","name":"112 \u202eeman"}`,
	}}})
	if err == nil || !strings.Contains(err.Error(), "nobody can see") {
		t.Errorf("a name that is turned around: %v", err)
	}
}

func csvOf(t *testing.T, rows ...[]string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
