package sqlite

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"prystan/bot"
)

// Queue keeps the updates of one bot from the moment they come in until they
// are answered. Bodies are sealed; the key is kept apart from the database.
//
// Everything that is to be written at about the same time shares one
// transaction, and so one wait for the disk. A Queue is safe for concurrent use.
type Queue struct {
	db   *DB
	bot  int64
	aead cipher.AEAD
	now  func() time.Time

	mu      sync.Mutex
	keeping []*intake         // wait to be written
	changes map[int64]*change // to what is written; nil at an id: answered
	running bool              // a goroutine writes
	arrived chan struct{}     // something to be kept arrived
	settled chan struct{}     // closed when nothing is to be written any more
	err     error             // of the latest write
	wipe    *time.Timer       // wipes what is left of deleted rows from the log
	wiped   time.Time         // when it last was
	soiled  bool              // rows were deleted since
	pruned  int64             // day on which old rows of answered went
	wrote   time.Time         // when the latest write began; of the goroutine that writes
}

// intake is one call of Keep under way.
type intake struct {
	rows  []bot.Waiting // with sealed bodies
	fresh []bool
	done  chan error
}

// change is what becomes of a row. The zero value: it is answered.
type change struct {
	later     bool
	urgent    bool
	notBefore int64
	tries     int
	sent      int
}

const (
	together   = time.Millisecond // from the beginning of one write to that of the next
	retryTime  = 2 * time.Second  // between tries to write changes to a disk that refuses
	wipeAfter  = time.Second      // of quiet, the log is emptied
	wipeEvery  = time.Minute      // it is emptied at the latest
	rememberBy = 2                // days that an answered update is remembered; Telegram repeats one for a day
)

// NewQueue returns the queue of a bot. key is at least 16 bytes, kept apart from
// the database.
func NewQueue(db *DB, key []byte, botID int64) (*Queue, error) {
	sealing, err := hkdf.Key(sha256.New, key, nil, "prystan waiting updates", 32)
	if err != nil {
		return nil, fmt.Errorf("deriving key of waiting updates: %w", err)
	}
	block, err := aes.NewCipher(sealing)
	if err != nil {
		return nil, fmt.Errorf("deriving key of waiting updates: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("deriving key of waiting updates: %w", err)
	}
	settled := make(chan struct{})
	close(settled)
	return &Queue{
		db: db, bot: botID, aead: aead, now: time.Now,
		changes: make(map[int64]*change), arrived: make(chan struct{}, 1), settled: settled,
	}, nil
}

// place is what a sealed body is bound to.
func (q *Queue) place(id int64) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(q.bot)), uint64(id))
}

// Keep puts updates on the disk and returns when they are safe there. fresh says
// of each whether it is new: one that waits or was answered already is not. It
// cannot be given up, since nobody would know then what is on the disk.
func (q *Queue) Keep(updates []bot.Waiting) (fresh []bool, err error) {
	k := &intake{rows: make([]bot.Waiting, len(updates)), done: make(chan error, 1)}
	for i, u := range updates {
		k.rows[i] = u
		k.rows[i].Body = q.aead.Seal(nil, nil, u.Body, q.place(u.ID))
	}
	q.mu.Lock()
	q.keeping = append(q.keeping, k)
	q.startLocked()
	q.mu.Unlock()
	select {
	case q.arrived <- struct{}{}:
	default:
	}
	err = <-k.done
	return k.fresh, err
}

// Answered deletes an update and remembers that it was answered. It does not
// wait for the disk.
func (q *Queue) Answered(id int64) { q.change(id, &change{}) }

// Later notes how far the answer to an update is and when it is tried again. It
// does not wait for the disk.
func (q *Queue) Later(u bot.Waiting) {
	q.change(u.ID, &change{later: true, urgent: u.Urgent, notBefore: milli(u.NotBefore), tries: u.Tries, sent: u.Sent})
}

func (q *Queue) change(id int64, c *change) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.changes[id] = c
	q.startLocked()
}

// Flush waits until everything that the queue was told is on the disk.
func (q *Queue) Flush(ctx context.Context) error {
	q.mu.Lock()
	settled := q.settled
	q.mu.Unlock()
	select {
	case <-settled:
	case <-ctx.Done():
		return fmt.Errorf("writing waiting updates: %w", errors.Join(ctx.Err(), q.Health()))
	}
	return q.emptyLog(ctx)
}

// Health returns why the latest write failed, nil if it did not.
func (q *Queue) Health() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.err
}

// Body returns an update as it came.
func (q *Queue) Body(ctx context.Context, id int64) ([]byte, error) {
	var sealed []byte
	err := q.db.sql.QueryRowContext(ctx, `SELECT body FROM waiting WHERE bot = ? AND update_id = ?`, q.bot, id).Scan(&sealed)
	if err != nil {
		return nil, fmt.Errorf("reading a waiting update: %w", err)
	}
	return q.open(id, sealed)
}

func (q *Queue) open(id int64, sealed []byte) ([]byte, error) {
	body, err := q.aead.Open(nil, nil, sealed, q.place(id))
	if err != nil {
		return nil, errors.New("a waiting update cannot be opened with this key")
	}
	return body, nil
}

// All returns the updates that wait, in the order in which they came. One whose
// body cannot be opened comes with an error.
func (q *Queue) All(ctx context.Context) iter.Seq2[bot.Waiting, error] {
	return func(yield func(bot.Waiting, error) bool) {
		rows, err := q.db.sql.QueryContext(ctx, `SELECT update_id, received, urgent, not_before, tries, sent, body
			FROM waiting WHERE bot = ? ORDER BY update_id`, q.bot)
		if err != nil {
			yield(bot.Waiting{}, fmt.Errorf("reading waiting updates: %w", err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			if u, err := q.scan(rows); !yield(u, err) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(bot.Waiting{}, fmt.Errorf("reading waiting updates: %w", err))
		}
	}
}

func (q *Queue) scan(rows *sql.Rows) (bot.Waiting, error) {
	var u bot.Waiting
	var received, notBefore int64
	var sealed []byte
	if err := rows.Scan(&u.ID, &received, &u.Urgent, &notBefore, &u.Tries, &u.Sent, &sealed); err != nil {
		return u, fmt.Errorf("reading waiting updates: %w", err)
	}
	u.Received = time.UnixMilli(received)
	if notBefore > 0 {
		u.NotBefore = time.UnixMilli(notBefore)
	}
	var err error
	u.Body, err = q.open(u.ID, sealed)
	return u, err
}

func milli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
