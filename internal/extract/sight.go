package extract

import (
	"math"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// sight is one block as it is judged: what it is and where on the page it stands.
type sight struct {
	*view
	i    int
	b    *block
	home int // the box of its element
	// core and wide are how deep the block lies in the two boxes, and how far up from
	// them the box lies that holds both.
	core, wide struct{ down, up int }
	place      *placeSum
	article    *html.Node // the outermost <article> around it
	held       float64    // share of the block that stands in the page's articleBody
}

// view is what is known of a whole page when its blocks are judged.
type view struct {
	x           *Extractor
	p           *page
	frame       *frame
	prose       []float64
	total       float64            // all prose
	core        int                // the box that most of the prose stands in
	wide        int                // the box that nearly all of it stands in
	first, last int                // the blocks of prose at the ends of the core
	places      []placeSum         // by slot
	times       map[string]int     // how often a text stands on the page
	proseIn     map[*html.Node]int // by box: the paragraphs of prose that stand right in it
	led         []bool             // lines of a list that a text with a colon leads in
	head        int                // the block with the headline, -1 when it is not shown
	article     *html.Node         // the outermost <article> around the headline
	named       bool               // the page says by names which box is the text's
}

// placeSum is what stands in one slot of the template.
type placeSum struct {
	blocks int
	prose  float64
}

// What share of the prose above it a box needs to be the core or the wide box.
const (
	coreShare = .60
	wideShare = .85
	coreDepth = 4 // levels below the core at which paragraphs stand
)

// look gathers what the features of a page's blocks need.
func (x *Extractor) look(p *page) *view {
	settleZones(p.blocks)
	p.markPictures()
	p.number()
	v := &view{x: x, p: p, prose: x.proseOf(p.blocks), places: make([]placeSum, p.slots), times: make(map[string]int, len(p.blocks)), proseIn: map[*html.Node]int{}}
	v.frame = newFrame(p.blocks, v.prose)
	v.core, v.wide = v.frame.core(coreShare), v.frame.core(wideShare)
	v.first, v.last = v.frame.ends(v.prose, v.core, coreDepth)
	named := 0.0
	for i := range p.blocks {
		b := &p.blocks[i]
		if b.zone.has(inText) {
			named += v.prose[i]
		}
		if v.prose[i] > 0 {
			v.proseIn[b.box()]++
		}
		s := &v.places[b.slot]
		s.blocks++
		s.prose += v.prose[i]
		v.total += v.prose[i]
		v.times[b.text]++
	}
	v.named = named > v.total/2
	v.led = ledIn(p.blocks)
	if v.head = headlineAt(p.blocks, p.meta.headline); v.head >= 0 {
		v.article = p.blocks[v.head].article
	}
	if p.stated = splitBody(p.meta.body); len(p.stated) > 0 {
		p.body = newPassages()
		for _, b := range p.stated {
			p.body.add(b.text)
		}
	}
	return v
}

// at returns the sight of a block.
func (v *view) at(i int) *sight {
	b := &v.p.blocks[i]
	s := &sight{view: v, i: i, b: b, home: v.frame.home[i], place: &v.places[b.slot], article: b.article}
	s.core.down, s.core.up = v.frame.apart(s.home, v.core)
	s.wide.down, s.wide.up = v.frame.apart(s.home, v.wide)
	if v.p.body != nil {
		s.held = v.p.body.holdsHashes(b.hashes())
	}
	return s
}

// ledIn tells the lines of lists that the text right above them leads in with a colon.
func ledIn(blocks []block) []bool {
	out := make([]bool, len(blocks))
	above := -1 // the last block that is no line of a list
	for i := range blocks {
		b := &blocks[i]
		if b.tag != "li" {
			above = i
		} else if above >= 0 && blocks[above].words >= 3 && strings.HasSuffix(blocks[above].text, ":") {
			out[i] = blocks[above].linkShare() < .5 && b.linkShare() < .9 && within(b.node, blocks[above].box())
		}
	}
	return out
}

// listedAmong reports whether the block is the line of a list that stands in one box with
// paragraphs of prose.
func (s *sight) listedAmong() bool {
	if s.b.tag != "li" || s.b.linkShare() > .5 {
		return false
	}
	list := s.b.box()
	return list != nil && list.Parent != nil && s.proseIn[list.Parent] > 1
}

// inCore reports whether the block lies from least to most levels deep in the core.
func (s *sight) inCore(least, most int) bool {
	return s.view.core >= 0 && s.core.up == 0 && s.core.down >= least && s.core.down <= most
}

// inWide is inCore for the wide box.
func (s *sight) inWide(least, most int) bool {
	return s.view.wide >= 0 && s.wide.up == 0 && s.wide.down >= least && s.wide.down <= most
}

// share is the square root of a share of all prose: the first tenth says more than
// the last.
func (s *sight) share(prose float64) float64 {
	return math.Sqrt(math.Min(1, prose/(s.total+1)))
}

// around returns the box n levels above the block's element; an empty one above the
// root.
func (s *sight) around(n int) box {
	if at := s.frame.up(s.home, n); at >= 0 {
		return s.frame.boxes[at]
	}
	return box{}
}

// boxProse is the share of the prose that stands in the box n levels up.
func (s *sight) boxProse(n int) float64 { return s.share(s.around(n).prose) }

// meanWords is the mean length of the blocks of the box n levels up, 1 for 25 words,
// at most 2.
func (s *sight) meanWords(n int) float64 {
	x := s.around(n)
	return math.Min(2, ratio(x.words, x.blocks)/25)
}

// ratio is a/b, 0 when b is.
func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// near says how near the next block of prose in the core stands: 1 beside the block,
// 0 when there is none within four.
func (s *sight) near(step int) float64 {
	for n := 1; n <= 4; n++ {
		j := s.i + n*step
		if j < 0 || j >= len(s.prose) {
			break
		}
		if s.prose[j] == 0 {
			continue
		}
		if _, up := s.frame.apart(s.frame.home[j], s.view.core); up == 0 {
			return 1 / float64(n)
		}
	}
	return 0
}

// capitals is the share of words that start with a capital.
func (s *sight) capitals() float64 {
	n, at := 0, true
	for _, r := range s.b.text {
		if at && unicode.IsUpper(r) {
			n++
		}
		at = unicode.IsSpace(r)
	}
	return float64(n) / float64(s.b.words+1)
}

// digits is five times the share of digits, at most 1.
func (s *sight) digits() float64 {
	n := 0
	for i := 0; i < len(s.b.text); i++ {
		if c := s.b.text[i]; c >= '0' && c <= '9' {
			n++
		}
	}
	return math.Min(1, 5*float64(n)/float64(len(s.b.text)+1))
}

// cut reports whether the text ends in an ellipsis, as teasers do.
func (s *sight) cut() bool {
	return strings.HasSuffix(s.b.text, "...") || strings.HasSuffix(s.b.text, "…")
}

// containsFold reports whether a text holds another, of lower-case ASCII, whatever the
// case of its letters.
func containsFold(s, low string) bool {
	for i := 0; i+len(low) <= len(s); i++ {
		if s[i]|0x20 == low[0] && strings.EqualFold(s[i:i+len(low)], low) {
			return true
		}
	}
	return false
}

// owned reports whether the text claims a copyright.
func (s *sight) owned() bool {
	return strings.Contains(s.b.text, "©") || containsFold(s.b.text, "copyright") || containsFold(s.b.text, "rights reserved")
}
