package access_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/access"
	"prystan/bot/bottest"
)

// passkeyOf returns a device on which an editor has made a passkey.
func (d *door) passkeyOf(editor int64) *bottest.Authenticator {
	d.t.Helper()
	device := &bottest.Authenticator{Origin: address}
	options, err := d.BeginPasskey(context.Background(), editor)
	d.must(err)
	d.must(d.FinishPasskey(context.Background(), editor, "Eva's key", device.Make(d.t, options)))
	return device
}

// answer signs in with a device, and signs out again.
func (d *door) answer(device *bottest.Authenticator) error {
	d.t.Helper()
	options, err := d.BeginSignIn()
	d.must(err)
	secret, err := d.FinishSignIn(context.Background(), device.Answer(d.t, options), "Firefox, Linux")
	if err == nil {
		d.must(d.SignOut(context.Background(), secret))
	}
	return err
}

func TestAPasskeyLetsItsEditorIn(t *testing.T) {
	ctx, d := context.Background(), newDoor(t)
	eva, kim := d.hire("Eva", bot.RoleEditor), d.hire("Kim", bot.Contributor)
	device := d.passkeyOf(eva)
	d.logged("Eva: passkey_add editor 1: Eva:  > Eva's key")
	for range 2 {
		options, err := d.BeginSignIn()
		d.must(err)
		secret, err := d.FinishSignIn(ctx, device.Answer(t, options), "Firefox, Linux")
		d.must(err)
		d.is("by passkey", secret, eva)
	}
	d.logged("Eva: sign_in editor 1: Eva:  > passkey: Firefox, Linux")
	keys, err := d.Passkeys(ctx, eva)
	if err != nil || len(keys) != 1 || !keys[0].Used.Equal(d.clock.Now()) {
		t.Fatalf("passkeys %+v (%v)", keys, err)
	}
	for _, gone := range []string{"attestationObject\":\"", "clientDataJSON\":\""} {
		if strings.Contains(keys[0].Credential, gone) {
			t.Errorf("kept is what nobody needs: %s", keys[0].Credential)
		}
	}
	d.fails("Kim renames it", d.RenamePasskey(ctx, kim, keys[0].Key(), "mine"), access.ErrUnknown)
	d.fails("Kim removes it", d.RemovePasskey(ctx, kim, keys[0].Key()), access.ErrUnknown)
	d.must(d.RenamePasskey(ctx, eva, keys[0].Key(), " blue\nkey "))
	d.logged("Eva: passkey_rename editor 1: Eva: Eva's key > bluekey")
	d.must(d.RemovePasskey(ctx, eva, keys[0].Key()))
	d.logged("Eva: passkey_remove editor 1: Eva: bluekey > ")
	d.fails("after its removal", d.answer(device), access.ErrPasskey)
}

func TestACopiedPasskeyOpensNothing(t *testing.T) {
	d := newDoor(t)
	device := d.passkeyOf(d.hire("Eva", bot.RoleEditor))
	d.must(d.answer(device))
	d.must(d.answer(device))
	device.Counter--
	d.fails("a counter that stands still", d.answer(device), access.ErrPasskey)
	d.logged("Eva: refused editor 1: Eva: the passkey was copied:  > sign_in")
	device.Counter = 0
	d.fails("one that went back", d.answer(device), access.ErrPasskey)
}

func TestAChallengeIsAnsweredOnceAndSoon(t *testing.T) {
	ctx, d := context.Background(), newDoor(t)
	eva, kim := d.hire("Eva", bot.RoleEditor), d.hire("Kim", bot.Contributor)
	device := d.passkeyOf(eva)
	options, err := d.BeginSignIn()
	d.must(err)
	d.clock.Advance(5 * time.Minute)
	_, err = d.FinishSignIn(ctx, device.Answer(t, options), "")
	d.fails("after five minutes", err, access.ErrPasskey)

	options, err = d.BeginSignIn()
	d.must(err)
	_, err = d.FinishSignIn(ctx, device.Answer(t, options), "")
	d.fails("in time", err, nil)
	_, err = d.FinishSignIn(ctx, device.Answer(t, options), "")
	d.fails("again", err, access.ErrPasskey)

	options, err = d.BeginPasskey(ctx, eva)
	d.must(err)
	made := (&bottest.Authenticator{Origin: address}).Make(t, options)
	d.fails("Kim takes Eva's challenge", d.FinishPasskey(ctx, kim, "", made), access.ErrPasskey)
	d.fails("Eva does", d.FinishPasskey(ctx, eva, "", made), nil)
	d.fails("Eva again", d.FinishPasskey(ctx, eva, "", made), access.ErrPasskey)
}

func TestNobodyIsToldWhyAPasskeyIsRefused(t *testing.T) {
	ctx, d := context.Background(), newDoor(t)
	eva := d.hire("Eva", bot.RoleEditor)
	device := d.passkeyOf(eva)
	_, err := d.Add(ctx, 0, bot.Editor{Name: "Kim", Role: bot.Contributor, Language: bot.English})
	d.must(err)

	elsewhere := &bottest.Authenticator{Origin: "https://evil.example"}
	options, err := d.BeginPasskey(ctx, eva)
	d.must(err)
	d.fails("a passkey made on another site", d.FinishPasskey(ctx, eva, "", elsewhere.Make(t, options)), access.ErrPasskey)
	device.Origin = "https://evil.example"
	d.fails("signing in on another site", d.answer(device), access.ErrPasskey)
	device.Origin = address

	stranger := &bottest.Authenticator{Origin: address}
	options, err = d.BeginPasskey(ctx, eva)
	d.must(err)
	stranger.Make(t, options) // never kept
	d.fails("a passkey that nobody has registered, of an editor who is there", d.answer(stranger), access.ErrPasskey)

	twisted := func(change func(response map[string]any)) error {
		t.Helper()
		options, err := d.BeginSignIn()
		d.must(err)
		var a map[string]any
		d.must(json.Unmarshal(device.Answer(t, options), &a))
		change(a["response"].(map[string]any))
		raw, err := json.Marshal(a)
		d.must(err)
		_, err = d.FinishSignIn(ctx, raw, "")
		return err
	}
	d.fails("nothing changed", twisted(func(map[string]any) {}), nil)
	d.fails("a handle of nobody", twisted(func(r map[string]any) {
		r["userHandle"] = base64.RawURLEncoding.EncodeToString(make([]byte, 32))
	}), access.ErrPasskey)
	d.fails("no handle", twisted(func(r map[string]any) { delete(r, "userHandle") }), access.ErrPasskey)
	d.fails("a signature of nothing", twisted(func(r map[string]any) { r["signature"] = "AAAA" }), access.ErrPasskey)
	for _, junk := range []string{"", "{}", "null", "[", `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`} {
		_, err := d.FinishSignIn(ctx, []byte(junk), "")
		d.fails("junk "+junk, err, access.ErrPasskey)
		d.fails("junk "+junk, d.FinishPasskey(ctx, eva, "", []byte(junk)), access.ErrPasskey)
	}

	ask := func() string {
		options, err := d.BeginSignIn()
		d.must(err)
		var o struct {
			PublicKey map[string]any `json:"publicKey"`
		}
		d.must(json.Unmarshal(options, &o))
		delete(o.PublicKey, "challenge")
		raw, err := json.Marshal(o)
		d.must(err)
		return string(raw)
	}
	before := ask()
	d.must(d.Remove(ctx, 0, eva))
	if after := ask(); after != before || strings.Contains(after, "allowCredentials") {
		t.Errorf("what a browser is asked tells who is there: %s, then %s", before, after)
	}
}

func TestAFloodOfChallengesIsForgotten(t *testing.T) {
	d := newDoor(t)
	device := d.passkeyOf(d.hire("Eva", bot.RoleEditor))
	first, err := d.BeginSignIn()
	d.must(err)
	d.clock.Advance(time.Second)
	for range 2000 {
		_, err := d.BeginSignIn()
		d.must(err)
	}
	_, err = d.FinishSignIn(context.Background(), device.Answer(t, first), "")
	d.fails("the oldest of too many", err, access.ErrPasskey)
	d.fails("a new one", d.answer(device), nil)
}

func TestWithoutANameThereAreNoPasskeys(t *testing.T) {
	d := newDoor(t)
	eva := d.hire("Eva", bot.RoleEditor)
	for address, want := range map[string]bool{
		"http://127.0.0.1:8080": false, "http://[::1]:8080": false, "http://localhost:8080": true, "https://help.example.org": true,
	} {
		other, err := access.NewDoor(d.store, address, d.clock.Now)
		d.must(err)
		_, err = other.BeginPasskey(context.Background(), eva)
		if other.PasskeysWork() != want || (err == nil) != want {
			t.Errorf("%s: %v, %v", address, other.PasskeysWork(), err)
		}
	}
}
