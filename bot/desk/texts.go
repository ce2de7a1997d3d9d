package desk

import (
	"net/http"
	"strings"

	"prystan/bot"
)

func (d *desk) textRoutes() { d.page("GET /desk/texts", (*visit).texts) }

// shownTexts is how many texts a list on the page of texts has at most.
const shownTexts = 50

// textRow is what there is in one language.
type textRow struct {
	Language                      bot.Language
	Name, Path                    string
	Articles, Protections, Lines  int
	Gaps, Drafts, Reviewed, Stale int
	Questions                     int // topics with example questions
	Reading                       readability
}

// textWork is a text that needs somebody.
type textWork struct {
	Name, Path string
	Reading    readability
}

// texts shows what is missing, stale, unread or hard to read in each language,
// and of one language which texts these are.
func (v *visit) texts() error {
	stale, err := v.staleTexts()
	if err != nil {
		return err
	}
	language := known(bot.Language(v.R.URL.Query().Get("language")), bot.Language.Shipped)
	if language == "" {
		language = v.T.Language
	}
	survey := v.surveys.of(v.Keeper.Directory())
	var rows []textRow
	var open textRow
	var gaps, older []bot.Ref
	for _, l := range bot.Languages() {
		row := survey.rows[l]
		row.Language, row.Name, row.Path = l, v.T.Tongue(l), "/desk/texts?language="+string(l)
		missing, old := v.gapsIn(survey, l), staleIn(stale, l)
		row.Gaps, row.Stale = len(missing), len(old)
		rows = append(rows, row)
		if l == language {
			open, gaps, older = row, missing, old
		}
	}
	var hard []textWork
	for _, t := range survey.hardest[language] {
		work := v.textWork(t.ref)
		work.Reading = t.reading
		hard = append(hard, work)
	}
	return v.show(http.StatusOK, "texts", struct {
		Rows                        []textRow
		Row                         textRow // of the language chosen
		Topics, Countries, Services int     // how many texts of each kind there should be
		Limit                       int     // words of a sentence in plain language
		Gaps, Stale, Hard           []textWork
		MoreGaps, MoreStale         int
		Source                      bool // others are translated from this language
	}{
		rows, open, len(bot.Topics()), len(bot.Countries()), survey.lines, longSentence,
		v.firstWork(gaps), v.firstWork(older), hard, max(0, len(gaps)-shownTexts), max(0, len(older)-shownTexts),
		language == bot.English,
	})
}

func (v *visit) textWork(ref bot.Ref) textWork {
	return textWork{Name: v.name(ref), Path: "/desk/edit/" + refPath(ref)}
}

func (v *visit) firstWork(refs []bot.Ref) []textWork {
	var work []textWork
	for _, ref := range refs[:min(len(refs), shownTexts)] {
		work = append(work, v.textWork(ref))
	}
	return work
}

// gapsIn returns the texts missing in a language that the editor may write.
func (v *visit) gapsIn(s *textSurvey, l bot.Language) []bot.Ref {
	var refs []bot.Ref
	for _, g := range s.gaps[l] {
		if v.Who.Reaches(g.scope) {
			refs = append(refs, g.ref)
		}
	}
	return refs
}

func staleIn(stale []staleText, l bot.Language) []bot.Ref {
	var refs []bot.Ref
	for _, s := range stale {
		if languageIn(s.Ref) == l {
			refs = append(refs, s.Ref)
		}
	}
	return refs
}

// languageIn returns the language of a text by its ID.
func languageIn(text bot.Ref) bot.Language {
	_, l, _ := strings.Cut(text.ID, "/")
	return bot.Language(l)
}

// textCards are those of the start page.
func (v *visit) textCards() ([]card, error) {
	stale, err := v.staleTexts()
	if err != nil {
		return nil, err
	}
	survey := v.surveys.of(v.Keeper.Directory())
	gaps, path := 0, "/desk/texts"
	for _, l := range bot.Languages() {
		if n := len(v.gapsIn(survey, l)); n > 0 {
			if gaps == 0 {
				path = "/desk/texts?language=" + string(l) + "#gaps"
			}
			gaps += n
		}
	}
	return []card{{"stale", len(stale), stalePath(stale)}, {"gaps", gaps, path}}, nil
}

// stalePath returns the page of texts in the language of the first stale one.
func stalePath(stale []staleText) string {
	if len(stale) == 0 {
		return "/desk/texts"
	}
	return "/desk/texts?language=" + string(languageIn(stale[0].Ref)) + "#stale"
}
