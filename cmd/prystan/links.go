package main

import (
	"log/slog"

	"prystan/bot/linkcheck"
)

// linkChecker returns what asks the pages that the directory names whether they
// still answer, or nil where the operator has not switched it on.
func (s *settings) linkChecker(h *house, log *slog.Logger) *linkcheck.Checker {
	if s.checkLinks != "on" {
		return nil
	}
	return linkcheck.New(linkcheck.Config{
		Addresses: func() []string { return h.published.Directory().Records().Links() },
		Store:     h.db,
		Agent:     s.linkAgent(),
		Log:       log,
	}.OnNetwork())
}

// linkAgent says to a host who asks, and where to find out more.
func (s *settings) linkAgent() string {
	agent := "prystan-link-check/" + version
	if s.publicURL != "" {
		agent += " (+" + s.publicURL + "/)"
	}
	return agent
}
