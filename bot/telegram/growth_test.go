package telegram_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"prystan/bot/bottest"
	"prystan/bot/telegram"
)

// TestNothingGrowsWithTheNumberOfUpdates sends many updates of the same people
// through the queue on the disk. PRYSTAN_TEST_UPDATES is how many; the figure of
// the handbook is that of 100,000.
func TestNothingGrowsWithTheNumberOfUpdates(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	updates, err := strconv.Atoi(os.Getenv("PRYSTAN_TEST_UPDATES"))
	if err != nil {
		updates = 3000
	}
	house, s := bottest.House(t), &sky{sent: make([]arrival, 0, updates)}
	b, err := telegram.New(telegram.Config{
		Token: "424242:TEST-token_0123456789abcdefghijklm", PublicURL: "https://bot.example.org", WebhookSecret: secret,
		Conversation: house.Conversation, Choices: house.Choices, Catalog: house.Catalog, Waiting: house.Waiting,
	})
	if err != nil {
		t.Fatal(err)
	}
	b.SetTransport(s)
	ctx, stop := context.WithCancel(context.Background())
	ran := make(chan error)
	go func() { ran <- b.Run(ctx) }()
	defer func() {
		stop()
		if err := <-ran; err != nil {
			t.Error(err)
		}
	}()
	ask := asker(t, b)
	half := updates / 2
	ask(0, half)
	goroutines, heap := taken(t, s, half)
	ask(half, updates)
	moreGoroutines, moreHeap := taken(t, s, updates)
	t.Logf("after %d updates %d goroutines and %d KiB, after %d updates %d and %d KiB", half, goroutines, heap, updates, moreGoroutines, moreHeap)
	if moreGoroutines > goroutines+hooks || moreHeap > heap+4<<10 {
		t.Error("that is a growth")
	}
}

// hooks is how many updates come at the same time.
const hooks = 32

// asker returns what lets 500 people ask by turns and waits for their answers.
func asker(t *testing.T, b *telegram.Bot) func(from, until int) {
	hook := b.Webhook()
	return func(from, until int) {
		numbers := make(chan int)
		var all sync.WaitGroup
		for range hooks {
			all.Go(func() {
				for i := range numbers {
					chat := 1 + i%500
					body := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":1,"date":1,"chat":{"id":%d,"type":"private"},"from":{"id":%d,"language_code":"uk"},"text":%q}}`,
						i+1, chat, chat, questions[i%len(questions)])
					for code := 0; code != http.StatusOK; runtime.Gosched() {
						r := httptest.NewRequest(http.MethodPost, b.WebhookPath(), strings.NewReader(body))
						r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
						w := httptest.NewRecorder()
						hook.ServeHTTP(w, r)
						code = w.Code
					}
				}
			})
		}
		for i := from; i < until; i++ {
			numbers <- i
		}
		close(numbers)
		all.Wait()
		for b.Stats().Waiting > 0 {
			runtime.Gosched()
		}
	}
}

// taken returns how many goroutines there are and how many KiB are in use, when
// so many answers are sent.
func taken(t *testing.T, s *sky, answers int) (goroutines, heap int) {
	t.Helper()
	sent, _ := s.arrivals()
	if len(sent) < answers {
		t.Errorf("%d answers to %d updates", len(sent), answers)
	}
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return runtime.NumGoroutine(), int(m.HeapAlloc >> 10)
}
