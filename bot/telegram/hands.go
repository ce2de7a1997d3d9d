package telegram

import (
	"context"
	"slices"
	"time"
)

const (
	hands      = 64                     // updates dealt with at the same time, when calls take long
	fewHands   = 4                      // when they do not: what is at hand at a crash may be answered twice
	spareHands = 8                      // more that take urgent ones only
	quick      = 40 * time.Millisecond  // an answer that took less needs no more hands
	stalled    = 150 * time.Millisecond // without an answer, there are too few
	maxPark    = 5 * time.Minute
	worthwhile = time.Hour     // that an answer is worth sending
	worthLong  = 6 * time.Hour // an urgent one
)

// start puts the hands to work.
func (l *line) start(ctx context.Context) {
	for i := range hands + spareHands {
		l.running.Go(func() { l.work(ctx, i >= hands) })
	}
}

// work deals with what waits until the line is closed.
func (l *line) work(ctx context.Context, urgentOnly bool) {
	for {
		it := l.take(urgentOnly)
		if it == nil {
			return
		}
		l.settle(it, l.deal(ctx, it))
	}
}

// deal answers an item. It returns nil when the item is dealt with, whether or
// not that went well.
func (l *line) deal(ctx context.Context, it *item) error {
	u, err := l.body(ctx, it)
	if err != nil {
		l.bot.complain("reading a waiting update", err)
		return err
	}
	return l.bot.handle(ctx, it, u)
}

// take waits for something to do. It returns nil when there is nothing and the
// line is closed.
func (l *line) take(urgentOnly bool) *item {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		if l.closed && (time.Now().After(l.stop) || len(l.ready[0])+len(l.ready[1]) == 0) {
			return nil
		}
		if it := l.takeLocked(urgentOnly); it != nil {
			it.begun = time.Now()
			l.atHand++
			return it
		}
		if l.closed {
			return nil
		}
		if urgentOnly {
			l.plea.Wait()
		} else {
			l.change.Wait()
		}
	}
}

// takeLocked takes the first item of the next lane, nil if there is none or
// Telegram is not to be called now.
func (l *line) takeLocked(urgentOnly bool) *item {
	if !urgentOnly && l.atHand >= max(l.limit, fewHands) && len(l.ready[0])+len(l.ready[1]) > 0 {
		if time.Since(l.last) < stalled || l.limit >= hands {
			l.rouseLocked(stalled)
			return nil
		}
		l.limit, l.last = min(max(l.limit, fewHands)+fewHands, hands), time.Now()
	}
	for class := range l.ready {
		if class > 0 && urgentOnly {
			return nil
		}
		for len(l.ready[class]) > 0 {
			w := l.ready[class][0]
			if w.queued[class] {
				if wait := l.bot.breaker.ask(time.Now()); wait > 0 {
					l.rouseLocked(wait)
					return nil
				}
			}
			l.ready[class] = l.ready[class][1:]
			if w.queued[class] {
				w.queued = [2]bool{}
				w.busy = true
				return w.items[0]
			}
		}
	}
	return nil
}

// release notes that an item is at hand no more: many hands are for long calls.
func (l *line) release(it *item) {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.atHand--
	l.last = now
	if now.Sub(it.begun) < quick {
		l.limit = max(l.limit-1, fewHands)
		return
	}
	if l.limit < hands {
		l.limit++
		l.change.Signal()
	}
}

// rouseLocked wakes the hands after a while.
func (l *line) rouseLocked(wait time.Duration) {
	if l.rouse != nil {
		return
	}
	l.rouse = time.AfterFunc(wait, func() {
		l.mu.Lock()
		l.rouse = nil
		l.mu.Unlock()
		l.wakeAll()
	})
}

func (l *line) wakeAll() {
	l.change.Broadcast()
	l.plea.Broadcast()
}

// scheduleLocked lets a lane wait for a hand, or for the moment at which its
// first item can be answered.
func (l *line) scheduleLocked(w *lane) {
	if w.busy || len(w.items) == 0 {
		return
	}
	urgent := w.urgent()
	if wait := l.waitLocked(w, urgent); wait > 0 {
		w.queued = [2]bool{}
		if w.wake == nil {
			w.wake = time.AfterFunc(wait, func() {
				l.mu.Lock()
				defer l.mu.Unlock()
				w.wake = nil
				l.scheduleLocked(w)
			})
		} else {
			w.wake.Reset(wait)
		}
		return
	}
	class := 1
	if urgent {
		class = 0
	}
	if w.queued[class] {
		return
	}
	w.queued = [2]bool{class == 0, class == 1}
	l.ready[class] = append(l.ready[class], w)
	if urgent {
		l.plea.Signal()
	}
	l.change.Signal()
}

// waitLocked returns how long the first item of a lane has to wait.
func (l *line) waitLocked(w *lane, urgent bool) time.Duration {
	now := time.Now()
	return max(w.items[0].NotBefore.Sub(now), l.bot.paces.wait(w.key, urgent, now))
}

// settle notes how it went with an item: it is done, or waits for another try.
func (l *line) settle(it *item, err error) {
	l.release(it)
	if err == nil || l.worthless(it, err) {
		l.finish(it)
		return
	}
	it.Tries++
	it.NotBefore = time.Now().Add(l.bot.later(err, it.Tries))
	if l.store != nil {
		l.store.Later(it.Waiting)
	}
	l.bot.counters.later.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	it.lane.busy = false
	l.promoteLocked(it)
	l.scheduleLocked(it.lane)
}

// promoteLocked lets an urgent item pass one whose answer could not be sent.
func (l *line) promoteLocked(stuck *item) {
	w := stuck.lane
	for i, it := range w.items {
		if it.Urgent && !stuck.Urgent {
			w.items = slices.Insert(slices.Delete(w.items, i, i+1), 0, it)
			return
		}
	}
}

// worthless reports whether an answer that could not be sent is too old to be
// tried again.
func (l *line) worthless(it *item, err error) bool {
	limit := worthwhile
	if it.Urgent {
		limit = worthLong
	}
	// Within a process, time is taken from a clock that nobody can put forward.
	if time.Since(it.Received) <= limit && time.Since(it.since) <= limit {
		return false
	}
	l.bot.counters.givenUp.Add(1)
	l.bot.log.Error("an answer could not be sent and is given up", "urgent", it.Urgent, "tries", it.Tries,
		"error", l.bot.clean(err).Error())
	return true
}

// finish ends the waiting of an item.
func (l *line) finish(it *item) {
	if l.store != nil && (it.stored || it.answered != nil) {
		l.store.Answered(it.ID)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	w := it.lane
	w.busy = false
	w.items = slices.DeleteFunc(w.items, func(other *item) bool { return other == it })
	if it.excess {
		w.excess--
	}
	if len(w.items) == 0 {
		if w.wake != nil {
			w.wake.Stop()
		}
		delete(l.lanes, w.key)
	}
	delete(l.items, it.ID)
	l.held -= weight(it)
	l.recent.add(it.ID)
	if it.answered != nil {
		close(it.answered)
	}
	l.scheduleLocked(w)
}

// drain takes no more updates, lets the hands finish what can be finished by
// stop, and returns how many updates are left; it returns at the latest when
// ctx ends.
func (l *line) drain(ctx context.Context, stop time.Time) (left int) {
	l.mu.Lock()
	l.closed, l.stop = true, stop
	l.mu.Unlock()
	l.wakeAll()
	done := make(chan struct{})
	go func() {
		l.running.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, w := range l.lanes {
		if w.wake != nil {
			w.wake.Stop()
		}
	}
	if l.rouse != nil {
		l.rouse.Stop()
	}
	return len(l.items)
}

// later returns how long an answer that could not be sent waits: as long as
// Telegram asks for, else longer with each try.
func (b *Bot) later(err error, tries int) time.Duration {
	wait := jitter(min(4*b.backoff<<min(tries, 12), time.Minute))
	return min(max(wait, retryAfter(err)), maxPark)
}
