// Package metrics is what an operator sees of the running program, in the form
// that Prometheus reads. No other package knows Prometheus: they are watched
// through small hooks (watch.go) or asked when somebody looks (sources.go).
//
// Every label has a bounded set of values, none of which comes from what a
// person wrote, and nothing here names a person, a chat or an address. The
// names of the metrics are a promise: dashboards and alert rules outside this
// repository use them.
package metrics

import (
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are the figures of one process. They are safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	log      *slog.Logger

	answers  *prometheus.CounterVec
	urgent   prometheus.Counter
	turns    prometheus.Histogram
	waits    *prometheus.HistogramVec
	database *prometheus.HistogramVec
	failures *prometheus.CounterVec
	requests *prometheus.CounterVec
	pages    prometheus.Histogram
	webLimit prometheus.Counter
	defects  prometheus.Counter
}

// Bounds of the histograms, in seconds: a turn takes a millisecond, an answer
// through Telegram a tenth of a second, one that waits out a bad day hours.
var (
	quick = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5}
	long  = []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 21600}
)

// New returns the metrics of a process that has just started. log is where it
// is said that a figure could not be had.
func New(version, commit string, log *slog.Logger) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		log:      log,
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prystan_answers_total",
			Help: "Turns of a conversation that were answered, by topic group (menu: none), language of the answer and country (none: not known, other: not one of ours)."},
			[]string{"group", "language", "country"}),
		urgent: prometheus.NewCounter(prometheus.CounterOpts{Name: "prystan_urgent_answers_total",
			Help: "Answers to people who may be in danger."}),
		turns: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "prystan_turn_seconds", Buckets: quick,
			Help: "Time to understand one input and to make its answer."}),
		waits: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "prystan_answer_seconds", Buckets: long,
			Help: "Time from an update of Telegram to its answer."}, []string{"urgent"}),
		database: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "prystan_database_seconds", Buckets: quick,
			Help: "Time of operations on the database."}, []string{"operation"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prystan_database_failures_total",
			Help: "Operations on the database that failed."}, []string{"operation"}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prystan_http_requests_total",
			Help: "HTTP requests, by what was asked for and the status of the answer."}, []string{"route", "status"}),
		pages: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "prystan_http_seconds", Buckets: quick,
			Help: "Time to answer an HTTP request."}),
		webLimit: prometheus.NewCounter(prometheus.CounterOpts{Name: "prystan_web_limited_total",
			Help: "Requests to the web chat beyond the limit of their place."}),
		defects: prometheus.NewCounter(prometheus.CounterOpts{Name: "prystan_http_defects_total",
			Help: "HTTP requests that a defect in the program ended."}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "prystan_build_info", Help: "Always 1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"version": version, "commit": commit, "go": runtime.Version()}})
	build.Set(1)
	m.registry.MustRegister(build, m.answers, m.urgent, m.turns, m.waits, m.database, m.failures, m.requests, m.pages, m.webLimit, m.defects,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, urgent := range []string{"true", "false"} {
		m.waits.WithLabelValues(urgent)
	}
	return m
}

// scrapeTime is how long gathering may take.
const scrapeTime = 5 * time.Second

// Handler answers with all figures.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorLog: complaints{m.log}, ErrorHandling: promhttp.ContinueOnError,
		MaxRequestsInFlight: 3, Timeout: scrapeTime,
	})
}

// complaints writes what promhttp has to say into the log.
type complaints struct{ log *slog.Logger }

func (c complaints) Println(v ...any) {
	for _, what := range v {
		if err, ok := what.(error); ok {
			c.log.Warn("figures could not be had", "error", err)
		}
	}
}
