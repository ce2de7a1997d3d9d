package bot

// Language is a BCP 47 tag without script or region, such as "uk".
type Language string

// Languages that the program itself refers to.
const (
	Ukrainian Language = "uk"
	English   Language = "en"
	Russian   Language = "ru"
	Polish    Language = "pl"
	German    Language = "de"
	Czech     Language = "cs"
	Romanian  Language = "ro"
)

// Languages returns the languages in which every text is shipped, in the order
// in which menus show them.
func Languages() []Language {
	return []Language{Ukrainian, English, Russian, Polish, German, Czech, Romanian}
}

// QuestionLanguages returns the languages in which questions are understood:
// Languages first, then those that have no texts of their own yet.
func QuestionLanguages() []Language {
	return append(Languages(), "sk", "hu", "bg", "it", "es", "fr", "lt", "lv", "et", "nl", "pt", "tr", "ar")
}

// Shipped reports whether l is one of Languages.
func (l Language) Shipped() bool {
	for _, shipped := range Languages() {
		if l == shipped {
			return true
		}
	}
	return false
}

// RightToLeft reports whether l is written from right to left.
func (l Language) RightToLeft() bool { return l == "ar" || l == "fa" || l == "he" || l == "ur" }
