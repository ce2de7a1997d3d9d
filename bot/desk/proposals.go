package desk

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"prystan/bot"
	"prystan/bot/directory"
)

func (d *desk) proposalRoutes() {
	d.page("GET /desk/proposals", (*visit).proposals)
	d.page("GET /desk/proposals/{number}", (*visit).proposal)
	d.action("POST /desk/proposals/{number}", (*visit).decide)
}

func proposalPath(id int64) string { return "/desk/proposals/" + strconv.FormatInt(id, 10) }

// number reads the number of something that there is.
func number(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 {
		return 0, directory.ErrUnknown
	}
	return n, nil
}

// when writes a moment for an editor.
func (v *visit) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return v.T.Date(bot.DateOf(t.UTC())) + ", " + t.UTC().Format("15:04") + " UTC"
}

// proposalRow is a proposal in a list.
type proposalRow struct {
	Path, What, Who, When, Reason, State string
	Own, Mine                            bool // made by the editor; in the editor's reach
}

func (v *visit) proposalRow(p directory.Proposal, names map[int64]string) proposalRow {
	return proposalRow{
		Path: proposalPath(p.ID), What: v.what(p), Who: names[p.By], When: v.when(p.At), Reason: p.Reason,
		State: v.T.Say("state." + string(p.State)), Own: p.By == v.Who.ID, Mine: v.reaches(p),
	}
}

// what says in a few words what a proposal changes.
func (v *visit) what(p directory.Proposal) string {
	first := v.name(p.Changes[0].Ref)
	for _, c := range p.Changes {
		if c.Kind == bot.KindService { // rather than the numbers that come with it
			first = v.changeName(c)
			break
		}
	}
	if more := len(p.Changes) - 1; more > 0 {
		return v.T.Say("proposals.and_more", "What", first, "Count", more)
	}
	return first
}

// changeName returns what a record is called that a proposal changes, also where
// it is new.
func (v *visit) changeName(c directory.Change) string {
	if c.Base == 0 {
		if value, err := (bot.Record{Ref: c.Ref, Body: c.Body}).Value(); err == nil {
			return v.nameOf(value)
		}
	}
	return v.name(c.Ref)
}

// reaches reports whether the editor's rights reach all that a proposal changes.
func (v *visit) reaches(p directory.Proposal) bool {
	r := v.Keeper.Directory().Records()
	if len(v.Who.Countries) == 0 && len(v.Who.Organizations) == 0 {
		return true
	}
	next, err := v.Keeper.Applied(p)
	if err != nil {
		return false
	}
	before, after := directory.NewScopes(r), directory.NewScopes(next)
	for _, c := range p.Changes {
		if c.Body != "" {
			value, err := (bot.Record{Ref: c.Ref, Body: c.Body}).Value()
			if err != nil || !after.Reaches(v.Who, value) {
				return false
			}
			continue
		}
		stored, err := v.Store.Stored(v.R.Context(), c.Ref)
		if err != nil || stored.Revision == 0 {
			return false
		}
		if value, err := stored.Value(); err != nil || !before.Reaches(v.Who, value) {
			return false
		}
	}
	return true
}

func (v *visit) proposalCards() ([]card, error) {
	all, err := v.Store.WaitingProposals(v.R.Context())
	if err != nil {
		return nil, err
	}
	waiting := 0
	for _, p := range all {
		if p.By != v.Who.ID && v.Who.Role.Publishes() && v.reaches(p) {
			waiting++
		}
	}
	return []card{{"proposals", waiting, "/desk/proposals"}}, nil
}

// proposals lists what waits for a second pair of eyes, and what was decided
// last.
func (v *visit) proposals() error {
	names, err := v.editorNames()
	if err != nil {
		return err
	}
	waiting, err := v.Store.WaitingProposals(v.R.Context())
	if err != nil {
		return err
	}
	decided, err := v.Store.DecidedProposals(v.R.Context(), 50)
	if err != nil {
		return err
	}
	var data struct{ Waiting, Decided []proposalRow }
	for _, p := range waiting {
		if row := v.proposalRow(p, names); row.Own || row.Mine {
			data.Waiting = append(data.Waiting, row)
		}
	}
	for i := len(decided) - 1; i >= 0; i-- {
		if row := v.proposalRow(decided[i], names); row.Own || row.Mine {
			data.Decided = append(data.Decided, row)
		}
	}
	return v.show(http.StatusOK, "proposals", data)
}

// proposedRecord is one record that a proposal changes.
type proposedRecord struct {
	Path, Name, Kind string
	New, Retire      bool
	Stale            bool // somebody has changed it since
	Changes          []change
}

// shownChanges is how many records of a proposal its page shows.
const shownChanges = 200

// proposal shows what a proposal changes, and lets it be decided.
func (v *visit) proposal() error {
	p, err := v.proposalOf()
	if err != nil {
		return err
	}
	names, err := v.editorNames()
	if err != nil {
		return err
	}
	if next, err := v.Keeper.Applied(p); err == nil {
		v.among = bot.NewDirectory(next) // what is new has its name from there
	}
	var records []proposedRecord
	stale := false
	for i, c := range p.Changes {
		if i == shownChanges {
			break
		}
		rec, err := v.proposed(p, c)
		if err != nil {
			return err
		}
		stale = stale || rec.Stale
		records = append(records, rec)
	}
	waits := p.State == directory.Waiting
	alone, err := v.alone(p)
	if err != nil {
		return err
	}
	own, decider := p.By == v.Who.ID, ""
	if !waits {
		decider = names[p.Decider]
	}
	return v.showTitled(http.StatusOK, "proposal", v.T.Say("proposal.heading", "Number", p.ID), struct {
		proposalRow
		Proposal             directory.Proposal
		Number               int64
		Origin               string
		Records              []proposedRecord
		More                 int
		Stale                bool
		Decider, Decided     string
		MayPublish, MayClose bool
		MayWithdraw, Alone   bool
		OwnWaits             bool // somebody else must publish it
		MayRenew             bool
	}{
		v.proposalRow(p, names), p, p.ID, v.T.Say("origin." + string(p.Origin)), records, len(p.Changes) - len(records), stale && waits,
		decider, v.when(p.Decided),
		waits && !stale && v.Who.Role.Publishes() && v.reaches(p) && (!own || alone),
		waits && !own && v.Who.Role.Publishes() && v.reaches(p),
		waits && own, own && alone, waits && own && !alone, waits && stale && own,
	})
}

