package telegram_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/bottest"
	"prystan/bot/telegram"
	"prystan/locales"
)

func TestAnAnswerThatCannotBeSentIsSentLaterInOrder(t *testing.T) {
	d := open(t, nil)
	say := d.Catalog.Printer("en").Say
	for name, f := range map[string]bottest.Fault{
		"server errors": {Code: 500}, "a proxy's page": {Code: 502, HTML: true}, "resets": {Reset: true},
	} {
		olha := d.api.NewPerson("en")
		olha.Say("/start")
		d.api.Fail("sendMessage", f, f, f, f, f)
		olha.Chat.Say(olha, "/country")
		olha.Chat.Say(olha, "/language")
		for _, want := range []locales.Message{locales.WhichCountry, locales.WhichLanguage} {
			if r := olha.Reply(); len(r) != 1 || !strings.HasPrefix(r.Text(), say(want)) {
				t.Errorf("after %s comes %q", name, r.Text())
			}
		}
	}
	if s := d.bot.Stats(); s.Later == 0 || s.Retries == 0 || s.GivenUp != 0 {
		t.Errorf("counted %+v", s)
	}
}

func TestAPauseThatTelegramAsksForHoldsUpThatChatOnly(t *testing.T) {
	d := open(t, nil)
	olha, ivan := d.api.NewPerson("en"), d.api.NewPerson("en")
	olha.Say("/start")
	ivan.Say("/start")
	d.api.Fail("sendMessage", bottest.Fault{Code: 429, RetryAfter: 3600})
	olha.Chat.Say(olha, "/help")
	d.api.Wait("the refusal", func() bool { return d.bot.Stats().Throttled == 1 })
	ivan.Say("/help")
	ivan.Say("/language")
	d.api.Wait("only that chat to wait", func() bool { return d.bot.Stats().Waiting == 1 })
	if n := len(olha.Unread()); n > 0 {
		t.Errorf("the chat was written to within the hour: %d messages", n)
	}
}

func TestWhileTelegramIsDownItIsLeftAloneAndThenAllAreAnswered(t *testing.T) {
	d := open(t, nil)
	people := make([]*bottest.Person, 40)
	for i := range people {
		people[i] = d.api.NewPerson("en")
	}
	people[0].Say("/start")
	down := make([]bottest.Fault, 30)
	for i := range down {
		down[i].Code = 503
	}
	d.api.Fail("sendMessage", down...)
	for _, p := range people {
		p.Chat.Say(p, "/help")
	}
	d.api.Wait("the calls to stop", func() bool { return d.bot.Stats().Down })
	if d.bot.Health() == nil {
		t.Error("the bot says that it can answer")
	}
	d.api.Mend("sendMessage")
	for _, p := range people {
		p.Reply()
	}
	d.api.Wait("all to be done", func() bool { return d.bot.Stats().Waiting == 0 })
	if n := len(d.api.Calls("sendMessage")); n > 40+1+30 || d.bot.Health() != nil {
		t.Errorf("%d calls, health %v, %+v", n, d.bot.Health(), d.bot.Stats())
	}
}

func TestAPleaOvertakesAFlood(t *testing.T) {
	d := newDesk(t, func(c *telegram.Config) { c.SendRate = 20 })
	crowd := make([]*bottest.Person, 150)
	for i := range crowd {
		crowd[i] = d.api.NewPerson("en")
		crowd[i].Chat.Say(crowd[i], "where can I learn German")
	}
	olha := d.api.NewPerson("uk")
	olha.Chat.Say(olha, "допоможіть, мене замкнули і б'ють")
	d.run(t)
	if r := olha.Reply(); !strings.Contains(r.Text(), "112") {
		t.Errorf("the plea is answered with %q", r.Text())
	}
	answered := 0
	for _, p := range crowd {
		answered += min(len(p.Unread()), 1)
	}
	if answered > 100 {
		t.Errorf("%d of the crowd came before", answered)
	}
}

