package storetest

import (
	"fmt"
	"sync"
	"time"

	"erratum/internal/alert"
)

func storyTests() []test {
	return []test{
		{"one delivery tells an edit, the others are named there", storyOne},
		{"only one of many at once tells it", storyRace},
		{"a channel's stories are its own", storyIsolated},
		{"a story that lost its message begins anew", storyLeft},
		{"a story is old after a day and forgotten after a week", storyOld},
	}
}

const edit = "the cost is 5.1 million now"

// page is a delivery about another page.
func page(to alert.Destination, n int) alert.Delivery {
	return alert.Delivery{
		ID: fmt.Sprintf("delivery-%d", n), Destination: to,
		Notice: alert.Notice{Kind: alert.Change, Subject: alert.Subject{Article: fmt.Sprint("article-", n), URL: url("a.example", n)}},
	}
}

// join joins and fails the test on errors.
func (b *bench) join(d alert.Delivery) alert.Story {
	b.Helper()
	s, err := b.Join(b.Context(), d, edit)
	b.must(err)
	return s
}

func storyOne(b *bench) {
	first, second := page(here, 1), page(here, 2)
	for range 2 {
		if s := b.join(first); s.Delivery != first.ID || s.Message != "" || s.Subject != first.Notice.Subject {
			b.Fatalf("the first gets %+v", s)
		}
	}
	if s := b.join(second); s.Delivery != first.ID || s.Message != "" || len(s.Also) != 0 {
		b.Fatalf("the second joins before there is a message: %+v", s)
	}
	b.must(b.Lead(b.Context(), second, edit, "not the first's"))
	for range 2 {
		b.must(b.Lead(b.Context(), first, edit, "m1"))
	}
	for range 2 {
		if s := b.join(second); s.Delivery != first.ID || s.Message != "m1" || len(s.Also) != 1 || s.Also[0].Delivery != second.ID {
			b.Fatalf("the second gets %+v", s)
		}
	}
	b.join(page(here, 3))
	kept, err := b.Stories(b.Context(), here)
	b.must(err)
	if len(kept) != 1 || len(kept[0].Also) != 2 || kept[0].Also[1].Subject.Article != "article-3" {
		b.Fatalf("kept %+v", kept)
	}
}

func storyRace(b *bench) {
	var mu sync.Mutex
	lead := map[string]bool{}
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			s, err := b.Join(b.Context(), page(here, n), edit)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				b.Error(err)
			}
			lead[s.Delivery] = true
		})
	}
	wg.Wait()
	if len(lead) != 1 {
		b.Fatalf("told by %v", lead)
	}
	for n := range 8 {
		for id := range lead {
			if page(here, n).ID == id {
				b.must(b.Lead(b.Context(), page(here, n), edit, "m"))
			}
		}
	}
	for n := range 8 {
		wg.Go(func() {
			if _, err := b.Join(b.Context(), page(here, n), edit); err != nil {
				b.Error(err)
			}
		})
	}
	wg.Wait()
	kept, err := b.Stories(b.Context(), here)
	b.must(err)
	if len(kept) != 1 || len(kept[0].Also) != 7 {
		b.Fatalf("kept %+v", kept)
	}
}

func storyIsolated(b *bench) {
	b.join(page(here, 1))
	for _, to := range []alert.Destination{{Guild: here.Guild, Channel: "another"}, {Guild: "another", Channel: here.Channel}} {
		if kept, err := b.Stories(b.Context(), to); err != nil || len(kept) != 0 {
			b.Fatalf("%+v sees %+v, %v", to, kept, err)
		}
		if s := b.join(page(to, 2)); s.Delivery != page(to, 2).ID {
			b.Fatalf("%+v joins %+v", to, s)
		}
	}
}

func storyLeft(b *bench) {
	first, second := page(here, 1), page(here, 2)
	b.join(first)
	b.must(b.Lead(b.Context(), first, edit, "m1"))
	b.must(b.Leave(b.Context(), here, edit, second.ID))
	if s := b.join(second); s.Delivery != first.ID {
		b.Fatalf("another's leaving ended the story: %+v", s)
	}
	for range 2 {
		b.must(b.Leave(b.Context(), here, edit, first.ID))
	}
	if kept, err := b.Stories(b.Context(), here); err != nil || len(kept) != 0 {
		b.Fatalf("kept %+v, %v", kept, err)
	}
	if s := b.join(second); s.Delivery != second.ID || len(s.Also) != 0 {
		b.Fatalf("got %+v", s)
	}
}

func storyOld(b *bench) {
	first, second := page(here, 1), page(here, 2)
	b.join(first)
	b.must(b.Lead(b.Context(), first, edit, "m1"))
	b.clock.advance(24*time.Hour + time.Second)
	if kept, err := b.Stories(b.Context(), here); err != nil || len(kept) != 1 {
		b.Fatalf("kept %+v, %v", kept, err)
	}
	if s := b.join(second); s.Delivery != second.ID {
		b.Fatalf("joined an old story: %+v", s)
	}
	b.clock.advance(alert.StoryKept)
	b.must(b.Sweep(b.Context()))
	if kept, err := b.Stories(b.Context(), here); err != nil || len(kept) != 0 {
		b.Fatalf("kept %+v, %v", kept, err)
	}
}
