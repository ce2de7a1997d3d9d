package telegram

import (
	"context"
	"sync"
	"time"
)

// gate lets messages to Telegram through one after another at the rate that is
// allowed in all, urgent ones first.
type gate struct {
	interval time.Duration // between messages; 0 = none

	mu      sync.Mutex
	next    time.Time // when the next message may go
	waiting [2][]chan struct{}
	armed   bool
}

// pass waits for the turn of a message; it fails when ctx ends first.
func (g *gate) pass(ctx context.Context, urgent bool) error {
	turn := g.queue(urgent)
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		return ctx.Err() // the turn is wasted when it comes
	}
}

func (g *gate) queue(urgent bool) <-chan struct{} {
	class := 1
	if urgent {
		class = 0
	}
	turn := make(chan struct{})
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting[class] = append(g.waiting[class], turn)
	g.releaseLocked()
	return turn
}

// releaseLocked lets through whose turn has come, and sees to it that it is
// called again for the others.
func (g *gate) releaseLocked() {
	for {
		class := 0
		if len(g.waiting[0]) == 0 {
			class = 1
		}
		if len(g.waiting[class]) == 0 {
			return
		}
		now := time.Now()
		if wait := g.next.Sub(now); wait > 0 {
			g.armLocked(wait)
			return
		}
		close(g.waiting[class][0])
		g.waiting[class] = g.waiting[class][1:]
		// A turn that came late does not make the next one late.
		if now.Sub(g.next) > g.interval {
			g.next = now
		}
		g.next = g.next.Add(g.interval)
	}
}

func (g *gate) armLocked(wait time.Duration) {
	if g.armed {
		return
	}
	g.armed = true
	time.AfterFunc(wait, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.armed = false
		g.releaseLocked()
	})
}

// pause lets nothing through for a while.
func (g *gate) pause(wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until := time.Now().Add(wait); until.After(g.next) {
		g.next = until
	}
}

// What Telegram allows in a chat: one message a second and a few at once, in a
// group twenty a minute, however those are spread.
const (
	chatBurst   = 5
	groupMost   = 20
	groupBurst  = 5
	groupRefill = (groupMost - groupBurst) / 60.0
)

// paces knows which chats have to wait.
type paces struct {
	off bool // no limits of ours; only Telegram's own word counts

	mu     sync.Mutex
	chats  map[int64]*pace
	swept  time.Time
	floods []flood // latest chats for which Telegram asked to wait
}

type pace struct {
	left    float64 // messages that may go at once; less than none: they went already
	at      time.Time
	blocked time.Time // until when Telegram wants nothing for the chat
}

type flood struct {
	chat int64
	at   time.Time
}

func limits(chat int64) (burst, refill float64) {
	if chat < 0 {
		return groupBurst, groupRefill
	}
	return chatBurst, 1
}

func (p *pace) fill(chat int64, now time.Time) {
	burst, refill := limits(chat)
	p.left = min(burst, p.left+now.Sub(p.at).Seconds()*refill)
	p.at = now
}

// wait returns how long a chat has to wait for its next answer. An urgent answer
// waits only where Telegram itself says so.
func (s *paces) wait(chat int64, urgent bool, now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.chats[chat]
	if p == nil {
		return 0
	}
	wait := p.blocked.Sub(now)
	if s.off || urgent {
		return wait
	}
	p.fill(chat, now)
	if p.left < 1 {
		_, refill := limits(chat)
		wait = max(wait, time.Duration((1-p.left)/refill*float64(time.Second)))
	}
	return wait
}

// sent counts a message to a chat.
func (s *paces) sent(chat int64) {
	if s.off {
		return
	}
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.ofLocked(chat, now)
	p.fill(chat, now)
	p.left--
}

func (s *paces) ofLocked(chat int64, now time.Time) *pace {
	if s.chats == nil {
		s.chats, s.swept = make(map[int64]*pace), now
	}
	if now.Sub(s.swept) > time.Minute {
		s.sweepLocked(now)
	}
	p := s.chats[chat]
	if p == nil {
		burst, _ := limits(chat)
		p = &pace{left: burst, at: now}
		s.chats[chat] = p
	}
	return p
}

// sweepLocked forgets chats that need not wait.
func (s *paces) sweepLocked(now time.Time) {
	s.swept = now
	for chat, p := range s.chats {
		burst, _ := limits(chat)
		if p.fill(chat, now); p.left >= burst && p.blocked.Before(now) {
			delete(s.chats, chat)
		}
	}
}

// floodChats in floodTime mean that Telegram's word is not about one chat.
const (
	floodChats = 3
	floodTime  = 3 * time.Second
)

// blocked notes that Telegram wants nothing for a chat for a while, and reports
// whether it seems to mean all chats: it does not say.
func (s *paces) blocked(chat int64, wait time.Duration) (all bool) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ofLocked(chat, now).blocked = now.Add(wait)
	others := map[int64]bool{chat: true}
	latest := s.floods[:0]
	for _, f := range s.floods {
		if now.Sub(f.at) < floodTime && f.chat != chat {
			latest = append(latest, f)
			others[f.chat] = true
		}
	}
	s.floods = append(latest, flood{chat, now})
	return len(others) >= floodChats
}

// breaker stops calls while Telegram does not answer them: after some that
// failed in a row, one at a time is let through to see, ever more seldom.
type breaker struct {
	mu     sync.Mutex
	failed int       // in a row
	until  time.Time // no call before
	wait   time.Duration
	base   time.Duration
}

const (
	breakAfter = 8
	maxBreak   = 30 * time.Second
)

// ask returns how long to wait before a call; 0 = it may be made now.
func (k *breaker) ask(now time.Time) time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.failed < breakAfter {
		return 0
	}
	if wait := k.until.Sub(now); wait > 0 {
		return wait
	}
	k.until = now.Add(k.wait) // one may go, to see
	return 0
}

// open reports whether calls are stopped.
func (k *breaker) open() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.failed >= breakAfter
}

// report notes how a call ended, and returns whether calls are stopped.
func (k *breaker) report(fine bool) (open bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if fine {
		k.failed, k.wait = 0, 0
		return false
	}
	k.failed++
	if k.failed >= breakAfter {
		k.wait = min(max(2*k.wait, k.base), maxBreak)
		k.until = time.Now().Add(jitter(k.wait))
	}
	return k.failed >= breakAfter
}
