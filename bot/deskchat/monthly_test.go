package deskchat_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"prystan/bot"
	"prystan/bot/bottest"
	"prystan/bot/deskchat"
	"prystan/bot/directory"
)

// newYear is when every shipped fact has been due for long.
var newYear = time.Date(2029, time.January, 1, 8, 30, 0, 0, time.UTC)

// due returns how many facts of a country are due.
func (d *desk) due(c bot.Country) int {
	n := 0
	r := d.answers.Directory().Records()
	for _, s := range r.Services {
		if s.Country == c && s.Due(d.Clock.Now()) {
			n++
		}
	}
	for _, p := range r.Protections {
		if p.Country == c && p.Due(d.Clock.Now()) {
			n++
		}
	}
	return n
}

func (d *desk) service(id string) bot.Service {
	d.t.Helper()
	s, ok := d.answers.Directory().AnyService(id)
	if !ok {
		d.t.Fatalf("there is no service %s", id)
	}
	return s
}

// cards returns the messages with the buttons of a fact.
func (d *desk) cards(all []bottest.Message) []bottest.Message {
	return slices.DeleteFunc(slices.Clone(all), func(m bottest.Message) bool {
		_, ok := m.Button(d.say.Say("due.gone"))
		return !ok
	})
}

// firm returns the first card of a fact that can be assured with a tap.
func (d *desk) firm(all []bottest.Message) bottest.Message {
	d.t.Helper()
	for _, m := range all {
		if _, ok := m.Button(d.say.Say("due.right")); ok {
			return m
		}
	}
	d.t.Fatal("there is no fact to assure")
	return bottest.Message{}
}

// of adds an editor whose rights reach the organization of a service.
func (d *desk) of(name, service string) bot.Editor {
	d.t.Helper()
	e := d.add(name, bot.RoleEditor)
	e.Organizations = []string{d.service(service).Organization}
	d.must(d.door.Change(ctx, 0, e))
	return e
}

func TestOnceAMonthAnEditorIsToldWhatIsDue(t *testing.T) {
	d := open(t)
	d.Clock.Set(newYear)
	marta, silent, far := d.add("Marta Wójcik", bot.RoleEditor, "PL"), d.add("Silent One", bot.RoleEditor, "PL"), d.add("Far Away", bot.RoleEditor)
	d.must(d.door.ChangeOwn(ctx, silent.ID, bot.English, false))
	phone, other := d.phone(marta), d.phone(silent)
	d.monthly()
	if news := phone.news(); len(news) > 0 {
		t.Fatalf("before nine o'clock the editor is told %q", news[0].Text)
	}
	d.hour()
	news := phone.news()
	cards := d.cards(news)
	if len(cards) != 10 || len(news) != 11 {
		t.Fatalf("of %d facts that are due, the editor is told %d, in %d messages", d.due("PL"), len(cards), len(news))
	}
	for _, m := range cards {
		if !strings.Contains(m.Text, "Poland") || !strings.Contains(m.Text, "https://") || strings.Contains(m.Text, "[") || len(m.Buttons()) > 3 {
			t.Errorf("a card is %q %+v", m.Text, m.Buttons())
		}
	}
	last := news[10]
	if want := d.say.Say("deskchat.more", "Count", d.due("PL")-10); last.Text != want || last.Buttons()[0].URL != address+"/desk/due" {
		t.Errorf("the last message is %q %+v, not %q", last.Text, last.Buttons(), want)
	}

	// Not again this month, whatever happens.
	d.hour()
	d.stop()
	d.monthly()
	d.Clock.Set(newYear.AddDate(0, 0, 20))
	d.hour()
	if news := phone.news(); len(news) > 0 {
		t.Errorf("in the same month the editor is told %q", news[0].Text)
	}
	d.Clock.Set(newYear.AddDate(0, 1, 0))
	d.hour()
	if n := len(phone.news()); n != 11 {
		t.Errorf("in the next month the editor is told %d things", n)
	}
	if n := len(other.news()); n != 0 {
		t.Errorf("who does not want it is told %d things", n)
	}
	if d.waits(far) {
		t.Error("who has no chat waits for a message")
	}
}

