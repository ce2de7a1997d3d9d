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

// question is one of the development set.
type question struct {
	ID, Text, Style string
	Language        bot.Language
	Country         bot.Country
	Topic           bot.Topic
	Urgent          bool
}

// tuning reports whether the question belongs to the half on which constants
// were chosen; the other half only judges.
func (q question) tuning() bool {
	h := fnv.New32a()
	h.Write([]byte(q.ID))
	return h.Sum32()>>3&1 == 0
}

func devset(t testing.TB) []question {
	t.Helper()
	data, err := os.ReadFile("testdata/dev.jsonl")
	if err != nil {
		t.Skip(err)
	}
	var all []question
	for _, line := range strings.Split(string(data), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		var q question
		if err := json.Unmarshal([]byte(line), &q); err != nil {
			t.Fatal(err)
		}
		all = append(all, q)
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
