package locales

import (
	"fmt"
	"io/fs"
	"path"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"prystan/bot"
)

// Catalog speaks the interface messages of every shipped language.
type Catalog struct {
	printers map[bot.Language]*Printer
}

// Printer speaks one language. It is safe for concurrent use.
//
// Each has a go-i18n bundle of its own that holds this language only, so that
// a gap can never be filled from a neighbour: go-i18n would answer a Ukrainian
// in Russian.
type Printer struct {
	Language  bot.Language
	localizer *i18n.Localizer
	said      map[Message]string // every message without values
	filled    filled
	countries display.Namer
	languages display.Namer
	calendar  calendar
}

// NewCatalog reads the interface messages. It fails if any language lacks a
// message or one of its plural forms.
func NewCatalog() (*Catalog, error) {
	c := &Catalog{printers: make(map[bot.Language]*Printer)}
	for _, l := range bot.Languages() {
		p, err := newPrinter(l)
		if err != nil {
			return nil, fmt.Errorf("reading interface messages of language %s: %w", l, err)
		}
		c.printers[l] = p
	}
	return c, nil
}

// Printer returns the printer of a shipped language, and the English one for
// any other.
func (c *Catalog) Printer(l bot.Language) *Printer {
	if p, ok := c.printers[l]; ok {
		return p
	}
	return c.printers[bot.English]
}

func newPrinter(l bot.Language) (*Printer, error) {
	tag, err := language.Parse(string(l))
	if err != nil {
		return nil, err
	}
	bundle := i18n.NewBundle(tag)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	names, err := fs.Glob(files, path.Join(string(l), "*.toml"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if _, err := bundle.ParseMessageFileBytes(raw, path.Base(name)); err != nil {
			return nil, err
		}
	}
	p := &Printer{
		Language:  l,
		localizer: i18n.NewLocalizer(bundle, string(l)),
		said:      make(map[Message]string),
		countries: display.Regions(tag),
		languages: display.Languages(tag),
	}
	for _, m := range Messages() {
		if p.said[m], err = p.localizer.Localize(&i18n.LocalizeConfig{MessageID: string(m)}); err != nil {
			return nil, fmt.Errorf("message %s: %w", m, err)
		}
	}
	if p.calendar, err = p.newCalendar(); err != nil {
		return nil, err
	}
	return p, nil
}

// Say returns a message that has no values to fill in.
func (p *Printer) Say(m Message) string {
	if s, ok := p.said[m]; ok {
		return s
	}
	return p.localize(&i18n.LocalizeConfig{MessageID: string(m)})
}

// Fill returns a message with the fields of values, a comparable struct, filled
// in. Values come from the directory and the clock, never from a person, and the
// same ones come again and again: what was filled in is remembered.
func (p *Printer) Fill(m Message, values any) string {
	key := filling{m, values}
	if s, ok := p.filled.find(key); ok {
		return s
	}
	s := p.localize(&i18n.LocalizeConfig{MessageID: string(m), TemplateData: values})
	p.filled.keep(key, s)
	return s
}

// filling is a message with its values.
type filling struct {
	message Message
	values  any
}

// maxFilled is how many messages with values are remembered in a language.
const maxFilled = 4096

// filled remembers messages with their values. The zero value is ready to use.
type filled struct {
	mu   sync.RWMutex
	said map[filling]string
}

func (f *filled) find(key filling) (string, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	s, ok := f.said[key]
	return s, ok
}

func (f *filled) keep(key filling, s string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.said == nil || len(f.said) >= maxFilled {
		f.said = make(map[filling]string)
	}
	f.said[key] = s
}

// localize never finds a gap, since newPrinter looked for every message; a
// message that could not be filled in shows its name rather than a neighbour's
// language.
func (p *Printer) localize(lc *i18n.LocalizeConfig) string {
	s, err := p.localizer.Localize(lc)
	if err != nil {
		return "[" + lc.MessageID + "]"
	}
	return s
}

// Country returns the name of a country by CLDR.
func (p *Printer) Country(c bot.Country) string {
	region, err := language.ParseRegion(string(c))
	if err != nil {
		return string(c)
	}
	return p.countries.Name(region)
}

// Tongue returns the name of a language by CLDR.
func (p *Printer) Tongue(l bot.Language) string {
	tag, err := language.Parse(string(l))
	if err != nil {
		return string(l)
	}
	return p.languages.Name(tag)
}

// SelfName returns the name of a language in itself by CLDR.
func SelfName(l bot.Language) string {
	tag, err := language.Parse(string(l))
	if err != nil {
		return string(l)
	}
	return display.Self.Name(tag)
}

// SortCountries sorts by name in the collation of the language.
func (p *Printer) SortCountries(countries []bot.Country) {
	tag, err := language.Parse(string(p.Language))
	if err != nil {
		return
	}
	collator := collate.New(tag)
	names := byName{p: p, countries: countries}
	collator.Sort(&names)
}

type byName struct {
	p         *Printer
	countries []bot.Country
}

func (b *byName) Len() int           { return len(b.countries) }
func (b *byName) Swap(i, j int)      { b.countries[i], b.countries[j] = b.countries[j], b.countries[i] }
func (b *byName) Bytes(i int) []byte { return []byte(b.p.Country(b.countries[i])) }
