package sqlite

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"prystan/bot"
)

var queueKey = []byte(strings.Repeat("k", 32))

func newQueue(t testing.TB, db *DB, id int64) *Queue {
	t.Helper()
	q, err := NewQueue(db, queueKey, id)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func keepOne(t testing.TB, q *Queue, id int64, body string) bool {
	t.Helper()
	fresh, err := q.Keep([]bot.Waiting{{ID: id, Received: time.Now(), Body: []byte(body)}})
	if err != nil {
		t.Fatal(err)
	}
	return fresh[0]
}

func waiting(t testing.TB, q *Queue) map[int64]bot.Waiting {
	t.Helper()
	all := map[int64]bot.Waiting{}
	for u, err := range q.All(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		all[u.ID] = u
	}
	return all
}

func flush(t testing.TB, q *Queue) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := q.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestAnUpdateWaitsUntilItIsAnsweredAndIsTakenOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	db := open(t, path)
	q := newQueue(t, db, 7)
	if !keepOne(t, q, 1, "one") || keepOne(t, q, 1, "one again") || !keepOne(t, q, 2, "two") {
		t.Error("what waits already was taken again, or a new one was not")
	}
	q.Later(bot.Waiting{ID: 2, Urgent: true, NotBefore: time.UnixMilli(5000), Tries: 3, Sent: 1})
	q.Answered(1)
	if keepOne(t, q, 1, "one at last") {
		t.Error("an answered update was taken again")
	}
	flush(t, q)
	all := waiting(t, newQueue(t, db, 7))
	u := all[2]
	if len(all) != 1 || !u.Urgent || u.Tries != 3 || u.Sent != 1 || !u.NotBefore.Equal(time.UnixMilli(5000)) || string(u.Body) != "two" {
		t.Errorf("after a restart there wait %+v", all)
	}
	if other := newQueue(t, db, 8); len(waiting(t, other)) != 0 || !keepOne(t, other, 1, "to another bot") {
		t.Error("two bots share the numbers of updates")
	}
}

func TestNothingOfAnAnsweredUpdateIsLeftInTheFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	db := open(t, path)
	q := newQueue(t, db, 7)
	var sealed [][]byte
	for i := range int64(50) {
		keepOne(t, q, i, "MARKED words "+strings.Repeat("x", int(i*i*20)))
	}
	for i := range int64(50) {
		var body []byte
		if err := db.sql.QueryRow(`SELECT body FROM waiting WHERE update_id = ?`, i).Scan(&body); err != nil {
			t.Fatal(err)
		}
		sealed = append(sealed, body[:32], body[len(body)-32:])
	}
	if found := grep(t, path, sealed...); found == 0 {
		t.Error("the test does not find what waits")
	}
	for i := range int64(50) {
		q.Answered(i)
	}
	flush(t, q)
	if found := grep(t, path, append(sealed, []byte("MARKED"))...); found != 0 {
		t.Errorf("%d pieces of answered updates stand in the files", found)
	}
	// Without anybody asking, it happens after a moment of quiet.
	keepOne(t, q, 99, "MARKED")
	q.Answered(99)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if info, err := os.Stat(path + "-wal"); err == nil && info.Size() == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the log is not emptied")
		}
	}
}

// grep counts the pieces that stand in the database or its log.
func grep(t *testing.T, path string, pieces ...[]byte) int {
	t.Helper()
	n := 0
	for _, file := range []string{path, path + "-wal", path + "-journal"} {
		raw, err := os.ReadFile(file)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		for _, piece := range pieces {
			if bytes.Contains(raw, piece) {
				n++
			}
		}
	}
	return n
}

func TestABodyOpensOnlyWithItsKeyInItsPlace(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "test.db"))
	keepOne(t, newQueue(t, db, 7), 1, "one")
	other, err := NewQueue(db, []byte(strings.Repeat("x", 32)), 7)
	if err != nil {
		t.Fatal(err)
	}
	for u, err := range other.All(context.Background()) {
		if err == nil || u.ID != 1 || len(u.Body) != 0 {
			t.Errorf("with another key the update reads %q", u.Body)
		}
	}
	if _, err := db.sql.Exec(`UPDATE waiting SET update_id = 2`); err != nil {
		t.Fatal(err)
	}
	if _, err := newQueue(t, db, 7).Body(context.Background(), 2); err == nil {
		t.Error("a body opens in another's place")
	}
}

func TestAFullDiskIsToldAndGotOver(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "test.db"))
	db.sql.SetMaxOpenConns(1) // max_page_count belongs to a connection
	q := newQueue(t, db, 7)
	keepOne(t, q, 1, "before")
	limit := func(pages string) {
		if _, err := db.sql.Exec("PRAGMA max_page_count = " + pages); err != nil {
			t.Fatal(err)
		}
	}
	limit("1")
	big := bot.Waiting{ID: 2, Body: bytes.Repeat([]byte("x"), 100_000)}
	q.Answered(1)
	if _, err := q.Keep([]bot.Waiting{big}); err == nil || q.Health() == nil {
		t.Fatal("a full disk is not told")
	}
	limit("1000000")
	if fresh, err := q.Keep([]bot.Waiting{big}); err != nil || !fresh[0] || q.Health() != nil {
		t.Errorf("with room again: %v, %v", fresh, err)
	}
	flush(t, q)
	if all := waiting(t, q); len(all) != 1 || len(all[2].Body) != 100_000 {
		t.Errorf("%d updates wait", len(all))
	}
}

func TestOldAnswersAreForgotten(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "test.db"))
	q := newQueue(t, db, 7)
	keepOne(t, q, 1, "one")
	q.Answered(1)
	flush(t, q)
	later := newQueue(t, db, 7)
	later.now = func() time.Time { return time.Now().AddDate(0, 0, rememberBy+1) }
	keepOne(t, later, 2, "two")
	var left int
	if err := db.sql.QueryRow(`SELECT count(*) FROM answered`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d answered updates are remembered (%v)", left, err)
	}
}

func TestManyKeepAtOnceShareTheDisk(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "test.db"))
	q := newQueue(t, db, 7)
	var all sync.WaitGroup
	for i := range int64(500) {
		all.Go(func() {
			if keepOne(t, q, i, fmt.Sprint(i)) {
				q.Answered(i)
			}
		})
	}
	all.Wait()
	flush(t, q)
	if n := len(waiting(t, q)); n != 0 {
		t.Errorf("%d updates wait", n)
	}
}

// BenchmarkQueue measures keeping and answering an update, many side by side.
func BenchmarkQueue(b *testing.B) {
	db, err := Open(context.Background(), filepath.Join(b.TempDir(), "test.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	q := newQueue(b, db, 7)
	var id int64
	var mu sync.Mutex
	b.SetParallelism(64)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			mu.Lock()
			id++
			mine := id
			mu.Unlock()
			keepOne(b, q, mine, strings.Repeat("x", 600))
			q.Answered(mine)
		}
	})
	flush(b, q)
}
