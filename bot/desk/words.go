package desk

import (
	"strings"

	"prystan/bot"
	"prystan/bot/phone"
	"prystan/locales"
)

// names returns the directory that records are named from.
func (v *visit) names() *bot.Directory {
	if v.among != nil {
		return v.among
	}
	return v.Keeper.Directory()
}

// name returns what a record is called or, where there is none, its kind and ID.
func (v *visit) name(ref bot.Ref) string {
	d := v.names()
	what, language, _ := strings.Cut(ref.ID, "/")
	tongue := " (" + v.T.Tongue(bot.Language(language)) + ")"
	switch ref.Kind {
	case bot.KindOrganization:
		if o, ok := d.Organization(ref.ID); ok {
			return v.nameOf(o)
		}
	case bot.KindPhone:
		if p, ok := d.Phone(ref.ID); ok {
			return v.nameOf(p)
		}
	case bot.KindService:
		if s, ok := d.AnyService(ref.ID); ok {
			return v.nameOf(s)
		}
	case bot.KindProtection:
		return v.T.Say("kind.protection") + ": " + v.T.Country(bot.Country(ref.ID))
	case bot.KindProtectionText:
		return v.T.Say("kind.protection_text") + ": " + v.T.Country(bot.Country(what)) + tongue
	case bot.KindArticle, bot.KindExamples:
		return v.T.Say("kind."+string(ref.Kind)) + ": " + v.topic(bot.Topic(what)) + tongue
	case bot.KindServiceText:
		if s, ok := d.AnyService(what); ok {
			return v.nameOf(s) + tongue
		}
	}
	return v.T.Say("kind."+string(ref.Kind)) + ": " + ref.ID
}

// nameOf returns what a record is called.
func (v *visit) nameOf(value any) string {
	switch x := value.(type) {
	case bot.Organization:
		return x.Name
	case bot.Phone:
		return phone.Dialled(x, x.Country)
	case bot.Service:
		return x.Name.Both()
	case bot.Fact:
		return x.Text
	}
	ref, _ := bot.RefOf(value)
	return v.name(ref)
}

// topic returns the title of a topic in the language of the desk.
func (v *visit) topic(t bot.Topic) string {
	if a, ok := v.Keeper.Directory().Article(t, v.T.Language); ok {
		return a.Title
	}
	return string(t)
}

// glance returns the values of a fact that an editor compares with its source.
func (v *visit) glance(value any) []string {
	var all []string
	d := v.Keeper.Directory()
	switch x := value.(type) {
	case bot.Service:
		for _, p := range d.Phones(x) {
			all = append(all, phone.Dialled(p, x.Country))
		}
		if x.Schedule.Known() {
			all = append(all, v.T.Hours(x.Schedule))
		}
		if x.Website != "" {
			all = append(all, x.Website)
		}
	case bot.Protection:
		all = append(all, x.Authority.English)
		if !x.ValidUntil.IsZero() {
			all = append(all, v.T.Date(x.ValidUntil))
		}
	}
	return all
}

// change is a field in which two versions of a record differ, in words.
type change struct{ Label, Before, After string }

// changes returns in which fields two bodies of a record differ.
func (v *visit) changes(ref bot.Ref, before, after string) []change {
	var all []change
	for _, diff := range bot.Differences(before, after) {
		all = append(all, change{v.label(diff.Field), v.value(diff.Field, diff.Before), v.value(diff.Field, diff.After)})
	}
	return all
}

// label returns the name of a field.
func (v *visit) label(field string) string {
	if key := "field." + strings.ReplaceAll(field, ".", "_"); v.T.Has(key) {
		return v.T.Say(key)
	}
	return field
}

// value writes the value of a field for a person: a code becomes a word.
func (v *visit) value(field, raw string) string {
	if raw == "" {
		return ""
	}
	switch field {
	case "country":
		return v.T.Country(bot.Country(raw))
	case "need":
		return v.T.Printer.Say(locales.NeedMessage(bot.Need(raw)))
	case "language":
		return v.T.Tongue(bot.Language(raw))
	case "topic":
		return v.topic(bot.Topic(raw))
	case "languages":
		lines := strings.Split(raw, "\n")
		for i, l := range lines {
			lines[i] = v.T.Tongue(bot.Language(l))
		}
		return strings.Join(lines, ", ")
	case "sources":
		return sourceParts.Replace(raw)
	case "phones":
		return v.refs(bot.KindPhone, raw)
	case "phone":
		return v.name(bot.Ref{Kind: bot.KindPhone, ID: raw})
	case "organization":
		return v.name(bot.Ref{Kind: bot.KindOrganization, ID: raw})
	case "schedule":
		if s, err := bot.ParseSchedule(raw); err == nil && s.Known() && s.Remark == "" {
			return v.T.Hours(s)
		}
		return raw
	case "assured", "valid_until", "eu_until":
		if date, err := bot.ParseDate(raw); err == nil {
			return v.T.Date(date)
		}
	}
	if key := field + "." + raw; v.T.Has(key) {
		return v.T.Say(key)
	}
	if key := "answer." + raw; v.T.Has(key) {
		return v.T.Say(key)
	}
	return raw
}

// sourceParts takes the names of fields out of a source.
var sourceParts = strings.NewReplacer("url: ", "", "; seen: ", " · ", "; says: ", " · ")

func (v *visit) refs(kind bot.Kind, raw string) string {
	lines := strings.Split(raw, "\n")
	for i, id := range lines {
		lines[i] = v.name(bot.Ref{Kind: kind, ID: id})
	}
	return strings.Join(lines, "\n")
}
