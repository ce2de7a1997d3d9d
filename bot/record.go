package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Kind is what a record of the directory is.
type Kind string

// The kinds of records.
const (
	KindOrganization   Kind = "organization"
	KindPhone          Kind = "phone"
	KindService        Kind = "service"
	KindProtection     Kind = "protection"
	KindFact           Kind = "fact"
	KindArticle        Kind = "article"
	KindProtectionText Kind = "protection_text"
	KindServiceText    Kind = "service_text"
	KindExamples       Kind = "examples"
)

// Kinds returns every kind. A record may name records of the kinds before its
// own, and of no others.
func Kinds() []Kind {
	return []Kind{
		KindOrganization, KindPhone, KindService, KindProtection, KindFact,
		KindArticle, KindProtectionText, KindServiceText, KindExamples,
	}
}

// Known reports whether k is one of Kinds.
func (k Kind) Known() bool { return slices.Contains(Kinds(), k) }

// Ref names a record.
type Ref struct {
	Kind Kind
	ID   string // unique within the kind; of a text: "<what>/<language>"
}

// String returns the kind and the ID, as in "service pl-kcik".
func (r Ref) String() string { return string(r.Kind) + " " + r.ID }

// Record is what an editor changes as a whole, in the form in which it is
// stored and compared: the JSON of the type that its kind stands for, with that
// type's fields in their order. Two records are equal when their bodies are.
type Record struct {
	Ref
	Body string
}

// ExampleSet is the record of all example questions on a topic in a language.
type ExampleSet struct {
	Topic    Topic    `json:"-"` // stands in the ID
	Language Language `json:"-"` // stands in the ID
	Calm     []string `json:"calm,omitempty"`
	Urgent   []string `json:"urgent,omitempty"` // of people who may be in danger now
}

// NewRecord returns the record of an Organization, Phone, Service, Protection,
// Fact, Article, ProtectionText, ServiceText or ExampleSet.
func NewRecord(v any) (Record, error) {
	ref, ok := RefOf(v)
	if !ok {
		return Record{}, fmt.Errorf("a %T is no record of the directory", v)
	}
	body, err := json.Marshal(v)
	if err != nil {
		return Record{}, fmt.Errorf("encoding %s: %w", ref, err)
	}
	return Record{Ref: ref, Body: string(body)}, nil
}

// RefOf returns what names the record of v, or false where v is none.
func RefOf(v any) (Ref, bool) {
	switch v := v.(type) {
	case Organization:
		return Ref{KindOrganization, v.ID}, true
	case Phone:
		return Ref{KindPhone, v.ID}, true
	case Service:
		return Ref{KindService, v.ID}, true
	case Protection:
		return Ref{KindProtection, string(v.Country)}, true
	case Fact:
		return Ref{KindFact, v.ID}, true
	case Article:
		return Ref{KindArticle, string(v.Topic) + "/" + string(v.Language)}, true
	case ProtectionText:
		return Ref{KindProtectionText, string(v.Country) + "/" + string(v.Language)}, true
	case ServiceText:
		return Ref{KindServiceText, v.Service + "/" + string(v.Language)}, true
	case ExampleSet:
		return Ref{KindExamples, string(v.Topic) + "/" + string(v.Language)}, true
	}
	return Ref{}, false
}

// Value returns what the record holds, as one of the types of NewRecord. It
// fails on a body that is none, and on one that belongs to another ID.
func (r Record) Value() (any, error) {
	v, err := r.value()
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", r.Ref, err)
	}
	if ref, _ := RefOf(v); ref != r.Ref {
		return nil, fmt.Errorf("reading %s: the body is that of %s", r.Ref, ref)
	}
	return v, nil
}

func (r Record) value() (any, error) {
	switch r.Kind {
	case KindOrganization:
		return parse[Organization](r.Body)
	case KindPhone:
		return parse[Phone](r.Body)
	case KindService:
		return parse[Service](r.Body)
	case KindProtection:
		return parse[Protection](r.Body)
	case KindFact:
		return parse[Fact](r.Body)
	case KindArticle:
		return parse[Article](r.Body)
	case KindProtectionText:
		return parse[ProtectionText](r.Body)
	case KindServiceText:
		return parse[ServiceText](r.Body)
	case KindExamples:
		topic, language, ok := strings.Cut(r.ID, "/")
		if !ok {
			return nil, errors.New("the id names no language")
		}
		set, err := parse[ExampleSet](r.Body)
		set.Topic, set.Language = Topic(topic), Language(language)
		return set, err
	}
	return nil, errors.New("the kind is not known")
}

func parse[T any](body string) (T, error) {
	var v T
	err := json.Unmarshal([]byte(body), &v)
	return v, err
}

// Encode returns all records, sorted by kind and ID.
func (r Records) Encode() ([]Record, error) {
	var all []Record
	var errs []error
	for _, k := range Kinds() {
		for _, v := range r.Of(k) {
			rec, err := NewRecord(v)
			all, errs = append(all, rec), append(errs, err)
		}
	}
	slices.SortFunc(all, func(a, b Record) int { return strings.Compare(a.Ref.String(), b.Ref.String()) })
	return all, errors.Join(errs...)
}

