package webchat

import (
	"context"
	"flag"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

var shots = flag.String("shots", "", "folder to write pictures of the pages to; \"\" = none are taken")

// chromium finds a browser, or skips the test where there is none.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium on this machine: install Debian's package chromium to run the tests in a browser")
	return ""
}

// browser starts a headless Chromium that can reach this machine only. It ends
// with the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := chromium(t)
	profile, err := os.MkdirTemp("", "webchat-")
	if err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"))
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

// visit is a tab in which a person visits the web chat.
type visit struct {
	t       *testing.T
	ctx     context.Context
	server  *httptest.Server
	url     string
	outside chan string // addresses on other hosts that the browser went to; the test answered in their place
	console chan string // what the browser complained about
}

// open opens a tab of a phone 360 wide whose browser asks for the given
// Accept-Language.
func open(t *testing.T, browser context.Context, accept string) *visit {
	t.Helper()
	srv := httptest.NewServer(testChat(t).handler())
	t.Cleanup(srv.Close)
	tab, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	tab, stop := context.WithTimeout(tab, 90*time.Second)
	t.Cleanup(stop)
	v := &visit{t: t, ctx: tab, server: srv, url: srv.URL, outside: make(chan string, 100), console: make(chan string, 100)}
	v.do(chromedp.EmulateViewport(360, 740))
	v.intercept()
	go func() {
		for m, err := range chromedp.Console(tab) {
			if err != nil {
				return
			}
			v.console <- m.String()
		}
	}()
	call(v, network.Enable, network.EnableParams{})
	call(v, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": accept}})
	return v
}

// intercept lets requests to the test's own server through and answers all
// others in the test: nothing leaves the machine.
func (v *visit) intercept() {
	paused := chromedp.Events(v.ctx, fetch.RequestPaused)
	call(v, fetch.Enable, fetch.EnableParams{})
	go func() {
		for e, err := range paused {
			if err != nil {
				return
			}
			if strings.HasPrefix(e.Request.URL, v.url) {
				chromedp.Call(v.ctx, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: e.RequestID})
				continue
			}
			v.outside <- e.Request.URL
			chromedp.Call(v.ctx, fetch.FulfillRequest, fetch.FulfillRequestParams{
				RequestID: e.RequestID, ResponseCode: 200, Body: []byte("<!DOCTYPE html><title>elsewhere</title>elsewhere"),
				ResponseHeaders: []*fetch.HeaderEntry{{Name: "Content-Type", Value: "text/html"}},
			})
		}
	}()
}

// call sends a command of the protocol.
func call[P, R any](v *visit, cmd cdp.Command[P, R], params P) R {
	v.t.Helper()
	r, err := chromedp.Call(v.ctx, cmd, params)
	if err != nil {
		v.t.Fatal(err)
	}
	return r
}

// eval returns the value of an expression in the page.
func eval[T any](v *visit, expression string) T {
	v.t.Helper()
	r, err := chromedp.Run(v.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		v.t.Fatalf("%s: %v", expression, err)
	}
	return r
}

func (v *visit) do(steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, steps...); err != nil {
		v.t.Fatal(err)
	}
}

// goTo opens a page of the web chat.
func (v *visit) goTo(path string) { v.t.Helper(); v.do(chromedp.Navigate(v.url + path)) }

// click presses the first element that the selector finds.
func (v *visit) click(selector string) { v.t.Helper(); v.do(chromedp.Click(chromedp.CSS(selector))) }

// press presses the first button that does what the verb says.
func (v *visit) press(verb string) { v.t.Helper(); v.click(`button[value^="1:` + verb + `:"]`) }

// ask writes a question and sends it.
func (v *visit) ask(text string) {
	v.t.Helper()
	v.do(chromedp.SetValue(chromedp.CSS("#question"), text))
	v.click(".send")
}

// answer waits until the answer says the text, and returns all it says.
func (v *visit) answer(text string) string {
	v.t.Helper()
	said := ""
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		s, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](`(document.getElementById("answer") || document.body).innerText`))
		if said = s; err == nil && strings.Contains(said, text) {
			return said
		}
	}
	v.t.Fatalf("%q does not come; the answer says:\n%s", text, said)
	return ""
}

// picture saves what the window shows.
func (v *visit) picture(name string, width, height int64, scheme string) {
	v.t.Helper()
	call(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	v.do(chromedp.EmulateViewport(width, height), chromedp.Sleep(150*time.Millisecond))
	raw, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		v.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), raw, 0o644); err != nil {
		v.t.Fatal(err)
	}
}

// pictures saves the page as phone and desk see it, by day and by night.
func (v *visit) pictures(name string) {
	v.t.Helper()
	for _, scheme := range []string{"light", "dark"} {
		v.picture(name+"-360-"+scheme, 360, 740, scheme)
	}
	for _, scheme := range []string{"light", "dark"} {
		v.picture(name+"-1280-"+scheme, 1280, 800, scheme)
	}
	v.picture(name+"-whole", 360, 2000, "light")
	v.do(chromedp.EmulateViewport(360, 740))
}

// TestPictures takes pictures of the pages, for people to judge:
//
//	go test ./bot/webchat -run Pictures -shots DIR
func TestPictures(t *testing.T) {
	if *shots == "" {
		t.Skip("no pictures wanted: -shots DIR takes them")
	}
	v := open(t, browser(t), "uk")
	v.goTo("/")
	v.pictures("1-greeting")
	v.ask("Як зареєструватися у Польщі?")
	v.answer("Польща")
	v.picture("webchat", 360, 1160, "light") // docs/webchat.png of the README
	v.pictures("2-answer")
	v.ask("мене б'є чоловік, допоможіть")
	v.answer("☎")
	v.pictures("3-danger")
	v.press("card")
	v.do(chromedp.WaitVisible(chromedp.CSS(".card")))
	v.pictures("4-card")
	v.press("lines")
	v.answer("Польща")
	v.pictures("5-lines")
	v.press("where")
	v.answer("Румунія")
	v.pictures("6-countries")
	v.goTo("/nowhere?lang=uk")
	v.pictures("7-missing")
	v.goTo("/?lang=de&start=signs")
	v.pictures("8-article")
}
