package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"erratum/internal/alert"
	"erratum/internal/fair"
)

// Options of a [Courier]. The zero value is the default of each.
type Options struct {
	Workers int           // deliveries at a time of one guild, of all fair.Crowd times as many; 0: 8
	Poll    time.Duration // how often an empty outbox is asked; 0: 1 s
	Claim   time.Duration // how long a delivery is ours; 0: 2 min
	Send    time.Duration // how long one attempt may take; 0: 30 s
	Grace   time.Duration // how long attempts under way may go on after the end; 0: 5 s

	OldAttempt time.Duration // a repeated attempt is looked up first when the last is older; 0: 2 min
	RetryMin   time.Duration // back-off, doubling from; 0: 2 s
	RetryMax   time.Duration // and up to; 0: 10 min
	PauseFor   time.Duration // how long a broken route rests; 0: 15 min
	GiveUp     time.Duration // age after which a failing delivery becomes a dead letter; 0: 72 h

	Log *slog.Logger // nil: silent
	// Hold says how long a delivery must wait although it could be sent, and why: its
	// guild has quiet hours, or is told as much as it may be. It is asked before each
	// attempt. Nil: none waits.
	Hold func(ctx context.Context, d alert.Delivery) (wait time.Duration, why string, err error)
	// Sent is called with the fate of each attempt, for metrics. Nil: nobody counts.
	Sent func(d alert.Delivery, fate Fate)
}

func (o Options) withDefaults() Options {
	for _, v := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&o.Poll, time.Second}, {&o.Claim, 2 * time.Minute}, {&o.Send, 30 * time.Second}, {&o.Grace, 5 * time.Second},
		{&o.OldAttempt, 2 * time.Minute}, {&o.RetryMin, 2 * time.Second}, {&o.RetryMax, 10 * time.Minute},
		{&o.PauseFor, 15 * time.Minute}, {&o.GiveUp, 72 * time.Hour},
	} {
		if *v.field <= 0 {
			*v.field = v.value
		}
	}
	if o.Workers <= 0 {
		o.Workers = 8
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Hold == nil {
		o.Hold = func(context.Context, alert.Delivery) (time.Duration, string, error) { return 0, "", nil }
	}
	if o.Sent == nil {
		o.Sent = func(alert.Delivery, Fate) {}
	}
	return o
}

// Fate is what became of one attempt to deliver.
type Fate string

// The fates.
const (
	Shown   Fate = "shown"   // by this attempt
	Found   Fate = "found"   // an earlier attempt had shown it
	Retried Fate = "retried" // to be tried again
	Paused  Fate = "paused"  // its route is broken and rests
	Buried  Fate = "buried"  // a dead letter
	Held    Fate = "held"    // waits for its guild's sake
	Added   Fate = "added"   // to the last message of its watch
	Joined  Fate = "joined"  // named in the message of another page's same edit
	Dropped Fate = "dropped" // the claim was lost; whoever has it goes on
)

// Courier carries deliveries from an outbox to a sink.
type Courier struct {
	outbox Outbox
	sink   Sink
	opts   Options
	log    *slog.Logger
}

// NewCourier returns a courier that does nothing until Run is called.
func NewCourier(outbox Outbox, sink Sink, o Options) *Courier {
	o = o.withDefaults()
	if p, ok := sink.(Paced); ok {
		outbox = paced{outbox, p}
	}
	return &Courier{outbox: outbox, sink: sink, opts: o, log: o.Log}
}

// Run drains the outbox until ctx ends, and returns when every attempt under way has
// ended too: those have Grace to finish. What was not acknowledged by then is claimed
// again by whoever runs next. It returns nil when ctx ended it.
func (c *Courier) Run(ctx context.Context) error {
	// A message half sent is worse than a late end: attempts outlive ctx by Grace.
	sending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	tick := time.NewTicker(c.opts.Poll)
	defer tick.Stop()
	var attempts sync.WaitGroup
	room := fair.NewRoom(c.opts.Workers)
	ended := make(chan string, room.Free) // an attempt for a guild: its watch may have more
	carry := func(claimed []alert.Delivery) {
		for _, d := range claimed {
			room.Enter(d.Destination.Guild)
			attempts.Go(func() {
				defer func() { ended <- d.Destination.Guild }()
				c.attempt(sending, d)
			})
		}
	}
	failing := false
	for ctx.Err() == nil {
		claimed, err := c.claim(ctx, room)
		if ctx.Err() == nil && (err != nil) != failing {
			failing = err != nil
			if failing {
				c.log.Error("the outbox can't be read; trying on", "error", err)
			} else {
				c.log.Info("the outbox can be read again")
			}
		}
		carry(claimed)
		select {
		case <-ctx.Done():
		case guild := <-ended:
			room.Leave(guild)
		case <-tick.C:
		}
		for n := len(ended); n > 0; n-- {
			room.Leave(<-ended)
		}
	}
	carry(c.lastClaim(sending, room))
	c.drain(&attempts, cancel)
	return nil
}

