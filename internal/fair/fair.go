// Package fair shares the places of a crew among guilds, so that one with very much
// slow work delays no other.
//
// A guild has so many places at most, all together several times as many, and nobody
// gets a place who has as many as are free: so places stay free for who comes next,
// however many guilds have all that they may. (These are the dynamic thresholds that
// Choudhury and Hahne gave the queues of a switch's memory, IEEE/ACM Transactions on
// Networking 6(2), 1998.) Whoever has the fewest places is served first, so that guilds
// share what there is alike.
//
// It counts places of one program and keeps nothing: of several programs each is fair
// by itself, and so are all. Start reading at [Room].
package fair

import (
	"cmp"
	"maps"
	"slices"
)

// Crowd is how many times the places of one guild there are for all.
const Crowd = 4

// Room is what a crew can take on. It is not for concurrent use.
type Room struct {
	Free int            // places that are free
	Each int            // places that a guild may have; 0: all, and none stays free for others
	Busy map[string]int // places that each guild has, none of them 0
}

// NewRoom returns the empty room of a crew that works on so many pieces of one guild.
func NewRoom(each int) Room { return Room{Free: Crowd * each, Each: each, Busy: map[string]int{}} }

// Clone returns a room that changes by itself.
func (r Room) Clone() Room {
	r.Busy = maps.Clone(r.Busy)
	if r.Busy == nil {
		r.Busy = map[string]int{}
	}
	return r
}

// Open reports whether a guild may have another place.
func (r *Room) Open(guild string) bool {
	if r.Each == 0 {
		return r.Free > 0
	}
	return r.Busy[guild] < min(r.Each, r.Free)
}

// Enter gives a guild a place, whatever it has.
func (r *Room) Enter(guild string) {
	r.Free--
	r.Busy[guild]++
}

// Leave takes a place back.
func (r *Room) Leave(guild string) {
	r.Free++
	if r.Busy[guild]--; r.Busy[guild] <= 0 {
		delete(r.Busy, guild)
	}
}

// Tight reports whether someone may wait for a place to be left: a guild has all that
// it may have.
func (r *Room) Tight() bool {
	for guild := range r.Busy {
		if !r.Open(guild) {
			return true
		}
	}
	return r.Free <= 0
}

// Width is how many guilds must be looked at, those that wait longest, so that those
// which may have nothing more hide nobody.
func (r *Room) Width() int { return r.Free + len(r.Busy) }

// Waiting is a guild with work.
type Waiting struct {
	Guild string
	Since int64 // when its first piece began to wait, in a unit of the caller's
	Vain  int   // how often it was offered places in vain just now: others come first
}

// Portion is how many places a guild is offered.
type Portion struct {
	Guild string
	N     int
}

// Share offers the free places to guilds that wait, each as if it had work for all:
// whoever has the fewest first, of those the one that waits longest. In this order they
// are to be served, since two may wait for the same thing. Who finds less work than it
// was offered leaves the rest for another look.
func (r *Room) Share(waiting []Waiting) []Portion {
	waiting = slices.Clone(waiting)
	slices.SortFunc(waiting, func(a, b Waiting) int {
		return cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.Guild, b.Guild))
	})
	left, at := r.Clone(), map[string]int{} // at: of a guild in out
	has := func(w Waiting) int { return left.Busy[w.Guild] + w.Vain }
	var out []Portion
	for {
		best := -1
		for i, w := range waiting {
			if left.Open(w.Guild) && (best < 0 || has(w) < has(waiting[best])) {
				best = i
			}
		}
		if best < 0 {
			return out
		}
		guild := waiting[best].Guild
		if _, ok := at[guild]; !ok {
			at[guild] = len(out)
			out = append(out, Portion{Guild: guild})
		}
		left.Enter(guild)
		out[at[guild]].N++
	}
}