// Of returns the records of a kind, each as one of the types of NewRecord.
func (r Records) Of(k Kind) []any {
	switch k {
	case KindOrganization:
		return boxed(r.Organizations)
	case KindPhone:
		return boxed(r.Phones)
	case KindService:
		return boxed(r.Services)
	case KindProtection:
		return boxed(r.Protections)
	case KindFact:
		return boxed(r.Facts)
	case KindArticle:
		return boxed(r.Articles)
	case KindProtectionText:
		return boxed(r.ProtectionTexts)
	case KindServiceText:
		return boxed(r.ServiceTexts)
	case KindExamples:
		return boxed(r.ExampleSets())
	}
	return nil
}

func boxed[T any](all []T) []any {
	out := make([]any, len(all))
	for i, v := range all {
		out[i] = v
	}
	return out
}

// ExampleSets returns the examples by topic and language.
func (r Records) ExampleSets() []ExampleSet {
	type key struct {
		topic    Topic
		language Language
	}
	at := make(map[key]int)
	var sets []ExampleSet
	for _, x := range r.Examples {
		k := key{x.Topic, x.Language}
		i, ok := at[k]
		if !ok {
			i = len(sets)
			at[k] = i
			sets = append(sets, ExampleSet{Topic: x.Topic, Language: x.Language})
		}
		if x.Urgent {
			sets[i].Urgent = append(sets[i].Urgent, x.Text)
		} else {
			sets[i].Calm = append(sets[i].Calm, x.Text)
		}
	}
	return sets
}

// Add adds what a record holds.
func (r *Records) Add(rec Record) error {
	v, err := rec.Value()
	if err != nil {
		return err
	}
	switch v := v.(type) {
	case Organization:
		r.Organizations = append(r.Organizations, v)
	case Phone:
		r.Phones = append(r.Phones, v)
	case Service:
		r.Services = append(r.Services, v)
	case Protection:
		r.Protections = append(r.Protections, v)
	case Fact:
		r.Facts = append(r.Facts, v)
	case Article:
		r.Articles = append(r.Articles, v)
	case ProtectionText:
		r.ProtectionTexts = append(r.ProtectionTexts, v)
	case ServiceText:
		r.ServiceTexts = append(r.ServiceTexts, v)
	case ExampleSet:
		r.Examples = v.appendTo(r.Examples)
	}
	return nil
}

func (s ExampleSet) appendTo(all []Example) []Example {
	for _, text := range s.Calm {
		all = append(all, Example{Topic: s.Topic, Language: s.Language, Text: text})
	}
	for _, text := range s.Urgent {
		all = append(all, Example{Topic: s.Topic, Language: s.Language, Text: text, Urgent: true})
	}
	return all
}

// Refs returns the records that this one names.
func Refs(v any) []Ref {
	var refs []Ref
	switch v := v.(type) {
	case Service:
		if v.Organization != "" {
			refs = append(refs, Ref{KindOrganization, v.Organization})
		}
		for _, id := range v.Phones {
			refs = append(refs, Ref{KindPhone, id})
		}
	case Protection:
		if v.Phone != "" {
			refs = append(refs, Ref{KindPhone, v.Phone})
		}
	case Article:
		for _, id := range v.Facts {
			refs = append(refs, Ref{KindFact, id})
		}
	case ServiceText:
		refs = append(refs, Ref{KindService, v.Service})
	case ProtectionText:
		refs = append(refs, Ref{KindProtection, string(v.Country)})
	}
	return refs
}

// With returns the records with some changed or added and others taken out; r
// stays as it is.
func (r Records) With(changed []Record, retired []Ref) (Records, error) {
	out, gone := make(ids), make(ids)
	for _, ref := range retired {
		out.add(ref)
		gone.add(ref)
	}
	for _, c := range changed {
		gone.add(c.Ref)
	}
	next := Records{
		Organizations:   without(r.Organizations, gone[KindOrganization]),
		Phones:          without(r.Phones, gone[KindPhone]),
		Services:        without(r.Services, gone[KindService]),
		Protections:     without(r.Protections, gone[KindProtection]),
		Facts:           without(r.Facts, gone[KindFact]),
		Articles:        without(r.Articles, gone[KindArticle]),
		ProtectionTexts: without(r.ProtectionTexts, gone[KindProtectionText]),
		ServiceTexts:    without(r.ServiceTexts, gone[KindServiceText]),
		Examples:        slices.Clip(r.Examples),
	}
	if len(gone[KindExamples]) > 0 {
		next.Examples = nil
		for _, set := range without(r.ExampleSets(), gone[KindExamples]) {
			next.Examples = set.appendTo(next.Examples)
		}
	}
	for _, c := range changed {
		if out[c.Kind][c.ID] {
			continue
		}
		if err := next.Add(c); err != nil {
			return Records{}, err
		}
	}
	return next, nil
}

// ids are records by their kind.
type ids map[Kind]map[string]bool

func (i ids) add(ref Ref) {
	if i[ref.Kind] == nil {
		i[ref.Kind] = make(map[string]bool)
	}
	i[ref.Kind][ref.ID] = true
}

// without returns the values that are not gone, in a slice of their own if any
// could be.
func without[T any](all []T, gone map[string]bool) []T {
	if len(gone) == 0 {
		return slices.Clip(all)
	}
	kept := make([]T, 0, len(all)+len(gone)) // with room for what takes their place
	for _, v := range all {
		if ref, _ := RefOf(v); !gone[ref.ID] {
			kept = append(kept, v)
		}
	}
	return kept
}
