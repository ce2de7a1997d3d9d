package bottest

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pending is an update that the bot has not confirmed.
type pending struct {
	id  int64
	raw json.RawMessage
}

// hook is what setWebhook set.
type hook struct {
	url, secret string
}

// byDefault are the kinds of updates that Telegram leaves out unless asked.
var byDefault = []string{"chat_member", "message_reaction", "message_reaction_count"}

// Update queues an update as Telegram would send it: kind is its field, such as
// "message". It returns false where the bot did not ask for the kind.
func (a *BotAPI) Update(kind string, content any) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.updateLocked(kind, content)
}

func (a *BotAPI) updateLocked(kind string, content any) bool {
	if slices.Contains(byDefault, kind) && len(a.allowed) == 0 || len(a.allowed) > 0 && !slices.Contains(a.allowed, kind) {
		return false
	}
	a.updateID++
	raw, err := json.Marshal(map[string]any{"update_id": a.updateID, kind: content})
	if err != nil {
		a.t.Errorf("writing an update: %v", err)
	}
	a.pending = append(a.pending, pending{a.updateID, raw})
	a.changeLocked()
	return true
}

// RawUpdate queues an update of any form; ID stands for its update_id in body.
func (a *BotAPI) RawUpdate(body string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.updateID++
	raw := strings.ReplaceAll(body, "ID", strconv.FormatInt(a.updateID, 10))
	a.pending = append(a.pending, pending{a.updateID, json.RawMessage(raw)})
	a.changeLocked()
}

// Unconfirmed returns how many updates the bot has not confirmed.
func (a *BotAPI) Unconfirmed() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.pending)
}

// getUpdates holds the poll open until there is something to say.
func (a *BotAPI) getUpdates(ctx context.Context, p params) (any, *refusal) {
	offset, _ := strconv.ParseInt(p["offset"], 10, 64)
	limit, err := strconv.Atoi(p["limit"])
	if err != nil || limit < 1 || limit > 100 {
		limit = 100
	}
	seconds, _ := strconv.Atoi(p["timeout"])
	deadline := time.NewTimer(time.Duration(seconds) * time.Second)
	defer deadline.Stop()
	a.mu.Lock()
	a.poll++
	mine := a.poll
	if allowed := p["allowed_updates"]; allowed != "" {
		a.allowed = nil
		if json.Unmarshal([]byte(allowed), &a.allowed) != nil {
			a.mu.Unlock()
			return nil, bad("can't parse allowed_updates")
		}
	}
	a.pending = slices.DeleteFunc(a.pending, func(u pending) bool { return u.id < offset })
	a.changeLocked()
	a.mu.Unlock()
	for {
		batch, changed, refused := a.batch(mine, limit)
		if refused != nil && left(ctx) {
			return batch, nil
		}
		if refused != nil || len(batch) > 0 || seconds == 0 {
			return batch, refused
		}
		select {
		case <-changed:
		case <-deadline.C:
			return batch, nil
		case <-ctx.Done():
			return batch, nil
		case <-a.closing:
			return batch, nil
		}
	}
}

// left reports whether the one who polled has gone, which shows a little later
// than the next poll of the same bot: that is no conflict.
func left(ctx context.Context) bool {
	grace := time.NewTimer(time.Second)
	defer grace.Stop()
	select {
	case <-ctx.Done():
		return true
	case <-grace.C:
		return false
	}
}

func (a *BotAPI) batch(mine int64, limit int) ([]json.RawMessage, chan struct{}, *refusal) {
	a.mu.Lock()
	defer a.mu.Unlock()
	batch := []json.RawMessage{}
	switch {
	case a.hook.url != "":
		return batch, nil, &refusal{code: http.StatusConflict,
			description: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"}
	case a.poll != mine:
		return batch, nil, &refusal{code: http.StatusConflict,
			description: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}
	}
	for _, u := range a.pending[:min(limit, len(a.pending))] {
		batch = append(batch, u.raw)
	}
	return batch, a.changed, nil
}

var secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

func (a *BotAPI) setWebhook(p params) (any, *refusal) {
	if u, err := url.Parse(p["url"]); err != nil || u.Scheme != "https" || u.Host == "" {
		return nil, bad("bad webhook: An HTTPS URL must be provided for webhook")
	}
	if s := p["secret_token"]; s != "" && !secretForm.MatchString(s) {
		return nil, bad("secret token contains unallowed characters")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.hook = hook{p["url"], p["secret_token"]}
	if allowed := p["allowed_updates"]; allowed != "" {
		a.allowed = nil
		if json.Unmarshal([]byte(allowed), &a.allowed) != nil {
			return nil, bad("can't parse allowed_updates")
		}
	}
	return true, nil
}

func (a *BotAPI) deleteWebhook() (any, *refusal) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.hook = hook{}
	return true, nil
}

// Webhook returns the address and secret that the bot set.
func (a *BotAPI) Webhook() (address, secret string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.hook.url, a.hook.secret
}

// DeliverTo delivers updates to a webhook until the test ends, one after
// another, each until it is taken.
func (a *BotAPI) DeliverTo(handler http.Handler) {
	go func() {
		for {
			u, at, changed := a.nextDelivery()
			if u.raw == nil || !deliver(handler, at, u.raw) {
				select {
				case <-changed:
				case <-a.closing:
					return
				}
				continue
			}
			a.mu.Lock()
			a.pending = slices.DeleteFunc(a.pending, func(p pending) bool { return p.id == u.id })
			a.changeLocked()
			a.mu.Unlock()
		}
	}()
}

func (a *BotAPI) nextDelivery() (pending, hook, chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.hook.url == "" || len(a.pending) == 0 {
		return pending{}, hook{}, a.changed
	}
	return a.pending[0], a.hook, a.changed
}

func deliver(handler http.Handler, at hook, raw []byte) bool {
	u, err := url.Parse(at.url)
	if err != nil {
		return false
	}
	r := httptest.NewRequest(http.MethodPost, u.Path, bytes.NewReader(raw))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", at.secret)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w.Code == http.StatusOK
}