func (v *visit) proposalOf() (directory.Proposal, error) {
	id, err := number(v.R.PathValue("number"))
	if err != nil {
		return directory.Proposal{}, err
	}
	p, err := v.Store.Proposal(v.R.Context(), id)
	if err == nil && p.By != v.Who.ID && !v.reaches(p) {
		err = directory.ErrRight
	}
	return p, err
}

// proposed returns a change as it compares with what it was made from.
func (v *visit) proposed(p directory.Proposal, c directory.Change) (proposedRecord, error) {
	stored, err := v.Store.Stored(v.R.Context(), c.Ref)
	if err != nil {
		return proposedRecord{}, err
	}
	base, err := v.base(c, stored)
	if err != nil {
		return proposedRecord{}, err
	}
	rec := proposedRecord{
		Name: v.changeName(c), Kind: v.T.Say("kind." + string(c.Kind)),
		New: c.Base == 0, Retire: c.Body == "", Stale: p.State == directory.Waiting && stored.Revision != c.Base,
	}
	if stored.Revision > 0 {
		rec.Path = "/desk/records/" + refPath(c.Ref)
	}
	if c.Body != "" {
		rec.Changes = v.changes(c.Ref, base, c.Body)
	}
	return rec, nil
}

// base returns the body that a change was made from.
func (v *visit) base(c directory.Change, stored directory.Stored) (string, error) {
	if c.Base == 0 {
		return "", nil
	}
	if stored.Revision == c.Base {
		return stored.Body, nil
	}
	history, err := v.Store.History(v.R.Context(), c.Ref)
	if err != nil {
		return "", err
	}
	for _, p := range history {
		for _, version := range p.Versions {
			switch version.Revision {
			case c.Base:
				return version.After, nil
			case c.Base + 1:
				return version.Before, nil
			}
		}
	}
	return stored.Body, nil
}

// alone reports whether the editor may publish an own proposal.
func (v *visit) alone(p directory.Proposal) (bool, error) {
	return v.Keeper.MayPublishAlone(v.R.Context(), v.Who.ID, p)
}

// decide publishes, rejects, withdraws or renews a proposal.
func (v *visit) decide() error {
	p, err := v.proposalOf()
	if err != nil {
		return err
	}
	ctx := v.R.Context()
	here := proposalPath(p.ID)
	switch v.R.PostFormValue("answer") {
	case "publish":
		if err := v.Keeper.Publish(ctx, v.Who.ID, p.ID); err != nil && !v.pressedTwice(err, p.ID, directory.Published) {
			return err
		}
		return v.redirect(here, "published")
	case "reject":
		if err := v.Keeper.Reject(ctx, v.Who.ID, p.ID, v.R.PostFormValue("note")); err != nil && !v.pressedTwice(err, p.ID, directory.Rejected) {
			return err
		}
		return v.redirect("/desk/proposals", "rejected")
	case "withdraw":
		if err := v.Keeper.Withdraw(ctx, v.Who.ID, p.ID); err != nil && !v.pressedTwice(err, p.ID, directory.Withdrawn) {
			return err
		}
		return v.redirect("/desk/proposals", "withdrawn")
	case "renew":
		return v.renew(p)
	}
	return directory.ErrUnknown
}

// pressedTwice reports whether err says that a proposal is decided already, and
// the editor decided the same: the first press did it.
func (v *visit) pressedTwice(err error, id int64, as directory.State) bool {
	if !errors.Is(err, directory.ErrDecided) {
		return false
	}
	p, err := v.Store.Proposal(v.R.Context(), id)
	return err == nil && p.State == as && p.Decider == v.Who.ID
}

// renew brings an own proposal that waits together with what others have changed
// since: a new one takes its place. A record that was retired meanwhile does not
// come back by that.
func (v *visit) renew(p directory.Proposal) error {
	switch {
	case p.By != v.Who.ID:
		return directory.ErrRight
	case p.State != directory.Waiting:
		return directory.ErrDecided
	}
	draft := directory.Draft{Origin: p.Origin, Reason: p.Reason, Source: p.Source}
	for _, c := range p.Changes {
		stored, err := v.Store.Stored(v.R.Context(), c.Ref)
		if err != nil {
			return err
		}
		if stored.Revision != c.Base && c.Body != "" {
			base, err := v.base(c, stored)
			if err != nil {
				return err
			}
			if c.Body, err = directory.Merge(c.Ref, base, c.Body, stored.Public()); err != nil {
				return err
			}
		}
		c.Base = stored.Revision
		draft.Changes = append(draft.Changes, c)
	}
	id, err := v.Keeper.Propose(v.R.Context(), v.Who.ID, draft)
	if err != nil {
		return err
	}
	if err := v.Keeper.Withdraw(v.R.Context(), v.Who.ID, p.ID); err != nil {
		return err
	}
	return v.redirect(proposalPath(id), "renewed")
}
