package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"time"
)

// healthTimeout is how long the service may take to say that it can answer.
const healthTimeout = 3 * time.Second

// healthCommand asks the service on this machine whether it can answer, so that
// an image without a shell can check itself.
func healthCommand(_ *flag.FlagSet, s *settings) func(context.Context, world, []string) error {
	return func(ctx context.Context, w world, _ []string) error {
		host, port, err := net.SplitHostPort(s.listen)
		if err != nil {
			return err
		}
		if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
			host = "127.0.0.1"
		}
		ctx, cancel := context.WithTimeout(ctx, healthTimeout)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return fmt.Errorf("the service does not answer: %w", err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("the service cannot answer: %s", resp.Status)
		}
		fmt.Fprintln(w.stdout, "the service can answer")
		return nil
	}
}
