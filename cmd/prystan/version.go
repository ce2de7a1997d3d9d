package main

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is set by the build: -ldflags "-X main.version=v1.2.3".
var version = "development"

func versionCommand(*flag.FlagSet, *settings) func(context.Context, world, []string) error {
	return func(_ context.Context, w world, _ []string) error {
		fmt.Fprintf(w.stdout, "prystan %s, commit %s, %s\n", version, commit(), runtime.Version())
		return nil
	}
}

// commit returns the commit that the binary was built from, as the Go command
// recorded it.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return "unknown"
}
