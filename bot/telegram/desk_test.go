package telegram_test

import (
	"context"
	"strings"
	"testing"

	"prystan/bot/bottest"
	"prystan/bot/telegram"
	"prystan/locales"
)

func TestWithoutADeskItsWordsAreForTheConversation(t *testing.T) {
	d := open(t, nil)
	olha := d.api.NewPerson("en")
	menu := d.Catalog.Printer("en").Say(locales.MenuTitle)
	for _, text := range []string{"/desk", "/start desk_ABC"} {
		if r := olha.Say(text); !strings.Contains(r.Text(), menu) && len(r.Last().Keyboard) == 0 {
			t.Errorf("%q is answered with %q", text, r.Text())
		}
	}
	olha.PressData(olha, olha.Messages()[1], "1:desk:en::right.a.b")
	if r := olha.Reply(); len(r.Last().Keyboard) == 0 {
		t.Errorf("a button of a desk that is gone is answered with %q", r.Text())
	}
}

func TestTheBotTellsWithoutBeingAsked(t *testing.T) {
	d := open(t, nil)
	olha := d.api.NewPerson("en")
	olha.Say("/start")
	ctx := context.Background()
	m := telegram.DeskMessage{
		Text:    "This is due.\n\n" + strings.Repeat("A long fact. ", 400), // three messages
		Buttons: [][]telegram.DeskButton{{{Label: "Still right", Data: "right.a.b"}, {Label: "Source", URL: "https://example.org/"}}},
	}
	d.api.Fail("sendMessage", bottest.Fault{Code: 502}, bottest.Fault{Reset: true})
	if err := d.bot.Tell(ctx, olha.ID, m); err != nil {
		t.Fatal(err)
	}
	r := olha.Reply()
	if len(r) != 3 || !strings.HasPrefix(r.Text(), "This is due.") || r.Last().Buttons()[0].Data != "1:desk:en::right.a.b" {
		t.Errorf("the person is told %d messages, the last with %+v", len(r), r.Last().Buttons())
	}

	faults := make([]bottest.Fault, 12)
	for i := range faults {
		faults[i].Code = 500
	}
	d.api.Fail("sendMessage", faults...)
	for range 4 {
		if err := d.bot.Tell(ctx, olha.ID, m); err == nil || strings.Contains(err.Error(), d.api.Token) {
			t.Errorf("what did not get through is no error, or one with the token: %v", err)
		}
	}
	if !d.bot.Stats().Down {
		t.Error("the breaker does not count what is told")
	}
	calls := len(d.api.Calls("sendMessage"))
	if err := d.bot.Tell(ctx, olha.ID, m); err == nil || len(d.api.Calls("sendMessage")) != calls {
		t.Errorf("while Telegram does not answer it is called all the same (%v)", err)
	}
}
