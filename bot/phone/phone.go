// Package phone knows telephone numbers: it validates full numbers with
// libphonenumber and writes every number as it is dialled. Short codes (112,
// 116000, 527 …) are never handed to libphonenumber, which calls them invalid.
package phone

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"prystan/bot"
)

var (
	shortForm = regexp.MustCompile(`^[0-9]{2,6}$`)
	fullForm  = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
)

// universalFreephone is the calling code of +800 numbers, which no country
// owns and which are dialled as 00 800 … everywhere (ITU-T E.169).
const universalFreephone = 800

// Check returns what is wrong with the number: a full number must be E.164 and
// valid by libphonenumber, a short code two to six digits with a country.
func Check(p bot.Phone) error {
	switch p.Kind {
	case bot.ShortCode:
		if !shortForm.MatchString(p.Number) {
			return fmt.Errorf("short code %q is not two to six digits", p.Number)
		}
		if !p.Country.Known() {
			return fmt.Errorf("short code %q has no country", p.Number)
		}
		return nil
	case bot.FullNumber:
		if !fullForm.MatchString(p.Number) {
			return fmt.Errorf("number %q is not E.164 (+ and up to 15 digits)", p.Number)
		}
		n, err := phonenumbers.Parse(p.Number, "ZZ")
		if err != nil {
			return fmt.Errorf("number %q: %w", p.Number, err)
		}
		if !phonenumbers.IsValidNumber(n) {
			return fmt.Errorf("number %q does not exist in its numbering plan", p.Number)
		}
		return nil
	}
	return fmt.Errorf("kind %q of number %q is not full or short", p.Kind, p.Number)
}

// Dialled returns the number as a person inside country dials it: a short code
// as it stands, a number of that country in its national form, any other in
// its international form.
func Dialled(p bot.Phone, country bot.Country) string {
	if p.Kind == bot.ShortCode {
		return groupShort(p.Number)
	}
	n, err := phonenumbers.Parse(p.Number, "ZZ")
	if err != nil {
		return p.Number
	}
	switch {
	case n.GetCountryCode() == universalFreephone:
		return "00 " + strings.TrimPrefix(phonenumbers.Format(n, phonenumbers.INTERNATIONAL), "+")
	case phonenumbers.GetRegionCodeForNumber(n) == string(country):
		return phonenumbers.Format(n, phonenumbers.NATIONAL)
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}

// FromAbroad returns the international form of a full number, or "" for a
// number that has none: short codes and +800 numbers.
func FromAbroad(p bot.Phone) string {
	if p.Kind == bot.ShortCode {
		return ""
	}
	n, err := phonenumbers.Parse(p.Number, "ZZ")
	if err != nil || n.GetCountryCode() == universalFreephone {
		return ""
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}

// Tel returns the number for a tel: link, dialled as it stands.
func Tel(p bot.Phone) string {
	return strings.Replace(p.Number, "+800", "00800", 1)
}

// groupShort writes a harmonised European number the way people know it
// (116 000); other short codes stay together.
func groupShort(n string) string {
	if len(n) == 6 && strings.HasPrefix(n, "116") {
		return n[:3] + " " + n[3:]
	}
	return n
}
