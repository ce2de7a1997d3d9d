package webchat

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"prystan/bot/bottest"
)

// talk is the main job as a person does it: asks in Ukrainian, gets the Polish
// office and line, switches the country.
func talk(v *visit) {
	v.T.Helper()
	v.GoTo("/")
	v.answer("Пристань")
	v.ask("Як зареєструватися у Польщі?")
	said := v.answer("PESEL")
	for _, want := range []string{"Польща", "Як зареєструватися у Польщі?", "urząd gminy", "22 490 20 44"} {
		if !strings.Contains(said, want) {
			v.T.Errorf("the answer does not say %q:\n%s", want, said)
		}
	}
	if bottest.Eval[int](v.Tab, `document.querySelectorAll('a[href^="tel:+48"]').length`) == 0 {
		v.T.Error("no Polish number can be tapped")
	}
	v.press("where")
	v.answer("Румунія")
	v.Click(`button[value="1:in:uk:DE:tp.apply"]`)
	said = v.answer("Німеччина · ")
	if strings.Contains(said, "PESEL") {
		v.T.Errorf("the answer on Germany is one on Poland:\n%s", said)
	}
}

// left waits until the neutral page is there instead of the chat.
func (v *visit) left() {
	v.T.Helper()
	select {
	case url := <-v.Outside:
		if url != LeaveURL {
			v.T.Errorf("left for %s", url)
		}
	case <-time.After(15 * time.Second):
		v.T.Fatal("the page is not left")
	}
	v.answer("elsewhere")
	if at := bottest.Eval[string](v.Tab, "location.href"); at != LeaveURL {
		v.T.Errorf("the browser shows %s", at)
	}
}

func TestInABrowser(t *testing.T) {
	v := open(t, bottest.Browser(t), "uk-UA,uk;q=0.9,ru;q=0.8")
	talk(v)
	if at := bottest.Eval[string](v.Tab, "location.pathname + location.search"); at != "/" {
		t.Errorf("the address bar shows %s", at)
	}
	v.Click("#leave")
	v.left()
	history, err := chromedp.Run(v.Ctx, chromedp.NavigationEntries())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range history.Entries {
		if strings.HasPrefix(e.URL, v.URL) {
			t.Errorf("the way back leads to %s", e.URL)
		}
	}
	close(v.Console)
	for complaint := range v.Console {
		t.Errorf("the browser complains: %s", complaint)
	}
}

