package desk_test

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"prystan/bot"
	"prystan/bot/access"
)

func TestALinkLeadsToThePageOfTheDeskThatItNamesAndNowhereElse(t *testing.T) {
	h := newHouse(t)
	marta := h.add(t, "Marta", bot.RoleEditor)
	field := regexp.MustCompile(`name="next" value="([^"]*)"`)
	for next, want := range map[string]string{
		"":                                   "/desk/",
		"/desk/edit/service/pl-lastrada":     "/desk/edit/service/pl-lastrada",
		"/desk/records/fact/eu-tpd?retire=1": "/desk/records/fact/eu-tpd?retire=1",
		"https://evil.example":               "/desk/",
		"//evil.example/desk/":               "/desk/",
		"/\\evil.example":                    "/desk/",
		"/desk/\\evil.example":               "/desk/",
		"/desk/../privacy":                   "/desk/",
		"/desk/%2e%2e/privacy":               "/desk/",
		"/deskevil":                          "/desk/",
		"javascript:alert(1)":                "/desk/",
		"/desk/\r\nSet-Cookie: a=b":          "/desk/",
		"desk/due":                           "/desk/",
	} {
		secret, err := h.door.MakeLink(context.Background(), 0, marta, access.SignIn)
		if err != nil {
			t.Fatal(err)
		}
		b := h.anonymous(t)
		_, page := b.get("/desk/link/" + secret + "?next=" + url.QueryEscape(next))
		found := field.FindStringSubmatch(page)
		if found == nil || html.UnescapeString(found[1]) != want {
			t.Errorf("the page of a link to %q leads to %q", next, found)
		}
		b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		r, err := b.PostForm(b.base+"/desk/link", url.Values{"secret": {secret}, "next": {next}})
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if got := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || got != want {
			t.Errorf("a link to %q leads to %q, with status %d", next, got, r.StatusCode)
		}
	}
}
