package sqlite

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"

	"prystan/bot"
)

// Choices keeps the language and country chosen in a chat under a keyed hash of
// the chat's id. Key is kept apart from the database: without it nobody can say
// which chats the rows belong to.
type Choices struct {
	DB  *DB
	Key []byte // 32 bytes
}

func (c Choices) hash(chat int64) []byte {
	mac := hmac.New(sha256.New, c.Key)
	mac.Write(binary.BigEndian.AppendUint64([]byte("chat"), uint64(chat)))
	return mac.Sum(nil)
}

// Choice returns what was chosen in a chat; empty values where nothing was.
func (c Choices) Choice(ctx context.Context, chat int64) (bot.Language, bot.Country, error) {
	var l bot.Language
	var country bot.Country
	key := c.hash(chat)
	if known, err := c.DB.chats.may(ctx, c.DB, key); err != nil || !known {
		return "", "", err
	}
	statement, err := c.DB.prepared(ctx, `SELECT language, country FROM chat WHERE key = ?`)
	if err == nil {
		// It takes microseconds; to watch ctx would take longer.
		err = statement.QueryRowContext(context.WithoutCancel(ctx), key).Scan(&l, &country)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", "", fmt.Errorf("reading choice of a chat: %w", err)
	}
	return l, country, nil
}

// Choose keeps what was chosen in a chat.
func (c Choices) Choose(ctx context.Context, chat int64, l bot.Language, country bot.Country) error {
	key := c.hash(chat)
	if err := c.DB.chats.add(ctx, c.DB, key); err != nil {
		return err
	}
	err := c.DB.exec(ctx, `
		INSERT INTO chat (key, language, country) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET language = excluded.language, country = excluded.country`,
		key, l, country)
	if err != nil {
		return fmt.Errorf("keeping choice of a chat: %w", err)
	}
	return nil
}

// Forget removes everything kept about a chat.
func (c Choices) Forget(ctx context.Context, chat int64) error {
	if err := c.DB.exec(ctx, `DELETE FROM chat WHERE key = ?`, c.hash(chat)); err != nil {
		return fmt.Errorf("forgetting a chat: %w", err)
	}
	return nil
}

// WebhookSecret returns the secret kept in the database, made at the first call:
// 32 characters that Telegram allows in a secret token.
func (db *DB) WebhookSecret(ctx context.Context) (string, error) {
	secret := rand.Text()
	err := db.write(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT value FROM setting WHERE name = 'webhook_secret'`).Scan(&secret)
		if errors.Is(err, sql.ErrNoRows) {
			return setSetting(ctx, tx, "webhook_secret", secret)
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("reading webhook secret: %w", err)
	}
	return secret, nil
}

func setSetting(ctx context.Context, tx *sql.Tx, name, value string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO setting (name, value) VALUES (?, ?)
		ON CONFLICT DO UPDATE SET value = excluded.value`, name, value)
	if err != nil {
		return fmt.Errorf("keeping setting %s: %w", name, err)
	}
	return nil
}
