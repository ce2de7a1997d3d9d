package sqlite

import (
	"context"
	"fmt"

	"prystan/bot"
)

// Tallies returns what was counted since the month from, YYYY-MM, the oldest
// month first.
func (db *DB) Tallies(ctx context.Context, from string) (bot.Tallies, error) {
	var t bot.Tallies
	var err error
	if t.Votes, err = tallied(ctx, db, `SELECT month, topic, language, country, up, down FROM vote WHERE month >= ? ORDER BY 1, 2, 3, 4`, from,
		func(row scanner) (v bot.VoteTally, err error) {
			err = row.Scan(&v.Month, &v.Topic, &v.Language, &v.Country, &v.Up, &v.Down)
			return v, err
		}); err != nil {
		return t, err
	}
	if t.Reports, err = tallied(ctx, db, `SELECT month, service, reports FROM wrong_number WHERE month >= ? ORDER BY 1, 2`, from,
		func(row scanner) (r bot.ReportTally, err error) {
			err = row.Scan(&r.Month, &r.Service, &r.Reports)
			return r, err
		}); err != nil {
		return t, err
	}
	t.Unanswered, err = tallied(ctx, db, `SELECT month, grp, language, country, questions FROM unanswered WHERE month >= ? ORDER BY 1, 2, 3, 4`, from,
		func(row scanner) (u bot.UnansweredTally, err error) {
			err = row.Scan(&u.Month, &u.Group, &u.Language, &u.Country, &u.Questions)
			return u, err
		})
	return t, err
}

// scanner is a row of what was found.
type scanner = interface{ Scan(...any) error }

// tallied reads counts since a month.
func tallied[T any](ctx context.Context, db *DB, query, from string, scan func(scanner) (T, error)) ([]T, error) {
	rows, err := db.sql.QueryContext(ctx, query, from)
	if err != nil {
		return nil, fmt.Errorf("reading counts: %w", err)
	}
	return collect(rows, "counts", scan)
}
