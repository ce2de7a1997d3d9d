// Package bot is the vocabulary of Prystan and its rules: topics, countries,
// languages, the directory of organizations, services and phones (named after
// Open Referral HSDS), temporary protection, and the texts people read.
//
// It knows neither Telegram, HTTP nor SQL and imports the standard library
// only. A tour in reading order: topic.go, country.go and language.go say what
// a question can be about; date.go, source.go and schedule.go say what stands
// behind a fact; service.go and protection.go are the facts; text.go is what
// people read; directory.go puts all of it together as one published,
// immutable whole. record.go and difference.go are how single parts of it are
// stored, changed and compared, editor.go who changes them.
package bot
