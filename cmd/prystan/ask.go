package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/understand"
)

// maxLine bounds a line of a batch file, in bytes.
const maxLine = 1 << 20

// asking are the flags of `ask`.
type asking struct {
	language, country string
	json, explain     bool
	batch, dialogue   string
}

func askCommand(fs *flag.FlagSet, s *settings) func(context.Context, world, []string) error {
	a := &asking{}
	fs.StringVar(&a.language, "lang", "", "language of the conversation, BCP 47 (default: that of the question)")
	fs.StringVar(&a.country, "country", "", "country of the conversation, ISO 3166-1 alpha-2")
	fs.BoolVar(&a.json, "json", false, "print the answer object")
	fs.BoolVar(&a.explain, "explain", false, "print why the question was understood as it was")
	fs.StringVar(&a.batch, "batch", "", "with --json: file of JSON lines {\"id\",\"text\",\"lang\"?,\"country\"?}, - for standard input")
	fs.StringVar(&a.dialogue, "dialogue", "", "with --json: file of JSON lines {\"id\",\"turns\":[{\"user\"}]}, - for standard input")
	return func(ctx context.Context, w world, args []string) error {
		if err := a.check(args); err != nil {
			return err
		}
		return withHouse(ctx, w, s, func(h *house) error { return a.run(ctx, h, w, strings.Join(args, " ")) })
	}
}

// withHouse opens the house of the settings' database for the time of use.
func withHouse(ctx context.Context, w world, s *settings, use func(*house) error) error {
	log := newLog(w.stderr, s)
	if err := s.beforeMigration(ctx, log); err != nil {
		return s.advise(ctx, err)
	}
	h, err := openHouse(ctx, s.database)
	if err != nil {
		return s.advise(ctx, err)
	}
	h.log = log
	return s.advise(ctx, errors.Join(use(h), h.close()))
}

func (a *asking) check(args []string) error {
	files := 0
	for _, f := range []string{a.batch, a.dialogue} {
		if f != "" {
			files++
		}
	}
	switch {
	case files == 2:
		return fmt.Errorf("%w: --batch and --dialogue exclude each other", errUsage)
	case files == 1 && !a.json:
		return fmt.Errorf("%w: --batch and --dialogue need --json", errUsage)
	case files == 1 && len(args) > 0:
		return fmt.Errorf("%w: --batch and --dialogue take no TEXT", errUsage)
	case files == 0 && strings.TrimSpace(strings.Join(args, " ")) == "":
		return fmt.Errorf("%w: TEXT is missing", errUsage)
	}
	_, err := session(a.language, a.country)
	return err
}

func (a *asking) run(ctx context.Context, h *house, w world, text string) error {
	switch {
	case a.batch != "":
		return eachLine(a.batch, w, func(line []byte) (any, error) { return askBatch(ctx, h, line) })
	case a.dialogue != "":
		return eachLine(a.dialogue, w, func(line []byte) (any, error) { return askDialogue(ctx, h, line) })
	}
	s, err := session(a.language, a.country)
	if err != nil {
		return err
	}
	if a.explain {
		_, model := h.published.Published()
		_, err := fmt.Fprintln(w.stdout, model.Explain(text, understand.Context{Language: s.Language, Country: s.Country}))
		return err
	}
	reply, _ := h.answer(ctx, s, text)
	if a.json {
		return writeLine(w.stdout, newAnswer("", reply))
	}
	_, err = fmt.Fprintln(w.stdout, reply.Plain())
	return err
}

// session begins a conversation in a language and country, both may be empty.
func session(language, country string) (answer.Session, error) {
	s := answer.Session{Language: bot.Language(language), Country: bot.Country(strings.ToUpper(country))}
	if s.Language != "" && !s.Language.Shipped() {
		return s, fmt.Errorf("%w: language %q is not one of %v", errUsage, language, bot.Languages())
	}
	if s.Country != "" && !s.Country.Known() {
		return s, fmt.Errorf("%w: country %q is not in the directory", errUsage, country)
	}
	return s, nil
}

// answerObject is what `ask --json` prints.
type answerObject struct {
	ID         string       `json:"id,omitempty"`
	Language   bot.Language `json:"language"`
	Country    bot.Country  `json:"country"`
	Topic      bot.Topic    `json:"topic"`
	Urgent     bool         `json:"urgent"`
	Confidence float64      `json:"confidence"`
	Topics     []scored     `json:"topics"`
	Reply      string       `json:"reply"`
	Helplines  []string     `json:"helplines"`
}

type scored struct {
	Topic bot.Topic `json:"topic"`
	Score float64   `json:"score"`
}

func newAnswer(id string, r answer.Reply) answerObject {
	q := r.Question
	o := answerObject{
		ID: id, Language: q.Language, Country: q.Country, Topic: q.Topic, Urgent: q.Urgent,
		Confidence: q.Confidence, Topics: []scored{}, Reply: r.Plain(), Helplines: []string{},
	}
	for _, c := range q.Topics {
		o.Topics = append(o.Topics, scored{c.Topic, c.Score})
	}
	o.Helplines = append(o.Helplines, q.Lines...)
	return o
}

func askBatch(ctx context.Context, h *house, line []byte) (any, error) {
	var q struct {
		ID      string `json:"id"`
		Text    string `json:"text"`
		Lang    string `json:"lang"`
		Country string `json:"country"`
	}
	if err := json.Unmarshal(line, &q); err != nil {
		return nil, fmt.Errorf("not a question in JSON: %w", err)
	}
	s, err := session(q.Lang, q.Country)
	if err != nil {
		return nil, err
	}
	reply, _ := h.answer(ctx, s, q.Text)
	return newAnswer(q.ID, reply), nil
}

func askDialogue(ctx context.Context, h *house, line []byte) (any, error) {
	var d struct {
		ID      string `json:"id"`
		Lang    string `json:"lang"`
		Country string `json:"country"`
		Turns   []struct {
			User string `json:"user"`
		} `json:"turns"`
	}
	if err := json.Unmarshal(line, &d); err != nil {
		return nil, fmt.Errorf("not a dialogue in JSON: %w", err)
	}
	s, err := session(d.Lang, d.Country)
	if err != nil {
		return nil, err
	}
	answers := make([]answerObject, 0, len(d.Turns))
	for _, turn := range d.Turns {
		var reply answer.Reply
		reply, s = h.answer(ctx, s, turn.User)
		answers = append(answers, newAnswer("", reply))
	}
	return struct {
		ID    string         `json:"id"`
		Turns []answerObject `json:"turns"`
	}{d.ID, answers}, nil
}

// eachLine answers the lines of a file, or of standard input for "-", one line
// of JSON for each, in order.
func eachLine(name string, w world, do func([]byte) (any, error)) error {
	in := w.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	out := bufio.NewWriter(w.stdout)
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		result, err := do(line)
		if err != nil {
			return errors.Join(fmt.Errorf("line %d: %w", n, err), out.Flush())
		}
		if err := writeLine(out, result); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return errors.Join(fmt.Errorf("reading %s: %w", name, err), out.Flush())
	}
	return out.Flush()
}

func writeLine(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
