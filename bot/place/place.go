// Package place tells in which country of the directory a point of the map
// lies. It works offline, from the time zone boundaries that ship with tzf, and
// keeps nothing.
package place

import (
	"fmt"
	"sync"

	"github.com/ringsaturn/tzf"
	tzfrellite "github.com/ringsaturn/tzf-rel-lite"
	pb "github.com/ringsaturn/tzf/gen/go/tzf/v1"
	"google.golang.org/protobuf/proto"

	"prystan/bot"
)

// furtherZones are the time zones of our countries beside the one that
// bot.Country.Zone names.
var furtherZones = map[string]bot.Country{
	"Europe/Busingen": "DE", "Europe/Mariehamn": "FI", "Arctic/Longyearbyen": "NO",
	"Atlantic/Canary": "ES", "Africa/Ceuta": "ES", "Atlantic/Madeira": "PT", "Atlantic/Azores": "PT",
	"Asia/Famagusta": "CY", "Europe/Kiev": "UA", "Europe/Uzhgorod": "UA", "Europe/Zaporozhye": "UA",
	"Europe/Simferopol": "UA",
}

// Finder finds countries. The zero value is ready to use: the boundaries are
// read at the first call, since most people never share a location.
type Finder struct {
	once   sync.Once
	zones  map[string]bot.Country
	finder tzf.F
	err    error
}

// Country returns the country at a point, "" where it lies in none of ours.
// Latitude and longitude are in degrees (WGS 84); values out of range lie
// nowhere.
func (f *Finder) Country(latitude, longitude float64) (bot.Country, error) {
	f.once.Do(f.load)
	if f.err != nil {
		return "", f.err
	}
	if !(latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180) {
		return "", nil
	}
	return f.zones[f.finder.GetTimezoneName(longitude, latitude)], nil
}

// load reads the boundaries of our countries only, which takes a tenth of the
// memory of the whole world's.
func (f *Finder) load() {
	f.zones = make(map[string]bot.Country)
	for zone, country := range furtherZones {
		f.zones[zone] = country
	}
	for _, c := range bot.Countries() {
		f.zones[c.Zone()] = c
	}
	var world pb.CompressedTimezones
	if err := proto.Unmarshal(tzfrellite.LiteCompressData, &world); err != nil {
		f.err = fmt.Errorf("reading time zone boundaries: %w", err)
		return
	}
	var ours []*pb.CompressedTimezone
	for _, zone := range world.Timezones {
		if _, ok := f.zones[zone.Name]; ok {
			ours = append(ours, zone)
		}
	}
	world.Timezones = ours
	if f.finder, f.err = tzf.NewFinderFromCompressed(&world, tzf.SetDropPBTZ); f.err != nil {
		f.err = fmt.Errorf("reading time zone boundaries: %w", f.err)
	}
}
