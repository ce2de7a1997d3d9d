package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"time"
)

// startLocked has what is to be written written.
func (q *Queue) startLocked() {
	if q.running {
		return
	}
	q.running, q.settled = true, make(chan struct{})
	if q.wipe != nil {
		q.wipe.Stop()
	}
	go q.run()
}

// run writes until nothing is to be written.
func (q *Queue) run() {
	for refused := false; ; {
		if refused {
			q.pause()
		}
		// What comes meanwhile shares the transaction. After a quiet moment
		// nobody waits.
		time.Sleep(together - time.Since(q.wrote))
		q.wrote = time.Now()
		keeping, changes := q.take()
		if len(keeping) == 0 && len(changes) == 0 {
			if q.rest() {
				return
			}
			continue
		}
		err := q.writeBatch(keeping, changes)
		if err != nil && len(keeping) > 0 && len(changes) > 0 {
			// Deleting may work where there is no room for more.
			if q.writeBatch(nil, changes) == nil {
				changes = nil
			}
		}
		q.report(err, changes)
		for _, k := range keeping {
			k.done <- err
		}
		refused = err != nil
	}
}

// pause waits before changes are tried again that the disk has just refused,
// unless something is to be kept.
func (q *Queue) pause() {
	q.mu.Lock()
	alone := len(q.keeping) == 0
	q.mu.Unlock()
	if !alone {
		return
	}
	timer := time.NewTimer(retryTime)
	defer timer.Stop()
	select {
	case <-q.arrived:
	case <-timer.C:
	}
}

func (q *Queue) take() ([]*intake, map[int64]*change) {
	q.mu.Lock()
	defer q.mu.Unlock()
	keeping, changes := q.keeping, q.changes
	q.keeping, q.changes = nil, make(map[int64]*change)
	return keeping, changes
}

// rest ends the writing unless something came in meanwhile.
func (q *Queue) rest() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.keeping) > 0 || len(q.changes) > 0 {
		return false
	}
	q.running = false
	close(q.settled)
	if q.soiled {
		q.wipe = time.AfterFunc(wipeAfter, func() {
			ctx, cancel := context.WithTimeout(context.Background(), wipeAfter)
			defer cancel()
			_ = q.emptyLog(ctx) // tried again after the next answer
		})
	}
	return true
}

// report notes how a write ended. Changes that could not be written stay to be
// written, unless there are newer ones.
func (q *Queue) report(err error, changes map[int64]*change) {
	q.mu.Lock()
	q.err = err
	if err != nil {
		if changes != nil {
			maps.Copy(changes, q.changes)
			q.changes = changes
		}
	} else if len(changes) > 0 {
		q.soiled = true
	}
	overdue := q.soiled && time.Since(q.wiped) > wipeEvery
	q.mu.Unlock()
	if overdue {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = q.emptyLog(ctx) // tried again in a minute
	}
}

// writeBatch writes in one transaction: changes first, so that what was answered
// just now is not kept again.
func (q *Queue) writeBatch(keeping []*intake, changes map[int64]*change) error {
	ctx := context.Background()
	p, err := q.pen(ctx)
	if err != nil {
		return fmt.Errorf("writing waiting updates: %w", err)
	}
	if len(keeping) == 0 {
		// It is enough that this outlives the process: if the machine fails, an
		// answer comes twice, but none is lost.
		return q.db.writeLazily(ctx, func(tx *sql.Tx) error { return q.writeChanges(ctx, p.in(ctx, tx), changes) })
	}
	return q.db.write(ctx, func(tx *sql.Tx) error {
		p := p.in(ctx, tx)
		if err := q.writeChanges(ctx, p, changes); err != nil {
			return err
		}
		if err := q.prune(ctx, tx); err != nil {
			return err
		}
		return q.writeKept(ctx, p, keeping)
	})
}

// pen holds the statements of the queue's writing.
type pen struct{ remove, remember, later, insert *sql.Stmt }

// pen prepares the statements. They are prepared outside a transaction, which
// would keep the connection from them.
func (q *Queue) pen(ctx context.Context) (p pen, err error) {
	for _, s := range []struct {
		into  **sql.Stmt
		query string
	}{
		{&p.remove, `DELETE FROM waiting WHERE bot = ? AND update_id = ?`},
		{&p.remember, `INSERT INTO answered (bot, update_id, day) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`},
		{&p.later, `UPDATE waiting SET urgent = ?, not_before = ?, tries = ?, sent = ? WHERE bot = ? AND update_id = ?`},
		{&p.insert, `
			INSERT INTO waiting (bot, update_id, received, urgent, not_before, tries, sent, body)
			SELECT ?1, ?2, ?3, ?4, 0, 0, 0, ?5 WHERE NOT EXISTS (SELECT 1 FROM answered WHERE bot = ?1 AND update_id = ?2)
			ON CONFLICT DO NOTHING`},
	} {
		if *s.into, err = q.db.prepared(ctx, s.query); err != nil {
			return p, err
		}
	}
	return p, nil
}

