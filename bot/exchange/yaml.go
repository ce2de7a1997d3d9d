package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"prystan/bot"
)

// yaml reads lists of records under the names of the kinds, as it is written,
// and the files in which facts are shipped: those have one protection, and
// notes of their collector, which are passed over. A key that is left out
// leaves the field as it stands.
func (r *reader) yaml(raw []byte, _ string) error {
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return fault(Unreadable, "YAML", err.Error())
	}
	if aliased(&doc) {
		return fault(HasAliases)
	}
	if len(doc.Content) == 0 {
		return fault(NoRows)
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return fault(NoKind)
	}
	lists := make(map[bot.Kind][]*yaml.Node)
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, list := root.Content[i].Value, root.Content[i+1]
		kind, ok := kindOf(key)
		switch {
		case !ok && key == "notes":
		case !ok:
			note := fault(PartUnknown, key)
			r.notes = append(r.notes, note)
		case list.Kind == yaml.SequenceNode:
			lists[kind] = append(lists[kind], list.Content...)
		case list.Kind == yaml.MappingNode:
			lists[kind] = append(lists[kind], list)
		case list.Tag != "!!null":
			return fault(Unreadable, "YAML", key+" is no list")
		}
	}
	for _, list := range lists {
		r.about += len(list)
	}
	found := false
	for _, kind := range bot.Kinds() {
		shape := shapeOf(kind)
		for _, item := range lists[kind] {
			if len(r.drafts) >= MaxRows {
				return fault(TooManyRows, fmt.Sprint(MaxRows))
			}
			r.yamlRow(kind, shape, item)
			found = true
		}
	}
	if !found {
		return fault(NoRows)
	}
	return nil
}

// aliased reports whether a document names a part of itself: a few lines of
// that can unfold to gigabytes.
func aliased(n *yaml.Node) bool {
	return n.Kind == yaml.AliasNode || slices.ContainsFunc(n.Content, aliased)
}

// yamlRow takes up one record.
func (r *reader) yamlRow(kind bot.Kind, shape shape, item *yaml.Node) {
	where := Where{parts[kind], item.Line}
	lines := make(map[string]int) // of the fields
	cell := func(field string) string {
		line := item.Line
		top, _, _ := strings.Cut(field, ".")
		if l, ok := lines[top]; ok {
			line = l
		}
		return Where{parts[kind], line}.String()
	}
	if item.Kind != yaml.MappingNode {
		r.add(where, bot.Ref{Kind: kind}, cell)
		return
	}
	idKey := "id"
	if kind == bot.KindProtection {
		idKey = "country"
	}
	id := ""
	for i := 0; i+1 < len(item.Content); i += 2 {
		key := item.Content[i]
		lines[key.Value] = key.Line
		if key.Value == idKey || key.Value == "id" {
			id = item.Content[i+1].Value
		}
	}
	d := r.add(where, bot.Ref{Kind: kind, ID: id}, cell)
	if d.value == nil {
		return
	}
	for i := 0; i+1 < len(item.Content); i += 2 {
		key, value := item.Content[i], item.Content[i+1]
		if key.Value == idKey || key.Value == "id" {
			continue
		}
		if unknown := shape.unknown(key.Value, value); unknown != "" {
			d.fault(key.Value, KeyUnknown, unknown)
			continue
		}
		d.decode(key, value)
	}
}

// decode sets one field.
func (d *draft) decode(key, value *yaml.Node) {
	one := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{key, value}}
	err := one.Decode(d.value)
	if err == nil {
		return
	}
	switch key.Value {
	case "schedule":
		d.fault(key.Value, NotASchedule, value.Value)
	case "assured", "valid_until", "eu_until":
		d.fault(key.Value, NotADate, value.Value)
	default:
		d.fault(key.Value, WrongShape, strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "unmarshal errors:\n  "))
	}
}

// shape says which keys a record may have, and which those inside.
type shape map[string]shape

func shapeOf(k bot.Kind) shape {
	s := shape{}
	for _, c := range columns(k) {
		top, inside, nested := strings.Cut(c.name, ".")
		if s[top] == nil {
			s[top] = shape{}
		}
		if nested {
			s[top][inside] = shape{}
		}
		switch c.name {
		case "sources":
			s[top] = shape{"url": {}, "seen": {}, "says": {}}
		case "updates":
			s[top] = shapeOf(bot.KindFact)
			s[top]["id"] = shape{}
		}
	}
	return s
}

// unknown returns the first key that the shape has not, or "".
func (s shape) unknown(key string, value *yaml.Node) string {
	inside, ok := s[key]
	if !ok {
		return key
	}
	items := []*yaml.Node{value}
	if value.Kind == yaml.SequenceNode {
		items = value.Content
	}
	for _, item := range items {
		if item.Kind != yaml.MappingNode {
			continue
		}
		for i := 0; i+1 < len(item.Content); i += 2 {
			if k := inside.unknown(item.Content[i].Value, item.Content[i+1]); k != "" {
				return k
			}
		}
	}
	return ""
}

// writeYAML writes the records with all their fields, empty ones too: a field
// that is left out would stay as it stands where the file is read.
func writeYAML(w io.Writer, r bot.Records) error {
	fail := func(err error) error { return fmt.Errorf("writing YAML: %w", err) }
	root := &yaml.Node{Kind: yaml.MappingNode}
	for _, k := range bot.Kinds() {
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, v := range values(k, r) {
			item, err := yamlItem(k, v)
			if err != nil {
				return fail(err)
			}
			list.Content = append(list.Content, item)
		}
		if len(list.Content) > 0 {
			root.Content = append(root.Content, scalar(parts[k]), list)
		}
	}
	out := yaml.NewEncoder(w)
	out.SetIndent(2)
	if err := out.Encode(root); err != nil {
		return fail(err)
	}
	if err := out.Close(); err != nil {
		return fail(err)
	}
	return nil
}

func yamlItem(k bot.Kind, v any) (*yaml.Node, error) {
	idKey := "id"
	if k == bot.KindProtection {
		idKey = "country"
	}
	item := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{scalar(idKey), scalar(refOf(v).ID)}}
	nested := make(map[string]*yaml.Node)
	for _, c := range columns(k) {
		var value yaml.Node
		if err := value.Encode(c.value(v)); err != nil {
			return nil, fmt.Errorf("%s of %s: %w", c.name, refOf(v), err)
		}
		top, inside, ok := strings.Cut(c.name, ".")
		switch {
		case !ok:
			item.Content = append(item.Content, scalar(top), &value)
			continue
		case nested[top] == nil:
			nested[top] = &yaml.Node{Kind: yaml.MappingNode}
			item.Content = append(item.Content, scalar(top), nested[top])
		}
		nested[top].Content = append(nested[top].Content, scalar(inside), &value)
	}
	return item, nil
}

func scalar(s string) *yaml.Node {
	var n yaml.Node
	n.SetString(s)
	return &n
}
