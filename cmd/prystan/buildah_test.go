//go:build linux

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// builder runs buildah in a storage of its own, which goes away with the test.
type builder struct {
	t      *testing.T
	global []string
	policy string
	folder string
}

func newBuilder(t *testing.T) *builder {
	b := &builder{t: t, folder: t.TempDir()}
	b.policy = filepath.Join(b.folder, "policy.json")
	registries := filepath.Join(b.folder, "registries.conf")
	writeText(t, b.policy, `{"default":[{"type":"insecureAcceptAnything"}]}`)
	writeText(t, registries, "")
	b.global = []string{
		"--root", filepath.Join(b.folder, "root"), "--runroot", filepath.Join(b.folder, "run"),
		"--storage-driver", "vfs", "--registries-conf", registries,
	}
	return b
}

// buildah returns what the command printed, without what it said meanwhile.
func (b *builder) buildah(args ...string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), 8*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "buildah", append(slices.Clone(b.global), args...)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		b.t.Fatalf("buildah %s: %v\n%s%s", strings.Join(args, " "), err, out, said.Bytes())
	}
	return strings.TrimSpace(string(out))
}

// build builds the Dockerfile of a folder, without any network.
func (b *builder) build(tag, folder string, args ...string) {
	b.t.Helper()
	b.buildah(slices.Concat([]string{"build", "--isolation", "chroot", "--format", "docker", "--pull=never",
		"--signature-policy", b.policy, "--tag", tag}, args, []string{folder})...)
}

// standIn makes an image that has what the Dockerfile uses of the Go image: a
// shell, mkdir, certificates, and the places where the Go tools and the
// modules of this machine are mounted.
func (b *builder) standIn(tag string) {
	b.t.Helper()
	root := b.t.TempDir()
	files := map[string]string{"/etc/ssl/certs/ca-certificates.crt": "/etc/ssl/certs/ca-certificates.crt"}
	for _, program := range []string{"sh", "mkdir"} {
		path, err := exec.LookPath(program)
		if err != nil {
			b.t.Fatal(err)
		}
		files["/bin/"+program] = path
		libraries, err := exec.Command("ldd", path).CombinedOutput()
		if err != nil {
			continue // linked statically
		}
		for _, library := range regexp.MustCompile(`/\S+\.so\S*`).FindAllString(string(libraries), -1) {
			files[library] = library
		}
	}
	for to, from := range files {
		content, err := os.ReadFile(from)
		if err != nil {
			b.t.Fatal(err)
		}
		to = filepath.Join(root, to)
		mode := fs.FileMode(0o755)
		if strings.HasSuffix(to, ".crt") {
			mode = 0o644
		}
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, content, mode)); err != nil {
			b.t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(root, "tmp"), 0o777); err != nil {
		b.t.Fatal(err)
	}
	writeText(b.t, filepath.Join(root, "Dockerfile"), `FROM scratch
COPY . /
ENV PATH=/usr/local/go/bin:/bin GOTOOLCHAIN=local GOPROXY=file:///proxy GOSUMDB=off
`)
	b.build(tag, root)
}

// imageConfig is what the Dockerfile says about running the image.
type imageConfig struct {
	User, WorkingDir, StopSignal string
	Env, Entrypoint, Cmd         []string
	Volumes, ExposedPorts        map[string]struct{}
	Healthcheck                  struct{ Test []string }
}

// image is a built image, its files laid out in a folder.
type image struct {
	root   string
	config imageConfig
}

func (b *builder) open(tag string) *image {
	b.t.Helper()
	var inspected struct {
		Docker struct{ Config imageConfig }
	}
	if err := json.Unmarshal([]byte(b.buildah("inspect", "--type", "image", tag)), &inspected); err != nil {
		b.t.Fatal(err)
	}
	container := b.buildah("from", "--pull=never", "--signature-policy", b.policy, tag)
	root := b.buildah("mount", container)
	b.t.Cleanup(func() {
		if out, err := exec.Command("buildah", append(slices.Clone(b.global), "umount", container)...).CombinedOutput(); err != nil {
			b.t.Errorf("buildah umount: %v\n%s", err, out)
		}
	})
	return &image{root: root, config: inspected.Docker.Config}
}

// running is an image with a volume.
type running struct {
	t      *testing.T
	image  *image
	volume string
	env    []string
}

// run gives the image a new volume. As Docker does, it takes the owner from
// the folder that stands in the image.
func (i *image) run(t *testing.T) *running {
	r := &running{t: t, image: i, volume: t.TempDir(), env: slices.Clone(i.config.Env)}
	uid, gid := ownerOf(t, filepath.Join(i.root, "data"))
	if err := errors.Join(os.Chown(r.volume, uid, gid), os.Chmod(r.volume, 0o700)); err != nil {
		t.Fatal(err)
	}
	return r
}

// enter becomes a program of the image: $1 its root, $2 the volume and $3 the
// place of it, $4 user, $5 group, $6 working folder. The mounts are in a
// namespace that ends with the process; setting the user drops every
// capability.
const enter = `set -e
root=$1 volume=$2 place=$3 user=$4 group=$5 work=$6
shift 6
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount --bind "$volume" "$root$place"
exec setpriv --no-new-privs unshare --root="$root" --wd="$work" --setgid="$group" --setuid="$user" "$@"
`

// command is a program in the image, with the entry point for commands of
// prystan.
func (r *running) command(args ...string) *exec.Cmd {
	c := r.image.config
	if args[0] != c.Entrypoint[0] {
		args = slices.Concat(c.Entrypoint, args)
	}
	user, group, _ := strings.Cut(c.User, ":")
	place := slices.Sorted(maps.Keys(c.Volumes))[0]
	cmd := exec.Command("unshare", slices.Concat([]string{"--mount", "sh", "-c", enter, "enter",
		r.image.root, r.volume, place, user, group, c.WorkingDir}, args)...)
	cmd.Env = r.env
	return cmd
}

func (r *running) output(args ...string) string {
	r.t.Helper()
	cmd := r.command(args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		r.t.Fatalf("prystan %s: %v\n%s%s", strings.Join(args, " "), err, out, said.Bytes())
	}
	return string(out)
}

// snapshot copies the source as it stands, so that a build is not disturbed by
// work going on in it. Databases and keys that somebody tried it with stay
// behind.
func snapshot(t *testing.T) string {
	t.Helper()
	const source = "../.."
	to := t.TempDir()
	err := filepath.WalkDir(source, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(source, path)
		if err != nil {
			return err
		}
		switch {
		case e.IsDir() && (name == ".git" || name == "dist" || name == "docs"):
			return filepath.SkipDir
		case e.IsDir():
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		case !e.Type().IsRegular() || regexp.MustCompile(`\.(db|db-shm|db-wal|key|env)$`).MatchString(name):
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), content, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// mustRun runs a program in a folder and returns what it printed.
func mustRun(t *testing.T, folder string, args ...string) string {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = folder
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", strings.Join(args, " "), err, out, said.Bytes())
	}
	return strings.TrimSpace(string(out))
}

func goEnv(t *testing.T, name string) string { return mustRun(t, ".", "go", "env", name) }

func unusedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func ownerOf(t *testing.T, path string) (uid, gid int) {
	t.Helper()
	var s syscall.Stat_t
	if err := syscall.Lstat(path, &s); err != nil {
		t.Fatal(err)
	}
	return int(s.Uid), int(s.Gid)
}

func hashOf(t *testing.T, path string) string {
	t.Helper()
	return fmt.Sprintf("%x", sha256.Sum256([]byte(contentOf(t, path))))
}

func contentOf(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func writeText(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
