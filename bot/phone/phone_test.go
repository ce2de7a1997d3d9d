package phone

import (
	"testing"

	"prystan/bot"
)

func TestANumberIsShownAsItIsDialledThere(t *testing.T) {
	full := func(n string) bot.Phone { return bot.Phone{Kind: bot.FullNumber, Number: n} }
	short := func(n string, c bot.Country) bot.Phone {
		return bot.Phone{Kind: bot.ShortCode, Number: n, Country: c}
	}
	for _, c := range []struct {
		phone           bot.Phone
		from            bot.Country
		dialled, abroad string
		tel             string
	}{
		{full("+48226280120"), "PL", "22 628 01 20", "+48 22 628 01 20", "+48226280120"},
		{full("+48226280120"), "DE", "+48 22 628 01 20", "+48 22 628 01 20", "+48226280120"},
		{full("+80067891011"), "PL", "00 800 6789 1011", "", "0080067891011"},
		{full("+4233800203"), "LI", "380 02 03", "+423 380 02 03", "+4233800203"},
		{short("116000", "PL"), "PL", "116 000", "", "116000"},
		{short("527", "UA"), "UA", "527", "", "527"},
		{short("112", "DE"), "DE", "112", "", "112"},
		{short("11414", "SE"), "SE", "11414", "", "11414"},
	} {
		if got := Dialled(c.phone, c.from); got != c.dialled {
			t.Errorf("%s in %s is dialled %q, want %q", c.phone.Number, c.from, got, c.dialled)
		}
		if got := FromAbroad(c.phone); got != c.abroad {
			t.Errorf("%s from abroad is %q, want %q", c.phone.Number, got, c.abroad)
		}
		if got := Tel(c.phone); got != c.tel {
			t.Errorf("%s as a link is %q, want %q", c.phone.Number, got, c.tel)
		}
	}
}

func TestNumbersThatDoNotExistAreRefused(t *testing.T) {
	for _, p := range []bot.Phone{
		{Kind: bot.FullNumber, Number: "+48116000"}, {Kind: bot.FullNumber, Number: "226280120"},
		{Kind: bot.FullNumber, Number: "+48 22 628 01 20"}, {Kind: bot.FullNumber, Number: "+999123456789"},
		{Kind: bot.FullNumber, Number: ""}, {Kind: bot.ShortCode, Number: "1", Country: "PL"},
		{Kind: bot.ShortCode, Number: "116000"}, {Kind: bot.ShortCode, Number: "11x", Country: "PL"}, {Number: "112", Country: "PL"},
	} {
		if err := Check(p); err == nil {
			t.Errorf("%+v was accepted", p)
		}
	}
	for _, p := range []bot.Phone{
		{Kind: bot.FullNumber, Number: "+48226280120"}, {Kind: bot.FullNumber, Number: "+80067891011"},
		{Kind: bot.ShortCode, Number: "116000", Country: "PL"},
	} {
		if err := Check(p); err != nil {
			t.Error(err)
		}
	}
}
