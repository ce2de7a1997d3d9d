package locales

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"prystan/bot"
)

// DeskCatalog speaks the messages of the desk in each of its languages. They
// stand in <language>/desk/*.toml, apart from what displaced people read.
type DeskCatalog struct {
	printers map[bot.Language]*DeskPrinter
}

// DeskPrinter speaks one language of the desk, and writes countries, languages,
// dates and hours in it like the Printer of that language. It is safe for
// concurrent use.
type DeskPrinter struct {
	*Printer
	bundle *i18n.Localizer
	keys   map[string]bool // those that there are; true: with plural forms
}

// NewDeskCatalog reads the messages of the desk. It fails if a language lacks a
// message that English has, or has one that English lacks.
func NewDeskCatalog(c *Catalog) (*DeskCatalog, error) {
	d := &DeskCatalog{printers: make(map[bot.Language]*DeskPrinter)}
	for _, l := range bot.DeskLanguages() {
		p, err := newDeskPrinter(c.Printer(l))
		if err != nil {
			return nil, fmt.Errorf("reading desk messages of language %s: %w", l, err)
		}
		d.printers[l] = p
	}
	english := d.printers[bot.English]
	for l, p := range d.printers {
		if err := p.matches(english); err != nil {
			return nil, fmt.Errorf("reading desk messages of language %s: %w", l, err)
		}
	}
	return d, nil
}

// matches fails unless the printer has every message that English has, with
// every plural form where English has them, and no other.
func (p *DeskPrinter) matches(english *DeskPrinter) error {
	for key := range p.keys {
		if !english.Has(key) {
			return fmt.Errorf("there is no %s in English", key)
		}
	}
	for key, plural := range english.keys {
		if !p.Has(key) {
			return fmt.Errorf("%s is missing", key)
		}
		for _, n := range []int{1, 2, 5, 100} { // one, few, many, other in Slavic languages
			if _, err := p.speak(key, map[string]any{"Count": n}); plural && err != nil {
				return fmt.Errorf("%s has no form for %d: %w", key, n, err)
			}
		}
	}
	return nil
}

// Printer returns the printer of a desk language, and the English one for any
// other.
func (c *DeskCatalog) Printer(l bot.Language) *DeskPrinter {
	if p, ok := c.printers[l]; ok {
		return p
	}
	return c.printers[bot.English]
}

func newDeskPrinter(of *Printer) (*DeskPrinter, error) {
	tag, err := language.Parse(string(of.Language))
	if err != nil {
		return nil, err
	}
	bundle := i18n.NewBundle(tag)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	p := &DeskPrinter{Printer: of, keys: make(map[string]bool)}
	names, err := fs.Glob(files, path.Join(string(of.Language), "desk", "*.toml"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		// go-i18n takes the language from the name of the file.
		area := strings.TrimSuffix(path.Base(name), ".toml")
		file, err := bundle.ParseMessageFileBytes(raw, area+"."+string(of.Language)+".toml")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, m := range file.Messages {
			if p.Has(m.ID) {
				return nil, fmt.Errorf("%s: %s stands twice", name, m.ID)
			}
			p.keys[m.ID] = m.One != ""
		}
	}
	p.bundle = i18n.NewLocalizer(bundle, string(of.Language))
	return p, nil
}

// Say returns the message of a key such as "due.title", with values filled in:
// name and value in turns. A value named Count chooses the plural form. A key
// that is missing shows itself in brackets, never a neighbour's language.
func (p *DeskPrinter) Say(key string, pairs ...any) string {
	values := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		values[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	s, err := p.speak(key, values)
	if err != nil {
		return "[" + key + "]"
	}
	return s
}

func (p *DeskPrinter) speak(key string, values map[string]any) (string, error) {
	lc := &i18n.LocalizeConfig{MessageID: key, TemplateData: values}
	if n, ok := values["Count"]; ok && p.keys[key] {
		lc.PluralCount = n
	}
	return p.bundle.Localize(lc)
}

// Has reports whether there is a message of this key.
func (p *DeskPrinter) Has(key string) bool {
	_, ok := p.keys[key]
	return ok
}

// Keys returns every key, in no order.
func (p *DeskPrinter) Keys() []string {
	keys := make([]string, 0, len(p.keys))
	for key := range p.keys {
		keys = append(keys, key)
	}
	return keys
}
