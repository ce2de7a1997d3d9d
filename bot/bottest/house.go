package bottest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/facts"
	"prystan/bot/sqlite"
	"prystan/locales"
)

// Noon is the moment at which a prepared house begins: a Tuesday on which the
// shipped facts are a day old.
var Noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// Prepared is everything that answers, on a database of its own.
type Prepared struct {
	DB           *sqlite.DB
	Path         string // of the database file
	Directory    *bot.Directory
	Catalog      *locales.Catalog
	Conversation *answer.Conversation
	Choices      sqlite.Choices
	Waiting      *sqlite.Queue
	Clock        *Clock

	// Published is shared by all tests of the binary, since learning from the
	// examples takes long: a test that publishes something makes its own.
	Published *answer.Published
}

// Option changes how House furnishes.
type Option func(*furnishing)

type furnishing struct {
	counts func(answer.Counts) answer.Counts
}

// WithCounts lets a test stand between the conversation and what counts, for
// instance to make counting fail.
func WithCounts(wrap func(answer.Counts) answer.Counts) Option {
	return func(f *furnishing) { f.counts = wrap }
}

// House returns the shipped directory and a conversation over it. The database
// is seeded once for the test binary and copied for each test, so there is
// nothing to reset. It is closed and removed when the test ends.
func House(t testing.TB, options ...Option) *Prepared {
	t.Helper()
	f := furnishing{counts: func(c answer.Counts) answer.Counts { return c }}
	for _, o := range options {
		o(&f)
	}
	m, err := shipped()
	if err != nil {
		t.Fatalf("preparing a house: %v", err)
	}
	path := filepath.Join(t.TempDir(), "prystan.db")
	if err := os.WriteFile(path, m.database, 0o600); err != nil {
		t.Fatalf("preparing a house: %v", err)
	}
	db, err := sqlite.Open(context.Background(), path)
	if err != nil {
		t.Fatalf("preparing a house: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("closing the house: %v", err)
		}
	})
	key := make([]byte, 32)
	waiting, err := sqlite.NewQueue(db, key, 424242)
	if err != nil {
		t.Fatalf("preparing a house: %v", err)
	}
	directory, _ := m.published.Published()
	h := &Prepared{
		DB: db, Path: path, Directory: directory, Catalog: m.catalog, Published: m.published,
		Choices: sqlite.Choices{DB: db, Key: key}, Waiting: waiting, Clock: NewClock(Noon),
	}
	h.Conversation = answer.New(m.published, m.catalog, f.counts(sqlite.Counts{DB: db, Now: h.Clock.Now}), h.Clock.Now)
	return h
}

// Languages returns the shipped languages that have all their articles, in
// which every button can be tried.
func (h *Prepared) Languages() []bot.Language {
	var whole []bot.Language
	for _, l := range bot.Languages() {
		all := true
		for _, topic := range bot.Topics() {
			_, ok := h.Directory.Article(topic, l)
			all = all && ok
		}
		if all {
			whole = append(whole, l)
		}
	}
	return whole
}

// master is what all houses of a test binary are copied from.
type master struct {
	database  []byte
	published *answer.Published
	catalog   *locales.Catalog
}

var shipped = sync.OnceValues(func() (*master, error) {
	records, err := facts.Load()
	if err != nil {
		return nil, err
	}
	texts, err := locales.Load()
	if err != nil {
		return nil, err
	}
	records = records.WithTexts(texts)
	m := &master{published: &answer.Published{}}
	if m.catalog, err = locales.NewCatalog(); err != nil {
		return nil, err
	}
	if records, m.database, err = seed(records); err != nil {
		return nil, err
	}
	return m, m.published.Publish(records)
})

// seed makes a database of the records and returns what stands in it and its
// file.
func seed(records bot.Records) (bot.Records, []byte, error) {
	dir, err := os.MkdirTemp("", "bottest-")
	if err != nil {
		return records, nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "prystan.db")
	ctx := context.Background()
	db, err := sqlite.Open(ctx, path)
	if err != nil {
		return records, nil, err
	}
	if _, err := db.Seed(ctx, records); err != nil {
		db.Close()
		return records, nil, err
	}
	if records, err = db.Records(ctx); err != nil {
		db.Close()
		return records, nil, err
	}
	// Closing the last connection brings everything from the log into the file.
	if err := db.Close(); err != nil {
		return records, nil, err
	}
	raw, err := os.ReadFile(path)
	return records, raw, err
}

// Clock is a clock that a test sets. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that stands at now.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

// Now returns what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set puts the clock to a moment.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// Advance puts the clock forward.
func (c *Clock) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }
