package telegram

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	api "github.com/go-telegram/bot"
)

// maxUpdate is the largest update that is read, in bytes.
const maxUpdate = 1 << 20

// secretHeader is where Telegram puts the webhook's secret.
const secretHeader = "X-Telegram-Bot-Api-Secret-Token"

// WebhookPath returns the path under Config.PublicURL that Webhook answers.
func (b *Bot) WebhookPath() string { return webhookPath }

// hook asks Telegram to deliver updates to the webhook.
func (b *Bot) hook(ctx context.Context) error {
	for {
		err := b.call(ctx, manyTries, func(ctx context.Context) error {
			_, err := b.client.SetWebhook(ctx, &api.SetWebhookParams{
				URL:            strings.TrimRight(b.config.PublicURL, "/") + webhookPath,
				SecretToken:    b.config.WebhookSecret,
				AllowedUpdates: wanted(),
			})
			return err
		})
		switch {
		case err == nil || ctx.Err() != nil:
			return nil
		case refused(err) || isRefusal(err, http.StatusBadRequest):
			return fmt.Errorf("telegram: setWebhook: %w", b.clean(err))
		}
		b.complain("setWebhook", err)
		sleep(ctx, maxBackoff)
	}
}

// Webhook takes updates from Telegram. Without the right secret it answers 401
// and does nothing; until Run is ready it answers 503, and Telegram tries
// again.
func (b *Bot) Webhook() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status := b.deliver(r.Context(), w, r)
		if status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", http.MethodPost)
		}
		if status != http.StatusOK {
			http.Error(w, http.StatusText(status), status)
		}
	})
}

func (b *Bot) deliver(ctx context.Context, w http.ResponseWriter, r *http.Request) int {
	if r.Method != http.MethodPost {
		return http.StatusMethodNotAllowed
	}
	if !b.fromTelegram(r.Header.Get(secretHeader)) {
		return http.StatusUnauthorized
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxUpdate))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case err != nil:
		return http.StatusBadRequest
	}
	queue := b.queue.Load()
	if queue == nil {
		return http.StatusServiceUnavailable
	}
	u, err := b.read(raw)
	if errors.Is(err, errShape) {
		return http.StatusBadRequest
	}
	// An update that the library cannot decode is taken all the same, or
	// Telegram would send it again for ever.
	if err := queue.accept(ctx, u); err != nil {
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

// fromTelegram compares in constant time whether the secret is ours. Hashes are
// compared, so that its length does not show either.
func (b *Bot) fromTelegram(secret string) bool {
	if b.config.WebhookSecret == "" {
		return false
	}
	got, want := sha256.Sum256([]byte(secret)), sha256.Sum256([]byte(b.config.WebhookSecret))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1
}
