package hsds

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Version is the version of HSDS that is written.
const Version = "3.0"

// DataSet is a whole directory. The phones are those that no service uses.
// Attributes name their terms by ID only: the terms stand beside.
type DataSet struct {
	Version       string         `json:"version"`
	Organizations []Organization `json:"organizations"`
	Services      []Service      `json:"services"`
	Phones        []Phone        `json:"phones,omitempty"`
	Taxonomies    []Taxonomy     `json:"taxonomies,omitempty"`
	TaxonomyTerms []TaxonomyTerm `json:"taxonomy_terms,omitempty"`
}

// Organization is an HSDS organization.
type Organization struct {
	ID          string       `json:"id"`
	Name        string       `json:"name"`
	Description string       `json:"description"` // HSDS requires it; we have none and repeat the name
	Website     string       `json:"website,omitempty"`
	Identifiers []Identifier `json:"organization_identifiers,omitempty"`
	Services    []Service    `json:"services,omitempty"` // in the API only
}

// Identifier is an HSDS organization_identifier.
type Identifier struct {
	ID             string `json:"id"`
	OrganizationID string `json:"organization_id,omitempty"`
	Scheme         string `json:"identifier_scheme,omitempty"`
	Type           string `json:"identifier_type"`
	Identifier     string `json:"identifier"`
}

// Service is an HSDS service.
type Service struct {
	ID                     string        `json:"id"`
	OrganizationID         string        `json:"organization_id,omitempty"`
	Name                   string        `json:"name"`
	AlternateName          string        `json:"alternate_name,omitempty"`
	Description            string        `json:"description,omitempty"`
	URL                    string        `json:"url,omitempty"`
	Email                  string        `json:"email,omitempty"`
	Status                 string        `json:"status"`
	FeesDescription        string        `json:"fees_description,omitempty"`
	EligibilityDescription string        `json:"eligibility_description,omitempty"`
	AssuredDate            string        `json:"assured_date,omitempty"`
	Organization           *Organization `json:"organization,omitempty"`
	Phones                 []Phone       `json:"phones,omitempty"`
	Schedules              []Schedule    `json:"schedules,omitempty"`
	ServiceAreas           []ServiceArea `json:"service_areas,omitempty"`
	Languages              []Language    `json:"languages,omitempty"`
	CostOptions            []CostOption  `json:"cost_options,omitempty"`
	Attributes             []Attribute   `json:"attributes,omitempty"`
}

// Phone is an HSDS phone.
type Phone struct {
	ID         string      `json:"id"`
	ServiceID  string      `json:"service_id,omitempty"`
	Number     string      `json:"number"`
	Type       string      `json:"type,omitempty"` // "voice" or "text"
	Attributes []Attribute `json:"attributes,omitempty"`
}

// Schedule is an HSDS schedule.
type Schedule struct {
	ID          string `json:"id"`
	ServiceID   string `json:"service_id,omitempty"`
	Freq        string `json:"freq,omitempty"`
	ByDay       string `json:"byday,omitempty"`
	OpensAt     string `json:"opens_at,omitempty"`
	ClosesAt    string `json:"closes_at,omitempty"`
	Description string `json:"description,omitempty"`
	Notes       string `json:"notes,omitempty"`
}

// ServiceArea is an HSDS service_area.
type ServiceArea struct {
	ID          string `json:"id"`
	ServiceID   string `json:"service_id,omitempty"`
	Name        string `json:"name,omitempty"` // ISO 3166-1 alpha-2
	Description string `json:"description,omitempty"`
}

// Language is an HSDS language.
type Language struct {
	ID        string `json:"id"`
	ServiceID string `json:"service_id,omitempty"`
	Code      string `json:"code,omitempty"`
}

// CostOption is an HSDS cost_option.
type CostOption struct {
	ID                string       `json:"id"`
	ServiceID         string       `json:"service_id,omitempty"`
	Option            string       `json:"option,omitempty"`
	Amount            *json.Number `json:"amount,omitempty"`
	AmountDescription string       `json:"amount_description,omitempty"`
}

// Attribute is an HSDS attribute.
type Attribute struct {
	ID             string        `json:"id"`
	LinkID         string        `json:"link_id,omitempty"`
	TaxonomyTermID string        `json:"taxonomy_term_id,omitempty"`
	LinkEntity     string        `json:"link_entity,omitempty"`
	Value          string        `json:"value,omitempty"`
	TaxonomyTerm   *TaxonomyTerm `json:"taxonomy_term,omitempty"`
}

// Taxonomy is an HSDS taxonomy.
type Taxonomy struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Version     string `json:"version,omitempty"`
}

// TaxonomyTerm is an HSDS taxonomy_term.
type TaxonomyTerm struct {
	ID          string `json:"id"`
	Code        string `json:"code,omitempty"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Taxonomy    string `json:"taxonomy,omitempty"`
	TaxonomyID  string `json:"taxonomy_id,omitempty"`
	Language    string `json:"language,omitempty"`
}

// Parse reads a data set; a list of services or a page of the API with them;
// or a single service or organization.
func Parse(raw []byte) (DataSet, error) {
	raw = bytes.TrimSpace(bytes.TrimPrefix(raw, []byte("\ufeff")))
	var d DataSet
	if bytes.HasPrefix(raw, []byte("[")) {
		var all []json.RawMessage
		if err := json.Unmarshal(raw, &all); err != nil {
			return d, fmt.Errorf("parsing HSDS: %w", err)
		}
		return d, d.add(all)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return d, fmt.Errorf("parsing HSDS: %w", err)
	}
	has := func(name string) bool { _, ok := fields[name]; return ok }
	switch {
	case has("contents"):
		var all []json.RawMessage
		if err := json.Unmarshal(fields["contents"], &all); err != nil {
			return d, fmt.Errorf("parsing HSDS contents: %w", err)
		}
		return d, d.add(all)
	case has("id"):
		return d, d.add([]json.RawMessage{raw})
	case has("services"), has("organizations"), has("phones"):
		if err := json.Unmarshal(raw, &d); err != nil {
			return DataSet{}, fmt.Errorf("parsing HSDS: %w", err)
		}
		return d, nil
	}
	return d, errors.New("parsing HSDS: there are no services, organizations or phones")
}

// add adds single objects. Only a service has a status.
func (d *DataSet) add(all []json.RawMessage) error {
	for i, raw := range all {
		var kind struct {
			Status, Number *string
		}
		err := json.Unmarshal(raw, &kind)
		switch {
		case err != nil:
		case kind.Status != nil:
			err = appendTo(&d.Services, raw)
		case kind.Number != nil:
			err = appendTo(&d.Phones, raw)
		default:
			err = appendTo(&d.Organizations, raw)
		}
		if err != nil {
			return fmt.Errorf("parsing HSDS object %d: %w", i+1, err)
		}
	}
	return nil
}

func appendTo[T any](all *[]T, raw json.RawMessage) error {
	var v T
	err := json.Unmarshal(raw, &v)
	*all = append(*all, v)
	return err
}
