package desk_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"prystan/bot"
	"prystan/bot/directory"
	"prystan/bot/exchange"
	"prystan/locales"
)

// send sends a file to be imported, and returns the page that it leads to and
// the address of that.
func (b *browser) sendFile(name string, content []byte) (status int, body, path string) {
	b.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		b.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, b.base+"/desk/import", &form)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	r, err := b.Do(req)
	status, body = b.read(r, err)
	return status, body, r.Request.URL.Path
}

// file returns what is published as a file.
func (h *house) file(t testing.TB, f exchange.Format, r bot.Records) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := exchange.Write(&b, f, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// typed returns a spreadsheet of what is published with something typed into
// cells of the sheet "services".
func (h *house) typed(t testing.TB, type_ func(at func(id, column string) string, f *excelize.File)) []byte {
	t.Helper()
	raw := h.file(t, exchange.XLSX, exchange.Only(h.answers.Directory().Records(), bot.KindService))
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("services")
	if err != nil {
		t.Fatal(err)
	}
	type_(func(id, column string) string {
		row := slices.IndexFunc(rows, func(r []string) bool { return r[0] == id })
		name, err := excelize.CoordinatesToCellName(slices.Index(rows[0], column)+1, row+1)
		if row < 0 || err != nil {
			t.Fatalf("no cell %s of %s", column, id)
		}
		return name
	}, f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (h *house) waiting(t testing.TB) []directory.Proposal {
	t.Helper()
	all, err := h.DB.WaitingProposals(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAFileShowsItsMistakesWithTheCellAndASentence(t *testing.T) {
	h := newHouse(t)
	olena := h.as(t, h.add(t, "Olena", bot.Contributor))
	var cells []string
	raw := h.typed(t, func(at func(id, column string) string, f *excelize.File) {
		for _, c := range []struct{ id, column, text string }{
			{"pl-kcik", "cost", "cheap"},
			{"pl-emergency", "website", "www.112"},
			{"pl-feminoteka-ua", "assured", "11/24/2026"},
			{"pl-116000", "city", "Radom"},
		} {
			cells = append(cells, "services!"+at(c.id, c.column))
			if err := f.SetCellValue("services", at(c.id, c.column), c.text); err != nil {
				t.Fatal(err)
			}
		}
		cells = append(cells, "services!"+at("pl-pip", "name.en"))
		if err := f.SetCellFormula("services", at("pl-pip", "name.en"), `=CONCATENATE("a","b")`); err != nil {
			t.Fatal(err)
		}
	})
	status, body, path := olena.sendFile("lines.xlsx", raw)
	if status != http.StatusOK || !strings.HasPrefix(path, "/desk/import/") {
		t.Fatalf("%d at %s\n%s", status, path, body)
	}
	for _, want := range []string{
		cells[0], "“cheap” is none of: free, standard, unknown.", cells[1], "“www.112” is no full web address",
		cells[2], "“11/24/2026” may be two dates", cells[4], "This is a formula.", "Invalid: 4", "Changed: 1", "New: 0",
		"Radom", "Poland: 1 record",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q:\n%s", want, body)
		}
	}
	if strings.Contains(body, cells[3]) && !strings.Contains(body, "City") {
		t.Error("the page does not name the field that changes")
	}
	if len(h.waiting(t)) != 0 {
		t.Fatal("the first step has proposed something")
	}
	if status, body := olena.get(path + "?show=invalid"); status != http.StatusOK || strings.Contains(body, "Radom") || !strings.Contains(body, "cheap") {
		t.Errorf("only the invalid rows: %d\n%s", status, body)
	}
	if status, body := olena.post(path, "reason", "  ", "source", ""); status != http.StatusUnprocessableEntity || !strings.Contains(body, `aria-invalid="true"`) {
		t.Errorf("without a reason: %d\n%s", status, body)
	}
	if status, body := olena.post(path, "reason", "list of November", "source", "https://example.org"); status != http.StatusOK || !strings.Contains(body, "Proposed. Somebody else") {
		t.Fatalf("proposing: %d\n%s", status, body)
	}
	all := h.waiting(t)
	if len(all) != 1 || len(all[0].Changes) != 1 || all[0].Changes[0].ID != "pl-116000" || all[0].Origin != directory.FromFile || all[0].Reason != "list of November" {
		t.Fatalf("there wait %+v", all)
	}
	if status, _ := olena.post(path, "reason", "again", "source", "again"); status != http.StatusNotFound || len(h.waiting(t)) != 1 {
		t.Errorf("the button pressed twice: %d, %d proposals", status, len(h.waiting(t)))
	}
}

func TestTheSameFileTwiceChangesNothing(t *testing.T) {
	h := newHouse(t)
	olena, marta := h.as(t, h.add(t, "Olena", bot.Contributor)), h.as(t, h.add(t, "Marta", bot.RoleEditor))
	raw := h.typed(t, func(at func(id, column string) string, f *excelize.File) {
		for id, city := range map[string]string{"pl-116000": "Radom", "pl-kcik": "Opole", "cz-emergency": "Brno"} {
			if err := f.SetCellValue("services", at(id, "city"), city); err != nil {
				t.Fatal(err)
			}
		}
	})
	_, _, path := olena.sendFile("lines.xlsx", raw)
	if status, body := olena.post(path, "reason", "list", "source", "list"); status != http.StatusOK || !strings.Contains(body, "Proposed, one for each country") {
		t.Fatalf("%d\n%s", status, body)
	}
	all := h.waiting(t)
	if len(all) != 2 {
		t.Fatalf("%d proposals wait, not one a country", len(all))
	}
	for _, p := range all {
		if status, body := marta.post(fmt.Sprintf("/desk/proposals/%d", p.ID), "answer", "publish"); status != http.StatusOK || !strings.Contains(body, "Published.") {
			t.Fatalf("publishing: %d\n%s", status, body)
		}
	}
	if s, _ := h.answers.Directory().AnyService("cz-emergency"); s.City != "Brno" {
		t.Errorf("the city is %q", s.City)
	}
	status, body, path := olena.sendFile("lines.xlsx", raw)
	if status != http.StatusOK || !strings.Contains(body, "Nothing would change") || strings.Contains(body, `name="reason"`) {
		t.Errorf("the same file again: %d\n%s", status, body)
	}
	if status, _ := olena.post(path, "reason", "x", "source", "x"); status != http.StatusUnprocessableEntity || len(h.waiting(t)) != 0 {
		t.Errorf("proposing nothing: %d", status)
	}
}

func TestWhatIsExportedImportsUnchanged(t *testing.T) {
	h := newHouse(t)
	olena := h.as(t, h.add(t, "Olena", bot.Contributor))
	for _, q := range []struct{ query, name string }{
		{"format=xlsx", "prystan-2026-11-24.xlsx"},
		{"format=csv", "prystan-2026-11-24.csv"},
		{"format=yaml", "prystan-2026-11-24.yaml"},
		{"format=hsds", "prystan-2026-11-24.json"},
		{"format=csv&kind=service_text&country=PL", "prystan-PL-service-text-2026-11-24.csv"},
		{"format=xlsx&country=CZ", "prystan-CZ-2026-11-24.xlsx"},
		{"format=hsds&country=CZ&kind=article", "prystan-CZ-2026-11-24.json"},
		{"format=yaml&kind=article", "prystan-article-2026-11-24.yaml"},
	} {
		r, err := olena.Get(olena.base + "/desk/export?" + q.query)
		status, content := olena.read(r, err)
		if got := r.Header.Get("Content-Disposition"); status != http.StatusOK || got != `attachment; filename="`+q.name+`"` {
			t.Errorf("%s: %d, %s", q.query, status, got)
		}
		status, body, _ := olena.sendFile(q.name, []byte(content))
		if status != http.StatusOK || !strings.Contains(body, "Nothing would change") || strings.Contains(body, "Unchanged: 0") {
			t.Errorf("%s: %d\n%.3000s", q.query, status, body)
		}
	}
	for _, query := range []string{"", "format=doc", "format=csv&country=US", "format=csv&kind=dog"} {
		if status, _ := olena.get("/desk/export?" + query); status != http.StatusNotFound {
			t.Errorf("%q: %d", query, status)
		}
	}
	if status, body := h.anonymous(t).get("/desk/export?format=csv"); strings.Contains(body, "pl-kcik") {
		t.Errorf("somebody who is not signed in gets the file: %d", status)
	}
}

func TestABrokenFileChangesNothing(t *testing.T) {
	h := newHouse(t)
	olena := h.as(t, h.add(t, "Olena", bot.Contributor))
	whole := h.file(t, exchange.XLSX, h.answers.Directory().Records())
	for _, c := range []struct {
		name, file string
		content    []byte
		says       string
	}{
		{"cut short", "lines.xlsx", whole[:len(whole)/2], "cannot be read as XLSX"},
		{"an old Excel", "lines.xls", []byte("\xd0\xcf\x11\xe0 and so on"), "old Excel"},
		{"no table", "photo.jpg", []byte("\xff\xd8\xff\xe0"), "no file that can be read here"},
		{"no header", "lines.csv", []byte("a,b\n1,2\n"), "header row"},
		{"no JSON", "lines.json", []byte("{"), "cannot be read as HSDS"},
		{"empty", "lines.yaml", nil, "holds no records"},
		{"too large", "lines.csv", bytes.Repeat([]byte("x"), exchange.MaxBytes+1), "larger than 20 MB"},
	} {
		status, body, _ := olena.sendFile(c.file, c.content)
		if status != http.StatusUnprocessableEntity || !strings.Contains(body, c.says) || !strings.Contains(body, `aria-invalid="true"`) {
			t.Errorf("%s: %d, and the page does not say %q:\n%.2000s", c.name, status, c.says, body)
		}
	}
	if status, body := olena.post("/desk/import", "file", "lines.csv"); status != http.StatusUnprocessableEntity || !strings.Contains(body, "choose a file") {
		t.Errorf("no file: %d\n%s", status, body)
	}
	if len(h.waiting(t)) != 0 {
		t.Error("something was proposed")
	}
}

func TestAnImportIsOfTheEditorWhoSentIt(t *testing.T) {
	h := newHouse(t)
	id := h.add(t, "Olena", bot.Contributor)
	olena, elsewhere, marta := h.as(t, id), h.as(t, id), h.as(t, h.add(t, "Marta", bot.Administrator))
	file := []byte("id,city\npl-kcik,Opole\n")
	_, body, path := olena.sendFile("services.csv", file)
	if !strings.Contains(body, "Opole") {
		t.Fatal(body)
	}
	for name, b := range map[string]*browser{"another editor": marta, "another session": elsewhere} {
		if status, body := b.get(path); status != http.StatusNotFound || strings.Contains(body, "Opole") {
			t.Errorf("%s sees it: %d", name, status)
		}
		if status, _ := b.post(path, "reason", "mine", "source", "mine"); status != http.StatusNotFound || len(h.waiting(t)) != 0 {
			t.Errorf("%s proposes it: %d", name, status)
		}
	}
	h.Clock.Advance(31 * time.Minute)
	if status, _ := olena.post(path, "reason", "late", "source", "late"); status != http.StatusNotFound || len(h.waiting(t)) != 0 {
		t.Errorf("after half an hour: %d", status)
	}
}

func TestFilesAreKeptForAFewOnly(t *testing.T) {
	h := newHouse(t)
	olena, ion := h.as(t, h.add(t, "Olena", bot.Contributor)), h.as(t, h.add(t, "Ion", bot.Contributor))
	file := []byte("id,city\npl-kcik,Opole\n")
	_, _, other := ion.sendFile("services.csv", file)
	_, _, first := olena.sendFile("services.csv", file)
	last := ""
	for range 30 {
		_, _, last = olena.sendFile("services.csv", file)
	}
	for path, want := range map[string]int{first: http.StatusNotFound, last: http.StatusOK} {
		if status, _ := olena.get(path); status != want {
			t.Errorf("%s: %d, not %d", path, status, want)
		}
	}
	if status, _ := ion.get(other); status != http.StatusOK {
		t.Errorf("one who sends many files takes the place of others: %d", status)
	}
}

func TestAnImportGoesNoFurtherThanTheRights(t *testing.T) {
	h := newHouse(t)
	ion := h.as(t, h.add(t, "Ion", bot.RoleEditor, "PL"))
	file := []byte("id,city\npl-kcik,Opole\ncz-emergency,Brno\n")
	_, body, path := ion.sendFile("services.csv", file)
	for _, want := range []string{"your rights do not reach this record", "Left out: 1", "Changed: 1", "Poland: 1 record"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q:\n%s", want, body)
		}
	}
	if status, body := ion.post(path, "reason", "list", "source", "list"); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, body)
	}
	if all := h.waiting(t); len(all) != 1 || len(all[0].Changes) != 1 || all[0].Changes[0].ID != "pl-kcik" {
		t.Errorf("there wait %+v", all)
	}
}

func TestWhatChangedSinceTheFileWasReadIsNotOverwritten(t *testing.T) {
	h := newHouse(t)
	marta, olena := h.as(t, h.add(t, "Marta", bot.RoleEditor)), h.as(t, h.add(t, "Olena", bot.RoleEditor))
	_, _, mine := olena.sendFile("services.csv", []byte("id,city\npl-kcik,Opole\ncz-emergency,Brno\n"))
	_, _, theirs := marta.sendFile("services.csv", []byte("id,city\npl-kcik,Radom\n"))
	marta.post(theirs, "reason", "list", "source", "list")
	if status, body := olena.post(fmt.Sprintf("/desk/proposals/%d", h.waiting(t)[0].ID), "answer", "publish"); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, body)
	}
	status, body := olena.post(mine, "reason", "list", "source", "list")
	if status != http.StatusConflict || !strings.Contains(body, "Somebody has changed this meanwhile") || !strings.Contains(body, "Poland") {
		t.Errorf("%d\n%s", status, body)
	}
	if all := h.waiting(t); len(all) != 1 || all[0].Changes[0].ID != "cz-emergency" {
		t.Errorf("there wait %+v", all)
	}
}

