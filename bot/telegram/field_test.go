package telegram_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/bottest"
	"prystan/locales"
)

func TestStartGreetsInTheLanguageOfThePersonsTelegram(t *testing.T) {
	d := open(t, nil)
	for client, language := range map[string]bot.Language{
		"uk": "uk", "ru": "ru", "pl": "pl", "en-GB": "en", "be": "uk", "": "uk", "sk": "cs", "es": "en",
	} {
		r := d.api.NewPerson(client).Say("/start")
		if hello := d.Catalog.Printer(language).Say(locales.StartHello); !strings.HasPrefix(r.Text(), hello) {
			t.Errorf("a person whose Telegram speaks %q is greeted with %q", client, r.Text())
		}
	}
}

func TestAPosterLinkOpensItsCountryAndLanguage(t *testing.T) {
	d := open(t, nil)
	olha := d.api.NewPerson("en")
	r := olha.Say("/start PL_uk")
	if !strings.HasPrefix(r.Text(), d.Catalog.Printer("uk").Say(locales.StartHello)) {
		t.Errorf("PL_uk greets with %q", r.Text())
	}
	if l, c, err := d.Choices.Choice(context.Background(), olha.ID); err != nil || l != "uk" || c != "PL" {
		t.Errorf("PL_uk is kept as %s %s (%v)", l, c, err)
	}
	if r = olha.Say("/start job"); !strings.Contains(r.Text(), article(d, bot.JobOffer, "uk").Title) {
		t.Errorf("job shows %q", r.Text())
	}
}

func TestACryForHelpGetsTheEmergencyNumberAndAHumanLineFirst(t *testing.T) {
	d := open(t, nil)
	olha := d.api.NewPerson("en")
	olha.Say("/start PL")
	r := olha.Say("They took my passport and locked me in, they beat me")
	lines := strings.Split(r.Text(), "\n")
	if !strings.Contains(lines[0], emergency(d, "PL")) || !strings.HasPrefix(lines[1], "☎ ") {
		t.Errorf("a cry for help is answered with %q", lines[:3])
	}
	if !r.Last().Protected {
		t.Error("the answer to a cry for help can be passed on")
	}
}

func TestAnAnswerAboutOneselfIsProtectedAndACardIsNot(t *testing.T) {
	d := open(t, nil)
	olha := d.api.NewPerson("en")
	olha.Say("/start PL")
	if r := olha.Say("/start work"); !r.Last().Protected {
		t.Error("an answer about one's own situation can be passed on")
	}
	r := olha.Say("/helplines")
	if r.Last().Protected {
		t.Error("the helplines cannot be passed on")
	}
	for _, b := range r.Last().Buttons() {
		if strings.Contains(b.Data, ":lines:") && strings.HasSuffix(b.Data, "anti_trafficking") {
			olha.PressData(olha, r.Last(), b.Data)
		}
	}
	olha.Reply()
	olha.Press("📇")
	r = olha.Press(d.Catalog.Printer("en").Say(locales.ButtonContact))
	if c := r[0].Message.Contact; c == nil || c.Phone == "" || r[0].Message.Protected {
		t.Errorf("no card to call and pass on: %+v", r[0].Message)
	}
}

func TestAMenuTakesThePlaceOfAMenuAndNotOfANumber(t *testing.T) {
	d := open(t, nil)
	say := d.Catalog.Printer("en").Say
	olha := d.api.NewPerson("en")
	olha.Say("/start PL")
	if r := olha.Press(say(locales.ButtonProtection)); r[0].Kind != bottest.Edited {
		t.Errorf("a menu that leads to a menu is %s", r[0].Kind)
	}
	work := olha.Say("/start work")
	if r := olha.Press(say(locales.ButtonOther)); r[0].Kind != bottest.Sent {
		t.Errorf("the menu under an answer is %s", r[0].Kind)
	}
	if m, ok := olha.Message(work.Last().ID); !ok || m.Text != work.Last().Text {
		t.Error("an answer vanished when its reader pressed on")
	}
	// A press on a menu that is gone from the chat brings a new one.
	menu := olha.Say("/help").Last()
	b, _ := menu.Button(say(locales.ButtonProtection))
	olha.Delete(menu.ID)
	d.api.ExpectRefusals()
	olha.PressData(olha, menu, b.Data)
	if r := olha.Reply(); r[0].Kind != bottest.Sent {
		t.Errorf("the menu in place of one that is gone is %s", r[0].Kind)
	}
}

