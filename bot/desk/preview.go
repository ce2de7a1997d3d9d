package desk

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/directory"
)

func (d *desk) previewRoutes() {
	d.page("GET /desk/preview", (*visit).preview)
	d.action("POST /desk/preview", (*visit).preview)
	d.page("GET /desk/preview/changes", (*visit).previewChanges)
}

// supposed is what a preview supposes to be public: a proposal, a draft that is
// not stored anywhere, or nothing but what is.
type supposed struct {
	Proposal int64  // 0 if it is none
	Draft    string // the changes of a draft, as its page carries them; "" if it is none
	changes  []directory.Change
}

// preview shows the conversation as a phone does, with a proposal applied. It
// opens with what the proposal is about; from then on the editor writes and
// presses like anybody. The page carries its state in hidden fields.
func (v *visit) preview() error {
	if err := v.parse(); err != nil {
		return err
	}
	s, err := v.supposed()
	if err != nil {
		return err
	}
	return v.previewOf(s)
}

// previewDraft shows the preview of changes that are not proposed yet. Nothing
// is stored.
func (v *visit) previewDraft(changes []directory.Change) error {
	draft, err := json.Marshal(changes)
	if err != nil {
		return err
	}
	v.R.Form = nil // the fields are those of the form that the draft was written in
	return v.previewOf(supposed{Draft: string(draft), changes: changes})
}

// supposed reads what the request wants to see: a proposal that the editor may
// look at, or a draft.
func (v *visit) supposed() (supposed, error) {
	if draft := v.R.PostForm.Get("draft"); draft != "" {
		s := supposed{Draft: draft}
		if err := json.Unmarshal([]byte(draft), &s.changes); err != nil {
			return s, directory.ErrUnknown
		}
		return s, nil
	}
	if v.R.Form.Get("proposal") == "" {
		return supposed{}, nil
	}
	id, err := number(v.R.Form.Get("proposal"))
	if err != nil {
		return supposed{}, err
	}
	p, err := v.Store.Proposal(v.R.Context(), id)
	switch {
	case err != nil:
		return supposed{}, err
	case p.By != v.Who.ID && !v.reaches(p):
		return supposed{}, directory.ErrRight
	case p.State != directory.Waiting:
		return supposed{Proposal: id}, nil // it is public already, or never will be
	}
	return supposed{Proposal: id, changes: p.Changes}, nil
}

// edition is the directory with something supposed to be public, and the
// conversation over it.
type edition struct {
	directory    *bot.Directory
	conversation *answer.Conversation
}

// edition returns the edition of what is supposed.
func (v *visit) edition(s supposed) (edition, error) {
	return v.editions.of(v.Keeper.Directory(), s.changes, func() (edition, error) {
		records, err := v.Keeper.Applied(directory.Proposal{Changes: s.changes})
		if err != nil {
			return edition{}, &directory.Invalid{Errs: []error{err}}
		}
		c, err := v.Conversation.Preview(records)
		if err != nil {
			return edition{}, &directory.Invalid{Errs: []error{err}}
		}
		return edition{c.Directory(), c}, nil
	})
}

// editions remembers the editions of the last previews, since each turn needs
// one and building it takes long. The zero value is ready to use.
type editions struct {
	mu   sync.Mutex
	kept []keptEdition // the last used comes last
}

type keptEdition struct {
	over    *bot.Directory // what was public
	changes [sha256.Size]byte
	build   func() (edition, error) // once
}

// maxEditions bounds the memory of editions.
const maxEditions = 6

// of returns the edition of changes over a directory, building it if need be.
func (e *editions) of(over *bot.Directory, changes []directory.Change, build func() (edition, error)) (edition, error) {
	raw, err := json.Marshal(changes)
	if err != nil {
		return edition{}, err
	}
	return e.take(over, sha256.Sum256(raw), build)()
}

// take returns what builds the edition, and remembers it.
func (e *editions) take(over *bot.Directory, sum [sha256.Size]byte, build func() (edition, error)) func() (edition, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	// What was made over an older directory is of no use any more.
	e.kept = slices.DeleteFunc(e.kept, func(k keptEdition) bool { return k.over != over })
	k := keptEdition{over, sum, sync.OnceValues(build)}
	if i := slices.IndexFunc(e.kept, func(k keptEdition) bool { return k.changes == sum }); i >= 0 {
		k = e.kept[i]
		e.kept = slices.Delete(e.kept, i, i+1)
	} else if len(e.kept) == maxEditions {
		e.kept = slices.Delete(e.kept, 0, 1)
	}
	e.kept = append(e.kept, k)
	return k.build
}

