package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"prystan/bot"
)

// Kinds of records.
const (
	kindOrganization   = "organization"
	kindPhone          = "phone"
	kindService        = "service"
	kindProtection     = "protection"
	kindFact           = "fact"
	kindArticle        = "article"
	kindProtectionText = "protection_text"
	kindServiceText    = "service_text"
	kindExamples       = "examples"
)

type record struct {
	kind, id, body string
}

// examples are the phrases of one topic in one language: calm ones and urgent
// ones.
type examples struct {
	Calm   []string `json:"calm,omitempty"`
	Urgent []string `json:"urgent,omitempty"`
}

// Seed brings the shipped records into the database: new ones are added, those
// that nobody edited are brought to the newest release, and those that an
// editor touched stay as they are (the difference between body and shipped is
// then for an editor to see). A record that the release no longer ships is
// retired unless somebody edited it. It reports whether anything changed.
func (db *DB) Seed(ctx context.Context, shipped bot.Records) (changed bool, err error) {
	records, err := encode(shipped)
	if err != nil {
		return false, err
	}
	digest := digestOf(records)
	err = db.write(ctx, func(tx *sql.Tx) error {
		var last string
		err := tx.QueryRowContext(ctx, `SELECT value FROM setting WHERE name = 'shipped'`).Scan(&last)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("reading what was shipped last: %w", err)
		}
		if last == digest {
			return nil
		}
		changed = true
		if err := seed(ctx, tx, records); err != nil {
			return err
		}
		return setSetting(ctx, tx, "shipped", digest)
	})
	return changed, err
}

func seed(ctx context.Context, tx *sql.Tx, records []record) error {
	if _, err := tx.ExecContext(ctx, `CREATE TEMP TABLE arriving (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID`); err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	upsert, err := tx.PrepareContext(ctx, `
		INSERT INTO record (kind, id, body, shipped) VALUES (?1, ?2, ?3, ?3)
		ON CONFLICT (kind, id) DO UPDATE SET
			body    = CASE WHEN body = shipped THEN excluded.body ELSE body END,
			retired = CASE WHEN body = shipped THEN 0 ELSE retired END,
			shipped = excluded.shipped`)
	if err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	defer upsert.Close()
	arrive, err := tx.PrepareContext(ctx, `INSERT INTO arriving VALUES (?, ?)`)
	if err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	defer arrive.Close()
	for _, r := range records {
		if _, err := upsert.ExecContext(ctx, r.kind, r.id, r.body); err != nil {
			return fmt.Errorf("seeding %s %s: %w", r.kind, r.id, err)
		}
		if _, err := arrive.ExecContext(ctx, r.kind, r.id); err != nil {
			return fmt.Errorf("seeding %s %s: %w", r.kind, r.id, err)
		}
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE record SET retired = 1
		WHERE body = shipped AND (kind, id) NOT IN (SELECT kind, id FROM arriving);
		DROP TABLE arriving`)
	if err != nil {
		return fmt.Errorf("retiring what is no longer shipped: %w", err)
	}
	return nil
}

func digestOf(records []record) string {
	h := sha256.New()
	for _, r := range records {
		fmt.Fprintf(h, "%s\x00%s\x00%s\x00", r.kind, r.id, r.body)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Records returns what stands in the directory, retired records left out.
func (db *DB) Records(ctx context.Context) (bot.Records, error) {
	var all bot.Records
	rows, err := db.sql.QueryContext(ctx, `SELECT kind, id, body FROM record WHERE retired = 0 ORDER BY kind, id`)
	if err != nil {
		return all, fmt.Errorf("reading directory: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r record
		if err := rows.Scan(&r.kind, &r.id, &r.body); err != nil {
			return all, fmt.Errorf("reading directory: %w", err)
		}
		if err := decode(r, &all); err != nil {
			return all, fmt.Errorf("reading %s %s: %w: %w", r.kind, r.id, ErrDamaged, err)
		}
	}
	if err := rows.Err(); err != nil {
		return all, fmt.Errorf("reading directory: %w", err)
	}
	return all, nil
}

// encode turns the directory into records, sorted by kind and ID.
func encode(r bot.Records) ([]record, error) {
	e := encoder{}
	for _, v := range r.Organizations {
		e.add(kindOrganization, v.ID, v)
	}
	for _, v := range r.Phones {
		e.add(kindPhone, v.ID, v)
	}
	for _, v := range r.Services {
		e.add(kindService, v.ID, v)
	}
	for _, v := range r.Protections {
		e.add(kindProtection, string(v.Country), v)
	}
	for _, v := range r.Facts {
		e.add(kindFact, v.ID, v)
	}
	for _, v := range r.Articles {
		e.add(kindArticle, string(v.Topic)+"/"+string(v.Language), v)
	}
	for _, v := range r.ProtectionTexts {
		e.add(kindProtectionText, string(v.Country)+"/"+string(v.Language), v)
	}
	for _, v := range r.ServiceTexts {
		e.add(kindServiceText, v.Service+"/"+string(v.Language), v)
	}
	for id, v := range groupExamples(r.Examples) {
		e.add(kindExamples, id, v)
	}
	slices.SortFunc(e.records, func(a, b record) int {
		return strings.Compare(a.kind+" "+a.id, b.kind+" "+b.id)
	})
	return e.records, e.err
}

type encoder struct {
	records []record
	err     error
}

func (e *encoder) add(kind, id string, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		e.err = errors.Join(e.err, fmt.Errorf("encoding %s %s: %w", kind, id, err))
		return
	}
	e.records = append(e.records, record{kind, id, string(body)})
}

func groupExamples(all []bot.Example) map[string]*examples {
	groups := make(map[string]*examples)
	for _, x := range all {
		id := string(x.Topic) + "/" + string(x.Language)
		if groups[id] == nil {
			groups[id] = &examples{}
		}
		if x.Urgent {
			groups[id].Urgent = append(groups[id].Urgent, x.Text)
		} else {
			groups[id].Calm = append(groups[id].Calm, x.Text)
		}
	}
	return groups
}

func decode(r record, into *bot.Records) error {
	switch r.kind {
	case kindOrganization:
		return decodeInto(r.body, &into.Organizations)
	case kindPhone:
		return decodeInto(r.body, &into.Phones)
	case kindService:
		return decodeInto(r.body, &into.Services)
	case kindProtection:
		return decodeInto(r.body, &into.Protections)
	case kindFact:
		return decodeInto(r.body, &into.Facts)
	case kindArticle:
		return decodeInto(r.body, &into.Articles)
	case kindProtectionText:
		return decodeInto(r.body, &into.ProtectionTexts)
	case kindServiceText:
		return decodeInto(r.body, &into.ServiceTexts)
	case kindExamples:
		return decodeExamples(r, into)
	}
	return fmt.Errorf("kind is not known")
}

func decodeInto[T any](body string, into *[]T) error {
	var v T
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		return err
	}
	*into = append(*into, v)
	return nil
}

func decodeExamples(r record, into *bot.Records) error {
	topic, language, ok := strings.Cut(r.id, "/")
	if !ok {
		return fmt.Errorf("id names no language")
	}
	var v examples
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		return err
	}
	add := func(texts []string, urgent bool) {
		for _, text := range texts {
			into.Examples = append(into.Examples, bot.Example{
				Topic: bot.Topic(topic), Language: bot.Language(language), Text: text, Urgent: urgent,
			})
		}
	}
	add(v.Calm, false)
	add(v.Urgent, true)
	return nil
}
