package deliver_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/deliver"
	"erratum/internal/fair"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// outbox keeps the promises of deliver.Outbox in memory, by the bubble's clock.
type outbox struct {
	mu       sync.Mutex
	queues   map[string][]*item // by watch
	order    []string
	paused   map[alert.Destination]time.Time
	reasons  []string
	messages map[string]string // acknowledged: delivery → message
	last     map[string]alert.Shown
	dead     map[string]string // delivery → reason
	fence    int
	fail     error
	stories  map[string]alert.Story // by edit; one channel
	leads    int                    // calls of Lead
	unled    int                    // so many of them fail
	unacked  int                    // so many calls of Ack fail
}

type item struct {
	d        alert.Delivery
	visible  time.Time // claimable from then on
	token    string
	attempts int
	last     time.Time
}

func newOutbox(ds ...alert.Delivery) *outbox {
	o := &outbox{queues: map[string][]*item{}, paused: map[alert.Destination]time.Time{}, messages: map[string]string{}, last: map[string]alert.Shown{}, dead: map[string]string{}}
	o.put(ds...)
	return o
}

func (o *outbox) put(ds ...alert.Delivery) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, d := range ds {
		if _, ok := o.queues[d.Watch]; !ok {
			o.order = append(o.order, d.Watch)
		}
		if d.Created.IsZero() {
			d.Created = time.Now()
		}
		o.queues[d.Watch] = append(o.queues[d.Watch], &item{d: d})
	}
}

func (o *outbox) Claim(_ context.Context, room fair.Room, d, _ time.Duration) ([]alert.Delivery, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fail != nil {
		return nil, o.fail
	}
	var out []alert.Delivery
	now := time.Now()
	room = room.Clone()
	for _, w := range o.order {
		if len(o.queues[w]) == 0 || !room.Open(o.queues[w][0].d.Destination.Guild) {
			continue
		}
		h := o.queues[w][0]
		if h.visible.After(now) || o.paused[h.d.Destination].After(now) {
			continue
		}
		o.fence++
		room.Enter(h.d.Destination.Guild)
		last := h.last
		h.token, h.visible, h.last = fmt.Sprint(o.fence), now.Add(d), now
		h.attempts++
		c := h.d
		c.Token, c.Attempt, c.LastAttempt, c.Last = h.token, h.attempts, last, o.last[c.Watch]
		out = append(out, c)
	}
	return out, nil
}

// held returns the head that d claims; the lock is held.
func (o *outbox) held(d alert.Delivery) (*item, error) {
	q := o.queues[d.Watch]
	if len(q) == 0 || q[0].d.ID != d.ID || q[0].token != d.Token || !q[0].visible.After(time.Now()) {
		return nil, deliver.ErrStale
	}
	return q[0], nil
}

func (o *outbox) Ack(_ context.Context, d alert.Delivery, message string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, err := o.held(d); err != nil {
		return err
	}
	if o.unacked > 0 {
		o.unacked--
		return errKilled
	}
	shown := alert.ParseShown(message)
	o.messages[d.ID], o.last[d.Watch] = shown.Message, shown
	o.queues[d.Watch] = o.queues[d.Watch][1:]
	return nil
}

func (o *outbox) Retry(_ context.Context, d alert.Delivery, wait time.Duration, reason string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	h, err := o.held(d)
	if err != nil {
		return err
	}
	h.token, h.visible = "", time.Now().Add(wait)
	o.reasons = append(o.reasons, reason)
	return nil
}

func (o *outbox) Hold(ctx context.Context, d alert.Delivery, wait time.Duration, reason string) error {
	if err := o.Retry(ctx, d, wait, reason); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	h := o.queues[d.Watch][0]
	h.attempts, h.last = d.Attempt-1, d.LastAttempt
	return nil
}

func (o *outbox) Bury(_ context.Context, d alert.Delivery, reason string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, err := o.held(d); err != nil {
		return err
	}
	o.dead[d.ID] = reason
	o.queues[d.Watch] = o.queues[d.Watch][1:]
	return nil
}

func (o *outbox) Pause(_ context.Context, to alert.Destination, wait time.Duration, reason string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.paused[to] = time.Now().Add(wait)
	o.reasons = append(o.reasons, reason)
	return nil
}

