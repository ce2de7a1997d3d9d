package deskchat

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"prystan/bot"
	"prystan/bot/directory"
	"prystan/locales"
)

// verb is what a button under a card does.
type verb string

const (
	right   verb = "right"
	changed verb = "changed"
	gone    verb = "gone"
)

// Press does what a button says, with the rights that the editor of the chat
// has now: data that somebody made up does no more than the desk would.
func (d *Desk) Press(ctx context.Context, chat int64, client bot.Language, data string) Message {
	who, err := d.config.Door.EditorOfChat(ctx, chat)
	if err != nil {
		return d.notIn(client, err)
	}
	t := d.config.Messages.Printer(who.Language)
	v, f, state, ok := d.pressed(data)
	switch {
	case !ok:
		return Message{Text: t.Say("deskchat.unknown")}
	case !directory.MayChange(who, d.config.Keeper.Directory().Records(), f.value):
		return Message{Text: t.Say("problem.right")}
	case v == changed:
		return d.wayIn(ctx, who, "deskchat.change", "/desk/edit/"+refPath(f.ref))
	case v == gone:
		return d.wayIn(ctx, who, "deskchat.retire", "/desk/records/"+refPath(f.ref)+"?retire=1")
	case f.state() != state:
		// A number that somebody changed since is not the one that the editor saw.
		m := d.card(t, f)
		m.Text, m.Instead = t.Say("deskchat.meanwhile")+"\n\n"+m.Text, true
		return m
	}
	return d.assure(ctx, t, who, f)
}

// pressed reads the data of a button; false if it is of no card of a fact that
// is published.
func (d *Desk) pressed(data string) (v verb, f fact, state string, ok bool) {
	parts := strings.Split(data, ".")
	if len(parts) != 3 || !slices.Contains([]verb{right, changed, gone}, verb(parts[0])) {
		return "", fact{}, "", false
	}
	all := facts(d.config.Keeper.Directory())
	i := slices.IndexFunc(all, func(f fact) bool { return f.key() == parts[1] })
	if i < 0 {
		return "", fact{}, "", false
	}
	return verb(parts[0]), all[i], parts[2], true
}

// assure says as an editor that a fact is still right. What went wrong is
// answered under the card, so that its buttons stay.
func (d *Desk) assure(ctx context.Context, t *locales.DeskPrinter, who bot.Editor, f fact) Message {
	proposed, err := d.proposed(ctx, who, f.ref)
	if err == nil && !proposed {
		proposed, err = d.config.Keeper.Assure(ctx, who.ID, f.ref)
	}
	said := "said.assured"
	if proposed {
		said = "said.proposed"
	}
	switch {
	case errors.Is(err, directory.ErrRight):
		return Message{Text: t.Say("problem.right")}
	case errors.Is(err, directory.ErrUnknown):
		return Message{Text: t.Say("deskchat.unknown")}
	case errors.Is(err, directory.ErrLow):
		return Message{Text: t.Say("problem.low")}
	case err != nil && !errors.Is(err, directory.ErrNothing): // said today already
		return d.failed(t, err)
	}
	return Message{Text: describe(t, f) + "\n\n" + t.Say(said), Instead: true}
}

// proposed reports whether the same editor has said the same today and somebody
// has yet to publish it: a tap that comes twice makes no second proposal.
func (d *Desk) proposed(ctx context.Context, who bot.Editor, ref bot.Ref) (bool, error) {
	if who.Role.Publishes() {
		return false, nil
	}
	waiting, err := d.config.Proposals.ProposalsOn(ctx, ref)
	today := bot.DateOf(d.config.Now().UTC())
	return slices.ContainsFunc(waiting, func(p directory.Proposal) bool {
		return p.By == who.ID && p.Origin == directory.FromAssure && bot.DateOf(p.At.UTC()) == today
	}), err
}

// refPath writes a record as a part of an address of the desk.
func refPath(ref bot.Ref) string { return string(ref.Kind) + "/" + url.PathEscape(ref.ID) }
