package main

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"prystan/bot/sqlite"
)

// litestream returns the Litestream program, or skips the test.
func litestream(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("litestream")
	if err != nil {
		t.Skip("litestream is not installed: go install github.com/benbjohnson/litestream/cmd/litestream@v0.5.18")
	}
	return path
}

// process is a program of the test's own.
func process(t *testing.T, env []string, name string, args ...string) *exec.Cmd {
	t.Helper()
	out := &bytes.Buffer{}
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait() // its end is what is wanted, however it came
		if t.Failed() {
			t.Logf("%s: %s", filepath.Base(name), out)
		}
	})
	return cmd
}

// The handbook's way: Litestream beside the running service, the machine lost,
// the replica restored on another.
func TestAReplicaOfLitestreamRestoresWhatTheLostMachineHeld(t *testing.T) {
	program := litestream(t)
	dir, other := t.TempDir(), t.TempDir()
	database := filepath.Join(dir, "prystan.db")
	env := []string{"PRYSTAN_DATABASE=" + database, "PRYSTAN_REPLICA=file://" + filepath.Join(other, "replica")}
	config := filepath.Join("..", "..", "docs", "handbook", "litestream.yml")

	binary := filepath.Join(t.TempDir(), "prystan")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	listen := loopback(t)
	service := process(t, env, binary, "serve", "--listen", listen)
	eventually(t, "the service answers", func() bool { return ready(listen) })
	replicator := process(t, env, program, "replicate", "-config", config)
	replica := filepath.Join(other, "replica", "ltx", "9")
	eventually(t, "a first snapshot", func() bool {
		snapshots, _ := os.ReadDir(replica) // not there yet is no snapshot
		return len(snapshots) > 0
	})
	key := filepath.Join(dir, "prystan.key")
	secret, err := readKey(key)
	if err != nil {
		t.Fatal(err)
	}
	choose(t, database, secret)
	time.Sleep(3 * time.Second) // Litestream looks every second
	for _, cmd := range []*exec.Cmd{service, replicator} {
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait() // killed, as was asked
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}

	copied := filepath.Join(other, "copy.db")
	restore := exec.Command(program, "restore", "-config", config, "-o", copied, database)
	restore.Env = append(os.Environ(), env...)
	if out, err := restore.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got := inFolder(t, other, "restore", copied); got.code != exitDone {
		t.Fatalf("exit %d: %s", got.code, got.stderr)
	}
	sound(t, filepath.Join(other, "prystan.db"))
	if l := chosen(t, filepath.Join(other, "prystan.db"), secret); l != "pl" {
		t.Errorf("the last write before the loss is not in it: %q", l)
	}
}

// loopback returns an address of this machine that nobody listens at.
func loopback(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// ready asks /readyz.
func ready(address string) bool {
	resp, err := http.Get("http://" + address + "/readyz")
	if err != nil {
		return false
	}
	return resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
}

func eventually(t *testing.T, what string, happens func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if happens() {
			return
		}
	}
	t.Fatalf("not within 30 seconds: %s", what)
}

// choose writes to a database that another process has open.
func choose(t *testing.T, database string, key []byte) {
	t.Helper()
	db, err := sqlite.Open(context.Background(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := (sqlite.Choices{DB: db, Key: key}).Choose(context.Background(), 77, "pl", "PL"); err != nil {
		t.Fatal(err)
	}
}

func chosen(t *testing.T, database string, key []byte) string {
	t.Helper()
	db, err := sqlite.Open(context.Background(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	l, _, err := sqlite.Choices{DB: db, Key: key}.Choice(context.Background(), 77)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(l))
}
