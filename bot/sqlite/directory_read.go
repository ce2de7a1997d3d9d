package sqlite

import (
	"context"
	"fmt"
	"strings"

	"prystan/bot"
	"prystan/bot/directory"
)

// Stored returns a record as it is stored, with Revision 0 if there is none.
func (db *DB) Stored(ctx context.Context, ref bot.Ref) (directory.Stored, error) {
	return stored(ctx, db.sql, ref)
}

// Revisions returns the revision of every record, retired ones included, to
// compare a file with.
func (db *DB) Revisions(ctx context.Context) (map[bot.Ref]int, error) {
	rows, err := db.sql.QueryContext(ctx, `SELECT kind, id, revision FROM record`)
	if err != nil {
		return nil, fmt.Errorf("reading revisions: %w", err)
	}
	defer rows.Close()
	all := make(map[bot.Ref]int)
	for rows.Next() {
		var ref bot.Ref
		var revision int
		if err := rows.Scan(&ref.Kind, &ref.ID, &revision); err != nil {
			return nil, fmt.Errorf("reading revisions: %w", err)
		}
		all[ref] = revision
	}
	return all, rows.Err()
}

// Differing returns the records of which a new release ships something else
// than an editor made of them, as long as nobody has decided.
func (db *DB) Differing(ctx context.Context) ([]directory.Stored, error) {
	return db.storedWhere(ctx, `differs = 1 AND shipped IS NOT NULL AND (shipped <> body OR retired = 1)`)
}

// Retired returns the records of a kind that are no longer public.
func (db *DB) Retired(ctx context.Context, kind bot.Kind) ([]directory.Stored, error) {
	return db.storedWhere(ctx, `retired = 1 AND kind = ?`, kind)
}

func (db *DB) storedWhere(ctx context.Context, where string, args ...any) ([]directory.Stored, error) {
	rows, err := db.sql.QueryContext(ctx, `SELECT `+storedColumns+` FROM record WHERE `+where+` ORDER BY kind, id`, args...)
	if err != nil {
		return nil, fmt.Errorf("reading records: %w", err)
	}
	return collect(rows, "records", scanStored)
}

// WaitingProposals returns the proposals that nobody has decided, the oldest
// first.
func (db *DB) WaitingProposals(ctx context.Context) ([]directory.Proposal, error) {
	return proposals(ctx, db.sql, `WHERE p.state = 'waiting'`)
}

// DecidedProposals returns up to limit proposals that were decided, the oldest
// of them first.
func (db *DB) DecidedProposals(ctx context.Context, limit int) ([]directory.Proposal, error) {
	return proposals(ctx, db.sql, `WHERE p.id IN (SELECT id FROM proposal WHERE state <> 'waiting' ORDER BY decided DESC, id DESC LIMIT ?)`, limit)
}

// Proposal returns a proposal, or directory.ErrUnknown.
func (db *DB) Proposal(ctx context.Context, id int64) (directory.Proposal, error) {
	return one(proposals(ctx, db.sql, `WHERE p.id = ?`, id))
}

// ProposalsOn returns the waiting proposals that would change a record.
func (db *DB) ProposalsOn(ctx context.Context, ref bot.Ref) ([]directory.Proposal, error) {
	return proposalsOn(ctx, db.sql, ref)
}

// History returns the publications that changed a record, the newest first, each
// with what it made of that record.
func (db *DB) History(ctx context.Context, ref bot.Ref) ([]directory.Publication, error) {
	return publications(ctx, db.sql, `WHERE v.kind = ? AND v.id = ?`, ref.Kind, ref.ID)
}

// Publication returns a publication, or directory.ErrUnknown.
func (db *DB) Publication(ctx context.Context, id int64) (directory.Publication, error) {
	return one(publications(ctx, db.sql, `WHERE p.id = ?`, id))
}

// Publications returns the newest publications, at most limit.
func (db *DB) Publications(ctx context.Context, limit int) ([]directory.Publication, error) {
	return publications(ctx, db.sql, `WHERE p.id IN (SELECT id FROM publication ORDER BY id DESC LIMIT ?)`, limit)
}

