package desk

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/directory"
)

func TestAnEditionIsBuiltOnceAndOnlyAFewAreKept(t *testing.T) {
	var e editions
	built := 0
	of := func(d *bot.Directory, id int) {
		t.Helper()
		changes := []directory.Change{{Ref: bot.Ref{Kind: bot.KindPhone, ID: fmt.Sprint(id)}}}
		if _, err := e.of(d, changes, func() (edition, error) { built++; return edition{}, nil }); err != nil {
			t.Fatal(err)
		}
	}
	now, next := bot.NewDirectory(bot.Records{}), bot.NewDirectory(bot.Records{})
	of(now, 1)
	of(now, 1)
	if built != 1 {
		t.Errorf("built %d times for two turns of a preview", built)
	}
	for id := range maxEditions + 1 {
		of(now, id+1)
	}
	if len(e.kept) != maxEditions {
		t.Errorf("%d editions are kept", len(e.kept))
	}
	built = 0
	of(now, maxEditions+1)
	if built != 0 {
		t.Error("the last edition was forgotten")
	}
	of(next, maxEditions+1)
	if built != 1 || len(e.kept) != 1 {
		t.Errorf("after a publication %d are built and %d kept", built, len(e.kept))
	}
}

func TestLinesThatDifferAreMarked(t *testing.T) {
	before, after := linesOf("same\nold\n\nsame again\ngone"), linesOf("same\nnew\nsame again")
	markLines(before, after)
	marks := func(lines []answerLine) []bool {
		var all []bool
		for _, l := range lines {
			all = append(all, l.Differs)
		}
		return all
	}
	if got := marks(before); !slices.Equal(got, []bool{false, true, false, true}) {
		t.Errorf("before: %v", got)
	}
	if got := marks(after); !slices.Equal(got, []bool{false, true, false}) {
		t.Errorf("after: %v", got)
	}
	before, after = linesOf(strings.Repeat("x\n", 20_000)+"old"), linesOf(strings.Repeat("x\n", 20_000)+"new")
	markLines(before, after) // in 3 GB, if it looked for the longest common part
	if n := len(before) - 1; before[0].Differs || !before[n].Differs || after[0].Differs || !after[n].Differs {
		t.Error("the lines of a long text are marked wrong")
	}
}

func TestTheMonthsOfAChartEndWithThisOne(t *testing.T) {
	all := months(time.Date(2026, 3, 31, 23, 0, 0, 0, time.UTC))
	if len(all) != monthsBack || all[0].Key != "2025-04" || all[monthsBack-2].Key != "2026-02" || all[monthsBack-1].Key != "2026-03" {
		t.Errorf("%v", all)
	}
}

func TestALongProposalTouchesItsCountriesOnly(t *testing.T) {
	r := bot.Records{
		Organizations: []bot.Organization{{ID: "o"}}, Phones: []bot.Phone{{ID: "p"}},
		Services: []bot.Service{
			{ID: "pl-a", Country: "PL", Organization: "o"}, {ID: "de-a", Country: "DE", Phones: []string{"p"}}, {ID: "fr-a", Country: "FR"},
			{ID: "cz-a", Country: "CZ"},
		},
		Protections: []bot.Protection{{Country: "RO", Phone: "p"}},
	}
	d := bot.NewDirectory(r)
	for ref, want := range map[bot.Ref][]bot.Country{
		{Kind: bot.KindOrganization, ID: "o"}:         {"PL"},
		{Kind: bot.KindPhone, ID: "p"}:                {"DE", "RO"},
		{Kind: bot.KindServiceText, ID: "fr-a/uk"}:    {"FR"},
		{Kind: bot.KindService, ID: "cz-a"}:           {"CZ"},
		{Kind: bot.KindExamples, ID: "tp.work/uk"}:    nil,
		{Kind: bot.KindArticle, ID: "tp.work/uk"}:     nil,
		{Kind: bot.KindProtection, ID: "RO"}:          {"RO"},
		{Kind: bot.KindProtectionText, ID: "none/uk"}: nil,
	} {
		touched := touchedBy([]directory.Change{{Ref: ref}}, d, d)
		var got []bot.Country
		for c := range touched.countries {
			got = append(got, c)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) || touched.everywhere {
			t.Errorf("%s touches %v, not %v", ref, got, want)
		}
	}
}
