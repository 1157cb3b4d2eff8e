package app

import (
	"context"

	"erratum/internal/fair"
	"erratum/internal/watch"
)

// Step checks up to n due articles one after another, as the scheduler would many at
// once, and says how many there were. Order and time are the caller's, so that a
// simulation repeats itself.
func (a *App) Step(ctx context.Context, n int, t watch.Timings, checked func(watch.Lease, watch.Result, error)) (int, error) {
	leases, err := a.store.Lease(ctx, fair.Room{Free: n}, t.Lease, t.HostSpacing)
	if err != nil {
		return 0, err
	}
	for _, l := range leases {
		res, err := a.checker.Check(ctx, l)
		checked(l, res, err)
	}
	return len(leases), nil
}

// Deliver drains the outbox until ctx ends.
func (a *App) Deliver(ctx context.Context) error { return a.courier.Run(ctx) }

// Sweep prunes what is too old, as the scheduler has it done.
func (a *App) Sweep(ctx context.Context) error { return a.store.Sweep(ctx) }
