package answer_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"prystan/bot"
	"prystan/bot/answer"
)

// lines returns the lines of a reply's first message.
func firstLines(r answer.Reply) []string {
	return strings.Split(r.Messages[0].Text.Plain(), "\n")
}

func labels(r answer.Reply) []string {
	var all []string
	for _, m := range r.Messages {
		for _, row := range m.Buttons {
			for _, b := range row {
				all = append(all, b.Label)
			}
		}
	}
	return all
}

func mustContain(t *testing.T, r answer.Reply, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(r.Plain(), part) {
			t.Errorf("%q is missing in:\n%s", part, r.Plain())
		}
	}
}

func TestAPersonIsGreetedInTheLanguageOfTheirProgramAndNeverInRussianUnasked(t *testing.T) {
	for _, c := range []struct{ client, want bot.Language }{
		{"uk", "uk"}, {"uk-UA", "uk"}, {"ru", "ru"}, {"ru-UA", "ru"}, {"en", "en"}, {"en-GB", "en"}, {"pl", "pl"},
		{"de", "de"}, {"de-AT", "de"}, {"cs", "cs"}, {"sk", "cs"}, {"ro", "ro"}, {"ro-MD", "ro"}, {"mo", "ro"},
		{"", "uk"}, {"be", "uk"}, {"bg", "en"}, {"kk", "en"}, {"fr", "en"}, {"hu", "en"}, {"tr", "en"}, {"xx_YY", "en"},
	} {
		if got := answer.Greet(c.client); got != c.want {
			t.Errorf("a program in %q is greeted in %q, want %q", c.client, got, c.want)
		}
	}
}

func TestTheAnswerComesInTheLanguageOfTheQuestionOrTheNearestThatHasTexts(t *testing.T) {
	for _, c := range []struct{ asked, so, want bot.Language }{
		{"uk", "en", "uk"}, {"ro", "uk", "ro"}, {"fr", "uk", "uk"}, {"fr", "", "en"}, {"sk", "", "cs"}, {"sk", "uk", "uk"}, {"ar", "de", "de"},
	} {
		if got := answer.Answer(c.asked, c.so); got != c.want {
			t.Errorf("asked in %q in a talk in %q: answer in %q, want %q", c.asked, c.so, got, c.want)
		}
	}
}

func TestStartSaysWhatThisIsWhatItKeepsAndWhatToDoInDanger(t *testing.T) {
	k := newTalk(t)
	r := k.turn(answer.Input{Text: "/start", Client: "uk"})
	mustContain(t, r, "Пристань", "програма", "не зберігаються", "реклама", "112")
	want := []string{"🆘 Я в небезпеці", "Лінії допомоги", "Тимчасовий захист", "Чи це безпечно?", "Знайти допомогу", "Країна", "🌐 Мова"}
	if got := labels(r); !slices.Equal(got, want) {
		t.Errorf("buttons are %q, want %q", got, want)
	}
	if n := len(firstLines(r)); n > 8 {
		t.Errorf("the greeting has %d lines", n)
	}
}

func TestAPosterLinkChoosesCountryLanguageAndArticle(t *testing.T) {
	for _, c := range []struct {
		parameter string
		language  bot.Language
		country   bot.Country
		topic     bot.Topic
	}{
		{"PL", "en", "PL", bot.Greeting}, {"PL_uk", "uk", "PL", bot.Greeting}, {"job", "en", "", bot.JobOffer},
		{"DE_cs_job", "cs", "DE", bot.JobOffer}, {"nonsense_XX_zz", "en", "", bot.Greeting}, {"sos", "en", "", bot.DangerNow},
	} {
		k := newTalk(t)
		r := k.turn(answer.Input{Text: "/start " + c.parameter, Client: "en"})
		if r.Language != c.language || k.session.Country != c.country || r.Question.Topic != c.topic {
			t.Errorf("start=%s: %s, %q, %s", c.parameter, r.Language, k.session.Country, r.Question.Topic)
		}
		if chosen := c.country != "" || c.language != "en"; chosen != (r.Remember != nil) {
			t.Errorf("start=%s: remembered is %+v", c.parameter, r.Remember)
		}
	}
}

