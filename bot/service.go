package bot

import (
	"fmt"
	"regexp"
)

// Organization runs services (HSDS organization).
type Organization struct {
	ID      string `json:"id" yaml:"id"`
	Name    string `json:"name" yaml:"name"`
	Website string `json:"website,omitempty" yaml:"website,omitempty"`
}

// PhoneKind tells a full number from a short code.
type PhoneKind string

// FullNumber is an E.164 number; ShortCode is dialled as it stands inside its
// country only. E.164 has no form for a short code, and libphonenumber calls
// it invalid.
const (
	FullNumber PhoneKind = "full"
	ShortCode  PhoneKind = "short"
)

// Phone is a number that can be called (HSDS phone). One number is one record,
// however many services use it.
type Phone struct {
	ID      string    `json:"id" yaml:"id"`
	Kind    PhoneKind `json:"kind" yaml:"kind"`
	Number  string    `json:"number" yaml:"number"`                       // E.164, or the short code as dialled
	Country Country   `json:"country,omitempty" yaml:"country,omitempty"` // of a short code: where it is dialled
}

// Tri is an answer that may be unknown. The zero value is unknown.
type Tri string

// Yes and No are what a source says; Unknown that none does.
const (
	Yes     Tri = "yes"
	No      Tri = "no"
	Unknown Tri = "unknown"
)

// Cost is what a call costs the caller (HSDS cost option).
type Cost string

// Free costs nothing; Standard is an ordinary call; CostUnknown is not known.
const (
	Free        Cost = "free"
	Standard    Cost = "standard"
	CostUnknown Cost = "unknown"
)

// Need is what a line is for.
type Need string

// The needs, in the order in which lists show them.
const (
	NeedEmergency    Need = "emergency"
	NeedAmbulance    Need = "ambulance" // where the emergency number does not reach it
	NeedTrafficking  Need = "anti_trafficking"
	NeedPolice       Need = "police"
	NeedViolence     Need = "gender_based_violence"
	NeedMissingChild Need = "missing_children"
	NeedChild        Need = "child_helpline"
	NeedEmotional    Need = "emotional_support"
	NeedCrimeVictims Need = "crime_victims"
	NeedMedical      Need = "medical"
	NeedLegal        Need = "legal_aid"
	NeedLabour       Need = "labour_inspection"
	NeedRefugeeInfo  Need = "refugee_info"
	NeedTracing      Need = "tracing" // people missing because of the war
	NeedConsular     Need = "consular"
)

// Needs returns every need in the order in which lists show them: danger first.
func Needs() []Need {
	return []Need{
		NeedEmergency, NeedAmbulance, NeedTrafficking, NeedViolence, NeedPolice, NeedMissingChild, NeedChild, NeedEmotional,
		NeedCrimeVictims, NeedMedical, NeedLegal, NeedLabour, NeedRefugeeInfo, NeedTracing, NeedConsular,
	}
}

// Name is a name in English and in the language of the country, so that it can
// be shown at a counter.
type Name struct {
	English string `json:"en" yaml:"en"`
	Native  string `json:"native" yaml:"native"`
}

// Both returns the English name and the native one, or the one that there is.
func (n Name) Both() string {
	switch {
	case n.English == "" || n.English == n.Native:
		return n.Native
	case n.Native == "":
		return n.English
	}
	return n.English + " – " + n.Native
}

// Service is a line or contact point that helps people (HSDS service).
type Service struct {
	ID            string     `json:"id" yaml:"id"`
	Country       Country    `json:"country" yaml:"country"`
	Organization  string     `json:"organization,omitempty" yaml:"organization,omitempty"` // Organization.ID
	Need          Need       `json:"need" yaml:"need"`
	Name          Name       `json:"name" yaml:"name"`
	City          string     `json:"city,omitempty" yaml:"city,omitempty"`                   // of an embassy; never a street address
	Phones        []string   `json:"phones,omitempty" yaml:"phones,omitempty"`               // Phone.ID, the first to be dialled first
	Professionals bool       `json:"professionals,omitempty" yaml:"professionals,omitempty"` // for those who help, never shown to the people they help; ours, not HSDS's
	TextOnly      bool       `json:"text_only,omitempty" yaml:"text_only,omitempty"`         // the numbers are for SMS or a messenger, nobody answers a call; ours, not HSDS's
	Schedule      Schedule   `json:"schedule" yaml:"schedule"`
	Languages     []Language `json:"languages,omitempty" yaml:"languages,omitempty"` // empty: not known
	Cost          Cost       `json:"cost" yaml:"cost"`
	Website       string     `json:"website,omitempty" yaml:"website,omitempty"`
	Email         string     `json:"email,omitempty" yaml:"email,omitempty"`
	Chat          string     `json:"chat,omitempty" yaml:"chat,omitempty"`         // web address of a chat; ours, not HSDS's
	FromAbroad    Tri        `json:"from_abroad" yaml:"from_abroad"`               // ours, not HSDS's
	Anonymous     Tri        `json:"anonymous" yaml:"anonymous"`                   // ours, not HSDS's
	ToPolice      Tri        `json:"reports_to_police" yaml:"reports_to_police"`   // ours, not HSDS's
	Together      string     `json:"together,omitempty" yaml:"together,omitempty"` // services with the same value are shown together or not at all
	Order         int        `json:"order" yaml:"order,omitempty"`                 // place in the lists of its country, lowest first
	Standing      `yaml:",inline"`
}

var (
	idForm    = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	emailForm = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
)

// BelongsTo reports whether the two services are shown together or not at all.
func (s Service) BelongsTo(other Service) bool {
	return s.Together != "" && s.Together == other.Together && s.Country == other.Country
}

// Check returns what is wrong with the service by itself.
func (s Service) Check() []error {
	errs := s.Standing.check()
	add := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !idForm.MatchString(s.ID) {
		add("id %q is not lower-case words joined by hyphens", s.ID)
	}
	if !s.Country.Known() {
		add("country %q is not one of ours", s.Country)
	}
	if s.Name.English == "" && s.Name.Native == "" {
		add("has no name")
	}
	known := false
	for _, n := range Needs() {
		known = known || n == s.Need
	}
	if !known {
		add("need %q is not known", s.Need)
	}
	switch s.Cost {
	case Free, Standard, CostUnknown:
	default:
		add("cost %q is not free, standard or unknown", s.Cost)
	}
	for _, t := range []Tri{s.FromAbroad, s.Anonymous, s.ToPolice} {
		if t != Yes && t != No && t != Unknown {
			add("%q is not yes, no or unknown", t)
		}
	}
	for _, address := range []string{s.Website, s.Chat} {
		if address == "" {
			continue
		}
		if err := CheckURL(address); err != nil {
			errs = append(errs, err)
		}
	}
	if s.Email != "" && !emailForm.MatchString(s.Email) {
		add("%q is no e-mail address", s.Email)
	}
	return errs
}
