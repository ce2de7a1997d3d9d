package directory_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/directory"
)

// rehearsal is a store in which deeds that succeed are not done, if on.
type rehearsal struct {
	directory.Store
	on bool
}

var errRehearsed = errors.New("it would have been done")

func (r *rehearsal) Change(ctx context.Context, do func(directory.Tx) error) error {
	return r.Store.Change(ctx, func(tx directory.Tx) error {
		if err := do(tx); err != nil || !r.on {
			return err
		}
		return errRehearsed
	})
}

// target is a record that editors try to change, and what stands in their way.
type target struct {
	ref         bot.Ref
	publication int64 // that has changed it
	proposal    int64 // somebody else's to change it
}

// targets by whose they are, as the names of the rights below have it.
func targets() map[string]*target {
	all := map[string]*target{}
	for name, ref := range map[string]bot.Ref{
		"service":                         {Kind: bot.KindService, ID: "pl-lastrada"},
		"service of another organization": {Kind: bot.KindService, ID: "pl-pip"},
		"service of no organization":      {Kind: bot.KindService, ID: "pl-emergency"},
		"service of another country":      {Kind: bot.KindService, ID: "at-emergency"},
		"number":                          {Kind: bot.KindPhone, ID: "e164-48605687750"},
		"short code":                      {Kind: bot.KindPhone, ID: "pl-112"},
		"number of several countries":     {Kind: bot.KindPhone, ID: "e164-80067891011"},
		"organization":                    {Kind: bot.KindOrganization, ID: "pl-la-strada-foundation-poland"},
		"line":                            {Kind: bot.KindServiceText, ID: "pl-lastrada/uk"},
		"protection":                      {Kind: bot.KindProtection, ID: "PL"},
		"protection text":                 {Kind: bot.KindProtectionText, ID: "PL/uk"},
		"fact":                            {Kind: bot.KindFact, ID: "a-coord"},
		"article":                         {Kind: bot.KindArticle, ID: "tp.work/uk"},
		"examples":                        {Kind: bot.KindExamples, ID: "tp.work/uk"},
	} {
		all[name] = &target{ref: ref}
	}
	return all
}

// edited is the change of a record that a person would see, the n-th.
func (d *desk) edited(ref bot.Ref, n int) directory.Change {
	d.t.Helper()
	v, err := d.stored(ref).Value()
	d.must(err)
	word := fmt.Sprintf("change %d", n)
	switch was := v.(type) {
	case bot.Organization:
		was.Name = word
		v = was
	case bot.Phone:
		was.Kind, was.Number, was.Country = bot.FullNumber, fmt.Sprintf("+4822628%04d", n), ""
		v = was
	case bot.Service:
		was.City = word
		v = was
	case bot.Protection:
		was.Authority.English = word
		v = was
	case bot.Fact:
		was.Text = word
		v = was
	case bot.Article:
		was.Title = word
		v = was
	case bot.ProtectionText:
		was.Status = word
		v = was
	case bot.ServiceText:
		was.Text = word
		v = was
	case bot.ExampleSet:
		was.Calm = append(slices.Clone(was.Calm), word)
		v = was
	}
	return d.to(v)
}

