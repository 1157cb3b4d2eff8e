package storetest

import (
	"fmt"
	"slices"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/watch"
)

func fairTests() []test {
	return []test{
		{"guilds share the room", fairShare},
		{"guilds that have all they may have hide nobody", fairHidden},
		{"at a host that both watch, nobody waits for another's backlog", fairHost},
		{"hosts that rest hide nobody, however many guilds wait for them", fairResting},
		{"an article that several watch takes the place of one that is not behind", fairArticle},
		{"an article stays in reach whoever leaves it", fairLeft},
		{"guilds share the room for feeds", fairFeeds},
		{"guilds share the room for what they are told", fairAlerts},
		{"a guild that can't be told more now hides nobody", fairSilent},
	}
}

// channelOf is a channel of the nth of many guilds.
func channelOf(n int) alert.Destination {
	return alert.Destination{Guild: fmt.Sprintf("guild-%03d", n), Channel: "1"}
}

// behind gives a guild n articles on hosts of their own, due for a minute.
func (b *bench) behind(d alert.Destination, n int) {
	b.Helper()
	for i := range n {
		b.add(d, url(fmt.Sprintf("%s-%d.example", d.Guild, i), 1))
	}
	b.clock.advance(time.Minute)
}

// leaseIn leases what there is room for, and says for whom.
func (b *bench) leaseIn(room fair.Room) (guilds []string) {
	b.Helper()
	ls, err := b.Lease(b.Context(), room, hold, spacing)
	b.must(err)
	hosts := map[string]bool{}
	for _, l := range ls {
		if !slices.ContainsFunc(l.Watches, func(w watch.Watch) bool { return w.Destination.Guild == l.Guild }) {
			b.Fatalf("%s takes the place of %q, which does not watch it", l.State.URL, l.Guild)
		}
		if host := article.Host(l.State.URL); hosts[host] {
			b.Fatalf("%s was leased twice at once", host)
		} else {
			hosts[host] = true
		}
		guilds = append(guilds, l.Guild)
	}
	slices.Sort(guilds)
	return guilds
}

func fairShare(b *bench) {
	b.behind(here, 90)
	b.add(there, url("lone.example", 1))
	room := fair.NewRoom(4)
	a, o := here.Guild, there.Guild
	b.equal("first", b.leaseIn(room), []string{a, a, a, a, o})
	for _, g := range []string{a, a, a, a, o} {
		room.Enter(g)
	}
	b.equal("with all that they may have", b.leaseIn(room), nil)
	b.add(there, url("lone.example", 2))
	b.add(there, url("other.example", 1))
	room.Leave(a)
	b.equal("one leaves", b.leaseIn(room), []string{a, o})
	b.equal("whoever asks for one", b.leaseIn(fair.Room{Free: 1, Busy: map[string]int{a: 1}}), []string{a})
	b.clock.advance(spacing)
	b.equal("a spacing later", b.leaseIn(fair.Room{Free: 1, Busy: map[string]int{a: 1}}), []string{o})
	b.equal("all that is left", len(b.leaseIn(fair.Room{Free: 100})), 90-4-1-1)
}

func fairHidden(b *bench) {
	busy := map[string]int{}
	for i := range 40 {
		b.behind(channelOf(i), 1)
		busy[channelOf(i).Guild] = 2
	}
	b.add(there, url("lone.example", 1))
	b.equal("with a place", b.leaseIn(fair.Room{Free: 1, Each: 2, Busy: busy}), []string{there.Guild})
}

func fairHost(b *bench) {
	for i := range 200 {
		b.add(here, url("shared.example", i))
	}
	b.clock.advance(time.Minute)
	lone := b.add(there, url("shared.example", 1000))
	room := fair.NewRoom(4)
	for range 3 {
		for _, g := range b.leaseIn(room) {
			room.Enter(g)
		}
		if room.Busy[there.Guild] > 0 {
			b.clock.advance(spacing)
			b.equal("the next", b.leaseIn(room), []string{here.Guild})
			return
		}
		b.clock.advance(spacing)
	}
	b.Fatalf("%s was not leased in three turns of its host", lone.URL)
}

