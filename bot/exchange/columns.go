package exchange

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"prystan/bot"
	"prystan/bot/hsds"
)

// column is a field of a kind of record as a cell. Its functions take a pointer
// to the record's type.
type column struct {
	name  string // JSON name; of a field inside another, "name.en"
	about string // for the Read me
	dates bool   // a spreadsheet may have made a date of it
	value func(v any) any
	get   func(v any) string
	set   func(v any, cell string) error // a Problem; what a value means is for check
}

// columns returns the columns of a kind after the id.
func columns(k bot.Kind) []column {
	switch k {
	case bot.KindOrganization:
		return []column{
			text("name", "Name", func(o *bot.Organization) *string { return &o.Name }),
			word("website", "Web address", func(o *bot.Organization) *string { return &o.Website }),
		}
	case bot.KindPhone:
		return []column{
			choice("kind", "full (+ and country code) or short (dialled as it stands, inside its country)", "", func(p *bot.Phone) *bot.PhoneKind { return &p.Kind }),
			word("number", "As in +48226280120, or the short code", func(p *bot.Phone) *string { return &p.Number }),
			upper("country", "Of a short code: the country in which it is dialled", func(p *bot.Phone) *bot.Country { return &p.Country }),
		}
	case bot.KindService:
		return serviceColumns()
	case bot.KindProtection:
		return protectionColumns()
	case bot.KindFact:
		return append([]column{text("text", "The statement, in English, for editors", func(f *bot.Fact) *string { return &f.Text })},
			standing(func(f *bot.Fact) *bot.Standing { return &f.Standing })...)
	case bot.KindArticle:
		return []column{
			choice("review", "draft or reviewed", bot.Draft, func(a *bot.Article) *bot.Review { return &a.Review }),
			list("facts", "Ids of facts that it rests on, joined by ;", "; ", func(a *bot.Article) *[]string { return &a.Facts }),
			text("title", "Title, also of the button", func(a *bot.Article) *string { return &a.Title }),
			text("now", "What to do first", func(a *bot.Article) *string { return &a.Now }),
			text("about", "What it is", func(a *bot.Article) *string { return &a.About }),
			text("general", "In place of the country's facts while the country is not known", func(a *bot.Article) *string { return &a.General }),
			text("more", "Details behind a button", func(a *bot.Article) *string { return &a.More }),
		}
	case bot.KindProtectionText:
		return protectionTextColumns()
	case bot.KindServiceText:
		return []column{
			choice("review", "draft or reviewed", bot.Draft, func(t *bot.ServiceText) *bot.Review { return &t.Review }),
			text("text", "What the service is and for whom, in one line", func(t *bot.ServiceText) *string { return &t.Text }),
		}
	}
	return []column{
		list("calm", "How people ask, one question a line", "\n", func(e *bot.ExampleSet) *[]string { return &e.Calm }),
		list("urgent", "How people ask who may be in danger now, one question a line", "\n", func(e *bot.ExampleSet) *[]string { return &e.Urgent }),
	}
}

func serviceColumns() []column {
	type S = bot.Service
	return append([]column{
		upper("country", "Two letters, as in PL", func(s *S) *bot.Country { return &s.Country }),
		word("organization", "Id of the organization that runs it", func(s *S) *string { return &s.Organization }),
		choice("need", "What it is for: "+oneOf(bot.Needs()), "", func(s *S) *bot.Need { return &s.Need }),
		text("name.en", "Name in English", func(s *S) *string { return &s.Name.English }),
		text("name.native", "Name in the language of the country", func(s *S) *string { return &s.Name.Native }),
		text("city", "Of an embassy; never a street address", func(s *S) *string { return &s.City }),
		list("phones", "Ids of its phones joined by ;, the first to be dialled first", "; ", func(s *S) *[]string { return &s.Phones }),
		yesNo("professionals", "yes: for those who help, never shown to people", func(s *S) *bool { return &s.Professionals }),
		yesNo("text_only", "yes: for SMS or a messenger, nobody answers a call", func(s *S) *bool { return &s.TextOnly }),
		schedule(),
		list("languages", "Codes of languages joined by ;, empty: not known", "; ", func(s *S) *[]bot.Language { return &s.Languages }),
		choice("cost", "free, standard (an ordinary call) or unknown", bot.CostUnknown, func(s *S) *bot.Cost { return &s.Cost }),
		word("website", "Web address", func(s *S) *string { return &s.Website }),
		word("email", "E-mail address of the service, never of a person", func(s *S) *string { return &s.Email }),
		word("chat", "Web address of a chat", func(s *S) *string { return &s.Chat }),
		choice("from_abroad", "Can be called from other countries: yes, no or unknown", bot.Unknown, func(s *S) *bot.Tri { return &s.FromAbroad }),
		choice("anonymous", "Can be called without giving a name: yes, no or unknown", bot.Unknown, func(s *S) *bot.Tri { return &s.Anonymous }),
		choice("reports_to_police", "Informs the police: yes, no or unknown", bot.Unknown, func(s *S) *bot.Tri { return &s.ToPolice }),
		text("together", "Services of a country with the same word are shown together or not at all", func(s *S) *string { return &s.Together }),
		number("order", "Place in the lists of its country, lowest first", func(s *S) *int { return &s.Order }),
	}, standing(func(s *S) *bot.Standing { return &s.Standing })...)
}

