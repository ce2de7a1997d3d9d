package desk

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"prystan/bot"
	"prystan/bot/access"
)

const peoplePath = "/desk/people"

func (d *desk) peopleRoutes() {
	d.page("GET "+peoplePath, (*visit).people)
	d.page("GET /desk/people/new", (*visit).newPerson)
	d.page("GET /desk/people/{id}", (*visit).person)
	d.action("POST "+peoplePath, (*visit).addPerson)
	d.action("POST /desk/people/{id}", (*visit).changePerson)
	d.action("POST /desk/people/{id}/remove", (*visit).removePerson)
	d.action("POST /desk/people/{id}/link", (*visit).linkPerson)
	d.action("POST /desk/people/{id}/out", (*visit).signPersonOut)
}

// personRow is somebody who may use the desk, in words.
type personRow struct {
	Name, Role    string
	Countries     string // "" for all
	Organizations string // "" for all
	Language      string
	Path          string // "" where the reader may change nothing
}

func (v *visit) personRow(e bot.Editor) personRow {
	row := personRow{Name: e.Name, Role: v.T.Say("role." + string(e.Role)), Language: v.T.Tongue(e.Language)}
	countries := slices.Clone(e.Countries)
	v.T.SortCountries(countries)
	var names []string
	for _, c := range countries {
		names = append(names, v.T.Country(c))
	}
	row.Countries = strings.Join(names, ", ")
	names = nil
	for _, id := range e.Organizations {
		names = append(names, v.name(bot.Ref{Kind: bot.KindOrganization, ID: id}))
	}
	row.Organizations = strings.Join(names, ", ")
	if access.Manages(v.Who, e) {
		row.Path = personPath(e.ID)
	}
	return row
}

func personPath(id int64) string { return peoplePath + "/" + strconv.FormatInt(id, 10) }

// people lists who may use the desk.
func (v *visit) people() error {
	all, err := v.Door.People(v.R.Context(), v.Who.ID)
	if err != nil {
		return err
	}
	rows := make([]personRow, len(all))
	for i, e := range all {
		rows[i] = v.personRow(e)
	}
	return v.show(http.StatusOK, "people", rows)
}

// personForm is the form for somebody new or somebody there.
type personForm struct {
	Path          string // "" for somebody new
	Editor        bot.Editor
	Wrong         string // what is wrong with what was sent
	Roles         []option
	Countries     []option
	Organizations []option // those chosen
	Known         []option // those to choose from; none where there are too many for a list
	Languages     []option
	AllCountries  bool // whoever fills the form in may give rights to all
	AllOrgs       bool
}

// maxKnown is how many organizations a list to choose from may have.
const maxKnown = 1000

func (v *visit) showForm(status int, path, wrong string, e bot.Editor) error {
	f := personForm{
		Path: path, Editor: e, Wrong: wrong, Languages: deskLanguages(e.Language),
		Countries:    chosen(v.countryOptions(), asStrings(e.Countries)...),
		AllCountries: len(v.Who.Countries) == 0, AllOrgs: len(v.Who.Organizations) == 0,
	}
	for _, r := range bot.Roles() {
		f.Roles = append(f.Roles, option{Value: string(r), Label: v.T.Say("role." + string(r)), Chosen: r == e.Role})
	}
	for _, id := range e.Organizations {
		f.Organizations = append(f.Organizations, option{Value: id, Label: v.name(bot.Ref{Kind: bot.KindOrganization, ID: id}), Chosen: true})
	}
	f.Known = v.organizationOptions()
	title := ""
	if path != "" {
		title = e.Name
	}
	return v.showTitled(status, "person", title, f)
}

// organizationOptions returns the organizations that the editor's rights reach,
// by name.
func (v *visit) organizationOptions() []option {
	var options []option
	for _, o := range v.Keeper.Directory().Records().Organizations {
		if len(v.Who.Organizations) == 0 || slices.Contains(v.Who.Organizations, o.ID) {
			options = append(options, option{Value: o.ID, Label: o.Name})
		}
	}
	if len(options) > maxKnown {
		return nil
	}
	slices.SortFunc(options, func(a, b option) int { return cmp.Compare(a.Label, b.Label) })
	return options
}

