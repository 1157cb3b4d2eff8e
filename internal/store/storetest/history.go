package storetest

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/mute"
	"erratum/internal/watch"
)

func historyTests() []test {
	return []test{
		{"every revision reads back as it was written", historyRevisions},
		{"long, empty and foreign texts read back", historyTexts},
		{"what is not there is not found", historyMissing},
		{"a report is stored once for a pair and joined to each delivery", historyReports},
		{"what articles show is remembered by host, for a while, of those looked at last", historyNeighbours},
		{"watches of other choices have reports of their own", historyChoices},
		{"of pages the last is kept", historyLastPage},
		{"of pages none is kept", historyNoPage},
		{"of pages one is kept for each revision", historyAllPages},
		{"all is there after closing and opening again", historyReopened},
	}
}

func historyRevisions(b *bench) {
	w := b.add(here, url("a.example", 1))
	var want []article.Revision
	for range 40 { // across two keyframes
		want = append(want, *b.revise(w.Article).Revision)
	}
	for i := range want {
		got, err := b.Revision(b.Context(), w.Article, i+1)
		b.must(err)
		b.equal("revision", got, want[i])
		if got.Article.Extractor != "test/1" {
			b.Fatalf("revision %d lost its extractor", i+1)
		}
	}
	list, err := b.Revisions(b.Context(), w.Article, 15, 18)
	b.must(err)
	for i := range want {
		want[i].Article = nil
	}
	b.equal("list without texts", list, want[14:18])
	list, err = b.Revisions(b.Context(), w.Article, 39, 99)
	b.must(err)
	if len(list) != 2 {
		b.Fatalf("list past the end has %d revisions", len(list))
	}
}

func historyTexts(b *bench) {
	w := b.add(here, url("a.example", 1))
	long := sample(w.URL, 1)
	for i := range 3000 {
		long.Blocks = append(long.Blocks, article.Block{Role: article.Body, Text: strings.Repeat("a long live blog entry ", 15) + string(rune('a'+i%26))})
	}
	shorter := *long
	shorter.Blocks = long.Blocks[1:]
	texts := []*article.Article{
		{URL: w.URL},
		long,
		&shorter,
		{URL: w.URL, Headline: "Новости\u00a0дня: “€5” \u2028 \x00", Blocks: []article.Block{{Role: article.Lede, Text: "日本語 🎉 \\ \" <b>"}}},
		{URL: w.URL},
	}
	for i, a := range texts {
		l := b.leaseOf(w.Article)
		c := commitOf(l, i)
		c.Revision.Article = a
		b.must(b.Commit(b.Context(), l, c))
	}
	for i, a := range texts {
		got, err := b.Revision(b.Context(), w.Article, i+1)
		b.must(err)
		if b.text(got.Article) != b.text(a) || got.Article.Digest() != a.Digest() {
			b.Fatalf("text %d came back otherwise", i+1)
		}
	}
}

func historyMissing(b *bench) {
	ctx := b.Context()
	w := b.add(here, url("a.example", 1))
	b.revise(w.Article)
	for _, id := range []string{w.Article, "nosucharticle"} {
		_, err := b.Revision(ctx, id, 2)
		b.wantErr(err, watch.ErrNotFound)
		_, err = b.Revision(ctx, id, 0)
		b.wantErr(err, watch.ErrNotFound)
		_, err = b.Change(ctx, id, 1, 2, "")
		b.wantErr(err, watch.ErrNotFound)
		_, err = b.Page(ctx, id, 0)
		b.wantErr(err, watch.ErrNotFound)
		revs, err := b.Revisions(ctx, id, 5, 9)
		b.must(err)
		if len(revs) != 0 {
			b.Fatalf("revisions out of nowhere: %v", revs)
		}
	}
	_, err := b.State(ctx, "nosucharticle")
	b.wantErr(err, watch.ErrNotFound)
	_, err = b.Due(ctx, "nosucharticle")
	b.wantErr(err, watch.ErrNotFound)
}

// show commits a look that found nothing but what an article shows.
func (b *bench) show(articleID, block string) mute.Page {
	b.Helper()
	b.clock.advance(time.Minute)
	l := b.leaseOf(articleID)
	p := mute.Page{Article: articleID, First: l.Now.Add(-time.Hour), Seen: l.Now, Text: "text", Sketch: []uint32{1, 1 << 31}, Blocks: []mute.Key{mute.Key(block)}, Past: []mute.Key{"before"}}
	c := visitOnly(l, "look")
	c.Shows = &p
	b.must(b.Commit(b.Context(), l, c))
	return p
}

