package mute

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"erratum/internal/article"
	"erratum/internal/diff/claim"
	"erratum/internal/text"
)

// What is remembered of a host, and what makes a block its furniture.
const (
	MaxPages  = 32                  // articles of a host, those looked at last
	ForgetFor = 30 * 24 * time.Hour // after which an article is forgotten

	commonOn     = 2  // other articles, different from each other, that show it
	maxShown     = 48 // blocks of an article
	maxPast      = 16 // that it showed before
	shingleWords = 3
	sketchSize   = 48
	leastSketch  = 16 // an article that says less is not told from another
	// Articles that share more of what they say are copies, or of one agency.
	copied = 0.1
)

// Page is what is remembered of one article of a host, so that blocks which stand on
// several are known as furniture. Blocks that say something sacred ([claim.Sacred]) and
// notes never are: of those only a sketch is kept.
type Page struct {
	Article string    `json:"article"`
	First   time.Time `json:"first"`            // when it was first looked at
	Seen    time.Time `json:"seen"`             // when it was last
	Text    Key       `json:"text"`             // names the text that it showed then
	Sketch  []uint32  `json:"sketch"`           // of what it says, ascending
	Blocks  []Key     `json:"blocks,omitempty"` // that it shows
	Past    []Key     `json:"past,omitempty"`   // that it showed before, the newest last
}

// Look returns what is to be remembered of an article after a look. ok is false when it
// says too little to be told from others, or is a live blog, whose blocks come and go.
func Look(articleID string, a *article.Article, at time.Time) (p Page, ok bool) {
	p = Page{Article: articleID, First: at, Seen: at, Text: KeyOf(a.Digest())}
	said := []string{a.Headline}
	for _, b := range a.Blocks {
		if b.Role == article.Note || claim.Sacred(b.Text, a.Language) {
			said = append(said, b.Text)
		} else if k := KeyOf(b.Text); !slices.Contains(p.Blocks, k) {
			p.Blocks = append(p.Blocks, k)
		}
	}
	if n := len(p.Blocks); n > maxShown { // furniture stands at the edges
		p.Blocks = slices.Delete(p.Blocks, maxShown/2, n-maxShown/2)
	}
	p.Sketch = sketch(said)
	return p, len(p.Sketch) >= leastSketch && !a.LiveBlog
}

// After is a page with what is remembered of it from before.
func (p Page) After(before Page) Page {
	p.First = before.First
	for _, k := range append(slices.Clone(before.Past), before.Blocks...) {
		if !slices.Contains(p.Blocks, k) && !slices.Contains(p.Past, k) {
			p.Past = append(p.Past, k)
		}
	}
	p.Past = newest(p.Past, maxPast)
	return p
}

// sketch is the lowest hashes of the runs of words in texts: two share as large a part
// of them as of all their runs.
func sketch(texts []string) []uint32 {
	var hashes []uint32
	for _, s := range texts {
		words := strings.Fields(strings.ToLower(text.Fold(s).Text))
		for i := 0; i+shingleWords <= len(words); i++ {
			hashes = append(hashes, uint32(xxhash.Sum64String(strings.Join(words[i:i+shingleWords], " "))))
		}
	}
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	return slices.Clone(hashes[:min(len(hashes), sketchSize)])
}

// different reports whether two pages say different things: they are no copies and tell
// no one agency's story.
func (p *Page) different(q *Page) bool {
	both, shared := 0, 0
	for i, j := 0, 0; both < sketchSize && i < len(p.Sketch) && j < len(q.Sketch); both++ {
		switch c := cmp.Compare(p.Sketch[i], q.Sketch[j]); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			i, j, shared = i+1, j+1, shared+1
		}
	}
	return p.Article != q.Article && both > 0 && float64(shared) < copied*float64(both)
}

func (p *Page) shows(k Key) bool { return slices.Contains(p.Blocks, k) }

// Common is the furniture that an article shares with others of its host. A nil Common
// knows of none. It is not safe for concurrent use.
type Common struct {
	others []Page // different from the article, the first known first
	known  map[Key]time.Time
}

// NewCommon finds what an article shares with the pages of its host; itself among them
// does not count.
func NewCommon(self Page, pages []Page) *Common {
	c := &Common{known: map[Key]time.Time{}}
	for _, p := range pages {
		if p.different(&self) {
			c.others = append(c.others, p)
		}
	}
	slices.SortStableFunc(c.others, func(a, b Page) int { return a.First.Compare(b.First) })
	return c
}

// Since returns since when a block is known to stand on other articles; zero: it is not.
func (c *Common) Since(k Key) time.Time {
	if c == nil || k == "" {
		return time.Time{}
	}
	since, asked := c.known[k]
	if !asked {
		since = c.find(k)
		c.known[k] = since
	}
	return since
}

// find looks for articles that show a block, or showed it lately, and are different from
// each other.
func (c *Common) find(k Key) time.Time {
	var with []*Page
	for i := range c.others {
		p := &c.others[i]
		if !p.shows(k) && !slices.Contains(p.Past, k) {
			continue
		}
		if !slices.ContainsFunc(with, func(q *Page) bool { return !p.different(q) }) {
			with = append(with, p)
		}
		if len(with) == commonOn {
			return p.First
		}
	}
	return time.Time{}
}

// Why returns why an edit is muted as one of furniture: a block that stands on other
// articles of the host, too, came, went, or took turns with another such block; or it
// was put in other words. Those are not muted when another article was seen with the
// former words after since, when the page was first seen with the new ones.
func (c *Common) Why(e Edit, since time.Time) (m Mute, ok bool) {
	if c == nil || e.note || e.line != "" || e.Before != "" && claim.Sacred(e.Before, e.lang) || e.After != "" && claim.Sacred(e.After, e.lang) {
		return Mute{}, false
	}
	before, after := c.Since(e.Old), c.Since(e.New)
	m = Mute{ID: e.Old, Reason: Furniture, Text: sample(firstOf(e.Before, e.After)), Since: before}
	switch {
	case e.Old == "" && !after.IsZero():
		m.ID, m.Since = e.New, after
		return m, true
	case before.IsZero():
		return Mute{}, false
	case e.New == "", !after.IsZero():
		return m, true
	}
	m.Reason = Reworded
	return m, e.alike() && !c.still(e.Old, since)
}

// still reports whether another article showed a block after a time.
func (c *Common) still(k Key, after time.Time) bool {
	return slices.ContainsFunc(c.others, func(p Page) bool { return p.Seen.After(after) && p.shows(k) })
}

// alike reports whether both sides of an edit are forms of one text by their words.
func (e Edit) alike() bool {
	p := prepare([]article.Block{{Text: e.Before}, {Text: e.After}})
	return dice(&p[0], &p[1]) >= alike
}

// Shared lists the blocks of an article that stand on others of its host, too.
func (c *Common) Shared(a *article.Article) (out []Mute) {
	for _, b := range a.Blocks {
		k := KeyOf(b.Text)
		since := c.Since(k)
		if since.IsZero() || b.Role == article.Note || claim.Sacred(b.Text, a.Language) || slices.ContainsFunc(out, func(m Mute) bool { return m.ID == k }) {
			continue
		}
		out = append(out, Mute{ID: k, Reason: Furniture, Text: sample(b.Text), Since: since})
	}
	return out
}
