package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"prystan/bot"
	"prystan/bot/directory"
)

// Change runs do in one transaction. If do fails, nothing was done.
func (db *DB) Change(ctx context.Context, do func(directory.Tx) error) error {
	return db.write(ctx, func(tx *sql.Tx) error { return do(&deskTx{ctx: ctx, tx: tx}) })
}

// deskTx is a transaction of the desk.
type deskTx struct {
	ctx context.Context
	tx  *sql.Tx
}

// queryer is a database or a transaction.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func (t *deskTx) exec(what, statement string, args ...any) error {
	if _, err := t.tx.ExecContext(t.ctx, statement, args...); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func (t *deskTx) add(what, statement string, args ...any) (int64, error) {
	done, err := t.tx.ExecContext(t.ctx, statement, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	return done.LastInsertId()
}

// Editor implements directory.Tx.
func (t *deskTx) Editor(id int64) (bot.Editor, error) { return editorOf(t.ctx, t.tx, id) }

// Editors implements directory.Tx.
func (t *deskTx) Editors() ([]bot.Editor, error) { return editors(t.ctx, t.tx) }

// Record implements directory.Tx.
func (t *deskTx) Record(ref bot.Ref) (directory.Stored, error) { return stored(t.ctx, t.tx, ref) }

const storedColumns = `kind, id, body, coalesce(shipped, ''), retired, revision, differs`

func scanStored(row interface{ Scan(...any) error }) (s directory.Stored, err error) {
	err = row.Scan(&s.Kind, &s.ID, &s.Body, &s.Shipped, &s.Retired, &s.Revision, &s.Differs)
	return s, err
}

func stored(ctx context.Context, q queryer, ref bot.Ref) (directory.Stored, error) {
	s, err := scanStored(q.QueryRowContext(ctx, `SELECT `+storedColumns+` FROM record WHERE kind = ? AND id = ?`, ref.Kind, ref.ID))
	if errors.Is(err, sql.ErrNoRows) {
		return directory.Stored{Record: bot.Record{Ref: ref}}, nil
	}
	if err != nil {
		return s, fmt.Errorf("reading %s: %w", ref, err)
	}
	return s, nil
}

// Put implements directory.Tx.
func (t *deskTx) Put(ref bot.Ref, body string, retired bool) (revision int, err error) {
	statement := `
		INSERT INTO record (kind, id, body, retired) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT (kind, id) DO UPDATE SET
			body = excluded.body, retired = excluded.retired, revision = revision + 1, dropped = 0,
			differs = differs AND (excluded.retired OR excluded.body IS NOT shipped)
		RETURNING revision`
	if body == "" {
		statement = `UPDATE record SET retired = ?4, revision = revision + 1, dropped = 0 WHERE kind = ?1 AND id = ?2 RETURNING revision`
	}
	if err := t.tx.QueryRowContext(t.ctx, statement, ref.Kind, ref.ID, body, retired).Scan(&revision); err != nil {
		return 0, fmt.Errorf("writing %s: %w", ref, err)
	}
	return revision, nil
}

// Settle implements directory.Tx.
func (t *deskTx) Settle(ref bot.Ref) error {
	return t.exec("settling "+ref.String(), `UPDATE record SET differs = 0 WHERE kind = ? AND id = ?`, ref.Kind, ref.ID)
}

// Proposal implements directory.Tx.
func (t *deskTx) Proposal(id int64) (directory.Proposal, error) {
	return one(proposals(t.ctx, t.tx, `WHERE p.id = ?`, id))
}

// one returns the only value of a list, or directory.ErrUnknown.
func one[T any](all []T, err error) (v T, _ error) {
	if err != nil {
		return v, err
	}
	if len(all) == 0 {
		return v, directory.ErrUnknown
	}
	return all[0], nil
}

// proposals returns those of a condition with their changes, the oldest first.
func proposals(ctx context.Context, q queryer, where string, args ...any) ([]directory.Proposal, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT p.id, p.editor, p.at, p.origin, p.reason, p.source, p.state, p.decider, p.decided, p.note,
			c.kind, c.id, c.base, coalesce(c.body, '')
		FROM proposal p JOIN proposed_change c ON c.proposal = p.id `+where+` ORDER BY p.id, c.place`, args...)
	if err != nil {
		return nil, fmt.Errorf("reading proposals: %w", err)
	}
	defer rows.Close()
	var all []directory.Proposal
	for rows.Next() {
		var p directory.Proposal
		var c directory.Change
		var at, decided int64
		err := rows.Scan(&p.ID, &p.By, &at, &p.Origin, &p.Reason, &p.Source, &p.State, &p.Decider, &decided, &p.Note,
			&c.Kind, &c.ID, &c.Base, &c.Body)
		if err != nil {
			return nil, fmt.Errorf("reading proposals: %w", err)
		}
		if n := len(all); n == 0 || all[n-1].ID != p.ID {
			p.At, p.Decided = moment(at), moment(decided)
			all = append(all, p)
		}
		last := &all[len(all)-1]
		last.Changes = append(last.Changes, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading proposals: %w", err)
	}
	return all, nil
}

// moment reads Unix seconds; 0 is no moment.
func moment(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// ProposalsOn implements directory.Tx.
func (t *deskTx) ProposalsOn(ref bot.Ref) ([]directory.Proposal, error) {
	return proposalsOn(t.ctx, t.tx, ref)
}

func proposalsOn(ctx context.Context, q queryer, ref bot.Ref) ([]directory.Proposal, error) {
	return proposals(ctx, q, `WHERE p.state = 'waiting' AND p.id IN (SELECT proposal FROM proposed_change WHERE kind = ? AND id = ?)`, ref.Kind, ref.ID)
}

// AddProposal implements directory.Tx.
func (t *deskTx) AddProposal(p *directory.Proposal) (err error) {
	p.ID, err = t.add("keeping proposal",
		`INSERT INTO proposal (editor, at, origin, reason, source, state) VALUES (?, ?, ?, ?, ?, ?)`,
		p.By, p.At.Unix(), p.Origin, p.Reason, p.Source, p.State)
	if err != nil {
		return err
	}
	for i, c := range p.Changes {
		err := t.exec("keeping proposal", `INSERT INTO proposed_change (proposal, place, kind, id, base, body) VALUES (?, ?, ?, ?, ?, nullif(?, ''))`,
			p.ID, i, c.Kind, c.ID, c.Base, c.Body)
		if err != nil {
			return err
		}
	}
	return nil
}

// Decide implements directory.Tx.
func (t *deskTx) Decide(p directory.Proposal) error {
	return t.exec("deciding proposal", `UPDATE proposal SET state = ?, decider = ?, decided = ?, note = ? WHERE id = ?`,
		p.State, p.Decider, p.Decided.Unix(), p.Note, p.ID)
}

// Publication implements directory.Tx.
func (t *deskTx) Publication(id int64) (directory.Publication, error) {
	return one(publications(t.ctx, t.tx, `WHERE p.id = ?`, id))
}

// publications returns those of a condition with their versions, the newest
// first.
func publications(ctx context.Context, q queryer, where string, args ...any) ([]directory.Publication, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT p.id, p.at, p.editor, p.action, p.proposal, p.reason, p.source, p.alone, p.undoes, p.undone,
			v.kind, v.id, v.revision, coalesce(v.before, ''), coalesce(v.after, '')
		FROM publication p JOIN version v ON v.publication = p.id `+where+` ORDER BY p.id DESC, v.kind, v.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("reading publications: %w", err)
	}
	defer rows.Close()
	var all []directory.Publication
	for rows.Next() {
		var p directory.Publication
		var v directory.Version
		var at int64
		err := rows.Scan(&p.ID, &at, &p.Editor, &p.Action, &p.Proposal, &p.Reason, &p.Source, &p.Alone, &p.Undoes, &p.Undone,
			&v.Kind, &v.ID, &v.Revision, &v.Before, &v.After)
		if err != nil {
			return nil, fmt.Errorf("reading publications: %w", err)
		}
		if n := len(all); n == 0 || all[n-1].ID != p.ID {
			p.At = moment(at)
			all = append(all, p)
		}
		last := &all[len(all)-1]
		last.Versions = append(last.Versions, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading publications: %w", err)
	}
	return all, nil
}

// AddPublication implements directory.Tx.
func (t *deskTx) AddPublication(p *directory.Publication) (err error) {
	p.ID, err = t.add("keeping publication",
		`INSERT INTO publication (at, editor, action, proposal, reason, source, alone, undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		p.At.Unix(), p.Editor, p.Action, p.Proposal, p.Reason, p.Source, p.Alone, p.Undoes)
	if err != nil {
		return err
	}
	for _, v := range p.Versions {
		err := t.exec("keeping version", `INSERT INTO version (kind, id, revision, publication, before, after) VALUES (?, ?, ?, ?, nullif(?, ''), nullif(?, ''))`,
			v.Kind, v.ID, v.Revision, p.ID, v.Before, v.After)
		if err != nil {
			return err
		}
	}
	if p.Undoes == 0 {
		return nil
	}
	return t.exec("keeping publication", `UPDATE publication SET undone = ? WHERE id = ?`, p.ID, p.Undoes)
}

// FourEyesOff implements directory.Tx.
func (t *deskTx) FourEyesOff(c bot.Country) (off bool, err error) {
	err = t.tx.QueryRowContext(t.ctx, `SELECT EXISTS (SELECT 1 FROM four_eyes_off WHERE country = ?)`, c).Scan(&off)
	if err != nil {
		return false, fmt.Errorf("reading the four-eyes rule: %w", err)
	}
	return off, nil
}

// SetFourEyes implements directory.Tx.
func (t *deskTx) SetFourEyes(c bot.Country, off bool) error {
	if off {
		return t.exec("switching the four-eyes rule", `INSERT INTO four_eyes_off (country) VALUES (?) ON CONFLICT DO NOTHING`, c)
	}
	return t.exec("switching the four-eyes rule", `DELETE FROM four_eyes_off WHERE country = ?`, c)
}

// Log implements directory.Tx.
func (t *deskTx) Log(e bot.AuditEntry) error { return audit(t.ctx, t.tx, e) }

func audit(ctx context.Context, tx *sql.Tx, e bot.AuditEntry) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO audit (at, editor, name, action, subject, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		e.At.Unix(), e.Editor, e.Name, e.Action, e.Subject, e.Before, e.After)
	if err != nil {
		return fmt.Errorf("writing audit log: %w", err)
	}
	return nil
}

