package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// Check finds out whether one thing that answers depend on is well.
type Check struct {
	Name string                      // one word for the operator, such as "database"
	Do   func(context.Context) error // nil: well. It must heed the context
	Soft bool                        // people are answered without it too: said, but no reason to be not ready
}

// readyTimeout is how long all checks together may take.
const readyTimeout = 2 * time.Second

// Live answers that the process lives: 200 as long as it answers at all.
func Live() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "alive") })
}

// Ready answers whether people can be answered: 200, or 503 with the names of
// the checks that failed. Soft checks that failed are named in either. Why they
// failed stands in the log, not in the answer.
func Ready(log *slog.Logger, checks ...Check) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
		defer cancel()
		failed, ailing := "", ""
		for _, c := range checks {
			err := c.Do(ctx)
			switch {
			case err == nil:
			case c.Soft:
				ailing += " " + c.Name
				log.Warn("ready, but not well", "check", c.Name, "error", err)
			default:
				failed += " " + c.Name
				log.Error("not ready", "check", c.Name, "error", err)
			}
		}
		if ailing != "" {
			ailing = "; not well:" + ailing
		}
		if failed != "" {
			say(w, http.StatusServiceUnavailable, "not ready:"+failed+ailing)
			return
		}
		say(w, http.StatusOK, "ready"+ailing)
	})
}

func say(w http.ResponseWriter, status int, line string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	io.WriteString(w, fmt.Sprintln(line))
}
