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
// editor touched stay as they are (the difference between body and shipped is
// then for an editor to see). A record that the release no longer ships is
// retired unless somebody edited it. It reports whether anything changed.
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
		if err := seed(ctx, tx, records); err != nil {
			return err
		}
		return setSetting(ctx, tx, "shipped", digest)
	})
	return changed, err
}

func seed(ctx context.Context, tx *sql.Tx, records []bot.Record) error {
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
		if _, err := upsert.ExecContext(ctx, r.Kind, r.ID, r.Body); err != nil {
			return fmt.Errorf("seeding %s %s: %w", r.Kind, r.ID, err)
		}
		if _, err := arrive.ExecContext(ctx, r.Kind, r.ID); err != nil {
			return fmt.Errorf("seeding %s %s: %w", r.Kind, r.ID, err)
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
