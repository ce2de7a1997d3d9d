package desk

import (
	"slices"
	"strings"
	"unicode/utf8"

	"prystan/bot"
)

// besideOf returns the language in which a text stands beside one that is being
// written: the source, or a translation beside the source.
func besideOf(l bot.Language) bot.Language {
	if l == bot.English {
		return bot.Ukrainian
	}
	return bot.English
}

// tongued marks an input as one for a text in a language: with a figure of how
// easily it is read, and the same text in another language beside it.
func (f *form) tongued(in *input, l bot.Language, beside string) *input {
	in.Language, in.Measured = l, true
	in.Beside, in.BesideIn = beside, besideOf(l)
	return in
}

// review says whether somebody who answers for a text has read it.
func (f *form) review(of *bot.Review) *input {
	in := choice(f, "review", of, sayOptions(f, "review", bot.Draft, bot.Reviewed))
	in.Hint = f.T.Say("edit.hint.review")
	return in
}

// articleForm is the form of the text on one topic in one language.
func (f *form) articleForm(a bot.Article) {
	f.main.make = func() any { return a }
	l := a.Language
	other, _ := f.Keeper.Directory().Article(a.Topic, besideOf(l))
	title, now := f.line("title", &a.Title, required, articlePlaceholders), f.text("now", &a.Now, required, articlePlaceholders)
	title.Required, now.Required = true, true
	rest := func(name string, of *string, beside string) *input {
		return f.tongued(f.text(name, of, articlePlaceholders), l, beside)
	}
	f.sections = []*section{
		{Hint: f.T.Say("edit.hint.article", "Emergency", "{{.Emergency}}", "EUUntil", "{{.EUUntil}}"), Inputs: []*input{
			f.tongued(title, l, other.Title),
			f.tongued(now, l, other.Now),
			rest("about", &a.About, other.About),
			rest("general", &a.General, other.General),
			rest("more", &a.More, other.More),
		}, take: func() {
			if a.Title == "" {
				f.refuse("title", wrong("required"))
			}
			if a.Now == "" {
				f.refuse("now", wrong("required"))
			}
		}},
		{Inputs: []*input{f.restsOn(&a.Facts), f.review(&a.Review)}},
	}
}

// articlePlaceholders refuses placeholders that an article can't have.
func articlePlaceholders(s string) error { return noPlaceholders(bot.Fill(s, "", "")) }

// noPlaceholders refuses any.
func noPlaceholders(s string) error {
	if strings.Contains(s, "{{") || strings.Contains(s, "}}") {
		return wrong("placeholder")
	}
	return nil
}

// restsOn is the facts that a text rests on, by ID, one a line.
func (f *form) restsOn(of *[]string) *input {
	ids := strings.Join(*of, "\n")
	in := f.text("facts", &ids, func(s string) error {
		all := f.Keeper.Directory().Records().Facts
		now := []string{}
		for id := range strings.FieldsSeq(s) {
			if !slices.ContainsFunc(all, func(x bot.Fact) bool { return x.ID == id }) {
				return wrong("fact", "Text", id)
			}
			if !slices.Contains(now, id) {
				now = append(now, id)
			}
		}
		*of = now
		return nil
	})
	in.Hint = f.T.Say("edit.hint.facts")
	return in
}

// protectionTextForm is the form of what a country's protection means, in one
// language.
func (f *form) protectionTextForm(p bot.ProtectionText) {
	f.main.make = func() any { return p }
	other, _ := f.Keeper.Directory().ProtectionText(p.Country, besideOf(p.Language))
	beside := other.Parts()
	s := &section{Hint: f.T.Say("edit.hint.protection_text")}
	for _, part := range []struct {
		name string
		of   *string
	}{
		{"status", &p.Status}, {"authority", &p.Authority}, {"register", &p.Register}, {"document", &p.Document},
		{"work", &p.Work}, {"housing", &p.Housing}, {"health", &p.Health}, {"education", &p.Education},
		{"benefits", &p.Benefits}, {"travel", &p.Travel}, {"keep", &p.Keep}, {"who", &p.Who},
		{"non_ukrainians", &p.NonUkrainians}, {"after", &p.After}, {"family", &p.Family}, {"asylum", &p.Asylum},
		{"return", &p.Return}, {"banking", &p.Banking}, {"practical", &p.Practical},
	} {
		s.Inputs = append(s.Inputs, f.tongued(f.text(part.name, part.of, noPlaceholders), p.Language, beside[part.name]))
	}
	s.take = func() {
		if len(p.Parts()) == 0 {
			f.refuse("status", wrong("required"))
		}
	}
	f.sections = []*section{s, {Inputs: []*input{f.review(&p.Review)}}}
}

