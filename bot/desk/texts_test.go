package desk_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"prystan/bot"
)

func TestTextsShowWhichTranslationsAreOlderThanTheirSource(t *testing.T) {
	h := newHouse(t)
	anna, olena := h.add(t, "Anna", bot.RoleEditor), h.add(t, "Olena", bot.RoleEditor)
	b := h.as(t, anna)
	status, page := b.get("/desk/texts?language=uk")
	wants(t, status, page, "No translation is older than its English text.", "Nothing is missing", "Ukrainian")

	h.Clock.Advance(time.Hour)
	if err := h.keeper.Publish(context.Background(), olena, h.changedArticle(t, anna)); err != nil {
		t.Fatal(err)
	}
	status, page = b.get("/desk/texts?language=uk")
	wants(t, status, page, "The English text changed after these were translated")
	if !strings.Contains(page, `href="/desk/edit/article/safety.job_offer/uk"`) {
		t.Error("the page does not lead to the stale text")
	}
	status, page = b.get("/desk/")
	wants(t, status, page, "translations are older than their English text")
}

func TestTextsListTheHardestFirst(t *testing.T) {
	h := newHouse(t)
	anna, olena := h.add(t, "Anna", bot.RoleEditor), h.add(t, "Olena", bot.RoleEditor)
	id := h.proposal(t, anna, bot.Ref{Kind: bot.KindArticle, ID: "tp.work/en"}, func(v any) any {
		a := v.(bot.Article)
		a.Now = strings.Repeat("This sentence has "+strings.Repeat("very ", 80)+"many words. ", 40)
		return a
	})
	if err := h.keeper.Publish(context.Background(), olena, id); err != nil {
		t.Fatal(err)
	}
	status, page := h.as(t, anna).get("/desk/texts?language=en")
	wants(t, status, page, "85", "40 of")
	_, list, _ := strings.Cut(page, `id="hard"`)
	if first := strings.Index(list, "/desk/edit/"); first < 0 || !strings.HasPrefix(list[first:], "/desk/edit/article/tp.work/en") {
		t.Errorf("the hardest text does not come first:\n%.600s", list)
	}
}

func TestAnEditorOfACountryIsNotAskedForOtherTexts(t *testing.T) {
	h := newHouse(t)
	anna, olena := h.add(t, "Anna", bot.RoleEditor), h.add(t, "Olena", bot.RoleEditor)
	if err := h.keeper.Publish(context.Background(), olena, h.changedArticle(t, anna)); err != nil {
		t.Fatal(err)
	}
	status, page := h.as(t, h.add(t, "Petro", bot.RoleEditor, "PL")).get("/desk/texts?language=uk")
	wants(t, status, page, "No translation is older")
}

func BenchmarkTexts(b *testing.B) {
	h := newHouse(b)
	browser := h.as(b, h.add(b, "Anna", bot.RoleEditor))
	for b.Loop() {
		browser.get("/desk/texts?language=uk")
	}
}
