package desk

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"prystan/bot"
	"prystan/bot/directory"
)

// form is the inputs for one record, and what an editor wrote into them. It is
// declared once, by a function for each kind of record: each input knows how
// the record has its value, and how to take another. An input that says what it
// said leaves the record as it is, so that nothing is lost that a form can't
// show.
type form struct {
	*visit
	ref      bot.Ref       // ID "" for a record that gets its ID when it is proposed
	main     *part         // the record
	called   func() string // of a new record: what its ID is made of
	sections []*section
	given    url.Values         // what was sent; nil where the form is shown for the first time
	more     int                // rows to add to lists
	wrong    map[string]string  // by input: what is wrong with it, in words
	lines    []*part            // texts that are changed together with the record
	others   []directory.Change // records that come with it: a new number, a new organization
	bases    []hiddenInput      // the revisions that the form was made from
	reason   string             // why, in the editor's words
	source   string             // who says so
}

// fresh reports whether the record is a new one.
func (f *form) fresh() bool { return f.main.base == 0 }

// checked reports whether the editor says to have checked the fact today.
func (f *form) checked() bool { return f.given.Get("checked") == "yes" }

// hiddenInput is what a form carries along.
type hiddenInput struct{ Name, Value string }

// section is some inputs that belong together.
type section struct {
	Title, Hint string
	Inputs      []*input
	Rows        []inputRow // of a list
	Week        []weekRow
	Side        bool // the rows stand side by side
	take        func()
}

// inputRow is an entry of a list.
type inputRow struct {
	Title  string
	Inputs []*input
}

// The ways in which inputs are written into.
const (
	ofLine   = "line"
	ofText   = "text"
	ofSelect = "select"
	ofCheck  = "check"
	ofChecks = "checks"
)

// input is one value of a form.
type input struct {
	Name, Label, Hint string
	As                string
	Type              string // of an input of one line: "url", "email"; "" for text
	Short             bool   // a few letters are enough
	Required          bool
	Values            []string // what stands in it
	Options           []option
	Language          bot.Language // of what is written in it; "" for that of the desk
	Beside            string       // the same in another language
	BesideIn          bot.Language // which that is
	Figure            string       // how easily it is read
	Measured          bool         // the figure is kept up while somebody writes
	Under             string       // what became of it, such as a number as it is dialled
	Error             string

	shown []string                    // how the record has it
	take  func(values []string) error // nil: the section takes it
}

// Value returns what stands in an input that holds one value.
func (i *input) Value() string { return firstOf(i.Values) }

// On reports whether a box is ticked.
func (i *input) On() bool { return i.Value() == "yes" }

// Described returns the IDs of what describes the input.
func (i *input) Described() string {
	var ids []string
	for _, d := range []struct{ suffix, text string }{{"hint", i.Hint}, {"under", i.Under}, {"error", i.Error}} {
		if d.text != "" {
			ids = append(ids, "f-"+i.Name+"-"+d.suffix)
		}
	}
	return strings.Join(ids, " ")
}

// Rtl reports whether it is written from right to left.
func (i *input) Rtl() bool { return i.Language.RightToLeft() }

