package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/metrics"
	"prystan/bot/sqlite"
	"prystan/bot/web"
)

// watch lets the figures see what the house does. It comes before anything
// answers.
func (h *house) watch(log *slog.Logger) *metrics.Metrics {
	m := metrics.New(version, commit(), log)
	counts := &seldom{counts: m.Counts(sqlite.Counts{DB: h.db, Now: time.Now}), now: time.Now}
	h.conversation = answer.New(h.published, h.catalog, counts, time.Now).Observed(m)
	m.WatchFacts(func() *bot.Directory {
		directory, _ := h.published.Published()
		return directory
	}, time.Now)
	return m
}

// observed adds to the pages what says how the service is: /healthz, /readyz
// and /metrics. It comes after the parts that it asks are there.
func (v *service) observed(mux *http.ServeMux, h *house, m *metrics.Metrics) http.Handler {
	checks := []web.Check{
		{Name: "database", Do: h.db.Ping},
		{Name: "disk", Do: h.db.Writable, Soft: true},
	}
	if v.telegram != nil {
		checks = append(checks, web.Check{Name: "telegram", Do: func(context.Context) error { return v.telegram.Health() }})
		m.WatchTelegram(v.telegram.Stats)
	}
	for _, c := range checks {
		m.WatchCheck(c.Name, c.Do)
	}
	if v.backups.Keep > 0 {
		m.WatchBackups(v.backups)
	}
	mux.Handle("GET /healthz", web.Live())
	mux.Handle("GET /readyz", web.Ready(v.log, checks...))
	mux.Handle("GET /metrics", web.Near(m.Handler()))
	return web.Watch(m.Requested, mux)
}
