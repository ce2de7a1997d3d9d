package desk

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"prystan/bot"
)

// weekRow is a day of the week with its opening hours.
type weekRow struct {
	Day    string
	Inputs []*input // opens and closes, for each span
}

// spansADay is how many spans a day has in the grid. A schedule with more is
// written as text.
const spansADay = 2

// weekDays are the days as schedules write them, Monday first.
var weekDays = [7]string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}

// week is the opening hours of each day, Monday first: pairs of the minutes at
// which it opens and closes.
type week [7][][2]int

// weekOf returns the opening hours of each day, false for a schedule that the
// grid can't show.
func weekOf(s bot.Schedule) (w week, ok bool) {
	for _, span := range s.Spans {
		for i := range w {
			if span.Days[(i+1)%7] {
				w[i] = append(w[i], [2]int{span.Opens, span.Close})
			}
		}
	}
	for _, spans := range w {
		if len(spans) > spansADay {
			return w, false
		}
	}
	return w, true
}

// String writes the hours as bot.ParseSchedule reads them: days with the same
// hours together, in the order of the week.
func (w week) String() string {
	var parts []string
	done := [7]bool{}
	for i, spans := range w {
		if done[i] || len(spans) == 0 {
			continue
		}
		hours := hoursOf(spans)
		var same [7]bool
		for j := i; j < 7; j++ {
			if hoursOf(w[j]) == hours {
				same[j], done[j] = true, true
			}
		}
		parts = append(parts, daysOf(same)+" "+hours)
	}
	return strings.Join(parts, "; ")
}

func hoursOf(spans [][2]int) string {
	texts := make([]string, len(spans))
	for i, s := range spans {
		texts[i] = clock(s[0]) + "-" + clock(s[1])
	}
	return strings.Join(texts, ", ")
}

func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// daysOf writes days as runs: "Mo-Fr, Su".
func daysOf(on [7]bool) string {
	if on == [7]bool{true, true, true, true, true, true, true} {
		return "daily"
	}
	var runs []string
	for i := 0; i < 7; i++ {
		if !on[i] {
			continue
		}
		from := i
		for i+1 < 7 && on[i+1] {
			i++
		}
		switch i - from {
		case 0:
			runs = append(runs, weekDays[from])
		case 1:
			runs = append(runs, weekDays[from], weekDays[i])
		default:
			runs = append(runs, weekDays[from]+"-"+weekDays[i])
		}
	}
	return strings.Join(runs, ", ")
}

// hours are the sections of opening hours: two boxes and a grid of the week, then
// a remark, and the written form for what the grid can't show.
func (f *form) hours(of *bot.Schedule, c bot.Country) []*section {
	was := *of
	w, gridShows := weekOf(was)
	always, unknown := was.AllDay, !was.Known() && !f.fresh()
	remark, written := was.Remark, ""
	if !gridShows {
		w, remark, written = week{}, "", was.String()
	}
	s := &section{Title: f.label("schedule"), Hint: f.T.Say("edit.hint.hours_anywhere")}
	if zone := c.Zone(); zone != "" {
		s.Hint = f.T.Say("edit.hint.hours", "Country", f.T.Country(c), "Zone", zone)
	}
	allDay, notKnown := f.box("hours_always", &always), f.box("hours_unknown", &unknown)
	note, text := f.line("hours_remark", &remark), f.line("hours_text", &written)
	note.Hint, text.Hint = f.T.Say("edit.hint.hours_remark"), f.T.Say("edit.hint.hours_text")
	s.Inputs = []*input{allDay, notKnown}
	var grid []*input
	for i, day := range weekDays {
		row := weekRow{Day: f.T.Say("edit.day." + strings.ToLower(day))}
		for j := range spansADay {
			var opens, closes string
			if j < len(w[i]) {
				opens, closes = clock(w[i][j][0]), clock(w[i][j][1])
			}
			for k, at := range []string{opens, closes} {
				in := &input{
					Name: fmt.Sprintf("hours_%s_%d", strings.ToLower(day), 2*j+k), As: ofLine, Short: true,
					Label: f.T.Say([]string{"edit.opens", "edit.closes"}[k], "Day", row.Day, "Number", j+1), shown: []string{at},
				}
				row.Inputs, grid = append(row.Inputs, in), append(grid, in)
			}
		}
		s.Week = append(s.Week, row)
	}
	rest := &section{Inputs: []*input{note, text}}
	rest.take = func() {
		byGrid := slices.ContainsFunc(append(grid, allDay, notKnown, note), f.changed)
		byText := f.changed(text) && written != ""
		switch {
		case byText && byGrid:
			f.refuse(text.Name, wrong("hours_twice"))
		case byText:
			f.takeSchedule(text.Name, written, of)
		case byGrid || f.changed(text):
			f.takeWeek(s.Week, always, unknown, remark, of)
		case f.fresh():
			f.refuse(notKnown.Name, wrong("hours"))
		}
	}
	return []*section{s, rest}
}

