package bottest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// BotName is the user name of the bot behind every BotAPI.
const BotName = "prystan_test_bot"

// patience is how long a person waits for what should come at once.
const patience = 20 * time.Second

// BotAPI is a Bot API server for one bot. It speaks the methods that a bot of
// ours may use, and refuses what Telegram refuses, in Telegram's words where
// they are known. It is safe for concurrent use.
type BotAPI struct {
	URL   string // base address
	Token string // of the bot
	BotID int64

	t       testing.TB
	server  *httptest.Server
	closing chan struct{}

	mu        sync.Mutex
	changed   chan struct{} // closed, and made anew, whenever something changes
	chats     map[int64]*Chat
	people    int64
	presses   map[string]*Press
	queries   map[string]*InlineAnswer
	pending   []pending
	updateID  int64
	poll      int64 // number of the running getUpdates
	allowed   []string
	hook      hook
	faults    map[string][]Fault
	calls     []Call
	profile   map[string]string
	tolerated bool
}

// Call is one call that the bot made.
type Call struct {
	Method      string
	Params      map[string]string // values that are no strings are JSON
	Code        int               // 200, or that of the refusal
	Description string            // of the refusal
	Injected    bool              // by Fail
}

// refusal is an answer that is not "ok".
type refusal struct {
	code        int
	description string
	retryAfter  int
}

func bad(format string, args ...any) *refusal {
	return &refusal{code: http.StatusBadRequest, description: "Bad Request: " + fmt.Sprintf(format, args...)}
}

// NewBotAPI starts a server that runs until the test ends.
func NewBotAPI(t testing.TB) *BotAPI {
	a := &BotAPI{
		Token: "424242:TEST-token_0123456789abcdefghijklm", BotID: 424242,
		t: t, closing: make(chan struct{}), changed: make(chan struct{}),
		chats: make(map[int64]*Chat), presses: make(map[string]*Press), queries: make(map[string]*InlineAnswer),
		faults: make(map[string][]Fault), profile: make(map[string]string), people: 7_318_264_000,
	}
	a.server = httptest.NewServer(http.HandlerFunc(a.serve))
	a.URL = a.server.URL
	t.Cleanup(func() {
		close(a.closing)
		a.server.CloseClientConnections()
		a.server.Close()
		a.reportRefusals()
	})
	return a
}

// ExpectRefusals says that the test wants calls to be refused.
func (a *BotAPI) ExpectRefusals() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tolerated = true
}

// Refusals returns the calls that were refused, injected ones and harmless
// "message is not modified" left out.
func (a *BotAPI) Refusals() []Call {
	var refused []Call
	for _, c := range a.Calls() {
		if c.Code != http.StatusOK && !c.Injected && !strings.Contains(c.Description, "message is not modified") {
			refused = append(refused, c)
		}
	}
	return refused
}

func (a *BotAPI) reportRefusals() {
	if a.tolerated {
		return
	}
	for _, c := range a.Refusals() {
		a.t.Errorf("the Bot API refused %s %v: %d %s", c.Method, c.Params, c.Code, c.Description)
	}
}

// Calls returns the calls made so far; of getUpdates only those refused.
func (a *BotAPI) Calls(methods ...string) []Call {
	a.mu.Lock()
	defer a.mu.Unlock()
	var calls []Call
	for _, c := range a.calls {
		wanted := len(methods) == 0
		for _, m := range methods {
			wanted = wanted || m == c.Method
		}
		if wanted {
			calls = append(calls, c)
		}
	}
	return calls
}

// Profile returns what the bot set with setMyCommands, setMyDescription or
// setMyShortDescription for a language code, "" for the default.
func (a *BotAPI) Profile(method, language string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.profile[method+" "+language]
}

// Wait waits until cond holds and fails the test if it takes too long. cond is
// asked whenever something changes at the server, and now and then for what
// changes elsewhere.
func (a *BotAPI) Wait(what string, cond func() bool) {
	a.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	elsewhere := time.NewTicker(10 * time.Millisecond)
	defer elsewhere.Stop()
	for {
		a.mu.Lock()
		changed := a.changed
		a.mu.Unlock()
		if cond() {
			return
		}
		select {
		case <-changed:
		case <-elsewhere.C:
		case <-deadline.C:
			a.t.Fatalf("waited too long: %s", what)
		}
	}
}

// changeLocked wakes everybody who waits.
func (a *BotAPI) changeLocked() {
	close(a.changed)
	a.changed = make(chan struct{})
}

// Fault is a way in which a call can fail.
type Fault struct {
	Code        int    // HTTP status: 403, 429, 500 …
	Description string // "" = the usual one
	RetryAfter  int    // seconds, of a 429
	Reset       bool   // the connection breaks instead
	HTML        bool   // a proxy answers, with a page
	Hang        bool   // no answer comes before the bot gives up
	After       bool   // the call is obeyed first: only its answer is lost
}

// Fail makes the next calls of a method fail, each with the next fault.
func (a *BotAPI) Fail(method string, faults ...Fault) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.faults[method] = append(a.faults[method], faults...)
}

