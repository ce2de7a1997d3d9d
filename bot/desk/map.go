package desk

import (
	"net/http"
	"slices"
	"strings"

	"prystan/bot"
	"prystan/bot/directory"
	"prystan/locales"
)

func (d *desk) mapRoutes() { d.page("GET /desk/map", (*visit).coverage) }

// tiles is Europe as squares of one size, each about where its country lies: on
// a true map Malta would be a dot. "--" is sea.
const tiles = `
IS -- -- -- NO SE FI --
-- -- -- -- -- -- EE --
IE GB -- -- DK -- LV --
-- -- -- NL DE PL LT --
-- -- BE LU CZ SK UA --
-- FR CH LI AT HU RO MD
PT ES -- IT SI HR BG --
-- -- -- MT -- -- GR CY`

// Sizes of the drawing, in its own units.
const (
	tileSide = 60
	tileStep = 66
)

// tile is the square of a country on the map.
type tile struct {
	X, Y     int // of its upper left corner
	Right    int // of its right edge
	Step     int // 0 to 4: nothing to do, to much to do
	Code     string
	Sign     string // what the colour says, as a number
	Title    string
	Path     string // "" where the editor can do nothing
	MidX     int    // of what is written on it
	CodeY    int
	SignY    int
	StripesY []int // of the lines drawn over it: as many as Step, so that colour is not all
}

// coverageRow is what is known of a country, for the table.
type coverageRow struct {
	Country           string
	Path              string // to what is due
	Facts, Due, Share int
	Medium, Low       int
	Freshest, Oldest  string
	Undated           int // facts never assured
	Missing           []string
	step              int
	code              bot.Country
	age               int // of the stalest fact in days; undated and lasting ones left out
}

// coverage shows a map of Europe: where facts are due, or how old the stalest
// one is.
func (v *visit) coverage() error {
	byAge := v.R.URL.Query().Get("by") == "age"
	rows := v.coverageRows()
	byCode := make(map[bot.Country]*coverageRow)
	for i := range rows {
		row := &rows[i]
		row.step = shareStep(row.Due, row.Facts)
		if byAge {
			row.step = ageStep(row.age)
		}
		byCode[row.code] = row
	}
	var drawn []tile
	lines := strings.Split(strings.TrimSpace(tiles), "\n")
	width := 0
	for y, line := range lines {
		codes := strings.Fields(line)
		width = max(width, len(codes))
		for x, code := range codes {
			if row := byCode[bot.Country(code)]; row != nil {
				drawn = append(drawn, v.tile(x*tileStep, y*tileStep, row, byAge))
			}
		}
	}
	slices.SortFunc(drawn, func(a, b tile) int { return strings.Compare(a.Title, b.Title) }) // the order of the table, for the keyboard
	steps := make([]legend, 5)
	for i := range steps {
		key := "map.share_"
		if byAge {
			key = "map.age_"
		}
		steps[i] = legend{tile{Right: tileSide, Step: i, StripesY: stripes(0, i)}, v.T.Say(key + string(rune('0'+i)))}
	}
	return v.show(http.StatusOK, "map", struct {
		ByAge                 bool
		Tiles                 []tile
		ViewWidth, ViewHeight int
		Legend                []legend
		Rows                  []coverageRow
	}{byAge, drawn, width * tileStep, len(lines) * tileStep, steps, rows})
}

// legend says what a step means.
type legend struct {
	Tile tile
	Text string
}

func (v *visit) tile(x, y int, row *coverageRow, byAge bool) tile {
	t := tile{
		X: x, Y: y, Right: x + tileSide, Step: row.step, Code: string(row.code), Path: row.Path,
		MidX: x + tileSide/2, CodeY: y + 23, SignY: y + 42, StripesY: stripes(y, row.step),
	}
	t.Sign = v.T.Say("map.percent", "Number", row.Share)
	t.Title = row.Country + ": " + v.T.Say("map.due_of", "Due", row.Due, "Facts", row.Facts)
	if byAge {
		t.Sign = v.T.Say("map.days_short", "Number", row.age)
		t.Title = row.Country + ": " + v.T.Say("map.days", "Count", row.age)
	}
	return t
}

