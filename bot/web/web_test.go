package web_test

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"prystan/bot/web"
)

func quietly() *slog.Logger { return slog.New(slog.DiscardHandler) }

// start serves h on a free port and returns its address and what ends it.
func start(t *testing.T, h http.Handler, drain time.Duration) (url string, stop func() error) {
	t.Helper()
	s := web.NewServer(web.Config{Address: "127.0.0.1:0", Handler: h, Log: quietly(), Drain: drain})
	address, err := s.Listen()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	return "http://" + address, func() error { cancel(); return <-ended }
}

func get(url string) (string, error) {
	resp, err := http.Get(url)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

func TestAStopLetsRequestsUnderWayFinish(t *testing.T) {
	begun, finish := make(chan bool), make(chan bool)
	url, stop := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(begun)
		<-finish
		fmt.Fprint(w, "whole", r.Context().Err())
	}), 0)
	got := make(chan string)
	go func() {
		body, err := get(url)
		got <- fmt.Sprint(body, err)
	}()
	<-begun
	ended := make(chan error)
	go func() { ended <- stop() }()
	time.Sleep(50 * time.Millisecond) // the stop is under way
	close(finish)
	if body := <-got; body != "whole<nil><nil>" {
		t.Errorf("the request got %q", body)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := get(url); err == nil {
		t.Error("it serves after the stop")
	}
}

func TestAStopDoesNotWaitForever(t *testing.T) {
	begun, ended := make(chan bool), make(chan bool)
	url, stop := start(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(begun)
		<-r.Context().Done()
		close(ended)
	}), 20*time.Millisecond)
	go get(url)
	<-begun
	if err := stop(); err == nil || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("the stop says %v", err)
	}
	<-ended
}

func TestAnAddressInUseIsAnError(t *testing.T) {
	url, stop := start(t, http.NotFoundHandler(), 0)
	defer stop()
	s := web.NewServer(web.Config{Address: strings.TrimPrefix(url, "http://"), Handler: http.NotFoundHandler(), Log: quietly()})
	if err := s.Serve(context.Background()); err == nil {
		t.Error("two servers took one address")
	}
}

func TestHealth(t *testing.T) {
	var broken error
	mux := http.NewServeMux()
	mux.Handle("/healthz", web.Live())
	mux.Handle("/readyz", web.Ready(quietly(), web.Check{Name: "database", Do: func(context.Context) error { return broken }}))
	ask := func(path string) (int, string) {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Code, w.Body.String()
	}
	if code, body := ask("/healthz"); code != 200 || body != "alive\n" {
		t.Errorf("/healthz: %d %q", code, body)
	}
	if code, _ := ask("/readyz"); code != 200 {
		t.Errorf("/readyz: %d", code)
	}
	broken = errors.New("password of the database")
	if code, body := ask("/readyz"); code != 503 || body != "not ready: database\n" {
		t.Errorf("/readyz: %d %q", code, body)
	}
	if code, _ := ask("/healthz"); code != 200 {
		t.Errorf("/healthz of a process that cannot answer: %d", code)
	}
}

func TestAPanicIsContainedAndItsValueNotLogged(t *testing.T) {
	var logged strings.Builder
	failed := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "sorry", 500) })
	h := web.Contain(slog.New(slog.NewTextHandler(&logged, nil)), failed,
		http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/index" {
				var none []int
				_ = none[len(r.URL.Path)]
			}
			panic("what a person wrote")
		}))
	for _, path := range []string{"/", "/index"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != 500 || w.Body.String() != "sorry\n" {
			t.Errorf("%s: %d %q", path, w.Code, w.Body)
		}
	}
	if s := logged.String(); strings.Contains(s, "what a person wrote") || !strings.Contains(s, "index out of range") {
		t.Errorf("logged: %s", s)
	}
}

func TestAPanicAmidAnAnswerCutsItOff(t *testing.T) {
	url, stop := start(t, web.Contain(quietly(), http.NotFoundHandler(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "half")
		http.NewResponseController(w).Flush()
		panic("no")
	})), 0)
	defer stop()
	if body, err := get(url); err == nil {
		t.Errorf("half an answer looks whole: %q", body)
	}
}

