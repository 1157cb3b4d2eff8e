package watch

import "context"

// job is leased work.
type job func(ctx context.Context)

// crew is a bounded number of workers for due work of one kind. Feeds have one of
// their own: a poll that makes many watches takes long, and no check is to wait for
// it.
type crew struct {
	kind  string // for the log
	size  int
	lease func(ctx context.Context, n int) ([]job, error)
	wake  chan struct{}
}

func newCrew(kind string, size int, lease func(ctx context.Context, n int) ([]job, error)) *crew {
	return &crew{kind: kind, size: size, lease: lease, wake: make(chan struct{}, 1)}
}

// kick asks the dispatcher to look for due work; a kick too many does no harm.
func (c *crew) kick() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// dispatch leases due work whenever its crew is kicked, no more than there are free
// workers, and hands each piece to one.
func (s *Scheduler) dispatch(ctx context.Context, c *crew) {
	free := make(chan struct{}, c.size)
	for range c.size {
		free <- struct{}{}
	}
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		}
		n := len(free)
		if n == 0 {
			continue // a worker that gets free kicks
		}
		jobs, err := c.lease(ctx, n)
		switch {
		case err != nil && ctx.Err() == nil && !failing:
			s.log.Error("the store hands out no work; trying on", "work", c.kind, "error", err)
		case err == nil && failing:
			s.log.Info("the store hands out work again", "work", c.kind)
		}
		failing = err != nil
		// A full answer means that more waits: whoever gets free asks at once.
		more := len(jobs) == n
		for _, work := range jobs {
			<-free
			s.workers.Go(func() {
				defer func() {
					free <- struct{}{}
					if more {
						c.kick()
					}
				}()
				work(ctx)
			})
		}
	}
}
