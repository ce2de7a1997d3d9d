package desk

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"prystan/bot"
)

// pager is one page of a list.
type pager struct {
	Number, Last   int // from 1
	Earlier, Later string
	from, to       int
}

// paged returns the page of a list that the request asks for.
func paged(r *http.Request, total, size int) pager {
	last := max(1, (total+size-1)/size)
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || n < 1 {
		n = 1
	}
	n = min(n, last)
	p := pager{Number: n, Last: last, from: (n - 1) * size, to: min(n*size, total)}
	if n > 1 {
		p.Earlier = withPage(r.URL, n-1)
	}
	if n < last {
		p.Later = withPage(r.URL, n+1)
	}
	return p
}

func withPage(u *url.URL, n int) string {
	q := u.Query()
	q.Set("page", strconv.Itoa(n))
	q.Del("said")
	return u.EscapedPath() + "?" + q.Encode()
}

// option is an entry of a list to choose from.
type option struct {
	Value, Label string
	Chosen       bool
}

// countryOptions returns the countries that the editor's rights reach, by name.
func (v *visit) countryOptions() []option {
	countries := v.Who.Countries
	if len(countries) == 0 {
		countries = bot.Countries()
	}
	countries = slices.Clone(countries)
	v.T.SortCountries(countries)
	options := make([]option, len(countries))
	for i, c := range countries {
		options[i] = option{Value: string(c), Label: v.T.Country(c)}
	}
	return options
}

// chosen marks the options whose values are given.
func chosen(options []option, values ...string) []option {
	for i, o := range options {
		options[i].Chosen = slices.Contains(values, o.Value)
	}
	return options
}

// stalestFirst puts facts without any assured date first, then the longest
// overdue.
func stalestFirst(facts []fact, now time.Time) {
	slices.SortStableFunc(facts, func(a, b fact) int {
		never, neverB := a.Standing.Assured.IsZero(), b.Standing.Assured.IsZero()
		switch {
		case never != neverB && never:
			return -1
		case never != neverB:
			return 1
		}
		return cmp.Compare(b.Standing.Assured.Age(now), a.Standing.Assured.Age(now))
	})
}

// refPath writes a record as a part of an address.
func refPath(ref bot.Ref) string {
	parts := strings.Split(ref.ID, "/")
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return string(ref.Kind) + "/" + strings.Join(parts, "/")
}

// refFrom reads a record from the address or the form of a request.
func refFrom(r *http.Request) bot.Ref {
	if kind := r.PathValue("kind"); kind != "" {
		return bot.Ref{Kind: bot.Kind(kind), ID: r.PathValue("id")}
	}
	return bot.Ref{Kind: bot.Kind(r.PostFormValue("kind")), ID: r.PostFormValue("id")}
}
