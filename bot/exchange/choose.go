package exchange

import (
	"io"

	"prystan/bot"
)

// About returns the records that are about a country: its services, its
// protection and their texts, the organizations and numbers that they name, and
// its short codes. What is about no country is not among them.
func About(r bot.Records, c bot.Country) bot.Records {
	organizations, phones, services := make(map[string]bool), make(map[string]bool), make(map[string]bool)
	for i := range r.Services {
		s := &r.Services[i]
		if s.Country != c {
			continue
		}
		services[s.ID], organizations[s.Organization] = true, true
		for _, id := range s.Phones {
			phones[id] = true
		}
	}
	for i := range r.Protections {
		if p := &r.Protections[i]; p.Country == c {
			phones[p.Phone] = true
		}
	}
	return bot.Records{
		Organizations:   those(r.Organizations, func(o bot.Organization) bool { return organizations[o.ID] }),
		Phones:          those(r.Phones, func(p bot.Phone) bool { return phones[p.ID] || p.Country == c }),
		Services:        those(r.Services, func(s bot.Service) bool { return s.Country == c }),
		Protections:     those(r.Protections, func(p bot.Protection) bool { return p.Country == c }),
		ProtectionTexts: those(r.ProtectionTexts, func(t bot.ProtectionText) bool { return t.Country == c }),
		ServiceTexts:    those(r.ServiceTexts, func(t bot.ServiceText) bool { return services[t.Service] }),
	}
}

func those[T any](all []T, want func(T) bool) []T {
	var some []T
	for _, v := range all {
		if want(v) {
			some = append(some, v)
		}
	}
	return some
}

// Only returns the records of one kind.
func Only(r bot.Records, k bot.Kind) bot.Records {
	switch k {
	case bot.KindOrganization:
		return bot.Records{Organizations: r.Organizations}
	case bot.KindPhone:
		return bot.Records{Phones: r.Phones}
	case bot.KindService:
		return bot.Records{Services: r.Services}
	case bot.KindProtection:
		return bot.Records{Protections: r.Protections}
	case bot.KindFact:
		return bot.Records{Facts: r.Facts}
	case bot.KindArticle:
		return bot.Records{Articles: r.Articles}
	case bot.KindProtectionText:
		return bot.Records{ProtectionTexts: r.ProtectionTexts}
	case bot.KindServiceText:
		return bot.Records{ServiceTexts: r.ServiceTexts}
	}
	return bot.Records{Examples: r.Examples}
}

// WriteChosen writes the records of one kind, or of all where k is "". HSDS
// holds services with what belongs to them, or nothing: it takes no kind.
func WriteChosen(w io.Writer, f Format, k bot.Kind, r bot.Records) error {
	switch {
	case k == "", f == HSDS:
		return Write(w, f, r)
	case f == CSV:
		return WriteCSV(w, k, r)
	}
	return Write(w, f, Only(r, k))
}
