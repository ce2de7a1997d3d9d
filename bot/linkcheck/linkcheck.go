// Package linkcheck asks pages whether they still answer, gently: one request at
// a time, each page at most once a week, and a host never twice within a few
// seconds. It reaches public addresses only, wherever a page may lead.
//
// It knows nothing of what the pages are for. What to ask, and where the answers
// are kept, is the caller's; so are the clock and the network.
package linkcheck

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"
)

// How gentle it is.
const (
	every     = 7 * 24 * time.Hour // a page is asked
	hostGap   = 5 * time.Second    // between requests to a host
	gap       = time.Second        // between any two requests
	timeout   = 20 * time.Second   // of a request
	redirects = 5                  // that are followed
	pause     = time.Hour          // when nothing is to be asked
)

// Page is how a page answered when it was last asked.
type Page struct {
	URL     string
	Checked time.Time
	Status  int       // of HTTP; 0: it did not answer
	Failing time.Time // since when it fails; zero: it answers
}

// Store keeps how pages answered.
type Store interface {
	CheckedPages(context.Context) ([]Page, error)
	KeepPage(context.Context, Page) error
	DropPage(ctx context.Context, url string) error
}

// Config says what a checker stands on. Every field is needed.
type Config struct {
	Addresses func() []string // pages to ask; read anew again and again
	Store     Store
	Agent     string // by which hosts know who asks
	Log       *slog.Logger
	Now       func() time.Time
	// Wait returns after a time, or with the error of a context that ends before.
	Wait    func(context.Context, time.Duration) error
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)
}

// OnNetwork returns the configuration with the clock and network of this
// machine.
func (c Config) OnNetwork() Config {
	c.Now, c.Wait = time.Now, wait
	c.Resolve = func(ctx context.Context, host string) ([]netip.Addr, error) {
		return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	}
	c.Dial = (&net.Dialer{}).DialContext
	return c
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Checker asks pages.
type Checker struct {
	Config
	client *http.Client
	asked  map[string]time.Time // when each host was last asked
	last   time.Time            // when any was
	silent map[string]time.Time // pages that gave no answer when nobody did
}

// New returns a checker. It asks nothing before Run.
func New(c Config) *Checker {
	k := &Checker{Config: c, asked: make(map[string]time.Time), silent: make(map[string]time.Time)}
	k.client = k.newClient()
	return k
}

// Run asks until ctx ends; then it returns nil.
func (k *Checker) Run(ctx context.Context) error {
	for {
		if err := k.round(ctx); err != nil && ctx.Err() == nil {
			k.Log.Error("checking links", "error", err)
		}
		if err := k.Wait(ctx, pause); err != nil {
			return nil
		}
	}
}

// patience is how many pages in a row may give no answer before that is taken to
// be the fault of our own network; after doubt they are asked again.
const (
	patience = 10
	doubt    = 24 * time.Hour
)

// round asks every page that is due. A page that gives no answer at all is only
// kept as failing once another has answered after it, or when it gave none a day
// ago either: it may be our network that fails.
func (k *Checker) round(ctx context.Context) error {
	due, err := k.due(ctx)
	if err != nil {
		return err
	}
	var silent []Page
	for len(due) > 0 && len(silent) < patience {
		next := k.next(due)
		page := due[next]
		due = slices.Delete(due, next, next+1)
		status, err := k.ask(ctx, page.URL)
		if err != nil {
			return err
		}
		page.settle(status, k.Now())
		if silent = append(silent, page); status == 0 {
			continue
		}
		if err := k.keep(ctx, silent...); err != nil {
			return err
		}
		silent = nil
	}
	return k.mistrust(ctx, silent)
}

func (k *Checker) keep(ctx context.Context, pages ...Page) error {
	for _, p := range pages {
		if err := k.Store.KeepPage(ctx, p); err != nil {
			return err
		}
		delete(k.silent, p.URL)
	}
	return nil
}

// mistrust deals with pages after which no other has answered.
func (k *Checker) mistrust(ctx context.Context, silent []Page) error {
	for _, p := range silent {
		if _, again := k.silent[p.URL]; again {
			if err := k.keep(ctx, p); err != nil {
				return err
			}
			continue
		}
		k.silent[p.URL] = k.Now()
	}
	if len(silent) == patience {
		k.Log.Warn("pages gave no answer one after another: perhaps this machine is offline", "pages", len(silent))
	}
	return nil
}

// settle notes how a page answered.
func (p *Page) settle(status int, now time.Time) {
	p.Status, p.Checked = status, now
	switch {
	case !Failed(status):
		p.Failing = time.Time{}
	case p.Failing.IsZero():
		p.Failing = now
	}
}

// Failed reports whether a status says that a page is not there for people any
// more. A host that refuses machines, or asks for patience, is there.
func Failed(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotAcceptable,
		http.StatusTooManyRequests, http.StatusUnavailableForLegalReasons:
		return false
	}
	return status < 200 || status > 299
}

// due returns the pages that were not asked for long, those never asked first,
// then the oldest. What is no longer to be asked is forgotten.
func (k *Checker) due(ctx context.Context) ([]Page, error) {
	known, err := k.Store.CheckedPages(ctx)
	if err != nil {
		return nil, err
	}
	pages := make(map[string]Page, len(known))
	for _, p := range known {
		pages[p.URL] = p
	}
	var due []Page
	named := make(map[string]bool)
	for _, address := range k.Addresses() {
		if named[address] {
			continue
		}
		named[address] = true
		p := pages[address]
		p.URL = address
		since, silent := k.silent[address]
		if silent && k.Now().Sub(since) < doubt {
			continue
		}
		if p.Checked.IsZero() || k.Now().Sub(p.Checked) >= every {
			due = append(due, p)
		}
	}
	for address := range k.silent {
		if !named[address] {
			delete(k.silent, address)
		}
	}
	for _, p := range known {
		if !named[p.URL] {
			if err := k.Store.DropPage(ctx, p.URL); err != nil {
				return nil, err
			}
		}
	}
	slices.SortStableFunc(due, func(a, b Page) int { return a.Checked.Compare(b.Checked) })
	return due, nil
}

// next returns the first of the pages whose host may be asked at once, or the
// one that may be soonest.
func (k *Checker) next(due []Page) int {
	best, soonest := 0, time.Duration(-1)
	for i, p := range due {
		u, err := url.Parse(p.URL)
		if err != nil {
			return i
		}
		left := k.left(u.Hostname())
		if left <= 0 {
			return i
		}
		if soonest < 0 || left < soonest {
			best, soonest = i, left
		}
	}
	return best
}

// left returns how long a host is still to be left alone.
func (k *Checker) left(host string) time.Duration {
	last, ok := k.asked[host]
	if !ok {
		return 0
	}
	return hostGap - k.Now().Sub(last)
}

// turn waits until a host may be asked.
func (k *Checker) turn(ctx context.Context, host string) error {
	if d := max(k.left(host), gap-k.Now().Sub(k.last)); d > 0 && !k.last.IsZero() {
		if err := k.Wait(ctx, d); err != nil {
			return err
		}
	}
	k.last = k.Now()
	for known, at := range k.asked {
		if k.last.Sub(at) > hostGap {
			delete(k.asked, known)
		}
	}
	k.asked[host] = k.last
	return nil
}

// errOffLimits is that an address is none that anybody may open.
var errOffLimits = errors.New("not a public web address")