func TestAFloodOfOneIsCutSaidOnceAndSlowsNobody(t *testing.T) {
	d := newDesk(t, func(c *telegram.Config) { c.SendRate = 1000 })
	flooder, ivan := d.api.NewPerson("en"), d.api.NewPerson("en")
	for range 300 {
		flooder.Chat.Say(flooder, "/help")
	}
	flooder.Chat.Say(flooder, "he has locked me in and beats me, help")
	ivan.Chat.Say(ivan, "/start")
	d.run(t)
	ivan.Reply()
	if n := len(flooder.Unread()); n > 60 { // one a second is what a chat gets
		t.Errorf("another person waited for %d answers to the flood", n)
	}
	d.api.Wait("the plea in the flood", func() bool {
		for _, e := range flooder.Unread() {
			if strings.Contains(e.Message.Text, "112") && len(e.Message.Keyboard) > 0 && e.Message.Protected {
				return true
			}
		}
		return false
	})
	if s := d.bot.Stats(); s.Limited < 150 || s.Waiting > 170 {
		t.Errorf("counted %+v", s)
	}
}

func TestWhatOneProcessLeavesTheNextAnswers(t *testing.T) {
	d := newDesk(t, func(c *telegram.Config) { c.SendRate = 2 })
	people := make([]*bottest.Person, 40)
	for i := range people {
		people[i] = d.api.NewPerson("en")
		people[i].Chat.Say(people[i], "/help")
	}
	ctx, cancel := context.WithCancel(context.Background())
	said := make(chan error)
	go func() { said <- d.bot.Run(ctx) }()
	d.api.Wait("the first answers", func() bool { return d.bot.Stats().Answers > 2 })
	begin := time.Now()
	cancel()
	// It takes ten seconds at most; a machine that is busy with other things
	// may need longer to notice.
	if err := <-said; err != nil || time.Since(begin) > time.Minute {
		t.Errorf("stopping took %v (%v)", time.Since(begin), err)
	}
	if !strings.Contains(d.log.String(), "left waiting") || d.api.Unconfirmed() != 0 {
		t.Errorf("%d unconfirmed; logged %s", d.api.Unconfirmed(), d.log)
	}
	next := another(t, d, nil)
	next.run(t)
	for i, p := range people {
		if r := p.Reply(); len(r) != 1 {
			t.Errorf("person %d is answered with %q", i, r.Text())
		}
		if n := len(p.Unread()); n > 0 {
			t.Errorf("person %d is answered twice", i)
		}
	}
}

