package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
)

// seldom hands on what is to be counted and, while counting fails, tells of it
// once a minute: on a full disk every question would say the same.
type seldom struct {
	counts answer.Counts
	now    func() time.Time

	mu     sync.Mutex
	told   time.Time
	unsaid int // failures since
}

func (s *seldom) Vote(ctx context.Context, t bot.Topic, l bot.Language, c bot.Country, up bool) error {
	return s.tell(s.counts.Vote(ctx, t, l, c, up))
}

func (s *seldom) WrongNumber(ctx context.Context, service string) error {
	return s.tell(s.counts.WrongNumber(ctx, service))
}

func (s *seldom) Unanswered(ctx context.Context, group string, l bot.Language, c bot.Country) error {
	return s.tell(s.counts.Unanswered(ctx, group, l, c))
}

func (s *seldom) tell(err error) error {
	if err == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if since := now.Sub(s.told); since >= 0 && since < time.Minute {
		s.unsaid++
		return nil
	}
	if s.unsaid > 0 {
		err = fmt.Errorf("%w (and %d times before)", err, s.unsaid)
	}
	s.told, s.unsaid = now, 0
	return err
}
