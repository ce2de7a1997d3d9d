package exchange_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"prystan/bot"
	"prystan/bot/exchange"
)

// book returns a workbook with one sheet.
func book(t testing.TB, sheet string, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		for j, v := range row {
			name, _ := excelize.CoordinatesToCellName(j+1, i+1)
			if formula, ok := v.(formula); ok {
				if err := f.SetCellFormula(sheet, name, string(formula)); err != nil {
					t.Fatal(err)
				}
				row[j] = nil
				continue
			}
			if err := f.SetCellValue(sheet, name, v); err != nil {
				t.Fatal(cell, err)
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type formula string

func TestMistakesInASpreadsheetAreNamedByCell(t *testing.T) {
	for _, c := range []struct {
		rows [][]any
		want string
	}{
		{[][]any{{"id", "city"}, {"pl-line", formula("1+1")}}, `services!B2: city: is a formula`},
		{[][]any{{"id", "city"}, {formula(`"pl-"&"line"`), "x"}}, `services!A2: id: is a formula`},
		{[][]any{{"id", "numbers"}, {"pl-line", 48226280120}}, `services!B2: phones: "48226280120" is stored as a number`},
		{[][]any{{"id", "numbers"}, {"pl-line", 4.8226280120123e10}}, `services!B2: phones: `},
		{[][]any{{"id", "numbers"}, {"pl-line", 800}}, `services!B2: phones: "800" may have lost its first 0`},
		{[][]any{{"id", "assured"}, {"pl-line", 46350}}, `services!B2: assured: "46350" is no date`},
		{[][]any{{}, {"id", "need"}, {}, {"pl-line", "tea"}}, `services!B4: need: "tea" is none of`},
	} {
		if got := problems(read(t, book(t, "services", c.rows...), "a.xlsx", some())); !strings.Contains(got, c.want) {
			t.Errorf("%v says\n%s\nnot %s", c.rows, got, c.want)
		}
	}
}

func TestDatesAndShortCodesOfASpreadsheetAreRead(t *testing.T) {
	day := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	f := read(t, book(t, "Аркуш1", []any{"ID ", "Need", "Assured", "numbers", "order", "text_only"},
		[]any{"pl-line", "legal_aid", day, 112, 7, true}), "a.xlsx", some())
	if got := problems(f); got != "" {
		t.Fatal(got)
	}
	v, err := f.Rows[0].Record.Value()
	if err != nil {
		t.Fatal(err)
	}
	if s := v.(bot.Service); s.Assured.String() != "2026-11-24" || s.Phones[0] != "pl-112" || s.Order != 7 || !s.TextOnly {
		t.Errorf("%+v", s)
	}
}

func TestASheetThatHoldsNoRecordsIsPassedOverWithANote(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for sheet, cells := range map[string][]any{"Sheet1": {"hello"}, "phones": {"id", "number"}} {
		if _, err := f.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow(sheet, "A1", &cells); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	if got := problems(read(t, b.Bytes(), "a.xlsx", some())); got != `"Sheet1" holds no records and was passed over` {
		t.Error(got)
	}
}

func TestEveryCellOfASpreadsheetIsTextAndNoFormula(t *testing.T) {
	for _, city := range []string{"=1+1", "+48", "-5", "@SUM(A1)", "\tx", " _x0041_ ", "a\nb", "'x", "<&>"} {
		r := some()
		r.Services[0].City = city
		raw := write(t, exchange.XLSX, r)
		for _, c := range compare(t, read(t, raw, "a.xlsx", r), r) {
			if c.State != exchange.Unchanged {
				t.Errorf("%q comes back %s: %v %v", city, c.State, c.Differences, c.Problems)
			}
		}
		f, err := excelize.OpenReader(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		at, err := f.SearchSheet("services", "pl-line")
		if err != nil || len(at) != 1 {
			t.Fatal(at, err)
		}
		cell := "G2"
		if head, _ := f.GetCellValue("services", "G1"); head != "city" {
			t.Fatalf("column G is %s", head)
		}
		kind, _ := f.GetCellType("services", cell)
		if formula, _ := f.GetCellFormula("services", cell); formula != "" || (kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString) {
			t.Errorf("%q is the formula %q of type %v", city, formula, kind)
		}
		style, _ := f.GetCellStyle("services", cell)
		mark := f.Styles.CellXfs.Xf[style].QuotePrefix
		if quoted := mark != nil && *mark; quoted != strings.ContainsRune("=+-@\t", rune(city[0])) {
			t.Errorf("%q bears the mark of text: %v", city, quoted)
		}
		f.Close()
	}
}

func TestTheFirstSheetExplainsTheOthers(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(write(t, exchange.XLSX, some())))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if sheets := f.GetSheetList(); sheets[0] != "Read me" || len(sheets) != 1+len(bot.Kinds()) {
		t.Errorf("%v", sheets)
	}
	rows, err := f.GetRows("Read me")
	if err != nil || len(rows) < 50 {
		t.Errorf("%d rows (%v)", len(rows), err)
	}
}

// bomb returns a workbook of which one part unfolds to many times itself.
func bomb(t *testing.T, part, head, again, tail string, times int) []byte {
	t.Helper()
	small := book(t, "services", []any{"id"})
	in, err := zip.NewReader(bytes.NewReader(small), int64(len(small)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		if f.Name == part {
			continue
		}
		if err := out.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	w, err := out.Create(part)
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte(head))
	chunk := []byte(strings.Repeat(again, 1000))
	for range times / 1000 {
		w.Write(chunk)
	}
	w.Write([]byte(tail))
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAZipBombIsRefused(t *testing.T) {
	const sheet = "xl/worksheets/sheet1.xml"
	const head, tail = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="str"><v>id</v></c></row>`, `</sheetData></worksheet>`
	for name, c := range map[string]struct {
		raw  []byte
		want exchange.Code
	}{
		"more than can be unfolded":        {bomb(t, sheet, head, strings.Repeat(" ", 100), tail, 1_600_000), exchange.Unreadable},
		"more cells than can be looked at": {bomb(t, sheet, head+`<row r="2">`, "<c/>", "</row>"+tail, 4_001_000), exchange.TooManyRows},
		"a million rows":                   {bomb(t, sheet, head+`<row r="1048576"><c r="A1048576" t="str"><v>x</v></c></row>`, "", tail, 0), exchange.TooManyRows},
	} {
		if len(c.raw) > 2<<20 {
			t.Errorf("%s: %d bytes are no bomb", name, len(c.raw))
		}
		_, err := exchange.Read(bytes.NewReader(c.raw), "a.xlsx", some())
		if p, ok := err.(exchange.Problem); !ok || p.Code != c.want {
			t.Errorf("%s: %v, not %s", name, err, c.want)
		}
	}
}
