package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/go-telegram/bot/models"
)

// update is one update with the form in which Telegram sent it, so that an
// intake can keep it.
type update struct {
	id   int64
	raw  json.RawMessage
	what *models.Update
}

// errShape marks what is JSON, but no update.
var errShape = errors.New("not an update")

// readUpdate decodes one update. An update that has an id but holds what the
// library does not know yet is returned together with an error.
func readUpdate(raw []byte) (update, error) {
	var head struct {
		ID int64 `json:"update_id"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return update{}, errors.Join(errShape, err)
	}
	u := update{id: head.ID, raw: raw, what: &models.Update{}}
	if err := json.Unmarshal(raw, u.what); err != nil {
		u.what = &models.Update{ID: head.ID}
		return u, fmt.Errorf("decoding update: %w", err)
	}
	return u, nil
}

// lane returns what an update must keep its place in: its chat, or the person
// where it belongs to none.
func (u update) lane() int64 {
	switch w := u.what; {
	case w.Message != nil:
		return w.Message.Chat.ID
	case w.EditedMessage != nil:
		return w.EditedMessage.Chat.ID
	case w.CallbackQuery != nil:
		if chat, _ := pressedIn(w.CallbackQuery); chat != 0 {
			return chat
		}
		return w.CallbackQuery.From.ID
	case w.InlineQuery != nil && w.InlineQuery.From != nil:
		return w.InlineQuery.From.ID
	case w.MyChatMember != nil:
		return w.MyChatMember.Chat.ID
	}
	return 0
}

// intake takes charge of updates and has each dealt with once, in order within
// a lane.
type intake interface {
	// accept takes charge of an update: once it returns nil, Telegram may
	// forget it. It fails when the intake is drained or ctx ends.
	accept(ctx context.Context, u update) error
	// drain refuses further updates and returns when all that were accepted are
	// dealt with; it fails when ctx ends first.
	drain(ctx context.Context) error
}

// errClosed is what accept says after drain.
var errClosed = errors.New("no more updates are taken")

const (
	maxAtHand  = 64   // updates dealt with at the same time
	maxWaiting = 4096 // updates accepted in all; more wait at Telegram
)

// lanes is the intake in memory: what it holds is lost when the process dies.
// Each lane with something to do has a goroutine.
type lanes struct {
	ctx    context.Context // of the handlers
	handle func(context.Context, update)
	room   chan struct{}
	hands  chan struct{}

	mu      sync.Mutex
	closed  bool
	waiting map[int64][]update // lanes with a goroutine; the update at hand not included
	running sync.WaitGroup
}

func newLanes(ctx context.Context, handle func(context.Context, update)) *lanes {
	return &lanes{
		ctx: ctx, handle: handle,
		room: make(chan struct{}, maxWaiting), hands: make(chan struct{}, maxAtHand),
		waiting: make(map[int64][]update),
	}
}

func (l *lanes) accept(ctx context.Context, u update) error {
	select {
	case l.room <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		<-l.room
		return errClosed
	}
	lane := u.lane()
	queue, runs := l.waiting[lane]
	l.waiting[lane] = append(queue, u)
	if !runs {
		l.running.Go(func() { l.run(lane) })
	}
	return nil
}

// run deals with the updates of a lane until there are none.
func (l *lanes) run(lane int64) {
	for {
		u, ok := l.next(lane)
		if !ok {
			return
		}
		l.hands <- struct{}{}
		l.handle(l.ctx, u)
		<-l.hands
		<-l.room
	}
}

// next takes the next update of a lane; when there is none, the lane is closed.
func (l *lanes) next(lane int64) (update, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue := l.waiting[lane]
	if len(queue) == 0 {
		delete(l.waiting, lane)
		return update{}, false
	}
	l.waiting[lane] = queue[1:]
	return queue[0], true
}

func (l *lanes) drain(ctx context.Context) error {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	done := make(chan struct{})
	go func() {
		l.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
