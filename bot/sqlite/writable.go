package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"
)

// probeEvery is how long the outcome of a probe stands.
const probeEvery = 30 * time.Second

// probe remembers whether the database could be written to.
type probe struct {
	mu  sync.Mutex
	at  time.Time
	err error
}

// Writable reports whether the database can be written to: nil, or what the
// disk says. People are answered all the same, from the directory in memory.
// It writes one small row at most every half minute, so it is cheap to ask.
func (db *DB) Writable(ctx context.Context) error {
	db.probe.mu.Lock()
	defer db.probe.mu.Unlock()
	if !db.probe.at.IsZero() && time.Since(db.probe.at) < probeEvery {
		return db.probe.err
	}
	err := db.write(ctx, func(tx *sql.Tx) error {
		return setSetting(ctx, tx, "written", time.Now().UTC().Format(time.RFC3339))
	})
	if ctx.Err() != nil {
		return ctx.Err() // whoever asked did not wait; that tells nothing
	}
	if err != nil {
		err = fmt.Errorf("the database cannot be written to: %w", err)
	}
	db.probe.at, db.probe.err = time.Now(), err
	return err
}
