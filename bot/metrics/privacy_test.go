package metrics_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"prystan/bot/bottest"
)

// What is marked as belonging to a person. No two marks are part of each other.
const (
	markText    = "Zqtext" // of what they write, in Latin letters
	markWord    = "Щцкраб" // and in Cyrillic ones
	markName    = "Zqname"
	markUser    = "zquser"
	markPhone   = "380441237755"
	markAgent   = "zqagent"
	markAddress = "203.0.113.77"
	markGroup   = "Zqgroup"
)

// needles are the forms in which what is marked could stand in a file, by what
// they tell.
func needles(ids ...int64) map[string][]byte {
	all := make(map[string][]byte)
	for _, mark := range []string{markText, markWord, markName, markUser, markPhone, markAgent, markAddress, markGroup} {
		all[mark] = []byte(mark)
		all[mark+" as JSON writes it"] = []byte(strings.Trim(strconv.QuoteToASCII(mark), `"`))
	}
	all["the phone as people write it"] = []byte("+38 044 123 77 55")
	for _, id := range ids {
		all[fmt.Sprint("id ", id)] = []byte(strconv.FormatInt(id, 10))
		all[fmt.Sprint("id in hexadecimal ", id)] = []byte(strconv.FormatUint(uint64(id), 16))
		big := binary.BigEndian.AppendUint64(nil, uint64(id))
		all[fmt.Sprint("id as SQLite keeps it ", id)] = big[2:]
		all[fmt.Sprint("id as the machine keeps it ", id)] = binary.LittleEndian.AppendUint64(nil, uint64(id))
	}
	return all
}

// found returns which needles stand in the files of a folder, and where.
func found(t *testing.T, folder string, needles map[string][]byte) []string {
	t.Helper()
	var hits []string
	files := 0
	err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		lower := bytes.ToLower(raw)
		for what, needle := range needles {
			at := bytes.Index(raw, needle)
			if at < 0 {
				at = bytes.Index(lower, bytes.ToLower(needle))
			}
			if at >= 0 {
				hits = append(hits, fmt.Sprintf("%s: %s: …%q…", filepath.Base(path), what, raw[max(0, at-60):min(len(raw), at+60)]))
			}
		}
		return nil
	})
	if err != nil || files == 0 {
		t.Fatalf("%d files in %s, %v", files, folder, err)
	}
	return hits
}

func TestTheSearchFindsWhatIsThere(t *testing.T) {
	all := needles(7_318_264_001, -1_000_007_318_264_002)
	for what, needle := range all {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "f"), append([]byte("begin "), append(needle, " end"...)...), 0o600); err != nil {
			t.Fatal(err)
		}
		if len(found(t, folder, all)) == 0 {
			t.Errorf("%s is not found", what)
		}
	}
}

// crowd is some marked people of whom a test has.
type crowd struct {
	t      *testing.T
	api    *bottest.BotAPI
	ids    []int64
	folder string
}

func newCrowd(t *testing.T) *crowd {
	c := &crowd{t: t, api: bottest.NewBotAPI(t), folder: t.TempDir()}
	c.api.ExpectRefusals()
	return c
}

func (c *crowd) person() *bottest.Person {
	p := c.api.NewPerson("uk")
	p.Name, p.Username = markName, fmt.Sprint(markUser, "_", len(c.ids))
	c.ids = append(c.ids, p.ID)
	return p
}

func (c *crowd) serve(variables ...string) *service {
	return serve(c.t, c.folder, append([]string{"PRYSTAN_TELEGRAM_TOKEN=" + c.api.Token, "PRYSTAN_TELEGRAM_API=" + c.api.URL}, variables...)...)
}

// nothing fails the test if anything marked stands in a file of the folder.
func (c *crowd) nothing(when string) {
	c.t.Helper()
	for _, hit := range found(c.t, c.folder, needles(c.ids...)) {
		c.t.Errorf("%s: %s", when, hit)
	}
}

// talks lets somebody do what people do.
func (c *crowd) talks() {
	p := c.person()
	for _, text := range []string{
		"/start", markText + " " + markWord + " як отримати песель у Польщі", "мене не випускають, забрали паспорт " + markText,
		markText + " " + markWord, "/start " + markText, "/" + markText, "мій номер +" + markPhone, "мене звати " + markName,
		strings.Repeat(markText+" ", 500), "/privacy", "/language",
	} {
		p.Say(text)
	}
	p.Press("polski")
	p.Say("/country")
	p.Press("Polska")
	p.Say("jak się zarejestrować " + markText)
	p.Press("👍")
	p.Send(map[string]any{"contact": map[string]any{"phone_number": "+" + markPhone, "first_name": markName}})
	p.Send(map[string]any{"sticker": map[string]any{"file_id": markText, "file_unique_id": markText, "type": "regular", "emoji": "🙂"}})
	p.Send(map[string]any{"document": map[string]any{"file_id": markText, "file_unique_id": markText, "file_name": markText}, "caption": markText})
	p.ShareLocation(52.2297, 21.0122)
	p.Inline("Польща " + markText)
	id := p.Post(map[string]any{"text": markText})
	p.Reply()
	p.Edit(id, markText+" "+markWord+" у Чехії", 0)
	p.Reply()
	p.PressData(p, p.Messages()[1], markText)
	p.Reply()
	group := c.api.NewGroup(markGroup)
	c.ids = append(c.ids, group.ID)
	group.Say(p, "@"+bottest.BotName+" "+markText+" у Німеччині")
	group.Reply()
	other := c.person()
	other.Say("/start")
	other.Say("/forget")
}

