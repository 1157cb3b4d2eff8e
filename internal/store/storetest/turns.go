package storetest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"erratum/internal/alert"
)

func turnTests() []test {
	return []test{
		{"no more than so many have their turn within a minute, in the order asked", turnOrder},
		{"a turn is kept, and counted once", turnKept},
		{"a guild's turns are its own", turnIsolated},
		{"programs that ask at once share the turns", turnShared},
	}
}

// turn asks for a delivery's turn, of two in a minute.
func (b *bench) turn(s Store, to alert.Destination, n int) time.Duration {
	b.Helper()
	wait, err := s.Turn(b.Context(), page(to, n), 2, time.Minute)
	b.must(err)
	return wait
}

// slowed checks how long a guild's last turn is away.
func (b *bench) slowed(to alert.Destination, want time.Duration) {
	b.Helper()
	wait, err := b.LastTurn(b.Context(), to.Guild)
	b.must(err)
	b.equal("last turn", wait, want)
	until := time.Time{}
	if want > 0 {
		until = b.clock.now().Add(want)
	}
	b.equal("slowed until", b.health(to.Guild).SlowedUntil, until)
}

func turnOrder(b *bench) {
	b.slowed(here, 0)
	b.equal("first", b.turn(b.Store, here, 1), 0)
	b.clock.advance(20 * time.Second)
	b.equal("second", b.turn(b.Store, here, 2), 0)
	b.slowed(here, 0)
	for n, want := range []time.Duration{40 * time.Second, time.Minute, 100 * time.Second, 2 * time.Minute} {
		b.equal(fmt.Sprint("delivery ", n+3), b.turn(b.Store, here, n+3), want)
	}
	b.slowed(here, 2*time.Minute)
	b.clock.advance(3*time.Minute + time.Second)
	b.slowed(here, 0)
	b.equal("after all", b.turn(b.Store, here, 7), 0)
	// More may be told from now on.
	wait, err := b.Turn(b.Context(), page(here, 8), 3, time.Minute)
	b.must(err)
	b.equal("of three", wait, 0)
}

func turnKept(b *bench) {
	for range 3 {
		b.equal("first", b.turn(b.Store, here, 1), 0)
		b.equal("second", b.turn(b.Store, here, 2), 0)
		b.equal("third", b.turn(b.Store, here, 3), time.Minute)
	}
	b.reopen()
	b.clock.advance(time.Minute - time.Millisecond)
	b.equal("third, a moment before", b.turn(b.Store, here, 3), time.Millisecond)
	b.clock.advance(time.Second)
	b.equal("third, late", b.turn(b.Store, here, 3), 0)
	b.equal("fourth", b.turn(b.Store, here, 4), 0)
	b.equal("fifth", b.turn(b.Store, here, 5), time.Minute-time.Second+time.Millisecond)
	b.clock.advance(time.Hour)
	b.must(b.Sweep(b.Context()))
	b.equal("fifth, an hour later", b.turn(b.Store, here, 5), 0)
}

func turnIsolated(b *bench) {
	for n := range 3 {
		b.turn(b.Store, here, n)
	}
	b.equal("another channel of the guild", b.turn(b.Store, next, 9), time.Minute)
	b.equal("another guild", b.turn(b.Store, there, 1), 0)
	b.slowed(there, 0)
	b.must(b.Forget(b.Context(), here.Guild))
	b.slowed(here, 0)
	b.equal("after forgetting", b.turn(b.Store, here, 1), 0)
}

func turnShared(b *bench) {
	stores := []Store{b.Store, b.open(nil)}
	var mu sync.Mutex
	var got []time.Duration
	var wg sync.WaitGroup
	for i, s := range stores {
		wg.Go(func() {
			for n := range 8 {
				wait, err := s.Turn(b.Context(), page(here, 2*n+i), 4, time.Minute)
				if err != nil {
					b.Error(err)
				}
				mu.Lock()
				got = append(got, wait)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(got)
	for i, wait := range got {
		if want := time.Duration(i/4) * time.Minute; wait != want {
			b.Fatalf("turns %v: the %d. should be after %v", got, i+1, want)
		}
	}
}
