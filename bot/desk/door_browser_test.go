package desk_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"prystan/bot"
	"prystan/bot/bottest"
)

// plugIn plugs a device that makes passkeys into the browser.
func plugIn(tab *bottest.Tab) {
	tab.T.Helper()
	bottest.Command(tab, webauthn.Enable, webauthn.EnableParams{})
	bottest.Command(tab, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		},
	})
}

// submit presses the button of a form once the script has shown it.
func submit(tab *bottest.Tab, form string) {
	tab.T.Helper()
	tab.Do(chromedp.WaitVisible(chromedp.CSS(form + " button")))
	tab.Click(form + " button")
}

func TestALinkAndAPasskeyInABrowser(t *testing.T) {
	h := newHouse(t).under(t, "", slog.New(slog.DiscardHandler))
	eva := h.add(t, "Eva", bot.RoleEditor)
	tab := h.window(t, 1100, 900)
	plugIn(tab)
	h.signIn(tab, eva)

	tab.GoTo("/desk/me")
	submit(tab, `form[data-passkey="make"]`)
	tab.Says("main", "The passkey is ready")
	submit(tab, `form[data-passkey="make"]`) // the device has one already
	tab.Says("main", "No passkey was made")

	submit(tab, `form[action="/desk/out"]`)
	tab.Says("main", "With a passkey")
	submit(tab, `form[data-passkey="enter"]`)
	tab.Says("main", "What needs you")

	if err := h.door.Remove(context.Background(), 0, eva); err != nil {
		t.Fatal(err)
	}
	tab.GoTo("/desk/me")
	tab.Says("main", "With a passkey")
	submit(tab, `form[data-passkey="enter"]`)
	tab.Says("main", "That did not work")
	close(tab.Console)
	for complaint := range tab.Console {
		if !strings.Contains(complaint, "403") { // that a passkey was refused
			t.Errorf("the browser complains: %s", complaint)
		}
	}
}

func TestWithoutJavaScriptThePageSaysThatLinksWork(t *testing.T) {
	h := newHouse(t).under(t, "", slog.New(slog.DiscardHandler))
	tab := h.window(t, 360, 740)
	bottest.Command(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	tab.GoTo("/desk/enter")
	tab.Says("main", "Links work without")
	if n := bottest.Eval[int](tab, `document.querySelectorAll("form:not([hidden]) button").length`); n != 0 {
		t.Errorf("%d buttons do nothing", n)
	}
	h.signIn(tab, h.add(t, "Eva", bot.RoleEditor))
}
