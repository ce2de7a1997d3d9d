//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	goversion "go/version"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// maxImage is how large the image may be, in bytes.
const maxImage = 60_000_000

// imageUser is the numeric user of the image: it needs no /etc/passwd.
const imageUser = 65532

// The Dockerfile is really built, by Debian's buildah without a registry: a
// stand-in takes the place of the Go image, and the result is run as Docker
// would run it, on a read-only root as the image's user with a fresh volume.
func TestTheImageIsBuiltAndAnswers(t *testing.T) {
	if _, err := exec.LookPath("buildah"); err != nil {
		t.Skip("the Dockerfile is not built here: buildah is not installed (apt-get install buildah; .ci/run does it)")
	}
	if os.Geteuid() != 0 {
		t.Skip("the Dockerfile is not built here: buildah with chroot isolation needs root")
	}
	b := newBuilder(t)
	source := snapshot(t)
	mustRun(t, source, "go", "mod", "download") // into the folder that the build takes them from
	begin := time.Now()
	b.standIn("localhost/golang")
	b.build("localhost/prystan", source,
		"--build-arg", "GO_IMAGE=localhost/golang", "--build-arg", "VERSION=v1.2.3-test",
		"--volume", goEnv(t, "GOROOT")+":/usr/local/go:ro",
		"--volume", filepath.Join(goEnv(t, "GOMODCACHE"), "cache", "download")+":/proxy:ro")
	t.Logf("built in %.0f s", time.Since(begin).Seconds())
	img := b.open("localhost/prystan")

	t.Run("configuration", func(t *testing.T) { checkConfiguration(t, img.config) })
	t.Run("contents", func(t *testing.T) { checkContents(t, img.root) })
	t.Run("bit by bit what another folder and another cache give", func(t *testing.T) {
		// The image had no build cache and stood in /src.
		other := buildAsTheDockerfileDoes(t, source, "v1.2.3-test")
		if got, want := hashOf(t, filepath.Join(img.root, "prystan")), hashOf(t, other); got != want {
			t.Errorf("the binary of the image is %s, that built here %s", got, want)
		}
	})
	t.Run("asks", func(t *testing.T) { askTheImage(t, img.run(t)) })
	t.Run("serves", func(t *testing.T) { serveTheImage(t, img.run(t)) })
}

func checkConfiguration(t *testing.T, c imageConfig) {
	want := imageConfig{
		User:         fmt.Sprintf("%d:%d", imageUser, imageUser),
		Entrypoint:   []string{"/prystan"},
		Cmd:          []string{"serve"},
		WorkingDir:   "/data",
		StopSignal:   "SIGTERM",
		Volumes:      map[string]struct{}{"/data": {}},
		ExposedPorts: map[string]struct{}{"8080/tcp": {}},
	}
	want.Healthcheck.Test = []string{"CMD", "/prystan", "health"}
	for _, v := range []string{"PRYSTAN_DATABASE=/data/prystan.db", "PRYSTAN_LISTEN=:8080"} {
		if !slices.Contains(c.Env, v) {
			t.Errorf("the environment %q misses %s", c.Env, v)
		}
	}
	c.Env = nil
	if !reflect.DeepEqual(c, want) {
		t.Errorf("configuration\n%+v, want\n%+v", c, want)
	}
}

// checkContents holds the image to the program, its licences and certificates:
// no shell, nothing of the source, nothing that the program itself could
// change but its volume.
func checkContents(t *testing.T, root string) {
	var size int64
	var licences int
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		size += info.Size()
		name, err := filepath.Rel(root, path)
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(name, "licences/"):
			licences++
		case name != "prystan" && name != "etc/ssl/certs/ca-certificates.crt":
			t.Errorf("%s is in the image", name)
		}
		if info.Mode()&(fs.ModeSetuid|fs.ModeSetgid) != 0 || info.Mode()&0o022 != 0 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
		if uid, _ := ownerOf(t, path); uid != 0 {
			t.Errorf("%s belongs to %d: the program could change it", name, uid)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("image: %.1f MB, %d licence texts", float64(size)/1e6, licences)
	if size > maxImage {
		t.Errorf("the image has %d bytes, more than %d", size, maxImage)
	}
	if licences < 20 {
		t.Errorf("%d licence texts", licences)
	}
	certificates, err := os.ReadFile(filepath.Join(root, "etc/ssl/certs/ca-certificates.crt"))
	if err != nil || !bytes.Contains(certificates, []byte("BEGIN CERTIFICATE")) {
		t.Errorf("no certificates: %v", err)
	}
	if uid, gid := ownerOf(t, filepath.Join(root, "data")); uid != imageUser || gid != imageUser {
		t.Errorf("/data belongs to %d:%d", uid, gid)
	}
}

