package desk

import (
	"cmp"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"prystan/bot"
	"prystan/bot/directory"
	"prystan/bot/phone"
)

// serviceForm is the form of a helpline, with its line in each shipped language.
func (f *form) serviceForm(s bot.Service) error {
	f.main.make = func() any {
		s.ID = f.main.ref.ID
		return s
	}
	f.called = func() string {
		name := slug(s.Name.English, 7)
		if name == "" {
			name = slug(strings.ReplaceAll(string(s.Need), "_", " "), 7)
		}
		return strings.ToLower(string(s.Country)) + "-" + name
	}
	country := choice(f, "country", &s.Country, f.countryOptions())
	need := choice(f, "need", &s.Need, f.needOptions())
	country.Required, need.Required = true, true
	names := &section{Title: f.T.Say("edit.section.what"), Inputs: []*input{
		f.line("name_en", &s.Name.English), f.line("name_native", &s.Name.Native), country, need, f.line("city", &s.City),
	}}
	names.Inputs[4].Hint = f.T.Say("edit.hint.city")
	names.take = func() {
		if s.Name.English == "" && s.Name.Native == "" {
			f.refuse("name_en", wrong("name"))
		}
		if f.fresh() && s.Country == "" {
			f.refuse("country", wrong("required"))
		}
		if f.fresh() && s.Need == "" {
			f.refuse("need", wrong("required"))
		}
	}
	lines, err := f.lineRows(&s)
	if err != nil {
		return err
	}
	professionals := f.box("professionals", &s.Professionals)
	professionals.Hint = f.T.Say("edit.hint.professionals")
	together := f.line("together", &s.Together)
	together.Hint = f.T.Say("edit.hint.together")
	f.sections = slices.Concat([]*section{
		names,
		f.organization(&s),
		f.numbers("phones", maxNumbers, &s.Country, s.Phones, func(ids []string) { s.Phones = ids }),
		{Inputs: []*input{f.box("text_only", &s.TextOnly), professionals}},
	}, f.hours(&s.Schedule, s.Country), []*section{
		f.tongues(&s.Languages),
		{Title: f.T.Say("edit.section.reach"), Inputs: []*input{
			choice(f, "cost", &s.Cost, sayOptions(f, "cost", bot.Free, bot.Standard, bot.CostUnknown)),
			f.address("website", &s.Website), f.address("chat", &s.Chat), f.mail("email", &s.Email),
			f.tri("from_abroad", &s.FromAbroad), f.tri("anonymous", &s.Anonymous), f.tri("reports_to_police", &s.ToPolice),
		}},
		lines,
		{Title: f.T.Say("edit.section.place"), Inputs: []*input{together, f.order(&s.Order)}},
	}, f.standing(&s.Standing))
	return nil
}

// maxNumbers is how many numbers a helpline may have.
const maxNumbers = 6

func (f *form) needOptions() []option {
	var options []option
	for _, n := range bot.Needs() {
		options = append(options, option{Value: string(n), Label: f.visit.value("need", string(n))})
	}
	return options
}

func (f *form) tri(name string, of *bot.Tri) *input {
	return choice(f, name, of, sayOptions(f, "answer", bot.Yes, bot.No, bot.Unknown))
}

func (f *form) mail(name string, of *string) *input {
	in := f.line(name, of, func(s string) error {
		if a, err := mail.ParseAddress(s); s != "" && (err != nil || a.Address != s || !strings.Contains(s, ".")) {
			return wrong("email")
		}
		return nil
	})
	in.Type = "email"
	return in
}

func (f *form) order(of *int) *input {
	shown := strconv.Itoa(*of)
	in := f.line("order", &shown, func(s string) error {
		n, err := strconv.Atoi(cmp.Or(s, "0"))
		if err != nil || n < 0 || n > maxOrder {
			return wrong("number", "Most", maxOrder)
		}
		*of = n
		return nil
	})
	in.Short, in.Hint = true, f.T.Say("edit.hint.order")
	return in
}

