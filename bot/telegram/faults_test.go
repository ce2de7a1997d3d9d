package telegram_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"prystan/bot"
	"prystan/bot/bottest"
	"prystan/bot/telegram"
)

// The tests of this file take hours of a clock that stands still while anybody
// works: they wait for nothing, and a busy machine changes nothing in them.

// sky is a Bot API server without a network.
type sky struct {
	weather func(ctx context.Context) error // what becomes of a message; nil: it is sent

	mu    sync.Mutex
	tries int // to send a message
	sent  []arrival
}

// arrival is a message that reached its chat.
type arrival struct {
	chat int64
	at   time.Time
}

// RoundTrip implements http.RoundTripper.
func (s *sky) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	result := "true"
	switch path.Base(r.URL.Path) {
	case "getMe":
		result = `{"id":424242,"is_bot":true,"first_name":"x","username":"` + bottest.BotName + `"}`
	case "sendMessage":
		if err := s.message(r.Context(), body); err != nil {
			return nil, err
		}
	}
	w := httptest.NewRecorder()
	fmt.Fprintf(w, `{"ok":true,"result":%s}`, result)
	return w.Result(), nil
}

func (s *sky) message(ctx context.Context, body []byte) error {
	var m struct {
		Chat int64 `json:"chat_id"`
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return err
	}
	s.mu.Lock()
	s.tries++
	weather := s.weather
	s.mu.Unlock()
	if weather != nil {
		if err := weather(ctx); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, arrival{m.Chat, time.Now()})
	return nil
}

func (s *sky) turns(weather func(context.Context) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.weather = weather
}

func (s *sky) arrivals() (sent []arrival, tries int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]arrival(nil), s.sent...), s.tries
}

// nothing keeps no choices.
type nothing struct{}

func (nothing) Choice(context.Context, int64) (bot.Language, bot.Country, error) { return "", "", nil }
func (nothing) Choose(context.Context, int64, bot.Language, bot.Country) error   { return nil }
func (nothing) Forget(context.Context, int64) error                              { return nil }

// under runs a bot under a sky, on a clock of its own. say lets somebody write in
// a chat; a negative chat is a group.
func under(t *testing.T, rate float64, do func(t *testing.T, s *sky, b *telegram.Bot, say func(chat int64, text string))) {
	t.Helper()
	house := bottest.House(t)
	synctest.Test(t, func(t *testing.T) {
		s, logged := &sky{}, &record{}
		b, err := telegram.New(telegram.Config{
			Token: "424242:TEST-token_0123456789abcdefghijklm", PublicURL: "https://bot.example.org", WebhookSecret: secret, SendRate: rate,
			Conversation: house.Conversation, Choices: nothing{}, Catalog: house.Catalog, Log: slog.New(slog.NewTextHandler(logged, nil)),
		})
		if err != nil {
			t.Fatal(err)
		}
		b.SetTransport(s)
		ctx, stop := context.WithCancel(t.Context())
		ran := make(chan error)
		go func() { ran <- b.Run(ctx) }()
		synctest.Wait()
		update := 0
		do(t, s, b, func(chat int64, text string) {
			update++
			kind := "private"
			if chat < 0 {
				kind = "supergroup"
			}
			body := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":1,"chat":{"id":%d,"type":%q},"from":{"id":%d,"language_code":"en"},"text":%q}}`,
				update, update, chat, kind, max(chat, -chat), text)
			r := httptest.NewRequest(http.MethodPost, b.WebhookPath(), strings.NewReader(body))
			r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
			w := httptest.NewRecorder()
			b.Webhook().ServeHTTP(w, r)
			if w.Code != http.StatusOK {
				t.Fatalf("update %d is answered %d", update, w.Code)
			}
		})
		stop()
		if err := <-ran; err != nil {
			t.Error(err)
		}
		if strings.Contains(logged.String(), "MARKED") {
			t.Errorf("logged %s", logged)
		}
	})
}

// onceEach reports whether every chat from 1 to n got one message.
func onceEach(t *testing.T, sent []arrival, n int64) {
	t.Helper()
	got := make(map[int64]int)
	for _, a := range sent {
		got[a.chat]++
	}
	for chat := int64(1); chat <= n; chat++ {
		if got[chat] != 1 {
			t.Errorf("chat %d got %d answers", chat, got[chat])
		}
	}
}

