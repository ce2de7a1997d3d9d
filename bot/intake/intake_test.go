package intake_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/exchange"
	"prystan/bot/intake"
)

// standing is a directory with a helpline in Poland and one in Czechia, run by
// one organization.
func standing(t testing.TB) intake.Standing {
	t.Helper()
	unknown, err := bot.ParseSchedule("unknown")
	if err != nil {
		t.Fatal(err)
	}
	line := func(id string, c bot.Country, phone string) bot.Service {
		return bot.Service{
			ID: id, Country: c, Organization: "both", Need: bot.NeedLegal, Name: bot.Name{English: id}, Phones: []string{phone}, Schedule: unknown,
			Cost: bot.Free, FromAbroad: bot.Unknown, Anonymous: bot.Unknown, ToPolice: bot.Unknown,
			Standing: bot.Standing{Confidence: bot.High, Sources: []bot.Source{{URL: "https://example.org"}}},
		}
	}
	s := intake.Standing{Records: bot.Records{
		Organizations: []bot.Organization{{ID: "both", Name: "Both"}},
		Phones: []bot.Phone{
			{ID: "pl-1", Kind: bot.FullNumber, Number: "+48226280120"}, {ID: "cz-1", Kind: bot.FullNumber, Number: "+420222717171"},
		},
		Services: []bot.Service{line("pl-line", "PL", "pl-1"), line("cz-line", "CZ", "cz-1")},
	}, Revisions: make(map[bot.Ref]int)}
	all, err := s.Records.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range all {
		s.Revisions[rec.Ref] = 7
	}
	return s
}

func read(t testing.TB, who bot.Editor, name, file string) *intake.Intake {
	t.Helper()
	in, err := intake.Read(strings.NewReader(file), name, who, standing(t), func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// said writes the proposals and what is left out, one a line.
func said(in *intake.Intake) string {
	var lines []string
	for _, d := range in.Drafts {
		line := "proposal of " + string(d.Country) + ":"
		for _, c := range d.Changes {
			line += fmt.Sprintf(" %s from %d;", c.Ref, c.Base)
		}
		lines = append(lines, line)
	}
	for i := range in.Rows {
		if row := &in.Rows[i]; row.Left != "" {
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("left out: %s %s %s", row.Record.Ref, row.Left, row.Needed)))
		}
	}
	slices.Sort(lines[len(in.Drafts):])
	return strings.Join(lines, "\n")
}

func TestAFileBecomesAProposalForEachCountry(t *testing.T) {
	poland := bot.Editor{Name: "Ion", Role: bot.RoleEditor, Countries: []bot.Country{"PL"}}
	const service = "    name: {en: New}\n    need: legal_aid\n    confidence: low\n"
	for _, c := range []struct {
		name, file string
		who        bot.Editor
		want       string
	}{
		{"a line in each of two countries", `
services:
  - {id: pl-line, city: Opole}
  - {id: cz-line, city: Brno}`, bot.Editor{}, "proposal of CZ: service cz-line from 7;\nproposal of PL: service pl-line from 7;"},
		{"nothing new", `services: [{id: pl-line, city: ""}]`, bot.Editor{}, ""},
		{"a new line with all that it needs", `
organizations: [{id: pl-new, name: New}]
phones: [{id: pl-2, kind: full, number: "+48226280121"}]
services:
  - id: pl-new
    country: PL
    organization: pl-new
    phones: [pl-2]
` + service, bot.Editor{}, "proposal of PL: organization pl-new from 0; phone pl-2 from 0; service pl-new from 0;"},
		{"a new number of two countries keeps their lines together", `
phones: [{id: both-1, kind: full, number: "+48226280121"}]
services:
  - {id: pl-line, phones: [both-1]}
  - {id: cz-line, phones: [both-1]}`, bot.Editor{}, "proposal of : phone both-1 from 0; service cz-line from 7; service pl-line from 7;"},
		{"what several countries share, apart from the rest", `
organizations: [{id: both, name: Both of us}]
services: [{id: pl-line, city: Opole}]`, bot.Editor{}, "proposal of PL: service pl-line from 7;\nproposal of : organization both from 7;"},
		{"what needs an invalid row", `
phones: [{id: pl-2, kind: full, number: "+48"}]
services:
  - {id: pl-line, phones: [pl-2]}
  - {id: cz-line, city: Brno}`, bot.Editor{}, "proposal of CZ: service cz-line from 7;\nleft out: service pl-line needs phone pl-2"},
		{"what the rights do not reach, and what needs that", `
organizations: [{id: both, name: Both of us}]
phones:
  - {id: both-1, kind: full, number: "+48226280121"}
  - {id: cz-1, number: "+420222717172"}
services:
  - {id: pl-line, phones: [both-1], city: Opole}
  - {id: cz-line, phones: [both-1]}`, poland,
			"proposal of PL: phone both-1 from 0; service pl-line from 7;\nleft out: organization both right\nleft out: phone cz-1 right\nleft out: service cz-line right"},
		{"a line that would come to another country", `services: [{id: pl-line, country: CZ}]`, poland, "left out: service pl-line right"},
		{"a new number that nobody would use", `phones: [{id: pl-2, kind: full, number: "+48226280121"}]`, poland, "left out: phone pl-2 right"},
	} {
		if got := said(read(t, c.who, "file.yaml", c.file)); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestAFileThatWouldBreakTheDirectoryMakesNoProposal(t *testing.T) {
	in := read(t, bot.Editor{}, "file.yaml", `
services: [{id: pl-line, city: Opole}]
articles: [{id: tp.work/ja, title: Work, now: Ask.}]`)
	if len(in.Faults) == 0 || len(in.Drafts) != 0 {
		t.Errorf("faults %v, proposals %+v", in.Faults, in.Drafts)
	}
}

func TestCountsAreOfWhatIsNotLeftOut(t *testing.T) {
	in := read(t, bot.Editor{Countries: []bot.Country{"PL"}}, "services.csv", "id,city,cost\npl-line,Opole,free\ncz-line,Brno,free\nxx,,cheap\n")
	if in.Count(exchange.Changed) != 1 || in.Count(exchange.Invalid) != 1 || in.LeftOut() != 1 {
		t.Errorf("%d changed, %d invalid, %d left out", in.Count(exchange.Changed), in.Count(exchange.Invalid), in.LeftOut())
	}
}
