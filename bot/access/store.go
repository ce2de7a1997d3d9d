package access

import (
	"context"
	"time"

	"prystan/bot"
)

// Tx is a transaction of the store: all that is done in it is done, or nothing.
type Tx interface {
	// Editor returns an editor; one who does not exist is removed.
	Editor(id int64) (bot.Editor, error)
	// Editors returns every editor, removed ones included.
	Editors() ([]bot.Editor, error)
	// AddEditor keeps a new editor and gives it its ID. handle is what a passkey
	// knows its editor by.
	AddEditor(e *bot.Editor, handle []byte) error
	// ChangeEditor keeps everything about an editor but Removed.
	ChangeEditor(bot.Editor) error
	// RemoveEditor removes an editor, and with it links, sessions, passkeys and the
	// connected chat. The name stays.
	RemoveEditor(id int64) error
	// HasOrganization reports whether there is an organization that is not retired.
	HasOrganization(id string) (bool, error)

	// LinksMade returns how many links to an editor's account the audit log has
	// since a moment, those of the operator left out.
	LinksMade(subject string, since time.Time) (int, error)
	// AddLink keeps a link in the place of those that the editor has for the same
	// purpose.
	AddLink(hash []byte, editor int64, p Purpose, expires time.Time) error
	// TakeLink uses a link up and returns whose it is, 0 if there is none for the
	// purpose that is still good.
	TakeLink(hash []byte, p Purpose, now time.Time) (editor int64, err error)

	// AddSession keeps a new session of s.Editor.ID.
	AddSession(hash []byte, s Session) error
	// EndSession ends the session with the hash and returns it.
	EndSession(hash []byte) (s Session, ok bool, err error)
	// EndSessions ends those of an editor's sessions for which end is true and
	// returns them.
	EndSessions(editor int64, end func(Session) bool) ([]Session, error)
	// Sweep deletes links that expired before now, sessions last seen before seen
	// and those that began before began.
	Sweep(now, seen, began time.Time) error

	// Handle returns what an editor's passkeys know the editor by.
	Handle(editor int64) ([]byte, error)
	// EditorOfHandle returns whose handle it is, 0 if nobody's.
	EditorOfHandle(handle []byte) (int64, error)
	// Passkeys returns an editor's passkeys, the oldest first.
	Passkeys(editor int64) ([]Passkey, error)
	// AddPasskey keeps a new passkey; false if its ID is taken.
	AddPasskey(editor int64, p Passkey) (bool, error)
	// ChangePasskey keeps a passkey's Name, Credential and Used.
	ChangePasskey(Passkey) error
	// RemovePasskey deletes a passkey.
	RemovePasskey(id []byte) error

	// Connect keeps the chat of an editor, in the place of another that the editor
	// has. It disconnects whoever had the chat before and returns that editor, 0 if
	// nobody.
	Connect(editor int64, chat int64) (before int64, err error)
	// Disconnect forgets the chat of an editor; false if there is none.
	Disconnect(editor int64) (bool, error)

	// Log appends to the audit log.
	Log(bot.AuditEntry) error
}

// Store keeps everything.
type Store interface {
	// Admit runs do in one transaction. If do fails, nothing was done.
	Admit(ctx context.Context, do func(Tx) error) error

	// Session returns the session with the hash, or false.
	Session(ctx context.Context, hash []byte) (s Session, ok bool, err error)
	// See keeps when a session was last seen.
	See(ctx context.Context, hash []byte, at time.Time) error
	// Sessions returns an editor's sessions, the newest first.
	Sessions(ctx context.Context, editor int64) ([]Session, error)
	// Passkeys returns an editor's passkeys, the oldest first.
	Passkeys(ctx context.Context, editor int64) ([]Passkey, error)

	// EditorOfChat returns whose chat it is, or false.
	EditorOfChat(ctx context.Context, chat int64) (e bot.Editor, ok bool, err error)
	// Connected reports whether an editor has connected a chat.
	Connected(ctx context.Context, editor int64) (bool, error)
	// Due returns editors who want the monthly message and have not had that of the
	// month, which is "YYYY-MM". An error about some comes with the others.
	Due(ctx context.Context, month string) ([]Reader, error)
	// Reminded keeps that an editor has had the monthly message.
	Reminded(ctx context.Context, editor int64, month string) error
}
