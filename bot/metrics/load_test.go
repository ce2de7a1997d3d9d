package metrics_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// crowds is how many people write: PRYSTAN_LOAD, which is 100,000 for the figures
// of docs/handbook/capacity.md.
func crowds(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("PRYSTAN_LOAD"))
	if err != nil {
		if testing.Short() {
			t.Skip("loads the machine for some seconds")
		}
		return 2000
	}
	return n
}

// asked is what they write.
var asked = []string{
	"як отримати песель у Польщі", "де жити безкоштовно в Німеччині", "мені не заплатили за роботу в Чехії", "how do I register in Spain",
	"потрібен психолог", "Где получить медицинскую помощь в Италии?", "/start", "роботодавець забрав мій паспорт", "дякую",
}

// flood sends updates of different people to a webhook and notes when each is
// answered at a Bot API server that says yes to everything.
type flood struct {
	t      *testing.T
	api    *httptest.Server
	client *http.Client
	target string

	mu    sync.Mutex
	sent  map[int64]time.Time
	took  []time.Duration
	next  int64
	ready chan struct{} // an update may be on its way
}

const (
	floodToken  = "424242:TEST-token_0123456789abcdefghijklm"
	floodSecret = "flood-secret"
	underWay    = 256 // updates without an answer
)

func newFlood(t *testing.T) *flood {
	f := &flood{t: t, sent: make(map[int64]time.Time), ready: make(chan struct{}, underWay),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: underWay}}}
	f.api = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.api.Close)
	return f
}

func (f *flood) serve(w http.ResponseWriter, r *http.Request) {
	result := "true"
	switch _, method, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/"); method {
	case "getMe":
		result = `{"id":424242,"is_bot":true,"first_name":"Prystan","username":"flood_bot"}`
	case "sendMessage":
		chat := addressee(r)
		if chat == 0 {
			f.t.Error("a message to nobody")
		}
		f.answered(chat)
		result = fmt.Sprintf(`{"message_id":1,"date":1,"chat":{"id":%d,"type":"private"}}`, chat)
	}
	io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"ok":true,"result":%s}`, result)
}

// addressee returns the chat of a message, written as JSON or as the library's
// form, 0 where there is none.
func addressee(r *http.Request) int64 {
	if r.Header.Get("Content-Type") != "application/json" {
		chat, _ := strconv.ParseInt(r.FormValue("chat_id"), 10, 64)
		return chat
	}
	var to struct {
		Chat int64 `json:"chat_id"`
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(body, &to) != nil {
		return 0
	}
	return to.Chat
}

func (f *flood) answered(chat int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if begun, ok := f.sent[chat]; ok { // the first message of the answer
		delete(f.sent, chat)
		f.took = append(f.took, time.Since(begun))
		<-f.ready
	}
}

// pours sends n updates, at most so many a second (0: as fast as they are
// answered), waits for the answers and returns how long each took.
func (f *flood) pours(n int, perSecond float64) (took []time.Duration, all time.Duration) {
	f.mu.Lock()
	f.took = make([]time.Duration, 0, n)
	f.mu.Unlock()
	begun := time.Now()
	var posts sync.WaitGroup
	for i := range n {
		if perSecond > 0 {
			time.Sleep(time.Until(begun.Add(time.Duration(float64(i) / perSecond * float64(time.Second)))))
		}
		f.ready <- struct{}{}
		posts.Go(f.post)
	}
	posts.Wait()
	for range cap(f.ready) { // each answered
		f.ready <- struct{}{}
	}
	all = time.Since(begun)
	for range cap(f.ready) {
		<-f.ready
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	slices.Sort(f.took)
	return f.took, all
}

func (f *flood) post() {
	f.mu.Lock()
	f.next++
	id := f.next
	chat := 5_000_000_000 + id
	f.sent[chat] = time.Now()
	f.mu.Unlock()
	body := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":1,"date":%d,"text":%q,"chat":{"id":%d,"type":"private","first_name":"O"},`+
		`"from":{"id":%d,"is_bot":false,"first_name":"O","language_code":"uk"}}}`, id, time.Now().Unix(), asked[id%int64(len(asked))], chat, chat)
	for {
		r, err := http.NewRequest(http.MethodPost, f.target, bytes.NewReader([]byte(body)))
		if err != nil {
			f.t.Error(err)
			return
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", floodSecret)
		resp, err := f.client.Do(r)
		if err == nil {
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(20 * time.Millisecond) // as Telegram, which tries again
	}
}

// peak returns the most memory that a process has had, in MiB.
func peak(t *testing.T, pid int) float64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skip("this system does not tell the peak of a process's memory")
	}
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(raw)
	if found == nil {
		t.Skip("this system does not tell the peak of a process's memory")
	}
	kb, _ := strconv.ParseFloat(string(found[1]), 64)
	return kb / 1024
}