// serviceTextForm is the form of the line on a helpline in one language.
func (f *form) serviceTextForm(t bot.ServiceText) {
	f.main.make = func() any { return t }
	text := f.tongued(f.text("text", &t.Text, required, noPlaceholders), t.Language, f.Keeper.Directory().ServiceText(t.Service, besideOf(t.Language)))
	text.Required, text.Hint = true, f.T.Say("edit.hint.service_text")
	f.sections = []*section{{Inputs: []*input{text, f.review(&t.Review)}, take: func() {
		if t.Text == "" {
			f.refuse("text", wrong("required"))
		}
	}}}
}

// examplesForm is the form of the questions on a topic in one language.
func (f *form) examplesForm(set bot.ExampleSet) {
	f.main.make = func() any { return set }
	var other bot.ExampleSet
	for _, x := range f.Keeper.Directory().Records().ExampleSets() {
		if x.Topic == set.Topic && x.Language == besideOf(set.Language) {
			other = x
		}
	}
	was := slices.Concat(set.Calm, set.Urgent)
	s := &section{Hint: f.T.Say("edit.hint.examples")}
	list := func(name string, of *[]string, beside []string) *input {
		in := &input{
			Name: name, Label: f.label(name), As: ofText, Language: set.Language, Hint: f.T.Say("edit.hint." + name),
			Beside: strings.Join(beside, "\n"), BesideIn: besideOf(set.Language), shown: []string{strings.Join(*of, "\n")},
		}
		in.take = func(values []string) error {
			if utf8.RuneCountInString(firstOf(values)) > maxList {
				return wrong("long", "Most", maxList)
			}
			var phrases []string
			for line := range strings.SplitSeq(firstOf(values), "\n") {
				if line = strings.TrimSpace(line); !slices.Contains(was, line) {
					line = strings.Join(strings.Fields(line), " ")
				}
				if line != "" && !slices.Contains(phrases, line) {
					phrases = append(phrases, line)
				}
			}
			*of = phrases
			return nil
		}
		return in
	}
	s.Inputs = []*input{list("calm", &set.Calm, other.Calm), list("urgent", &set.Urgent, other.Urgent)}
	s.take = func() {
		if !f.anyChanged(s) {
			return
		}
		elsewhere := f.elsewhere(set.Topic)
		for _, x := range []struct {
			name    string
			phrases []string
		}{{"calm", set.Calm}, {"urgent", set.Urgent}} {
			for _, phrase := range x.phrases {
				if utf8.RuneCountInString(phrase) > maxLine {
					f.refuse(x.name, wrong("phrase_long", "Text", phrase, "Most", maxLine))
				}
				if x.name == "urgent" && slices.Contains(set.Calm, phrase) {
					f.refuse(x.name, wrong("phrase_both", "Text", phrase))
				}
				if slices.Contains(was, phrase) {
					continue // it stood here before
				}
				if t, ok := elsewhere[strings.ToLower(phrase)]; ok {
					f.refuse(x.name, wrong("phrase_elsewhere", "Text", phrase, "Topic", f.topic(t)))
				}
			}
		}
		if len(set.Calm) == 0 && len(set.Urgent) == 0 {
			f.refuse("calm", wrong("required"))
		}
	}
	f.sections = []*section{s}
}

// elsewhere returns the topics of which phrases are examples already, whatever
// their language, but for one.
func (f *form) elsewhere(but bot.Topic) map[string]bot.Topic {
	topics := make(map[string]bot.Topic)
	for _, x := range f.Keeper.Directory().Examples() {
		if x.Topic != but {
			topics[strings.ToLower(x.Text)] = x.Topic
		}
	}
	return topics
}
