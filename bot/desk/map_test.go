package desk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"prystan/bot"
)

func TestTheMapShowsEveryCountry(t *testing.T) {
	h := newHouse(t)
	h.Clock.Advance(200 * 24 * time.Hour)
	b := h.as(t, h.add(t, "Anna", bot.RoleEditor))
	for _, path := range []string{"/desk/map", "/desk/map?by=age"} {
		status, page := b.get(path)
		wants(t, status, page, "Poland", "The countries in numbers")
		for _, c := range bot.Countries() {
			if n := strings.Count(page, ">"+string(c)+"</text>"); n != 1 {
				t.Errorf("%s: %s stands %d times on the map", path, c, n)
			}
			if n := strings.Count(page, fmt.Sprintf(`href="/desk/due?country=%s"`, c)); n != 2 {
				t.Errorf("%s: %d links to what is due in %s, not one on the map and one in the table", path, n, c)
			}
		}
		if strings.Contains(page, "style=") {
			t.Errorf("%s has an inline style, which the browser refuses", path)
		}
	}
}

func TestTheMapCountsWhatIsDue(t *testing.T) {
	h := newHouse(t)
	facts := 1 // the protection
	for _, s := range h.Directory.Records().Services {
		if s.Country == "PL" {
			facts++
		}
	}
	h.Clock.Advance(40_000 * 24 * time.Hour)
	status, page := h.as(t, h.add(t, "Anna", bot.RoleEditor)).get("/desk/map")
	wants(t, status, page, fmt.Sprintf("Poland: %d of %d facts are due", facts, facts))
	if !strings.Contains(page, `class="tile step-4"`) {
		t.Error("a country of which all is due has not the darkest colour")
	}
}

func TestTheMapLinksOnlyToWhatAnEditorCanDo(t *testing.T) {
	h := newHouse(t)
	status, page := h.as(t, h.add(t, "Petro", bot.RoleEditor, "PL")).get("/desk/map")
	wants(t, status, page, "Germany")
	if !strings.Contains(page, "/desk/due?country=PL") || strings.Contains(page, "/desk/due?country=DE") {
		t.Error("an editor of Poland finds links to other work than Poland's")
	}
}
