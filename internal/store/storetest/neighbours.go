package storetest

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/watch"
)

// Neighbour is the size of a guild that has far too much to be checked beside small ones.
type Neighbour struct {
	Hosts, PerHost int // articles, all of them slow, and overdue at the beginning
	For            time.Duration
}

// RunNeighbours plays bots that check for several guilds on virtual time, over pages that
// take 5 to 20 seconds: what a small guild's checks are late by beside a neighbour must
// be at most twice what they are late by when it is alone, and the neighbour must get
// nearly as many checks as it gets alone.
func RunNeighbours(t *testing.T, open Open, n Neighbour) {
	big := guildPlay{name: "big", every: 5 * time.Minute, overdue: true, urls: onHosts("big", n.Hosts, n.PerHost)}
	alone := play(t, open, playing{guilds: []guildPlay{big}, bots: 1, length: n.For})
	t.Logf("the neighbour alone: %d checks", alone["big"].checks)
	small := guildPlay{name: "small", every: 5 * time.Minute, urls: onHosts("small", 50, 1)}
	lones := map[string]map[string]*tally{}
	for _, c := range []struct {
		name   string
		big    *guildPlay // nil: big
		small  []guildPlay
		bots   int
		change func(p *player)
	}{
		{name: "50 hosts of its own", small: []guildPlay{small}},
		{name: "two bots", small: []guildPlay{small}, bots: 2},
		{name: "one host of its own", small: []guildPlay{{name: "small", every: 5 * time.Minute, urls: onHosts("small", 1, 50)}}},
		{name: "the neighbour's hosts", small: []guildPlay{{name: "small", every: 5 * time.Minute, urls: beside(big.urls, 50)}}},
		{name: "the neighbour's articles", small: []guildPlay{{name: "small", every: 5 * time.Minute, urls: big.urls[:50]}}},
		{name: "many small guilds", small: many(30, 4)},
		{name: "a neighbour that adds all the time", small: []guildPlay{small}, change: func(p *player) { p.readd("big", 20) }},
		{name: "a neighbour of one host", big: &guildPlay{name: "big", every: 5 * time.Minute, overdue: true, urls: onHosts("big", 1, n.Hosts), quick: true}, small: []guildPlay{small}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bots := max(c.bots, 1)
			big, want := big, alone["big"].checks*bots
			if c.big != nil { // its host can be asked once in a spacing
				big, want = *c.big, int(min(n.For/spacing, time.Duration(len(c.big.urls))))
			}
			key := fmt.Sprint(bots, c.small)
			if lones[key] == nil {
				lones[key] = play(t, open, playing{guilds: c.small, bots: bots, length: n.For})
			}
			lone := lones[key]
			both := play(t, open, playing{guilds: append([]guildPlay{big}, c.small...), bots: bots, length: n.For, change: c.change})
			for _, g := range c.small {
				before, with := lone[g.name], both[g.name]
				if was, is := before.late(.99), with.late(.99); is > 2*max(was, time.Second) {
					t.Errorf("%s's checks are late by %v (p99), %v alone", g.name, is, was)
				}
				if with.checks < before.checks*9/10 {
					t.Errorf("%s got %d checks, %d alone", g.name, with.checks, before.checks)
				}
			}
			if got := both["big"].checks; got < want*9/10 {
				t.Errorf("the neighbour got %d checks, want about %d", got, want)
			}
			t.Logf("p99 late by %v, alone by %v; the neighbour got %d checks", both[c.small[0].name].late(.99), lone[c.small[0].name].late(.99), both["big"].checks)
		})
	}
}

// RunAlerts plays bots that tell guilds of changes on virtual time, a quarter of a second
// for each: an alert of a small guild must take at most twice as long beside a neighbour
// for whom so many wait as when it is alone, whatever the channels they wait for.
func RunAlerts(t *testing.T, open Open, waiting int) {
	for _, c := range []struct {
		name     string
		channels int
		apart    time.Duration
	}{
		{"many channels", 200, 0}, {"many channels with lanes", 200, apart}, {"one channel with lanes", 1, apart},
	} {
		t.Run(c.name, func(t *testing.T) {
			lone, _ := tellAll(t, open, 0, c.channels, c.apart)
			slow, told := tellAll(t, open, waiting, c.channels, c.apart)
			if slow > 2*lone {
				t.Errorf("an alert took %v beside a neighbour, %v alone", slow, lone)
			}
			if want := 8 * 4 * int(tellFor/time.Second) * 8 / 10; c.channels > 1 && told < min(want, waiting) {
				t.Errorf("the neighbour was told %d, want about %d", told, min(want, waiting))
			}
			t.Logf("p99 %v, alone %v; the neighbour was told %d", slow, lone, told)
		})
	}
}

