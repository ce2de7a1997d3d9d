package metrics_test

import (
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// built is the folder of the program, once a test needed it.
var built string

// program builds the program once for all tests.
var program = sync.OnceValues(func() (path string, err error) {
	if built, err = os.MkdirTemp("", "prystan-program-"); err != nil {
		return "", err
	}
	path = filepath.Join(built, "prystan")
	out, err := exec.Command("go", "build", "-o", path, "prystan/cmd/prystan").CombinedOutput()
	if err != nil {
		os.Stderr.Write(out)
	}
	return path, err
})

func TestMain(m *testing.M) {
	if address := os.Getenv(echoAt); address != "" {
		log.Fatal(echo(address))
	}
	code := m.Run()
	if built != "" {
		os.RemoveAll(built)
	}
	os.Exit(code)
}

// service is the program serving in a folder of its own, in which it keeps its
// database and everything that it writes.
type service struct {
	t       *testing.T
	folder  string
	address string
	env     []string
	cmd     *exec.Cmd
}

// serve starts the program in a folder, with the variables on top of the test's
// own, and waits until it lives.
func serve(t *testing.T, folder string, variables ...string) *service {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	s := &service{t: t, folder: folder, address: l.Addr().String()}
	s.env = append(os.Environ(), append([]string{
		"PRYSTAN_DATABASE=" + filepath.Join(folder, "prystan.db"), "PRYSTAN_LISTEN=" + s.address,
		"PRYSTAN_SEND_RATE=0", "PRYSTAN_LOG_LEVEL=debug", "PRYSTAN_LOG_FORMAT=json",
	}, variables...)...)
	s.start()
	t.Cleanup(func() { s.end(syscall.SIGKILL) })
	return s
}

func (s *service) start() {
	s.t.Helper()
	path, err := program()
	if err != nil {
		s.t.Fatal(err)
	}
	said, err := os.OpenFile(filepath.Join(s.folder, "said.txt"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer said.Close()
	s.cmd = exec.Command(path, "serve")
	s.cmd.Env, s.cmd.Dir = s.env, s.folder
	s.cmd.Stdout, s.cmd.Stderr = said, said
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.eventually("it lives", func() bool {
		resp, err := http.Get("http://" + s.address + "/healthz")
		if err == nil {
			resp.Body.Close()
		}
		return err == nil
	})
}

// end ends the program with a signal and waits for it.
func (s *service) end(signal syscall.Signal) {
	if s.cmd == nil {
		return
	}
	s.cmd.Process.Signal(signal)
	s.cmd.Wait() // however it ends
	s.cmd = nil
}

// figures returns /metrics.
func (s *service) figures() string {
	s.t.Helper()
	resp, err := http.Get("http://" + s.address + "/metrics")
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		s.t.Fatal(resp.Status, err)
	}
	return string(body)
}

// eventually waits until something is so.
func (s *service) eventually(what string, is func() bool) {
	s.t.Helper()
	for begun := time.Now(); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > 30*time.Second {
			said, _ := os.ReadFile(filepath.Join(s.folder, "said.txt"))
			s.t.Fatalf("waited too long: %s\n%s", what, said[max(0, len(said)-3000):])
		}
	}
}
