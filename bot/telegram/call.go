package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"
)

const (
	callTime  = 15 * time.Second // for one try of a call
	manyTries = 5                // of a call that sets the bot up
	sendTries = 3                // of a call that brings something to a person, before it is put off
	fewTries  = 2                // of a call that only brings comfort
	maxWait   = 60 * time.Second // the longest wait that Telegram may ask for
	maxReply  = 16 << 20         // bytes of an answer that are read
)

// refusal is an answer of the Bot API server that is not "ok".
type refusal struct {
	code        int    // by HTTP
	description string // by Telegram; may quote what was sent
	after       time.Duration
}

// Error says the code and the kind. What Telegram itself says may quote what a
// person wrote, and is not told.
func (r *refusal) Error() string { return fmt.Sprintf("refused with %d (%s)", r.code, r.kind()) }

// kinds are what Telegram is known to say, by the words to look for.
var kinds = []string{
	"chat not found", "bot was blocked by the user", "user is deactivated", "bot was kicked", "can't initiate conversation",
	"have no rights to send", "not enough rights", "group chat was upgraded", "message is not modified", "message to edit not found",
	"message can't be edited", "message to be replied not found", "message is too long", "MESSAGE_TOO_LONG", "message text is empty",
	"can't parse entities", "ENTITY_BOUNDS_INVALID", "can't parse inline keyboard button", "BUTTON_DATA_INVALID", "BUTTON_URL_INVALID",
	"BUTTON_TYPE_INVALID", "reply markup is too long", "query is too old", "query ID is invalid", "terminated by other getUpdates",
	"webhook is active", "bad webhook", "Too Many Requests", "Unauthorized", "Not Found", "Internal Server Error", "Bad Gateway",
	"Gateway Timeout", "Service Unavailable", notJSON,
}

// notJSON is said in Telegram's place where its answer could not be read.
const notJSON = "the answer is not JSON"

// kind returns which of the kinds a refusal is.
func (r *refusal) kind() string {
	for _, k := range kinds {
		if strings.Contains(r.description, k) {
			return k
		}
	}
	return "of no known kind"
}

// isRefusal reports whether err is a refusal with this code.
func isRefusal(err error, code int) bool {
	var r *refusal
	return errors.As(err, &r) && r.code == code
}

// refused reports whether Telegram does not know the token.
func refused(err error) bool {
	return isRefusal(err, http.StatusUnauthorized) || isRefusal(err, http.StatusNotFound)
}

// retryAfter returns how long Telegram asks to wait, 0 if it does not.
func retryAfter(err error) time.Duration {
	var r *refusal
	if errors.As(err, &r) && r.code == http.StatusTooManyRequests {
		return max(r.after, time.Second)
	}
	return 0
}

// wire carries the library's calls. It reads the answer before the library
// does, because the library's errors quote answers, know no server errors and
// cannot tell a call that was obeyed from one that was not.
type wire struct{ http *http.Client }

func newWire() wire {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns = 0
	t.MaxIdleConnsPerHost = hands + spareHands
	t.WriteBufferSize = 16 << 10 // holds most messages with their buttons: one write to the network each
	return wire{&http.Client{Transport: t}}
}

// obeyed is where a context holds whether the server said "ok".
type obeyed struct{}