func TestTheLongestOverdueComesFirst(t *testing.T) {
	line := func(id, assured string, days int) bot.Service {
		date, err := bot.ParseDate(assured)
		if err != nil {
			t.Fatal(err)
		}
		return bot.Service{ID: id, Country: "PL", Standing: bot.Standing{Confidence: bot.High, Assured: date, ReviewDays: days}}
	}
	far := line("elsewhere", "2001", 0)
	far.Country = "DE"
	d := bot.NewDirectory(bot.Records{Services: []bot.Service{
		line("short", "2028-06-01", 30), line("fresh", "2028-12-01", 0), line("old-but-seldom", "2020-01-01", 3280), line("b-never", "", 0),
		line("long", "2026-01-01", 0), line("a-never", "", 10), far,
	}})
	want := []string{"a-never", "b-never", "long", "short", "old-but-seldom"}
	if got := deskchat.Due(d, bot.Editor{Countries: []bot.Country{"PL"}}, newYear); !slices.Equal(got, want) {
		t.Errorf("the order is %v, not %v", got, want)
	}
}

func TestWhereNothingIsDueNothingIsSaid(t *testing.T) {
	d := open(t)
	petro, marta := d.add("Petro", bot.RoleEditor), d.of("Marta Wójcik", "pl-lastrada")
	for _, s := range d.answers.Directory().Records().Services {
		if s.Organization == marta.Organizations[0] {
			_, err := d.keeper.Assure(ctx, petro.ID, bot.Ref{Kind: bot.KindService, ID: s.ID})
			d.must(err)
		}
	}
	phone := d.phone(marta)
	if !d.waits(marta) {
		t.Fatal("the editor was told before")
	}
	d.monthly()
	if news := phone.news(); len(news) != 0 || d.waits(marta) {
		t.Errorf("with nothing due the editor is told %d things, and is told again: %v", len(news), d.waits(marta))
	}
}

func TestAMessageThatDoesNotGetThroughComesLaterAndNothingTwice(t *testing.T) {
	d := open(t)
	d.api.ExpectRefusals()
	d.Clock.Set(newYear.Add(time.Hour))
	marta := d.add("Marta Wójcik", bot.RoleEditor, "PL")
	phone := d.phone(marta)
	d.api.Fail("sendMessage", bottest.Fault{Code: 500}, bottest.Fault{Code: 500}, bottest.Fault{Code: 500})
	d.monthly()
	if !d.waits(marta) || len(phone.news()) != 0 {
		t.Fatal("a message that did not get through counts as told")
	}
	phone.Block()
	d.api.Wait("the bot to know of the block", func() bool { return d.api.Unconfirmed() == 0 })
	d.hour()
	if !d.waits(marta) {
		t.Fatal("a message to somebody who blocked the bot counts as told")
	}
	phone.Unblock()
	d.hour()
	news := phone.news()
	if len(news) != 11 || d.waits(marta) {
		t.Fatalf("later the editor is told %d things, and is told again: %v", len(news), d.waits(marta))
	}
}

func TestALaterTryGoesOnWhereTheFirstStopped(t *testing.T) {
	d := open(t)
	d.Clock.Set(newYear.Add(time.Hour))
	marta := d.add("Marta Wójcik", bot.RoleEditor, "PL")
	d.phone(marta)
	var told []string
	most := 4 // messages that get through so far
	d.monthlyBy(func(_ context.Context, _ int64, m deskchat.Message) error {
		if len(told) == most {
			return errors.New("no answer")
		}
		told = append(told, m.Text)
		return nil
	})
	for _, more := range []int{10, 11} { // the second time, only the last message is missing
		if len(told) != most || !d.waits(marta) {
			t.Fatalf("%d messages got through, not %d, and the editor waits: %v", len(told), most, d.waits(marta))
		}
		most = more
		d.hour()
	}
	d.hour()
	slices.Sort(told)
	if n := len(slices.Compact(told)); n != 11 || len(told) != 11 || d.waits(marta) {
		t.Errorf("the editor is told %d things, %d of them different, and waits: %v", len(told), n, d.waits(marta))
	}
}

