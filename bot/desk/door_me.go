package desk

import (
	"errors"
	"net/http"

	"prystan/bot"
	"prystan/bot/access"
	"prystan/locales"
)

const mePath = "/desk/me"

func (d *desk) meRoutes() {
	d.page("GET "+mePath, (*visit).me)
	d.action("POST "+mePath, (*visit).changeMe)
	d.action("POST /desk/me/passkeys/begin", (*visit).beginPasskey)
	d.action("POST /desk/me/passkeys/finish", (*visit).finishPasskey)
	d.action("POST /desk/me/passkeys/rename", (*visit).renamePasskey)
	d.action("POST /desk/me/passkeys/remove", (*visit).removePasskey)
	d.action("POST /desk/me/sessions/end", (*visit).endSession)
	d.action("POST /desk/me/sessions/others", (*visit).endOthers)
	d.action("POST /desk/me/telegram", (*visit).connectTelegram)
	d.action("POST /desk/me/telegram/off", (*visit).disconnectTelegram)
}

// passkeyRow is one of the editor's passkeys.
type passkeyRow struct{ Key, Name, Added, Used string }

// sessionRow is where the editor is signed in.
type sessionRow struct {
	ID, Device, Began, Seen string
	Here                    bool
}

// me shows what editors may change about themselves.
func (v *visit) me() error {
	ctx := v.R.Context()
	connected, err := v.Door.Connected(ctx, v.Who.ID)
	if err != nil {
		return err
	}
	keys, err := v.Door.Passkeys(ctx, v.Who.ID)
	if err != nil {
		return err
	}
	sessions, err := v.Door.Sessions(ctx, v.Who.ID)
	if err != nil {
		return err
	}
	data := struct {
		Rights       personRow
		Languages    []option
		Monthly      bool
		Connected    bool
		Passkeys     []passkeyRow
		PasskeysWork bool
		Script       string
		Device       string
		Sessions     []sessionRow
	}{
		Rights: v.personRow(v.Who), Languages: deskLanguages(v.Who.Language), Monthly: v.Who.Monthly, Connected: connected,
		PasskeysWork: v.Door.PasskeysWork(), Script: v.assets.Address("passkey.js"), Device: device(v.R.UserAgent()),
	}
	for _, k := range keys {
		row := passkeyRow{Key: k.Key(), Name: k.Name, Added: v.when(k.Added)}
		if !k.Used.IsZero() {
			row.Used = v.when(k.Used)
		}
		data.Passkeys = append(data.Passkeys, row)
	}
	for _, s := range sessions {
		data.Sessions = append(data.Sessions, sessionRow{s.ID, s.Device, v.when(s.Began), v.when(s.Seen), s.ID == v.Session.ID})
	}
	return v.show(http.StatusOK, "me", data)
}

func (v *visit) changeMe() error {
	err := v.Door.ChangeOwn(v.R.Context(), v.Who.ID, bot.Language(v.R.PostFormValue("language")), v.R.PostFormValue("monthly") != "")
	if err != nil {
		return v.atDoor(err, mePath)
	}
	return v.redirect(mePath, "me_saved")
}

func (v *visit) renamePasskey() error {
	if err := v.Door.RenamePasskey(v.R.Context(), v.Who.ID, v.R.PostFormValue("key"), v.R.PostFormValue("name")); err != nil {
		return v.atDoor(err, mePath)
	}
	return v.redirect(mePath, "passkey_renamed")
}

func (v *visit) removePasskey() error {
	if err := v.Door.RemovePasskey(v.R.Context(), v.Who.ID, v.R.PostFormValue("key")); err != nil {
		return v.atDoor(err, mePath)
	}
	return v.redirect(mePath, "passkey_removed")
}

func (v *visit) endSession() error {
	err := v.Door.EndSession(v.R.Context(), v.Who.ID, v.R.PostFormValue("id"))
	if err != nil && !errors.Is(err, access.ErrUnknown) { // one that is over meanwhile is as it should be
		return err
	}
	return v.redirect(mePath, "session_ended")
}

func (v *visit) endOthers() error {
	if err := v.Door.EndSessions(v.R.Context(), v.Who.ID, v.Who.ID, v.Session.ID); err != nil {
		return err
	}
	return v.redirect(mePath, "sessions_ended")
}

// connectTelegram shows, once, what the editor sends to the bot to connect a
// chat.
func (v *visit) connectTelegram() error {
	secret, err := v.Door.MakeLink(v.R.Context(), v.Who.ID, v.Who.ID, access.Connect)
	if err != nil {
		return v.atDoor(err, mePath)
	}
	start := access.StartWord + secret
	data := struct{ Command, Address string }{Command: "/start " + start}
	if v.BotName != nil && v.BotName() != "" {
		data.Address = "https://t.me/" + v.BotName() + "?start=" + start
	}
	return v.show(http.StatusOK, "telegram", data)
}

func (v *visit) disconnectTelegram() error {
	if err := v.Door.Disconnect(v.R.Context(), v.Who.ID); err != nil {
		return err
	}
	return v.redirect(mePath, "telegram_off")
}

// deskLanguages returns the languages of the desk in their own names.
func deskLanguages(now bot.Language) []option {
	var options []option
	for _, l := range bot.DeskLanguages() {
		options = append(options, option{Value: string(l), Label: locales.SelfName(l), Chosen: l == now})
	}
	return options
}
