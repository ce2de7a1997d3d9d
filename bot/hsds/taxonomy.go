package hsds

import "prystan/bot"

// The names of our taxonomies.
const (
	needsTaxonomy  = "prystan-needs"
	fieldsTaxonomy = "prystan-fields"
)

// The fields of ours that HSDS lacks, by the code of their term. Each is named
// after the field of the record.
const (
	fieldID            = "id"
	fieldCountry       = "country"
	fieldNativeOnly    = "native_name_only"
	fieldCity          = "city"
	fieldProfessionals = "professionals"
	fieldTextOnly      = "text_only"
	fieldSchedule      = "schedule"
	fieldChat          = "chat"
	fieldFromAbroad    = "from_abroad"
	fieldAnonymous     = "anonymous"
	fieldToPolice      = "reports_to_police"
	fieldTogether      = "together"
	fieldOrder         = "order"
	fieldConfidence    = "confidence"
	fieldAssured       = "assured"
	fieldReviewDays    = "review_days"
	fieldSource        = "source"
)

var fieldTerms = []struct{ code, name, description string }{
	{fieldID, "Identifier", "The identifier of the record in Prystan."},
	{fieldCountry, "Country of a number", "ISO 3166-1 alpha-2 code of the country in which a short code is dialled."},
	{fieldNativeOnly, "Native name only", "\"yes\": the name is in the language of the country, and there is no English one."},
	{fieldCity, "City", "City of a contact point. Never a street address."},
	{fieldProfessionals, "For professionals", "\"yes\": for those who help, not for the people they help."},
	{fieldTextOnly, "Text only", "\"yes\": the numbers are for SMS or a messenger; nobody answers a call."},
	{fieldSchedule, "Schedule", "When the line answers, in the time of its country: unknown, 24/7, or days and hours as in \"Mo-Fr 09:00-17:00; Sa 10:00-14:00\", with a remark in brackets."},
	{fieldChat, "Chat", "Web address of a chat."},
	{fieldFromAbroad, "Reached from abroad", "Whether the line can be called from other countries: yes, no or unknown."},
	{fieldAnonymous, "Anonymous", "Whether one can call without giving a name: yes, no or unknown."},
	{fieldToPolice, "Reports to police", "Whether the line informs the police: yes, no or unknown."},
	{fieldTogether, "Together", "Services of a country with the same value are shown together or not at all."},
	{fieldOrder, "Order", "Place in the lists of its country, lowest first."},
	{fieldConfidence, "Confidence", "high: an official source or two independent ones; medium: one secondary or older source; low: in no source, not to be shown."},
	{fieldAssured, "Assured", "The day, month or year in which a source or an editor last stood behind the record, where the day is not known."},
	{fieldReviewDays, "Review days", "Days after which the record needs a new look."},
	{fieldSource, "Source", "Web address that says so, with the date of the statement in brackets."},
}

var needTerms = map[bot.Need][2]string{
	bot.NeedEmergency:    {"Emergency", "The emergency number of the country."},
	bot.NeedAmbulance:    {"Ambulance", "Ambulance, where the emergency number does not reach it."},
	bot.NeedTrafficking:  {"Human trafficking", "Help for people who are trafficked or exploited, or may be."},
	bot.NeedPolice:       {"Police", "Police."},
	bot.NeedViolence:     {"Gender-based violence", "Help with violence at home, sexual violence and other gender-based violence."},
	bot.NeedMissingChild: {"Missing children", "Help when a child is missing."},
	bot.NeedChild:        {"Child helpline", "Help for children and young people."},
	bot.NeedEmotional:    {"Emotional support", "Someone to talk to in a crisis."},
	bot.NeedCrimeVictims: {"Victims of crime", "Help for victims of any crime."},
	bot.NeedMedical:      {"Medical advice", "Medical advice that is no emergency."},
	bot.NeedLegal:        {"Legal aid", "Free legal advice."},
	bot.NeedLabour:       {"Labour inspection", "Rights at work."},
	bot.NeedRefugeeInfo:  {"Information for refugees", "Information on protection and life in the country."},
	bot.NeedTracing:      {"Tracing", "Search for people missing because of the war."},
	bot.NeedConsular:     {"Consular help", "Embassies and consulates of Ukraine."},
}

func taxonomyID(name string) string { return uuid("taxonomy", name) }

// Taxonomies returns our taxonomies.
func Taxonomies() []Taxonomy {
	return []Taxonomy{
		{taxonomyID(needsTaxonomy), needsTaxonomy, "What a service is for, danger first.", "1"},
		{taxonomyID(fieldsTaxonomy), fieldsTaxonomy, "Fields of a record that HSDS 3.0 has no place for; the value stands in the attribute.", "1"},
	}
}

// Terms returns the terms of our taxonomies.
func Terms() []TaxonomyTerm {
	var terms []TaxonomyTerm
	for _, n := range bot.Needs() {
		terms = append(terms, newTerm(needsTaxonomy, string(n), needTerms[n][0], needTerms[n][1]))
	}
	for _, f := range fieldTerms {
		terms = append(terms, newTerm(fieldsTaxonomy, f.code, f.name, f.description))
	}
	return terms
}

func newTerm(taxonomy, code, name, description string) TaxonomyTerm {
	return TaxonomyTerm{
		ID: termID(taxonomy, code), Code: code, Name: name, Description: description,
		Taxonomy: taxonomy, TaxonomyID: taxonomyID(taxonomy), Language: "en",
	}
}

func termID(taxonomy, code string) string { return uuid("taxonomy_term", taxonomy, code) }
