package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
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
// It writes a little at most every half minute, so it is cheap to ask.
func (db *DB) Writable(ctx context.Context) error {
	db.probe.mu.Lock()
	defer db.probe.mu.Unlock()
	if !db.probe.at.IsZero() && time.Since(db.probe.at) < probeEvery {
		return db.probe.err
	}
	err := roomBeside(db.path)
	if err == nil {
		err = db.writeProbe(ctx)
	}
	if ctx.Err() != nil {
		return ctx.Err() // whoever asked did not wait; that tells nothing
	}
	if err != nil {
		err = fmt.Errorf("the database cannot be written to: %w", err)
	}
	db.probe.at, db.probe.err = time.Now(), err
	return err
}

func (db *DB) writeProbe(ctx context.Context) error {
	return db.write(ctx, func(tx *sql.Tx) error {
		return setSetting(ctx, tx, "written", time.Now().UTC().Format(time.RFC3339))
	})
}

// roomBeside finds out whether a file can grow beside the database: the database
// itself takes small rows on a full disk, for as long as its log has room.
func roomBeside(database string) error {
	temp, err := newTemp(filepath.Dir(database))
	if err != nil {
		return err
	}
	defer dropTemp(temp)
	return os.WriteFile(temp, make([]byte, 64<<10), 0o600)
}
