package exchange_test

import (
	"bytes"
	"slices"
	"testing"

	"prystan/bot"
	"prystan/bot/exchange"
)

func TestACountryIsExportedWithAllThatItsLinesName(t *testing.T) {
	all := shipped(t)
	for _, c := range bot.Countries() {
		r := exchange.About(all, c)
		if len(r.Services) == 0 || len(r.Protections) != 1 || len(r.Facts)+len(r.Articles)+len(r.Examples) != 0 {
			t.Errorf("%s: %d services, %d protections, and %d records of no country", c, len(r.Services), len(r.Protections), len(r.Facts)+len(r.Articles)+len(r.Examples))
		}
		have := make(map[bot.Ref]bool)
		for _, k := range bot.Kinds() {
			for _, v := range r.Of(k) {
				ref, _ := bot.RefOf(v)
				have[ref] = true
				for _, named := range bot.Refs(v) {
					if !have[named] {
						t.Errorf("%s: %s names %s, which is not there", c, ref, named)
					}
				}
			}
		}
		if slices.ContainsFunc(r.Services, func(s bot.Service) bool { return s.Country != c }) {
			t.Errorf("%s: there is a service of another country", c)
		}
	}
}

func TestOneKindIsExportedAlone(t *testing.T) {
	all := shipped(t)
	for _, k := range bot.Kinds() {
		only := exchange.Only(all, k)
		for _, of := range bot.Kinds() {
			if n := len(only.Of(of)); (n > 0) != (of == k) {
				t.Errorf("only %s: %d of %s", k, n, of)
			}
		}
		for _, f := range []exchange.Format{exchange.XLSX, exchange.CSV, exchange.YAML} {
			var b bytes.Buffer
			if err := exchange.WriteChosen(&b, f, k, all); err != nil {
				t.Fatal(err)
			}
			rows := compare(t, read(t, b.Bytes(), "x"+f.Extension(), all), all)
			if len(rows) == 0 || slices.ContainsFunc(rows, func(c exchange.Comparison) bool { return c.State != exchange.Unchanged || c.Record.Kind != k }) {
				t.Errorf("%s as %s does not come back as it was", k, f)
			}
		}
	}
}
