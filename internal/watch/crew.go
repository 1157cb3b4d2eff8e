package watch

import (
	"context"

	"erratum/internal/fair"
)

// job is leased work, and the guild whose place it takes.
type job struct {
	guild string
	do    func(ctx context.Context)
}

// crew is a bounded number of workers for due work of one kind. Feeds have one of
// their own: a poll that makes many watches takes long, and no check is to wait for
// it.
type crew struct {
	kind  string // for the log
	each  int    // workers of one guild
	lease func(ctx context.Context, room fair.Room) ([]job, error)
	wake  chan struct{}
}

func newCrew(kind string, each int, lease func(ctx context.Context, room fair.Room) ([]job, error)) *crew {
	return &crew{kind: kind, each: each, lease: lease, wake: make(chan struct{}, 1)}
}

// kick asks the dispatcher to look for due work; a kick too many does no harm.
func (c *crew) kick() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// dispatch leases due work whenever its crew is kicked, no more than there is room
// for, and hands each piece to a worker. When somebody may be waiting for room it looks
// as soon as a worker is free.
func (s *Scheduler) dispatch(ctx context.Context, c *crew) {
	room := fair.NewRoom(c.each)
	ended := make(chan string, room.Free)
	failing, tight := false, false
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		case guild := <-ended:
			room.Leave(guild)
			if !tight {
				continue
			}
		}
		for n := len(ended); n > 0; n-- {
			room.Leave(<-ended)
		}
		if room.Free == 0 {
			continue
		}
		jobs, err := c.lease(ctx, room)
		switch {
		case err != nil && ctx.Err() == nil && !failing:
			s.log.Error("the store hands out no work; trying on", "work", c.kind, "error", err)
		case err == nil && failing:
			s.log.Info("the store hands out work again", "work", c.kind)
		}
		failing = err != nil
		for _, j := range jobs {
			room.Enter(j.guild)
			s.workers.Go(func() {
				defer func() { ended <- j.guild }()
				j.do(ctx)
			})
		}
		tight = room.Tight()
	}
}