// figure returns one figure of /metrics.
func (s *service) figure(series string) float64 {
	for line := range strings.Lines(s.figures()) {
		if value, ok := strings.CutPrefix(line, series+" "); ok {
			n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				s.t.Fatal(err)
			}
			return n
		}
	}
	s.t.Fatalf("no %s in /metrics", series)
	return 0
}

// TestUnderLoad is the load program: it logs answers a second, how long they
// took, and the peak of memory, at full and at half speed, and how fast a bare
// echo is in the same run.
func TestUnderLoad(t *testing.T) {
	n := crowds(t)
	f := newFlood(t)
	s := serve(t, t.TempDir(), "PRYSTAN_TELEGRAM_TOKEN="+floodToken, "PRYSTAN_TELEGRAM_API="+f.api.URL,
		"PRYSTAN_PUBLIC_URL=https://bot.example.org", "PRYSTAN_WEBHOOK_SECRET="+floodSecret, "PRYSTAN_LOG_LEVEL=info")
	ours, bare := "http://"+s.address+"/telegram/updates", echoes(t, f.api.URL)

	f.target = ours
	f.pours(n/10, 0) // warms up
	goroutines := s.figure("go_goroutines")
	// In turns, so that what else the machine does hits both alike.
	const turns = 4
	var took []time.Duration
	var all, echoed time.Duration
	for range turns {
		f.target = ours
		some, lasted := f.pours(n/turns, 0)
		took, all = append(took, some...), all+lasted
		f.target = bare
		_, lasted = f.pours(n/turns, 0)
		echoed += lasted
	}
	f.target = ours
	if n -= n % turns; len(took) != n {
		t.Errorf("%d of %d were answered", len(took), n)
	}
	slices.Sort(took)
	full, echo := float64(n)/all.Seconds(), float64(n)/echoed.Seconds()
	t.Logf("%.0f answers a second, %.2f of the %.0f of a bare echo", full, full/echo, echo)
	report := func(what string, took []time.Duration) {
		t.Logf("%s: %d answers; half within %s, 99 of 100 within %s, all within %s", what, len(took),
			took[len(took)/2].Round(time.Millisecond), took[len(took)*99/100].Round(time.Millisecond), took[len(took)-1].Round(time.Millisecond))
	}
	report(fmt.Sprintf("full speed, %.0f a second", full), took)
	half := min(n, int(full*10)) // ten seconds and more
	took, _ = f.pours(half, full/2)
	report(fmt.Sprintf("half speed, %.0f a second", full/2), took)
	if len(took) != half {
		t.Errorf("%d of %d were answered", len(took), half)
	}
	s.eventually("nothing waits", func() bool { return s.figure(`prystan_queue_depth{urgent="false"}`) == 0 })
	if more := s.figure("go_goroutines") - goroutines; more > 2*underWay {
		t.Errorf("%v goroutines more than at the beginning", more)
	}
	if lost := s.figure(`prystan_sends_total{outcome="given_up"}`); lost > 0 {
		t.Errorf("%v answers were given up", lost)
	}
	memory := peak(t, s.cmd.Process.Pid)
	t.Logf("peak memory %.0f MiB, %v goroutines", memory, s.figure("go_goroutines"))
	if memory > 200 {
		t.Errorf("it took %.0f MiB, more than 200", memory)
	}
	s.end(syscall.SIGTERM)
}
