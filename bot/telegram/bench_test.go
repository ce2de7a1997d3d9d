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
			chat := chatOf(r)
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

// chatOf returns the chat that a message goes to, from a form as the library
// writes it or from JSON.
func chatOf(r *http.Request) string {
	if r.Header.Get("Content-Type") != "application/json" {
		return r.FormValue("chat_id")
	}
	var params struct {
		Chat json.Number `json:"chat_id"`
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(body, &params) != nil {
		return ""
	}
	return params.Chat.String()
}

var questions = []string{
	"як отримати тимчасовий захист у Польщі", "где найти работу в Германии", "I need a doctor in Prague",
	"скільки триває тимчасовий захист", "хочу додому", "how do I register my child at school in Ireland",
}

// numbers are those of updates and chats: each is of another person.
var numbers atomic.Int64

// drive sends n updates of different people to a webhook over HTTP, many side by
// side, and returns how long each took to its answer, and all of them. Of rate,
// 0 is full speed.
func drive(b *testing.B, s *sink, address string, n int, rate float64) (took []time.Duration, lasted time.Duration) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 200}}
	defer client.CloseIdleConnections()
	took = make([]time.Duration, n)
	var next atomic.Int64
	var all sync.WaitGroup
	begin := time.Now()
	for range 64 {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if rate > 0 {
					time.Sleep(time.Until(begin.Add(time.Duration(float64(i) / rate * float64(time.Second)))))
				}
				took[i] = s.ask(b, client, address, questions[i%len(questions)])
			}
		})
	}
	all.Wait()
	return took, time.Since(begin)
}

// ask lets somebody new ask a question and returns how long it took until the
// first message to them.
func (s *sink) ask(b *testing.B, client *http.Client, address, question string) time.Duration {
	number := numbers.Add(1)
	chat := strconv.FormatInt(1_000_000+number, 10)
	done := make(chan struct{})
	s.got.Store(chat, done)
	text, _ := json.Marshal(question)
	body := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":1,"date":1,"chat":{"id":%s,"type":"private","first_name":"Olha"},`+
		`"from":{"id":%s,"is_bot":false,"first_name":"Olha","language_code":"uk"},"text":%s}}`, number, chat, chat, text)
	r, _ := http.NewRequest(http.MethodPost, address, strings.NewReader(body))
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	sent := time.Now()
	resp, err := client.Do(r)
	if err != nil {
		b.Error(err)
		return 0
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	<-done
	return time.Since(sent)
}

// report reports answers a second and how long an answer takes.
func report(b *testing.B, took []time.Duration, lasted time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(len(took))/lasted.Seconds(), "answers/s")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys>>20), "MiB-sys")
}

// ours runs the bot with everything that belongs to it, and returns the address
// of its webhook.
func ours(b *testing.B, s *sink) string {
	h := bottest.House(b)
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
	b.Cleanup(func() {
		hook.Close()
		cancel()
		if err := <-ran; err != nil {
			b.Error(err)
		}
	})
	for t.Health() != nil {
		time.Sleep(time.Millisecond)
	}
	return hook.URL
}

// bare runs a bare bot of go-telegram that says everything back, on the same
// server: what ours is to be measured against.
func bare(b *testing.B, s *sink) string {
	t, err := api.New("424242:TEST-token_0123456789abcdefghijklm", api.WithServerURL(s.URL), api.WithSkipGetMe(),
		api.WithWebhookSecretToken(secret), api.WithDefaultHandler(func(ctx context.Context, t *api.Bot, u *models.Update) {
			if _, err := t.SendMessage(ctx, &api.SendMessageParams{ChatID: u.Message.Chat.ID, Text: u.Message.Text}); err != nil {
				b.Error(err)
			}
		}))
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go t.StartWebhook(ctx)
	hook := httptest.NewServer(t.WebhookHandler())
	b.Cleanup(func() {
		hook.Close()
		cancel()
	})
	return hook.URL
}

// BenchmarkWebhookAnswers measures the whole way of a question, from the webhook
// over the disk to the message. PRYSTAN_TEST_LOAD is the rate; unset, it is as
// fast as it goes.
func BenchmarkWebhookAnswers(b *testing.B) {
	rate, _ := strconv.ParseFloat(os.Getenv("PRYSTAN_TEST_LOAD"), 64)
	s := newSink(b)
	hook := ours(b, s)
	before := runtime.NumGoroutine()
	b.ResetTimer()
	took, lasted := drive(b, s, hook, b.N, rate)
	b.StopTimer()
	report(b, took, lasted)
	b.ReportMetric(float64(runtime.NumGoroutine()-before), "goroutines-more")
}

// BenchmarkEcho measures the same of a bare echo.
func BenchmarkEcho(b *testing.B) {
	s := newSink(b)
	hook := bare(b, s)
	b.ResetTimer()
	took, lasted := drive(b, s, hook, b.N, 0)
	b.StopTimer()
	report(b, took, lasted)
}

// BenchmarkShareOfEcho measures which share of the speed of a bare echo ours has.
// They take turns, so that whatever else the machine does hits both alike.
func BenchmarkShareOfEcho(b *testing.B) {
	const turns = 10
	s := newSink(b)
	our, echo := ours(b, s), bare(b, s)
	var took, echoed time.Duration
	n := max(1, b.N/turns)
	b.ResetTimer()
	for range turns {
		_, lasted := drive(b, s, our, n, 0)
		took += lasted
		_, lasted = drive(b, s, echo, n, 0)
		echoed += lasted
	}
	b.StopTimer()
	b.ReportMetric(float64(turns*n)/took.Seconds(), "answers/s")
	b.ReportMetric(float64(turns*n)/echoed.Seconds(), "echoes/s")
	b.ReportMetric(echoed.Seconds()/took.Seconds(), "share")
}
