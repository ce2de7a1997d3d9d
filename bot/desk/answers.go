package desk

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/directory"
	"prystan/locales"
)

// shownAnswers is how many answers that will change one page shows.
const shownAnswers = 50

// maxChanged is how many answers that will change are looked for.
const maxChanged = 500

// changedAnswer is an answer that a proposal changes.
type changedAnswer struct {
	Place, What   string
	Path          string // where it is seen as people will see it
	Before, After []answerLine
}

// answerLine is a line of an answer; Differs if the other side has none like it.
type answerLine struct {
	Text    string
	Differs bool
}

// previewChanges lists which answers a proposal would change.
func (v *visit) previewChanges() error {
	if err := v.parse(); err != nil {
		return err
	}
	s, err := v.supposed()
	if err != nil {
		return err
	}
	if s.Proposal == 0 {
		return directory.ErrUnknown
	}
	e, err := v.edition(s)
	if err != nil {
		return err
	}
	language := known(bot.Language(v.R.Form.Get("language")), bot.Language.Shipped)
	written := writtenIn(s.changes)
	if language == "" {
		language = v.T.Language
		if len(written) > 0 {
			language = written[0]
		}
	}
	now, err := v.edition(supposed{})
	if err != nil {
		return err
	}
	c := comparison{before: now.conversation.At(v.Now()), after: e.conversation.At(v.Now()), language: language}
	found := c.compare(v.R.Context(), touchedBy(s.changes, now.directory, e.directory).asks())
	var elsewhere []string
	for _, l := range written {
		if l != language {
			elsewhere = append(elsewhere, v.T.Tongue(l))
		}
	}
	answers := make([]changedAnswer, min(len(found), shownAnswers))
	for i := range answers {
		answers[i] = v.changedAnswer(s, found[i])
	}
	return v.show(http.StatusOK, "preview_changes", struct {
		Proposal     int64
		ProposalPath string
		Decided      bool
		Language     bot.Language
		Languages    []option
		Elsewhere    string // languages in which texts change as well
		Questions    int    // example questions that change what is understood
		Answers      []changedAnswer
		Shown, Total int
		More         bool // there may be more than Total
	}{
		s.Proposal, proposalPath(s.Proposal), len(s.changes) == 0, language, chosen(v.textLanguages(), string(language)),
		strings.Join(elsewhere, ", "), countKind(s.changes, bot.KindExamples), answers, len(answers), len(found), len(found) == maxChanged,
	})
}

func (v *visit) changedAnswer(s supposed, f difference) changedAnswer {
	place := v.T.Say("preview.no_country")
	if f.ask.Country != "" {
		place = v.T.Country(f.ask.Country)
	}
	before, after := linesOf(f.before), linesOf(f.after)
	markLines(before, after)
	q := url.Values{"proposal": {strconv.FormatInt(s.Proposal, 10)}, "do": {f.ask.String()}}
	return changedAnswer{Place: place, What: v.asked(f.ask), Path: "/desk/preview?" + q.Encode(), Before: before, After: after}
}

// asked says what somebody asked for who pressed a button.
func (v *visit) asked(a answer.Action) string {
	switch a.Verb {
	case answer.ShowHelplines:
		if a.Arg == "" {
			return v.T.Say("preview_changes.helplines")
		}
		return v.T.Printer.Say(locales.NeedMessage(bot.Need(a.Arg)))
	case answer.ShowLine:
		return v.name(bot.Ref{Kind: bot.KindService, ID: a.Arg})
	case answer.ShowMore:
		return v.T.Say("preview_changes.more", "Topic", v.topic(bot.Topic(a.Arg)))
	}
	return v.topic(bot.Topic(a.Arg))
}

// writtenIn returns the shipped languages whose texts change; none where the
// answers of every language do.
func writtenIn(changes []directory.Change) []bot.Language {
	var all []bot.Language
	for _, c := range changes {
		switch c.Kind {
		case bot.KindArticle, bot.KindProtectionText, bot.KindServiceText:
			_, l, _ := strings.Cut(c.ID, "/")
			if l := bot.Language(l); l.Shipped() && !slices.Contains(all, l) {
				all = append(all, l)
			}
		case bot.KindExamples, bot.KindOrganization:
		default:
			return nil
		}
	}
	return all
}

func countKind(changes []directory.Change, k bot.Kind) int {
	n := 0
	for _, c := range changes {
		if c.Kind == k {
			n++
		}
	}
	return n
}

// touched is what changes may change of what people are told.
type touched struct {
	countries  map[bot.Country]bool
	topics     map[bot.Topic]bool // in every country
	lines      map[string]bot.Country
	everywhere bool
}

// touchedBy returns what changes touch, in the directory as it is and as it
// would be.
func touchedBy(changes []directory.Change, before, after *bot.Directory) touched {
	t := touched{countries: make(map[bot.Country]bool), topics: make(map[bot.Topic]bool), lines: make(map[string]bot.Country)}
	refs := make(map[bot.Ref]bool, len(changes))
	for _, c := range changes {
		refs[c.Ref] = true
		if what, _, ok := strings.Cut(c.ID, "/"); ok && c.Kind == bot.KindServiceText {
			refs[bot.Ref{Kind: bot.KindService, ID: what}] = true
		}
	}
	for _, d := range []*bot.Directory{before, after} {
		t.add(refs, d.Records())
	}
	// The EU's date stands in many articles, and lines of Ukraine help people
	// abroad.
	t.everywhere = before.EUUntil() != after.EUUntil() || t.countries[bot.Ukraine]
	return t
}

