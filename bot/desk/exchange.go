package desk

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"prystan/bot"
	"prystan/bot/directory"
	"prystan/bot/exchange"
)

func (d *desk) exchangeRoutes() {
	d.page("GET /desk/exchange", (*visit).exchange)
	d.page("GET /desk/export", (*visit).export)
	d.action("POST /desk/import", (*visit).importFile)
	d.page("GET /desk/import/{key}", (*visit).imported)
	d.action("POST /desk/import/{key}", (*visit).proposeImport)
}

// exchangePage is where files go out and in.
type exchangePage struct {
	Formats, Countries, Kinds []option
	Megabytes                 int
	Error                     string // what is wrong with the file that was sent
}

// exchange offers the export and asks for a file to import.
func (v *visit) exchange() error { return v.askForFile(http.StatusOK, "") }

func (v *visit) askForFile(status int, fault string) error {
	p := exchangePage{Megabytes: exchange.MaxBytes >> 20, Error: fault}
	for _, f := range exchange.Formats() {
		p.Formats = append(p.Formats, option{Value: string(f), Label: v.T.Say("exchange.format." + string(f))})
	}
	countries := bot.Countries()
	v.T.SortCountries(countries)
	for _, c := range countries {
		p.Countries = append(p.Countries, option{Value: string(c), Label: v.T.Country(c)})
	}
	for _, k := range bot.Kinds() {
		p.Kinds = append(p.Kinds, option{Value: string(k), Label: v.T.Say("kinds." + string(k))})
	}
	return v.show(status, "exchange", p)
}

// export sends what is published as a file: all of it, or a country, or a kind.
func (v *visit) export() error {
	q := v.R.URL.Query()
	format, country, kind := exchange.Format(q.Get("format")), bot.Country(q.Get("country")), bot.Kind(q.Get("kind"))
	if !slices.Contains(exchange.Formats(), format) || country != "" && !country.Known() || kind != "" && !kind.Known() {
		return directory.ErrUnknown
	}
	r := v.Keeper.Directory().Records()
	if country != "" {
		r = exchange.About(r, country)
	}
	var b bytes.Buffer
	if err := exchange.WriteChosen(&b, format, kind, r); err != nil {
		return fmt.Errorf("exporting: %w", err)
	}
	name := []string{"prystan"}
	if country != "" {
		name = append(name, string(country))
	}
	if kind != "" && format != exchange.HSDS {
		name = append(name, strings.ReplaceAll(string(kind), "_", "-"))
	}
	name = append(name, bot.DateOf(v.Now().UTC()).String())
	h := v.W.Header()
	h.Set("Content-Type", format.MediaType())
	h.Set("Content-Disposition", `attachment; filename="`+strings.Join(name, "-")+format.Extension()+`"`)
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	// The person may have gone: there is nobody left to tell.
	_, _ = v.W.Write(b.Bytes())
	return nil
}

// sentence is a problem of a file for an editor.
type sentence struct{ Cell, Field, Text string }

func (v *visit) sentence(p exchange.Problem) sentence {
	if p.Code == exchange.NamesNothing && len(p.Values) > 0 {
		p.Values = slices.Clone(p.Values)
		p.Values[0] = v.T.Say("kind." + p.Values[0])
	}
	// A text may hold the two placeholders; here they stand for themselves.
	pattern := v.T.Say("exchange.problem."+string(p.Code), "Emergency", "{{.Emergency}}", "EUUntil", "{{.EUUntil}}")
	s := sentence{Cell: p.Cell, Text: p.Sentence(pattern)}
	if p.Field != "" {
		s.Field = v.label(p.Field)
	}
	return s
}

// problemOf returns what is wrong with a file as a whole, in words.
func (v *visit) problemOf(err error) (text string, ok bool) {
	var p exchange.Problem
	if !errors.As(err, &p) {
		return "", false
	}
	s := v.sentence(p)
	if s.Cell != "" {
		return s.Cell + ": " + s.Text, true
	}
	return s.Text, true
}
