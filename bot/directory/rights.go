package directory

import (
	"context"
	"errors"
	"slices"
	"sync"

	"prystan/bot"
)

// Scopes tells what rights to records are measured by, as they stand among the
// same records. It is safe for concurrent use.
type Scopes struct {
	index func() uses // made when it is first needed
}

// uses is who names an organization, a number or a service.
type uses struct {
	organizations map[string][]bot.Country
	phones        map[string]bot.Scope
	services      map[string]bot.Scope
}

// NewScopes returns the scopes among the records.
func NewScopes(r bot.Records) *Scopes {
	return &Scopes{index: sync.OnceValue(func() uses { return usesIn(r) })}
}

func usesIn(r bot.Records) uses {
	u := uses{
		organizations: make(map[string][]bot.Country), phones: make(map[string]bot.Scope),
		services: make(map[string]bot.Scope, len(r.Services)),
	}
	call := func(phone string, c bot.Country, organization string) {
		s := u.phones[phone]
		u.phones[phone] = bot.Scope{Countries: append(s.Countries, c), Organizations: append(s.Organizations, organization)}
	}
	for i := range r.Services {
		s := &r.Services[i]
		u.services[s.ID] = scopeOfService(s)
		u.organizations[s.Organization] = append(u.organizations[s.Organization], s.Country)
		for _, id := range s.Phones {
			call(id, s.Country, s.Organization)
		}
	}
	for i := range r.Protections {
		if p := &r.Protections[i]; p.Phone != "" {
			call(p.Phone, p.Country, "")
		}
	}
	return u
}

func scopeOfService(s *bot.Service) bot.Scope {
	return bot.Scope{Countries: []bot.Country{s.Country}, Organizations: []string{s.Organization}}
}

// Of returns the scope of the record v (one of the types of bot.NewRecord). An
// organization is of the countries of its services; so is a number, unless it is
// a short code. Organization "" stands for what belongs to none: rights that are
// limited to organizations reach no number that an authority uses as well.
func (s *Scopes) Of(v any) bot.Scope {
	var scope bot.Scope
	switch v := v.(type) {
	case bot.Service:
		return scopeOfService(&v)
	case bot.Organization:
		scope = bot.Scope{Countries: slices.Clone(s.index().organizations[v.ID]), Organizations: []string{v.ID}}
	case bot.Phone:
		used := s.index().phones[v.ID]
		scope = bot.Scope{Countries: slices.Clone(used.Countries), Organizations: slices.Clone(used.Organizations)}
		if v.Country != "" {
			scope.Countries = append(scope.Countries, v.Country)
		}
	case bot.ServiceText:
		return s.index().services[v.Service]
	case bot.Protection:
		scope.Countries = []bot.Country{v.Country}
	case bot.ProtectionText:
		scope.Countries = []bot.Country{v.Country}
	}
	slices.Sort(scope.Countries)
	slices.Sort(scope.Organizations)
	scope.Countries, scope.Organizations = slices.Compact(scope.Countries), slices.Compact(scope.Organizations)
	return scope
}

// Reaches reports whether the editor may propose a change to v, and publish one
// if the role publishes.
func (s *Scopes) Reaches(e bot.Editor, v any) bool { return !e.Removed && e.Reaches(s.Of(v)) }

// ScopeOf returns what rights to one record are measured by, as it stands among
// the records r; Scopes tell it of many.
func ScopeOf(r bot.Records, v any) bot.Scope { return NewScopes(r).Of(v) }

// MayChange reports whether the editor may propose a change to one record, and
// publish one if the role publishes.
func MayChange(e bot.Editor, r bot.Records, v any) bool { return NewScopes(r).Reaches(e, v) }

// may fails with ErrRight unless the editor's rights reach the record of v, as
// it stands among others.
func (d *deed) may(among *Scopes, v any) error {
	if !among.Reaches(d.who, v) {
		return ErrRight
	}
	return nil
}

// SwitchFourEyes lets one person publish alone for a country, or no longer. It
// is for administrators whose rights reach the whole country, and fails with
// ErrSeveral where more than one person looks after it.
func (k *Keeper) SwitchFourEyes(ctx context.Context, editor int64, c bot.Country, off bool) error {
	return k.act(ctx, editor, func(d *deed) error {
		if !d.who.Role.Administers() || !d.who.Reaches(bot.Scope{Countries: []bot.Country{c}}) || !c.Known() {
			return ErrRight
		}
		was, err := d.FourEyesOff(c)
		if err != nil || was == off {
			return err
		}
		if off {
			switch who, err := d.publishers(c); {
			case err != nil:
				return err
			case len(who) > 1:
				return ErrSeveral
			}
		}
		if err := d.SetFourEyes(c, off); err != nil {
			return err
		}
		return d.note(bot.ActionFourEyes, string(c), onOff(!was), onOff(!off))
	})
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// Audit returns entries of the audit log, the newest first. It is for
// administrators.
func (k *Keeper) Audit(ctx context.Context, editor int64, f AuditFilter) ([]bot.AuditEntry, error) {
	var entries []bot.AuditEntry
	err := k.act(ctx, editor, func(d *deed) (err error) {
		if !d.who.Role.Administers() {
			return ErrRight
		}
		entries, err = d.Tx.Audit(f)
		return err
	})
	return entries, err
}

// MayPublishAlone reports whether the editor may publish an own proposal without
// a second person.
func (k *Keeper) MayPublishAlone(ctx context.Context, editor int64, p Proposal) (bool, error) {
	may := false
	err := k.act(ctx, editor, func(d *deed) error {
		err := d.aloneAllowed(p.Changes)
		may = err == nil && d.who.Role.Publishes()
		if errors.Is(err, ErrOwn) {
			return nil
		}
		return err
	})
	return may, err
}
