package telegram_test

import (
	"context"
	"strings"
	"testing"

	"prystan/bot/bottest"
	"prystan/locales"
)

func TestInAGroupOnlyWhatIsAddressedIsAnswered(t *testing.T) {
	d := open(t, nil)
	group := d.api.NewGroup("neighbours")
	olha := d.api.NewPerson("en")
	menu := d.Catalog.Printer("en").Say(locales.MenuTitle)
	for _, text := range []string{"hello all", "/help", "/help@another_bot", "mail me: x@" + bottest.BotName + ".org", "@another_bot help"} {
		group.Say(olha, text)
	}
	group.Post(olha, map[string]any{"sticker": map[string]any{"file_id": "f"}})
	group.Post(olha, map[string]any{"new_chat_members": []any{map[string]any{"id": 5, "is_bot": false}}})
	group.Say(olha, "/help@"+strings.ToUpper(bottest.BotName))
	r := group.Reply()
	if len(r) != 1 || !strings.Contains(r.Text(), menu) {
		t.Fatalf("the first answer in the group is %q", r.Text())
	}
	for _, text := range []string{"@" + bottest.BotName, "hey @" + bottest.BotName + " what can I do in the weather?"} {
		group.Say(olha, text)
		if r := group.Reply(); len(r.Last().Keyboard) == 0 {
			t.Errorf("%q is answered with %q", text, r.Text())
		}
	}
	group.Post(olha, map[string]any{"text": "and you?", "reply_to_message": map[string]any{
		"message_id": r.Last().ID, "date": 1, "chat": map[string]any{"id": group.ID, "type": "supergroup"},
		"from": map[string]any{"id": d.api.BotID, "is_bot": true}}})
	group.Reply()
}

func TestAGroupNeverSeesWhatIsAboutOnePerson(t *testing.T) {
	d := open(t, nil)
	group := d.api.NewGroup("neighbours")
	say := d.Catalog.Printer("en").Say
	olha, ivan := d.api.NewPerson("en"), d.api.NewPerson("en")
	group.Say(olha, "@"+bottest.BotName+" I am in Poland, my boss locked me in and beats me")
	r := group.Reply()
	own, ok := r.Last().Button(say(locales.ButtonChat))
	if !strings.Contains(r.Text(), say(locales.MenuTitle)) || !ok || own.URL != "https://t.me/"+bottest.BotName {
		t.Errorf("a cry for help in a group is answered with %q and %+v", r.Text(), r.Last().Buttons())
	}
	if !strings.Contains(r.Text(), "112") {
		t.Errorf("the answer in the group names no emergency number: %q", r.Text())
	}
	// Whoever presses on is led into their own chat.
	danger, _ := r.Last().Button(say(locales.ButtonDanger))
	if press := group.PressData(ivan, r.Last(), danger.Data); press.URL != "https://t.me/"+bottest.BotName+"?start=en_sos" {
		t.Errorf("a press in a group opens %q", press.URL)
	}
	// Nothing of one person's turn shows in another's, nor in their own next one.
	for _, who := range []*bottest.Person{ivan, olha} {
		group.Say(who, "/helplines@"+bottest.BotName)
		if r := group.Reply(); strings.Contains(r.Text(), "Poland ·") {
			t.Errorf("the group sees somebody's country: %q", r.Text())
		}
	}
	if l, c, err := d.Choices.Choice(context.Background(), group.ID); l != "" || c != "" || err != nil {
		t.Errorf("the group is kept with %s %s (%v)", l, c, err)
	}
}

func TestChoosingACountryInAGroupIsNotKept(t *testing.T) {
	d := open(t, nil)
	group := d.api.NewGroup("neighbours")
	olha := d.api.NewPerson("en")
	group.Say(olha, "/country@"+bottest.BotName)
	r := group.Reply()
	if strings.Contains(r.Text(), d.Catalog.Printer("en").Say(locales.SendLocation)) {
		t.Error("a group is asked for a location")
	}
	poland, _ := r.Last().Button("Poland")
	group.PressData(olha, r.Last(), poland.Data)
	if r := group.Reply(); !strings.Contains(r.Text(), emergency(d, "PL")) {
		t.Errorf("choosing Poland shows %q", r.Text())
	}
	for _, chat := range []int64{group.ID, olha.ID} {
		if l, c, _ := d.Choices.Choice(context.Background(), chat); l != "" || c != "" {
			t.Errorf("%s %s is kept", l, c)
		}
	}
}

func TestBeingTakenIntoAGroupAndThrownOut(t *testing.T) {
	d := open(t, nil)
	group := d.api.NewGroup("neighbours")
	olha := d.api.NewPerson("pl")
	group.Member(olha, "left", "member")
	if r := group.Reply(); !strings.HasPrefix(r.Text(), d.Catalog.Printer("pl").Say(locales.StartHello)) {
		t.Errorf("a group is greeted with %q", r.Text())
	}
	group.Member(olha, "member", "administrator")
	group.Member(olha, "member", "kicked")
	olha.Say("/help")
	if events := group.Unread(); len(events) != 0 {
		t.Errorf("the group was sent %+v", events)
	}
}

func TestAPersonWhoBlocksTheBotIsForgotten(t *testing.T) {
	d := open(t, nil)
	ctx := context.Background()
	olha := d.api.NewPerson("en")
	olha.Say("/start PL_de")
	olha.Block()
	d.api.Wait("forgetting", func() bool {
		l, c, err := d.Choices.Choice(ctx, olha.ID)
		return l == "" && c == "" && err == nil
	})
	olha.Unblock()
	if r := olha.Say("/start"); !strings.HasPrefix(r.Text(), d.Catalog.Printer("en").Say(locales.StartHello)) {
		t.Errorf("after coming back the greeting is %q", r.Text())
	}
	// The same when only a refusal tells of it.
	olha.Say("/start PL_de")
	d.api.Fail("sendMessage", bottest.Fault{Code: 403, Description: "Forbidden: bot was blocked by the user"})
	olha.Chat.Say(olha, "/help")
	d.api.Wait("forgetting", func() bool { return d.bot.Stats().Blocked == 1 })
	if r := olha.Say("/start"); !strings.HasPrefix(r.Text(), d.Catalog.Printer("en").Say(locales.StartHello)) {
		t.Errorf("after a refusal the greeting is %q", r.Text())
	}
}
