package bot_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/facts"
	"prystan/locales"
)

func shipped(t testing.TB) bot.Records {
	t.Helper()
	r, err := facts.Load()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	return r.WithTexts(texts)
}

func encode(t testing.TB, r bot.Records) []bot.Record {
	t.Helper()
	all, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// read returns records as they come out of a database.
func read(t testing.TB, all []bot.Record) bot.Records {
	t.Helper()
	var r bot.Records
	for _, rec := range all {
		if err := r.Add(rec); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func TestEveryShippedRecordIsReadAsItWasWritten(t *testing.T) {
	r := shipped(t)
	all := encode(t, r)
	back := read(t, all)
	if again := encode(t, back); !slices.Equal(again, all) {
		t.Error("records that are read and written again are others")
	}
	slices.SortFunc(r.Services, func(a, b bot.Service) int { return strings.Compare(a.ID, b.ID) })
	for i, s := range back.Services {
		if !reflect.DeepEqual(s, r.Services[i]) {
			t.Errorf("service %s is read as\n%+v\nof\n%+v", s.ID, s, r.Services[i])
		}
	}
	for _, rec := range all {
		v, err := rec.Value()
		if err != nil {
			t.Fatal(err)
		}
		if ref, ok := bot.RefOf(v); !ok || ref != rec.Ref || !rec.Kind.Known() {
			t.Errorf("%s is read as %s", rec.Ref, ref)
		}
	}
	if len(back.Examples) != len(r.Examples) {
		t.Errorf("of %d examples %d are read", len(r.Examples), len(back.Examples))
	}
}

func TestARecordNamesOnlyRecordsOfTheKindsBeforeIt(t *testing.T) {
	r := shipped(t)
	all := encode(t, r)
	there := make(map[bot.Ref]bool)
	for _, rec := range all {
		there[rec.Ref] = true
	}
	kinds := bot.Kinds()
	for _, rec := range all {
		v, err := rec.Value()
		if err != nil {
			t.Fatal(err)
		}
		for _, ref := range bot.Refs(v) {
			if !there[ref] || slices.Index(kinds, ref.Kind) >= slices.Index(kinds, rec.Kind) {
				t.Errorf("%s names %s", rec.Ref, ref)
			}
		}
	}
}

func TestABodyOfAnotherRecordIsRefused(t *testing.T) {
	for _, rec := range []bot.Record{
		{Ref: bot.Ref{Kind: bot.KindPhone, ID: "a"}, Body: `{"id":"b"}`},
		{Ref: bot.Ref{Kind: bot.KindPhone, ID: "a"}, Body: `{"id":"a"`},
		{Ref: bot.Ref{Kind: bot.KindPhone, ID: "a"}},
		{Ref: bot.Ref{Kind: bot.KindArticle, ID: "tp.work/uk"}, Body: `{"topic":"tp.work","language":"pl"}`},
		{Ref: bot.Ref{Kind: bot.KindExamples, ID: "tp.work"}, Body: `{}`},
		{Ref: bot.Ref{Kind: "dog", ID: "a"}, Body: `{"id":"a"}`},
	} {
		if v, err := rec.Value(); err == nil {
			t.Errorf("%s %q is read as %+v", rec.Ref, rec.Body, v)
		}
		if _, err := (bot.Records{}).With([]bot.Record{rec}, nil); err == nil {
			t.Errorf("%s %q is taken in", rec.Ref, rec.Body)
		}
	}
	if _, err := bot.NewRecord(3); err == nil {
		t.Error("a number is a record")
	}
}

// TestWithChangesWhatItIsToldAndNothingElse tries random changes of the shipped
// records, one after another.
func TestWithChangesWhatItIsToldAndNothingElse(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	now := read(t, encode(t, shipped(t)))
	want := make(map[bot.Ref]string)
	for _, rec := range encode(t, now) {
		want[rec.Ref] = rec.Body
	}
	for range 20 {
		all := encode(t, now)
		var changed []bot.Record
		var retired []bot.Ref
		for range 1 + random.IntN(5) {
			one, other := all[random.IntN(len(all))], all[random.IntN(len(all))]
			changed = append(changed, another(t, one))
			retired = append(retired, other.Ref)
		}
		changed = slices.CompactFunc(changed, func(a, b bot.Record) bool { return a.Ref == b.Ref })
		next, err := now.With(changed, retired)
		if err != nil {
			t.Fatal(err)
		}
		other, err := now.With(nil, retired)
		if err != nil {
			t.Fatal(err)
		}
		spoil(other)
		if again := encode(t, now); !slices.Equal(again, all) {
			t.Fatalf("changing %v and retiring %v has changed the records they were taken from", changed, retired)
		}
		for _, rec := range changed {
			want[rec.Ref] = rec.Body
		}
		for _, ref := range retired {
			delete(want, ref)
		}
		got := make(map[bot.Ref]string)
		for _, rec := range encode(t, next) {
			got[rec.Ref] = rec.Body
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("changing %v and retiring %v has made something else", changed, retired)
		}
		now = next
	}
}

// another returns a record with the same name and another body, or a new one.
func another(t *testing.T, rec bot.Record) bot.Record {
	t.Helper()
	v, err := rec.Value()
	if err != nil {
		t.Fatal(err)
	}
	switch was := v.(type) {
	case bot.ExampleSet:
		was.Urgent = append(was.Urgent, "one more")
		v = was
	case bot.Service:
		was.ID, was.City = was.ID+"-new", "Warsaw"
		v = was
	case bot.ServiceText:
		was.Text += "!"
		v = was
	}
	if rec, err = bot.NewRecord(v); err != nil {
		t.Fatal(err)
	}
	return rec
}

// spoil adds to every list, as whoever got records could.
func spoil(r bot.Records) {
	_ = append(r.Organizations, bot.Organization{ID: "spoilt"})
	_ = append(r.Phones, bot.Phone{ID: "spoilt"})
	_ = append(r.Services, bot.Service{ID: "spoilt"})
	_ = append(r.Protections, bot.Protection{Country: "XX"})
	_ = append(r.Facts, bot.Fact{ID: "spoilt"})
	_ = append(r.Articles, bot.Article{Topic: "spoilt"})
	_ = append(r.ProtectionTexts, bot.ProtectionText{Country: "XX"})
	_ = append(r.ServiceTexts, bot.ServiceText{Service: "spoilt"})
	_ = append(r.Examples, bot.Example{Text: "spoilt"})
}

func TestRecordsMadeFromTheSameDoNotGrowIntoEachOther(t *testing.T) {
	roomy := read(t, encode(t, shipped(t)))
	roomy.Phones = append(make([]bot.Phone, 0, 2*len(roomy.Phones)), roomy.Phones...)
	phone := func(id string) []bot.Record {
		rec, err := bot.NewRecord(bot.Phone{ID: id})
		if err != nil {
			t.Fatal(err)
		}
		return []bot.Record{rec}
	}
	one, err1 := roomy.With(phone("one"), nil)
	two, err2 := roomy.With(phone("two"), nil)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if a, b := one.Phones[len(one.Phones)-1].ID, two.Phones[len(two.Phones)-1].ID; a != "one" || b != "two" {
		t.Errorf("the last phones are %s and %s", a, b)
	}
}

func TestTheShippedRecordsHaveNoFault(t *testing.T) {
	for _, err := range shipped(t).Check() {
		t.Error(err)
	}
}

func TestWhatMustNotBecomePublicIsAFault(t *testing.T) {
	r := shipped(t)
	for name, c := range map[string]struct {
		v    any
		want string
	}{
		"an organization without a name":   {bot.Organization{ID: "new"}, "organization new: has no name"},
		"an organization with a bad id":    {bot.Organization{ID: "New One", Name: "New"}, "is not lower-case words"},
		"a phone with a bad id":            {bot.Phone{ID: "+48"}, "is not lower-case words"},
		"an article on nothing of ours":    {bot.Article{Topic: "dogs", Language: "uk", Review: bot.Draft, Title: "t", Now: "n"}, `topic "dogs" is not known`},
		"a line in no language of ours":    {bot.ServiceText{Service: "pl-pip", Language: "xx"}, `language "xx" is not one of ours`},
		"examples of nothing of ours":      {bot.ExampleSet{Topic: "dogs", Language: "uk", Calm: []string{"?"}}, `topic "dogs" is not known`},
		"an article that rests on nothing": {bot.Article{Topic: bot.Work, Language: "uk", Review: bot.Draft, Title: "t", Now: "n", Facts: []string{"none"}}, "names fact none, which does not exist"},
	} {
		rec, err := bot.NewRecord(c.v)
		if err != nil {
			t.Fatal(err)
		}
		next, err := r.With([]bot.Record{rec}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, changed := range []map[bot.Ref]bool{nil, {rec.Ref: true}} {
			if errs := next.Faults(changed); len(errs) != 1 || !strings.Contains(errs[0].Error(), c.want) {
				t.Errorf("%s: %v, want one that says %q", name, errs, c.want)
			}
		}
	}
}
