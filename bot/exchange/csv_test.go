package exchange_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"prystan/bot"
	"prystan/bot/exchange"
)

func TestCSVIsReadHoweverASpreadsheetProgramSavedIt(t *testing.T) {
	for _, c := range []struct {
		name, words string
		encoding    encoding.Encoding
		note        string
	}{
		{"UTF-8", "Допомога Zażółć", unicode.UTF8, ""},
		{"UTF-8 with mark", "Допомога Zażółć", unicode.UTF8BOM, ""},
		{"UTF-16 little", "Допомога Zażółć", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), ""},
		{"UTF-16 big", "Допомога Zażółć", unicode.UTF16(unicode.BigEndian, unicode.UseBOM), ""},
		{"Ukrainian", "Гаряча лінія для постраждалих", charmap.Windows1251, "Windows-1251"},
		{"Russian", "Горячая линия; ЭТО ВАЖНО, объявление", charmap.Windows1251, "Windows-1251"},
		{"Polish", "Zażółć gęślą jaźń", charmap.Windows1250, "Windows-1250"},
		{"Czech", "Linka bezpečí, příliš žluťoučký kůň", charmap.Windows1250, "Windows-1250"},
		{"Romanian", "Linia fără frică şi ţară", charmap.Windows1250, "Windows-1250"},
		{"French", "Écoute français, père Noël", charmap.Windows1252, "Windows-1252"},
		{"Norwegian", "Hjelp på norsk, sør", charmap.Windows1252, "Windows-1252"},
	} {
		raw, err := c.encoding.NewEncoder().String("id;name.native\r\npl-line;\"" + c.words + "\"\r\n")
		if err != nil {
			t.Fatal(err)
		}
		f := read(t, []byte(raw), "services.csv", some())
		v, err := f.Rows[0].Record.Value()
		if err != nil {
			t.Fatalf("%s: %v %v", c.name, err, problems(f))
		}
		if got := v.(bot.Service).Name.Native; got != c.words {
			t.Errorf("%s: %q became %q", c.name, c.words, got)
		}
		if got := problems(f); (got == "") != (c.note == "") || !strings.Contains(got, c.note) {
			t.Errorf("%s: the note is %q, not %q", c.name, got, c.note)
		}
	}
}

func TestCSVIsSplitBySemicolonCommaOrTab(t *testing.T) {
	for _, file := range []string{
		"id,city,order\npl-line,\"Lviv, Ukraine\",5\n", "id;city;order\r\npl-line;Lviv, Ukraine;5\r\n",
		"id\tcity\torder\npl-line\tLviv, Ukraine\t5", "sep=;\r\nid;city;order\r\npl-line;Lviv, Ukraine;5\r\n",
	} {
		v, err := read(t, []byte(file), "services.csv", some()).Rows[0].Record.Value()
		if err != nil {
			t.Fatal(err)
		}
		if s := v.(bot.Service); s.City != "Lviv, Ukraine" || s.Order != 5 {
			t.Errorf("%q is %q, %d", file, s.City, s.Order)
		}
	}
}

func TestRowsAreCountedAsASpreadsheetDoes(t *testing.T) {
	f := read(t, []byte("\r\nid,city\r\n\r\nua-a,\"two\r\nlines\"\r\n\n\nua-b,x\n"), "services.csv", some())
	if len(f.Rows) != 2 || f.Rows[0].Where.Row != 4 || f.Rows[1].Where.Row != 7 {
		t.Errorf("%+v", f.Rows)
	}
}

func TestDatesAreReadWithTheDayFirstAndDotsOnly(t *testing.T) {
	for written, want := range map[string]string{
		"2026-11-24": "2026-11-24", "2026-11": "2026-11", "2026": "2026", "24.11.2026": "2026-11-24", "1.2.2026": "2026-02-01", "": "",
		"11/24/2026": "", "24-11-2026": "", "2026/11/24": "", "31.02.2026": "", "Nov 26": "",
	} {
		f := read(t, []byte("id,assured\npl-line,"+written+"\n"), "services.csv", some())
		if (want == "") != (len(f.Rows[0].Problems) > 0) && written != "" {
			t.Errorf("%q: %v", written, f.Rows[0].Problems)
			continue
		}
		if want == "" {
			continue
		}
		if v, _ := f.Rows[0].Record.Value(); v.(bot.Service).Assured.String() != want {
			t.Errorf("%q is %s", written, v.(bot.Service).Assured)
		}
	}
}

func TestACellThatWouldStartAFormulaIsWrittenAsText(t *testing.T) {
	for _, city := range []string{"=1+1", "+48", "-5", "@SUM(A1)", "\tx", "'s-Hertogenbosch", "'=1", "''", "plain"} {
		r := some()
		r.Services[0].City = city
		raw := write(t, exchange.CSV, r)
		lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			for _, cell := range line {
				if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
					t.Errorf("the cell %q starts a formula", cell)
				}
			}
		}
		for _, c := range compare(t, read(t, raw, "services.csv", r), r) {
			if c.State != exchange.Unchanged {
				t.Errorf("%q comes back %s: %v %v", city, c.State, c.Differences, c.Problems)
			}
		}
	}
}

func TestNumbersAreReadWithTheApostropheAndWithout(t *testing.T) {
	for _, number := range []string{"+48226280120", "'+48226280120", "+48 22 628 01 20"} {
		f := read(t, []byte("id,numbers\npl-line,"+number+"\n"), "services.csv", some())
		if c := compare(t, f, some()); len(c) != 1 || c[0].State != exchange.Unchanged {
			t.Errorf("%q is %+v", number, c)
		}
	}
}

func TestCSVOfServicesIsReadableAndNamesNoEditor(t *testing.T) {
	r := some()
	r.Services[0].AssuredBy = "Olha Kovalenko"
	raw := string(write(t, exchange.CSV, r))
	if !strings.HasPrefix(raw, "\ufeffid,country,organization,organization_name,need,") {
		t.Errorf("it begins %q", raw[:60])
	}
	if !strings.Contains(raw, ",Help,") || !strings.Contains(raw, "'+48226280120") || strings.Contains(raw, "Kovalenko") {
		t.Error(raw)
	}
	if c := compare(t, read(t, []byte(raw), "services.csv", r), r); c[0].State != exchange.Unchanged {
		t.Errorf("%+v", c)
	}
}

func TestTheNameTellsWhatTheColumnsDoNot(t *testing.T) {
	for name, want := range map[string]bot.Kind{"facts (2).csv": bot.KindFact, "my-service_texts.csv": bot.KindServiceText} {
		if got := read(t, []byte("id,text\na/uk,words\n"), name, some()).Rows[0].Record.Kind; got != want {
			t.Errorf("%s holds %s, not %s", name, got, want)
		}
	}
	if _, err := exchange.Read(strings.NewReader("id,text\na,words\n"), "new.csv", some()); err == nil {
		t.Error("what may be two kinds is read")
	}
}