func TestNobodyGoesBeyondTheirRights(t *testing.T) {
	var store *rehearsal
	d := deskOver(t, func(s directory.Store) directory.Store {
		store = &rehearsal{Store: s}
		return store
	})
	marta, petro := d.pair()
	all := targets()
	for _, target := range all {
		target.publication = d.publishes(petro, marta, d.edited(target.ref, 1))
	}
	_, err := d.file.Exec(`UPDATE record SET differs = 1 WHERE body IS NOT shipped`)
	d.must(err)
	for _, target := range all {
		target.proposal = d.proposes(marta, d.edited(target.ref, 2))
	}

	names := func(lists ...string) []string { return strings.Split(strings.Join(lists, ", "), ", ") }
	const ofLaStrada = "service, number, organization, line"
	const ofPoland = ofLaStrada + ", service of another organization, service of no organization, short code, protection, protection text"
	everything := names(ofPoland, "service of another country, number of several countries, fact, article, examples")
	limits := []struct {
		name    string
		editor  bot.Editor
		reaches []string
	}{
		{"everywhere", bot.Editor{}, everything},
		{"of Poland", bot.Editor{Countries: []bot.Country{"PL"}}, names(ofPoland)},
		{"of Austria", bot.Editor{Countries: []bot.Country{"AT"}}, names("service of another country")},
		{"of La Strada", bot.Editor{Organizations: []string{"pl-la-strada-foundation-poland"}}, names(ofLaStrada)},
		{"of La Strada in Poland", bot.Editor{Countries: []bot.Country{"PL"}, Organizations: []string{"pl-la-strada-foundation-poland"}}, names(ofLaStrada)},
		{"of La Strada in Austria", bot.Editor{Countries: []bot.Country{"AT"}, Organizations: []string{"pl-la-strada-foundation-poland"}}, nil},
	}
	type person struct {
		id      int64
		name    string
		role    bot.Role
		reaches []string
	}
	people := []person{
		{id: 0, name: "the operator", role: bot.Contributor, reaches: everything},
		{id: 1 << 40, name: "nobody"},
		{id: -1, name: "a forged id"},
	}
	for _, role := range bot.Roles() {
		for _, l := range limits {
			l.editor.Role, l.editor.Name = role, string(role)+" "+l.name
			people = append(people, person{d.hire(l.editor), l.editor.Name, role, l.reaches})
		}
		gone := d.hire(bot.Editor{Role: role, Name: "removed " + string(role)})
		d.dismiss(gone)
		people = append(people, person{id: gone, name: "removed " + string(role)})
	}
	deeds := map[string]struct {
		publishes bool // needs a role that does
		do        func(who int64, of *target) error
	}{
		"propose": {false, func(who int64, of *target) error {
			_, err := d.Propose(ctx, who, draft(d.edited(of.ref, 3)))
			return err
		}},
		"propose to retire": {false, func(who int64, of *target) error {
			_, err := d.Propose(ctx, who, draft(d.without(of.ref.Kind, of.ref.ID)))
			if errors.As(err, new(*directory.Invalid)) {
				return errRehearsed // the rights were there, but others need the record
			}
			return err
		}},
		"take what is shipped": {false, func(who int64, of *target) error {
			_, err := d.TakeShipped(ctx, who, of.ref)
			return err
		}},
		"publish":      {true, func(who int64, of *target) error { return d.Publish(ctx, who, of.proposal) }},
		"reject":       {true, func(who int64, of *target) error { return d.Reject(ctx, who, of.proposal, "") }},
		"undo":         {true, func(who int64, of *target) error { return d.Undo(ctx, who, of.publication, "") }},
		"keep as ours": {true, func(who int64, of *target) error { return d.KeepOurs(ctx, who, of.ref) }},
		"assure": {false, func(who int64, of *target) error {
			_, err := d.Assure(ctx, who, of.ref)
			return err
		}},
	}
	trace := d.trace()
	for _, who := range people {
		for name, of := range all {
			for deed, try := range deeds {
				if deed == "assure" && !slices.Contains([]bot.Kind{bot.KindService, bot.KindProtection, bot.KindFact}, of.ref.Kind) {
					continue
				}
				store.on = slices.Contains(who.reaches, name) && (who.role.Publishes() || !try.publishes)
				want := directory.ErrRight
				if store.on {
					want = errRehearsed
				}
				if err := try.do(who.id, of); !errors.Is(err, want) {
					t.Errorf("%s: %s %s (%s): %v, want %v", who.name, deed, name, of.ref, err, want)
				}
			}
		}
	}
	store.on = false
	for _, who := range people {
		if err := d.Withdraw(ctx, who.id, all["service"].proposal); !errors.Is(err, directory.ErrRight) {
			t.Errorf("%s: withdraws what another proposed: %v", who.name, err)
		}
	}
	if d.trace() != trace {
		t.Error("what was refused or rehearsed has left a trace")
	}
}

