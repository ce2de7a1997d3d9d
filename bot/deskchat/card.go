package deskchat

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"prystan/bot"
	"prystan/bot/directory"
	"prystan/bot/phone"
	"prystan/locales"
)

// maxSources is how many sources a card names.
const maxSources = 3

// fact is a record that somebody stands behind.
type fact struct {
	ref      bot.Ref
	value    any         // bot.Service, bot.Protection or bot.Fact
	country  bot.Country // "" for a Europe-wide one
	standing bot.Standing
	phones   []bot.Phone // that it shows
}

// facts returns every fact that is published.
func facts(d *bot.Directory) []fact {
	r := d.Records()
	all := make([]fact, 0, len(r.Services)+len(r.Protections)+len(r.Facts))
	for _, s := range r.Services {
		all = append(all, newFact(s, s.Country, d.Phones(s)))
	}
	for _, p := range r.Protections {
		var phones []bot.Phone
		if number, ok := d.Phone(p.Phone); ok {
			phones = append(phones, number)
		}
		all = append(all, newFact(p, p.Country, phones))
	}
	for _, f := range r.Facts {
		all = append(all, newFact(f, "", nil))
	}
	return all
}

func newFact(value any, c bot.Country, phones []bot.Phone) fact {
	ref, _ := bot.RefOf(value)
	standing, _ := bot.StandingOf(value)
	return fact{ref, value, c, standing, phones}
}

// due returns the facts in an editor's reach that are past their review date,
// the longest overdue first; those without any date come before all.
func due(d *bot.Directory, who bot.Editor, now time.Time) []fact {
	all := slices.DeleteFunc(facts(d), func(f fact) bool {
		return !f.standing.Due(now) || !directory.MayChange(who, d.Records(), f.value)
	})
	slices.SortFunc(all, func(a, b fact) int {
		return cmp.Or(cmp.Compare(b.overdue(now), a.overdue(now)), strings.Compare(a.ref.String(), b.ref.String()))
	})
	return all
}

// overdue returns for how long a fact has been past its review date.
func (f fact) overdue(now time.Time) time.Duration {
	if f.standing.Assured.IsZero() {
		return 1<<63 - 1
	}
	days := cmp.Or(f.standing.ReviewDays, bot.DefaultReviewDays)
	return f.standing.Assured.Age(now) - time.Duration(days)*24*time.Hour
}

// card shows a fact with its three buttons.
func (d *Desk) card(t *locales.DeskPrinter, f fact) Message {
	text := describe(t, f)
	for _, s := range f.standing.Sources[:min(len(f.standing.Sources), maxSources)] {
		text += "\n" + t.Say("deskchat.source", "Address", s.URL)
	}
	text += "\n" + assured(t, f.standing)
	first := Button{Label: t.Say("due.right"), Data: f.press(right)}
	second := []Button{{Label: t.Say("due.changed"), Data: f.press(changed)}, {Label: t.Say("due.gone"), Data: f.press(gone)}}
	if f.standing.Confidence == bot.Low {
		// Nothing stands behind it yet, so that nobody can say it is still right.
		first = Button{Label: t.Say("due.confirm"), Data: f.press(changed)}
		second = second[1:]
	}
	return Message{Text: text, Buttons: [][]Button{{first}, second}}
}

func assured(t *locales.DeskPrinter, s bot.Standing) string {
	switch {
	case s.Assured.IsZero():
		return t.Say("due.never")
	case s.AssuredBy == "":
		return t.Say("due.assured", "Date", t.Date(s.Assured))
	}
	return t.Say("due.assured", "Date", t.Date(s.Assured)) + " (" + s.AssuredBy + ")"
}

// describe writes what a fact says, for somebody who compares it with its
// source.
func describe(t *locales.DeskPrinter, f fact) string {
	lines := []string{title(t, f)}
	add := func(line string) {
		if line != "" {
			lines = append(lines, line)
		}
	}
	if f.country != "" && f.ref.Kind != bot.KindProtection {
		add(t.Country(f.country))
	}
	switch v := f.value.(type) {
	case bot.Service:
		add(numbers(f))
		if v.Schedule.Known() {
			add(t.Hours(v.Schedule))
		}
		add(v.Website)
	case bot.Protection:
		add(v.Authority.English)
		add(numbers(f))
		if !v.ValidUntil.IsZero() {
			add(t.Say("field.valid_until") + ": " + t.Date(v.ValidUntil))
		}
	}
	return strings.Join(lines, "\n")
}

func numbers(f fact) string {
	dialled := make([]string, len(f.phones))
	for i, p := range f.phones {
		dialled[i] = phone.Dialled(p, f.country)
	}
	return strings.Join(dialled, ", ")
}

// title returns what a fact is called.
func title(t *locales.DeskPrinter, f fact) string {
	switch v := f.value.(type) {
	case bot.Service:
		return v.Name.Both()
	case bot.Fact:
		return v.Text
	}
	return t.Say("kind.protection") + ": " + t.Country(f.country)
}

// press writes what a button under the card of a fact does: the verb, the
// fact, and what the card says of it. An ID may be longer than the data of a
// button, so the fact is written as a digest.
func (f fact) press(v verb) string {
	return strings.Join([]string{string(v), f.key(), f.state()}, ".")
}

// key stands for the fact.
func (f fact) key() string { return digest(f.ref.String()) }

// state stands for what the fact says, whoever assured it and when.
func (f fact) state() string {
	bare := f.standing
	bare.Assured, bare.AssuredBy = bot.Date{}, ""
	raw, err := json.Marshal([]any{bot.WithStanding(f.value, bare), f.phones})
	if err != nil {
		panic(errors.Join(errors.New("records of the directory can always be written as JSON"), err))
	}
	return digest(string(raw))
}

// digest is short enough for a button and long enough that no two are alike by
// chance.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}
