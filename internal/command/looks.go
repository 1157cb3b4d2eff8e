package command

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// DefaultChecks is how many pages the people of a guild may have looked at in a minute,
// unless the operator says otherwise: more than a newsroom adds by hand, fewer than
// would keep the scheduled checks of others waiting.
const DefaultChecks = 60

// looks bounds how many pages a guild's people have looked at in a minute. Checks by
// schedule have bounds of their own. It is safe for concurrent use.
type looks struct {
	mu    sync.Mutex
	most  int
	asked map[string][]time.Time // by guild, within the last minute, oldest first
}

func newLooks(most int) *looks { return &looks{most: most, asked: map[string][]time.Time{}} }

// take counts one look, or refuses it and says when there is room.
func (p *looks) take(guild string, now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	past := now.Add(-time.Minute)
	maps.DeleteFunc(p.asked, func(_ string, at []time.Time) bool { return !at[len(at)-1].After(past) })
	at := slices.DeleteFunc(p.asked[guild], func(t time.Time) bool { return !t.After(past) })
	if len(at) >= p.most {
		p.asked[guild] = at
		return refuse("Try again in "+ago(max(at[0].Sub(past), time.Second))+".", "This server had %s looked at in the last minute, which is as many as it may.", count(len(at), "page", "pages"))
	}
	p.asked[guild] = append(at, now)
	return nil
}
