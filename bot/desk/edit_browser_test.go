package desk_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"prystan/bot"
	"prystan/bot/bottest"
)

func TestAFigureIsTheSameWhileSomebodyWrites(t *testing.T) {
	h := newHouse(t)
	tab := h.window(t, 1100, 900)
	h.signIn(tab, h.add(t, "Olena", bot.Contributor))
	tab.GoTo("/desk/edit/article/tp.work/de")
	tab.Says("main", "Edit:")
	writer := h.as(t, h.add(t, "Ion", bot.Contributor))
	for _, text := range []string{
		"Bis zum 4. März 2027. Dann fragen Sie z. B. Frau Dr. Meier.\n- Pass\n- Karte",
		"Офіс: вул. Хрещатик, дім 112. Це безкоштовно? Так… але не завжди!",
		"In danger call {{.Emergency}}. See gov.pl/ua. One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen.",
		"",
	} {
		written, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		live := bottest.Eval[string](tab, fmt.Sprintf(`(() => {
			const field = document.getElementById("f-about");
			field.value = %s;
			field.dispatchEvent(new Event("input", { bubbles: true }));
			return document.getElementById("f-about-figure").textContent;
		})()`, written))
		// The form comes back from the server: somebody else has not given a reason.
		s := writer.open("/desk/edit/article/tp.work/de")
		s.Set("about", text)
		_, body := s.send("propose")
		if saved := between(body, `id="f-about-figure">`, "<"); saved != live {
			t.Errorf("%q: %q in the browser, %q on the server", text, live, saved)
		}
	}
}
