package bottest_test

import (
	"context"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/bottest"
)

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	ctx := context.Background()
	one, two := bottest.House(t), bottest.House(t)
	if err := one.Choices.Choose(ctx, 1, bot.Ukrainian, "PL"); err != nil {
		t.Fatal(err)
	}
	if l, _, err := two.Choices.Choice(ctx, 1); l != "" || err != nil {
		t.Errorf("another test sees %q (%v)", l, err)
	}
	records, err := one.DB.Records(ctx)
	if err != nil || len(records.Services) == 0 {
		t.Errorf("the database holds %d services (%v)", len(records.Services), err)
	}
}

func TestTheConversationGoesByTheClock(t *testing.T) {
	h := bottest.House(t)
	h.Clock.Advance(time.Hour)
	if got := h.Clock.Now(); !got.Equal(bottest.Noon.Add(time.Hour)) {
		t.Errorf("the clock shows %v", got)
	}
	if len(h.Languages()) == 0 {
		t.Error("no language has all its articles")
	}
}

// A test of a transport furnishes a house and lets people act.
func ExampleHouse() {
	test := func(t *testing.T) {
		h := bottest.House(t)
		reply, _, err := h.Conversation.Turn(context.Background(), answer.Session{}, answer.Input{Text: "/start", Client: "uk"})
		if err != nil || reply.Language != bot.Ukrainian {
			t.Errorf("the greeting is in %s (%v)", reply.Language, err)
		}
	}
	_ = test
}

// A test of the bot starts a server, runs the bot against it and presses its
// buttons.
func ExampleBotAPI() {
	test := func(t *testing.T, run func(h *bottest.Prepared, address, token string)) {
		h, api := bottest.House(t), bottest.NewBotAPI(t)
		run(h, api.URL, api.Token)
		olha := api.NewPerson("uk")
		greeting := olha.Say("/start")
		if _, ok := greeting.Last().Button("🆘"); !ok {
			t.Errorf("the greeting %q has no button for danger", greeting.Text())
		}
		olha.Press("🆘")
		api.Fail("sendMessage", bottest.Fault{Code: 429, RetryAfter: 1})
		olha.Say("/help")
	}
	_ = test
}
