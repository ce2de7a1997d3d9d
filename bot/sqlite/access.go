package sqlite

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"prystan/bot"
	"prystan/bot/access"
)

// Access keeps who gets into the desk. The chat that an editor connected stands
// sealed, and is found by a keyed hash; the key is kept apart from the database.
type Access struct {
	db   *DB
	mac  []byte
	aead cipher.AEAD
}

// NewAccess returns the store of the desk's door. key is at least 16 bytes, kept
// apart from the database.
func NewAccess(db *DB, key []byte) (*Access, error) {
	mac, err := hkdf.Key(sha256.New, key, nil, "prystan chats of editors, found", 32)
	if err != nil {
		return nil, fmt.Errorf("deriving key of editors' chats: %w", err)
	}
	sealing, err := hkdf.Key(sha256.New, key, nil, "prystan chats of editors, sealed", 32)
	if err != nil {
		return nil, fmt.Errorf("deriving key of editors' chats: %w", err)
	}
	block, err := aes.NewCipher(sealing)
	if err != nil {
		return nil, fmt.Errorf("deriving key of editors' chats: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("deriving key of editors' chats: %w", err)
	}
	return &Access{db: db, mac: mac, aead: aead}, nil
}

// hash is what a chat is found by.
func (a *Access) hash(chat int64) []byte {
	mac := hmac.New(sha256.New, a.mac)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(chat)))
	return mac.Sum(nil)
}

// seal seals a chat for one editor.
func (a *Access) seal(editor, chat int64) []byte {
	return a.aead.Seal(nil, nil, binary.BigEndian.AppendUint64(nil, uint64(chat)), binary.BigEndian.AppendUint64(nil, uint64(editor)))
}

func (a *Access) open(editor int64, sealed []byte) (int64, error) {
	chat, err := a.aead.Open(nil, nil, sealed, binary.BigEndian.AppendUint64(nil, uint64(editor)))
	if err != nil || len(chat) != 8 {
		return 0, fmt.Errorf("the chat of editor %d cannot be opened with this key", editor)
	}
	return int64(binary.BigEndian.Uint64(chat)), nil
}

// Admit implements access.Store.
func (a *Access) Admit(ctx context.Context, do func(access.Tx) error) error {
	return a.db.write(ctx, func(tx *sql.Tx) error {
		return do(&accessTx{deskTx: deskTx{ctx: ctx, tx: tx}, access: a})
	})
}

// accessTx is a transaction of the desk's door.
type accessTx struct {
	deskTx
	access *Access
}

