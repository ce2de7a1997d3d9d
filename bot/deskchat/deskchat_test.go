package deskchat_test

import (
	"errors"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/access"
	"prystan/bot/bottest"
	"prystan/bot/deskchat"
	"prystan/bot/sqlite"
)

func TestAnEditorConnectsAChatAndSignsInFromThere(t *testing.T) {
	d := open(t)
	marta := d.add("Marta Wójcik", bot.RoleEditor)
	phone := d.phone(marta)
	if page := d.signIn(phone.says("/desk")); page != "" {
		t.Errorf("the link leads to %q", page)
	}
	// A new link voids the one before, and a used one is used up.
	first := phone.says("/desk@" + bottest.BotName).Buttons()[0].URL
	d.signIn(phone.says("/DESK"))
	if _, err := d.door.UseLink(ctx, first[strings.LastIndex(first, "/")+1:], "a test"); !errors.Is(err, access.ErrLink) {
		t.Errorf("an older link still signs in: %v", err)
	}
}

func TestALinkToConnectWorksOnceForTenMinutes(t *testing.T) {
	d := open(t)
	marta := d.add("Marta Wójcik", bot.RoleEditor)
	bad := d.say.Say("deskchat.link_bad")
	secret := d.link(marta, access.Connect)
	mine, other := d.somebody(), d.somebody()
	mine.says("/start " + access.StartWord + secret)
	for what, word := range map[string]string{"a used one": secret, "one that never was": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "one to sign in": d.link(marta, access.SignIn)} {
		if got := other.says("/start " + access.StartWord + word).Text; got != bad {
			t.Errorf("%s is answered with %q", what, got)
		}
	}
	secret = d.link(marta, access.Connect)
	d.Clock.Advance(access.LinkLife)
	if got := other.says("/start " + access.StartWord + secret).Text; got != bad {
		t.Errorf("an old one is answered with %q", got)
	}
	// Telegram or a crash may bring the same words again: they must not look as if
	// connecting had failed.
	if got := mine.says("/start " + access.StartWord + secret).Text; got != d.say.Say("deskchat.connected_before") {
		t.Errorf("the same words again are answered with %q", got)
	}
	d.signIn(mine.says("/desk"))
}

func TestNobodyLearnsWhetherThereIsAnAccount(t *testing.T) {
	d := open(t)
	d.add("Never Connected", bot.Administrator)
	removed, off := d.add("Removed Person", bot.RoleEditor), d.add("Was Connected", bot.RoleEditor)
	stranger, former, quiet := d.somebody(), d.phone(removed), d.phone(off)
	d.must(d.door.Remove(ctx, 0, removed.ID))
	if got := quiet.says("/desk off").Text; got != d.say.Say("deskchat.off") {
		t.Errorf("disconnecting is answered with %q", got)
	}
	want := d.say.Say("deskchat.stranger")
	for who, p := range map[string]*person{"a stranger": stranger, "somebody removed": former, "somebody disconnected": quiet} {
		for _, text := range []string{"/desk", "/desk off"} {
			if got := p.says(text); got.Text != want || len(got.Keyboard) > 0 || got.Protected {
				t.Errorf("%q of %s is answered with %q %+v", text, who, got.Text, got.Keyboard)
			}
		}
	}
}

func TestTooManyLinksAreRefusedInASentence(t *testing.T) {
	d := open(t)
	marta := d.add("Marta Wójcik", bot.RoleEditor)
	phone := d.phone(marta) // which took one link
	for range access.MaxLinks - 1 {
		d.signIn(phone.says("/desk"))
	}
	got := phone.says("/desk")
	if got.Text != d.say.Say("deskchat.many") || got.Buttons()[0].URL != address+"/desk/" {
		t.Errorf("one link too many is answered with %q %+v", got.Text, got.Buttons())
	}
	d.Clock.Advance(access.LinksWithin)
	d.signIn(phone.says("/desk"))
}