func TestStillRightTakesOneTap(t *testing.T) {
	d := open(t)
	d.Clock.Set(newYear.Add(time.Hour))
	marta := d.add("Marta Wójcik", bot.RoleEditor, "LI")
	phone := d.phone(marta)
	d.monthly()
	card := d.firm(phone.news())
	got := phone.taps(card, d.say.Say("due.right"))
	if got.ID != card.ID || len(got.Keyboard) > 0 || !strings.HasSuffix(got.Text, d.say.Say("said.assured")) {
		t.Errorf("after the tap the message is %q %+v", got.Text, got.Keyboard)
	}
	assured := 0
	for _, s := range d.answers.Directory().Records().Services {
		if s.AssuredBy == marta.Name && s.Assured == bot.DateOf(d.Clock.Now()) {
			assured++
		}
	}
	if assured != 1 {
		t.Errorf("%d services are assured", assured)
	}
	// The same tap again, as after a crash.
	if got := phone.taps(card, d.say.Say("due.right")); !strings.HasSuffix(got.Text, d.say.Say("said.assured")) {
		t.Errorf("the same tap again is answered with %q", got.Text)
	}
	if n := d.logged(bot.ActionAssure); n != 1 {
		t.Errorf("the audit log has %d assurances", n)
	}
}

func TestAContributorProposesWithOneTap(t *testing.T) {
	d := open(t)
	d.Clock.Set(newYear.Add(time.Hour))
	phone := d.phone(d.add("Olha", bot.Contributor, "LI"))
	d.monthly()
	card := d.firm(phone.news())
	for range 2 {
		if got := phone.taps(card, d.say.Say("due.right")); !strings.HasSuffix(got.Text, d.say.Say("said.proposed")) {
			t.Errorf("the tap is answered with %q", got.Text)
		}
	}
	waiting, err := d.DB.WaitingProposals(ctx)
	d.must(err)
	if len(waiting) != 1 || waiting[0].Origin != directory.FromAssure {
		t.Errorf("two taps made the proposals %+v", waiting)
	}
}

func TestTheOtherTapsLeadToTheDesk(t *testing.T) {
	d := open(t)
	d.Clock.Set(newYear.Add(time.Hour))
	phone := d.phone(d.add("Marta Wójcik", bot.RoleEditor, "PL"))
	d.monthly()
	card := d.firm(phone.news())
	edit := d.signIn(phone.taps(card, d.say.Say("due.changed")))
	id, ok := strings.CutPrefix(edit, "/desk/edit/service/")
	if s := d.service(id); !ok || !strings.Contains(card.Text, s.Name.English) {
		t.Errorf("%q leads to %s", card.Text, edit)
	}
	if got, want := d.signIn(phone.taps(card, d.say.Say("due.gone"))), "/desk/records/service/"+id+"?retire=1"; got != want {
		t.Errorf("what no longer exists leads to %s, not %s", got, want)
	}
	// The buttons stay: somebody may come back.
	if now, _ := phone.Message(card.ID); now.Text != card.Text || len(now.Buttons()) != 3 {
		t.Errorf("the card is now %q", now.Text)
	}
}

func TestRightsAreThoseOfTheTap(t *testing.T) {
	d := open(t)
	d.Clock.Set(newYear.Add(time.Hour))
	marta := d.add("Marta Wójcik", bot.RoleEditor, "LI", "PL")
	phone := d.phone(marta)
	d.monthly()
	card := d.firm(phone.news())
	country := bot.Country("LI")
	if strings.Contains(card.Text, d.say.Country("LI")) {
		country = "PL"
	}
	marta.Countries = []bot.Country{country}
	d.must(d.door.Change(ctx, 0, marta))
	labels := []string{"due.right", "due.changed", "due.gone"}
	for _, label := range labels {
		if got := phone.taps(card, d.say.Say(label)); got.Text != d.say.Say("problem.right") {
			t.Errorf("%s without the right is answered with %q", label, got.Text)
		}
	}
	stranger := d.somebody()
	stranger.says("/desk")
	right, _ := card.Button(d.say.Say("due.right"))
	if got := stranger.tapsData(stranger.Messages()[1], right.Data); got.Text != d.say.Say("deskchat.stranger") {
		t.Errorf("a stranger's tap is answered with %q", got.Text)
	}
	d.must(d.door.Remove(ctx, 0, marta.ID))
	for _, label := range labels {
		if got := phone.taps(card, d.say.Say(label)); got.Text != d.say.Say("deskchat.stranger") {
			t.Errorf("%s of somebody removed is answered with %q", label, got.Text)
		}
	}
	if n := d.logged(bot.ActionAssure); n != 0 {
		t.Errorf("the audit log has %d assurances", n)
	}
}