// dangerFirst fails unless the emergency number and a line that people answer
// stand in the first two lines.
func dangerFirst(t *testing.T, r answer.Reply, emergency string) {
	t.Helper()
	lines := firstLines(r)
	if !strings.Contains(lines[0], emergency) || !strings.HasPrefix(lines[0], "🆘") {
		t.Errorf("the first line is %q", lines[0])
	}
	if !strings.HasPrefix(lines[1], "☎") {
		t.Errorf("the second line is %q", lines[1])
	}
}

func TestInDangerTheEmergencyNumberAndAHumanLineComeFirstInEveryCountryAndLanguage(t *testing.T) {
	emergencies := map[bot.Country]string{"GB": "999", "UA": "102"}
	for _, c := range append(bot.Countries(), "") {
		for _, l := range bot.Languages() {
			number := emergencies[c]
			if number == "" {
				number = "112"
			}
			k := newTalk(t)
			k.session = answer.Session{Language: l, Country: c}
			dangerFirst(t, k.press(answer.ShowDanger, ""), number)
			for _, topic := range bot.TopicsIn(bot.GroupCrisis) {
				for _, v := range []answer.Verb{answer.ShowTopic, answer.ShowMore, answer.SafeToWrite, answer.SomeoneWatches} {
					r := k.press(v, string(topic))
					dangerFirst(t, r, number)
					if !r.Question.Urgent || !r.Messages[0].Private {
						t.Errorf("%s %s in %q: urgent %v, private %v", v, topic, c, r.Question.Urgent, r.Messages[0].Private)
					}
				}
			}
		}
	}
}

func TestACryForHelpIsAnsweredFirstWhateverWasTalkedAboutBefore(t *testing.T) {
	for _, c := range []struct{ text, line string }{
		{"хазяїн забрав мій паспорт і не випускає з цеху", "22 628 01 20"},
		{"мене змушують працювати безкоштовно і погрожують", "22 628 01 20"},
		{"меня избивает муж, помогите", ""},
		{"I do not want to live any more", "800 702 222"},
	} {
		k := newTalk(t)
		k.session = answer.Session{Language: "uk", Country: "PL", Topic: bot.Work}
		r := k.say(c.text)
		dangerFirst(t, r, "112")
		if !r.Question.Urgent {
			t.Errorf("%q is not urgent", c.text)
		}
		mustContain(t, r, c.line)
	}
}

func TestDangerInAnotherTopicGetsTheLinesThatFitIt(t *testing.T) {
	for _, c := range []struct {
		text, line string
		country    bot.Country
	}{
		{"мене б'є роботодавець", "0800 800 678", "RO"},
		{"мне 17 лет, я один и боюсь, меня преследуют", "", "AT"},
		{"мама не дихає", "103", "UA"},
		{"мене б'ють, де я можу переночувати", "800 120 002", "PL"},
	} {
		k := newTalk(t)
		k.session = answer.Session{Language: "uk", Country: c.country}
		r := k.say(c.text)
		if !r.Question.Urgent || !strings.HasPrefix(firstLines(r)[0], "🆘") {
			t.Errorf("%q: urgent %v, first line %q", c.text, r.Question.Urgent, firstLines(r)[0])
		}
		mustContain(t, r, c.line)
	}
}

func TestTheQuestionWhetherItIsSafeToWriteHasBothWaysOn(t *testing.T) {
	k := newTalk(t)
	k.session = answer.Session{Language: "en", Country: "DE"}
	r := k.press(answer.ShowTopic, string(bot.Exploitation))
	mustContain(t, r, "Is it safe for you to write now?")
	if got := labels(r); !slices.Contains(got, "Yes, I can write") || !slices.Contains(got, "Someone may see it") {
		t.Errorf("buttons are %q", got)
	}
}

