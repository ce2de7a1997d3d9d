package understand

import (
	"flag"
	"fmt"
	"os"
	"sort"
	"strings"
	"sync"
	"testing"

	"prystan/bot"
)

var update = flag.Bool("update", false, "write the measured figures to testdata/eval.golden")

// shared is the model of the shipped phrases, built once for all tests.
var shared struct {
	once  sync.Once
	model *Model
	err   error
}

func shippedModel(t testing.TB) *Model {
	t.Helper()
	shared.once.Do(func() { shared.model, shared.err = New(shipped(t)) })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.model
}

// judged is a question and what was made of it.
type judged struct {
	question
	got Result
}

func (j judged) first() bool { return j.got.Topics[0].Topic == j.Topic }

func (j judged) amongThree() bool {
	for _, s := range j.got.Topics[:3] {
		if s.Topic == j.Topic {
			return true
		}
	}
	return false
}

// refused reports whether the program would say that it does not know.
func refused(r Result) bool {
	return r.Topics[0].Topic == bot.None
}

// share counts how often something is so.
type share struct{ so, of int }

func (s *share) count(so bool) {
	s.of++
	if so {
		s.so++
	}
}

func (s share) String() string {
	if s.of == 0 {
		return "    –      "
	}
	return fmt.Sprintf("%5.1f %%  %4d/%-4d", 100*float64(s.so)/float64(s.of), s.so, s.of)
}

// TestEval measures the model on the development sets, prints what it finds, and
// holds the figures against testdata/eval.golden.
func TestEval(t *testing.T) {
	m := shippedModel(t)
	var b strings.Builder
	for _, set := range devsets() {
		var halves [2][]judged // report, tuning
		for _, q := range set.read(t) {
			half := 0
			if q.tuning {
				half = 1
			}
			halves[half] = append(halves[half], judged{q, m.Understand(q.Text, Context{})})
		}
		talks := set.talks(t)
		for half, name := range []string{"report", "tuning"} {
			in := halves[half]
			fmt.Fprintf(&b, "== %s, %s half: %d questions\n", set.name, name, len(in))
			figures(&b, in)
			byLanguage(&b, in)
			table(&b, "topic right first, by group", in, func(j judged) string { return j.Topic.Group() })
			table(&b, "topic right first, by style", in, func(j judged) string { return j.Style })
			table(&b, "topic right first, by topic", in, func(j judged) string { return string(j.Topic) })
			confusions(&b, in)
			calibration(&b, in)
			turns(&b, m, talks, half == 1)
		}
		if os.Getenv("MISSES") != "" {
			misses(halves[1])
		}
	}
	t.Log("\n" + b.String())
	golden(t, b.String())
}

// golden compares the figures with those kept in the repository.
func golden(t *testing.T, got string) {
	t.Helper()
	const path = "testdata/eval.golden"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Error("the figures differ from testdata/eval.golden: look at them, then run go test ./bot/understand -run Eval -update")
	}
}

// figures are those of the project's table of aims.
func figures(b *strings.Builder, in []judged) {
	var first, three, danger, alarms, none, refusals, language, country, invented share
	for _, j := range in {
		first.count(j.first())
		three.count(j.amongThree())
		if j.Urgent {
			danger.count(j.got.Urgent)
		} else {
			alarms.count(j.got.Urgent)
		}
		if j.Topic == bot.None {
			none.count(refused(j.got))
		} else {
			refusals.count(refused(j.got))
		}
		if _, ok := languageBit(j.Language); ok {
			language.count(j.got.Language == j.Language)
		}
		if j.Country != "" {
			country.count(j.got.Country == j.Country)
		} else {
			invented.count(j.got.Country != "")
		}
	}
	for _, row := range []struct {
		name string
		s    share
	}{
		{"right topic first", first}, {"right topic among three", three}, {"danger recognised", danger},
		{"calm taken for danger", alarms}, {"out of scope recognised", none}, {"in scope refused", refusals},
		{"language right", language}, {"country right where told", country}, {"country where none is told", invented},
	} {
		fmt.Fprintf(b, "%-28s %s\n", row.name, row.s)
	}
}

