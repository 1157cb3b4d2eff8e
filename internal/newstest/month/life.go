package month

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Article is a page of an outlet with all its states to come.
type Article struct {
	Published time.Time
	host      *host
	index     int
	states    []state // by time; the first is what is published
	spells    []spell
	truths    []truth
	added     time.Time // when the watcher said that it watches, zero before
	fetches   int
	looks     []sight // what it was shown, in order
}

// state is what an article's page shows from a time on.
type state struct {
	from     time.Time
	what     string
	story    *story
	path     string
	modified time.Time
	markup   int  // how the text is set
	removed  bool // answers that there is no such page
}

// URL is where the article is published.
func (a *Article) URL() string { return "http://" + a.host.name + a.states[0].path }

// Added says that the article is watched from a time on.
func (a *Article) Added(at time.Time) { a.added = at }

// newArticle draws the life of an article.
func newArticle(o Options, i int, h *host) *Article {
	r := dice(o.Seed, "article", i)
	a := &Article{host: h, index: i, Published: o.Start.Add(between(r, 0, time.Duration(o.Days)*24*time.Hour-20*time.Hour)).Truncate(time.Minute)}
	words := 150 + int(1350*r.Float64()*r.Float64())
	s := compose(h.tongue, r, words)
	path := fmt.Sprintf("/%s/%s-%d", pick(r, []string{"news", "region", "a/2026", "stories"}), slug(s.headline), 100000+i*37)
	a.states = []state{{from: a.Published, what: "published", story: s, path: path, modified: a.Published}}
	l := &life{o: o, r: r, a: a, at: a.Published.Add(between(r, 70*time.Minute, 9*time.Hour))}
	a.spells = l.articleSpells()
	l.live()
	return a
}

func slug(headline string) string {
	f := strings.FieldsFunc(strings.ToLower(headline), func(r rune) bool { return r < 'a' || r > 'z' })
	return strings.Join(f[:min(6, len(f))], "-")
}

// life is an article's life being drawn.
type life struct {
	o    Options
	r    *rand.Rand
	a    *Article
	at   time.Time // when the next thing may happen
	away []spell   // in which the page is taken down
	undo marks     // what takes the last edit back
}

// deed is something that happens to an article. It reports false when it can't.
type deed struct {
	weight int
	do     func(*life) bool
}

func deeds() []deed {
	return []deed{
		{26, (*life).edited}, {12, (*life).corrected}, {6, (*life).correctedLater}, {4, (*life).retouched},
		{10, (*life).grown}, {22, (*life).reformed}, {6, (*life).reset}, {5, (*life).reverted},
		{3, (*life).slipped}, {3, (*life).takenDown}, {3, (*life).moved}, {3, (*life).redated},
	}
}

// live draws what happens until the month is over. Every third article is left alone.
func (l *life) live() {
	if l.r.IntN(3) == 0 {
		return
	}
	all := deeds()
	sum := 0
	for _, d := range all {
		sum += d.weight
	}
	for n := 1 + l.r.IntN(4); n > 0; n-- {
		l.at = l.settled(l.at)
		if l.at.After(l.o.Start.AddDate(0, 0, l.o.Days)) {
			return
		}
		x := l.r.IntN(sum)
		for _, d := range all {
			if x -= d.weight; x < 0 {
				if d.do(l) {
					l.at = l.seen(l.at).Add(between(l.r, 0, 40*time.Hour))
				}
				break
			}
		}
	}
}

// slack is what confirming takes at most, holds of what was taken back before included.
const slack = 75 * time.Minute

// settled moves a time out of the spells in which the article is tested: what happens
// in them can't be told from the test.
func (l *life) settled(at time.Time) time.Time {
	for _, s := range l.a.spells {
		if (s.kind == titleTest || s.kind == textTest) && at.After(s.from.Add(-l.every(s.from)-slack)) && at.Before(s.to) {
			at = s.to.Add(l.every(s.to) + 4*time.Hour)
		}
	}
	return at
}

// seen is when what happens at a time must have been seen and told, spells in which the
// article can't be read included. A page that is missing is looked at ever more seldom,
// as one that can't be read is, so that its return is seen as late.
func (l *life) seen(at time.Time) time.Time {
	done := at.Add(2*l.every(at) + slack)
	for again := true; again; {
		again = false
		for _, s := range slices.Concat(l.a.host.spells, l.a.spells, l.away) {
			rested := s.to.Add(max(7*time.Hour, 2*l.every(at)+slack))
			if s.from.Before(done) && s.to.After(at.Add(-slack)) && rested.After(done) {
				done, again = rested, true
			}
		}
	}
	return done
}

