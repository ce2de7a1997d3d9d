package bot

import (
	"slices"
	"testing"
)

func TestDifferencesNameTheFieldsAndSayWhatWasAndIs(t *testing.T) {
	for _, c := range []struct {
		name, before, after string
		want                []Difference
	}{
		{"the same", `{"id":"a"}`, `{"id":"a"}`, nil},
		{"a field inside another", `{"name":{"en":"Help","native":"Pomoc"}}`, `{"name":{"en":"Aid","native":"Pomoc"}}`,
			[]Difference{{"name.en", "Help", "Aid"}}},
		{"a list as a whole", `{"languages":["uk","pl"]}`, `{"languages":["uk","pl","en"]}`,
			[]Difference{{"languages", "uk\npl", "uk\npl\nen"}}},
		{"sources", `{}`, `{"sources":[{"url":"https://a.example","seen":"2026-11"},{"url":"https://b.example"}]}`,
			[]Difference{{"sources", "", "url: https://a.example; seen: 2026-11\nurl: https://b.example"}}},
		{"gone and come, in the order of the record", `{"id":"a","city":"Lviv","cost":"free"}`, `{"id":"a","text_only":true,"cost":"free","order":3}`,
			[]Difference{{"city", "Lviv", ""}, {"text_only", "", "yes"}, {"order", "", "3"}}},
		{"a number", `{"order":2}`, `{"order":10}`, []Difference{{"order", "2", "10"}}},
		{"nothing in two spellings", `{"facts":null}`, `{"facts":[],"general":""}`, nil},
		{"a new record", "", `{"id":"a","name":{"en":"Help","native":""}}`, []Difference{{"id", "", "a"}, {"name.en", "", "Help"}}},
		{"a retired record", `{"id":"a"}`, "", []Difference{{"id", "a", ""}}},
		{"no record at all", `{"id":"a"}`, "rubbish", []Difference{{"", `{"id":"a"}`, "rubbish"}}},
	} {
		if got := Differences(c.before, c.after); !slices.Equal(got, c.want) {
			t.Errorf("%s: %+v, not %+v", c.name, got, c.want)
		}
	}
}

func TestListsThatReadTheSameStillDiffer(t *testing.T) {
	if got := Differences(`{"notes":["a\nb"]}`, `{"notes":["a","b"]}`); len(got) != 1 {
		t.Errorf("%d differences, not 1", len(got))
	}
}

func FuzzDifferences(f *testing.F) {
	f.Add(`{"id":"a"}`, `{"name":{"en":null},"id":1}`)
	f.Fuzz(func(t *testing.T, before, after string) {
		if d := Differences(before, before); d != nil {
			t.Errorf("%q differs from itself in %v", before, d)
		}
		Differences(before, after)
	})
}
