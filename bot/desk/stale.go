package desk

import (
	"strings"

	"prystan/bot"
	"prystan/bot/directory"
)

// staleText is a text that was translated from another, which changed since.
type staleText struct {
	Ref    bot.Ref
	Source bot.Ref // what it was translated from
}

// staleTexts returns the texts in the editor's reach whose English source has
// other words since they were last touched, in the order of the directory. What
// is as it was shipped is never stale.
func (v *visit) staleTexts() ([]staleText, error) {
	touched, err := v.Store.TextChanges(v.R.Context())
	if err != nil || len(touched) == 0 {
		return nil, err
	}
	var stale []staleText
	r := v.Keeper.Directory().Records()
	scopes := directory.NewScopes(r)
	for _, kind := range []bot.Kind{bot.KindArticle, bot.KindProtectionText, bot.KindServiceText} {
		for _, value := range r.Of(kind) {
			ref, _ := bot.RefOf(value)
			source := sourceOf(ref)
			if source != ref && touched[source].Words > touched[ref].Any && scopes.Reaches(v.Who, value) {
				stale = append(stale, staleText{ref, source})
			}
		}
	}
	return stale, nil
}

// sourceOf returns the English text that a text is translated from; that of an
// English one is itself.
func sourceOf(text bot.Ref) bot.Ref { return inLanguage(text, bot.English) }

// inLanguage returns the same text in another language.
func inLanguage(text bot.Ref, l bot.Language) bot.Ref {
	what, _, _ := strings.Cut(text.ID, "/")
	return bot.Ref{Kind: text.Kind, ID: what + "/" + string(l)}
}
