package watch_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/watch"
)

// bench is a checker over a store and a site in memory.
type bench struct {
	t       *testing.T
	store   *memory
	site    *site
	checker *watch.Checker
	article string
	seen    int // deliveries looked at
}

const bridge = "https://news.example/bridge"

func newBench(t *testing.T) *bench {
	b := &bench{t: t, store: newMemory(), site: &site{now: map[string]look{}}, article: article.ID(bridge)}
	b.checker = watch.NewChecker(b.store, b.site, watch.Options{Extractor: "test/1"})
	return b
}

// add makes a channel watch the bridge; the page must be readable.
func (b *bench) add(channel string, change func(*watch.Watch)) watch.Watch {
	b.t.Helper()
	w := watch.Watch{URL: bridge, Destination: alert.Destination{Guild: "local", Channel: channel}, Alerts: alert.Facts}
	if change != nil {
		change(&w)
	}
	added, err := b.checker.Add(b.t.Context(), w)
	if err != nil {
		b.t.Fatalf("add: %v", err)
	}
	return added.Watch
}

// untilDue lets time pass until the article is due.
func (b *bench) untilDue() {
	b.t.Helper()
	wait := time.Until(b.store.entry(b.article).due)
	if wait > 8*24*time.Hour {
		b.t.Fatalf("the next check is %v away", wait)
	}
	time.Sleep(max(wait, time.Second))
}

// check runs the one due check.
func (b *bench) check() watch.Result {
	b.t.Helper()
	leases, err := b.store.Lease(b.t.Context(), fair.Room{Free: 1}, 2*time.Minute, time.Second)
	if err != nil || len(leases) != 1 {
		b.t.Fatalf("lease: %d, %v", len(leases), err)
	}
	res, err := b.checker.Check(b.t.Context(), leases[0])
	if err != nil {
		b.t.Fatalf("check: %v", err)
	}
	return res
}

// news returns the deliveries queued since it was asked last, as kind or
// kind from→to.
func (b *bench) news() []string {
	var out []string
	for _, d := range b.store.queue[b.seen:] {
		s := string(d.Notice.Kind)
		if d.Notice.To > 0 {
			s += fmt.Sprintf(" %d→%d", d.Notice.From, d.Notice.To)
		}
		out = append(out, s)
	}
	b.seen = len(b.store.queue)
	return out
}

// step is one look of a table: what the page shows when the article is due.
type step struct {
	show look
	want watch.Outcome
	told string // deliveries of this check, joined by a comma
	in   time.Duration
	not  time.Duration // when positive, the check must come due after at least this long
}

