package watch

import (
	"time"

	"erratum/internal/alert"
)

// Health is the state of a guild's watches in numbers.
type Health struct {
	Watches, Paused, Muted int
	Articles               int
	Blind                  []State       // articles in trouble or gone, longest first, at most 20
	Queued                 int           // deliveries waiting
	Dead                   []DeadLetter  // newest first, at most 20
	Routes                 []PausedRoute // at most 20
	Overdue                int           // articles due for more than a minute
	// Flat counts the articles whose page was last read without its layout, by reason; nil
	// when there are none.
	Flat map[string]int
	// SlowedUntil is when the last of the guild's deliveries that wait for their turn has
	// it, since it may be told only so many in a minute; zero: none waits for that.
	SlowedUntil time.Time
}

// Weakness is what makes a store keep less than it promises.
type Weakness struct {
	Where string // the server or file, for who runs it
	Text  string // what it may cost and the next step, without where
}

// DeadLetter is a delivery that was given up.
type DeadLetter struct {
	Delivery alert.Delivery
	At       time.Time
	Reason   string
}

// PausedRoute is a channel that is not spoken to until a time.
type PausedRoute struct {
	To     alert.Destination
	Until  time.Time
	Reason string
}

// Title is an entry of a guild's index of titles.
type Title struct {
	Watch   string // watch ID
	Article string // article ID
	Title   string // last headline, empty before the first check
	URL     string
}
