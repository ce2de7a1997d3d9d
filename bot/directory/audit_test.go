package directory_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/directory"
)

func TestEachDeedWritesOneEntryForEachRecordItTouches(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	vira := d.hire(bot.Editor{Name: "Vira", Role: bot.Administrator, Countries: []bot.Country{"UA"}})
	o := bot.Organization{ID: "pl-new", Name: "New"}
	_, err := d.file.Exec(`UPDATE record SET shipped = json_set(body, '$.city', 'Lviv'), differs = 1 WHERE kind = 'service' AND id = 'pl-pip'`)
	d.must(err)
	was, pip := d.stored(lastrada), d.stored(bot.Ref{Kind: bot.KindService, ID: "pl-pip"})
	service, organization := d.edited(lastrada, 1), d.to(o)
	var proposal int64

	entry := func(who string, a bot.Action, subject, before, after string) bot.AuditEntry {
		return bot.AuditEntry{Name: who, Action: a, Subject: subject, Before: before, After: after}
	}
	p := func(n int) string { return fmt.Sprintf("proposal %d", n) }
	assured := func() string { return d.stored(lastrada).Body }
	for _, c := range []struct {
		name string
		deed func() error
		want func() []bot.AuditEntry
	}{
		{"propose", func() (err error) {
			proposal, err = d.Propose(ctx, marta, draft(service, organization))
			return err
		}, func() []bot.AuditEntry {
			return []bot.AuditEntry{
				entry("Marta", bot.ActionPropose, p(1)+": organization pl-new", "", organization.Body),
				entry("Marta", bot.ActionPropose, p(1)+": service pl-lastrada", was.Body, service.Body),
			}
		}},
		{"publish", func() error { return d.Publish(ctx, petro, proposal) }, func() []bot.AuditEntry {
			return []bot.AuditEntry{
				entry("Petro", bot.ActionPublish, "organization pl-new", "", organization.Body),
				entry("Petro", bot.ActionPublish, "service pl-lastrada", was.Body, service.Body),
			}
		}},
		{"undo", func() error { return d.Undo(ctx, marta, d.latest().ID, "") }, func() []bot.AuditEntry {
			return []bot.AuditEntry{
				entry("Marta", bot.ActionUndo, "organization pl-new", organization.Body, ""),
				entry("Marta", bot.ActionUndo, "service pl-lastrada", service.Body, was.Body),
			}
		}},
		{"assure", func() error {
			_, err := d.Assure(ctx, petro, lastrada)
			return err
		}, func() []bot.AuditEntry {
			return []bot.AuditEntry{entry("Petro", bot.ActionAssure, "service pl-lastrada", was.Body, assured())}
		}},
		{"retire", func() (err error) {
			proposal, err = d.Propose(ctx, marta, draft(d.without(bot.KindService, "pl-feminoteka-ua")))
			return err
		}, func() []bot.AuditEntry {
			body := d.stored(bot.Ref{Kind: bot.KindService, ID: "pl-feminoteka-ua"}).Body
			return []bot.AuditEntry{entry("Marta", bot.ActionPropose, p(2)+": service pl-feminoteka-ua", body, "")}
		}},
		{"reject", func() error { return d.Reject(ctx, petro, proposal, "") }, func() []bot.AuditEntry {
			return []bot.AuditEntry{entry("Petro", bot.ActionReject, p(2), "waiting", "rejected")}
		}},
		{"take what is shipped", func() (err error) {
			proposal, err = d.TakeShipped(ctx, marta, pip.Ref)
			return err
		}, func() []bot.AuditEntry {
			q, err := d.house.DB.Proposal(ctx, proposal)
			d.must(err)
			return []bot.AuditEntry{entry("Marta", bot.ActionPropose, p(3)+": service pl-pip", pip.Body, q.Changes[0].Body)}
		}},
		{"withdraw", func() error { return d.Withdraw(ctx, marta, proposal) }, func() []bot.AuditEntry {
			return []bot.AuditEntry{entry("Marta", bot.ActionWithdraw, p(3), "waiting", "withdrawn")}
		}},
		{"keep as ours", func() error { return d.KeepOurs(ctx, petro, pip.Ref) }, func() []bot.AuditEntry {
			return []bot.AuditEntry{entry("Petro", bot.ActionKeep, "service pl-pip", pip.Shipped, pip.Body)}
		}},
		{"switch four eyes", func() error {
			d.dismiss(marta)
			d.dismiss(petro)
			return d.SwitchFourEyes(ctx, vira, "UA", true)
		}, func() []bot.AuditEntry {
			return []bot.AuditEntry{entry("Vira", bot.ActionFourEyes, "UA", "on", "off")}
		}},
	} {
		before := len(d.audit())
		if err := c.deed(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		log := d.audit()
		got := slices.Clone(log[:len(log)-before])
		slices.Reverse(got)
		want := c.want()
		for i := range got {
			if !got[i].At.Equal(d.house.Clock.Now()) || got[i].Editor == 0 {
				t.Errorf("%s: the entry says %v, by %d", c.name, got[i].At, got[i].Editor)
			}
			got[i].ID, got[i].At, got[i].Editor = 0, want[0].At, 0
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: the log tells\n%+v\nwant\n%+v", c.name, got, want)
		}
	}
}

func TestTheAuditLogIsOnlyAppendedTo(t *testing.T) {
	d := newDesk(t)
	marta, _ := d.pair()
	d.proposes(marta, d.edited(lastrada, 1))
	before := d.audit()
	for _, statement := range []string{
		`UPDATE audit SET name = 'Petro'`,
		`UPDATE audit SET id = id + 1`,
		`DELETE FROM audit`,
		`INSERT OR REPLACE INTO audit SELECT id, at, editor, 'Petro', action, subject, before, after FROM audit WHERE id = 1`,
		`DELETE FROM audit WHERE id = 1`,
	} {
		if _, err := d.file.Exec(statement); err == nil || !strings.Contains(err.Error(), "only appended to") {
			t.Errorf("%s: %v", statement, err)
		}
	}
	if !slices.Equal(d.audit(), before) {
		t.Error("the log is another")
	}
}

func TestTheAuditLogIsForAdministrators(t *testing.T) {
	d := newDesk(t)
	marta, _ := d.pair()
	olha := d.hire(bot.Editor{Name: "Olha", Role: bot.Contributor})
	vira := d.hire(bot.Editor{Name: "Vira", Role: bot.Administrator})
	gone := d.hire(bot.Editor{Name: "Gone", Role: bot.Administrator})
	d.dismiss(gone)
	d.proposes(marta, d.edited(lastrada, 1))
	for _, who := range []int64{0, -1, 1 << 40, olha, marta, gone} {
		if got, err := d.Audit(ctx, who, directory.AuditFilter{}); !errors.Is(err, directory.ErrRight) || got != nil {
			t.Errorf("editor %d reads %d entries (%v)", who, len(got), err)
		}
	}
	if got, err := d.Audit(ctx, vira, directory.AuditFilter{Action: bot.ActionPropose, Editor: marta}); err != nil || len(got) != 1 {
		t.Errorf("the administrator reads %d entries (%v)", len(got), err)
	}
}