// Mend takes back what Fail said of a method.
func (a *BotAPI) Mend(method string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.faults, method)
}

func (a *BotAPI) fault(method string) (Fault, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	queue := a.faults[method]
	if len(queue) == 0 {
		return Fault{}, false
	}
	a.faults[method] = queue[1:]
	return queue[0], true
}

// serve answers one call.
func (a *BotAPI) serve(w http.ResponseWriter, r *http.Request) {
	token, method, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	if !ok || !strings.HasPrefix(r.URL.Path, "/bot") || !strings.Contains(token, ":") {
		respond(w, nil, &refusal{code: http.StatusNotFound, description: "Not Found"})
		return
	}
	if token != a.Token {
		respond(w, nil, &refusal{code: http.StatusUnauthorized, description: "Unauthorized"})
		return
	}
	p, err := readParams(r)
	if err != nil {
		respond(w, nil, bad("can't parse the request: %v", err))
		return
	}
	if f, ok := a.fault(method); ok {
		a.failing(w, r, method, p, f)
		return
	}
	result, refused := a.do(r, method, p)
	a.note(method, p, refused, false)
	respond(w, result, refused)
}

// failing lets a call fail on demand.
func (a *BotAPI) failing(w http.ResponseWriter, r *http.Request, method string, p params, f Fault) {
	if f.After {
		_, refused := a.do(r, method, p)
		a.note(method, p, refused, false)
	}
	injected := &refusal{code: f.Code, description: f.Description, retryAfter: f.RetryAfter}
	if injected.description == "" {
		injected.description = http.StatusText(f.Code)
	}
	a.note(method, p, injected, true)
	switch {
	case f.Hang:
		select {
		case <-r.Context().Done():
		case <-a.closing:
		}
	case f.Reset:
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			if tcp, ok := conn.(*net.TCPConn); ok {
				tcp.SetLinger(0)
			}
			conn.Close()
		}
	case f.HTML:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(f.Code)
		io.WriteString(w, "<html><body><h1>"+http.StatusText(f.Code)+"</h1></body></html>")
	default:
		respond(w, nil, injected)
	}
}

// note records a call. Polls would fill the record and say nothing.
func (a *BotAPI) note(method string, p params, refused *refusal, injected bool) {
	if method == "getUpdates" && refused == nil {
		return
	}
	c := Call{Method: method, Params: p, Code: http.StatusOK, Injected: injected}
	if refused != nil {
		c.Code, c.Description = refused.code, refused.description
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls = append(a.calls, c)
	a.changeLocked()
}

func respond(w http.ResponseWriter, result any, refused *refusal) {
	w.Header().Set("Content-Type", "application/json")
	if refused == nil {
		json.NewEncoder(w).Encode(map[string]any{"ok": true, "result": result})
		return
	}
	body := map[string]any{"ok": false, "error_code": refused.code, "description": refused.description}
	if refused.retryAfter > 0 {
		body["parameters"] = map[string]any{"retry_after": refused.retryAfter}
	}
	w.WriteHeader(refused.code)
	json.NewEncoder(w).Encode(body)
}

// params are those of a call: strings as they are, anything else as JSON.
type params map[string]string

// readParams reads the parameters from a form or a JSON body.
func readParams(r *http.Request) (params, error) {
	p := params{}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/json" {
		var body map[string]json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			return nil, err
		}
		for name, raw := range body {
			var s string
			if json.Unmarshal(raw, &s) == nil && raw[0] == '"' {
				p[name] = s
			} else if string(raw) != "null" {
				p[name] = string(raw)
			}
		}
		return p, nil
	}
	if kind == "multipart/form-data" {
		// A call without parameters has an empty body, which is no form.
		if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
	}
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	for name, values := range r.Form {
		p[name] = values[0]
	}
	return p, nil
}

// do obeys one call or refuses it.
func (a *BotAPI) do(r *http.Request, method string, p params) (any, *refusal) {
	switch strings.ToLower(method) {
	case "getme":
		return a.bot(), nil
	case "getupdates":
		return a.getUpdates(r.Context(), p)
	case "setwebhook":
		return a.setWebhook(p)
	case "deletewebhook":
		return a.deleteWebhook()
	case "sendmessage":
		return a.sendMessage(p)
	case "editmessagetext":
		return a.editMessageText(p)
	case "sendcontact":
		return a.sendContact(p)
	case "answercallbackquery":
		return a.answerCallbackQuery(p)
	case "answerinlinequery":
		return a.answerInlineQuery(p)
	case "setmycommands":
		return a.setMyCommands(p)
	case "setmydescription":
		return a.setMyText(method, p, "description", 512)
	case "setmyshortdescription":
		return a.setMyText(method, p, "short_description", 120)
	}
	return nil, &refusal{code: http.StatusNotFound, description: "Not Found: method not found"}
}

func (a *BotAPI) bot() map[string]any {
	return map[string]any{"id": a.BotID, "is_bot": true, "first_name": "Prystan", "username": BotName,
		"can_join_groups": true, "supports_inline_queries": true}
}
