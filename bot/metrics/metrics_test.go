package metrics_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/metrics"
	"prystan/bot/telegram"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// backups is a source of backups.
type backups struct {
	age   time.Duration
	found bool
}

func (b backups) Age() (time.Duration, bool) { return b.age, b.found }
func (b backups) Failures() int64            { return 2 }

// full returns the metrics of a process to which everything has happened.
func full() *metrics.Metrics {
	m := metrics.New("v1.2.3", "abc", slog.New(slog.DiscardHandler))
	m.Answered(answer.Reply{Language: "uk", Question: answer.Understanding{Topic: bot.Apply, Country: "PL"}}, time.Millisecond)
	m.Answered(answer.Reply{Language: "en", Question: answer.Understanding{Topic: bot.DangerNow, Urgent: true}}, time.Millisecond)
	m.Delivered(telegram.Answered{Urgent: true, Took: 20 * time.Millisecond})
	m.Delivered(telegram.Answered{Took: -time.Hour}) // a clock that jumped
	store(m)
	m.Requested("POST /{$}", http.StatusTooManyRequests, time.Millisecond)
	m.Requested("GET /privacy", http.StatusInternalServerError, time.Millisecond)
	m.WatchTelegram(func() telegram.Stats {
		return telegram.Stats{Updates: 1, Unreadable: 2, Repeated: 3, Limited: 4, Undurable: 5, Panics: 6, Retries: 7, Throttled: 8,
			Messages: 9, Blocked: 10, Refused: 11, Later: 12, GivenUp: 13, Waiting: 20, Urgent: 6, Oldest: 15 * time.Second}
	})
	m.WatchFacts(directory, func() time.Time { return now })
	m.WatchBackups(backups{90 * time.Minute, true})
	m.WatchCheck("database", func(context.Context) error { return nil })
	m.WatchCheck("disk", func(context.Context) error { return errors.New("full") })
	return m
}

// disk is where everything fails that writes.
type disk struct {
	telegram.Choices
	telegram.Store
	answer.Counts
}

var errFull = errors.New("disk full")

func (disk) Choice(context.Context, int64) (bot.Language, bot.Country, error)       { return "uk", "PL", nil }
func (disk) Choose(context.Context, int64, bot.Language, bot.Country) error         { return errFull }
func (disk) Forget(context.Context, int64) error                                    { return errFull }
func (disk) Keep([]bot.Waiting) ([]bool, error)                                     { return nil, errFull }
func (disk) Body(context.Context, int64) ([]byte, error)                            { return []byte("{}"), nil }
func (disk) Vote(context.Context, bot.Topic, bot.Language, bot.Country, bool) error { return errFull }
func (disk) WrongNumber(context.Context, string) error                              { return nil }
func (disk) Unanswered(context.Context, string, bot.Language, bot.Country) error    { return nil }

// store does each operation on the database once.
func store(m *metrics.Metrics) {
	ctx := context.Background()
	choices, waiting, counts := m.Choices(disk{}), m.Waiting(disk{}), m.Counts(disk{})
	_, _, _ = choices.Choice(ctx, 1)
	_ = choices.Choose(ctx, 1, "uk", "PL")
	_ = choices.Forget(ctx, 1)
	_, _ = waiting.Keep(nil)
	_, _ = waiting.Body(ctx, 1)
	_ = counts.Vote(ctx, bot.Apply, "uk", "PL", true)
	_ = counts.WrongNumber(ctx, "a")
	_ = counts.Unanswered(ctx, "tp", "uk", "PL")
}

// directory has two facts to show in Poland, one of them past its review
// interval, one Europe-wide, and one that is never shown.
func directory() *bot.Directory {
	on := func(days int, c bot.Confidence) bot.Standing {
		return bot.Standing{Confidence: c, Assured: bot.DateOf(now.AddDate(0, 0, -days)), ReviewDays: 30, Sources: []bot.Source{{URL: "https://example.org/"}}}
	}
	return bot.NewDirectory(bot.Records{
		Services: []bot.Service{
			{ID: "a", Country: "PL", Standing: on(10, bot.High)},
			{ID: "b", Country: "PL", Standing: on(40, bot.Medium)},
			{ID: "c", Country: "PL", Standing: on(40, bot.Low)},
		},
		Protections: []bot.Protection{{Country: "DE", Standing: on(40, bot.High)}},
		Facts:       []bot.Fact{{ID: "f", Standing: on(1, bot.High)}},
	})
}

// shown returns what /metrics says: the value of each series.
func shown(t *testing.T, m *metrics.Metrics) map[string]string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	series := make(map[string]string)
	lines := bufio.NewScanner(w.Body)
	for lines.Scan() {
		if line := lines.Text(); !strings.HasPrefix(line, "#") {
			at := strings.LastIndexByte(line, ' ')
			series[line[:at]] = line[at+1:]
		}
	}
	return series
}

