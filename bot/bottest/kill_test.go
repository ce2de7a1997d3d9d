package bottest_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"prystan/bot/bottest"
)

// size returns a number from the environment: the tests are small unless the
// full size is asked for, with PRYSTAN_TEST_KILLS=20 PRYSTAN_TEST_QUESTIONS=2000;
// PRYSTAN_TEST_RATE is the PRYSTAN_SEND_RATE of the program.
func size(name string, small int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return small
}

// atHand is about how many answers are under way at a moment without a limit of
// ours on the rate.
const atHand = 24

// program is the real one, as an operator runs it.
type program struct {
	path, dir, address string
	env                []string
	log                *os.File
	cmd                *exec.Cmd
}

func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "prystan")
	if out, err := exec.Command("go", "build", "-o", path, "prystan/cmd/prystan").CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	return path
}

func newProgram(t *testing.T, path string, api *bottest.BotAPI, more ...string) *program {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	p := &program{path: path, dir: t.TempDir(), address: address}
	if p.log, err = os.Create(filepath.Join(p.dir, "log")); err != nil {
		t.Fatal(err)
	}
	p.env = append([]string{
		"PRYSTAN_TELEGRAM_TOKEN=" + api.Token, "PRYSTAN_TELEGRAM_API=" + api.URL, "PRYSTAN_LISTEN=" + address,
		"PRYSTAN_DATABASE=" + filepath.Join(p.dir, "prystan.db"), "PRYSTAN_SEND_RATE=" + strconv.Itoa(size("PRYSTAN_TEST_RATE", 0)),
	}, more...)
	t.Cleanup(func() {
		p.end(syscall.SIGKILL)
		p.log.Close()
	})
	return p
}

func (p *program) start(t *testing.T) {
	t.Helper()
	p.cmd = exec.Command(p.path, "serve")
	p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = p.env, p.log, p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
}

// end sends a signal and waits until the program is gone.
func (p *program) end(s os.Signal) {
	if p.cmd != nil {
		_ = p.cmd.Process.Signal(s)
		_ = p.cmd.Wait()
		p.cmd = nil
	}
}

// answers returns how many people have none, and how many answers came twice.
func answers(people []*bottest.Person) (none, twice int) {
	for _, p := range people {
		n := 0
		for _, e := range p.Unread() {
			if len(e.Message.Keyboard) > 0 {
				n++
			}
		}
		if n == 0 {
			none++
		} else {
			twice += n - 1
		}
	}
	return none, twice
}

// TestNoQuestionIsLostHoweverOftenTheProgramIsKilled kills it while people ask,
// each one question, and starts it again.
func TestNoQuestionIsLostHoweverOftenTheProgramIsKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	kills, questions := size("PRYSTAN_TEST_KILLS", 3), size("PRYSTAN_TEST_QUESTIONS", 200)
	path := build(t)
	for _, mode := range []string{"webhook", "polling"} {
		t.Run(mode, func(t *testing.T) {
			api := bottest.NewBotAPI(t)
			var env []string
			if mode == "webhook" {
				env = append(env, "PRYSTAN_PUBLIC_URL=https://bot.example.org")
			}
			p := newProgram(t, path, api, env...)
			if mode == "webhook" {
				api.DeliverOver(p.address, 40)
			}
			people := make([]*bottest.Person, questions)
			for i := range people {
				people[i] = api.NewPerson("uk")
			}
			p.start(t)
			asked, since := 0, 0
			for round := range kills + 1 {
				until := questions * (round + 1) / (kills + 1)
				for ; asked < until; asked++ {
					people[asked].Chat.Say(people[asked], fmt.Sprintf("MARKEDTEXT%d як отримати тимчасовий захист у Польщі", asked))
				}
				// Killed in the middle of it: some of these are answered, some not.
				api.Wait("the first answers", func() bool { none, _ := answers(people[since:asked]); return none <= (asked-since)*2/3 })
				since = asked
				if round < kills {
					p.end(syscall.SIGKILL)
					p.start(t)
				}
			}
			api.Wait("all answers", func() bool { none, _ := answers(people); return none == 0 })
			p.end(syscall.SIGTERM)
			none, twice := answers(people)
			t.Logf("%s: %d kills, %d questions: %d lost, %d answered twice", mode, kills, questions, none, twice)
			// What was at hand when the program was killed may come twice.
			if none > 0 || twice > kills*atHand {
				t.Errorf("%d people have no answer, %d answers came twice", none, twice)
			}
			p.leavesNothing(t)
		})
	}
}

// leavesNothing looks for what people wrote in every file that the program
// wrote.
func (p *program) leavesNothing(t *testing.T) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(p.dir, "*"))
	if err != nil || len(files) < 3 {
		t.Fatalf("files %v (%v)", files, err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			continue // a folder
		}
		if bytes.Contains(raw, []byte("MARKEDTEXT")) || strings.HasSuffix(f, "log") && bytes.Contains(raw, []byte("731826400")) {
			t.Errorf("%s holds what somebody wrote, or who they are", filepath.Base(f))
		}
	}
}
