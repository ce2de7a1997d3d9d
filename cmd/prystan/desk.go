package main

import (
	"log/slog"
	"net/http"
	"time"

	"prystan/bot/access"
	"prystan/bot/desk"
	"prystan/bot/directory"
	"prystan/bot/facts"
	"prystan/locales"
)

// office is what editors work with: the keeper of the directory, the door and
// the messages of the desk.
type office struct {
	keeper   *directory.Keeper
	door     *access.Door
	messages *locales.DeskCatalog
}

// newOffice furnishes the desk of a house that browsers reach under address.
func newOffice(h *house, s *settings, address string) (*office, error) {
	o := &office{keeper: directory.NewKeeper(h.db, h.published, facts.CheckPhones, time.Now)}
	var err error
	if o.door, err = newDoor(h.db, s, address); err != nil {
		return nil, err
	}
	o.messages, err = locales.NewDeskCatalog(h.catalog)
	return o, err
}

// desk returns the pages of the desk.
func (o *office) desk(h *house, s *settings, botName func() string, log *slog.Logger) http.Handler {
	return desk.New(desk.Config{
		Keeper: o.keeper, Door: o.door, Store: h.db, Conversation: h.conversation, Catalog: h.catalog,
		Messages: o.messages, BotName: botName, PublicURL: s.publicURL, Log: log, Now: time.Now,
	})
}

// deskAddress returns where browsers reach the service: under its public
// address, or on this machine. Passkeys need the name localhost.
func (s *settings) deskAddress(listening string) string {
	if s.publicURL != "" {
		return s.publicURL
	}
	return "http://" + named(listening, "[::]:", "0.0.0.0:", "127.0.0.1:", "[::1]:", ":")
}
