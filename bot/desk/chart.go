package desk

import (
	"strconv"
	"strings"
	"time"

	"prystan/bot"
)

// monthsBack is how many months a chart shows, the current one included.
const monthsBack = 12

// month is a calendar month.
type month struct {
	Key  string // YYYY-MM, as counts are kept
	Date bot.Date
}

// months returns the last months, the oldest first.
func months(now time.Time) []month {
	all := make([]month, monthsBack)
	first := time.Date(now.UTC().Year(), now.UTC().Month(), 1, 0, 0, 0, 0, time.UTC)
	for i := range all {
		at := first.AddDate(0, i-monthsBack+1, 0)
		all[i] = month{at.Format("2006-01"), bot.Date{Year: at.Year(), Month: at.Month()}}
	}
	return all
}

// Sizes of a chart, in its own units.
const (
	barStep   = 50
	barWidth  = 34
	barRoom   = 120 // height of the highest bar
	barTop    = 24  // above it, for its number
	chartFoot = 26  // for the months
)

// chart is a small bar chart over months.
type chart struct {
	ID, Name, Desc        string
	ViewWidth, ViewHeight int
	Base                  int // where the bars stand
	Bars                  []bar
	Total                 int
}

// bar is one month of a chart.
type bar struct {
	X, Y, Width, Height int
	MidX                int
	ValueY, LabelY      int
	Value               int
	Label               string // of the month
}

// chart draws how often something happened in each of the last months. The
// description says the same in words.
func (v *visit) chart(id, name string, counts map[string]int) chart {
	c := chart{
		ID: id, Name: name, Base: barTop + barRoom,
		ViewWidth: monthsBack * barStep, ViewHeight: barTop + barRoom + chartFoot,
	}
	most := 1
	all := months(v.Now())
	for _, m := range all {
		most = max(most, counts[m.Key])
	}
	words := make([]string, len(all))
	for i, m := range all {
		n := counts[m.Key]
		height := (n*barRoom + most - 1) / most // anything at all is seen
		c.Total += n
		c.Bars = append(c.Bars, bar{
			X: i*barStep + (barStep-barWidth)/2, Y: c.Base - height, Width: barWidth, Height: height,
			MidX: i*barStep + barStep/2, ValueY: c.Base - height - 6, LabelY: c.Base + 18, Value: n, Label: m.Key[5:],
		})
		words[i] = v.T.Date(m.Date) + ": " + strconv.Itoa(n)
	}
	c.Desc = strings.Join(words, "; ")
	return c
}
