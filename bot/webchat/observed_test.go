package webchat

import (
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"prystan/bot/answer"
	"prystan/bot/bottest"
	"prystan/bot/web"
)

// tally counts turns by the group of their topic.
type tally map[string]int

func (t tally) Answered(r answer.Reply, _ time.Duration) { t[r.Question.Topic.Group()]++ }

// Each page looks up the emergency number with a turn of its own, which nobody
// took and which must not show as an answer to somebody in danger.
func TestOnlyTurnsThatAPersonTookAreCounted(t *testing.T) {
	house, counted := bottest.House(t), tally{}
	limiter := web.NewLimiter(2, time.Hour, time.Now)
	page := newChat(house.Conversation.Observed(counted), house.Catalog, slog.New(slog.DiscardHandler), limiter).handler()
	for range 3 {
		r := httptest.NewRequest("POST", "/", strings.NewReader(url.Values{"language": {"uk"}, "question": {"як отримати песель у Польщі"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		page.ServeHTTP(httptest.NewRecorder(), r)
	}
	if len(counted) != 1 || counted["tp"] != 2 { // the third was beyond the limit, and not answered
		t.Errorf("two answers on protection were counted as %v", counted)
	}
}