// in returns the statements for use in a transaction.
func (p pen) in(ctx context.Context, tx *sql.Tx) pen {
	for _, s := range []**sql.Stmt{&p.remove, &p.remember, &p.later, &p.insert} {
		*s = tx.StmtContext(ctx, *s)
	}
	return p
}

func (q *Queue) writeChanges(ctx context.Context, p pen, changes map[int64]*change) error {
	day := q.today()
	for id, c := range changes {
		var err error
		if c.later {
			_, err = p.later.ExecContext(ctx, c.urgent, c.notBefore, c.tries, c.sent, q.bot, id)
		} else if _, err = p.remove.ExecContext(ctx, q.bot, id); err == nil {
			_, err = p.remember.ExecContext(ctx, q.bot, id, day)
		}
		if err != nil {
			return fmt.Errorf("noting answered updates: %w", err)
		}
	}
	return nil
}

func (q *Queue) writeKept(ctx context.Context, p pen, keeping []*intake) error {
	for _, k := range keeping {
		k.fresh = make([]bool, len(k.rows))
		for i, u := range k.rows {
			result, err := p.insert.ExecContext(ctx, q.bot, u.ID, u.Received.UnixMilli(), u.Urgent, u.Body)
			if err != nil {
				return fmt.Errorf("keeping updates: %w", err)
			}
			n, err := result.RowsAffected()
			if err != nil {
				return fmt.Errorf("keeping updates: %w", err)
			}
			k.fresh[i] = n > 0
		}
	}
	return nil
}

func (q *Queue) today() int64 { return q.now().Unix() / (24 * 60 * 60) }

// prune deletes, once a day, what need not be remembered any more: answered
// updates that Telegram repeats no longer, and waiting ones of another bot that
// nobody runs here any more.
func (q *Queue) prune(ctx context.Context, tx *sql.Tx) error {
	today := q.today()
	if q.pruned == today {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM answered WHERE day < ?`, today-rememberBy); err != nil {
		return fmt.Errorf("forgetting answered updates: %w", err)
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM waiting WHERE bot <> ? AND received < ?`,
		q.bot, q.now().AddDate(0, 0, -rememberBy).UnixMilli())
	if err != nil {
		return fmt.Errorf("forgetting updates of another bot: %w", err)
	}
	q.pruned = today
	return nil
}

// emptyLog brings what stands in the write-ahead log into the database and cuts
// the log to nothing, so that deleted rows are in neither: secure_delete has
// overwritten them in the database.
func (q *Queue) emptyLog(ctx context.Context) error {
	q.mu.Lock()
	soiled := q.soiled
	q.soiled, q.wiped = false, time.Now()
	q.mu.Unlock()
	if !soiled {
		return nil
	}
	if err := q.db.emptyLog(ctx); err != nil {
		q.mu.Lock()
		q.soiled = true
		q.mu.Unlock()
		return err
	}
	return nil
}

// writeLazily runs do in one transaction that does not wait for the disk.
func (db *DB) writeLazily(ctx context.Context, do func(*sql.Tx) error) error {
	db.writing.Lock()
	defer db.writing.Unlock()
	conn, err := db.sql.Conn(ctx)
	if err != nil {
		return fmt.Errorf("beginning transaction: %w", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `PRAGMA synchronous = NORMAL`); err != nil {
		return fmt.Errorf("beginning transaction: %w", err)
	}
	defer conn.ExecContext(ctx, `PRAGMA synchronous = FULL`) //nolint:errcheck // cannot fail outside a transaction
	return inTransaction(ctx, conn, do)
}

// emptyLog empties the write-ahead log, unless somebody reads from it.
func (db *DB) emptyLog(ctx context.Context) error {
	db.writing.Lock()
	defer db.writing.Unlock()
	conn, err := db.sql.Conn(ctx)
	if err != nil {
		return fmt.Errorf("emptying the log: %w", err)
	}
	defer conn.Close()
	var busy, frames, moved int
	// Nobody is to wait long for a reader, such as a backup, to end.
	if _, err := conn.ExecContext(ctx, `PRAGMA busy_timeout = 20`); err != nil {
		return fmt.Errorf("emptying the log: %w", err)
	}
	err = conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &moved)
	if _, back := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA busy_timeout = 5000`); err == nil {
		err = back
	}
	switch {
	case err != nil:
		return fmt.Errorf("emptying the log: %w", err)
	case busy != 0:
		return fmt.Errorf("emptying the log: somebody reads from it")
	}
	return nil
}
