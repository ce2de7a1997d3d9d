package bot

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Difference is one field in which two versions of a record differ.
type Difference struct {
	Field  string // its JSON name; of a field inside another, "name.en"
	Before string // readable; "" where the field had no value
	After  string // readable; "" where the field has none any more
}

// Differences returns in which fields two bodies of a record differ, in the
// order of the fields. A list counts as a whole and is written one entry a
// line. The body "" is that of no record, so that what is new differs in every
// field that it has. A body that is no JSON object counts as one field without
// a name.
func Differences(before, after string) []Difference {
	if before == after {
		return nil
	}
	old, err1 := fieldsOf(before)
	now, err2 := fieldsOf(after)
	if err1 != nil || err2 != nil {
		return []Difference{{Before: before, After: after}}
	}
	return old.differences(now, "")
}

// object is a JSON object that keeps the order of its fields.
type object []field

type field struct {
	name  string
	value any // nil, bool, json.Number, string, []any or object
}

func fieldsOf(body string) (object, error) {
	if body == "" {
		return nil, nil
	}
	dec := json.NewDecoder(strings.NewReader(body))
	dec.UseNumber()
	v, err := ordered(dec)
	if err != nil {
		return nil, err
	}
	o, ok := v.(object)
	if !ok {
		return nil, fmt.Errorf("a body is a JSON object, not %T", v)
	}
	return o, nil
}

func ordered(dec *json.Decoder) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		var list []any
		for dec.More() {
			v, err := ordered(dec)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := dec.Token()
		return list, err
	case json.Delim('{'):
		o := object{}
		for dec.More() {
			name, err := dec.Token()
			if err != nil {
				return nil, err
			}
			v, err := ordered(dec)
			if err != nil {
				return nil, err
			}
			o = append(o, field{fmt.Sprint(name), v})
		}
		_, err := dec.Token()
		return o, err
	}
	return token, nil
}

func (o object) get(name string) any {
	if i := o.index(name); i >= 0 {
		return o[i].value
	}
	return nil
}

func (o object) index(name string) int {
	return slices.IndexFunc(o, func(f field) bool { return f.name == name })
}

// names returns the fields of both in one order: each has those of the type of
// the record in their order, with some left out.
func (o object) names(other object) []string {
	var names []string
	next := 0 // of other
	for _, f := range o {
		at := other.index(f.name)
		for ; next < at; next++ {
			if o.index(other[next].name) < 0 {
				names = append(names, other[next].name)
			}
		}
		names = append(names, f.name)
	}
	for ; next < len(other); next++ {
		if o.index(other[next].name) < 0 {
			names = append(names, other[next].name)
		}
	}
	return names
}

func (o object) differences(now object, path string) []Difference {
	var found []Difference
	for _, name := range o.names(now) {
		before := o.get(name)
		after := now.get(name)
		inside, wasObject := before.(object)
		into, isObject := after.(object)
		switch {
		case wasObject && (isObject || after == nil), isObject && before == nil:
			found = append(found, inside.differences(into, path+name+".")...)
		case !reflect.DeepEqual(before, after) && (!none(before) || !none(after)):
			found = append(found, Difference{path + name, readable(before), readable(after)})
		}
	}
	return found
}

// none reports whether v says as little as a field that is left out.
func none(v any) bool {
	list, isList := v.([]any)
	return v == nil || v == "" || isList && len(list) == 0
}

// readable writes a value the way an editor would.
func readable(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return string(Yes)
		}
		return string(No)
	case []any:
		lines := make([]string, len(v))
		for i, entry := range v {
			lines[i] = readable(entry)
		}
		return strings.Join(lines, "\n")
	case object:
		var b strings.Builder
		for _, f := range v {
			if none(f.value) {
				continue
			}
			if b.Len() > 0 {
				b.WriteString("; ")
			}
			fmt.Fprintf(&b, "%s: %s", f.name, strings.ReplaceAll(readable(f.value), "\n", ", "))
		}
		return b.String()
	}
	return fmt.Sprint(v)
}
