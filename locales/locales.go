// Package locales holds every text that people read, one folder a language:
//
//	<language>/interface.<language>.toml   buttons, labels, sentences of the program (go-i18n messages)
//	<language>/desk/<area>.toml            messages of the desk, for editors (go-i18n messages)
//	<language>/articles/<group>.yaml       an article a topic
//	<language>/protection/<country>.yaml   what a country's protection facts mean
//	<language>/services.yaml               in one line, what each helpline is and for whom
//	<language>/phrases/<topic>.txt         example questions, from which understanding learns
//
// A translator works in these folders without touching code. Articles,
// protection texts, service lines and phrases seed the database, where editors
// may change them; interface messages are spoken through a Printer.
package locales

import (
	"bufio"
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"prystan/bot"
)

//go:embed */*.toml */desk/*.toml */services.yaml */articles/*.yaml */protection/*.yaml */phrases/*.txt
var files embed.FS

// Load returns the shipped texts of every language. It fails on a file that
// does not parse, has an unknown key, or whose name is no topic, country or
// language.
func Load() (bot.Records, error) {
	var all bot.Records
	for _, l := range bot.QuestionLanguages() {
		examples, err := loadExamples(l)
		if err != nil {
			return all, err
		}
		all.Examples = append(all.Examples, examples...)
	}
	for _, l := range bot.Languages() {
		articles, err := loadArticles(l)
		if err != nil {
			return all, err
		}
		all.Articles = append(all.Articles, articles...)
		protection, err := loadProtection(l)
		if err != nil {
			return all, err
		}
		all.ProtectionTexts = append(all.ProtectionTexts, protection...)
		services, err := loadServices(l)
		if err != nil {
			return all, err
		}
		all.ServiceTexts = append(all.ServiceTexts, services...)
	}
	return all, nil
}

func loadArticles(l bot.Language) ([]bot.Article, error) {
	var articles []bot.Article
	err := eachFile(l, "articles/*.yaml", func(name string, raw []byte) error {
		var byTopic map[bot.Topic]bot.Article
		if err := decode(raw, &byTopic); err != nil {
			return err
		}
		for topic, a := range byTopic {
			if !topic.Known() {
				return fmt.Errorf("topic %q is not known", topic)
			}
			a.Topic, a.Language = topic, l
			for _, part := range []*string{&a.Title, &a.Now, &a.About, &a.General, &a.More} {
				*part = strings.TrimSpace(*part)
			}
			articles = append(articles, a)
		}
		return nil
	})
	return articles, err
}

func loadProtection(l bot.Language) ([]bot.ProtectionText, error) {
	var texts []bot.ProtectionText
	err := eachFile(l, "protection/*.yaml", func(name string, raw []byte) error {
		country := bot.Country(strings.TrimSuffix(path.Base(name), ".yaml"))
		if !country.Known() {
			return fmt.Errorf("country %q is not known", country)
		}
		t := bot.ProtectionText{Country: country, Language: l}
		if err := decode(raw, &t); err != nil {
			return err
		}
		t.Trim()
		texts = append(texts, t)
		return nil
	})
	return texts, err
}

func loadServices(l bot.Language) ([]bot.ServiceText, error) {
	var texts []bot.ServiceText
	err := eachFile(l, "services.yaml", func(name string, raw []byte) error {
		var f struct {
			Review   bot.Review        `yaml:"review"`
			Services map[string]string `yaml:"services"`
		}
		if err := decode(raw, &f); err != nil {
			return err
		}
		for id, text := range f.Services {
			texts = append(texts, bot.ServiceText{Service: id, Language: l, Review: f.Review, Text: strings.TrimSpace(text)})
		}
		return nil
	})
	return texts, err
}

// loadExamples reads the phrases of a language: a line each, "#" for comments,
// "! " before a line that is urgent though its topic is no crisis, "~ " before
// a calm one whose topic is.
func loadExamples(l bot.Language) ([]bot.Example, error) {
	var examples []bot.Example
	err := eachFile(l, "phrases/*.txt", func(name string, raw []byte) error {
		topic := bot.Topic(strings.TrimSuffix(path.Base(name), ".txt"))
		if !topic.Known() {
			return fmt.Errorf("topic %q is not known", topic)
		}
		lines := bufio.NewScanner(bytes.NewReader(raw))
		for lines.Scan() {
			line := strings.TrimSpace(lines.Text())
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			e := bot.Example{Topic: topic, Language: l, Text: line, Urgent: topic.Crisis()}
			if text, ok := strings.CutPrefix(line, "! "); ok {
				e.Text, e.Urgent = text, true
			} else if text, ok := strings.CutPrefix(line, "~ "); ok {
				e.Text, e.Urgent = text, false
			}
			examples = append(examples, e)
		}
		return lines.Err()
	})
	return examples, err
}

// eachFile calls use for the files of a language that match the pattern, in
// order of their names.
func eachFile(l bot.Language, pattern string, use func(name string, raw []byte) error) error {
	names, err := fs.Glob(files, path.Join(string(l), pattern))
	if err != nil {
		return fmt.Errorf("listing texts: %w", err)
	}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			return fmt.Errorf("reading texts: %w", err)
		}
		if err := use(name, raw); err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
	}
	return nil
}

func decode(raw []byte, into any) error {
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	return dec.Decode(into)
}
