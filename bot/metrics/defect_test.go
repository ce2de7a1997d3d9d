package metrics_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/bot/bottest"
	"prystan/bot/telegram"
	"prystan/bot/webchat"
)

// defective stands for a defect in the program that has what a person is and
// wrote in its hands.
type defective struct{ telegram.Choices }

func (d defective) Choose(_ context.Context, chat int64, l bot.Language, _ bot.Country) error {
	if l == "en" {
		nobody := make([]string, len(l))
		nobody[chat] = markText
	}
	panic(fmt.Sprint(chat, markText, markName))
}

func (d defective) Forget(_ context.Context, chat int64) error {
	panic(fmt.Errorf("%d %s", chat, markName))
}

// defectiveCounts is another.
type defectiveCounts struct{ answer.Counts }

func (defectiveCounts) Unanswered(context.Context, string, bot.Language, bot.Country) error {
	panic(markText + markWord)
}

func TestADefectTellsNothingOfAPerson(t *testing.T) {
	c := newCrowd(t)
	file, err := os.Create(filepath.Join(c.folder, "log.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	log := slog.New(slog.NewJSONHandler(file, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h := bottest.House(t, bottest.WithCounts(func(of answer.Counts) answer.Counts { return defectiveCounts{of} }))
	b, err := telegram.New(telegram.Config{Token: c.api.Token, API: c.api.URL, Conversation: h.Conversation,
		Choices: defective{h.Choices}, Catalog: h.Catalog, Log: log, Now: h.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()

	p := c.person()
	for _, text := range []string{"/start", "/start PL_uk", "/start PL_en", "/forget", markText + " " + markWord} {
		p.Post(map[string]any{"text": text})
	}
	c.api.Wait("every defect", func() bool { return b.Stats().Panics >= 4 && b.Stats().Waiting == 0 })
	p.Block()
	c.api.Wait("another", func() bool { return b.Stats().Panics >= 5 })
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}

	web := webchat.New(h.Conversation, h.Catalog, log)
	form := url.Values{"question": {markText + " " + markWord + " xyzzy qwfp"}}.Encode()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	web.ServeHTTP(w, r)
	if w.Code != http.StatusInternalServerError {
		t.Errorf("the defect did not show on the web: %d", w.Code)
	}
	raw, err := os.ReadFile(file.Name())
	if err != nil || !strings.Contains(string(raw), "defective") {
		t.Errorf("the log does not say where the defect is: %v\n%s", err, raw)
	}
	c.nothing("after defects")
}