func askTheImage(t *testing.T, r *running) {
	if out := r.output("version"); !strings.Contains(out, "prystan v1.2.3-test,") {
		t.Errorf("version: %q", out)
	}
	var a answerObject
	if err := json.Unmarshal([]byte(r.output("ask", "--json", "Як оформити тимчасовий захист у Польщі?")), &a); err != nil {
		t.Fatal(err)
	}
	if a.Language != "uk" || a.Country != "PL" || a.Topic == "" || a.Reply == "" {
		t.Errorf("answered %+v", a)
	}
	if err := json.Unmarshal([]byte(r.output("ask", "--json", "--country", "PL", "Мене б'є чоловік, допоможіть")), &a); err != nil {
		t.Fatal(err)
	}
	if !a.Urgent || !strings.Contains(a.Reply, "112") {
		t.Errorf("answered in danger %+v", a)
	}
	r.output("check")
	if _, err := os.Stat(filepath.Join(r.volume, "prystan.db")); err != nil {
		t.Errorf("the database is not in the volume: %v", err)
	}
}

func serveTheImage(t *testing.T, r *running) {
	port := unusedPort(t)
	r.env = append(r.env, "PRYSTAN_LISTEN=:"+port)
	serve := r.command(r.image.config.Cmd...)
	var log bytes.Buffer
	serve.Stdout, serve.Stderr = &log, &log
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan error, 1)
	go func() { exited <- serve.Wait() }()
	stopped := false
	defer func() {
		if !stopped {
			serve.Process.Kill()
			<-exited
		}
		if t.Failed() {
			t.Logf("it wrote:\n%s", log.Bytes())
		}
	}()

	health := r.image.config.Healthcheck.Test[2:]
	for begin := time.Now(); ; time.Sleep(200 * time.Millisecond) {
		out, err := r.command(health...).CombinedOutput()
		if err == nil {
			break
		}
		if time.Since(begin) > 30*time.Second {
			t.Fatalf("not healthy after 30 s: %v\n%s", err, out)
		}
	}
	checkConfined(t, serve.Process.Pid)
	resp, err := http.Get("http://127.0.0.1:" + port + "/")
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	if resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK || !bytes.Contains(page, []byte("<form")) {
		t.Errorf("web chat: %s, %v\n%.200s", resp.Status, err, page)
	}

	if err := serve.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-exited:
		stopped = true
		if err != nil {
			t.Errorf("stopped with %v", err)
		}
	case <-time.After(12 * time.Second):
		t.Fatal("still there 12 s after SIGTERM")
	}
	var exit *exec.ExitError
	if err := r.command(health...).Run(); !errors.As(err, &exit) || exit.ExitCode() != exitFailed {
		t.Errorf("health of a stopped service: %v", err)
	}
}

