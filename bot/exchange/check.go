package exchange

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"prystan/bot"
	"prystan/bot/phone"
)

var (
	idForm    = regexp.MustCompile(`^[a-z0-9]+([-_.][a-z0-9]+)*$`)
	emailForm = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
)

// checking collects what is wrong with the fields of one record.
type checking struct{ problems []Problem }

func (c *checking) fault(field string, code Code, values ...string) {
	p := fault(code, values...)
	p.Field = field
	c.problems = append(c.problems, p)
}

// check returns what is wrong with a record by itself, without cells.
func check(v any) []Problem {
	var c checking
	var rest []error // what the record says of itself
	switch v := v.(type) {
	case *bot.Organization:
		c.id(v.ID)
		c.text("name", v.Name)
		c.address("website", v.Website)
	case *bot.Phone:
		c.id(v.ID)
		c.phone(*v)
	case *bot.Service:
		c.id(v.ID)
		c.service(*v)
		rest = v.Check()
	case *bot.Protection:
		c.country("id", v.Country)
		c.address("website", v.Website)
		c.address("register_url", v.RegisterURL)
		c.standing(v.Standing)
		rest = v.Check()
	case *bot.Fact:
		c.id(v.ID)
		c.text("text", v.Text)
		c.standing(v.Standing)
		rest = v.Check()
	case *bot.Article:
		c.topic(v.Topic, v.Language)
		c.review(v.Review)
		c.text("title", v.Title)
		c.text("now", v.Now)
		c.placeholders(*v)
		rest = v.Check()
	case *bot.ProtectionText:
		c.country("id", v.Country)
		c.language("id", v.Language)
		c.review(v.Review)
	case *bot.ServiceText:
		c.language("id", v.Language)
		c.review(v.Review)
		c.text("text", v.Text)
	case *bot.ExampleSet:
		c.topic(v.Topic, v.Language)
	}
	if err := errors.Join(rest...); err != nil && len(c.problems) == 0 {
		c.fault("", Inconsistent, err.Error())
	}
	return c.problems
}

func (c *checking) service(s bot.Service) {
	c.country("country", s.Country)
	one(c, "need", s.Need, bot.Needs()...)
	if s.Name.English == "" && s.Name.Native == "" {
		c.fault("name.en", Missing)
	}
	for _, l := range s.Languages {
		c.language("languages", l)
	}
	one(c, "cost", s.Cost, bot.Free, bot.Standard, bot.CostUnknown)
	c.address("website", s.Website)
	c.address("chat", s.Chat)
	if s.Email != "" && !emailForm.MatchString(s.Email) {
		c.fault("email", NotAnEmail, s.Email)
	}
	one(c, "from_abroad", s.FromAbroad, bot.Yes, bot.No, bot.Unknown)
	one(c, "anonymous", s.Anonymous, bot.Yes, bot.No, bot.Unknown)
	one(c, "reports_to_police", s.ToPolice, bot.Yes, bot.No, bot.Unknown)
	c.standing(s.Standing)
}

func (c *checking) standing(s bot.Standing) {
	one(c, "confidence", s.Confidence, bot.High, bot.Medium, bot.Low)
	for _, source := range s.Sources {
		if source.URL == "" {
			c.fault("sources", Missing)
			continue
		}
		c.address("sources", source.URL)
	}
	if (s.Confidence == bot.High || s.Confidence == bot.Medium) && !s.Shown() {
		c.fault("sources", Unsourced)
	}
	if s.ReviewDays < 0 {
		c.fault("review_days", NotANumber, fmt.Sprint(s.ReviewDays))
	}
}

func (c *checking) phone(p bot.Phone) {
	if p.Number == "" {
		c.fault("number", Missing)
		return
	}
	one(c, "kind", p.Kind, bot.FullNumber, bot.ShortCode)
	if p.Country != "" && !p.Country.Known() {
		c.fault("country", NotACountry, string(p.Country))
		return
	}
	if p.Kind == bot.ShortCode && p.Country == "" {
		c.fault("country", PhoneNoCountry, p.Number)
		return
	}
	if phone.Check(p) != nil {
		c.fault("number", PhoneUnsure, p.Number)
	}
}

func (c *checking) id(id string) {
	if !idForm.MatchString(id) {
		c.fault("id", NotAnID, id)
	}
}

func (c *checking) text(field, s string) {
	if strings.TrimSpace(s) == "" {
		c.fault(field, Missing)
	}
}

func (c *checking) address(field, s string) {
	if s != "" && bot.CheckURL(s) != nil {
		c.fault(field, NotAnAddress, s)
	}
}

func (c *checking) country(field string, country bot.Country) {
	switch {
	case country == "":
		c.fault(field, Missing)
	case !country.Known():
		c.fault(field, NotACountry, string(country))
	}
}

func (c *checking) language(field string, l bot.Language) {
	tag, err := language.Parse(string(l))
	if err != nil || tag.String() != string(l) {
		c.fault(field, NotALanguage, string(l))
	}
}

func (c *checking) topic(t bot.Topic, l bot.Language) {
	if !t.Known() {
		c.fault("id", NotATopic, string(t))
	}
	c.language("id", l)
}

func (c *checking) review(r bot.Review) { one(c, "review", r, bot.Draft, bot.Reviewed) }

// placeholders names the part that has one too many.
func (c *checking) placeholders(a bot.Article) {
	for field, part := range map[string]string{"title": a.Title, "now": a.Now, "about": a.About, "general": a.General, "more": a.More} {
		if strings.Contains(bot.Fill(part, "", ""), "{{") {
			c.fault(field, Placeholder)
		}
	}
}

func one[S ~string](c *checking, field string, is S, of ...S) {
	switch {
	case slices.Contains(of, is):
	case is == "":
		c.fault(field, Missing)
	default:
		c.fault(field, NotOneOf, string(is), oneOf(of))
	}
}

// unread returns why phone.Read did not read a number.
func unread(err error, number string) Problem {
	for of, code := range map[error]Code{
		phone.ErrRounded: PhoneRounded, phone.ErrNoPlus: PhoneNoPlus,
		phone.ErrZeroLost: PhoneZeroLost, phone.ErrNoCountry: PhoneNoCountry,
	} {
		if errors.Is(err, of) {
			return fault(code, number)
		}
	}
	return fault(PhoneUnsure, number)
}