func TestWhileTelegramCannotBeReachedNobodyIsLostAndNothingRunsHot(t *testing.T) {
	const people, outage = 100, 20 * time.Minute
	for name, weather := range map[string]func(context.Context) error{
		"the name is not found": func(context.Context) error {
			return &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "api.telegram.org", IsNotFound: true}}
		},
		"the resolver hangs": func(ctx context.Context) error {
			<-ctx.Done()
			return &net.DNSError{Err: ctx.Err().Error(), Name: "api.telegram.org", IsTimeout: true}
		},
		"connections are reset": func(context.Context) error { return &net.OpError{Op: "read", Err: syscall.ECONNRESET} },
		"answers end early":     func(context.Context) error { return io.ErrUnexpectedEOF },
		"calls hang":            func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
	} {
		t.Run(name, func(t *testing.T) {
			under(t, 0, func(t *testing.T, s *sky, b *telegram.Bot, say func(int64, string)) {
				s.turns(weather)
				for chat := int64(1); chat <= people; chat++ {
					say(chat, "/help")
				}
				time.Sleep(outage)
				if b.Health() == nil || b.Stats().Waiting != people {
					t.Errorf("in the outage: health %v, %+v", b.Health(), b.Stats())
				}
				// Each answer is tried once at most before calls stop, and then
				// one at a time, twice a minute.
				if _, tries := s.arrivals(); tries > 2*people+4*int(outage.Minutes()) {
					t.Errorf("%d calls in %v", tries, outage)
				}
				s.turns(nil)
				time.Sleep(15 * time.Minute)
				sent, _ := s.arrivals()
				onceEach(t, sent, people)
				if b.Health() != nil || b.Stats().Waiting != 0 || b.Stats().GivenUp != 0 {
					t.Errorf("afterwards: health %v, %+v", b.Health(), b.Stats())
				}
			})
		})
	}
}

func TestSlowAnswersAreWaitedForAndHoldUpNobodyForLong(t *testing.T) {
	const people = 300
	under(t, 0, func(t *testing.T, s *sky, b *telegram.Bot, say func(int64, string)) {
		s.turns(func(ctx context.Context) error {
			select {
			case <-time.After(10 * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		for chat := int64(1); chat <= people; chat++ {
			say(chat, "/help")
		}
		time.Sleep(3 * time.Minute) // one after another, it would be fifty
		sent, tries := s.arrivals()
		onceEach(t, sent, people)
		if tries != people {
			t.Errorf("%d calls for %d answers", tries, people)
		}
	})
}

func TestAnAnswerIsGivenUpAfterAnHourAndAnUrgentOneAfterSix(t *testing.T) {
	under(t, 0, func(t *testing.T, s *sky, b *telegram.Bot, say func(int64, string)) {
		s.turns(func(context.Context) error { return errors.New("broken") })
		say(1, "/help")
		say(2, "MARKED he has locked me in and beats me, help")
		for _, at := range []struct {
			after            time.Duration
			waiting, givenUp int
		}{
			{59 * time.Minute, 2, 0}, {70 * time.Minute, 1, 1}, {6*time.Hour - time.Minute, 1, 1}, {6*time.Hour + 10*time.Minute, 0, 2},
		} {
			time.Sleep(time.Until(start.Add(at.after)))
			if st := b.Stats(); st.Waiting != at.waiting || st.GivenUp != int64(at.givenUp) {
				t.Errorf("after %v: %+v", at.after, st)
			}
		}
	})
}

// start is when the clock of a bubble begins.
var start = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func TestNoChatGetsMoreThanTelegramAllows(t *testing.T) {
	const messages = 60
	under(t, 1000, func(t *testing.T, s *sky, b *telegram.Bot, say func(int64, string)) {
		const person, group = 7, -7
		for range messages {
			say(person, "/help")
			say(group, "/help@"+bottest.BotName)
		}
		time.Sleep(time.Hour)
		sent, _ := s.arrivals()
		for _, c := range []struct {
			chat   int64
			most   int
			within time.Duration
		}{{group, 20, time.Minute}, {person, 6, time.Second}, {person, 65, time.Minute}} {
			var at []time.Time
			for _, a := range sent {
				if a.chat == c.chat {
					at = append(at, a.at)
				}
			}
			if len(at) != messages {
				t.Errorf("chat %d got %d answers", c.chat, len(at))
			}
			for i := c.most; i < len(at); i++ {
				if d := at[i].Sub(at[i-c.most]); d < c.within {
					t.Errorf("chat %d got %d messages in %v", c.chat, c.most+1, d)
					break
				}
			}
		}
	})
}

func TestAPauseThatTelegramAsksForIsKept(t *testing.T) {
	under(t, 1000, func(t *testing.T, s *sky, b *telegram.Bot, say func(int64, string)) {
		s.turns(func(context.Context) error { return telegram.Throttle(40 * time.Second) })
		say(1, "/help")
		synctest.Wait()
		s.turns(nil)
		say(2, "/help")
		time.Sleep(2 * time.Minute)
		sent, _ := s.arrivals()
		onceEach(t, sent, 2)
		for _, a := range sent {
			if wait := a.at.Sub(start); (a.chat == 1) != (wait >= 40*time.Second) {
				t.Errorf("chat %d is answered after %v", a.chat, wait)
			}
		}
	})
}
