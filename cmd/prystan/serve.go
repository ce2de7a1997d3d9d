package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

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
		return withHouse(ctx, w, s, func(h *house) error {
			if err := h.db.Verify(ctx); err != nil {
				return err
			}
			service, err := newService(ctx, h, s, h.log)
			if err != nil {
				return err
			}
			fmt.Fprintf(w.stdout, "web chat: http://%s/\n", reachable(service.address))
			if service.telegram == nil {
				fmt.Fprintln(w.stdout, "telegram: off (PRYSTAN_TELEGRAM_TOKEN is not set)")
			}
			return service.run(ctx)
		})
	}
}

// service is the assembled program: everything that serve runs.
type service struct {
	server   *web.Server
	address  string        // where it listens, HOST:PORT
	telegram *telegram.Bot // nil without a token
	backups  *sqlite.Backups
	log      *slog.Logger
}

// newService assembles the service and takes its HTTP address. Nothing answers
// before run.
func newService(ctx context.Context, h *house, s *settings, log *slog.Logger) (*service, error) {
	v := &service{log: log, backups: s.backups(log)}
	figures := h.watch(log)
	mux := http.NewServeMux()
	mux.Handle("/", webchat.New(h.conversation, h.catalog, log))
	if s.token != "" {
		bot, err := newTelegram(ctx, h, s, log, figures)
		if err != nil {
			return nil, err
		}
		v.telegram = bot
		if s.publicURL != "" {
			mux.Handle(bot.WebhookPath(), bot.Webhook())
		}
	}
	v.server = web.NewServer(web.Config{Address: s.listen, Handler: web.Log(log, v.observed(mux, h, figures)), Log: log})
	address, err := v.server.Listen()
	if err != nil {
		return nil, err
	}
	v.address = address
	return v, nil
}

func newTelegram(ctx context.Context, h *house, s *settings, log *slog.Logger, figures *metrics.Metrics) (*telegram.Bot, error) {
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
	if v.telegram != nil {
		start("telegram", v.telegram.Run)
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
	for _, everywhere := range []string{"[::]:", "0.0.0.0:"} {
		if port, ok := strings.CutPrefix(address, everywhere); ok {
			return "localhost:" + port
		}
	}
	return address
}