// takeWeek takes the schedule that boxes, grid and remark make.
func (f *form) takeWeek(rows []weekRow, always, unknown bool, remark string, of *bot.Schedule) {
	text := ""
	switch {
	case always && unknown:
		f.refuse("hours_always", wrong("hours_both"))
		return
	case always:
		text = "24/7"
	case unknown:
		text = "unknown"
	default:
		w, ok := f.readWeek(rows)
		if !ok {
			return
		}
		if text = w.String(); text == "" {
			f.refuse("hours_unknown", wrong("hours"))
			return
		}
	}
	if remark != "" {
		text += " (" + remark + ")"
	}
	parsed, err := bot.ParseSchedule(text)
	if err != nil || parsed.Remark != remark {
		f.refuse("hours_remark", wrong("hours_remark"))
		return
	}
	*of = parsed
}

func (f *form) takeSchedule(name, text string, of *bot.Schedule) {
	parsed, err := bot.ParseSchedule(text)
	if err != nil {
		f.refuse(name, wrong("hours_text"))
		return
	}
	*of = parsed
}

// readWeek reads the grid, false if something is wrong with it.
func (f *form) readWeek(rows []weekRow) (w week, ok bool) {
	ok = true
	for i, row := range rows {
		for j := range spansADay {
			opens, closes := row.Inputs[2*j], row.Inputs[2*j+1]
			from, to := firstOf(f.written(opens)), firstOf(f.written(closes))
			if from == "" && to == "" {
				continue
			}
			a, err1 := minuteOf(from)
			b, err2 := minuteOf(to)
			switch {
			case err1 != nil || a == 24*60:
				f.refuse(opens.Name, wrong("time"))
				ok = false
			case err2 != nil || b == 0:
				f.refuse(closes.Name, wrong("time_closes"))
				ok = false
			case len(w[i]) > 0 && !follows(w[i][len(w[i])-1], a):
				f.refuse(opens.Name, wrong("time_order"))
				ok = false
			default:
				w[i] = append(w[i], [2]int{a, b})
			}
		}
	}
	return w, ok
}

// follows reports whether a span that opens at a minute comes after another of
// the same day.
func follows(before [2]int, opens int) bool { return before[0] < before[1] && opens >= before[1] }

var timeForm = regexp.MustCompile(`^([0-9]{1,2})(?:[:.]([0-9]{2}))?$`)

// minuteOf reads a time of day as people write it: "9", "9:30", "09.30".
func minuteOf(s string) (int, error) {
	m := timeForm.FindStringSubmatch(s)
	if m == nil {
		return 0, wrong("time")
	}
	hour, _ := strconv.Atoi(m[1]) // two figures at most
	minute := 0
	if m[2] != "" {
		minute, _ = strconv.Atoi(m[2])
	}
	if minute > 59 || hour*60+minute > 24*60 {
		return 0, wrong("time")
	}
	return hour*60 + minute, nil
}
