package month

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// pace is how often what surrounds an article changes.
type pace string

const (
	still    pace = "still"    // only with the article; the server knows validators
	hourly   pace = "hourly"   // lists and counters by the hour
	restless pace = "restless" // with each request
)

// host is an outlet.
type host struct {
	index    int
	name     string // of the host
	outlet   string
	tongue   *tongue
	layout   *layout
	pace     pace
	dated    bool // pages say when they were changed
	schema   bool // pages describe themselves as JSON-LD
	body     bool // with the whole text in it
	articles []*Article
	spells   []spell
	fetches  int
}

func newHost(o Options, i int, layouts []*layout, tongues map[string]*tongue) *host {
	r := dice(o.Seed, "host", i)
	h := &host{index: i, name: fmt.Sprintf("outlet-%02d.test", i), layout: layouts[i%len(layouts)]}
	h.tongue = tongues["en"]
	switch { // one outlet in eight each
	case i%8 == 5:
		h.tongue = tongues["de"]
	case i%8 == 6:
		h.tongue = tongues["fr"]
	case i%8 == 7:
		h.tongue = tongues["es"]
	}
	h.outlet = pick(r, h.tongue.sections["town"]) + " " + pick(r, []string{"Courier", "Gazette", "Post", "Echo", "Mercury", "Tribune"})
	h.pace = []pace{still, hourly, restless}[i/len(layouts)%3]
	if i < len(layouts) {
		h.pace = []pace{still, hourly, restless}[i%3]
	}
	h.dated, h.schema = r.IntN(3) > 0, r.IntN(4) > 0
	h.body = h.schema && r.IntN(3) == 0
	h.spells = hostSpells(o, r)
	return h
}

// hostSpells draws the troubles of a whole outlet.
func hostSpells(o Options, r *rand.Rand) []spell {
	var out []spell
	at := o.Start
	for {
		at = at.Add(between(r, 2*24*time.Hour, 12*24*time.Hour))
		kind := pick(r, []trouble{down, down, faulty, busy, limited, forbidden, captcha, consent, login, hanging})
		long := between(r, 3*time.Minute, 90*time.Minute)
		if r.IntN(3) == 0 {
			long = between(r, 3*time.Hour, 50*time.Hour)
		}
		s := spell{from: at, to: at.Add(long), kind: kind, share: 1}
		if kind != down && r.IntN(3) == 0 {
			s.share = .3 // one server of several
		}
		if s.to.After(o.Start.AddDate(0, 0, o.Days)) {
			return out
		}
		out = append(out, s)
		at = s.to
	}
}

// trouble is a way of not showing an article as it is.
type trouble string

const (
	down      trouble = "down"     // nobody answers
	hanging   trouble = "hanging"  // somebody answers and says nothing
	faulty    trouble = "500"      // the server has a fault
	busy      trouble = "503"      // with Retry-After
	limited   trouble = "429"      // with Retry-After
	forbidden trouble = "403"      //
	captcha   trouble = "captcha"  //
	consent   trouble = "consent"  //
	login     trouble = "login"    //
	teaser    trouble = "teaser"   // the first lines and a plea to subscribe
	soft      trouble = "soft 404" // a page that says it is missing, with status 200
	foreign   trouble = "other language"
	stale     trouble = "old copy"     // the state before
	titleTest trouble = "headline A/B" // another headline
	textTest  trouble = "text A/B"     // another text
	missing   trouble = "404"
)

// blinds reports whether a trouble hides the article.
func (t trouble) blinds() bool {
	switch t {
	case stale, titleTest, textTest, missing, "":
		return false
	}
	return true
}

// spell is a time in which a share of the requests meets a trouble.
type spell struct {
	from, to time.Time
	kind     trouble
	share    float64
}

func (s spell) covers(at time.Time) bool { return !at.Before(s.from) && at.Before(s.to) }
