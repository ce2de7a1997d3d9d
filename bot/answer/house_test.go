package answer_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/facts"
	"prystan/locales"
)

// noon is a Tuesday on which the shipped facts are a day old.
var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// shippedRecords is what a new database holds.
var shippedRecords = sync.OnceValues(func() (bot.Records, error) {
	r, err := facts.Load()
	if err != nil {
		return r, err
	}
	texts, err := locales.Load()
	return r.WithTexts(texts), err
})

var shippedHouse = sync.OnceValues(func() (*answer.Published, error) {
	r, err := shippedRecords()
	if err != nil {
		return nil, err
	}
	p := &answer.Published{}
	return p, p.Publish(r)
})

// tally counts in memory.
type tally struct {
	mu    sync.Mutex
	votes map[bot.Topic]int // up minus down
	wrong map[string]int
	none  map[string]int
}

func (c *tally) Vote(_ context.Context, t bot.Topic, _ bot.Language, _ bot.Country, up bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if up {
		c.votes[t]++
	} else {
		c.votes[t]--
	}
	return nil
}

func (c *tally) WrongNumber(_ context.Context, service string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wrong[service]++
	return nil
}

func (c *tally) Unanswered(_ context.Context, group string, _ bot.Language, _ bot.Country) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.none[group]++
	return nil
}

// talk is a conversation with one person.
type talk struct {
	t       *testing.T
	with    *answer.Conversation
	session answer.Session
	counted *tally
}

func newTalk(t *testing.T) *talk {
	t.Helper()
	published, err := shippedHouse()
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := locales.NewCatalog()
	if err != nil {
		t.Fatal(err)
	}
	counted := &tally{votes: map[bot.Topic]int{}, wrong: map[string]int{}, none: map[string]int{}}
	return &talk{t: t, counted: counted, with: answer.New(published, catalog, counted, func() time.Time { return noon })}
}

func (k *talk) turn(in answer.Input) answer.Reply {
	k.t.Helper()
	r, s, err := k.with.Turn(context.Background(), k.session, in)
	if err != nil {
		k.t.Fatal(err)
	}
	if len(r.Messages) == 0 {
		k.t.Fatalf("no message answers %+v", in)
	}
	k.session = s
	return r
}

func (k *talk) say(text string) answer.Reply { k.t.Helper(); return k.turn(answer.Input{Text: text}) }

func (k *talk) press(v answer.Verb, arg string) answer.Reply {
	k.t.Helper()
	return k.turn(answer.Input{Press: &answer.Action{
		Verb: v, Arg: arg, Country: k.session.Country, Language: k.session.Language,
	}})
}