// TextChanges returns which publications last changed each text that any did. A
// mark of review, or the facts that a text rests on, are none of its words.
func (db *DB) TextChanges(ctx context.Context) (map[bot.Ref]directory.TextChange, error) {
	rows, err := db.sql.QueryContext(ctx, `
		SELECT kind, id, max(publication),
			coalesce(max(publication) FILTER (WHERE json_remove(before, '$.review', '$.facts') IS NOT json_remove(after, '$.review', '$.facts')), 0)
		FROM version WHERE kind IN (?, ?, ?) GROUP BY kind, id`, bot.KindArticle, bot.KindProtectionText, bot.KindServiceText)
	if err != nil {
		return nil, fmt.Errorf("reading when texts changed: %w", err)
	}
	defer rows.Close()
	all := make(map[bot.Ref]directory.TextChange)
	for rows.Next() {
		var ref bot.Ref
		var c directory.TextChange
		if err := rows.Scan(&ref.Kind, &ref.ID, &c.Any, &c.Words); err != nil {
			return nil, fmt.Errorf("reading when texts changed: %w", err)
		}
		all[ref] = c
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading when texts changed: %w", err)
	}
	return all, nil
}

// PublishedByMonth returns how many records were changed or assured in each
// month, by "YYYY-MM", new releases left out.
func (db *DB) PublishedByMonth(ctx context.Context) (map[string]int, error) {
	rows, err := db.sql.QueryContext(ctx, `
		SELECT strftime('%Y-%m', p.at, 'unixepoch'), count(*) FROM publication p JOIN version v ON v.publication = p.id
		WHERE p.editor <> 0 GROUP BY 1`)
	if err != nil {
		return nil, fmt.Errorf("counting publications: %w", err)
	}
	defer rows.Close()
	months := make(map[string]int)
	for rows.Next() {
		var month string
		var n int
		if err := rows.Scan(&month, &n); err != nil {
			return nil, fmt.Errorf("counting publications: %w", err)
		}
		months[month] = n
	}
	return months, rows.Err()
}

// FourEyesOff returns the countries for which one person may publish alone.
func (db *DB) FourEyesOff(ctx context.Context) ([]bot.Country, error) {
	rows, err := db.sql.QueryContext(ctx, `SELECT country FROM four_eyes_off ORDER BY country`)
	if err != nil {
		return nil, fmt.Errorf("reading the four-eyes rule: %w", err)
	}
	return collect(rows, "the four-eyes rule", func(row interface{ Scan(...any) error }) (c bot.Country, err error) {
		err = row.Scan(&c)
		return c, err
	})
}

// Editors returns every editor, removed ones last.
func (db *DB) Editors(ctx context.Context) ([]bot.Editor, error) { return editors(ctx, db.sql) }

// Audit implements directory.Tx.
func (t *deskTx) Audit(f directory.AuditFilter) ([]bot.AuditEntry, error) {
	where, args := []string{"1"}, []any{}
	choose := func(condition string, arg any) {
		where, args = append(where, condition), append(args, arg)
	}
	if f.Editor != 0 {
		choose("editor = ?", f.Editor)
	}
	if f.Action != "" {
		choose("action = ?", f.Action)
	}
	if f.Subject != "" {
		choose("substr(subject, 1, length(?)) = ?", f.Subject)
		args = append(args, f.Subject)
	}
	if f.Before != 0 {
		choose("id < ?", f.Before)
	}
	if f.Limit == 0 {
		f.Limit = -1
	}
	rows, err := t.tx.QueryContext(t.ctx, `SELECT id, at, editor, name, action, subject, before, after FROM audit
		WHERE `+strings.Join(where, " AND ")+` ORDER BY id DESC LIMIT ?`, append(args, f.Limit)...)
	if err != nil {
		return nil, fmt.Errorf("reading audit log: %w", err)
	}
	return collect(rows, "audit log", func(row interface{ Scan(...any) error }) (e bot.AuditEntry, err error) {
		var at int64
		err = row.Scan(&e.ID, &at, &e.Editor, &e.Name, &e.Action, &e.Subject, &e.Before, &e.After)
		e.At = moment(at)
		return e, err
	})
}
