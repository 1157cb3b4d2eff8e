package fetch

import (
	"context"
	"sync"
	"time"

	"erratum/internal/article"
)

// pace keeps requests to one host apart. Checks of a host's articles come apart as
// they are handed out; what one fetch asks beside its page is not: robots.txt, the
// steps of a redirect, the host that a redirect leads to.
type pace struct {
	spacing time.Duration

	mu   sync.Mutex
	next map[string]time.Time // by host: when it may be asked again
}

// forgetAt is how many hosts are remembered before those whose time has passed are
// looked for.
const forgetAt = 1024

// wait waits for the host's turn. It fails at once when that is beyond ctx's end.
func (p *pace) wait(ctx context.Context, url string) error {
	if p.spacing <= 0 {
		return nil
	}
	turn, ok := p.reserve(ctx, article.Host(url))
	if !ok {
		return &article.ReadError{Problem: article.Unreachable, Reason: "Erratum has many pages of this site to read; this one has to wait", Err: article.ErrNotAsked}
	}
	timer := time.NewTimer(time.Until(turn))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// reserve takes the host's next turn, unless that comes after ctx's end.
func (p *pace) reserve(ctx context.Context, host string) (time.Time, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	turn := p.next[host]
	if turn.Before(now) {
		turn = now
	}
	if end, ok := ctx.Deadline(); ok && !turn.Before(end) {
		return turn, false
	}
	if len(p.next) >= forgetAt {
		for h, at := range p.next {
			if at.Before(now) {
				delete(p.next, h)
			}
		}
	}
	p.next[host] = turn.Add(p.spacing)
	return turn, true
}