const maxOrder = 9999

// organization chooses who runs a helpline, by name, or names a new one.
func (f *form) organization(s *bot.Service) *section {
	r := f.Keeper.Directory().Records()
	var options []option
	for _, o := range r.Organizations {
		options = append(options, option{Value: o.ID, Label: o.Name + " (" + o.ID + ")"})
	}
	slices.SortFunc(options, func(a, b option) int {
		return cmp.Or(strings.Compare(a.Label, b.Label), strings.Compare(a.Value, b.Value))
	})
	in := choice(f, "organization", &s.Organization, append([]option{{Value: "", Label: f.T.Say("edit.organization_none")}}, options...))
	name := ""
	added := f.line("organization_new", &name)
	added.Hint = f.T.Say("edit.hint.organization_new")
	return &section{Title: f.label("organization"), Inputs: []*input{in, added}, take: func() {
		if name == "" {
			return
		}
		if f.changed(in) && s.Organization != "" {
			f.refuse(added.Name, wrong("organization_twice"))
			return
		}
		id, err := f.organizationCalled(name, s.Country)
		f.refuse(added.Name, err)
		if err == nil {
			s.Organization = id
		}
	}}
}

// organizationCalled returns the ID of the organization of a name; where there
// is none, of a new one that comes with the record.
func (f *form) organizationCalled(name string, c bot.Country) (string, error) {
	var ids []string
	for _, o := range f.Keeper.Directory().Records().Organizations {
		if strings.EqualFold(o.Name, name) {
			ids = append(ids, o.ID)
		}
	}
	switch len(ids) {
	case 0:
		id, err := f.freeID(bot.KindOrganization, strings.ToLower(string(c))+"-"+cmp.Or(slug(name, 7), "organization"))
		if err != nil {
			return "", err
		}
		return id, f.bring(bot.Organization{ID: id, Name: name}, 0)
	case 1:
		return ids[0], nil
	}
	return "", wrong("organization_many", "Count", len(ids))
}

// bring adds a record that comes with the one of the form.
func (f *form) bring(value any, base int) error {
	rec, err := bot.NewRecord(value)
	if err == nil {
		f.others = append(f.others, directory.Change{Ref: rec.Ref, Base: base, Body: rec.Body})
	}
	return err
}

// numbers are telephone numbers as people write them. A number that is known
// keeps its record, another brings a new one.
func (f *form) numbers(name string, most int, country *bot.Country, was []string, set func([]string)) *section {
	slots := max(most, len(was))
	s := &section{Title: f.label(name)}
	if most > 1 {
		s.Hint = f.T.Say("edit.hint.phones")
	} else {
		s.Hint = f.T.Say("edit.hint.phone")
	}
	d := f.Keeper.Directory()
	ids := make(map[string]string) // by how the number is shown
	for i := range slots {
		in := &input{Name: name, Label: f.label(name), As: ofLine, Type: "tel"}
		shown := ""
		if most > 1 {
			in.Name, in.Label = fmt.Sprintf("%s_%d", name, i), f.T.Say("edit.phone", "Number", i+1)
		}
		if i < len(was) {
			shown = was[i]
			if p, ok := d.Phone(was[i]); ok {
				shown = phone.Dialled(p, *country)
				in.Under = f.dialled(p, *country)
			}
			ids[tidy(ofLine, shown)] = was[i]
		}
		in.shown = []string{shown}
		s.Inputs = append(s.Inputs, in)
	}
	s.take = func() {
		if !f.anyChanged(s) {
			return
		}
		var now []string
		for _, in := range s.Inputs {
			text := firstOf(f.written(in))
			in.Under = ""
			if text == "" {
				continue
			}
			id, ok := ids[text]
			if !ok {
				p, err := f.number(text, *country)
				if err != nil {
					f.refuse(in.Name, err)
					continue
				}
				id = p.ID
				in.Under = f.dialled(p, *country)
			} else if p, ok := d.Phone(id); ok {
				in.Under = f.dialled(p, *country)
			}
			if slices.Contains(now, id) {
				f.refuse(in.Name, wrong("phone_twice"))
				continue
			}
			now = append(now, id)
		}
		set(now)
	}
	return s
}