// previewPage is what the page of a preview shows.
type previewPage struct {
	supposed
	ProposalPath                 string
	Method                       string // of the form that chooses: a draft is too long for an address
	Languages, Countries, Topics []option
	Proposed                     bool // it begins with what is proposed
	State                        answer.Session
	Screen                       screen
}

// Waits reports whether there is something to see that is not public.
func (p previewPage) Waits() bool { return len(p.changes) > 0 }

func (v *visit) previewOf(s supposed) error {
	e, err := v.edition(s)
	if err != nil {
		return err
	}
	session, in := v.turnOf(s, e.directory)
	reply, next, err := e.conversation.Turn(v.R.Context(), session, in)
	if err != nil {
		return err
	}
	page := previewPage{
		supposed: s, Method: "get", State: next, Screen: screenOf(reply, in.Text),
		Languages: chosen(v.textLanguages(), string(next.Language)),
		Countries: chosen(v.allCountries(), string(next.Country)),
		Topics:    chosen(v.topicOptions(), string(next.Topic)),
	}
	page.Proposed = page.Waits() && (in.Press != nil || in.Text != "/start") && v.opens() && !v.choseTopic()
	if s.Draft != "" {
		page.Method = "post"
	}
	if s.Proposal != 0 {
		page.ProposalPath = proposalPath(s.Proposal)
	}
	return v.show(http.StatusOK, "preview", page)
}

// maxAsked is the longest question, in characters, as in the web chat.
const maxAsked = 4096

// turnOf returns the turn that the request asks for: a question, a button, or
// the beginning of a conversation in the language and country chosen.
func (v *visit) turnOf(s supposed, next *bot.Directory) (answer.Session, answer.Input) {
	f := v.R.Form
	session := answer.Session{
		Language: known(bot.Language(f.Get("now_language")), bot.Language.Shipped),
		Country:  known(bot.Country(f.Get("now_country")), bot.Country.Known),
		Topic:    known(bot.Topic(f.Get("now_topic")), bot.Topic.Known),
	}
	if do := f.Get("do"); do != "" {
		press, err := answer.ParseAction(do)
		if err != nil {
			return session, answer.Input{Strange: true}
		}
		return session, answer.Input{Press: &press}
	}
	if text := strings.TrimSpace(f.Get("question")); text != "" && session.Language != "" {
		if utf8.RuneCountInString(text) > maxAsked {
			text = string([]rune(text)[:maxAsked])
		}
		return session, answer.Input{Text: text}
	}
	return v.opening(s, next)
}

// proposedTopic stands in the list of topics for what is proposed.
const proposedTopic = "proposed"

// choseTopic reports whether a topic was chosen, be it none.
func (v *visit) choseTopic() bool {
	return v.R.Form.Has("topic") && v.R.Form.Get("topic") != proposedTopic
}

// opens reports whether the request begins a conversation.
func (v *visit) opens() bool { return v.R.Form.Get("do") == "" && v.R.Form.Get("question") == "" }

func known[T ~string](v T, is func(T) bool) T {
	if is(v) {
		return v
	}
	return ""
}

// opening returns the first turn of a preview: what was chosen, else what the
// changes are about.
func (v *visit) opening(s supposed, next *bot.Directory) (answer.Session, answer.Input) {
	f := v.R.Form
	about := subjectOf(s.changes, v.Keeper.Directory(), next.Records())
	language := cmpLanguage(bot.Language(f.Get("language")), cmpLanguage(about.Language, v.T.Language))
	country := about.Country
	if f.Has("country") {
		country = known(bot.Country(f.Get("country")), bot.Country.Known)
	}
	press := answer.Action{Verb: about.Verb, Arg: about.Arg, Language: language, Country: country}
	topic, chose := known(bot.Topic(f.Get("topic")), bot.Topic.Known), v.choseTopic()
	if chose || press.Verb == "" {
		press.Verb, press.Arg = answer.ShowTopic, string(topic)
	}
	session := answer.Session{Language: language, Country: country}
	switch {
	case about.text != "" && !chose:
		return session, answer.Input{Text: about.text}
	case press.Arg == "":
		return session, answer.Input{Text: "/start"}
	}
	return session, answer.Input{Press: &press}
}

// subject is what to look at first of some changes.
type subject struct {
	answer.Action
	text string // a question to begin with
}

// telling are the kinds of records in the order in which they tell most of what
// a proposal is about: a number comes with its line, rarely the other way round.
var telling = []bot.Kind{
	bot.KindService, bot.KindProtection, bot.KindArticle, bot.KindProtectionText, bot.KindServiceText,
	bot.KindExamples, bot.KindPhone, bot.KindOrganization, bot.KindFact,
}