func TestTheLogNamesTheKindOfRequestOnly(t *testing.T) {
	var logged strings.Builder
	log := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	mux := http.NewServeMux()
	mux.HandleFunc("/secret/{token}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
	web.Log(log, mux).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/secret/hunter2?q=word", nil))
	s := logged.String()
	if strings.Contains(s, "hunter2") || strings.Contains(s, "word") || !strings.Contains(s, "/secret/{token}") || !strings.Contains(s, "status=204") {
		t.Errorf("logged: %s", s)
	}
}

func from(address string, forwarded ...string) *http.Request {
	r := httptest.NewRequest("POST", "/", nil)
	r.RemoteAddr = address
	for _, f := range forwarded {
		r.Header.Add("X-Forwarded-For", f)
	}
	return r
}

func TestALimitIsPerPlaceAndRunsOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := web.NewLimiter(2, time.Second, time.Now)
		allowed := func(r *http.Request) int {
			n := 0
			for range 5 {
				if l.Allow(r) {
					n++
				}
			}
			return n
		}
		for _, c := range []struct {
			what string
			r    *http.Request
			want int
		}{
			{"a place", from("203.0.113.1:1000"), 2},
			{"the same from another port", from("203.0.113.1:2000"), 0},
			{"a stranger who claims to come from elsewhere", from("203.0.113.1:1000", "198.51.100.9"), 0},
			{"another place", from("203.0.113.2:1000"), 2},
			{"a network of IPv6", from("[2001:db8:1:2::1]:1000"), 2},
			{"another address in it", from("[2001:db8:1:2:ffff::9]:1000"), 0},
			{"the next network", from("[2001:db8:1:3::1]:1000"), 2},
			{"somebody behind our proxy", from("127.0.0.1:1000", "192.0.2.1"), 2},
			{"the same with an address of their own making", from("10.0.0.3:1000", "6.6.6.6, 192.0.2.1"), 0},
			{"somebody else behind our proxy", from("[::1]:1000", "192.0.2.2"), 2},
			{"what has no address", from("@"), 2},
		} {
			if got := allowed(c.r); got != c.want {
				t.Errorf("%s: %d requests allowed, not %d", c.what, got, c.want)
			}
		}
		time.Sleep(time.Second)
		if got := allowed(from("203.0.113.1:1000")); got != 1 {
			t.Errorf("a second later %d requests are allowed, not 1", got)
		}
	})
}

func TestALimitForgetsRatherThanGrows(t *testing.T) {
	l := web.NewLimiter(1, time.Hour, time.Now)
	for i := range 200_000 {
		if !l.Allow(from(fmt.Sprintf("%d.%d.%d.%d:1", 11+i>>24, i>>16&255, i>>8&255, i&255))) {
			t.Fatalf("place %d was refused at its first request", i)
		}
	}
}

func TestAPageIsWholeOrNotSent(t *testing.T) {
	w := httptest.NewRecorder()
	if err := web.Render(w, 200, template.Must(template.New("p").Parse(`begin {{.Nothing}}`)), struct{}{}); err == nil || w.Body.Len() > 0 {
		t.Errorf("error %v, sent %q", err, w.Body)
	}
	if err := web.Render(w, 404, template.Must(template.New("p").Parse(`<p>{{.}}`)), "<&"); err != nil || w.Body.String() != "<p>&lt;&amp;" || w.Code != 404 {
		t.Errorf("error %v, sent %d %q", err, w.Code, w.Body)
	}
}

func TestEveryPageIsSecured(t *testing.T) {
	w := httptest.NewRecorder()
	web.Secure(http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	for _, h := range []string{"Content-Security-Policy", "Referrer-Policy", "Cache-Control", "X-Content-Type-Options",
		"X-Frame-Options", "Permissions-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"} {
		if w.Header().Get(h) == "" {
			t.Errorf("no %s", h)
		}
	}
}

func TestWhatIsNotWellIsSaidThoughPeopleAreAnswered(t *testing.T) {
	full := web.Check{Name: "disk", Soft: true, Do: func(context.Context) error { return errors.New("no space left") }}
	broken := web.Check{Name: "database", Do: func(context.Context) error { return errors.New("gone") }}
	for _, c := range []struct {
		checks []web.Check
		code   int
		says   string
	}{
		{[]web.Check{full}, 200, "ready; not well: disk\n"},
		{[]web.Check{full, broken}, 503, "not ready: database; not well: disk\n"},
	} {
		w := httptest.NewRecorder()
		web.Ready(quietly(), c.checks...).ServeHTTP(w, httptest.NewRequest("GET", "/readyz", nil))
		if w.Code != c.code || w.Body.String() != c.says {
			t.Errorf("%d %q, want %d %q", w.Code, w.Body, c.code, c.says)
		}
	}
}

func TestFiguresAreForNeighboursOnly(t *testing.T) {
	h := web.Near(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "figures") }))
	for _, c := range []struct {
		from, header string
		code         int
	}{
		{"127.0.0.1:1", "", 200}, {"[::1]:1", "", 200}, {"172.17.0.1:1", "", 200}, {"[fd00::1]:1", "", 200},
		{"203.0.113.7:1", "", 404}, {"[2001:db8::1]:1", "", 404}, {"?", "", 404},
		{"127.0.0.1:1", "X-Forwarded-For", 404}, {"172.17.0.1:1", "Forwarded", 404}, {"127.0.0.1:1", "via", 404}, {"127.0.0.1:1", "X-Real-IP", 404},
	} {
		r := httptest.NewRequest("GET", "/metrics", nil)
		r.RemoteAddr = c.from
		if c.header != "" {
			r.Header.Set(c.header, "10.0.0.1")
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.code || (w.Code != 200) == (w.Body.String() == "figures") {
			t.Errorf("from %s with %q: %d %q", c.from, c.header, w.Code, w.Body)
		}
	}
}

func TestAWatcherLearnsTheKindOfARequestOnly(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /page/{name}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	var seen []string
	h := web.Watch(func(pattern string, status int, took time.Duration) {
		seen = append(seen, fmt.Sprint(pattern, " ", status, " ", took >= 0))
	}, mux)
	for _, path := range []string{"/page/secret", "/secret"} {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
	}
	if got := strings.Join(seen, ", "); got != "GET /page/{name} 418 true,  404 true" {
		t.Errorf("it learned %q", got)
	}
}
