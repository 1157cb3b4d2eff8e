package storetest

import (
	"fmt"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/watch"
)

func moveTests() []test {
	return []test{
		{"to a new address with all that its watches need", moveNew},
		{"to an article with a history of its own", moveJoin},
		{"a channel that watches both keeps one watch", moveDouble},
		{"to an article that was not read yet", moveUnread},
		{"repeating it changes nothing", moveRepeated},
		{"the old address leads to the new one", moveAlias},
		{"back to where it came from", moveBack},
		{"waiting deliveries follow, with their reports", moveDeliveries},
		{"removed watches follow and can be restored", moveRemoved},
	}
}

// move leases an article and moves it.
func (b *bench) move(articleID, to string) string {
	b.Helper()
	id, err := b.Move(b.Context(), b.leaseOf(articleID), to)
	b.must(err)
	return id
}

func moveNew(b *bench) {
	ctx := b.Context()
	w := b.add(here, url("old.example", 1))
	var revs []article.Revision
	for range 21 { // past a keyframe
		revs = append(revs, *b.revise(w.Article).Revision)
	}
	late := b.add(there, w.URL) // starts at 21
	l := b.leaseOf(w.Article)
	c := commitOf(l, 22)
	c.State.Open = []watch.OpenChange{{Revision: 3}, {Revision: 21, Noted: 22, Seen: b.clock.now()}, {Revision: 22, Changes: []report.Change{{Severity: report.Major}}}}
	c.State.Past = []watch.PastText{{Digest: "gone", Revision: 2}, {Digest: "kept", Revision: 21}}
	c.State.Crossings = []int{4, 21, 22}
	c.State.Validators.ETag = `"old server"`
	c.Changes = []watch.Change{{From: 21, To: 22, Report: reportOf(21, 22)}, {From: 21, To: 22, Choices: "c1", Report: reportOf(1, 1)}}
	c.Page = []byte("the page")
	b.must(b.Commit(ctx, l, c))
	b.deliver()

	id := b.move(w.Article, url("new.example", 1))
	if id != article.ID(url("new.example", 1)) {
		b.Fatalf("moved to %s", id)
	}
	st, err := b.State(ctx, id)
	b.must(err)
	// The oldest revision told is 21: it is 1 now, and 22 is 2.
	want := c.State
	want.ID, want.URL, want.MovedFrom, want.Last, want.Validators = id, url("new.example", 1), w.Article, 2, article.Validators{}
	want.Crossings = []int{2}
	want.Open, want.Past = []watch.OpenChange{{Revision: 1, Noted: 2, Seen: c.State.Open[1].Seen}, {Revision: 2, Changes: c.State.Open[2].Changes}}, []watch.PastText{{Digest: "kept", Revision: 1}}
	b.equal("state", st, want)
	for n, want := range map[int]article.Revision{1: revs[20], 2: *c.Revision} {
		got, err := b.Revision(ctx, id, n)
		b.must(err)
		want.Number = n
		b.equal("revision", got, want)
	}
	rep, err := b.Change(ctx, id, 1, 2, "")
	b.must(err)
	b.equal("report", rep, reportOf(21, 22))
	rep, err = b.Change(ctx, id, 1, 2, "c1")
	b.must(err)
	b.equal("report of choices", rep, reportOf(1, 1))
	if got := b.guildWatch(here.Guild, w.ID); got.Article != id || got.URL != url("new.example", 1) || got.First != 1 || got.Told != 1 || got.Judged != 1 {
		b.Fatalf("watch: %+v", got)
	}
	if got := b.guildWatch(there.Guild, late.ID); got.First != 1 || got.Told != 1 {
		b.Fatalf("later watch: %+v", got)
	}
	visits, err := b.Visits(ctx, id)
	b.must(err)
	if len(visits) != 22 || b.page(b.Store, id, 2) != "the page" {
		b.Fatalf("%d visits came along", len(visits))
	}
	for range 18 { // the chain of deltas goes on
		revs = append(revs, *b.revise(id).Revision)
	}
	for n := 3; n <= 20; n++ {
		got, err := b.Revision(ctx, id, n)
		b.must(err)
		b.equal("later revision", got, revs[n+18])
	}
}

