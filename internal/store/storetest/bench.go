package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/report"
	"erratum/internal/watch"
)

// The suite's usual times and places.
const (
	hold    = time.Minute // of a lease or claim
	spacing = time.Second // of a host
)

var (
	here  = alert.Destination{Guild: "guild-a", Channel: "channel-1"}
	next  = alert.Destination{Guild: "guild-a", Channel: "channel-2"}
	there = alert.Destination{Guild: "guild-b", Channel: "channel-9"}
)

// clock is a store's clock that only a test moves.
type clock struct{ ms atomic.Int64 }

func (c *clock) now() time.Time          { return time.UnixMilli(c.ms.Load()).UTC() }
func (c *clock) advance(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// bench is a workplace of one test: an open store, its clock, and short words for
// what tests do often. Its methods end the test when the store fails.
type bench struct {
	*testing.T
	Store
	clock  *clock
	open   func(func(*Options)) Store // another store on the same data
	reopen func()                     // closes and opens Store
}

func newBench(t *testing.T, open Open) *bench {
	c := new(clock)
	c.ms.Store(time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC).UnixMilli())
	b := &bench{T: t, clock: c}
	options := Options{Dir: t.TempDir(), Now: c.now, KeepPages: "last", Undo: 10 * time.Minute}
	b.open = func(change func(*Options)) Store {
		o := options
		if change != nil {
			change(&o)
		}
		s := open(t, o)
		t.Cleanup(func() { b.must(s.Close()) })
		return s
	}
	b.Store = open(t, options)
	t.Cleanup(func() { b.must(b.Store.Close()) })
	b.reopen = func() {
		b.must(b.Store.Close())
		b.Store = open(t, options)
	}
	return b
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) wantErr(err, want error) {
	b.Helper()
	if !errors.Is(err, want) {
		b.Fatalf("got error %v, want %v", err, want)
	}
}

// url is the address of the nth article of a host.
func url(host string, n int) string { return fmt.Sprintf("https://%s/story/%d", host, n) }

// add watches an address.
func (b *bench) add(d alert.Destination, url string) watch.Watch {
	b.Helper()
	w, _, err := b.AddWatch(b.Context(), watch.Watch{URL: url, Destination: d, Alerts: alert.Facts, Schedule: "adaptive", Creator: "user-1"})
	b.must(err)
	return w
}

// lease takes all that is due now.
func (b *bench) lease() []watch.Lease {
	b.Helper()
	ls, err := b.Lease(b.Context(), fair.Room{Free: 100}, hold, spacing)
	b.must(err)
	return ls
}

// leaseOf takes one article, whatever its due time, when its host is free.
func (b *bench) leaseOf(articleID string) watch.Lease {
	b.Helper()
	b.clock.advance(spacing)
	l, err := b.LeaseNow(b.Context(), articleID, hold, spacing)
	b.must(err)
	return l
}

// sample is an article of a few hundred words that says which edit it is at.
func sample(url string, edit int) *article.Article {
	a := &article.Article{
		URL: url, Site: "The Harbour Post", Headline: fmt.Sprintf("Council votes on ferry fares, take %d", edit),
		Bylines: []string{"Ada Quill"}, Published: time.Date(2026, 3, 14, 7, 30, 0, 0, time.UTC), Language: "en", Extractor: "test/1",
		Blocks: []article.Block{{Role: article.Lede, Text: fmt.Sprintf("The council raised ferry fares by %d percent on Saturday.", 3+edit)}},
	}
	for i := range 20 {
		a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: fmt.Sprintf(
			"Paragraph %d: %s residents of pier %d said “the boats run late”, while the harbour office counted %d crossings.",
			i, strings.Repeat("on most mornings ", i%4), i*7%11, 1000+i*37)})
	}
	return a
}

// commitOf says what a check of a leased article found, to be changed by a test: a new
// revision that nobody is told of.
func commitOf(l watch.Lease, edit int) watch.Commit {
	a := sample(l.State.URL, edit)
	st := l.State
	st.Last++
	st.Title, st.Site, st.LastDigest, st.Extractor, st.LastGood = a.Headline, a.Site, a.Digest(), a.Extractor, l.Now
	label := article.Changed
	if st.Last == 1 {
		label, st.FirstSeen = article.Baseline, l.Now
	}
	return watch.Commit{
		State: st,
		Revision: &article.Revision{
			Number: st.Last, Label: label, Seen: l.Now, Fetches: 2, Status: 200, Digest: a.Digest(),
			PageDigest: strings.Repeat("ab", 32), Validators: article.Validators{ETag: fmt.Sprintf(`"e%d"`, edit)}, Article: a,
		},
		Visit:  watch.Visit{At: l.Now, Outcome: watch.OutChanged, Reason: fmt.Sprintf("edit %d", edit), Revision: st.Last, Digest: a.Digest()},
		Due:    l.Now.Add(time.Hour),
		Told:   map[string]int{},
		Judged: map[string]int{},
	}
}