func (v *visit) newPerson() error {
	if _, err := v.Door.People(v.R.Context(), v.Who.ID); err != nil {
		return err
	}
	e := bot.Editor{Role: bot.Contributor, Language: v.Who.Language, Monthly: true}
	return v.showForm(http.StatusOK, "", "", e)
}

// person shows the form for somebody whom the editor manages.
func (v *visit) person() error {
	e, err := v.Door.Person(v.R.Context(), v.Who.ID, v.personID())
	if err != nil {
		return v.atDoor(err, peoplePath)
	}
	return v.showForm(http.StatusOK, personPath(e.ID), "", e)
}

// personID returns the ID in the address, -1 for what is none.
func (v *visit) personID() int64 {
	id, err := strconv.ParseInt(v.R.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return -1
	}
	return id
}

// personFrom reads the form of a person.
func (v *visit) personFrom() (bot.Editor, error) {
	if err := v.R.ParseForm(); err != nil {
		return bot.Editor{}, access.ErrInvalid
	}
	f := v.R.PostForm
	e := bot.Editor{
		Name: strings.TrimSpace(f.Get("name")), Role: bot.Role(f.Get("role")), Language: bot.Language(f.Get("language")), Monthly: f.Get("monthly") != "",
	}
	for _, c := range f["country"] {
		e.Countries = append(e.Countries, bot.Country(c))
	}
	for _, id := range f["organization"] {
		if id = strings.TrimSpace(id); id != "" {
			e.Organizations = append(e.Organizations, id)
		}
	}
	return e, nil
}

func (v *visit) addPerson() error {
	e, err := v.personFrom()
	if err == nil {
		e.ID, err = v.Door.Add(v.R.Context(), v.Who.ID, e)
	}
	if err != nil {
		return v.wrongForm(err, "", e)
	}
	return v.redirect(personPath(e.ID), "person_added")
}

func (v *visit) changePerson() error {
	e, err := v.personFrom()
	if err == nil {
		e.ID = v.personID()
		err = v.Door.Change(v.R.Context(), v.Who.ID, e)
	}
	if err != nil {
		return v.wrongForm(err, personPath(e.ID), e)
	}
	return v.redirect(peoplePath, "person_saved")
}

// wrongForm shows the form again with what is wrong, to those who may fill it in
// at all.
func (v *visit) wrongForm(err error, path string, e bot.Editor) error {
	if errors.Is(err, access.ErrUnknown) {
		return v.atDoor(err, peoplePath)
	}
	if errors.Is(err, access.ErrRight) && v.Who.Role.Administers() {
		return v.showForm(http.StatusForbidden, path, v.T.Say("person.too_wide"), e)
	}
	for _, p := range doorProblems {
		if errors.Is(err, p.err) {
			return v.showForm(p.status, path, v.T.Say(p.key), e)
		}
	}
	return err
}

func (v *visit) removePerson() error {
	if v.R.PostFormValue("sure") == "" {
		return v.redirect(personPath(v.personID()), "person_unsure")
	}
	if err := v.Door.Remove(v.R.Context(), v.Who.ID, v.personID()); err != nil {
		return v.atDoor(err, personPath(v.personID()))
	}
	return v.redirect(peoplePath, "person_removed")
}

// linkPerson shows, once, a link with which somebody signs in.
func (v *visit) linkPerson() error {
	e, err := v.Door.Person(v.R.Context(), v.Who.ID, v.personID())
	if err != nil {
		return v.atDoor(err, peoplePath)
	}
	secret, err := v.Door.MakeLink(v.R.Context(), v.Who.ID, e.ID, access.SignIn)
	if err != nil {
		return v.atDoor(err, personPath(e.ID))
	}
	return v.show(http.StatusOK, "onetime", struct{ Name, Address, Back string }{e.Name, v.Door.SignInAddress(secret), personPath(e.ID)})
}

// signPersonOut ends every session of somebody, such as when a device was lost.
func (v *visit) signPersonOut() error {
	except := ""
	if v.personID() == v.Who.ID {
		except = v.Session.ID
	}
	if err := v.Door.EndSessions(v.R.Context(), v.Who.ID, v.personID(), except); err != nil {
		return v.atDoor(err, peoplePath)
	}
	return v.redirect(personPath(v.personID()), "sessions_ended")
}