func moveJoin(b *bench) {
	ctx := b.Context()
	w := b.add(here, url("old.example", 1))
	other := b.add(there, url("new.example", 1))
	for range 5 {
		b.revise(w.Article)
	}
	for range 2 {
		b.revise(other.Article)
	}
	b.deliver()
	b.clock.advance(time.Minute)
	b.equal("moved to", b.move(w.Article, other.URL), other.Article)
	st, err := b.State(ctx, other.Article)
	b.must(err)
	if st.Last != 2 || st.MovedFrom != w.Article {
		b.Fatalf("state: %+v", st)
	}
	if got := b.guildWatch(here.Guild, w.ID); got.Article != other.Article || got.First != 2 || got.Told != 2 || got.Judged != 2 {
		b.Fatalf("watch that joined: %+v", got)
	}
	if got := b.guildWatch(there.Guild, other.ID); got.First != 1 || got.Told != 2 {
		b.Fatalf("watch that was there: %+v", got)
	}
	b.clock.advance(spacing)
	ls := b.lease()
	if len(ls) != 1 || ls[0].Article != other.Article || len(ls[0].Watches) != 2 {
		b.Fatalf("due after the move: %+v", ls)
	}
	if h := b.health(here.Guild); h.Articles != 1 {
		b.Fatalf("health: %+v", h)
	}
}

func moveDouble(b *bench) {
	ctx := b.Context()
	w := b.add(here, url("old.example", 1))
	keep := b.add(here, url("new.example", 1))
	for range 3 {
		b.revise(w.Article)
		b.revise(keep.Article)
	}
	b.move(w.Article, keep.URL)
	ws, err := b.Watches(ctx, here.Guild)
	b.must(err)
	if len(ws) != 1 || ws[0].ID != keep.ID || ws[0].Told != 3 {
		b.Fatalf("watches: %+v", ws)
	}
	var got []string
	for ds := b.claim(); len(ds) > 0; ds = b.claim() {
		for _, d := range ds {
			if d.Watch != keep.ID || d.Notice.Report == nil {
				b.Fatalf("delivery %+v", d)
			}
			got = append(got, fmt.Sprint(d.Notice.Subject.Article == keep.Article, d.Notice.To))
			b.must(b.Ack(ctx, d, "m"))
		}
	}
	b.equal("what waited for both", got, []string{"false 2", "true 2", "false 3", "true 3"})
}

func moveUnread(b *bench) {
	ctx := b.Context()
	w := b.add(here, url("old.example", 1))
	for range 3 {
		b.revise(w.Article)
	}
	b.deliver()
	same := b.add(here, url("new.example", 1))
	fresh := b.add(there, url("new.example", 1))
	held := b.leaseOf(same.Article) // somebody is just reading it
	id := b.move(w.Article, same.URL)
	b.wantErr(b.Commit(ctx, held, commitOf(held, 1)), watch.ErrWatchesChanged)
	st, err := b.State(ctx, id)
	b.must(err)
	if st.Last != 1 || st.MovedFrom != w.Article {
		b.Fatalf("state: %+v", st)
	}
	ws, err := b.Watches(ctx, here.Guild)
	b.must(err)
	if len(ws) != 1 || ws[0].ID != same.ID || ws[0].Told != 1 || ws[0].First != 1 {
		b.Fatalf("watches of the channel that watched both: %+v", ws)
	}
	if got := b.guildWatch(there.Guild, fresh.ID); got.Told != 1 || got.First != 1 || got.Judged != 1 {
		b.Fatalf("watch that waited for a baseline: %+v", got)
	}
}

func moveRepeated(b *bench) {
	w := b.add(here, url("old.example", 1))
	b.revise(w.Article)
	l := b.leaseOf(w.Article)
	to := url("new.example", 1)
	id, err := b.Move(b.Context(), l, to)
	b.must(err)
	before := b.picture(w.Article, id)
	again, err := b.Move(b.Context(), l, to)
	b.must(err)
	b.equal("moved again to", again, id)
	b.unchanged(before, w.Article, id)
	_, err = b.Move(b.Context(), l, url("third.example", 1))
	b.wantErr(err, watch.ErrStale)
	b.wantErr(b.Commit(b.Context(), l, commitOf(l, 2)), watch.ErrStale)
	if _, err := b.Move(b.Context(), b.leaseOf(id), to); err == nil {
		b.Fatal("moved to itself")
	}
	b.unchanged(before, w.Article, id)
}

