package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Check returns what is wrong with the records taken together: a fact that
// would be shown without a source, a reference to nothing, the same ID twice, a
// country without emergency number or protection, a topic or a service without a
// text in a shipped language. Each error names the record.
func (r Records) Check() []error { return append(r.Faults(nil), r.Gaps()...) }

// Gaps returns the services that have no line in a shipped language: they are
// shown without it, and somebody should write it.
func (r Records) Gaps() []error {
	var c checker
	d := NewDirectory(r)
	for _, l := range Languages() {
		for i := range r.Services {
			if s := &r.Services[i]; d.visible(s) && s.Need != NeedEmergency && d.ServiceText(s.ID, l) == "" {
				c.add("service %s has no line in language %s", s.ID, l)
			}
		}
	}
	return c.errs
}

// Faults returns what Check does without the Gaps: what must not become public.
// Records are looked at by themselves only if they are among those that changed,
// and all of them if changed is nil; how they hang together is always looked at.
func (r Records) Faults(changed map[Ref]bool) []error {
	c := checker{seen: make(map[Ref]bool, len(r.Organizations)+len(r.Phones)+len(r.Services)+len(r.ServiceTexts)), changed: changed}
	for i := range r.Organizations {
		o := &r.Organizations[i]
		c.record(Ref{KindOrganization, o.ID}, o.Check)
	}
	for i := range r.Phones {
		p := &r.Phones[i]
		c.record(Ref{KindPhone, p.ID}, func() []error { return checkID(p.ID) })
	}
	for i := range r.Services {
		s := &r.Services[i]
		ref := Ref{KindService, s.ID}
		c.record(ref, s.Check)
		if s.Organization != "" {
			c.refers(ref, Ref{KindOrganization, s.Organization})
		}
		for _, id := range s.Phones {
			c.refers(ref, Ref{KindPhone, id})
		}
	}
	for _, p := range r.Protections {
		ref := Ref{KindProtection, string(p.Country)}
		c.record(ref, p.Check)
		if p.Phone != "" {
			c.refers(ref, Ref{KindPhone, p.Phone})
		}
	}
	for _, f := range r.Facts {
		c.record(Ref{KindFact, f.ID}, f.Check)
	}
	c.texts(r)
	c.countries(r)
	c.unseen(r)
	return c.errs
}

// Fault is something wrong with records taken together, so that it can be told
// in the words of a reader. Its Error is for the operator.
type Fault struct {
	Code FaultCode
	Ref  Ref // of the record that is wrong or, for NoEmergency, of the country's protection
	To   Ref // that it names, for NamesNothing
	says string
}

// FaultCode says what is wrong.
type FaultCode string

// What may be wrong with records taken together.
const (
	NamesNothing FaultCode = "used"          // a record names one that is not there
	NoEmergency  FaultCode = "no_emergency"  // a country without emergency number
	NoProtection FaultCode = "no_protection" // a country of whose protection nothing is known
	NoText       FaultCode = "no_text"       // a text that every shipped language has to have
	Unseen       FaultCode = "unseen"        // a record with a character that nobody can see
)

func (f *Fault) Error() string { return f.says }

type checker struct {
	seen    map[Ref]bool
	changed map[Ref]bool // nil: all are
	errs    []error
}

func (c *checker) add(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf(format, args...))
}

func (c *checker) fault(code FaultCode, ref, to Ref, format string, args ...any) {
	c.errs = append(c.errs, &Fault{code, ref, to, fmt.Sprintf(format, args...)})
}

// unseen looks for characters in the records that changed that nobody can see,
// and that would turn a text or a number around or break a file.
func (c *checker) unseen(r Records) {
	kinds := make(map[Kind]bool)
	for ref := range c.changed {
		kinds[ref.Kind] = true
	}
	for _, k := range Kinds() {
		if !kinds[k] {
			continue
		}
		for _, v := range r.Of(k) {
			ref, _ := RefOf(v)
			if !c.changed[ref] {
				continue
			}
			rec, err := NewRecord(v)
			if err != nil {
				c.add("%s: %w", ref, err)
				continue
			}
			if u, found := unseenIn(rec.Body); found {
				c.fault(Unseen, ref, Ref{}, "%s has a character that nobody can see: %U", ref, u)
			}
		}
	}
}

// unseenIn returns the first such character in the texts of a body.
func unseenIn(body string) (rune, bool) {
	for tokens := json.NewDecoder(strings.NewReader(body)); ; {
		token, err := tokens.Token()
		if err != nil {
			return 0, false
		}
		if s, ok := token.(string); ok {
			if i := strings.IndexFunc(s, IsUnseen); i >= 0 {
				u, _ := utf8.DecodeRuneInString(s[i:])
				return u, true
			}
		}
	}
}

