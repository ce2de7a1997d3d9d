package desk_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/xuri/excelize/v2"

	"prystan/bot"
	"prystan/bot/bottest"
)

// TestAnImportWithTheKeyboardAlone sends a spreadsheet with three kinds of
// mistakes, reads what is said of them, and proposes what is right.
func TestAnImportWithTheKeyboardAlone(t *testing.T) {
	h := newHouse(t)
	raw := h.typed(t, func(at func(id, column string) string, f *excelize.File) {
		for cell, text := range map[string]string{
			at("pl-kcik", "cost"): "cheap", at("pl-feminoteka-ua", "assured"): "11/24/2026", at("pl-emergency", "website"): "www.112", at("pl-116000", "city"): "Radom",
		} {
			if err := f.SetCellValue("services", cell, text); err != nil {
				t.Fatal(err)
			}
		}
	})
	file := filepath.Join(t.TempDir(), "lines.xlsx")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	tab := h.window(t, 1100, 900)
	h.signIn(tab, h.add(t, "Olena", bot.Contributor))
	tab.GoTo("/desk/exchange")
	tabTo(tab, "#file")
	// The dialogue that Enter opens is the system's; the file is chosen for it.
	tab.Do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
	tabTo(tab, `form[action="/desk/import"] button`)
	keys(tab, kb.Enter)
	said := tab.Says("main", "Row by row")
	for _, want := range []string{"“cheap” is none of", "“11/24/2026” may be two dates", "“www.112” is no full web address", "Radom", "Invalid: 3"} {
		if !strings.Contains(said, want) {
			t.Errorf("the page does not say %q:\n%s", want, said)
		}
	}
	tabTo(tab, `a[href$="show=invalid"]`)
	keys(tab, kb.Enter)
	tab.Says("main [aria-current]", "Invalid: 3")
	tabTo(tab, "#reason")
	keys(tab, "list", kb.Tab, "list", kb.Tab, kb.Enter)
	tab.Says("main", "Proposed. Somebody else")
	if all := h.waiting(t); len(all) != 1 {
		t.Errorf("%d proposals wait", len(all))
	}
}

func TestThePagesOfAnImportAreAccessibleAndFitAPhone(t *testing.T) {
	axe := bottest.Axe(t)
	h := newHouse(t)
	file := filepath.Join(t.TempDir(), "services.csv")
	text := "id,city,cost,colour\npl-kcik,Opole,free,red\npl-pip," + strings.Repeat("Radom", 30) + ",cheap,red\ncz-emergency,Brno,free,red\nxx,,,\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	tab := h.window(t, 360, 740)
	h.signIn(tab, h.add(t, "Ion", bot.RoleEditor, "PL"))
	judge := func(page string) {
		t.Helper()
		for _, scheme := range []string{"light", "dark"} {
			bottest.Command(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
			})
			for _, violation := range tab.Judge(axe) {
				t.Errorf("%s (%s): %s", page, scheme, violation)
			}
		}
		if over := bottest.Eval[int](tab, `document.documentElement.scrollWidth - window.innerWidth`); over > 0 {
			t.Errorf("%s is %d px wider than the window", page, over)
		}
	}
	tab.GoTo("/desk/exchange")
	tab.Do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
	tab.Click(`form[action="/desk/import"] button`)
	tab.Says("main", "Left out: 1")
	judge("what a file would change")
	bottest.Eval[bool](tab, `document.querySelectorAll("input").forEach(function (e) { e.required = false; }) || true`)
	tab.Click(`form[action^="/desk/import/"] button`)
	tab.Says("main", "Nothing was proposed")
	judge("without a reason")
	tab.GoTo("/desk/exchange")
	if err := os.WriteFile(file, []byte("a,b\n1,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tab.Do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
	tab.Click(`form[action="/desk/import"] button`)
	tab.Says("main", "header row")
	judge("a file that is none")
}
