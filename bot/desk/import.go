package desk

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"prystan/bot"
	"prystan/bot/directory"
	"prystan/bot/exchange"
	"prystan/bot/intake"
)

// uploadTime is how long a file may take on its way: some offices have slow
// lines.
const uploadTime = 5 * time.Minute

// importFile reads a file and shows what it would change. Nothing is changed,
// and nothing is written to the disk.
func (v *visit) importFile() error {
	control := http.NewResponseController(v.W)
	for _, set := range []func(time.Time) error{control.SetReadDeadline, control.SetWriteDeadline} {
		if err := set(time.Now().Add(uploadTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
	}
	part, err := v.filePart()
	if err != nil {
		return err
	}
	if part == nil {
		return v.askForFile(http.StatusUnprocessableEntity, v.T.Say("exchange.no_file"))
	}
	name := filepath.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))
	raw, err := io.ReadAll(io.LimitReader(part, exchange.MaxBytes+1)) // one more tells that it is too large
	if errors.Is(err, io.ErrUnexpectedEOF) {                          // it broke off on its way
		return v.askForFile(http.StatusUnprocessableEntity, v.T.Say("exchange.no_file"))
	}
	if err != nil {
		return err
	}
	read, err := v.readFile(bytes.NewReader(raw), name)
	if text, ok := v.problemOf(err); ok {
		return v.askForFile(http.StatusUnprocessableEntity, text)
	}
	if err != nil {
		return err
	}
	up := &upload{Name: name, Read: read, session: v.Session.ID, editor: v.Who.ID, at: v.Now()}
	v.uploads.keep(up)
	return v.redirect(importPath(up.Key), "")
}

func importPath(key string) string { return "/desk/import/" + key }

// filePart returns the part of the form that holds the file, nil if none does.
// It is read as it comes: the form as a whole would be put on the disk.
func (v *visit) filePart() (*multipart.Part, error) {
	form, err := v.R.MultipartReader()
	if err != nil {
		return nil, nil // a form of another kind has no file
	}
	for {
		part, err := form.NextPart()
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &tooLarge):
			return nil, err
		case err != nil:
			return nil, nil
		case part.FormName() == "file" && part.FileName() != "":
			return part, nil
		}
	}
}

func (v *visit) readFile(from io.Reader, name string) (*intake.Intake, error) {
	v.uploads.reading.Lock()
	defer v.uploads.reading.Unlock()
	now := intake.Standing{}
	var err error
	if now.Revisions, err = v.Store.Revisions(v.R.Context()); err != nil {
		return nil, err
	}
	now.Records = v.Keeper.Directory().Records()
	return intake.Read(from, name, v.Who, now, func(int, int) {})
}

// importPage is how many rows one page of an import shows.
const importPage = 100

// The rows that a page of an import shows.
const (
	showAll     = "" // that are not unchanged
	showInvalid = "invalid"
	showLeft    = "left"
	showChanged = "changed"
	showNew     = "new"
	showSame    = "unchanged"
)

// importView is what a file would change.
type importView struct {
	Key, File      string
	Notes          []sentence
	Faults         []string
	Shows          []importShow
	Rows           []importRow
	Pages          pager
	Nothing        bool // would change
	Proposals      []string
	Records        int // that the proposals change
	Reason, Source string
	NoReason       string // what is wrong with the reason
	NoSource       string
	Wrong          bool
}

// importShow is a choice of rows.
type importShow struct {
	Label, Path string
	Current     bool
}

// importRow is one row of the file.
type importRow struct {
	Where, Name, Kind, Path string
	State                   string
	Left                    string // why it is left out
	Problems                []sentence
	Changes                 []change
}

// imported shows row by row what a file would change.
func (v *visit) imported() error {
	up, ok := v.uploads.of(v, v.R.PathValue("key"))
	if !ok {
		return v.importGone()
	}
	return v.showImport(http.StatusOK, up, importView{})
}

// importGone answers for a file that is kept no longer, or was sent by somebody
// else.
func (v *visit) importGone() error {
	return v.show(http.StatusNotFound, "problem", problem{Text: v.T.Say("import.gone"), Back: "/desk/exchange"})
}