// tellFor is how long is told.
const tellFor = 40 * time.Second

// tellAll tells a neighbour of what waits, and a small guild of a change every few seconds.
// It returns how long that guild's alerts took (p99), and how many the neighbour was told.
func tellAll(t *testing.T, open Open, waiting, channels int, apart time.Duration) (took time.Duration, told int) {
	t.Helper()
	p := &player{bench: newBench(t, open), rng: rand.New(rand.NewPCG(3, 4))}
	for i := range waiting {
		p.told(p.add(alert.Destination{Guild: "big", Channel: fmt.Sprint(i % channels)}, url(fmt.Sprintf("h%d.example", i), 1)), 1)
	}
	var small []watch.Watch
	for i := range 20 {
		small = append(small, p.add(alert.Destination{Guild: "small", Channel: fmt.Sprint(i)}, url(fmt.Sprintf("s%d.example", i), 1)))
	}
	begin, made, delays := p.clock.now(), map[string]time.Time{}, tally{}
	room := fair.NewRoom(playWorkers)
	var look func()
	look = func() {
		ds, err := p.Claim(p.Context(), room, hold, apart)
		p.must(err)
		for _, d := range ds {
			room.Enter(d.Destination.Guild)
			p.after(d.Wait+250*time.Millisecond, func() {
				p.must(p.Ack(p.Context(), d, "m"))
				if d.Destination.Guild == "big" {
					told++
				} else {
					delays.lates = append(delays.lates, p.clock.now().Sub(made[d.ID]))
				}
				room.Leave(d.Destination.Guild)
				look()
			})
		}
	}
	p.every(time.Second, 0, look)
	n := 0
	p.every(1700*time.Millisecond, time.Second, func() {
		w := small[n%len(small)]
		l, err := p.LeaseNow(p.Context(), w.Article, hold, 0)
		p.must(err)
		c := visitOnly(l, "an event")
		d := deliveryTo(w, 0, 100+n)
		d.Notice.From, d.Notice.To = 0, 0
		c.Deliveries = []alert.Delivery{d}
		made[d.ID] = p.clock.now()
		p.must(p.Commit(p.Context(), l, c))
		n++
	})
	p.until(begin.Add(tellFor))
	return delays.late(.99), told
}

// guildPlay is a guild of a play, and what it watches.
type guildPlay struct {
	name    string
	urls    []string
	every   time.Duration
	overdue bool // all is due at the beginning
	quick   bool // its pages come at once
}

func onHosts(name string, hosts, perHost int) (urls []string) {
	for i := range perHost {
		for h := range hosts {
			urls = append(urls, url(fmt.Sprintf("%s-%d.example", name, h), i))
		}
	}
	return urls
}

// beside are other articles of the same hosts.
func beside(urls []string, n int) (out []string) {
	for _, u := range urls[:n] {
		out = append(out, url(article.Host(u), 1000))
	}
	return out
}

func many(guilds, perGuild int) (out []guildPlay) {
	for i := range guilds {
		name := fmt.Sprintf("small-%02d", i)
		out = append(out, guildPlay{name: name, every: 5 * time.Minute, urls: onHosts(name, perGuild, 1)})
	}
	return out
}

// playing is what is played.
type playing struct {
	guilds []guildPlay
	bots   int
	length time.Duration
	change func(p *player) // once a minute
}

// tally is what a guild got.
type tally struct {
	checks int
	lates  []time.Duration
}

// late is a quantile of how late its checks were.
func (t *tally) late(q float64) time.Duration {
	slices.Sort(t.lates)
	if len(t.lates) == 0 {
		return 0
	}
	return t.lates[min(int(q*float64(len(t.lates))), len(t.lates)-1)]
}

// player steps bots through virtual time: a tick a second, and the end of each check.
type player struct {
	*bench
	rng    *rand.Rand
	what   playing
	got    map[string]*tally
	watch  map[string]watch.Watch // by guild and address
	bots   []*playedBot
	events playEvents
	asked  map[string]time.Time // hosts, when they were asked last
}

type playedBot struct {
	store Store
	room  fair.Room
	tight bool
}

type playEvent struct {
	at    time.Time
	order int // of events at the same time
	do    func()
}

type playEvents []playEvent

func (e playEvents) Len() int { return len(e) }
func (e playEvents) Less(i, j int) bool {
	if c := e[i].at.Compare(e[j].at); c != 0 {
		return c < 0
	}
	return e[i].order < e[j].order
}
func (e playEvents) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *playEvents) Push(x any)   { *e = append(*e, x.(playEvent)) }
func (e *playEvents) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// playWorkers is how many checks of one guild a bot makes at a time.
const playWorkers = 8

