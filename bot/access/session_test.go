package access_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/access"
)

func TestALinkLetsOneInOnce(t *testing.T) {
	ctx, d := context.Background(), newDoor(t)
	eva := d.hire("Eva", bot.RoleEditor)
	first := d.link(eva)
	second := d.link(eva)
	use := func(what, secret string, want error) {
		t.Helper()
		_, err := d.UseLink(ctx, secret, "Firefox, Linux")
		d.fails(what, err, want)
	}
	use("a link that a newer one voided", first, access.ErrLink)
	use("a link", second, nil)
	d.logged("prystan: sign_in_link editor 1: Eva:  > sign_in", "prystan: sign_in_link", "Eva: sign_in editor 1: Eva:  > link: Firefox, Linux")
	use("the same again", second, access.ErrLink)
	use("one that never was", "NOSUCHLINK", access.ErrLink)
	use("none", "", access.ErrLink)
	late := d.link(eva)
	d.clock.Advance(access.LinkLife)
	use("one after ten minutes", late, access.ErrLink)
	d.clock.Advance(time.Second)
	use("the same still later", late, access.ErrLink)
	connect, err := d.MakeLink(ctx, eva, eva, access.Connect)
	d.must(err)
	use("one for another purpose", connect, access.ErrLink)
	_, err = d.Connect(ctx, d.link(eva), 1)
	d.fails("a chat with a link to sign in", err, access.ErrLink)
	d.reopen()
	use("one after a restart", d.link(eva), nil)
}

func TestOfManyWhoUseALinkOneGetsIn(t *testing.T) {
	d := newDoor(t)
	secret := d.link(d.hire("Eva", bot.RoleEditor))
	var in sync.WaitGroup
	results := make([]error, 16)
	for i := range results {
		in.Go(func() { _, results[i] = d.UseLink(context.Background(), secret, "") })
	}
	in.Wait()
	n := 0
	for _, err := range results {
		if err == nil {
			n++
		} else if !errors.Is(err, access.ErrLink) {
			t.Error(err)
		}
	}
	if n != 1 {
		t.Errorf("%d of %d got in", n, len(results))
	}
}

func TestLinksAreLimited(t *testing.T) {
	ctx, d := context.Background(), newDoor(t)
	anna, eva := d.hire("Anna", bot.Administrator), d.hire("Eva", bot.RoleEditor)
	for range access.MaxLinks {
		d.link(eva) // the operator may make any number, and they count for nobody
	}
	for i := range access.MaxLinks {
		by := []int64{anna, eva}[i%2]
		_, err := d.MakeLink(ctx, by, eva, access.SignIn)
		d.fails("a link within the limit", err, nil)
	}
	_, err := d.MakeLink(ctx, eva, eva, access.SignIn)
	d.fails("one too many", err, access.ErrMany)
	d.reopen()
	_, err = d.MakeLink(ctx, anna, eva, access.Connect)
	d.fails("what nobody may", err, access.ErrRight)
	_, err = d.MakeLink(ctx, anna, eva, access.SignIn)
	d.fails("one too many by somebody else, after a restart", err, access.ErrMany)
	_, err = d.MakeLink(ctx, anna, anna, access.SignIn)
	d.fails("one for somebody else", err, nil)
	d.link(eva)
	d.clock.Advance(access.LinksWithin)
	_, err = d.MakeLink(ctx, eva, eva, access.SignIn)
	d.fails("one an hour later", err, nil)
}

