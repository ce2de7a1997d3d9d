package bottest

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// chromium finds a browser, or skips the test where there is none.
func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium on this machine: install Debian's package chromium to run the tests in a browser")
	return ""
}

// Browser starts a headless Chromium that can reach this machine only. It ends
// with the test.
func Browser(t testing.TB) context.Context {
	t.Helper()
	path := chromium(t)
	profile, err := os.MkdirTemp("", "browser-")
	if err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		cancel()
		stop()
		os.RemoveAll(profile)
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return ctx
}

// Tab is a tab of a browser that is at the pages of one server.
type Tab struct {
	T       testing.TB
	Ctx     context.Context
	URL     string      // of the server
	Outside chan string // addresses on other hosts that the browser went to; the test answered in their place
	Console chan string // what the browser complained about
}

// Open opens a tab whose browser asks for the given Accept-Language, in a window
// of the given size in pixels.
func Open(t testing.TB, browser context.Context, url, accept string, width, height int64) *Tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(stop)
	tab := &Tab{T: t, Ctx: ctx, URL: url, Outside: make(chan string, 100), Console: make(chan string, 100)}
	tab.Do(chromedp.EmulateViewport(width, height))
	tab.intercept()
	go func() {
		for m, err := range chromedp.Console(ctx) {
			if err != nil {
				return
			}
			tab.Console <- m.String()
		}
	}()
	Command(tab, network.Enable, network.EnableParams{})
	Command(tab, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": accept}})
	return tab
}

// intercept lets requests to the test's own server through and answers all
// others in the test: nothing leaves the machine.
func (tab *Tab) intercept() {
	paused := chromedp.Events(tab.Ctx, fetch.RequestPaused)
	Command(tab, fetch.Enable, fetch.EnableParams{})
	go func() {
		for e, err := range paused {
			if err != nil {
				return
			}
			if strings.HasPrefix(e.Request.URL, tab.URL) {
				chromedp.Call(tab.Ctx, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: e.RequestID})
				continue
			}
			tab.Outside <- e.Request.URL
			chromedp.Call(tab.Ctx, fetch.FulfillRequest, fetch.FulfillRequestParams{
				RequestID: e.RequestID, ResponseCode: 200, Body: []byte("<!DOCTYPE html><title>elsewhere</title>elsewhere"),
				ResponseHeaders: []*fetch.HeaderEntry{{Name: "Content-Type", Value: "text/html"}},
			})
		}
	}()
}

// Command sends a command of the protocol.
func Command[P, R any](tab *Tab, cmd cdp.Command[P, R], params P) R {
	tab.T.Helper()
	r, err := chromedp.Call(tab.Ctx, cmd, params)
	if err != nil {
		tab.T.Fatal(err)
	}
	return r
}

// Eval returns the value of an expression in the page.
func Eval[V any](tab *Tab, expression string) V {
	tab.T.Helper()
	r, err := chromedp.Run(tab.Ctx, chromedp.Evaluate[V](expression))
	if err != nil {
		tab.T.Fatalf("%s: %v", expression, err)
	}
	return r
}

// Do takes steps, one after the other.
func (tab *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	tab.T.Helper()
	if err := chromedp.Do(tab.Ctx, steps...); err != nil {
		tab.T.Fatal(err)
	}
}

// GoTo opens a page of the server.
func (tab *Tab) GoTo(path string) {
	tab.T.Helper()
	tab.Do(chromedp.Navigate(tab.URL + path))
}

// Click presses the first element that the selector finds.
func (tab *Tab) Click(selector string) {
	tab.T.Helper()
	tab.Do(chromedp.Click(chromedp.CSS(selector)))
}

// Says waits until the first element that the selector finds says the text, and
// returns all it says.
func (tab *Tab) Says(selector, text string) string {
	tab.T.Helper()
	quoted, _ := json.Marshal(selector)
	said := ""
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		s, err := chromedp.Run(tab.Ctx, chromedp.Evaluate[string](`(document.querySelector(`+string(quoted)+`) || document.body).innerText`))
		if said = s; err == nil && strings.Contains(said, text) {
			return said
		}
	}
	tab.T.Fatalf("%q does not come; the page says:\n%s", text, said)
	return ""
}

// Axe returns the source of axe-core, or skips the test where there is none.
func Axe(t testing.TB) string {
	t.Helper()
	path := os.Getenv("PRYSTAN_AXE")
	if path == "" {
		t.Skip("PRYSTAN_AXE does not name axe.min.js of the npm package axe-core: pages are not judged")
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

// Judge lets axe-core look at the page that is open and returns what it finds
// against WCAG 2.2 AA.
func (tab *Tab) Judge(axe string) []string {
	tab.T.Helper()
	Eval[chromedp.Void](tab, axe+";undefined")
	found, err := chromedp.Run(tab.Ctx, chromedp.Evaluate[string](`axe.run({
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
	}).then(function (r) { return JSON.stringify(r.violations.map(function (v) {
		return v.id + ": " + v.nodes.map(function (n) { return n.html + " – " + n.failureSummary; }).join("; ");
	})); })`, chromedp.EvalAwaitPromise))
	if err != nil {
		tab.T.Fatal(err)
	}
	var violations []string
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		tab.T.Fatal(err)
	}
	return violations
}
