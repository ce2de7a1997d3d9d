// Package web is the HTTP kit that every page of Prystan stands on: a server
// that starts and stops in order (server.go), what surrounds each request
// (middleware.go), the addresses that say whether the process is well
// (health.go), a limit on requests from one place that keeps no address
// (limit.go) and pages that are whole before they are sent (page.go).
//
// Nothing here writes an address of a person, a query or a body into a log.
package web

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// Limits of every connection. A slow phone on a poor network needs some
// seconds to send its question; nobody needs minutes.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 60 * time.Second
	idleTimeout   = 90 * time.Second
	maxHeader     = 16 << 10
)

// DefaultDrain is how long a stop waits for requests under way.
const DefaultDrain = 10 * time.Second

// Config says what a server serves and where.
type Config struct {
	Address string        // "host:port"; port 0 takes a free one
	Handler http.Handler  // everything it answers
	Log     *slog.Logger  // never nil
	Drain   time.Duration // how long a stop waits for requests under way; 0 = DefaultDrain
}

// Server is an HTTP server that starts in two steps, so that its address is
// known before it serves, and stops in order.
type Server struct {
	config   Config
	listener net.Listener // nil until Listen
}

// NewServer returns a server that has not started yet.
func NewServer(c Config) *Server {
	if c.Drain == 0 {
		c.Drain = DefaultDrain
	}
	return &Server{config: c}
}

// Listen takes the address and returns it as it turned out. Connections wait
// from then on; Serve answers them.
func (s *Server) Listen() (string, error) {
	l, err := net.Listen("tcp", s.config.Address)
	if err != nil {
		return "", fmt.Errorf("listening on %s: %w", s.config.Address, err)
	}
	s.listener = l
	return l.Addr().String(), nil
}

// Serve answers until ctx ends, then takes no more connections, lets requests
// under way finish and returns. It returns an error if they did not finish in
// the time of Config.Drain and were cut off. It listens itself if Listen was
// not called.
func (s *Server) Serve(ctx context.Context) error {
	if s.listener == nil {
		if _, err := s.Listen(); err != nil {
			return err
		}
	}
	// Requests under way outlive ctx: they are ended by requests.cancel, after
	// the drain.
	requests, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	srv := s.server(requests)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(s.listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving on %s: %w", s.config.Address, err)
	case <-ctx.Done():
	}
	// A fresh context: with one that is over, Shutdown would wait for nothing.
	drain, stop := context.WithTimeout(context.Background(), s.config.Drain)
	defer stop()
	err := srv.Shutdown(drain)
	if err != nil {
		cancel()
		err = errors.Join(fmt.Errorf("requests did not end within %s and were cut off", s.config.Drain), srv.Close())
	}
	<-failed
	return err
}

func (s *Server) server(requests context.Context) *http.Server {
	return &http.Server{
		Handler:           s.config.Handler,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		BaseContext:       func(net.Listener) context.Context { return requests },
		ErrorLog:          log.New(discreet{s.config.Log}, "", 0),
	}
}

// discreet writes what net/http itself has to say into the log, without the
// addresses that it names.
type discreet struct{ log *slog.Logger }

var addressForm = regexp.MustCompile(`\[[0-9a-fA-F:.%a-z]+\](:\d+)?|\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b`)

func (d discreet) Write(p []byte) (int, error) {
	line, _, _ := strings.Cut(string(p), "\n") // what follows is a stack
	if strings.Contains(line, "panic serving") {
		line = "a panic was not contained" // its value may hold what a person wrote
	}
	d.log.Warn("http server", "says", addressForm.ReplaceAllString(line, "(address)"))
	return len(p), nil
}
