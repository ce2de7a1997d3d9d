package desk

import (
	"crypto/sha256"
	"slices"
	"sync"

	"prystan/bot/directory"
)

// maxSent bounds the memory of forms that were sent.
const maxSent = 200

// sent remembers which proposal a form became, so that a button that is pressed
// twice, or again after going back, makes one proposal. The zero value is ready
// to use.
type sent struct {
	mu   sync.Mutex // held from looking for a form to keeping it
	kept []sentForm // the oldest first
}

type sentForm struct {
	sum      [sha256.Size]byte
	proposal int64
}

// sum tells what was sent, where and by which session.
func (f *form) sum() [sha256.Size]byte {
	return sha256.Sum256([]byte(f.Session.ID + "\n" + f.R.URL.Path + "\n" + f.given.Encode()))
}

// waitsLocked returns the proposal that the very same form has become, if nobody
// has decided about it.
func (s *sent) waitsLocked(f *form) (proposal int64, ok bool) {
	sum := f.sum()
	i := slices.IndexFunc(s.kept, func(k sentForm) bool { return k.sum == sum })
	if i < 0 {
		return 0, false
	}
	p, err := f.Store.Proposal(f.R.Context(), s.kept[i].proposal)
	return p.ID, err == nil && p.State == directory.Waiting
}

func (s *sent) keepLocked(f *form, proposal int64) {
	sum := f.sum()
	s.kept = slices.DeleteFunc(s.kept, func(k sentForm) bool { return k.sum == sum })
	if len(s.kept) >= maxSent {
		s.kept = slices.Delete(s.kept, 0, 1)
	}
	s.kept = append(s.kept, sentForm{sum, proposal})
}
