package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"prystan/bot"
)

// Seed brings the shipped records into the database: new ones are added, those
// that nobody edited are brought to the newest release, and those that an
// editor touched stay as they are; where the release ships something new for
// one of these, the desk lays the difference before an editor. A record that the
// release no longer ships is retired unless somebody edited it, or an edited one
// needs it. What became of records that were there before is a publication of the
// program's. It reports whether anything changed.
func (db *DB) Seed(ctx context.Context, shipped bot.Records) (changed bool, err error) {
	records, err := shipped.Encode()
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
		if err := seed(ctx, tx, records, last != ""); err != nil {
			return err
		}
		return setSetting(ctx, tx, "shipped", digest)
	})
	return changed, err
}

// untouched is the condition of a record that stands as a release shipped it.
const untouched = `(dropped = 1 OR body IS shipped AND retired = 0)`

// seed writes the records; again: others were seeded before.
func seed(ctx context.Context, tx *sql.Tx, records []bot.Record, again bool) error {
	if err := arrive(ctx, tx, records); err != nil {
		return err
	}
	if err := keepNeeded(ctx, tx); err != nil {
		return err
	}
	if again {
		if err := chronicle(ctx, tx); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO record (kind, id, body, shipped) SELECT kind, id, body, body FROM arriving WHERE true
		ON CONFLICT (kind, id) DO UPDATE SET
			revision = revision + (`+untouched+` AND (body <> excluded.body OR retired)),
			differs  = CASE WHEN `+untouched+` THEN 0
			                WHEN shipped IS excluded.shipped THEN differs
			                ELSE body <> excluded.shipped OR retired END,
			body     = CASE WHEN `+untouched+` THEN excluded.body ELSE body END,
			retired  = CASE WHEN `+untouched+` THEN 0 ELSE retired END,
			dropped  = 0,
			shipped  = excluded.shipped;
		UPDATE record SET retired = 1, dropped = 1, revision = revision + 1
		WHERE body IS shipped AND retired = 0 AND (kind, id) NOT IN (SELECT kind, id FROM arriving);
		UPDATE record SET shipped = NULL, differs = 0
		WHERE shipped IS NOT NULL AND (kind, id) NOT IN (SELECT kind, id FROM arriving);
		DROP TABLE arriving`)
	if err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	return nil
}

// arrive lays the shipped records down in a table of their own.
func arrive(ctx context.Context, tx *sql.Tx, records []bot.Record) error {
	if _, err := tx.ExecContext(ctx, `CREATE TEMP TABLE arriving (kind TEXT, id TEXT, body TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID`); err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	insert, err := tx.PrepareContext(ctx, `INSERT INTO arriving VALUES (?, ?, ?)`)
	if err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	defer insert.Close()
	for _, r := range records {
		if _, err := insert.ExecContext(ctx, r.Kind, r.ID, r.Body); err != nil {
			return fmt.Errorf("seeding %s: %w", r.Ref, err)
		}
	}
	return nil
}

// keepNeeded lets the arriving records keep those that edited ones name and that
// the release no longer ships, as if it did: no line loses its number by it.
func keepNeeded(ctx context.Context, tx *sql.Tx) error {
	dropping, err := recordsWhere(ctx, tx, `body IS shipped AND retired = 0 AND (kind, id) NOT IN (SELECT kind, id FROM arriving)`)
	if err != nil || len(dropping) == 0 {
		return err
	}
	going := make(map[bot.Ref]bot.Record, len(dropping))
	for _, r := range dropping {
		going[r.Ref] = r
	}
	staying, err := recordsWhere(ctx, tx, `body IS NOT shipped AND retired = 0`)
	if err != nil {
		return err
	}
	for len(staying) > 0 {
		last := len(staying) - 1
		v, err := staying[last].Value()
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		staying = staying[:last]
		for _, ref := range bot.Refs(v) {
			r, ok := going[ref]
			if !ok {
				continue
			}
			delete(going, ref)
			staying = append(staying, r)
			if _, err := tx.ExecContext(ctx, `INSERT INTO arriving VALUES (?, ?, ?)`, r.Kind, r.ID, r.Body); err != nil {
				return fmt.Errorf("keeping %s: %w", ref, err)
			}
		}
	}
	return nil
}

func recordsWhere(ctx context.Context, tx *sql.Tx, where string) ([]bot.Record, error) {
	rows, err := tx.QueryContext(ctx, `SELECT kind, id, body FROM record WHERE `+where)
	if err != nil {
		return nil, fmt.Errorf("reading records: %w", err)
	}
	return collect(rows, "records", func(row interface{ Scan(...any) error }) (r bot.Record, err error) {
		err = row.Scan(&r.Kind, &r.ID, &r.Body)
		return r, err
	})
}

// chronicle keeps what the arriving records are about to change as a
// publication.
func chronicle(ctx context.Context, tx *sql.Tx) error {
	const changes = `
		SELECT a.kind, a.id, coalesce(r.revision, 0) + 1 AS revision,
			CASE WHEN r.retired = 0 THEN r.body END AS before, a.body AS after
		FROM arriving a LEFT JOIN record r USING (kind, id)
		WHERE r.id IS NULL OR r.dropped = 1 OR r.body IS r.shipped AND r.retired = 0 AND r.body <> a.body
		UNION ALL
		SELECT kind, id, revision + 1, body, NULL FROM record
		WHERE body IS shipped AND retired = 0 AND (kind, id) NOT IN (SELECT kind, id FROM arriving)`
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM (`+changes+`)`).Scan(&n); err != nil {
		return fmt.Errorf("comparing what is shipped: %w", err)
	}
	if n == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO publication (at, editor, action) VALUES (unixepoch(), 0, ?1);
		INSERT INTO version (publication, kind, id, revision, before, after)
			SELECT (SELECT max(id) FROM publication), kind, id, revision, before, after FROM (`+changes+`);
		INSERT INTO audit (at, editor, name, action, subject, before, after)
			SELECT unixepoch(), 0, 'prystan', ?1, 'publication ' || max(id), '', '' FROM publication`, bot.ActionRelease)
	if err != nil {
		return fmt.Errorf("keeping what is shipped: %w", err)
	}
	return nil
}

func digestOf(records []bot.Record) string {
	h := sha256.New()
	for _, r := range records {
		fmt.Fprintf(h, "%s\x00%s\x00%s\x00", r.Kind, r.ID, r.Body)
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
		var r bot.Record
		if err := rows.Scan(&r.Kind, &r.ID, &r.Body); err != nil {
			return all, fmt.Errorf("reading directory: %w", err)
		}
		if err := all.Add(r); err != nil {
			return all, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	if err := rows.Err(); err != nil {
		return all, fmt.Errorf("reading directory: %w", err)
	}
	return all, nil
}
