package understand

import (
	"bufio"
	"encoding/json"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"prystan/bot"
)

// shipped reads the example questions of the repository, in a fixed order.
func shipped(t testing.TB) []bot.Example {
	t.Helper()
	var all []bot.Example
	for _, l := range bot.QuestionLanguages() {
		for _, topic := range bot.Topics() {
			f, err := os.Open(filepath.Join(phrasesDir(), "locales", string(l), "phrases", string(topic)+".txt"))
			if err != nil {
				continue
			}
			lines := bufio.NewScanner(f)
			lines.Buffer(nil, 1<<20)
			for lines.Scan() {
				if e, ok := parsePhrase(lines.Text(), topic, l); ok {
					all = append(all, e)
				}
			}
			f.Close()
		}
	}
	return all
}

func parsePhrase(line string, topic bot.Topic, l bot.Language) (bot.Example, bool) {
	line = strings.TrimSpace(line)
	if line == "" || strings.HasPrefix(line, "#") {
		return bot.Example{}, false
	}
	e := bot.Example{Topic: topic, Language: l, Text: line, Urgent: topic.Crisis()}
	if text, ok := strings.CutPrefix(line, "! "); ok {
		e.Text, e.Urgent = text, true
	}
	if text, ok := strings.CutPrefix(line, "~ "); ok {
		e.Text, e.Urgent = text, false
	}
	return e, true
}

// question is one of a development set.
type question struct {
	ID, Text, Style string
	Language        bot.Language
	Country         bot.Country
	Topic           bot.Topic
	Urgent          bool

	tuning bool // of the half on which constants were chosen; the other only judges
}

// devset is a development set. Each was written by another hand.
type devset struct {
	name                 string
	questions, dialogues string // files
	tuning               func(line int, id string) bool
}

// devsets are the first set, halved by identifier, and the second, halved line
// by line.
func devsets() []devset {
	return []devset{
		{"first set", "dev.jsonl", "dialogues.jsonl", func(_ int, id string) bool {
			h := fnv.New32a()
			h.Write([]byte(id))
			return h.Sum32()>>3&1 == 0
		}},
		{"second set", "dev2.jsonl", "dialogues2.jsonl", func(line int, _ string) bool { return line%2 == 0 }},
	}
}

func (d devset) read(t testing.TB) []question {
	t.Helper()
	all := readLines[question](t, d.questions)
	for i := range all {
		all[i].tuning = d.tuning(i+1, all[i].ID)
	}
	return all
}

// questions are those of all development sets.
func questions(t testing.TB) []question {
	t.Helper()
	var all []question
	for _, d := range devsets() {
		all = append(all, d.read(t)...)
	}
	return all
}

// readLines reads a file of testdata that has a JSON value a line.
func readLines[T any](t testing.TB, name string) []T {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var all []T
	for line := range strings.Lines(string(data)) {
		var v T
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%s, value %d: %v", name, len(all)+1, err)
		}
		all = append(all, v)
	}
	return all
}

// phrasesDir is the root of the repository; PRYSTAN_PHRASES names another, to
// compare ways of learning on phrases that do not change meanwhile.
func phrasesDir() string {
	if dir := os.Getenv("PRYSTAN_PHRASES"); dir != "" {
		return dir
	}
	return filepath.Join("..", "..")
}
