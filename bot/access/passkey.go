package access

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"prystan/bot"
)

// ceremonyLife is how long a browser may take from asking for a challenge to
// answering it.
const ceremonyLife = 5 * time.Minute

// maxCeremonies bounds the memory of challenges that nobody answers.
const maxCeremonies = 2000

// MaxPasskeys is how many an editor may have; maxPasskeyName is the longest name
// of one, in runes.
const (
	MaxPasskeys    = 20
	maxPasskeyName = 60
)

// Passkey is a key on a device of an editor, or in a password manager.
type Passkey struct {
	ID         []byte
	Name       string // that the editor gave it
	Credential string // public key and counter, as go-webauthn writes them
	Added      time.Time
	Used       time.Time // zero: never
}

// Key writes the ID for a form.
func (p Passkey) Key() string { return base64.RawURLEncoding.EncodeToString(p.ID) }

// passkeys speaks WebAuthn.
type passkeys struct {
	authn *webauthn.WebAuthn
	now   func() time.Time

	mu         sync.Mutex
	ceremonies map[string]ceremony // by challenge
}

// ceremony is a challenge that waits for its answer.
type ceremony struct {
	editor  int64 // who registers a passkey; 0: somebody signs in
	session webauthn.SessionData
	ends    time.Time
}

// newPasskeys returns nil where the host of the address is a number: passkeys
// are bound to a name.
func newPasskeys(address string, now func() time.Time) (*passkeys, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return nil, nil
	}
	timeout := webauthn.TimeoutConfig{Timeout: ceremonyLife, TimeoutUVD: ceremonyLife}
	authn, err := webauthn.New(&webauthn.Config{
		RPID:                  u.Hostname(),
		RPDisplayName:         "Prystan",
		RPOrigins:             []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			// The passkey itself says whose it is, so that signing in asks for no name.
			RequireResidentKey: protocol.ResidentKeyRequired(),
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			UserVerification:   protocol.VerificationPreferred,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: timeout, Registration: timeout},
	})
	if err != nil {
		return nil, err
	}
	return &passkeys{authn: authn, now: now, ceremonies: make(map[string]ceremony)}, nil
}

// keep remembers a challenge. Where there are too many, the oldest goes.
func (p *passkeys) keep(editor int64, session webauthn.SessionData) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if len(p.ceremonies) >= maxCeremonies {
		p.makeRoomLocked(now)
	}
	p.ceremonies[session.Challenge] = ceremony{editor, session, now.Add(ceremonyLife)}
}

func (p *passkeys) makeRoomLocked(now time.Time) {
	oldest, ends := "", time.Time{}
	for challenge, c := range p.ceremonies {
		switch {
		case !c.ends.After(now):
			delete(p.ceremonies, challenge)
		case oldest == "" || c.ends.Before(ends):
			oldest, ends = challenge, c.ends
		}
	}
	if len(p.ceremonies) >= maxCeremonies {
		delete(p.ceremonies, oldest)
	}
}

// take returns what a challenge was made for, once.
func (p *passkeys) take(editor int64, challenge string) (webauthn.SessionData, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.ceremonies[challenge]
	if !ok || c.editor != editor {
		return c.session, ErrPasskey
	}
	delete(p.ceremonies, challenge)
	if !c.ends.After(p.now()) {
		return c.session, ErrPasskey
	}
	return c.session, nil
}

// owner is an editor as go-webauthn sees one.
type owner struct {
	editor      bot.Editor
	handle      []byte
	credentials []webauthn.Credential
}

func (o *owner) WebAuthnID() []byte                         { return o.handle }
func (o *owner) WebAuthnName() string                       { return o.editor.Name }
func (o *owner) WebAuthnDisplayName() string                { return o.editor.Name }
func (o *owner) WebAuthnCredentials() []webauthn.Credential { return o.credentials }

func ownerOf(tx Tx, e bot.Editor) (*owner, error) {
	o := &owner{editor: e}
	keys, err := tx.Passkeys(e.ID)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(k.Credential), &c); err != nil {
			return nil, fmt.Errorf("reading passkey of %s: %w", subjectOf(e), err)
		}
		o.credentials = append(o.credentials, c)
	}
	o.handle, err = tx.Handle(e.ID)
	return o, err
}