// lastClaim claims once more when ctx of Run has ended: what was committed since the
// last look goes out now and not at the next start.
func (c *Courier) lastClaim(ctx context.Context, room fair.Room) []alert.Delivery {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Grace/4)
	defer cancel()
	claimed, err := c.claim(ctx, room)
	if err != nil {
		c.log.Info("the outbox can't be read at the end; the next start goes on from it", "error", err)
	}
	return claimed
}

// claim asks for what there is room for.
func (c *Courier) claim(ctx context.Context, room fair.Room) ([]alert.Delivery, error) {
	if room.Free == 0 {
		return nil, nil
	}
	claimed, err := c.outbox.Claim(ctx, room, c.opts.Claim, 0)
	if err != nil {
		return nil, fmt.Errorf("claim deliveries: %w", err)
	}
	return claimed, nil
}

// drain waits for the attempts under way, for Grace with patience and then by
// cancelling them.
func (c *Courier) drain(attempts *sync.WaitGroup, cancel context.CancelFunc) {
	grace := time.AfterFunc(c.opts.Grace, cancel)
	defer grace.Stop()
	attempts.Wait()
}

// attempt tries one delivery and writes down what came of it.
func (c *Courier) attempt(ctx context.Context, d alert.Delivery) {
	log := c.log.With("delivery", d.ID, "watch", d.Watch, "kind", string(d.Notice.Kind), "attempt", d.Attempt)
	fate, err := c.carry(ctx, d)
	switch {
	case errors.Is(err, ErrStale):
		fate = Dropped
		log.Debug("the claim was lost")
	case err != nil:
		log.Error("the outcome of a delivery could not be written; it is claimed again later", "fate", string(fate), "error", err)
	default:
		log.Debug("delivery attempted", "fate", string(fate))
	}
	c.opts.Sent(d, fate)
}

// maxHold bounds how long what is held is not looked at: quiet hours may be changed.
const maxHold = 15 * time.Minute

// carry sends, looking first when an earlier attempt may have been shown. Its error
// is that of the outbox.
func (c *Courier) carry(ctx context.Context, d alert.Delivery) (Fate, error) {
	if !mayGo(ctx, d) {
		return Dropped, nil // our own end: the claim runs out by itself
	}
	wait, why, err := c.opts.Hold(ctx, d)
	switch {
	case err != nil:
		return Retried, errors.Join(err, c.outbox.Retry(ctx, d, c.backoff(d.Attempt), "it is not known whether it may be sent now"))
	case wait > 0:
		return Held, c.outbox.Hold(ctx, d, min(wait, maxHold), why)
	}
	edit, story, err := c.join(ctx, d)
	if err != nil {
		return Dropped, err
	}
	if edit != "" && story.Delivery != d.ID {
		return c.name(ctx, d, edit, story)
	}
	shown, fate, err := c.show(ctx, d)
	if err == nil && edit != "" {
		if err := c.outbox.Lead(ctx, d, edit, shown.Message); err != nil {
			return fate, err
		}
	}
	if err == nil {
		return fate, c.outbox.Ack(ctx, d, shown.String())
	}
	return c.failed(ctx, d, edit, err)
}

// show finds a delivery that was shown before, or adds it to the last message of its
// watch, where both are of one burst, or sends it.
func (c *Courier) show(ctx context.Context, d alert.Delivery) (alert.Shown, Fate, error) {
	if message, found, err := c.find(ctx, d); found || err != nil {
		if message == d.Last.Message {
			return d.Added(), Found, err
		}
		return d.ShownAs(message, time.Now()), Found, err
	}
	if adder, ok := c.sink.(Adder); ok && d.Adds(time.Now()) {
		err := c.bounded(ctx, func(ctx context.Context) error { return adder.Add(ctx, d) })
		if !errors.Is(err, ErrNoMessage) {
			return d.Added(), Added, err
		}
		d.Last = alert.Shown{} // it is no more
	}
	var message string
	err := c.bounded(ctx, func(ctx context.Context) (err error) {
		message, err = c.sink.Send(ctx, d)
		return err
	})
	return d.ShownAs(message, time.Now()), Shown, err
}

