package phone

import (
	"errors"
	"testing"

	"prystan/bot"
)

func TestNumbersAreReadAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct {
		text, number string
		country      bot.Country
		kind         bot.PhoneKind
	}{
		{"+48 22 628 01 20", "+48226280120", "", bot.FullNumber},
		{"0048 22 628-01-20", "+48226280120", "", bot.FullNumber},
		{"22 628 01 20", "+48226280120", "PL", bot.FullNumber},
		{"(044) 235-16-20", "+380442351620", "UA", bot.FullNumber},
		{"030\u00a01234567", "+49301234567", "DE", bot.FullNumber},
		{"116 123", "116123", "PL", bot.ShortCode},
		{"112", "112", "PL", bot.ShortCode},
	} {
		p, err := Read(c.text, c.country)
		if err != nil || p.Number != c.number || p.Kind != c.kind {
			t.Errorf("%q in %q is %+v (%v), not %s", c.text, c.country, p, err, c.number)
		}
	}
}

func TestANumberThatASpreadsheetMayHaveDamagedIsNotGuessed(t *testing.T) {
	for _, c := range []struct {
		text    string
		country bot.Country
		want    error
	}{
		{"4.822E+10", "PL", ErrRounded},
		{"4,822e10", "PL", ErrRounded},
		{"48226280120", "PL", ErrNoPlus},
		{"380442351620", "UA", ErrNoPlus},
		{"442351620", "UA", ErrZeroLost},
		{"301234567", "DE", ErrZeroLost},
		{"226280120", "", ErrNoCountry},
		{"12345678", "PL", ErrUnsure},
		{"call us", "PL", ErrUnsure},
		{"", "PL", ErrUnsure},
	} {
		if p, err := Read(c.text, c.country); !errors.Is(err, c.want) {
			t.Errorf("%q in %q is %+v (%v), not %v", c.text, c.country, p, err, c.want)
		}
	}
}

func TestNumbersGetTheIDsOfTheShippedOnes(t *testing.T) {
	if got := ID(bot.Phone{Kind: bot.FullNumber, Number: "+48226280120"}); got != "e164-48226280120" {
		t.Error(got)
	}
	if got := ID(bot.Phone{Kind: bot.ShortCode, Number: "116123", Country: "PL"}); got != "pl-116123" {
		t.Error(got)
	}
}
