package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"time"

	"prystan/bot"
)

// Policy is the Content-Security-Policy of every page: scripts, styles, images
// and requests of this host only, nothing inline, nothing in a frame.
const Policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// permissions forbids what no page needs; copying a number is all that is left.
const permissions = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), " +
	"fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), " +
	"payment=(), publickey-credentials-get=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=(), clipboard-write=(self)"

// Secure sets the headers that protect a page and those who read it. Nothing
// that passes through it is stored by the browser, unless the handler says
// otherwise.
//
// The Referrer-Policy names two policies: a browser takes the last that it
// knows. With "no-referrer" alone, a form is sent with "Origin: null", and a
// browser that does not send Sec-Fetch-Site (an old one, or any over plain
// http) could not be told from a hostile page and would be refused.
// "same-origin" gives other hosts just as little: nothing.
func Secure(next http.Handler) http.Handler { return secure(permissions, next) }

// SecureWithPasskeys is Secure for pages on which people use passkeys.
func SecureWithPasskeys(next http.Handler) http.Handler {
	return secure(strings.Replace(permissions, "publickey-credentials-get=()",
		"publickey-credentials-get=(self), publickey-credentials-create=(self)", 1), next)
}

func secure(permissions string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", Policy)
		h.Set("Referrer-Policy", "no-referrer, same-origin")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("X-Robots-Tag", "noarchive")
		h.Set("X-DNS-Prefetch-Control", "off")
		h.Set("Permissions-Policy", permissions)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// Contain keeps a panic in one request from harming another: it is logged
// without any text that a person wrote, and failed answers in its place, unless
// a part of the answer is already on its way.
func Contain(log *slog.Logger, failed, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: w}
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler || rec.status != 0 {
				logPanic(log, v)
				panic(http.ErrAbortHandler) // the connection ends; net/http says nothing
			}
			logPanic(log, v)
			failed.ServeHTTP(w, r)
		}()
		next.ServeHTTP(rec, r)
	})
}

// logPanic logs what the runtime says of its own errors, and only the type of
// any other value: it may hold what a person wrote.
func logPanic(log *slog.Logger, v any) {
	if v == http.ErrAbortHandler {
		return
	}
	what := fmt.Sprintf("a value of type %T", v)
	if e, ok := v.(runtime.Error); ok {
		what = e.Error()
	}
	log.Error("a request panicked", "with", what, "stack", bot.Stack())
}

// Log writes a line for each request: what kind it was, how it ended and how
// long it took. The kind is the pattern that the mux found, never the address
// asked for, which may hold a secret; ordinary requests are of level debug, so
// that an ordinary log says nothing about who is awake when.
func Log(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &recorder{ResponseWriter: w}
		defer func() {
			level := slog.LevelDebug
			if rec.status >= http.StatusInternalServerError {
				level = slog.LevelError
			}
			log.Log(r.Context(), level, "request", "pattern", r.Pattern, "status", rec.status,
				"bytes", rec.bytes, "took", time.Since(start).Round(time.Millisecond))
		}()
		next.ServeHTTP(rec, r)
	})
}

// Watch tells watcher of each request: the pattern that the mux found, the
// status of the answer and how long it took. Nothing else about it.
func Watch(watcher func(pattern string, status int, took time.Duration), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &recorder{ResponseWriter: w}
		defer func() { watcher(r.Pattern, rec.status, time.Since(start)) }()
		next.ServeHTTP(rec, r)
	})
}

// forwarded are the headers by which a proxy says that it asks for another.
var forwarded = []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via", "Cf-Connecting-Ip"}

// Near answers those only who ask from this machine or a private network, and
// not through a proxy that serves the world: figures of who asks for help, and
// when, are no one else's business. To others there is nothing here.
func Near(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer, ok := address(r.RemoteAddr)
		near := ok && (peer.IsLoopback() || peer.IsPrivate())
		for _, h := range forwarded {
			near = near && r.Header.Get(h) == ""
		}
		if !near {
			say(w, http.StatusNotFound, "not found")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// recorder notes how an answer went.
type recorder struct {
	http.ResponseWriter
	status int // 0 until the header is on its way
	bytes  int
}

func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 {
		rec.status = status
	}
	rec.ResponseWriter.WriteHeader(status)
}

func (rec *recorder) Write(p []byte) (int, error) {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	n, err := rec.ResponseWriter.Write(p)
	rec.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController and http.MaxBytesReader reach the
// connection.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }
