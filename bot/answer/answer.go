// Package answer is the conversation: one turn takes what a person did (wrote,
// pressed, shared) and returns a Reply that Telegram, the web chat and the
// terminal render alike.
//
// The order of every turn: danger first (danger.go), then what was asked
// (topic.go), the lines that people answer (lines.go) and the menus (menu.go).
// What belongs to the answer on a topic stands in plan.go. The conversation
// keeps nothing itself: a Session goes in and comes out, and the transport
// holds it in memory for as long as the talk lasts.
package answer

import (
	"context"
	"strings"
	"time"

	"prystan/bot"
	"prystan/bot/understand"
	"prystan/locales"
)

// Session is what a conversation remembers between turns. The zero value is a
// new conversation.
type Session struct {
	Language bot.Language // of the answers; "" until the first turn
	Country  bot.Country  // the person is in or asks about; "" if not known
	Topic    bot.Topic    // of the last answer; "" if there was none
}

// Input is what a person did. Exactly one of Text, Press, Place and Strange is
// set.
type Input struct {
	Text    string       // what they wrote, commands included
	Press   *Action      // the button they pressed
	Place   bot.Country  // the country of a location they shared
	Strange bool         // something that cannot be read: a sticker, a voice message, a stale button
	Client  bot.Language // language of their program, "" if not known
	Heard   *Heard       // what Hear made of Text; nil: it is to be understood
}

// Counts counts votes and reports. Nothing about the person goes into them.
type Counts interface {
	// Vote counts one 👍 (up) or 👎 for the answers on a topic.
	Vote(ctx context.Context, t bot.Topic, l bot.Language, c bot.Country, up bool) error
	// WrongNumber counts one report that a service does not answer or has another number.
	WrongNumber(ctx context.Context, service string) error
	// Unanswered counts one question that found no answer, by the group of its likeliest topic.
	Unanswered(ctx context.Context, group string, l bot.Language, c bot.Country) error
}

// Source is where the published directory and the model of understanding that
// goes with it come from. Both change together when an editor publishes.
type Source interface {
	Published() (*bot.Directory, *understand.Model)
}

// Observer is told of turns, for the figures that an operator sees. It must not
// keep the words of a reply.
type Observer interface {
	// Answered tells what a turn said and how long it took.
	Answered(r Reply, took time.Duration)
}

// Conversation answers. It is safe for concurrent use.
type Conversation struct {
	source   Source
	catalog  *locales.Catalog
	counts   Counts
	now      func() time.Time
	observer Observer // nil: nobody watches
	memory   *memory
}

// New returns a conversation that answers from source, speaks through catalog,
// counts in counts and takes the time from now.
func New(source Source, catalog *locales.Catalog, counts Counts, now func() time.Time) *Conversation {
	return &Conversation{source: source, catalog: catalog, counts: counts, now: now, memory: &memory{}}
}

// Observed returns the same conversation, whose turns o is told of; nil: nobody
// is, for turns that no person took.
func (c *Conversation) Observed(o Observer) *Conversation {
	watched := *c
	watched.observer = o
	return &watched
}

// Turn takes one turn. The returned session is to be handed in with the next.
// An error means that something could not be counted; the reply is complete all
// the same.
func (c *Conversation) Turn(ctx context.Context, s Session, in Input) (Reply, Session, error) {
	begun := time.Now()
	spoken := s.Language
	if spoken == "" && in.Client != "" {
		spoken = Greet(in.Client)
	}
	if s.Language = spoken; s.Language == "" {
		s.Language = Greet("")
	}
	dir, model := c.source.Published()
	t := turn{Conversation: c, ctx: ctx, dir: dir, model: model, session: s, spoken: spoken}
	t.dispatch(in)
	t.reply.Language = t.session.Language
	t.reply.Question.Country = t.session.Country
	if t.reply.Question.Language == "" {
		t.reply.Question.Language = t.session.Language
	}
	if c.observer != nil {
		c.observer.Answered(t.reply, time.Since(begun))
	}
	return t.reply, t.session, t.err
}

// Text takes the turn of a person who wrote a text, for `ask`.
func (c *Conversation) Text(ctx context.Context, s Session, text string) (Reply, Session, error) {
	return c.Turn(ctx, s, Input{Text: text})
}

// turn is one turn in the making.
type turn struct {
	*Conversation
	ctx     context.Context
	dir     *bot.Directory
	model   *understand.Model
	session Session
	spoken  bot.Language // so far in the conversation, or by the person's program; "" if nothing tells
	reply   Reply
	err     error // of counting
}

// view returns what to write with in the state of the conversation.
func (t *turn) view() view {
	c := t.session.Country
	return view{
		dir: t.dir, memory: t.memory, say: t.catalog.Printer(t.session.Language), country: t.country(), now: t.now(),
		elsewhere: c != "" && !c.Known() && !also112[c],
	}
}

// country returns the country of the conversation if the directory has it, ""
// if it does not or none is known.
func (t *turn) country() bot.Country {
	if t.session.Country.Known() {
		return t.session.Country
	}
	return ""
}

