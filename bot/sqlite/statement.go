package sqlite

import (
	"context"
	"database/sql"
	"fmt"
)

// idle is how many connections stay open. A new one reads the schema and every
// statement anew, which takes longer than most of what is asked of it.
const idle = 8

// prepared returns a statement that is parsed once for each connection, for what
// is asked with every question. Statements live as long as the database.
func (db *DB) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := db.statements.Load(query); ok {
		return s.(*sql.Stmt), nil
	}
	s, err := db.sql.PrepareContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("preparing statement: %w", err)
	}
	if other, loaded := db.statements.LoadOrStore(query, s); loaded {
		s.Close()
		return other.(*sql.Stmt), nil
	}
	return s, nil
}