// AddEditor implements access.Tx.
func (t *accessTx) AddEditor(e *bot.Editor, handle []byte) error {
	countries, organizations, err := lists(*e)
	if err != nil {
		return err
	}
	e.ID, err = t.add("keeping editor",
		`INSERT INTO editor (name, role, countries, organizations, language, monthly, handle) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		e.Name, e.Role, countries, organizations, e.Language, e.Monthly, handle)
	return err
}

// ChangeEditor implements access.Tx.
func (t *accessTx) ChangeEditor(e bot.Editor) error {
	countries, organizations, err := lists(e)
	if err != nil {
		return err
	}
	return t.exec("changing editor",
		`UPDATE editor SET name = ?, role = ?, countries = ?, organizations = ?, language = ?, monthly = ? WHERE id = ?`,
		e.Name, e.Role, countries, organizations, e.Language, e.Monthly, e.ID)
}

// lists writes the countries and organizations of an editor; none is "[]".
func lists(e bot.Editor) (countries, organizations string, err error) {
	c, err1 := json.Marshal(append([]bot.Country{}, e.Countries...))
	o, err2 := json.Marshal(append([]string{}, e.Organizations...))
	return string(c), string(o), errors.Join(err1, err2)
}

// RemoveEditor implements access.Tx.
func (t *accessTx) RemoveEditor(id int64) error {
	for _, statement := range []string{
		`UPDATE editor SET removed = 1, monthly = 0, chat_key = NULL, chat = NULL WHERE id = ?`,
		`DELETE FROM one_time_link WHERE editor = ?`,
		`DELETE FROM desk_session WHERE editor = ?`,
		`DELETE FROM passkey WHERE editor = ?`,
	} {
		if err := t.exec("removing editor", statement, id); err != nil {
			return err
		}
	}
	return nil
}

// HasOrganization implements access.Tx.
func (t *accessTx) HasOrganization(id string) (ok bool, err error) {
	err = t.tx.QueryRowContext(t.ctx, `SELECT EXISTS (SELECT 1 FROM record WHERE kind = ? AND id = ? AND retired = 0)`,
		bot.KindOrganization, id).Scan(&ok)
	if err != nil {
		return false, fmt.Errorf("reading organization: %w", err)
	}
	return ok, nil
}

// LinksMade implements access.Tx.
func (t *accessTx) LinksMade(subject string, since time.Time) (n int, err error) {
	err = t.tx.QueryRowContext(t.ctx, `SELECT count(*) FROM audit
		WHERE action = 'sign_in_link' AND at > ? AND editor <> 0 AND substr(subject, 1, length(?2)) = ?2`, since.Unix(), subject).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting links: %w", err)
	}
	return n, nil
}

// AddLink implements access.Tx.
func (t *accessTx) AddLink(hash []byte, editor int64, p access.Purpose, expires time.Time) error {
	if err := t.exec("voiding links", `DELETE FROM one_time_link WHERE editor = ? AND purpose = ?`, editor, p); err != nil {
		return err
	}
	return t.exec("keeping link", `INSERT INTO one_time_link (hash, editor, purpose, expires) VALUES (?, ?, ?, ?)`,
		hash, editor, p, expires.Unix())
}

// TakeLink implements access.Tx.
func (t *accessTx) TakeLink(hash []byte, p access.Purpose, now time.Time) (editor int64, err error) {
	err = t.tx.QueryRowContext(t.ctx, `DELETE FROM one_time_link WHERE hash = ? AND purpose = ? AND expires > ? RETURNING editor`,
		hash, p, now.Unix()).Scan(&editor)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("using link: %w", err)
	}
	return editor, nil
}

// AddSession implements access.Tx.
func (t *accessTx) AddSession(hash []byte, s access.Session) error {
	return t.exec("keeping session", `INSERT INTO desk_session (hash, editor, id, device, began, seen) VALUES (?, ?, ?, ?, ?, ?)`,
		hash, s.Editor.ID, s.ID, s.Device, s.Began.Unix(), s.Seen.Unix())
}

// EndSession implements access.Tx.
func (t *accessTx) EndSession(hash []byte) (access.Session, bool, error) {
	s, ok, err := session(t.ctx, t.tx, hash)
	if err != nil || !ok {
		return s, ok, err
	}
	return s, true, t.exec("ending session", `DELETE FROM desk_session WHERE hash = ?`, hash)
}

// EndSessions implements access.Tx.
func (t *accessTx) EndSessions(editor int64, end func(access.Session) bool) ([]access.Session, error) {
	all, err := sessions(t.ctx, t.tx, `s.editor = ?`, editor)
	if err != nil {
		return nil, err
	}
	var ended []access.Session
	for _, s := range all {
		if !end(s) {
			continue
		}
		if err := t.exec("ending session", `DELETE FROM desk_session WHERE id = ?`, s.ID); err != nil {
			return nil, err
		}
		ended = append(ended, s)
	}
	return ended, nil
}

// Sweep implements access.Tx.
func (t *accessTx) Sweep(now, seen, began time.Time) error {
	if err := t.exec("sweeping links", `DELETE FROM one_time_link WHERE expires <= ?`, now.Unix()); err != nil {
		return err
	}
	return t.exec("sweeping sessions", `DELETE FROM desk_session WHERE seen <= ? OR began <= ?`, seen.Unix(), began.Unix())
}

// Handle implements access.Tx.
func (t *accessTx) Handle(editor int64) (handle []byte, err error) {
	if err := t.tx.QueryRowContext(t.ctx, `SELECT handle FROM editor WHERE id = ?`, editor).Scan(&handle); err != nil {
		return nil, fmt.Errorf("reading handle of editor: %w", err)
	}
	return handle, nil
}

// EditorOfHandle implements access.Tx.
func (t *accessTx) EditorOfHandle(handle []byte) (editor int64, err error) {
	err = t.tx.QueryRowContext(t.ctx, `SELECT id FROM editor WHERE handle = ? AND removed = 0`, handle).Scan(&editor)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("reading editor of a passkey: %w", err)
	}
	return editor, nil
}

// Passkeys implements access.Tx.
func (t *accessTx) Passkeys(editor int64) ([]access.Passkey, error) {
	return passkeysOf(t.ctx, t.tx, editor)
}

func passkeysOf(ctx context.Context, q queryer, editor int64) ([]access.Passkey, error) {
	rows, err := q.QueryContext(ctx, `SELECT id, name, credential, added, used FROM passkey WHERE editor = ? ORDER BY added, id`, editor)
	if err != nil {
		return nil, fmt.Errorf("reading passkeys: %w", err)
	}
	return collect(rows, "passkeys", func(row interface{ Scan(...any) error }) (p access.Passkey, err error) {
		var added, used int64
		err = row.Scan(&p.ID, &p.Name, &p.Credential, &added, &used)
		p.Added, p.Used = moment(added), moment(used)
		return p, err
	})
}

// AddPasskey implements access.Tx.
func (t *accessTx) AddPasskey(editor int64, p access.Passkey) (bool, error) {
	done, err := t.tx.ExecContext(t.ctx, `INSERT INTO passkey (id, editor, name, credential, added, used) VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING`,
		p.ID, editor, p.Name, p.Credential, p.Added.Unix())
	return changed("keeping passkey", done, err)
}

// changed reports whether a statement changed anything.
func changed(what string, done sql.Result, err error) (bool, error) {
	var n int64
	if err == nil {
		n, err = done.RowsAffected()
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", what, err)
	}
	return n > 0, nil
}

// ChangePasskey implements access.Tx.
func (t *accessTx) ChangePasskey(p access.Passkey) error {
	var used int64
	if !p.Used.IsZero() {
		used = p.Used.Unix()
	}
	return t.exec("changing passkey", `UPDATE passkey SET name = ?, credential = ?, used = ? WHERE id = ?`, p.Name, p.Credential, used, p.ID)
}

// RemovePasskey implements access.Tx.
func (t *accessTx) RemovePasskey(id []byte) error {
	return t.exec("removing passkey", `DELETE FROM passkey WHERE id = ?`, id)
}

// Connect implements access.Tx.
func (t *accessTx) Connect(editor, chat int64) (before int64, err error) {
	key := t.access.hash(chat)
	err = t.tx.QueryRowContext(t.ctx, `UPDATE editor SET chat_key = NULL, chat = NULL WHERE chat_key = ? RETURNING id`, key).Scan(&before)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("connecting chat: %w", err)
	}
	return before, t.exec("connecting chat", `UPDATE editor SET chat_key = ?, chat = ? WHERE id = ?`, key, t.access.seal(editor, chat), editor)
}

// Disconnect implements access.Tx.
func (t *accessTx) Disconnect(editor int64) (bool, error) {
	done, err := t.tx.ExecContext(t.ctx, `UPDATE editor SET chat_key = NULL, chat = NULL WHERE id = ? AND chat_key IS NOT NULL`, editor)
	return changed("disconnecting chat", done, err)
}
