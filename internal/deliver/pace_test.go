package deliver_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/deliver"
	"erratum/internal/fair"
)

// limited is a sink that may send only so much.
type limited struct {
	*sink
	until time.Time // barred
}

func (l *limited) Spacing() time.Duration { return 25 * time.Millisecond }
func (l *limited) Barred() time.Duration  { return time.Until(l.until) }
func (l *limited) Pace(d alert.Delivery) alert.Pace {
	return alert.Pace{Rest: time.Duration(len(d.ID))}
}

// lanes is an outbox that has deliveries wait and remembers what it was taught.
type lanes struct {
	*outbox
	wait   time.Duration
	mu     sync.Mutex
	asked  []time.Duration // spacings
	taught []alert.Pace
}

func (o *lanes) Claim(ctx context.Context, room fair.Room, d, spacing time.Duration) ([]alert.Delivery, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked = append(o.asked, spacing)
	ds, err := o.outbox.Claim(ctx, room, d, spacing)
	for i := range ds {
		ds[i].Wait = o.wait
	}
	return ds, err
}

func (o *lanes) spacings() []time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.asked)
}

func (o *lanes) learn(d alert.Delivery) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.taught = append(o.taught, d.Pace)
}

func (o *lanes) Ack(ctx context.Context, d alert.Delivery, message string) error {
	o.learn(d)
	return o.outbox.Ack(ctx, d, message)
}

func (o *lanes) Retry(ctx context.Context, d alert.Delivery, wait time.Duration, reason string) error {
	o.learn(d)
	return o.outbox.Retry(ctx, d, wait, reason)
}

func (o *lanes) Hold(ctx context.Context, d alert.Delivery, wait time.Duration, reason string) error {
	o.learn(d)
	return o.outbox.Hold(ctx, d, wait, reason)
}

func (o *lanes) Bury(ctx context.Context, d alert.Delivery, reason string) error {
	o.learn(d)
	return o.outbox.Bury(ctx, d, reason)
}

// TestLimits: the outbox hears of each attempt what it taught, and what it hands out
// waits; who is barred asks for nothing.
func TestLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &lanes{outbox: newOutbox(delivery("a", 1), delivery("b", 1), delivery("c", 1), delivery("h", 1)), wait: 300 * time.Millisecond}
		s := &limited{sink: &sink{}, until: time.Now().Add(time.Minute)}
		s.answer = func(d alert.Delivery, try int) error {
			switch {
			case d.Watch == "b" && try <= 3:
				return &deliver.SendError{Reason: "Discord asks to wait", RetryAfter: 10 * time.Millisecond}
			case d.Watch == "c":
				return &deliver.SendError{Reason: "never", Hopeless: true}
			}
			return nil
		}
		hold := func(_ context.Context, d alert.Delivery) (time.Duration, string, error) {
			if d.Watch == "h" {
				return time.Hour, "quiet hours", nil
			}
			return 0, "", nil
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- deliver.NewCourier(o, s, deliver.Options{Hold: hold}).Run(ctx) }()
		time.Sleep(time.Minute - time.Millisecond)
		if early := o.spacings(); len(early) > 0 {
			t.Errorf("asked for %v while it was barred", early)
		}
		time.Sleep(time.Minute)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if asked := o.spacings(); len(asked) == 0 || slices.ContainsFunc(asked, func(d time.Duration) bool { return d != 25*time.Millisecond }) {
			t.Errorf("asked for spacings %v", asked)
		}
		slices.SortFunc(o.taught, func(a, b alert.Pace) int { return int(a.Rest - b.Rest) })
		want, held := alert.Pace{Rest: 3}, alert.Pace{More: -25 * time.Millisecond}
		if !slices.Equal(o.taught, []alert.Pace{held, want, want, want, want}) {
			t.Errorf("taught %+v", o.taught)
		}
		if !slices.Equal(s.shown, []string{"a/1", "b/1"}) || o.dead["c/1"] == "" {
			t.Errorf("shown %v, dead %v", s.shown, o.dead)
		}
		for i, at := range s.tries {
			if least := time.Minute + 300*time.Millisecond - time.Millisecond; at < least {
				t.Errorf("attempt %d at %v, too early", i, at)
			}
		}
	})
}
