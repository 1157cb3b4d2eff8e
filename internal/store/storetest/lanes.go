package storetest

import (
	"fmt"
	"time"

	"erratum/internal/alert"
	"erratum/internal/fair"
	"erratum/internal/watch"
)

func laneTests() []test {
	return []test{
		{"of a channel one delivery is out at a time, whoever asks", laneHeld},
		{"a claim that ended gives its channel's lane back", laneStale},
		{"a lane ends by itself when its worker died", laneDead},
		{"a channel that rests is sent nothing, and then what came first", laneRests},
		{"all channels rest", laneAllRest},
		{"deliveries to all channels are spaced, and no more are handed out than fit", laneSpaced},
		{"a channel that waits hides no other", laneHides},
		{"a paused channel's lane is nobody's", lanePaused},
	}
}

// apart is how far apart deliveries are sent in these tests.
const apart = 25 * time.Millisecond

// oneEach claims up to n deliveries, one for each channel, and checks for which channels they are.
func (b *bench) oneEach(s Store, n int, want ...alert.Destination) []alert.Delivery {
	b.Helper()
	ds, err := s.Claim(b.Context(), fair.Room{Free: n}, hold, apart)
	b.must(err)
	got := make([]alert.Destination, 0, len(ds))
	for _, d := range ds {
		got = append(got, d.Destination)
	}
	b.equal("claimed for", got, append([]alert.Destination{}, want...))
	return ds
}

func laneHeld(b *bench) {
	other := b.open(nil)
	b.queue(here, "a.example", 2)
	b.clock.advance(time.Second)
	b.queue(next, "b.example", 2)
	b.clock.advance(time.Second)
	b.queue(here, "c.example", 3)
	ds := b.oneEach(b.Store, 9, here, next)
	b.oneEach(other, 9)
	b.must(b.Ack(b.Context(), ds[0], "m"))
	second := b.oneEach(other, 9, here)
	b.oneEach(b.Store, 9)
	b.must(other.Retry(b.Context(), second[0], 0, "r"))
	third := b.oneEach(b.Store, 9, here)
	if third[0].ID != second[0].ID {
		b.Fatalf("claimed %+v, want the same again", third[0])
	}
	b.must(b.Bury(b.Context(), third[0], "r"))
	fourth := b.oneEach(other, 9, here)
	b.must(other.Ack(b.Context(), fourth[0], "m"))
	b.oneEach(other, 9)
	// Who knows of no lanes is handed out what is there.
	b.queue(next, "d.example", 2)
	b.claimOne()
}

func laneStale(b *bench) {
	w := b.queue(here, "a.example", 2)
	b.queue(here, "b.example", 2)
	ds := b.oneEach(b.Store, 9, here)
	if ds[0].Watch != w.ID {
		w = b.guildWatch(here.Guild, ds[0].Watch)
	}
	_, err := b.RemoveWatch(b.Context(), here.Guild, w.ID)
	b.must(err)
	b.wantErr(b.Ack(b.Context(), ds[0], "m"), alert.ErrStale)
	b.oneEach(b.Store, 9, here)
}

func laneDead(b *bench) {
	b.queue(here, "a.example", 2)
	b.queue(here, "b.example", 2)
	dead := b.oneEach(b.Store, 9, here)
	b.clock.advance(hold/4 - time.Millisecond)
	b.oneEach(b.Store, 9)
	b.clock.advance(time.Millisecond)
	ds := b.oneEach(b.Store, 9, here)
	// It was not dead but slow: the lane is another's now.
	b.must(b.Ack(b.Context(), dead[0], "m"))
	b.queue(here, "c.example", 2)
	b.oneEach(b.Store, 9)
	b.must(b.Ack(b.Context(), ds[0], "m"))
	b.oneEach(b.Store, 9, here)
}

func laneRests(b *bench) {
	var want []string
	for page := range 5 { // of one host: hosts may take turns
		want = append(want, b.changed(here, page).ID)
	}
	var got []string
	for range want {
		ds := b.oneEach(b.Store, 9, here)
		got = append(got, ds[0].Watch)
		ds[0].Pace.Rest = 10 * time.Second
		b.must(b.Ack(b.Context(), ds[0], "m"))
		b.oneEach(b.Store, 9)
		b.clock.advance(10*time.Second - time.Millisecond)
		b.oneEach(b.open(nil), 9)
		b.clock.advance(11 * time.Millisecond) // what was put off comes one after the other
	}
	b.equal("order", got, want)
	b.oneEach(b.Store, 9)
}

