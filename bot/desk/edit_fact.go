package desk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"prystan/bot"
	"prystan/bot/phone"
)

// protectionForm is the form of what a country's protection is called and until
// when it runs.
func (f *form) protectionForm(p bot.Protection) {
	f.main.make = func() any { return p }
	number := f.numbers("phone", 1, &p.Country, without([]string{p.Phone}, ""), func(ids []string) { p.Phone = firstOf(ids) })
	f.sections = []*section{
		{Inputs: []*input{
			f.line("authority_en", &p.Authority.English),
			f.line("authority_native", &p.Authority.Native),
			f.address("website", &p.Website),
			f.address("register_url", &p.RegisterURL),
		}},
		number,
		{Inputs: []*input{
			f.date("valid_until", &p.ValidUntil),
			f.box("valid_until_unsure", &p.ValidUntilUnsure),
			f.date("eu_until", &p.EUUntil),
		}},
		f.notes(&p.Notes),
		f.updates(&p),
	}
	f.sections = append(f.sections, f.standing(&p.Standing)...)
}

// factForm is the form of a Europe-wide fact.
func (f *form) factForm(x bot.Fact) {
	f.main.make = func() any {
		x.ID = f.main.ref.ID
		return x
	}
	f.called = func() string { return slug(x.Text, 6) }
	text := f.text("text", &x.Text, required)
	text.Required = true
	f.sections = append([]*section{{Inputs: []*input{text}}}, f.standing(&x.Standing)...)
}

// address is an input of a web address.
func (f *form) address(name string, of *string) *input {
	in := f.line(name, of)
	in.Type, in.take = "url", takeInto(of, maxAddress, []func(string) error{webAddress})
	return in
}

// notes is a list of remarks.
func (f *form) notes(of *[]string) *section {
	was := *of
	name := func(i int) string { return fmt.Sprintf("note_%d", i) }
	written := make([]string, f.rows(len(was), name))
	copy(written, was)
	s := &section{Title: f.label("notes"), Hint: f.T.Say("edit.hint.notes")}
	for i := range written {
		in := f.text(name(i), &written[i])
		in.Label = f.T.Say("edit.note", "Number", i+1)
		s.Inputs = append(s.Inputs, in)
	}
	s.take = func() {
		if f.anyChanged(s) {
			*of = without(written, "")
		}
	}
	return s
}

func without(all []string, what string) []string {
	var kept []string
	for _, s := range all {
		if s != what {
			kept = append(kept, s)
		}
	}
	return kept
}

// anyChanged reports whether any input of a section was.
func (f *form) anyChanged(s *section) bool {
	return slices.ContainsFunc(s.Inputs, f.changed) ||
		slices.ContainsFunc(s.Rows, func(row inputRow) bool { return slices.ContainsFunc(row.Inputs, f.changed) })
}

// updates is the newest word of the authorities: statements of their own, each
// with its sources.
func (f *form) updates(p *bot.Protection) *section {
	was := p.Updates
	name := func(i int) string { return fmt.Sprintf("update_%d_text", i) }
	written := make([]bot.Fact, f.rows(len(was), name))
	copy(written, was)
	s := &section{Title: f.label("updates"), Hint: f.T.Say("edit.hint.updates")}
	var sources []*section
	for i := range written {
		u := &written[i]
		if i >= len(was) {
			u.Confidence = bot.Medium
		}
		prefix := fmt.Sprintf("update_%d_", i)
		text := f.text(name(i), &u.Text)
		text.Label = f.label("text")
		level := choice(f, prefix+"confidence", &u.Confidence, sayOptions(f, "confidence", bot.High, bot.Medium, bot.Low))
		level.Label = f.label("confidence")
		assured := f.date(prefix+"assured", &u.Assured, f.notAhead)
		assured.Label = f.label("assured")
		of := f.sourceRows(prefix+"source_", &u.Sources)
		sources = append(sources, of)
		row := inputRow{Title: f.T.Say("edit.update", "Number", i+1), Inputs: []*input{text, level, assured}}
		for _, r := range of.Rows {
			row.Inputs = append(row.Inputs, r.Inputs...)
		}
		s.Rows = append(s.Rows, row)
	}
	s.take = func() {
		if !f.anyChanged(s) {
			return
		}
		var kept []bot.Fact
		for i := range written {
			sources[i].take()
			u := written[i]
			switch {
			case u.Text == "" && i >= len(was) && len(u.Sources) > 0:
				f.refuse(name(i), wrong("required"))
				continue
			case u.Text == "":
				continue // taken out
			case u.Confidence != bot.Low && !u.Shown():
				f.refuse(fmt.Sprintf("update_%d_source_0_url", i), wrong("no_source"))
				continue
			}
			if u.ID == "" {
				u.ID = freeUpdateID(p.Country, slices.Concat(kept, was))
			}
			kept = append(kept, u)
		}
		p.Updates = kept
	}
	return s
}

