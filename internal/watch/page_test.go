package watch_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"erratum/internal/article"
)

// The story that the tests change, written for them.
var story = []string{
	"The council of Harrow Sound voted on Tuesday to close the old swing bridge for repairs after inspectors found cracks in two of its girders.",
	"About 4,200 drivers cross the bridge on a working day, according to the roads office.",
	"Mayor Ellen Tarrant said the closure would begin on 3 May and last nine weeks.",
	"\"We looked at every other way to do this,\" she told reporters outside the town hall.",
	"Shopkeepers on the east bank fear that the detour will keep customers away.",
	"A ferry for people on foot will run every 20 minutes while the bridge is shut.",
	"The repairs are expected to cost 2.6 million pounds, most of it paid by the county.",
	"The bridge opened in 1911 and was last repaired in 1987.",
}

const headline = "Swing bridge to close for nine weeks"

// page makes an article of the story after edits: pairs of old and new words.
func page(edits ...string) *article.Article {
	a := &article.Article{
		URL: "https://news.example/bridge", Site: "The Sound", Headline: headline,
		Bylines: []string{"Ruth Abel"}, Language: "en", Extractor: "test/1",
		Published: epoch.Add(-time.Hour),
	}
	for i, p := range story {
		role := article.Body
		if i == 0 {
			role = article.Lede
		}
		a.Blocks = append(a.Blocks, article.Block{Role: role, Text: strings.NewReplacer(edits...).Replace(p)})
	}
	return a
}

// epoch is when bubbles of synctest begin.
var epoch = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// with changes a copy of an article.
func with(a *article.Article, change func(*article.Article)) *article.Article {
	b := *a
	b.Blocks = append([]article.Block(nil), a.Blocks...)
	change(&b)
	return &b
}

// The versions: what page shows in the tests.
var (
	textA = page()
	// textB changes a number, textC another beside it, textD that other alone.
	textB = page("4,200 drivers", "5,900 drivers")
	textC = page("4,200 drivers", "5,900 drivers", "2.6 million", "3.4 million")
	textD = page("2.6 million", "3.4 million")
	textE = page("1911", "1913", "nine weeks", "eleven weeks")
	// cosmetic changes typography only.
	cosmetic = page("\"We looked", "“We looked", "this,\" she", "this,” she")
	// headlined changes nothing but the headline.
	headlined = with(textA, func(a *article.Article) { a.Headline = "Bridge shut for eleven weeks from May" })
	// noted is B with a note that says so.
	noted = with(textB, func(a *article.Article) {
		a.Blocks = append(a.Blocks, article.Block{Role: article.Note, Text: "Correction: An earlier version of this article misstated the number of drivers who cross the bridge. It is 5,900, not 4,200."})
	})
	// halvedText lost most of the story.
	halvedText = with(textA, func(a *article.Article) { a.Blocks = a.Blocks[:2] })
	thirdText  = with(textA, func(a *article.Article) { a.Blocks = a.Blocks[:3] })
	// otherPage is another article altogether, of like length.
	otherPage = with(textA, func(a *article.Article) {
		a.Headline = "Gales bring down trees across the county"
		for i := range a.Blocks {
			a.Blocks[i].Text = []string{
				"Winds of up to 70 miles an hour brought down trees and power lines on Friday night.",
				"Some 1,800 homes in the north of the county were without power in the morning.",
				"Engineers hope to restore supply by the evening.",
				"No one was hurt, the fire service said.",
				"Two schools will stay shut until their roofs have been looked at.",
				"The coast road is blocked in three places between the harbour and the golf course.",
				"Trains run with delays of up to an hour.",
				"Forecasters expect the wind to ease on Sunday.",
			}[i]
		}
	})
	// foreign is another article in another language that still says "en".
	foreign = with(textA, func(a *article.Article) {
		a.Headline = "Sturm stürzt im ganzen Kreis Bäume um"
		for i := range a.Blocks {
			a.Blocks[i].Text = []string{
				"Böen von bis zu 110 Kilometern je Stunde haben in der Nacht zum Samstag Bäume und Leitungen umgerissen.",
				"Rund 1800 Haushalte im Norden des Kreises hatten am Morgen keinen Strom.",
				"Die Techniker hoffen, dass sie die Versorgung bis zum Abend wiederherstellen.",
				"Verletzt wurde niemand, wie die Feuerwehr mitteilte.",
				"Zwei Schulen bleiben geschlossen, bis ihre Dächer geprüft sind.",
				"Die Küstenstraße ist zwischen dem Hafen und dem Golfplatz an drei Stellen gesperrt.",
				"Züge fahren mit bis zu einer Stunde Verspätung.",
				"Am Sonntag soll der Wind nachlassen, sagen die Meteorologen.",
			}[i]
		}
	})
	german = with(otherPage, func(a *article.Article) { a.Language = "de" })
	old    = with(textD, func(a *article.Article) { a.Modified = epoch.Add(-48 * time.Hour) })
)

