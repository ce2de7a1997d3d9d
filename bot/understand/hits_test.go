package understand

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"
	"unicode"
)

func TestHits(t *testing.T) {
	if os.Getenv("HITS") == "" { t.Skip() }
	m, err := newModel(&weights{})
	if err != nil { t.Fatal(err) }
	n := map[string]int{}
	got := map[string]int{}
	for _, e := range shipped(t) {
		mask := m.maskOf(e.Language)
		msg := read(e.Text)
		for _, p := range m.atlas.mentions(msg, mask) { got[string(e.Language)+":"+string(p.country)+":"+p.text]++ }
		ws := strings.Fields(e.Text)
		if e.Language == "de" { continue }
		for i, w := range ws {
			if i == 0 || strings.ContainsAny(ws[i-1], ".!?") { continue }
			w = strings.Trim(w, ".,!?()\"«»„“:;")
			r := []rune(w)
			if len(r) < 3 || !unicode.IsUpper(r[0]) || unicode.IsUpper(r[1]) { continue }
			one := read(w)
			if len(m.atlas.mentions(one, mask)) > 0 { continue }
			n[string(e.Language)+":"+w]++
		}
	}
	pr := func(n map[string]int, lim int) {
		var ks []string
		for k := range n { ks = append(ks, k) }
		sort.Slice(ks, func(i, j int) bool { return n[ks[i]] > n[ks[j]] || n[ks[i]] == n[ks[j]] && ks[i] < ks[j] })
		for _, k := range ks[:min(lim, len(ks))] { fmt.Print(k, " ") }
		fmt.Println()
	}
	pr(n, 1100)
	fmt.Println("GOT")
	pr(got, 900)
}
