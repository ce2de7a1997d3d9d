package desk_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"prystan/bot"
	"prystan/bot/access"
	"prystan/bot/answer"
	"prystan/bot/bottest"
	"prystan/bot/directory"
)

// window opens a tab at the desk.
func (h *house) window(t testing.TB, width, height int64) *bottest.Tab {
	t.Helper()
	return bottest.Open(t, bottest.Browser(t), h.server.URL, "en", width, height)
}

// signIn signs an editor in with a one-time link, as a person does.
func (h *house) signIn(tab *bottest.Tab, editor int64) {
	tab.T.Helper()
	secret, err := h.door.MakeLink(context.Background(), 0, editor, access.SignIn)
	if err != nil {
		tab.T.Fatal(err)
	}
	tab.GoTo("/desk/link/" + secret)
	tab.Click("main form button")
	tab.Do(chromedp.WaitVisible(chromedp.CSS(`header a[href="/desk/"][aria-current], header a[href="/desk/me"]`)))
}

// helpline returns what the bot says to somebody in Poland who presses
// a line in the list of helplines.
func (h *house) helpline(t testing.TB, service string) string {
	t.Helper()
	press := answer.Action{Verb: answer.ShowLine, Arg: service, Language: "uk", Country: "PL"}
	reply, _, err := h.talk.Turn(context.Background(), answer.Session{}, answer.Input{Press: &press})
	if err != nil {
		t.Fatal(err)
	}
	return reply.Plain()
}

func TestAWrongNumberIsPutRightByTwoPeopleAndUndone(t *testing.T) {
	h := newHouse(t)
	olena, petro := h.add(t, "Olena", bot.Contributor, "PL"), h.add(t, "Petro", bot.RoleEditor, "PL")
	const before, after = "22 628 01 20", "22 628 99 99"
	if said := h.helpline(t, "pl-kcik"); !strings.Contains(said, before) {
		t.Fatalf("the line is not there to begin with:\n%s", said)
	}
	tab := h.window(t, 1100, 900)

	h.signIn(tab, olena)
	tab.GoTo("/desk/edit/service/pl-kcik")
	tab.Do(chromedp.SetValue(chromedp.CSS("#f-phones_0"), after),
		chromedp.SetValue(chromedp.CSS("#f-reason"), "The line has a new number."),
		chromedp.SetValue(chromedp.CSS("#f-source"), "https://www.kcik.pl"))
	tab.Click(`button[value="propose"]`)
	said := tab.Says("main", "Proposed.")
	if strings.Contains(said, "Publish") || !strings.Contains(said, after) {
		t.Errorf("the contributor sees:\n%s", said)
	}
	if said := h.helpline(t, "pl-kcik"); strings.Contains(said, after) {
		t.Error("people see what nobody has published")
	}

	h.signIn(tab, petro)
	tab.GoTo("/desk/proposals")
	tab.Click("main table a")
	tab.Says("main", after)
	tab.Click(`button[value="publish"]`)
	tab.Says("main", "Published.")
	if said := h.helpline(t, "pl-kcik"); !strings.Contains(said, after) || strings.Contains(said, before) {
		t.Errorf("after publishing the bot says:\n%s", said)
	}

	tab.GoTo("/desk/records/service/pl-kcik")
	tab.Click(`form[action="/desk/undo"] button`)
	tab.Says("main", "Undone.")
	if said := h.helpline(t, "pl-kcik"); !strings.Contains(said, before) || strings.Contains(said, after) {
		t.Errorf("after undoing the bot says:\n%s", said)
	}
}

// keys presses keys, one after the other.
func keys(tab *bottest.Tab, all ...string) {
	tab.T.Helper()
	for _, key := range all {
		tab.Do(chromedp.KeyEvent(key))
	}
}

// tabTo presses Tab until the focus is on what the selector finds, and sees to
// it that the focus can be seen.
func tabTo(tab *bottest.Tab, selector string) {
	tab.T.Helper()
	for range 200 {
		keys(tab, kb.Tab)
		if bottest.Eval[bool](tab, `document.activeElement.matches('`+selector+`')`) {
			if !bottest.Eval[bool](tab, `getComputedStyle(document.activeElement).outlineStyle !== "none"`) {
				tab.T.Errorf("the focus on %s cannot be seen", selector)
			}
			return
		}
	}
	tab.T.Fatalf("the keyboard does not come to %s", selector)
}

func TestTheDeskIsUsedWithTheKeyboardAlone(t *testing.T) {
	h := newHouse(t)
	petro := h.add(t, "Petro", bot.RoleEditor, "PL")
	tab := h.window(t, 1100, 900)
	h.signIn(tab, petro)

	tab.GoTo("/desk/")
	tabTo(tab, `.skip`)
	keys(tab, kb.Enter)
	tabTo(tab, `main a[href="/desk/due"]`)
	keys(tab, kb.Enter)
	tab.Says("main", "Facts to look at")
	tabTo(tab, `button[value="right"]`)
	fact := bottest.Eval[string](tab, `document.activeElement.form.id.value`)
	kind := bottest.Eval[string](tab, `document.activeElement.form.kind.value`)
	keys(tab, kb.Enter)
	tab.Says("main", "Marked as still right")
	stored, err := h.DB.Stored(context.Background(), bot.Ref{Kind: bot.Kind(kind), ID: fact})
	if err != nil {
		t.Fatal(err)
	}
	value, err := stored.Value()
	if err != nil {
		t.Fatal(err)
	}
	if s, _ := bot.StandingOf(value); s.AssuredBy != "Petro" || s.Assured != bot.DateOf(h.Clock.Now()) {
		t.Errorf("%s %s was assured by %q on %s", kind, fact, s.AssuredBy, s.Assured)
	}

	tab.GoTo("/desk/edit/phone/pl-112")
	tabTo(tab, `a[href="/desk/records/phone/pl-112"]`)
	keys(tab, kb.Enter)
	tab.Says("main", "112")
}

