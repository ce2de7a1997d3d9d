package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prystan/bot"
)

// Telegram is what the bot has done since it started and what waits at it now.
type Telegram struct {
	Updates    int64 // taken in
	Unreadable int64 // of them, not to be decoded
	Panics     int64 // of them, ended by a defect in the program
	Limited    int64 // of them, beyond the limit of their chat
	Lost       int64 // given up unanswered, because an answer came too late

	Sent    int64 // messages, and edits
	Blocked int64 // messages to people who had blocked the bot
	Refused int64 // messages that Telegram found wrong
	Failed  int64 // messages that could not be sent, and are tried again later
	Retries int64 // calls that were repeated

	Waiting int           // updates that have no answer yet
	Oldest  time.Duration // how long the oldest of them waits
}

// WatchTelegram shows what stats returns whenever somebody looks.
func (m *Metrics) WatchTelegram(stats func() Telegram) {
	m.registry.MustRegister(telegram(stats))
}

type telegram func() Telegram

var (
	updatesDesc    = desc("prystan_updates_total", "Updates that were taken from Telegram.")
	unreadableDesc = desc("prystan_updates_unreadable_total", "Updates that could not be decoded.")
	panicsDesc     = desc("prystan_panics_total", "Updates that a defect in the program ended.")
	limitedDesc    = desc("prystan_updates_limited_total", "Updates beyond the limit of their chat.")
	lostDesc       = desc("prystan_updates_lost_total", "Updates given up unanswered, because an answer would have come too late.")
	sendsDesc      = desc("prystan_sends_total", "Messages to people in Telegram, by outcome: sent, blocked by them, refused as wrong, failed for now.", "outcome")
	retriesDesc    = desc("prystan_retries_total", "Calls to Telegram that were repeated.")
	depthDesc      = desc("prystan_queue_depth", "Updates that have no answer yet.")
	ageDesc        = desc("prystan_queue_age_seconds", "How long the oldest update without an answer waits.")
)

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Describe implements prometheus.Collector.
func (telegram) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{updatesDesc, unreadableDesc, panicsDesc, limitedDesc, lostDesc, sendsDesc, retriesDesc, depthDesc, ageDesc} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (stats telegram) Collect(to chan<- prometheus.Metric) {
	s := stats()
	count := func(d *prometheus.Desc, n int64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	count(updatesDesc, s.Updates)
	count(unreadableDesc, s.Unreadable)
	count(panicsDesc, s.Panics)
	count(limitedDesc, s.Limited)
	count(lostDesc, s.Lost)
	count(sendsDesc, s.Sent, "sent")
	count(sendsDesc, s.Blocked, "blocked")
	count(sendsDesc, s.Refused, "refused")
	count(sendsDesc, s.Failed, "failed")
	count(retriesDesc, s.Retries)
	to <- gauge(depthDesc, float64(s.Waiting))
	to <- gauge(ageDesc, s.Oldest.Seconds())
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
	to <- prometheus.MustNewConstMetric(backupsDesc, prometheus.CounterValue, float64(b.of.Failures()))
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