func TestInABrowserWithoutJavaScript(t *testing.T) {
	v := open(t, bottest.Browser(t), "uk")
	bottest.Command(v.Tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	posts := chromedp.Events(v.Ctx, network.RequestWillBeSentExtraInfo)
	talk(v)
	if !strings.HasSuffix(bottest.Eval[string](v.Tab, "location.href"), "/#answer") {
		t.Errorf("the page opens at %s, not at the answer", bottest.Eval[string](v.Tab, "location.href"))
	}
	if id := bottest.Eval[string](v.Tab, "document.activeElement.id"); id != "answer" {
		t.Errorf("the focus is on %q, not on the answer", id)
	}
	v.Click("#leave")
	v.left()
	for e, err := range posts {
		if err != nil {
			t.Fatal(err)
		}
		// Browsers that send no Sec-Fetch-Site are told from hostile pages by this.
		if origin, ok := e.Headers["Origin"]; ok {
			if origin != v.URL {
				t.Errorf("forms are sent with Origin %v", origin)
			}
			break
		}
	}
}

func TestInABrowserByKeyboard(t *testing.T) {
	v := open(t, bottest.Browser(t), "uk")
	v.GoTo("/")
	v.Do(chromedp.KeyEvent(kb.Tab))
	if class := bottest.Eval[string](v.Tab, "document.activeElement.className"); class != "skip" {
		t.Errorf("the first stop of the keyboard is %q", class)
	}
	v.Do(chromedp.KeyEvent(kb.Enter), chromedp.Sleep(100*time.Millisecond), chromedp.KeyEvent("Де зареєструватися у Польщі?"),
		chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
	v.answer("PESEL")
	if id := bottest.Eval[string](v.Tab, "document.activeElement.id"); id != "answer" {
		t.Errorf("after a question the focus is on %q", id)
	}
	// From the answer the keyboard comes to its first link or button.
	v.Do(chromedp.KeyEvent(kb.Tab))
	if !bottest.Eval[bool](v.Tab, `document.getElementById("answer").contains(document.activeElement) && getComputedStyle(document.activeElement).outlineStyle === "solid"`) {
		t.Error("the next stop of the keyboard is not in the answer, or cannot be seen")
	}
	v.Do(chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent(kb.Escape))
	if at := bottest.Eval[string](v.Tab, "location.href"); !strings.HasPrefix(at, v.URL) {
		t.Error("two presses of Escape leave the page")
	}
	v.Do(chromedp.KeyEvent(kb.Escape))
	v.left()
}

func TestWithoutANetworkTheNumberStays(t *testing.T) {
	v := open(t, bottest.Browser(t), "uk")
	v.GoTo("/?start=GB_uk")
	v.server.Close()
	v.ask("мене не випускають")
	v.Do(chromedp.WaitVisible(chromedp.CSS("#failed")))
	if said := bottest.Eval[string](v.Tab, `document.getElementById("failed").innerText`); !strings.Contains(said, "999") {
		t.Errorf("the page says %q", said)
	}
	if kept := bottest.Eval[string](v.Tab, `document.getElementById("question").value`); kept != "мене не випускають" {
		t.Errorf("the question is now %q", kept)
	}
}

// visits are pages that show every part of the web chat.
var visits = []struct {
	name string
	make func(*visit)
}{
	{"greeting", func(v *visit) { v.GoTo("/") }},
	{"answer", func(v *visit) {
		v.GoTo("/")
		v.ask("Де зареєструватися у Польщі?")
		v.answer("PESEL")
	}},
	{"danger", func(v *visit) { v.GoTo("/?start=sos_PL") }},
	{"crisis", func(v *visit) {
		v.GoTo("/?start=PL")
		v.ask("мене б'є чоловік, допоможіть")
		v.answer("☎")
	}},
	{"lines", func(v *visit) { v.GoTo("/?start=PL"); v.press("lines"); v.answer("Польща") }},
	{"card", func(v *visit) {
		v.GoTo("/?start=helplines_PL")
		v.press("line")
		v.Do(chromedp.WaitVisible(chromedp.CSS(".copy")))
	}},
	{"contact", func(v *visit) {
		v.GoTo("/?start=helplines_PL")
		v.press("line")
		v.Do(chromedp.WaitVisible(chromedp.CSS(".copy")))
		v.press("card")
		v.Do(chromedp.WaitVisible(chromedp.CSS(".card")))
	}},
	{"countries", func(v *visit) { v.GoTo("/"); v.press("where"); v.answer("Румунія") }},
	{"languages", func(v *visit) {
		v.GoTo("/")
		v.press("langs")
		v.Do(chromedp.WaitVisible(chromedp.CSS(`#answer button[lang="pl"]`)))
	}},
	{"vote", func(v *visit) {
		v.GoTo("/?start=apply_PL")
		v.press("up")
		v.Do(chromedp.WaitVisible(chromedp.CSS(".note")))
	}},
	{"empty", func(v *visit) { v.GoTo("/"); v.ask(" "); v.Do(chromedp.WaitVisible(chromedp.CSS("#alert"))) }},
	{"missing", func(v *visit) { v.GoTo("/nowhere") }},
	{"privacy", func(v *visit) { v.GoTo("/privacy") }},
}

// TestThePagesFitAndCanBeTapped looks at every kind of page in a window 320
// wide, which is also what 400 % of 1280 is.
func TestThePagesFitAndCanBeTapped(t *testing.T) {
	v := open(t, bottest.Browser(t), "uk")
	v.Do(chromedp.EmulateViewport(320, 256))
	for _, visit := range visits {
		visit.make(v)
		if over := bottest.Eval[int](v.Tab, `document.documentElement.scrollWidth - window.innerWidth`); over > 0 {
			t.Errorf("%s is %d px wider than the window", visit.name, over)
		}
		small := bottest.Eval[[]string](v.Tab, `Array.from(document.querySelectorAll("a, button, textarea")).filter(function (e) {
			var r = e.getBoundingClientRect();
			return r.width > 1 && !e.matches(".skip") && (r.height < 44 || r.width < 24) && !(e.matches("a") && getComputedStyle(e).display === "inline");
		}).map(function (e) { return e.className + " " + e.innerText + " " + e.getBoundingClientRect().width + "x" + e.getBoundingClientRect().height; })`)
		if len(small) > 0 {
			t.Errorf("%s: too small to tap: %q", visit.name, small)
		}
		if bar := bottest.Eval[float64](v.Tab, `document.querySelector(".bar").getBoundingClientRect().height`); bar > 100 {
			t.Errorf("%s: the bar takes %v px of 256", visit.name, bar)
		}
	}
}

// TestPagesAreAccessible lets axe-core judge every kind of page, by day and by
// night.
func TestPagesAreAccessible(t *testing.T) {
	axe := bottest.Axe(t)
	v := open(t, bottest.Browser(t), "uk")
	for _, scheme := range []string{"light", "dark"} {
		bottest.Command(v.Tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		for _, visit := range visits {
			visit.make(v)
			for _, violation := range v.Judge(axe) {
				t.Errorf("%s (%s): %s", visit.name, scheme, violation)
			}
		}
	}
}
