package understand

// Thresholds of Result.Confidence, read off the calibration table of the tuning
// half: from Sure on about three answers in four or more are right in every
// band, and the answer is given; between Offer and Sure about six in ten are, and the best
// two or three topics are offered as buttons; below Offer hardly any. A message
// whose best topic is None is one the program does not know about when
// Confidence reaches Sure; below that, buttons are the better answer.
const (
	Sure  = 0.7
	Offer = 0.3
)

// How the linear model, the network and the nearest examples are weighed against
// each other, chosen on the tuning half of the development set.
const (
	linearWeight = 0.6
	deepWeight   = 0.4
	nearWeight   = 0.8
	nearFloor    = 0.03
)

// An example that says the same in other words, or in the same, nearly decides.
const (
	twin       = 0.85
	twinWeight = 4
)

// calmCrisis is what is left of a topic of crisis where no danger was found.
const calmCrisis = 0.5

// dangerous is the probability from which on a message counts as urgent. It is
// low on purpose: a miss is far worse than a false alarm.
const dangerous = 0.21