func fairResting(b *bench) {
	for i := range 150 {
		b.add(channelOf(i), url("popular.example", i))
	}
	b.clock.advance(time.Minute)
	room := fair.NewRoom(2)
	b.equal("of the popular host", len(b.leaseIn(room)), 1)
	lone := b.add(there, url("lone.example", 1))
	if got := b.leaseIn(room); !slices.Equal(got, []string{lone.Destination.Guild}) {
		b.Fatalf("leased for %v", got)
	}
	// Each guild's turn comes.
	seen := map[string]bool{}
	for range 150 {
		b.clock.advance(spacing)
		for _, g := range b.leaseIn(fair.Room{Free: 4}) {
			seen[g] = true
		}
	}
	if len(seen) < 145 { // the first leases have ended meanwhile
		b.Fatalf("of 150 guilds %d had their turn", len(seen))
	}
}

func fairArticle(b *bench) {
	b.behind(here, 30)
	shared := b.add(here, url("shared.example", 1))
	b.add(there, shared.URL)
	a, o := here.Guild, there.Guild
	room := fair.Room{Free: 2, Busy: map[string]int{a: 2}}
	b.equal("its place", b.leaseIn(room), []string{a, o})
	for i := range 40 { // of the one that watches little, whoever else came first or last
		b.add(channelOf(i), url("popular.example", 1))
	}
	b.behind(channelOf(0), 30)
	b.clock.advance(hold)
	for range 3 {
		ls, err := b.Lease(b.Context(), fair.Room{Free: 100}, hold, spacing)
		b.must(err)
		for _, l := range ls {
			if l.State.URL == url("popular.example", 1) && l.Guild == channelOf(0).Guild {
				b.Fatalf("%s takes the place of a guild that is behind", l.State.URL)
			}
			if len(l.Watches) == 40 || l.Article == shared.Article {
				b.must(b.Commit(b.Context(), l, visitOnly(l, "same text")))
			}
		}
		b.clock.advance(time.Hour)
	}
}

func fairLeft(b *bench) {
	w := b.add(here, url("a.example", 1))
	other := b.add(there, w.URL)
	l := b.lease()[0]
	b.must(b.Commit(b.Context(), l, visitOnly(l, "same text")))
	reach := func(what string, want ...string) {
		b.Helper()
		b.clock.advance(time.Hour)
		b.equal(what, b.leaseIn(fair.Room{Free: 9}), want)
		b.clock.advance(hold)
	}
	pause := func(w watch.Watch, on bool) {
		b.Helper()
		_, err := b.EditWatch(b.Context(), w.Destination.Guild, w.ID, time.Time{}, func(w *watch.Watch) error { w.Paused = on; return nil })
		b.must(err)
	}
	pause(w, true)
	reach("paused by one", there.Guild)
	pause(w, false)
	pause(other, true)
	reach("paused by the other", here.Guild)
	pause(w, true)
	reach("paused by both")
	pause(other, false)
	_, err := b.RemoveWatch(b.Context(), here.Guild, w.ID)
	b.must(err)
	reach("removed by one", there.Guild)
	b.must(b.Sweep(b.Context()))
	b.add(here, w.URL)
	b.must(b.Forget(b.Context(), there.Guild))
	reach("the other is forgotten", here.Guild)
	b.must(b.Forget(b.Context(), here.Guild))
	reach("both are")
}

