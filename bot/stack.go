package bot

import (
	"fmt"
	"runtime"
	"strings"
)

// Stack returns the functions that are running, the innermost first, for the
// log. The stack of package debug also has the values that they were called
// with, and one of them may be the id of a chat.
func Stack() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	var b strings.Builder
	for {
		f, more := frames.Next()
		fmt.Fprintf(&b, "%s\n\t%s:%d\n", f.Function, f.File, f.Line)
		if !more {
			return b.String()
		}
	}
}
