package main

import (
	"bufio"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// build makes the program as the image does, once for a benchmark.
func build(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "prystan")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return path
}

// firstAnswer starts the service, asks one question in the web chat, stops the
// service and returns the peak memory in bytes.
func firstAnswer(b *testing.B, program, database string) int64 {
	b.Helper()
	cmd := exec.Command(program, "serve", "--database", database, "--listen", "127.0.0.1:0")
	cmd.Stderr = io.Discard
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	address := strings.TrimSpace(strings.TrimPrefix(line, "web chat: "))
	resp, err := http.PostForm(address, url.Values{"question": {"як отримати песель у польщі"}, "language": {"uk"}})
	if err != nil {
		b.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(string(page), "PESEL") {
		b.Fatalf("no answer: %s (%v)", resp.Status, err)
	}
	_ = resp.Body.Close()
	b.StopTimer()
	defer b.StartTimer()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		b.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		b.Fatal(err)
	}
	return cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
}

// BenchmarkFirstAnswer measures a start from nothing and from a seeded file to
// the first answer in the web chat, with the peak memory of the process.
func BenchmarkFirstAnswer(b *testing.B) {
	program := build(b)
	for _, c := range []struct {
		name   string
		seeded bool
	}{{"new", false}, {"seeded", true}} {
		b.Run(c.name, func(b *testing.B) {
			seeded := filepath.Join(b.TempDir(), "seeded.db")
			if c.seeded {
				firstAnswer(b, program, seeded)
				b.ResetTimer()
			}
			var peak int64
			for b.Loop() {
				database := seeded
				if !c.seeded {
					database = filepath.Join(b.TempDir(), time.Now().Format("150405.000000")+".db")
				}
				peak = max(peak, firstAnswer(b, program, database))
			}
			b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
		})
	}
}
