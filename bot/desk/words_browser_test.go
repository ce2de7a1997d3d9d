package desk_test

import (
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/bottest"
)

// TestALongWordStaysInThePage writes the longest word that a form takes, and
// looks at it on a phone.
func TestALongWordStaysInThePage(t *testing.T) {
	o := newOffice(t)
	tab := o.window(t, 360, 740)
	long := strings.Repeat("W", 500)
	chief := o.add(t, strings.Repeat("M", bot.MaxEditorName), bot.Administrator)
	b := o.as(t, chief)
	s := b.open("/desk/edit/organization/pl-fundacja-itaka")
	s.Set("name", long)
	s.Set("reason", long)
	s.Set("source", long)
	if status, body := s.send("propose"); status != 200 {
		t.Fatalf("%d\n%s", status, alerts(body))
	}
	if status, body := b.open("/desk/edit/service/pl-kcik").propose("name_en", long, "city", long, "note_0", long); status != 200 {
		t.Fatalf("%d\n%s", status, alerts(body))
	}
	for _, p := range o.waiting() {
		if err := o.keeper.Publish(t.Context(), o.publisher, p.ID); err != nil {
			t.Fatal(err)
		}
	}
	if status, body := b.open("/desk/edit/organization/pl-fundacja-itaka").propose("name", long[1:]); status != 200 {
		t.Fatalf("%d\n%s", status, alerts(body))
	}
	o.signIn(tab, chief)
	for _, path := range []string{
		"/desk/", "/desk/due?country=PL&show=unsure", "/desk/proposals", "/desk/proposals/1", "/desk/proposals/3", "/desk/records?q=wwww", "/desk/records?kind=organization&q=ww",
		"/desk/records/service/pl-kcik", "/desk/records/organization/pl-fundacja-itaka", "/desk/edit/service/pl-kcik", "/desk/new/service", "/desk/new/service_text",
		"/desk/people", "/desk/people/1", "/desk/audit", "/desk/me", "/desk/texts", "/desk/preview?proposal=3", "/desk/preview?country=PL&topic=safety.trafficked", "/desk/preview/changes?proposal=3",
	} {
		tab.GoTo(path)
		if over := bottest.Eval[int](tab, `document.documentElement.scrollWidth - window.innerWidth`); over > 0 {
			t.Errorf("%s is %d px wider than the window", path, over)
		}
	}
}
