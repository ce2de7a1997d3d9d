package understand

// Thresholds of Result.Confidence, chosen from the calibration curve: at or
// above Sure the answer is given; between Offer and Sure the best two or three
// topics are offered as buttons; below Offer the program says that it does not
// know, unless the best topic is a crisis.
const (
	Sure  = 0.55
	Offer = 0.25
)

// How the linear model and the nearest examples are weighed against each other,
// chosen on the tuning half of the development set.
const (
	linearWeight = 1.0
	nearWeight   = 0.8
	nearFloor    = 0.03
)

// An example that says the same in other words, or in the same, nearly decides.
const (
	twin       = 0.85
	twinWeight = 4
)

// dangerous is the probability from which on a message counts as urgent. It is
// low on purpose: a miss is far worse than a false alarm.
const dangerous = 0.25
