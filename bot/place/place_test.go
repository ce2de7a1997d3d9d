package place

import (
	"math"
	"testing"

	"prystan/bot"
)

func TestALocationTellsTheCountry(t *testing.T) {
	var f Finder
	for _, c := range []struct {
		where    string
		lat, lon float64
		want     bot.Country
	}{
		{"Warsaw", 52.23, 21.01, "PL"}, {"Przemyśl at the border", 49.78, 22.77, "PL"},
		{"Bratislava", 48.14, 17.11, "SK"}, {"Budapest", 47.50, 19.04, "HU"}, {"Bucharest", 44.43, 26.10, "RO"},
		{"Chișinău", 47.01, 28.86, "MD"}, {"Prague", 50.08, 14.44, "CZ"}, {"Berlin", 52.52, 13.40, "DE"},
		{"Sofia", 42.70, 23.32, "BG"}, {"Vienna", 48.21, 16.37, "AT"}, {"Brussels", 50.85, 4.35, "BE"},
		{"Bern", 46.95, 7.45, "CH"}, {"Nicosia", 35.17, 33.36, "CY"}, {"Copenhagen", 55.68, 12.57, "DK"},
		{"Tallinn", 59.44, 24.75, "EE"}, {"Madrid", 40.42, -3.70, "ES"}, {"Tenerife", 28.46, -16.25, "ES"},
		{"Helsinki", 60.17, 24.94, "FI"}, {"Paris", 48.86, 2.35, "FR"}, {"Belfast", 54.60, -5.93, "GB"},
		{"Athens", 37.98, 23.73, "GR"}, {"Zagreb", 45.81, 15.98, "HR"}, {"Dublin", 53.35, -6.26, "IE"},
		{"Reykjavík", 64.14, -21.90, "IS"}, {"Rome", 41.90, 12.50, "IT"}, {"Vaduz", 47.14, 9.52, "LI"},
		{"Vilnius", 54.69, 25.28, "LT"}, {"Luxembourg", 49.61, 6.13, "LU"}, {"Riga", 56.95, 24.11, "LV"},
		{"Valletta", 35.90, 14.51, "MT"}, {"Amsterdam", 52.37, 4.90, "NL"}, {"Oslo", 59.91, 10.75, "NO"},
		{"Lisbon", 38.72, -9.14, "PT"}, {"Stockholm", 59.33, 18.07, "SE"}, {"Ljubljana", 46.06, 14.51, "SI"},
		{"Kyiv", 50.45, 30.52, "UA"}, {"Simferopol", 44.95, 34.10, "UA"}, {"Uzhhorod", 48.62, 22.29, "UA"},
		{"Istanbul", 41.01, 28.98, ""}, {"Atlantic Ocean", 40, -40, ""},
		{"no latitude", math.NaN(), 20, ""}, {"beyond the pole", 91, 20, ""},
	} {
		got, err := f.Country(c.lat, c.lon)
		if err != nil {
			t.Fatal(err)
		}
		if got != c.want {
			t.Errorf("%s: country %q, want %q", c.where, got, c.want)
		}
	}
}
