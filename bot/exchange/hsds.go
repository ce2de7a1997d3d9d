package exchange

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"

	"prystan/bot"
	"prystan/bot/hsds"
)

// hsds reads HSDS JSON: a data set, a page of an API, a list, or one service.
// What services bring with them, an organization and numbers, are rows too.
func (r *reader) hsds(raw []byte, _ string) error {
	set, err := hsds.Parse(raw)
	if err != nil {
		return fault(Unreadable, "HSDS", err.Error())
	}
	in := objects{r: r, from: make(map[bot.Ref]any)}
	r.about = len(set.Organizations) + len(set.Phones) + len(set.Services)
	for i, o := range set.Organizations {
		in.organization(Where{"organizations", i + 1}, o)
	}
	for i, p := range set.Phones {
		in.phone(Where{"phones", i + 1}, p, "")
	}
	for i, s := range set.Services {
		in.service(Where{"services", i + 1}, s)
	}
	switch {
	case len(r.drafts) == 0:
		return fault(NoRows)
	case len(r.drafts) > MaxRows:
		return fault(TooManyRows, fmt.Sprint(MaxRows))
	}
	return nil
}

// objects takes up the objects of a file, of which many stand there more than
// once.
type objects struct {
	r    *reader
	from map[bot.Ref]any // records as the file has them
}

// take makes a row of a record, unless the same stands in the file before.
func (in *objects) take(where Where, v any) *draft {
	ref, _ := bot.RefOf(v)
	before, again := in.from[ref]
	if again && reflect.DeepEqual(before, v) {
		return nil
	}
	d := in.r.add(where, ref, func(string) string { return where.String() })
	if !again && d.value != nil {
		in.from[ref] = v
		d.value = pointer(v)
	}
	return d
}

func (in *objects) organization(where Where, o hsds.Organization) {
	current, _ := in.r.valueOf(bot.Ref{Kind: bot.KindOrganization, ID: o.Key()}).(*bot.Organization)
	in.take(where, o.Record(*current))
}

func (in *objects) phone(where Where, p hsds.Phone, country bot.Country) {
	in.take(where, p.Record(country))
}

func (in *objects) service(where Where, s hsds.Service) {
	if s.Organization != nil {
		in.organization(where, *s.Organization)
	}
	current, _ := in.r.valueOf(bot.Ref{Kind: bot.KindService, ID: s.Key()}).(*bot.Service)
	record, errs := s.Record(*current)
	for _, p := range s.Phones {
		in.phone(where, p, record.Country)
	}
	d := in.take(where, record)
	if d == nil { // the same service twice
		d = in.r.add(where, bot.Ref{Kind: bot.KindService, ID: record.ID}, func(string) string { return where.String() })
	}
	for _, err := range errs {
		d.fail(err.Field, err.Err)
	}
}

// writeHSDS writes the organizations, phones and services.
func writeHSDS(w io.Writer, r bot.Records) error { return writeJSON(w, hsds.NewDataSet(r)) }

// WriteService writes one service as HSDS JSON, with what belongs to it.
func WriteService(w io.Writer, r bot.Records, id string) error {
	if s, ok := hsds.NewService(r, id); ok {
		return writeJSON(w, s)
	}
	return fault(NamesNothing, string(bot.KindService), id)
}

func writeJSON(w io.Writer, v any) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	if err := out.Encode(v); err != nil {
		return fmt.Errorf("writing HSDS: %w", err)
	}
	return nil
}
