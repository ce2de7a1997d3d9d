package desk_test

import (
	"context"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/directory"
)

// registered returns the patterns that the sources of the desk register.
func registered(t *testing.T) []string {
	t.Helper()
	set := token.NewFileSet()
	var files []*ast.File
	names, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	// Only the values of constants are asked for, so what is imported is not.
	info := types.Info{Types: make(map[ast.Expr]types.TypeAndValue)}
	_, _ = (&types.Config{Error: func(error) {}, Importer: nil}).Check("desk", set, files, &info)
	var patterns []string
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 2 {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !slices.Contains([]string{"page", "action", "Handle", "HandleFunc"}, method.Sel.Name) {
				return true
			}
			if value := info.Types[call.Args[0]].Value; value != nil {
				patterns = append(patterns, constant.StringVal(value))
			} else if name, ok := call.Args[0].(*ast.Ident); !ok || name.Name != "pattern" { // that of page and action
				t.Errorf("%s: the pattern is no constant", set.Position(call.Pos()))
			}
			return true
		})
	}
	return patterns
}

// try is a request that somebody forges, and how each is answered: a contributor
// and an editor of Poland, its administrator, and the editor of one Polish
// organization. Who is not signed in is sent to the way in, whatever it is.
type try struct {
	pattern, path, form                             string
	contributor, editor, administrator, ofItsOwnOrg int
}

