package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/facts"
	"prystan/bot/sqlite"
	"prystan/locales"
)

// house is what every command that answers needs: the seeded database, the
// published directory and the conversation over them.
type house struct {
	db           *sqlite.DB
	published    *answer.Published
	catalog      *locales.Catalog
	conversation *answer.Conversation
	log          *slog.Logger
}

// shipped returns everything that this release ships.
func shipped() (bot.Records, error) {
	records, err := facts.Load()
	if err != nil {
		return records, err
	}
	texts, err := locales.Load()
	if err != nil {
		return records, err
	}
	return records.WithTexts(texts), nil
}

// openHouse opens the database, creating and seeding it if need be, and
// publishes what stands in it.
func openHouse(ctx context.Context, database string) (*house, error) {
	db, err := sqlite.Open(ctx, database)
	if err != nil {
		return nil, err
	}
	h, err := furnish(ctx, db)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return h, nil
}

func furnish(ctx context.Context, db *sqlite.DB) (*house, error) {
	records, err := shipped()
	if err != nil {
		return nil, err
	}
	if _, err := db.Seed(ctx, records); err != nil {
		return nil, err
	}
	if records, err = db.Records(ctx); err != nil {
		return nil, err
	}
	h := &house{db: db, published: &answer.Published{}}
	if err := h.published.Publish(records); err != nil {
		return nil, err
	}
	if h.catalog, err = locales.NewCatalog(); err != nil {
		return nil, err
	}
	h.conversation = answer.New(h.published, h.catalog, &seldom{counts: sqlite.Counts{DB: db, Now: time.Now}, now: time.Now}, time.Now)
	return h, nil
}

// answer answers one text. A question that could not be counted is answered all
// the same.
func (h *house) answer(ctx context.Context, s answer.Session, text string) (answer.Reply, answer.Session) {
	reply, next, err := h.conversation.Text(ctx, s, text)
	if err != nil {
		h.log.Warn("counting", "error", err)
	}
	return reply, next
}

func (h *house) close() error { return h.db.Close() }

// keyBytes is the length of the key that chat settings stand under.
const keyBytes = 32

// readKey reads the key file, making it at the first start.
func readKey(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return makeKey(path)
	case err != nil:
		return nil, fmt.Errorf("reading key file: %w", err)
	case len(key) != keyBytes:
		return nil, fmt.Errorf("key file %s has %d bytes, not %d", path, len(key), keyBytes)
	}
	return key, nil
}

// makeKey writes a new key beside its place first, so that a crash leaves no
// half of one.
func makeKey(path string) ([]byte, error) {
	key := make([]byte, keyBytes)
	rand.Read(key) // never fails, by its contract
	temp, err := os.CreateTemp(filepath.Dir(path), ".prystan-key-*")
	if err != nil {
		return nil, fmt.Errorf("making key file: %w", err)
	}
	defer os.Remove(temp.Name())
	if _, err := temp.Write(key); err != nil {
		return nil, errors.Join(fmt.Errorf("making key file: %w", err), temp.Close())
	}
	if err := errors.Join(temp.Chmod(0o600), temp.Sync(), temp.Close()); err != nil {
		return nil, fmt.Errorf("making key file: %w", err)
	}
	if err := os.Link(temp.Name(), path); err != nil {
		return nil, fmt.Errorf("making key file: %w", err)
	}
	return key, nil
}
