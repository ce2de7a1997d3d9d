package bot_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport is which package of ours may import which others: imports run one
// way, from the transports to the vocabulary. A package not listed may import
// none.
var mayImport = map[string][]string{
	"prystan/bot":            {},
	"prystan/bot/phone":      {"prystan/bot"},
	"prystan/bot/place":      {"prystan/bot"},
	"prystan/bot/understand": {"prystan/bot"},
	"prystan/bot/facts":      {"prystan/bot", "prystan/bot/phone"},
	"prystan/bot/sqlite":     {"prystan/bot", "prystan/bot/access", "prystan/bot/directory", "prystan/bot/linkcheck"},
	"prystan/bot/linkcheck":  {},
	"prystan/bot/directory":  {"prystan/bot"},
	"prystan/bot/access":     {"prystan/bot"},
	"prystan/locales":        {"prystan/bot"},
	"prystan/bot/answer":     {"prystan/bot", "prystan/bot/phone", "prystan/bot/understand", "prystan/locales"},
	"prystan/bot/web":        {"prystan/bot", "prystan/locales"},
	"prystan/bot/telegram":   {"prystan/bot", "prystan/bot/answer", "prystan/locales"},
	"prystan/bot/metrics":    {"prystan/bot", "prystan/bot/answer", "prystan/bot/telegram"},
	"prystan/bot/webchat":    {"prystan/bot", "prystan/bot/answer", "prystan/bot/web", "prystan/locales"},
	"prystan/bot/desk":       {"prystan/bot", "prystan/bot/access", "prystan/bot/answer", "prystan/bot/directory", "prystan/bot/exchange", "prystan/bot/intake", "prystan/bot/linkcheck", "prystan/bot/phone", "prystan/bot/web", "prystan/locales"},
	"prystan/bot/deskchat":   {"prystan/bot", "prystan/bot/access", "prystan/bot/directory", "prystan/bot/phone", "prystan/locales"},
	"prystan/bot/hsds":       {"prystan/bot", "prystan/bot/phone", "prystan/bot/web"},
	"prystan/bot/exchange":   {"prystan/bot", "prystan/bot/phone", "prystan/bot/hsds"},
	"prystan/bot/intake":     {"prystan/bot", "prystan/bot/directory", "prystan/bot/exchange"},
	"prystan/cmd/licences":   {},
}

// everywhere are packages that see the whole: the program and the test kit.
var everywhere = []string{"prystan/cmd/prystan", "prystan/bot/bottest"}

// onlyHere says which package alone may import a library.
var onlyHere = map[string]string{
	"github.com/go-telegram/":        "prystan/bot/telegram",
	"github.com/nicksnyder/go-i18n/": "prystan/locales",
	"modernc.org/sqlite":             "prystan/bot/sqlite",
	"database/sql":                   "prystan/bot/sqlite",
	"github.com/nyaruka/":            "prystan/bot/phone",
	"github.com/ringsaturn/":         "prystan/bot/place",
	"github.com/prometheus/":         "prystan/bot/metrics",
	"github.com/xuri/":               "prystan/bot/exchange",
	"github.com/go-webauthn/":        "prystan/bot/access",
}

type listed struct {
	ImportPath string
	Imports    []string
	Standard   bool
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,Standard", "prystan/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestImportsRunOneWay(t *testing.T) {
	for _, p := range packages(t) {
		allowed, ok := mayImport[p.ImportPath]
		seesAll := slices.Contains(everywhere, p.ImportPath)
		if !ok && !seesAll {
			t.Errorf("%s is not in the table: say what it may import", p.ImportPath)
		}
		for _, i := range p.Imports {
			ours := i == "prystan" || strings.HasPrefix(i, "prystan/")
			if ours && !seesAll && !slices.Contains(allowed, i) {
				t.Errorf("%s imports %s", p.ImportPath, i)
			}
			if i == "prystan/bot/bottest" {
				t.Errorf("%s imports the test kit outside a test", p.ImportPath)
			}
			for library, home := range onlyHere {
				if strings.HasPrefix(i, library) && p.ImportPath != home {
					t.Errorf("%s imports %s, which belongs to %s alone", p.ImportPath, i, home)
				}
			}
			if p.ImportPath == "prystan/bot" && strings.Contains(i, ".") {
				t.Errorf("%s imports %s: the vocabulary needs the standard library only", p.ImportPath, i)
			}
		}
	}
}

func TestNothingReadsTheEnvironmentButTheProgram(t *testing.T) {
	out, err := exec.Command("grep", "-rnE", `os\.(Getenv|LookupEnv|Environ)\(`, "--include=*.go", "--exclude=*_test.go", "--exclude-dir=bottest", ".", "../locales").CombinedOutput()
	if err == nil {
		t.Errorf("the environment is read in:\n%s", out)
	}
}