// number returns the record of a number as people write it in a country, which
// comes with the record of the form if it is new.
func (f *form) number(text string, c bot.Country) (bot.Phone, error) {
	p, err := readNumber(text, c)
	if err != nil {
		return p, err
	}
	if id := f.numberRecord(p); id != "" {
		p.ID = id
		return p, nil
	}
	for _, c := range f.others {
		if v, err := (bot.Record{Ref: c.Ref, Body: c.Body}).Value(); err == nil {
			if other, ok := v.(bot.Phone); ok && sameNumber(other, p) {
				return other, nil
			}
		}
	}
	p.ID = phone.ID(p)
	stored, err := f.Store.Stored(f.R.Context(), bot.Ref{Kind: bot.KindPhone, ID: p.ID})
	if err != nil {
		return p, err
	}
	base := stored.Revision
	if base > 0 && !stored.Retired { // the record of this ID has another number now
		base = 0
		if p.ID, err = f.freeID(bot.KindPhone, p.ID); err != nil {
			return p, err
		}
	}
	return p, f.bring(p, base)
}

// numberRecord returns the ID of the record that has a number, "" if none has.
func (f *form) numberRecord(p bot.Phone) string {
	for _, other := range f.Keeper.Directory().Records().Phones {
		if sameNumber(other, p) {
			return other.ID
		}
	}
	return ""
}

func sameNumber(a, b bot.Phone) bool {
	return a.Kind == b.Kind && a.Number == b.Number && (a.Kind == bot.FullNumber || a.Country == b.Country)
}

// readNumber reads a number, and says what is wrong with one that it doesn't.
func readNumber(text string, c bot.Country) (bot.Phone, error) {
	p, err := phone.Read(text, c)
	if err == nil {
		return p, nil
	}
	for _, known := range []struct {
		err error
		key string
	}{
		{phone.ErrRounded, "phone_rounded"}, {phone.ErrNoPlus, "phone_no_plus"},
		{phone.ErrZeroLost, "phone_zero"}, {phone.ErrNoCountry, "phone_no_country"},
	} {
		if errors.Is(err, known.err) {
			return p, wrong(known.key)
		}
	}
	return p, wrong("phone")
}

// tongues are the languages that a line speaks: boxes for the common ones, codes
// for others.
func (f *form) tongues(of *[]bot.Language) *section {
	was := *of
	common := bot.QuestionLanguages()
	boxes := &input{Name: "languages", Label: f.label("languages"), As: ofChecks}
	var others []string
	for _, l := range common {
		boxes.Options = append(boxes.Options, option{Value: string(l), Label: f.T.Tongue(l)})
		if slices.Contains(was, l) {
			boxes.shown = append(boxes.shown, string(l))
		}
	}
	for _, l := range was {
		if !slices.Contains(common, l) {
			others = append(others, string(l))
		}
	}
	codes := strings.Join(others, ", ")
	more := f.line("languages_other", &codes)
	more.Hint, more.Short = f.T.Say("edit.hint.languages_other"), true
	for _, code := range others {
		more.Under = strings.TrimPrefix(more.Under+", "+f.T.Tongue(bot.Language(code)), ", ")
	}
	s := &section{Inputs: []*input{boxes, more}}
	s.take = func() {
		if !f.anyChanged(s) {
			return
		}
		var now []bot.Language
		add := func(l bot.Language) {
			if !slices.Contains(now, l) {
				now = append(now, l)
			}
		}
		for _, value := range f.written(boxes) {
			if !slices.Contains(common, bot.Language(value)) {
				f.refuse(boxes.Name, wrong("choice"))
			}
			add(bot.Language(value))
		}
		for _, code := range strings.FieldsFunc(codes, func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
			base, err := language.ParseBase(strings.ToLower(code))
			if err != nil {
				f.refuse(more.Name, wrong("language", "Text", code))
				continue
			}
			add(bot.Language(base.String()))
		}
		// Those that stay keep their places.
		place := func(l bot.Language) int {
			if i := slices.Index(was, l); i >= 0 {
				return i
			}
			return len(was)
		}
		slices.SortStableFunc(now, func(a, b bot.Language) int { return place(a) - place(b) })
		*of = now
	}
	return s
}