func protectionColumns() []column {
	type P = bot.Protection
	return append([]column{
		text("authority.en", "Authority, in English", func(p *P) *string { return &p.Authority.English }),
		text("authority.native", "Authority, in the language of the country", func(p *P) *string { return &p.Authority.Native }),
		word("website", "Web address of the authority", func(p *P) *string { return &p.Website }),
		word("phone", "Id of the authority's phone", func(p *P) *string { return &p.Phone }),
		word("register_url", "Official page on how to register", func(p *P) *string { return &p.RegisterURL }),
		date("valid_until", "In the country's rules or on its documents", func(p *P) *bot.Date { return &p.ValidUntil }),
		yesNo("valid_until_unsure", "yes: sources differ, or it depends on the case", func(p *P) *bool { return &p.ValidUntilUnsure }),
		date("eu_until", "Of EU protection as such", func(p *P) *bot.Date { return &p.EUUntil }),
		list("notes", "For editors, one a line", "\n", func(p *P) *[]string { return &p.Notes }),
		updates(),
	}, standing(func(p *P) *bot.Standing { return &p.Standing })...)
}

func protectionTextColumns() []column {
	type T = bot.ProtectionText
	part := func(name string, at func(*T) *string) column {
		return text(name, "Empty: no confirmed rule is known", at)
	}
	return []column{
		choice("review", "draft or reviewed", bot.Draft, func(t *T) *bot.Review { return &t.Review }),
		part("status", func(t *T) *string { return &t.Status }),
		part("authority", func(t *T) *string { return &t.Authority }),
		part("register", func(t *T) *string { return &t.Register }),
		part("document", func(t *T) *string { return &t.Document }),
		part("work", func(t *T) *string { return &t.Work }),
		part("housing", func(t *T) *string { return &t.Housing }),
		part("health", func(t *T) *string { return &t.Health }),
		part("education", func(t *T) *string { return &t.Education }),
		part("benefits", func(t *T) *string { return &t.Benefits }),
		part("travel", func(t *T) *string { return &t.Travel }),
		part("keep", func(t *T) *string { return &t.Keep }),
		part("who", func(t *T) *string { return &t.Who }),
		part("non_ukrainians", func(t *T) *string { return &t.NonUkrainians }),
		part("after", func(t *T) *string { return &t.After }),
		part("family", func(t *T) *string { return &t.Family }),
		part("asylum", func(t *T) *string { return &t.Asylum }),
		part("return", func(t *T) *string { return &t.Return }),
		part("banking", func(t *T) *string { return &t.Banking }),
		part("practical", func(t *T) *string { return &t.Practical }),
	}
}

func standing[T any](at func(*T) *bot.Standing) []column {
	return []column{
		choice("confidence", "high (official or two sources), medium (one secondary or older) or low (never shown)", "", func(v *T) *bot.Confidence { return &at(v).Confidence }),
		date("assured", "When a source or an editor last stood behind it", func(v *T) *bot.Date { return &at(v).Assured }),
		text("assured_by", "The editor who did, empty for a source", func(v *T) *string { return &at(v).AssuredBy }),
		number("review_days", "Days after which it needs a new look; 0: 365", func(v *T) *int { return &at(v).ReviewDays }),
		sources(at),
	}
}