func TestOutcomes(t *testing.T) {
	const (
		held   = watch.OutHeld
		same   = watch.OutUnchanged
		change = watch.OutChanged
		quar   = watch.OutQuarantined
	)
	blocked := wall(article.Blocked)
	down := fails(article.Unreachable, "the server can't be reached")
	missing := fails(article.Gone, "there is no such page")
	takenAway := wall(article.NotAnArticle).with(func(r *article.Reading) { r.Withdrawn = true })
	tests := []struct {
		name  string
		steps []step // after a baseline of A
	}{
		{"unchanged", []step{{show: shows(textA), want: same}, {show: look{notModified: true}, want: watch.OutNotModified}}},
		{"a change is told when a second look agrees", []step{
			{show: shows(textB), want: held},
			{show: shows(textB), want: change, told: "change 1→2", not: time.Minute},
			{show: shows(textB), want: same},
		}},
		{"what comes and goes is a variant and silent", []step{
			{show: shows(textB), want: held},
			{show: shows(textA), want: watch.OutVariant},
			{show: shows(textA), want: same},
		}},
		{"not modified refutes what was held", []step{
			{show: shows(textB), want: held},
			{show: look{notModified: true}, want: watch.OutVariant},
		}},
		{"a variant that stays is told in the end", []step{
			{show: shows(textB), want: held},
			{show: shows(textA), want: watch.OutVariant},
			{show: shows(textB), want: watch.OutVariant},
			{show: shows(textB), want: held, not: 4 * time.Minute},
			{show: shows(textB), want: change, told: "change 1→2", not: 4 * time.Minute},
		}},
		{"cosmetic", []step{
			{show: shows(cosmetic), want: watch.OutCosmetic},
			{show: shows(cosmetic), want: same},
			{show: shows(textA), want: watch.OutCosmetic},
			{show: shows(cosmetic), want: same},
		}},
		{"a new note skips the wait", []step{{show: shows(noted), want: change, told: "change 1→2"}}},
		{"a note that was there before is in old copies, too", []step{
			{show: shows(noted), want: change, told: "change 1→2"},
			{show: shows(textB), want: held},
			{show: shows(textB), want: change, told: "change 2→3"},
			{show: shows(noted), want: held},
			{show: shows(textB), want: watch.OutVariant},
		}},
		{"a headline alone needs two confirmations", []step{
			{show: shows(headlined), want: held},
			{show: shows(headlined), want: held, not: time.Minute},
			{show: shows(headlined), want: change, told: "change 1→2", not: 10 * time.Minute},
		}},
		{"a headline under test is silent", []step{
			{show: shows(headlined), want: held},
			{show: shows(headlined), want: held},
			{show: shows(textA), want: watch.OutVariant},
		}},
		{"what two looks share is confirmed, the rest is held anew", []step{
			{show: shows(textB), want: held},
			{show: shows(textC), want: change, told: "change 1→2"},
			{show: shows(textC), want: change, told: "change 2→3", not: time.Minute},
		}},
		{"another text begins the hold anew", []step{
			{show: shows(textB), want: held},
			{show: shows(textD), want: held},
			{show: shows(textD), want: change, told: "change 1→2"},
		}},
		{"a story edited again and again is told after ten minutes", []step{
			{show: shows(textB), want: held},
			{show: shows(textD), want: held},
			{show: shows(textE), want: held},
			{show: shows(textB), want: held},
			{show: shows(textE), in: 3 * time.Minute, want: held},
			{show: shows(textD), in: 4 * time.Minute, want: change, told: "change 1→2"},
		}},
		{"a revert is told as one", []step{
			{show: shows(textB), want: held},
			{show: shows(textB), want: change, told: "change 1→2"},
			{show: shows(textA), want: held},
			{show: shows(textA), want: watch.OutReverted, told: "reverted 2→3"},
		}},
		{"texts that alternate are told once an hour", []step{
			{show: shows(textB), want: held},
			{show: shows(textB), want: change, told: "change 1→2"},
			{show: shows(textA), want: held},
			{show: shows(textA), want: watch.OutReverted, told: "reverted 2→3"},
			{show: shows(textB), want: held},
			{show: shows(textB), want: watch.OutReverted},
			{show: shows(textB), want: same},
			{show: shows(textB), in: 55 * time.Minute, want: same, told: "reverted 3→4"},
			{show: shows(textB), want: same},
		}},
		{"texts that alternate and end as told are not told again", []step{
			{show: shows(textB), want: held},
			{show: shows(textB), want: change, told: "change 1→2"},
			{show: shows(textA), want: held},
			{show: shows(textA), want: watch.OutReverted, told: "reverted 2→3"},
			{show: shows(textB), want: held},
			{show: shows(textB), want: watch.OutReverted},
			{show: shows(textA), want: held},
			{show: shows(textA), want: watch.OutReverted},
			{show: shows(textA), in: 2 * time.Hour, want: same},
		}},
		{"a wall is blindness, said once, and so is its end", []step{
			{show: blocked, want: quar}, {show: blocked, want: quar}, {show: blocked, want: quar, told: "blind"},
			{show: blocked, want: quar}, {show: shows(textA), want: same, told: "recovered"},
		}},
		{"a short wall is not told", []step{{show: blocked, want: quar}, {show: shows(textA), want: same}, {show: blocked, want: quar}, {show: shows(textA), want: same}}},
		{"six hours of blindness are told at the second look", []step{
			{show: blocked, want: quar}, {show: blocked, in: 6 * time.Hour, want: quar, told: "blind"},
		}},
		{"a wall during a hold does not end it", []step{
			{show: shows(textB), want: held},
			{show: blocked, want: quar},
			{show: shows(textB), want: change, told: "change 1→2"},
		}},
		{"unreachable, with longer and longer waits", []step{
			{show: down, want: watch.OutUnreachable},
			{show: down, want: watch.OutUnreachable, not: 5 * time.Minute},
			{show: down, want: watch.OutUnreachable, not: 10 * time.Minute, told: "blind"},
			{show: down, want: watch.OutUnreachable, not: 20 * time.Minute},
			{show: shows(textA), want: same, not: 40 * time.Minute, told: "recovered"},
		}},
		{"told to wait", []step{
			{show: look{err: &article.ReadError{Problem: article.RateLimited, Reason: "asks for fewer requests", Status: 429, RetryAfter: 3 * time.Hour}}, want: watch.OutUnreachable},
			{show: shows(textA), want: same, not: 3 * time.Hour},
		}},
		{"a text that halves for a moment is kept apart", []step{
			{show: shows(halvedText), want: quar}, {show: shows(halvedText), want: quar}, {show: shows(textA), want: same},
		}},
		{"a text that halves for good is a change", []step{
			{show: shows(halvedText), want: quar},
			{show: shows(halvedText), want: quar, not: 15 * time.Minute},
			{show: shows(halvedText), want: change, told: "change 1→2", not: 15 * time.Minute},
			{show: shows(halvedText), want: same},
		}},
		{"blindness that turns out to be a change is no recovery", []step{
			{show: shows(halvedText), want: quar}, {show: shows(thirdText), want: quar},
			{show: shows(halvedText), want: quar, told: "blind"},
			{show: shows(halvedText), want: quar}, {show: shows(halvedText), want: change, told: "change 1→2"},
		}},
		{"another language tag on the same text", []step{
			{show: shows(with(textB, func(a *article.Article) { a.Language = "fr" })), want: held},
			{show: shows(with(textB, func(a *article.Article) { a.Language = "fr" })), want: change, told: "change 1→2"},
		}},
		{"another page for good is told as such", []step{
			{show: shows(otherPage), want: quar}, {show: shows(otherPage), want: quar},
			{show: shows(otherPage), want: change, told: "change 1→2"},
		}},
		{"another language is never believed", []step{
			{show: shows(german), want: quar}, {show: shows(german), want: quar}, {show: shows(german), want: quar, told: "blind"},
			{show: shows(german), want: quar}, {show: shows(textA), want: same, told: "recovered"},
		}},
		{"an old copy", []step{
			{show: shows(with(textA, func(a *article.Article) { a.Modified = epoch })), want: same},
			{show: shows(old), want: quar}, {show: shows(textA), want: same},
		}},
		{"a rollback, then changes as usual", []step{
			{show: shows(with(textA, func(a *article.Article) { a.Modified = epoch.Add(900 * time.Hour) })), want: same},
			{show: shows(with(textB, func(a *article.Article) { a.Modified = epoch })), want: quar},
			{show: shows(with(textB, func(a *article.Article) { a.Modified = epoch })), want: quar},
			{show: shows(with(textB, func(a *article.Article) { a.Modified = epoch })), want: change, told: "change 1→2"},
			{show: shows(with(textC, func(a *article.Article) { a.Modified = epoch.Add(time.Hour) })), want: held},
		}},
		{"a site that shows several texts needs one look more", []step{
			{show: shows(textB).with(varies), want: held},
			{show: shows(textB), want: held},
			{show: shows(textB), want: change, told: "change 1→2", not: time.Minute},
		}},
		{"a headline on such a site, too", []step{
			{show: shows(headlined), want: held},
			{show: shows(headlined).with(varies), want: held},
			{show: shows(headlined), want: held},
			{show: shows(headlined), want: change, told: "change 1→2"},
		}},
		{"a note is told at once on such a site, too", []step{{show: shows(noted).with(varies), want: change, told: "change 1→2"}}},
		{"three texts by turns", []step{
			{show: shows(textB), want: held},
			{show: shows(textA), want: watch.OutVariant},
			{show: shows(textD), want: held},
			{show: shows(textA), want: watch.OutVariant},
			{show: shows(textB), want: watch.OutVariant},
			{show: shows(textA), want: watch.OutVariant},
			{show: shows(textD), want: watch.OutVariant},
			{show: shows(textA), want: watch.OutVariant},
		}},
		{"a copy that a cache took before the newest text", []step{
			{show: shows(textB), want: held},
			{show: shows(textB), want: change, told: "change 1→2"},
			{show: shows(textA).with(aged(time.Hour)), want: quar},
			{show: shows(textA).with(aged(time.Hour)), want: quar},
			{show: shows(textB), want: same},
		}},
		{"such a copy is not believed when it stays, and that is said", []step{
			{show: shows(textB), want: held},
			{show: shows(textB), want: change, told: "change 1→2"},
			{show: shows(textA).with(aged(time.Hour)), want: quar},
			{show: shows(textA).with(aged(2 * time.Hour)), want: quar},
			{show: shows(textA).with(aged(3 * time.Hour)), want: quar, told: "blind"},
			{show: shows(textB), want: same, told: "recovered"},
		}},
		{"a copy younger than the newest text is a revert", []step{
			{show: shows(textB), want: held},
			{show: shows(textB), want: change, told: "change 1→2"},
			{show: shows(textA).with(aged(time.Second)), want: held},
			{show: shows(textA).with(aged(time.Second)), want: watch.OutReverted, told: "reverted 2→3"},
		}},
		{"a broken age is not heeded", []step{
			{show: shows(textB).with(aged(30 * 24 * time.Hour)), want: held},
			{show: shows(textB).with(aged(30 * 24 * time.Hour)), want: change, told: "change 1→2"},
		}},
		{"an old copy by the server's date, believed when it lasts", []step{
			{show: shows(textB).with(dated(2 * time.Hour)), want: held},
			{show: shows(textB).with(dated(2 * time.Hour)), want: change, told: "change 1→2"},
			{show: shows(textA).with(dated(time.Hour)), want: quar},
			{show: shows(textA).with(dated(time.Hour)), want: quar},
			{show: shows(textA).with(dated(time.Hour)), want: watch.OutReverted, told: "reverted 2→3"},
		}},
		{"machines of a site whose clocks differ", []step{
			{show: shows(textB).with(dated(2 * time.Hour)), want: held},
			{show: shows(textB).with(dated(2 * time.Hour)), want: change, told: "change 1→2"},
			{show: shows(textC).with(dated(2*time.Hour - 20*time.Second)), want: held},
		}},
		{"an old copy that differs in nothing that is told", []step{
			{show: shows(cosmetic).with(aged(time.Hour)), want: watch.OutCosmetic},
		}},
		{"another language that the page does not state", []step{
			{show: shows(foreign), want: quar}, {show: shows(foreign), want: quar}, {show: shows(foreign), want: quar, told: "blind"},
			{show: shows(foreign), want: quar}, {show: shows(textA), want: same, told: "recovered"},
		}},
		{"sent to a section of the site", []step{
			{show: shows(otherPage).with(at("https://news.example/")), want: quar}, {show: shows(otherPage).with(at("https://news.example/")), want: quar},
			{show: shows(otherPage).with(at("https://news.example/")), want: quar, told: "blind"},
			{show: shows(otherPage).with(at("https://news.example/")), want: quar}, {show: shows(textA), want: same, told: "recovered"},
		}},
		{"another edition by its own word", []step{
			{show: shows(named(textA, "https://news.example/bridge")), want: same},
			{show: shows(textB), want: held}, {show: shows(named(textB, "https://news.example/bridge")), want: change, told: "change 1→2"},
			{show: shows(named(otherPage, "https://us.news.example/bridge")), want: quar}, {show: shows(named(otherPage, "https://us.news.example/bridge")), want: quar},
			{show: shows(named(otherPage, "https://us.news.example/bridge")), want: quar, told: "blind"},
			{show: shows(named(otherPage, "https://us.news.example/bridge")), want: quar},
		}},
		{"another address for the same text is no other page", []step{
			{show: shows(named(textB, "https://news.example/bridge")), want: held}, {show: shows(named(textB, "https://news.example/bridge")), want: change, told: "change 1→2"},
			{show: shows(named(textC, "https://news.example/bridge-2")), want: held}, {show: shows(named(textC, "https://news.example/bridge-2")), want: change, told: "change 2→3"},
		}},
		{"the first lines of a text that is not free", []step{
			{show: shows(halvedText).with(paid), want: quar}, {show: shows(halvedText).with(paid), want: quar}, {show: shows(halvedText).with(paid), want: quar, told: "blind"},
			{show: shows(halvedText).with(paid), want: quar}, {show: shows(textB).with(paid), want: held, told: "recovered"}, {show: shows(textB).with(paid), want: change, told: "change 1→2"},
		}},
		{"taken away by the page's own word", []step{
			{show: takenAway, want: watch.OutGone},
			{show: takenAway, want: watch.OutGone, not: 30 * time.Minute},
			{show: takenAway, want: watch.OutGone, told: "gone", not: 30 * time.Minute},
			{show: missing, want: watch.OutGone},
			{show: shows(textA), want: same, told: "returned"},
		}},
		{"gone after three looks over an hour, and back", []step{
			{show: missing, want: watch.OutGone},
			{show: missing, want: watch.OutGone, not: 30 * time.Minute},
			{show: missing, want: watch.OutGone, told: "gone", not: 30 * time.Minute},
			{show: missing, want: watch.OutGone},
			{show: shows(textA), want: same, told: "returned"},
		}},
		{"missing for a moment", []step{{show: missing, want: watch.OutGone}, {show: missing, want: watch.OutGone}, {show: shows(textA), want: same}}},
		{"gone and back with another text", []step{
			{show: missing, want: watch.OutGone}, {show: missing, want: watch.OutGone}, {show: missing, want: watch.OutGone, told: "gone"},
			{show: shows(textB), want: held, told: "returned"},
			{show: shows(textB), want: change, told: "change 1→2"},
		}},
		{"another extractor begins anew, silently", []step{
			{show: shows(with(textD, func(a *article.Article) { a.Extractor = "test/2" })), want: watch.OutRebaselined},
			{show: shows(with(textC, func(a *article.Article) { a.Extractor = "test/2" })), want: held},
			{show: shows(with(textC, func(a *article.Article) { a.Extractor = "test/2" })), want: change, told: "change 2→3"},
		}},
		{"a page without text", []step{{show: look{verdict: article.OK}, want: quar}, {show: shows(textA), want: same}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				b.site.show(bridge, shows(textA))
				b.add("news", nil)
				b.walk(tt.steps)
			})
		})
	}
}

