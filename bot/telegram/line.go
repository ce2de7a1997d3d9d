package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"sync"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
)

// Store keeps updates where they outlive the process until they are answered.
type Store interface {
	// Keep returns when the updates are safe. fresh says of each whether it is
	// new: one that waits or was answered already is not.
	Keep(updates []bot.Waiting) (fresh []bool, err error)
	// Answered removes an update, Later notes how far its answer is. Both return
	// at once, and what they say is written as soon as it can be.
	Answered(id int64)
	Later(u bot.Waiting)
	// Body returns an update as it came.
	Body(ctx context.Context, id int64) ([]byte, error)
	// All returns what waits, in the order of its coming.
	All(ctx context.Context) iter.Seq2[bot.Waiting, error]
	// Flush returns when everything is written.
	Flush(ctx context.Context) error
}

// Why accept takes no update. Telegram keeps it and offers it again.
var (
	errClosed  = errors.New("no more updates are taken")
	errFull    = errors.New("too many updates wait")
	errPending = errors.New("the disk refuses an update, and it is not answered yet")
)

const (
	maxWaiting  = 200_000 // updates that wait in all
	maxLane     = 120     // that wait in a lane: two minutes of answers at one a second
	maxPlea     = 40      // urgent ones that wait in a lane beyond that
	maxHeld     = 8 << 20 // bytes of updates held in memory; more are on the disk only
	ahead       = 2       // ordinary updates of its lane that an urgent one stays behind
	crowd       = 2 * (hands + spareHands)
	undurable   = 25 * time.Second // that accept waits for an answer when the disk refuses
	repeatsKept = 16384            // answered updates remembered in memory
)

// item is an update that waits for its answer.
type item struct {
	bot.Waiting         // Body is nil where it is on the disk only
	update      *update // decoded; nil where Body is
	heard       *answer.Heard
	lane        *lane     // it waits in
	begun       time.Time // when a hand took it
	since       time.Time // when it was taken in by this process
	stored      bool      // on the disk
	excess      bool      // stands for all that were too many: it is told so
	answered    chan struct{}
	unsent      *unsent // answer that could not be sent; nil: the turn is still to be taken
	at          int     // messages of the answer dealt with in this try
}

// lane is what waits in a chat, or of a person where there is no chat. It is
// dealt with in order, one at a time.
type lane struct {
	key    int64
	items  []*item // the first is at hand while busy
	busy   bool
	queued [2]bool // stands in line.ready
	excess int     // of items
	wake   *time.Timer
}

// line is where updates wait for a hand to answer them: urgent ones first, then
// lane by lane, so that a chat with many waits no less than one with few.
type line struct {
	bot   *Bot
	store Store // nil: memory only

	mu      sync.Mutex
	change  sync.Cond // something is ready, or the line closed
	plea    sync.Cond // something urgent is, for the hands that take only that
	closed  bool
	stop    time.Time // hands take nothing after it, once closed
	items   map[int64]*item
	lanes   map[int64]*lane
	ready   [2][]*lane // urgent ones, others; lanes whose first item can be answered
	atHand  int        // items that a hand deals with
	limit   int        // of them, at the moment
	last    time.Time  // when one was released
	held    int        // bytes in memory
	recent  recent
	rouse   *time.Timer // when the circuit breaker lets calls through again
	running sync.WaitGroup
}

func newLine(b *Bot) *line {
	l := &line{bot: b, store: b.config.Waiting, items: make(map[int64]*item), lanes: make(map[int64]*lane)}
	l.change.L, l.plea.L = &l.mu, &l.mu
	return l
}

// accept takes charge of updates: once it returns nil, Telegram may forget them.
// They are safe on the disk then. Where the disk refuses them they are answered
// all the same, and accept returns when they are: so nothing is lost either way.
func (l *line) accept(ctx context.Context, updates ...update) error {
	fresh, running, err := l.sift(updates)
	if err != nil {
		return err
	}
	l.judge(fresh)
	fresh = l.fit(fresh)
	if kept, err := l.keep(fresh); err == nil {
		fresh = kept
	}
	for _, it := range fresh {
		if !it.stored && l.store != nil {
			it.answered = make(chan struct{})
			running = append(running, it)
		}
	}
	if err := l.enter(fresh); err != nil {
		return err
	}
	return l.await(ctx, running)
}

// sift returns an item for each update that is new, and those that were taken in
// before without the disk and are not answered yet.
func (l *line) sift(updates []update) (fresh, running []*item, err error) {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, nil, errClosed
	}
	if len(l.items)+len(updates) > maxWaiting {
		return nil, nil, errFull
	}
	for i := range updates {
		u := &updates[i]
		known := l.items[u.id]
		switch {
		case known != nil && known.answered != nil:
			running = append(running, known)
		case known != nil || l.recent.has(u.id) || slices.ContainsFunc(fresh, func(it *item) bool { return it.ID == u.id }):
			l.bot.counters.repeated.Add(1)
		default:
			fresh = append(fresh, &item{Waiting: bot.Waiting{ID: u.id, Received: now, Body: u.raw}, update: u, since: now})
		}
	}
	return fresh, running, nil
}

// judge finds out which items are urgent. That costs as much as an answer, so
// it is done only where it matters: when there is a crowd, or in a lane that is
// not short.
func (l *line) judge(items []*item) {
	for _, it := range items {
		l.mu.Lock()
		lane := l.lanes[it.update.lane()]
		matters := len(l.items) > crowd || lane != nil && len(lane.items) >= ahead
		l.mu.Unlock()
		if matters {
			l.bot.survives(it.ID, func() { it.Urgent, it.heard = l.bot.urgent(it.update.what) })
		}
	}
}