func TestALocationChoosesTheCountry(t *testing.T) {
	d := open(t, nil)
	olha := d.api.NewPerson("en")
	if r := olha.Say("/country"); !strings.Contains(r.Text(), d.Catalog.Printer("en").Say(locales.SendLocation)) {
		t.Error("nobody is told that a location will do")
	}
	if r := olha.ShareLocation(52.23, 21.01); !strings.Contains(r.Text(), "Poland") {
		t.Errorf("Warsaw is answered with %q", r.Text())
	}
	r := olha.Send(map[string]any{"venue": map[string]any{
		"location": map[string]any{"latitude": 52.5, "longitude": 13.4}, "title": "?", "address": "?"}})
	if !strings.Contains(r.Text(), "Germany") {
		t.Errorf("a place in Berlin is answered with %q", r.Text())
	}
	if r := olha.ShareLocation(0, 0); !isStrange(d, r, "en") {
		t.Errorf("the sea is answered with %q", r.Text())
	}
}

func TestAChoiceOutlivesTheTalkUntilForget(t *testing.T) {
	d := open(t, nil)
	olha := d.api.NewPerson("en")
	olha.Say("/start PL_de")
	d.Clock.Advance(answer.SessionLife + time.Minute)
	if r := olha.Say("/helplines"); !strings.Contains(r.Text(), d.Catalog.Printer("de").Country("PL")) {
		t.Errorf("a day later the helplines are %q", r.Text())
	}
	olha.Say("/forget")
	if l, c, err := d.Choices.Choice(context.Background(), olha.ID); l != "" || c != "" || err != nil {
		t.Errorf("after /forget %s %s is kept (%v)", l, c, err)
	}
	if r := olha.Say("/start"); !strings.HasPrefix(r.Text(), d.Catalog.Printer("en").Say(locales.StartHello)) {
		t.Errorf("after /forget the greeting is %q", r.Text())
	}
}

func TestStaleAndForgedButtonsAreAnswered(t *testing.T) {
	d := open(t, nil)
	olha := d.api.NewPerson("en")
	on := olha.Say("/start").Last()
	for _, data := range []string{"0:menu:en::", "1:menu:xx::", "1:menu:en:XX:", "", "drop table", "1:topic", strings.Repeat("x", 64)} {
		olha.PressData(olha, on, data)
		if r := olha.Reply(); !isStrange(d, r, "en") {
			t.Errorf("forged %q is answered with %q", data, r.Text())
		}
	}
	for _, data := range []string{"1:nonsense:en::", "1:line:en:PL:no-such-line", "1:topic:en::no.topic", "1:in:en::", "1:lines:en:PL:tea"} {
		olha.PressData(olha, on, data)
		if r := olha.Reply(); len(r.Last().Keyboard) == 0 {
			t.Errorf("forged %q leads nowhere: %q", data, r.Text())
		}
	}
	olha.PressOld(olha, on.ID, "1:tp:en:PL:")
	if r := olha.Reply(); r[0].Kind != bottest.Sent || len(r.Last().Keyboard) == 0 {
		t.Errorf("a button under a message too old to show is answered with %q", r.Text())
	}
}

func TestEverythingAStrangerCanSendIsMetWithGrace(t *testing.T) {
	d := open(t, nil)
	olha := d.api.NewPerson("en")
	file := map[string]any{"file_id": "f", "file_unique_id": "u"}
	for name, fields := range map[string]map[string]any{
		"sticker": {"sticker": file}, "voice": {"voice": file}, "photo": {"photo": []any{file}}, "document": {"document": file},
		"video note": {"video_note": file}, "dice": {"dice": map[string]any{"emoji": "🎲", "value": 3}},
		"contact": {"contact": map[string]any{"phone_number": "+48500", "first_name": "?"}},
		"poll":    {"poll": map[string]any{"id": "1", "question": "?", "options": []any{}}}, "nothing": {}, "news": {"from_the_future": 1},
		"white space": {"text": "  \n "},
	} {
		if r := olha.Send(fields); !isStrange(d, r, "en") {
			t.Errorf("%s is answered with %q", name, r.Text())
		}
	}
	r := olha.Send(map[string]any{"photo": []any{file}, "caption": "/helplines"})
	if isStrange(d, r, "en") {
		t.Error("the words under a photo are not read")
	}
	for _, text := range []string{
		"😀", "<b>bold</b> & <script>", "*bold* _x_ [a](b) `c`", strings.Repeat("щ", 4096), "/nonsense", "//", "/", "\u202e\u0000", "a\xffb",
	} {
		if r := olha.Say(text); len(r.Last().Keyboard) == 0 {
			t.Errorf("%.20q is answered with %q", text, r.Text())
		}
	}
}