// returned reports whether the last state says what an earlier one did.
func (l *life) returned() bool {
	s := l.last().story
	return slices.ContainsFunc(l.a.states[:len(l.a.states)-1], func(x state) bool {
		return x.story.headline == s.headline && x.story.dek == s.dek && slices.Equal(x.story.paras, s.paras) && slices.Equal(x.story.notes, s.notes)
	})
}

// every is the time between two looks at the article.
func (l *life) every(at time.Time) time.Duration { return l.o.Every(at.Sub(l.a.Published)) }

func (l *life) last() state { return l.a.states[len(l.a.states)-1] }

// becomes puts a state behind the last.
func (l *life) becomes(what string, at time.Time, change func(*state)) {
	next := l.last()
	next.from, next.what = at, what
	change(&next)
	l.a.states = append(l.a.states, next)
}

// expect says what is to be told of what happens at a time. An edit that makes the text
// what it was once, as a slip that is made again, may be told as a revert.
func (l *life) expect(what string, at time.Time, must bool, marks marks, kinds ...string) {
	if slices.Contains(kinds, "change") && l.returned() {
		kinds = append(kinds, "reverted")
	}
	l.a.truths = append(l.a.truths, truth{what: what, from: at, until: l.seen(at), kinds: kinds, marks: marks, must: must})
}

// stamp is the date of change that a page bears after an edit; some outlets edit without
// saying so.
func (l *life) stamp(s *state, at time.Time) {
	if l.a.host.dated && l.r.IntN(4) > 0 {
		s.modified = at
	}
}

// edited changes facts without a word; at times more than one within minutes.
func (l *life) edited() bool {
	times := 1
	if l.r.IntN(6) == 0 {
		times = 2 + l.r.IntN(2)
	}
	at, touched := l.at, map[string]bool{}
	for range times {
		next, f, to := change(l.last().story, l.r)
		if next == nil || touched[f.value] {
			return len(touched) > 0
		}
		touched[to] = true
		l.becomes("edit of "+string(f.kind), at, func(s *state) { s.story = next; l.stamp(s, at) })
		l.expect("edit of "+string(f.kind), at, true, swapped(f.value, to), "change")
		l.undo = swapped(to, f.value)
		l.at = at
		at = at.Add(between(l.r, time.Minute, 6*time.Minute))
	}
	return true
}

// corrected changes a fact and says so at once.
func (l *life) corrected() bool {
	next, f, to := change(l.last().story, l.r)
	if next == nil {
		return false
	}
	text := correction(next.tongue, l.r, f, to, l.at)
	next.notes = append(next.notes, note{text, l.r.IntN(3) == 0})
	l.becomes("correction with note", l.at, func(s *state) { s.story = next; l.stamp(s, l.at) })
	l.expect("correction of "+string(f.kind)+" with note", l.at, true, swapped(f.value, to), "change")
	return true
}

// correctedLater changes a fact, and says so hours later.
func (l *life) correctedLater() bool {
	next, f, to := change(l.last().story, l.r)
	if next == nil {
		return false
	}
	l.becomes("edit", l.at, func(s *state) { s.story = next })
	l.expect("edit of "+string(f.kind)+" that is owned up to later", l.at, true, swapped(f.value, to), "change")
	l.at = l.settled(l.seen(l.at).Add(between(l.r, time.Minute, 12*time.Hour)))
	noted := next.clone()
	noted.notes = append(noted.notes, note{correction(next.tongue, l.r, f, to, l.at), false})
	l.becomes("late note", l.at, func(s *state) { s.story = noted; l.stamp(s, l.at) })
	l.expect("late note", l.at, true, marks{}, "acknowledged", "change")
	return true
}

// retouched takes a note away again.
func (l *life) retouched() bool {
	s := l.last().story
	if len(s.notes) == 0 {
		return false
	}
	next := s.clone()
	next.notes = next.notes[:len(next.notes)-1]
	l.becomes("note taken away", l.at, func(s *state) { s.story = next })
	l.expect("note taken away", l.at, true, marks{}, "change", "reverted")
	return true
}