// TestNobodyGetsFurtherThanTheirRightsByAnyRoute fails for a route that has no
// row: whoever adds one says here who may use it.
func TestNobodyGetsFurtherThanTheirRightsByAnyRoute(t *testing.T) {
	ctx := context.Background()
	h := newHouse(t)
	chief := h.add(t, "Anna", bot.Administrator)
	greta := h.add(t, "Greta", bot.RoleEditor, "DE")
	gretas := h.as(t, greta)
	const polish, ofOwnOrganization = "pl-lastrada", "pl-116000"
	german := h.answers.Directory().Services("DE", bot.NeedViolence)[0].ID
	propose := func(service, city string) int64 {
		t.Helper()
		ref := bot.Ref{Kind: bot.KindService, ID: service}
		was, err := h.DB.Stored(ctx, ref)
		if err != nil {
			t.Fatal(err)
		}
		value, err := was.Value()
		if err != nil {
			t.Fatal(err)
		}
		s := value.(bot.Service)
		s.City = city
		rec, err := bot.NewRecord(s)
		if err != nil {
			t.Fatal(err)
		}
		id, err := h.keeper.Propose(ctx, chief, directory.Draft{
			Origin: directory.FromForm, Reason: "r", Source: "s", Changes: []directory.Change{{Ref: ref, Base: was.Revision, Body: rec.Body}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	second := h.add(t, "Berta", bot.RoleEditor)
	if err := h.keeper.Publish(ctx, second, propose(german, "Bonn")); err != nil {
		t.Fatal(err)
	}
	history, err := h.DB.History(ctx, bot.Ref{Kind: bot.KindService, ID: german})
	if err != nil || len(history) != 1 {
		t.Fatalf("history is %v (%v)", history, err)
	}
	published := strconv.FormatInt(history[0].ID, 10)
	of, ofPoland := strconv.FormatInt(propose(german, "Ulm"), 10), strconv.FormatInt(propose(polish, "Opole"), 10)
	_, _, upload := gretas.sendFile("services.csv", []byte("id,city\n"+german+",Jena\n"))
	sessions, err := h.door.Sessions(ctx, greta)
	if err != nil || len(sessions) != 1 {
		t.Fatalf("sessions are %v (%v)", sessions, err)
	}
	person := fmt.Sprintf("/desk/people/%d", greta)

	const (
		ok, there, no, none, wrong, gone = http.StatusOK, http.StatusSeeOther, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusConflict
	)
	all := func(pattern, path, form string, status int) try {
		return try{pattern, path, form, status, status, status, status}
	}
	record := "kind=service&id="
	draft := "%5B%7B%22Kind%22%3A%22service%22%2C%22ID%22%3A%22" + german + "%22%2C%22Base%22%3A1%2C%22Body%22%3A%22%22%7D%5D"
	tries := []try{
		all("GET /desk/{$}", "/desk/", "", ok),
		all("GET /desk/due", "/desk/due?country=DE", "", ok),
		all("GET /desk/texts", "/desk/texts", "", ok),
		all("GET /desk/map", "/desk/map", "", ok),
		all("GET /desk/signals", "/desk/signals", "", ok),
		all("GET /desk/links", "/desk/links", "", ok),
		all("GET /desk/releases", "/desk/releases", "", ok),
		all("GET /desk/records", "/desk/records", "", ok),
		all("GET /desk/records/{kind}/{id...}", "/desk/records/service/"+german, "", ok), // what is public anybody may read
		all("GET /desk/records/{kind}/{id...}", "/desk/records/editor/1", "", none),
		all("GET /desk/exchange", "/desk/exchange", "", ok),
		all("GET /desk/export", "/desk/export?format=csv&kind=service&country=DE", "", ok),
		all("GET /desk/export", "/desk/export?format=../editor", "", none),
		all("GET /desk/me", "/desk/me", "", ok),

		all("POST /desk/assure", "/desk/assure", "answer=right&"+record+german, no),
		all("POST /desk/assure", "/desk/assure", "answer=right&kind=editor&id=1", none),
		all("POST /desk/assure", "/desk/assure", `answer=changed&kind=../../\evil.example&id=`, none),
		all("POST /desk/assure", "/desk/assure", `answer=gone&kind=..//evil.example&id=x`, none),
		{"POST /desk/assure", "/desk/assure", "answer=right&" + record + polish, there, there, there, no},
		all("POST /desk/releases", "/desk/releases", "answer=keep&"+record+german, none),
		all("POST /desk/releases", "/desk/releases", "answer=take&"+record+german, none),
		all("POST /desk/retire", "/desk/retire", "reason=r&source=s&"+record+german, no),
		{"POST /desk/retire", "/desk/retire", "reason=r&source=s&" + record + ofOwnOrganization, there, gone, gone, gone}, // the same waits
		all("POST /desk/undo", "/desk/undo", "publication="+published+"&back=https://evil.example/", no),
		all("POST /desk/undo", "/desk/undo", "publication=4711", none),

		all("GET /desk/edit/{kind}/{id...}", "/desk/edit/service/"+german, "", no),
		all("GET /desk/edit/{kind}/{id...}", "/desk/edit/article/tp.work/en", "", no),
		{"GET /desk/edit/{kind}/{id...}", "/desk/edit/service/" + polish, "", ok, ok, ok, no},
		all("POST /desk/edit/{kind}/{id...}", "/desk/edit/service/"+german, "base=2&city=Trier&reason=r&source=s&"+record+german, no),
		all("POST /desk/edit/{kind}/{id...}", "/desk/edit/service/"+german, "base=2&city=Trier&reason=r&source=s&"+record+polish, none),
		all("POST /desk/edit/{kind}/{id...}", "/desk/edit/service/"+polish, "base=1&city=Trier&reason=r&source=s&"+record+german, none),
		all("GET /desk/new/{kind}", "/desk/new/service", "", ok),
		all("GET /desk/new/{kind}", "/desk/new/fact", "", no),
		all("GET /desk/new/{kind}", "/desk/new/editor", "", none),
		all("POST /desk/new/{kind}", "/desk/new/fact", "kind=fact&id=&text=t&confidence=low&reason=r&source=s", no),
		{"POST /desk/new/{kind}", "/desk/new/service", "kind=service&id=&name_en=X&country=DE&need=legal_aid&hours_unknown=yes&confidence=low&reason=r&source=s", wrong, wrong, wrong, no},

		{"GET /desk/proposals", "/desk/proposals", "", ok, ok, ok, ok},
		all("GET /desk/proposals/{number}", "/desk/proposals/"+of, "", no),
		{"GET /desk/proposals/{number}", "/desk/proposals/" + ofPoland, "", ok, ok, ok, no},
		all("POST /desk/proposals/{number}", "/desk/proposals/"+of, "answer=publish", no),
		all("POST /desk/proposals/{number}", "/desk/proposals/"+of, "answer=reject", no),
		all("POST /desk/proposals/{number}", "/desk/proposals/"+of, "answer=withdraw", no),
		all("POST /desk/proposals/{number}", "/desk/proposals/"+of, "answer=renew", no),
		all("POST /desk/proposals/{number}", "/desk/proposals/"+ofPoland, "answer=withdraw", no),
		all("POST /desk/proposals/{number}", "/desk/proposals/"+ofPoland, "answer=renew", no),
		{"POST /desk/proposals/{number}", "/desk/proposals/" + ofPoland, "answer=boss", none, none, none, no},
		{"POST /desk/proposals/{number}", "/desk/proposals/" + ofPoland, "answer=reject", no, there, gone, no},

		all("GET /desk/preview", "/desk/preview?proposal="+of, "", no),
		all("GET /desk/preview", "/desk/preview?country=DE", "", ok), // looking is no right
		all("POST /desk/preview", "/desk/preview", "proposal="+of, no),
		all("POST /desk/preview", "/desk/preview", "draft="+draft, ok), // a draft is stored nowhere
		all("GET /desk/preview/changes", "/desk/preview/changes?proposal="+of, "", no),

		all("POST /desk/import", "/desk/import", "file=x", wrong),
		all("GET /desk/import/{key}", upload, "", none),
		all("POST /desk/import/{key}", upload, "reason=r&source=s", none),

		{"GET /desk/audit", "/desk/audit", "", no, no, ok, no},
		{"GET /desk/audit.csv", "/desk/audit.csv", "", no, no, ok, no},
		{"GET /desk/settings", "/desk/settings", "", no, no, ok, no},
		all("POST /desk/settings", "/desk/settings", "country=DE&off=true", no),
		all("POST /desk/settings", "/desk/settings", "country=&off=true", no),
		{"GET /desk/people", "/desk/people", "", no, no, ok, no},
		{"GET /desk/people/new", "/desk/people/new", "", no, no, ok, no},
		all("GET /desk/people/{id}", person, "", no),
		all("POST /desk/people", "/desk/people", "name=Mallory&role=administrator&language=en", no),
		all("POST /desk/people", "/desk/people", "name=Mallory&role=contributor&country=PL&country=DE&language=en", no),
		all("POST /desk/people/{id}", person, "name=Greta&role=administrator&country=PL&language=en", no),
		all("POST /desk/people/{id}/remove", person+"/remove", "sure=1", no),
		all("POST /desk/people/{id}/link", person+"/link", "", no),
		all("POST /desk/people/{id}/out", person+"/out", "", no),

		all("POST /desk/me", "/desk/me", fmt.Sprintf("id=%d&name=Boss&role=administrator&country=&language=en", greta), there), // of oneself only
		all("POST /desk/me/passkeys/begin", "/desk/me/passkeys/begin", "", no),                                                 // the address is a number
		all("POST /desk/me/passkeys/finish", "/desk/me/passkeys/finish", "{}", no),
		all("POST /desk/me/passkeys/rename", "/desk/me/passkeys/rename", "key=AAAA&name=Mine", none),
		all("POST /desk/me/passkeys/remove", "/desk/me/passkeys/remove", "key=AAAA", none),
		all("POST /desk/me/sessions/end", "/desk/me/sessions/end", "id="+sessions[0].ID, there),
		all("POST /desk/me/sessions/others", "/desk/me/sessions/others", fmt.Sprintf("editor=%d", greta), there),
		all("POST /desk/me/telegram", "/desk/me/telegram", "", ok),
		all("POST /desk/me/telegram/off", "/desk/me/telegram/off", "", there),
	}
	// These are for everybody; what they do is told by the tests of the door.
	open := []string{
		"GET /desk/static/{file}", "/desk/", "GET /desk/enter", "GET /desk/link/{secret}",
		"POST /desk/link", "POST /desk/out", "POST /desk/passkey/begin", "POST /desk/passkey/finish",
	}
	rows := make(map[string]bool)
	for _, x := range tries {
		rows[x.pattern] = true
	}
	routes := registered(t)
	if len(routes) < 50 {
		t.Fatalf("only these routes were found: %q", routes)
	}
	for _, pattern := range routes {
		if !rows[pattern] && !slices.Contains(open, pattern) {
			t.Errorf("%s has no row here: who may use it?", pattern)
		}
	}
	for pattern := range rows {
		if !slices.Contains(routes, pattern) {
			t.Errorf("%s is no route of the desk", pattern)
		}
	}

	everybody := []struct {
		name string
		b    *browser
		want func(try) int
	}{
		{"nobody", h.anonymous(t), func(try) int { return there }},
		{"who was removed", nil, func(try) int { return there }},
		{"a contributor", h.as(t, h.add(t, "Kim", bot.Contributor, "PL")), func(x try) int { return x.contributor }},
		{"an editor", h.as(t, h.add(t, "Eva", bot.RoleEditor, "PL")), func(x try) int { return x.editor }},
		{"an administrator", h.as(t, h.add(t, "Piotr", bot.Administrator, "PL")), func(x try) int { return x.administrator }},
		{"an editor of one organization", nil, func(x try) int { return x.ofItsOwnOrg }},
	}
	removed := h.add(t, "Rita", bot.Administrator)
	everybody[1].b = h.as(t, removed)
	if err := h.door.Remove(ctx, 0, removed); err != nil {
		t.Fatal(err)
	}
	itaka, err := h.door.Add(ctx, 0, bot.Editor{Name: "Ida", Role: bot.RoleEditor, Organizations: []string{"pl-fundacja-itaka"}, Language: bot.English})
	if err != nil {
		t.Fatal(err)
	}
	everybody[5].b = h.as(t, itaka)
	for _, x := range tries {
		for _, who := range everybody {
			method, b := strings.Fields(x.pattern)[0], who.b.stay()
			var r *http.Response
			if method == http.MethodGet {
				if r, err = b.Get(b.base + x.path); err != nil {
					t.Fatal(err)
				}
				r.Body.Close()
			} else {
				r = b.send(x.path, x.form, "Sec-Fetch-Site", "same-origin")
			}
			want, to := who.want(x), r.Header.Get("Location")
			if strings.HasPrefix(x.pattern, "POST /desk/edit/") || strings.HasPrefix(x.pattern, "POST /desk/new/") {
				if who.want(try{}) == there {
					want = http.StatusUnauthorized // the page carries what was written
				}
			}
			if r.StatusCode != want {
				t.Errorf("%s: %s %s %s: %d, not %d", who.name, method, x.path, x.form, r.StatusCode, want)
			}
			if who.want(try{}) == there && want == there && to != "/desk/enter" || to != "" && !strings.HasPrefix(to, "/desk/") {
				t.Errorf("%s: %s %s %s leads to %s", who.name, method, x.path, x.form, to)
			}
			if got := r.Header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("%s: %s may be stored: %s", who.name, x.path, got)
			}
		}
	}
	if !gretas.in() {
		t.Error("somebody has signed Greta out")
	}
	if status, body := gretas.get(upload); status != ok || !strings.Contains(body, "Jena") {
		t.Errorf("Greta's file is gone: %d", status)
	}
	stored, err := h.DB.Stored(ctx, bot.Ref{Kind: bot.KindService, ID: german})
	if err != nil || stored.Revision != 2 {
		t.Errorf("the German record is at revision %d (%v)", stored.Revision, err)
	}
	for _, p := range h.waiting(t) {
		if p.Changes[0].ID == german && p.By != chief {
			t.Errorf("a proposal on the German record was written: %+v", p)
		}
	}
}
