package locales

import "prystan/bot"

// Message names an interface message of the catalogs.
type Message string

// The interface messages. What each is for, and what its values mean, stands
// in en/interface.en.toml beside its English text.
const (
	EmergencyElsewhere      Message = "emergency_elsewhere"
	TextOnly                Message = "text_only"
	NeedTracing             Message = "need_tracing"
	NationalDateUnsure      Message = "national_date_unsure"
	ReviewMark              Message = "review"
	StartHello              Message = "start_hello"
	StartAutomatic          Message = "start_automatic"
	StartKeeps              Message = "start_keeps"
	StartAdvertisements     Message = "start_advertisements"
	StartDanger             Message = "start_danger"
	StartAsk                Message = "start_ask"
	MenuTitle               Message = "menu_title"
	ButtonDanger            Message = "button_danger"
	ButtonHelplines         Message = "button_helplines"
	ButtonProtection        Message = "button_protection"
	ButtonSafety            Message = "button_safety"
	ButtonFindHelp          Message = "button_find_help"
	ButtonCountry           Message = "button_country"
	ButtonLanguage          Message = "button_language"
	ButtonOther             Message = "button_other"
	ButtonHuman             Message = "button_human"
	ButtonMore              Message = "button_more"
	ButtonMenu              Message = "button_menu"
	ChooseTopic             Message = "choose_topic"
	ChooseNeed              Message = "choose_need"
	DidYouMean              Message = "did_you_mean"
	CannotRead              Message = "cannot_read"
	WhichCountry            Message = "which_country"
	WhichCountryDanger      Message = "which_country_danger"
	CountryHow              Message = "country_how"
	ButtonOtherCountry      Message = "button_other_country"
	CountrySet              Message = "country_set"
	CountryNotOurs          Message = "country_not_ours"
	WhichLanguage           Message = "which_language"
	LanguageHow             Message = "language_how"
	LanguageSet             Message = "language_set"
	EmergencyNow            Message = "emergency_now"
	EmergencyFoot           Message = "emergency_foot"
	DangerWhat              Message = "danger_what"
	SafeToWriteAsk          Message = "safe_to_write_ask"
	SafeToWriteYes          Message = "safe_to_write_yes"
	SafeToWriteNo           Message = "safe_to_write_no"
	WriteOn                 Message = "write_on"
	ButtonContact           Message = "button_contact"
	ButtonCopy              Message = "button_copy"
	ButtonCalling           Message = "button_calling"
	ButtonChat              Message = "button_chat"
	ButtonWebsite           Message = "button_website"
	ButtonOfficialPage      Message = "button_official_page"
	ButtonWrong             Message = "button_wrong"
	WrongThanks             Message = "wrong_thanks"
	ContactSent             Message = "contact_sent"
	LabelHours              Message = "label_hours"
	LabelLanguages          Message = "label_languages"
	LabelCost               Message = "label_cost"
	CostFree                Message = "cost_free"
	CostStandard            Message = "cost_standard"
	LanguagesUnknown        Message = "languages_unknown"
	FromAbroadYes           Message = "from_abroad_yes"
	FromAbroadNo            Message = "from_abroad_no"
	CallingTitle            Message = "calling_title"
	CallingLanguages        Message = "calling_languages"
	CallingSay              Message = "calling_say"
	CallingCostFree         Message = "calling_cost_free"
	CallingCostStandard     Message = "calling_cost_standard"
	CallingCostUnknown      Message = "calling_cost_unknown"
	CallingAnonymousYes     Message = "calling_anonymous_yes"
	CallingAnonymousNo      Message = "calling_anonymous_no"
	CallingAnonymousUnknown Message = "calling_anonymous_unknown"
	CallingPoliceYes        Message = "calling_police_yes"
	CallingPoliceNo         Message = "calling_police_no"
	CallingPoliceUnknown    Message = "calling_police_unknown"
	CallingFirst            Message = "calling_first"
	CallingStop             Message = "calling_stop"
	CallingNoAnswer         Message = "calling_no_answer"
	NeedEmergency           Message = "need_emergency"
	NeedAmbulance           Message = "need_ambulance"
	NeedAntiTrafficking     Message = "need_anti_trafficking"
	NeedPolice              Message = "need_police"
	NeedGenderBasedViolence Message = "need_gender_based_violence"
	NeedMissingChildren     Message = "need_missing_children"
	NeedChildHelpline       Message = "need_child_helpline"
	NeedEmotionalSupport    Message = "need_emotional_support"
	NeedCrimeVictims        Message = "need_crime_victims"
	NeedMedical             Message = "need_medical"
	NeedLegalAid            Message = "need_legal_aid"
	NeedLabourInspection    Message = "need_labour_inspection"
	NeedRefugeeInfo         Message = "need_refugee_info"
	NeedConsular            Message = "need_consular"
	Assured                 Message = "assured"
	AssuredLongAgo          Message = "assured_long_ago"
	AssuredUnknown          Message = "assured_unknown"
	AdviceAssured           Message = "advice_assured"
	AdviceUndated           Message = "advice_undated"
	NoConfirmedRule         Message = "no_confirmed_rule"
	NationalDate            Message = "national_date"
	NationalDateUnknown     Message = "national_date_unknown"
	EUDate                  Message = "eu_date"
	OutsideEU               Message = "outside_eu"
	HoursAllDay             Message = "hours_all_day"
	HoursUnknown            Message = "hours_unknown"
	HoursDaily              Message = "hours_daily"
	HoursUnsure             Message = "hours_unsure"
	OpenUntil               Message = "open_until"
	ClosedNow               Message = "closed_now"
	OpensToday              Message = "opens_today"
	OpensOn                 Message = "opens_on"
	DateYear                Message = "date_year"
	DateMonth               Message = "date_month"
	DateDay                 Message = "date_day"
	MonthsWithDay           Message = "months_with_day"
	MonthsAlone             Message = "months_alone"
	WeekdaysShort           Message = "weekdays_short"
	VoteThanks              Message = "vote_thanks"
	VoteSorry               Message = "vote_sorry"
	Forgotten               Message = "forgotten"
	CommandHelp             Message = "command_help"
	CommandSos              Message = "command_sos"
	CommandHelplines        Message = "command_helplines"
	CommandCountry          Message = "command_country"
	CommandLanguage         Message = "command_language"
	CommandPrivacy          Message = "command_privacy"
	CommandForget           Message = "command_forget"
	BotDescription          Message = "bot_description"
	BotShortDescription     Message = "bot_short_description"
	SendLocation            Message = "send_location"
	SendFailed              Message = "send_failed"
	InlineHint              Message = "inline_hint"
	WebTitle                Message = "web_title"
	WebQuestion             Message = "web_question"
	WebSend                 Message = "web_send"
	WebLeave                Message = "web_leave"
	WebLeaveHint            Message = "web_leave_hint"
	WebSkip                 Message = "web_skip"
	WebAnswer               Message = "web_answer"
	WebYouAsked             Message = "web_you_asked"
	WebPrivacy              Message = "web_privacy"
	WebCopied               Message = "web_copied"
	WebEmpty                Message = "web_empty"
	WebTooLong              Message = "web_too_long"
	WebFooter               Message = "web_footer"
	WebCall                 Message = "web_call"
	WebBusy                 Message = "web_busy"
	WebNotFound             Message = "web_not_found"
	WebFailed               Message = "web_failed"
)

