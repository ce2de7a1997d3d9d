package bot

// Tallies are what was counted of conversations, by calendar month (YYYY-MM):
// figures only, nothing that anybody wrote.
type Tallies struct {
	Votes      []VoteTally
	Reports    []ReportTally
	Unanswered []UnansweredTally
}

// VoteTally is how often people voted on the answers on a topic.
type VoteTally struct {
	Month    string
	Topic    Topic
	Language Language
	Country  Country // "" where it was not known
	Up, Down int
}

// ReportTally is how often people said that a line does not answer, or has
// another number.
type ReportTally struct {
	Month   string
	Service string // Service.ID
	Reports int
}

// UnansweredTally is how many questions found no answer.
type UnansweredTally struct {
	Month     string
	Group     string // of the likeliest topic
	Language  Language
	Country   Country // "" where it was not known
	Questions int
}
