package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"prystan/bot/hsds"
	"prystan/bot/linkcheck"
	"prystan/bot/metrics"
	"prystan/bot/place"
	"prystan/bot/sqlite"
	"prystan/bot/telegram"
	"prystan/bot/web"
	"prystan/bot/webchat"
)

func serveCommand(_ *flag.FlagSet, s *settings) func(context.Context, world, []string) error {
	return func(ctx context.Context, w world, args []string) error {
		if len(args) > 0 {
			return fmt.Errorf("%w: serve takes no arguments", errUsage)
		}
		boundMemory()
		serving := false
		err := withHouse(ctx, w, s, func(h *house) error {
			if err := h.db.Verify(ctx); err != nil {
				return err
			}
			service, err := newService(ctx, h, s, h.log)
			if err != nil {
				return err
			}
			fmt.Fprintf(w.stdout, "web chat: http://%s/\n", reachable(service.address))
			fmt.Fprintf(w.stdout, "desk:     %s/desk/\n", s.deskAddress(service.address))
			if service.telegram == nil {
				fmt.Fprintln(w.stdout, "telegram: off (PRYSTAN_TELEGRAM_TOKEN is not set)")
			}
			serving = true
			return service.run(ctx)
		})
		if !serving && ctx.Err() != nil && errors.Is(err, context.Canceled) {
			return nil // told to stop while it started, and did
		}
		return err
	}
}

// softMemory is the memory that the service should get by with: some 70 MiB of
// it are in use all the time.
const softMemory = 110 << 20

// boundMemory lets garbage be collected the more often the closer the service
// comes to softMemory, so that the start, which learns from all examples, and a
// flood need no more of the machine than an ordinary day. GOMEMLIMIT, where an
// operator has set it, wins.
func boundMemory() {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(softMemory)
	}
}

// service is the assembled program: everything that serve runs.
type service struct {
	server   *web.Server
	address  string        // where it listens, HOST:PORT
	telegram *telegram.Bot // nil without a token
	chat     deskInTelegram
	backups  *sqlite.Backups
	links    *linkcheck.Checker // nil unless the operator switched it on
	log      *slog.Logger
}

// newService assembles the service and takes its HTTP address. Nothing answers
// before run.
func newService(ctx context.Context, h *house, s *settings, log *slog.Logger) (*service, error) {
	v := &service{log: log, backups: s.backups(log), links: s.linkChecker(h, log)}
	all := http.NewServeMux() // whole once its parts know the address
	v.server = web.NewServer(web.Config{Address: s.listen, Handler: web.Log(log, all), Log: log})
	address, err := v.server.Listen()
	if err != nil {
		return nil, err
	}
	v.address = address
	pages, err := v.furnish(ctx, h, s)
	if err != nil {
		return nil, err
	}
	all.Handle("/", pages)
	return v, nil
}

// furnish assembles everything that answers under the address.
func (v *service) furnish(ctx context.Context, h *house, s *settings) (http.Handler, error) {
	figures := h.watch(v.log)
	mux := http.NewServeMux()
	mux.Handle("/", webchat.New(h.conversation, h.catalog, v.log))
	mux.Handle(hsds.Path, hsds.New(h.published.Directory, v.log))
	office, err := newOffice(h, s, s.deskAddress(v.address))
	if err != nil {
		return nil, err
	}
	mux.Handle("/desk/", office.desk(h, s, v.botName, v.log))
	if s.token != "" {
		v.chat = deskInTelegram{office.chat(h, s.deskAddress(v.address), v.log)}
		if v.telegram, err = newTelegram(ctx, h, s, v.log, figures, v.chat); err != nil {
			return nil, err
		}
		if s.publicURL != "" {
			mux.Handle(v.telegram.WebhookPath(), v.telegram.Webhook())
		}
	}
	return v.observed(mux, h, figures), nil
}

// botName returns the name of the bot in Telegram, "" where there is none or
// while it is not known.
func (v *service) botName() string {
	if v.telegram == nil {
		return ""
	}
	return v.telegram.Name()
}

func newTelegram(ctx context.Context, h *house, s *settings, log *slog.Logger, figures *metrics.Metrics, desk telegram.Desk) (*telegram.Bot, error) {
	key, err := readKey(s.keyPath())
	if err != nil {
		return nil, err
	}
	secret := s.webhookSecret
	if secret == "" {
		if secret, err = h.db.WebhookSecret(ctx); err != nil {
			return nil, err
		}
	}
	waiting, err := sqlite.NewQueue(h.db, key, telegram.BotID(s.token))
	if err != nil {
		return nil, err
	}
	finder := &place.Finder{}
	return telegram.New(telegram.Config{
		Token:         s.token,
		API:           s.api,
		PublicURL:     s.publicURL,
		WebhookSecret: secret,
		SendRate:      s.rate(),
		Conversation:  h.conversation,
		Choices:       figures.Choices(sqlite.Choices{DB: h.db, Key: key}),
		Catalog:       h.catalog,
		Desk:          desk,
		Waiting:       figures.Waiting(waiting),
		Answered:      figures.Delivered,
		Locate:        finder.Country,
		Log:           log,
		Now:           time.Now,
	})
}

// run serves until ctx ends or a part fails, then stops every part and waits
// for it.
func (v *service) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var parts sync.WaitGroup
	var mu sync.Mutex
	var failed error
	start := func(name string, part func(context.Context) error) {
		parts.Go(func() {
			defer stop()
			if err := part(ctx); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed = errors.Join(failed, fmt.Errorf("%s: %w", name, err))
			}
		})
	}
	start("web", v.server.Serve)
	start("backups", v.backups.Run)
	if v.links != nil {
		start("links", v.links.Run)
	}
	if v.telegram != nil {
		start("telegram", v.telegram.Run)
		start("desk in telegram", func(ctx context.Context) error { return v.chat.run(ctx, v.telegram) })
	}
	v.log.Info("serving", "address", v.address, "telegram", v.telegram != nil)
	parts.Wait()
	v.log.Info("stopped")
	return failed
}

// newLog returns the log that the settings ask for: text on a terminal, JSON
// elsewhere.
func newLog(w io.Writer, s *settings) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.logLevel)); err != nil {
		level = slog.LevelInfo // settings.check has refused any other
	}
	options := &slog.HandlerOptions{Level: level}
	if s.logFormat == "text" || s.logFormat == "" && terminal(w) {
		return slog.New(slog.NewTextHandler(w, options))
	}
	return slog.New(slog.NewJSONHandler(w, options))
}

func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// reachable writes an address that listens everywhere as one that a browser on
// this machine can open.
func reachable(address string) string {
	return named(address, "[::]:", "0.0.0.0:")
}

// named writes an address with one of the prefixes as one on localhost.
func named(address string, prefixes ...string) string {
	for _, prefix := range prefixes {
		if port, ok := strings.CutPrefix(address, prefix); ok {
			return "localhost:" + port
		}
	}
	return address
}
