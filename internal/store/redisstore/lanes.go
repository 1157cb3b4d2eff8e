package redisstore

import (
	"context"
	"strconv"
	"time"

	"erratum/internal/alert"
)

// Channels' lanes are kept in one slot, so that one script gives them to a whole claim.
// They keep workers from running into the limits of who shows what they send, nothing
// else: where they can't be asked for, deliveries go out without.

const (
	lanesAhead  = time.Second // how long before it may be sent a delivery is handed out
	lanesWithin = time.Second // how long lanes may take to be asked for, or given back
	deepest     = 4096        // how many due queues are looked at for a channel that doesn't wait
)

func (s *Store) anyLane() string { return s.o.Prefix + "{lanes}" }

func (s *Store) laneKey(channel string) string { return s.anyLane() + ":" + channel }

// lanes are those of one claim. Without a spacing there are none.
type lanes struct {
	hold, spacing time.Duration
	depth         int             // how many due queues of a guild are looked at in a shard; 0: as many as are asked for
	met           map[string]bool // channels that need no further look in this claim
	spent         map[string]bool // guilds that have nothing more to be sent
	vain          map[string]int  // how often a guild was asked in vain
	full          bool            // nothing more is handed out now
}

func newLanes(d, spacing time.Duration) *lanes {
	return &lanes{hold: d / 4, spacing: spacing, met: map[string]bool{}, spent: map[string]bool{}, vain: map[string]int{}}
}

// apply reports whether there are lanes at all.
func (u *lanes) apply() bool { return u.spacing > 0 }

// pick is the head of a queue that is to be claimed, or, while its channel rests, to be
// put off.
type pick struct {
	due
	channel string
	lane    string // token; empty: it needs none
	wait    time.Duration
	rests   int64 // until when, in the store's milliseconds
}

// picks chooses what is claimed of each guild's heads, up to n in all, and asks for the
// lanes of that.
func (s *Store) picks(ctx context.Context, u *lanes, guilds []guildHeads, n int) (out []pick) {
	var all []pick
	first := map[string]int{} // of a channel in all
	var fresh []string
	deeper := false
	for _, g := range guilds {
		found := 0
		for _, h := range g.heads {
			_, _, to := splitMember(h.name)
			p := pick{due: h, channel: to}
			if !u.apply() && found < g.n {
				out = append(out, p)
				found++
			}
			all = append(all, p)
			if _, ok := first[to]; u.apply() && !ok && !u.met[to] && found < g.n {
				first[to] = len(all) - 1
				fresh = append(fresh, to)
				found++
			}
		}
		switch {
		case found > 0 || !u.apply():
		case g.cut && u.depth < deepest: // others may stand behind
			deeper = true
		default:
			u.spent[g.guild] = true
		}
	}
	if deeper {
		u.depth = max(4*u.depth, 4*n)
	}
	if len(fresh) == 0 {
		return out
	}
	token := secret()
	answers := s.askLanes(ctx, u, fresh, n, token)
	for i, to := range fresh {
		u.met[to] = true
		switch a := answers[i]; a.what {
		case "go":
			p := all[first[to]]
			p.lane, p.wait = token, time.Duration(a.n)*time.Millisecond
			out = append(out, p)
		case "rests":
			out = append(out, resting(all, to, a.n)...)
		case "full":
			u.full = true
		}
	}
	return out
}

// resting picks what puts off all that is due in a channel: one queue of each shard.
func resting(all []pick, channel string, until int64) (out []pick) {
	seen := map[int]bool{}
	for _, p := range all {
		if p.channel == channel && !seen[p.shard] {
			seen[p.shard] = true
			p.rests = until
			out = append(out, p)
		}
	}
	return out
}

// said is an answer of lane.lua.
type said struct {
	what string
	n    int64
}

// askLanes asks for channels' lanes. Where that fails all may go.
func (s *Store) askLanes(ctx context.Context, u *lanes, channels []string, n int, token string) []said {
	ctx, cancel := context.WithTimeout(ctx, lanesWithin)
	defer cancel()
	keys := []string{s.anyLane()}
	for _, c := range channels {
		keys = append(keys, s.laneKey(c))
	}
	list, err := s.runOne(ctx, laneScript, false, keys,
		s.clock(), u.hold.Milliseconds(), u.spacing.Milliseconds(), min(lanesAhead, u.hold).Milliseconds(), n, token).StringSlice()
	out := make([]said, len(channels))
	for i := range out {
		if err != nil || 2*i+1 >= len(list) {
			out[i] = said{what: "go"}
			continue
		}
		out[i].what = list[2*i]
		out[i].n, _ = strconv.ParseInt(list[2*i+1], 10, 64)
	}
	return out
}

// endLanes gives those lanes back for which nothing was claimed: others were quicker, or
// the channel is paused.
func (s *Store) endLanes(ctx context.Context, picks []pick, claimed []alert.Delivery) {
	sent := map[string]bool{}
	for _, d := range claimed {
		sent[channel(d.Destination)] = true
	}
	for _, p := range picks {
		if !sent[p.channel] {
			s.endLane(ctx, p.channel, p.lane, alert.Pace{})
		}
	}
}

// endLane gives a channel's lane back, with what its attempt has taught. Nobody waits
// for long when that fails: lanes end by themselves.
func (s *Store) endLane(ctx context.Context, channel, token string, p alert.Pace) {
	if token == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lanesWithin)
	defer cancel()
	_ = s.runOne(ctx, laneEndScript, false, []string{s.anyLane(), s.laneKey(channel)},
		s.clock(), token, p.Rest.Milliseconds(), p.Stop.Milliseconds(), p.More.Milliseconds()).Err()
}
