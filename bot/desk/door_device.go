package desk

import "strings"

// Words in a User-Agent that tell of a browser and a system, the telling ones
// first: each browser also claims to be those below it.
var (
	browsers = [][2]string{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"YaBrowser/", "Yandex"},
		{"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	}
	systems = [][2]string{
		{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iOS"}, {"iPad", "iPadOS"},
		{"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	}
)

// device returns what a User-Agent is in general, such as "Firefox, Linux", by
// which people know their own devices and nobody can tell them from others; ""
// for one that says nothing known.
func device(agent string) string {
	var parts []string
	for _, words := range [][][2]string{browsers, systems} {
		for _, w := range words {
			if strings.Contains(agent, w[0]) {
				parts = append(parts, w[1])
				break
			}
		}
	}
	return strings.Join(parts, ", ")
}
