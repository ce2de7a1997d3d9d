package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"prystan/bot/directory"
	"prystan/bot/sqlite"
)

func TestWhatIsExportedImportsUnchangedOnTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"all.xlsx", "lines.csv", "all.yaml", "all.yml", "lines.json"} {
		file := filepath.Join(dir, name)
		if got := inFolder(t, dir, "export", file); got.code != exitDone || !strings.Contains(got.stdout, "is written") {
			t.Fatalf("export %s: %d %q", name, got.code, got.stderr)
		}
		for _, args := range [][]string{{"import", "--dry-run", file}, {"import", file}} {
			got := inFolder(t, dir, args...)
			if got.code != exitDone || !strings.Contains(got.stdout, "rows: 0 new, 0 changed") || !strings.Contains(got.stdout, "0 invalid, 0 left out\nnothing would change") {
				t.Errorf("%v: %d %q %q", args, got.code, got.stdout, got.stderr)
			}
		}
	}
	poland := inFolder(t, dir, "export", "--format", "csv", "--country", "pl", "-")
	if poland.code != exitDone || !strings.Contains(poland.stdout, "pl-kcik") || strings.Contains(poland.stdout, "cz-emergency") {
		t.Errorf("export of a country: %d %q", poland.code, poland.stderr)
	}
	database := map[string]string{"PRYSTAN_DATABASE": filepath.Join(dir, "prystan.db")}
	if got := call(t, database, poland.stdout, "import", "--format", "csv", "-"); got.code != exitDone || !strings.Contains(got.stdout, "nothing would change") {
		t.Errorf("import from standard input: %d %q %q", got.code, got.stdout, got.stderr)
	}
	if got := inFolder(t, dir, "export", "--kind", "article", "--format", "csv", "-"); got.code != exitDone || !strings.Contains(got.stdout, "tp.work/uk") {
		t.Errorf("export of a kind: %d %q", got.code, got.stderr)
	}
}

