package desk

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"prystan/bot"
	"prystan/bot/directory"
)

// clash is a field that two editors have changed in different ways.
type clash struct {
	Name         string // of the input that decides
	Record       string // what the record is called
	Label        string
	Theirs, Ours string
	Chosen       string // "theirs" or "ours"; "" while nobody has decided
}

// whole is the field of a clash about a record as a whole: somebody has added or
// retired it meanwhile.
const whole = "record"

// reconcile brings what the form makes of a part together with what others have
// made of it since. Where both changed a field, the editor decides; a decision
// counts for what it was made about only, and not for a later change. The body
// is worth something once everything is decided.
func (f *form) reconcile(n int, p *part, ours, theirs string) (string, []clash, error) {
	var conflict *directory.Conflict
	merged, err := directory.Merge(p.ref, p.was, ours, theirs)
	if !errors.As(err, &conflict) {
		return merged, nil, err
	}
	over := "over_" + strconv.Itoa(n)
	decided := f.given.Get(over) == strconv.Itoa(p.stored.Revision)
	f.bases = append(f.bases, hiddenInput{over, strconv.Itoa(p.stored.Revision)})
	decide := func(field string) string {
		if choice := f.given.Get(keepName(n, field)); decided && (choice == "ours" || choice == "theirs") {
			return choice
		}
		return ""
	}
	if p.was == "" || ours == "" || theirs == "" {
		chosen := decide(whole)
		c := clash{keepName(n, whole), f.name(p.ref), f.label(whole), f.sayBody(p.ref, theirs), f.sayBody(p.ref, ours), chosen}
		if chosen == "ours" {
			return ours, []clash{c}, nil
		}
		return theirs, []clash{c}, nil
	}
	var base, mine, other map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal([]byte(p.was), &base), json.Unmarshal([]byte(ours), &mine), json.Unmarshal([]byte(theirs), &other)); err != nil {
		return "", nil, fmt.Errorf("comparing changes of %s: %w", p.ref, err)
	}
	fields := maps.Clone(base)
	maps.Copy(fields, mine)
	var clashes []clash
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		was, o, t := string(base[field]), string(mine[field]), string(other[field])
		if was == o || o == t || was == t {
			continue
		}
		chosen := decide(field)
		clashes = append(clashes, clash{
			keepName(n, field), f.name(p.ref), f.visit.label(field), f.sayField(p.ref, field, other[field]), f.sayField(p.ref, field, mine[field]), chosen,
		})
		switch chosen {
		case "theirs":
			set(mine, field, other[field])
		case "ours":
			set(base, field, other[field]) // so that only ours differs
		}
	}
	if undecided(clashes) {
		return "", clashes, nil
	}
	asItWas, err1 := json.Marshal(base)
	asOurs, err2 := json.Marshal(mine)
	if err := errors.Join(err1, err2); err != nil {
		return "", nil, err
	}
	merged, err = directory.Merge(p.ref, string(asItWas), string(asOurs), theirs)
	return merged, clashes, err
}

func undecided(clashes []clash) bool {
	return slices.ContainsFunc(clashes, func(c clash) bool { return c.Chosen == "" })
}

func keepName(part int, field string) string { return fmt.Sprintf("keep_%d_%s", part, field) }

func set(fields map[string]json.RawMessage, name string, value json.RawMessage) {
	if value == nil {
		delete(fields, name)
		return
	}
	fields[name] = value
}

// sayField writes the value of a field for a person.
func (f *form) sayField(ref bot.Ref, name string, value json.RawMessage) string {
	if value == nil {
		return f.T.Say("edit.conflict.empty")
	}
	body, err := json.Marshal(map[string]json.RawMessage{name: value})
	if err != nil {
		return string(value)
	}
	return f.sayBody(ref, string(body))
}

func (f *form) sayBody(ref bot.Ref, body string) string {
	var lines []string
	rows := f.changes(ref, "", body)
	for _, c := range rows {
		if len(rows) == 1 {
			return c.After
		}
		lines = append(lines, c.Label+": "+c.After)
	}
	if len(lines) == 0 {
		return f.T.Say("edit.conflict.empty")
	}
	return strings.Join(lines, "\n")
}

// showClashes lets the editor decide between two changes. The form comes along,
// so that nothing has to be written again.
func (f *form) showClashes(clashes []clash) error {
	hidden := f.hidden()
	known := make(map[string]bool)
	for _, h := range hidden {
		known[h.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(f.given)) {
		if known[name] || name == "do" || strings.HasPrefix(name, "keep_") || strings.HasPrefix(name, "over_") {
			continue
		}
		for _, value := range f.given[name] {
			hidden = append(hidden, hiddenInput{name, value})
		}
	}
	return f.visit.show(http.StatusConflict, "conflict", struct {
		Path, Back string
		Hidden     []hiddenInput
		Clashes    []clash
	}{"/desk/edit/" + refPath(f.main.ref), "/desk/records/" + refPath(f.main.ref), hidden, clashes})
}
