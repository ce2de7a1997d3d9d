package understand

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"prystan/bot"
)

// dialogue is a talk of a few turns with what is to be understood in each.
type dialogue struct {
	ID    string
	Turns []struct {
		User     string
		Topic    bot.Topic
		Country  bot.Country
		Language bot.Language
		Urgent   bool
	}

	tuning bool
}

func (d devset) talks(t testing.TB) []dialogue {
	t.Helper()
	all := readLines[dialogue](t, d.dialogues)
	for i := range all {
		all[i].tuning = d.tuning(i+1, all[i].ID)
	}
	return all
}

// remember is what the conversation keeps of a turn.
func remember(ctx Context, r Result) Context {
	if r.LanguageCertain {
		ctx.Language = r.Language
	}
	if r.Country != "" {
		ctx.Country = r.Country
	}
	if t := r.Topics[0].Topic; t.Group() != bot.GroupBot && t != bot.None {
		ctx.Topic = t
	}
	return ctx
}

// turns measures the dialogues of one half.
func turns(b *strings.Builder, m *Model, all []dialogue, tuning bool) {
	var topic, country, both, language, urgent share
	for _, d := range all {
		if d.tuning != tuning {
			continue
		}
		var ctx Context
		for i, turn := range d.Turns {
			r := m.Understand(turn.User, ctx)
			ctx = remember(ctx, r)
			right := r.Topics[0].Topic == turn.Topic
			topic.count(right)
			country.count(ctx.Country == turn.Country)
			both.count(right && ctx.Country == turn.Country)
			language.count(ctx.Language == turn.Language)
			urgent.count(r.Urgent == turn.Urgent)
			if os.Getenv("MISSES") != "" && tuning && !(right && ctx.Country == turn.Country) {
				fmt.Printf("TURN %s/%d want %s %q got %s %q follow %t: %s\n", d.ID, i+1, turn.Topic, turn.Country, r.Topics[0].Topic, ctx.Country, r.FollowUp, turn.User)
			}
		}
	}
	fmt.Fprintln(b, "-- dialogues")
	fmt.Fprintf(b, "%-28s %s\n%-28s %s\n%-28s %s\n%-28s %s\n%-28s %s\n", "turns: topic and country", both, "topic", topic, "country", country, "language", language, "urgency", urgent)
}
