package desk

import (
	"net/http"
	"slices"

	"prystan/bot"
	"prystan/bot/directory"
	"prystan/bot/linkcheck"
)

func (d *desk) linkRoutes() { d.page("GET /desk/links", (*visit).links) }

// linksPage is how many links one page shows.
const linksPage = 50

// brokenLink is a page that does not answer, and the records that name it.
type brokenLink struct {
	URL, Since, Checked, Answer string
	Uses                        []linkUse
}

// linkUse is a record that names a page.
type linkUse struct {
	Name, Path, Edit string
}

// links lists the pages that no longer answer, those that have failed longest
// first.
func (v *visit) links() error {
	failing, err := v.failingLinks()
	if err != nil {
		return err
	}
	checked, last, err := v.Store.PagesChecked(v.R.Context())
	if err != nil {
		return err
	}
	page := paged(v.R, len(failing), linksPage)
	var rows []brokenLink
	for _, f := range failing[page.from:page.to] {
		rows = append(rows, v.brokenLink(f))
	}
	return v.show(http.StatusOK, "links", struct {
		Rows    []brokenLink
		Total   int
		Checked int
		Last    string
		Pages   pager
	}{rows, len(failing), checked, v.when(last), page})
}

// failingLink is a page that does not answer with the records that name it and
// that the editor may change.
type failingLink struct {
	page linkcheck.Page
	uses []any
}

func (v *visit) failingLinks() ([]failingLink, error) {
	pages, err := v.Store.FailingPages(v.R.Context())
	if err != nil || len(pages) == 0 {
		return nil, err
	}
	at := make(map[string]int, len(pages))
	all := make([]failingLink, len(pages))
	for i, p := range pages {
		at[p.URL], all[i].page = i, p
	}
	r := v.Keeper.Directory().Records()
	scopes := directory.NewScopes(r)
	for _, kind := range []bot.Kind{bot.KindOrganization, bot.KindService, bot.KindProtection, bot.KindFact} {
		for _, value := range r.Of(kind) {
			for _, address := range bot.Links(value) {
				if i, ok := at[address]; ok && scopes.Reaches(v.Who, value) {
					all[i].uses = append(all[i].uses, value)
				}
			}
		}
	}
	return slices.DeleteFunc(all, func(f failingLink) bool { return len(f.uses) == 0 }), nil
}

func (v *visit) brokenLink(f failingLink) brokenLink {
	b := brokenLink{
		URL: f.page.URL, Since: v.T.Date(bot.DateOf(f.page.Failing)), Checked: v.T.Date(bot.DateOf(f.page.Checked)),
		Answer: v.T.Say("links.silent"),
	}
	if f.page.Status != 0 {
		b.Answer = v.T.Say("links.status", "Status", f.page.Status)
	}
	for _, value := range f.uses {
		ref, _ := bot.RefOf(value)
		b.Uses = append(b.Uses, linkUse{v.nameOf(value), "/desk/records/" + refPath(ref), "/desk/edit/" + refPath(ref)})
	}
	return b
}

// linkCards are those of the start page.
func (v *visit) linkCards() ([]card, error) {
	failing, err := v.failingLinks()
	return []card{{"links", len(failing), "/desk/links"}}, err
}
