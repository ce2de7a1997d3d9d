package deskchat_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/access"
	"prystan/bot/answer"
	"prystan/bot/bottest"
	"prystan/bot/deskchat"
	"prystan/bot/directory"
	"prystan/bot/facts"
	"prystan/bot/sqlite"
	"prystan/bot/telegram"
	"prystan/locales"
)

var ctx = context.Background()

const address = "https://desk.example.org"

// desk is the desk in a running bot over a directory of its own.
type desk struct {
	*bottest.Prepared
	t       testing.TB
	answers *answer.Published
	keeper  *directory.Keeper
	door    *access.Door
	say     *locales.DeskPrinter // English
	api     *bottest.BotAPI
	bot     *telegram.Bot
	log     *record
	secrets []string // that must not stand in the log

	config deskchat.Config
	ticks  chan time.Time
	rounds chan struct{} // one for each round that ended
	stop   func()        // the monthly messages
}

// open furnishes the desk and runs the bot until the test ends.
func open(t testing.TB) *desk {
	t.Helper()
	d := &desk{Prepared: bottest.House(t), t: t, api: bottest.NewBotAPI(t), log: &record{}}
	d.answers = d.Published.Fork()
	d.keeper = directory.NewKeeper(d.DB, d.answers, facts.CheckPhones, d.Clock.Now)
	admissions, err := sqlite.NewAccess(d.DB, make([]byte, 32))
	d.must(err)
	d.door, err = access.NewDoor(admissions, address, d.Clock.Now)
	d.must(err)
	messages, err := locales.NewDeskCatalog(d.Catalog)
	d.must(err)
	d.say = messages.Printer(bot.English)
	log := slog.New(slog.NewTextHandler(d.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	d.config = deskchat.Config{
		Keeper: d.keeper, Door: d.door, Proposals: d.DB, Messages: messages, Address: address, Log: log, Now: d.Clock.Now,
	}
	d.bot, err = telegram.New(telegram.Config{
		Token: d.api.Token, API: d.api.URL, Conversation: d.Conversation, Choices: d.Choices, Catalog: d.Catalog,
		Waiting: d.Waiting, Desk: inTelegram{deskchat.New(d.config)}, Log: log, Now: d.Clock.Now,
	})
	d.must(err)
	d.run()
	return d
}

func (d *desk) run() {
	running, cancel := context.WithCancel(ctx)
	said := make(chan error, 1)
	go func() { said <- d.bot.Run(running) }()
	d.t.Cleanup(func() {
		cancel()
		if err := <-said; err != nil {
			d.t.Errorf("running the bot: %v", err)
		}
		for _, secret := range append(d.secrets, d.api.Token) {
			if strings.Contains(d.log.String(), secret) {
				d.t.Errorf("%q stands in the log:\n%s", secret, d.log)
			}
		}
	})
	d.api.Wait("the bot to be known", func() bool { return d.bot.Name() != "" })
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// add adds an editor who wants the monthly message and whose rights reach the
// countries, or all.
func (d *desk) add(name string, role bot.Role, countries ...bot.Country) bot.Editor {
	d.t.Helper()
	e := bot.Editor{Name: name, Role: role, Countries: countries, Language: bot.English, Monthly: true}
	var err error
	e.ID, err = d.door.Add(ctx, 0, e)
	d.must(err)
	d.secrets = append(d.secrets, name)
	return e
}

// link makes a link for an editor and returns its secret.
func (d *desk) link(e bot.Editor, p access.Purpose) string {
	d.t.Helper()
	secret, err := d.door.MakeLink(ctx, e.ID, e.ID, p)
	d.must(err)
	d.secrets = append(d.secrets, secret)
	return secret
}

// phone returns a phone of the chat's owner, connected to the account of an
// editor.
func (d *desk) phone(e bot.Editor) *person {
	d.t.Helper()
	p := d.somebody()
	if got, want := p.says("/start "+access.StartWord+d.link(e, access.Connect)).Text, d.say.Say("deskchat.connected", "Name", e.Name); !strings.HasPrefix(got, want) {
		d.t.Fatalf("connecting a chat is answered with %q", got)
	}
	return p
}

// person is somebody with Telegram, and how much the bot has told them.
type person struct {
	*bottest.Person
	desk *desk
	read int
}

func (d *desk) somebody() *person {
	p := &person{Person: d.api.NewPerson("en"), desk: d}
	d.secrets = append(d.secrets, p.Username, strconv.FormatInt(p.Person.ID, 10))
	return p
}

// next waits for the next thing that the bot does in the chat, and returns the
// message.
func (p *person) next() bottest.Message {
	p.desk.t.Helper()
	p.desk.api.Wait("a message of the bot", func() bool { return len(p.Unread()) > p.read })
	p.read++
	return p.Unread()[p.read-1].Message
}

// news returns what the bot said that nobody has looked at.
func (p *person) news() []bottest.Message {
	var all []bottest.Message
	for _, e := range p.Unread()[p.read:] {
		all = append(all, e.Message)
	}
	p.read += len(all)
	return all
}

func (p *person) says(text string) bottest.Message {
	p.desk.t.Helper()
	p.Chat.Say(p.Person, text)
	return p.next()
}

// taps presses a button of a message, as it stood when it was sent.
func (p *person) taps(on bottest.Message, label string) bottest.Message {
	p.desk.t.Helper()
	b, ok := on.Button(label)
	if !ok {
		p.desk.t.Fatalf("%q has no button %q", on.Text, label)
	}
	return p.tapsData(on, b.Data)
}

func (p *person) tapsData(on bottest.Message, data string) bottest.Message {
	p.desk.t.Helper()
	p.PressData(p.Person, on, data)
	return p.next()
}

// signIn returns the page that the only button of a message signs in to, and
// uses the link up.
func (d *desk) signIn(m bottest.Message) (page string) {
	d.t.Helper()
	buttons := m.Buttons()
	if len(buttons) != 1 || !m.Protected {
		d.t.Fatalf("no link alone, or one that can be passed on: %q %+v", m.Text, buttons)
	}
	u, err := url.Parse(buttons[0].URL)
	d.must(err)
	secret, ok := strings.CutPrefix(u.Path, "/desk/link/")
	if !ok || u.Scheme+"://"+u.Host != address {
		d.t.Fatalf("the link is %s", u)
	}
	d.secrets = append(d.secrets, secret)
	_, err = d.door.UseLink(ctx, secret, "a test")
	d.must(err)
	return u.Query().Get("next")
}

// monthly runs the monthly messages and returns when the first round is over.
func (d *desk) monthly() {
	d.t.Helper()
	d.monthlyBy(func(ctx context.Context, chat int64, m deskchat.Message) error {
		return d.bot.Tell(ctx, chat, toTelegram(m))
	})
}

// monthlyBy is monthly with another messenger.
func (d *desk) monthlyBy(tell deskchat.Tell) {
	d.t.Helper()
	c := d.config
	ticks, rounds := make(chan time.Time), make(chan struct{}, 1)
	c.After = func(time.Duration) <-chan time.Time {
		rounds <- struct{}{}
		return ticks
	}
	running, cancel := context.WithCancel(ctx)
	said := make(chan error, 1)
	go func() { said <- deskchat.New(c).Run(running, tell) }()
	d.ticks, d.rounds = ticks, rounds
	d.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-said; err != nil {
			d.t.Errorf("the monthly messages: %v", err)
		}
	})
	d.t.Cleanup(d.stop)
	<-rounds
}

// hour lets an hour pass, and waits for what the desk does then.
func (d *desk) hour() {
	d.Clock.Advance(time.Hour)
	d.ticks <- d.Clock.Now()
	<-d.rounds
}

// waits reports whether an editor still is to be told this month.
func (d *desk) waits(e bot.Editor) bool {
	d.t.Helper()
	readers, err := d.door.Due(ctx)
	d.must(err)
	for _, r := range readers {
		if r.Editor.ID == e.ID {
			return true
		}
	}
	return false
}

// record keeps what is logged.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// inTelegram is the desk as the program gives it to the bot.
type inTelegram struct{ *deskchat.Desk }

func (d inTelegram) Command(ctx context.Context, chat int64, client bot.Language, off bool) telegram.DeskMessage {
	return toTelegram(d.Desk.Command(ctx, chat, client, off))
}

func (d inTelegram) Connect(ctx context.Context, chat int64, client bot.Language, secret string) telegram.DeskMessage {
	return toTelegram(d.Desk.Connect(ctx, chat, client, secret))
}

func (d inTelegram) Press(ctx context.Context, chat int64, client bot.Language, data string) telegram.DeskMessage {
	return toTelegram(d.Desk.Press(ctx, chat, client, data))
}

func (d inTelegram) InGroup(client bot.Language) telegram.DeskMessage {
	return toTelegram(d.Desk.InGroup(client))
}

func toTelegram(m deskchat.Message) telegram.DeskMessage {
	out := telegram.DeskMessage{Text: m.Text, Private: m.Private, Instead: m.Instead}
	for _, row := range m.Buttons {
		keys := make([]telegram.DeskButton, len(row))
		for i, b := range row {
			keys[i] = telegram.DeskButton(b)
		}
		out.Buttons = append(out.Buttons, keys)
	}
	return out
}
