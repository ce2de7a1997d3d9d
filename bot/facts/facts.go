// Package facts ships what is known of each country and Europe-wide: embedded
// YAML, one file a country, with a loader. It seeds the directory; editors
// change the directory, never these files at run time.
//
// The data is licensed CC BY 4.0 and names its sources fact by fact.
package facts

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"go.yaml.in/yaml/v3"

	"prystan/bot"
	"prystan/bot/phone"
)

//go:embed data/*.yaml
var data embed.FS

// file is one YAML file: a country's, or europe.yaml with facts and notes only.
type file struct {
	Organizations []bot.Organization `yaml:"organizations"`
	Phones        []bot.Phone        `yaml:"phones"`
	Services      []bot.Service      `yaml:"services"`
	Protection    *bot.Protection    `yaml:"protection"`
	Facts         []bot.Fact         `yaml:"facts"`
	Notes         []string           `yaml:"notes"` // of the collector, for engineers and editors
}

// Load returns the shipped facts. It fails on a file that does not parse, with
// an unknown key, date, schedule or other value.
func Load() (bot.Records, error) {
	var all bot.Records
	names, err := fs.Glob(data, "data/*.yaml")
	if err != nil {
		return all, fmt.Errorf("listing shipped facts: %w", err)
	}
	seen := make(map[string]bool)
	for _, name := range names {
		f, err := read(name)
		if err != nil {
			return all, err
		}
		for _, o := range f.Organizations {
			if !seen["organization "+o.ID] {
				all.Organizations = append(all.Organizations, o)
			}
			seen["organization "+o.ID] = true
		}
		for _, p := range f.Phones {
			if !seen["phone "+p.ID] {
				all.Phones = append(all.Phones, p)
			}
			seen["phone "+p.ID] = true
		}
		for i := range f.Services {
			f.Services[i].Order = i // as it stands in the file
		}
		all.Services = append(all.Services, f.Services...)
		all.Facts = append(all.Facts, f.Facts...)
		if f.Protection != nil {
			all.Protections = append(all.Protections, *f.Protection)
		}
	}
	return all, nil
}

func read(name string) (file, error) {
	var f file
	raw, err := data.ReadFile(name)
	if err != nil {
		return f, fmt.Errorf("reading shipped facts: %w", err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil {
		return f, fmt.Errorf("parsing shipped facts %s: %w", name, err)
	}
	return f, nil
}

// CheckPhones returns what is wrong with phone numbers; bot.Records.Check finds
// everything else and knows no numbering plans.
func CheckPhones(phones []bot.Phone) error {
	var errs []error
	for _, p := range phones {
		if err := phone.Check(p); err != nil {
			errs = append(errs, fmt.Errorf("phone %s: %w", p.ID, err))
		}
	}
	return errors.Join(errs...)
}
