package watch_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/watch"

	"pgregory.net/rapid"
)

// plan is what happens to a page and to those who watch it, in minutes.
type plan struct {
	events  []event
	channel []channel
	outages []int // commits that fail, counted
}

type event struct {
	at   int
	kind string // text, flap, wall, down, gone
	text int
	for_ int // how long, for all but text
}

type channel struct {
	added       int
	alerts      alert.Threshold
	mute, until int
	pause       bool // paused instead of muted
}

// Lengths of a simulation: things happen, then the page rests so long that whatever
// is to be told must have been.
const (
	eventful = 20 * 60
	restful  = 40 * 60
)

func drawPlan(t *rapid.T) plan {
	var p plan
	for range rapid.IntRange(1, 12).Draw(t, "events") {
		p.events = append(p.events, event{
			at:   rapid.IntRange(1, eventful).Draw(t, "at"),
			kind: rapid.SampledFrom([]string{"text", "text", "text", "flap", "wall", "down", "gone"}).Draw(t, "kind"),
			text: rapid.IntRange(0, len(texts)-1).Draw(t, "text"),
			for_: rapid.IntRange(1, 120).Draw(t, "for"),
		})
	}
	for range rapid.IntRange(1, 4).Draw(t, "watches") {
		from := rapid.IntRange(0, eventful).Draw(t, "mute")
		p.channel = append(p.channel, channel{
			added:  rapid.SampledFrom([]int{0, 0, 7, 300}).Draw(t, "added"),
			alerts: rapid.SampledFrom([]alert.Threshold{alert.All, alert.Facts, alert.Notes}).Draw(t, "alerts"),
			mute:   from, until: from + rapid.IntRange(0, 500).Draw(t, "muted"), pause: rapid.Bool().Draw(t, "pause"),
		})
	}
	p.outages = rapid.SliceOfN(rapid.IntRange(1, 60), 0, 6).Draw(t, "outages")
	return p
}

// texts are all that the page may show: every mix of three facts, with and without a
// note, and one that differs in form only.
var texts = mixes()

func mixes() (out []*article.Article) {
	for _, drivers := range []string{"4,200 drivers", "5,900 drivers", "7,100 drivers"} {
		for _, cost := range []string{"2.6 million", "3.4 million"} {
			a := page("4,200 drivers", drivers, "2.6 million", cost)
			out = append(out, a, with(a, func(a *article.Article) { a.Blocks = append(a.Blocks, noted.Blocks[len(noted.Blocks)-1]) }))
		}
	}
	return append(out, cosmetic)
}

// TestSimulation: whatever a page does, each watch hears of a chain of changes
// without gap or double that ends at what the page says, and of nothing that was
// seen but once.
func TestSimulation(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPlan(rt)
		var problems []string
		synctest.Test(t, func(t *testing.T) { problems = simulate(t, p) })
		for _, s := range problems {
			rt.Error(s)
		}
	})
}

func simulate(t *testing.T, p plan) []string {
	b := newBench(t)
	at := func(minute int) time.Time { return epoch.Add(time.Duration(minute) * time.Minute) }
	b.site.answer = func(_ string, n int) look { return p.shows(int(time.Since(epoch)/time.Minute), n) }
	var commits atomic.Int32
	b.store.beforeCommit = func(watch.Commit) error {
		if slices.Contains(p.outages, int(commits.Add(1))) {
			return errors.New("the disk is full")
		}
		return nil
	}
	s := watch.NewScheduler(b.checker, b.store, watch.SchedulerOptions{Tick: 30 * time.Second, Workers: 2})
	if err := s.Start(t.Context()); err != nil {
		return []string{err.Error()}
	}
	ids := map[int]string{}
	for minute := range eventful + restful {
		time.Sleep(time.Until(at(minute)))
		for i, c := range p.channel {
			id, there := ids[i]
			switch {
			case minute >= c.added && !there:
				w := watch.Watch{URL: bridge, Destination: alert.Destination{Guild: "local", Channel: fmt.Sprint(i)}, Alerts: c.alerts, Schedule: "10m"}
				if added, err := b.checker.Add(context.Background(), w); err == nil {
					ids[i] = added.Watch.ID
				}
			case there && minute == c.mute && c.pause:
				b.store.edit(id, func(w *watch.Watch) { w.Paused = true })
			case there && minute == c.mute:
				b.store.edit(id, func(w *watch.Watch) { w.MutedUntil = at(c.until) })
			}
			if minute == c.until && c.pause {
				b.store.edit(id, func(w *watch.Watch) { w.Paused = false })
				b.store.dueAt(b.article, time.Now())
			}
		}
	}
	if err := s.Stop(context.Background()); err != nil {
		return []string{err.Error()}
	}
	b.consistent()
	return b.problems(p, ids)
}