// byLanguage has a column for each of the main figures.
func byLanguage(b *strings.Builder, in []judged) {
	type row struct{ first, three, danger, alarms, language, country share }
	rows := map[bot.Language]*row{}
	for _, j := range in {
		if rows[j.Language] == nil {
			rows[j.Language] = &row{}
		}
		r := rows[j.Language]
		r.first.count(j.first())
		r.three.count(j.amongThree())
		if j.Urgent {
			r.danger.count(j.got.Urgent)
		} else {
			r.alarms.count(j.got.Urgent)
		}
		r.language.count(j.got.Language == j.Language)
		if j.Country != "" {
			r.country.count(j.got.Country == j.Country)
		}
	}
	fmt.Fprintf(b, "-- by language\n%-4s %-19s %-19s %-19s %-19s %-19s %-19s\n", "", "topic first", "among three", "danger recognised", "calm as danger", "language", "country")
	for _, l := range append(bot.QuestionLanguages(), "und") {
		if r := rows[l]; r != nil {
			fmt.Fprintf(b, "%-4s %-19s %-19s %-19s %-19s %-19s %-19s\n", l, r.first, r.three, r.danger, r.alarms, r.language, r.country)
		}
	}
}

func table(b *strings.Builder, title string, in []judged, key func(judged) string) {
	shares := map[string]*share{}
	for _, j := range in {
		k := key(j)
		if shares[k] == nil {
			shares[k] = &share{}
		}
		shares[k].count(j.first())
	}
	var keys []string
	for k := range shares {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	fmt.Fprintf(b, "-- %s\n", title)
	for _, k := range keys {
		fmt.Fprintf(b, "%-28s %s\n", k, shares[k])
	}
}

func confusions(b *strings.Builder, in []judged) {
	pairs := map[string]int{}
	for _, j := range in {
		if !j.first() {
			pairs[fmt.Sprintf("%s taken for %s", j.Topic, j.got.Topics[0].Topic)]++
		}
	}
	var keys []string
	for k := range pairs {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		return pairs[keys[i]] > pairs[keys[j]] || pairs[keys[i]] == pairs[keys[j]] && keys[i] < keys[j]
	})
	fmt.Fprintln(b, "-- confused most")
	for _, k := range keys[:min(15, len(keys))] {
		fmt.Fprintf(b, "%3d %s\n", pairs[k], k)
	}
}

func calibration(b *strings.Builder, in []judged) {
	var bins [10]share
	var sums [10]float64
	for _, j := range in {
		k := min(9, int(10*j.got.Confidence))
		bins[k].count(j.first())
		sums[k] += j.got.Confidence
	}
	fmt.Fprintln(b, "-- calibration: confidence said, and how often right")
	for k, s := range bins {
		if s.of > 0 {
			fmt.Fprintf(b, "%.1f–%.1f  said %5.1f %%  right %s\n", float64(k)/10, float64(k+1)/10, 100*sums[k]/float64(s.of), s)
		}
	}
}

// misses prints the mistakes among some questions.
func misses(in []judged) {
	for _, j := range in {
		if !j.first() {
			fmt.Printf("TOPIC %-26s got %-26s %.2f %s %s\n", j.Topic, j.got.Topics[0].Topic, j.got.Confidence, j.Language, j.Text)
		}
		if j.Urgent != j.got.Urgent {
			fmt.Printf("URGENT want %t danger %.2f %s %s %s\n", j.Urgent, j.got.Danger, j.Topic, j.Language, j.Text)
		}
		if _, ok := languageBit(j.Language); ok && j.Language != j.got.Language {
			fmt.Printf("LANG want %s got %s %s\n", j.Language, j.got.Language, j.Text)
		}
		if j.Country != j.got.Country {
			fmt.Printf("COUNTRY want %q got %q %s\n", j.Country, j.got.Country, j.Text)
		}
	}
}
