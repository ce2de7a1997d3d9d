package webchat

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// talk is the main job as a person does it: asks in Ukrainian, gets the Polish
// office and line, switches the country.
func talk(v *visit) {
	v.t.Helper()
	v.goTo("/")
	v.answer("Пристань")
	v.ask("Як зареєструватися у Польщі?")
	said := v.answer("PESEL")
	for _, want := range []string{"Польща", "Як зареєструватися у Польщі?", "urząd gminy", "22 490 20 44"} {
		if !strings.Contains(said, want) {
			v.t.Errorf("the answer does not say %q:\n%s", want, said)
		}
	}
	if eval[int](v, `document.querySelectorAll('a[href^="tel:+48"]').length`) == 0 {
		v.t.Error("no Polish number can be tapped")
	}
	v.press("where")
	v.answer("Румунія")
	v.click(`button[value="1:in:uk:DE:tp.apply"]`)
	said = v.answer("Німеччина · ")
	if strings.Contains(said, "PESEL") {
		v.t.Errorf("the answer on Germany is one on Poland:\n%s", said)
	}
}

// left waits until the neutral page is there instead of the chat.
func (v *visit) left() {
	v.t.Helper()
	select {
	case url := <-v.outside:
		if url != LeaveURL {
			v.t.Errorf("left for %s", url)
		}
	case <-time.After(15 * time.Second):
		v.t.Fatal("the page is not left")
	}
	v.answer("elsewhere")
	if at := eval[string](v, "location.href"); at != LeaveURL {
		v.t.Errorf("the browser shows %s", at)
	}
}

func TestInABrowser(t *testing.T) {
	v := open(t, browser(t), "uk-UA,uk;q=0.9,ru;q=0.8")
	talk(v)
	if at := eval[string](v, "location.pathname + location.search"); at != "/" {
		t.Errorf("the address bar shows %s", at)
	}
	v.click("#leave")
	v.left()
	history, err := chromedp.Run(v.ctx, chromedp.NavigationEntries())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range history.Entries {
		if strings.HasPrefix(e.URL, v.url) {
			t.Errorf("the way back leads to %s", e.URL)
		}
	}
	close(v.console)
	for complaint := range v.console {
		t.Errorf("the browser complains: %s", complaint)
	}
}

