package linkcheck

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// world is a network of one server on this machine that every host name leads
// to, a clock that waits move on, and a store in memory.
type world struct {
	mu       sync.Mutex
	now      time.Time
	pages    map[string]Page
	named    []string
	resolves map[string]string // other addresses than a public one, by host
	requests []request
	dialled  int
	down     bool // nothing can be reached
}

type request struct {
	method, url, agent string
	at                 time.Time
}

func (w *world) CheckedPages(context.Context) ([]Page, error) {
	var all []Page
	for _, p := range w.pages {
		all = append(all, p)
	}
	return all, nil
}

func (w *world) KeepPage(_ context.Context, p Page) error {
	w.pages[p.URL] = p
	return nil
}

func (w *world) DropPage(_ context.Context, url string) error {
	delete(w.pages, url)
	return nil
}

// newWorld returns a world whose server answers with handler, and a checker in
// it.
func newWorld(t *testing.T, handler http.HandlerFunc, named ...string) (*world, *Checker) {
	t.Helper()
	w := &world{
		now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC), pages: map[string]Page{}, named: named, resolves: map[string]string{},
	}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.requests = append(w.requests, request{r.Method, "http://" + r.Host + r.URL.RequestURI(), r.UserAgent(), w.now})
		w.mu.Unlock()
		handler(rw, r)
	}))
	t.Cleanup(server.Close)
	return w, New(Config{
		Addresses: func() []string { return w.named },
		Store:     w, Agent: "test", Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return w.now },
		Wait: func(ctx context.Context, d time.Duration) error {
			w.now = w.now.Add(d)
			return ctx.Err()
		},
		Resolve: func(_ context.Context, host string) ([]netip.Addr, error) {
			if a, ok := w.resolves[host]; ok {
				return []netip.Addr{netip.MustParseAddr(a)}, nil
			}
			return []netip.Addr{netip.MustParseAddr("93.184.215.14")}, nil
		},
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			w.dialled++
			if w.down {
				return nil, errors.New("no network")
			}
			if address != "93.184.215.14:80" {
				return nil, fmt.Errorf("dialled %s", address)
			}
			return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
		},
	})
}

func round(t *testing.T, k *Checker) {
	t.Helper()
	if err := k.round(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func fine(http.ResponseWriter, *http.Request) {}

func TestAPageIsFailingSinceItFirstFailed(t *testing.T) {
	status := http.StatusNotFound
	w, k := newWorld(t, func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(status) }, "http://a.example/page")
	first := w.now
	round(t, k)
	page := w.pages["http://a.example/page"]
	if page.Status != http.StatusNotFound || page.Failing.Before(first) || page.Failing.IsZero() {
		t.Errorf("a missing page is kept as %+v", page)
	}
	since := page.Failing
	w.now = w.now.Add(every)
	round(t, k)
	if page = w.pages["http://a.example/page"]; !page.Failing.Equal(since) {
		t.Errorf("failing since %v, not %v", page.Failing, since)
	}
	status = http.StatusOK
	w.now = w.now.Add(every)
	round(t, k)
	if page = w.pages["http://a.example/page"]; !page.Failing.IsZero() || page.Status != http.StatusOK {
		t.Errorf("a page that answers again is kept as %+v", page)
	}
}

func TestHeadIsAskedFirstAndGetWhereItIsRefused(t *testing.T) {
	w, k := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead && r.URL.Path != "/good" {
			rw.WriteHeader(http.StatusMethodNotAllowed)
		}
	}, "http://a.example/good", "http://b.example/picky")
	round(t, k)
	var asked []string
	for _, r := range w.requests {
		asked = append(asked, r.method+" "+r.url)
		if r.agent != "test" {
			t.Errorf("the agent is %q", r.agent)
		}
	}
	want := []string{"HEAD http://a.example/good", "HEAD http://b.example/picky", "GET http://b.example/picky"}
	if !slices.Equal(asked, want) {
		t.Errorf("asked %q, not %q", asked, want)
	}
	for url, p := range w.pages {
		if p.Status != http.StatusOK {
			t.Errorf("%s answers %d", url, p.Status)
		}
	}
}

func TestAPageIsAskedOnceAWeekAndAHostEveryFewSeconds(t *testing.T) {
	named := []string{"http://a.example/1", "http://a.example/2", "http://a.example/2", "http://b.example/1", "http://a.example/3"}
	w, k := newWorld(t, fine, named...)
	round(t, k)
	round(t, k)
	if len(w.requests) != 4 {
		t.Fatalf("%d requests for four pages", len(w.requests))
	}
	last := map[string]time.Time{}
	for i, r := range w.requests {
		host := strings.Split(r.url, "/")[2]
		if before, ok := last[host]; ok && r.at.Sub(before) < hostGap {
			t.Errorf("%s was asked after %v", host, r.at.Sub(before))
		}
		last[host] = r.at
		if i > 0 && r.at.Sub(w.requests[i-1].at) < gap {
			t.Errorf("a request follows after %v", r.at.Sub(w.requests[i-1].at))
		}
	}
	w.now = w.now.Add(every)
	round(t, k)
	if len(w.requests) != 8 {
		t.Errorf("%d requests after a week, not 8", len(w.requests))
	}
}

