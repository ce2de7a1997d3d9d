package bot

import (
	"fmt"
	"sync"
	"time"
)

// Country is an ISO 3166-1 alpha-2 code, such as "PL"; "" where none is known.
type Country string

// Ukraine is the country people come from. It is also a country of the
// directory, for people inside it.
const Ukraine Country = "UA"

// countries are those of the directory, with the IANA time zone in which their
// opening hours are meant (capital city where a country has several) and
// whether the EU's temporary protection applies there (Council Directive
// 2001/55/EC does not bind Denmark; the others outside are no EU members).
var countries = []struct {
	code Country
	zone string
	eu   bool
}{
	{"PL", "Europe/Warsaw", true}, {"SK", "Europe/Bratislava", true}, {"HU", "Europe/Budapest", true},
	{"RO", "Europe/Bucharest", true}, {"MD", "Europe/Chisinau", false}, {"CZ", "Europe/Prague", true},
	{"DE", "Europe/Berlin", true}, {"BG", "Europe/Sofia", true},
	{"AT", "Europe/Vienna", true}, {"BE", "Europe/Brussels", true}, {"CH", "Europe/Zurich", false},
	{"CY", "Asia/Nicosia", true}, {"DK", "Europe/Copenhagen", false}, {"EE", "Europe/Tallinn", true},
	{"ES", "Europe/Madrid", true}, {"FI", "Europe/Helsinki", true}, {"FR", "Europe/Paris", true},
	{"GB", "Europe/London", false}, {"GR", "Europe/Athens", true}, {"HR", "Europe/Zagreb", true},
	{"IE", "Europe/Dublin", true}, {"IS", "Atlantic/Reykjavik", false}, {"IT", "Europe/Rome", true},
	{"LI", "Europe/Vaduz", false}, {"LT", "Europe/Vilnius", true}, {"LU", "Europe/Luxembourg", true},
	{"LV", "Europe/Riga", true}, {"MT", "Europe/Malta", true}, {"NL", "Europe/Amsterdam", true},
	{"NO", "Europe/Oslo", false}, {"PT", "Europe/Lisbon", true}, {"SE", "Europe/Stockholm", true},
	{"SI", "Europe/Ljubljana", true}, {"UA", "Europe/Kyiv", false},
}

// Neighbours is the number of countries at the head of Countries that lie near
// Ukraine and host most people: menus show them first.
const Neighbours = 8

// Countries returns the countries of the directory: near neighbours of Ukraine
// first, the others by code.
func Countries() []Country {
	all := make([]Country, len(countries))
	for i, c := range countries {
		all[i] = c.code
	}
	return all
}

// Known reports whether c is one of Countries.
func (c Country) Known() bool {
	_, ok := c.row()
	return ok
}

// EUProtection reports whether the temporary protection of the EU applies in c.
// False for a country that is not known.
func (c Country) EUProtection() bool {
	i, ok := c.row()
	return ok && countries[i].eu
}

// Zone returns the IANA name of the time zone in which opening hours in c are
// meant, or "" for a country that is not known.
func (c Country) Zone() string {
	if i, ok := c.row(); ok {
		return countries[i].zone
	}
	return ""
}

// Location returns the time zone of c.
func (c Country) Location() (*time.Location, error) {
	zone := c.Zone()
	if zone == "" {
		return nil, fmt.Errorf("no time zone of country %q", c)
	}
	if loc, ok := zones.Load(zone); ok {
		return loc.(*time.Location), nil
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("loading time zone of country %q: %w", c, err)
	}
	zones.Store(zone, loc)
	return loc, nil
}

// zones holds the time zones loaded so far, by name: each is read from a file.
var zones sync.Map

// Flag returns the flag of c as its two regional indicator symbols, or "" where
// c is no two-letter code.
func (c Country) Flag() string {
	if len(c) != 2 || c[0] < 'A' || c[0] > 'Z' || c[1] < 'A' || c[1] > 'Z' {
		return ""
	}
	const a = '🇦'
	return string([]rune{a + rune(c[0]-'A'), a + rune(c[1]-'A')})
}

func (c Country) row() (int, bool) {
	for i := range countries {
		if countries[i].code == c {
			return i, true
		}
	}
	return 0, false
}