// everyPage is a page of each kind.
func (h *house) everyPage(t testing.TB) []string {
	t.Helper()
	stored, err := h.DB.Stored(context.Background(), bot.Ref{Kind: bot.KindOrganization, ID: "pl-fundacja-itaka"})
	if err != nil {
		t.Fatal(err)
	}
	o, err := stored.Value()
	if err != nil {
		t.Fatal(err)
	}
	named := o.(bot.Organization)
	named.Name = "ITAKA"
	rec, err := bot.NewRecord(named)
	if err != nil {
		t.Fatal(err)
	}
	marta := h.add(t, "Marta", bot.RoleEditor)
	var last int64
	for _, name := range []string{"published", "waiting"} {
		last, err = h.keeper.Propose(context.Background(), marta, directory.Draft{
			Origin: directory.FromForm, Reason: "a test", Source: "a test",
			Changes: []directory.Change{{Ref: rec.Ref, Base: stored.Revision, Body: strings.Replace(rec.Body, "ITAKA", "ITAKA "+name, 1)}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if name == "published" {
			if err := h.keeper.Publish(context.Background(), h.add(t, "Ivan", bot.Administrator), last); err != nil {
				t.Fatal(err)
			}
			stored.Revision++
		}
	}
	return []string{
		"/desk/", "/desk/due", "/desk/due?show=unsure", "/desk/proposals", "/desk/proposals/1", "/desk/proposals/2", "/desk/releases",
		"/desk/records", "/desk/records?kind=phone", "/desk/records?kind=article", "/desk/records/service/pl-kcik",
		"/desk/records/organization/pl-fundacja-itaka", "/desk/records/phone/pl-116000", "/desk/records/examples/tp.apply/uk",
		"/desk/edit/service/pl-kcik", "/desk/edit/organization/pl-fundacja-itaka", "/desk/edit/phone/pl-116000", "/desk/edit/protection/PL",
		"/desk/edit/article/tp.apply/uk", "/desk/edit/protection_text/PL/uk", "/desk/edit/service_text/pl-kcik/uk", "/desk/edit/examples/tp.apply/uk",
		"/desk/new/service", "/desk/new/phone", "/desk/new/organization", "/desk/new/fact",
		"/desk/texts", "/desk/map", "/desk/signals", "/desk/links", "/desk/exchange", "/desk/preview?proposal=2&country=PL", "/desk/preview/changes?proposal=2",
		"/desk/people", "/desk/settings", "/desk/audit", "/desk/me", "/desk/nowhere",
	}
}

// TestEveryPageIsAccessible lets axe-core judge every kind of page, by day and
// by night.
func TestEveryPageIsAccessible(t *testing.T) {
	axe := bottest.Axe(t)
	h := newHouse(t)
	pages := h.everyPage(t)
	tab := h.window(t, 1100, 900)
	judge := func(path, scheme string) {
		tab.GoTo(path)
		for _, violation := range tab.Judge(axe) {
			t.Errorf("%s (%s): %s", path, scheme, violation)
		}
	}
	judge("/desk/enter", "light")
	judge("/desk/link/used", "light")
	// A form that somebody sends whose session has ended.
	bottest.Eval[bool](tab, `(function () {
		var form = document.querySelector("main form");
		form.action = "/desk/new/fact";
		setTimeout(function () { form.submit(); }, 0);
		return true;
	})()`)
	tab.Says("main", "You were signed out")
	for _, violation := range tab.Judge(axe) {
		t.Errorf("what was written, to be sent again: %s", violation)
	}
	h.signIn(tab, h.add(t, "Olena", bot.Administrator))
	for _, scheme := range []string{"light", "dark"} {
		bottest.Command(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		for _, path := range pages {
			judge(path, scheme)
		}
	}
}

func TestEveryPageFitsAPhoneAndCanBeTapped(t *testing.T) {
	h := newHouse(t)
	pages := h.everyPage(t)
	tab := h.window(t, 360, 740)
	for _, l := range []bot.Language{bot.English, bot.German, bot.Ukrainian} { // of short, of long and of Cyrillic words
		id, err := h.door.Add(t.Context(), 0, bot.Editor{Name: "Olena in " + string(l), Role: bot.Administrator, Language: l})
		if err != nil {
			t.Fatal(err)
		}
		h.signIn(tab, id)
		for _, path := range pages {
			tab.GoTo(path)
			fits(tab, string(l)+" "+path)
		}
	}
}

// fits complains of a page that is wider than the window, and of what is too
// small to tap.
func fits(tab *bottest.Tab, page string) {
	tab.T.Helper()
	if over := bottest.Eval[int](tab, `document.documentElement.scrollWidth - window.innerWidth`); over > 0 {
		tab.T.Errorf("%s is %d px wider than the window", page, over)
	}
	small := bottest.Eval[[]string](tab, `Array.from(document.querySelectorAll("button, .button, input, select, summary")).filter(function (e) {
		var r = e.getBoundingClientRect();
		return r.width > 1 && (r.height < 24 || r.width < 24);
	}).map(function (e) { return e.tagName + " " + e.name + " " + e.getBoundingClientRect().width + "x" + e.getBoundingClientRect().height; })`)
	if len(small) > 0 {
		tab.T.Errorf("%s: too small to tap: %q", page, small)
	}
}