// TestWhatNeedsNoAnswerGetsNone relies on the order within a chat: the answer
// to what comes after is the first.
func TestWhatNeedsNoAnswerGetsNone(t *testing.T) {
	d := open(t, nil)
	olha := d.api.NewPerson("en")
	olha.Say("/start")
	id := olha.Chat.Say(olha, "/help")
	olha.Reply()
	olha.Edit(id, "/sos", 2*time.Minute)
	olha.Post(map[string]any{"message_auto_delete_timer_changed": map[string]any{"message_auto_delete_time": 86400}})
	olha.Post(map[string]any{"text": "ours", "via_bot": map[string]any{"id": d.api.BotID, "is_bot": true}})
	channel := d.api.NewChannel("news")
	channel.Post(olha, map[string]any{"text": "/help"})
	d.api.RawUpdate(`{"update_id": ID}`)
	d.api.RawUpdate(`{"update_id": ID, "from_the_future": {"a": 1}}`)
	d.api.RawUpdate(`{"update_id": ID, "message": 5}`)
	d.api.RawUpdate(`{"update_id": ID, "my_chat_member": {"new_chat_member": {"status": "angel"}}}`)
	d.api.RawUpdate(`{"update_id": ID, "callback_query": {"id": "nowhere", "from": {"id": 1}, "data": "1:menu:en::"}}`)
	d.api.ExpectRefusals() // the press from nowhere cannot be answered
	r := olha.Say("/language")
	if len(r) != 1 || !strings.Contains(r.Text(), d.Catalog.Printer("en").Say(locales.WhichLanguage)) {
		t.Errorf("after all that, the answer is %q", r.Text())
	}
	if n := len(channel.Unread()); n != 0 {
		t.Errorf("%d messages went to a channel", n)
	}
	if got := d.bot.Stats().Unreadable; got != 2 {
		t.Errorf("%d updates counted as unreadable, not 2", got)
	}
	// Soon after it was sent, a message that was put right is answered anew.
	id = olha.Chat.Say(olha, "/hlep")
	olha.Reply()
	olha.Edit(id, "/language", 10*time.Second)
	if r := olha.Reply(); !strings.Contains(r.Text(), d.Catalog.Printer("en").Say(locales.WhichLanguage)) {
		t.Errorf("an edit is answered with %q", r.Text())
	}
}

func TestAnAlbumGetsOneAnswer(t *testing.T) {
	d := open(t, nil)
	olha := d.api.NewPerson("en")
	for range 5 {
		olha.Post(map[string]any{"photo": []any{map[string]any{"file_id": "f"}}, "media_group_id": "album"})
	}
	if r := olha.Reply(); !isStrange(d, r, "en") {
		t.Errorf("an album is answered with %q", r.Text())
	}
	if r := olha.Say("/language"); len(r) != 1 || isStrange(d, r, "en") {
		t.Errorf("an album is answered more than once: %q", r.Text())
	}
}

func TestCommandsAndDescriptionsStandInEveryLanguage(t *testing.T) {
	d := open(t, nil)
	languages := append([]bot.Language{""}, bot.Languages()...)
	d.api.Wait("the profile", func() bool {
		return !slices.ContainsFunc(languages, func(l bot.Language) bool {
			return d.api.Profile("setMyShortDescription", string(l)) == "" || d.api.Profile("setMyDescription", string(l)) == "" ||
				d.api.Profile("setMyCommands", string(l)) == ""
		})
	})
	if got, want := d.api.Profile("setMyDescription", "uk"), d.Catalog.Printer("uk").Say(locales.BotDescription); got != want {
		t.Errorf("in Ukrainian the bot is described as %q", got)
	}
	for _, name := range answer.Commands() {
		if !strings.Contains(d.api.Profile("setMyCommands", "ro"), `"`+name+`"`) {
			t.Errorf("command %s is not listed in Romanian", name)
		}
	}
}

func TestAnInlineQueryOffersTheHelplinesOfTheCountryItNames(t *testing.T) {
	d := open(t, nil)
	olha := d.api.NewPerson("uk")
	a := olha.Inline("Польща")
	if len(a.Results) < 3 || !a.Personal {
		t.Fatalf("for Poland %d cards are offered", len(a.Results))
	}
	if first := a.Results[0]; !strings.Contains(first.Text, emergency(d, "PL")) {
		t.Errorf("the first card is %+v", first)
	}
	for _, r := range a.Results {
		if s, ok := d.Directory.Service(r.ID); !ok || s.Country != "PL" {
			t.Errorf("card %s is no line of Poland", r.ID)
		}
	}
	for _, query := range []string{"", "мене б'ють", "Japan"} {
		a := olha.Inline(query)
		if len(a.Results) != 1 || a.Results[0].Title != d.Catalog.Printer("uk").Say(locales.InlineHint) {
			t.Errorf("for %q the bot offers %+v", query, a.Results)
		}
	}
}

// isStrange reports whether a reply says that something could not be read.
func isStrange(d *desk, r bottest.Reply, l bot.Language) bool {
	return strings.HasPrefix(r.Text(), d.Catalog.Printer(l).Say(locales.CannotRead))
}

func article(d *desk, topic bot.Topic, l bot.Language) bot.Article {
	a, _ := d.Directory.Article(topic, l)
	return a
}
