package answer

import "prystan/bot"

// Greet returns the language in which a person is greeted whose program speaks
// client, a BCP 47 tag with or without region. The table is ours, because a
// matcher that knows only similarity greets a Ukrainian in Russian; Russian is
// never chosen unless the program speaks it.
func Greet(client bot.Language) bot.Language {
	base := client
	for i := range client {
		if client[i] == '-' || client[i] == '_' {
			base = client[:i]
			break
		}
	}
	switch base {
	case bot.Ukrainian, bot.English, bot.Russian, bot.Polish, bot.German, bot.Czech, bot.Romanian:
		return base
	case "", "be": // unknown, and Belarusian, whose speakers read Ukrainian
		return bot.Ukrainian
	case "sk":
		return bot.Czech
	case "mo": // Moldovan, the withdrawn tag for Romanian
		return bot.Romanian
	}
	return bot.English
}

// Answer returns the language of the answer to a question in language asked:
// the same where its texts are shipped, else the language of the conversation
// so far, else the closest shipped one.
func Answer(asked, so bot.Language) bot.Language {
	switch {
	case asked.Shipped():
		return asked
	case so.Shipped():
		return so
	}
	return Greet(asked)
}