func laneAllRest(b *bench) {
	b.queue(here, "a.example", 2)
	b.queue(next, "b.example", 2)
	b.queue(there, "c.example", 2)
	ds, err := b.Claim(b.Context(), fair.Room{Free: 1}, hold, apart)
	b.must(err)
	ds[0].Pace.Stop = time.Minute
	b.must(b.Retry(b.Context(), ds[0], 0, "Discord asks to wait"))
	b.oneEach(b.Store, 9)
	b.clock.advance(time.Minute - handedOutAhead - time.Millisecond)
	b.oneEach(b.open(nil), 9)
	b.clock.advance(handedOutAhead + time.Millisecond)
	if ds, err = b.Claim(b.Context(), fair.Room{Free: 9}, hold, apart); err != nil || len(ds) != 3 {
		b.Fatalf("after the rest: %d claimed, %v", len(ds), err)
	}
}

// handedOutAhead is how long before it may be sent a delivery is handed out.
const handedOutAhead = time.Second

func laneSpaced(b *bench) {
	const channels = 60
	for i := range channels {
		b.queue(alert.Destination{Guild: "guild-a", Channel: fmt.Sprint(i)}, fmt.Sprintf("h%d.example", i), 2)
	}
	stores := []Store{b.Store, b.open(nil), b.open(nil)}
	var out []alert.Delivery
	for i := 0; ; i++ {
		ds, err := stores[i%3].Claim(b.Context(), fair.Room{Free: 7}, hold, apart)
		b.must(err)
		if len(ds) == 0 {
			break
		}
		out = append(out, ds...)
	}
	if want := int(handedOutAhead/apart) + 1; len(out) != want {
		b.Fatalf("%d deliveries within a second, want %d", len(out), want)
	}
	for i, d := range out {
		if want := time.Duration(i) * apart; d.Wait != want {
			b.Fatalf("delivery %d waits %v, want %v", i, d.Wait, want)
		}
	}
	// What is not sent is left to others.
	out[1].Pace.More = -apart
	b.must(b.Hold(b.Context(), out[1], time.Hour, "quiet hours"))
	if ds, err := b.Claim(b.Context(), fair.Room{Free: 9}, hold, apart); err != nil || len(ds) != 1 {
		b.Fatalf("%d claimed after one was held, %v", len(ds), err)
	}
	// What an attempt takes besides is everybody's time, too.
	out[0].Pace.More = 3 * apart
	b.must(b.Ack(b.Context(), out[0], "m"))
	b.clock.advance(4 * apart)
	ds, err := b.Claim(b.Context(), fair.Room{Free: 9}, hold, apart)
	b.must(err)
	if len(ds) != 1 {
		b.Fatalf("%d claimed after four spacings of which three were spent, want 1", len(ds))
	}
}

// changed makes a watch of a page of one host, with a delivery.
func (b *bench) changed(d alert.Destination, page int) watch.Watch {
	b.Helper()
	w := b.add(d, url("a.example", page))
	b.revise(w.Article)
	b.revise(w.Article)
	return w
}

func laneHides(b *bench) {
	for page := range 150 {
		b.changed(here, page)
	}
	b.changed(next, 150)
	ds := b.oneEach(b.Store, 2, here, next)
	b.must(b.Ack(b.Context(), ds[1], "m"))
	b.changed(there, 151)
	b.oneEach(b.Store, 2, there)
	ds[0].Pace.Rest = 5 * time.Second
	b.must(b.Ack(b.Context(), ds[0], "m"))
	b.changed(next, 152)
	b.oneEach(b.Store, 1, next)
	b.clock.advance(5 * time.Second)
	b.oneEach(b.Store, 2, here)
}

func lanePaused(b *bench) {
	b.queue(here, "a.example", 2)
	b.must(b.Pause(b.Context(), here, time.Hour, "r"))
	b.oneEach(b.Store, 9)
	b.must(b.Pause(b.Context(), here, 0, ""))
	b.oneEach(b.Store, 9, here)
}