// sink shows what it is told to; it forgets idempotency keys after five minutes, as
// Discord does.
type sink struct {
	mu     sync.Mutex
	shown  []string // delivery IDs in order, each time it was shown
	keys   map[string]time.Time
	tries  []time.Duration // since the bubble began
	answer func(d alert.Delivery, try int) error
	lost   func(d alert.Delivery, try int) bool // shown, but the answer never came
	slow   time.Duration
	looks  int
	now    int
	most   int
}

var began = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func (s *sink) Send(ctx context.Context, d alert.Delivery) (string, error) {
	s.mu.Lock()
	s.now++
	s.most = max(s.most, s.now)
	s.tries = append(s.tries, time.Since(began))
	try := len(s.tries)
	s.mu.Unlock()
	defer func() { s.mu.Lock(); s.now--; s.mu.Unlock() }()
	if s.slow > 0 {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(s.slow):
		}
	}
	if s.answer != nil {
		if err := s.answer(d, try); err != nil {
			return "", err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keys == nil {
		s.keys = map[string]time.Time{}
	}
	if at, ok := s.keys[d.ID]; !ok || time.Since(at) > 5*time.Minute {
		s.shown = append(s.shown, d.ID)
		s.keys[d.ID] = time.Now()
	}
	if s.lost != nil && s.lost(d, try) {
		return "", &deliver.SendError{Reason: "the answer did not come"}
	}
	return "message of " + d.ID, nil
}

// finder is a sink that can look.
type finder struct{ *sink }

func (f finder) Find(_ context.Context, d alert.Delivery) (string, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.looks++
	return "found " + d.ID, slices.Contains(f.shown, d.ID), nil
}

func delivery(watch string, n int) alert.Delivery {
	return alert.Delivery{ID: fmt.Sprintf("%s/%d", watch, n), Watch: watch, Destination: alert.Destination{Guild: "g", Channel: "c-" + watch}, Notice: alert.Notice{Kind: alert.Change}}
}

// run runs a courier for a while.
func run(t *testing.T, o *outbox, s deliver.Sink, opts deliver.Options, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- deliver.NewCourier(o, s, opts).Run(ctx) }()
	time.Sleep(d)
	synctest.Wait()
	cancel()
	if err := <-done; err != nil {
		t.Errorf("run: %v", err)
	}
}

