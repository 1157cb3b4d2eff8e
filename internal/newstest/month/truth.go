package month

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// truth is what is to be told of one thing that happened.
type truth struct {
	what        string
	from, until time.Time
	kinds       []string // of notices that tell it
	marks       marks    // what must be told to have come or gone
	must        bool     // else it may be told, once
	told        int
}

// Told is one notice as it was shown.
type Told struct {
	At      time.Time
	URL     string
	Kind    string
	Text    string // of the notice, as it is read
	Changes []Change
}

// Judgement is what telling was worth.
type Judgement struct {
	Right                  map[string]int // notices that told what happened, by what
	Missed, False, Doubled []string       // a line each
	Unwatched              int            // things that happened before an article was watched
	Silent                 int            // things that happened and were not to be told
}

// Judge holds what was told against what happened.
func (m *Month) Judge(told []Told) Judgement {
	m.mu.Lock()
	defer m.mu.Unlock()
	j := Judgement{Right: map[string]int{}}
	byArticle := map[*Article][]Told{}
	for _, t := range told {
		a := m.byPath[strings.TrimPrefix(t.URL, "http://")]
		if a == nil {
			j.False = append(j.False, "of no article: "+t.URL)
			continue
		}
		byArticle[a] = append(byArticle[a], t)
	}
	for _, a := range m.articles {
		a.judge(byArticle[a], &j)
	}
	return j
}

// judge holds what was told of one article against what happened to it.
func (a *Article) judge(told []Told, j *Judgement) {
	truths := a.watched(j)
	for _, t := range told {
		var fits, fresh []*truth
		for i := range truths {
			if x := &truths[i]; x.fits(t) {
				fits = append(fits, x)
				if x.told == 0 {
					fresh = append(fresh, x)
				}
			}
		}
		switch {
		case len(fits) == 0:
			j.False = append(j.False, a.line(t.At, t.Kind+": "+oneLine(t.Text)))
		case len(fresh) == 0:
			j.Doubled = append(j.Doubled, a.line(t.At, fits[0].what+", "+t.Kind+": "+oneLine(t.Text)))
		default:
			j.Right[t.Kind]++
		}
		for _, x := range fits {
			x.told++
		}
	}
	for _, x := range truths {
		if x.must && x.told == 0 {
			j.Missed = append(j.Missed, a.line(x.from, x.what+" "+x.marks.String()))
		}
	}
}

// watched gives the truths since the article is watched, those of its being out of
// sight among them.
func (a *Article) watched(j *Judgement) []truth {
	var out []truth
	for _, x := range slices.Concat(a.truths, a.hidden()) {
		if a.added.IsZero() || x.from.Before(a.added) {
			j.Unwatched++
			continue
		}
		out = append(out, x)
	}
	j.Silent += len(a.states) - 1 - len(a.truths)
	return out
}

func (x *truth) fits(t Told) bool {
	return slices.Contains(x.kinds, t.Kind) && !t.At.Before(x.from) && !t.At.After(x.until) && x.marks.told(t.Changes)
}

func (a *Article) line(at time.Time, s string) string {
	return fmt.Sprintf("%s %s (%s, %s): %s", at.Format("02 15:04:05"), a.URL(), a.host.layout.name, a.host.pace, s)
}

func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 900 {
		s = string(r[:900]) + " …"
	}
	return s
}

// sight is what one request was shown.
type sight struct {
	at    time.Time
	state int
	hid   trouble // empty: the article was shown
}

// Bounds of being blind and of being gone, as they are promised.
const (
	blindLooks = 3
	blindAfter = 6 * time.Hour
	goneLooks  = 3
	goneAfter  = time.Hour
	doubtFor   = 31 * time.Minute // what may be a real change is not told as blindness before
)

// hidden says what is to be told of looks that showed no article: that follows from what
// was shown, not from when troubles began.
func (a *Article) hidden() []truth {
	var out []truth
	var blind, gone []sight
	toldBlind, toldGone := false, false
	toldAt := 0 // in out
	end := func(kinds string, at time.Time) {
		out = append(out, truth{what: kinds, from: at, until: at.Add(slack), kinds: []string{kinds}, must: true})
	}
	for _, s := range a.looks {
		if s.at.Before(a.added) {
			continue
		}
		switch {
		case s.hid == missing:
			gone = append(gone, s)
			long := s.at.Sub(gone[0].at)
			if !toldGone && len(gone) >= goneLooks && long >= goneAfter {
				toldGone = true
				end("gone", s.at)
			}
		case s.hid.blinds():
			blind = append(blind, s)
			long := s.at.Sub(blind[0].at)
			if !toldBlind && !toldGone && (len(blind) >= blindLooks || long >= blindAfter) {
				toldBlind, toldAt = true, len(out)
				end("blind", s.at)
				x := &out[len(out)-1]
				x.until = s.at.Add(16 * time.Hour)
				x.must = long >= doubtFor
			}
		default:
			if toldGone {
				end("returned", s.at)
			} else if toldBlind {
				// A request that was cut off is made again at once: many looks may be few
				// to the watcher. What lasted is told, and so is its end.
				lasted := blind[len(blind)-1].at.Sub(blind[0].at) >= doubtFor
				out[toldAt].must = out[toldAt].must || lasted
				end("recovered", s.at)
				out[len(out)-1].must = lasted
			}
			blind, gone, toldBlind, toldGone = nil, nil, false, false
		}
	}
	return out
}