func (v *visit) showImport(status int, up *upload, page importView) error {
	in := up.Read
	page.Key, page.File = up.Key, up.Name
	for _, n := range in.Notes {
		page.Notes = append(page.Notes, v.sentence(n))
	}
	for _, err := range in.Faults {
		page.Faults = append(page.Faults, v.fault(err))
	}
	for _, d := range in.Drafts {
		page.Records += len(d.Changes)
		page.Proposals = append(page.Proposals, v.T.Say("import.proposal", "Country", v.ofCountry(d.Country), "Count", len(d.Changes)))
	}
	counts := map[string]int{
		showInvalid: in.Count(exchange.Invalid), showLeft: in.LeftOut(),
		showChanged: in.Count(exchange.Changed), showNew: in.Count(exchange.New), showSame: in.Count(exchange.Unchanged),
	}
	counts[showAll] = len(in.Rows) - counts[showSame]
	page.Nothing = counts[showAll] == 0
	show := v.R.URL.Query().Get("show")
	if _, ok := counts[show]; !ok {
		show = showAll
	}
	if page.Nothing && show == showAll {
		show = showSame
	}
	for _, s := range []string{showAll, showInvalid, showLeft, showChanged, showNew, showSame} {
		key := "import.show." + s
		if s == showAll {
			key = "import.show.all"
		}
		page.Shows = append(page.Shows, importShow{v.T.Say(key, "Number", counts[s]), importPath(up.Key) + "?show=" + s, s == show})
	}
	var rows []*intake.Row
	for i := range in.Rows {
		if row := &in.Rows[i]; shownAs(row) == show || show == showAll && shownAs(row) != showSame {
			rows = append(rows, row)
		}
	}
	page.Pages = paged(v.R, len(rows), importPage)
	for _, row := range rows[page.Pages.from:page.Pages.to] {
		page.Rows = append(page.Rows, v.importRow(row))
	}
	return v.show(status, "import", page)
}

// shownAs returns with which rows a row is shown.
func shownAs(row *intake.Row) string {
	if row.Left != "" {
		return showLeft
	}
	return string(row.State)
}

// ofCountry names a country, or those records that are about no one country.
func (v *visit) ofCountry(c bot.Country) string {
	if c == "" {
		return v.T.Say("import.no_country")
	}
	return v.T.Country(c)
}

func (v *visit) importRow(row *intake.Row) importRow {
	ref := row.Record.Ref
	shown := importRow{
		Where: row.Where.String(), Kind: v.T.Say("kind." + string(ref.Kind)), Name: ref.ID,
		State: v.T.Say("import.state." + string(row.State)),
	}
	switch {
	case row.State == exchange.New:
		if value, err := row.Record.Value(); err == nil {
			shown.Name = v.nameOf(value)
		}
	case ref.ID != "":
		shown.Name = v.name(ref)
	default:
		shown.Name = v.T.Say("import.nameless")
	}
	if row.State == exchange.Changed || row.State == exchange.Unchanged {
		shown.Path = "/desk/records/" + refPath(ref)
	}
	switch row.Left {
	case intake.NoRight:
		shown.Left = v.T.Say("import.left.right")
	case intake.Needs:
		shown.Left = v.T.Say("import.left.needs", "Name", v.T.Say("kind."+string(row.Needed.Kind))+" "+row.Needed.ID)
	}
	for _, p := range row.Problems {
		shown.Problems = append(shown.Problems, v.sentence(p))
	}
	if row.State == exchange.New || row.State == exchange.Changed {
		shown.Changes = v.changes(ref, row.Before, row.Record.Body)
	}
	return shown
}

// importDone is what has become of a file of which not all could be proposed.
type importDone struct {
	Made   []importMade
	Failed []importFailed
}

type importMade struct{ Path, What string }

type importFailed struct {
	What, Text string
	Details    []string
}

// proposeImport makes the proposals of a file: one for each country.
func (v *visit) proposeImport() error {
	key := v.R.PathValue("key")
	reason, source := strings.TrimSpace(v.R.PostFormValue("reason")), strings.TrimSpace(v.R.PostFormValue("source"))
	up, ok := v.uploads.of(v, key)
	switch {
	case !ok:
		return v.importGone()
	case len(up.Read.Drafts) == 0:
		return directory.ErrNothing
	}
	page := importView{Reason: reason, Source: source, NoReason: v.wordsFault(reason), NoSource: v.wordsFault(source)}
	if page.Wrong = page.NoReason != "" || page.NoSource != ""; page.Wrong {
		return v.showImport(http.StatusUnprocessableEntity, up, page)
	}
	if up, ok = v.uploads.take(v, key); !ok { // the button was pressed twice
		return v.importGone()
	}
	var done importDone
	for _, d := range up.Read.Drafts {
		what := v.T.Say("import.proposal", "Country", v.ofCountry(d.Country), "Count", len(d.Changes))
		id, err := v.Keeper.Propose(v.R.Context(), v.Who.ID, directory.Draft{
			Origin: directory.FromFile, Reason: reason, Source: source, Changes: d.Changes,
		})
		if err == nil {
			done.Made = append(done.Made, importMade{proposalPath(id), what})
			continue
		}
		status, p := v.explain(err)
		if status == http.StatusInternalServerError {
			v.Log.Error("proposing an import", "error", err)
		}
		done.Failed = append(done.Failed, importFailed{what, p.Text, p.Details})
	}
	switch {
	case len(done.Failed) > 0:
		return v.show(http.StatusConflict, "import_done", done)
	case len(done.Made) == 1:
		return v.redirect(done.Made[0].Path, "proposed")
	}
	return v.redirect("/desk/proposals", "imported")
}

// wordsFault returns what is wrong with a reason or source, in words.
func (v *visit) wordsFault(s string) string {
	switch {
	case s == "":
		return v.T.Say("edit.error.required")
	case utf8.RuneCountInString(s) > directory.MaxWords:
		return v.T.Say("edit.error.long", "Most", directory.MaxWords)
	}
	return ""
}
