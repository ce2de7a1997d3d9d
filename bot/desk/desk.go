// Package desk is where NGOs keep the data true: web pages that work without
// JavaScript, and better with a little.
//
// desk.go assembles the pages; visit.go is one request of a signed-in editor and
// what it is answered with; door.go and its neighbours let people in. Each other
// file is a page or a few that belong together, with its template in pages/.
// What may be done, and by whom, is decided in package directory and package
// access, never here: a page hides what would be refused, and refuses nothing
// itself.
package desk

import (
	"context"
	"embed"
	"html/template"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"prystan/bot"
	"prystan/bot/access"
	"prystan/bot/answer"
	"prystan/bot/directory"
	"prystan/bot/linkcheck"
	"prystan/bot/web"
	"prystan/locales"
)

//go:embed pages
var pages embed.FS

//go:embed static
var static embed.FS

// Store is what the desk reads that is not published.
type Store interface {
	Stored(context.Context, bot.Ref) (directory.Stored, error)
	Revisions(context.Context) (map[bot.Ref]int, error)
	Differing(context.Context) ([]directory.Stored, error)
	Retired(context.Context, bot.Kind) ([]directory.Stored, error)
	WaitingProposals(context.Context) ([]directory.Proposal, error)
	DecidedProposals(ctx context.Context, limit int) ([]directory.Proposal, error)
	Proposal(ctx context.Context, id int64) (directory.Proposal, error)
	ProposalsOn(context.Context, bot.Ref) ([]directory.Proposal, error)
	History(context.Context, bot.Ref) ([]directory.Publication, error)
	Publication(ctx context.Context, id int64) (directory.Publication, error)
	Publications(ctx context.Context, limit int) ([]directory.Publication, error)
	TextChanges(context.Context) (map[bot.Ref]directory.TextChange, error)
	PublishedByMonth(context.Context) (map[string]int, error)
	Tallies(ctx context.Context, from string) (bot.Tallies, error)
	FailingPages(context.Context) ([]linkcheck.Page, error)
	PagesChecked(context.Context) (n int, last time.Time, err error)
	FourEyesOff(context.Context) ([]bot.Country, error)
	Editors(context.Context) ([]bot.Editor, error)
}

// Config says what the desk stands on. Every field is needed but BotName.
type Config struct {
	Keeper       *directory.Keeper
	Door         *access.Door
	Store        Store
	Conversation *answer.Conversation // the one that people talk with; previews are copies of it
	Catalog      *locales.Catalog
	Messages     *locales.DeskCatalog
	PublicURL    string        // https address of the service, "" where it is only reached on this machine
	BotName      func() string // name of the bot in Telegram, "" while it is not known; nil without Telegram
	Log          *slog.Logger
	Now          func() time.Time
}

// desk serves the pages.
type desk struct {
	Config
	mux       *http.ServeMux
	templates map[string]*template.Template // by page
	assets    web.Assets
	editions  editions // of previews
	surveys   surveys  // of texts
	uploads   uploads  // that wait to be proposed
	sent      sent     // forms
}

// New returns the desk: everything under /desk/.
func New(c Config) http.Handler { return newDesk(c).handler() }

func newDesk(c Config) *desk {
	d := &desk{Config: c, mux: http.NewServeMux(), assets: web.LoadAssets(static, "static", "/desk/static/")}
	d.templates = parsePages()
	d.mux.Handle("GET /desk/static/{file}", d.assets)
	d.doorRoutes()
	d.homeRoutes()
	d.recordRoutes()
	d.proposalRoutes()
	d.editRoutes()
	d.auditRoutes()
	d.previewRoutes()
	d.mapRoutes()
	d.textRoutes()
	d.signalRoutes()
	d.linkRoutes()
	d.exchangeRoutes()
	d.mux.HandleFunc("/desk/", d.notFound)
	return d
}

func (d *desk) handler() http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(d.crossSite))
	return web.SecureWithPasskeys(web.Contain(d.Log, http.HandlerFunc(d.failed), cross.Handler(d.mux)))
}

// parsePages reads every page: the layout and parts that all share, and one
// file a page.
func parsePages() map[string]*template.Template {
	shared := template.Must(template.ParseFS(pages, "pages/layout.html", "pages/parts.html"))
	names, err := fs.Glob(pages, "pages/*.html")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	all := make(map[string]*template.Template)
	for _, name := range names {
		page := strings.TrimSuffix(path.Base(name), ".html")
		if page == "layout" || page == "parts" {
			continue
		}
		all[page] = template.Must(template.Must(shared.Clone()).ParseFS(pages, name))
	}
	return all
}

// page registers a page for editors who are signed in.
func (d *desk) page(pattern string, show func(*visit) error) { d.handle(pattern, show) }

// action registers what a form of an editor who is signed in does.
func (d *desk) action(pattern string, do func(*visit) error) { d.handle(pattern, do) }

func (d *desk) handle(pattern string, do func(*visit) error) {
	d.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		session, err := d.signedIn(r)
		if err != nil {
			d.askIn(w, r, err)
			return
		}
		v := &visit{
			desk: d, W: w, R: r, Session: session, Who: session.Editor,
			T: d.Messages.Printer(session.Editor.Language),
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		err = errMalformed
		if _, wrong := url.ParseQuery(r.URL.RawQuery); wrong == nil {
			err = do(v)
		}
		if err != nil {
			v.fail(err)
		}
	})
}

// maxForm bounds what a form may send, files included.
const maxForm = 21 << 20

// askIn shows the way in to whoever is not signed in.
func (d *desk) askIn(w http.ResponseWriter, r *http.Request, err error) {
	if !isOut(err) {
		d.Log.Error("reading session", "error", err)
		d.failed(w, r)
		return
	}
	if r.Method == http.MethodPost && (strings.HasPrefix(r.URL.Path, "/desk/edit/") || strings.HasPrefix(r.URL.Path, "/desk/new/")) {
		d.keepWriting(w, r)
		return
	}
	http.Redirect(w, r, "/desk/enter", http.StatusSeeOther)
}

// maxKept bounds what somebody has written who is not signed in any more.
const maxKept = 1 << 20

// keepWriting answers somebody whose session ended over a form: the page carries
// what was written, to be sent again. Nothing of it is kept here.
func (d *desk) keepWriting(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxKept)
	if err := r.ParseForm(); err != nil || len(r.PostForm) == 0 {
		http.Redirect(w, r, "/desk/enter", http.StatusSeeOther)
		return
	}
	var hidden []hiddenInput
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		for _, value := range r.PostForm[name] {
			hidden = append(hidden, hiddenInput{name, value})
		}
	}
	err := d.render(w, http.StatusUnauthorized, view{T: d.Messages.Printer(preferred(r)), Page: "resend", Data: struct {
		Path   string
		Hidden []hiddenInput
	}{r.URL.EscapedPath(), hidden}})
	if err != nil {
		d.Log.Error("rendering page", "error", err)
	}
}

// notFound answers addresses that are none of the desk's. Nobody who is not
// signed in learns which are.
func (d *desk) notFound(w http.ResponseWriter, r *http.Request) {
	d.problem(w, r, http.StatusNotFound, "problem.not_found")
}

// crossSite answers a form that another site sent in the editor's name.
func (d *desk) crossSite(w http.ResponseWriter, r *http.Request) {
	d.problem(w, r, http.StatusForbidden, "problem.cross_site")
}

// failed answers when something went wrong inside.
func (d *desk) failed(w http.ResponseWriter, r *http.Request) {
	d.problem(w, r, http.StatusInternalServerError, "problem.inside")
}
