package exchange

import (
	"fmt"

	"prystan/bot"
)

// State is what a row would do to the directory.
type State string

// The states of a row.
const (
	New       State = "new"
	Changed   State = "changed"
	Unchanged State = "unchanged"
	Invalid   State = "invalid"
)

// Comparison is a row held against the record that stands.
type Comparison struct {
	Row
	State       State
	Before      string           // body of the record that stands, "" of a new one
	Differences []bot.Difference // of rows that are new or changed
}

// Compare says of each row what it would do to the records that stand.
func Compare(rows []Row, current bot.Records) ([]Comparison, error) {
	all, err := current.Encode()
	if err != nil {
		return nil, fmt.Errorf("comparing: %w", err)
	}
	stands := make(map[bot.Ref]string, len(all))
	for _, rec := range all {
		stands[rec.Ref] = rec.Body
	}
	compared := make([]Comparison, 0, len(rows))
	for _, row := range rows {
		c := Comparison{Row: row, State: Unchanged}
		before, known := stands[row.Record.Ref]
		c.Before = before
		switch {
		case len(row.Problems) > 0:
			c.State = Invalid
		case !known:
			c.State, c.Differences = New, bot.Differences("", row.Record.Body)
		default:
			if c.Differences = bot.Differences(before, row.Record.Body); len(c.Differences) > 0 {
				c.State = Changed
			}
		}
		compared = append(compared, c)
	}
	return compared, nil
}
