package answer

import "prystan/bot"

// plan says what of a country's facts belongs to the answer on a topic.
type plan struct {
	parts  []part     // of the country's protection text, in this order
	needs  []bot.Need // whose lines to show, most fitting first
	lines  []string   // Service.ID of lines that help people in every country
	dates  bool       // tell the EU's date and the date on documents apart
	crisis bool       // where none answers these needs, police and advice are the way on
	page   bool       // the official page of the authority belongs to it
}

// part picks one part of a protection text.
type part func(bot.ProtectionText) string

// Lines of Ukraine that answer people abroad.
const (
	consularHotline = "ua-mfa-hotline"
	missingPersons  = "ua-nib"
)

// Parts of a protection text.
var (
	status        part = func(t bot.ProtectionText) string { return t.Status }
	authority     part = func(t bot.ProtectionText) string { return t.Authority }
	register      part = func(t bot.ProtectionText) string { return t.Register }
	document      part = func(t bot.ProtectionText) string { return t.Document }
	work          part = func(t bot.ProtectionText) string { return t.Work }
	housing       part = func(t bot.ProtectionText) string { return t.Housing }
	health        part = func(t bot.ProtectionText) string { return t.Health }
	education     part = func(t bot.ProtectionText) string { return t.Education }
	benefits      part = func(t bot.ProtectionText) string { return t.Benefits }
	travel        part = func(t bot.ProtectionText) string { return t.Travel }
	keep          part = func(t bot.ProtectionText) string { return t.Keep }
	who           part = func(t bot.ProtectionText) string { return t.Who }
	nonUkrainians part = func(t bot.ProtectionText) string { return t.NonUkrainians }
	after         part = func(t bot.ProtectionText) string { return t.After }
	family        part = func(t bot.ProtectionText) string { return t.Family }
	asylum        part = func(t bot.ProtectionText) string { return t.Asylum }
	goingBack     part = func(t bot.ProtectionText) string { return t.Return }
	banking       part = func(t bot.ProtectionText) string { return t.Banking }
	practical     part = func(t bot.ProtectionText) string { return t.Practical }
)

// planFor returns the plan of a topic; topics without one show their article
// only.
func planFor(t bot.Topic) plan {
	info := []bot.Need{bot.NeedRefugeeInfo}
	law := []bot.Need{bot.NeedLegal, bot.NeedRefugeeInfo}
	trafficking := []bot.Need{bot.NeedTrafficking, bot.NeedPolice, bot.NeedCrimeVictims}
	switch t {
	case bot.DangerNow:
		return plan{crisis: true, needs: []bot.Need{bot.NeedViolence, bot.NeedTrafficking, bot.NeedCrimeVictims, bot.NeedPolice}}
	case bot.Exploitation:
		return plan{crisis: true, needs: trafficking}
	case bot.SexualViolence, bot.DomesticViolence:
		return plan{crisis: true, needs: []bot.Need{bot.NeedViolence, bot.NeedCrimeVictims, bot.NeedPolice, bot.NeedTrafficking}}
	case bot.ChildMissing:
		return plan{crisis: true, needs: []bot.Need{bot.NeedMissingChild, bot.NeedPolice, bot.NeedChild}}
	case bot.Suicide:
		return plan{crisis: true, needs: []bot.Need{bot.NeedEmotional, bot.NeedCrimeVictims, bot.NeedChild}}

	case bot.WhatIsTrafficking, bot.WarningSigns, bot.ReportSuspicion, bot.VictimRights,
		bot.TransportOffer, bot.Online, bot.HousingOffer, bot.SafeTravel, bot.Documents:
		return plan{crisis: true, needs: trafficking}
	case bot.JobOffer:
		return plan{crisis: true, needs: []bot.Need{bot.NeedLabour, bot.NeedTrafficking, bot.NeedPolice}}
	case bot.Children:
		return plan{needs: []bot.Need{bot.NeedChild, bot.NeedMissingChild, bot.NeedTrafficking}}

	case bot.WhatIs:
		return plan{parts: []part{status, document}, needs: info, dates: true, page: true}
	case bot.Eligibility:
		return plan{parts: []part{who}, needs: law, page: true}
	case bot.NonUkrainians:
		return plan{parts: []part{nonUkrainians}, needs: law, page: true}
	case bot.Apply:
		return plan{parts: []part{register, authority}, needs: info, page: true}
	case bot.Duration:
		return plan{parts: []part{keep}, needs: info, dates: true, page: true}
	case bot.After:
		return plan{parts: []part{after}, needs: law, page: true}
	case bot.Work:
		return plan{parts: []part{work}, needs: []bot.Need{bot.NeedLabour, bot.NeedRefugeeInfo}, page: true}
	case bot.Housing:
		return plan{parts: []part{housing}, needs: info, page: true}
	case bot.Healthcare:
		return plan{parts: []part{health}, needs: []bot.Need{bot.NeedMedical, bot.NeedRefugeeInfo}, page: true}
	case bot.Education:
		return plan{parts: []part{education}, needs: info, page: true}
	case bot.Benefits:
		return plan{parts: []part{benefits}, needs: info, page: true}
	case bot.Banking:
		return plan{parts: []part{banking}, needs: info, page: true}
	case bot.Travel:
		return plan{parts: []part{travel}, needs: law, page: true}
	case bot.Family:
		return plan{parts: []part{family}, needs: law, page: true}
	case bot.Asylum:
		return plan{parts: []part{asylum}, needs: law, page: true}
	case bot.Return:
		return plan{parts: []part{goingBack}, needs: info, lines: []string{consularHotline}, page: true}
	case bot.Practical:
		return plan{parts: []part{practical}, needs: info, page: true}

	case bot.Helplines, bot.Human:
		return plan{crisis: true, needs: []bot.Need{bot.NeedTrafficking, bot.NeedRefugeeInfo, bot.NeedEmotional}}
	case bot.Shelter:
		return plan{crisis: true, parts: []part{housing}, needs: []bot.Need{bot.NeedViolence, bot.NeedTrafficking, bot.NeedRefugeeInfo}}
	case bot.Medical:
		return plan{parts: []part{health}, needs: []bot.Need{bot.NeedEmergency, bot.NeedAmbulance, bot.NeedMedical}}
	case bot.Psychological:
		return plan{needs: []bot.Need{bot.NeedEmotional, bot.NeedChild}}
	case bot.Legal:
		return plan{needs: law}
	case bot.Embassy:
		return plan{needs: []bot.Need{bot.NeedConsular}, lines: []string{consularHotline}}
	case bot.FindRelatives:
		return plan{needs: []bot.Need{bot.NeedTracing, bot.NeedMissingChild}, lines: []string{missingPersons}}
	case bot.Interpreter:
		return plan{needs: info}
	}
	return plan{}
}
