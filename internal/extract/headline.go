package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// chooseHeadline returns what a reader sees as the headline: the page's h1 when one
// is the article's, led by its kicker where the page's data says that it belongs to
// it; else what the page's data states, without the outlet's name.
func chooseHeadline(f *facts, ld ldNode, blocks []block, site string) string {
	stated := statedHeadlines(f, ld, site)
	h1, at := visibleHeadline(blocks, stated)
	if h1 == "" {
		if len(stated) == 0 {
			return ""
		}
		return stated[0]
	}
	if len(stated) > 0 {
		if k, ok := kickerOf(stated[0], h1); ok && (showsBefore(blocks, at, k) || showsWhole(blocks, stated[0])) {
			return stated[0]
		}
	}
	return strings.TrimLeft(h1, ":–—-| ")
}

// statedHeadlines are what the page's data states, best first, each once.
func statedHeadlines(f *facts, ld ldNode, site string) []string {
	var out []string
	for _, s := range []string{ld.str("headline"), f.first("og:title"), f.first("twitter:title"), f.title, ld.str("name")} {
		if len(s) > maxStatedHeadline {
			continue
		}
		if s = dropOutlet(s, site); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// maxStatedHeadline is the longest title, in bytes, that may hold a headline.
const maxStatedHeadline = 1_000

// visibleHeadline returns the h1 that the stated headlines bear out, or the only
// one, and where it stands.
func visibleHeadline(blocks []block, stated []string) (string, int) {
	at, count, score := likestH1(blocks, stated, hidden|inNav|inFooter|inComments)
	if score >= .3 {
		return blocks[at].text, at
	}
	if at, _, score := likestH1(blocks, stated, 0); score >= .5 { // whatever its classes say
		return blocks[at].text, at
	}
	for i, b := range blocks { // a headline may be edited while the data lags behind
		if count == 1 && b.tag == "h1" && b.words >= 4 && !b.zone.has(hidden|inNav|inFooter|inComments|inHeader) && len(b.text) <= maxHeadline {
			return b.text, i
		}
	}
	for i, b := range blocks { // no h1: another heading that says what is stated
		if b.heading() > 0 && b.words >= 3 && !b.zone.has(hidden|inNav|inFooter|inAside) && slices.Contains(stated, b.text) {
			return b.text, i
		}
	}
	return "", -1
}

// likestH1 finds the h1 that is most like one of the stated headlines, outside some
// places, and counts those it looked at.
func likestH1(blocks []block, stated []string, outside zone) (at, count int, score float64) {
	at = -1
	cut := make([][]string, len(stated))
	for i, s := range stated {
		cut[i] = tokens(s)
	}
	for i := range blocks {
		b := &blocks[i]
		if b.tag != "h1" || b.zone.has(outside) || len(b.text) > maxHeadline {
			continue
		}
		if count++; count > maxH1 {
			break
		}
		for _, s := range cut {
			if v := common(b.tokens(), s); v > score {
				at, score = i, v
			}
		}
	}
	return at, count, score
}

// maxH1 is how many h1 are looked at.
const maxH1 = 200

// maxHeadline is the longest headline, in bytes.
const maxHeadline = 400

// kickerOf returns the words that a stated headline puts before the visible one.
func kickerOf(stated, h1 string) (string, bool) {
	h1 = strings.TrimLeft(h1, ":–—-| ")
	rest, ok := strings.CutSuffix(stated, h1)
	rest = strings.TrimRight(rest, ":–—-| ")
	return rest, ok && rest != "" && countWords(rest) <= 10
}

// showsBefore reports whether a kicker is seen in one of the few blocks above.
func showsBefore(blocks []block, at int, kicker string) bool {
	for i := at - 1; i >= 0 && i >= at-4; i-- {
		if likeness(blocks[i].text, kicker) >= .8 {
			return true
		}
	}
	return false
}

// showsWhole reports whether a heading reads as a stated headline with its kicker does.
func showsWhole(blocks []block, stated string) bool {
	words := tokens(stated)
	return slices.ContainsFunc(blocks, func(b block) bool {
		return b.heading() > 0 && !b.zone.has(hidden|inNav|inFooter|inAside) && slices.Equal(b.tokens(), words)
	})
}

// titleSeparators part a headline from the outlet's name in a title.
var titleSeparators = []string{" | ", " - ", " – ", " — ", " · ", " • ", " » ", " :: ", " ~ ", "ㅣ", "｜", " / "}

// dropOutlet removes the outlet's name, and sections between, from a title's end.
func dropOutlet(title, site string) string {
	for range 3 {
		cut := -1
		for _, sep := range titleSeparators {
			if i := strings.LastIndex(title, sep); i > cut && countWords(title[:i]) >= 3 {
				cut = i
			}
		}
		if cut < 0 {
			return title
		}
		tail := title[cut:]
		if !namesOutlet(tail, site) {
			return title
		}
		title = strings.TrimSpace(title[:cut])
	}
	return title
}

// namesOutlet reports whether the tail of a title is the outlet's name or a short
// section name rather than part of the headline.
func namesOutlet(tail, site string) bool {
	ts := tokens(tail)
	if len(ts) == 0 {
		return true
	}
	if len(ts) > 5 {
		return false
	}
	own := strings.Join(tokens(site), "")
	joined := strings.Join(ts, "")
	if own != "" && (strings.Contains(joined, own) || strings.Contains(own, joined)) {
		return true
	}
	// "Headline | Name" is nearly always an outlet; a dash is not.
	return strings.ContainsAny(tail, "|•ㅣ｜»") || strings.Contains(strings.ToLower(tail), ".de") || strings.Contains(strings.ToLower(tail), ".com")
}

// likeness is the share of words that two short texts have in common (Dice).
func likeness(a, b string) float64 { return common(tokens(a), tokens(b)) }

// common is likeness of texts that are cut already.
func common(x, y []string) float64 {
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	n := 0
	used := make([]bool, len(y))
	for _, t := range x {
		for i := range y {
			if !used[i] && y[i] == t {
				used[i] = true
				n++
				break
			}
		}
	}
	return 2 * float64(n) / float64(len(x)+len(y))
}

// isLike reports whether a block has at least a share of its words in common with a
// short text, cut already. Most blocks differ too much in length to be.
func (b *block) isLike(text []string, share float64) bool {
	n, m := len(b.tokens()), len(text)
	return 2*float64(min(n, m)) >= share*float64(n+m) && common(b.tokens(), text) >= share
}

// chooseDek returns the summary line that a reader sees under the headline: a block
// that the page's data or its classes call so. A description that is not shown is
// not one.
func chooseDek(f *facts, ld ldNode, blocks []block, headline string) string {
	stated := []string{ld.str("alternativeHeadline"), ld.str("description"), f.first("og:description"), f.first("description"), f.first("twitter:description")}
	at := headlineAt(blocks, headline)
	if at < 0 {
		return ""
	}
	for i := at + 1; i < len(blocks) && i <= at+12; i++ {
		b := blocks[i]
		if b.words < 5 || b.words > 80 || b.zone.has(hidden|inNav|inCaption|inFigure|inForm) || b.tag == "li" {
			continue
		}
		if likeness(b.text, headline) > .8 {
			continue
		}
		called := b.zone.has(inDek)
		for _, s := range stated {
			called = called || (s != "" && sameStart(b.text, s))
		}
		if called && !isBodyStart(blocks, i) {
			return b.text
		}
		if b.words > 30 {
			break
		}
	}
	return unnamedDek(blocks, at)
}

// unnamedDek returns a sentence right below the headline that is no part of the
// running text, though nothing calls it a dek.
func unnamedDek(blocks []block, at int) string {
	for i := at + 1; i < len(blocks) && i <= at+2; i++ {
		b := &blocks[i]
		plain := !b.zone.has(hidden | inNav | inCaption | inFigure | inForm | inPromo | inByline | inAside | inNote | inList | inComments | inWall)
		if plain && b.words >= 8 && b.words <= 60 && b.linkShare() < .2 && b.endsSentence() && (b.tag != "p" || b.zone.has(inHeader)) && !isBodyStart(blocks, i) {
			return b.text
		}
	}
	return ""
}

// settleDek takes back a dek that is the article's first paragraph after all: it is set
// as one, of full sentences, or stands in the same box as most of the text. What is left
// is a line under the headline.
func (p *page) settleDek() {
	at := p.dekAt()
	if at < 0 {
		return
	}
	b := &p.blocks[at]
	if b.tag == "p" && b.endsSentence() {
		p.keep[at], p.meta.dek = true, ""
		return
	}
	if !p.keep[at] || b.zone.has(inDek|inHeader) || b.heading() > 0 {
		return
	}
	boxes := map[*html.Node]int{}
	for i := range p.blocks {
		if o := &p.blocks[i]; p.keep[i] && o.text != p.meta.dek {
			boxes[o.box()] += o.words
			boxes[o.node] += o.words
		}
	}
	if 3*max(boxes[b.box()], boxes[b.node]) > p.words() {
		p.meta.dek = ""
	}
}

// dekAt is the block that shows the dek: a kept one, else the first below the headline;
// -1 for none.
func (p *page) dekAt() int {
	if p.meta.dek == "" {
		return -1
	}
	at, head := -1, headlineAt(p.blocks, p.meta.headline)
	for i := range p.blocks {
		if p.blocks[i].text != p.meta.dek {
			continue
		}
		if p.keep[i] {
			return i
		}
		if at < 0 && i > head {
			at = i
		}
	}
	return at
}

// sameStart reports whether two texts begin with the same words, as descriptions
// that are cut do.
func sameStart(a, b string) bool {
	x, y := tokens(a), tokens(b)
	n := min(len(x), len(y), 12)
	return n >= 5 && slices.Equal(x[:n], y[:n])
}

// isBodyStart reports whether a block is the first paragraph of the running text
// rather than a summary above it: the next paragraph follows as its plain sibling.
func isBodyStart(blocks []block, i int) bool {
	b := blocks[i]
	if b.tag != "p" || b.zone.has(inDek|inHeader) || b.node == nil {
		return false
	}
	for j := i + 1; j < len(blocks) && j <= i+2; j++ {
		n := blocks[j].node
		if n != nil && n.Parent == b.node.Parent && blocks[j].tag == "p" && attr(n, "class") == attr(b.node, "class") {
			return true
		}
	}
	return false
}

// headlineAt finds the block that shows the headline, -1 when none does.
func headlineAt(blocks []block, headline string) int {
	at := -1
	if headline == "" {
		return at
	}
	words := tokens(headline)
	for i := range blocks {
		b := &blocks[i]
		if b.heading() == 0 || b.zone.has(hidden|inNav|inFooter) {
			continue
		}
		if b.tag == "h1" && b.isLike(words, .6) {
			return i
		}
		if at < 0 && b.isLike(words, .8) {
			at = i
		}
	}
	return at
}