func TestProtectionIsAnsweredWithTheCountrysOwnRulesAndBothDates(t *testing.T) {
	k := newTalk(t)
	k.session = answer.Session{Language: "en", Country: "PT"}
	r := k.press(answer.ShowTopic, string(bot.Duration))
	mustContain(t, r, "4 March 2027", "4 March 2028", "not the date on your document")
	k.session.Country = "CH"
	r = k.press(answer.ShowTopic, string(bot.Duration))
	mustContain(t, r, "This country has its own rules")
	k.session.Country = "GB"
	r = k.press(answer.ShowTopic, string(bot.Duration))
	mustContain(t, r, "no confirmed end date")
}

func TestWithoutACountryTheGeneralAnswerAsksForIt(t *testing.T) {
	k := newTalk(t)
	k.session = answer.Session{Language: "en"}
	r := k.press(answer.ShowTopic, string(bot.Apply))
	mustContain(t, r, "Which country are you in?", "999", "102")
	var to *answer.Action
	for _, row := range r.Messages[0].Buttons {
		for _, b := range row {
			if b.Do != nil && b.Do.Verb == answer.SetCountry && b.Do.Country == "PL" {
				to = b.Do
			}
		}
	}
	if to == nil {
		t.Fatal("no button for Poland")
	}
	r = k.turn(answer.Input{Press: to})
	mustContain(t, r, "Poland", "PESEL")
	if r.Remember == nil || r.Remember.Country != "PL" || r.Question.Topic != bot.Apply {
		t.Errorf("after choosing: remembered %+v, topic %s", r.Remember, r.Question.Topic)
	}
}

func TestALineOfAnotherCountryShowsOnlyNumbersThatWorkFromAbroad(t *testing.T) {
	k := newTalk(t)
	k.session = answer.Session{Language: "en", Country: "PL"}
	r := k.press(answer.ShowTopic, string(bot.FindRelatives))
	mustContain(t, r, "+380 44 287 8165")
	if strings.Contains(r.Plain(), "1648") {
		t.Error("a short code of Ukraine is shown in Poland")
	}
}

func TestACountryThatIsNotInTheDirectoryIsSaidNotToBeKnown(t *testing.T) {
	k := newTalk(t)
	k.session = answer.Session{Language: "en", Country: "TR"}
	r := k.press(answer.ShowTopic, string(bot.Work))
	mustContain(t, r, "no confirmed information", "Turkey", "Which country are you in?")
}

func TestACardSaysWhatHappensWhenOneCallsAndWhatIsNotKnown(t *testing.T) {
	k := newTalk(t)
	k.session = answer.Session{Language: "en", Country: "PL"}
	mustContain(t, k.press(answer.ShowLine, "pl-kcik"), "22 628 01 20", "+48 22 628 01 20", "day and night", "Polish, English", "October 2025")
	mustContain(t, k.press(answer.ShowCalling, "pl-kcik"), "Polish, English", "do not know if they ask for your name", "police")
	r := k.press(answer.SendContact, "pl-kcik")
	if c := r.Messages[0].Contact; c == nil || c.Phone != "+48226280120" {
		t.Errorf("contact is %+v", c)
	}
	r = k.press(answer.SendContact, "pl-116111")
	if c := r.Messages[0].Contact; c == nil || c.Phone != "116111" {
		t.Errorf("contact of a short code is %+v", c)
	}
}

func TestOpeningHoursAreToldForTheMoment(t *testing.T) {
	k := newTalk(t) // Tuesday 13:00 in Warsaw
	k.session = answer.Session{Language: "en", Country: "PL"}
	mustContain(t, k.press(answer.ShowLine, "pl-iom"), "Mon–Fri 09:00–17:00 (open now until 17:00)")
	mustContain(t, k.press(answer.ShowLine, "pl-feminoteka-ua"), "daily 14:00–17:00 (may be different, not confirmed)")
}

