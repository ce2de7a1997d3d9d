package access_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/access"
	"prystan/bot/bottest"
	"prystan/bot/directory"
	"prystan/bot/sqlite"
)

const address = "http://localhost:8080"

// door is a door over a database of its own, on a clock that the test sets.
type door struct {
	*access.Door
	t     testing.TB
	db    *sqlite.DB
	store *sqlite.Access
	clock *bottest.Clock
}

func newDoor(t testing.TB) *door {
	t.Helper()
	db, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "prystan.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	org, err := bot.NewRecord(bot.Organization{ID: "la-strada-pl", Name: "La Strada"})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Change(context.Background(), func(tx directory.Tx) error {
		_, err := tx.Put(org.Ref, org.Body, false)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	d := &door{t: t, db: db, clock: bottest.NewClock(bottest.Noon)}
	if d.store, err = sqlite.NewAccess(db, []byte("a key of at least sixteen bytes")); err != nil {
		t.Fatal(err)
	}
	d.reopen()
	return d
}

// reopen is what a restart of the program does.
func (d *door) reopen() {
	d.t.Helper()
	var err error
	if d.Door, err = access.NewDoor(d.store, address, d.clock.Now); err != nil {
		d.t.Fatal(err)
	}
}

func (d *door) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// fails fails the test unless err is the wanted one.
func (d *door) fails(what string, err, want error) {
	d.t.Helper()
	if !errors.Is(err, want) {
		d.t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// hire lets the operator add somebody.
func (d *door) hire(name string, r bot.Role, countries ...bot.Country) int64 {
	d.t.Helper()
	id, err := d.Add(context.Background(), 0, bot.Editor{Name: name, Role: r, Countries: countries, Language: bot.English})
	d.must(err)
	return id
}

// link returns the secret of a link that the operator makes.
func (d *door) link(editor int64) string {
	d.t.Helper()
	secret, err := d.MakeLink(context.Background(), 0, editor, access.SignIn)
	d.must(err)
	return secret
}

// signIn returns the secret of a session.
func (d *door) signIn(editor int64, device string) string {
	d.t.Helper()
	secret, err := d.UseLink(context.Background(), d.link(editor), device)
	d.must(err)
	return secret
}

// is fails the test unless the secret opens a session of the editor; 0 for none.
func (d *door) is(what, secret string, editor int64) access.Session {
	d.t.Helper()
	s, err := d.Session(context.Background(), secret)
	if err != nil && !errors.Is(err, access.ErrOut) {
		d.t.Fatal(err)
	}
	if s.Editor.ID != editor {
		d.t.Errorf("%s: signed in is editor %d, not %d", what, s.Editor.ID, editor)
	}
	return s
}

// audit returns the log, the oldest entry first, as "name: action subject: before > after".
func (d *door) audit() []string {
	d.t.Helper()
	var entries []bot.AuditEntry
	d.must(d.db.Change(context.Background(), func(tx directory.Tx) (err error) {
		entries, err = tx.Audit(directory.AuditFilter{})
		return err
	}))
	var all []string
	for i := len(entries) - 1; i >= 0; i-- {
		e := entries[i]
		all = append(all, e.Name+": "+string(e.Action)+" "+e.Subject+": "+e.Before+" > "+e.After)
	}
	return all
}

// logged fails the test unless the newest entries of the log begin so, the
// newest last.
func (d *door) logged(want ...string) {
	d.t.Helper()
	all := d.audit()
	if len(all) < len(want) {
		d.t.Fatalf("the log has only %q", all)
	}
	for i, entry := range all[len(all)-len(want):] {
		if !strings.HasPrefix(entry, want[i]) {
			d.t.Errorf("the log says %q, want %q", entry, want[i])
		}
	}
}
