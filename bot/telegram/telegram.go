// Package telegram is the conversation in Telegram: updates become turns
// (read.go), replies become messages (render.go, keyboard.go), and both pass
// the edges of the network: polling.go and webhook.go on the way in, call.go on
// the way out.
//
// Between them stands the line (line.go, hands.go): an update waits there, safe
// on the disk, until its answer is out. The line keeps the order within a chat
// while chats go side by side, urgent ones first; pace.go keeps to what Telegram
// allows. Types, calls and decoding are those of
// github.com/go-telegram/bot; its dispatch is not used, since it keeps no order
// and confirms updates before they are dealt with.
//
// Nothing about a person is written to a log: no text, name, number or id.
package telegram

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"log/slog"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	api "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/locales"
)

// Choices keeps the language and country chosen in a chat.
type Choices interface {
	// Choice returns what was chosen; empty values where nothing was.
	Choice(ctx context.Context, chat int64) (bot.Language, bot.Country, error)
	// Choose keeps what was chosen.
	Choose(ctx context.Context, chat int64, l bot.Language, c bot.Country) error
	// Forget removes everything kept about the chat.
	Forget(ctx context.Context, chat int64) error
}

// Config is what a Bot needs.
type Config struct {
	Token         string  // of the bot, from BotFather
	API           string  // base address of the Bot API server; "" = https://api.telegram.org
	PublicURL     string  // https address under which Telegram reaches WebhookPath; "" = long polling
	WebhookSecret string  // that Telegram sends with every update; needed with PublicURL
	SendRate      float64 // messages a second in all; 0 = no limit

	Conversation *answer.Conversation
	Choices      Choices
	Catalog      *locales.Catalog

	// Locate returns the country at a point, "" where it lies in none of ours;
	// nil: locations cannot be read.
	Locate func(latitude, longitude float64) (bot.Country, error)

	Desk Desk // answers editors; nil: there is no desk

	Waiting  Store          // keeps updates until they are answered; nil: only memory does
	Answered func(Answered) // told of each answer sent; may be nil

	Log *slog.Logger     // nil = silent
	Now func() time.Time // nil = time.Now; when sessions end
}

// Bot is the conversation in Telegram. Its methods are safe for concurrent use;
// Run is called once.
type Bot struct {
	config   Config
	log      *slog.Logger
	client   *api.Bot
	wire     wire
	gate     gate
	paces    paces
	breaker  breaker
	thinking chan struct{} // held while a turn is taken: more at once would only make all of them late
	sessions answer.Sessions
	albums   albums
	seed     maphash.Seed // of the keys of sessions in groups
	counters counters
	backoff  time.Duration // wait before the second try of a call

	me    atomic.Pointer[models.User] // nil until Run knows it
	queue atomic.Pointer[line]        // nil until Run takes updates
}

// webhookPath is where Telegram delivers updates. It need not be secret: the
// secret header protects it.
const webhookPath = "/telegram/updates"

// What happens after the context of Run ended, counted from then.
const (
	stopTake  = 6 * time.Second // nothing more is begun
	stopAbort = 8 * time.Second // what is at hand is broken off
	stopTime  = 9 * time.Second // Run returns
)

// New returns a bot that is not connected yet.
func New(c Config) (*Bot, error) {
	if c.Conversation == nil || c.Choices == nil || c.Catalog == nil {
		return nil, errors.New("telegram: conversation, choices and catalog are needed")
	}
	if c.PublicURL != "" && c.WebhookSecret == "" {
		return nil, errors.New("telegram: a webhook needs a secret")
	}
	if c.API == "" {
		c.API = "https://api.telegram.org"
	}
	c.API = strings.TrimRight(c.API, "/")
	if u, err := url.Parse(c.API); err != nil || u.Host == "" {
		return nil, fmt.Errorf("telegram: Bot API server %q is not a web address", c.API)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	b := &Bot{config: c, log: c.Log, seed: maphash.MakeSeed(), backoff: 500 * time.Millisecond}
	b.wire = newWire()
	b.breaker.base = time.Second
	b.thinking = make(chan struct{}, 2*runtime.GOMAXPROCS(0))
	if b.paces.off = c.SendRate <= 0; !b.paces.off {
		b.gate.interval = time.Duration(float64(time.Second) / c.SendRate)
	}
	client, err := api.New(c.Token, api.WithSkipGetMe(), api.WithServerURL(c.API),
		api.WithHTTPClient(pollTime, b.wire), api.WithErrorsHandler(func(err error) { b.complain("Telegram library", err) }))
	if err != nil {
		return nil, fmt.Errorf("telegram: %w", b.clean(err))
	}
	b.client = client
	return b, nil
}

// Run takes and answers updates until ctx ends and what is at hand is finished,
// which takes ten seconds at most. It fails when Telegram does not accept the
// token.
func (b *Bot) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := b.introduce(ctx); err != nil || ctx.Err() != nil {
		return err
	}
	work, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()
	queue := newLine(b)
	if err := queue.restore(ctx); err != nil {
		b.log.Error("what waited from before could not be read", "error", err.Error())
	}
	queue.start(work)
	b.queue.Store(queue)

	var profile sync.WaitGroup
	profile.Go(func() { b.publishProfile(ctx) })
	var offset int64
	var err error
	if b.config.PublicURL != "" {
		if err = b.hook(ctx); err == nil {
			<-ctx.Done()
		}
	} else {
		offset, err = b.poll(ctx, queue)
	}
	cancel()
	profile.Wait()
	b.finish(queue, offset, abort)
	return err
}

// finish finishes what is at hand and says what is left. It tells Telegram how
// far polling came, so that nothing comes again after a restart.
func (b *Bot) finish(queue *line, offset int64, abort func()) {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	defer time.AfterFunc(stopAbort, abort).Stop()
	left := queue.drain(ctx, time.Now().Add(stopTake))
	if left > 0 {
		b.log.Warn("updates are left waiting", "updates", left, "durable", b.config.Waiting != nil)
	}
	if b.config.Waiting != nil {
		if err := b.config.Waiting.Flush(ctx); err != nil {
			b.log.Error("what was answered could not be noted", "error", err.Error())
		}
	} else if left > 0 {
		return
	}
	if offset > 0 {
		b.confirm(ctx, offset)
	}
}

// introduce learns who the bot is, for as long as it takes.
func (b *Bot) introduce(ctx context.Context) error {
	for wait := b.backoff; ; wait = min(wait*2, maxBackoff) {
		var me *models.User
		err := b.once(ctx, callTime, func(ctx context.Context) (err error) {
			me, err = b.client.GetMe(ctx)
			return err
		})
		if err == nil && me != nil && me.ID != 0 {
			b.me.Store(me)
			return nil
		}
		if refused(err) {
			return fmt.Errorf("telegram: getMe: %w", b.clean(err))
		}
		if ctx.Err() != nil {
			return nil
		}
		b.complain("getMe", err)
		sleep(ctx, wait)
	}
}

// name returns the bot's user name, "" before it is known.
func (b *Bot) name() string {
	if me := b.me.Load(); me != nil {
		return me.Username
	}
	return ""
}

// BotID returns the id of the bot that a token belongs to, 0 if it has no form.
func BotID(token string) int64 {
	id, _, _ := strings.Cut(token, ":")
	n, _ := strconv.ParseInt(id, 10, 64)
	return n
}

// id returns the bot's user id, 0 before it is known.
func (b *Bot) id() int64 {
	if me := b.me.Load(); me != nil {
		return me.ID
	}
	return 0
}
