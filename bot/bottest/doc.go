// Package bottest is the test kit: a prepared house (the seeded database, the
// published directory and a conversation, on a clock that the test sets), and a
// Bot API server on the loopback that refuses what Telegram refuses.
//
//	h := bottest.House(t)
//	api := bottest.NewBotAPI(t)
//	// start a bot with h.Conversation, api.URL and api.Token, then act:
//	olha := api.NewPerson("uk")
//	greeting := olha.Say("/start")
//	olha.Press("Польща")
//
// A person's methods wait until the bot has answered; nothing sleeps. A message
// with a keyboard ends a reply, as each reply of the conversation does. When
// the test ends, the server fails it for every call that it had to refuse,
// unless the test said with ExpectRefusals that it wants some.
//
// Only tests may import this package.
package bottest
