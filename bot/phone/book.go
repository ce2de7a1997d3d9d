package phone

import (
	"sync"

	"prystan/bot"
)

// Book remembers how numbers are written, which takes libphonenumber long to
// find out. The zero value is ready to use and safe for concurrent use.
type Book struct {
	mu      sync.RWMutex
	written map[entry]string
}

// entry is a number as somebody in a country dials it, or from abroad.
type entry struct {
	kind   bot.PhoneKind
	number string
	in     bot.Country // "" from abroad
}

// maxBook bounds a book: editors change numbers, and only those that stand now
// are asked for.
const maxBook = 10_000

// Dialled is the function Dialled.
func (b *Book) Dialled(p bot.Phone, country bot.Country) string {
	return b.write(entry{p.Kind, p.Number, country}, func() string { return Dialled(p, country) })
}

// FromAbroad is the function FromAbroad.
func (b *Book) FromAbroad(p bot.Phone) string {
	return b.write(entry{kind: p.Kind, number: p.Number}, func() string { return FromAbroad(p) })
}

func (b *Book) write(e entry, form func() string) string {
	b.mu.RLock()
	s, ok := b.written[e]
	b.mu.RUnlock()
	if ok {
		return s
	}
	s = form()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.written == nil || len(b.written) >= maxBook {
		b.written = make(map[entry]string)
	}
	b.written[e] = s
	return s
}
