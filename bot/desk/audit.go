package desk

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"prystan/bot"
	"prystan/bot/directory"
)

func (d *desk) auditRoutes() {
	d.page("GET /desk/audit", (*visit).audit)
	d.page("GET /desk/audit.csv", (*visit).auditFile)
	d.page("GET /desk/settings", (*visit).settings)
	d.action("POST /desk/settings", (*visit).switchFourEyes)
}

// auditPage is how many entries one page shows.
const auditPage = 100

// auditRow is an entry of the audit log in words.
type auditRow struct{ When, Who, Action, Subject, Before, After string }

// audit shows the log to administrators.
func (v *visit) audit() error {
	q := v.R.URL.Query()
	filter := directory.AuditFilter{Action: bot.Action(q.Get("action")), Limit: auditPage}
	filter.Editor, _ = strconv.ParseInt(q.Get("editor"), 10, 64)
	filter.Before, _ = strconv.ParseInt(q.Get("before"), 10, 64)
	entries, err := v.Keeper.Audit(v.R.Context(), v.Who.ID, filter)
	if err != nil {
		return err
	}
	editors, err := v.Store.Editors(v.R.Context())
	if err != nil {
		return err
	}
	var data struct {
		Rows             []auditRow
		Editors, Actions []option
		Later            string
	}
	for _, e := range editors {
		data.Editors = append(data.Editors, option{strconv.FormatInt(e.ID, 10), e.Name, e.ID == filter.Editor})
	}
	for _, a := range bot.Actions() {
		data.Actions = append(data.Actions, option{string(a), v.T.Say("action." + string(a)), a == filter.Action})
	}
	for _, e := range entries {
		data.Rows = append(data.Rows, v.auditRow(e))
	}
	if len(entries) == auditPage {
		next := url.Values{"before": {strconv.FormatInt(entries[auditPage-1].ID, 10)}, "action": {q.Get("action")}, "editor": {q.Get("editor")}}
		data.Later = "/desk/audit?" + next.Encode()
	}
	return v.show(http.StatusOK, "audit", data)
}

// auditRow writes the values of a record as the fields that differ.
func (v *visit) auditRow(e bot.AuditEntry) auditRow {
	row := auditRow{v.when(e.At), e.Name, v.T.Say("action." + string(e.Action)), e.Subject, e.Before, e.After}
	if !strings.HasPrefix(e.Before+e.After, "{") {
		return row
	}
	var before, after []string
	for _, d := range bot.Differences(e.Before, e.After) {
		if e.Before != "" {
			before = append(before, d.Field+": "+d.Before)
		}
		if e.After != "" {
			after = append(after, d.Field+": "+d.After)
		}
	}
	row.Before, row.After = strings.Join(before, "\n"), strings.Join(after, "\n")
	return row
}

// auditFile sends the whole log as CSV.
func (v *visit) auditFile() error {
	entries, err := v.Keeper.Audit(v.R.Context(), v.Who.ID, directory.AuditFilter{})
	if err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="prystan-audit.csv"`)
	w := csv.NewWriter(v.W)
	rows := [][]string{{"id", "at", "editor", "name", "action", "subject", "before", "after"}}
	for _, e := range entries {
		rows = append(rows, []string{
			strconv.FormatInt(e.ID, 10), e.At.UTC().Format("2006-01-02T15:04:05Z"), strconv.FormatInt(e.Editor, 10),
			asText(e.Name), string(e.Action), asText(e.Subject), asText(e.Before), asText(e.After),
		})
	}
	return w.WriteAll(rows)
}

// asText keeps a spreadsheet from taking a text for a formula.
func asText(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// settings shows where one person may publish alone.
func (v *visit) settings() error {
	if !v.Who.Role.Administers() {
		return directory.ErrRight
	}
	off, err := v.Store.FourEyesOff(v.R.Context())
	if err != nil {
		return err
	}
	type row struct {
		Code, Name string
		Off        bool
	}
	var rows []row
	for _, o := range chosen(v.countryOptions(), asStrings(off)...) {
		rows = append(rows, row{o.Value, o.Label, o.Chosen})
	}
	return v.show(http.StatusOK, "settings", rows)
}

func asStrings[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = string(s)
	}
	return out
}

func (v *visit) switchFourEyes() error {
	err := v.Keeper.SwitchFourEyes(v.R.Context(), v.Who.ID, bot.Country(v.R.PostFormValue("country")), v.R.PostFormValue("off") == "true")
	if err != nil {
		return err
	}
	return v.redirect("/desk/settings", "four_eyes")
}