func historyNeighbours(b *bench) {
	neighbours := func(id string) []mute.Page {
		b.Helper()
		pages, err := b.Neighbours(b.Context(), id)
		b.must(err)
		return pages
	}
	first, second, other := b.add(here, url("a.example", 1)), b.add(here, url("a.example", 2)), b.add(here, url("b.example", 1))
	if got := neighbours(first.Article); len(got) != 0 {
		b.Fatalf("before any look: %+v", got)
	}
	b.show(first.Article, "x")
	two := b.show(second.Article, "x")
	b.show(other.Article, "y")
	one := b.show(first.Article, "z") // takes the place of the former
	b.equal("neighbours", neighbours(first.Article), []mute.Page{one, two})
	b.equal("neighbours of the other", neighbours(second.Article), []mute.Page{one, two})
	if got := neighbours(other.Article); len(got) != 1 {
		b.Fatalf("of another host: %+v", got)
	}
	if got := neighbours("nosucharticle"); len(got) != 0 {
		b.Fatalf("of no article: %+v", got)
	}
	// A visit that says nothing of it leaves it as it was.
	b.clock.advance(time.Minute)
	l := b.leaseOf(second.Article)
	b.must(b.Commit(b.Context(), l, visitOnly(l, "nothing")))
	b.equal("neighbours", neighbours(first.Article), []mute.Page{one, two})

	for n := range mute.MaxPages {
		b.show(b.add(here, url("a.example", 10+n)).Article, "x")
	}
	got := neighbours(first.Article)
	if len(got) != mute.MaxPages || slices.ContainsFunc(got, func(p mute.Page) bool { return p.Article == first.Article || p.Article == second.Article }) {
		b.Fatalf("%d pages, the first of them among them", len(got))
	}
	b.clock.advance(mute.ForgetFor + time.Hour)
	if got := neighbours(first.Article); len(got) != 0 {
		b.Fatalf("after a month: %+v", got)
	}
	last := b.show(first.Article, "x")
	b.equal("neighbours", neighbours(second.Article), []mute.Page{last})
}

func historyChoices(b *bench) {
	w := b.add(here, url("a.example", 1))
	other := b.add(there, w.URL)
	b.revise(w.Article)
	l := b.leaseOf(w.Article)
	c := commitOf(l, 2)
	c.Changes, c.Deliveries = nil, nil
	for _, choices := range []string{"", "c1", "c2"} {
		r := reportOf(1, 2)
		r.Reason = "choices " + choices
		c.Changes = append(c.Changes, watch.Change{From: 1, To: 2, Choices: choices, Report: r})
	}
	for _, to := range []watch.Watch{w, other} {
		d := deliveryTo(to, 1, 2)
		if to.ID == other.ID {
			d.Notice.Choices = "c2"
		}
		c.Deliveries = append(c.Deliveries, d)
	}
	b.must(b.Commit(b.Context(), l, c))
	for _, d := range b.claim() {
		if d.Notice.Report == nil || d.Notice.Report.Reason != "choices "+d.Notice.Choices || (d.Watch == other.ID) != (d.Notice.Choices == "c2") {
			b.Errorf("watch %s of choices %q was joined %+v", d.Watch, d.Notice.Choices, d.Notice.Report)
		}
	}
	for _, ch := range c.Changes {
		got, err := b.Change(b.Context(), w.Article, 1, 2, ch.Choices)
		b.must(err)
		b.equal("report of "+ch.Choices, got, ch.Report)
	}
	_, err := b.Change(b.Context(), w.Article, 1, 2, "c3")
	b.wantErr(err, watch.ErrNotFound)
}

func historyReports(b *bench) {
	w := b.add(here, url("a.example", 1))
	b.revise(w.Article)
	b.add(next, w.URL)
	late := b.add(there, w.URL)
	b.revise(w.Article) // 1 to 2 for all three
	l := b.leaseOf(w.Article)
	c := commitOf(l, 3)
	tell(l, &c)
	c.Changes = append(c.Changes, watch.Change{From: 1, To: 3, Report: reportOf(1, 3)})
	for i, d := range c.Deliveries {
		if d.Watch == late.ID { // one of them hears the sum
			c.Deliveries[i] = deliveryTo(late, 1, 3)
		}
	}
	c.Deliveries = append(c.Deliveries, alert.Delivery{
		ID: alert.DeliveryID(late.ID, alert.Blind, "", "", 1), Watch: late.ID, Destination: there,
		Notice: alert.Notice{Kind: alert.Blind, Text: "The page asks to accept cookies.", Subject: alert.Subject{Article: w.Article}},
	})
	b.must(b.Commit(b.Context(), l, c))
	for round := range 3 {
		for _, d := range b.claim() {
			n := d.Notice
			switch {
			case n.Kind == alert.Blind:
				if n.Report != nil {
					b.Fatal("a notice without revisions has a report")
				}
			case n.Report == nil:
				b.Fatalf("round %d: delivery %d to %d has no report", round, n.From, n.To)
			default:
				b.equal("report", n.Report, reportOf(n.From, n.To))
			}
			b.must(b.Ack(b.Context(), d, "m"))
		}
	}
	_, err := b.Change(b.Context(), w.Article, 1, 3, "")
	b.must(err)
}

