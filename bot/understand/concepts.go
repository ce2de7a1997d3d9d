package understand

import _ "embed" // for the list of concepts

//go:embed data/concepts.txt
var conceptsData string