// text is a field that is taken as it stands.
func text[T any, S ~string](name, about string, at func(*T) *S) column {
	return column{
		name: name, about: about,
		value: func(v any) any { return *at(v.(*T)) },
		get:   func(v any) string { return string(*at(v.(*T))) },
		set:   func(v any, cell string) error { *at(v.(*T)) = S(cell); return nil },
	}
}

// word is a field in which white space around means nothing.
func word[T any, S ~string](name, about string, at func(*T) *S) column {
	c := text(name, about, at)
	c.set = func(v any, cell string) error { *at(v.(*T)) = S(strings.TrimSpace(cell)); return nil }
	return c
}

func upper[T any, S ~string](name, about string, at func(*T) *S) column {
	c := text(name, about, at)
	c.set = func(v any, cell string) error { *at(v.(*T)) = S(strings.ToUpper(strings.TrimSpace(cell))); return nil }
	return c
}

// choice is one of some words; an empty cell is otherwise.
func choice[T any, S ~string](name, about string, otherwise S, at func(*T) *S) column {
	c := text(name, about, at)
	c.set = func(v any, cell string) error {
		*at(v.(*T)) = S(strings.ToLower(strings.TrimSpace(cell)))
		if *at(v.(*T)) == "" {
			*at(v.(*T)) = otherwise
		}
		return nil
	}
	return c
}

func yesNo[T any](name, about string, at func(*T) *bool) column {
	return column{
		name: name, about: about,
		value: func(v any) any { return *at(v.(*T)) },
		get: func(v any) string {
			if *at(v.(*T)) {
				return "yes"
			}
			return "no"
		},
		set: func(v any, cell string) error {
			switch strings.ToLower(strings.TrimSpace(cell)) {
			case "yes", "true", "1":
				*at(v.(*T)) = true
			case "no", "false", "0", "":
				*at(v.(*T)) = false
			default:
				return fault(NotYesNo, cell)
			}
			return nil
		},
	}
}

func number[T any](name, about string, at func(*T) *int) column {
	return column{
		name: name, about: about,
		value: func(v any) any { return *at(v.(*T)) },
		get:   func(v any) string { return strconv.Itoa(*at(v.(*T))) },
		set: func(v any, cell string) error {
			cell = strings.TrimSpace(cell)
			if cell == "" {
				*at(v.(*T)) = 0
				return nil
			}
			n, err := strconv.Atoi(cell)
			if err != nil || n < 0 || n > 1_000_000 {
				return fault(NotANumber, cell)
			}
			*at(v.(*T)) = n
			return nil
		},
	}
}

func date[T any](name, about string, at func(*T) *bot.Date) column {
	return column{
		name: name, about: about + ": 2026-11-24, 2026-11 or 2026", dates: true,
		value: func(v any) any { return *at(v.(*T)) },
		get:   func(v any) string { return at(v.(*T)).String() },
		set: func(v any, cell string) error {
			d, err := parseDate(strings.TrimSpace(cell))
			if err != nil {
				return err
			}
			*at(v.(*T)) = d
			return nil
		},
	}
}

var (
	dayFirst = regexp.MustCompile(`^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\.?$`)
	slashes  = regexp.MustCompile(`^\d{1,4}[/-]\d{1,2}[/-]\d{1,4}$`)
)

// parseDate reads a date as bot.ParseDate does, or with dots and the day first.
func parseDate(s string) (bot.Date, error) {
	iso := strings.TrimSuffix(s, " 00:00:00") // a spreadsheet adds the time
	if m := dayFirst.FindStringSubmatch(iso); m != nil {
		iso = m[3] + "-" + ("0" + m[2])[len(m[2])-1:] + "-" + ("0" + m[1])[len(m[1])-1:]
	}
	d, err := bot.ParseDate(iso)
	switch {
	case err == nil:
		return d, nil
	case slashes.MatchString(s):
		return d, fault(AmbiguousDate, s)
	}
	return d, fault(NotADate, s)
}

