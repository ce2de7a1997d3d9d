package hsds

import (
	"fmt"
	"strings"

	"prystan/bot"
)

// undated stands in a line for the date that a source does not bear.
const undated = "undated"

// SourceLine writes a source in one line, as in
//
//	https://example.org/page (2026-11) what the page says
//
// with "undated" for the date where there is a word but no date. An address
// with a space in it stands in angle brackets.
func SourceLine(s bot.Source) string {
	line := s.URL
	if strings.ContainsAny(line, " <") {
		line = "<" + line + ">"
	}
	switch {
	case !s.Seen.IsZero():
		line += " (" + s.Seen.String() + ")"
	case s.Says != "":
		line += " (" + undated + ")"
	}
	if s.Says != "" {
		line += " " + s.Says
	}
	return line
}

// ParseSource reads what SourceLine writes, and an address alone.
func ParseSource(line string) (bot.Source, error) {
	var s bot.Source
	rest := line
	if strings.HasPrefix(line, "<") {
		end := strings.Index(line, ">") // no address has one
		if end < 0 {
			return s, fmt.Errorf("source %q has no > after its address", line)
		}
		s.URL, rest = line[1:end], line[end+1:]
	} else if i := strings.Index(line, " "); i >= 0 {
		s.URL, rest = line[:i], line[i:]
	} else {
		s.URL, rest = line, ""
	}
	if rest == "" {
		return s, nil
	}
	date, says, ok := strings.Cut(strings.TrimPrefix(rest, " ("), ")")
	if !ok || !strings.HasPrefix(rest, " (") {
		return s, fmt.Errorf("source %q is not ADDRESS (DATE) WORDS", line)
	}
	if date != undated {
		seen, err := bot.ParseDate(date)
		if err != nil {
			return s, fmt.Errorf("source %q: %w", line, err)
		}
		s.Seen = seen
	}
	s.Says = strings.TrimPrefix(says, " ")
	return s, nil
}
