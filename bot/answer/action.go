package answer

import (
	"fmt"
	"strings"

	"prystan/bot"
)

// Verb is what a button does.
type Verb string

// The verbs. What Action.Arg holds stands behind each.
const (
	ShowMenu       Verb = "menu"
	ShowDanger     Verb = "sos"
	ShowHelplines  Verb = "lines" // a need, or "" for all
	ShowLine       Verb = "line"  // a service
	SendContact    Verb = "card"  // a service
	ShowCalling    Verb = "call"  // a service: what happens when you call
	ReportLine     Verb = "wrong" // a service whose number is wrong or does not answer
	ShowProtection Verb = "tp"
	ShowTopic      Verb = "topic" // a topic
	ShowMore       Verb = "more"  // a topic
	ShowSafety     Verb = "safe"
	ShowFindHelp   Verb = "find"
	ShowHuman      Verb = "human"
	AskCountry     Verb = "where" // a topic to go on with, or ""
	SetCountry     Verb = "in"    // a topic to go on with, or ""
	AskLanguage    Verb = "langs"
	SetLanguage    Verb = "lang" // a topic to go on with, or ""; Action.Language is the new one
	SafeToWrite    Verb = "free" // the crisis topic that was answered
	SomeoneWatches Verb = "seen" // the crisis topic that was answered
	VoteUp         Verb = "up"   // a topic
	VoteDown       Verb = "down" // a topic
	ShowPrivacy    Verb = "priv"
	ForgetMe       Verb = "forget"
)

// Action is what a button does. It carries the language and the country of the
// message it stands under, so that an old button still works when nothing is
// remembered any more.
type Action struct {
	Verb     Verb
	Arg      string
	Country  bot.Country
	Language bot.Language
}

// actionVersion changes when the form below does; a button of another version
// is stale.
const actionVersion = "1"

// MaxActionBytes is Telegram's limit for callback data.
const MaxActionBytes = 64

// String returns the action as ParseAction reads it, at most MaxActionBytes
// long for every action of a valid directory.
func (a Action) String() string {
	return strings.Join([]string{actionVersion, string(a.Verb), string(a.Language), string(a.Country), a.Arg}, ":")
}

// ParseAction reads the written form of an action. It fails on a stale or
// forged one; whether the argument names something is for the turn to find out.
func ParseAction(s string) (Action, error) {
	parts := strings.Split(s, ":")
	if len(s) > MaxActionBytes || len(parts) != 5 || parts[0] != actionVersion {
		return Action{}, fmt.Errorf("button data of %d bytes is not of version %s", len(s), actionVersion)
	}
	a := Action{Verb: Verb(parts[1]), Language: bot.Language(parts[2]), Country: bot.Country(parts[3]), Arg: parts[4]}
	if !a.Language.Shipped() {
		return Action{}, fmt.Errorf("button data names no language of ours")
	}
	if a.Country != "" && !a.Country.Known() {
		return Action{}, fmt.Errorf("button data names no country of ours")
	}
	return a, nil
}
