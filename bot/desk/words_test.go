package desk_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/locales"
)

var (
	sayInTemplate = regexp.MustCompile(`\bSay "([a-z_]+\.[a-z_.]+)"`)
	sayInCode     = regexp.MustCompile(`"([a-z]+(?:\.[a-z_0-9]+)+)"`)
	inBrackets    = regexp.MustCompile(`\[[a-z_]+(\.[a-z_0-9]+)+\]`)
)

// TestEveryMessageOfThePagesThereIs looks for the keys that pages and code name.
func TestEveryMessageOfThePagesThereIs(t *testing.T) {
	c, err := locales.NewCatalog()
	if err != nil {
		t.Fatal(err)
	}
	messages, err := locales.NewDeskCatalog(c)
	if err != nil {
		t.Fatal(err)
	}
	english := messages.Printer(bot.English)
	areas := make(map[string]bool)
	for _, key := range english.Keys() {
		area, _, _ := strings.Cut(key, ".")
		areas[area] = true
	}
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		form := sayInTemplate
		switch filepath.Ext(path) {
		case ".go":
			form = sayInCode
		case ".html":
		default:
			return nil
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range form.FindAllStringSubmatch(string(raw), -1) {
			area, _, _ := strings.Cut(m[1], ".")
			made := strings.HasSuffix(m[1], "_") // with a number put behind it
			if areas[area] && !made && !english.Has(m[1]) && !strings.HasSuffix(m[1], ".css") && !strings.HasSuffix(m[1], ".html") && !strings.HasSuffix(m[1], ".js") {
				t.Errorf("%s says %s, which there is not", path, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoPageShowsTheKeyOfAMessage opens a page of each kind in every language of
// the desk.
func TestNoPageShowsTheKeyOfAMessage(t *testing.T) {
	h := newHouse(t)
	pages := h.everyPage(t)
	for _, l := range bot.DeskLanguages() {
		id, err := h.door.Add(t.Context(), 0, bot.Editor{Name: "Olena in " + string(l), Role: bot.Administrator, Language: l})
		if err != nil {
			t.Fatal(err)
		}
		olena := h.as(t, id)
		for _, path := range pages {
			_, body := olena.get(path)
			if key := inBrackets.FindString(body); key != "" {
				t.Errorf("%s in language %s shows %s", path, l, key)
			}
			if !strings.Contains(body, `<html lang="`+string(l)+`"`) && path != "/desk/nowhere" {
				t.Errorf("%s in language %s is in another language", path, l)
			}
		}
	}
}
