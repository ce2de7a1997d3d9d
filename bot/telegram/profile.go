package telegram

import (
	"context"

	api "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/locales"
)

// publishProfile tells Telegram the commands and descriptions in each language.
// It goes on beside the answering, which must not wait for it; what fails is
// tried again at the next start.
func (b *Bot) publishProfile(ctx context.Context) {
	// People whose language is none of ours see what has no language: English.
	b.profileIn(ctx, bot.English, "")
	for _, l := range bot.Languages() {
		b.profileIn(ctx, l, string(l))
	}
}

func (b *Bot) profileIn(ctx context.Context, l bot.Language, code string) {
	var commands []models.BotCommand
	for _, name := range answer.Commands() {
		commands = append(commands, models.BotCommand{Command: name, Description: b.say(l, locales.CommandMessage(name))})
	}
	steps := map[string]func(context.Context) error{
		"setMyCommands": func(ctx context.Context) error {
			_, err := b.client.SetMyCommands(ctx, &api.SetMyCommandsParams{Commands: commands, LanguageCode: code})
			return err
		},
		"setMyDescription": func(ctx context.Context) error {
			_, err := b.client.SetMyDescription(ctx, &api.SetMyDescriptionParams{
				Description: b.say(l, locales.BotDescription), LanguageCode: code})
			return err
		},
		"setMyShortDescription": func(ctx context.Context) error {
			_, err := b.client.SetMyShortDescription(ctx, &api.SetMyShortDescriptionParams{
				ShortDescription: b.say(l, locales.BotShortDescription), LanguageCode: code})
			return err
		},
	}
	for method, step := range steps {
		if err := b.call(ctx, manyTries, step); err != nil && ctx.Err() == nil {
			b.complain(method, err)
		}
	}
}
