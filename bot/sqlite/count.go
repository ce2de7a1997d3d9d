package sqlite

import (
	"context"
	"fmt"
	"time"

	"prystan/bot"
)

// Counts counts votes and reports in the database, by calendar month of now.
type Counts struct {
	DB  *DB
	Now func() time.Time
}

func (c Counts) month() string { return c.Now().UTC().Format("2006-01") }

// Vote counts one vote on the answers on a topic.
func (c Counts) Vote(ctx context.Context, t bot.Topic, l bot.Language, country bot.Country, up bool) error {
	ups, downs := 0, 1
	if up {
		ups, downs = 1, 0
	}
	err := c.DB.exec(ctx, `
		INSERT INTO vote (month, topic, language, country, up, down) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET up = up + excluded.up, down = down + excluded.down`,
		c.month(), t, l, country, ups, downs)
	if err != nil {
		return fmt.Errorf("counting vote: %w", err)
	}
	return nil
}

// WrongNumber counts one report that a line does not answer or has another
// number.
func (c Counts) WrongNumber(ctx context.Context, service string) error {
	err := c.DB.exec(ctx, `
		INSERT INTO wrong_number (month, service, reports) VALUES (?, ?, 1)
		ON CONFLICT DO UPDATE SET reports = reports + 1`, c.month(), service)
	if err != nil {
		return fmt.Errorf("counting report of wrong number: %w", err)
	}
	return nil
}

// Unanswered counts one question that found no answer.
func (c Counts) Unanswered(ctx context.Context, group string, l bot.Language, country bot.Country) error {
	err := c.DB.exec(ctx, `
		INSERT INTO unanswered (month, grp, language, country, questions) VALUES (?, ?, ?, ?, 1)
		ON CONFLICT DO UPDATE SET questions = questions + 1`, c.month(), group, l, country)
	if err != nil {
		return fmt.Errorf("counting unanswered question: %w", err)
	}
	return nil
}

// Tally is what was counted in a month.
type Tally struct {
	Up, Down   map[bot.Topic]int
	Wrong      map[string]int // by Service.ID
	Unanswered map[string]int // by topic group
}

// Tally returns what was counted in a month, YYYY-MM.
func (db *DB) Tally(ctx context.Context, month string) (Tally, error) {
	t := Tally{Up: map[bot.Topic]int{}, Down: map[bot.Topic]int{}, Wrong: map[string]int{}, Unanswered: map[string]int{}}
	rows, err := db.sql.QueryContext(ctx, `
		SELECT 'vote', topic, sum(up), sum(down) FROM vote WHERE month = ?1 GROUP BY topic
		UNION ALL SELECT 'wrong', service, reports, 0 FROM wrong_number WHERE month = ?1
		UNION ALL SELECT 'unanswered', grp, sum(questions), 0 FROM unanswered WHERE month = ?1 GROUP BY grp`, month)
	if err != nil {
		return t, fmt.Errorf("reading counts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var what, of string
		var n, down int
		if err := rows.Scan(&what, &of, &n, &down); err != nil {
			return t, fmt.Errorf("reading counts: %w", err)
		}
		switch what {
		case "vote":
			t.Up[bot.Topic(of)], t.Down[bot.Topic(of)] = n, down
		case "wrong":
			t.Wrong[of] = n
		default:
			t.Unanswered[of] = n
		}
	}
	if err := rows.Err(); err != nil {
		return t, fmt.Errorf("reading counts: %w", err)
	}
	return t, nil
}
