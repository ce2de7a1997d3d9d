package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Role is what an editor may do at the desk.
type Role string

// Contributor proposes changes, RoleEditor publishes those of others as well,
// Administrator looks after people and settings as well.
const (
	Contributor   Role = "contributor"
	RoleEditor    Role = "editor"
	Administrator Role = "administrator"
)

// Roles returns every role, the one with the fewest rights first.
func Roles() []Role { return []Role{Contributor, RoleEditor, Administrator} }

// Known reports whether r is one of Roles.
func (r Role) Known() bool { return slices.Contains(Roles(), r) }

// Publishes reports whether r may make the proposals of others public.
func (r Role) Publishes() bool { return r == RoleEditor || r == Administrator }

// Administers reports whether r may change who uses the desk, and how.
func (r Role) Administers() bool { return r == Administrator }

// Editor is a person who may use the desk, whatever the role.
type Editor struct {
	ID            int64     // 0: the program itself, or its operator on the command line
	Name          string    // unique among those who are not removed
	Role          Role      //
	Countries     []Country // that the rights reach; empty: all
	Organizations []string  // Organization.ID that the rights reach; empty: all
	Language      Language  // of the desk
	Monthly       bool      // wants what is due once a month in Telegram
	Removed       bool      // may do nothing any more; the name stays in the history
}

// DeskLanguages returns the languages that the desk speaks.
func DeskLanguages() []Language {
	return []Language{English, Ukrainian, Polish, German, Czech, Romanian}
}

// MaxEditorName is the longest name of an editor, in runes.
const MaxEditorName = 80

// Check returns the first thing wrong with the editor.
func (e Editor) Check() error {
	switch {
	case e.Name == "" || e.Name != strings.TrimSpace(e.Name):
		return fmt.Errorf("an editor needs a name without spaces around it")
	case len([]rune(e.Name)) > MaxEditorName:
		return fmt.Errorf("the name is longer than %d letters", MaxEditorName)
	case strings.ContainsFunc(e.Name, func(r rune) bool { return unicode.IsControl(r) || IsUnseen(r) }):
		return fmt.Errorf("the name holds a control character")
	case !e.Role.Known():
		return fmt.Errorf("role %q is not contributor, editor or administrator", e.Role)
	case !slices.Contains(DeskLanguages(), e.Language):
		return fmt.Errorf("language %q is none of the desk's", e.Language)
	}
	for _, c := range e.Countries {
		if !c.Known() {
			return fmt.Errorf("country %q is not one of ours", c)
		}
	}
	return nil
}

// Scope is what rights are measured by: the countries and organizations that a
// record is about. A record about no country (a Europe-wide fact, an article) is
// for editors whose rights reach all countries.
type Scope struct {
	Countries     []Country
	Organizations []string
}

// Reaches reports whether the editor's rights reach all of s.
func (e Editor) Reaches(s Scope) bool {
	return within(s.Countries, e.Countries) && within(s.Organizations, e.Organizations)
}

func within[T comparable](what, limits []T) bool {
	if len(limits) == 0 {
		return true
	}
	return len(what) > 0 && !slices.ContainsFunc(what, func(v T) bool { return !slices.Contains(limits, v) })
}

// Action is what an entry of the audit log tells of.
type Action string

// The actions that the audit log knows.
const (
	ActionSignInLink    Action = "sign_in_link"   // a one-time link was made
	ActionSignIn        Action = "sign_in"        // by link or passkey
	ActionSignOut       Action = "sign_out"       //
	ActionSessionEnd    Action = "session_end"    // another session was ended
	ActionPasskeyAdd    Action = "passkey_add"    //
	ActionPasskeyRename Action = "passkey_rename" //
	ActionPasskeyRemove Action = "passkey_remove" //
	ActionTelegram      Action = "telegram"       // an editor connected or disconnected Telegram
	ActionEditorAdd     Action = "editor_add"     //
	ActionEditorChange  Action = "editor_change"  // role, countries, organizations, language
	ActionEditorRemove  Action = "editor_remove"  //
	ActionFourEyes      Action = "four_eyes"      // the rule was switched for a country
	ActionSetting       Action = "setting"        //
	ActionPropose       Action = "propose"        //
	ActionPublish       Action = "publish"        //
	ActionReject        Action = "reject"         //
	ActionWithdraw      Action = "withdraw"       //
	ActionAssure        Action = "assure"         // "still right"
	ActionUndo          Action = "undo"           //
	ActionKeep          Action = "keep"           // ours rather than a new release's
	ActionRelease       Action = "release"        // a new release brought records
	ActionRefused       Action = "refused"        // somebody tried what they had no right to; After is the action
)

// Actions returns every action.
func Actions() []Action {
	return []Action{
		ActionSignInLink, ActionSignIn, ActionSignOut, ActionSessionEnd, ActionPasskeyAdd, ActionPasskeyRename, ActionPasskeyRemove,
		ActionTelegram, ActionEditorAdd, ActionEditorChange, ActionEditorRemove, ActionFourEyes,
		ActionSetting, ActionPropose, ActionPublish, ActionReject, ActionWithdraw, ActionAssure, ActionUndo, ActionKeep, ActionRelease, ActionRefused,
	}
}

// AuditEntry is one line of the append-only log of what was done at the desk.
type AuditEntry struct {
	ID      int64
	At      time.Time
	Editor  int64  // who did it; 0: the program or its operator
	Name    string // of the editor, at that time
	Action  Action
	Subject string // what it was done to: a record, a proposal, an editor
	Before  string // value before, "" where there was none
	After   string // value after, "" where there is none
}
