package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/bottest"
	"prystan/bot/telegram"
	"prystan/locales"
)

// votes stands in front of the counts and lets a vote do something else.
type votes struct {
	answer.Counts
	do func(up bool) error
}

func (v votes) Vote(ctx context.Context, t bot.Topic, l bot.Language, c bot.Country, up bool) error {
	if err := v.do(up); err != nil {
		return err
	}
	return v.Counts.Vote(ctx, t, l, c, up)
}

func withVotes(do func(up bool) error) bottest.Option {
	return bottest.WithCounts(func(c answer.Counts) answer.Counts { return votes{c, do} })
}

func TestAnswersComeInTheOrderOfTheQuestions(t *testing.T) {
	d := open(t, nil)
	say := d.Catalog.Printer("en").Say
	people := []*bottest.Person{d.api.NewPerson("en"), d.api.NewPerson("en"), d.api.NewPerson("en")}
	for range 20 {
		for _, p := range people {
			p.Chat.Say(p, "/country")
			p.Chat.Say(p, "/language")
		}
	}
	for _, p := range people {
		for i := range 20 {
			for _, want := range []locales.Message{locales.WhichCountry, locales.WhichLanguage} {
				if r := p.Reply(); len(r) != 1 || !strings.HasPrefix(r.Text(), say(want)) {
					t.Fatalf("answer %d is %q", i, r.Text())
				}
			}
		}
	}
}

func TestAChatThatTakesLongHoldsUpNoOther(t *testing.T) {
	release := make(chan struct{})
	d := open(t, nil, withVotes(func(bool) error { <-release; return nil }))
	olha, ivan := d.api.NewPerson("en"), d.api.NewPerson("en")
	on := olha.Say("/start work").Last()
	pressed := make(chan struct{})
	go func() {
		olha.PressData(olha, on, "1:up:en::tp.work")
		close(pressed)
	}()
	ivan.Say("/start")
	ivan.Say("/help")
	close(release)
	<-pressed
	olha.Reply()
}

func TestAPanicHarmsOnlyItsOwnUpdate(t *testing.T) {
	d := open(t, nil, withVotes(func(up bool) error {
		if up {
			panic("MARKED: what somebody wrote")
		}
		return errors.New("the disk is full")
	}))
	olha, ivan := d.api.NewPerson("en"), d.api.NewPerson("en")
	on := olha.Say("/start work").Last()
	olha.PressData(olha, on, "1:up:en:PL:tp.work") // the press is answered all the same
	d.api.Wait("an apology", func() bool { return len(olha.Unread()) == 1 })
	if got, want := olha.Unread()[0].Message.Text, d.Conversation.Failed(answer.Session{Language: "en"}); got != want {
		t.Errorf("after a defect the person reads %q", got)
	}
	if r := ivan.Say("/start"); len(r.Last().Keyboard) == 0 {
		t.Error("another person is not answered")
	}
	if r := olha.Say("/help"); len(r.Last().Keyboard) == 0 {
		t.Error("the same person is not answered any more")
	}
	// A vote that cannot be counted is thanked for all the same.
	olha.PressData(olha, on, "1:down:en:PL:tp.work")
	olha.Reply()
	if d.bot.Stats().Panics != 1 || strings.Contains(d.log.String(), "MARKED") || !strings.Contains(d.log.String(), "defect") {
		t.Errorf("counted %+v, logged %s", d.bot.Stats(), d.log)
	}
}

