package answer

import (
	"iter"
	"slices"
	"strings"
	"time"

	"prystan/bot"
	"prystan/bot/phone"
	"prystan/locales"
)

// maxLines is how many lines an answer shows at once; the others stand behind a
// button.
const maxLines = 3

// lines returns the services that answer the plan's needs in a country, the
// best to call now first, at most one for a number. Lines that are closed now
// come after those that are not, whatever their need; lines that belong
// together follow each other. In a crisis a plan that finds nothing falls back
// to those who know the way on. What nobody reads on to is not looked at, so
// that many lines cost no more than few.
func (v view) lines(p plan) iter.Seq[bot.Service] {
	return func(yield func(bot.Service) bool) {
		seen := make(map[string]bool)
		for _, closed := range []bool{false, true} {
			for s := range v.candidates(p) {
				if (v.fit(&s)&fitNotClosed == 0) != closed {
					continue
				}
				for _, s := range v.together(s) {
					if key := v.callKey(s); !seen[key] {
						seen[key] = true
						if !yield(s) {
							return
						}
					}
				}
			}
		}
		if len(seen) > 0 || v.country == "" || !p.crisis {
			return
		}
		for _, s := range v.dir.Services(v.country, bot.NeedPolice, bot.NeedCrimeVictims, bot.NeedRefugeeInfo) {
			if !yield(s) {
				return
			}
		}
	}
}

// candidates returns the lines of the plan's needs in the order of the needs,
// then those that help people in every country.
func (v view) candidates(p plan) iter.Seq[bot.Service] {
	return func(yield func(bot.Service) bool) {
		if v.country != "" {
			for _, need := range p.needs {
				for s := range v.bestFirst(v.dir.Services(v.country, need)) {
					if !yield(s) {
						return
					}
				}
			}
		}
		for _, id := range p.lines {
			if s, ok := v.dir.Service(id); ok && !yield(s) {
				return
			}
		}
	}
}

// together returns a line with those that belong to it.
func (v view) together(s bot.Service) []bot.Service {
	if s.Together == "" {
		return []bot.Service{s}
	}
	group := []bot.Service{s}
	for _, other := range v.dir.Services(s.Country, s.Need) {
		if other.Together == s.Together && other.ID != s.ID {
			group = append(group, other)
		}
	}
	return group
}

// callKey is the same for services that answer the same numbers.
func (v view) callKey(s bot.Service) string {
	if len(s.Phones) == 0 {
		return s.ID
	}
	return strings.Join(s.Phones, " ")
}

// bestFirst returns lines of one need in another order: those that can be
// called at all, that answer now and that speak the person's language first;
// otherwise as recorded.
func (v view) bestFirst(services []bot.Service) iter.Seq[bot.Service] {
	var fitting [bestFit + 1][]int
	for i := range services {
		fit := v.fit(&services[i])
		fitting[fit] = append(fitting[fit], i)
	}
	return func(yield func(bot.Service) bool) {
		for _, best := range slices.Backward(fitting[:]) {
			for _, i := range best {
				if !yield(services[i]) {
					return
				}
			}
		}
	}
}

// What makes a line fit, one bit each, the weightiest highest.
const (
	fitLanguage  = 1 << iota // speaks the person's language
	fitOpen                  // certainly answers now
	fitNotClosed             // answers now, or its hours are not certain
	fitCallable              // has a number that is answered by voice
	bestFit      = 1<<iota - 1
)

func (v view) fit(s *bot.Service) int {
	fit := 0
	if len(s.Phones) > 0 && !s.TextOnly {
		fit |= fitCallable
	}
	if loc, err := s.Country.Location(); err == nil {
		open, certain := s.Schedule.Now(v.now, loc)
		if open {
			fit |= fitOpen
		}
		if open || !certain {
			fit |= fitNotClosed
		}
	}
	if slices.Contains(s.Languages, v.say.Language) {
		fit |= fitLanguage
	}
	return fit
}

func (v view) open(s bot.Service) bot.Open {
	loc, err := s.Country.Location()
	if err != nil {
		return bot.Open{}
	}
	return s.Schedule.At(v.now, loc)
}