func TestASessionEnds(t *testing.T) {
	ctx, d := context.Background(), newDoor(t)
	eva := d.hire("Eva", bot.RoleEditor)
	idle := d.signIn(eva, "")
	d.clock.Advance(access.Idle - time.Second)
	d.is("just before the idle limit", idle, eva)
	d.clock.Advance(access.Idle - time.Second)
	d.is("just before the next", idle, eva)
	d.clock.Advance(access.Idle)
	d.is("after the idle limit", idle, 0)

	busy := d.signIn(eva, "")
	for range 11 {
		d.clock.Advance(time.Hour)
		d.is("every hour", busy, eva)
	}
	d.clock.Advance(time.Hour)
	d.is("after twelve hours", busy, 0)
	if all, err := d.Sessions(ctx, eva); err != nil || len(all) != 0 {
		t.Errorf("sessions that are over are listed: %v (%v)", all, err)
	}
	d.must(d.store.Admit(ctx, func(tx access.Tx) error {
		if left, err := tx.EndSessions(eva, func(access.Session) bool { return true }); err != nil || len(left) > 0 {
			t.Errorf("sessions that are over are kept: %v (%v)", left, err)
		}
		return nil
	}))

	out := d.signIn(eva, "Safari, iOS")
	d.must(d.SignOut(ctx, out))
	d.is("after signing out", out, 0)
	d.logged("Eva: sign_out editor 1: Eva: Safari, iOS > ")
	d.fails("signing out again", d.SignOut(ctx, out), nil)
	d.fails("signing out without", d.SignOut(ctx, ""), nil)
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	ctx, d := context.Background(), newDoor(t)
	anna, eva, kim := d.hire("Anna", bot.Administrator), d.hire("Eva", bot.RoleEditor), d.hire("Kim", bot.Contributor)
	phone := d.signIn(eva, "Chrome, Android")
	d.clock.Advance(time.Minute)
	desk, other := d.signIn(eva, "Firefox, Linux\x00\n"), d.signIn(kim, "Edge, Windows")
	all, err := d.Sessions(ctx, eva)
	if err != nil || len(all) != 2 || all[0].Device != "Firefox, Linux" || all[1].Device != "Chrome, Android" {
		t.Fatalf("sessions %+v (%v)", all, err)
	}
	d.fails("ending somebody else's", d.EndSession(ctx, kim, all[1].ID), access.ErrUnknown)
	d.must(d.EndSession(ctx, eva, all[1].ID))
	d.is("the phone", phone, 0)
	d.is("the desk", desk, eva)
	third := d.signIn(eva, "")
	d.must(d.EndSessions(ctx, eva, eva, all[0].ID))
	d.is("the third", third, 0)
	d.is("the desk", desk, eva)
	d.must(d.EndSessions(ctx, anna, eva, ""))
	d.is("the desk", desk, 0)
	d.is("Kim", other, kim)
	d.logged("Anna: session_end editor 2: Eva: Firefox, Linux > ")
}

// connect connects a chat to an editor's account.
func (d *door) connect(editor, chat int64) {
	d.t.Helper()
	secret, err := d.MakeLink(context.Background(), editor, editor, access.Connect)
	d.must(err)
	_, err = d.Connect(context.Background(), secret, chat)
	d.must(err)
}

func TestAChatBelongsToOneEditor(t *testing.T) {
	ctx, d := context.Background(), newDoor(t)
	eva, kim := d.hire("Eva", bot.RoleEditor), d.hire("Kim", bot.Contributor)
	of := func(what string, chat, want int64) {
		t.Helper()
		e, err := d.EditorOfChat(ctx, chat)
		if err != nil && !errors.Is(err, access.ErrOut) {
			t.Fatal(err)
		}
		if e.ID != want {
			t.Errorf("%s: the chat is of editor %d, not %d", what, e.ID, want)
		}
	}
	of("before", 4711, 0)
	d.connect(eva, 4711)
	of("connected", 4711, eva)
	d.connect(eva, 4712)
	of("another instead", 4711, 0)
	d.connect(eva, 4712)
	of("the same again", 4712, eva)
	d.connect(kim, 4712)
	of("taken over", 4712, kim)
	d.logged("Kim: telegram editor 1: Eva: connected > ", "Kim: telegram editor 2: Kim:  > connected")
	if ok, err := d.Connected(ctx, eva); ok || err != nil {
		t.Errorf("Eva is still connected (%v)", err)
	}
	d.must(d.Disconnect(ctx, kim))
	d.must(d.Disconnect(ctx, kim))
	of("disconnected", 4712, 0)
}

func TestTheMonthlyMessageComesOnceAMonth(t *testing.T) {
	ctx, d := context.Background(), newDoor(t)
	eva, kim, anna := d.hire("Eva", bot.RoleEditor), d.hire("Kim", bot.Contributor), d.hire("Anna", bot.Administrator)
	for _, id := range []int64{eva, kim} {
		d.connect(id, 4700+id)
	}
	d.must(d.ChangeOwn(ctx, eva, bot.English, true))
	d.must(d.ChangeOwn(ctx, anna, bot.English, true)) // wants it, and has no chat
	due := func(want ...int64) {
		t.Helper()
		all, err := d.Due(ctx)
		d.must(err)
		if len(all) != len(want) {
			t.Fatalf("due are %+v, want %v", all, want)
		}
		for i, r := range all {
			if r.Editor.ID != want[i] || r.Chat != 4700+want[i] {
				t.Errorf("due is %+v, want %d", r, want[i])
			}
		}
	}
	due(eva)
	d.must(d.Reminded(ctx, eva))
	due()
	d.clock.Advance(7 * 24 * time.Hour) // into December
	due(eva)
	d.must(d.Remove(ctx, 0, eva))
	due()
}
