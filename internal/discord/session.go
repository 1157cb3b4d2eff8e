package discord

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync/atomic"
	"time"
)

// Sessions divides the gateway's sessions among the programs that run with the same
// token: Discord sends what happens to every one that has a session, and each would
// answer.
type Sessions interface {
	// HoldSession takes a session, or keeps it, for d from now; false: another has it.
	HoldSession(ctx context.Context, session, holder string, d time.Duration) (bool, error)
	// EndSession gives a session up.
	EndSession(ctx context.Context, session, holder string) error
}

// A session is held for sessionHeld, so one that its program died with comes free after
// that. It is prolonged every sessionKept, each a write to the store, and asked for by
// others every sessionAsked.
const (
	sessionHeld  = 6 * time.Second
	sessionKept  = 2 * time.Second
	sessionAsked = time.Second
)

// holder is this program among those that share out the sessions.
type holder struct {
	Sessions
	name string
	has  atomic.Int64 // how many sessions
}

func newHolder(s Sessions) *holder { return &holder{Sessions: s, name: rand.Text()} }

// held runs the session of a shard whenever it is this program's, until ctx ends or
// Discord says that there is no use in coming back.
func (b *Bot) held(ctx context.Context, which shard) error {
	if b.o.Sessions == nil {
		return b.stayConnected(ctx, which)
	}
	name := fmt.Sprintf("%d/%d", which.id, which.of)
	for b.take(ctx, name) {
		if err := b.whileHeld(ctx, which, name); err != nil {
			return err
		}
	}
	return nil
}

// take waits until the session is this program's, and reports whether ctx let it. A
// program that has sessions asks less often for more, so that others get theirs.
func (b *Bot) take(ctx context.Context, name string) bool {
	for waited := false; ; {
		if !sleep(ctx, time.Duration(b.holder.has.Load())*2*sessionAsked) {
			return false
		}
		mine, err := b.holder.HoldSession(ctx, name, b.holder.name, sessionHeld)
		if err != nil && ctx.Err() == nil {
			b.o.Log.Warn("whose a session is can't be asked", "session", name, "error", err)
		}
		if mine {
			if waited {
				b.o.Log.Info("taking over a session from another program", "session", name)
			}
			return true
		}
		if err == nil && !waited {
			waited = true
			b.o.Log.Info("another program has this session; standing by", "session", name)
		}
		again := sessionAsked
		if err != nil {
			again = sessionHeld // whoever has it prolongs it first when the store is back
		}
		if !sleep(ctx, again) {
			return false
		}
	}
}

// whileHeld keeps the session's connection until the session is another's.
func (b *Bot) whileHeld(ctx context.Context, which shard, name string) error {
	b.holder.has.Add(1)
	defer b.holder.has.Add(-1)
	mine, lost := context.WithCancel(ctx)
	defer lost()
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		defer lost()
		b.keep(mine, name)
	}()
	err := b.stayConnected(mine, which)
	lost()
	<-kept
	// Given up at once, so that another need not wait for its end.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := b.holder.EndSession(last, name, b.holder.name); err != nil {
		b.o.Log.Warn("a session can't be given up; it ends by itself", "session", name, "error", err)
	}
	return err
}

// keep prolongs a session until ctx ends or another has it. While the store can't be
// asked the session goes on: nobody else can take it then, and people get an answer
// that says so.
func (b *Bot) keep(ctx context.Context, name string) {
	for sleep(ctx, sessionKept) {
		mine, err := b.holder.HoldSession(ctx, name, b.holder.name, sessionHeld)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			b.o.Log.Warn("a session can't be prolonged", "session", name, "error", err)
		case !mine:
			b.o.Log.Warn("another program has a session of this one now", "session", name)
			return
		}
	}
}
