package answer_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/locales"
)

// watcher counts the turns that it is told of.
type watcher struct{ turns int }

func (w *watcher) Answered(answer.Reply, time.Duration) { w.turns++ }

func previewed(t *testing.T, change func(*bot.Records)) (original, preview *answer.Conversation, counts *tally, watch *watcher) {
	t.Helper()
	published, err := shippedHouse()
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := locales.NewCatalog()
	if err != nil {
		t.Fatal(err)
	}
	counts = &tally{votes: map[bot.Topic]int{}, wrong: map[string]int{}, none: map[string]int{}}
	watch = &watcher{}
	original = answer.New(published, catalog, counts, func() time.Time { return noon }).Observed(watch)
	r := published.Directory().Records()
	change(&r)
	if preview, err = original.Preview(r); err != nil {
		t.Fatal(err)
	}
	return original, preview, counts, watch
}

func press(t *testing.T, c *answer.Conversation, a answer.Action) answer.Reply {
	t.Helper()
	reply, _, err := c.Turn(context.Background(), answer.Session{Language: a.Language, Country: a.Country}, answer.Input{Press: &a})
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

func TestAPreviewAnswersFromOtherRecordsAndLeavesTheOriginalAlone(t *testing.T) {
	const changed = "This sentence is only proposed."
	original, preview, _, _ := previewed(t, func(r *bot.Records) {
		r.Articles = slices.Clone(r.Articles)
		for i, a := range r.Articles {
			if a.Topic == bot.JobOffer && a.Language == bot.English {
				r.Articles[i].Now = changed
			}
		}
	})
	ask := answer.Action{Verb: answer.ShowTopic, Arg: string(bot.JobOffer), Language: bot.English}
	if text := press(t, preview, ask).Plain(); !strings.Contains(text, changed) {
		t.Errorf("the preview does not show what is proposed:\n%s", text)
	}
	if text := press(t, original, ask).Plain(); strings.Contains(text, changed) {
		t.Error("people see what is only proposed")
	}
}

func TestAPreviewCountsNothing(t *testing.T) {
	_, preview, counts, watch := previewed(t, func(*bot.Records) {})
	press(t, preview, answer.Action{Verb: answer.VoteDown, Arg: string(bot.Work), Language: bot.English, Country: "PL"})
	press(t, preview, answer.Action{Verb: answer.ReportLine, Arg: "pl-kcik", Language: bot.English, Country: "PL"})
	if _, _, err := preview.Text(context.Background(), answer.Session{Language: bot.English}, "what is the capital of Australia"); err != nil {
		t.Fatal(err)
	}
	if len(counts.votes)+len(counts.wrong)+len(counts.none) > 0 {
		t.Errorf("a preview was counted: %v %v %v", counts.votes, counts.wrong, counts.none)
	}
	if watch.turns > 0 {
		t.Errorf("the figures were told of %d turns of a preview", watch.turns)
	}
}

func TestAPreviewLearnsFromProposedExamples(t *testing.T) {
	const question = "zxqv brumble floop"
	_, preview, _, _ := previewed(t, func(r *bot.Records) {
		r.Examples = append(slices.Clip(r.Examples), bot.Example{Topic: bot.Work, Language: bot.English, Text: question})
	})
	reply, _, err := preview.Text(context.Background(), answer.Session{Language: bot.English}, question)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(reply.Question.Topics, func(c answer.Candidate) bool { return c.Topic == bot.Work }) {
		t.Errorf("%q is not understood as %s: %v", question, bot.Work, reply.Question.Topics)
	}
}
