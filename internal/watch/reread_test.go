package watch_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/watch"
)

// captions is an extractor that reads a caption which test/1 passed over.
type captions struct{ verdict article.Verdict }

func (c captions) Reread(page []byte, _ string) (*article.Reading, error) {
	a := new(article.Article)
	if err := json.Unmarshal(page, a); err != nil {
		return nil, &article.ReadError{Problem: article.Unreadable, Reason: err.Error()}
	}
	return &article.Reading{Article: c.of(a), Verdict: c.verdict}, nil
}

func (captions) of(a *article.Article) *article.Article {
	return with(a, func(a *article.Article) {
		a.Extractor = "test/2"
		a.Blocks = append(a.Blocks, article.Block{Role: article.Caption, Text: "The bridge at dusk, seen from the west bank with 40 boats moored below it."})
	})
}

// upgrade puts a program in place that reads pages with captions.
func (b *bench) upgrade(verdict article.Verdict) captions {
	c := captions{verdict: verdict}
	b.checker = watch.NewChecker(b.store, b.site, watch.Options{Extractor: "test/2", Rereader: c})
	return c
}

func TestUpgradeOfTheExtractor(t *testing.T) {
	bubble(t, "an edit made meanwhile is told, and nothing else", func(b *bench) {
		b.add("news", nil)
		x := b.upgrade(article.OK)
		b.site.show(bridge, shows(x.of(textB)))
		looked := len(b.site.requests)
		res := b.stays()
		if res.Outcome != watch.OutReread || res.Revision != 2 || len(b.site.requests) != looked {
			b.t.Fatalf("%s, revision %d, %d looks", res.Outcome, res.Revision, len(b.site.requests)-looked)
		}
		rev := b.store.entry(b.article).revisions[1]
		if !rev.Silent() || rev.Digest != x.of(textA).Digest() || !strings.Contains(rev.Reason, "upgrade") {
			b.t.Errorf("stored %+v", rev)
		}
		b.becomes(x.of(textB))
		if got := b.news(); !slices.Equal(got, []string{"change 2→3"}) {
			b.t.Errorf("told %v", got)
		}
		if r := b.store.queue[0].Notice.Report; len(r.Changes) != 1 || r.Changes[0].BeforeValue != "About 4,200" {
			b.t.Errorf("told %+v", r.Changes)
		}
	})

	bubble(t, "the page kept is kept on, for the next upgrade", func(b *bench) {
		b.add("news", nil)
		b.upgrade(article.OK)
		b.stays()
		if page := b.store.entry(b.article).pages[2]; !strings.Contains(string(page), "4,200 drivers") {
			b.t.Errorf("kept %q", page)
		}
	})

	bubble(t, "the same bytes need not be read again, others of the same text do", func(b *bench) {
		b.add("news", nil)
		digest := b.store.entry(b.article).state.PageDigest
		b.upgrade(article.OK)
		b.stays()
		b.site.show(bridge, look{notModified: true})
		if res := b.stays(); res.Outcome != watch.OutNotModified || b.last().KnownDigest != digest || b.last().Known.ETag == "" {
			b.t.Errorf("%s, asked %+v", res.Outcome, b.last())
		}
	})
	bubble(t, "bytes that changed while the text did not are read", func(b *bench) {
		b.add("news", nil)
		b.site.show(bridge, shows(with(textA, func(a *article.Article) { a.Modified = time.Now() })))
		b.stays()
		x := b.upgrade(article.OK)
		b.stays()
		b.site.show(bridge, shows(x.of(textA)))
		if res := b.stays(); res.Outcome != watch.OutUnchanged || b.last().KnownDigest != "" || b.last().Known.ETag != "" {
			b.t.Errorf("%s, asked %+v", res.Outcome, b.last())
		}
	})

	bubble(t, "who was quiet hears of each side by itself", func(b *bench) {
		w := b.add("news", nil)
		other := b.add("other", nil)
		b.store.edit(w.ID, func(w *watch.Watch) { w.MutedUntil = time.Now().Add(6 * time.Hour) })
		b.becomes(textB)
		x := b.upgrade(article.OK)
		b.stays()
		b.becomes(x.of(textC))
		equalKinds(b.t, "while muted", kinds(b.store.queue, w.ID))
		b.store.edit(w.ID, func(w *watch.Watch) { w.MutedUntil = time.Time{} })
		b.stays()
		b.news()
		var told []int
		for _, d := range b.store.queue {
			if d.Watch == w.ID {
				told = append(told, d.Notice.From, d.Notice.To)
			}
		}
		if !slices.Equal(told, []int{1, 2, 3, 4}) {
			b.t.Errorf("told %v", told)
		}
		equalKinds(b.t, "the other", kinds(b.store.queue, other.ID), alert.Change, alert.Change)
	})

	bubble(t, "a text that was held is seen anew", func(b *bench) {
		b.add("news", nil)
		b.site.show(bridge, shows(textB))
		b.stays()
		x := b.upgrade(article.OK)
		if res := b.stays(); res.Outcome != watch.OutReread || res.State.Pending != nil || !strings.Contains(res.Reason, "anew") {
			b.t.Errorf("%s: %s", res.Outcome, res.Reason)
		}
		b.site.show(bridge, shows(x.of(textB)))
		if res := b.stays(); res.Outcome != watch.OutHeld {
			b.t.Errorf("then %s", res.Outcome)
		}
		if res := b.stays(); res.Outcome != watch.OutChanged {
			b.t.Errorf("then %s", res.Outcome)
		}
		if got := b.news(); !slices.Equal(got, []string{"change 2→3"}) {
			b.t.Errorf("told %v", got)
		}
	})

	bubble(t, "a change told without a note is acknowledged after the upgrade", func(b *bench) {
		b.add("news", nil)
		b.becomes(textB)
		x := b.upgrade(article.OK)
		b.stays()
		b.becomes(x.of(noted))
		if got := b.news(); !slices.Equal(got, []string{"change 1→2", "acknowledged 3→4"}) {
			b.t.Errorf("told %v", got)
		}
	})

	bubble(t, "a kept page that is no article any more is no use", func(b *bench) {
		w := b.add("news", nil)
		b.store.edit(w.ID, func(w *watch.Watch) { w.MutedUntil = time.Now().Add(6 * time.Hour) })
		b.becomes(textB)
		x := b.upgrade(article.Teaser)
		b.site.show(bridge, shows(x.of(textC)))
		if res := b.stays(); res.Outcome != watch.OutRebaselined || !strings.Contains(res.Reason, "can't be told") {
			b.t.Errorf("%s: %s", res.Outcome, res.Reason)
		}
		b.store.edit(w.ID, func(w *watch.Watch) { w.MutedUntil = time.Time{} })
		b.stays()
		if got := b.news(); !slices.Equal(got, []string{"change 1→2"}) {
			b.t.Errorf("what was kept from a muted watch: %v", got)
		}
	})

	bubble(t, "check now reads the kept page and then looks", func(b *bench) {
		b.add("news", nil)
		x := b.upgrade(article.OK)
		b.site.show(bridge, shows(x.of(textA)))
		time.Sleep(2 * time.Second)
		res, err := b.checker.CheckNow(b.t.Context(), b.article)
		if err != nil || res.Outcome != watch.OutUnchanged {
			b.t.Errorf("%s, %v", res.Outcome, err)
		}
	})
}
