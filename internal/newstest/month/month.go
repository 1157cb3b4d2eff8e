// Package month makes up a month of news: some thousand articles of tens of outlets,
// each outlet with a layout, habits and troubles of its own, whose articles are
// edited, corrected, tested, walled off, moved and taken down at known times. It
// serves them as the web would and keeps the truth of all that happened, so that what
// a watcher told can be held against it ([Month.Judge]).
//
// Everything follows from a seed and the clock, which inside testing/synctest is the
// bubble's. Texts are composed of word lists written for this package; outlets, places
// and people are invented and all hosts end in ".test". It knows nothing of the program
// it tests.
//
// Start reading at [New], then at life.go, which says what happens to an article.
package month

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Options of a month. All but Only are needed.
type Options struct {
	Seed     uint64
	Start    time.Time
	Days     int // in which articles appear and things happen
	Hosts    int
	Articles int
	// Only names the hosts whose articles appear, so that what a month shows can be
	// looked into in a part of its time; empty: all.
	Only []string
	// Every says how often an article of an age is looked at, so that what happens to
	// an article is as far apart as can be told apart.
	Every func(age time.Duration) time.Duration
}

// Rest is how long after the last day nothing happens any more: whatever is to be told
// must have been by its end.
const Rest = 4 * 24 * time.Hour

// Month is the outlets with their articles. Its handler may be called by any number of
// goroutines at once.
type Month struct {
	o        Options
	hosts    []*host
	articles []*Article // by time of publication
	byPath   map[string]*Article

	mu sync.Mutex // guards what articles and hosts count
}

// New makes up a month.
func New(o Options) (*Month, error) {
	tongues, err := readTongues()
	if err != nil {
		return nil, err
	}
	layouts, err := readLayouts()
	if err != nil {
		return nil, err
	}
	m := &Month{o: o, byPath: map[string]*Article{}}
	for i := range o.Hosts {
		m.hosts = append(m.hosts, newHost(o, i, layouts, tongues))
	}
	for i := range o.Articles {
		m.add(newArticle(o, i, m.hosts[i%len(m.hosts)]))
	}
	if len(o.Only) > 0 {
		m.articles = slices.DeleteFunc(m.articles, func(a *Article) bool { return !slices.Contains(o.Only, a.host.name) })
	}
	slices.SortStableFunc(m.articles, func(a, b *Article) int { return a.Published.Compare(b.Published) })
	return m, nil
}

func (m *Month) add(a *Article) {
	m.articles = append(m.articles, a)
	a.host.articles = append(a.host.articles, a)
	for _, s := range a.states {
		m.byPath[a.host.name+s.path] = a
	}
}

// Hosts gives the names of the outlets' hosts.
func (m *Month) Hosts() []string {
	var names []string
	for _, h := range m.hosts {
		names = append(names, h.name)
	}
	return names
}

// Articles gives the articles by time of publication.
func (m *Month) Articles() []*Article { return m.articles }

// End is when the last thing has happened and been given time to be seen.
func (m *Month) End() time.Time {
	return m.o.Start.AddDate(0, 0, m.o.Days).Add(Rest)
}

// dice makes the random numbers of one matter; equal names give equal numbers.
func dice(seed uint64, names ...any) *rand.Rand {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, names...)
	return rand.New(rand.NewPCG(seed, h.Sum64())) //nolint:gosec // a simulation must repeat itself
}

// between draws a duration.
func between(r *rand.Rand, least, most time.Duration) time.Duration {
	return least + time.Duration(r.Int64N(int64(most-least)+1)).Truncate(time.Second)
}

// pick draws one of a list.
func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
