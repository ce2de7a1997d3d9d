package bottest

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// Entity is a style of a part of a text, in UTF-16 units.
type Entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
	URL    string `json:"url,omitempty"`
}

// styles are the tags of Telegram's HTML and the entities they stand for.
var styles = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
	"a": "text_link", "blockquote": "blockquote", "tg-spoiler": "spoiler", "span": "spoiler", "tg-emoji": "custom_emoji",
}

var (
	tagForm       = regexp.MustCompile(`^<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s+[a-z-]+(?:="[^"]*"|='[^']*')?)*)\s*>`)
	hrefForm      = regexp.MustCompile(`\shref=(?:"([^"]*)"|'([^']*)')`)
	characterForm = regexp.MustCompile(`^&(?:lt|gt|amp|quot|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});`)
)

// parseHTML reads Telegram's HTML. It is stricter than Telegram in one thing: a
// lone & is an error here, because it shows that something was not escaped.
func parseHTML(s string) (string, []Entity, *refusal) {
	var text strings.Builder
	var entities, open []Entity
	var tags []string
	at := 0
	write := func(piece string) {
		text.WriteString(piece)
		at += units(piece)
	}
	for i := 0; i < len(s); {
		rest := s[i:]
		switch rest[0] {
		case '&':
			character := characterForm.FindString(rest)
			if character == "" {
				return "", nil, bad("can't parse entities: unescaped & at byte offset %d", i)
			}
			write(html.UnescapeString(character))
			i += len(character)
		case '<':
			tag := tagForm.FindStringSubmatch(rest)
			if tag == nil {
				return "", nil, badTag(rest, i)
			}
			name := strings.ToLower(tag[2])
			if refused := checkTag(tag[1] != "", name, tags, i); refused != nil {
				return "", nil, refused
			}
			if tag[1] == "" {
				tags = append(tags, name)
				open = append(open, Entity{Type: styles[name], Offset: at, URL: href(tag[3])})
			} else {
				last := len(tags) - 1
				if e := open[last]; at > e.Offset {
					e.Length = at - e.Offset
					entities = append(entities, e)
				}
				tags, open = tags[:last], open[:last]
			}
			i += len(tag[0])
		default:
			end := strings.IndexAny(rest, "&<")
			if end < 0 {
				end = len(rest)
			}
			write(rest[:end])
			i += end
		}
	}
	if len(tags) > 0 {
		return "", nil, bad("can't parse entities: can't find end tag corresponding to start tag \"%s\"", tags[len(tags)-1])
	}
	slices.SortStableFunc(entities, func(a, b Entity) int { return a.Offset - b.Offset })
	return text.String(), entities, nil
}

func badTag(rest string, at int) *refusal {
	if !strings.Contains(rest, ">") {
		return bad("can't parse entities: unclosed start tag at byte offset %d", at)
	}
	name, _, _ := strings.Cut(rest[1:], ">")
	name, _, _ = strings.Cut(name, " ")
	return bad("can't parse entities: unsupported start tag \"%s\" at byte offset %d", name, at)
}

func checkTag(closing bool, name string, open []string, at int) *refusal {
	switch {
	case !closing && styles[name] == "":
		return bad("can't parse entities: unsupported start tag \"%s\" at byte offset %d", name, at)
	case closing && len(open) == 0:
		return bad("can't parse entities: unexpected end tag at byte offset %d", at)
	case closing && open[len(open)-1] != name:
		return bad("can't parse entities: unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", at, open[len(open)-1], name)
	}
	return nil
}

func href(attributes string) string {
	m := hrefForm.FindStringSubmatch(attributes)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1] + m[2])
}

// units returns the length of a text in UTF-16 units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}
