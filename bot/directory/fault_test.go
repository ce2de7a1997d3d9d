package directory_test

import (
	"context"
	"errors"
	"testing"

	"prystan/bot"
	"prystan/bot/directory"
)

// faulty is a store of which the n-th call of an operation fails, counted from
// 1; none if n is 0. Committing is its last call.
type faulty struct {
	directory.Store
	n, calls int
}

var errBroken = errors.New("the disk is broken")

func (f *faulty) fail() error {
	if f.calls++; f.calls == f.n {
		return errBroken
	}
	return nil
}

func (f *faulty) Change(ctx context.Context, do func(directory.Tx) error) error {
	return f.Store.Change(ctx, func(tx directory.Tx) error {
		if err := do(&faultyTx{tx, f}); err != nil {
			return err
		}
		return f.fail()
	})
}

type faultyTx struct {
	directory.Tx
	*faulty
}

func attempt[T any](f *faulty, do func() (T, error)) (T, error) {
	if err := f.fail(); err != nil {
		var none T
		return none, err
	}
	return do()
}

func (f *faulty) write(do func() error) error {
	return errors.Join(do(), f.fail()) // what is half done must not stay
}

func (f *faultyTx) Editor(id int64) (bot.Editor, error) {
	return attempt(f.faulty, func() (bot.Editor, error) { return f.Tx.Editor(id) })
}
func (f *faultyTx) Editors() ([]bot.Editor, error) { return attempt(f.faulty, f.Tx.Editors) }
func (f *faultyTx) Record(ref bot.Ref) (directory.Stored, error) {
	return attempt(f.faulty, func() (directory.Stored, error) { return f.Tx.Record(ref) })
}
func (f *faultyTx) Proposal(id int64) (directory.Proposal, error) {
	return attempt(f.faulty, func() (directory.Proposal, error) { return f.Tx.Proposal(id) })
}
func (f *faultyTx) Publication(id int64) (directory.Publication, error) {
	return attempt(f.faulty, func() (directory.Publication, error) { return f.Tx.Publication(id) })
}
func (f *faultyTx) FourEyesOff(c bot.Country) (bool, error) {
	return attempt(f.faulty, func() (bool, error) { return f.Tx.FourEyesOff(c) })
}
func (f *faultyTx) Put(ref bot.Ref, body string, retired bool) (revision int, err error) {
	err = f.write(func() error {
		revision, err = f.Tx.Put(ref, body, retired)
		return err
	})
	return revision, err
}
func (f *faultyTx) Settle(ref bot.Ref) error {
	return f.write(func() error { return f.Tx.Settle(ref) })
}
func (f *faultyTx) AddProposal(p *directory.Proposal) error {
	return f.write(func() error { return f.Tx.AddProposal(p) })
}
func (f *faultyTx) Decide(p directory.Proposal) error {
	return f.write(func() error { return f.Tx.Decide(p) })
}
func (f *faultyTx) AddPublication(p *directory.Publication) error {
	return f.write(func() error { return f.Tx.AddPublication(p) })
}
func (f *faultyTx) SetFourEyes(c bot.Country, off bool) error {
	return f.write(func() error { return f.Tx.SetFourEyes(c, off) })
}
func (f *faultyTx) Log(e bot.AuditEntry) error {
	return f.write(func() error { return f.Tx.Log(e) })
}

func TestADeedThatFailsHalfwayLeavesEverythingAsItWas(t *testing.T) {
	var store *faulty
	d := deskOver(t, func(s directory.Store) directory.Store {
		store = &faulty{Store: s}
		return store
	})
	vira := d.hire(bot.Editor{Name: "Vira", Role: bot.Administrator})
	d.must(d.SwitchFourEyes(ctx, vira, "PL", true))
	o, p, s := newLine()
	var proposal int64
	propose := func(changes ...directory.Change) func() error {
		return func() (err error) {
			proposal, err = d.Propose(ctx, vira, draft(changes...))
			return err
		}
	}
	publish := func() error { return d.Publish(ctx, vira, proposal) }
	steps := []struct {
		name  string
		deed  func() error
		fewer int // calls that it makes at least
	}{
		{"propose", propose(d.to(o), d.to(p), d.to(s)), 12},
		{"publish alone", publish, 15},
		{"undo", func() error { return d.Undo(ctx, vira, d.latest().ID, "") }, 12},
		{"undo the undo", func() error { return d.Undo(ctx, vira, d.latest().ID, "") }, 12},
		{"assure", func() error {
			_, err := d.Assure(ctx, vira, lastrada)
			return err
		}, 6},
		{"retire", func() error { return propose(d.without(bot.KindService, s.ID))() }, 4},
		{"reject", func() error { return d.Reject(ctx, vira, proposal, "") }, 4},
		{"propose again", func() error { return propose(d.without(bot.KindService, s.ID))() }, 4},
		{"withdraw", func() error { return d.Withdraw(ctx, vira, proposal) }, 4},
		{"differ", func() error {
			_, err := d.file.Exec(`UPDATE record SET shipped = json_set(body, '$.city', 'Lviv'), differs = 1 WHERE kind = 'service' AND id = 'pl-pip'`)
			return err
		}, 0},
		{"take what is shipped", func() (err error) {
			proposal, err = d.TakeShipped(ctx, vira, bot.Ref{Kind: bot.KindService, ID: "pl-pip"})
			return err
		}, 4},
		{"keep as ours", func() error { return d.KeepOurs(ctx, vira, bot.Ref{Kind: bot.KindService, ID: "pl-pip"}) }, 4},
		{"switch four eyes on", func() error { return d.SwitchFourEyes(ctx, vira, "PL", false) }, 4},
	}
	for _, step := range steps {
		trace := d.trace()
		for store.n = 1; ; store.n++ {
			store.calls = 0
			err := step.deed()
			if err == nil {
				break
			}
			if !errors.Is(err, errBroken) {
				t.Fatalf("%s, failing at call %d: %v", step.name, store.n, err)
			}
			if d.trace() != trace {
				t.Fatalf("%s, failing at call %d, has left a trace", step.name, store.n)
			}
		}
		if store.n-1 < step.fewer {
			t.Errorf("%s makes %d calls, at least %d are known of", step.name, store.n-1, step.fewer)
		}
		d.agree()
	}
}

func TestAnOperationThatIsGivenUpLeavesNoTrace(t *testing.T) {
	d := newDesk(t)
	marta, petro := d.pair()
	proposal := d.proposes(marta, d.edited(lastrada, 1))
	trace := d.trace()
	gone, cancel := context.WithCancel(ctx)
	cancel()
	for name, err := range map[string]error{
		"publish": d.Publish(gone, petro, proposal), "reject": d.Reject(gone, petro, proposal, ""), "withdraw": d.Withdraw(gone, marta, proposal),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if d.trace() != trace {
		t.Error("what was given up has left a trace")
	}
}
