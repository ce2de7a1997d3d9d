package sqlite

import (
	"context"
	"fmt"
	"time"

	"prystan/bot/linkcheck"
)

// CheckedPages returns how every page answered that was asked.
func (db *DB) CheckedPages(ctx context.Context) ([]linkcheck.Page, error) {
	return db.pagesWhere(ctx, `1`)
}

// FailingPages returns the pages that do not answer, those that have failed
// longest first.
func (db *DB) FailingPages(ctx context.Context) ([]linkcheck.Page, error) {
	return db.pagesWhere(ctx, `failing <> 0`)
}

func (db *DB) pagesWhere(ctx context.Context, where string) ([]linkcheck.Page, error) {
	rows, err := db.sql.QueryContext(ctx, `SELECT url, checked, status, failing FROM page_check WHERE `+where+` ORDER BY failing, url`)
	if err != nil {
		return nil, fmt.Errorf("reading checked pages: %w", err)
	}
	return collect(rows, "checked pages", func(row scanner) (p linkcheck.Page, err error) {
		var checked, failing int64
		err = row.Scan(&p.URL, &checked, &p.Status, &failing)
		p.Checked, p.Failing = moment(checked), moment(failing)
		return p, err
	})
}

// PagesChecked returns how many pages were asked, and when last.
func (db *DB) PagesChecked(ctx context.Context) (n int, last time.Time, err error) {
	var at int64
	if err := db.sql.QueryRowContext(ctx, `SELECT count(*), coalesce(max(checked), 0) FROM page_check`).Scan(&n, &at); err != nil {
		return 0, time.Time{}, fmt.Errorf("counting checked pages: %w", err)
	}
	return n, moment(at), nil
}

// KeepPage keeps how a page answered.
func (db *DB) KeepPage(ctx context.Context, p linkcheck.Page) error {
	failing := int64(0)
	if !p.Failing.IsZero() {
		failing = p.Failing.Unix()
	}
	err := db.exec(ctx, `
		INSERT INTO page_check (url, checked, status, failing) VALUES (?, ?, ?, ?)
		ON CONFLICT (url) DO UPDATE SET checked = excluded.checked, status = excluded.status, failing = excluded.failing`,
		p.URL, p.Checked.Unix(), p.Status, failing)
	if err != nil {
		return fmt.Errorf("keeping checked page: %w", err)
	}
	return nil
}

// DropPage forgets a page.
func (db *DB) DropPage(ctx context.Context, url string) error {
	if err := db.exec(ctx, `DELETE FROM page_check WHERE url = ?`, url); err != nil {
		return fmt.Errorf("forgetting checked page: %w", err)
	}
	return nil
}
