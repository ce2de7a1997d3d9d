package telegram

import (
	"errors"
	"sync/atomic"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
)

// Stats is what a bot has done since it started, and what it has to do.
type Stats struct {
	Updates    int64 // taken in
	Unreadable int64 // of them, not to be decoded
	Repeated   int64 // of them, sent again by Telegram and left out
	Limited    int64 // of them, too many for their chat and left out
	Undurable  int64 // of them, answered from memory because the disk refused them
	Panics     int64 // of them, ended by a defect in the program
	Answers    int64 // sent whole
	Messages   int64 // sent or edited
	Refused    int64 // messages that Telegram found wrong
	Blocked    int64 // messages to people who had blocked the bot
	Retries    int64 // of calls, at once
	Later      int64 // answers put off because they could not be sent
	GivenUp    int64 // answers that never could be sent
	Throttled  int64 // times that Telegram asked to wait

	Waiting int           // updates for their answer
	Urgent  int           // of them, known to be urgent
	Oldest  time.Duration // how long the first of them has waited

	Down       bool      // Telegram does not answer calls
	DiskFull   bool      // or read-only: the disk refused the latest update
	LastCall   time.Time // that Telegram answered
	LastUpdate time.Time // taken in
}

// Answered is an answer that was sent. Nothing in it is about the person.
type Answered struct {
	Topic    bot.Topic
	Language bot.Language
	Country  bot.Country
	Urgent   bool
	Took     time.Duration // since the update was taken in
}

type counters struct {
	updates, unreadable, repeated, limited, undurable, panics, answers atomic.Int64
	messages, refused, blocked, retries, later, givenUp, throttled     atomic.Int64
	lastCall, lastUpdate                                               atomic.Int64 // Unix milliseconds
	full                                                               atomic.Bool
}

// Stats returns what the bot has done so far.
func (b *Bot) Stats() Stats {
	c := &b.counters
	s := Stats{
		Updates: c.updates.Load(), Unreadable: c.unreadable.Load(), Repeated: c.repeated.Load(), Limited: c.limited.Load(),
		Undurable: c.undurable.Load(), Panics: c.panics.Load(), Answers: c.answers.Load(), Messages: c.messages.Load(),
		Refused: c.refused.Load(), Blocked: c.blocked.Load(), Retries: c.retries.Load(), Later: c.later.Load(),
		GivenUp: c.givenUp.Load(), Throttled: c.throttled.Load(), Down: b.breaker.open(), DiskFull: c.full.Load(),
		LastCall: moment(c.lastCall.Load()), LastUpdate: moment(c.lastUpdate.Load()),
	}
	if l := b.queue.Load(); l != nil {
		s.Waiting, s.Urgent, s.Oldest = l.depth()
	}
	return s
}

func moment(milli int64) time.Time {
	if milli == 0 {
		return time.Time{}
	}
	return time.UnixMilli(milli)
}

// depth returns how many updates wait, how many of them are urgent, and for how
// long the first has.
func (l *line) depth() (all, urgent int, oldest time.Duration) {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, it := range l.items {
		if it.Urgent {
			urgent++
		}
		oldest = max(oldest, now.Sub(it.Received))
	}
	return len(l.items), urgent, oldest
}

// silence is how long a poll may go without an answer.
const silence = pollTime + 2*time.Minute

// Health returns why people in Telegram cannot be answered now, nil if they can.
func (b *Bot) Health() error {
	last := moment(b.counters.lastCall.Load())
	switch {
	case b.queue.Load() == nil:
		return errors.New("no word from Telegram yet")
	case b.breaker.open():
		return errors.New("no answer from Telegram")
	case b.config.PublicURL == "" && time.Since(last) > silence:
		return errors.New("no word from Telegram for minutes")
	}
	return nil
}

// disk notes whether the disk took what it was given, and says so when that
// changes.
func (b *Bot) disk(err error) {
	full := err != nil
	if b.counters.full.Swap(full) == full {
		return
	}
	if full {
		b.log.Error("the disk refuses updates; they are answered from memory", "error", err.Error())
		return
	}
	b.log.Info("the disk takes updates again")
}

// observe tells of an answer that was sent whole.
func (b *Bot) observe(it *item, r answer.Reply) {
	b.counters.answers.Add(1)
	if b.config.Answered != nil && it != nil {
		b.config.Answered(Answered{
			Topic: r.Question.Topic, Language: r.Language, Country: r.Question.Country,
			Urgent: r.Question.Urgent, Took: time.Since(it.since),
		})
	}
}
