package directory_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"prystan/bot"
	"prystan/bot/directory"
)

func TestFiftyEditorsAtOnceKeepOneHistory(t *testing.T) {
	const editors, each = 50, 4
	d := newDesk(t)
	refs := []bot.Ref{lastrada, {Kind: bot.KindService, ID: "pl-pip"}, {Kind: bot.KindPhone, ID: "e164-48605687750"}, {Kind: bot.KindFact, ID: "a-coord"}}
	var ids []int64
	for i := range editors {
		ids = append(ids, d.hire(bot.Editor{Name: fmt.Sprint("editor ", i), Role: bot.RoleEditor}))
	}
	var published [editors]int
	var all sync.WaitGroup
	for i, me := range ids {
		all.Go(func() {
			other := ids[(i+1)%editors]
			for n := range each {
				ref := refs[(i+n)%len(refs)]
				id, err := d.Propose(ctx, me, draft(d.edited(ref, 10*i+n)))
				if err == nil {
					err = d.Publish(ctx, other, id)
				}
				switch {
				case err == nil:
					published[i]++
				case !errors.As(err, new(*directory.Conflict)):
					t.Errorf("%s: %v", ref, err)
				}
				if directory := d.answers.Directory(); len(directory.Phones(d.service(lastrada.ID))) == 0 {
					t.Error("a service is told of without its number")
				}
			}
		})
	}
	all.Wait()
	d.agree()
	total, told := 0, 0
	for _, n := range published {
		total += n
	}
	for _, ref := range refs {
		history := d.history(ref)
		slices.Reverse(history)
		told += len(history)
		last := d.stored(ref).Shipped
		for i, p := range history {
			if v := p.Versions[0]; v.Before != last || v.Revision != i+2 {
				t.Errorf("%s: publication %d made revision %d, the %d. after the first, of what was not there", ref, p.ID, v.Revision, i+1)
			}
			last = p.Versions[0].After
		}
		if s := d.stored(ref); s.Body != last || s.Revision != len(history)+1 {
			t.Errorf("%s stands at revision %d after %d publications", ref, s.Revision, len(history))
		}
	}
	if told != total || total == 0 {
		t.Errorf("%d changes were published, the history tells of %d", total, told)
	}
}
