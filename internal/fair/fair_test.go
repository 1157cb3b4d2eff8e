package fair_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"erratum/internal/fair"
)

func TestShare(t *testing.T) {
	for _, c := range []struct {
		name string
		room fair.Room
		want string
	}{
		{"nothing is free", fair.Room{Each: 2}, "[]"},
		{"one place goes to who waits longest", fair.Room{Free: 1}, "[{a 1}]"},
		{"places go round", fair.Room{Free: 5}, "[{a 2} {b 2} {c 1}]"},
		{"to those with the fewest first", fair.Room{Free: 2, Busy: map[string]int{"a": 1, "b": 2}}, "[{c 1} {a 1}]"},
		{"an empty room", fair.NewRoom(2), "[{a 2} {b 2} {c 2}]"},
		{"to nobody more than stay free", fair.Room{Free: 5, Each: 9, Busy: map[string]int{"a": 4}}, "[{b 2} {c 2}]"},
		{"no more than a guild may have", fair.Room{Free: 9, Each: 2, Busy: map[string]int{"a": 2, "b": 1}}, "[{c 2} {b 1}]"},
	} {
		waiting := []fair.Waiting{{Guild: "c", Since: 3}, {Guild: "a", Since: 1}, {Guild: "b", Since: 2}}
		if got := fmt.Sprint(c.room.Share(waiting)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestRoom enters and leaves at random: places are kept count of, nobody has more than
// it may, and as long as any place is free who has none finds one.
func TestRoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		each := rapid.IntRange(1, 20).Draw(t, "each")
		room := fair.NewRoom(each)
		inside := map[string]int{}
		for range rapid.IntRange(0, 200).Draw(t, "steps") {
			g := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g"}).Draw(t, "guild")
			if rapid.Bool().Draw(t, "leaves") && inside[g] > 0 {
				room.Leave(g)
				inside[g]--
			} else if room.Open(g) {
				room.Enter(g)
				inside[g]++
			} else if inside[g] < each && !room.Tight() {
				t.Fatalf("%s is shut out, and the room is not tight", g)
			}
			sum, most := 0, 0
			for _, n := range inside {
				sum, most = sum+n, max(most, n)
			}
			if room.Free != fair.Crowd*each-sum || most > each {
				t.Fatalf("%d free with %v inside", room.Free, inside)
			}
			if room.Free > 0 && !room.Open("newcomer") {
				t.Fatalf("no place for a newcomer beside %v", inside)
			}
			if room.Free == 0 && len(room.Busy) == 1 {
				t.Fatal("one guild took everything")
			}
		}
	})
}