// What a look may bring besides the text.
func varies(r *article.Reading) { r.Varies = true }
func paid(r *article.Reading)   { r.Paid = true }
func at(url string) func(*article.Reading) {
	return func(r *article.Reading) { r.URL = url }
}
func aged(d time.Duration) func(*article.Reading) {
	return func(r *article.Reading) { r.Age = d }
}
func dated(d time.Duration) func(*article.Reading) {
	return func(r *article.Reading) {
		r.Validators.LastModified = epoch.Add(d).Format("Mon, 02 Jan 2006 15:04:05") + " GMT"
	}
}

// named is an article that gives its address.
func named(a *article.Article, url string) *article.Article {
	return with(a, func(a *article.Article) { a.CanonicalURL = url })
}

// look is what a page answers once.
type look struct {
	article     *article.Article
	verdict     article.Verdict
	reason      string
	notModified bool
	movedTo     string
	delay       time.Duration
	rendered    bool
	err         *article.ReadError
	also        func(*article.Reading) // what else the look brings
}

// with makes a look bring more.
func (l look) with(change func(*article.Reading)) look {
	l.also = change
	return l
}

func shows(a *article.Article) look { return look{article: a, verdict: article.OK} }

func fails(p article.Problem, reason string) look {
	return look{err: &article.ReadError{Problem: p, Reason: reason, Status: map[article.Problem]int{article.Gone: 404, article.BlockedBy: 403}[p]}}
}

func wall(v article.Verdict) look {
	return look{article: with(otherPage, func(a *article.Article) { a.Blocks = a.Blocks[:1] }), verdict: v, reason: "asks to prove that a person is reading"}
}

// site answers looks by URL; it is a watch.Reader.
type site struct {
	mu       sync.Mutex
	now      map[string]look
	requests []article.Request
	answer   func(url string, n int) look // when set, it answers
	delay    time.Duration
	reading  int // at this moment
	most     int // at any moment
}

func (s *site) show(url string, l look) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now[url] = l
}

func (s *site) Read(ctx context.Context, r article.Request) (*article.Reading, error) {
	s.count(1)
	defer s.count(-1)
	if s.delay > 0 {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(s.delay):
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r)
	l, ok := s.now[r.URL]
	if s.answer != nil {
		l, ok = s.answer(r.URL, len(s.requests)), true
	}
	if !ok {
		return nil, &article.ReadError{Problem: article.Gone, Reason: "there is no such page", Status: 404}
	}
	if l.err != nil {
		return nil, l.err
	}
	out := &article.Reading{Status: 200, URL: r.URL, Verdict: l.verdict, Reason: l.reason, MovedTo: l.movedTo, NotModified: l.notModified, Delay: l.delay, Rendered: l.rendered}
	if l.movedTo != "" {
		out.URL = l.movedTo
	}
	if !l.notModified && l.article != nil {
		out.Article = l.article
		out.Page, _ = json.Marshal(l.article)
		out.PageDigest = fmt.Sprint("bytes of ", l.article.Digest(), l.article.Modified, l.article.Extractor)
		out.Validators = article.Validators{ETag: l.article.Digest()}
		if out.PageDigest == r.KnownDigest { // the same bytes are not read again
			out.Article, out.Verdict, out.NotModified = nil, "", true
		}
	}
	if l.also != nil {
		l.also(out)
	}
	return out, nil
}

func (s *site) count(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reading += n
	s.most = max(s.most, s.reading)
}
