package bottest

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// DeliverOver delivers updates over HTTP to the webhook of a program that
// listens at address, several at once, each until it is taken. It ends with the
// test.
func (a *BotAPI) DeliverOver(address string, connections int) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}, Timeout: 30 * time.Second}
	room := make(chan struct{}, connections)
	under := make(map[int64]bool) // way; guarded by a.mu
	go func() {
		for {
			u, at, changed := a.nextNot(under)
			if u.raw == nil {
				select {
				case <-changed:
					continue
				case <-a.closing:
					return
				}
			}
			room <- struct{}{}
			go func() {
				defer func() { <-room }()
				taken := post(client, address, at, u.raw)
				if !taken {
					time.Sleep(50 * time.Millisecond) // as Telegram, which tries again after a while
				}
				a.mu.Lock()
				defer a.mu.Unlock()
				delete(under, u.id)
				if taken {
					a.pending = slices.DeleteFunc(a.pending, func(p pending) bool { return p.id == u.id })
				}
				a.changeLocked()
			}()
		}
	}()
}

// nextNot returns the first update that is not under way, and marks it so.
func (a *BotAPI) nextNot(under map[int64]bool) (pending, hook, chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.hook.url != "" {
		for _, u := range a.pending {
			if !under[u.id] {
				under[u.id] = true
				return u, a.hook, a.changed
			}
		}
	}
	return pending{}, hook{}, a.changed
}

func post(client *http.Client, address string, at hook, raw []byte) bool {
	u, err := url.Parse(at.url)
	if err != nil {
		return false
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://"+address+u.Path, bytes.NewReader(raw))
	if err != nil {
		return false
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", at.secret)
	resp, err := client.Do(r)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}
