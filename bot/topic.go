package bot

import "strings"

// Topic is what a question is about, such as "tp.work". The part before the
// dot is its group.
type Topic string

// None is the topic of a question that Prystan cannot answer.
const None Topic = "none"

// Topics that the program itself refers to.
const (
	DangerNow        Topic = "crisis.danger_now"
	Exploitation     Topic = "crisis.exploitation"
	SexualViolence   Topic = "crisis.sexual_violence"
	DomesticViolence Topic = "crisis.domestic_violence"
	ChildMissing     Topic = "crisis.child_missing"
	Suicide          Topic = "crisis.suicide"

	WhatIsTrafficking Topic = "safety.what_is_trafficking"
	WarningSigns      Topic = "safety.warning_signs"
	ReportSuspicion   Topic = "safety.report_suspicion"
	VictimRights      Topic = "safety.victim_rights"
	JobOffer          Topic = "safety.job_offer"
	HousingOffer      Topic = "safety.housing_offer"
	TransportOffer    Topic = "safety.transport_offer"
	Online            Topic = "safety.online"
	Documents         Topic = "safety.documents"
	SafeTravel        Topic = "safety.travel"
	Children          Topic = "safety.children"
	Digital           Topic = "safety.digital"

	WhatIs        Topic = "tp.what_is"
	Eligibility   Topic = "tp.eligibility"
	NonUkrainians Topic = "tp.non_ukrainians"
	Apply         Topic = "tp.apply"
	Duration      Topic = "tp.duration"
	After         Topic = "tp.after"
	Work          Topic = "tp.work"
	Housing       Topic = "tp.housing"
	Healthcare    Topic = "tp.healthcare"
	Education     Topic = "tp.education"
	Benefits      Topic = "tp.benefits"
	Banking       Topic = "tp.banking"
	Travel        Topic = "tp.travel"
	Family        Topic = "tp.family"
	Asylum        Topic = "tp.asylum"
	Return        Topic = "tp.return"
	Practical     Topic = "tp.practical"

	Helplines     Topic = "help.helplines"
	Shelter       Topic = "help.shelter"
	Medical       Topic = "help.medical"
	Psychological Topic = "help.psychological"
	Legal         Topic = "help.legal"
	Embassy       Topic = "help.embassy"
	FindRelatives Topic = "help.find_relatives"
	Human         Topic = "help.human"
	Interpreter   Topic = "help.interpreter"

	About       Topic = "bot.about"
	Privacy     Topic = "bot.privacy"
	SetLanguage Topic = "bot.language"
	Greeting    Topic = "bot.greeting"
	Thanks      Topic = "bot.thanks"
)

// Groups of topics.
const (
	GroupCrisis = "crisis"
	GroupSafety = "safety"
	GroupTP     = "tp"
	GroupHelp   = "help"
	GroupBot    = "bot"
	GroupNone   = "none"
)

// Topics returns every topic, crisis first, in the order in which menus show
// them; None comes last.
func Topics() []Topic {
	return []Topic{
		DangerNow, Exploitation, SexualViolence, DomesticViolence, ChildMissing, Suicide,
		JobOffer, HousingOffer, TransportOffer, Online, Documents, SafeTravel, Children, Digital,
		WarningSigns, ReportSuspicion, VictimRights, WhatIsTrafficking,
		Apply, Duration, Work, Housing, Healthcare, Education, Benefits, Travel, Family, After,
		WhatIs, Eligibility, NonUkrainians, Banking, Asylum, Return, Practical,
		Shelter, Medical, Psychological, Legal, Embassy, Interpreter, FindRelatives, Human, Helplines,
		About, Privacy, SetLanguage, Greeting, Thanks,
		None,
	}
}

// TopicsIn returns the topics of one group in menu order.
func TopicsIn(group string) []Topic {
	var in []Topic
	for _, t := range Topics() {
		if t.Group() == group {
			in = append(in, t)
		}
	}
	return in
}

// Group returns the part of the topic before the dot, or the whole of a topic
// that has none.
func (t Topic) Group() string {
	group, _, _ := strings.Cut(string(t), ".")
	return group
}

// Known reports whether t is one of Topics.
func (t Topic) Known() bool {
	for _, known := range Topics() {
		if t == known {
			return true
		}
	}
	return false
}

// Crisis reports whether a question with this topic comes from a person who
// may be in danger now.
func (t Topic) Crisis() bool { return t.Group() == GroupCrisis }

// Personal reports whether an answer with this topic says something about the
// person who asked, so that it should not be passed on by a slip.
func (t Topic) Personal() bool {
	switch t.Group() {
	case GroupBot, GroupNone:
		return false
	}
	return t != Helplines && t != WhatIsTrafficking
}
