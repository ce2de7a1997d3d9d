package bot

import "time"

// Waiting is what somebody sent and has no answer to yet.
type Waiting struct {
	ID        int64     // of the update, as Telegram numbers it
	Received  time.Time // when it came in
	Urgent    bool      // the person may be in danger
	NotBefore time.Time // of the next try to answer; zero = at once
	Tries     int       // to send the answer
	Sent      int       // messages of the answer that are out already
	Body      []byte    // the update as it came
}
