package exchange

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Code says which problem it is, for a sentence in another language.
type Code string

// Problem is what is wrong with a cell, or with a file where it names none. As
// an error it says so in English.
type Problem struct {
	Cell   string   // "services!F12"; in CSV "F12"; in YAML and JSON "services!12", the line or place. "" for the whole file
	Field  string   // JSON name of the field; "" where none is meant
	Code   Code     // which sentence
	Values []string // what the sentence holds, in the order of {1}, {2} …
}

// Problems with a file.
const (
	TooLarge        Code = "too_large"
	TooManyRows     Code = "too_many_rows"
	Unreadable      Code = "unreadable"
	OldExcel        Code = "old_excel"
	UnknownFormat   Code = "unknown_format"
	NoKind          Code = "no_kind"
	NoRows          Code = "no_rows"
	ColumnTwice     Code = "column_twice"
	ColumnUnknown   Code = "column_unknown" // a note
	PartUnknown     Code = "part_unknown"   // a note
	EncodingGuessed Code = "encoding"       // a note
	HasAliases      Code = "aliases"
)

// Problems with a cell.
const (
	Missing        Code = "missing"
	IsFormula      Code = "formula"
	IsError        Code = "error_value"
	NotOneOf       Code = "not_one_of"
	NotYesNo       Code = "not_yes_no"
	NotANumber     Code = "not_a_number"
	NotAnID        Code = "not_an_id"
	NotAnAddress   Code = "not_an_address"
	NotAnEmail     Code = "not_an_email"
	NotASchedule   Code = "not_a_schedule"
	NotADate       Code = "not_a_date"
	AmbiguousDate  Code = "ambiguous_date"
	NotALanguage   Code = "not_a_language"
	NotACountry    Code = "not_a_country"
	NotATopic      Code = "not_a_topic"
	NotASource     Code = "not_a_source"
	NotAnUpdate    Code = "not_an_update"
	WrongShape     Code = "wrong_shape"
	KeyUnknown     Code = "key_unknown"
	PhoneRounded   Code = "phone_rounded"
	PhoneNoPlus    Code = "phone_no_plus"
	PhoneZeroLost  Code = "phone_zero_lost"
	PhoneNoCountry Code = "phone_no_country"
	PhoneUnsure    Code = "phone_unsure"
	PhoneAsNumber  Code = "phone_as_number"
	Twice          Code = "twice"
	Conflict       Code = "conflict"
	NamesNothing   Code = "names_nothing"
	ManyOfThatName Code = "many_of_that_name"
	Unsourced      Code = "unsourced"
	Placeholder    Code = "placeholder"
	Inconsistent   Code = "inconsistent"
	NotYourName    Code = "not_your_name"
)

// sentences are what the codes say in English.
var sentences = map[Code]string{
	TooLarge:        "the file is larger than {1} MB",
	TooManyRows:     "the file has more than {1} rows",
	Unreadable:      "the file cannot be read as {1}: {2}",
	OldExcel:        "this is a file of an old Excel (.xls): save it as .xlsx and send that",
	UnknownFormat:   "{1} is no file that can be read here: send .xlsx, .csv, .yaml or HSDS as .json",
	NoKind:          "nothing tells what the rows are: there must be a header row with the names of the columns, the first of them \"id\"",
	NoRows:          "the file holds no records",
	ColumnTwice:     "the column \"{1}\" stands twice",
	ColumnUnknown:   "the column \"{1}\" is not known and was passed over",
	PartUnknown:     "\"{1}\" holds no records and was passed over",
	EncodingGuessed: "the file is not UTF-8; it was read as {1}: look whether its letters are right",
	HasAliases:      "the file has YAML aliases (*name), which are not read",

	Missing:        "must not be empty",
	IsFormula:      "is a formula: put its value in its place",
	IsError:        "{1} is an error of the spreadsheet",
	NotOneOf:       "\"{1}\" is none of {2}",
	NotYesNo:       "\"{1}\" is not yes or no",
	NotANumber:     "\"{1}\" is no whole number",
	NotAnID:        "\"{1}\" is no identifier: lower-case letters, digits and hyphens",
	NotAnAddress:   "\"{1}\" is no full web address, as in https://example.org/page",
	NotAnEmail:     "\"{1}\" is no e-mail address",
	NotASchedule:   "\"{1}\" is no schedule, as in 24/7, unknown, or Mo-Fr 09:00-17:00; Sa 10:00-14:00",
	NotADate:       "\"{1}\" is no date: write 2026-11-24 or 24.11.2026, or 2026-11 or 2026 where that is all that is known",
	AmbiguousDate:  "\"{1}\" may be two dates, the day or the month first: write 2026-11-24 or 24.11.2026",
	NotALanguage:   "\"{1}\" is no language code, as in uk, pl or de",
	NotACountry:    "\"{1}\" is no country of the directory: write two capital letters, as in PL",
	NotATopic:      "\"{1}\" is no topic",
	NotASource:     "\"{1}\" is no source: write https://address (2026-11) what it says",
	NotAnUpdate:    "\"{1}\" is no update as it was exported: change it at the desk",
	WrongShape:     "has the wrong shape: {1}",
	KeyUnknown:     "\"{1}\" is not known",
	PhoneRounded:   "\"{1}\" was rounded by a spreadsheet and its digits are lost: make the column text and type the number again",
	PhoneNoPlus:    "\"{1}\" may have lost its + and country code: type it as in +48226280120, in a column of text",
	PhoneZeroLost:  "\"{1}\" may have lost its first 0: type it as in +380800505501, in a column of text",
	PhoneNoCountry: "\"{1}\" is of no country: type it as in +48226280120, or name the country",
	PhoneUnsure:    "\"{1}\" is no number that exists in its country: check each digit",
	PhoneAsNumber:  "\"{1}\" is stored as a number, so that a + or 0 may be lost: make the column text and type it again, as in +48226280120",
	Twice:          "\"{1}\" stands in {2} already",
	Conflict:       "\"{1}\" here, \"{2}\" elsewhere in the file: which is right?",
	NamesNothing:   "there is no {1} \"{2}\", here or in the directory",
	ManyOfThatName: "several organizations are called \"{1}\": name the right one by its id in the column \"organization\"",
	NotYourName:    "only {1} can put this name to a fact: leave it empty",
	Unsourced:      "would be shown to people without a source: add one, or set the confidence to low",
	Placeholder:    "has a placeholder other than {{.Emergency}} and {{.EUUntil}}",
	Inconsistent:   "{1}",
}

// Codes returns every code, sorted.
func Codes() []Code { return slices.Sorted(maps.Keys(sentences)) }

// Error implements error with the English sentence, the cell before it.
func (p Problem) Error() string {
	s := p.Sentence(sentences[p.Code])
	if p.Field != "" {
		s = p.Field + ": " + s
	}
	if p.Cell != "" {
		s = p.Cell + ": " + s
	}
	return s
}

// Sentence puts the values into a sentence that has {1}, {2} … in their places.
func (p Problem) Sentence(pattern string) string {
	var pairs []string
	for i, v := range p.Values {
		pairs = append(pairs, fmt.Sprintf("{%d}", i+1), v)
	}
	return strings.NewReplacer(pairs...).Replace(pattern)
}

// maxQuoted bounds what a sentence repeats of a cell.
const maxQuoted = 120

// fault returns a problem of which the place is still to be said.
func fault(c Code, values ...string) Problem {
	for i, v := range values {
		if runes := []rune(v); len(runes) > maxQuoted {
			values[i] = string(runes[:maxQuoted]) + "…"
		}
	}
	return Problem{Code: c, Values: values}
}