func TestCallsAreTriedAgainWhenThatMayHelp(t *testing.T) {
	d := open(t, nil)
	olha := d.api.NewPerson("en")
	olha.Say("/start")
	for name, faults := range map[string][]bottest.Fault{
		"server errors": {{Code: 500}, {Code: 502}},
		"broken lines":  {{Reset: true}, {Reset: true}, {Reset: true}},
		"a lost answer": {{Code: 504, After: true}},
		"a flood":       {{Code: 429, Description: "Too Many Requests: retry after 1", RetryAfter: 1}},
	} {
		d.api.Fail("sendMessage", faults...)
		begin := time.Now()
		r := olha.Say("/help")
		if len(r.Last().Keyboard) == 0 {
			t.Errorf("after %s the answer is %q", name, r.Text())
		}
		if faults[0].RetryAfter == 1 && time.Since(begin) < time.Second {
			t.Errorf("after %s the bot waited %v only", name, time.Since(begin))
		}
	}
	d.api.Fail("answerCallbackQuery", bottest.Fault{Code: 500})
	olha.Press("Temporary protection")
	d.api.Fail("getUpdates", bottest.Fault{Code: 500}, bottest.Fault{Reset: true}, bottest.Fault{Code: 409})
	olha.Say("/help")
}

func TestAnAnswerThatTelegramRefusesIsMadeUpFor(t *testing.T) {
	d := open(t, nil)
	olha := d.api.NewPerson("en")
	olha.Say("/start GB")
	d.api.Fail("sendMessage", bottest.Fault{Code: 400, Description: `Bad Request: can't parse entities: Unsupported start tag "MARKED"`})
	olha.Chat.Say(olha, "/helplines")
	d.api.Wait("an apology", func() bool { return len(olha.Unread()) == 1 })
	text := olha.Unread()[0].Message.Text
	if want := d.Conversation.Failed(answer.Session{Language: "en", Country: "GB"}); text != want || !strings.Contains(text, "999") {
		t.Errorf("in place of an answer stands %q", text)
	}
	if d.bot.Stats().Refused != 1 || strings.Contains(d.log.String(), "MARKED") {
		t.Errorf("counted %+v, logged %s", d.bot.Stats(), d.log)
	}
}

func TestATokenThatTelegramDoesNotKnowEndsRun(t *testing.T) {
	d := newDesk(t, func(c *telegram.Config) { c.Token = "111111:another-token-0123456789abcdefghijk" })
	err := d.bot.Run(context.Background())
	if err == nil || strings.Contains(err.Error(), "another-token") {
		t.Errorf("an unknown token: %v", err)
	}
}

func TestWhatIsAtHandIsFinishedAndNotAnsweredTwice(t *testing.T) {
	release := make(chan struct{})
	begun := make(chan struct{})
	d := open(t, nil, withVotes(func(bool) error { close(begun); <-release; return nil }))
	olha := d.api.NewPerson("en")
	on := olha.Say("/start work").Last()
	pressed := make(chan struct{})
	go func() {
		olha.PressData(olha, on, "1:up:en::tp.work")
		close(pressed)
	}()
	<-begun
	stopped := make(chan error)
	go func() { stopped <- d.stop() }()
	close(release)
	<-pressed
	olha.Reply()
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	if n := d.api.Unconfirmed(); n != 0 {
		t.Errorf("%d updates would come again after a restart", n)
	}
}

func TestMessagesKeepTheRate(t *testing.T) {
	d := open(t, func(c *telegram.Config) { c.SendRate = 50 })
	begin := time.Now()
	for range 6 {
		p := d.api.NewPerson("en")
		p.Say("/start")
	}
	if took := time.Since(begin); took < 100*time.Millisecond {
		t.Errorf("six messages at fifty a second took %v", took)
	}
}

const secret = "a-secret_of-the-webhook"

func TestAWebhookServesTheSameConversation(t *testing.T) {
	d := newDesk(t, func(c *telegram.Config) { c.PublicURL, c.WebhookSecret = "https://bot.example.org/x/", secret })
	mux := http.NewServeMux()
	mux.Handle("/x"+d.bot.WebhookPath(), d.bot.Webhook())
	d.api.DeliverTo(mux)
	d.run(t)
	olha := d.api.NewPerson("uk")
	if r := olha.Say("/start"); !strings.HasPrefix(r.Text(), d.Catalog.Printer("uk").Say(locales.StartHello)) {
		t.Errorf("through the webhook the greeting is %q", r.Text())
	}
	if address, s := d.api.Webhook(); address != "https://bot.example.org/x"+d.bot.WebhookPath() || s != secret {
		t.Errorf("the webhook is at %s", address)
	}
	if err := d.stop(); err != nil {
		t.Error(err)
	}
}