func TestInABrowserWithoutJavaScript(t *testing.T) {
	v := open(t, browser(t), "uk")
	call(v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	posts := chromedp.Events(v.ctx, network.RequestWillBeSentExtraInfo)
	talk(v)
	if !strings.HasSuffix(eval[string](v, "location.href"), "/#answer") {
		t.Errorf("the page opens at %s, not at the answer", eval[string](v, "location.href"))
	}
	if id := eval[string](v, "document.activeElement.id"); id != "answer" {
		t.Errorf("the focus is on %q, not on the answer", id)
	}
	v.click("#leave")
	v.left()
	for e, err := range posts {
		if err != nil {
			t.Fatal(err)
		}
		// Browsers that send no Sec-Fetch-Site are told from hostile pages by this.
		if origin, ok := e.Headers["Origin"]; ok {
			if origin != v.url {
				t.Errorf("forms are sent with Origin %v", origin)
			}
			break
		}
	}
}

func TestInABrowserByKeyboard(t *testing.T) {
	v := open(t, browser(t), "uk")
	v.goTo("/")
	v.do(chromedp.KeyEvent(kb.Tab))
	if class := eval[string](v, "document.activeElement.className"); class != "skip" {
		t.Errorf("the first stop of the keyboard is %q", class)
	}
	v.do(chromedp.KeyEvent(kb.Enter), chromedp.Sleep(100*time.Millisecond), chromedp.KeyEvent("Де зареєструватися у Польщі?"),
		chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
	v.answer("PESEL")
	if id := eval[string](v, "document.activeElement.id"); id != "answer" {
		t.Errorf("after a question the focus is on %q", id)
	}
	// From the answer the keyboard comes to its first link or button.
	v.do(chromedp.KeyEvent(kb.Tab))
	if !eval[bool](v, `document.getElementById("answer").contains(document.activeElement) && getComputedStyle(document.activeElement).outlineStyle === "solid"`) {
		t.Error("the next stop of the keyboard is not in the answer, or cannot be seen")
	}
	v.do(chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent(kb.Escape))
	if at := eval[string](v, "location.href"); !strings.HasPrefix(at, v.url) {
		t.Error("two presses of Escape leave the page")
	}
	v.do(chromedp.KeyEvent(kb.Escape))
	v.left()
}

func TestWithoutANetworkTheNumberStays(t *testing.T) {
	v := open(t, browser(t), "uk")
	v.goTo("/?start=GB_uk")
	v.server.Close()
	v.ask("мене не випускають")
	v.do(chromedp.WaitVisible(chromedp.CSS("#failed")))
	if said := eval[string](v, `document.getElementById("failed").innerText`); !strings.Contains(said, "999") {
		t.Errorf("the page says %q", said)
	}
	if kept := eval[string](v, `document.getElementById("question").value`); kept != "мене не випускають" {
		t.Errorf("the question is now %q", kept)
	}
}

// visits are pages that show every part of the web chat.
var visits = []struct {
	name string
	make func(*visit)
}{
	{"greeting", func(v *visit) { v.goTo("/") }},
	{"answer", func(v *visit) {
		v.goTo("/")
		v.ask("Де зареєструватися у Польщі?")
		v.answer("PESEL")
	}},
	{"danger", func(v *visit) { v.goTo("/?start=sos_PL") }},
	{"crisis", func(v *visit) {
		v.goTo("/?start=PL")
		v.ask("мене б'є чоловік, допоможіть")
		v.answer("☎")
	}},
	{"lines", func(v *visit) { v.goTo("/?start=PL"); v.press("lines"); v.answer("Польща") }},
	{"card", func(v *visit) {
		v.goTo("/?start=helplines_PL")
		v.press("line")
		v.do(chromedp.WaitVisible(chromedp.CSS(".copy")))
	}},
	{"contact", func(v *visit) {
		v.goTo("/?start=helplines_PL")
		v.press("line")
		v.do(chromedp.WaitVisible(chromedp.CSS(".copy")))
		v.press("card")
		v.do(chromedp.WaitVisible(chromedp.CSS(".card")))
	}},
	{"countries", func(v *visit) { v.goTo("/"); v.press("where"); v.answer("Румунія") }},
	{"languages", func(v *visit) {
		v.goTo("/")
		v.press("langs")
		v.do(chromedp.WaitVisible(chromedp.CSS(`#answer button[lang="pl"]`)))
	}},
	{"vote", func(v *visit) {
		v.goTo("/?start=apply_PL")
		v.press("up")
		v.do(chromedp.WaitVisible(chromedp.CSS(".note")))
	}},
	{"empty", func(v *visit) { v.goTo("/"); v.ask(" "); v.do(chromedp.WaitVisible(chromedp.CSS("#alert"))) }},
	{"missing", func(v *visit) { v.goTo("/nowhere") }},
	{"privacy", func(v *visit) { v.goTo("/privacy") }},
}

// TestThePagesFitAndCanBeTapped looks at every kind of page in a window 320
// wide, which is also what 400 % of 1280 is.
func TestThePagesFitAndCanBeTapped(t *testing.T) {
	v := open(t, browser(t), "uk")
	v.do(chromedp.EmulateViewport(320, 256))
	for _, visit := range visits {
		visit.make(v)
		if over := eval[int](v, `document.documentElement.scrollWidth - window.innerWidth`); over > 0 {
			t.Errorf("%s is %d px wider than the window", visit.name, over)
		}
		small := eval[[]string](v, `Array.from(document.querySelectorAll("a, button, textarea")).filter(function (e) {
			var r = e.getBoundingClientRect();
			return r.width > 1 && !e.matches(".skip") && (r.height < 44 || r.width < 24) && !(e.matches("a") && getComputedStyle(e).display === "inline");
		}).map(function (e) { return e.className + " " + e.innerText + " " + e.getBoundingClientRect().width + "x" + e.getBoundingClientRect().height; })`)
		if len(small) > 0 {
			t.Errorf("%s: too small to tap: %q", visit.name, small)
		}
		if bar := eval[float64](v, `document.querySelector(".bar").getBoundingClientRect().height`); bar > 100 {
			t.Errorf("%s: the bar takes %v px of 256", visit.name, bar)
		}
	}
}

// TestPagesAreAccessible lets axe-core judge every kind of page, by day and by
// night.
func TestPagesAreAccessible(t *testing.T) {
	path := os.Getenv("PRYSTAN_AXE")
	if path == "" {
		t.Skip("PRYSTAN_AXE does not name axe.min.js of the npm package axe-core: pages are not judged")
	}
	axe, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	v := open(t, browser(t), "uk")
	for _, scheme := range []string{"light", "dark"} {
		call(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		for _, visit := range visits {
			visit.make(v)
			eval[chromedp.Void](v, string(axe)+";undefined")
			found, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](`axe.run({
				runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
			}).then(function (r) { return JSON.stringify(r.violations.map(function (v) {
				return v.id + ": " + v.nodes.map(function (n) { return n.html + " – " + n.failureSummary; }).join("; ");
			})); })`, chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatal(err)
			}
			var violations []string
			if err := json.Unmarshal([]byte(found), &violations); err != nil {
				t.Fatal(err)
			}
			for _, violation := range violations {
				t.Errorf("%s (%s): %s", visit.name, scheme, violation)
			}
		}
	}
}