func play(t *testing.T, open Open, what playing) map[string]*tally {
	t.Helper()
	p := &player{
		bench: newBench(t, open), what: what, rng: rand.New(rand.NewPCG(1, 2)), got: map[string]*tally{},
		watch: map[string]watch.Watch{}, asked: map[string]time.Time{},
	}
	p.populate()
	begin := p.clock.now()
	for i := range what.bots {
		b := &playedBot{store: p.Store, room: fair.NewRoom(playWorkers)}
		if i > 0 {
			b.store = p.open(nil)
		}
		p.bots = append(p.bots, b)
		p.every(time.Second, time.Duration(i)*time.Second/time.Duration(what.bots), func() { p.look(b) })
	}
	if what.change != nil {
		p.every(time.Minute, 0, func() { what.change(p) })
	}
	p.until(begin.Add(what.length))
	return p.got
}

// until lets what is to happen until a time happen.
func (p *player) until(end time.Time) {
	for p.events[0].at.Before(end) {
		e := heap.Pop(&p.events).(playEvent)
		p.clock.ms.Store(e.at.UnixMilli())
		e.do()
	}
}

// populate makes the watches: those of small guilds spread over their interval, those of
// the others ten minutes overdue.
func (p *player) populate() {
	for _, g := range p.what.guilds {
		p.got[g.name] = &tally{}
		for _, u := range g.urls {
			p.watch[g.name+u] = p.add(alert.Destination{Guild: g.name, Channel: "1"}, u)
		}
	}
	p.clock.advance(10 * time.Minute)
	for _, g := range p.what.guilds {
		for _, u := range g.urls {
			if g.overdue {
				break
			}
			l := p.leaseOf(p.watch[g.name+u].Article)
			c := visitOnly(l, "same text")
			c.Due = l.Now.Add(time.Minute + time.Duration(p.rng.Int64N(int64(g.every))))
			p.must(p.Commit(p.Context(), l, c))
		}
	}
}

// after has something done later.
func (p *player) after(d time.Duration, do func()) {
	heap.Push(&p.events, playEvent{at: p.clock.now().Add(d), order: len(p.events), do: do})
}

// every has something done again and again.
func (p *player) every(d, first time.Duration, do func()) {
	p.after(first, func() {
		p.every(d, d, do)
		do()
	})
}

// look leases what there is room for and checks it, as a scheduler does.
func (p *player) look(b *playedBot) {
	ls, err := b.store.Lease(p.Context(), b.room, 2*time.Minute, spacing)
	p.must(err)
	for _, l := range ls {
		host := article.Host(l.State.URL)
		if last, ok := p.asked[host]; ok && l.Now.Sub(last) < spacing {
			p.Fatalf("%s was asked again after %v", host, l.Now.Sub(last))
		}
		p.asked[host] = l.Now
		p.count(l)
		b.room.Enter(l.Guild)
		p.after(p.takes(l.Guild), func() { p.end(b, l) })
	}
	b.tight = b.room.Tight()
}

// takes is how long a page takes.
func (p *player) takes(guild string) time.Duration {
	for _, g := range p.what.guilds {
		if g.name == guild && g.quick {
			return 100 * time.Millisecond
		}
	}
	return 5*time.Second + time.Duration(p.rng.Int64N(int64(15*time.Second)))
}

// count counts a check for all who watch the article; how late it is for those that
// would have it so often.
func (p *player) count(l watch.Lease) {
	for _, w := range l.Watches {
		g := p.got[w.Destination.Guild]
		g.checks++
		g.lates = append(g.lates, l.Now.Sub(l.Due))
	}
}

// end ends a check: the page shows the same text.
func (p *player) end(b *playedBot, l watch.Lease) {
	c := visitOnly(l, "same text")
	every := p.what.guilds[0].every
	c.Due = p.clock.now().Add(every + time.Duration(p.rng.Int64N(int64(every/20))))
	if err := b.store.Commit(p.Context(), l, c); err != nil && p.what.change == nil {
		p.must(err)
	}
	b.room.Leave(l.Guild)
	if b.tight {
		p.look(b)
	}
}

// readd has a guild add some of its watches again, which makes them due at once.
func (p *player) readd(guild string, n int) {
	for _, g := range p.what.guilds {
		for range n {
			if g.name == guild {
				p.add(alert.Destination{Guild: guild, Channel: "1"}, g.urls[p.rng.IntN(len(g.urls))])
			}
		}
	}
}
