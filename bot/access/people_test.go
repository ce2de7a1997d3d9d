package access_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/access"
)

func TestNobodyGrantsMoreThanTheyHave(t *testing.T) {
	ctx, d := context.Background(), newDoor(t)
	everywhere, poland := d.hire("Anna", bot.Administrator), d.hire("Piotr", bot.Administrator, "PL")
	editor, contributor := d.hire("Eva", bot.RoleEditor), d.hire("Kim", bot.Contributor)
	gone := d.hire("Gone", bot.Administrator)
	d.must(d.Remove(ctx, 0, gone))
	for _, c := range []struct {
		what string
		by   int64
		e    bot.Editor
		want error
	}{
		{"an administrator of all, an administrator of all", everywhere, bot.Editor{Role: bot.Administrator}, nil},
		{"an administrator of Poland, an editor of Poland", poland, bot.Editor{Role: bot.RoleEditor, Countries: []bot.Country{"PL"}}, nil},
		{"an administrator of Poland, an administrator of Poland", poland, bot.Editor{Role: bot.Administrator, Countries: []bot.Country{"PL"}}, nil},
		{"an administrator of Poland, one of an organization in Poland", poland, bot.Editor{Role: bot.Contributor, Countries: []bot.Country{"PL"}, Organizations: []string{"la-strada-pl"}}, nil},
		{"an administrator of Poland, a contributor of Germany", poland, bot.Editor{Role: bot.Contributor, Countries: []bot.Country{"DE"}}, access.ErrRight},
		{"an administrator of Poland, a contributor of both", poland, bot.Editor{Role: bot.Contributor, Countries: []bot.Country{"PL", "DE"}}, access.ErrRight},
		{"an administrator of Poland, a contributor of all", poland, bot.Editor{Role: bot.Contributor}, access.ErrRight},
		{"an editor, a contributor", editor, bot.Editor{Role: bot.Contributor}, access.ErrRight},
		{"a contributor, a contributor", contributor, bot.Editor{Role: bot.Contributor}, access.ErrRight},
		{"one who was removed, a contributor", gone, bot.Editor{Role: bot.Contributor}, access.ErrRight},
		{"one who never was, a contributor", 999, bot.Editor{Role: bot.Contributor}, access.ErrRight},
		{"a role that is none", everywhere, bot.Editor{Role: "owner"}, access.ErrInvalid},
		{"a country that is none", everywhere, bot.Editor{Role: bot.Contributor, Countries: []bot.Country{"XX"}}, access.ErrInvalid},
		{"an organization that is none", everywhere, bot.Editor{Role: bot.Contributor, Organizations: []string{"nobody"}}, access.ErrInvalid},
	} {
		c.e.Name, c.e.Language = "New "+c.what, bot.English
		id, err := d.Add(ctx, c.by, c.e)
		d.fails(c.what+" is added", err, c.want)
		if c.want == nil {
			d.fails(c.what+" is removed", d.Remove(ctx, c.by, id), nil)
		}
		if c.want == access.ErrRight {
			name := map[int64]string{poland: "Piotr", editor: "Eva", contributor: "Kim", gone: "Gone"}[c.by]
			d.logged(name + ": refused editor New " + c.what + ":  > editor_add")
		}
		// The same by changing somebody whom they manage, and somebody whom they do not.
		mine := d.hire("Mine "+c.what, bot.Contributor, "PL")
		c.e.ID = mine
		d.fails(c.what+" is changed", d.Change(ctx, c.by, c.e), c.want)
	}
	german := d.hire("Greta", bot.Contributor, "DE")
	for _, by := range []int64{poland, editor, contributor, gone} {
		d.fails("changing Greta", d.Change(ctx, by, bot.Editor{ID: german, Name: "Greta", Role: bot.Contributor, Countries: []bot.Country{"PL"}, Language: bot.English}), access.ErrRight)
		d.fails("removing Greta", d.Remove(ctx, by, german), access.ErrRight)
		_, err := d.MakeLink(ctx, by, german, access.SignIn)
		d.fails("a link for Greta", err, access.ErrRight)
		_, err = d.MakeLink(ctx, by, german, access.Connect)
		d.fails("a chat for Greta", err, access.ErrRight)
		d.fails("signing Greta out", d.EndSessions(ctx, by, german, ""), access.ErrRight)
	}
	_, err := d.Add(ctx, contributor, bot.Editor{Name: strings.Repeat("x", 100_000), Role: bot.Contributor, Language: bot.English})
	d.fails("a name without end", err, access.ErrRight)
	if all := d.audit(); len(all[len(all)-1]) > 200 {
		t.Error("somebody without rights fills the log")
	}
	_, err = d.Person(ctx, poland, german)
	d.fails("an administrator of Poland looks Greta up", err, access.ErrRight)
	_, err = d.People(ctx, editor)
	d.fails("the list of people", err, access.ErrRight)
	d.logged("Eva: refused people:  > editor_change")
	_, err = d.MakeLink(ctx, everywhere, german, access.Connect)
	d.fails("an administrator connects a chat for somebody", err, access.ErrRight)
}

