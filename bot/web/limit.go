package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// maxPlaces bounds the memory of a Limiter under a flood: some 5 MB.
const maxPlaces = 50_000

// Limiter bounds how many requests are taken from one place. It keeps no
// address: only a keyed hash of it, under a key that is made at the start of
// the process and never leaves it, in memory, until the place has been quiet
// long enough. It is safe for concurrent use.
type Limiter struct {
	burst int           // requests that may come at once
	every time.Duration // one more becomes possible after each
	now   func() time.Time
	key   [32]byte

	mu     sync.Mutex
	places map[uint64]time.Time // when the place will have its whole burst again
}

// NewLimiter returns a limiter that takes burst requests at once and one more
// each time every has passed.
func NewLimiter(burst int, every time.Duration, now func() time.Time) *Limiter {
	l := &Limiter{burst: burst, every: every, now: now, places: make(map[uint64]time.Time)}
	rand.Read(l.key[:]) // never fails, by its contract
	return l
}

// Allow reports whether the request is within the limit, and counts it if it
// is.
func (l *Limiter) Allow(r *http.Request) bool {
	place, now := l.place(r), l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	full := l.places[place]
	if full.Before(now) {
		full = now
	}
	full = full.Add(l.every)
	if full.Sub(now) > time.Duration(l.burst)*l.every {
		return false
	}
	if _, known := l.places[place]; !known && len(l.places) >= maxPlaces {
		l.sweepLocked(now)
	}
	l.places[place] = full
	return true
}

// sweepLocked forgets places that have their whole burst again, and all of
// them if that is not enough: rather let a flood through than lock people out.
func (l *Limiter) sweepLocked(now time.Time) {
	for place, full := range l.places {
		if !full.After(now) {
			delete(l.places, place)
		}
	}
	if len(l.places) >= maxPlaces {
		clear(l.places)
	}
}

func (l *Limiter) place(r *http.Request) uint64 {
	mac := hmac.New(sha256.New, l.key[:])
	mac.Write([]byte(network(r)))
	return binary.BigEndian.Uint64(mac.Sum(nil))
}

// network returns the network that a request comes from: the IPv4 address or
// the /64 of an IPv6 address. Behind a proxy on this machine or in a private
// network it is the last address in X-Forwarded-For, the one the proxy itself
// saw; from anywhere else that header is a stranger's word and is passed over.
func network(r *http.Request) string {
	peer, ok := address(r.RemoteAddr)
	if !ok {
		return ""
	}
	if peer.IsLoopback() || peer.IsPrivate() {
		all := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if seen, ok := address(strings.TrimSpace(all[len(all)-1])); ok {
			peer = seen
		}
	}
	if peer.Is6() {
		prefix, err := peer.WithZone("").Prefix(64)
		if err == nil {
			return prefix.String()
		}
	}
	return peer.String()
}

func address(s string) (netip.Addr, bool) {
	if host, _, err := net.SplitHostPort(s); err == nil {
		s = host
	}
	a, err := netip.ParseAddr(s)
	return a.Unmap(), err == nil
}