func fairFeeds(b *bench) {
	for i := range 50 {
		_, _, err := b.AddFeed(b.Context(), watch.Feed{URL: fmt.Sprintf("https://f%d.example/feed", i), Destination: here})
		b.must(err)
	}
	b.clock.advance(time.Minute)
	_, _, err := b.AddFeed(b.Context(), watch.Feed{URL: "https://f0.example/other", Destination: there})
	b.must(err)
	ls, err := b.LeaseFeeds(b.Context(), fair.NewRoom(2), hold, spacing)
	b.must(err)
	got := map[string]int{}
	for _, l := range ls {
		got[l.Feed.Destination.Guild]++
	}
	if got[here.Guild] != 2 {
		b.Fatalf("leased for %v", got)
	}
	b.clock.advance(spacing)
	room := fair.NewRoom(2)
	room.Enter(here.Guild)
	room.Enter(here.Guild)
	ls, err = b.LeaseFeeds(b.Context(), room, hold, spacing)
	b.must(err)
	if got[there.Guild]+len(ls) != 1 {
		b.Fatalf("leased for %v, then %d", got, len(ls))
	}
}

// told queues an alert for a watch.
func (b *bench) told(w watch.Watch, event int) alert.Delivery {
	b.Helper()
	l := b.leaseOf(w.Article)
	c := visitOnly(l, "an event")
	d := deliveryTo(w, 0, event)
	d.Notice.From, d.Notice.To = 0, 0
	c.Deliveries = []alert.Delivery{d}
	b.must(b.Commit(b.Context(), l, c))
	return d
}

// claimIn claims what there is room for, and says for whom.
func (b *bench) claimIn(room fair.Room, spacing time.Duration) (guilds []string, ds []alert.Delivery) {
	b.Helper()
	ds, err := b.Claim(b.Context(), room, hold, spacing)
	b.must(err)
	for _, d := range ds {
		guilds = append(guilds, d.Destination.Guild)
	}
	slices.Sort(guilds)
	return guilds, ds
}

func fairAlerts(b *bench) {
	a, o := here.Guild, there.Guild
	for _, apart := range []time.Duration{0, apart} {
		for i := range 40 {
			b.told(b.add(alert.Destination{Guild: a, Channel: fmt.Sprint(apart, i)}, url(fmt.Sprintf("h%d.example", i), 1)), 1)
		}
		b.told(b.add(there, url("lone.example", 1)), int(apart)+1)
		b.told(b.add(there, url("lone.example", 2)), int(apart)+1)
		got, ds := b.claimIn(fair.NewRoom(4), apart)
		want := []string{a, a, a, a, o}
		if apart == 0 { // else one of a channel
			want = append(want, o)
		}
		b.equal(fmt.Sprint("first, apart by ", apart), got, want)
		for _, d := range ds {
			b.must(b.Ack(b.Context(), d, "m"))
		}
		b.clock.advance(hold)
		for len(ds) > 0 {
			if _, ds = b.claimIn(fair.Room{Free: 100}, apart); len(ds) > 0 {
				for _, d := range ds {
					b.must(b.Ack(b.Context(), d, "m"))
				}
				b.clock.advance(hold)
			}
		}
	}
}

func fairSilent(b *bench) {
	for i := range 300 { // in a channel that can take but one
		b.told(b.add(here, url("a.example", i)), 1)
	}
	_, ds := b.claimIn(fair.NewRoom(4), apart)
	if len(ds) != 1 {
		b.Fatalf("claimed %d of one channel", len(ds))
	}
	b.clock.advance(spacing)
	b.told(b.add(there, url("lone.example", 1)), 1)
	got, _ := b.claimIn(fair.Room{Free: 1, Each: 4}, apart)
	b.equal("beside one that is told all the time", got, []string{there.Guild})
	b.must(b.Pause(b.Context(), here, time.Hour, "r"))
	b.told(b.add(alert.Destination{Guild: there.Guild, Channel: "other"}, url("lone.example", 2)), 1)
	b.clock.advance(hold)
	for range 3 {
		got, ds = b.claimIn(fair.Room{Free: 1}, 0)
		b.equal("beside one whose channel is paused", got, []string{there.Guild})
		b.must(b.Ack(b.Context(), ds[0], "m"))
		if len(b.health(there.Guild).Routes) == 0 && b.health(there.Guild).Queued == 0 {
			return
		}
	}
}