func TestTheLastAdministratorStays(t *testing.T) {
	ctx, d := context.Background(), newDoor(t)
	anna := d.hire("Anna", bot.Administrator)
	d.hire("Piotr", bot.Administrator, "PL") // reaches less far
	d.fails("Anna is removed", d.Remove(ctx, anna, anna), access.ErrLast)
	d.fails("Anna is removed by the operator", d.Remove(ctx, 0, anna), access.ErrLast)
	lesser := bot.Editor{ID: anna, Name: "Anna", Role: bot.RoleEditor, Language: bot.English}
	d.fails("Anna becomes an editor", d.Change(ctx, anna, lesser), access.ErrLast)
	lesser.Role, lesser.Countries = bot.Administrator, []bot.Country{"PL"}
	d.fails("Anna reaches less", d.Change(ctx, anna, lesser), access.ErrLast)
	d.hire("Olena", bot.Administrator)
	d.fails("Anna reaches less, and there is Olena", d.Change(ctx, anna, lesser), nil)
}

func TestARightGoesAtOnceAndTheNameStays(t *testing.T) {
	ctx, d := context.Background(), newDoor(t)
	anna, eva := d.hire("Anna", bot.Administrator), d.hire("Eva", bot.RoleEditor)
	secret, unused := d.signIn(eva, "Firefox, Linux"), d.link(eva)
	device := d.passkeyOf(eva)
	d.connect(eva, 4711)

	d.must(d.Change(ctx, anna, bot.Editor{ID: eva, Name: "Eva", Role: bot.Contributor, Countries: []bot.Country{"PL"}, Language: bot.German}))
	if e := d.is("after a change", secret, eva).Editor; e.Role != bot.Contributor || len(e.Countries) != 1 || e.Language != bot.German {
		t.Errorf("the session goes on with the rights from before: %+v", e)
	}
	d.logged(fmt.Sprintf(`Anna: editor_change editor %d: Eva: {"name":"Eva","role":"editor","language":"en","monthly":false} > {"name":"Eva","role":"contributor","countries":["PL"],"language":"de","monthly":false}`, eva))

	d.must(d.Remove(ctx, anna, eva))
	d.is("after the removal", secret, 0)
	_, err := d.UseLink(ctx, unused, "")
	d.fails("a link from before", err, access.ErrLink)
	d.fails("a passkey from before", d.answer(device), access.ErrPasskey)
	_, err = d.EditorOfChat(ctx, 4711)
	d.fails("a chat from before", err, access.ErrOut)
	_, err = d.MakeLink(ctx, 0, eva, access.SignIn)
	d.fails("a new link", err, access.ErrUnknown)
	d.fails("removing again", d.Remove(ctx, anna, eva), access.ErrUnknown)
	if again := d.hire("Eva", bot.Contributor); again == eva {
		t.Error("somebody new has the ID of who was removed")
	}
	for _, e := range d.audit() {
		if strings.Contains(e, secret) || strings.Contains(e, unused) {
			t.Errorf("the log holds a secret: %s", e)
		}
	}
}

func TestANameBelongsToOne(t *testing.T) {
	ctx, d := context.Background(), newDoor(t)
	d.hire("Anna", bot.Administrator)
	eva := d.hire("Eva", bot.RoleEditor)
	_, err := d.Add(ctx, 0, bot.Editor{Name: "Eva", Role: bot.RoleEditor, Language: bot.English})
	d.fails("a second Eva", err, access.ErrName)
	d.fails("Eva becomes Anna", d.Change(ctx, 0, bot.Editor{ID: eva, Name: "Anna", Role: bot.RoleEditor, Language: bot.English}), access.ErrName)
}

func TestEditorsChangeTheirOwnLanguageAndWishOnly(t *testing.T) {
	ctx, d := context.Background(), newDoor(t)
	kim := d.hire("Kim", bot.Contributor, "PL")
	d.must(d.ChangeOwn(ctx, kim, bot.Czech, true))
	d.fails("a language that the desk does not speak", d.ChangeOwn(ctx, kim, "fr", true), access.ErrInvalid)
	d.fails("the operator", d.ChangeOwn(ctx, 0, bot.Czech, true), access.ErrRight)
	all, err := d.People(ctx, 0)
	d.must(err)
	if e := all[0]; e.Language != bot.Czech || !e.Monthly || e.Role != bot.Contributor || len(e.Countries) != 1 {
		t.Errorf("Kim is now %+v", e)
	}
}