// grown adds a paragraph, of which a reader may be told.
func (l *life) grown() bool {
	next := added(l.last().story, l.r)
	l.becomes("paragraph added", l.at, func(s *state) { s.story = next; l.stamp(s, l.at) })
	l.expect("paragraph added", l.at, false, marks{}, "change")
	return true
}

// reformed changes the form only.
func (l *life) reformed() bool {
	next, what := quiet(l.last().story, l.r)
	if next == nil {
		return false
	}
	l.becomes(what, l.at, func(s *state) { s.story = next; l.stamp(s, l.at) })
	return true
}

// reset sets the text anew.
func (l *life) reset() bool {
	l.becomes("markup", l.at, func(s *state) { s.markup++ })
	return true
}

// redated bumps the date and nothing else.
func (l *life) redated() bool {
	l.becomes("date", l.at, func(s *state) { s.modified = l.at })
	return true
}

// reverted takes the last edit of facts back.
func (l *life) reverted() bool {
	n := len(l.a.states)
	if n < 2 || !strings.HasPrefix(l.a.states[n-1].what, "edit of") || l.a.states[n-2].removed {
		return false
	}
	back := l.a.states[n-2].story
	l.becomes("revert", l.at, func(s *state) { s.story = back; l.stamp(s, l.at) })
	l.expect("revert", l.at, true, l.undo, "reverted", "change")
	return true
}

// slipped shows a wrong fact for minutes: whoever looked in time may say so, and then
// that it was taken back.
func (l *life) slipped() bool {
	back := l.last().story
	next, f, to := change(back, l.r)
	if next == nil {
		return false
	}
	l.becomes("slip", l.at, func(s *state) { s.story = next })
	l.expect("slip", l.at, false, swapped(f.value, to), "change")
	l.at = l.at.Add(between(l.r, 3*time.Minute, 40*time.Minute))
	l.becomes("slip mended", l.at, func(s *state) { s.story = back })
	l.expect("slip mended", l.at, false, swapped(to, f.value), "reverted", "change")
	return true
}

// takenDown removes the page for good, or for a day or more.
func (l *life) takenDown() bool {
	down := l.at
	l.becomes("taken down", down, func(s *state) { s.removed = true })
	l.at = l.seen(l.at).Add(between(l.r, 3*time.Hour, 30*time.Hour))
	if l.r.IntN(2) == 0 {
		l.at = l.o.Start.AddDate(1, 0, 0)
		return false
	}
	l.becomes("put back", l.at, func(s *state) { s.removed = false })
	l.away = append(l.away, spell{from: down, to: l.at, kind: missing})
	return true
}

// moved gives the page another address; the old one leads there for good.
func (l *life) moved() bool {
	l.becomes("moved", l.at, func(s *state) { s.path = "/archive" + s.path })
	l.expect("moved", l.at, true, marks{}, "moved")
	return true
}

// articleSpells draws the tests and troubles of one article.
func (l *life) articleSpells() []spell {
	var out []spell
	a, r := l.a, l.r
	if r.IntN(12) == 0 { // headlines are tested when the article is new
		from := a.Published.Add(between(r, 65*time.Minute, 8*time.Hour))
		out = append(out, spell{from, from.Add(between(r, 2*time.Hour, 30*time.Hour)), titleTest, pick(r, []float64{.1, .2, .3})})
	} else if r.IntN(30) == 0 {
		from := a.Published.Add(between(r, 65*time.Minute, 20*time.Hour))
		out = append(out, spell{from, from.Add(between(r, time.Hour, 20*time.Hour)), textTest, pick(r, []float64{.05, .1, .2})})
	}
	for r.IntN(5) == 0 {
		from := a.Published.Add(between(r, 90*time.Minute, 9*24*time.Hour))
		kind := pick(r, []trouble{teaser, teaser, soft, foreign, captcha, consent, login, forbidden})
		share := pick(r, []float64{.05, .3, 1})
		out = append(out, spell{from, from.Add(between(r, 10*time.Minute, 20*time.Hour)), kind, share})
	}
	if r.IntN(10) == 0 { // a node of the network keeps old copies
		from := a.Published.Add(between(r, 2*time.Hour, 40*time.Hour))
		out = append(out, spell{from, from.Add(between(r, time.Hour, 10*time.Hour)), stale, .08})
	}
	return out
}