func TestNobodyMovesARecordIntoOrOutOfTheirRights(t *testing.T) {
	d := newDesk(t)
	poland := d.hire(bot.Editor{Name: "Ewa", Role: bot.RoleEditor, Countries: []bot.Country{"PL"}})
	strada := d.hire(bot.Editor{Name: "Zofia", Role: bot.RoleEditor, Organizations: []string{"pl-la-strada-foundation-poland"}})
	abroad := d.service("pl-lastrada")
	abroad.Country = "AT"
	stolen := d.service("at-emergency")
	stolen.Country = "PL"
	others := d.service("pl-lastrada")
	others.Organization = "pl-national-labour-inspectorate"
	taken := d.service("pl-pip")
	taken.Organization = "pl-la-strada-foundation-poland"
	own := d.service("pl-lastrada")
	own.City = "Warsaw"
	trace := d.trace()
	for name, c := range map[string]struct {
		who     int64
		changes []directory.Change
	}{
		"their service to another country":      {poland, []directory.Change{d.to(abroad)}},
		"another country's service to theirs":   {poland, []directory.Change{d.to(stolen)}},
		"their service to another organization": {strada, []directory.Change{d.to(others)}},
		"another's service to theirs":           {strada, []directory.Change{d.to(taken)}},
		"another's beside their own":            {strada, []directory.Change{d.to(own), d.to(taken)}},
		"a number for nobody":                   {poland, []directory.Change{d.to(bot.Phone{ID: "e164-48226289999", Kind: bot.FullNumber, Number: "+48226289999"})}},
		"an organization without a country":     {poland, []directory.Change{d.to(bot.Organization{ID: "pl-new", Name: "New"})}},
	} {
		if _, err := d.Propose(ctx, c.who, draft(c.changes...)); !errors.Is(err, directory.ErrRight) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if d.trace() != trace {
		t.Error("what was refused has left a trace")
	}
}

func TestRightsThatAreLimitedToAnOrganizationReachNoNumberThatOthersUse(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	strada := d.hire(bot.Editor{Name: "Zofia", Role: bot.RoleEditor, Organizations: []string{"pl-la-strada-foundation-poland"}})
	number := d.phone("e164-48605687750")
	number.Number = "+48226289999"
	protection, _ := d.answers.Directory().Protection("PL")
	protection.Phone = number.ID
	emergency := d.service("pl-emergency")
	emergency.Phones = append(slices.Clone(emergency.Phones), number.ID)
	for name, use := range map[string]any{"the authority": protection, "the emergency service": emergency} {
		used := d.publishes(petro, marta, d.to(use))
		if _, err := d.Propose(ctx, strada, draft(d.to(number))); !errors.Is(err, directory.ErrRight) {
			t.Errorf("the number of %s: %v", name, err)
		}
		d.must(d.Undo(ctx, petro, used, ""))
	}
	d.proposes(strada, d.to(number))
}

func TestAnEditorOfOneCountryTakesBackWhatTheyRetired(t *testing.T) {
	d := newDesk(t)
	ewa := d.hire(bot.Editor{Name: "Ewa", Role: bot.RoleEditor, Countries: []bot.Country{"PL"}})
	jan := d.hire(bot.Editor{Name: "Jan", Role: bot.RoleEditor, Countries: []bot.Country{"PL"}})
	o, p, s := newLine()
	d.publishes(jan, ewa, d.to(o), d.to(p), d.to(s))
	d.publishes(jan, ewa, d.without(bot.KindOrganization, o.ID), d.without(bot.KindPhone, p.ID), d.without(bot.KindService, s.ID))
	d.must(d.Undo(ctx, ewa, d.latest().ID, "it is open again"))
	if got := d.service(s.ID); got.Organization != o.ID {
		t.Errorf("it came back as %+v", got)
	}
	d.agree()
}

func TestARightIsReadWhenTheDeedIsDone(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	proposal := d.proposes(marta, d.edited(bot.Ref{Kind: bot.KindService, ID: "pl-lastrada"}, 1))
	d.dismiss(petro)
	if err := d.Publish(ctx, petro, proposal); !errors.Is(err, directory.ErrRight) {
		t.Errorf("a removed editor publishes: %v", err)
	}
	vira := d.hire(bot.Editor{Name: "Vira", Role: bot.Administrator})
	d.dismiss(marta)
	d.must(d.Publish(ctx, vira, proposal))
	if d.service("pl-lastrada").City != "change 1" {
		t.Error("what a removed editor had proposed is not public")
	}
}