// strangeCountry says, where the person spoke of a country that is not in the
// directory, that nothing is known of it.
func (t *turn) strangeCountry(w *writer) {
	if c := t.session.Country; c != "" && !c.Known() {
		v := t.view()
		w.gap()
		w.line(plain(v.say.Fill(locales.CountryNotOurs, struct{ Country string }{v.say.Country(c)})))
	}
}

func (t *turn) say(m locales.Message) string { return t.view().say.Say(m) }

func (t *turn) add(m Message) { t.reply.Messages = append(t.reply.Messages, m) }

// remember keeps the language and country as chosen by the person.
func (t *turn) remember() {
	t.reply.Remember = &Choice{Language: t.session.Language, Country: t.country()}
}

// about notes the topic that the reply is about. The talk goes on about its last
// topic after a word of thanks, and after what nobody understood.
func (t *turn) about(topic bot.Topic, urgent bool) {
	if topic != bot.None && topic.Group() != bot.GroupBot {
		t.session.Topic = topic
	}
	t.reply.Question.Topic = topic
	t.reply.Question.Urgent = urgent
}

func (t *turn) dispatch(in Input) {
	switch {
	case in.Press != nil:
		t.press(*in.Press)
	case in.Place != "":
		t.inCountry(in.Place, t.session.Topic)
	case in.Strange || strings.TrimSpace(in.Text) == "":
		t.about(bot.None, false)
		t.strange()
	case strings.HasPrefix(strings.TrimSpace(in.Text), "/"):
		t.command(strings.TrimSpace(in.Text))
	default:
		t.question(in.Text, in.Heard)
	}
}

// press does what a button says. A forged argument leads to the menu.
func (t *turn) press(a Action) {
	t.session.Language = a.Language
	if a.Country != "" {
		t.session.Country = a.Country
	}
	topic := bot.Topic(a.Arg)
	if !topic.Known() {
		topic = ""
	}
	switch a.Verb {
	case ShowDanger:
		t.danger()
	case ShowHelplines:
		t.helplines(bot.Need(a.Arg))
	case ShowLine, SendContact, ShowCalling, ReportLine:
		t.line(a)
	case ShowProtection:
		t.protection()
	case ShowSafety:
		t.safety()
	case ShowFindHelp:
		t.findHelp()
	case ShowHuman:
		t.topic(bot.Human)
	case AskCountry:
		t.askCountry(topic)
	case SetCountry:
		t.inCountry(a.Country, topic)
	case AskLanguage:
		t.askLanguage()
	case SetLanguage:
		t.inLanguage(topic)
	case ShowPrivacy:
		t.topic(bot.Privacy)
	case ForgetMe:
		t.forget()
	case ShowTopic, ShowMore, SafeToWrite, SomeoneWatches, VoteUp, VoteDown:
		if topic == "" {
			t.menu()
			return
		}
		t.pressTopic(a.Verb, topic)
	default:
		t.menu()
	}
}

func (t *turn) pressTopic(v Verb, topic bot.Topic) {
	switch v {
	case ShowTopic:
		t.topic(topic)
	case ShowMore:
		t.more(topic)
	case SafeToWrite:
		t.safeToWrite(topic)
	case SomeoneWatches:
		t.someoneWatches(topic)
	default:
		t.vote(topic, v == VoteUp)
	}
}

// question answers what a person wrote in their own words.
func (t *turn) question(text string, heard *Heard) {
	r := t.understand(text, heard)
	q := &t.reply.Question
	q.Language, q.Confidence, q.Urgent = r.Language, r.Confidence, r.Urgent
	for _, s := range r.Topics {
		q.Topics = append(q.Topics, Candidate{Topic: s.Topic, Score: s.Score})
	}
	t.session.Language = Answer(r.Language, t.spoken)
	if r.Country != "" {
		t.session.Country = r.Country
	}
	topic := bot.None
	if len(r.Topics) > 0 {
		topic = r.Topics[0].Topic
	}
	switch {
	case r.Urgent || topic.Crisis() && r.Confidence >= understand.Offer:
		t.about(topic, r.Urgent)
		t.crisis(topic, r.Urgent)
	case r.FollowUp && topic == bot.None && r.Country != "":
		t.inCountry(r.Country, "")
	case topic == bot.None:
		t.about(bot.None, false)
		t.outOfScope()
	case r.Confidence < understand.Sure:
		t.about(topic, false)
		t.offer()
	default:
		t.topic(topic)
	}
}

// vote counts a thumb.
func (t *turn) vote(topic bot.Topic, up bool) {
	if err := t.counts.Vote(t.ctx, topic, t.session.Language, t.country(), up); err != nil {
		t.err = err
	}
	w := writer{}
	if up {
		w.line(plain(t.say(locales.VoteThanks)))
		t.add(Message{Text: w.text, Buttons: t.rows(t.other())})
		return
	}
	w.line(plain(t.say(locales.VoteSorry)))
	t.add(Message{Text: w.text, Buttons: t.rows(t.human(), t.other())})
}
