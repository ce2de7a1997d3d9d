package desk

import (
	"cmp"
	"net/http"
	"slices"

	"prystan/bot"
	"prystan/bot/directory"
)

func (d *desk) signalRoutes() { d.page("GET /desk/signals", (*visit).signals) }

// shownSignals is how many rows a table of signals has.
const shownSignals = 50

// votedTopic is what people said of the answers on a topic.
type votedTopic struct {
	Name, Path       string
	Up, Down, Lately int // votes down in this month and the last
	worst            int
	language         bot.Language // in which most voted down
}

// reportedLine is a line that people say does not answer.
type reportedLine struct {
	Name, Path, Country string
	Edit                string
	Reports             int // in all months shown
	Last                string
	Assured, By         string
	Open                bool // nobody has assured it since
}

// unansweredGroup is how many questions of a group found no answer.
type unansweredGroup struct {
	Group, Language, Country string
	Questions, Lately        int
}

// signals shows what conversations tell: votes, reports, questions without an
// answer. And how much was published.
func (v *visit) signals() error {
	t, err := v.tallies()
	if err != nil {
		return err
	}
	published, err := v.Store.PublishedByMonth(v.R.Context())
	if err != nil {
		return err
	}
	down, reports, unanswered := make(map[string]int), make(map[string]int), make(map[string]int)
	for _, x := range t.Votes {
		down[x.Month] += x.Down
	}
	for _, x := range t.Reports {
		reports[x.Month] += x.Reports
	}
	for _, x := range t.Unanswered {
		unanswered[x.Month] += x.Questions
	}
	return v.show(http.StatusOK, "signals", struct {
		Down, Reports, Unanswered, Published chart
		Topics                               []votedTopic
		Lines                                []reportedLine
		Groups                               []unansweredGroup
	}{
		v.chart("down", v.T.Say("signals.chart_down"), down), v.chart("reports", v.T.Say("signals.chart_reports"), reports),
		v.chart("unanswered", v.T.Say("signals.chart_unanswered"), unanswered), v.chart("published", v.T.Say("signals.chart_published"), published),
		v.votedTopics(t.Votes), v.reportedLines(t.Reports), v.unansweredGroups(t.Unanswered),
	})
}

// tallies returns what was counted in the months that charts show, of the
// countries in the editor's reach.
func (v *visit) tallies() (bot.Tallies, error) {
	t, err := v.Store.Tallies(v.R.Context(), months(v.Now())[0].Key)
	if err != nil || len(v.Who.Countries) == 0 {
		return t, err
	}
	t.Votes = slices.DeleteFunc(t.Votes, func(x bot.VoteTally) bool { return !slices.Contains(v.Who.Countries, x.Country) })
	t.Unanswered = slices.DeleteFunc(t.Unanswered, func(x bot.UnansweredTally) bool { return !slices.Contains(v.Who.Countries, x.Country) })
	d := v.Keeper.Directory()
	t.Reports = slices.DeleteFunc(t.Reports, func(x bot.ReportTally) bool {
		s, ok := d.AnyService(x.Service)
		return !ok || !slices.Contains(v.Who.Countries, s.Country)
	})
	return t, nil
}

// lately returns the month before the current one: what was counted since is
// what the start page tells of.
func (v *visit) lately() string { return months(v.Now())[monthsBack-2].Key }

// votedTopics returns the topics that people voted down, the most first.
func (v *visit) votedTopics(votes []bot.VoteTally) []votedTopic {
	byTopic := make(map[bot.Topic]*votedTopic)
	byLanguage := make(map[bot.Topic]map[bot.Language]int)
	for _, x := range votes {
		row := byTopic[x.Topic]
		if row == nil {
			row = &votedTopic{Name: v.topic(x.Topic), language: v.T.Language}
			byTopic[x.Topic], byLanguage[x.Topic] = row, make(map[bot.Language]int)
		}
		row.Up, row.Down = row.Up+x.Up, row.Down+x.Down
		if x.Month >= v.lately() {
			row.Lately += x.Down
		}
		byLanguage[x.Topic][x.Language] += x.Down
		if n := byLanguage[x.Topic][x.Language]; n > row.worst {
			row.worst, row.language = n, x.Language
		}
	}
	var all []votedTopic
	for t, row := range byTopic {
		if row.Down > 0 {
			row.Path = "/desk/records/" + refPath(bot.Ref{Kind: bot.KindArticle, ID: string(t) + "/" + string(row.language)})
			all = append(all, *row)
		}
	}
	slices.SortFunc(all, func(a, b votedTopic) int {
		return cmp.Or(b.Lately-a.Lately, b.Down-a.Down, cmp.Compare(a.Name, b.Name))
	})
	return all
}