// Messages returns every message, in the order of the catalogs.
func Messages() []Message {
	return []Message{
		EmergencyElsewhere, TextOnly, NeedTracing, NationalDateUnsure,
		ReviewMark, StartHello, StartAutomatic, StartKeeps, StartAdvertisements,
		StartDanger, StartAsk, MenuTitle, ButtonDanger, ButtonHelplines,
		ButtonProtection, ButtonSafety, ButtonFindHelp, ButtonCountry, ButtonLanguage,
		ButtonOther, ButtonHuman, ButtonMore, ButtonMenu, ChooseTopic,
		ChooseNeed, DidYouMean, CannotRead, WhichCountry, WhichCountryDanger,
		CountryHow, ButtonOtherCountry, CountrySet, CountryNotOurs, WhichLanguage, LanguageHow,
		LanguageSet, EmergencyNow, EmergencyFoot, DangerWhat, SafeToWriteAsk,
		SafeToWriteYes, SafeToWriteNo, WriteOn, ButtonContact, ButtonCopy,
		ButtonCalling, ButtonChat, ButtonWebsite, ButtonOfficialPage, ButtonWrong,
		WrongThanks, ContactSent, LabelHours, LabelLanguages, LabelCost,
		CostFree, CostStandard, LanguagesUnknown, FromAbroadYes, FromAbroadNo,
		CallingTitle, CallingLanguages, CallingSay, CallingCostFree, CallingCostStandard,
		CallingCostUnknown, CallingAnonymousYes, CallingAnonymousNo, CallingAnonymousUnknown, CallingPoliceYes,
		CallingPoliceNo, CallingPoliceUnknown, CallingFirst, CallingStop, CallingNoAnswer,
		NeedEmergency, NeedAmbulance, NeedAntiTrafficking, NeedPolice, NeedGenderBasedViolence,
		NeedMissingChildren, NeedChildHelpline, NeedEmotionalSupport, NeedCrimeVictims, NeedMedical,
		NeedLegalAid, NeedLabourInspection, NeedRefugeeInfo, NeedConsular, Assured,
		AssuredLongAgo, AssuredUnknown, AdviceAssured, AdviceUndated, NoConfirmedRule,
		NationalDate, NationalDateUnknown, EUDate, OutsideEU, HoursAllDay,
		HoursUnknown, HoursDaily, HoursUnsure, OpenUntil, ClosedNow,
		OpensToday, OpensOn, DateYear, DateMonth, DateDay,
		MonthsWithDay, MonthsAlone, WeekdaysShort, VoteThanks, VoteSorry,
		Forgotten, CommandHelp, CommandSos, CommandHelplines, CommandCountry,
		CommandLanguage, CommandPrivacy, CommandForget, BotDescription, BotShortDescription,
		SendLocation, SendFailed, InlineHint, WebTitle, WebQuestion,
		WebSend, WebLeave, WebLeaveHint, WebSkip, WebAnswer,
		WebYouAsked, WebPrivacy, WebCopied, WebEmpty, WebTooLong,
		WebFooter, WebCall, WebBusy, WebNotFound, WebFailed,
	}
}

// NeedMessage is the name of a kind of line.
func NeedMessage(n bot.Need) Message { return Message("need_" + string(n)) }

// CommandMessage is what a command does.
func CommandMessage(command string) Message { return Message("command_" + command) }