// fit leaves out what is too much for its lane. Of all that are too many, the
// first stays, to be told so.
func (l *line) fit(items []*item) []*item {
	l.mu.Lock()
	defer l.mu.Unlock()
	adding := map[int64]int{}
	return slices.DeleteFunc(items, func(it *item) bool {
		key := it.update.lane()
		lane, n := l.lanes[key], adding[key]
		if lane != nil {
			n += len(lane.items)
		}
		adding[key]++
		if n < maxLane || it.Urgent && n < maxLane+maxPlea {
			return false
		}
		l.bot.counters.limited.Add(1)
		if lane == nil || lane.excess > 0 {
			adding[key]--
			return true
		}
		lane.excess++
		it.excess = true
		return false
	})
}

// keep puts items on the disk and returns those that were not there before.
func (l *line) keep(items []*item) ([]*item, error) {
	if l.store == nil || len(items) == 0 {
		return items, nil
	}
	rows := make([]bot.Waiting, len(items))
	for i, it := range items {
		rows[i] = it.Waiting
	}
	fresh, err := l.store.Keep(rows)
	l.bot.disk(err)
	if err != nil {
		l.bot.counters.undurable.Add(int64(len(items)))
		return items, err
	}
	var kept []*item
	for i, it := range items {
		if !fresh[i] {
			l.bot.counters.repeated.Add(1)
			continue
		}
		it.stored = true
		kept = append(kept, it)
	}
	return kept, nil
}

// enter lets items wait for a hand.
func (l *line) enter(items []*item) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return errClosed // what is on the disk is answered after the next start
	}
	for _, it := range items {
		if l.items[it.ID] == nil {
			l.enterLocked(it)
		}
	}
	return nil
}

func (l *line) enterLocked(it *item) {
	key := it.update.lane()
	if l.held += weight(it); l.held > maxHeld && it.stored {
		l.held -= weight(it)
		it.Body, it.update, it.heard = nil, nil, nil
	}
	w := l.lanes[key]
	if w == nil {
		w = &lane{key: key}
		l.lanes[key] = w
	}
	it.lane = w
	l.items[it.ID] = it
	w.insert(it)
	l.scheduleLocked(w)
}

// weight is about how many bytes of memory the update of an item takes.
func weight(it *item) int {
	if it.Body == nil {
		return 0
	}
	return 4096 + 2*len(it.Body)
}

// insert gives an item its place: by its number, and an urgent one near the
// head. Where the answer to the first could not be sent, an urgent one does not
// wait for it.
func (w *lane) insert(it *item) {
	begun := 0
	if w.busy {
		begun = 1
	}
	at := len(w.items)
	if it.Urgent {
		at = min(at, ahead)
		if len(w.items) > 0 && !w.busy && w.items[0].Tries > 0 {
			at = 0
		}
		for i, other := range w.items {
			if other.Urgent {
				at = max(at, i+1)
			}
		}
	} else {
		for at > begun && w.items[at-1].ID > it.ID && !w.items[at-1].Urgent {
			at--
		}
	}
	w.items = slices.Insert(w.items, max(at, begun), it)
}

func (w *lane) urgent() bool {
	return slices.ContainsFunc(w.items, func(it *item) bool { return it.Urgent })
}

// await waits until items that are in memory only are answered.
func (l *line) await(ctx context.Context, items []*item) error {
	if len(items) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, undurable)
	defer cancel()
	for _, it := range items {
		select {
		case <-it.answered:
		case <-ctx.Done():
			return errPending
		}
	}
	return nil
}

// restore takes in what a process before this one left on the disk.
func (l *line) restore(ctx context.Context) error {
	if l.store == nil {
		return nil
	}
	now := time.Now()
	lost := 0
	for w, err := range l.store.All(ctx) {
		switch {
		case err != nil && w.ID == 0:
			return err
		case err != nil:
			lost++
			l.store.Answered(w.ID) // nobody can ever read it
			continue
		}
		u, _ := readUpdate(w.Body)
		// The clock may have been put back or forward meanwhile.
		if w.NotBefore.Sub(now) > maxPark {
			w.NotBefore = now.Add(maxPark)
		}
		if w.Received.After(now) {
			w.Received = now
		}
		it := &item{Waiting: w, update: &u, since: now, stored: true}
		l.mu.Lock()
		if l.items[it.ID] == nil {
			l.enterLocked(it)
		}
		l.mu.Unlock()
	}
	if lost > 0 {
		l.bot.log.Error("waiting updates cannot be opened with this key and are lost", "updates", lost)
	}
	return nil
}

// recent remembers the latest answered updates. The zero value is ready to use.
type recent struct {
	ring [repeatsKept]int64
	next int
	set  map[int64]struct{}
}

func (r *recent) has(id int64) bool {
	_, ok := r.set[id]
	return ok
}

func (r *recent) add(id int64) {
	if r.set == nil {
		r.set = make(map[int64]struct{})
	}
	delete(r.set, r.ring[r.next])
	r.ring[r.next] = id
	r.set[id] = struct{}{}
	r.next = (r.next + 1) % len(r.ring)
}

// body returns the update of an item, from the disk if need be.
func (l *line) body(ctx context.Context, it *item) (update, error) {
	if it.update != nil {
		return *it.update, nil
	}
	raw, err := l.store.Body(ctx, it.ID)
	if err != nil {
		return update{}, err
	}
	u, _ := readUpdate(json.RawMessage(raw)) // what could be read of it is what counts
	return u, nil
}