func TestRedirectsAreFollowedButNotForever(t *testing.T) {
	w, k := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(rw, r, "http://b.example/here", http.StatusMovedPermanently)
		case "/loop":
			http.Redirect(rw, r, "/loop", http.StatusFound)
		}
	}, "http://a.example/moved", "http://c.example/loop")
	round(t, k)
	if p := w.pages["http://a.example/moved"]; p.Status != http.StatusOK || !p.Failing.IsZero() {
		t.Errorf("a page that moved is kept as %+v", p)
	}
	if p := w.pages["http://c.example/loop"]; p.Status != http.StatusFound || p.Failing.IsZero() {
		t.Errorf("a page that leads in circles is kept as %+v", p)
	}
	loops := 0
	for _, r := range w.requests {
		if r.method == http.MethodHead && strings.HasSuffix(r.url, "/loop") {
			loops++
		}
	}
	if loops != redirects+1 {
		t.Errorf("%d requests in a circle", loops)
	}
}

func TestWhatIsNotPublicIsNeverReached(t *testing.T) {
	w, k := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, "http://inside.example/", http.StatusFound)
	}, "http://inside.example/", "http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest", "ftp://a.example/", "http://a.example:8080/", "file:///etc/passwd", "://")
	w.resolves["inside.example"] = "10.0.0.5"
	round(t, k)
	if w.dialled > 0 || len(w.requests) > 0 {
		t.Errorf("%d connections", w.dialled)
	}
	w.named = []string{"http://open.example/"}
	round(t, k)
	for _, r := range w.requests {
		if !strings.HasPrefix(r.url, "http://open.example/") {
			t.Errorf("a redirect led to %s", r.url)
		}
	}
	if w.dialled != len(w.requests) {
		t.Errorf("%d connections for %d requests", w.dialled, len(w.requests))
	}
}

func TestOnlyPublicAddressesArePublic(t *testing.T) {
	for address, want := range map[string]bool{
		"93.184.215.14": true, "2606:2800:21f:cb07:6820:80da:af6b:8b2c": true,
		"127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false,
		"100.64.0.1": false, "0.0.0.0": false, "224.0.0.1": false, "255.255.255.255": false, "240.0.0.1": false,
		"::1": false, "::": false, "fe80::1": false, "fe80::1%eth0": false, "fd00::1": false, "ff02::1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::127.0.0.1": false, "64:ff9b::a00:1": false, "2002:a00:1::": false,
		"::ffff:93.184.215.14": true,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s public: %v", address, got)
		}
	}
}

func TestWithoutNetworkNoPageIsBlamed(t *testing.T) {
	var named []string
	for i := range 3 * patience {
		named = append(named, fmt.Sprintf("http://%d.example/", i))
	}
	w, k := newWorld(t, fine, named...)
	w.down = true
	round(t, k)
	if len(w.pages) > 0 {
		t.Errorf("%d pages are blamed while the network is down", len(w.pages))
	}
	w.down = false
	w.now = w.now.Add(doubt)
	round(t, k)
	if len(w.pages) != len(named) {
		t.Errorf("%d of %d pages are kept", len(w.pages), len(named))
	}
	for url, p := range w.pages {
		if !p.Failing.IsZero() {
			t.Errorf("%s is failing", url)
		}
	}
}

func TestAPageThatStaysSilentIsFailing(t *testing.T) {
	w, k := newWorld(t, fine, "http://gone.example/")
	w.down = true
	round(t, k)
	tries := w.dialled
	round(t, k)
	if w.dialled != tries {
		t.Error("a silent page is asked again at once")
	}
	w.now = w.now.Add(doubt)
	round(t, k)
	if p := w.pages["http://gone.example/"]; p.Failing.IsZero() {
		t.Error("a page that never answers is not failing")
	}
}

func TestWhatIsNoLongerNamedIsForgotten(t *testing.T) {
	w, k := newWorld(t, fine, "http://a.example/")
	round(t, k)
	w.named = nil
	round(t, k)
	if len(w.pages) > 0 {
		t.Errorf("still kept: %v", w.pages)
	}
}

func TestARefusalOfMachinesIsNoFailure(t *testing.T) {
	for status, want := range map[int]bool{
		200: false, 204: false, 401: false, 403: false, 405: false, 429: false, 451: false,
		0: true, 302: true, 400: true, 404: true, 410: true, 500: true, 503: true,
	} {
		if Failed(status) != want {
			t.Errorf("status %d failed: %v", status, !want)
		}
	}
}

func TestAHostThatNeverAnswersIsLeftAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, k := deafWorld(t)
		began := time.Now()
		status, err := k.ask(t.Context(), "http://slow.example/")
		if err != nil || status != 0 {
			t.Errorf("status %d, %v", status, err)
		}
		if took := time.Since(began); took > 2*timeout {
			t.Errorf("waited %v", took)
		}
		if w.dialled == 0 {
			t.Error("nothing was asked")
		}
	})
}

// deafWorld is a world in which connections are made but nobody answers.
func deafWorld(t *testing.T) (*world, *Checker) {
	w := &world{pages: map[string]Page{}}
	c := Config{Store: w, Addresses: func() []string { return nil }, Agent: "test", Log: slog.New(slog.DiscardHandler)}.OnNetwork()
	c.Wait = func(context.Context, time.Duration) error { return nil }
	c.Resolve = func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("93.184.215.14")}, nil
	}
	c.Dial = func(context.Context, string, string) (net.Conn, error) {
		w.dialled++
		ours, theirs := net.Pipe()
		t.Cleanup(func() { theirs.Close() })
		return ours, nil
	}
	return w, New(c)
}

func TestRunEndsWithItsContext(t *testing.T) {
	w, k := newWorld(t, fine, "http://a.example/")
	ctx, cancel := context.WithCancel(t.Context())
	k.Wait = func(ctx context.Context, _ time.Duration) error {
		cancel()
		return ctx.Err()
	}
	if err := k.Run(ctx); err != nil {
		t.Error(err)
	}
	if len(w.pages) != 1 {
		t.Errorf("%d pages are kept", len(w.pages))
	}
}