// callable returns the numbers of a service that a person in the view's country
// can dial: as dialled there for the service's own country, and in the
// international form for another, where the service says that it works.
func (v view) callable(s bot.Service) []Span {
	if s.TextOnly {
		return nil
	}
	var spans []Span
	for _, p := range v.dir.Phones(s) {
		number := v.memory.Dialled(p, s.Country)
		if s.Country != v.country {
			number = v.memory.FromAbroad(p)
			if s.FromAbroad != bot.Yes || number == "" {
				continue
			}
		}
		spans = append(spans, Span{Text: number, Style: Strong, Tel: phone.Tel(p)})
	}
	return spans
}

// lineShort writes a line in two lines of text: number and name, then hours,
// languages, cost and the day it was assured.
func (v view) lineShort(w *writer, s bot.Service) {
	w.line(append(v.numbers(s), plain(v.name(s)))...)
	if about := v.about(s); about != v.name(s) {
		w.line(plain(about))
	}
	facts := []string{v.hours(s)}
	if len(s.Languages) > 0 {
		facts = append(facts, v.tongues(s.Languages))
	}
	if cost := v.cost(s); cost != "" {
		facts = append(facts, cost)
	}
	w.line(quiet(strings.Join(facts, " · ")))
	w.line(quiet(v.assured(s.Standing)))
}

// numbers writes the numbers of a line with a dash behind them; those that take
// messages only are not dialled.
func (v view) numbers(s bot.Service) []Span {
	numbers, sign := v.callable(s), "☎ "
	if s.TextOnly && s.Country == v.country {
		sign = "✉ " + v.say.Say(locales.TextOnly) + " "
		for _, p := range v.dir.Phones(s) {
			numbers = append(numbers, strong(v.memory.Dialled(p, s.Country)))
		}
	}
	if len(numbers) == 0 {
		return []Span{plain("🔗 ")}
	}
	spans := []Span{plain(sign)}
	for i, n := range numbers {
		if i > 0 {
			spans = append(spans, plain(" / "))
		}
		spans = append(spans, n)
	}
	return append(spans, plain(" — "))
}

// name is what the line calls itself, so that it can be asked for; its kind
// where it has no name of its own.
func (v view) name(s bot.Service) string {
	if s.Need == bot.NeedEmergency {
		return v.say.Say(locales.NeedMessage(s.Need))
	}
	if s.Name.Native != "" {
		return s.Name.Native
	}
	return s.Name.English
}

// about says in the reader's language what the line is and for whom; its own
// name where nobody wrote that down.
func (v view) about(s bot.Service) string {
	if about := v.dir.ServiceText(s.ID, v.say.Language); about != "" {
		return about
	}
	return v.name(s)
}

func (v view) hours(s bot.Service) string {
	hours := v.say.Hours(s.Schedule)
	if s.Schedule.Known() && s.Schedule.Remark != "" {
		return hours + " (" + v.say.Say(locales.HoursUnsure) + ")"
	}
	if now := v.say.OpenNow(v.open(s), v.now); now != "" {
		return hours + " (" + now + ")"
	}
	return hours
}

func (v view) tongues(languages []bot.Language) string {
	names := make([]string, len(languages))
	for i, l := range languages {
		names[i] = v.say.Tongue(l)
	}
	return strings.Join(names, ", ")
}

// cost is what a call costs inside the service's own country; nothing is known
// of calls from another.
func (v view) cost(s bot.Service) string {
	if s.Country != v.country || len(v.callable(s)) == 0 {
		return ""
	}
	switch s.Cost {
	case bot.Free:
		return v.say.Say(locales.CostFree)
	case bot.Standard:
		return v.say.Say(locales.CostStandard)
	}
	return ""
}

// assured says when a fact was last confirmed, and plainly so if that is long
// ago or rests on one source.
func (v view) assured(s bot.Standing) string {
	day := v.say.Date(s.Assured)
	switch {
	case day == "":
		return v.say.Say(locales.AssuredUnknown)
	case s.Unconfirmed(v.now):
		return v.say.Fill(locales.AssuredLongAgo, struct{ Date string }{day})
	}
	return v.say.Fill(locales.Assured, struct{ Date string }{day})
}

