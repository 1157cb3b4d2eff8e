// Package newstest is a small world of news outlets whose articles change as a
// script says, and which knows the truth of what it changed: for the demo, and for
// tests of the whole program.
//
// Every edit of a script ([ReplaceNumber], [AddNote], [Vanish] …) both changes the
// page and says what a reader is to be told of it, so that the pages and the truth
// can't drift apart. The site moves on only when it is told to ([Site.Advance]),
// never by the clock, and can be served over loopback or over memory ([Start]).
// [Check] compares what was told with the truth. [Folder] serves saved pages.
//
// It knows nothing of the program it tests and imports nothing of it. All outlets,
// places and people are invented; the hosts end in ".test", which no one can own.
//
// Start reading at [New], then at script.go.
package newstest

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Site is a set of outlets with their articles. Its methods may be called by any
// number of goroutines at once.
type Site struct {
	mu       sync.Mutex
	articles []*article // in the order of their addresses
	script   []Step
	layouts  *template.Template
	faults   map[string]*Fault // by host and path, or host alone
	fetches  map[string]int    // by host and path
}

// article is a page with all its states to come.
type article struct {
	story   *story
	states  []page  // states[0] is what is seen first
	truths  []Truth // truths[i] is about the step from states[i] to states[i+1]
	at      int     // index of the state that is shown
	changed time.Time
	shown   int // pages given out in this state, which turns headlines that alternate
}

// New makes the site as it is before anything changed. Articles carry the date of
// now, so that they are fresh; texts name weekdays that fit.
func New() (*Site, error) {
	now := time.Now()
	stories, err := readStories(now)
	if err != nil {
		return nil, err
	}
	layouts, err := parseLayouts()
	if err != nil {
		return nil, err
	}
	s := &Site{layouts: layouts, faults: map[string]*Fault{}, fetches: map[string]int{}}
	for _, st := range stories {
		s.articles = append(s.articles, &article{story: st, states: []page{st.page()}, changed: st.published})
	}
	for _, step := range script(now) {
		a := s.find(step.Article)
		if a == nil {
			return nil, fmt.Errorf("newstest: the script names %q, which is no article", step.Article)
		}
		next, truth, err := step.play(a)
		if err != nil {
			return nil, fmt.Errorf("newstest: %s, %s: %w", step.Article, step.Name, err)
		}
		a.states, a.truths = append(a.states, next), append(a.truths, truth)
		s.script = append(s.script, step)
	}
	return s, nil
}

// find gives the article of that name or address, or nil.
func (s *Site) find(name string) *article {
	for _, a := range s.articles {
		if a.story.slug == name || a.story.url() == name {
			return a
		}
	}
	return nil
}

// URLs gives the addresses of the articles, sorted. They lead nowhere but through
// [Server.DialContext].
func (s *Site) URLs() []string {
	var urls []string
	for _, a := range s.articles {
		urls = append(urls, a.story.url())
	}
	slices.Sort(urls)
	return urls
}

// URL gives the address of an article by its name, or "" when there is none.
func (s *Site) URL(name string) string {
	if a := s.find(name); a != nil {
		return a.story.url()
	}
	return ""
}

// URLsAt gives the addresses of the articles for a client that can only reach base,
// such as "http://127.0.0.1:8080": the outlet's name is the first part of the path.
// It is the same server and the same page; [Check] knows both forms.
func (s *Site) URLsAt(base string) []string {
	urls := s.URLs()
	for i, u := range urls {
		urls[i] = strings.TrimSuffix(base, "/") + "/" + strings.TrimPrefix(u, "http://")
	}
	return urls
}

// Feeds gives the addresses of the outlets' feeds, sorted.
func (s *Site) Feeds() []string {
	var urls []string
	for _, o := range outlets() {
		urls = append(urls, "http://"+o.Host+"/feed.xml")
	}
	slices.Sort(urls)
	return urls
}

// Advance moves one article, by its name or address, to its next state and gives the
// truth of that step. It reports false when the article is at its end or unknown.
func (s *Site) Advance(name string) (Truth, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.find(name)
	if a == nil || a.at >= len(a.truths) {
		return Truth{}, false
	}
	return a.advance(), true
}

// advance moves to the next state. The time of the change is at least a second later
// than the last one, since Last-Modified counts in seconds.
func (a *article) advance() Truth {
	t := a.truths[a.at]
	a.at++
	a.shown = 0
	if a.states[a.at].dated {
		now := time.Now()
		if least := a.changed.Add(time.Second); now.Before(least) {
			now = least
		}
		a.changed = now.Truncate(time.Second)
	}
	return t
}

// AdvanceAll moves every article that has a next state by one and gives the truths,
// in the order of the addresses. It gives none when all are at their ends.
func (s *Site) AdvanceAll() []Truth {
	s.mu.Lock()
	defer s.mu.Unlock()
	var truths []Truth
	for _, a := range s.articles {
		if a.at < len(a.truths) {
			truths = append(truths, a.advance())
		}
	}
	return truths
}

// Truths gives what happened so far, by address, then in order of time.
func (s *Site) Truths() []Truth {
	s.mu.Lock()
	defer s.mu.Unlock()
	var truths []Truth
	for _, a := range s.articles {
		truths = append(truths, a.truths[:a.at]...)
	}
	return truths
}

// Script gives all steps in order of time.
func (s *Site) Script() []Step { return slices.Clone(s.script) }

// Fetches tells how often a page of ours was asked for so far, whatever the answer
// was; of an address in either form.
func (s *Site) Fetches(address string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fetches[s.key(address)]
}

// SetFault makes an address misbehave from now on; the zero Fault heals it. An
// address without a path ("http://the-lantern.test") is all of an outlet.
func (s *Site) SetFault(address string, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.key(address)
	if f == (Fault{}) {
		delete(s.faults, key)
		return
	}
	s.faults[key] = &f
}

// key is host and path of an address of either form.
func (s *Site) key(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	host, path, prefix := route(u.Host, u.Path)
	if prefix != "" && u.Path == prefix {
		path = ""
	}
	return host + path
}

// Handler serves all outlets, told apart by the Host of the request.
func (s *Site) Handler() http.Handler { return http.HandlerFunc(s.serve) }
