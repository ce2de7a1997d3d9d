package directory_test

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"prystan/bot"
	"prystan/bot/access"
	"prystan/bot/answer"
	"prystan/bot/bottest"
	"prystan/bot/directory"
	"prystan/bot/facts"
	"prystan/bot/sqlite"
)

// desk is a keeper over a database file of its own, and answers.
type desk struct {
	*directory.Keeper
	t       testing.TB
	house   *bottest.Prepared
	answers *answer.Published
	file    *sql.DB // the same file, beside the product
}

// published is what every desk publishes to, one after another, since learning
// from the examples takes long and is done only when they change.
var published = sync.OnceValue(func() *answer.Published { return &answer.Published{} })

// newDesk returns a desk at which the shipped directory is public and nobody
// works yet.
func newDesk(t testing.TB) *desk {
	return deskOver(t, func(s directory.Store) directory.Store { return s })
}

// deskOver lets a test stand between the keeper and the store.
func deskOver(t testing.TB, wrap func(directory.Store) directory.Store) *desk {
	t.Helper()
	d := &desk{t: t, house: bottest.House(t), answers: published()}
	d.must(d.answers.Publish(d.house.Directory.Records()))
	d.Keeper = directory.NewKeeper(wrap(d.house.DB), d.answers, facts.CheckPhones, d.house.Clock.Now)
	var err error
	d.file, err = sql.Open("sqlite", d.house.Path)
	d.must(err)
	d.file.SetMaxOpenConns(1) // a connection sees what others write: see trace
	t.Cleanup(func() { d.file.Close() })
	return d
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// hire lets somebody into the desk.
func (d *desk) hire(e bot.Editor) int64 {
	d.t.Helper()
	door, err := sqlite.NewAccess(d.house.DB, make([]byte, 32))
	d.must(err)
	e.Language = bot.English
	d.must(door.Admit(context.Background(), func(tx access.Tx) error { return tx.AddEditor(&e, []byte(e.Name)) }))
	return e.ID
}

// dismiss removes somebody from the desk.
func (d *desk) dismiss(editor int64) {
	d.t.Helper()
	door, err := sqlite.NewAccess(d.house.DB, make([]byte, 32))
	d.must(err)
	d.must(door.Admit(context.Background(), func(tx access.Tx) error { return tx.RemoveEditor(editor) }))
}

// pair hires two who publish everywhere, one to propose and one to look.
func (d *desk) pair() (marta, petro int64) {
	d.t.Helper()
	return d.hire(bot.Editor{Name: "Marta", Role: bot.RoleEditor}), d.hire(bot.Editor{Name: "Petro", Role: bot.RoleEditor})
}

func (d *desk) stored(ref bot.Ref) directory.Stored {
	d.t.Helper()
	s, err := d.house.DB.Stored(context.Background(), ref)
	d.must(err)
	return s
}

// to is the change that makes a record v, from how it stands.
func (d *desk) to(v any) directory.Change {
	d.t.Helper()
	r, err := bot.NewRecord(v)
	d.must(err)
	return directory.Change{Ref: r.Ref, Base: d.stored(r.Ref).Revision, Body: r.Body}
}

// without is the change that retires a record, from how it stands.
func (d *desk) without(kind bot.Kind, id string) directory.Change {
	d.t.Helper()
	ref := bot.Ref{Kind: kind, ID: id}
	return directory.Change{Ref: ref, Base: d.stored(ref).Revision}
}

func draft(changes ...directory.Change) directory.Draft {
	return directory.Draft{Origin: directory.FromForm, Reason: "they wrote to us", Source: "https://example.org/news", Changes: changes}
}

// proposes lets an editor propose changes.
func (d *desk) proposes(editor int64, changes ...directory.Change) int64 {
	d.t.Helper()
	id, err := d.Propose(context.Background(), editor, draft(changes...))
	d.must(err)
	return id
}

// publishes lets an editor publish what another proposes, and returns the ID of
// the publication.
func (d *desk) publishes(editor, other int64, changes ...directory.Change) int64 {
	d.t.Helper()
	d.must(d.Publish(context.Background(), editor, d.proposes(other, changes...)))
	return d.latest().ID
}

// latest is the newest publication.
func (d *desk) latest() directory.Publication {
	d.t.Helper()
	all, err := d.house.DB.Publications(context.Background(), 1)
	d.must(err)
	if len(all) == 0 {
		d.t.Fatal("nothing was ever published")
	}
	return all[0]
}

func (d *desk) history(ref bot.Ref) []directory.Publication {
	d.t.Helper()
	all, err := d.house.DB.History(context.Background(), ref)
	d.must(err)
	return all
}

// audit returns the log, the newest entry first.
func (d *desk) audit() []bot.AuditEntry {
	d.t.Helper()
	var all []bot.AuditEntry
	d.must(d.house.DB.Change(context.Background(), func(tx directory.Tx) (err error) {
		all, err = tx.Audit(directory.AuditFilter{})
		return err
	}))
	return all
}

// service returns a service as answers give it.
func (d *desk) service(id string) bot.Service {
	d.t.Helper()
	s, ok := d.answers.Directory().Service(id)
	if !ok {
		d.t.Fatalf("nobody is told of service %s", id)
	}
	return s
}

func (d *desk) phone(id string) bot.Phone {
	d.t.Helper()
	p, ok := d.answers.Directory().Phone(id)
	if !ok {
		d.t.Fatalf("nobody is told of phone %s", id)
	}
	return p
}

// agree fails unless answers come from what stands in the database.
func (d *desk) agree() {
	d.t.Helper()
	kept, err := d.house.DB.Records(context.Background())
	d.must(err)
	if a, b := d.encoded(kept), d.encoded(d.answers.Directory().Records()); !reflect.DeepEqual(a, b) {
		d.t.Errorf("the database keeps %d records, answers come from %d, and they differ", len(a), len(b))
	}
}

func (d *desk) encoded(r bot.Records) []bot.Record {
	d.t.Helper()
	all, err := r.Encode()
	d.must(err)
	return all
}

// trace is what changes with everything that is written to the database, by
// whom ever, and with what answers come from.
func (d *desk) trace() string {
	d.t.Helper()
	var version int
	d.must(d.file.QueryRow(`PRAGMA data_version`).Scan(&version))
	return fmt.Sprintf("%d %p", version, d.answers.Directory())
}
