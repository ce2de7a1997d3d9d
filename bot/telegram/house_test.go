package telegram_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/bottest"
	"prystan/bot/telegram"
)

// desk is a running bot with everything around it.
type desk struct {
	*bottest.Prepared
	api  *bottest.BotAPI
	bot  *telegram.Bot
	log  *record
	stop func() error // ends Run and returns what it said
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

// newDesk furnishes a bot without running it.
func newDesk(t *testing.T, change func(*telegram.Config), options ...bottest.Option) *desk {
	t.Helper()
	d := &desk{Prepared: bottest.House(t, options...), api: bottest.NewBotAPI(t), log: &record{}}
	c := telegram.Config{
		Token: d.api.Token, API: d.api.URL,
		Waiting: d.Waiting, Conversation: d.Conversation, Choices: d.Choices, Catalog: d.Catalog, Now: d.Clock.Now,
		Locate: locate, Log: slog.New(slog.NewTextHandler(d.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&c)
	}
	b, err := telegram.New(c)
	if err != nil {
		t.Fatal(err)
	}
	b.SetBackoff(time.Millisecond)
	d.bot = b
	t.Cleanup(func() {
		if strings.Contains(d.log.String(), d.api.Token) {
			t.Error("the bot token stands in the log")
		}
	})
	return d
}

// open furnishes a bot and runs it until the test ends.
func open(t *testing.T, change func(*telegram.Config), options ...bottest.Option) *desk {
	t.Helper()
	d := newDesk(t, change, options...)
	d.run(t)
	return d
}

func (d *desk) run(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	said := make(chan error, 1)
	go func() { said <- d.bot.Run(ctx) }()
	d.stop = sync.OnceValue(func() error {
		cancel()
		return <-said
	})
	t.Cleanup(func() {
		if err := d.stop(); err != nil {
			t.Errorf("running the bot: %v", err)
		}
	})
}

// locate knows two places.
func locate(latitude, longitude float64) (bot.Country, error) {
	switch {
	case latitude > 52 && latitude < 53 && longitude > 20 && longitude < 22:
		return "PL", nil
	case latitude > 52 && latitude < 53 && longitude > 13 && longitude < 14:
		return "DE", nil
	}
	return "", nil
}

// emergency is the emergency number as a person in a country dials it.
func emergency(d *desk, c bot.Country) string {
	s, _ := d.Directory.Emergency(c)
	return d.Directory.Phones(s)[0].Number
}
