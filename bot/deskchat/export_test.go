package deskchat

import (
	"time"

	"prystan/bot"
)

// Cards exposes the card of every fact in a language of the desk.
func (d *Desk) Cards(l bot.Language) map[bot.Ref]Message {
	cards := make(map[bot.Ref]Message)
	for _, f := range facts(d.config.Keeper.Directory()) {
		cards[f.ref] = d.card(d.config.Messages.Printer(l), f)
	}
	return cards
}

// Due exposes which facts an editor is told of, and in which order.
func Due(d *bot.Directory, who bot.Editor, now time.Time) []string {
	var ids []string
	for _, f := range due(d, who, now) {
		ids = append(ids, f.ref.ID)
	}
	return ids
}
