package web

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestTheServerItselfLogsNoAddress(t *testing.T) {
	var logged strings.Builder
	d := discreet{slog.New(slog.NewTextHandler(&logged, nil))}
	for _, line := range []string{
		"http: TLS handshake error from 203.0.113.7:4711: EOF", "http: Accept error: [2001:db8::4711]:443 gone",
		"http: panic serving 203.0.113.7:4711: word 4711\nstack 4711",
	} {
		fmt.Fprintln(d, line)
	}
	if s := logged.String(); strings.Contains(s, "4711") || strings.Contains(s, "203.0") || !strings.Contains(s, "TLS handshake error from (address): EOF") {
		t.Errorf("logged: %s", s)
	}
}
