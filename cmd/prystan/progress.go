package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// progress is a bar on the terminal of somebody who waits. It shows itself only
// where something takes long, and leaves nothing behind.
type progress struct {
	out   io.Writer // nil where nobody looks
	what  string
	next  time.Time // when it is drawn again
	drawn bool
	now   func() time.Time
}

const (
	progressAfter = 500 * time.Millisecond // what is shorter needs no bar
	progressEvery = 100 * time.Millisecond
	progressWidth = 30
)

// newProgress returns the bar of something that begins now, on w if that is a
// terminal.
func newProgress(w io.Writer, what string) *progress {
	if !terminal(w) {
		w = nil
	}
	return progressOn(w, what, time.Now)
}

func progressOn(w io.Writer, what string, now func() time.Time) *progress {
	return &progress{out: w, what: what, next: now().Add(progressAfter), now: now}
}

// tell says how many are done, of about how many.
func (p *progress) tell(done, about int) {
	if p.out == nil || p.now().Before(p.next) {
		return
	}
	about = max(done, about, 1)
	full := progressWidth * done / about
	bar := strings.Repeat("#", full) + strings.Repeat("-", progressWidth-full)
	fmt.Fprintf(p.out, "\r%s [%s] %3d%%", p.what, bar, 100*done/about)
	p.drawn, p.next = true, p.now().Add(progressEvery)
}

// end takes the bar away.
func (p *progress) end() {
	if p.drawn {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.drawn = false
	}
}
