package exchange_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/exchange"
	"prystan/bot/facts"
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

func write(t testing.TB, f exchange.Format, r bot.Records) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := exchange.Write(&b, f, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t testing.TB, raw []byte, name string, current bot.Records) exchange.File {
	t.Helper()
	f, err := exchange.Read(bytes.NewReader(raw), name, current)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return f
}

func compare(t testing.TB, f exchange.File, current bot.Records) []exchange.Comparison {
	t.Helper()
	all, err := exchange.Compare(f.Rows, current)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// problems returns what the rows and notes say, one a line.
func problems(f exchange.File) string {
	var all []string
	for _, row := range f.Rows {
		for _, p := range row.Problems {
			all = append(all, p.Error())
		}
	}
	for _, n := range f.Notes {
		all = append(all, n.Error())
	}
	return strings.Join(all, "\n")
}

// some returns a small directory.
func some() bot.Records {
	sourced := bot.Standing{Confidence: bot.High, Sources: []bot.Source{{URL: "https://example.org"}}}
	unknown, _ := bot.ParseSchedule("unknown")
	return bot.Records{
		Organizations: []bot.Organization{{ID: "pl-help", Name: "Help"}},
		Phones: []bot.Phone{
			{ID: "e164-48226280120", Kind: bot.FullNumber, Number: "+48226280120"},
			{ID: "pl-0800", Kind: bot.ShortCode, Number: "0800", Country: "PL"},
		},
		Services: []bot.Service{{
			ID: "pl-line", Country: "PL", Organization: "pl-help", Need: bot.NeedLegal, Name: bot.Name{English: "Line"},
			Phones: []string{"e164-48226280120"}, Schedule: unknown, Cost: bot.Free, FromAbroad: bot.Unknown,
			Anonymous: bot.Unknown, ToPolice: bot.Unknown, City: "Kraków", Standing: sourced,
		}},
	}
}

func TestWhatWasExportedChangesNothing(t *testing.T) {
	r := shipped(t)
	all, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range exchange.Formats() {
		t.Run(string(format), func(t *testing.T) {
			raw := write(t, format, r)
			f := read(t, raw, "export"+format.Extension(), r)
			if len(f.Notes) > 0 {
				t.Errorf("notes: %v", f.Notes)
			}
			want := len(all)
			switch format {
			case exchange.HSDS:
				want = len(r.Organizations) + len(r.Phones) + len(r.Services)
			case exchange.CSV:
				want = len(r.Services)
			}
			if len(f.Rows) != want {
				t.Errorf("%d rows, not %d", len(f.Rows), want)
			}
			for _, c := range compare(t, f, r) {
				if c.State != exchange.Unchanged || c.Record.Body != c.Before {
					t.Errorf("%s %s is %s: %v %v", c.Where, c.Record.Ref, c.State, c.Problems, c.Differences)
				}
			}
			if format == exchange.XLSX || format == exchange.YAML {
				takenUpWhole(t, read(t, raw, "export"+format.Extension(), bot.Records{}), all)
			}
		})
	}
}

// takenUpWhole checks that an empty directory gets every record from a file.
func takenUpWhole(t *testing.T, f exchange.File, want []bot.Record) {
	t.Helper()
	got := make(map[bot.Ref]string)
	for _, row := range f.Rows {
		if len(row.Problems) > 0 {
			t.Errorf("%s: %v", row.Where, row.Problems)
		}
		got[row.Record.Ref] = row.Record.Body
	}
	for _, rec := range want {
		if got[rec.Ref] != rec.Body {
			t.Errorf("%s became %s, not %s", rec.Ref, got[rec.Ref], rec.Body)
		}
	}
}

func TestEveryKindGoesThroughCSV(t *testing.T) {
	r := shipped(t)
	for _, k := range bot.Kinds() {
		var b bytes.Buffer
		if err := exchange.WriteCSV(&b, k, r); err != nil {
			t.Fatal(err)
		}
		f := read(t, b.Bytes(), "anything.csv", r) // the columns tell
		for _, c := range compare(t, f, r) {
			if c.State != exchange.Unchanged {
				t.Errorf("%s %s is %s: %v %v", c.Where, c.Record.Ref, c.State, c.Problems, c.Differences)
			}
		}
		if len(f.Rows) == 0 {
			t.Errorf("no rows of %s", k)
		}
	}
}

func TestOneServiceAsHSDSChangesNothing(t *testing.T) {
	r := shipped(t)
	for _, s := range r.Services[:20] {
		var b bytes.Buffer
		if err := exchange.WriteService(&b, r, s.ID); err != nil {
			t.Fatal(err)
		}
		for _, c := range compare(t, read(t, b.Bytes(), "service.json", r), r) {
			if c.State != exchange.Unchanged {
				t.Errorf("%s is %s: %v %v", c.Record.Ref, c.State, c.Problems, c.Differences)
			}
		}
	}
	if err := exchange.WriteService(&bytes.Buffer{}, r, "nobody"); err == nil {
		t.Error("a service that is none is written")
	}
}

func TestFieldsThatAFileDoesNotHoldStayAsTheyStand(t *testing.T) {
	current := some()
	for name, file := range map[string]string{
		"services.csv":  "id,name.en\npl-line,Hotline\n",
		"services.yaml": "services:\n- id: pl-line\n  name: {en: Hotline}\n",
		"other.csv":     "\ufeffid;name.en;need\r\npl-line;Hotline;legal_aid\r\n",
	} {
		all := compare(t, read(t, []byte(file), name, current), current)
		if len(all) != 1 || all[0].State != exchange.Changed || len(all[0].Differences) != 1 {
			t.Fatalf("%s: %+v", name, all)
		}
		if d := all[0].Differences[0]; d != (bot.Difference{Field: "name.en", Before: "Line", After: "Hotline"}) {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func TestAnEmptyCellEmptiesTheField(t *testing.T) {
	current := some()
	all := compare(t, read(t, []byte("id,city\npl-line,\n"), "services.csv", current), current)
	if len(all) != 1 || len(all[0].Differences) != 1 || all[0].Differences[0].Field != "city" || all[0].Differences[0].After != "" {
		t.Errorf("%+v", all)
	}
}

func TestANewHelplineComesWithItsNumberAndOrganization(t *testing.T) {
	current := some()
	file := "id;country;need;name.en;organization_name;numbers;confidence;sources\n" +
		"pl-new;PL;legal_aid;New line;Fundacja Łączka;22 628 01 21, 116 123;medium;https://example.org/new (2026-11) says so\n" +
		"pl-two;pl;police;Second;Help;+48 22 628 01 20;low;\n"
	got := make(map[string]exchange.Comparison)
	for _, c := range compare(t, read(t, []byte(file), "services.csv", current), current) {
		got[c.Record.Ref.String()] = c
		if c.State != exchange.New {
			t.Errorf("%s is %s: %v", c.Record.Ref, c.State, c.Problems)
		}
	}
	for _, want := range []string{"service pl-new", "service pl-two", "phone e164-48226280121", "phone pl-116123", "organization pl-fundacja-laczka"} {
		if _, ok := got[want]; !ok {
			t.Errorf("there is no %s", want)
		}
	}
	if len(got) != 5 {
		t.Errorf("%d rows, not 5", len(got))
	}
	two, _ := got["service pl-two"].Record.Value()
	if s := two.(bot.Service); s.Organization != "pl-help" || !slices.Equal(s.Phones, []string{"e164-48226280120"}) {
		t.Errorf("%+v", s)
	}
}

func TestMistakesAreNamedByCellWithASentence(t *testing.T) {
	current := some()
	for _, c := range []struct{ name, file, want string }{
		{"services.csv", "id,need\npl-line,tea\n", `B2: need: "tea" is none of emergency`},
		{"services.csv", "id,website\npl-line,www.example.org\n", `B2: website: "www.example.org" is no full web address`},
		{"services.csv", "id,email\npl-line,nobody\n", `B2: email: "nobody" is no e-mail`},
		{"services.csv", "id,schedule\npl-line,sometimes\n", `B2: schedule: "sometimes" is no schedule`},
		{"services.csv", "id,languages\npl-line,uk; ukrainian\n", `B2: languages: "ukrainian" is no language`},
		{"services.csv", "id,country\npl-line,Poland\n", `B2: country: "POLAND" is no country`},
		{"services.csv", "id,assured\npl-line,11/24/2026\n", `B2: assured: "11/24/2026" may be two dates`},
		{"services.csv", "id,assured\npl-line,Nov-26\n", `B2: assured: "Nov-26" is no date`},
		{"services.csv", "id,professionals\npl-line,maybe\n", `B2: professionals: "maybe" is not yes or no`},
		{"services.csv", "id,order\npl-line,first\n", `B2: order: "first" is no whole number`},
		{"services.csv", "id,sources\npl-line,\n", `B2: sources: would be shown to people without a source`},
		{"services.csv", "id,sources\npl-line,https://example.org because\n", `B2: sources: "https://example.org because" is no source`},
		{"services.csv", "id,organization\npl-line,nobody\n", `B2: organization: there is no organization "nobody"`},
		{"services.csv", "id,phones\npl-line,nowhere\n", `B2: phones: there is no phone "nowhere"`},
		{"services.csv", "id,city\npl-line,A\npl-line,B\n", `A3: id: "pl-line" stands in A2 already`},
		{"services.csv", "id,city\n\n,A\n", `A3: id: must not be empty`},
		{"services.csv", "id,city\npl-line,=1+1\n", `B2: city: is a formula`},
		{"services.csv", "id,city\npl-line,#REF!\n", `B2: city: #REF! is an error`},
		{"services.csv", "id,numbers\npl-line,4.822E+10\n", `B2: phones: "4.822E+10" was rounded`},
		{"services.csv", "id,numbers\npl-line,48226280120\n", `B2: phones: "48226280120" may have lost its +`},
		{"services.csv", "id,numbers\npl-line,800\n", `B2: phones: "800" may have lost its first 0`},
		{"services.csv", "id,numbers\npl-line,12345678\n", `B2: phones: "12345678" is no number`},
		{"services.csv", "id,numbers,country\nua-x,442351620,UA\n", `"442351620" may have lost its first 0`},
		{"services.csv", "id,organization,organization_name\npl-line,pl-help,A\npl-two,pl-help,B\n", `C3: organization_name: "B" here, "A" elsewhere`},
		{"services.csv", "id,tea\npl-line,green\n", `B1: the column "tea" is not known`},
		{"phones.csv", "id,number\nx,226280120\n", `B2: number: "226280120" is of no country`},
		{"phones.csv", "id,kind,number,country\nx,short,48226280120,PL\n", `C2: number: "48226280120" may have lost its +`},
		{"phones.csv", "id,kind,number,country\nx,full,116123,PL\n", `C2: number: "116123" is no number`},
		{"service_texts.csv", "id,text\nnobody/uk,Words\n", `A2: id: there is no service "nobody"`},
		{"articles.csv", "id,title,now\ntp.work/uk,A,{{.Nothing}}\n", `C2: now: has a placeholder`},
		{"articles.csv", "id,title\ntea,A\n", `A2: id: "tea" is no identifier`},
		{"articles.csv", "id,title,now\ntp.tea/uk,A,B\n", `A2: id: "tp.tea" is no topic`},
		{"services.yaml", "services:\n- id: pl-line\n  tea: green\n", `services!3: tea: "tea" is not known`},
		{"services.yaml", "services:\n- id: pl-line\n  name: {fr: Ligne}\n", `services!3: name: "fr" is not known`},
		{"services.yaml", "services:\n- id: pl-line\n  assured: soon\n", `services!3: assured: "soon" is no date`},
		{"services.yaml", "services:\n- id: pl-line\n  schedule: soon\n", `services!3: schedule: "soon" is no schedule`},
		{"services.yaml", "services:\n- id: pl-line\n  languages: {a: b}\n", `services!3: languages:`},
		{"services.yaml", "teas:\n- id: green\nservices:\n- {id: pl-line}\n", `"teas" holds no records`},
		{"x.json", `{"id":"x","name":"N","status":"defunct"}`, `services!1: status: "defunct": a service that has ended`},
		{"x.json", `{"id":"x","name":"N","status":"active"}`, `services!1: need: must not be empty`},
	} {
		if got := problems(read(t, []byte(c.file), c.name, current)); !strings.Contains(got, c.want) {
			t.Errorf("%q says\n%s\nnot %s", c.file, got, c.want)
		}
	}
}

func TestARowWithAProblemHasNoRecord(t *testing.T) {
	f := read(t, []byte("id,need\npl-line,tea\n"), "services.csv", some())
	if f.Rows[0].Record.Body != "" || f.Rows[0].Record.ID != "pl-line" || f.Rows[0].Where.Row != 2 {
		t.Errorf("%+v", f.Rows[0])
	}
	if all := compare(t, f, some()); all[0].State != exchange.Invalid {
		t.Errorf("it is %s", all[0].State)
	}
}

func TestAFileThatIsNoneIsRefusedAsAWhole(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		want exchange.Code
	}{
		"a.xls":    {"\xd0\xcf\x11\xe0rubbish", exchange.OldExcel},
		"a.pdf":    {"%PDF", exchange.UnknownFormat},
		"a.xlsx":   {"PK\x03\x04rubbish", exchange.Unreadable},
		"b.csv":    {"name,number\na,b\n", exchange.NoKind},
		"c.csv":    {"id,id\na,b\n", exchange.ColumnTwice},
		"d.csv":    {"", exchange.NoKind},
		"e.csv":    {"id,city\n\"a,b", exchange.Unreadable},
		"a.yaml":   {"a: [", exchange.Unreadable},
		"b.yaml":   {"a: &x [1]\nb: *x\n", exchange.HasAliases},
		"c.yaml":   {"", exchange.NoRows},
		"d.yaml":   {"- a\n", exchange.NoKind},
		"a.json":   {"{", exchange.Unreadable},
		"b.json":   {`{"services":[]}`, exchange.NoRows},
		"big.yaml": {strings.Repeat("#", exchange.MaxBytes+1), exchange.TooLarge},
		"many.csv": {"id,city\n" + strings.Repeat("a,b\n", exchange.MaxRows+1), exchange.TooManyRows},
	} {
		_, err := exchange.Read(strings.NewReader(c.file), name, some())
		p, ok := err.(exchange.Problem)
		if !ok || p.Code != c.want || p.Error() == "" {
			t.Errorf("%s: %v, not %s", name, err, c.want)
		}
	}
}

func TestTheFormatIsToldByTheContentAndTheName(t *testing.T) {
	for _, c := range []struct {
		name, content string
		want          exchange.Format
	}{
		{"a", "PK\x03\x04", exchange.XLSX}, {"a.csv", "id", exchange.CSV}, {"a.TSV", "id", exchange.CSV},
		{"a", " {\"id\"", exchange.HSDS}, {"a.yml", "services:", exchange.YAML}, {"a.json", "x", exchange.HSDS},
	} {
		if got, err := exchange.Detect(c.name, []byte(c.content)); got != c.want || err != nil {
			t.Errorf("%s is %s (%v), not %s", c.name, got, err, c.want)
		}
	}
}

func TestEveryProblemHasItsSentence(t *testing.T) {
	for _, code := range exchange.Codes() {
		p := exchange.Problem{Code: code, Values: []string{"one", "two"}}
		if s := p.Error(); s == "" || strings.Contains(s, "{1}") || strings.Contains(s, "{2}") {
			t.Errorf("%s says %q", code, s)
		}
	}
}

// many returns n helplines of their own beside the shipped records.
func many(b *testing.B, n int) (all, current bot.Records) {
	current = shipped(b)
	all = current
	all.Services = nil
	for i := range n {
		s := current.Services[i%len(current.Services)]
		s.ID = fmt.Sprintf("%s-%d", s.ID, i)
		all.Services = append(all.Services, s)
	}
	return all, current
}

func BenchmarkHelplines(b *testing.B) {
	for _, n := range []int{1_000, 20_000} {
		for _, format := range exchange.Formats() {
			b.Run(fmt.Sprintf("%s/%d", format, n), func(b *testing.B) {
				all, current := many(b, n)
				raw := write(b, format, all)
				if len(raw) > exchange.MaxBytes {
					b.Skipf("%d MB are more than a file may have", len(raw)>>20)
				}
				b.ReportMetric(float64(len(raw))/(1<<20), "MB")
				for b.Loop() {
					compare(b, read(b, raw, "export"+format.Extension(), current), current)
				}
			})
		}
	}
}

func TestTheShippedFilesOfFactsAreReadAsTheyAre(t *testing.T) {
	r := shipped(t)
	names, err := filepath.Glob("../facts/data/*.yaml")
	if err != nil || len(names) < 30 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range compare(t, read(t, raw, name, r), r) {
			if c.State != exchange.Unchanged {
				t.Errorf("%s %s is %s: %v %v", name, c.Record.Ref, c.State, c.Problems, c.Differences)
			}
		}
	}
}

func TestANumberInNationalFormIsReadWithItsCountry(t *testing.T) {
	file := "id,number,country\na,22 628 01 21,PL\nb,116 123,pl\nc,(044) 235-16-20,UA\nd,+49 30 1234567,\n"
	want := []bot.Phone{
		{ID: "a", Kind: bot.FullNumber, Number: "+48226280121"}, {ID: "b", Kind: bot.ShortCode, Number: "116123", Country: "PL"},
		{ID: "c", Kind: bot.FullNumber, Number: "+380442351620"}, {ID: "d", Kind: bot.FullNumber, Number: "+49301234567"},
	}
	for i, row := range read(t, []byte(file), "phones.csv", some()).Rows {
		if v, err := row.Record.Value(); err != nil || v != want[i] {
			t.Errorf("%+v (%v %v), not %+v", v, err, row.Problems, want[i])
		}
	}
}
