package watch_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/watch"
)

func TestAdd(t *testing.T) {
	local := alert.Destination{Guild: "local", Channel: "news"}

	bubble(t, "answers from the one look that is also the first check", func(b *bench) {
		b.site.show(bridge, shows(noted))
		added, err := b.checker.Add(b.t.Context(), watch.Watch{URL: "HTTPS://News.Example/bridge?utm_source=x#top", Destination: local})
		if err != nil {
			b.t.Fatal(err)
		}
		if !added.Created || added.Article.Headline != headline || added.Watch.URL != bridge || added.Watch.Alerts != alert.Facts || added.Watch.Schedule != "adaptive" {
			b.t.Errorf("added %+v", added)
		}
		if wait := time.Until(added.Next); wait < 5*time.Minute || wait > 6*time.Minute {
			b.t.Errorf("the next check is in %v", wait)
		}
		if len(b.site.requests) != 1 || b.store.entry(b.article).state.Last != 1 {
			b.t.Errorf("%d looks, %d revisions", len(b.site.requests), b.store.entry(b.article).state.Last)
		}
		if w := b.store.watchOf(added.Watch.ID); w.Told != 1 || w.First != 1 || w.Judged != 1 {
			b.t.Errorf("told %d, first %d, judged %d", w.Told, w.First, w.Judged)
		}
	})

	bubble(t, "again changes the settings", func(b *bench) {
		first := b.add("news", nil)
		again, err := b.checker.Add(b.t.Context(), watch.Watch{URL: bridge, Destination: local, Alerts: alert.All, Schedule: "1h"})
		if err != nil || again.Created || again.Watch.ID != first.ID || again.Watch.Alerts != alert.All {
			b.t.Errorf("%+v, %v", again, err)
		}
	})

	bubble(t, "during a hold, from what the page shows", func(b *bench) {
		b.add("first", nil)
		b.site.show(bridge, shows(textB))
		b.stays()
		time.Sleep(2 * time.Second)
		added, err := b.checker.Add(b.t.Context(), watch.Watch{URL: bridge, Destination: local})
		if err != nil || !added.Held || added.Article != textB || added.Watch.Shown != textB.Digest() {
			b.t.Errorf("%+v, %v", added, err)
		}
	})

	bubble(t, "a redirect is followed before", func(b *bench) {
		b.site.show("https://news.example/go/17", look{article: textA, verdict: article.OK, movedTo: bridge})
		added, err := b.checker.Add(b.t.Context(), watch.Watch{URL: "https://news.example/go/17", Destination: local})
		if err != nil || added.Watch.URL != bridge || b.store.entry(b.article).state.Last != 1 {
			b.t.Errorf("%+v, %v", added.Watch, err)
		}
	})

	canonical := func(url, headline string) look {
		return shows(with(textA, func(a *article.Article) { a.CanonicalURL, a.Headline = url, headline }))
	}
	for _, tt := range []struct {
		name, own string
		other     look
		want      string
	}{
		{"its own address is followed", newHome, canonical(newHome, headline), newHome},
		{"not when the other page is another article", newHome, canonical(newHome, "Gales bring down trees"), bridge},
		{"not when the other page names a third", newHome, canonical("https://news.example/third", headline), bridge},
		{"not when the other page can't be read", newHome, fails(article.Gone, "there is no such page"), bridge},
		{"not to another domain", "https://elsewhere.example/bridge", canonical("https://elsewhere.example/bridge", headline), bridge},
	} {
		bubble(t, tt.name, func(b *bench) {
			b.site.show(bridge, canonical(tt.own, headline))
			b.site.show(tt.own, tt.other)
			added, err := b.checker.Add(b.t.Context(), watch.Watch{URL: bridge, Destination: local})
			if err != nil || added.Watch.URL != tt.want {
				b.t.Errorf("watches %s, %v", added.Watch.URL, err)
			}
		})
	}

	for _, tt := range []struct {
		name    string
		watch   watch.Watch
		show    look
		problem article.Problem
		says    string
	}{
		{"odd addresses", watch.Watch{URL: "ftp://news.example/a"}, shows(textA), article.Refused, ""},
		{"odd schedules", watch.Watch{URL: bridge, Schedule: "1m"}, shows(textA), article.Refused, "5 minutes"},
		{"odd thresholds", watch.Watch{URL: bridge, Alerts: "loud"}, shows(textA), article.Refused, "all, facts or notes"},
		{"walls", watch.Watch{URL: bridge}, wall(article.Blocked), article.BlockedBy, "prove"},
		{"teasers", watch.Watch{URL: bridge}, look{article: textA, verdict: article.Teaser}, article.BlockedBy, "subscription"},
		{"lists", watch.Watch{URL: bridge}, look{article: textA, verdict: article.NotAnArticle}, article.Unreadable, "not an article"},
		{"missing pages", watch.Watch{URL: bridge}, fails(article.Gone, "there is no such page"), article.Gone, "no such page"},
		{"pages without text", watch.Watch{URL: bridge}, look{verdict: article.OK}, article.Unreadable, "no text"},
	} {
		bubble(t, "refuses "+tt.name, func(b *bench) {
			b.site.show(bridge, tt.show)
			tt.watch.Destination = local
			_, err := b.checker.Add(b.t.Context(), tt.watch)
			var bad *article.ReadError
			if !errors.As(err, &bad) || bad.Problem != tt.problem || !strings.Contains(bad.Reason, tt.says) {
				b.t.Errorf("error %v, want %s with %q", err, tt.problem, tt.says)
			}
			if len(b.store.articles) != 0 {
				b.t.Error("something was stored")
			}
		})
	}

	bubble(t, "stands although the article is being checked", func(b *bench) {
		b.add("first", nil)
		b.untilDue()
		leases, err := b.store.Lease(b.t.Context(), fair.Room{Free: 1}, 2*time.Minute, time.Second)
		if err != nil || len(leases) != 1 {
			b.t.Fatal(err)
		}
		added, err := b.checker.Add(b.t.Context(), watch.Watch{URL: bridge, Destination: local})
		if err != nil || !added.Created {
			b.t.Errorf("%+v, %v", added, err)
		}
		b.site.show(bridge, shows(noted))
		if _, err := b.checker.Check(b.t.Context(), leases[0]); err != nil {
			b.t.Fatal(err)
		}
		equalKinds(b.t, "the new watch", kinds(b.store.queue, added.Watch.ID), alert.Change)
	})
}