// find looks for a delivery that an earlier attempt may have shown.
func (c *Courier) find(ctx context.Context, d alert.Delivery) (message string, found bool, err error) {
	finder, ok := c.sink.(Finder)
	if !ok || !c.doubts(d) {
		return "", false, nil
	}
	err = c.bounded(ctx, func(ctx context.Context) (err error) {
		message, found, err = finder.Find(ctx, d)
		return err
	})
	if err != nil {
		return "", false, fmt.Errorf("look for the delivery: %w", err)
	}
	return message, found, nil
}

// doubts reports whether an earlier attempt may have shown a delivery although sending
// it again would not be known as a repetition: keys of sinks are forgotten, and what
// was added to another message has none.
func (c *Courier) doubts(d alert.Delivery) bool {
	if d.Doubtful {
		return true
	}
	_, adds := c.sink.(Adder)
	added := adds && d.Last.Message != "" && time.Since(d.Last.At) < 2*alert.BurstFor
	return d.Attempt > 1 && (added || time.Since(d.LastAttempt) > c.opts.OldAttempt)
}

// bounded gives a call to the sink its time. A notice that breaks the sink must not
// stop every other.
func (c *Courier) bounded(ctx context.Context, call func(context.Context) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &SendError{Reason: "the message could not be made", Err: fmt.Errorf("panic: %v\n%s", r, debug.Stack())}
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, c.opts.Send)
	defer cancel()
	return call(ctx)
}

// failed decides about a delivery that could not be shown. Its error is that of the
// outbox.
func (c *Courier) failed(ctx context.Context, d alert.Delivery, edit string, err error) (Fate, error) {
	var bad *SendError
	if !errors.As(err, &bad) {
		bad = &SendError{Reason: "the message could not be sent", Err: err}
	}
	if ctx.Err() != nil {
		// Our own end, not the sink's fault: the claim runs out by itself.
		return Dropped, nil
	}
	old := time.Since(d.Created) > c.opts.GiveUp
	switch {
	case bad.Hopeless:
		return Buried, c.bury(ctx, d, edit, bad, bad.Reason)
	case old:
		return Buried, c.bury(ctx, d, edit, bad, fmt.Sprintf("not delivered for %.0f hours: %s", c.opts.GiveUp.Hours(), bad.Reason))
	case bad.Permanent:
		c.log.Warn("a channel can't be written to; its alerts wait", "guild", d.Destination.Guild, "channel", d.Destination.Channel, "reason", bad.Reason, "error", bad.Err)
		if err := c.outbox.Pause(ctx, d.Destination, c.opts.PauseFor, bad.Reason); err != nil {
			return Paused, err
		}
		// The route's rest governs; whoever ends it early finds the delivery waiting.
		return Paused, c.outbox.Retry(ctx, d, 0, bad.Reason)
	default:
		c.log.Info("a delivery failed and is tried again", "delivery", d.ID, "attempt", d.Attempt, "reason", bad.Reason, "error", bad.Err)
		wait := c.backoff(d.Attempt)
		if bad.RetryAfter > 0 { // who names a time is not in trouble
			wait = max(bad.RetryAfter, c.opts.RetryMin)
		}
		return Retried, c.outbox.Retry(ctx, d, wait, bad.Reason)
	}
}

func (c *Courier) bury(ctx context.Context, d alert.Delivery, edit string, bad *SendError, reason string) error {
	c.log.Warn("a delivery is given up", "delivery", d.ID, "reason", reason, "error", bad.Err)
	if edit != "" { // others that wait for its message need not
		if err := c.outbox.Leave(ctx, d.Destination, edit, d.ID); err != nil {
			return err
		}
	}
	return c.outbox.Bury(ctx, d, reason)
}

// backoff returns the wait after so many attempts: doubling, with a fifth of jitter
// so that what failed together does not come back together.
func (c *Courier) backoff(attempt int) time.Duration {
	wait := c.opts.RetryMin
	for i := 1; i < attempt && wait < c.opts.RetryMax; i++ {
		wait *= 2
	}
	wait = min(wait, c.opts.RetryMax)
	return wait + rand.N(wait/5+1)
}
