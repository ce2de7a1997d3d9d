package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// fading is a context that ends after it was asked a number of times whether it
// has: somewhere in the middle of what it is for.
type fading struct {
	context.Context
	end  context.CancelFunc
	left atomic.Int64
}

func newFading(t *testing.T, asked int64) *fading {
	f := &fading{}
	f.Context, f.end = context.WithCancel(t.Context())
	f.left.Store(asked)
	return f
}

func (f *fading) ask() {
	if f.left.Add(-1) < 0 {
		f.end()
	}
}

func (f *fading) Done() <-chan struct{} { f.ask(); return f.Context.Done() }

func (f *fading) Err() error { f.ask(); return f.Context.Err() }

func TestAStopInTheMiddleOfAStartIsNoFailure(t *testing.T) {
	for _, asked := range []int64{0, 1, 3, 10, 30, 60} {
		var out, err bytes.Buffer
		code := run(newFading(t, asked), []string{"serve", "--listen", "127.0.0.1:0", "--database", filepath.Join(t.TempDir(), "test.db")}, world{
			stdin: strings.NewReader(""), stdout: &out, stderr: &err, getenv: func(string) string { return "" },
		})
		if code != exitDone {
			t.Errorf("stopped after %d steps it exits with %d: %s", asked, code, &err)
		}
	}
}
