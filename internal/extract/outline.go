package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// zone is a set of places a block stands in.
type zone uint32

// The zones, by element or by what class and id say.
const (
	inHeader zone = 1 << iota
	inFooter
	inAside
	inNav
	inForm
	inFigure
	inCaption
	inQuote
	inList
	inTable
	inArticle
	inMain
	hidden
	inPromo  // newsletter, related, share, advert, …
	inByline // author, date line
	inNote   // correction, clarification, editor's note
	inDek
	inComments
	inWall // cookie and consent dialogues: never the article
)

// has reports whether any of the given zones is set.
func (z zone) has(any zone) bool { return z&any != 0 }

// block is a run of visible text between two block-level boundaries of a page.
type block struct {
	text  string // white space collapsed
	tag   string // the nearest block-level element: p, h2, li, …
	node  *html.Node
	zone  zone
	words int // separated by white space; for text without spaces, runes / 2
	link  int // bytes of text inside links

	folded []string // tokens of text, cut once when first asked for
	prompt promptState
}

// Bounds of a page's outline. No news page comes near them: of 242 measured the
// largest has 694 blocks and 101 KB of text.
const (
	maxBlocks     = 10_000
	maxBlockBytes = 64 << 10 // of raw text; what follows is left out
)

// tokens are the folded words of the block's text.
func (b *block) tokens() []string {
	if b.folded == nil {
		b.folded = tokens(b.text)
	}
	return b.folded
}

// linkShare is the share of a block's text that lies in links, 0 to 1.
func (b *block) linkShare() float64 {
	if len(b.text) == 0 {
		return 0
	}
	return float64(b.link) / float64(len(b.text))
}

// box is the element that holds the block's own element, nil when there is none.
func (b *block) box() *html.Node {
	if b.node == nil {
		return nil
	}
	return b.node.Parent
}

// heading returns the level of a heading, 0 for what is none.
func (b *block) heading() int {
	if len(b.tag) == 2 && b.tag[0] == 'h' && b.tag[1] >= '1' && b.tag[1] <= '6' {
		return int(b.tag[1] - '0')
	}
	return 0
}

// outliner gathers blocks during one walk over a tree.
type outliner struct {
	blocks []block
	text   strings.Builder
	link   int
	breaks int // <br> since the last text
	at     *html.Node
	zone   zone
	row    bool // inside a row of a data table, which is one block
}

// outline lists the text blocks of a tree in reading order.
func outline(root *html.Node) []block {
	o := &outliner{}
	o.walk(root, nil, 0, false)
	o.flush()
	return o.blocks
}

// walk visits n, whose nearest block-level ancestor is at. Depth is bounded by the
// parser (512).
func (o *outliner) walk(n, at *html.Node, z zone, link bool) {
	switch n.Type {
	case html.TextNode:
		o.write(n.Data, at, z, link)
		return
	case html.ElementNode:
		if unseen(n) {
			return
		}
	case html.DocumentNode:
	default:
		return
	}
	if n.DataAtom == atom.Br {
		o.lineBreak()
		return
	}
	isBlock := n.Type == html.ElementNode && isBlockElement(n)
	if isBlock && o.row {
		o.text.WriteByte(' ')
		isBlock = false
	}
	if isBlock {
		o.flush()
		at = n
	}
	if n.DataAtom == atom.Tr && !o.row && isDataRow(n) {
		o.row = true
		defer func() { o.row = false }()
	}
	if n.Type == html.ElementNode {
		z |= zoneOf(n)
		link = link || n.DataAtom == atom.A
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		o.walk(c, at, z, link)
	}
	if isBlock {
		o.flush()
	}
}

// maxRow is the longest text, in bytes, of a table row that is read as one line. Rows
// that lay out a page hold whole articles.
const maxRow = 300

// isDataRow reports whether a table row holds figures and short texts, to be read as
// one line.
func isDataRow(tr *html.Node) bool {
	size := 0
	for n := range tr.Descendants() {
		if n.Type == html.TextNode {
			size += len(n.Data)
		}
		if size > maxRow || n.DataAtom == atom.Table || n.DataAtom == atom.Form {
			return false
		}
	}
	return true
}

// write adds the text of one node to the block at hand.
func (o *outliner) write(s string, at *html.Node, z zone, link bool) {
	if strings.TrimFunc(s, unicode.IsSpace) != "" {
		if o.breaks > 1 {
			o.flush()
		}
		o.breaks = 0
		if o.at == nil {
			o.at, o.zone = at, z
		}
		if link {
			o.link += len(strings.TrimSpace(s))
		}
	}
	if room := maxBlockBytes - o.text.Len(); len(s) > room {
		s = strings.ToValidUTF8(s[:max(0, room)], "")
	}
	o.text.WriteString(s)
}

// lineBreak is a space; two in a row part paragraphs.
func (o *outliner) lineBreak() {
	o.breaks++
	o.text.WriteByte(' ')
}

// flush ends the block at hand.
func (o *outliner) flush() {
	text := collapse(o.text.String())
	if text != "" && o.at != nil && len(o.blocks) < maxBlocks {
		o.blocks = append(o.blocks, block{text: text, tag: o.at.Data, node: o.at, zone: o.zone,
			words: countWords(text), link: min(o.link, len(text))})
	}
	o.text.Reset()
	o.link, o.breaks, o.at, o.zone = 0, 0, nil, 0
}

// unseen reports whether a reader never sees what stands in an element.
func unseen(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Iframe, atom.Head,
		atom.Object, atom.Embed, atom.Select, atom.Option, atom.Textarea, atom.Input, atom.Audio,
		atom.Video, atom.Canvas, atom.Math, atom.Datalist, atom.Map, atom.Progress, atom.Meter:
		return true
	}
	return false
}

// isBlockElement reports whether an element starts a line of its own.
func isBlockElement(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Section, atom.Article, atom.Main, atom.Aside, atom.Header, atom.Footer,
		atom.Nav, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Li,
		atom.Dl, atom.Dt, atom.Dd, atom.Blockquote, atom.Pre, atom.Figure, atom.Figcaption, atom.Table,
		atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Td, atom.Th, atom.Caption, atom.Form,
		atom.Fieldset, atom.Legend, atom.Hr, atom.Address, atom.Details, atom.Summary, atom.Dialog,
		atom.Body, atom.Html, atom.Center, atom.Hgroup, atom.Button, atom.Label, atom.Menu:
		return true
	}
	return strings.Contains(n.Data, "-") // custom elements are mostly boxes
}

// collapse turns runs of white space into one space and trims. No-break spaces are
// typography and stay, except at the ends; zero-width marks go.
func collapse(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' || r == '\v' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			space = true
		case r == '\u200B' || r == '\uFEFF' || r == '\u2060' || r == '\u00AD' || r == 0 || unicode.Is(unicode.Cc, r):
		default:
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		}
	}
	return strings.TrimFunc(b.String(), unicode.IsSpace)
}

// countWords counts words separated by white space, two runes a word in scripts
// written without spaces.
func countWords(s string) int {
	n, run, wide := 0, false, 0
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			run = false
		case isUnspaced(r):
			wide++
			run = false
		case !run:
			run = true
			n++
		}
	}
	return n + (wide+1)/2
}

// isUnspaced reports whether a rune belongs to a script that puts no spaces between
// words.
func isUnspaced(r rune) bool {
	return r >= 0x0E00 && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar))
}

// runes counts characters.
func runes(s string) int { return utf8.RuneCountInString(s) }