// lineRows are what a helpline is and for whom, in one line of each shipped
// language.
func (f *form) lineRows(s *bot.Service) (*section, error) {
	rows := &section{Title: f.T.Say("edit.section.lines"), Hint: f.T.Say("edit.hint.lines"), Side: true}
	var takes []func()
	for _, l := range bot.Languages() {
		ref := bot.Ref{Kind: bot.KindServiceText, ID: s.ID + "/" + string(l)}
		p := &part{ref: ref}
		text := bot.ServiceText{Service: s.ID, Language: l, Review: bot.Draft}
		if !f.fresh() {
			value, public, err := f.open(p, "base_"+string(l))
			if err != nil {
				return nil, err
			}
			if old, ok := value.(bot.ServiceText); ok && public {
				text = old
			} else {
				p.was = ""
			}
		}
		f.lines = append(f.lines, p)
		in := f.text("line_"+string(l), &text.Text)
		in.Label, in.Language, in.Measured = f.T.Tongue(l), l, true
		rows.Inputs = append(rows.Inputs, in)
		takes = append(takes, func() {
			if !f.changed(in) {
				return
			}
			text.Review = bot.Draft
			p.make = func() any {
				if text.Text == "" {
					return nil // nothing is left to say
				}
				text.Service = f.main.ref.ID
				p.ref.ID = f.main.ref.ID + "/" + string(l)
				return text
			}
		})
	}
	rows.take = func() {
		for _, take := range takes {
			take()
		}
	}
	return rows, nil
}

// organizationForm is the form of an organization.
func (f *form) organizationForm(o bot.Organization) {
	f.main.make = func() any {
		o.ID = f.main.ref.ID
		return o
	}
	f.called = func() string { return cmp.Or(slug(o.Name, 8), "organization") }
	name := f.line("name", &o.Name, required)
	name.Required = true
	f.sections = []*section{{Inputs: []*input{name, f.address("website", &o.Website)}, take: func() {
		if o.Name == "" {
			f.refuse("name", wrong("required"))
		}
	}}}
}

// phoneForm is the form of a number.
func (f *form) phoneForm(p bot.Phone) {
	f.main.make = func() any {
		p.ID = f.main.ref.ID
		return p
	}
	f.called = func() string { return phone.ID(p) }
	shown, country := p.Number, p.Country
	number := f.line("number", &shown)
	number.Type, number.Required, number.Hint = "tel", true, f.T.Say("edit.hint.number")
	where := choice(f, "country", &country, append([]option{{Value: "", Label: f.T.Say("edit.country_none")}}, f.countryOptions()...))
	where.Hint = f.T.Say("edit.hint.number_country")
	if p.Number != "" {
		number.Under = f.dialled(p, p.Country)
	}
	f.sections = []*section{{Inputs: []*input{number, where}, take: func() {
		if !f.fresh() && !f.changed(number) && (!f.changed(where) || p.Kind == bot.FullNumber) {
			return
		}
		number.Under = ""
		read, err := readNumber(shown, country)
		if err != nil {
			f.refuse(number.Name, err)
			return
		}
		read.ID = p.ID
		if id := f.numberRecord(read); id != "" && id != f.ref.ID {
			f.refuse(number.Name, wrong("phone_known", "Name", id))
			return
		}
		number.Under = f.dialled(read, country)
		p = read
	}}}
}
