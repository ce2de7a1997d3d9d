package desk

import (
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"prystan/bot/exchange"
	"prystan/bot/intake"
)

// Limits of what is kept between the two steps of an import. It is in memory
// only, and whoever is too late sends the file again.
const (
	maxUploads   = 20
	maxOwn       = 4 // of one session
	maxWeight    = 256 << 20
	uploadLife   = 30 * time.Minute
	weightOfARow = 300 // beside its texts
)

// upload is a file that an editor has sent and not proposed yet.
type upload struct {
	Key     string
	Name    string // of the file
	Read    *intake.Intake
	session string // access.Session.ID
	editor  int64
	at      time.Time
	weight  int // about how many bytes it takes
}

// uploads keeps files between the two steps. The zero value is ready to use.
type uploads struct {
	reading sync.Mutex // held while a file is read: one at a time is enough for the memory
	mu      sync.Mutex
	kept    []*upload // the oldest first
}

// keep keeps a file for the session that sent it, and gives it its key.
func (u *uploads) keep(up *upload) {
	slim(up)
	up.Key = rand.Text()
	u.mu.Lock()
	defer u.mu.Unlock()
	u.clean(up.at)
	own := 0
	for i := len(u.kept) - 1; i >= 0; i-- {
		if u.kept[i].session != up.session {
			continue
		}
		if own++; own >= maxOwn {
			u.kept = slices.Delete(u.kept, i, i+1)
		}
	}
	u.kept = append(u.kept, up)
	weight := 0
	for i := len(u.kept) - 1; i >= 0; i-- {
		weight += u.kept[i].weight
		if i < len(u.kept)-1 && (weight > maxWeight || len(u.kept)-i > maxUploads) {
			u.kept = slices.Delete(u.kept, 0, i+1)
			break
		}
	}
}

func (u *uploads) clean(now time.Time) {
	u.kept = slices.DeleteFunc(u.kept, func(up *upload) bool { return now.Sub(up.at) >= uploadLife })
}

// of returns the file that a visitor has sent under a key. There is none for
// anybody else.
func (u *uploads) of(v *visit, key string) (*upload, bool) { return u.find(v, key, false) }

// take is of, and the file is kept no longer.
func (u *uploads) take(v *visit, key string) (*upload, bool) { return u.find(v, key, true) }

func (u *uploads) find(v *visit, key string, remove bool) (*upload, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.clean(v.Now())
	i := slices.IndexFunc(u.kept, func(up *upload) bool {
		return up.Key == key && up.session == v.Session.ID && up.editor == v.Who.ID
	})
	if i < 0 {
		return nil, false
	}
	up := u.kept[i]
	if remove {
		u.kept = slices.Delete(u.kept, i, i+1)
	}
	return up, true
}

// slim drops what can be had again, and weighs the rest.
func slim(up *upload) {
	for i := range up.Read.Rows {
		row := &up.Read.Rows[i]
		row.Differences = nil
		if row.State == exchange.Unchanged {
			row.Before, row.Record.Body = "", ""
		}
		up.weight += weightOfARow + len(row.Before) + len(row.Record.Body)
		for _, p := range row.Problems {
			for _, value := range p.Values {
				up.weight += weightOfARow + len(value)
			}
		}
	}
}