// walk shows a page step by step.
func (b *bench) walk(steps []step) {
	b.t.Helper()
	for i, s := range steps {
		b.site.show(bridge, s.show)
		if wait := time.Until(b.store.entry(b.article).due); wait < s.not {
			b.t.Errorf("step %d comes after %v, want at least %v", i, wait, s.not)
		}
		if s.in > 0 {
			b.store.dueAt(b.article, time.Now().Add(s.in))
		}
		b.untilDue()
		res := b.check()
		if res.Outcome != s.want {
			b.t.Errorf("step %d: %s (%s), want %s", i, res.Outcome, res.Reason, s.want)
		}
		if got := strings.Join(b.news(), ","); got != s.told {
			b.t.Errorf("step %d told %q, want %q", i, got, s.told)
		}
	}
	b.consistent()
}

// consistent checks what must hold of a store at any time.
func (b *bench) consistent() {
	b.t.Helper()
	for _, e := range b.store.articles {
		for _, w := range e.watches {
			if w.Told > w.Judged || w.Judged > e.state.Last {
				b.t.Errorf("watch %s: told %d, judged %d of %d", w.ID, w.Told, w.Judged, e.state.Last)
			}
		}
		if n := len(e.revisions); n > 0 && e.revisions[n-1].Digest != e.state.LastDigest {
			b.t.Errorf("the last digest is not that of revision %d", n)
		}
		for _, v := range e.visits {
			if v.Outcome == "" || v.Reason == "" {
				b.t.Errorf("a visit without outcome or reason: %+v", v)
			}
		}
	}
	for _, d := range b.store.queue {
		if n := b.store.ids[d.ID]; n > 1 {
			b.t.Errorf("delivery %s (%s %d→%d) was queued %d times", d.ID, d.Notice.Kind, d.Notice.From, d.Notice.To, n)
		}
	}
	for _, d := range b.store.queue {
		n := d.Notice
		if len(d.ID) != 24 || n.Subject.Article+n.Subject.Feed == "" || n.Subject.URL == "" || d.Created.IsZero() {
			b.t.Errorf("incomplete delivery %+v", d)
		}
		if n.To > 0 && (n.Report == nil || n.FromAt.IsZero() || n.ToAt.IsZero() || n.Fetches == 0) {
			b.t.Errorf("incomplete %s %d→%d", n.Kind, n.From, n.To)
		}
		if n.To == 0 && n.Text == "" {
			b.t.Errorf("%s says nothing", n.Kind)
		}
	}
}

func kinds(ds []alert.Delivery, watchID string) []alert.Kind {
	var out []alert.Kind
	for _, d := range ds {
		if d.Watch == watchID {
			out = append(out, d.Notice.Kind)
		}
	}
	return out
}

func equalKinds(t *testing.T, what string, got []alert.Kind, want ...alert.Kind) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: told %v, want %v", what, got, want)
	}
}
