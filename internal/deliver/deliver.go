// Package deliver drains the outbox: each delivery once, in order for its watch,
// retried with patience, or given up with a reason that a person can read.
//
// It decides nothing about news and knows no channel: the outbox is a store's, the
// sink a terminal's or Discord's. Start reading at [Courier].
package deliver

import (
	"context"
	"errors"
	"time"

	"erratum/internal/alert"
	"erratum/internal/fair"
)

// ErrStale is returned by an [Outbox] when the claim ended or went to another
// worker; nothing was written.
var ErrStale = alert.ErrStale

// Outbox is where deliveries wait. Each watch has a queue of its own in order; only
// the head of a queue can be claimed. Time is the store's.
type Outbox interface {
	// Claim hands out heads that may be sent now, for d, as many as there is room for.
	// Guilds share the room (fair.Room): however much waits for one, another's goes as if
	// it were alone. Each claim is recorded as an attempt before it is handed out, so that
	// a crash leaves a trace. The notice's Report and Last are filled in.
	//
	// With a spacing, each channel is a lane that all workers share: a single delivery
	// is on its way in it, until its claim is ended, or for a quarter of d when its
	// worker died; none is handed out while the channel or everything is to
	// rest (alert.Pace). What is handed out is to be sent so far apart: each says how
	// long to wait first.
	Claim(ctx context.Context, room fair.Room, d, spacing time.Duration) ([]alert.Delivery, error)
	// Ack removes a delivery that was shown, and remembers what it was shown as
	// (alert.Shown, as a string) as its watch's last message: the next claim hands that
	// out as Last. ErrStale.
	Ack(ctx context.Context, d alert.Delivery, message string) error
	// Retry makes a delivery claimable again after wait. ErrStale.
	Retry(ctx context.Context, d alert.Delivery, wait time.Duration, reason string) error
	// Hold makes a delivery claimable again after wait as if it had not been claimed:
	// nothing was tried. ErrStale.
	Hold(ctx context.Context, d alert.Delivery, wait time.Duration, reason string) error
	// Bury moves a delivery to the dead letters, where it stays until an admin
	// replays or drops it. ErrStale.
	Bury(ctx context.Context, d alert.Delivery, reason string) error
	// Pause keeps every delivery of a destination from being claimed until wait
	// has passed; the queue is kept.
	Pause(ctx context.Context, to alert.Destination, wait time.Duration, reason string) error

	// Join makes a delivery a page of the story that its channel is told of one edit
	// ([alert.Story.Join]), and returns the story. Lead records the message that tells
	// it, for the delivery that does; for others it does nothing. Leave forgets a story
	// as long as it is told by a delivery. All may be repeated.
	Join(ctx context.Context, d alert.Delivery, edit string) (alert.Story, error)
	Lead(ctx context.Context, d alert.Delivery, edit, message string) error
	Leave(ctx context.Context, to alert.Destination, edit, delivery string) error
}

// Turns spread what a guild is told over time. They are the store's, so that they hold
// for all programs that deliver from it. Time is the store's.
type Turns interface {
	// Turn gives a delivery its turn: as soon as may be without more than most of its
	// guild's within any stretch of per, and not before those that were given one. It
	// returns how long that is from now. A turn is kept until per after it, so that
	// asking again counts nothing twice.
	Turn(ctx context.Context, d alert.Delivery, most int, per time.Duration) (wait time.Duration, err error)
	// LastTurn is how long it is until the last turn that a guild's deliveries have;
	// 0: none of them waits for its turn.
	LastTurn(ctx context.Context, guild string) (wait time.Duration, err error)
}

// Sink shows deliveries to people. Send is called for one delivery of a watch at a
// time. It must show a delivery ID at most once within a few minutes (idempotency
// key) and returns the message's name, or a *SendError.
type Sink interface {
	Send(ctx context.Context, d alert.Delivery) (message string, err error)
}

// Finder is implemented by sinks whose idempotency keys expire: it looks whether a
// delivery was shown already. It is asked before an old attempt is repeated.
type Finder interface {
	Find(ctx context.Context, d alert.Delivery) (message string, found bool, err error)
}

// Editor is implemented by sinks that can say later of what they showed that other
// pages were edited alike. Saying it again changes nothing. d is the newest of them.
// ErrNoMessage: it was deleted, or can't be changed.
type Editor interface {
	Also(ctx context.Context, s alert.Story, d alert.Delivery) error
}

// Adder is implemented by sinks that can add what a delivery tells to the last message of
// its watch (d.Last), so that a burst of changes is one message. Doing it again adds
// nothing. ErrNoMessage: it was deleted, or can't be changed.
type Adder interface {
	Add(ctx context.Context, d alert.Delivery) error
}

// Paced is implemented by sinks that may send only so much in a time, together with all
// other programs that send in the same name.
type Paced interface {
	// Spacing is how far apart deliveries are sent, over all those programs.
	Spacing() time.Duration
	// Barred is how long nothing can be sent from here, though it may be from elsewhere;
	// 0: it can.
	Barred() time.Duration
	// Pace is what is known after an attempt. What it says of requests is said once.
	Pace(d alert.Delivery) alert.Pace
}

// ErrNoMessage is returned by an [Editor] or [Adder] when the message is not there any more.
var ErrNoMessage = errors.New("the message is gone or can't be changed")

// SendError says what to do about a delivery that was not shown.
type SendError struct {
	Permanent  bool          // the route is broken (no permission, channel gone): pause it, keep the queue
	Hopeless   bool          // this delivery can never be shown: dead letter
	RetryAfter time.Duration // as the server asked; 0: own back-off
	Reason     string        // plain words, no secret
	Err        error
}

// Error implements error.
func (e *SendError) Error() string { return e.Reason }

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }
