package desk

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"prystan/bot/access"
)

// What the script of passkeys asks and is answered is JSON. Where it is refused,
// the script shows a sentence that stands in the page: why, nobody is told.

// beginSignIn answers with a challenge. It is the same for everybody.
func (d *desk) beginSignIn(w http.ResponseWriter, r *http.Request) {
	options, err := d.Door.BeginSignIn()
	if err != nil {
		d.refusePasskey(w, err)
		return
	}
	sendJSON(w, options)
}

// finishSignIn signs in whoever's passkey answered the challenge.
func (d *desk) finishSignIn(w http.ResponseWriter, r *http.Request) {
	response, err := io.ReadAll(r.Body)
	if err != nil {
		d.refusePasskey(w, access.ErrPasskey)
		return
	}
	secret, err := d.Door.FinishSignIn(r.Context(), response, device(r.UserAgent()))
	if err != nil {
		d.refusePasskey(w, err)
		return
	}
	d.letIn(w, r, secret)
	w.WriteHeader(http.StatusNoContent)
}

func (d *desk) refusePasskey(w http.ResponseWriter, err error) {
	status := http.StatusForbidden
	if !errors.Is(err, access.ErrPasskey) {
		d.Log.Error("signing in with a passkey", "error", err)
		status = http.StatusInternalServerError
	}
	http.Error(w, http.StatusText(status), status)
}

func sendJSON(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	// The person may have gone: there is nobody left to tell.
	_, _ = w.Write(body)
}

// beginPasskey answers with what the browser makes a passkey from.
func (v *visit) beginPasskey() error {
	options, err := v.Door.BeginPasskey(v.R.Context(), v.Who.ID)
	if err != nil {
		return v.noPasskey(err)
	}
	sendJSON(v.W, options)
	return nil
}

// finishPasskey keeps the passkey that the browser made.
func (v *visit) finishPasskey() error {
	var made struct {
		Name       string          `json:"name"`
		Credential json.RawMessage `json:"credential"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(v.W, v.R.Body, maxDoorForm)).Decode(&made); err != nil {
		return v.noPasskey(access.ErrPasskey)
	}
	if made.Name == "" {
		made.Name = device(v.R.UserAgent())
	}
	if err := v.Door.FinishPasskey(v.R.Context(), v.Who.ID, made.Name, made.Credential); err != nil {
		return v.noPasskey(err)
	}
	v.W.WriteHeader(http.StatusNoContent)
	return nil
}

func (v *visit) noPasskey(err error) error {
	if !errors.Is(err, access.ErrPasskey) {
		return err
	}
	http.Error(v.W, http.StatusText(http.StatusForbidden), http.StatusForbidden)
	return nil
}
