package telegram

import (
	"context"
	"net/http"

	api "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"prystan/bot"
	"prystan/bot/answer"
	"prystan/locales"
)

// inlineCache is how long Telegram may keep the cards, in seconds: they say
// what is open now.
const inlineCache = 60

// inline offers the helplines of the country that somebody named after the
// bot's name in any chat.
func (b *Bot) inline(ctx context.Context, q *models.InlineQuery) {
	client := bot.Language("")
	if q.From != nil {
		client = bot.Language(q.From.LanguageCode)
	}
	results := []models.InlineQueryResult{}
	for _, c := range b.config.Conversation.Cards(q.Query, client) {
		if r, ok := article(c); ok {
			results = append(results, r)
		}
	}
	if len(results) == 0 {
		results = append(results, b.inlineHint(answer.Greet(client)))
	}
	err := b.brief(ctx, fewTries, func(ctx context.Context) error {
		_, err := b.client.AnswerInlineQuery(ctx, &api.AnswerInlineQueryParams{
			InlineQueryID: q.ID, Results: results, CacheTime: inlineCache, IsPersonal: true,
		})
		return err
	})
	if isRefusal(err, http.StatusBadRequest) {
		b.counters.refused.Add(1)
	}
	if err != nil {
		b.complain("answering an inline query", err)
	}
}

// article is a card as Telegram takes it.
func article(c answer.Card) (models.InlineQueryResult, bool) {
	parts := render(c.Text)
	if len(parts) != 1 || c.Title == "" || len(c.ID) > 64 {
		return nil, false
	}
	return &models.InlineQueryResultArticle{
		ID: c.ID, Title: c.Title, Description: c.About,
		InputMessageContent: models.InputTextMessageContent{
			MessageText: parts[0].text, Entities: parts[0].entities, LinkPreviewOptions: noPreview(),
		},
	}, true
}

// inlineHint asks for a country, and passes on what the bot is if it is chosen.
func (b *Bot) inlineHint(l bot.Language) models.InlineQueryResult {
	return &models.InlineQueryResultArticle{
		ID: "hint", Title: b.say(l, locales.InlineHint), Description: b.say(l, locales.BotShortDescription),
		InputMessageContent: models.InputTextMessageContent{
			MessageText:        b.say(l, locales.BotDescription) + "\nhttps://t.me/" + b.name(),
			LinkPreviewOptions: noPreview(),
		},
	}
}
