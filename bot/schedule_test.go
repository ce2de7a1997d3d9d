package bot

import (
	"testing"
	"time"
)

func mustSchedule(t *testing.T, s string) Schedule {
	t.Helper()
	sch, err := ParseSchedule(s)
	if err != nil {
		t.Fatal(err)
	}
	return sch
}

func TestOpeningHoursAreReadAndKeptAsWritten(t *testing.T) {
	for _, s := range []string{
		"unknown", "24/7", "24/7 (in 2022)", "Mo-Fr 09:00-17:00", "daily 09:00-05:00", "daily 10:00-24:00 (counsellors)",
		"Mo-Fr 12:00-20:00; Sa 09:30-14:00", "Mo-Fr 09:30-13:00, 14:00-17:00", "Mo, Tu, Th, Fr 10:00-13:00",
		"Mo, We 10:00-18:00; Tu, Th 12:00-20:00; Fr-Su 14:00-18:00 (holidays 14:00-18:00)",
		"unknown (Madrid 09:00-17:00, Málaga 08:00-18:00)",
	} {
		if got := mustSchedule(t, s).String(); got != s {
			t.Errorf("%q is kept as %q", s, got)
		}
	}
}

func TestHoursThatMakeNoSenseAreRefused(t *testing.T) {
	for _, s := range []string{
		"sometimes", "Mo-Fr", "Mo-Fr 9-17", "Mo-Fr 25:00-26:00", "Mo-Xx 09:00-17:00", "Mo-Fr 09:00-17:00 maybe",
		"Mo-Fr 24:00-12:00", "Mo-Fr 10:00-00:00", "Mo-Fr 09:61-17:00", "Mo-Fr 09:00-17:00;",
	} {
		if sch, err := ParseSchedule(s); err == nil {
			t.Errorf("%q was read as %+v", s, sch)
		}
	}
}

func TestOpenNowIsWorkedOutInTheCountrysOwnTime(t *testing.T) {
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		moment, err := time.ParseInLocation("2006-01-02 15:04", s, warsaw)
		if err != nil {
			t.Fatal(err)
		}
		return moment.UTC() // the caller's zone must not matter
	}
	clock := func(m time.Time) string {
		if m.IsZero() {
			return ""
		}
		return m.Format("Mon 15:04")
	}
	for _, c := range []struct {
		hours, now  string
		certain     bool
		open        bool
		until, next string
	}{
		{"24/7", "2026-11-24 03:00", true, true, "", ""},
		{"unknown", "2026-11-24 12:00", false, false, "", ""},
		{"24/7 (in 2022)", "2026-11-24 12:00", false, false, "", ""},
		{"Mo-Fr 09:00-17:00", "2026-11-24 16:59", true, true, "Tue 17:00", ""},
		{"Mo-Fr 09:00-17:00", "2026-11-24 17:00", true, false, "", "Wed 09:00"},
		{"Mo-Fr 09:00-17:00", "2026-11-27 18:00", true, false, "", "Mon 09:00"},
		{"Mo-Fr 09:30-13:00, 14:00-17:00", "2026-11-24 13:30", true, false, "", "Tue 14:00"},
		{"daily 09:00-05:00", "2026-11-24 04:00", true, true, "Tue 05:00", ""},
		{"daily 09:00-05:00", "2026-11-24 06:00", true, false, "", "Tue 09:00"},
		{"daily 10:00-24:00", "2026-11-24 23:59", true, true, "Wed 00:00", ""},
		// The clocks change on 29 March 2026 at 02:00: nine stays nine.
		{"daily 09:00-17:00", "2026-03-29 08:59", true, false, "", "Sun 09:00"},
		{"daily 09:00-17:00", "2026-03-29 09:00", true, true, "Sun 17:00", ""},
		{"Tu 09:00-17:00", "2026-11-24 18:00", true, false, "", "Tue 09:00"},
	} {
		got := mustSchedule(t, c.hours).At(at(c.now), warsaw)
		if got.Certain != c.certain || got.Now != c.open || clock(got.Until) != c.until || clock(got.Next) != c.next {
			t.Errorf("%s at %s: certain %v, open %v until %q, next %q; want %v, %v, %q, %q",
				c.hours, c.now, got.Certain, got.Now, clock(got.Until), clock(got.Next), c.certain, c.open, c.until, c.next)
		}
	}
}

func FuzzParseSchedule(f *testing.F) {
	for _, s := range []string{"24/7", "Mo-Fr 09:00-17:00", "daily 09:00-05:00 (x)", "Mo, We 10:00-18:00; Tu 12:00-20:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		sch, err := ParseSchedule(s)
		if err != nil {
			return
		}
		if sch.String() != s {
			t.Errorf("%q is kept as %q", s, sch)
		}
		sch.At(time.Unix(1_800_000_000, 0), time.UTC)
	})
}

func TestNowSaysWhatAtSays(t *testing.T) {
	kyiv, err := Country("UA").Location()
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Date(2026, 11, 23, 0, 0, 0, 0, kyiv) // no clock is changed in this week
	for _, written := range []string{"unknown", "24/7", "Mo-Fr 09:00-17:00", "daily 09:00-05:00", "Sa, Su 00:00-24:00; Mo 22:00-22:00", "Mo-Fr 08:00-12:00, 13:00-17:00 (not in August)"} {
		s, err := ParseSchedule(written)
		if err != nil {
			t.Fatal(err)
		}
		for minute := range 8 * 24 * 60 {
			at := begin.Add(time.Duration(minute) * time.Minute)
			want := s.At(at, kyiv)
			if open, certain := s.Now(at, kyiv); open != want.Now || certain != want.Certain {
				t.Fatalf("%s at %s: open %v, certain %v; At says %+v", written, at, open, certain, want)
			}
		}
	}
}