func freeUpdateID(c bot.Country, taken []bot.Fact) string {
	for n := 1; ; n++ {
		id := fmt.Sprintf("%s-update-%d", strings.ToLower(string(c)), n)
		if !slices.ContainsFunc(taken, func(u bot.Fact) bool { return u.ID == id }) {
			return id
		}
	}
}

// sourceRows are the inputs of a list of sources.
func (f *form) sourceRows(prefix string, of *[]bot.Source) *section {
	was := *of
	name := func(i int) string { return prefix + strconv.Itoa(i) + "_url" }
	written := make([]bot.Source, f.rows(len(was), name))
	copy(written, was)
	s := &section{Title: f.label("sources"), Hint: f.T.Say("edit.hint.sources")}
	for i := range written {
		at := prefix + strconv.Itoa(i)
		url := f.address(at+"_url", &written[i].URL)
		seen := f.date(at+"_seen", &written[i].Seen, f.notAhead)
		says := f.text(at+"_says", &written[i].Says)
		url.Label, seen.Label, says.Label = f.T.Say("edit.source_url"), f.T.Say("edit.source_seen"), f.T.Say("edit.source_says")
		s.Rows = append(s.Rows, inputRow{Title: f.T.Say("edit.source", "Number", i+1), Inputs: []*input{url, seen, says}})
	}
	s.take = func() {
		if !f.anyChanged(s) {
			return
		}
		var kept []bot.Source
		for i, source := range written {
			switch {
			case source.URL != "":
				kept = append(kept, source)
			case i >= len(was) && (source.Says != "" || !source.Seen.IsZero()):
				f.refuse(name(i), wrong("required"))
			}
		}
		*of = kept
	}
	return s
}

// standing is who says so, how sure it is and when it was last assured.
func (f *form) standing(of *bot.Standing) []*section {
	was := *of
	sources := f.sourceRows("source_", &of.Sources)
	assured := f.date("assured", &of.Assured, f.notAhead)
	assured.Hint = f.T.Say("edit.hint.assured")
	if of.AssuredBy != "" {
		assured.Under = f.T.Say("edit.assured_by", "Name", of.AssuredBy)
	}
	days := ""
	if of.ReviewDays != 0 {
		days = strconv.Itoa(of.ReviewDays)
	}
	review := f.line("review_days", &days, func(s string) error {
		if s == "" {
			of.ReviewDays = 0
			return nil
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > maxReviewDays {
			return wrong("days", "Most", maxReviewDays)
		}
		of.ReviewDays = n
		return nil
	})
	review.Short, review.Hint = true, f.T.Say("edit.hint.review_days", "Days", bot.DefaultReviewDays)
	level := choice(f, "confidence", &of.Confidence, sayOptions(f, "confidence", bot.High, bot.Medium, bot.Low))
	level.Hint = f.T.Say("edit.hint.confidence")
	s := &section{Title: f.T.Say("edit.section.standing"), Inputs: []*input{level, assured, review}}
	s.take = func() {
		if of.Assured != was.Assured {
			of.AssuredBy = "" // a day that is written here is that of a source
			if f.checked() {
				f.refuse(assured.Name, wrong("assured_twice"))
			}
		}
		if of.Confidence != bot.Low && !of.Shown() && !f.checked() {
			f.refuse("source_0_url", wrong("no_source"))
		}
	}
	return []*section{sources, s}
}

// maxReviewDays is the longest time after which a fact is looked at again.
const maxReviewDays = 1825

// dialled says how a number is dialled in a country and from abroad.
func (f *form) dialled(p bot.Phone, c bot.Country) string {
	where := c
	if p.Kind == bot.ShortCode {
		where = p.Country
	}
	abroad := phone.FromAbroad(p)
	switch {
	case !where.Known():
		return f.T.Say("edit.dialled_abroad", "Abroad", abroad)
	case abroad == "":
		return f.T.Say("edit.dialled_here", "Country", f.T.Country(where), "Number", phone.Dialled(p, where))
	}
	return f.T.Say("edit.dialled", "Country", f.T.Country(where), "Number", phone.Dialled(p, where), "Abroad", abroad)
}
