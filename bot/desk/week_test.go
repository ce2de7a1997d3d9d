package desk

import (
	"strings"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/facts"
)

func parsed(t *testing.T, text string) bot.Schedule {
	t.Helper()
	s, err := bot.ParseSchedule(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheGridWritesTheCanonicalForm(t *testing.T) {
	for _, c := range [][2]string{
		{"Mo-Fr 09:00-17:00; Sa 10:00-12:00", ""},
		{"daily 22:00-06:00", ""},
		{"Mo, Tu, Th, Fr 10:00-13:00", ""},
		{"Mo 09:00-12:00; Tu 09:00-12:00, 13:00-24:00; We 09:00-12:00", "Mo, We 09:00-12:00; Tu 09:00-12:00, 13:00-24:00"},
		{"Sa-Su 10:00-12:00; Mo 09:00-10:00", "Mo 09:00-10:00; Sa, Su 10:00-12:00"},
		{"Mo-Su 00:00-24:00", "daily 00:00-24:00"},
		{"Mo-Fr 09:00-12:00; Mo 13:00-14:00", "Mo 09:00-12:00, 13:00-14:00; Tu-Fr 09:00-12:00"},
	} {
		want := c[1]
		if want == "" {
			want = c[0]
		}
		w, ok := weekOf(parsed(t, c[0]))
		if got := w.String(); !ok || got != want {
			t.Errorf("%q becomes %q, want %q", c[0], got, want)
		}
	}
	if _, ok := weekOf(parsed(t, "Mo 08:00-10:00, 12:00-14:00, 16:00-18:00")); ok {
		t.Error("the grid shows three spans a day")
	}
}

func TestTheGridSaysOfEveryShippedScheduleWhatItSaid(t *testing.T) {
	records, err := facts.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range records.Services {
		w, ok := weekOf(s.Schedule)
		if !ok {
			t.Errorf("%s: the grid can't show %q", s.ID, s.Schedule)
			continue
		}
		text := w.String()
		if text == "" {
			continue
		}
		again, _ := weekOf(parsed(t, text))
		if again.String() != text || strings.Contains(text, "(") {
			t.Errorf("%s: %q becomes %q", s.ID, s.Schedule, text)
		}
		now := parsed(t, text)
		was := s.Schedule
		was.Remark = ""
		for minute := range 7 * 24 * 60 {
			at := time.Date(2026, 11, 23, 0, minute, 0, 0, time.UTC)
			a, _ := was.Now(at, time.UTC)
			b, _ := now.Now(at, time.UTC)
			if a != b {
				t.Errorf("%s: %q and %q differ at %v", s.ID, s.Schedule, text, at)
				break
			}
		}
	}
}

func TestSpansOfADayFollowEachOther(t *testing.T) {
	for _, c := range []struct {
		before [2]int
		opens  int
		want   bool
	}{{[2]int{540, 720}, 720, true}, {[2]int{540, 720}, 719, false}, {[2]int{1320, 360}, 1380, false}} {
		if got := follows(c.before, c.opens); got != c.want {
			t.Errorf("%v, then %d: %v", c.before, c.opens, got)
		}
	}
	for text, want := range map[string]int{"9": 540, "09.30": 570, "9:05": 545, "24:00": 1440} {
		if got, err := minuteOf(text); err != nil || got != want {
			t.Errorf("%q is %d (%v), want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "24:01", "9:60", "930", "9am", "-1"} {
		if _, err := minuteOf(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}
