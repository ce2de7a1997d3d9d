package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// called is what a call of the program left behind.
type called struct {
	code           int
	stdout, stderr string
}

// call runs the program as a person would from the shell, with a database of
// its own unless the environment names one.
func call(t *testing.T, env map[string]string, stdin string, args ...string) called {
	t.Helper()
	var out, err bytes.Buffer
	code := run(context.Background(), args, world{
		stdin: strings.NewReader(stdin), stdout: &out, stderr: &err,
		getenv: func(name string) string { return env[name] },
	})
	return called{code, out.String(), err.String()}
}

func TestExitCodesAndOneClearLine(t *testing.T) {
	dir := t.TempDir()
	notDatabase := filepath.Join(dir, "text.db")
	if err := os.WriteFile(notDatabase, []byte(strings.Repeat("no database ", 200)), 0o600); err != nil {
		t.Fatal(err)
	}
	db := "--database=" + filepath.Join(dir, "test.db")
	for _, c := range []struct {
		name string
		env  map[string]string
		args []string
		code int
		says string
	}{
		{"nothing", nil, nil, exitUsage, "prystan serve"},
		{"help", nil, []string{"--help"}, exitDone, ""},
		{"help of a command", nil, []string{"ask", "--help"}, exitDone, ""},
		{"unknown command", nil, []string{"dance"}, exitUsage, `"dance" is no command`},
		{"unknown flag", nil, []string{"ask", "--loud", "hello"}, exitUsage, "loud"},
		{"no text", nil, []string{"ask", db}, exitUsage, "TEXT is missing"},
		{"language that has no texts", nil, []string{"ask", db, "--lang", "xx", "hello"}, exitUsage, `language "xx"`},
		{"country that is not ours", nil, []string{"ask", db, "--country", "US", "hello"}, exitUsage, `country "US"`},
		{"batch without json", nil, []string{"ask", db, "--batch", "-"}, exitUsage, "need --json"},
		{"batch and dialogue", nil, []string{"ask", db, "--json", "--batch", "-", "--dialogue", "-"}, exitUsage, "exclude"},
		{"batch file missing", nil, []string{"ask", db, "--json", "--batch", filepath.Join(dir, "none")}, exitFailed, "no such file"},
		{"no database", nil, []string{"ask", "--database", notDatabase, "hello"}, exitFailed, "opening database"},
		{"database in no folder", nil, []string{"ask", "--database", filepath.Join(dir, "no", "x.db"), "hello"}, exitFailed, "opening database"},
		{"send rate", map[string]string{"PRYSTAN_SEND_RATE": "fast"}, []string{"version"}, exitUsage, `"fast"`},
		{"check of links", map[string]string{"PRYSTAN_CHECK_LINKS": "yes"}, []string{"version"}, exitUsage, `"yes"`},
		{"log level", map[string]string{"PRYSTAN_LOG_LEVEL": "loud"}, []string{"version"}, exitUsage, `"loud"`},
		{"listen", map[string]string{"PRYSTAN_LISTEN": "8080"}, []string{"version"}, exitUsage, "HOST:PORT"},
		{"public address without https", map[string]string{"PRYSTAN_PUBLIC_URL": "http://example.org"}, []string{"version"}, exitUsage, "https"},
		{"token of no form", map[string]string{"PRYSTAN_TELEGRAM_TOKEN": "hunter2"}, []string{"version"}, exitUsage, "BotFather"},
		{"token twice", map[string]string{"PRYSTAN_TELEGRAM_TOKEN": "1:a", "PRYSTAN_TELEGRAM_TOKEN_FILE": "x"}, []string{"version"}, exitUsage, "both set"},
		{"version", nil, []string{"version"}, exitDone, ""},
		{"nobody serves", nil, []string{"health", "--listen", "127.0.0.1:1"}, exitFailed, "does not answer"},
	} {
		got := call(t, c.env, "", c.args...)
		if got.code != c.code || !strings.Contains(got.stderr, c.says) {
			t.Errorf("%s: exit %d, says %q; want %d and %q", c.name, got.code, got.stderr, c.code, c.says)
		}
		if c.code != exitDone && c.args != nil && strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: not one line: %q", c.name, got.stderr)
		}
		if strings.Contains(got.stderr+got.stdout, "hunter2") {
			t.Errorf("%s: shows the token", c.name)
		}
	}
}

