package answer

import (
	"sync"

	"prystan/bot"
	"prystan/bot/phone"
)

// memory is what a conversation has worked out for some answers and needs for
// others. It holds nothing of any person.
type memory struct {
	phone.Book

	mu     sync.RWMutex
	of     *bot.Directory // that others is about
	others map[bot.Language]string
}

// otherEmergencies returns what work once made of a directory in a language.
func (m *memory) otherEmergencies(dir *bot.Directory, l bot.Language, work func() string) string {
	m.mu.RLock()
	s, ok := m.others[l]
	ok = ok && m.of == dir
	m.mu.RUnlock()
	if ok {
		return s
	}
	s = work()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.of != dir {
		m.of, m.others = dir, make(map[bot.Language]string)
	}
	m.others[l] = s
	return s
}
