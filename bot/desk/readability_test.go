package desk

import "testing"

func TestSentencesAreCountedAsPeopleReadThem(t *testing.T) {
	for _, c := range []struct {
		text                 string
		sentences, words, at int // at: the longest
	}{
		{"", 0, 0, 0},
		{"Call 112. Stay where you are.", 2, 6, 4},
		{"The line answers 24/7. Nobody asks your name!", 2, 8, 4},
		{"In danger call {{.Emergency}}. Protection runs to {{.EUUntil}}.", 2, 8, 4},
		{"Bring papers, e.g. a passport. Go at once.", 2, 8, 5},
		{"Bis zum 4. März 2027. Dann fragen Sie z. B. Frau Dr. Meier.", 2, 13, 8},
		{"Офіс: вул. Хрещатик, дім 112. Телефонуйте зранку.", 2, 7, 5},
		{"See gov.pl/ua. Then write to office@example.org.", 2, 6, 4},
		{"- passport\n- card\n\n* photo", 3, 3, 1},
		{"„Zadzwoń.” Potem poczekaj…", 2, 3, 2},
		{"Це безкоштовно? Так.", 2, 3, 2},
		{"It opens at 9.30 and closes at 17.00 on weekdays.", 1, 10, 10},
	} {
		got := readabilityOf(c.text)
		if got.Sentences != c.sentences || got.Words != c.words || got.Longest != c.at {
			t.Errorf("%q has %d sentences, %d words, the longest of %d; want %d, %d, %d",
				c.text, got.Sentences, got.Words, got.Longest, c.sentences, c.words, c.at)
		}
	}
}

func TestLongSentencesAreToldFromShortOnes(t *testing.T) {
	fifteen := "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen."
	got := readabilityOf("A " + fifteen + " O" + fifteen[1:] + " Short. Shorter.")
	if got.Long != 1 || got.Longest != 16 || got.Share() != 25 || got.Average() != 8 {
		t.Errorf("%+v: %d words a sentence, %d %% long", got, got.Average(), got.Share())
	}
	if sum := got.plus(readabilityOf("One more.")); sum.Sentences != 5 || sum.Words != got.Words+2 || sum.Longest != 16 {
		t.Errorf("together: %+v", sum)
	}
}
