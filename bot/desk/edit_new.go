package desk

import (
	"fmt"
	"net/http"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"prystan/bot"
	"prystan/bot/directory"
)

// choose asks which record of a kind is meant of which there is one for each
// topic, country or helpline, and language, and leads to its form.
func (v *visit) choose(kind bot.Kind) error {
	q := v.R.URL.Query()
	if v.R.Method != http.MethodGet {
		return directory.ErrUnknown
	}
	what, language := q.Get("what"), q.Get("language")
	var whats, languages []option
	switch kind {
	case bot.KindProtection, bot.KindProtectionText:
		whats = v.countryOptions()
	case bot.KindServiceText:
		r := v.Keeper.Directory().Records()
		for _, s := range r.Services {
			if directory.MayChange(v.Who, r, s) {
				whats = append(whats, option{Value: s.ID, Label: v.T.Country(s.Country) + ": " + v.nameOf(s)})
			}
		}
	default:
		for _, t := range bot.Topics() {
			whats = append(whats, option{Value: string(t), Label: v.topic(t)})
		}
	}
	switch kind {
	case bot.KindProtection:
	case bot.KindExamples:
		languages = v.languageOptions()
	default:
		for _, l := range bot.Languages() {
			languages = append(languages, option{Value: string(l), Label: v.T.Tongue(l)})
		}
	}
	if what != "" && (language != "" || languages == nil) {
		ref := bot.Ref{Kind: kind, ID: what}
		if languages != nil {
			ref.ID += "/" + language
		}
		return v.redirect("/desk/edit/"+refPath(ref), "")
	}
	name := v.T.Say("kind." + string(kind))
	return v.showTitled(http.StatusOK, "choose", v.T.Say("edit.new", "Kind", name), struct {
		Path, Kind       string
		Whats, Languages []option
	}{"/desk/new/" + string(kind), name, whats, languages})
}

// identify gives a new record its ID. A number that was retired comes back as the
// record that it was.
func (f *form) identify() error {
	if f.ref.ID != "" {
		return nil
	}
	id := f.called()
	if f.ref.Kind == bot.KindPhone {
		stored, err := f.Store.Stored(f.R.Context(), bot.Ref{Kind: bot.KindPhone, ID: id})
		if err != nil {
			return err
		}
		if stored.Retired {
			f.main.ref.ID, f.main.base, f.main.stored = id, stored.Revision, stored
			return nil
		}
	}
	id, err := f.freeID(f.ref.Kind, id)
	f.main.ref.ID = id
	return err
}

// freeID returns an ID that no record has, retired ones included, and that no
// waiting proposal would give to one.
func (f *form) freeID(kind bot.Kind, id string) (string, error) {
	for n := 1; ; n++ {
		ref := bot.Ref{Kind: kind, ID: id}
		if n > 1 {
			ref.ID = fmt.Sprintf("%s-%d", id, n)
		}
		stored, err := f.Store.Stored(f.R.Context(), ref)
		if err != nil {
			return "", err
		}
		waiting, err := f.Store.ProposalsOn(f.R.Context(), ref)
		if err != nil {
			return "", err
		}
		if stored.Revision == 0 && len(waiting) == 0 {
			return ref.ID, nil
		}
	}
}

// slug writes the first words of a name in the letters of an ID.
func slug(name string, words int) string {
	var parts []string
	var b strings.Builder
	end := func() {
		if b.Len() > 0 {
			parts = append(parts, b.String())
			b.Reset()
		}
	}
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == 'ł':
			b.WriteByte('l')
		case r == 'ß':
			b.WriteString("ss")
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’':
		default:
			end()
		}
	}
	end()
	return strings.Join(parts[:min(len(parts), words)], "-")
}
