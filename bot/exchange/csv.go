package exchange

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	xunicode "golang.org/x/text/encoding/unicode"

	"prystan/bot"
)

// csv reads one kind of record, told by the name of the file or by its columns.
func (r *reader) csv(raw []byte, name string) error {
	text, err := r.decode(raw)
	if err != nil {
		return err
	}
	text, comma := separator(text)
	r.about = strings.Count(text, "\n")
	in := csv.NewReader(strings.NewReader(text))
	in.Comma, in.FieldsPerRecord, in.ReuseRecord = comma, -1, true
	name = strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	var t *table
	n, end := 0, int64(0)
	for {
		fields, err := in.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return fault(Unreadable, "CSV", err.Error())
		}
		n += 1 + emptyLines(text[end:in.InputOffset()])
		end = in.InputOffset()
		if n > MaxRows+1 {
			return fault(TooManyRows, fmt.Sprint(MaxRows))
		}
		if t == nil {
			if t, err = r.open("", name, fields, n); err != nil {
				return err
			}
			continue
		}
		cells := make([]cell, 0, len(fields))
		for _, f := range fields[:min(len(fields), maxColumns)] {
			cells = append(cells, cell{text: unquote(f), formula: strings.HasPrefix(f, "=")})
		}
		if err := r.tableRow(t, n, cells); err != nil {
			return err
		}
	}
	if t == nil {
		return fault(NoKind)
	}
	return nil
}

// emptyLines counts the empty lines before a record, which encoding/csv passes
// over and a spreadsheet counts as rows.
func emptyLines(s string) int {
	n := 0
	for {
		rest, ok := strings.CutPrefix(strings.TrimPrefix(s, "\r"), "\n")
		if !ok {
			return n
		}
		n, s = n+1, rest
	}
}

// decode returns the text of a file. One without a mark that is not UTF-8 comes
// from an old spreadsheet program; which code page is a guess by the letters
// that it makes, and said.
func (r *reader) decode(raw []byte) (string, error) {
	for _, mark := range []struct {
		bytes string
		order xunicode.Endianness
	}{{"\xff\xfe", xunicode.LittleEndian}, {"\xfe\xff", xunicode.BigEndian}} {
		if !bytes.HasPrefix(raw, []byte(mark.bytes)) {
			continue
		}
		text, err := xunicode.UTF16(mark.order, xunicode.ExpectBOM).NewDecoder().Bytes(raw)
		if err != nil {
			return "", fault(Unreadable, "CSV", "UTF-16")
		}
		return string(text), nil
	}
	if raw = bytes.TrimPrefix(raw, []byte("\ufeff")); utf8.Valid(raw) {
		return string(raw), nil
	}
	best, name, most := "", "", -1<<31
	for _, page := range []struct {
		name    string
		of      encoding.Encoding
		letters string // of the languages that use it, beyond ASCII
	}{
		{"Windows-1251", charmap.Windows1251, "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяыэъё«»№–’—"},
		{"Windows-1250", charmap.Windows1250, "ąćęłńóśźżáčďéěíňřšťúůýžäöüßőűăâîşţ„”–’—"},
		{"Windows-1252", charmap.Windows1252, "äöüßéèêëàâçñøåæœïîôùáíóúãõ«»„“–’—"},
	} {
		text, err := page.of.NewDecoder().Bytes(raw)
		if err != nil {
			continue
		}
		if s := likeness(string(text), page.letters); s > most {
			best, name, most = string(text), page.name, s
		}
	}
	r.notes = append(r.notes, fault(EncodingGuessed, name))
	return best, nil
}

// likeness says how much text looks like words with the letters: those that it
// should not have count against it, and so does a small letter before a capital.
func likeness(text, letters string) int {
	known := make(map[rune]bool)
	for _, l := range letters {
		known[l] = true
	}
	score, last := 0, ' '
	for _, c := range text {
		if c > unicode.MaxASCII {
			switch {
			case known[unicode.ToLower(c)]:
				score++
			default:
				score -= 2
			}
			if unicode.IsUpper(c) && unicode.IsLower(last) {
				score -= 2
			}
			// Words of Cyrillic letters hold no Latin ones, and words of Latin
			// letters hold some without an accent.
			if unicode.Is(unicode.Cyrillic, c) != unicode.Is(unicode.Cyrillic, last) && unicode.IsLetter(c) && unicode.IsLetter(last) {
				score -= 3
			}
			if unicode.Is(unicode.Latin, c) && unicode.Is(unicode.Latin, last) && last > unicode.MaxASCII {
				score--
			}
		}
		last = c
	}
	return score
}