func TestEveryMistakeOfAFileHasASentenceInEachLanguage(t *testing.T) {
	h := newHouse(t)
	messages, err := locales.NewDeskCatalog(h.Catalog)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range bot.DeskLanguages() {
		for _, code := range exchange.Codes() {
			if key := "exchange.problem." + string(code); !messages.Printer(l).Has(key) {
				t.Errorf("%s has no message %s", l, key)
			}
		}
	}
}

// thousand returns a spreadsheet of a thousand helplines, each with a number and
// an organization of its own.
func thousand(t testing.TB) []byte {
	t.Helper()
	var r bot.Records
	for i := range 1000 {
		id := fmt.Sprintf("pl-import-%d", i)
		r.Organizations = append(r.Organizations, bot.Organization{ID: id, Name: "Organization " + id})
		r.Phones = append(r.Phones, bot.Phone{ID: id, Kind: bot.FullNumber, Number: fmt.Sprintf("+48226%06d", 280000+i)})
		unknown, _ := bot.ParseSchedule("unknown")
		r.Services = append(r.Services, bot.Service{
			ID: id, Country: "PL", Organization: id, Need: bot.NeedLegal, Name: bot.Name{English: "Line " + id}, Phones: []string{id},
			Schedule: unknown, Cost: bot.CostUnknown, FromAbroad: bot.Unknown, Anonymous: bot.Unknown, ToPolice: bot.Unknown,
			Standing: bot.Standing{Confidence: bot.High, Sources: []bot.Source{{URL: "https://example.org/" + id}}},
		})
	}
	var b bytes.Buffer
	if err := exchange.Write(&b, exchange.XLSX, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// importThousand imports a thousand helplines and publishes them.
func importThousand(t testing.TB, h *house, olena, marta *browser, file []byte) {
	status, body, path := olena.sendFile("lines.xlsx", file)
	if status != http.StatusOK || !strings.Contains(body, "Poland: 3,000 records") && !strings.Contains(body, "Poland: 3000 records") {
		t.Fatalf("%d\n%.3000s", status, body)
	}
	if status, body := olena.post(path, "reason", "list", "source", "list"); status != http.StatusOK {
		t.Fatalf("%d\n%.3000s", status, body)
	}
	all := h.waiting(t)
	page := fmt.Sprintf("/desk/proposals/%d", all[len(all)-1].ID)
	if status, body := marta.get(page); status != http.StatusOK {
		t.Fatalf("%d\n%.3000s", status, body)
	}
	if status, body := marta.post(page, "answer", "publish"); status != http.StatusOK || !strings.Contains(body, "Published.") {
		t.Fatalf("%d\n%.3000s", status, body)
	}
}

func TestAThousandHelplinesAreOneProposal(t *testing.T) {
	h := newHouse(t)
	olena, marta := h.as(t, h.add(t, "Olena", bot.Contributor)), h.as(t, h.add(t, "Marta", bot.RoleEditor))
	importThousand(t, h, olena, marta, thousand(t))
	if _, ok := h.answers.Directory().Service("pl-import-999"); !ok {
		t.Error("the last of them is not published")
	}
}

// BenchmarkImportAThousand is a thousand helplines from a file to the public:
// sent, looked at, proposed and published.
func BenchmarkImportAThousand(b *testing.B) {
	file := thousand(b)
	for b.Loop() {
		b.StopTimer()
		h := newHouse(b)
		olena, marta := h.as(b, h.add(b, "Olena", bot.Contributor)), h.as(b, h.add(b, "Marta", bot.RoleEditor))
		b.StartTimer()
		importThousand(b, h, olena, marta, file)
	}
}

func TestNobodyPutsTheNameOfAnotherToAFact(t *testing.T) {
	h := newHouse(t)
	marta, olena := h.add(t, "Marta", bot.RoleEditor), h.add(t, "Olena", bot.Contributor)
	if _, err := h.keeper.Assure(t.Context(), marta, bot.Ref{Kind: bot.KindService, ID: "pl-kcik"}); err != nil {
		t.Fatal(err)
	}
	b := h.as(t, olena)
	for file, want := range map[string]string{
		"id,assured,assured_by\npl-lastrada,2026-11-24,Marta\n": "Only Marta can put this name",
		"id,assured\npl-kcik,2026-11-23\n":                      "Only Marta can put this name", // her name, another day
		"id,assured_by\npl-kcik,Ivan\n":                         "Only Ivan can put this name",
		"id,assured,assured_by\npl-kcik,2026-11-24,Olena\n":     "Poland: 1 record",
		"id,assured,assured_by\npl-kcik,2026-11-23,\n":          "Poland: 1 record",
		"id,city\npl-kcik,Opole\n":                              "Poland: 1 record",
	} {
		if _, body, _ := b.sendFile("services.csv", []byte(file)); !strings.Contains(body, want) {
			t.Errorf("%s: %s", file, between(body, "<main", "</main>"))
		}
	}
	ref := bot.Ref{Kind: bot.KindService, ID: "pl-kcik"}
	stored, err := h.DB.Stored(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.keeper.Propose(t.Context(), olena, directory.Draft{Origin: directory.FromForm, Reason: "r", Source: "s", Changes: []directory.Change{{
		Ref: ref, Base: stored.Revision, Body: strings.Replace(stored.Body, `"assured_by":"Marta"`, `"assured_by":"Ivan"`, 1),
	}}})
	if err == nil || !strings.Contains(err.Error(), "only Ivan") {
		t.Errorf("a forged form: %v", err)
	}
}
