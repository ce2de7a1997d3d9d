package desk

import (
	"errors"
	"net/http"
	"time"

	"prystan/bot/access"
	"prystan/bot/web"
)

// Names of the cookie that holds the secret of a session. A browser takes the
// first from this host only, over https, for all of it.
const (
	cookieSecure = "__Host-prystan"
	cookiePlain  = "prystan"
)

// Requests at the door from one place: thirty at once, then one every ten seconds.
// An office may share one address.
const (
	doorBurst = 30
	doorEvery = 10 * time.Second
)

// maxDoorForm bounds what somebody may send who is not signed in.
const maxDoorForm = 64 << 10

// doorRoutes registers the way in, the page about oneself and the people.
func (d *desk) doorRoutes() {
	limiter := web.NewLimiter(doorBurst, doorEvery, d.Now)
	d.mux.HandleFunc("GET /desk/enter", d.enter)
	d.mux.HandleFunc("GET /desk/link/{secret}", d.link)
	d.mux.HandleFunc("POST /desk/link", d.limited(limiter, d.useLink))
	d.mux.HandleFunc("POST /desk/out", d.signOut)
	d.mux.HandleFunc("POST /desk/passkey/begin", d.limited(limiter, d.beginSignIn))
	d.mux.HandleFunc("POST /desk/passkey/finish", d.limited(limiter, d.finishSignIn))
	d.meRoutes()
	d.peopleRoutes()
}

// limited bounds how often somebody may try who is not signed in, and how much
// they may send.
func (d *desk) limited(l *web.Limiter, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !l.Allow(r) {
			d.problem(w, r, http.StatusTooManyRequests, "enter.busy")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxDoorForm)
		next(w, r)
	}
}

// signedIn returns who sent the request, or access.ErrOut.
func (d *desk) signedIn(r *http.Request) (access.Session, error) {
	return d.Door.Session(r.Context(), d.secretOf(r))
}

func isOut(err error) bool { return errors.Is(err, access.ErrOut) }

func (d *desk) secure() bool { return d.PublicURL != "" }

// cookie returns the cookie that holds a secret. It goes with the browser; how
// long it is good, the session says.
func (d *desk) cookie(secret string) *http.Cookie {
	c := &http.Cookie{Name: cookiePlain, Value: secret, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode}
	if d.secure() {
		c.Name, c.Secure = cookieSecure, true
	}
	return c
}

// secretOf returns the secret that the request carries, "" if none.
func (d *desk) secretOf(r *http.Request) string {
	c, err := r.Cookie(d.cookie("").Name)
	if err != nil {
		return ""
	}
	return c.Value
}

// letIn gives the browser the secret of a new session. One that it had before
// ends: nobody goes on with a secret that somebody else may have put there.
func (d *desk) letIn(w http.ResponseWriter, r *http.Request, secret string) {
	if before := d.secretOf(r); before != "" {
		if err := d.Door.SignOut(r.Context(), before); err != nil {
			d.Log.Error("ending the session before", "error", err)
		}
	}
	http.SetCookie(w, d.cookie(secret))
}

// enter shows the ways in.
func (d *desk) enter(w http.ResponseWriter, r *http.Request) {
	if _, err := d.signedIn(r); err == nil {
		http.Redirect(w, r, "/desk/", http.StatusSeeOther)
		return
	}
	d.showOut(w, r, "enter", struct {
		Passkeys bool
		Script   string
		// Somebody who came from another site, such as by a link in a message, is
		// signed in though the browser has not sent the cookie.
		Perhaps bool
	}{d.Door.PasskeysWork(), d.assets.Address("passkey.js"), r.Header.Get("Sec-Fetch-Site") == "cross-site"})
}

// showOut sends a page to somebody who is not signed in, in the language of the
// browser.
func (d *desk) showOut(w http.ResponseWriter, r *http.Request, page string, data any) {
	if err := d.render(w, http.StatusOK, view{T: d.Messages.Printer(preferred(r)), Page: page, Data: data}); err != nil {
		panic(err) // a mistake in the template; contained, and answered by failed
	}
}

// link shows the button that uses a link up. Nothing is looked up: programs that
// look at links before people do use nothing up, and learn nothing. A link may
// name the page of the desk that it leads to.
func (d *desk) link(w http.ResponseWriter, r *http.Request) {
	d.showOut(w, r, "link", struct{ Secret, Next string }{r.PathValue("secret"), local(r.URL.Query().Get("next"), "/desk/")})
}

// useLink signs in whoever has a link that is still good.
func (d *desk) useLink(w http.ResponseWriter, r *http.Request) {
	secret, err := d.Door.UseLink(r.Context(), r.PostFormValue("secret"), device(r.UserAgent()))
	switch {
	case errors.Is(err, access.ErrLink):
		d.problem(w, r, http.StatusForbidden, "link.bad")
	case err != nil:
		d.Log.Error("using a link", "error", err)
		d.failed(w, r)
	default:
		d.letIn(w, r, secret)
		http.Redirect(w, r, local(r.PostFormValue("next"), "/desk/"), http.StatusSeeOther)
	}
}

// signOut ends the session of the browser.
func (d *desk) signOut(w http.ResponseWriter, r *http.Request) {
	if err := d.Door.SignOut(r.Context(), d.secretOf(r)); err != nil {
		d.Log.Error("signing out", "error", err)
		d.failed(w, r)
		return
	}
	gone := d.cookie("")
	gone.MaxAge = -1
	http.SetCookie(w, gone)
	http.Redirect(w, r, "/desk/enter", http.StatusSeeOther)
}

// doorProblems are the errors of the door that a person can do something about,
// with the status and the message that tell of them.
var doorProblems = []struct {
	err    error
	status int
	key    string
}{
	{access.ErrName, http.StatusConflict, "person.name_taken"},
	{access.ErrLast, http.StatusConflict, "person.last"},
	{access.ErrInvalid, http.StatusUnprocessableEntity, "person.invalid"},
	{access.ErrMany, http.StatusTooManyRequests, "onetime.many"},
	{access.ErrUnknown, http.StatusNotFound, "problem.not_found"},
}

// atDoor answers with what went wrong at the door and a way back, and hands on
// what no person can do anything about.
func (v *visit) atDoor(err error, back string) error {
	for _, p := range doorProblems {
		if errors.Is(err, p.err) {
			return v.show(p.status, "problem", problem{Text: v.T.Say(p.key), Back: back})
		}
	}
	return err
}
