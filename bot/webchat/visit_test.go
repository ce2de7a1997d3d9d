package webchat

import (
	"context"
	"flag"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"prystan/bot/bottest"
)

var shots = flag.String("shots", "", "folder to write pictures of the pages to; \"\" = none are taken")

// visit is a tab in which a person visits the web chat.
type visit struct {
	*bottest.Tab
	server *httptest.Server
}

// open opens a tab of a phone 360 wide whose browser asks for the given
// Accept-Language.
func open(t *testing.T, browser context.Context, accept string) *visit {
	t.Helper()
	srv := httptest.NewServer(testChat(t).handler())
	t.Cleanup(srv.Close)
	return &visit{Tab: bottest.Open(t, browser, srv.URL, accept, 360, 740), server: srv}
}

// press presses the first button that does what the verb says.
func (v *visit) press(verb string) { v.T.Helper(); v.Click(`button[value^="1:` + verb + `:"]`) }

// ask writes a question and sends it.
func (v *visit) ask(text string) {
	v.T.Helper()
	v.Do(chromedp.SetValue(chromedp.CSS("#question"), text))
	v.Click(".send")
}

// answer waits until no answer is awaited any more and the one that is there
// says the text, and returns all it says.
func (v *visit) answer(text string) string {
	v.T.Helper()
	v.Do(chromedp.WaitNotPresent(chromedp.CSS("body[aria-busy]")))
	return v.Says("#answer", text)
}

// picture saves what the window shows.
func (v *visit) picture(name string, width, height int64, scheme string) {
	v.T.Helper()
	bottest.Command(v.Tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	v.Do(chromedp.EmulateViewport(width, height), chromedp.Sleep(150*time.Millisecond))
	raw, err := chromedp.Run(v.Ctx, chromedp.CaptureScreenshot())
	if err != nil {
		v.T.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), raw, 0o644); err != nil {
		v.T.Fatal(err)
	}
}

// pictures saves the page as phone and desk see it, by day and by night.
func (v *visit) pictures(name string) {
	v.T.Helper()
	for _, scheme := range []string{"light", "dark"} {
		v.picture(name+"-360-"+scheme, 360, 740, scheme)
	}
	for _, scheme := range []string{"light", "dark"} {
		v.picture(name+"-1280-"+scheme, 1280, 800, scheme)
	}
	v.picture(name+"-whole", 360, 2000, "light")
	v.Do(chromedp.EmulateViewport(360, 740))
}

// TestPictures takes pictures of the pages, for people to judge:
//
//	go test ./bot/webchat -run Pictures -shots DIR
func TestPictures(t *testing.T) {
	if *shots == "" {
		t.Skip("no pictures wanted: -shots DIR takes them")
	}
	v := open(t, bottest.Browser(t), "uk")
	v.GoTo("/")
	v.pictures("1-greeting")
	v.ask("Як зареєструватися у Польщі?")
	v.answer("Польща")
	v.picture("webchat", 360, 1160, "light") // docs/webchat.png of the README
	v.pictures("2-answer")
	v.ask("мене б'є чоловік, допоможіть")
	v.answer("☎")
	v.pictures("3-danger")
	v.press("card")
	v.Do(chromedp.WaitVisible(chromedp.CSS(".card")))
	v.pictures("4-card")
	v.press("lines")
	v.answer("Польща")
	v.pictures("5-lines")
	v.press("where")
	v.answer("Румунія")
	v.pictures("6-countries")
	v.GoTo("/nowhere?lang=uk")
	v.pictures("7-missing")
	v.GoTo("/?lang=de&start=signs")
	v.pictures("8-article")
}