// IsUnseen reports whether nobody writes r on purpose: a control character, or
// one that turns around what follows, as a number must never be.
func IsUnseen(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\u202d' || r == '\u202e'
}

// record looks at one record: whether its ID is free, and what is wrong with it
// by itself.
func (c *checker) record(ref Ref, check func() []error) {
	if c.seen[ref] {
		c.add("%s stands twice", ref)
	}
	c.seen[ref] = true
	if c.changed != nil && !c.changed[ref] {
		return
	}
	for _, err := range check() {
		c.add("%s: %w", ref, err)
	}
}

func (c *checker) refers(who, to Ref) {
	if !c.seen[to] {
		c.fault(NamesNothing, who, to, "%s names %s, which does not exist", who, to)
	}
}

func (c *checker) texts(r Records) {
	for i := range r.Articles {
		a := &r.Articles[i]
		ref := Ref{KindArticle, string(a.Topic) + "/" + string(a.Language)}
		c.record(ref, func() []error { return append(a.Check(), checkText(a.Topic, a.Language)...) })
		for _, id := range a.Facts {
			c.refers(ref, Ref{KindFact, id})
		}
	}
	for i := range r.ProtectionTexts {
		t := &r.ProtectionTexts[i]
		c.record(Ref{KindProtectionText, string(t.Country) + "/" + string(t.Language)}, func() []error { return checkLanguage(t.Language) })
	}
	for i := range r.ServiceTexts {
		t := &r.ServiceTexts[i]
		c.record(Ref{KindServiceText, t.Service + "/" + string(t.Language)}, func() []error { return checkLanguage(t.Language) })
	}
	if c.changed != nil && !c.changes(KindExamples) {
		return
	}
	for _, set := range r.ExampleSets() {
		ref, _ := RefOf(set)
		c.record(ref, func() []error { return checkText(set.Topic, set.Language) })
	}
}

// changes reports whether a record of a kind is among those that changed.
func (c *checker) changes(k Kind) bool {
	for ref := range c.changed {
		if ref.Kind == k {
			return true
		}
	}
	return false
}

// countries looks at what every country and every topic must have.
func (c *checker) countries(r Records) {
	emergency := make(map[Country]bool)
	for i := range r.Services {
		if s := &r.Services[i]; s.Need == NeedEmergency && s.Shown() {
			emergency[s.Country] = true
		}
	}
	protection := make(map[Country]bool)
	for _, p := range r.Protections {
		protection[p.Country] = p.Shown()
	}
	for _, country := range Countries() {
		ref := Ref{KindProtection, string(country)}
		if !emergency[country] {
			c.fault(NoEmergency, ref, Ref{}, "country %s has no emergency number to show", country)
		}
		if !protection[country] {
			c.fault(NoProtection, ref, Ref{}, "country %s has no protection to show", country)
		}
		if _, err := country.Location(); err != nil {
			c.add("country %s: %w", country, err)
		}
		for _, l := range Languages() {
			if text := (Ref{KindProtectionText, string(country) + "/" + string(l)}); !c.seen[text] {
				c.fault(NoText, text, Ref{}, "protection %s has no text in language %s", country, l)
			}
		}
	}
	for _, t := range Topics() {
		for _, l := range Languages() {
			if text := (Ref{KindArticle, string(t) + "/" + string(l)}); !c.seen[text] {
				c.fault(NoText, text, Ref{}, "topic %s has no article in language %s", t, l)
			}
		}
	}
}

// Check returns what is wrong with the organization by itself.
func (o Organization) Check() []error {
	errs := checkID(o.ID)
	if o.Name == "" {
		errs = append(errs, errors.New("has no name"))
	}
	if o.Website != "" {
		if err := CheckURL(o.Website); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

func checkID(id string) []error {
	if idForm.MatchString(id) {
		return nil
	}
	return []error{fmt.Errorf("id %q is not lower-case words joined by hyphens", id)}
}

// checkText returns what is wrong with where a text or examples belong.
func checkText(t Topic, l Language) []error {
	var errs []error
	if !t.Known() && t != None {
		errs = append(errs, fmt.Errorf("topic %q is not known", t))
	}
	return append(errs, checkLanguage(l)...)
}

func checkLanguage(l Language) []error {
	if slices.Contains(QuestionLanguages(), l) {
		return nil
	}
	return []error{fmt.Errorf("language %q is not one of ours", l)}
}
