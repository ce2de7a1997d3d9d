package main

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A full disk under a running service: people are answered, the log says so at
// most once a minute, and what comes afterwards finds the database whole.
func TestOnAFullDiskPeopleAreAnswered(t *testing.T) {
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=96m"); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(folder, syscall.MNT_DETACH) })
	listen := loopback(t)
	out, stop := started(t, folder, listen)
	eventually(t, "the service answers", func() bool { return ready(listen) })
	eventually(t, "the first backup", func() bool {
		made, _ := filepath.Glob(filepath.Join(folder, "backups", "prystan-*.db"))
		return len(made) > 0
	})
	fillUp(t, filepath.Join(folder, "ballast"))
	for range 30 {
		for _, question := range []string{"як отримати песель у польщі", "qwertz zzz"} {
			resp, err := http.PostForm("http://"+listen+"/", url.Values{"question": {question}})
			if err != nil {
				t.Fatal(err)
			}
			page, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusTooManyRequests {
				t.Fatalf("%s (%v): %s", resp.Status, err, page)
			}
			if resp.StatusCode == http.StatusOK && strings.Contains(question, "песель") && !strings.Contains(string(page), "PESEL") {
				t.Errorf("no answer on a full disk: %s", page)
			}
		}
	}
	if !ready(listen) {
		t.Error("on a full disk the service says that it cannot answer")
	}
	if got := inFolder(t, folder, "ask", "як отримати песель у польщі"); got.code != exitDone || !strings.Contains(got.stdout, "PESEL") {
		t.Errorf("ask on a full disk: exit %d, %s", got.code, got.stderr)
	}
	if got := inFolder(t, folder, "backup", filepath.Join(folder, "copy.db")); got.code != exitFailed || !strings.Contains(got.stderr, "full") {
		t.Errorf("backup on a full disk: exit %d, %s", got.code, got.stderr)
	}
	if code := stop(); code != exitDone {
		t.Errorf("exit %d: %s", code, out)
	}
	if n := strings.Count(out.String(), "counting"); n > 1 {
		t.Errorf("the log says it %d times", n)
	}
	if err := os.Remove(filepath.Join(folder, "ballast")); err != nil {
		t.Fatal(err)
	}
	sound(t, filepath.Join(folder, "prystan.db"))
}

// fillUp writes a file until the disk takes no more.
func fillUp(t *testing.T, ballast string) {
	t.Helper()
	f, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 1<<20); len(block) > 0; {
		if _, err := f.Write(block); err != nil {
			block = block[:len(block)/2]
		}
	}
}
