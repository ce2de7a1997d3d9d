package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"prystan/bot/linkcheck"
)

func TestCheckedPagesAreKept(t *testing.T) {
	ctx := context.Background()
	db, err := Open(ctx, filepath.Join(t.TempDir(), "prystan.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	good := linkcheck.Page{URL: "https://a.example/", Checked: now, Status: 200}
	bad := linkcheck.Page{URL: "https://b.example/", Checked: now, Status: 404, Failing: now.Add(-time.Hour)}
	if err := errors.Join(db.KeepPage(ctx, bad), db.KeepPage(ctx, bad), db.KeepPage(ctx, good)); err != nil {
		t.Fatal(err)
	}
	if all, err := db.CheckedPages(ctx); err != nil || !reflect.DeepEqual(all, []linkcheck.Page{good, bad}) {
		t.Errorf("kept %v (%v)", all, err)
	}
	if failing, err := db.FailingPages(ctx); err != nil || !reflect.DeepEqual(failing, []linkcheck.Page{bad}) {
		t.Errorf("failing %v (%v)", failing, err)
	}
	if n, last, err := db.PagesChecked(ctx); err != nil || n != 2 || !last.Equal(now) {
		t.Errorf("%d checked, last %v (%v)", n, last, err)
	}
	bad.Status, bad.Failing = 200, time.Time{}
	if err := errors.Join(db.KeepPage(ctx, bad), db.DropPage(ctx, good.URL)); err != nil {
		t.Fatal(err)
	}
	if all, err := db.CheckedPages(ctx); err != nil || !reflect.DeepEqual(all, []linkcheck.Page{bad}) {
		t.Errorf("kept %v (%v)", all, err)
	}
}
