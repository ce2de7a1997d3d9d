package answer

import (
	"sync"
	"time"
)

// SessionLife is how long a conversation is remembered after its last turn.
const SessionLife = 30 * time.Minute

// maxSessions bounds the memory of Sessions under a flood: some 20 MB. The
// oldest quarter is forgotten when it is reached.
const maxSessions = 200_000

// Sessions remembers conversations, in memory only. Keys are the transport's.
// The zero value is ready to use; it is safe for concurrent use.
type Sessions struct {
	mu   sync.Mutex
	kept map[int64]keptSession
}

type keptSession struct {
	session Session
	last    time.Time
}

// Get returns the session under key, or a new one if there is none or its life
// is over.
func (s *Sessions) Get(key int64, now time.Time) Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.kept[key]
	if !ok || now.Sub(k.last) > SessionLife {
		delete(s.kept, key)
		return Session{}
	}
	return k.session
}

// Put remembers a session under key.
func (s *Sessions) Put(key int64, session Session, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil {
		s.kept = make(map[int64]keptSession)
	}
	if len(s.kept) >= maxSessions {
		s.sweep(now)
	}
	s.kept[key] = keptSession{session, now}
}

// Drop forgets the session under key.
func (s *Sessions) Drop(key int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.kept, key)
}

// sweep forgets what is over; if that is not enough, all that is older than a
// quarter of a life. It is called with the lock held.
func (s *Sessions) sweep(now time.Time) {
	for life := SessionLife; len(s.kept) >= maxSessions*3/4 && life > time.Second; life /= 4 {
		for key, k := range s.kept {
			if now.Sub(k.last) > life {
				delete(s.kept, key)
			}
		}
	}
	if len(s.kept) >= maxSessions {
		clear(s.kept)
	}
}
