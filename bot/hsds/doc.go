// Package hsds is the directory as Open Referral HSDS 3.0: what it holds as
// HSDS objects and back (dataset.go, export.go, read.go), and the read-only
// HTTP API that serves what is published (api.go).
//
// Names of fields are those of HSDS. What the specification has no field for is
// an attribute whose term belongs to the taxonomy "prystan-fields"
// (taxonomy.go), so that what is exported can be read back without loss:
//
//   - HSDS wants UUIDs. They are derived from the kind and the ID of a record
//     and stay the same for good; our own ID is the attribute "id" of services
//     and phones and the organization_identifier of organizations. A number
//     that several services use appears in each under an entry of its own.
//   - HSDS has no round-the-clock lines. One is open on all days of the week
//     from 00:00 to 23:59, as Open Referral advises, and its attribute
//     "schedule" is "24/7". That attribute holds every schedule as it is
//     written here, remark included; a span that crosses midnight has a
//     closes_at before its opens_at. Times are those of the clock on the wall
//     in the country, without an offset, which changes twice a year.
//   - assured_date is a full date. Where only the month or the year is known it
//     is the first day of it, and the attribute "assured" holds what is known.
//   - A service that people are not shown has the status "inactive", so that
//     nobody shows it who knows nothing of our attribute "confidence".
//
// No person is named: who assured a fact is left out, and assurer_email is
// never written. Protections, facts and texts have no place in HSDS.
package hsds
