package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"sync"
)

// chats knows which chats have chosen something, so that for the many who have
// not nothing need be read. It holds the beginnings of their keys: no more than
// stands in the file. The zero value is ready to use.
type chats struct {
	mu    sync.RWMutex
	known map[uint64]struct{} // nil until read
}

// beginning is what is held of a key. That two chats share one does no harm.
func beginning(key []byte) uint64 { return binary.BigEndian.Uint64(key) }

// may reports whether a chat may have chosen something.
func (c *chats) may(ctx context.Context, db *DB, key []byte) (bool, error) {
	c.mu.RLock()
	_, found := c.known[beginning(key)]
	read := c.known != nil
	c.mu.RUnlock()
	if read {
		return found, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.readLocked(ctx, db); err != nil {
		return false, err
	}
	_, found = c.known[beginning(key)]
	return found, nil
}

// add notes a chat that is about to choose something. It stays when the chat is
// forgotten.
func (c *chats) add(ctx context.Context, db *DB, key []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.readLocked(ctx, db); err != nil {
		return err
	}
	c.known[beginning(key)] = struct{}{}
	return nil
}

func (c *chats) readLocked(ctx context.Context, db *DB) error {
	if c.known != nil {
		return nil
	}
	rows, err := db.sql.QueryContext(ctx, `SELECT substr(key, 1, 8) FROM chat WHERE length(key) >= 8`)
	if err != nil {
		return fmt.Errorf("reading which chats chose something: %w", err)
	}
	defer rows.Close()
	known := make(map[uint64]struct{})
	var key sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&key); err != nil {
			return fmt.Errorf("reading which chats chose something: %w", err)
		}
		known[beginning(key)] = struct{}{}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading which chats chose something: %w", err)
	}
	c.known = known
	return nil
}
