package bot

import (
	"fmt"
	"time"
)

// Date is a calendar date of which the day, or the day and the month, may be
// unknown: sources often bear only a month or a year. Year 0 means that no
// date is known; Month 0 and Day 0 that the finer part is not.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads "2026-11-23", "2026-11", "2026" or "" (no date).
func ParseDate(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		d := Date{Year: t.Year()}
		if len(layout) > 4 {
			d.Month = t.Month()
		}
		if len(layout) > 7 {
			d.Day = t.Day()
		}
		return d, nil
	}
	return Date{}, fmt.Errorf("date %q is not YYYY-MM-DD, YYYY-MM or YYYY", s)
}

// DateOf returns the calendar date of t in t's own time zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// String returns d as ParseDate reads it.
func (d Date) String() string {
	switch {
	case d.Year == 0:
		return ""
	case d.Month == 0:
		return fmt.Sprintf("%04d", d.Year)
	case d.Day == 0:
		return fmt.Sprintf("%04d-%02d", d.Year, d.Month)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// IsZero reports whether no date is known.
func (d Date) IsZero() bool { return d.Year == 0 }

// Before reports whether d lies before e as far as both are known; a missing
// part counts as the earliest it could be.
func (d Date) Before(e Date) bool { return d.start().Before(e.start()) }

// Age returns how long before now d ended: for a date of which only the month
// or the year is known, its last day counts. A date in the future has age 0.
func (d Date) Age(now time.Time) time.Duration {
	return max(0, now.Sub(d.end()))
}

func (d Date) start() time.Time {
	return time.Date(d.Year, max(d.Month, 1), max(d.Day, 1), 0, 0, 0, 0, time.UTC)
}

func (d Date) end() time.Time {
	switch {
	case d.Month == 0:
		return time.Date(d.Year, time.December, 31, 0, 0, 0, 0, time.UTC)
	case d.Day == 0:
		return time.Date(d.Year, d.Month+1, 0, 0, 0, 0, 0, time.UTC)
	}
	return d.start()
}

// MarshalText implements encoding.TextMarshaler with String.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler with ParseDate.
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
