package bot

import "fmt"

// Protection is what a country's temporary protection, or its own scheme, is
// called and until when it runs. What it means for a person stands in the
// texts (ProtectionText).
type Protection struct {
	Country          Country  `json:"country" yaml:"country"`
	Authority        Name     `json:"authority" yaml:"authority"`
	Website          string   `json:"website,omitempty" yaml:"website,omitempty"`                       // of the authority
	Phone            string   `json:"phone,omitempty" yaml:"phone,omitempty"`                           // Phone.ID of the authority
	RegisterURL      string   `json:"register_url,omitempty" yaml:"register_url,omitempty"`             // official page on how to register
	ValidUntil       Date     `json:"valid_until,omitzero" yaml:"valid_until,omitempty"`                // in the country's rules or on its documents; zero: not known
	ValidUntilUnsure bool     `json:"valid_until_unsure,omitempty" yaml:"valid_until_unsure,omitempty"` // sources differ on ValidUntil, or it depends on the case
	EUUntil          Date     `json:"eu_until,omitzero" yaml:"eu_until,omitempty"`                      // of EU protection as such; zero where it does not apply
	Notes            []string `json:"notes,omitempty" yaml:"notes,omitempty"`                           // what the collector wrote down, for editors
	Updates          []Fact   `json:"updates,omitempty" yaml:"updates,omitempty"`                       // newest word of the authorities, for editors
	Standing         `yaml:",inline"`
}

// Check returns what is wrong with the protection by itself.
func (p Protection) Check() []error {
	errs := p.Standing.check()
	if !p.Country.Known() {
		errs = append(errs, fmt.Errorf("country %q is not one of ours", p.Country))
	}
	for _, address := range []string{p.Website, p.RegisterURL} {
		if address == "" {
			continue
		}
		if err := CheckURL(address); err != nil {
			errs = append(errs, err)
		}
	}
	for _, u := range p.Updates {
		errs = append(errs, u.Check()...)
	}
	return errs
}

// Fact is one statement with its sources, in English, for editors: on the EU's
// rules, on staying safe, on rights. Texts for people rest on facts by their ID.
type Fact struct {
	ID       string `json:"id" yaml:"id"`
	Text     string `json:"text" yaml:"text"`
	Standing `yaml:",inline"`
}

// Check returns what is wrong with the fact by itself.
func (f Fact) Check() []error {
	errs := f.Standing.check()
	if f.Text == "" {
		errs = append(errs, fmt.Errorf("fact %q has no text", f.ID))
	}
	return errs
}