// another is a second process on the database and Bot API of a desk.
func another(t *testing.T, d *desk, store telegram.Store) *desk {
	t.Helper()
	if store == nil {
		store = d.Waiting
	}
	b, err := telegram.New(telegram.Config{
		Token: d.api.Token, API: d.api.URL, Conversation: d.Conversation, Choices: d.Choices, Catalog: d.Catalog,
		Waiting: store, Now: d.Clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	b.SetBackoff(time.Millisecond)
	return &desk{Prepared: d.Prepared, api: d.api, bot: b, log: d.log}
}

// full is a disk that refuses while it is set.
type full struct {
	telegram.Store
	refuses atomic.Bool
}

func (f *full) Keep(w []bot.Waiting) ([]bool, error) {
	if f.refuses.Load() {
		return nil, errors.New("database or disk is full")
	}
	return f.Store.Keep(w)
}

func TestWhenTheDiskRefusesPeopleAreAnsweredAllTheSame(t *testing.T) {
	disk := &full{}
	d := newDesk(t, func(c *telegram.Config) { disk.Store = c.Waiting; c.Waiting = disk })
	d.run(t)
	olha := d.api.NewPerson("en")
	olha.Say("/start")
	disk.refuses.Store(true)
	olha.Say("/help")
	if s := d.bot.Stats(); !s.DiskFull || s.Undurable != 1 || d.bot.Health() != nil {
		t.Errorf("with a full disk: %+v", s)
	}
	disk.refuses.Store(false)
	olha.Say("/help")
	if d.bot.Stats().DiskFull {
		t.Error("the disk is said to be full still")
	}
}

func TestAnUpdateThatComesAgainIsAnsweredOnce(t *testing.T) {
	d, ask := hooked(t)
	olha := d.api.NewPerson("en")
	olha.Chat.Say(olha, "/start")
	olha.Reply()
	body := fmt.Sprintf(`{"update_id":77,"message":{"message_id":9,"date":1,"chat":{"id":%d,"type":"private"},"from":{"id":%d},"text":"/help"}}`, olha.ID, olha.ID)
	for range 20 {
		if code := ask(body); code != http.StatusOK {
			t.Fatalf("answered %d", code)
		}
	}
	olha.Reply()
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	if n := len(olha.Unread()); n != 0 || d.bot.Stats().Repeated != 19 {
		t.Errorf("%d more answers; %+v", n, d.bot.Stats())
	}
}

// hooked is a running desk in webhook mode.
func hooked(t *testing.T) (*desk, func(body string) int) {
	t.Helper()
	d := newDesk(t, func(c *telegram.Config) { c.PublicURL, c.WebhookSecret = "https://bot.example.org", secret })
	mux := http.NewServeMux()
	mux.Handle(d.bot.WebhookPath(), d.bot.Webhook())
	d.api.DeliverTo(mux)
	d.run(t)
	d.api.Wait("the webhook", func() bool { address, _ := d.api.Webhook(); return address != "" })
	return d, func(body string) int {
		r := httptest.NewRequest(http.MethodPost, d.bot.WebhookPath(), strings.NewReader(body))
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		return w.Code
	}
}

func TestAThousandMalformedBodiesHarmNobody(t *testing.T) {
	d, ask := hooked(t)
	d.api.ExpectRefusals()
	olha := d.api.NewPerson("en")
	good := fmt.Sprintf(`{"update_id":1,"message":{"message_id":9,"date":1,"chat":{"id":%d,"type":"private"},"from":{"id":%d},"text":"/help"}}`, olha.ID, olha.ID)
	for i := range 1000 {
		body := []byte(strings.Replace(good, ":1,", fmt.Sprintf(":%d,", 1000+i), 1))
		switch i % 4 {
		case 0:
			body = body[:i%len(body)]
		case 1:
			body[i%len(body)] ^= byte(1 + i%255)
		case 2:
			body = bytes.ReplaceAll(body, []byte(`"private"`), []byte(`{"a":[1,null]}`))
		case 3:
			body = []byte(strings.Repeat(`{"update_id":`, i) + "1" + strings.Repeat("}", i))
		}
		if code := ask(string(body)); code != 200 && code != 400 {
			t.Fatalf("%.60q is answered %d", body, code)
		}
	}
	d.api.Wait("everything to be dealt with", func() bool { return d.bot.Stats().Waiting == 0 })
	ivan := d.api.NewPerson("en")
	if r := ivan.Say("/start"); len(r.Last().Keyboard) == 0 || d.bot.Stats().Panics > 0 {
		t.Errorf("afterwards: %q, %+v", r.Text(), d.bot.Stats())
	}
}

func TestAClockThatJumpsLosesNothing(t *testing.T) {
	d := newDesk(t, nil)
	olha, ivan := d.api.NewPerson("en"), d.api.NewPerson("en")
	for i, p := range []*bottest.Person{olha, ivan} {
		p.Chat.Say(p, "/nothing to see") // so that the chat is there
		// Taken in a day ago or a day ahead, with the next try a year away.
		body := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":9,"date":1,"chat":{"id":%d,"type":"private"},"from":{"id":%d},"text":"/help"}}`, 500+i, p.ID, p.ID)
		when := time.Now().Add(time.Duration(i*48-24) * time.Hour)
		if _, err := d.Waiting.Keep([]bot.Waiting{{ID: int64(500 + i), Received: when, Body: []byte(body)}}); err != nil {
			t.Fatal(err)
		}
	}
	d.run(t)
	d.Clock.Advance(-48 * time.Hour)
	for _, p := range []*bottest.Person{olha, ivan} {
		p.Reply()
		p.Reply()
	}
}

func TestWhatWaitedIsInNoFileOnceItIsAnswered(t *testing.T) {
	d := open(t, nil)
	olha := d.api.NewPerson("en")
	olha.Name = "MARKEDNAME"
	for range 20 {
		olha.Say("MARKEDTEXT where is the embassy")
	}
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{d.Path, d.Path + "-wal"} {
		raw, err := os.ReadFile(f)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(raw, []byte("MARKED")) {
			t.Errorf("%s holds what somebody wrote", f)
		}
	}
	for range d.Waiting.All(context.Background()) {
		t.Error("something waits still")
	}
}

func FuzzReadUpdate(f *testing.F) {
	f.Add([]byte(`{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"from":{"id":5},"text":"/start"}}`))
	f.Add([]byte(`{"update_id":1,"callback_query":{"id":"1","from":{"id":1},"message":{"chat":{"id":1},"message_id":1,"date":0},"data":"1:menu:en::"}}`))
	f.Add([]byte(`{"update_id":1,"inline_query":{"id":"1","from":{"id":1},"query":"x"}}`))
	f.Add([]byte(`{"update_id":1,"my_chat_member":{"new_chat_member":{"status":"angel"}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) { telegram.ReadUpdate(raw) })
}