// reportedLines returns the lines that people reported, those first that nobody
// has assured since.
func (v *visit) reportedLines(reports []bot.ReportTally) []reportedLine {
	d := v.Keeper.Directory()
	r := d.Records()
	at := make(map[string]*reportedLine)
	var order []string
	for _, x := range reports {
		s, ok := d.AnyService(x.Service)
		if !ok {
			continue // retired: nobody is shown it any more
		}
		row := at[x.Service]
		if row == nil {
			ref := refPath(bot.Ref{Kind: bot.KindService, ID: s.ID})
			row = &reportedLine{Name: v.nameOf(s), Path: "/desk/records/" + ref, Country: v.T.Country(s.Country), By: s.AssuredBy}
			if directory.MayChange(v.Who, r, s) {
				row.Edit = "/desk/edit/" + ref
			}
			if !s.Assured.IsZero() {
				row.Assured = v.T.Date(s.Assured)
			}
			at[x.Service] = row
			order = append(order, x.Service)
		}
		row.Reports += x.Reports
		row.Last = v.monthName(x.Month) // months come in their order
		row.Open = x.Month >= assuredMonth(s)
	}
	all := make([]reportedLine, len(order))
	for i, id := range order {
		all[i] = *at[id]
	}
	slices.SortStableFunc(all, func(a, b reportedLine) int {
		if a.Open != b.Open {
			if a.Open {
				return -1
			}
			return 1
		}
		return b.Reports - a.Reports
	})
	return all
}

// assuredMonth returns the month in which an editor last assured a line, "" for
// none. Reports are kept by month, so those of the same month may be older: they
// stay open rather than get lost.
func assuredMonth(s bot.Service) string {
	if s.AssuredBy == "" || s.Assured.Month == 0 {
		return ""
	}
	return s.Assured.String()[:len("2026-11")]
}

func (v *visit) monthName(key string) string {
	if date, err := bot.ParseDate(key); err == nil {
		return v.T.Date(date)
	}
	return key
}

// unansweredGroups returns where questions found no answer, the most first.
func (v *visit) unansweredGroups(tallies []bot.UnansweredTally) []unansweredGroup {
	type place struct {
		group    string
		language bot.Language
		country  bot.Country
	}
	sums := make(map[place]*unansweredGroup)
	for _, x := range tallies {
		p := place{x.Group, x.Language, x.Country}
		row := sums[p]
		if row == nil {
			country := v.T.Say("preview.no_country")
			if x.Country != "" {
				country = v.T.Country(x.Country)
			}
			row = &unansweredGroup{Group: v.T.Say("topic_group." + x.Group), Language: v.T.Tongue(x.Language), Country: country}
			sums[p] = row
		}
		row.Questions += x.Questions
		if x.Month >= v.lately() {
			row.Lately += x.Questions
		}
	}
	var all []unansweredGroup
	for _, row := range sums {
		all = append(all, *row)
	}
	slices.SortFunc(all, func(a, b unansweredGroup) int {
		return cmp.Or(b.Lately-a.Lately, b.Questions-a.Questions, cmp.Compare(a.Group+a.Language+a.Country, b.Group+b.Language+b.Country))
	})
	return all[:min(len(all), shownSignals)]
}

// signalCards are those of the start page: what was counted in this month and
// the last.
func (v *visit) signalCards() ([]card, error) {
	t, err := v.tallies()
	if err != nil {
		return nil, err
	}
	voted, reported, questions := 0, 0, 0
	for _, topic := range v.votedTopics(t.Votes) {
		if topic.Lately > 0 {
			voted++
		}
	}
	for _, line := range v.reportedLines(t.Reports) {
		if line.Open && line.Edit != "" {
			reported++
		}
	}
	for _, x := range t.Unanswered {
		if x.Month >= v.lately() {
			questions += x.Questions
		}
	}
	return []card{
		{"reports", reported, "/desk/signals#reports"}, {"votes", voted, "/desk/signals#votes"}, {"unanswered", questions, "/desk/signals#unanswered"},
	}, nil
}
