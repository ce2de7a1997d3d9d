package desk_test

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"prystan/bot"
)

// sheet is a form as a browser has it: what would be sent, and where.
type sheet struct {
	b    *browser
	path string
	url.Values
}

// open returns the form of a page.
func (b *browser) open(path string) *sheet {
	b.t.Helper()
	status, body := b.get(path)
	if status != http.StatusOK {
		b.t.Fatalf("%s answers %d\n%s", path, status, body)
	}
	for _, missing := range []string{"[edit.", "[field.", "[kind."} {
		if strings.Contains(body, missing) {
			b.t.Errorf("%s: a message is missing: %s%s", path, missing, between(body, missing, "<"))
		}
	}
	return b.sheet(body)
}

// sheet reads the form with the class "edit" as a browser does.
func (b *browser) sheet(body string) *sheet {
	b.t.Helper()
	s := &sheet{b: b, Values: url.Values{}}
	dec := xml.NewDecoder(strings.NewReader(body))
	dec.Strict, dec.AutoClose, dec.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	inside, selected, area := false, "", ""
	var text strings.Builder
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			b.t.Fatalf("reading a page: %v\n%s", err, body)
		}
		switch e := token.(type) {
		case xml.StartElement:
			at := make(map[string]string)
			for _, a := range e.Attr {
				at[a.Name.Local] = a.Value
			}
			_, on := at["checked"]
			_, marked := at["selected"]
			switch e.Name.Local {
			case "form":
				inside = at["class"] == "edit"
				if inside {
					s.path = at["action"]
				}
			case "input":
				box := at["type"] == "checkbox" || at["type"] == "radio"
				if inside && at["name"] != "" && (!box || on) {
					s.Add(at["name"], at["value"])
				}
			case "select":
				selected = at["name"]
			case "option":
				if inside && selected != "" && (marked || !s.Has(selected)) {
					s.Set(selected, at["value"])
				}
			case "textarea":
				area = at["name"]
				text.Reset()
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "form":
				inside = false
			case "select":
				selected = ""
			case "textarea":
				if inside && area != "" {
					// A browser drops the first line break, and sends others as two characters.
					s.Add(area, strings.ReplaceAll(strings.TrimPrefix(text.String(), "\n"), "\n", "\r\n"))
				}
				area = ""
			}
		case xml.CharData:
			if area != "" {
				text.Write(e)
			}
		}
	}
	if s.path == "" {
		b.t.Fatalf("there is no form on the page:\n%s", body)
	}
	return s
}

// send sends the form with one of its buttons.
func (s *sheet) send(do string) (status int, body string) {
	s.b.t.Helper()
	s.Set("do", do)
	var pairs []string
	for name, values := range s.Values {
		for _, value := range values {
			pairs = append(pairs, name, value)
		}
	}
	return s.b.post(s.path, pairs...)
}

// propose writes values into a form, gives a reason and sends it.
func (s *sheet) propose(pairs ...string) (status int, body string) {
	s.b.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		s.Set(pairs[i], pairs[i+1])
	}
	s.Set("reason", "it changed")
	s.Set("source", "https://example.org")
	return s.send("propose")
}

func TestAFormThatIsSavedUnchangedChangesNothing(t *testing.T) {
	h := newHouse(t)
	b := h.as(t, h.add(t, "Olena", bot.Administrator))
	records := h.answers.Directory().Records()
	for _, kind := range bot.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			for i, value := range records.Of(kind) {
				if testing.Short() && i%20 != 0 {
					continue
				}
				ref, _ := bot.RefOf(value)
				s := b.open("/desk/edit/" + string(ref.Kind) + "/" + ref.ID)
				status, body := s.propose()
				if status != http.StatusUnprocessableEntity || !strings.Contains(body, "Nothing changed") {
					t.Fatalf("%s: %d\n%s", ref, status, alerts(body))
				}
			}
		})
	}
	waiting, err := h.DB.WaitingProposals(t.Context())
	if err != nil || len(waiting) > 0 {
		t.Errorf("there are %d proposals (%v)", len(waiting), err)
	}
}

// alerts returns the part of a page that tells what went wrong.
func alerts(body string) string {
	var found []string
	for _, part := range strings.Split(body, `class="alert"`)[1:] {
		end := min(len(part), 600)
		found = append(found, part[:end])
	}
	return strings.Join(slices.Compact(found), "\n…\n")
}

// between returns what stands in a page between two texts.
func between(body, from, to string) string {
	_, rest, _ := strings.Cut(body, from)
	part, _, _ := strings.Cut(rest, to)
	return part
}