// PasskeysWork reports whether the address of the desk allows passkeys.
func (d *Door) PasskeysWork() bool { return d.passkeys != nil }

// BeginPasskey returns what the browser needs to make a passkey for an editor:
// PublicKeyCredentialCreationOptions as JSON, in a field publicKey.
func (d *Door) BeginPasskey(ctx context.Context, editor int64) (options []byte, err error) {
	err = d.act(ctx, editor, bot.ActionPasskeyAdd, subjectOfID(editor), func(t *deed) error {
		o, err := d.registers(t)
		if err != nil {
			return err
		}
		creation, session, err := d.passkeys.authn.BeginRegistration(o, webauthn.WithExclusions(descriptors(o)))
		if err != nil {
			return fmt.Errorf("beginning to register a passkey: %w", err)
		}
		d.passkeys.keep(editor, *session)
		options, err = json.Marshal(creation)
		return err
	})
	return options, err
}

// registers returns who may register a passkey.
func (d *Door) registers(t *deed) (*owner, error) {
	if t.who.ID == 0 {
		return nil, ErrRight
	}
	if d.passkeys == nil {
		return nil, ErrPasskey
	}
	o, err := ownerOf(t.Tx, t.who)
	if err == nil && len(o.credentials) >= MaxPasskeys {
		err = ErrPasskey
	}
	return o, err
}

func descriptors(o *owner) []protocol.CredentialDescriptor {
	all := make([]protocol.CredentialDescriptor, len(o.credentials))
	for i, c := range o.credentials {
		all[i] = c.Descriptor()
	}
	return all
}

// FinishPasskey keeps the passkey that the browser made, a
// RegistrationResponseJSON. It fails with ErrPasskey.
func (d *Door) FinishPasskey(ctx context.Context, editor int64, name string, response []byte) error {
	return d.act(ctx, editor, bot.ActionPasskeyAdd, subjectOfID(editor), func(t *deed) error {
		o, err := d.registers(t)
		if err != nil {
			return err
		}
		parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
		if err != nil {
			return ErrPasskey
		}
		session, err := d.passkeys.take(editor, parsed.Response.CollectedClientData.Challenge)
		if err != nil {
			return err
		}
		made, err := d.passkeys.authn.CreateCredential(o, session, parsed)
		if err != nil {
			return ErrPasskey
		}
		key := Passkey{ID: made.ID, Name: plain(name, maxPasskeyName), Added: t.at}
		if key.Credential, err = written(made); err != nil {
			return err
		}
		switch ok, err := t.AddPasskey(editor, key); {
		case err != nil:
			return err
		case !ok:
			return ErrPasskey
		}
		return t.note(bot.ActionPasskeyAdd, subjectOf(t.who), "", key.Name)
	})
}

// written leaves out what says which device it is: nothing is decided by that.
func written(c *webauthn.Credential) (string, error) {
	kept := *c
	kept.Attestation = webauthn.CredentialAttestation{}
	kept.Authenticator.AAGUID = nil
	out, err := json.Marshal(kept)
	if err != nil {
		return "", fmt.Errorf("writing passkey: %w", err)
	}
	return string(out), nil
}

// BeginSignIn returns what the browser needs to sign in with a passkey:
// PublicKeyCredentialRequestOptions as JSON, in a field publicKey. It is the
// same for everybody.
func (d *Door) BeginSignIn() (options []byte, err error) {
	if d.passkeys == nil {
		return nil, ErrPasskey
	}
	assertion, session, err := d.passkeys.authn.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationPreferred))
	if err != nil {
		return nil, fmt.Errorf("beginning to sign in with a passkey: %w", err)
	}
	d.passkeys.keep(0, *session)
	return json.Marshal(assertion)
}

