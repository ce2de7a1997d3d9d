package directory_test

import (
	"errors"
	"testing"

	"prystan/bot"
	"prystan/bot/directory"
)

func TestOnePersonPublishesAloneOnlyWhereTheRuleIsOffAndNobodyElseCouldLook(t *testing.T) {
	lastrada := bot.Ref{Kind: bot.KindService, ID: "pl-lastrada"}
	emergency := bot.Ref{Kind: bot.KindService, ID: "at-emergency"}
	fact := bot.Ref{Kind: bot.KindFact, ID: "a-coord"}
	number := bot.Ref{Kind: bot.KindPhone, ID: "e164-80067891011"} // of several countries
	poland := []bot.Country{"PL"}
	second := func(role bot.Role, countries ...bot.Country) *bot.Editor {
		return &bot.Editor{Name: "Petro", Role: role, Countries: countries}
	}
	for name, c := range map[string]struct {
		off     []bot.Country
		second  *bot.Editor // hired after the rule was switched off
		removed bool        // the second again
		refs    []bot.Ref
		want    error
	}{
		"the rule is on":                            {nil, nil, false, []bot.Ref{lastrada}, directory.ErrOwn},
		"off":                                       {poland, nil, false, []bot.Ref{lastrada}, nil},
		"off for another country":                   {[]bot.Country{"AT"}, nil, false, []bot.Ref{lastrada}, directory.ErrOwn},
		"off for one of the countries":              {poland, nil, false, []bot.Ref{lastrada, emergency}, directory.ErrOwn},
		"off for both":                              {[]bot.Country{"PL", "AT"}, nil, false, []bot.Ref{lastrada, emergency}, nil},
		"off for one country of a number":           {poland, nil, false, []bot.Ref{number}, directory.ErrOwn},
		"a Europe-wide fact, off for one country":   {poland, nil, false, []bot.Ref{fact}, directory.ErrOwn},
		"a Europe-wide fact, off for all countries": {bot.Countries(), nil, false, []bot.Ref{fact}, nil},
		"off, and a second editor":                  {poland, second(bot.RoleEditor), false, []bot.Ref{lastrada}, directory.ErrOwn},
		"off, and a second administrator":           {poland, second(bot.Administrator, "PL"), false, []bot.Ref{lastrada}, directory.ErrOwn},
		"off, and one who is gone":                  {poland, second(bot.RoleEditor), true, []bot.Ref{lastrada}, nil},
		"off, and a contributor":                    {poland, second(bot.Contributor), false, []bot.Ref{lastrada}, nil},
		"off, and an editor of another country":     {poland, second(bot.RoleEditor, "AT"), false, []bot.Ref{lastrada}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			vira := d.hire(bot.Editor{Name: "Vira", Role: bot.Administrator})
			for _, country := range c.off {
				d.must(d.SwitchFourEyes(ctx, vira, country, true))
			}
			if c.second != nil {
				id := d.hire(*c.second)
				if c.removed {
					d.dismiss(id)
				}
			}
			var changes []directory.Change
			for _, ref := range c.refs {
				changes = append(changes, d.edited(ref, 1))
			}
			proposal := d.proposes(vira, changes...)
			trace := d.trace()
			if err := d.Publish(ctx, vira, proposal); !errors.Is(err, c.want) {
				t.Fatalf("publishing alone: %v, want %v", err, c.want)
			}
			if c.want != nil && d.trace() != trace {
				t.Error("what was refused has left a trace")
			}
			if c.want == nil && !d.latest().Alone {
				t.Error("the history does not show that nobody else had looked")
			}
		})
	}
}

func TestWhereTheRuleIsOffTheHistoryStillShowsWhenTwoHaveLooked(t *testing.T) {
	d := newDesk(t)
	vira := d.hire(bot.Editor{Name: "Vira", Role: bot.Administrator})
	olha := d.hire(bot.Editor{Name: "Olha", Role: bot.Contributor})
	d.must(d.SwitchFourEyes(ctx, vira, "PL", true))
	d.publishes(vira, olha, d.edited(bot.Ref{Kind: bot.KindService, ID: "pl-lastrada"}, 1))
	if d.latest().Alone {
		t.Error("two have looked, and the history says one")
	}
}