func TestInAGroupTheDeskSaysOnlyWhereToWrite(t *testing.T) {
	d := open(t)
	marta := d.add("Marta Wójcik", bot.RoleEditor)
	phone := d.phone(marta)
	secret := d.link(marta, access.Connect)
	group := d.api.NewGroup("neighbours")
	for _, text := range []string{"/desk@" + bottest.BotName, "/desk@" + bottest.BotName + " off", "/start@" + bottest.BotName + " " + access.StartWord + secret} {
		group.Say(phone.Person, text)
		if r := group.Reply(); len(r) != 1 || r.Text() != d.say.Say("deskchat.in_group") || r.Last().Buttons()[0].URL != "https://t.me/"+bottest.BotName {
			t.Errorf("%q in a group is answered with %q", text, r.Text())
		}
	}
	group.PressData(phone.Person, group.Messages()[1], "1:desk:en::right.a.b")
	d.signIn(phone.says("/desk"))
	if got := phone.says("/start " + access.StartWord + secret).Text; !strings.HasPrefix(got, d.say.Say("deskchat.connected", "Name", marta.Name)) {
		t.Errorf("a group used up a link: %q", got)
	}
	if n := len(group.Unread()); n != 0 {
		t.Errorf("the group was told %d things more", n)
	}
}

func TestACryForHelpIsNoCommand(t *testing.T) {
	d := open(t)
	olha := d.api.NewPerson("en")
	if r := olha.Say("/desk I am in Poland, my boss locked me in and beats me"); !strings.Contains(r.Text(), "112") {
		t.Errorf("a cry for help is answered with %q", r.Text())
	}
	if r := olha.Say("/start PL"); len(r.Last().Keyboard) == 0 {
		t.Errorf("a poster's link is answered with %q", r.Text())
	}
}

func TestTheMenuOfCommandsDoesNotShowTheDesk(t *testing.T) {
	d := open(t)
	d.api.Wait("the menus of all languages", func() bool { return len(d.api.Calls("setMyCommands")) > len(bot.Languages()) })
	for _, call := range d.api.Calls("setMyCommands") {
		if strings.Contains(call.Params["commands"], `"desk"`) {
			t.Errorf("everybody is shown the desk: %s", call.Params["commands"])
		}
	}
}

func TestForgetMeLeavesTheDeskAlone(t *testing.T) {
	d := open(t)
	phone := d.phone(d.add("Marta Wójcik", bot.RoleEditor))
	d.must(d.Choices.Choose(ctx, phone.ID, bot.Polish, "PL"))
	phone.says("/forget")
	if l, _, err := d.Choices.Choice(ctx, phone.ID); l != "" || err != nil {
		t.Errorf("after /forget the chat's language is %q (%v)", l, err)
	}
	for _, m := range phone.news() {
		if strings.Contains(strings.ToLower(m.Text), "desk") {
			t.Errorf("/forget speaks of the desk: %q", m.Text)
		}
	}
	d.signIn(phone.says("/desk"))
}

func TestAnAnswerOfTheDeskThatDoesNotGetThroughIsTriedAgain(t *testing.T) {
	d := open(t)
	marta := d.add("Marta Wójcik", bot.RoleEditor)
	phone := d.somebody()
	d.api.Fail("sendMessage", bottest.Fault{Code: 502}, bottest.Fault{Reset: true}, bottest.Fault{Code: 500}, bottest.Fault{Code: 500})
	got := phone.says("/start " + access.StartWord + d.link(marta, access.Connect)).Text
	if !strings.HasPrefix(got, d.say.Say("deskchat.connected", "Name", marta.Name)) {
		t.Errorf("after bad minutes connecting is answered with %q", got)
	}
}

func TestADefectInTheDatabaseIsNoAnswerOnAccounts(t *testing.T) {
	d := open(t)
	phone, stranger := d.phone(d.add("Marta Wójcik", bot.RoleEditor)), d.somebody()
	other, err := sqlite.Open(ctx, t.TempDir()+"/other.db")
	d.must(err)
	d.must(other.Close())
	store, err := sqlite.NewAccess(other, make([]byte, 32))
	d.must(err)
	c := d.config
	c.Door, err = access.NewDoor(store, address, d.Clock.Now)
	d.must(err)
	broken := inTelegram{deskchat.New(c)}
	a, b := broken.Command(ctx, phone.ID, "en", false), broken.Command(ctx, stranger.ID, "en", false)
	if a.Text != d.say.Say("deskchat.failed") || a.Text != b.Text {
		t.Errorf("a defect is answered with %q and %q", a.Text, b.Text)
	}
}