func TestTheWebhookRefusesWhatIsNotTelegrams(t *testing.T) {
	d := newDesk(t, func(c *telegram.Config) { c.PublicURL, c.WebhookSecret = "https://bot.example.org", secret })
	hook := d.bot.Webhook()
	ask := func(method, with, body string) int {
		r := httptest.NewRequest(method, d.bot.WebhookPath(), strings.NewReader(body))
		if with != "" {
			r.Header.Set("X-Telegram-Bot-Api-Secret-Token", with)
		}
		w := httptest.NewRecorder()
		hook.ServeHTTP(w, r)
		return w.Code
	}
	good := `{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"from":{"id":5},"text":"/start"}}`
	if code := ask("POST", secret, good); code != http.StatusServiceUnavailable {
		t.Errorf("before the bot runs, an update is answered %d", code)
	}
	d.run(t)
	d.api.Wait("the webhook", func() bool { address, _ := d.api.Webhook(); return address != "" })
	for _, c := range []struct {
		method, secret, body string
		code                 int
	}{
		{"POST", "", good, 401}, {"POST", "wrong", good, 401}, {"POST", secret + "x", good, 401}, {"POST", "", "{", 401},
		{"GET", secret, "", 405}, {"PUT", secret, good, 405},
		{"POST", secret, "{", 400}, {"POST", secret, "", 400}, {"POST", secret, "[]", 400}, {"POST", secret, `{"update_id":"x"}`, 400},
		{"POST", secret, `{"update_id":1,"message":{"text":"` + strings.Repeat("x", 1<<20) + `"}}`, 413},
		{"POST", secret, `{"update_id":2,"my_chat_member":{"new_chat_member":{"status":"angel"}}}`, 200},
		{"POST", secret, `{"update_id":3}`, 200},
	} {
		if code := ask(c.method, c.secret, c.body); code != c.code {
			t.Errorf("%s with secret %q and %.40q is answered %d, not %d", c.method, c.secret, c.body, code, c.code)
		}
	}
	if calls := d.api.Calls("sendMessage"); len(calls) != 0 {
		t.Errorf("refused updates had an effect: %+v", calls)
	}
	if got := d.bot.Stats().Updates; got > 7 {
		t.Errorf("%d updates were taken in", got)
	}
}

// TestNothingAboutAPersonIsLogged sends marked data through every path that
// logs something.
func TestNothingAboutAPersonIsLogged(t *testing.T) {
	d := open(t, nil, withVotes(func(bool) error { panic(fmt.Errorf("MARKED")) }))
	d.api.ExpectRefusals()
	olha := d.api.NewPerson("en")
	olha.Name, olha.Username = "MARKEDNAME", "MARKEDUSER"
	on := olha.Say("MARKEDTEXT they locked me in").Last()
	olha.PressData(olha, on, "1:up:en::tp.work")
	d.api.Wait("an apology", func() bool { return len(olha.Unread()) == 1 })
	for _, quoted := range []string{`unsupported start tag "MARKED"`, "inline keyboard button URL 'MARKED' is invalid"} {
		d.api.Fail("sendMessage", bottest.Fault{Code: 400, Description: "Bad Request: " + quoted})
		olha.Chat.Say(olha, "MARKEDTEXT")
	}
	d.api.RawUpdate(`{"update_id": ID, "message": {"text": "MARKEDTEXT", "chat": 5}}`)
	d.api.Fail("getUpdates", bottest.Fault{Reset: true})
	olha.Say("/help")
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	logged := d.log.String()
	for _, private := range []string{"MARKED", fmt.Sprint(olha.ID), "locked"} {
		if strings.Contains(logged, private) {
			t.Errorf("%q stands in the log:\n%s", private, logged)
		}
	}
	if !strings.Contains(logged, "Telegram refused an answer") {
		t.Errorf("the log says too little:\n%s", logged)
	}
}
