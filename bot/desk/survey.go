package desk

import (
	"cmp"
	"slices"
	"sync"

	"prystan/bot"
	"prystan/bot/directory"
)

// textSurvey is what there is of texts in a directory, by language.
type textSurvey struct {
	over    *bot.Directory
	lines   int // services that need a line of text
	rows    map[bot.Language]textRow
	gaps    map[bot.Language][]textGap
	hardest map[bot.Language][]writtenText // with long sentences, the most first
}

// textGap is a text that nobody wrote, and whom it concerns.
type textGap struct {
	ref   bot.Ref
	scope bot.Scope
}

// writtenText is a text that people read.
type writtenText struct {
	ref     bot.Ref
	reading readability
}

// surveys remembers the survey of what is public: it takes longer than a page
// may, and changes only when something is published. The zero value is ready to
// use.
type surveys struct {
	mu       sync.Mutex
	last     *textSurvey
	readings map[string]readability // of texts
}

// maxReadings bounds how many texts are remembered; a directory of 20,000 lines
// has no more.
const maxReadings = 300_000

// of returns the survey of a directory.
func (s *surveys) of(d *bot.Directory) *textSurvey {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil || s.last.over != d {
		if s.readings == nil || len(s.readings) > maxReadings {
			s.readings = make(map[string]readability)
		}
		s.last = &textSurvey{
			over: d, rows: make(map[bot.Language]textRow),
			gaps: make(map[bot.Language][]textGap), hardest: make(map[bot.Language][]writtenText),
		}
		s.last.missing()
		s.written()
	}
	return s.last
}

// missing finds the gaps, and counts the texts that should be there and are.
func (t *textSurvey) missing() {
	d := t.over
	r := d.Records()
	lined := make(map[string]bot.Scope)
	var order []string
	for _, c := range bot.Countries() {
		for _, s := range d.Services(c) {
			if s.Need != bot.NeedEmergency {
				lined[s.ID] = directory.ScopeOf(r, s)
				order = append(order, s.ID)
			}
		}
	}
	t.lines = len(order)
	for _, l := range bot.Languages() {
		row := t.rows[l]
		for _, topic := range bot.Topics() {
			if _, ok := d.Article(topic, l); ok {
				row.Articles++
			} else {
				t.gap(l, bot.KindArticle, string(topic), bot.Scope{})
			}
		}
		for _, c := range bot.Countries() {
			if _, ok := d.ProtectionText(c, l); ok {
				row.Protections++
			} else {
				t.gap(l, bot.KindProtectionText, string(c), bot.Scope{Countries: []bot.Country{c}})
			}
		}
		for _, id := range order {
			if d.ServiceText(id, l) != "" {
				row.Lines++
			} else {
				t.gap(l, bot.KindServiceText, id, lined[id])
			}
		}
		t.rows[l] = row
	}
	for _, set := range r.ExampleSets() {
		if row, ok := t.rows[set.Language]; ok {
			row.Questions++
			t.rows[set.Language] = row
		}
	}
}

func (t *textSurvey) gap(l bot.Language, k bot.Kind, what string, scope bot.Scope) {
	t.gaps[l] = append(t.gaps[l], textGap{bot.Ref{Kind: k, ID: what + "/" + string(l)}, scope})
}

// written measures every text.
func (s *surveys) written() {
	r := s.last.over.Records()
	for i := range r.Articles {
		a := &r.Articles[i]
		s.add(a.Language, a.Review, bot.KindArticle, string(a.Topic), a.Now, a.About, a.General, a.More)
	}
	for i := range r.ProtectionTexts {
		p := &r.ProtectionTexts[i]
		var parts []string
		for _, part := range p.Parts() {
			parts = append(parts, part)
		}
		s.add(p.Language, p.Review, bot.KindProtectionText, string(p.Country), parts...)
	}
	for i := range r.ServiceTexts {
		x := &r.ServiceTexts[i]
		s.add(x.Language, x.Review, bot.KindServiceText, x.Service, x.Text)
	}
	for l, hard := range s.last.hardest {
		slices.SortFunc(hard, func(a, b writtenText) int {
			return cmp.Or(b.reading.Long-a.reading.Long, b.reading.Longest-a.reading.Longest, cmp.Compare(a.ref.ID, b.ref.ID))
		})
		s.last.hardest[l] = slices.Clip(hard[:min(len(hard), shownTexts)])
	}
}

func (s *surveys) add(l bot.Language, review bot.Review, k bot.Kind, what string, parts ...string) {
	row, ok := s.last.rows[l]
	if !ok {
		return
	}
	if review == bot.Reviewed {
		row.Reviewed++
	} else {
		row.Drafts++
	}
	var whole readability
	for _, part := range parts {
		reading, ok := s.readings[part]
		if !ok {
			reading = readabilityOf(part)
			s.readings[part] = reading
		}
		whole = whole.plus(reading)
	}
	row.Reading = row.Reading.plus(whole)
	s.last.rows[l] = row
	if whole.Long > 0 {
		s.last.hardest[l] = append(s.last.hardest[l], writtenText{bot.Ref{Kind: k, ID: what + "/" + string(l)}, whole})
	}
}