// checkConfined looks at the process from outside: who it is, what it may do,
// what its root is.
func checkConfined(t *testing.T, pid int) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`Name:\tprystan\n`,
		fmt.Sprintf(`Uid:\t%d\t%[1]d\t%[1]d\t%[1]d\n`, imageUser),
		fmt.Sprintf(`Gid:\t%d\t%[1]d\t%[1]d\t%[1]d\n`, imageUser),
		`Groups:\t *\n`, `CapPrm:\t0+\n`, `CapEff:\t0+\n`, `CapAmb:\t0+\n`, `NoNewPrivs:\t1\n`,
	} {
		if !regexp.MustCompile(want).Match(status) {
			t.Errorf("the process is not confined, want %q in\n%s", want, status)
		}
	}
	mounts, err := os.ReadFile(fmt.Sprintf("/proc/%d/mountinfo", pid))
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^\S+ \S+ \S+ \S+ / ro[ ,]`).Match(mounts) {
		t.Errorf("the root can be written to:\n%s", mounts)
	}
}

// Two builds in different folders are the same, bit by bit. This runs where
// buildah is missing, too.
func TestTheBuildIsReproducible(t *testing.T) {
	a := buildAsTheDockerfileDoes(t, snapshot(t), "v1")
	b := buildAsTheDockerfileDoes(t, snapshot(t), "v1")
	if hashOf(t, a) != hashOf(t, b) {
		t.Error("two builds of the same source differ")
	}
	binary, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Dir(a), goEnv(t, "GOMODCACHE"), goEnv(t, "GOCACHE")} {
		if bytes.Contains(binary, []byte(path)) {
			t.Errorf("the binary names %s", path)
		}
	}
}

var (
	buildLine = regexp.MustCompile(`(?m)^RUN (CGO_ENABLED=0 go build .*) -o /out/prystan (\./cmd/prystan)$`)
	goImage   = regexp.MustCompile(`(?m)^ARG GO_IMAGE=(golang:([0-9.]+)-alpine)$`)
)

// buildAsTheDockerfileDoes builds the program of a folder with the very
// command of its Dockerfile, and returns the binary.
func buildAsTheDockerfileDoes(t *testing.T, source, version string) string {
	t.Helper()
	line := buildLine.FindStringSubmatch(contentOf(t, filepath.Join(source, "Dockerfile")))
	if line == nil {
		t.Fatalf("the Dockerfile has no line %s", buildLine)
	}
	binary := filepath.Join(source, "built")
	mustRun(t, source, "env", "GOFLAGS=", "VERSION="+version, "OUT="+binary, "sh", "-c", line[1]+` -o "$OUT" `+line[2])
	return binary
}

func TestComposeFitsTheImageAndTheSettings(t *testing.T) {
	var file struct {
		Services map[string]struct {
			Build struct {
				Context string
				Args    map[string]string
			}
			Image, Restart, User string
			ReadOnly             bool     `yaml:"read_only"`
			CapDrop              []string `yaml:"cap_drop"`
			SecurityOpt          []string `yaml:"security_opt"`
			PidsLimit            int      `yaml:"pids_limit"`
			Ports                []string
			Environment          map[string]string
			Volumes              []string
			Healthcheck          struct {
				Test              []string
				Interval, Timeout time.Duration
				StartPeriod       time.Duration `yaml:"start_period"`
				Retries           int
			}
			StopGracePeriod time.Duration `yaml:"stop_grace_period"`
			Logging         struct {
				Driver  string
				Options map[string]string
			}
		}
		Volumes map[string]any
	}
	dec := yaml.NewDecoder(strings.NewReader(contentOf(t, "../../compose.yaml")))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		t.Fatal(err)
	}
	s, ok := file.Services["prystan"]
	if !ok || len(file.Services) != 1 {
		t.Fatalf("services: %v", slices.Collect(maps.Keys(file.Services)))
	}
	if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
		t.Errorf("not confined: read_only %v, cap_drop %v, security_opt %v", s.ReadOnly, s.CapDrop, s.SecurityOpt)
	}
	if want := fmt.Sprintf("%d:%d", imageUser, imageUser); s.User != want {
		t.Errorf("user %q, want that of the image, %s", s.User, want)
	}
	if _, ok := file.Volumes["data"]; !ok || !slices.Equal(s.Volumes, []string{"data:/data"}) {
		t.Errorf("volumes %v of %v", s.Volumes, file.Volumes)
	}
	if !slices.Equal(s.Ports, []string{"127.0.0.1:8080:8080"}) {
		t.Errorf("ports %v: only a proxy on the machine may reach it", s.Ports)
	}
	if !slices.Equal(s.Healthcheck.Test, []string{"CMD", "/prystan", "health"}) {
		t.Errorf("healthcheck %v", s.Healthcheck.Test)
	}
	if s.Healthcheck.Timeout <= healthTimeout {
		t.Errorf("health has %v, and takes up to %v", s.Healthcheck.Timeout, healthTimeout)
	}
	if s.StopGracePeriod <= 10*time.Second {
		t.Errorf("stop_grace_period %v: the program may take 10 s to finish", s.StopGracePeriod)
	}
	if s.Logging.Options["max-size"] == "" || s.Logging.Options["max-file"] == "" {
		t.Errorf("logs may fill the disk: %v", s.Logging.Options)
	}
	image := goImage.FindStringSubmatch(contentOf(t, "../../Dockerfile"))
	if image == nil {
		t.Fatalf("the Dockerfile has no line %s", goImage)
	}
	if got, want := s.Build.Args["GO_IMAGE"], "${GO_IMAGE:-"+image[1]+"}"; got != want {
		t.Errorf("compose.yaml builds with %s, the Dockerfile with %s", got, image[1])
	}
	needed := regexp.MustCompile(`(?m)^go ([0-9.]+)$`).FindStringSubmatch(contentOf(t, "../../go.mod"))
	if needed == nil || goversion.Compare("go"+image[2], "go"+needed[1]) < 0 {
		t.Errorf("the image has Go %s, and go.mod needs %q", image[2], needed)
	}
	known := (&settings{}).table()
	for variable := range s.Environment {
		if !slices.ContainsFunc(known, func(row setting) bool { return row.variable == variable }) {
			t.Errorf("compose.yaml sets %s, which is no setting", variable)
		}
	}
}
