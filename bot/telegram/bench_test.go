package telegram_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	api "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"prystan/bot/bottest"
	"prystan/bot/telegram"
)

// sink is a Bot API server that says yes to everything, and tells when a chat
// got a message.
type sink struct {
	*httptest.Server
	got sync.Map // chat id -> chan struct{}
}

func newSink(b *testing.B) *sink {
	s := &sink{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		result := "true"
		switch {
		case strings.HasSuffix(r.URL.Path, "/getMe"):
			result = `{"id":424242,"is_bot":true,"first_name":"x","username":"prystan_test_bot"}`
		case strings.HasSuffix(r.URL.Path, "/sendMessage"):
			chat := r.FormValue("chat_id")
			result = `{"message_id":1,"date":1,"chat":{"id":` + chat + `,"type":"private"},"text":"x"}`
			if done, ok := s.got.LoadAndDelete(chat); ok {
				close(done.(chan struct{}))
			}
		default:
			io.Copy(io.Discard, r.Body)
		}
		fmt.Fprintf(w, `{"ok":true,"result":%s}`, result)
	}))
	b.Cleanup(s.Close)
	return s
}

var questions = []string{
	"як отримати тимчасовий захист у Польщі", "где найти работу в Германии", "I need a doctor in Prague",
	"скільки триває тимчасовий захист", "хочу додому", "how do I register my child at school in Ireland",
}

// drive sends updates of different people to a webhook over HTTP, many side by
// side, and reports answers a second and how long an answer takes. Of rate, 0 is
// full speed.
func drive(b *testing.B, s *sink, address, secret string, rate float64) (perSecond float64) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 200}}
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	begin := time.Now()
	for range 64 {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= b.N {
					return
				}
				if rate > 0 {
					time.Sleep(time.Until(begin.Add(time.Duration(float64(i) / rate * float64(time.Second)))))
				}
				chat := strconv.Itoa(1_000_000 + i)
				done := make(chan struct{})
				s.got.Store(chat, done)
				text, _ := json.Marshal(questions[i%len(questions)])
				body := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":1,"date":1,"chat":{"id":%s,"type":"private","first_name":"Olha"},`+
					`"from":{"id":%s,"is_bot":false,"first_name":"Olha","language_code":"uk"},"text":%s}}`, i+1, chat, chat, text)
				r, _ := http.NewRequest(http.MethodPost, address, strings.NewReader(body))
				r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
				sent := time.Now()
				resp, err := client.Do(r)
				if err != nil {
					b.Error(err)
					return
				}
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				<-done
				took[i] = time.Since(sent)
			}
		})
	}
	all.Wait()
	b.StopTimer()
	perSecond = float64(b.N) / time.Since(begin).Seconds()
	slices.Sort(took)
	b.ReportMetric(perSecond, "answers/s")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys>>20), "MiB-sys")
	return perSecond
}

// BenchmarkWebhookAnswers measures the whole way of a question, from the webhook
// over the disk to the message. PRYSTAN_TEST_LOAD is the rate; unset, it is as
// fast as it goes.
func BenchmarkWebhookAnswers(b *testing.B) {
	rate, _ := strconv.ParseFloat(os.Getenv("PRYSTAN_TEST_LOAD"), 64)
	h, s := bottest.House(b), newSink(b)
	t, err := telegram.New(telegram.Config{
		Token: "424242:TEST-token_0123456789abcdefghijklm", API: s.URL, PublicURL: "https://bot.example.org", WebhookSecret: secret,
		Conversation: h.Conversation, Choices: h.Choices, Catalog: h.Catalog, Waiting: h.Waiting,
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error)
	go func() { ran <- t.Run(ctx) }()
	hook := httptest.NewServer(t.Webhook())
	defer hook.Close()
	for t.Health() != nil {
		time.Sleep(time.Millisecond)
	}
	before := runtime.NumGoroutine()
	drive(b, s, hook.URL, secret, rate)
	b.ReportMetric(float64(runtime.NumGoroutine()-before), "goroutines-more")
	cancel()
	if err := <-ran; err != nil {
		b.Fatal(err)
	}
}

// BenchmarkEcho is a bare bot of go-telegram that says everything back, on the
// same server: what BenchmarkWebhookAnswers is to be measured against.
func BenchmarkEcho(b *testing.B) {
	s := newSink(b)
	t, err := api.New("424242:TEST-token_0123456789abcdefghijklm", api.WithServerURL(s.URL), api.WithSkipGetMe(),
		api.WithDefaultHandler(func(ctx context.Context, t *api.Bot, u *models.Update) {
			if _, err := t.SendMessage(ctx, &api.SendMessageParams{ChatID: u.Message.Chat.ID, Text: u.Message.Text}); err != nil {
				b.Error(err)
			}
		}))
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go t.StartWebhook(ctx)
	hook := httptest.NewServer(t.WebhookHandler())
	defer hook.Close()
	drive(b, s, hook.URL, "", 0)
}