func subjectOf(changes []directory.Change, published *bot.Directory, next bot.Records) subject {
	for _, kind := range telling {
		for _, c := range changes {
			if c.Kind != kind {
				continue
			}
			value, err := (bot.Record{Ref: c.Ref, Body: c.Body}).Value()
			if err != nil { // retired: as it stands
				if value = publishedValue(published, c.Ref); value == nil {
					continue
				}
			}
			s, ok := subjectOfValue(value, next)
			if text, is := value.(bot.ProtectionText); is {
				s.Arg = string(partChanged(published, text))
			}
			if ok {
				return s
			}
		}
	}
	return subject{}
}

// partChanged returns the topic on which the first part of a protection text is
// shown that would change.
func partChanged(published *bot.Directory, text bot.ProtectionText) bot.Topic {
	was, _ := published.ProtectionText(text.Country, text.Language)
	before, after := was.Parts(), text.Parts()
	for _, p := range []struct {
		part  string
		topic bot.Topic
	}{
		{"status", bot.WhatIs}, {"document", bot.WhatIs}, {"authority", bot.Apply}, {"register", bot.Apply}, {"work", bot.Work},
		{"housing", bot.Housing}, {"health", bot.Healthcare}, {"education", bot.Education}, {"benefits", bot.Benefits},
		{"travel", bot.Travel}, {"keep", bot.Duration}, {"who", bot.Eligibility}, {"non_ukrainians", bot.NonUkrainians},
		{"after", bot.After}, {"family", bot.Family}, {"asylum", bot.Asylum}, {"return", bot.Return}, {"banking", bot.Banking},
		{"practical", bot.Practical},
	} {
		if before[p.part] != after[p.part] {
			return p.topic
		}
	}
	return bot.WhatIs
}

func publishedValue(d *bot.Directory, ref bot.Ref) any {
	for _, value := range d.Records().Of(ref.Kind) {
		if of, _ := bot.RefOf(value); of == ref {
			return value
		}
	}
	return nil
}

func subjectOfValue(value any, next bot.Records) (subject, bool) {
	act := func(verb answer.Verb, arg string, c bot.Country, l bot.Language) (subject, bool) {
		return subject{Action: answer.Action{Verb: verb, Arg: arg, Country: c, Language: l}}, true
	}
	line := func(uses func(bot.Service) bool, l bot.Language) (subject, bool) {
		i := slices.IndexFunc(next.Services, uses)
		if i < 0 {
			return subject{}, false
		}
		return act(answer.ShowLine, next.Services[i].ID, next.Services[i].Country, l)
	}
	switch x := value.(type) {
	case bot.Service:
		return act(answer.ShowLine, x.ID, x.Country, "")
	case bot.Protection:
		return act(answer.ShowTopic, string(bot.WhatIs), x.Country, "")
	case bot.ProtectionText:
		return act(answer.ShowTopic, string(bot.WhatIs), x.Country, x.Language)
	case bot.Article:
		return act(answer.ShowTopic, string(x.Topic), "", x.Language)
	case bot.ServiceText:
		return line(func(s bot.Service) bool { return s.ID == x.Service }, x.Language)
	case bot.Phone:
		return line(func(s bot.Service) bool { return slices.Contains(s.Phones, x.ID) }, "")
	case bot.Organization:
		return line(func(s bot.Service) bool { return s.Organization == x.ID }, "")
	case bot.Fact:
		i := slices.IndexFunc(next.Articles, func(a bot.Article) bool { return slices.Contains(a.Facts, x.ID) })
		if i < 0 {
			return subject{}, false
		}
		return act(answer.ShowTopic, string(next.Articles[i].Topic), "", "")
	case bot.ExampleSet:
		s, _ := act(answer.ShowTopic, string(x.Topic), "", x.Language)
		if all := slices.Concat(x.Calm, x.Urgent); len(all) > 0 {
			s.text = all[0]
		}
		return s, true
	}
	return subject{}, false
}

// textLanguages returns the languages in which people are answered.
func (v *visit) textLanguages() []option {
	var options []option
	for _, l := range bot.Languages() {
		options = append(options, option{Value: string(l), Label: v.T.Tongue(l)})
	}
	return options
}

// allCountries returns every country by name, whatever the editor's rights: to
// look is no right.
func (v *visit) allCountries() []option {
	countries := bot.Countries()
	v.T.SortCountries(countries)
	options := make([]option, len(countries))
	for i, c := range countries {
		options[i] = option{Value: string(c), Label: v.T.Country(c)}
	}
	return options
}

// topicOptions returns the topics that people can be shown.
func (v *visit) topicOptions() []option {
	var options []option
	for _, t := range bot.Topics() {
		if t != bot.None {
			options = append(options, option{Value: string(t), Label: v.T.Say("topic_group."+t.Group()) + ": " + v.topic(t)})
		}
	}
	return options
}
