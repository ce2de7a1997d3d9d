package locales

import (
	"fmt"
	"strings"
	"time"

	"prystan/bot"
)

// calendar holds the words of dates and opening hours.
type calendar struct {
	ofMonth  []string // with a day, in the case that the day asks for: "4 березня"
	month    []string // alone: "березень 2026"
	weekdays []string // short, Monday first: "пн"
}

func (p *Printer) newCalendar() (calendar, error) {
	c := calendar{
		ofMonth:  strings.Fields(p.Say(MonthsWithDay)),
		month:    strings.Fields(p.Say(MonthsAlone)),
		weekdays: strings.Fields(p.Say(WeekdaysShort)),
	}
	if len(c.ofMonth) != 12 || len(c.month) != 12 || len(c.weekdays) != 7 {
		return c, fmt.Errorf("twelve months and seven days of the week are needed, not %d, %d and %d",
			len(c.ofMonth), len(c.month), len(c.weekdays))
	}
	return c, nil
}

// Date returns a date in words, as fine as it is known; "" for none.
func (p *Printer) Date(d bot.Date) string {
	switch {
	case d.IsZero():
		return ""
	case d.Month == 0:
		return p.Fill(DateYear, struct{ Year int }{d.Year})
	case d.Day == 0:
		return p.Fill(DateMonth, struct {
			Month string
			Year  int
		}{p.calendar.month[d.Month-1], d.Year})
	}
	return p.Fill(DateDay, struct {
		Day   int
		Month string
		Year  int
	}{d.Day, p.calendar.ofMonth[d.Month-1], d.Year})
}

// Hours returns a schedule in words.
func (p *Printer) Hours(s bot.Schedule) string {
	switch {
	case s.AllDay:
		return p.Say(HoursAllDay)
	case !s.Known():
		return p.Say(HoursUnknown)
	}
	var parts []string
	for i, span := range s.Spans {
		times := clock(span.Opens) + "–" + clock(span.Close)
		if i > 0 && span.Days == s.Spans[i-1].Days {
			parts[len(parts)-1] += ", " + times
			continue
		}
		parts = append(parts, p.days(span.Days)+" "+times)
	}
	return strings.Join(parts, "; ")
}

// days writes the days of the week as runs: "пн–пт, нд".
func (p *Printer) days(days [7]bool) string {
	if days == [7]bool{true, true, true, true, true, true, true} {
		return p.Say(HoursDaily)
	}
	on := func(i int) bool { return i < 7 && days[(i+1)%7] } // Monday first
	var runs []string
	for i := 0; i < 7; i++ {
		if !on(i) {
			continue
		}
		first := i
		for on(i + 1) {
			i++
		}
		switch i - first {
		case 0:
			runs = append(runs, p.calendar.weekdays[first])
		case 1:
			runs = append(runs, p.calendar.weekdays[first], p.calendar.weekdays[i])
		default:
			runs = append(runs, p.calendar.weekdays[first]+"–"+p.calendar.weekdays[i])
		}
	}
	return strings.Join(runs, ", ")
}

// OpenNow returns whether a line answers at the moment, in words; "" where
// nothing certain can be said, or where it always does.
func (p *Printer) OpenNow(o bot.Open, now time.Time) string {
	switch {
	case !o.Certain:
		return ""
	case o.Now && o.Until.IsZero():
		return ""
	case o.Now:
		return p.Fill(OpenUntil, struct{ Time string }{o.Until.Format("15:04")})
	case o.Next.IsZero():
		return p.Say(ClosedNow)
	case sameDay(o.Next, now.In(o.Next.Location())):
		return p.Fill(OpensToday, struct{ Time string }{o.Next.Format("15:04")})
	}
	return p.Fill(OpensOn, struct{ Day, Time string }{
		p.calendar.weekdays[(o.Next.Weekday()+6)%7], o.Next.Format("15:04"),
	})
}

func sameDay(a, b time.Time) bool { return bot.DateOf(a) == bot.DateOf(b) }

func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