func TestCourier(t *testing.T) {
	tests := map[string]func(t *testing.T){
		"in order for each watch, side by side otherwise": func(t *testing.T) {
			o := newOutbox(delivery("a", 1), delivery("a", 2), delivery("a", 3), delivery("b", 1), delivery("c", 1))
			s := &sink{slow: 400 * time.Millisecond}
			run(t, o, s, deliver.Options{Workers: 2}, 10*time.Second)
			var a []string
			for _, id := range s.shown {
				if strings.HasPrefix(id, "a/") {
					a = append(a, id)
				}
			}
			if len(s.shown) != 5 || !slices.IsSorted(a) || s.most != 2 {
				t.Errorf("shown %v, %d at a time", s.shown, s.most)
			}
			if o.messages["b/1"] != "message of b/1" {
				t.Errorf("acknowledged %v", o.messages)
			}
		},
		"what is held waits, in order, and no longer than it is held": func(t *testing.T) {
			o, s := newOutbox(delivery("a", 1), delivery("a", 2), delivery("b", 1)), &sink{}
			ends := time.Now().Add(40 * time.Minute)
			hold := func(_ context.Context, d alert.Delivery) (time.Duration, string, error) {
				if d.Attempt > 1 {
					t.Errorf("%s was held, not tried: attempt %d", d.ID, d.Attempt)
				}
				if d.Watch == "a" {
					return time.Until(ends), "quiet hours", nil
				}
				return 0, "", nil
			}
			run(t, o, s, deliver.Options{Hold: hold}, 39*time.Minute)
			if !slices.Equal(s.shown, []string{"b/1"}) {
				t.Errorf("shown while a is held: %v", s.shown)
			}
			run(t, o, s, deliver.Options{Hold: hold}, 2*time.Minute)
			if !slices.Equal(s.shown, []string{"b/1", "a/1", "a/2"}) {
				t.Errorf("shown afterwards: %v", s.shown)
			}
		},
		"what is not known to be held is tried again": func(t *testing.T) {
			o, s := newOutbox(delivery("a", 1)), &sink{}
			asked := 0
			hold := func(context.Context, alert.Delivery) (time.Duration, string, error) {
				if asked++; asked < 3 {
					return 0, "", errors.New("the store is away")
				}
				return 0, "", nil
			}
			run(t, o, s, deliver.Options{Hold: hold}, time.Minute)
			if !slices.Equal(s.shown, []string{"a/1"}) || asked != 3 {
				t.Errorf("shown %v, asked %d times", s.shown, asked)
			}
		},
		"a first attempt that the store doubts is looked up": func(t *testing.T) {
			d := delivery("a", 1)
			d.Doubtful = true
			s := finder{&sink{shown: []string{"a/1"}}}
			o := newOutbox(d, delivery("b", 1))
			run(t, o, s, deliver.Options{}, 5*time.Second)
			if s.looks != 1 || o.messages["a/1"] != "found a/1" || !slices.Equal(s.shown, []string{"a/1", "b/1"}) {
				t.Errorf("%d looks, shown %v, acknowledged %v", s.looks, s.shown, o.messages)
			}
		},
		"what is queued later is soon shown": func(t *testing.T) {
			o, s := newOutbox(), &sink{}
			go func() { time.Sleep(3 * time.Second); o.put(delivery("a", 1)) }()
			run(t, o, s, deliver.Options{}, 5*time.Second)
			if len(s.shown) != 1 {
				t.Errorf("shown %v", s.shown)
			}
		},
		"a guild for which hundreds wait delays no other's": func(t *testing.T) {
			o, s := newOutbox(), &sink{slow: 10 * time.Second}
			for i := range 200 {
				o.put(delivery(fmt.Sprint("w", i), 1))
			}
			other := delivery("z", 1)
			other.Destination.Guild = "another"
			go func() { time.Sleep(3 * time.Second); o.put(other) }()
			run(t, o, s, deliver.Options{Workers: 4}, 61*time.Second)
			if at := slices.Index(s.shown, other.ID); at < 4 || at > 8 || len(s.shown) != 4*6+1 || s.most != 5 {
				t.Errorf("shown as number %d of %d, up to %d at a time", at+1, len(s.shown), s.most)
			}
		},
		"what is queued just before the end is shown": func(t *testing.T) {
			o, s := newOutbox(), &sink{}
			go func() { time.Sleep(5*time.Second - time.Millisecond); o.put(delivery("a", 1)) }()
			run(t, o, s, deliver.Options{Poll: time.Minute}, 5*time.Second)
			if len(s.shown) != 1 || o.messages["a/1"] == "" {
				t.Errorf("shown %v, acknowledged %v", s.shown, o.messages)
			}
		},
		"with longer and longer waits": func(t *testing.T) {
			o := newOutbox(delivery("a", 1), delivery("a", 2))
			s := &sink{answer: func(_ alert.Delivery, try int) error {
				if try <= 5 {
					return &deliver.SendError{Reason: "the service is down"}
				}
				return nil
			}}
			run(t, o, s, deliver.Options{}, 5*time.Minute)
			if !slices.Equal(s.shown, []string{"a/1", "a/2"}) {
				t.Errorf("shown %v", s.shown)
			}
			for i := range 4 {
				if wait, least := s.tries[i+1]-s.tries[i], 2*time.Second<<i; wait < least || wait > least*13/10+time.Second {
					t.Errorf("attempt %d came after %v, want %v", i+2, wait, least)
				}
			}
		},
		"as late as the server asks": func(t *testing.T) {
			o := newOutbox(delivery("a", 1))
			s := &sink{answer: func(_ alert.Delivery, try int) error {
				if try == 1 {
					return &deliver.SendError{Reason: "too many messages", RetryAfter: 90 * time.Second}
				}
				return nil
			}}
			run(t, o, s, deliver.Options{}, 2*time.Minute)
			if len(s.tries) != 2 || s.tries[1]-s.tries[0] < 90*time.Second {
				t.Errorf("tries at %v", s.tries)
			}
		},
		"and no later, however often it asked": func(t *testing.T) {
			o := newOutbox(delivery("a", 1))
			s := &sink{answer: func(_ alert.Delivery, try int) error {
				if try <= 10 {
					return &deliver.SendError{Reason: "too many messages", RetryAfter: 5 * time.Second}
				}
				return nil
			}}
			run(t, o, s, deliver.Options{}, 2*time.Minute)
			if len(s.tries) != 11 || s.tries[10] > time.Minute+s.tries[0] {
				t.Errorf("tries at %v", s.tries)
			}
		},
		"a lost answer is not shown twice": func(t *testing.T) {
			o := newOutbox(delivery("a", 1), delivery("a", 2))
			s := &sink{lost: func(_ alert.Delivery, try int) bool { return try == 1 }}
			run(t, o, s, deliver.Options{}, time.Minute)
			if !slices.Equal(s.shown, []string{"a/1", "a/2"}) {
				t.Errorf("shown %v", s.shown)
			}
		},
		"an old attempt is looked for first": func(t *testing.T) {
			o := newOutbox(delivery("a", 1))
			s := &sink{lost: func(_ alert.Delivery, try int) bool { return try == 1 }}
			run(t, o, finder{s}, deliver.Options{RetryMin: 10 * time.Minute, RetryMax: time.Hour}, time.Hour)
			if len(s.shown) != 1 || s.looks != 1 || o.messages["a/1"] != "found a/1" {
				t.Errorf("shown %v after %d looks, acknowledged %v", s.shown, s.looks, o.messages)
			}
		},
		"a young attempt is not": func(t *testing.T) {
			o := newOutbox(delivery("a", 1))
			s := &sink{lost: func(_ alert.Delivery, try int) bool { return try == 1 }}
			run(t, o, finder{s}, deliver.Options{}, time.Hour)
			if len(s.shown) != 1 || s.looks != 0 {
				t.Errorf("shown %v after %d looks", s.shown, s.looks)
			}
		},
		"a broken route rests, the others go on": func(t *testing.T) {
			o := newOutbox(delivery("a", 1), delivery("b", 1))
			s := &sink{}
			s.answer = func(d alert.Delivery, _ int) error {
				if d.Watch == "a" && time.Since(began) < time.Hour {
					return &deliver.SendError{Permanent: true, Reason: "no permission to write there"}
				}
				return nil
			}
			run(t, o, s, deliver.Options{}, 2*time.Hour)
			if !slices.Equal(s.shown, []string{"b/1", "a/1"}) || len(s.tries) > 8 {
				t.Errorf("shown %v with %d tries", s.shown, len(s.tries))
			}
			if !slices.Contains(o.reasons, "no permission to write there") {
				t.Errorf("reasons %v", o.reasons)
			}
		},
		"a route that is mended early goes on at once": func(t *testing.T) {
			o := newOutbox(delivery("a", 1))
			s := &sink{answer: func(_ alert.Delivery, try int) error {
				if try == 1 {
					return &deliver.SendError{Permanent: true, Reason: "no permission to write there"}
				}
				return nil
			}}
			go func() {
				time.Sleep(20 * time.Second)
				o.mu.Lock()
				defer o.mu.Unlock()
				clear(o.paused)
			}()
			run(t, o, s, deliver.Options{}, 25*time.Second)
			if len(s.shown) != 1 {
				t.Errorf("shown %v", s.shown)
			}
		},
		"a queue is worked off without pauses": func(t *testing.T) {
			o, s := newOutbox(), &sink{slow: 50 * time.Millisecond}
			for n := range 20 {
				o.put(delivery("a", 10+n))
			}
			run(t, o, s, deliver.Options{}, 2*time.Second)
			if len(s.shown) != 20 || !slices.IsSorted(s.shown) {
				t.Errorf("shown %v", s.shown)
			}
		},
		"what can never be shown is a dead letter at once": func(t *testing.T) {
			o := newOutbox(delivery("a", 1), delivery("a", 2))
			s := &sink{answer: func(d alert.Delivery, _ int) error {
				if d.ID == "a/1" {
					return &deliver.SendError{Hopeless: true, Reason: "the message is refused"}
				}
				return nil
			}}
			run(t, o, s, deliver.Options{}, time.Minute)
			if o.dead["a/1"] != "the message is refused" || !slices.Equal(s.shown, []string{"a/2"}) {
				t.Errorf("dead %v, shown %v", o.dead, s.shown)
			}
		},
		"after three days of trying too": func(t *testing.T) {
			o := newOutbox(delivery("a", 1))
			s := &sink{answer: func(alert.Delivery, int) error { return errors.New("token 123 refused") }}
			run(t, o, s, deliver.Options{}, 73*time.Hour)
			if !strings.Contains(o.dead["a/1"], "72 hours") || strings.Contains(o.dead["a/1"], "token") {
				t.Errorf("dead %v", o.dead)
			}
		},
		"but an old one has its first try": func(t *testing.T) {
			d := delivery("a", 1)
			d.Created = began.Add(-100 * time.Hour)
			o, s := newOutbox(d), &sink{}
			run(t, o, s, deliver.Options{}, time.Minute)
			if len(s.shown) != 1 || len(o.dead) != 0 {
				t.Errorf("shown %v, dead %v", s.shown, o.dead)
			}
		},
		"a notice that breaks the sink stops no other": func(t *testing.T) {
			o := newOutbox(delivery("a", 1), delivery("b", 1))
			s := &sink{answer: func(d alert.Delivery, _ int) error {
				if d.Watch == "a" {
					panic("no notice should do this")
				}
				return nil
			}}
			run(t, o, s, deliver.Options{}, 80*time.Hour)
			if !slices.Equal(s.shown, []string{"b/1"}) || o.dead["a/1"] == "" {
				t.Errorf("shown %v, dead %v", s.shown, o.dead)
			}
		},
		"the outbox may fail for a while": func(t *testing.T) {
			o, s := newOutbox(delivery("a", 1)), &sink{}
			o.fail = errors.New("no disk")
			go func() {
				time.Sleep(time.Minute)
				o.mu.Lock()
				defer o.mu.Unlock()
				o.fail = nil
			}()
			run(t, o, s, deliver.Options{}, 2*time.Minute)
			if len(s.shown) != 1 {
				t.Errorf("shown %v", s.shown)
			}
		},
		"what is under way at the end is finished": func(t *testing.T) {
			o, s := newOutbox(delivery("a", 1), delivery("a", 2)), &sink{slow: 3 * time.Second}
			run(t, o, s, deliver.Options{}, time.Second)
			if took := time.Since(began); !slices.Equal(s.shown, []string{"a/1"}) || o.messages["a/1"] == "" || took > 4*time.Second {
				t.Errorf("shown %v, acknowledged %v, after %v", s.shown, o.messages, took)
			}
		},
		"what hangs at the end is left to be claimed again": func(t *testing.T) {
			o, s := newOutbox(delivery("a", 1)), &sink{slow: time.Hour}
			run(t, o, s, deliver.Options{}, time.Second)
			if took := time.Since(began); took > 7*time.Second || len(o.messages)+len(o.dead)+len(o.reasons) != 0 {
				t.Errorf("after %v: acknowledged %v, dead %v, reasons %v", took, o.messages, o.dead, o.reasons)
			}
		},
		"a hanging send is given up in time": func(t *testing.T) {
			o := newOutbox(delivery("a", 1))
			s := &sink{slow: time.Hour}
			run(t, o, s, deliver.Options{}, 45*time.Second)
			if len(s.tries) != 2 || len(o.reasons) != 1 {
				t.Errorf("tries at %v, reasons %v", s.tries, o.reasons)
			}
		},
		"every fate is counted": func(t *testing.T) {
			o := newOutbox(delivery("a", 1))
			var mu sync.Mutex
			var fates []deliver.Fate
			s := &sink{answer: func(_ alert.Delivery, try int) error {
				return []error{&deliver.SendError{Reason: "down"}, &deliver.SendError{Permanent: true, Reason: "closed"}, nil}[try-1]
			}}
			run(t, o, s, deliver.Options{Sent: func(_ alert.Delivery, f deliver.Fate) {
				mu.Lock()
				defer mu.Unlock()
				fates = append(fates, f)
			}}, time.Hour)
			if !slices.Equal(fates, []deliver.Fate{deliver.Retried, deliver.Paused, deliver.Shown}) {
				t.Errorf("fates %v", fates)
			}
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
	}
}
