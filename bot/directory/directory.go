// Package directory is how the directory changes: nothing becomes public but
// through it. A change is proposed (propose.go), published by a second person
// (publish.go), assured without a change (assure.go), undone (undo.go), and laid
// beside what a new release ships (release.go). Who may do what stands in
// rights.go.
//
// Each operation reads the rights of whoever does it, does it, and writes the
// audit log in one transaction, so that none of the three can be had without the
// others. It knows no SQL: that is a Store.
package directory

import (
	"context"
	"fmt"
	"sync"
	"time"

	"prystan/bot"
)

// Origin is where a proposal came from.
type Origin string

// The origins of proposals.
const (
	FromForm    Origin = "form"    // an editor wrote it
	FromFile    Origin = "file"    // it was imported
	FromAssure  Origin = "assure"  // "still right", said by somebody who may only propose
	FromRelease Origin = "release" // a new release ships it
)

// State is what has become of a proposal.
type State string

// The states of proposals.
const (
	Waiting   State = "waiting"
	Published State = "published"
	Rejected  State = "rejected"
	Withdrawn State = "withdrawn" // by whoever made it
)

// Change is what a proposal makes of one record.
type Change struct {
	bot.Ref
	Base int    // revision that it was made from; 0: the record is new
	Body string // "" retires the record
}

// Proposal is a set of changes that become public together or not at all.
type Proposal struct {
	ID      int64
	By      int64 // Editor.ID
	At      time.Time
	Origin  Origin
	Reason  string // why, in the editor's words
	Source  string // who says so: an address, or words
	State   State
	Decider int64     // Editor.ID of who published, rejected or withdrew it; 0 while it waits
	Decided time.Time // zero while it waits
	Note    string    // of the decider
	Changes []Change  // at least one, in the order of bot.Kinds
}

// Stored is a record as it stands in the store.
type Stored struct {
	bot.Record
	Revision int    // counts the changes, from 1; 0: there is no such record
	Retired  bool   // it is no longer public, and not deleted
	Shipped  string // body as the newest release ships it; "" if it ships none
	Differs  bool   // a release shipped something new after an editor had changed it, and nobody has decided
}

// Public returns the body that is public, "" if none is.
func (s Stored) Public() string {
	if s.Retired {
		return ""
	}
	return s.Body
}

// Publication is one event at which the directory changed.
type Publication struct {
	ID       int64
	At       time.Time
	Editor   int64 // Editor.ID; 0: the program, for a new release
	Action   bot.Action
	Proposal int64 // Proposal.ID, 0 if there was none
	Reason   string
	Source   string
	Alone    bool  // nobody else had looked: four eyes were switched off
	Undoes   int64 // Publication.ID that it undid, else 0
	Undone   int64 // Publication.ID that undid it, else 0
	Versions []Version
}

// Version is what a publication made of one record.
type Version struct {
	bot.Ref
	Revision int    // that the record has since
	Before   string // body; "" if the record was not public
	After    string // body; "" if the record is not public since
}

// TextChange names the publications that last changed a text; 0 where none did.
type TextChange struct {
	Any   int64 // Publication.ID of the last change of any kind
	Words int64 // Publication.ID of the last change of what people read
}

// Tx is a transaction of the store: all that is done in it is done, or nothing.
type Tx interface {
	// Editor returns an editor; one who does not exist is removed.
	Editor(id int64) (bot.Editor, error)
	// Editors returns every editor, removed ones included.
	Editors() ([]bot.Editor, error)
	// Record returns a record, with Revision 0 if there is none.
	Record(bot.Ref) (Stored, error)
	// Put writes a record's body and whether it is retired, and raises its
	// revision. A body that is the shipped one settles how they differed; an empty
	// one leaves the body as it is.
	Put(ref bot.Ref, body string, retired bool) (revision int, err error)
	// Settle says that somebody has decided about what a release ships.
	Settle(bot.Ref) error
	// Proposal returns a proposal, or ErrUnknown.
	Proposal(id int64) (Proposal, error)
	// ProposalsOn returns the waiting proposals that would change a record.
	ProposalsOn(bot.Ref) ([]Proposal, error)
	// AddProposal keeps a new proposal and gives it its ID.
	AddProposal(*Proposal) error
	// Decide keeps State, Decider, Decided and Note of a proposal.
	Decide(Proposal) error
	// Publication returns a publication, or ErrUnknown.
	Publication(id int64) (Publication, error)
	// AddPublication keeps a new publication and gives it its ID.
	AddPublication(*Publication) error
	// FourEyesOff reports whether one person may publish alone for a country.
	FourEyesOff(bot.Country) (bool, error)
	// SetFourEyes switches the rule for a country on or off.
	SetFourEyes(c bot.Country, off bool) error
	// Log appends to the audit log.
	Log(bot.AuditEntry) error
	// Audit returns entries of the audit log, the newest first.
	Audit(AuditFilter) ([]bot.AuditEntry, error)
}

// Store keeps everything.
type Store interface {
	// Change runs do in one transaction. If do fails, nothing was done.
	Change(ctx context.Context, do func(Tx) error) error
}

// Answers is where the published directory is answered from.
type Answers interface {
	Directory() *bot.Directory
	Publish(bot.Records) error
}

// Keeper changes the directory. It is safe for concurrent use.
type Keeper struct {
	store   Store
	answers Answers
	numbers func([]bot.Phone) error // what is wrong with phone numbers
	now     func() time.Time

	mu sync.Mutex // held from reading the published records to publishing the next, or to the end
}

// NewKeeper returns a keeper of what store holds and answers publishes. numbers
// checks phone numbers against their numbering plans.
func NewKeeper(store Store, answers Answers, numbers func([]bot.Phone) error, now func() time.Time) *Keeper {
	return &Keeper{store: store, answers: answers, numbers: numbers, now: now}
}

// Directory returns what is published at the moment.
func (k *Keeper) Directory() *bot.Directory { return k.answers.Directory() }

// act runs do as an editor, in one transaction that begins with the editor's
// rights as they stand now.
func (k *Keeper) act(ctx context.Context, editor int64, do func(*deed) error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.actLocked(ctx, editor, do)
}

func (k *Keeper) actLocked(ctx context.Context, editor int64, do func(*deed) error) error {
	return k.store.Change(ctx, func(tx Tx) error {
		who, err := tx.Editor(editor)
		if err != nil {
			return fmt.Errorf("reading editor: %w", err)
		}
		if who.Removed {
			return ErrRight
		}
		return do(&deed{Tx: tx, who: who, at: k.now(), published: k.Directory().Records()})
	})
}

// deed is one operation under way.
type deed struct {
	Tx
	who       bot.Editor
	at        time.Time
	published bot.Records
}

// note appends to the audit log what was done, to what, from which value to
// which.
func (d *deed) note(a bot.Action, subject, before, after string) error {
	return d.Log(bot.AuditEntry{
		At: d.at, Editor: d.who.ID, Name: d.who.Name, Action: a, Subject: subject, Before: before, After: after,
	})
}

// AuditFilter chooses entries of the audit log. Zero values choose all.
type AuditFilter struct {
	Editor  int64
	Action  bot.Action
	Subject string // that the subject begins with
	Before  int64  // only entries with a lower ID: the next page
	Limit   int    // 0: all
}