// stripes returns the heights of the lines across the foot of a tile.
func stripes(y, step int) []int {
	all := make([]int, step)
	for i := range all {
		all[i] = y + tileSide - 3 - 3*i
	}
	return all
}

// shareStep returns how much of the facts is due: nothing, up to a quarter, a
// half, three quarters, more.
func shareStep(due, facts int) int {
	switch {
	case due == 0:
		return 0
	case due*4 <= facts:
		return 1
	case due*2 <= facts:
		return 2
	case due*4 <= facts*3:
		return 3
	}
	return 4
}

// ageStep returns how old a fact is: up to half a year, a year, two years, five,
// more.
func ageStep(days int) int {
	for i, limit := range []int{183, 366, 731, 1827} {
		if days <= limit {
			return i
		}
	}
	return 4
}

// coverageRows returns every country by name.
func (v *visit) coverageRows() []coverageRow {
	d := v.Keeper.Directory()
	standings := make(map[bot.Country][]bot.Standing)
	r := d.Records()
	for i := range r.Services {
		s := &r.Services[i]
		standings[s.Country] = append(standings[s.Country], s.Standing)
	}
	for i := range r.Protections {
		p := &r.Protections[i]
		standings[p.Country] = append(standings[p.Country], p.Standing)
	}
	countries := bot.Countries()
	v.T.SortCountries(countries)
	rows := make([]coverageRow, len(countries))
	for i, c := range countries {
		rows[i] = v.coverageRow(c, standings[c])
		for _, n := range bot.Needs() {
			// Only where the emergency number does not reach it is there one for ambulances.
			if n != bot.NeedAmbulance && len(d.Services(c, n)) == 0 {
				rows[i].Missing = append(rows[i].Missing, v.T.Printer.Say(locales.NeedMessage(n)))
			}
		}
	}
	return rows
}

// lasting is the review interval in days from which a fact is taken to hold
// whatever its age, as 112 does: it would hide how old the others are.
const lasting = 3650

func (v *visit) coverageRow(c bot.Country, facts []bot.Standing) coverageRow {
	row := coverageRow{Country: v.T.Country(c), code: c, Facts: len(facts)}
	if v.sees(c) {
		row.Path = "/desk/due?country=" + string(c)
	}
	var freshest, oldest bot.Date
	for _, s := range facts {
		if s.Due(v.Now()) {
			row.Due++
		}
		switch s.Confidence {
		case bot.Medium:
			row.Medium++
		case bot.Low:
			row.Low++
		}
		if s.Assured.IsZero() {
			row.Undated++
			continue
		}
		if freshest.IsZero() || freshest.Before(s.Assured) {
			freshest = s.Assured
		}
		if s.ReviewDays < lasting && (oldest.IsZero() || s.Assured.Before(oldest)) {
			oldest = s.Assured
		}
	}
	if row.Facts > 0 {
		row.Share = (100*row.Due + row.Facts/2) / row.Facts
	}
	if !freshest.IsZero() {
		row.Freshest = v.T.Date(freshest)
	}
	if !oldest.IsZero() {
		row.Oldest = v.T.Date(oldest)
		row.age = int(oldest.Age(v.Now()).Hours() / 24)
	}
	return row
}

// sees reports whether the editor finds facts of a country among what is due.
func (v *visit) sees(c bot.Country) bool {
	r := v.Keeper.Directory().Records()
	if len(v.Who.Organizations) == 0 {
		return v.Who.Reaches(bot.Scope{Countries: []bot.Country{c}})
	}
	return slices.ContainsFunc(r.Services, func(s bot.Service) bool {
		return s.Country == c && directory.MayChange(v.Who, r, s)
	})
}