// commitPage commits a page with or without a new revision.
func (b *bench) commitPage(s Store, articleID, page string, revision bool) {
	b.Helper()
	b.clock.advance(spacing)
	l, err := s.LeaseNow(b.Context(), articleID, hold, spacing)
	b.must(err)
	c := visitOnly(l, "same text")
	if revision {
		c = commitOf(l, l.State.Last+1)
	}
	c.Page = []byte(page)
	b.must(s.Commit(b.Context(), l, c))
}

func (b *bench) page(s Store, articleID string, n int) string {
	b.Helper()
	p, err := s.Page(b.Context(), articleID, n)
	b.must(err)
	return string(p)
}

func historyLastPage(b *bench) {
	w := b.add(here, url("a.example", 1))
	big := strings.Repeat("<p>page</p>", 10000)
	b.commitPage(b.Store, w.Article, big, true)
	if got := b.page(b.Store, w.Article, 1); got != big {
		b.Fatalf("page of %d bytes came back as %d", len(big), len(got))
	}
	b.commitPage(b.Store, w.Article, "two", true)
	b.commitPage(b.Store, w.Article, "two again", false)
	if got := b.page(b.Store, w.Article, 0); got != "two again" {
		b.Fatalf("last page is %q", got)
	}
	_, err := b.Page(b.Context(), w.Article, 1)
	b.wantErr(err, watch.ErrNotFound)
	l := b.leaseOf(w.Article)
	b.must(b.Commit(b.Context(), l, visitOnly(l, "no page"))) // nil keeps it
	if got := b.page(b.Store, w.Article, 2); got != "two again" {
		b.Fatalf("after a check without a page: %q", got)
	}
}

func historyNoPage(b *bench) {
	s := b.open(func(o *Options) { o.KeepPages = "none" })
	w := b.add(here, url("a.example", 1))
	b.commitPage(s, w.Article, "one", true)
	_, err := s.Page(b.Context(), w.Article, 0)
	b.wantErr(err, watch.ErrNotFound)
}

func historyAllPages(b *bench) {
	s := b.open(func(o *Options) { o.KeepPages = "all" })
	w := b.add(here, url("a.example", 1))
	b.commitPage(s, w.Article, "one", true)
	b.commitPage(s, w.Article, "one in other clothes", false)
	zstd := string([]byte{0x28, 0xb5, 0x2f, 0xfd}) + "not really"
	b.commitPage(s, w.Article, zstd, true)
	b.commitPage(s, w.Article, "", true)
	for n, want := range []string{1: "one", 2: zstd, 3: ""} {
		if n == 0 {
			continue
		}
		if got := b.page(s, w.Article, n); got != want {
			b.Fatalf("page %d is %q, want %q", n, got, want)
		}
	}
	if got, err := s.Page(b.Context(), w.Article, 0); err != nil || !bytes.Equal(got, nil) {
		b.Fatalf("last page is %q, %v", got, err)
	}
}

func historyReopened(b *bench) {
	w := b.add(here, url("a.example", 1))
	b.add(there, w.URL)
	for range 3 {
		b.revise(w.Article)
	}
	_, _, err := b.AddFeed(b.Context(), watch.Feed{URL: "https://a.example/feed", Destination: here, Keep: time.Hour})
	b.must(err)
	b.settings(here.Guild, alert.Settings{Zone: "Europe/Berlin"})
	before := b.picture(w.Article)
	b.reopen()
	b.unchanged(before, w.Article)
	b.equal("queues", b.deliver(), []int{2, 2, 3, 3})
	set, err := b.Settings(b.Context(), here.Guild)
	b.must(err)
	if set.Zone != "Europe/Berlin" {
		b.Fatalf("settings after opening again: %+v", set)
	}
}
