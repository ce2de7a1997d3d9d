package answer_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/sqlite"
	"prystan/bot/understand"
	"prystan/locales"
)

// asked are questions as people in Poland ask them.
var asked = []string{
	"як отримати песель", "де я можу жити безкоштовно", "хочу поговорити з юристом", "мені не заплатили за роботу",
	"Где получить медицинскую помощь?", "how do I register for temporary protection", "роботодавець забрав мій паспорт",
	"до якого числа діє тимчасовий захист", "чи можу я поїхати додому і повернутися", "потрібен психолог",
}

// helplines returns records with n helplines: ten of Poland, the others spread
// over all countries and needs.
func helplines(tb testing.TB, n int) bot.Records {
	tb.Helper()
	r, err := shippedRecords()
	if err != nil {
		tb.Fatal(err)
	}
	var ours []bot.Service
	for _, s := range r.Services {
		if s.Country == "PL" && s.Shown() && s.Together == "" && len(ours) < 10 {
			ours = append(ours, s)
		}
	}
	needs, countries := bot.Needs(), bot.Countries()
	for i := len(ours); i < n; i++ {
		s := ours[i%10]
		s.ID = fmt.Sprintf("line-%d", i)
		s.Country = countries[i%len(countries)]
		s.Need = needs[i/len(countries)%len(needs)]
		p := bot.Phone{ID: s.ID, Kind: bot.FullNumber, Number: fmt.Sprintf("+4822%07d", i)}
		s.Phones, s.Order = []string{p.ID}, i
		r.Services, r.Phones = append(r.Services, s), append(slices.Clip(r.Phones), p)
		ours = append(ours, s)
	}
	r.Services = ours
	return r
}

// fixed is a source that never changes.
type fixed struct {
	dir   *bot.Directory
	model *understand.Model
}

func (f fixed) Published() (*bot.Directory, *understand.Model) { return f.dir, f.model }

// uncounted counts nothing.
type uncounted struct{}

func (uncounted) Vote(context.Context, bot.Topic, bot.Language, bot.Country, bool) error { return nil }
func (uncounted) WrongNumber(context.Context, string) error                              { return nil }
func (uncounted) Unanswered(context.Context, string, bot.Language, bot.Country) error    { return nil }

func conversationOver(tb testing.TB, n int) *answer.Conversation {
	tb.Helper()
	published, err := shippedHouse()
	if err != nil {
		tb.Fatal(err)
	}
	catalog, err := locales.NewCatalog()
	if err != nil {
		tb.Fatal(err)
	}
	_, model := published.Published()
	return answer.New(fixed{bot.NewDirectory(helplines(tb, n)), model}, catalog, uncounted{}, func() time.Time { return noon })
}

// town is a number of people who have all chosen a language and country.
type town struct {
	speaking int64 // those of them who ask
	talk     *answer.Conversation
	choices  sqlite.Choices
	sessions answer.Sessions
}

func newTown(tb testing.TB, people int64) *town {
	tb.Helper()
	ctx := context.Background()
	path := filepath.Join(tb.TempDir(), "town.db")
	db, err := sqlite.Open(ctx, path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	t := &town{speaking: min(people, 500), talk: conversationOver(tb, 10), choices: sqlite.Choices{DB: db, Key: make([]byte, 32)}}
	for id := range t.speaking {
		if err := t.choices.Choose(ctx, id, "uk", "PL"); err != nil {
			tb.Fatal(err)
		}
	}
	silent(tb, path, people-t.speaking)
	for id := range people {
		t.sessions.Put(id, answer.Session{Language: "uk", Country: "PL"}, noon)
	}
	return t
}

// silent adds the choices of people who ask nothing, in one transaction; their
// keys are as random as a hash is.
func silent(tb testing.TB, path string, people int64) {
	tb.Helper()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		tb.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec(`
		WITH RECURSIVE more(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM more WHERE i < ?)
		INSERT INTO chat (key, language, country) SELECT randomblob(32), 'uk', 'PL' FROM more WHERE i > 0`, people); err != nil {
		tb.Fatal(err)
	}
}

// ask lets the i-th person, who was away for a day, ask something.
func (t *town) ask(tb testing.TB, i int) {
	id := int64(i) % t.speaking
	at := noon.Add(time.Duration(i+1) * 24 * time.Hour)
	if s := t.sessions.Get(id, at); s != (answer.Session{}) {
		tb.Fatal("a session lasts for ever")
	}
	l, c, err := t.choices.Choice(context.Background(), id)
	if err != nil || c != "PL" {
		tb.Fatal("a choice is gone", c, err)
	}
	t.sessions.Put(id, ask(tb, t.talk, answer.Session{Language: l, Country: c}, asked[i%len(asked)]), at)
}

func ask(tb testing.TB, c *answer.Conversation, s answer.Session, text string) answer.Session {
	r, s, err := c.Turn(context.Background(), s, answer.Input{Text: text})
	if err != nil || len(r.Messages) == 0 || r.Question.Country != "PL" {
		tb.Fatalf("no answer on Poland: %v, %v", r.Question, err)
	}
	return s
}

// BenchmarkQuestion shows that a question costs the same with ten helplines and
// with ten thousand, in a hamlet of one chat and in a city of 200,000.
func BenchmarkQuestion(b *testing.B) {
	for _, n := range []int{10, 10_000} {
		b.Run(fmt.Sprintf("helplines=%d", n), func(b *testing.B) {
			c := conversationOver(b, n)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				ask(b, c, answer.Session{Language: "uk", Country: "PL"}, asked[i%len(asked)])
				i++
			}
		})
	}
	for _, n := range []int64{1, 200_000} {
		b.Run(fmt.Sprintf("chats=%d", n), func(b *testing.B) {
			t := newTown(b, n)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				t.ask(b, i)
				i++
			}
		})
	}
}