// list is a list of words joined by "; ", or of texts one a line.
func list[T any, S ~string](name, about, separator string, at func(*T) *[]S) column {
	return column{
		name: name, about: about,
		value: func(v any) any {
			if *at(v.(*T)) == nil {
				return []S{}
			}
			return *at(v.(*T))
		},
		get: func(v any) string {
			var all []string
			for _, s := range *at(v.(*T)) {
				all = append(all, string(s))
			}
			if separator == "\n" {
				return joinLines(all)
			}
			return strings.Join(all, separator)
		},
		set: func(v any, cell string) error {
			split := splitLines
			if separator != "\n" {
				split = splitWords
			}
			all := []S{}
			for _, s := range split(cell) {
				all = append(all, S(s))
			}
			// JSON tells an empty list from none; to an editor they are one.
			if len(all) > 0 || len(*at(v.(*T))) > 0 {
				*at(v.(*T)) = all
			}
			return nil
		},
	}
}

// joinLines writes texts one a line; a line end and a backslash within one are
// written \n and \\.
func joinLines(all []string) string {
	escape := strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	lines := make([]string, len(all))
	for i, s := range all {
		lines[i] = escape.Replace(s)
	}
	return strings.Join(lines, "\n")
}

func splitLines(cell string) []string {
	var all []string
	for line := range strings.SplitSeq(cell, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if strings.TrimSpace(line) != "" {
			all = append(all, strings.NewReplacer(`\\`, `\`, `\n`, "\n").Replace(line))
		}
	}
	return all
}

func splitWords(cell string) []string {
	var all []string
	for _, s := range strings.FieldsFunc(cell, func(r rune) bool { return r == ';' || r == ',' || r == '\n' || r == '\r' }) {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return all
}

func schedule() column {
	return column{
		name: "schedule", about: "24/7, unknown, or as in Mo-Fr 09:00-17:00; Sa 10:00-14:00 (remark)",
		value: func(v any) any { return v.(*bot.Service).Schedule },
		get:   func(v any) string { return v.(*bot.Service).Schedule.String() },
		set: func(v any, cell string) error {
			s := v.(*bot.Service)
			cell = strings.TrimSpace(cell)
			if cell == "" && s.Schedule.String() != "" {
				cell = "unknown"
			}
			parsed, err := bot.ParseSchedule(cell)
			if err != nil {
				return fault(NotASchedule, cell)
			}
			s.Schedule = parsed
			return nil
		},
	}
}

func sources[T any](at func(*T) *bot.Standing) column {
	return column{
		name: "sources", about: "One a line, as in https://example.org/page (2026-11) what it says",
		value: func(v any) any {
			if s := at(v.(*T)).Sources; s != nil {
				return s
			}
			return []bot.Source{}
		},
		get: func(v any) string {
			var all []string
			for _, s := range at(v.(*T)).Sources {
				all = append(all, hsds.SourceLine(s))
			}
			return joinLines(all)
		},
		set: func(v any, cell string) error {
			var all []bot.Source
			for _, line := range splitLines(cell) {
				s, err := hsds.ParseSource(line)
				if err != nil {
					return fault(NotASource, line)
				}
				all = append(all, s)
			}
			at(v.(*T)).Sources = all
			return nil
		},
	}
}

// updates are facts with all that belongs to them: too much for a cell to be
// edited, so they stand there as JSON.
func updates() column {
	return column{
		name: "updates", about: "Newest word of the authorities, one a line as JSON: change it at the desk",
		value: func(v any) any {
			if u := v.(*bot.Protection).Updates; u != nil {
				return u
			}
			return []bot.Fact{}
		},
		get: func(v any) string {
			var lines []string
			for _, u := range v.(*bot.Protection).Updates {
				line, _ := json.Marshal(u) // texts and dates always encode
				lines = append(lines, string(line))
			}
			return strings.Join(lines, "\n")
		},
		set: func(v any, cell string) error {
			var all []bot.Fact
			for line := range strings.Lines(cell) {
				if strings.TrimSpace(line) == "" {
					continue
				}
				var f bot.Fact
				if err := json.Unmarshal([]byte(line), &f); err != nil {
					return fault(NotAnUpdate, strings.TrimSpace(line))
				}
				all = append(all, f)
			}
			v.(*bot.Protection).Updates = all
			return nil
		},
	}
}

func oneOf[S ~string](all []S) string {
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}