// Somebody limited to an organization is nobody's second, so nobody could look
// at what they did alone.
func TestAnEditorOfOneOrganizationNeverPublishesAlone(t *testing.T) {
	d := newDesk(t)
	vira := d.hire(bot.Editor{Name: "Vira", Role: bot.Administrator})
	zofia := d.hire(bot.Editor{Name: "Zofia", Role: bot.RoleEditor, Organizations: []string{"pl-la-strada-foundation-poland"}})
	d.must(d.SwitchFourEyes(ctx, vira, "PL", true))
	d.dismiss(vira)
	proposal := d.proposes(zofia, d.edited(bot.Ref{Kind: bot.KindService, ID: "pl-lastrada"}, 1))
	if err := d.Publish(ctx, zofia, proposal); !errors.Is(err, directory.ErrOwn) {
		t.Errorf("publishing alone: %v", err)
	}
}

func TestOnlyAnAdministratorOfTheCountrySwitchesFourEyesOff(t *testing.T) {
	d := newDesk(t)
	vira := d.hire(bot.Editor{Name: "Vira", Role: bot.Administrator, Countries: []bot.Country{"PL"}})
	gone := d.hire(bot.Editor{Name: "Gone", Role: bot.Administrator})
	d.dismiss(gone)
	cases := map[string]struct {
		who     int64
		country bot.Country
	}{
		"the operator":                          {0, "PL"},
		"nobody":                                {1 << 40, "PL"},
		"a removed administrator":               {gone, "PL"},
		"an administrator of another country":   {vira, "AT"},
		"a country that is none":                {vira, "XX"},
		"a contributor":                         {d.hire(bot.Editor{Name: "Olha", Role: bot.Contributor}), "PL"},
		"an editor":                             {d.hire(bot.Editor{Name: "Jan", Role: bot.RoleEditor, Countries: []bot.Country{"AT"}}), "AT"},
		"an administrator of one organization":  {d.hire(bot.Editor{Name: "Zofia", Role: bot.Administrator, Organizations: []string{"pl-lastrada"}}), "PL"},
		"an administrator of it in the country": {d.hire(bot.Editor{Name: "Ewa", Role: bot.Administrator, Countries: []bot.Country{"PL"}, Organizations: []string{"pl-lastrada"}}), "PL"},
	}
	trace := d.trace()
	for name, c := range cases {
		for _, off := range []bool{true, false} {
			if err := d.SwitchFourEyes(ctx, c.who, c.country, off); !errors.Is(err, directory.ErrRight) {
				t.Errorf("%s, off %t: %v", name, off, err)
			}
		}
	}
	if d.trace() != trace {
		t.Error("what was refused has left a trace")
	}

	d.must(d.SwitchFourEyes(ctx, vira, "PL", true))
	d.must(d.SwitchFourEyes(ctx, vira, "PL", true))
	if off, err := d.house.DB.FourEyesOff(ctx); err != nil || len(off) != 1 || off[0] != "PL" {
		t.Errorf("it is off for %v (%v)", off, err)
	}
	if log := d.audit(); len(log) != 1 || log[0].Action != bot.ActionFourEyes || log[0].Before != "on" || log[0].After != "off" || log[0].Name != "Vira" {
		t.Errorf("the log tells %+v", log)
	}
	d.must(d.SwitchFourEyes(ctx, vira, "PL", false))
	d.hire(bot.Editor{Name: "Petro", Role: bot.RoleEditor, Countries: []bot.Country{"PL"}})
	d.must(d.SwitchFourEyes(ctx, vira, "PL", true)) // its only editor; administrators are for everybody
	d.must(d.SwitchFourEyes(ctx, vira, "PL", false))
	d.hire(bot.Editor{Name: "Marta", Role: bot.RoleEditor, Countries: []bot.Country{"PL"}})
	if err := d.SwitchFourEyes(ctx, vira, "PL", true); !errors.Is(err, directory.ErrSeveral) {
		t.Errorf("it is switched off for a country that two look after: %v", err)
	}
}