// shows is what the page answers at a minute; n tells looks apart.
func (p plan) shows(minute, n int) look {
	now := look{article: textA, verdict: article.OK}
	last := -1
	for _, e := range p.events {
		if e.kind == "text" && e.at <= minute && e.at > last {
			now.article, last = texts[e.text], e.at
		}
	}
	for _, e := range p.events {
		if minute < e.at || minute >= e.at+e.for_ {
			continue
		}
		switch e.kind {
		case "flap":
			if n%2 == 0 {
				now.article = texts[e.text]
			}
		case "wall":
			return wall(article.Blocked)
		case "down":
			return fails(article.Unreachable, "the server can't be reached")
		case "gone":
			return fails(article.Gone, "there is no such page")
		}
	}
	return now
}

// problems compares what was told with what must hold.
func (b *bench) problems(p plan, ids map[int]string) (out []string) {
	e := b.store.entry(b.article)
	if e == nil {
		return nil // never readable while somebody tried to watch it
	}
	final := p.shows(eventful+restful, 1).article
	if e.state.LastDigest != final.Digest() {
		if r := report.Compare(e.revisions[e.state.Last-1].Article, final); r.Outcome == report.Changed {
			out = append(out, fmt.Sprintf("the page rests at a text that is not the newest revision: %+v", e.visits[len(e.visits)-1]))
		}
	}
	for i, c := range p.channel {
		id, ok := ids[i]
		if !ok {
			continue
		}
		w := b.store.watchOf(id)
		told, kinds := 0, ""
		for _, d := range b.store.queue {
			n := d.Notice
			if d.Watch != id {
				continue
			}
			kinds += string(n.Kind) + " "
			if n.To == 0 {
				continue
			}
			if n.Kind == alert.Acknowledged && !strings.Contains(kinds, string(alert.Change)) && !strings.Contains(kinds, string(alert.Reverted)) {
				out = append(out, fmt.Sprintf("%s: acknowledged %d→%d, but nothing was told before: %s", id, n.From, n.To, kinds))
			}
			if n.Kind == alert.Acknowledged && n.To == told {
				continue // told beside the changes of the same revision
			}
			if told > 0 && n.From != told && e.revisions[n.From-1].Digest != e.revisions[told-1].Digest {
				out = append(out, fmt.Sprintf("%s: told %d→%d after %d", id, n.From, n.To, told))
			}
			if e.revisions[n.From-1].Digest == e.revisions[n.To-1].Digest {
				out = append(out, fmt.Sprintf("%s: told %d→%d, which is the same text", id, n.From, n.To))
			}
			if !c.alerts.Passes(n.Report) {
				out = append(out, fmt.Sprintf("%s: told %d→%d below its threshold", id, n.From, n.To))
			}
			told = n.To
		}
		if r := report.Compare(e.revisions[w.Told-1].Article, final); c.alerts.Passes(r) {
			out = append(out, fmt.Sprintf("%s (%s) heard up to %d of %d and not the rest (%s); %s", id, c.alerts, w.Told, e.state.Last, kinds, e.visits[len(e.visits)-1].Reason))
		}
	}
	for _, r := range e.revisions {
		edited := strings.Contains(r.Reason, "edited for") || r.Label == article.Reverted
		if r.Fetches < 2 && r.Label != article.Baseline && r.Label != article.Cosmetic && !hasNote(r.Article) && !edited {
			out = append(out, fmt.Sprintf("revision %d was believed after %d looks: %s", r.Number, r.Fetches, r.Reason))
		}
	}
	return out
}

func hasNote(a *article.Article) bool { return a.Blocks[len(a.Blocks)-1].Role == article.Note }