func firstOf(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// mistake is what is wrong with an input: the message "edit.error.<key>".
type mistake struct {
	key   string
	pairs []any
}

func (m mistake) Error() string { return m.key }

func wrong(key string, pairs ...any) error { return mistake{key, pairs} }

// refuse keeps what is wrong with an input.
func (f *form) refuse(name string, err error) {
	if err == nil || f.wrong[name] != "" {
		return
	}
	var m mistake
	if !errors.As(err, &m) {
		m = mistake{key: "other"}
	}
	f.wrong[name] = f.T.Say("edit.error."+m.key, m.pairs...)
}

// label returns the name of a field; that of an input is the same with "_".
func (f *form) label(name string) string { return f.T.Say("field." + name) }

// Lengths of what is written, in runes.
const (
	maxLine    = 500
	maxAddress = 2_000
	maxText    = 20_000
	maxList    = 400_000 // example questions
)

// line is an input of one line.
func (f *form) line(name string, of *string, check ...func(string) error) *input {
	return &input{Name: name, Label: f.label(name), As: ofLine, shown: []string{*of}, take: takeInto(of, maxLine, check)}
}

// text is an input of many lines.
func (f *form) text(name string, of *string, check ...func(string) error) *input {
	in := f.line(name, of)
	in.As, in.take = ofText, takeInto(of, maxText, check)
	return in
}

func takeInto(of *string, most int, check []func(string) error) func([]string) error {
	return func(values []string) error {
		s := firstOf(values)
		if utf8.RuneCountInString(s) > most {
			return wrong("long", "Most", most)
		}
		for _, c := range check {
			if err := c(s); err != nil {
				return err
			}
		}
		*of = s
		return nil
	}
}

// box is one box to tick.
func (f *form) box(name string, of *bool) *input {
	in := &input{Name: name, Label: f.label(name), As: ofCheck, shown: []string{yesOr(*of)}}
	in.take = func(values []string) error {
		*of = firstOf(values) == "yes"
		return nil
	}
	return in
}

func yesOr(on bool) string {
	if on {
		return "yes"
	}
	return ""
}

// choice is an input of which one of the options is chosen.
func choice[T ~string](f *form, name string, of *T, options []option) *input {
	in := &input{Name: name, Label: f.label(name), As: ofSelect, shown: []string{string(*of)}, Options: options}
	if !slices.ContainsFunc(options, func(o option) bool { return o.Value == string(*of) }) {
		// What the record has stays choosable; a new one begins with nothing chosen.
		label := string(*of)
		if label == "" {
			label = f.T.Say("edit.choose")
		}
		in.Options = append([]option{{Value: string(*of), Label: label}}, options...)
	}
	in.take = func(values []string) error {
		s := firstOf(values)
		if !slices.ContainsFunc(options, func(o option) bool { return o.Value == s }) {
			return wrong("choice")
		}
		*of = T(s)
		return nil
	}
	return in
}

// sayOptions returns options of which each has the message "<prefix>.<value>".
func sayOptions[T ~string](f *form, prefix string, values ...T) []option {
	options := make([]option, len(values))
	for i, value := range values {
		options[i] = option{Value: string(value), Label: f.T.Say(prefix + "." + string(value))}
	}
	return options
}

// required refuses an input that is empty.
func required(s string) error {
	if s == "" {
		return wrong("required")
	}
	return nil
}

// webAddress refuses what is neither empty nor a web address.
func webAddress(s string) error {
	if s != "" && (bot.CheckURL(s) != nil || strings.ContainsFunc(s, unicode.IsSpace)) {
		return wrong("url")
	}
	return nil
}

// date is an input of a date of which only the year or the month may be known.
func (f *form) date(name string, of *bot.Date, check ...func(bot.Date) error) *input {
	in := &input{Name: name, Label: f.label(name), As: ofLine, Short: true, Hint: f.T.Say("edit.hint.date"), shown: []string{of.String()}}
	in.take = func(values []string) error {
		d, err := bot.ParseDate(firstOf(values))
		if err != nil {
			return wrong("date")
		}
		for _, c := range check {
			if err := c(d); err != nil {
				return err
			}
		}
		*of = d
		return nil
	}
	return in
}

// notAhead refuses a date that lies in the future.
func (f *form) notAhead(d bot.Date) error {
	if bot.DateOf(f.Now().UTC()).Before(d) {
		return wrong("date_ahead")
	}
	return nil
}

// all calls do for every input.
func (f *form) all(do func(*input)) {
	for _, s := range f.sections {
		for _, in := range s.Inputs {
			do(in)
		}
		for _, row := range s.Rows {
			for _, in := range row.Inputs {
				do(in)
			}
		}
		for _, row := range s.Week {
			for _, in := range row.Inputs {
				do(in)
			}
		}
	}
}

// written returns what was written into an input, in the form in which it is
// kept. What a form did not send stays as it was; a box that is not ticked is
// not sent.
func (f *form) written(in *input) []string {
	values, sent := f.given[in.Name]
	switch {
	case in.As == ofChecks:
		return values
	case in.As == ofCheck:
		return []string{firstOf(values)}
	case !sent:
		return in.shown
	}
	return []string{tidy(in.As, firstOf(values))}
}

// changed reports whether an input says something else than the record does.
func (f *form) changed(in *input) bool {
	was := in.shown
	if in.As != ofCheck && in.As != ofChecks {
		was = []string{tidy(in.As, firstOf(in.shown))}
	}
	return !slices.Equal(f.written(in), was)
}

// tidy returns what somebody wrote without what nobody writes on purpose.
// Browsers send a line break as two characters, and none from an input of one
// line.
func tidy(as, s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && as == ofText:
			return r
		case r == '\n':
			return -1
		case r == '\t':
			return ' '
		case unicode.IsControl(r), bot.IsUnseen(r):
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// take puts into the record what was sent.
func (f *form) take() {
	for _, s := range f.sections {
		takeInputs := func(inputs []*input) {
			for _, in := range inputs {
				if in.take != nil && f.changed(in) {
					f.refuse(in.Name, in.take(f.written(in)))
				}
			}
		}
		takeInputs(s.Inputs)
		for _, row := range s.Rows {
			takeInputs(row.Inputs)
		}
		if s.take != nil {
			s.take()
		}
	}
}

// fill puts into the inputs what was sent or, where nothing was, what the record
// says.
func (f *form) fill() {
	f.all(func(in *input) {
		in.Values, in.Error = in.shown, f.wrong[in.Name]
		if f.given != nil {
			in.Values = f.written(in)
		}
		if in.Measured {
			in.Figure = f.figure(in.Value())
		}
		in.Options = chosen(slices.Clone(in.Options), in.Values...)
	})
}

// figure says how easily a text is read.
func (f *form) figure(text string) string {
	r := readabilityOf(text)
	if r.Sentences == 0 {
		return ""
	}
	return f.T.Say("edit.figure", "Average", r.Average(), "Share", r.Share(), "Longest", r.Longest)
}

// rows returns how many rows of a list the form has: those of the record and an
// empty one, or those that were sent and the ones asked for.
func (f *form) rows(has int, name func(int) string) int {
	n := has + 1
	for f.given.Has(name(n)) && n < maxRows {
		n++
	}
	return n + f.more
}

// maxRows bounds the rows of a list.
const maxRows = 60