func TestEveryFigureIsShown(t *testing.T) {
	got := shown(t, full())
	for series, value := range map[string]string{
		`prystan_answers_total{country="PL",group="tp",language="uk"}`:       "1",
		`prystan_answers_total{country="none",group="crisis",language="en"}`: "1",
		`prystan_urgent_answers_total`:                                       "1",
		`prystan_turn_seconds_count`:                                         "2",
		`prystan_answer_seconds_count{urgent="true"}`:                        "1",
		`prystan_answer_seconds_sum{urgent="false"}`:                         "0",
		`prystan_database_seconds_count{operation="read_choice"}`:            "1",
		`prystan_database_failures_total{operation="read_choice"}`:           "0",
		`prystan_database_failures_total{operation="keep_choice"}`:           "1",
		`prystan_http_requests_total{route="POST /",status="429"}`:           "1",
		`prystan_http_defects_total`:                                         "1",
		`prystan_http_seconds_count`:                                         "2",
		`prystan_web_limited_total`:                                          "1",
		`prystan_updates_total`:                                              "1",
		`prystan_updates_unreadable_total`:                                   "2",
		`prystan_updates_repeated_total`:                                     "3",
		`prystan_updates_limited_total`:                                      "4",
		`prystan_updates_undurable_total`:                                    "5",
		`prystan_panics_total`:                                               "6",
		`prystan_retries_total`:                                              "7",
		`prystan_throttled_total`:                                            "8",
		`prystan_sends_total{outcome="sent"}`:                                "9",
		`prystan_sends_total{outcome="blocked"}`:                             "10",
		`prystan_sends_total{outcome="refused"}`:                             "11",
		`prystan_sends_total{outcome="later"}`:                               "12",
		`prystan_sends_total{outcome="given_up"}`:                            "13",
		`prystan_queue_depth{urgent="true"}`:                                 "6",
		`prystan_queue_depth{urgent="false"}`:                                "14",
		`prystan_queue_age_seconds`:                                          "15",
		`prystan_database_seconds_count{operation="count"}`:                  "3",
		`prystan_database_failures_total{operation="count"}`:                 "1",
		`prystan_database_failures_total{operation="forget_choice"}`:         "1",
		`prystan_database_failures_total{operation="keep_update"}`:           "1",
		`prystan_database_failures_total{operation="read_update"}`:           "0",
		`prystan_facts{country="PL"}`:                                        "2",
		`prystan_facts_due{country="PL"}`:                                    "1",
		`prystan_facts_due{country="DE"}`:                                    "1",
		`prystan_facts_due{country="none"}`:                                  "0",
		`prystan_backup_age_seconds`:                                         "5400",
		`prystan_backup_failures_total`:                                      "2",
		`prystan_well{check="database"}`:                                     "1",
		`prystan_well{check="disk"}`:                                         "0",
	} {
		if got[series] != value {
			t.Errorf("%s is %q, want %s", series, got[series], value)
		}
	}
	for _, series := range []string{"go_goroutines", "process_resident_memory_bytes"} {
		if got[series] == "" {
			t.Errorf("no %s", series)
		}
	}
}

func TestNoBackupIsNotAnOldOne(t *testing.T) {
	m := metrics.New("", "", slog.New(slog.DiscardHandler))
	m.WatchBackups(backups{})
	if got, ok := shown(t, m)["prystan_backup_age_seconds"]; ok {
		t.Errorf("the age of no backup is %s", got)
	}
}

func TestLabelsTakeOnlyValuesOfOurOwn(t *testing.T) {
	m := metrics.New("", "", slog.New(slog.DiscardHandler))
	for _, s := range []string{"Mariupol", "+380441234567", "zz", "US", "\"}\n"} {
		m.Answered(answer.Reply{Language: bot.Language(s), Question: answer.Understanding{
			Topic: bot.Topic(s + ".x"), Country: bot.Country(s), Language: bot.Language(s), Lines: []string{s},
		}}, 0)
	}
	for series, value := range shown(t, m) {
		if strings.HasPrefix(series, "prystan_answers_total") &&
			(series != `prystan_answers_total{country="other",group="other",language="other"}` || value != "5") {
			t.Errorf("%s %s", series, value)
		}
	}
}

func TestTwoProcessesInOneDoNotMeet(t *testing.T) {
	a, b := full(), metrics.New("", "", slog.New(slog.DiscardHandler))
	a.Delivered(telegram.Answered{Urgent: true, Took: time.Second})
	if got := shown(t, b)[`prystan_answer_seconds_count{urgent="true"}`]; got != "0" {
		t.Errorf("the other's answers: %s", got)
	}
}

func TestPrometheusFindsNoFaultWithTheFigures(t *testing.T) {
	promtool := promtool(t)
	w := httptest.NewRecorder()
	full().Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	check := exec.Command(promtool, "check", "metrics")
	check.Stdin = io.NopCloser(w.Body)
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
