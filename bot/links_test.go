package bot_test

import (
	"slices"
	"testing"

	"prystan/bot"
)

func TestLinksAreThoseOfPeopleAndOfEditors(t *testing.T) {
	sources := bot.Standing{Sources: []bot.Source{{URL: "https://source.example/"}, {URL: "https://source.example/"}}}
	for _, c := range []struct {
		record any
		want   []string
	}{
		{bot.Organization{Website: "https://org.example/"}, []string{"https://org.example/"}},
		{bot.Service{Website: "https://line.example/", Chat: "https://chat.example/", Standing: sources}, []string{"https://line.example/", "https://chat.example/", "https://source.example/"}},
		{bot.Protection{Website: "https://office.example/", Updates: []bot.Fact{{Standing: sources}}}, []string{"https://office.example/", "https://source.example/"}},
		{bot.Fact{Standing: sources}, []string{"https://source.example/"}},
		{bot.Phone{Number: "+48226280120"}, nil},
	} {
		if got := bot.Links(c.record); !slices.Equal(got, c.want) {
			t.Errorf("%T: %q, not %q", c.record, got, c.want)
		}
	}
	r := bot.Records{Facts: []bot.Fact{{Standing: sources}}, Organizations: []bot.Organization{{Website: "https://org.example/"}}}
	if got := r.Links(); !slices.Equal(got, []string{"https://org.example/", "https://source.example/"}) {
		t.Errorf("of all records: %q", got)
	}
}