const editorColumns = `id, name, role, countries, organizations, language, monthly, removed`

func scanEditor(row interface{ Scan(...any) error }) (e bot.Editor, err error) {
	var countries, organizations string
	if err := row.Scan(&e.ID, &e.Name, &e.Role, &countries, &organizations, &e.Language, &e.Monthly, &e.Removed); err != nil {
		return e, err
	}
	return e, errors.Join(json.Unmarshal([]byte(countries), &e.Countries), json.Unmarshal([]byte(organizations), &e.Organizations))
}

// editorOf returns an editor; one who does not exist is removed. Editor 0 is the
// operator on the command line, who may propose everything.
func editorOf(ctx context.Context, q queryer, id int64) (bot.Editor, error) {
	if id == 0 {
		return bot.Editor{Name: "prystan", Role: bot.Contributor, Language: bot.English}, nil
	}
	e, err := scanEditor(q.QueryRowContext(ctx, `SELECT `+editorColumns+` FROM editor WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return bot.Editor{ID: id, Removed: true}, nil
	}
	if err != nil {
		return e, fmt.Errorf("reading editor: %w", err)
	}
	return e, nil
}

func editors(ctx context.Context, q queryer) ([]bot.Editor, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+editorColumns+` FROM editor ORDER BY removed, name`)
	if err != nil {
		return nil, fmt.Errorf("reading editors: %w", err)
	}
	return collect(rows, "editors", scanEditor)
}

// collect scans every row and closes them.
func collect[T any](rows *sql.Rows, what string, scan func(interface{ Scan(...any) error }) (T, error)) ([]T, error) {
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", what, err)
		}
		all = append(all, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading %s: %w", what, err)
	}
	return all, nil
}
