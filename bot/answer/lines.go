package answer

import (
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
// best to call now first, at most one for a number. Every plan falls back to
// those who know the way on: police, then advice for refugees.
func (v view) lines(p plan) []bot.Service {
	var found []bot.Service
	numbers := make(map[string]bool)
	add := func(s bot.Service) {
		key := strings.Join(s.Phones, " ")
		if key == "" {
			key = s.ID
		}
		if !numbers[key] {
			numbers[key] = true
			found = append(found, s)
		}
	}
	if v.country != "" {
		for _, need := range p.needs {
			services := v.dir.Services(v.country, need)
			v.bestFirst(services)
			for _, s := range services {
				add(s)
			}
		}
	}
	for _, id := range p.lines {
		if s, ok := v.dir.Service(id); ok {
			add(s)
		}
	}
	if len(found) == 0 && v.country != "" && len(p.needs) > 0 {
		for _, s := range v.dir.Services(v.country, bot.NeedPolice, bot.NeedCrimeVictims, bot.NeedRefugeeInfo) {
			add(s)
		}
	}
	return found
}

// bestFirst sorts lines of one need: those that can be called at all, that
// answer now and that speak the person's language first; otherwise as recorded.
func (v view) bestFirst(services []bot.Service) {
	slices.SortStableFunc(services, func(a, b bot.Service) int { return v.fit(b) - v.fit(a) })
}

func (v view) fit(s bot.Service) int {
	fit := 0
	if len(s.Phones) > 0 {
		fit += 8
	}
	switch open := v.open(s); {
	case open.Certain && open.Now:
		fit += 4
	case !open.Certain:
		fit += 2
	}
	if slices.Contains(s.Languages, v.say.Language) {
		fit++
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
	var spans []Span
	for _, p := range v.dir.Phones(s) {
		number := phone.Dialled(p, s.Country)
		if s.Country != v.country {
			number = phone.FromAbroad(p)
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
	head := []Span{plain("☎ ")}
	numbers := v.callable(s)
	if len(numbers) == 0 {
		head = []Span{plain("🔗 ")}
	}
	for i, n := range numbers {
		if i > 0 {
			head = append(head, plain(" / "))
		}
		head = append(head, n)
	}
	if len(numbers) > 0 {
		head = append(head, plain(" — "))
	}
	w.line(append(head, plain(v.name(s)))...)
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
	if s.Country != v.country {
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
		w.line(plain("☎ "), Span{Text: phone.Dialled(p, s.Country), Style: Strong, Tel: phone.Tel(p)})
	}
	if s.FromAbroad == bot.Yes {
		for _, p := range v.dir.Phones(s) {
			if number := phone.FromAbroad(p); number != "" {
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
	say     *locales.Printer
	country bot.Country // "" if not known
	now     time.Time
}
