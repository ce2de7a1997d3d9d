package main

import (
	"log/slog"
	"strings"
	"testing"

	"prystan/bot/answer"
)

func TestLinksAreCheckedOnlyWhereTheOperatorSwitchesItOn(t *testing.T) {
	h := &house{published: &answer.Published{}}
	s := &settings{checkLinks: "off", publicURL: "https://help.example.org"}
	if s.linkChecker(h, slog.New(slog.DiscardHandler)) != nil {
		t.Error("links are checked although nobody switched it on")
	}
	s.checkLinks = "on"
	if s.linkChecker(h, slog.New(slog.DiscardHandler)) == nil {
		t.Error("links are not checked although it is switched on")
	}
	if agent := s.linkAgent(); !strings.Contains(agent, "prystan") || !strings.Contains(agent, s.publicURL) {
		t.Errorf("hosts are told %q", agent)
	}
}
