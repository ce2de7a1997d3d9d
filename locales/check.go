package locales

import (
	"fmt"

	"prystan/bot"
)

// Review returns the review mark of a language's interface messages.
func (p *Printer) Review() bot.Review { return bot.Review(p.Say(ReviewMark)) }

// Check returns what is wrong with the shipped texts beyond what Load and
// NewCatalog refuse: a review mark that is none, an example twice under
// different topics.
func Check() []error {
	catalog, err := NewCatalog()
	if err != nil {
		return []error{err}
	}
	texts, err := Load()
	if err != nil {
		return []error{err}
	}
	var errs []error
	mark := func(what string, r bot.Review) {
		if r != bot.Draft && r != bot.Reviewed {
			errs = append(errs, fmt.Errorf("%s: review %q is not draft or reviewed", what, r))
		}
	}
	for _, l := range bot.Languages() {
		mark("interface of language "+string(l), catalog.Printer(l).Review())
	}
	for _, t := range texts.ProtectionTexts {
		mark(fmt.Sprintf("protection text %s in language %s", t.Country, t.Language), t.Review)
	}
	for _, t := range texts.ServiceTexts {
		mark(fmt.Sprintf("line %s in language %s", t.Service, t.Language), t.Review)
	}
	type phrase struct {
		language bot.Language
		text     string
	}
	topics := make(map[phrase]bot.Topic)
	for _, e := range texts.Examples {
		p := phrase{e.Language, e.Text}
		if t, ok := topics[p]; ok && t != e.Topic {
			errs = append(errs, fmt.Errorf("example %q in language %s stands under %s and %s", e.Text, e.Language, t, e.Topic))
		}
		topics[p] = e.Topic
	}
	return errs
}
