package main

import (
	"context"
	"log/slog"
	"time"

	"prystan/bot"
	"prystan/bot/deskchat"
	"prystan/bot/telegram"
)

// chat returns the desk in chats.
func (o *office) chat(h *house, address string, log *slog.Logger) *deskchat.Desk {
	return deskchat.New(deskchat.Config{
		Keeper: o.keeper, Door: o.door, Proposals: h.db, Messages: o.messages, Address: address, Log: log, Now: time.Now,
	})
}

// deskInTelegram is the desk in chats as Telegram's bot knows it.
type deskInTelegram struct{ desk *deskchat.Desk }

func (d deskInTelegram) Command(ctx context.Context, chat int64, client bot.Language, off bool) telegram.DeskMessage {
	return inTelegram(d.desk.Command(ctx, chat, client, off))
}

func (d deskInTelegram) Connect(ctx context.Context, chat int64, client bot.Language, secret string) telegram.DeskMessage {
	return inTelegram(d.desk.Connect(ctx, chat, client, secret))
}

func (d deskInTelegram) Press(ctx context.Context, chat int64, client bot.Language, data string) telegram.DeskMessage {
	return inTelegram(d.desk.Press(ctx, chat, client, data))
}

func (d deskInTelegram) InGroup(client bot.Language) telegram.DeskMessage {
	return inTelegram(d.desk.InGroup(client))
}

// run sends the monthly messages through a bot until ctx ends.
func (d deskInTelegram) run(ctx context.Context, b *telegram.Bot) error {
	return d.desk.Run(ctx, func(ctx context.Context, chat int64, m deskchat.Message) error {
		return b.Tell(ctx, chat, inTelegram(m))
	})
}

func inTelegram(m deskchat.Message) telegram.DeskMessage {
	out := telegram.DeskMessage{Text: m.Text, Private: m.Private, Instead: m.Instead}
	for _, row := range m.Buttons {
		keys := make([]telegram.DeskButton, len(row))
		for i, b := range row {
			keys[i] = telegram.DeskButton(b)
		}
		out.Buttons = append(out.Buttons, keys)
	}
	return out
}