// visitOnly is a commit that found nothing new.
func visitOnly(l watch.Lease, reason string) watch.Commit {
	return watch.Commit{
		State: l.State,
		Visit: watch.Visit{At: l.Now, Outcome: watch.OutUnchanged, Reason: reason, Revision: l.State.Last},
		Due:   l.Now.Add(time.Hour),
	}
}

// tell adds to a commit that every watch hears of its revision.
func tell(l watch.Lease, c *watch.Commit) {
	for _, w := range l.Watches {
		c.Told[w.ID], c.Judged[w.ID] = c.State.Last, c.State.Last
		if w.Told == 0 {
			continue
		}
		c.Changes = append(c.Changes, watch.Change{From: w.Told, To: c.State.Last, Report: reportOf(w.Told, c.State.Last)})
		c.Deliveries = append(c.Deliveries, deliveryTo(w, w.Told, c.State.Last))
	}
}

// reportOf is a report that can be told from others.
func reportOf(from, to int) *report.Report {
	return &report.Report{Outcome: report.Changed, Severity: report.Major, Announced: report.AnnouncedNo, Reason: fmt.Sprintf("from %d to %d", from, to)}
}

// deliveryTo tells a watch of a change.
func deliveryTo(w watch.Watch, from, to int) alert.Delivery {
	return alert.Delivery{
		ID:    alert.DeliveryID(w.ID, alert.Change, fmt.Sprint(from), fmt.Sprint(to), int64(to)),
		Watch: w.ID, Destination: w.Destination,
		Notice: alert.Notice{
			Kind: alert.Change, From: from, To: to, Summary: fmt.Sprintf("Fares: **%d** → **%d** percent", from, to),
			Subject: alert.Subject{Article: w.Article, URL: w.URL, Headline: "Council votes on ferry fares"},
		},
	}
}

// revise leases an article and commits its next revision, told to all its watches.
func (b *bench) revise(articleID string) watch.Commit {
	b.Helper()
	l := b.leaseOf(articleID)
	c := commitOf(l, l.State.Last+1)
	tell(l, &c)
	b.must(b.Commit(b.Context(), l, c))
	return c
}

// equal compares what two values say as JSON, so that a time is the same in any zone.
func (b *bench) equal(what string, got, want any) {
	b.Helper()
	if diff := cmp.Diff(b.text(want), b.text(got)); diff != "" {
		b.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

func (b *bench) text(v any) string {
	b.Helper()
	out, err := json.MarshalIndent(v, "", " ")
	b.must(err)
	return string(out)
}

// picture is all that can be read of some articles and of the suite's guilds: two
// equal pictures mean that nothing was written between them.
func (b *bench) picture(articles ...string) string {
	b.Helper()
	var all []any
	see := func(v any, err error) {
		b.Helper()
		if err != nil && !errors.Is(err, watch.ErrNotFound) {
			b.Fatal(err)
		}
		all = append(all, v, err != nil)
	}
	ctx := b.Context()
	for _, id := range articles {
		st, err := b.State(ctx, id)
		see(st, err)
		due, err := b.Due(ctx, id)
		see(due, err)
		revs, err := b.Revisions(ctx, id, 1, 1000)
		see(revs, err)
		visits, err := b.Visits(ctx, id)
		see(visits, err)
		page, err := b.Page(ctx, id, 0)
		see(len(page), err)
		for from := range st.Last + 1 {
			r, err := b.Change(ctx, id, from, st.Last, "")
			see(r, err)
		}
	}
	for _, guild := range []string{here.Guild, there.Guild} {
		ws, err := b.Watches(ctx, guild)
		see(ws, err)
		h, err := b.Health(ctx, guild)
		see(h, err)
		fs, err := b.Feeds(ctx, guild)
		see(fs, err)
	}
	return b.text(all)
}

// unchanged fails when anything was written since the picture was taken.
func (b *bench) unchanged(before string, articles ...string) {
	b.Helper()
	if diff := cmp.Diff(before, b.picture(articles...)); diff != "" {
		b.Fatalf("something was written (-before +after):\n%s", diff)
	}
}

// claim takes all deliveries that may be sent now.
func (b *bench) claim() []alert.Delivery {
	b.Helper()
	ds, err := b.Claim(b.Context(), fair.Room{Free: 100}, hold, 0)
	b.must(err)
	return ds
}

// deliver sends all that can be sent until nothing is left, and returns the
// revisions told in order.
func (b *bench) deliver() (told []int) {
	b.Helper()
	for {
		ds := b.claim()
		if len(ds) == 0 {
			return told
		}
		for _, d := range ds {
			told = append(told, d.Notice.To)
			b.must(b.Ack(b.Context(), d, "message "+d.ID))
		}
	}
}

// guildWatch reads a watch that must be there.
func (b *bench) guildWatch(guild, id string) watch.Watch {
	b.Helper()
	w, err := b.Watch(b.Context(), guild, id)
	b.must(err)
	return w
}

// health reads a guild's health.
func (b *bench) health(guild string) watch.Health {
	b.Helper()
	h, err := b.Health(b.Context(), guild)
	b.must(err)
	return h
}
