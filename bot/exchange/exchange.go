// Package exchange takes records of the directory out as files and in again:
// as a spreadsheet (xlsx.go), CSV (csv.go), the project's own YAML (yaml.go) and
// HSDS JSON (hsds.go). It reads and writes only; what becomes of a row is for
// others to decide.
//
// The columns of each kind of record stand in columns.go, what is wrong with a
// value in check.go, how a file becomes rows in rows.go and table.go.
//
// A file may hold some fields only: what it has no column or key for stays as
// it stands in the directory. Nothing is guessed. What a spreadsheet program
// may have damaged is refused with the cell and a sentence (problem.go).
package exchange

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"prystan/bot"
)

// Limits of a file.
const (
	MaxBytes = 20 << 20
	MaxRows  = 100_000
)

// Format is a form of files.
type Format string

// The formats.
const (
	XLSX Format = "xlsx" // every kind of record, a sheet each
	CSV  Format = "csv"  // one kind of record
	YAML Format = "yaml" // every kind of record
	HSDS Format = "hsds" // organizations, phones and services, as Open Referral HSDS 3.0 JSON
)

// Formats returns every format.
func Formats() []Format { return []Format{XLSX, CSV, YAML, HSDS} }

// Extension returns how names of files of the format end.
func (f Format) Extension() string {
	if f == HSDS {
		return ".json"
	}
	return "." + string(f)
}

// MediaType returns what to call the format in HTTP.
func (f Format) MediaType() string {
	switch f {
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case CSV:
		return "text/csv; charset=utf-8"
	case YAML:
		return "application/yaml"
	}
	return "application/json"
}

// Detect returns the format of a file by what it holds and, where that does not
// tell, by its name. A few hundred bytes of the file are enough.
func Detect(name string, content []byte) (Format, error) {
	ext := strings.ToLower(filepath.Ext(name))
	start := bytes.TrimLeft(bytes.TrimPrefix(content, []byte("\ufeff")), " \t\r\n")
	switch {
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return XLSX, nil
	case bytes.HasPrefix(content, []byte("\xd0\xcf\x11\xe0")):
		return "", fault(OldExcel)
	case ext == ".csv", ext == ".tsv", ext == ".txt":
		return CSV, nil
	case bytes.HasPrefix(start, []byte("{")), bytes.HasPrefix(start, []byte("[")), ext == ".json":
		return HSDS, nil
	case ext == ".yaml", ext == ".yml":
		return YAML, nil
	}
	return "", fault(UnknownFormat, filepath.Base(name))
}

// Where is a place in a file: the sheet, list or kind, and the row of a sheet,
// the line of YAML or the place in a list of JSON, from 1. Part is "" in CSV.
type Where struct {
	Part string
	Row  int
}

// String returns the place as in "services!12".
func (w Where) String() string {
	if w.Part == "" {
		return fmt.Sprint(w.Row)
	}
	return fmt.Sprintf("%s!%d", w.Part, w.Row)
}

// Row is one record of a file. Its record has a body only if there is no
// problem with it; its ID is "" where the row names none.
type Row struct {
	Where    Where
	Record   bot.Record
	Problems []Problem
}

// File is what was read. Notes are on the file as a whole and hinder nothing: a
// column that nobody knows, a guess at the encoding.
type File struct {
	Format Format
	Rows   []Row
	Notes  []Problem
}

// Read reads a file. Fields that it does not hold are taken from current, the
// records that stand now. The error is a Problem where the file as a whole is
// refused, and says so to the one who sent it.
func Read(r io.Reader, name string, current bot.Records) (File, error) {
	return ReadTelling(r, name, current, func(int, int) {})
}

// ReadTelling reads a file and tells how many records it has taken up, of about
// how many.
func ReadTelling(r io.Reader, name string, current bot.Records, tell func(done, about int)) (File, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return File{}, fmt.Errorf("reading %s: %w", filepath.Base(name), err)
	}
	if len(raw) > MaxBytes {
		return File{}, fault(TooLarge, fmt.Sprint(MaxBytes>>20))
	}
	format, err := Detect(name, raw)
	if err != nil {
		return File{}, err
	}
	in, err := newReader(current)
	if err != nil {
		return File{}, err
	}
	in.tell = tell
	read := map[Format]func([]byte, string) error{XLSX: in.xlsx, CSV: in.csv, YAML: in.yaml, HSDS: in.hsds}[format]
	if err := read(raw, name); err != nil {
		return File{}, err
	}
	return File{Format: format, Rows: in.finish(), Notes: in.notes}, nil
}

// Write writes records: of all kinds as XLSX and YAML, the organizations,
// phones and services as HSDS, and as CSV the services with their numbers and
// organizations, a row each.
func Write(w io.Writer, f Format, r bot.Records) error {
	switch f {
	case XLSX:
		return writeXLSX(w, r)
	case CSV:
		return WriteCSV(w, bot.KindService, r)
	case YAML:
		return writeYAML(w, r)
	case HSDS:
		return writeHSDS(w, r)
	}
	return fault(UnknownFormat, string(f))
}

// parts are the names of sheets and lists, by kind.
var parts = map[bot.Kind]string{
	bot.KindOrganization: "organizations", bot.KindPhone: "phones", bot.KindService: "services",
	bot.KindProtection: "protections", bot.KindFact: "facts", bot.KindArticle: "articles",
	bot.KindProtectionText: "protection_texts", bot.KindServiceText: "service_texts", bot.KindExamples: "examples",
}

// kindOf returns the kind that a name of a sheet, list or file stands for.
func kindOf(name string) (bot.Kind, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	for _, k := range bot.Kinds() {
		if parts[k] == name || string(k) == name {
			return k, true
		}
	}
	return "", false
}

// values returns the records of a kind, each as a pointer to its type.
func values(k bot.Kind, r bot.Records) []any {
	switch k {
	case bot.KindOrganization:
		return pointers(r.Organizations)
	case bot.KindPhone:
		return pointers(r.Phones)
	case bot.KindService:
		return pointers(r.Services)
	case bot.KindProtection:
		return pointers(r.Protections)
	case bot.KindFact:
		return pointers(r.Facts)
	case bot.KindArticle:
		return pointers(r.Articles)
	case bot.KindProtectionText:
		return pointers(r.ProtectionTexts)
	case bot.KindServiceText:
		return pointers(r.ServiceTexts)
	}
	return pointers(r.ExampleSets())
}

func pointers[T any](all []T) []any {
	out := make([]any, len(all))
	for i, v := range all {
		out[i] = &v
	}
	return out
}
