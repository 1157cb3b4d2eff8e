package extract

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// How many dated parts make a live blog's list: of a page that says it is one, and of
// one whose address says so.
const (
	minEntries      = 3
	minEntriesByURL = 5
)

// nameEntries finds the entries of a live blog: the dated children of one element, or,
// where they lie flat side by side, what follows each clock. It says for each block
// which entry it belongs to.
func (p *page) nameEntries() {
	least := minEntries
	switch {
	case p.root() == nil:
		return
	case p.meta.liveBlog:
	case p.url != nil && liveAddress.MatchString(strings.ToLower(p.url.Path)):
		least = minEntriesByURL
	default:
		return
	}
	names, n := p.boxedEntries()
	if n < least {
		names, n = p.flatEntries()
	}
	if n < least {
		return
	}
	p.meta.liveBlog = true
	p.entries = names
}

// root is the top of the page's tree, nil when only its tokens were read.
func (p *page) root() *html.Node {
	if len(p.blocks) == 0 {
		return nil
	}
	n := p.blocks[0].node
	for n != nil && n.Parent != nil {
		n = n.Parent
	}
	return n
}

// liveAddress finds the words by which sites name live blogs in an address.
var liveAddress = regexp.MustCompile(`(^|[/_.-])(live|liveblog|liveticker|ticker|newsblog|live-?updates|en-direct|direct|en-vivo|directo|ao-vivo|direto|diretta|onlayn|online-transl[a-z]*)([/_.-]|$)`)

// clockText finds texts that begin with a clock, as entries do.
var clockText = regexp.MustCompile(`^\D{0,12}\d{1,2}([:.h]| h )\d{2}\b`)

// maxClockWords is the longest line that dates an entry.
const maxClockWords = 8

// boxedEntries names entries by the children of the element that has the most of them
// with a date and a text.
func (p *page) boxedEntries() (names []string, n int) {
	dated := map[*html.Node]bool{}
	for node := range p.root().Descendants() {
		if node.Type == html.ElementNode && node.DataAtom == atom.Time {
			markUp(dated, node)
		}
	}
	var texts []*html.Node // elements that hold kept text, in reading order
	holds := map[*html.Node]bool{}
	for i := range p.blocks {
		b := &p.blocks[i]
		if b.words <= maxClockWords && clockText.MatchString(b.text) {
			markUp(dated, b.node)
		} else if p.keep[i] {
			texts = append(texts, markUp(holds, b.node)...)
		}
	}
	children := map[*html.Node]int{}
	var list *html.Node
	for _, child := range texts {
		if parent := child.Parent; parent != nil && dated[child] {
			if children[parent]++; children[parent] > children[list] {
				list = parent
			}
		}
	}
	if list == nil {
		return nil, 0
	}
	return p.entriesOf(list, dated)
}

// entriesOf names the dated children of an element.
func (p *page) entriesOf(list *html.Node, dated map[*html.Node]bool) (names []string, n int) {
	names = make([]string, len(p.blocks))
	seen := map[*html.Node]string{}
	taken := map[string]int{}
	for i := range p.blocks {
		child := p.blocks[i].node
		for child != nil && child.Parent != list {
			child = child.Parent
		}
		if child == nil || !dated[child] {
			continue
		}
		if seen[child] == "" {
			seen[child] = unique(taken, firstOf(entryName(child), "at "+p.clockIn(child, i)))
		}
		names[i] = seen[child]
	}
	return names, len(seen)
}

// markUp marks an element and all that it lies in, and returns those that were not
// marked before.
func markUp(set map[*html.Node]bool, n *html.Node) (fresh []*html.Node) {
	for ; n != nil && !set[n]; n = n.Parent {
		set[n] = true
		fresh = append(fresh, n)
	}
	return fresh
}

// clockIn is the first line within an element that is a clock, from a block on.
func (p *page) clockIn(n *html.Node, from int) string {
	for i := from; i < len(p.blocks); i++ {
		b := &p.blocks[i]
		if !within(b.node, n) {
			break
		}
		if b.words <= maxClockWords && clockText.MatchString(b.text) {
			return b.text
		}
	}
	return ""
}

func within(n, box *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == box {
			return true
		}
	}
	return false
}

// entryName is what a page calls an entry: its ID, else its date; empty when it gives
// neither in its markup.
func entryName(n *html.Node) string {
	for _, key := range []string{"id", "data-id", "data-entry-id", "data-post-id", "data-block-id", "data-update-id", "data-key"} {
		if v := strings.TrimSpace(attr(n, key)); v != "" {
			return "id " + v[:min(len(v), 100)]
		}
	}
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.DataAtom == atom.Time && attr(d, "datetime") != "" {
			return "at " + clip(attr(d, "datetime"))
		}
	}
	return ""
}

// unique tells apart names that a page gives twice.
func unique(taken map[string]int, name string) string {
	taken[name]++
	if taken[name] == 1 {
		return name
	}
	return name + " " + strconv.Itoa(taken[name])
}

// flatEntries names entries by the clocks at the beginning of blocks that follow each
// other.
func (p *page) flatEntries() (names []string, n int) {
	names = make([]string, len(p.blocks))
	taken := map[string]int{}
	name := ""
	for i := range p.blocks {
		b := &p.blocks[i]
		if !p.keep[i] {
			continue
		}
		if at := clockText.FindString(b.text); at != "" && (b.heading() > 0 || b.words <= maxClockWords) {
			name = unique(taken, "at "+at)
			n++
		}
		names[i] = name
	}
	return names, n
}