func TestExportAndImportRefuse(t *testing.T) {
	dir := t.TempDir()
	put := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if got := inFolder(t, dir, "export", filepath.Join(dir, "there.yaml")); got.code != exitDone {
		t.Fatal(got.stderr)
	}
	csv := put("services.csv", "id,city\npl-kcik,Opole\n")
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no file", []string{"export"}, exitUsage, "FILE is missing"},
		{"a name that tells no format", []string{"export", filepath.Join(dir, "x")}, exitUsage, "--format"},
		{"no such format", []string{"export", "--format", "doc", "-"}, exitUsage, `format "doc"`},
		{"no such country", []string{"export", "--country", "US", "x.csv"}, exitUsage, `country "US"`},
		{"no such kind", []string{"export", "--kind", "dog", "x.csv"}, exitUsage, `kind "dog"`},
		{"a kind of HSDS", []string{"export", "--kind", "article", "x.json"}, exitUsage, "no --kind"},
		{"a file that is there", []string{"export", filepath.Join(dir, "there.yaml")}, exitFailed, "--force replaces it"},
		{"a folder", []string{"export", "--format", "csv", "--force", dir}, exitFailed, "is no file"},
		{"the database", []string{"export", "--format", "csv", "--force", filepath.Join(dir, "prystan.db")}, exitFailed, "belongs to Prystan"},
		{"in no folder", []string{"export", filepath.Join(dir, "no", "x.csv")}, exitFailed, "no such file"},
		{"with force", []string{"export", filepath.Join(dir, "there.yaml"), "--force"}, exitDone, "is written"},
		{"standard input of no format", []string{"import", "-"}, exitUsage, "--format"},
		{"a file that is not there", []string{"import", filepath.Join(dir, "none.csv")}, exitFailed, "no such file"},
		{"a broken file", []string{"import", put("broken.xlsx", "PK\x03\x04 and no more")}, exitFailed, "cannot be read as XLSX"},
		{"another format than said", []string{"import", "--format", "yaml", put("x.yaml", `{"services":[{"id":"x"}]}`)}, exitFailed, "is hsds, not yaml"},
		{"no reason", []string{"import", "--reason", " ", csv}, exitUsage, "--reason and --source"},
		{"a change that breaks the directory", []string{"import", put("a.yaml", "articles: [{id: tp.work/ja, title: Work, now: Ask.}]")}, exitFailed, "would be wrong"},
	} {
		got := inFolder(t, dir, c.args...)
		if got.code != c.code || !strings.Contains(got.stdout+got.stderr, c.says) {
			t.Errorf("%s: exit %d, says %q%q; want %d and %q", c.name, got.code, got.stdout, got.stderr, c.code, c.says)
		}
		if c.code != exitDone && strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: not one line: %q", c.name, got.stderr)
		}
	}
	if all := waiting(t, dir); len(all) != 0 {
		t.Errorf("there wait %+v", all)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

// waiting returns the proposals of the database in a folder.
func waiting(t *testing.T, dir string) []directory.Proposal {
	t.Helper()
	db, err := sqlite.Open(context.Background(), filepath.Join(dir, "prystan.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all, err := db.WaitingProposals(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAnImportMakesProposalsWhileTheServiceRuns(t *testing.T) {
	dir := t.TempDir()
	db, err := sqlite.Open(context.Background(), filepath.Join(dir, "prystan.db")) // as serve holds it
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	file := filepath.Join(dir, "services.csv")
	put := func(content string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	put("id,city,cost\npl-kcik,Opole,free\ncz-emergency,Brno,cheap\n")
	for _, args := range [][]string{{"import", "--dry-run", file}, {"import", file}} {
		got := inFolder(t, dir, args...)
		if got.code != exitFailed || !strings.Contains(got.stderr, "nothing was imported") || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%v with an invalid row: %d %q", args, got.code, got.stderr)
		}
		for _, want := range []string{"2\tchanged\tservice pl-kcik", `city: "" -> "Opole"`, "3\tinvalid\tservice cz-emergency", `C3: cost: "cheap" is none of`, "rows: 0 new, 1 changed, 0 unchanged, 1 invalid"} {
			if !strings.Contains(got.stdout, want) {
				t.Errorf("%v does not say %q:\n%s", args, want, got.stdout)
			}
		}
	}
	put("id,city\npl-kcik,Opole\ncz-emergency,Brno\n")
	if got := inFolder(t, dir, "import", "--dry-run", file); got.code != exitDone || !strings.Contains(got.stdout, "would make: 2") {
		t.Errorf("dry run: %d %q%q", got.code, got.stdout, got.stderr)
	}
	if all := waiting(t, dir); len(all) != 0 {
		t.Fatalf("there wait %+v", all)
	}

	put("id,city,cost\npl-kcik,Opole,free\ncz-emergency,Brno,cheap\npl-116000,Radom,free\n")
	got := inFolder(t, dir, "import", "--skip-invalid", "--reason", "list of November", file, "--public-url", "https://help.example.org")
	if got.code != exitDone || !strings.Contains(got.stdout, "proposals made: 1; editors publish them at https://help.example.org/desk/proposals\nhttps://help.example.org/desk/proposals/1\tPL, records: 2\n") {
		t.Errorf("import: %d %q%q", got.code, got.stdout, got.stderr)
	}
	all := waiting(t, dir)
	if len(all) != 1 || all[0].By != 0 || all[0].Origin != directory.FromFile || all[0].Reason != "list of November" || all[0].Source != "file services.csv" || len(all[0].Changes) != 2 {
		t.Errorf("there wait %+v", all)
	}
}

func TestTheBarShowsItselfWhereSomebodyWaits(t *testing.T) {
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	var screen bytes.Buffer
	p := progressOn(&screen, "reading x.csv", func() time.Time { return at })
	p.tell(1, 10)
	p.end()
	if screen.Len() != 0 {
		t.Errorf("at once: %q", screen.String())
	}
	at = at.Add(time.Second)
	p.tell(5, 10)
	p.tell(6, 10) // too soon to be drawn
	if want := "\rreading x.csv [" + strings.Repeat("#", 15) + strings.Repeat("-", 15) + "]  50%"; screen.String() != want {
		t.Errorf("half of it: %q, not %q", screen.String(), want)
	}
	at = at.Add(time.Second)
	p.tell(12, 10) // there were more than it seemed
	p.end()
	if !strings.HasSuffix(screen.String(), "] 100%\r\x1b[K") {
		t.Errorf("in the end: %q", screen.String())
	}
	quiet := newProgress(&screen, "x") // which is no terminal
	at, screen = at.Add(time.Hour), bytes.Buffer{}
	quiet.tell(1, 2)
	quiet.end()
	if screen.Len() != 0 {
		t.Errorf("where nobody looks: %q", screen.String())
	}
}