// separator returns what separates the fields of the first line, and the text
// without the line with which a spreadsheet program says it.
func separator(text string) (rest string, comma rune) {
	if line, after, ok := strings.Cut(text, "\n"); ok && strings.HasPrefix(line, "sep=") {
		if s := strings.TrimSpace(line[len("sep="):]); s == ";" || s == "," {
			return after, rune(s[0])
		}
		if strings.HasPrefix(line[len("sep="):], "\t") {
			return after, '\t'
		}
	}
	line, _, _ := strings.Cut(strings.TrimLeft(text, "\r\n"), "\n")
	comma, most := ',', 0
	for _, c := range ",;\t" {
		if n := strings.Count(line, string(c)); n > most {
			comma, most = c, n
		}
	}
	return text, comma
}

// quote keeps a spreadsheet from taking a cell for a formula or a number, with
// an apostrophe before it; unquote takes it away.
func quote(text string) string {
	if startsFormula(text) || strings.HasPrefix(text, "'") {
		return "'" + text
	}
	return text
}

func unquote(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && (startsFormula(rest) || strings.HasPrefix(rest, "'")) {
		return rest
	}
	return cell
}

// WriteCSV writes the records of one kind as UTF-8 with the mark by which
// spreadsheet programs know it, separated by commas. A service is written with
// its numbers and the name of its organization in place of their IDs' records,
// and without the name of the editor who assured it.
func WriteCSV(w io.Writer, k bot.Kind, r bot.Records) error {
	if !k.Known() {
		return fault(UnknownFormat, string(k))
	}
	fail := func(err error) error { return fmt.Errorf("writing CSV: %w", err) }
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fail(err)
	}
	all := csvColumns(k, r)
	out := csv.NewWriter(w)
	out.UseCRLF = true
	line := []string{"id"}
	for _, c := range all {
		line = append(line, c.name)
	}
	if err := out.Write(line); err != nil {
		return fail(err)
	}
	for _, v := range values(k, r) {
		line = []string{quote(refOf(v).ID)}
		for _, c := range all {
			text := c.get(v)
			if strings.Contains(text, "\r") {
				return fail(errors.New(c.name + " of " + line[0] + " holds a carriage return"))
			}
			line = append(line, quote(text))
		}
		if err := out.Write(line); err != nil {
			return fail(err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fail(err)
	}
	return nil
}

// csvColumns returns the columns of a kind in CSV.
func csvColumns(k bot.Kind, r bot.Records) []column {
	all := columns(k)
	if k != bot.KindService {
		return all
	}
	phones := make(map[string]bot.Phone, len(r.Phones))
	for _, p := range r.Phones {
		phones[p.ID] = p
	}
	names := make(map[string]string, len(r.Organizations))
	for _, o := range r.Organizations {
		names[o.ID] = o.Name
	}
	all = slices.DeleteFunc(all, func(c column) bool { return c.name == "assured_by" })
	for i := range all {
		if all[i].name == "phones" {
			all[i] = column{name: numbersColumn, get: func(v any) string { return numbers(v.(*bot.Service), phones) }}
		}
	}
	at := 1 + slices.IndexFunc(all, func(c column) bool { return c.name == "organization" })
	return slices.Insert(all, at, column{
		name: organizationColumn, get: func(v any) string { return names[v.(*bot.Service).Organization] },
	})
}

// numbers writes the numbers of a service as setNumbers reads them.
func numbers(s *bot.Service, phones map[string]bot.Phone) string {
	var all []string
	for _, id := range s.Phones {
		p, ok := phones[id]
		if !ok {
			continue
		}
		text := p.Number
		if p.Kind == bot.ShortCode && p.Country != s.Country {
			text += " (" + string(p.Country) + ")"
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}
