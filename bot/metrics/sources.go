package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prystan/bot"
	"prystan/bot/telegram"
)

// WatchTelegram shows what the bot has done and what waits at it, whenever
// somebody looks.
func (m *Metrics) WatchTelegram(stats func() telegram.Stats) {
	m.registry.MustRegister(chats(stats))
}

type chats func() telegram.Stats

// The counters of a bot.
var (
	counters = []struct {
		*prometheus.Desc
		of func(telegram.Stats) int64
	}{
		{desc("prystan_updates_total", "Updates that were taken from Telegram."),
			func(s telegram.Stats) int64 { return s.Updates }},
		{desc("prystan_updates_unreadable_total", "Updates that could not be decoded."),
			func(s telegram.Stats) int64 { return s.Unreadable }},
		{desc("prystan_updates_repeated_total", "Updates that Telegram sent again and that were left out."),
			func(s telegram.Stats) int64 { return s.Repeated }},
		{desc("prystan_updates_limited_total", "Updates beyond the limit of their chat, left out."),
			func(s telegram.Stats) int64 { return s.Limited }},
		{desc("prystan_updates_undurable_total", "Updates answered from memory because the disk refused them."),
			func(s telegram.Stats) int64 { return s.Undurable }},
		{desc("prystan_panics_total", "Updates that a defect in the program ended."),
			func(s telegram.Stats) int64 { return s.Panics }},
		{desc("prystan_retries_total", "Calls to Telegram that were repeated at once."),
			func(s telegram.Stats) int64 { return s.Retries }},
		{desc("prystan_throttled_total", "Times that Telegram asked to wait."),
			func(s telegram.Stats) int64 { return s.Throttled }},
	}
	sendsDesc = desc("prystan_sends_total", "Messages to people in Telegram, by outcome: sent; blocked by them; refused as wrong; "+
		"later: their answer put off; given_up: their answer never could be sent.", "outcome")
	depthDesc = desc("prystan_queue_depth", "Updates that have no answer yet.", "urgent")
	ageDesc   = desc("prystan_queue_age_seconds", "How long the oldest update without an answer waits.")
)

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Describe implements prometheus.Collector.
func (chats) Describe(to chan<- *prometheus.Desc) {
	for _, c := range counters {
		to <- c.Desc
	}
	to <- sendsDesc
	to <- depthDesc
	to <- ageDesc
}

// Collect implements prometheus.Collector.
func (stats chats) Collect(to chan<- prometheus.Metric) {
	s := stats()
	for _, c := range counters {
		to <- counter(c.Desc, c.of(s))
	}
	to <- counter(sendsDesc, s.Messages, "sent")
	to <- counter(sendsDesc, s.Blocked, "blocked")
	to <- counter(sendsDesc, s.Refused, "refused")
	to <- counter(sendsDesc, s.Later, "later")
	to <- counter(sendsDesc, s.GivenUp, "given_up")
	to <- gauge(depthDesc, float64(s.Urgent), "true")
	to <- gauge(depthDesc, float64(s.Waiting-s.Urgent), "false")
	to <- gauge(ageDesc, s.Oldest.Seconds())
}

func counter(d *prometheus.Desc, n int64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
}

func gauge(d *prometheus.Desc, v float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

// WatchFacts shows how many facts people are shown, and how many of them are
// due for a new look, by country.
func (m *Metrics) WatchFacts(directory func() *bot.Directory, now func() time.Time) {
	m.registry.MustRegister(facts{directory, now})
}

type facts struct {
	directory func() *bot.Directory
	now       func() time.Time
}

var (
	factsDesc = desc("prystan_facts", "Facts that people are shown, by country (none: Europe-wide).", "country")
	dueDesc   = desc("prystan_facts_due", "Of them, those past their review interval.", "country")
)

// Describe implements prometheus.Collector.
func (facts) Describe(to chan<- *prometheus.Desc) { to <- factsDesc; to <- dueDesc }

// Collect implements prometheus.Collector.
func (f facts) Collect(to chan<- prometheus.Metric) {
	shown, due := make(map[string]int), make(map[string]int)
	now := f.now()
	add := func(c bot.Country, s bot.Standing) {
		if !s.Shown() {
			return
		}
		shown[country(c)]++
		if s.Due(now) {
			due[country(c)]++
		}
	}
	records := f.directory().Records()
	for _, s := range records.Services {
		add(s.Country, s.Standing)
	}
	for _, p := range records.Protections {
		add(p.Country, p.Standing)
	}
	for _, f := range records.Facts {
		add("", f.Standing)
	}
	for c, n := range shown {
		to <- gauge(factsDesc, float64(n), c)
		to <- gauge(dueDesc, float64(due[c]), c)
	}
}

// Backups is what makes backups; sqlite.Backups fits.
type Backups interface {
	Age() (time.Duration, bool) // of the newest, false if there is none
	Failures() int64            // since the start
}

// WatchBackups shows the age of the newest backup.
func (m *Metrics) WatchBackups(b Backups) { m.registry.MustRegister(backups{b}) }

type backups struct{ of Backups }

var (
	backupDesc  = desc("prystan_backup_age_seconds", "Age of the newest backup; missing while there is none.")
	backupsDesc = desc("prystan_backup_failures_total", "Backups that failed.")
)

// Describe implements prometheus.Collector.
func (backups) Describe(to chan<- *prometheus.Desc) { to <- backupDesc; to <- backupsDesc }

// Collect implements prometheus.Collector.
func (b backups) Collect(to chan<- prometheus.Metric) {
	if age, ok := b.of.Age(); ok {
		to <- gauge(backupDesc, age.Seconds())
	}
	to <- counter(backupsDesc, b.of.Failures())
}

// WatchCheck shows whether one thing that answers depend on is well: the checks
// of /readyz.
func (m *Metrics) WatchCheck(name string, do func(context.Context) error) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "prystan_well", Help: "1 where one thing that answers depend on is well, 0 where it is not.",
		ConstLabels: prometheus.Labels{"check": name},
	}, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), checkTime)
		defer cancel()
		if do(ctx) != nil {
			return 0
		}
		return 1
	}))
}

// checkTime is how long a check may take.
const checkTime = 2 * time.Second