func TestAskAnswersOneQuestion(t *testing.T) {
	db := "--database=" + filepath.Join(t.TempDir(), "test.db")
	got := call(t, nil, "", "ask", db, "як", "отримати", "песель", "у", "польщі")
	if got.code != exitDone || !strings.Contains(got.stdout, "PESEL") || !strings.Contains(got.stdout, "Польща") {
		t.Fatalf("exit %d: %s%s", got.code, got.stdout, got.stderr)
	}
	got = call(t, nil, "", "ask", db, "--json", "--country", "de", "--lang", "en", "how do I register")
	var o answerObject
	if err := json.Unmarshal([]byte(got.stdout), &o); err != nil {
		t.Fatalf("%v: %s%s", err, got.stdout, got.stderr)
	}
	if o.Country != "DE" || o.Language != "en" || len(o.Topics) < 3 || o.Confidence <= 0 || o.Helplines == nil {
		t.Errorf("answer object %+v", o)
	}
	if got := call(t, nil, "", "ask", db, "--explain", "як отримати песель у польщі"); got.code != exitDone || !strings.Contains(got.stdout, "tp.apply") {
		t.Errorf("explanation: %s%s", got.stdout, got.stderr)
	}
}

func TestAskAnswersABatchInOrderEachANewConversation(t *testing.T) {
	db := "--database=" + filepath.Join(t.TempDir(), "test.db")
	batch := `{"id":"1","text":"де зареєструватися у Чехії"}
{"id":"2","text":"а робота?"}

{"id":"3","text":"they keep my passport and do not let me go","country":"PL"}
`
	got := call(t, nil, batch, "ask", db, "--json", "--batch", "-")
	if got.code != exitDone {
		t.Fatalf("exit %d: %s", got.code, got.stderr)
	}
	var answers []answerObject
	for line := range strings.SplitSeq(strings.TrimSpace(got.stdout), "\n") {
		var o answerObject
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, o)
	}
	if len(answers) != 3 || answers[0].ID != "1" || answers[1].ID != "2" || answers[2].ID != "3" {
		t.Fatalf("answers %+v", answers)
	}
	if answers[0].Country != "CZ" || answers[1].Country != "" || !answers[2].Urgent || answers[2].Country != "PL" {
		t.Errorf("answers %+v", answers)
	}
	bad := call(t, nil, "{\"id\":\"1\",\"text\":\"hello\"}\nnot json\n", "ask", db, "--json", "--batch", "-")
	if bad.code != exitFailed || !strings.Contains(bad.stderr, "line 2") || strings.Count(bad.stdout, "\n") != 1 {
		t.Errorf("a broken line: exit %d, %q, %q", bad.code, bad.stdout, bad.stderr)
	}
}

func TestADialogueRemembersWhatWasSaid(t *testing.T) {
	db := "--database=" + filepath.Join(t.TempDir(), "test.db")
	got := call(t, nil, `{"id":"d","turns":[{"user":"як зареєструватися в Польщі"},{"user":"а в Німеччині?"},{"user":"дякую"}]}`, "ask", db, "--json", "--dialogue", "-")
	var d struct {
		ID    string         `json:"id"`
		Turns []answerObject `json:"turns"`
	}
	if err := json.Unmarshal([]byte(got.stdout), &d); err != nil {
		t.Fatalf("%v: %s%s", err, got.stdout, got.stderr)
	}
	if d.ID != "d" || len(d.Turns) != 3 || d.Turns[0].Country != "PL" || d.Turns[1].Country != "DE" || d.Turns[1].Topic != "tp.apply" || d.Turns[2].Topic != "bot.thanks" {
		t.Errorf("dialogue %+v", d)
	}
}

func TestWhatShipsIsInOrder(t *testing.T) {
	got := call(t, nil, "", "check", "--database="+filepath.Join(t.TempDir(), "test.db"))
	if got.code != exitDone {
		t.Errorf("exit %d: %s%s", got.code, got.stdout, got.stderr)
	}
}

func TestTheKeyIsMadeOnceForTheOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "prystan.key")
	first, err := readKey(path)
	if err != nil {
		t.Fatal(err)
	}
	second, err := readKey(path)
	if err != nil || !bytes.Equal(first, second) || len(first) != keyBytes {
		t.Errorf("the key changed or has %d bytes (%v)", len(first), err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v)", info.Mode(), err)
	}
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readKey(path); err == nil {
		t.Error("a damaged key was accepted")
	}
}
