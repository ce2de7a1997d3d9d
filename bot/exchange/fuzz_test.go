package exchange_test

import (
	"bytes"
	"testing"

	"prystan/bot/exchange"
)

// fuzz reads rubbish, which may be refused and nothing else, and holds what is
// read against the directory.
func fuzz(f *testing.F, name string) {
	current := some()
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := exchange.Read(bytes.NewReader(raw), name, current)
		if err != nil {
			return
		}
		all, err := exchange.Compare(file.Rows, current)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range all {
			if (c.State == exchange.Invalid) != (c.Record.Body == "") {
				t.Errorf("%s is %s with the body %q", c.Where, c.State, c.Record.Body)
			}
			if c.Record.Body == "" {
				continue
			}
			if _, err := c.Record.Value(); err != nil {
				t.Error(err)
			}
		}
	})
}

func FuzzCSV(f *testing.F) {
	f.Add(write(f, exchange.CSV, some()))
	f.Add([]byte("sep=;\r\nid;city\r\npl-line;\xc0\xe1\xb3"))
	f.Add([]byte("\xff\xfei\x00d\x00,\x00c\x00i\x00t\x00y\x00"))
	f.Add([]byte("id,calm\ntp.work/uk,\"a\nb\"\n\n'=1,"))
	fuzz(f, "fuzz.csv")
}

func FuzzYAML(f *testing.F) {
	f.Add(write(f, exchange.YAML, some()))
	f.Add([]byte("protection: {country: PL, updates: [{id: a, sources: [{url: x}]}]}"))
	f.Add([]byte("examples:\n- id: tp.work/uk\n  calm: [1, null, {}]\n- x\n"))
	fuzz(f, "fuzz.yaml")
}

func FuzzHSDS(f *testing.F) {
	f.Add(write(f, exchange.HSDS, some()))
	f.Add([]byte(`[{"id":"a","status":"active","organization":{"id":""},"phones":[{"number":"1"}]}]`))
	fuzz(f, "fuzz.json")
}

func FuzzXLSX(f *testing.F) {
	f.Add(write(f, exchange.XLSX, some()))
	f.Add(book(f, "services", []any{"id", "assured"}, []any{"pl-line", 46350}, []any{"x", formula("A1")}))
	fuzz(f, "fuzz.xlsx")
}