func TestMadeUpDataIsAnsweredCalmly(t *testing.T) {
	d := open(t)
	phone := d.phone(d.add("Marta Wójcik", bot.Administrator))
	on := phone.Messages()[1]
	for _, data := range []string{"1:desk:en::right.a.b", "1:desk:en::", "1:desk:en::right", "1:desk:uk:PL:burn.a.b", "1:desk:en::right..", "1:desk:en::" + strings.Repeat("x", 53)} {
		if got := phone.tapsData(on, data); got.Text != d.say.Say("deskchat.unknown") {
			t.Errorf("%q is answered with %q", data, got.Text)
		}
	}
}

func TestNobodyAssuresWhatTheyHaveNotSeen(t *testing.T) {
	d := open(t)
	petro := d.add("Petro", bot.RoleEditor)
	d.Clock.Set(newYear.Add(time.Hour))
	marta := d.of("Marta Wójcik", "pl-lastrada")
	phone := d.phone(marta)
	d.monthly()
	card := d.firm(phone.news())
	number, ok := d.answers.Directory().Phone("e164-48605687750")
	if !ok || !strings.Contains(card.Text, "605 687 750") {
		t.Fatalf("the card is %q", card.Text)
	}
	number.Number = "+48226289999"
	d.publishes(petro, number)

	got := phone.taps(card, d.say.Say("due.right"))
	if got.ID != card.ID || !strings.HasPrefix(got.Text, d.say.Say("deskchat.meanwhile")) || !strings.Contains(got.Text, "22 628 99 99") {
		t.Errorf("after the number changed the tap is answered with %q", got.Text)
	}
	if s := d.service("pl-lastrada"); s.AssuredBy == marta.Name {
		t.Error("a number is assured that the editor has not seen")
	}
	if got := phone.taps(got, d.say.Say("due.right")); !strings.HasSuffix(got.Text, d.say.Say("said.assured")) {
		t.Errorf("a second look is answered with %q", got.Text)
	}
}

func TestEveryCardFitsAndSpeaks(t *testing.T) {
	d := open(t)
	chat := deskchat.New(d.config)
	seen := make(map[string]bot.Ref)
	for _, l := range bot.DeskLanguages() {
		for ref, m := range chat.Cards(l) {
			if m.Text == "" || strings.Contains(m.Text, "[") || len(m.Buttons) == 0 {
				t.Errorf("the card of %s in %s is %q %+v", ref, l, m.Text, m.Buttons)
			}
			for _, row := range m.Buttons {
				for _, b := range row {
					if len(b.Data) > deskchat.MaxData || strings.Contains(b.Data, ":") || strings.HasPrefix(b.Label, "[") {
						t.Errorf("a button of %s in %s is %+v", ref, l, b)
					}
					if other, ok := seen[b.Data]; ok && other != ref {
						t.Errorf("%s and %s have the same button %s", ref, other, b.Data)
					}
					seen[b.Data] = ref
				}
			}
		}
	}
}

// publishes lets an editor publish what another proposes.
func (d *desk) publishes(editor bot.Editor, v any) {
	d.t.Helper()
	r, err := bot.NewRecord(v)
	d.must(err)
	was, err := d.DB.Stored(ctx, r.Ref)
	d.must(err)
	other := d.add("A Second Person", bot.RoleEditor)
	id, err := d.keeper.Propose(ctx, other.ID, directory.Draft{Origin: directory.FromForm, Reason: "it changed", Source: "their page",
		Changes: []directory.Change{{Ref: r.Ref, Base: was.Revision, Body: r.Body}}})
	d.must(err)
	d.must(d.keeper.Publish(ctx, editor.ID, id))
}

// logged returns how many entries of an action the audit log has.
func (d *desk) logged(a bot.Action) int {
	d.t.Helper()
	n := 0
	d.must(d.DB.Change(ctx, func(tx directory.Tx) error {
		all, err := tx.Audit(directory.AuditFilter{Action: a})
		n = len(all)
		return err
	}))
	return n
}