// suffers lets everything go wrong that can at Telegram.
func (c *crowd) suffers(s *service) {
	quote := "Bad Request: unsupported start tag \"" + markText + " " + markWord + "\" at byte offset 3"
	for i, f := range []bottest.Fault{
		{Code: 400, Description: quote}, {Code: 403, Description: "Forbidden: bot was blocked by the user"}, {Code: 429, RetryAfter: 1, Description: quote},
		{Code: 500, Description: quote}, {Code: 418, Description: quote}, {Reset: true},
	} {
		c.api.Fail("sendMessage", f)
		c.person().Post(map[string]any{"text": markText + " " + markWord + " у Польщі"})
		c.api.Wait("a call that fails", func() bool { return c.failures() > i })
	}
	before := len(c.api.Calls("sendMessage"))
	for _, body := range []string{
		`{"update_id":ID,"message":{"message_id":"` + markText + `","chat":"` + markName + `"}}`,
		`{"update_id":ID,"message":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"},"text":{"` + markText + `":1}}}`,
		`{"update_id":ID,"` + markText + `":"` + markWord + `"}`,
	} {
		c.api.RawUpdate(body)
	}
	p := c.person()
	p.Say("/start")
	if len(c.api.Calls("sendMessage")) == before {
		c.t.Error("nobody was answered")
	}
	s.eventually("an unreadable update is counted", func() bool {
		return !strings.Contains(s.figures(), "prystan_updates_unreadable_total 0")
	})
}

// failures returns how many calls have failed on demand.
func (c *crowd) failures() (n int) {
	for _, call := range c.api.Calls("sendMessage") {
		if call.Injected {
			n++
		}
	}
	return n
}

// browses does with the web chat what people and others do.
func (c *crowd) browses(s *service) {
	c.t.Helper()
	send := func(method, path, kind, body string) {
		c.t.Helper()
		r, err := http.NewRequest(method, "http://"+s.address+path, strings.NewReader(body))
		if err != nil {
			c.t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		r.Header.Set("User-Agent", markAgent)
		r.Header.Set("X-Forwarded-For", markAddress)
		r.Header.Set("Referer", "https://example.org/"+markText)
		r.Header.Set("Cookie", "c="+markText)
		if kind == "text/evil" {
			r.Header.Set("Origin", "https://"+markText+".example")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			c.t.Fatal(err)
		}
		resp.Body.Close()
	}
	form := func(fields ...string) string {
		v := url.Values{}
		for i := 0; i < len(fields); i += 2 {
			v.Set(fields[i], fields[i+1])
		}
		return v.Encode()
	}
	const plain = "application/x-www-form-urlencoded"
	question := markText + " " + markWord + " як отримати песель у Польщі"
	send("GET", "/?start="+markText+"&lang="+markName, "", "")
	send("GET", "/"+markText+"?q="+markWord, "", "")
	send("DELETE", "/"+markText, "", "")
	send("POST", "/", plain, form("language", "uk", "question", question))
	send("POST", "/", plain, form("language", markText, "country", markText, "topic", markText, "question", question))
	send("POST", "/", plain, form("do", markText))
	send("POST", "/", plain, form("question", strings.Repeat(question, 200)))
	send("POST", "/", plain, form("question", strings.Repeat(markText, 20_000)))
	send("POST", "/", plain, "%zz"+markText)
	send("POST", "/", "multipart/form-data; boundary="+markText, markText)
	send("POST", "/", "text/evil", form("question", question))
	send("POST", "/telegram/updates", "application/json", `{"update_id":1,"message":{"text":"`+markText+`"}}`)
	for range 40 { // beyond the limit of a place
		send("POST", "/", plain, form("question", markText))
	}
	if err := os.WriteFile(filepath.Join(c.folder, "metrics.txt"), []byte(s.figures()), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// backs up by hand, beside the copy that the service made at its start.
func (c *crowd) backsUp(s *service) {
	c.t.Helper()
	path, err := program()
	if err != nil {
		c.t.Fatal(err)
	}
	backup := exec.Command(path, "backup", filepath.Join(c.folder, fmt.Sprint("by-hand-", len(c.ids), ".db")))
	backup.Env, backup.Dir = s.env, s.folder
	if out, err := backup.CombinedOutput(); err != nil {
		c.t.Fatalf("%v: %s", err, out)
	}
}

func TestNothingOfAPersonIsWritten(t *testing.T) {
	c := newCrowd(t)
	s := c.serve()
	c.talks()
	c.browses(s)
	c.backsUp(s)
	c.nothing("while it runs")
	c.suffers(s)
	c.browses(s)
	c.nothing("on a bad day")
	s.end(syscall.SIGTERM)
	c.nothing("after it ended")
}

func TestNothingOfAPersonIsWrittenWithAWebhook(t *testing.T) {
	c := newCrowd(t)
	s := c.serve("PRYSTAN_PUBLIC_URL=https://bot.example.org")
	c.api.DeliverOver(s.address, 2)
	c.talks()
	c.suffers(s)
	c.browses(s)
	c.nothing("while it runs")
	s.end(syscall.SIGTERM)
	c.nothing("after it ended")
}

func TestNothingOfAPersonIsLeftByAKill(t *testing.T) {
	c := newCrowd(t)
	s := c.serve()
	c.talks()
	c.api.Fail("sendMessage", bottest.Fault{Hang: true})
	p := c.person()
	p.Post(map[string]any{"text": markText + " " + markWord + " у Польщі"})
	s.eventually("a question waits", func() bool { return strings.Contains(s.figures(), `prystan_queue_depth{urgent="false"} 1`) })
	c.backsUp(s)
	s.end(syscall.SIGKILL)
	c.nothing("while a question waits")
	s.start()
	p.Reply()
	s.end(syscall.SIGTERM)
	c.nothing("after it was answered")
}
