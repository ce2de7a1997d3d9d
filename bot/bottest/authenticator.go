package bottest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// Authenticator is a device that makes passkeys and signs in with them, together
// with the browser that it is plugged into. It believes whatever it is asked.
type Authenticator struct {
	Origin  string // of the page that the browser shows
	Counter uint32 // of signatures; a test puts it back to make a copy of the device

	keys []passkey
}

type passkey struct {
	id, handle []byte
	host       string // that it was made for
	private    *ecdsa.PrivateKey
}

// Flags of authenticator data.
const (
	userPresent  = 0x01
	userVerified = 0x04
	attested     = 0x40
)

// Make makes a passkey for PublicKeyCredentialCreationOptions, and returns the
// RegistrationResponseJSON.
func (a *Authenticator) Make(t testing.TB, options []byte) []byte {
	t.Helper()
	var asked struct {
		PublicKey struct {
			Challenge string `json:"challenge"`
			Host      struct {
				ID string `json:"id"`
			} `json:"rp"`
			User struct {
				ID string `json:"id"`
			} `json:"user"`
		} `json:"publicKey"`
	}
	mustRead(t, options, &asked)
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k := passkey{id: make([]byte, 32), handle: unescaped(t, asked.PublicKey.User.ID), host: asked.PublicKey.Host.ID, private: private}
	rand.Read(k.id) // never fails, by its contract
	a.keys = append(a.keys, k)

	data := a.data(k.host, userPresent|userVerified|attested)
	data = append(data, make([]byte, 16)...) // no model
	data = binary.BigEndian.AppendUint16(data, uint16(len(k.id)))
	data = append(append(data, k.id...), cosePublic(t, private)...)
	return mustWrite(t, map[string]any{
		"id": escaped(k.id), "rawId": escaped(k.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{
			"clientDataJSON":    escaped(a.client(t, "webauthn.create", asked.PublicKey.Challenge)),
			"attestationObject": escaped(attestation(data)),
			"transports":        []string{"internal"},
		},
	})
}

// Answer answers PublicKeyCredentialRequestOptions with the passkey made last,
// and returns the AuthenticationResponseJSON.
func (a *Authenticator) Answer(t testing.TB, options []byte) []byte {
	t.Helper()
	var asked struct {
		PublicKey struct {
			Challenge string `json:"challenge"`
			Host      string `json:"rpId"`
		} `json:"publicKey"`
	}
	mustRead(t, options, &asked)
	if len(a.keys) == 0 {
		t.Fatal("the device has no passkey")
	}
	k := a.keys[len(a.keys)-1]
	a.Counter++
	data := a.data(asked.PublicKey.Host, userPresent|userVerified)
	client := a.client(t, "webauthn.get", asked.PublicKey.Challenge)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(data[:len(data):len(data)], hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.private, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return mustWrite(t, map[string]any{
		"id": escaped(k.id), "rawId": escaped(k.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{
			"clientDataJSON": escaped(client), "authenticatorData": escaped(data),
			"signature": escaped(signature), "userHandle": escaped(k.handle),
		},
	})
}

// data begins authenticator data.
func (a *Authenticator) data(host string, flags byte) []byte {
	sum := sha256.Sum256([]byte(host))
	return binary.BigEndian.AppendUint32(append(sum[:], flags), a.Counter)
}

func (a *Authenticator) client(t testing.TB, kind, challenge string) []byte {
	return mustWrite(t, map[string]any{"type": kind, "challenge": challenge, "origin": a.Origin, "crossOrigin": false})
}

// attestation writes, as CBOR, that nobody vouches for the device.
func attestation(data []byte) []byte {
	out := []byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59")
	return append(binary.BigEndian.AppendUint16(out, uint16(len(data))), data...)
}

// cosePublic writes a public key for ES256 as CBOR.
func cosePublic(t testing.TB, private *ecdsa.PrivateKey) []byte {
	t.Helper()
	point, err := private.PublicKey.Bytes() // 4, x, y
	if err != nil {
		t.Fatal(err)
	}
	out := []byte("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20")
	out = append(out, point[1:33]...)
	return append(append(out, "\x22\x58\x20"...), point[33:]...)
}

func escaped(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func unescaped(t testing.TB, s string) []byte {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func mustRead(t testing.TB, raw []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}

func mustWrite(t testing.TB, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