func moveAlias(b *bench) {
	ctx := b.Context()
	w := b.add(here, url("one.example", 1))
	b.revise(w.Article)
	two := b.move(w.Article, url("two.example", 1))
	three := b.move(two, url("three.example", 1))
	for _, n := range []string{"one", "two", "three"} {
		id, err := b.Resolve(ctx, url(n+".example", 1))
		b.must(err)
		b.equal("resolved "+n, id, three)
	}
	b.clock.advance(time.Hour)
	ls := b.lease()
	if len(ls) != 1 || ls[0].Article != three {
		b.Fatalf("due: %+v", ls)
	}
	_, err := b.LeaseNow(ctx, w.Article, hold, spacing)
	b.wantErr(err, watch.ErrNotFound)
	again, created, err := b.AddWatch(ctx, watch.Watch{URL: w.URL, Destination: here, Alerts: alert.All})
	b.must(err)
	if created || again.ID != w.ID || again.Article != three {
		b.Fatalf("the old address again, created %v: %+v", created, again)
	}
	other := b.add(there, url("two.example", 1))
	if other.Article != three || other.URL != url("three.example", 1) || other.Told != 1 {
		b.Fatalf("a middle address: %+v", other)
	}
	b.equal("to an alias", b.move(b.queue(there, "four.example", 1).Article, w.URL), three)
}

func moveBack(b *bench) {
	ctx := b.Context()
	w := b.add(here, url("one.example", 1))
	for range 3 {
		b.revise(w.Article)
	}
	b.deliver()
	two := b.move(w.Article, url("two.example", 1))
	var want article.Revision
	for range 3 {
		want = *b.revise(two).Revision
	}
	b.equal("moved back to", b.move(two, w.URL), w.Article)
	got := b.guildWatch(here.Guild, w.ID)
	if got.Article != w.Article || got.URL != w.URL {
		b.Fatalf("watch: %+v", got)
	}
	rev, err := b.Revision(ctx, w.Article, got.Told)
	b.must(err)
	want.Number = got.Told
	b.equal("newest revision", rev, want)
	if _, err := b.Revision(ctx, w.Article, got.Told+1); err == nil {
		b.Fatal("what was left at the old address is still there")
	}
	for n := range 2 {
		id, err := b.Resolve(ctx, url([]string{"one.example", "two.example"}[n], 1))
		b.must(err)
		b.equal("resolved", id, w.Article)
	}
	b.equal("told on the way", b.deliver(), []int{2, 3, 4})
	b.revise(w.Article)
	if ds := b.claim(); len(ds) != 1 || ds[0].Watch != w.ID {
		b.Fatalf("after the way back: %+v", ds)
	}
}

func moveDeliveries(b *bench) {
	ctx := b.Context()
	w := b.queue(here, "old.example", 4)
	b.deliver()
	b.revise(w.Article) // 4 to 5 waits: 4 becomes 1
	first := b.claimOne()
	b.must(b.Retry(ctx, first, time.Hour, "later"))
	dead := b.add(there, w.URL)
	b.revise(w.Article)
	b.must(b.Bury(ctx, b.claimOne(), "r")) // 5 to 6, of the other guild
	id := b.move(w.Article, url("new.example", 1))
	b.revise(id)
	b.clock.advance(time.Hour)
	b.must(b.Replay(ctx, there.Guild, b.health(there.Guild).Dead[0].Delivery.ID))
	got := map[string][]int{}
	for ds := b.claim(); len(ds) > 0; ds = b.claim() {
		for _, d := range ds {
			if d.Notice.Subject.Article != id || d.Notice.Subject.URL != url("new.example", 1) {
				b.Fatalf("speaks of %+v", d.Notice.Subject)
			}
			stored, err := b.Change(ctx, id, d.Notice.From, d.Notice.To, "")
			b.must(err)
			b.equal("report", d.Notice.Report, stored)
			if d.ID == first.ID && d.Attempt != 2 {
				b.Fatalf("attempts were forgotten: %+v", d)
			}
			got[d.Watch] = append(got[d.Watch], d.Notice.To)
			b.must(b.Ack(ctx, d, "m"))
		}
	}
	b.equal("order", []any{got[w.ID], got[dead.ID]}, []any{[]int{2, 3, 4}, []int{4, 3}})
}

func moveRemoved(b *bench) {
	ctx := b.Context()
	w := b.queue(here, "old.example", 2)
	stay := b.add(there, w.URL)
	_, err := b.RemoveWatch(ctx, here.Guild, w.ID)
	b.must(err)
	id := b.move(w.Article, url("new.example", 1))
	got, err := b.RestoreWatch(ctx, here.Guild, w.ID)
	b.must(err)
	if got.Article != id || b.guildWatch(there.Guild, stay.ID).Article != id {
		b.Fatalf("restored: %+v", got)
	}
	if d := b.claimOne(); d.Watch != w.ID || d.Notice.Report == nil {
		b.Fatalf("its queue: %+v", d)
	}
}
