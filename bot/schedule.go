package bot

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Schedule says when a line answers, in the country's own time. Its written
// form is
//
//	unknown | 24/7 | DAYS HH:MM-HH:MM[, HH:MM-HH:MM][; DAYS …]
//
// followed by at most one remark in brackets; DAYS is "daily" or Mo … Su with
// "-" and ", ". A span such as 09:00-05:00 crosses midnight. HSDS has no model
// of round-the-clock lines, so AllDay is ours.
type Schedule struct {
	AllDay bool   // around the clock
	Spans  []Span // empty and not AllDay: the hours are not known
	Remark string // working note in brackets; with one, "open now" is never said
	text   string // as written
}

// Span is an opening time on some days of the week.
type Span struct {
	Days  [7]bool // indexed by time.Weekday
	Opens int     // minutes after midnight, 0-1439
	Close int     // minutes after midnight, 1-1440; not above Opens when it lies on the next day
}

var (
	remarkAtEnd = regexp.MustCompile(`^(.*?)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)$`)
	daysAndTime = regexp.MustCompile(`^([A-Za-z, -]+?) (\d\d:\d\d-\d\d:\d\d(?:, \d\d:\d\d-\d\d:\d\d)*)$`)
	weekdays    = map[string]time.Weekday{"Mo": 1, "Tu": 2, "We": 3, "Th": 4, "Fr": 5, "Sa": 6, "Su": 0}
)

// ParseSchedule reads the written form. The empty string is "unknown".
func ParseSchedule(s string) (Schedule, error) {
	sch := Schedule{text: s}
	rest := s
	if m := remarkAtEnd.FindStringSubmatch(s); m != nil {
		rest, sch.Remark = m[1], m[2]
	}
	switch rest {
	case "", "unknown":
		return sch, nil
	case "24/7":
		sch.AllDay = true
		return sch, nil
	}
	for part := range strings.SplitSeq(rest, "; ") {
		spans, err := parseSpans(part)
		if err != nil {
			return Schedule{}, fmt.Errorf("schedule %q: %w", s, err)
		}
		sch.Spans = append(sch.Spans, spans...)
	}
	return sch, nil
}

func parseSpans(part string) ([]Span, error) {
	m := daysAndTime.FindStringSubmatch(part)
	if m == nil {
		return nil, fmt.Errorf("%q is not DAYS HH:MM-HH:MM", part)
	}
	days, err := parseDays(m[1])
	if err != nil {
		return nil, err
	}
	var spans []Span
	for times := range strings.SplitSeq(m[2], ", ") {
		from, to, _ := strings.Cut(times, "-")
		opens, err := parseMinute(from)
		if err != nil {
			return nil, err
		}
		closes, err := parseMinute(to)
		if err != nil {
			return nil, err
		}
		if opens == 24*60 || closes == 0 {
			return nil, fmt.Errorf("%q: a day opens before 24:00 and closes after 00:00", times)
		}
		spans = append(spans, Span{Days: days, Opens: opens, Close: closes})
	}
	return spans, nil
}

func parseDays(s string) (days [7]bool, err error) {
	if s == "daily" {
		return [7]bool{true, true, true, true, true, true, true}, nil
	}
	for item := range strings.SplitSeq(s, ", ") {
		first, last, isRange := strings.Cut(item, "-")
		if !isRange {
			last = first
		}
		from, ok1 := weekdays[first]
		to, ok2 := weekdays[last]
		if !ok1 || !ok2 {
			return days, fmt.Errorf("%q is no day of the week", item)
		}
		for d := from; ; d = (d + 1) % 7 {
			days[d] = true
			if d == to {
				break
			}
		}
	}
	return days, nil
}

func parseMinute(s string) (int, error) {
	var h, m int
	if _, err := fmt.Sscanf(s, "%02d:%02d", &h, &m); err != nil || h > 24 || m > 59 || h*60+m > 24*60 {
		return 0, fmt.Errorf("%q is no time of day", s)
	}
	return h*60 + m, nil
}

// String returns the schedule as it was written.
func (s Schedule) String() string { return s.text }

// Known reports whether anything is known of the hours.
func (s Schedule) Known() bool { return s.AllDay || len(s.Spans) > 0 }

// Open is the state of a line at a moment.
type Open struct {
	Certain bool      // false: the hours are unknown or carry a remark, so nothing may be said
	Now     bool      // open at the moment
	Until   time.Time // when it closes, if open and not around the clock
	Next    time.Time // when it opens next, if closed
}

// Now says like At whether the line answers at t, and nothing of when that
// changes, which takes far less: it goes by the clock on the wall alone.
func (s Schedule) Now(t time.Time, loc *time.Location) (open, certain bool) {
	if !s.Known() || s.Remark != "" {
		return false, false
	}
	if s.AllDay {
		return true, true
	}
	t = t.In(loc)
	today, minute := t.Weekday(), t.Hour()*60+t.Minute()
	yesterday := (today + 6) % 7
	for _, span := range s.Spans {
		overnight := span.Close <= span.Opens
		if span.Days[today] && minute >= span.Opens && (overnight || minute < span.Close) ||
			overnight && span.Days[yesterday] && minute < span.Close {
			return true, true
		}
	}
	return false, true
}

// At says whether the line answers at t in its time zone loc.
func (s Schedule) At(t time.Time, loc *time.Location) Open {
	if !s.Known() || s.Remark != "" {
		return Open{}
	}
	if s.AllDay {
		return Open{Certain: true, Now: true}
	}
	t = t.In(loc)
	state := Open{Certain: true}
	// A span of yesterday may still run past midnight; the next opening lies
	// within a week.
	for offset := -1; offset <= 7; offset++ {
		y, m, d := t.Date()
		for _, span := range s.Spans {
			day := time.Date(y, m, d+offset, 0, 0, 0, 0, loc)
			if !span.Days[day.Weekday()] {
				continue
			}
			opens := time.Date(y, m, d+offset, 0, span.Opens, 0, 0, loc)
			nights := 0
			if span.Close <= span.Opens {
				nights = 1
			}
			closes := time.Date(y, m, d+offset+nights, 0, span.Close, 0, 0, loc)
			switch {
			case !t.Before(opens) && t.Before(closes):
				state.Now = true
				if closes.After(state.Until) {
					state.Until = closes
				}
			case opens.After(t) && (state.Next.IsZero() || opens.Before(state.Next)):
				state.Next = opens
			}
		}
	}
	if state.Now {
		state.Next = time.Time{}
	}
	return state
}

// MarshalText implements encoding.TextMarshaler with String.
func (s Schedule) MarshalText() ([]byte, error) { return []byte(s.text), nil }

// UnmarshalText implements encoding.TextUnmarshaler with ParseSchedule.
func (s *Schedule) UnmarshalText(text []byte) error {
	parsed, err := ParseSchedule(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}