// Do implements the library's HttpClient.
func (w wire) Do(req *http.Request) (*http.Response, error) {
	resp, body, err := w.ask(req)
	if err != nil {
		return nil, err
	}
	if ok, found := req.Context().Value(obeyed{}).(*atomic.Bool); found {
		ok.Store(true)
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// ask makes a call and returns the answer of a server that said "ok".
func (w wire) ask(req *http.Request) (*http.Response, []byte, error) {
	resp, err := w.http.Do(req)
	if err != nil {
		var withAddress *url.Error // it holds the token
		if errors.As(err, &withAddress) {
			err = withAddress.Err
		}
		return nil, nil, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	resp.Body.Close()
	if err != nil {
		return nil, nil, fmt.Errorf("reading answer: %w", err)
	}
	if err := judge(resp.StatusCode, body); err != nil {
		return nil, nil, err
	}
	return resp, body, nil
}

// said is how every answer to a call that was obeyed begins: what follows, most
// often our own message, need not be read.
var said = []byte(`{"ok":true,`)

// judge returns a refusal unless the answer says "ok".
func judge(status int, body []byte) error {
	if status == http.StatusOK && bytes.HasPrefix(body, said) {
		return nil
	}
	var answer struct {
		OK          bool   `json:"ok"`
		Code        int    `json:"error_code"`
		Description string `json:"description"`
		Parameters  struct {
			RetryAfter int `json:"retry_after"`
		} `json:"parameters"`
	}
	if json.Unmarshal(body, &answer) != nil {
		if status < 400 {
			status = http.StatusBadGateway
		}
		return &refusal{code: status, description: notJSON}
	}
	if answer.OK {
		return nil
	}
	if answer.Code == 0 {
		answer.Code = status
	}
	return &refusal{
		code: answer.Code, description: answer.Description,
		after: time.Duration(answer.Parameters.RetryAfter) * time.Second,
	}
}

// once tries a call once. A call that the server obeyed has succeeded, even if
// the library cannot read what came back: to repeat it would say it twice.
func (b *Bot) once(ctx context.Context, limit time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	ok := new(atomic.Bool)
	if err := do(context.WithValue(ctx, obeyed{}, ok)); err != nil && !ok.Load() {
		return err
	}
	return nil
}

// call tries a call until it is obeyed, refused for good, or was tried often
// enough: after a pause that Telegram asks for, a server error or a lost
// connection it is repeated.
func (b *Bot) call(ctx context.Context, tries int, do func(context.Context) error) error {
	for try := 1; ; try++ {
		err := b.once(ctx, callTime, do)
		wait := b.again(err, try)
		if err == nil || wait == 0 || try >= tries || ctx.Err() != nil {
			return err
		}
		sleep(ctx, wait)
	}
}

// brief tries a call a few times without long waits: what Telegram asks to wait
// for, and what it does not answer, is for the caller to put off.
func (b *Bot) brief(ctx context.Context, tries int, do func(context.Context) error) error {
	for try := 1; ; try++ {
		err := b.once(ctx, callTime, do)
		b.reached(ctx, err)
		if err == nil || !temporary(err) || retryAfter(err) > 0 || try >= tries || ctx.Err() != nil || b.breaker.open() {
			return err
		}
		b.counters.retries.Add(1)
		sleep(ctx, jitter(b.backoff<<(try-1)))
	}
}

// reached notes whether Telegram answered a call, whatever it said.
func (b *Bot) reached(ctx context.Context, err error) {
	var r *refusal
	fine := err == nil || errors.As(err, &r) && r.code < http.StatusInternalServerError && !refused(err)
	if !fine && ctx.Err() != nil {
		return // broken off by us
	}
	if fine {
		b.counters.lastCall.Store(time.Now().UnixMilli())
	}
	if was := b.breaker.open(); b.breaker.report(fine) != was {
		b.log.Warn("Telegram: calls are " + map[bool]string{true: "made again", false: "stopped for now"}[was])
	}
}

// temporary reports whether a call may succeed later: Telegram asks to wait, is
// out of order or out of reach, or does not know the token at the moment.
func temporary(err error) bool {
	var r *refusal
	return !errors.As(err, &r) || r.code >= http.StatusInternalServerError ||
		r.code == http.StatusTooManyRequests || refused(err)
}

// jitter spreads waits, so that not all tries come at once.
func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d/2+1) }

// again returns how long to wait before a call is repeated; 0 = not at all.
func (b *Bot) again(err error, try int) time.Duration {
	if wait := retryAfter(err); wait > 0 {
		if wait > maxWait {
			return 0
		}
		return wait
	}
	var r *refusal
	if errors.As(err, &r) && r.code < http.StatusInternalServerError {
		return 0
	}
	return jitter(b.backoff << (try - 1))
}

// tell makes a call of which only the success counts, with the library's
// parameters as JSON. The library itself writes them as a form, which takes a
// multiple of the time for what is by far the most that is said.
func (b *Bot) tell(ctx context.Context, method string, params any) error {
	_, err := b.ask(ctx, method, params)
	return err
}

// post makes a call that the library does not offer by itself.
func (b *Bot) post(ctx context.Context, limit time.Duration, method string, params, result any) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	body, err := b.ask(ctx, method, params)
	if err != nil {
		return err
	}
	answer := struct {
		Result any `json:"result"`
	}{result}
	if err := json.Unmarshal(body, &answer); err != nil {
		return fmt.Errorf("decoding answer: %w", err)
	}
	return nil
}

func (b *Bot) ask(ctx context.Context, method string, params any) ([]byte, error) {
	body, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	address := b.config.API + "/bot" + b.config.Token + "/" + method
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	_, answer, err := b.wire.ask(req)
	return answer, err
}

// sleep waits, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// tokenForm is the shape of a bot token, wherever it turns up.
var tokenForm = regexp.MustCompile(`\d{5,}:[A-Za-z0-9_-]{20,}`)

// clean returns err without any token in its words.
func (b *Bot) clean(err error) error {
	said := tokenForm.ReplaceAllString(err.Error(), "[token]")
	if b.config.Token != "" {
		said = strings.ReplaceAll(said, b.config.Token, "[token]")
	}
	return errors.New(said)
}

// complain notes what went wrong. err must not hold what a person wrote.
func (b *Bot) complain(what string, err error) {
	if err == nil {
		err = errors.New("an empty answer")
	}
	b.log.Warn("Telegram: "+what, "error", b.clean(err).Error())
}