func TestVotesReportsAndUnansweredQuestionsAreCountedWithoutTexts(t *testing.T) {
	k := newTalk(t)
	k.session = answer.Session{Language: "en", Country: "PL"}
	k.press(answer.VoteUp, string(bot.Work))
	k.press(answer.VoteUp, string(bot.Work))
	k.press(answer.VoteDown, string(bot.Housing))
	k.press(answer.ReportLine, "pl-kcik")
	k.say("what will the weather be tomorrow")
	if k.counted.votes[bot.Work] != 2 || k.counted.votes[bot.Housing] != -1 || k.counted.wrong["pl-kcik"] != 1 || len(k.counted.none) != 1 {
		t.Errorf("counted %+v", k.counted)
	}
}

func TestWhatCannotBeReadForgedOrStaleButtonsAndUnknownCommandsLeadOn(t *testing.T) {
	k := newTalk(t)
	for _, in := range []answer.Input{
		{Strange: true}, {Text: "   "}, {Text: "/nonsense"}, {Text: "/start@prystan_bot"}, {Text: "/"}, {Text: "/help@x y z"},
		{Press: &answer.Action{Verb: "bogus", Language: "uk"}},
		{Press: &answer.Action{Verb: answer.ShowTopic, Arg: "no.such", Language: "uk"}},
		{Press: &answer.Action{Verb: answer.ShowLine, Arg: "no-such-line", Language: "uk", Country: "PL"}},
		{Press: &answer.Action{Verb: answer.ShowHelplines, Arg: "no-such-need", Language: "uk", Country: "PL"}},
		{Press: &answer.Action{Verb: answer.SetCountry, Language: "uk"}},
		{Press: &answer.Action{Verb: answer.VoteUp, Arg: "<script>", Language: "uk"}},
		{Text: strings.Repeat("а", 4096)}, {Text: "😀😀😀"}, {Text: "<b>&amp;*_[`"}, {Text: "\x00\xff\xfe"},
	} {
		r := k.turn(in)
		if len(labels(r)) == 0 {
			t.Errorf("no way on after %+v", in)
		}
	}
	for _, s := range []string{"", "1:menu", "0:menu:uk::", "1:menu:xx::", "1:menu:uk:XX:", "1:menu:uk::a:b", strings.Repeat("x", 100)} {
		if a, err := answer.ParseAction(s); err == nil {
			t.Errorf("button data %q was read as %+v", s, a)
		}
	}
}

func TestForgettingForgets(t *testing.T) {
	k := newTalk(t)
	k.session = answer.Session{Language: "en", Country: "PL", Topic: bot.Work}
	if r := k.say("/forget"); !r.Forget {
		t.Error("nothing is to be forgotten")
	}
	if k.session.Country != "" || k.session.Topic != "" {
		t.Errorf("still remembered: %+v", k.session)
	}
}

func TestAFollowUpKeepsTopicAndCountry(t *testing.T) {
	k := newTalk(t)
	k.turn(answer.Input{Text: "де зареєструватися для тимчасового захисту в Польщі", Client: "uk"})
	r := k.say("а в Німеччині?")
	if r.Question.Topic != bot.Apply || k.session.Country != "DE" {
		t.Errorf("topic %s in %s", r.Question.Topic, k.session.Country)
	}
}

// BenchmarkTurn measures one question from words to reply.
func BenchmarkTurn(b *testing.B) {
	published, err := shippedHouse()
	if err != nil {
		b.Fatal(err)
	}
	k := newTalk(&testing.T{})
	_ = published
	b.ResetTimer()
	for b.Loop() {
		if _, _, err := k.with.Text(context.Background(), answer.Session{}, "як отримати песель у польщі з дитиною"); err != nil {
			b.Fatal(err)
		}
	}
}
