package bot

import (
	"fmt"
	"strings"
)

// Review says whether a person who knows the language and the matter has read
// a text.
type Review string

// Draft was read by its writers only; Reviewed by somebody who answers for it.
const (
	Draft    Review = "draft"
	Reviewed Review = "reviewed"
)

// Article is the plain text on one topic in one language. Its parts may hold
// the placeholders {{.Emergency}} and {{.EUUntil}} and no others.
type Article struct {
	Topic    Topic    `json:"topic" yaml:"-"`
	Language Language `json:"language" yaml:"-"`
	Review   Review   `json:"review" yaml:"review"`
	Facts    []string `json:"facts" yaml:"facts"`                         // Fact.ID of what it rests on
	Title    string   `json:"title" yaml:"title"`                         // also the label of a button
	Now      string   `json:"now" yaml:"now"`                             // what to do first
	About    string   `json:"about,omitempty" yaml:"about,omitempty"`     // what it is
	General  string   `json:"general,omitempty" yaml:"general,omitempty"` // in place of the country's facts while it is not known
	More     string   `json:"more,omitempty" yaml:"more,omitempty"`       // details behind a button; "" where there are none
}

// Check returns what is wrong with the article by itself.
func (a Article) Check() []error {
	var errs []error
	if a.Title == "" || a.Now == "" {
		errs = append(errs, fmt.Errorf("has no title or no first step"))
	}
	for _, part := range []string{a.Title, a.Now, a.About, a.General, a.More} {
		if strings.Contains(placeholders.Replace(part), "{{") {
			errs = append(errs, fmt.Errorf("has a placeholder other than {{.Emergency}} and {{.EUUntil}}"))
		}
	}
	switch a.Review {
	case Draft, Reviewed:
	default:
		errs = append(errs, fmt.Errorf("review %q is not draft or reviewed", a.Review))
	}
	return errs
}

var placeholders = strings.NewReplacer("{{.Emergency}}", "", "{{.EUUntil}}", "")

// Fill returns a part of an article with its placeholders filled in.
func Fill(part, emergency, euUntil string) string {
	return strings.NewReplacer("{{.Emergency}}", emergency, "{{.EUUntil}}", euUntil).Replace(part)
}

// ServiceText says in one line of a language what a service is and for whom.
type ServiceText struct {
	Service  string   `json:"service"` // Service.ID
	Language Language `json:"language"`
	Review   Review   `json:"review"`
	Text     string   `json:"text"`
}

// ProtectionText is what a country's protection facts say, in one language. An
// empty part means that no confirmed rule is known.
type ProtectionText struct {
	Country       Country  `json:"country" yaml:"-"`
	Language      Language `json:"language" yaml:"-"`
	Review        Review   `json:"review" yaml:"review"`
	Status        string   `json:"status,omitempty" yaml:"status,omitempty"`
	Authority     string   `json:"authority,omitempty" yaml:"authority,omitempty"`
	Register      string   `json:"register,omitempty" yaml:"register,omitempty"`
	Document      string   `json:"document,omitempty" yaml:"document,omitempty"`
	Work          string   `json:"work,omitempty" yaml:"work,omitempty"`
	Housing       string   `json:"housing,omitempty" yaml:"housing,omitempty"`
	Health        string   `json:"health,omitempty" yaml:"health,omitempty"`
	Education     string   `json:"education,omitempty" yaml:"education,omitempty"`
	Benefits      string   `json:"benefits,omitempty" yaml:"benefits,omitempty"`
	Travel        string   `json:"travel,omitempty" yaml:"travel,omitempty"`
	Keep          string   `json:"keep,omitempty" yaml:"keep,omitempty"` // what to do to keep it
	Who           string   `json:"who,omitempty" yaml:"who,omitempty"`
	NonUkrainians string   `json:"non_ukrainians,omitempty" yaml:"non_ukrainians,omitempty"`
	After         string   `json:"after,omitempty" yaml:"after,omitempty"`
	Family        string   `json:"family,omitempty" yaml:"family,omitempty"`
	Asylum        string   `json:"asylum,omitempty" yaml:"asylum,omitempty"`
	Return        string   `json:"return,omitempty" yaml:"return,omitempty"`
	Banking       string   `json:"banking,omitempty" yaml:"banking,omitempty"`
	Practical     string   `json:"practical,omitempty" yaml:"practical,omitempty"`
}

// Trim removes white space around every part.
func (p *ProtectionText) Trim() {
	for _, part := range []*string{
		&p.Status, &p.Authority, &p.Register, &p.Document, &p.Work, &p.Housing, &p.Health, &p.Education,
		&p.Benefits, &p.Travel, &p.Keep, &p.Who, &p.NonUkrainians, &p.After, &p.Family, &p.Asylum,
		&p.Return, &p.Banking, &p.Practical,
	} {
		*part = strings.TrimSpace(*part)
	}
}

// Parts returns the parts of the text by their name in the file, empty ones
// left out.
func (p ProtectionText) Parts() map[string]string {
	all := map[string]string{
		"status": p.Status, "authority": p.Authority, "register": p.Register, "document": p.Document,
		"work": p.Work, "housing": p.Housing, "health": p.Health, "education": p.Education,
		"benefits": p.Benefits, "travel": p.Travel, "keep": p.Keep, "who": p.Who,
		"non_ukrainians": p.NonUkrainians, "after": p.After, "family": p.Family, "asylum": p.Asylum,
		"return": p.Return, "banking": p.Banking, "practical": p.Practical,
	}
	for name, text := range all {
		if text == "" {
			delete(all, name)
		}
	}
	return all
}

// Example is one way in which people ask about a topic. Understanding learns
// from examples, and editors add to them.
type Example struct {
	Topic    Topic
	Language Language
	Text     string
	Urgent   bool // the person may be in danger now
}