// FinishSignIn signs in whoever's passkey answered, with an
// AuthenticationResponseJSON, and returns the secret of a new session. It fails
// with ErrPasskey, which is the same whatever was wrong. A passkey whose counter
// went back was copied, and opens nothing any more.
func (d *Door) FinishSignIn(ctx context.Context, response []byte, device string) (secret string, err error) {
	if d.passkeys == nil {
		return "", ErrPasskey
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return "", ErrPasskey
	}
	session, err := d.passkeys.take(0, parsed.Response.CollectedClientData.Challenge)
	if err != nil {
		return "", err
	}
	var copied *deed // who has a passkey that was copied
	err = d.store.Admit(ctx, func(tx Tx) error {
		t, used, err := d.byPasskey(tx, session, parsed)
		if err != nil {
			return err
		}
		if used.Authenticator.CloneWarning {
			copied = t
			return ErrPasskey
		}
		if err := t.used(used); err != nil {
			return err
		}
		secret, err = t.signIn("passkey", device)
		return err
	})
	if copied != nil {
		err = errors.Join(err, d.Refused(ctx, copied.who.ID, bot.ActionSignIn, subjectOf(copied.who)+": the passkey was copied"))
	}
	if err != nil {
		return "", err
	}
	return secret, nil
}

// byPasskey goes on as whoever's passkey answered.
func (d *Door) byPasskey(tx Tx, session webauthn.SessionData, parsed *protocol.ParsedCredentialAssertionData) (*deed, *webauthn.Credential, error) {
	t := &deed{Tx: tx, at: d.now()}
	var failed error // of the store, which the library would hide
	_, used, err := d.passkeys.authn.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		var o *owner
		if t.who, o, failed = handled(tx, handle); failed != nil {
			return nil, failed
		}
		return o, nil
	}, session, parsed)
	switch {
	case failed != nil:
		return nil, nil, failed
	case err != nil:
		return nil, nil, ErrPasskey
	}
	return t, used, nil
}

// handled returns whose handle it is.
func handled(tx Tx, handle []byte) (bot.Editor, *owner, error) {
	id, err := tx.EditorOfHandle(handle)
	if err != nil {
		return bot.Editor{}, nil, err
	}
	e, err := tx.Editor(id)
	switch {
	case err != nil:
		return e, nil, err
	case id == 0 || e.Removed:
		return e, nil, ErrPasskey
	}
	o, err := ownerOf(tx, e)
	return e, o, err
}

// used keeps the counter of a passkey.
func (d *deed) used(c *webauthn.Credential) error {
	keys, err := d.Passkeys(d.who.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(keys, func(k Passkey) bool { return string(k.ID) == string(c.ID) })
	if i < 0 {
		return ErrPasskey
	}
	key := keys[i]
	if key.Credential, err = written(c); err != nil {
		return err
	}
	key.Used = d.at
	return d.ChangePasskey(key)
}

// Passkeys returns an editor's passkeys, the oldest first.
func (d *Door) Passkeys(ctx context.Context, editor int64) ([]Passkey, error) {
	return d.store.Passkeys(ctx, editor)
}

// RenamePasskey gives one of an editor's own passkeys another name, or fails
// with ErrUnknown.
func (d *Door) RenamePasskey(ctx context.Context, editor int64, key, name string) error {
	return d.act(ctx, editor, bot.ActionPasskeyRename, subjectOfID(editor), func(t *deed) error {
		k, err := t.own(key)
		if err != nil {
			return err
		}
		was := k.Name
		if k.Name = plain(name, maxPasskeyName); k.Name == "" || k.Name == was {
			return nil
		}
		if err := t.ChangePasskey(k); err != nil {
			return err
		}
		return t.note(bot.ActionPasskeyRename, subjectOf(t.who), was, k.Name)
	})
}

// RemovePasskey deletes one of an editor's own passkeys, or fails with
// ErrUnknown.
func (d *Door) RemovePasskey(ctx context.Context, editor int64, key string) error {
	return d.act(ctx, editor, bot.ActionPasskeyRemove, subjectOfID(editor), func(t *deed) error {
		k, err := t.own(key)
		if err != nil {
			return err
		}
		if err := t.Tx.RemovePasskey(k.ID); err != nil {
			return err
		}
		return t.note(bot.ActionPasskeyRemove, subjectOf(t.who), k.Name, "")
	})
}

func (d *deed) own(key string) (Passkey, error) {
	keys, err := d.Passkeys(d.who.ID)
	if err != nil {
		return Passkey{}, err
	}
	i := slices.IndexFunc(keys, func(k Passkey) bool { return k.Key() == key })
	if i < 0 {
		return Passkey{}, ErrUnknown
	}
	return keys[i], nil
}
