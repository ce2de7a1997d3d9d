package phone

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"prystan/bot"
)

// Why a number as people and spreadsheets write it is not read: rather none
// than a wrong one.
var (
	ErrRounded   = errors.New("a spreadsheet has rounded the number")
	ErrNoPlus    = errors.New("the + and the country code may be missing")
	ErrZeroLost  = errors.New("the zero that numbers of the country begin with may be missing")
	ErrNoCountry = errors.New("the country is not known")
	ErrUnsure    = errors.New("it does not exist in the numbering plan of the country")
)

var (
	rounded = regexp.MustCompile(`^[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+$|^[0-9]+[.,][0-9]+$`)
	spaces  = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "\t", "", "-", "", "\u2011", "", "\u2013", "", "(", "", ")", "", ".", "", "/", "")
	digits  = regexp.MustCompile(`^[0-9]+$`)
)

// Read returns the number that text stands for, without ID: a full number in
// international form or in the national form of country, or a short code of
// country. It reads what it is sure of only, and gives one of the errors above
// otherwise.
func Read(text string, country bot.Country) (bot.Phone, error) {
	text = strings.TrimSpace(text)
	if rounded.MatchString(text) {
		return bot.Phone{}, fmt.Errorf("number %q: %w", text, ErrRounded)
	}
	number := spaces.Replace(text)
	if rest, ok := strings.CutPrefix(number, "00"); ok {
		number = "+" + rest
	}
	if strings.HasPrefix(number, "+") {
		p := bot.Phone{Kind: bot.FullNumber, Number: number}
		return p, Check(p)
	}
	if !digits.MatchString(number) {
		return bot.Phone{}, fmt.Errorf("number %q: %w", text, ErrUnsure)
	}
	if !country.Known() {
		return bot.Phone{}, fmt.Errorf("number %q: %w", text, ErrNoCountry)
	}
	if shortForm.MatchString(number) {
		return bot.Phone{Kind: bot.ShortCode, Number: number, Country: country}, nil
	}
	full, err := national(number, country)
	if err != nil {
		return bot.Phone{}, fmt.Errorf("number %q: %w", text, err)
	}
	return bot.Phone{Kind: bot.FullNumber, Number: full}, nil
}

// national returns the E.164 form of a number in national form.
func national(number string, country bot.Country) (string, error) {
	if Check(bot.Phone{Kind: bot.FullNumber, Number: "+" + number}) == nil {
		return "", ErrNoPlus
	}
	if !strings.HasPrefix(number, phonenumbers.GetNddPrefixForRegion(string(country), true)) {
		return "", ErrZeroLost
	}
	n, err := phonenumbers.Parse(number, string(country))
	if err != nil || !phonenumbers.IsValidNumberForRegion(n, string(country)) {
		return "", ErrUnsure
	}
	return phonenumbers.Format(n, phonenumbers.E164), nil
}

// ID returns the ID that a number has here unless it has one of its own:
// "e164-48226280120", or "pl-116123" of a short code.
func ID(p bot.Phone) string {
	if p.Kind == bot.ShortCode {
		return strings.ToLower(string(p.Country)) + "-" + p.Number
	}
	return "e164-" + strings.TrimPrefix(p.Number, "+")
}
