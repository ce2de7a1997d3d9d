package bot

import (
	"fmt"
	"net/url"
	"slices"
	"time"
)

// Confidence says who stands behind a fact.
type Confidence string

// High is an official source or two independent ones; Medium one secondary or
// older source; Low is in no source and is never shown to a person.
const (
	High   Confidence = "high"
	Medium Confidence = "medium"
	Low    Confidence = "low"
)

// Source is a page that says a fact.
type Source struct {
	URL  string `json:"url" yaml:"url"`
	Seen Date   `json:"seen,omitzero" yaml:"seen,omitempty"`  // day of the statement; zero where the page bears none
	Says string `json:"says,omitempty" yaml:"says,omitempty"` // working note for editors, never shown to people
}

// Standing is what every fact of the directory carries: who says so, how sure
// it is and when it was last assured.
type Standing struct {
	Confidence Confidence `json:"confidence" yaml:"confidence"`
	Assured    Date       `json:"assured,omitzero" yaml:"assured,omitempty"`          // last day a source or an editor stood behind it
	AssuredBy  string     `json:"assured_by,omitempty" yaml:"assured_by,omitempty"`   // the editor, "" for a source
	ReviewDays int        `json:"review_days,omitempty" yaml:"review_days,omitempty"` // days after which it needs a new look; 0 = DefaultReviewDays
	Sources    []Source   `json:"sources,omitempty" yaml:"sources,omitempty"`
}

// StandingOf returns who stands behind a record, one of the types of NewRecord;
// false for a record that is no fact.
func StandingOf(v any) (Standing, bool) {
	switch v := v.(type) {
	case Service:
		return v.Standing, true
	case Protection:
		return v.Standing, true
	case Fact:
		return v.Standing, true
	}
	return Standing{}, false
}

// WithStanding returns a fact with others standing behind it, and any other
// record as it is.
func WithStanding(v any, s Standing) any {
	switch v := v.(type) {
	case Service:
		v.Standing = s
		return v
	case Protection:
		v.Standing = s
		return v
	case Fact:
		v.Standing = s
		return v
	}
	return v
}

// DefaultReviewDays is the review interval of a fact that names none.
const DefaultReviewDays = 365

// Shown reports whether a person may see the fact: it needs a source or an
// editor, and a confidence above Low.
func (s Standing) Shown() bool {
	return (s.Confidence == High || s.Confidence == Medium) && (len(s.Sources) > 0 || s.AssuredBy != "")
}

// Due reports whether the fact is past its review interval at now. A fact
// without any assured date is always due.
func (s Standing) Due(now time.Time) bool {
	days := s.ReviewDays
	if days == 0 {
		days = DefaultReviewDays
	}
	return s.Assured.IsZero() || s.Assured.Age(now) > time.Duration(days)*24*time.Hour
}

// Unconfirmed reports whether the fact must carry "not confirmed recently":
// one of medium confidence, or one that is due for review.
func (s Standing) Unconfirmed(now time.Time) bool { return s.Confidence == Medium || s.Due(now) }

func (s Standing) check() []error {
	var errs []error
	switch s.Confidence {
	case High, Medium, Low:
	default:
		errs = append(errs, fmt.Errorf("confidence %q is not high, medium or low", s.Confidence))
	}
	if s.Confidence != Low && !s.Shown() {
		errs = append(errs, fmt.Errorf("would be shown without a source"))
	}
	for _, src := range s.Sources {
		if err := CheckURL(src.URL); err != nil {
			errs = append(errs, fmt.Errorf("source: %w", err))
		}
	}
	return errs
}

// CheckURL reports why s is no web address that a person could open.
func CheckURL(s string) error {
	u, err := url.Parse(s)
	if err != nil {
		return fmt.Errorf("address %q: %w", s, err)
	}
	if (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return fmt.Errorf("address %q is not a full web address", s)
	}
	return nil
}

// Claims returns a name under which v says that somebody has assured a fact on a
// day, where neither was, the record as it stands, says so nor the name is the
// editor's own: "" for none. Nobody assures in the name of somebody else. was is
// nil where there is no record.
func Claims(v, was any, editor string) string {
	held := assurances(was)
	for _, a := range assurances(v) {
		if a.by != editor && !slices.Contains(held, a) {
			return a.by
		}
	}
	return ""
}

// assurance is who says that a fact was right, and when.
type assurance struct {
	by string
	on Date
}

// assurances returns those by editors of a record and of its parts.
func assurances(v any) []assurance {
	var all []assurance
	add := func(s Standing) {
		if s.AssuredBy != "" {
			all = append(all, assurance{s.AssuredBy, s.Assured})
		}
	}
	if s, ok := StandingOf(v); ok {
		add(s)
	}
	if p, ok := v.(Protection); ok {
		for _, u := range p.Updates {
			add(u.Standing)
		}
	}
	return all
}