// lineCard writes everything known of a line.
func (v view) lineCard(w *writer, s bot.Service) {
	w.line(strong(v.name(s)))
	if about := v.about(s); about != v.name(s) {
		w.line(plain(about))
	}
	if s.City != "" && s.Need == bot.NeedConsular && v.say.Language == bot.English {
		w.line(plain(s.City))
	}
	w.gap()
	for _, p := range v.dir.Phones(s) {
		if s.TextOnly {
			w.line(plain("✉ "+v.say.Say(locales.TextOnly)+" "), strong(v.memory.Dialled(p, s.Country)))
		} else {
			w.line(plain("☎ "), Span{Text: v.memory.Dialled(p, s.Country), Style: Strong, Tel: phone.Tel(p)})
		}
	}
	if s.FromAbroad == bot.Yes {
		for _, p := range v.dir.Phones(s) {
			if number := v.memory.FromAbroad(p); number != "" {
				w.line(plain(v.say.Say(locales.FromAbroadYes)+" "), Span{Text: number, Style: Strong, Tel: phone.Tel(p)})
			}
		}
	} else if s.FromAbroad == bot.No {
		w.line(plain(v.say.Say(locales.FromAbroadNo)))
	}
	if s.Email != "" {
		w.line(plain("✉ " + s.Email))
	}
	w.line(plain(v.say.Say(locales.LabelHours) + ": " + v.hours(s)))
	if len(s.Languages) > 0 {
		w.line(plain(v.say.Say(locales.LabelLanguages) + ": " + v.tongues(s.Languages)))
	} else {
		w.line(plain(v.say.Say(locales.LanguagesUnknown)))
	}
	if cost := v.cost(s); cost != "" {
		w.line(plain(v.say.Say(locales.LabelCost) + ": " + cost))
	}
	w.line(quiet(v.assured(s.Standing)))
}

// calling writes what happens when one calls the line: what the facts know, and
// true general advice where they do not.
func (v view) calling(w *writer, s bot.Service) {
	w.line(strong(v.say.Say(locales.CallingTitle)))
	w.line(plain(v.name(s)))
	w.gap()
	switch {
	case len(s.Languages) == 0:
		w.line(plain("– " + v.say.Say(locales.LanguagesUnknown)))
	default:
		w.line(plain("– " + v.say.Fill(locales.CallingLanguages, struct{ Languages string }{v.tongues(s.Languages)})))
	}
	w.line(plain("– " + v.say.Say(locales.CallingSay)))
	switch {
	case s.Country != v.country || s.Cost == bot.CostUnknown:
		w.line(plain("– " + v.say.Say(locales.CallingCostUnknown)))
	case s.Cost == bot.Free:
		w.line(plain("– " + v.say.Say(locales.CallingCostFree)))
	default:
		w.line(plain("– " + v.say.Say(locales.CallingCostStandard)))
	}
	w.line(plain("– " + v.say.Say(map[bot.Tri]locales.Message{
		bot.Yes: locales.CallingAnonymousYes, bot.No: locales.CallingAnonymousNo,
		bot.Unknown: locales.CallingAnonymousUnknown,
	}[s.Anonymous])))
	w.line(plain("– " + v.say.Say(map[bot.Tri]locales.Message{
		bot.Yes: locales.CallingPoliceYes, bot.No: locales.CallingPoliceNo,
		bot.Unknown: locales.CallingPoliceUnknown,
	}[s.ToPolice])))
	w.line(plain("– " + v.say.Say(locales.CallingFirst)))
	w.line(plain("– " + v.say.Say(locales.CallingStop)))
	w.line(plain("– " + v.say.Say(locales.CallingNoAnswer)))
	w.line(quiet(v.assured(s.Standing)))
}

// view is what one answer is written with: a language, a country, a moment.
type view struct {
	dir     *bot.Directory
	memory  *memory
	say     *locales.Printer
	country bot.Country // "" if not known
	now     time.Time
	// elsewhere: the person spoke of a country that is not in the directory and
	// of which it is not known that 112 is the number to call.
	elsewhere bool
}