func (t touched) add(refs map[bot.Ref]bool, r bot.Records) {
	phone := func(id string) bool { return refs[bot.Ref{Kind: bot.KindPhone, ID: id}] }
	for i := range r.Services {
		s := &r.Services[i]
		if refs[bot.Ref{Kind: bot.KindService, ID: s.ID}] || refs[bot.Ref{Kind: bot.KindOrganization, ID: s.Organization}] ||
			slices.ContainsFunc(s.Phones, phone) {
			t.countries[s.Country], t.lines[s.ID] = true, s.Country
		}
	}
	for i := range r.Protections {
		p := &r.Protections[i]
		if refs[bot.Ref{Kind: bot.KindProtection, ID: string(p.Country)}] || phone(p.Phone) {
			t.countries[p.Country] = true
		}
	}
	for i := range r.ProtectionTexts {
		p := &r.ProtectionTexts[i]
		if refs[bot.Ref{Kind: bot.KindProtectionText, ID: string(p.Country) + "/" + string(p.Language)}] {
			t.countries[p.Country] = true
		}
	}
	fact := func(id string) bool { return refs[bot.Ref{Kind: bot.KindFact, ID: id}] }
	for i := range r.Articles {
		a := &r.Articles[i]
		if refs[bot.Ref{Kind: bot.KindArticle, ID: string(a.Topic) + "/" + string(a.Language)}] || slices.ContainsFunc(a.Facts, fact) {
			t.topics[a.Topic] = true
		}
	}
}

// asks returns what people can ask whose answers may change: in the countries
// touched every topic and list of lines, in the others the topics touched, and
// the cards of the lines touched.
func (t touched) asks() []answer.Action {
	var asks []answer.Action
	for _, country := range append([]bot.Country{""}, bot.Countries()...) {
		whole := t.everywhere || t.countries[country]
		for _, topic := range bot.Topics() {
			if t.topics[topic] || whole && topic != bot.None && topic.Group() != bot.GroupBot {
				asks = append(asks,
					answer.Action{Verb: answer.ShowTopic, Arg: string(topic), Country: country},
					answer.Action{Verb: answer.ShowMore, Arg: string(topic), Country: country})
			}
		}
		if country == "" || !whole {
			continue
		}
		for _, n := range bot.Needs() {
			asks = append(asks, answer.Action{Verb: answer.ShowHelplines, Arg: string(n), Country: country})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(t.lines)) {
		asks = append(asks, answer.Action{Verb: answer.ShowLine, Arg: id, Country: t.lines[id]})
	}
	return asks
}

// comparison compares what two conversations answer in a language, at one
// moment.
type comparison struct {
	before, after *answer.Conversation
	language      bot.Language
}

// difference is what was asked and what each of the two answers.
type difference struct {
	ask           answer.Action
	before, after string
}

func (c comparison) compare(ctx context.Context, asks []answer.Action) []difference {
	var found []difference
	for _, ask := range asks {
		if len(found) == maxChanged {
			break
		}
		ask.Language = c.language
		before, after := c.text(ctx, c.before, ask), c.text(ctx, c.after, ask)
		if before != after {
			found = append(found, difference{ask, before, after})
		}
	}
	return found
}

// text returns what a conversation answers, with the pages that its buttons
// open.
func (c comparison) text(ctx context.Context, of *answer.Conversation, ask answer.Action) string {
	session := answer.Session{Language: ask.Language, Country: ask.Country}
	reply, _, err := of.Turn(ctx, session, answer.Input{Press: &ask})
	if err != nil {
		return "" // previews count nothing, so nothing can fail
	}
	var b strings.Builder
	b.WriteString(reply.Plain())
	for _, m := range reply.Messages {
		for _, row := range m.Buttons {
			for _, k := range row {
				if k.URL != "" {
					b.WriteString("\n" + k.Label + ": " + k.URL)
				}
			}
		}
	}
	return b.String()
}

func markMissing(a, b []answerLine) {
	inA, inB := make(map[string]bool, len(a)), make(map[string]bool, len(b))
	for _, l := range a {
		inA[l.Text] = true
	}
	for _, l := range b {
		inB[l.Text] = true
	}
	for i := range a {
		a[i].Differs = !inB[a[i].Text]
	}
	for i := range b {
		b[i].Differs = !inA[b[i].Text]
	}
}

// linesOf returns the lines of a text, empty ones left out.
func linesOf(text string) []answerLine {
	var lines []answerLine
	for l := range strings.SplitSeq(text, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, answerLine{Text: l})
		}
	}
	return lines
}

// maxCommon bounds the table of markLines: some 8 MB.
const maxCommon = 1_000_000

// markLines marks the lines that are not in the longest common part of both. Of
// texts too long to look for that, it marks those that the other side has not.
func markLines(a, b []answerLine) {
	if len(a)*len(b) > maxCommon {
		markMissing(a, b)
		return
	}
	common := make([][]int, len(a)+1) // of a[i:] and b[j:]
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i].Text == b[j].Text {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i].Text == b[j].Text:
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			a[i].Differs, i = true, i+1
		default:
			b[j].Differs, j = true, j+1
		}
	}
	for ; i < len(a); i++ {
		a[i].Differs = true
	}
	for ; j < len(b); j++ {
		b[j].Differs = true
	}
}
