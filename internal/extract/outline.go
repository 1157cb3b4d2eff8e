package extract

import (
	"bytes"
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
	inText // what the page itself calls the article's text
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

	article *html.Node // the outermost <article> around it, nil when there is none
	slot    int        // its place in the template, see [page.number]

	folded   []string // tokens of text, cut once when first asked for
	digests  []uint64 // of the tokens, likewise
	sentence answer   // ends as sentences do
	asking   answer
	prompt   answer
	credit   answer
	dateline answer
}

// answer remembers what was found when something was first asked of a block.
type answer uint8

const (
	unasked answer = iota
	no
	yes
)

// or returns the answer, which ask gives the first time.
func (a *answer) or(ask func() bool) bool {
	if *a == unasked {
		*a = no
		if ask() {
			*a = yes
		}
	}
	return *a == yes
}

// Bounds of a page's outline. No news page comes near them: of 242 measured the
// largest has 694 blocks and 101 KB of text.
const (
	maxBlocks     = 10_000
	maxBlockBytes = 64 << 10 // of raw text; what follows is left out
	maxText       = 1 << 20  // bytes of all blocks, but for the last
)

// tokens are the folded words of the block's text.
func (b *block) tokens() []string {
	if b.folded == nil {
		b.folded = tokens(b.text)
	}
	return b.folded
}

// hashes are those of the block's tokens.
func (b *block) hashes() []uint64 {
	if b.digests == nil {
		b.digests = hashes(b.tokens())
	}
	return b.digests
}

// endsSentence reports whether the block ends as sentences do.
func (b *block) endsSentence() bool {
	return b.sentence.or(func() bool { return endsSentence(b.text) })
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

// spot is where a text stands in the tree.
type spot struct {
	node    *html.Node // the nearest block-level element around it
	article *html.Node // the outermost <article>
	zone    zone
	link    bool
	style   style
}

// style is how an inline text is set.
type style uint8

const (
	bold style = 1 << iota
	italic
)

// styleOf is the style that an element gives its text.
func styleOf(n *html.Node) style {
	switch n.DataAtom {
	case atom.B, atom.Strong:
		return bold
	case atom.I, atom.Em:
		return italic
	}
	return 0
}

// within is where the text of a block-level element stands.
func (s spot) within(n *html.Node) spot {
	s.node = n
	if n.DataAtom == atom.Article && s.article == nil {
		s.article = n
	}
	return s
}

// outliner gathers the blocks of a page, given the texts in reading order.
type outliner struct {
	blocks []block
	size   int // bytes of their text
	text   []byte
	flat   []byte // text, its white space collapsed
	link   int
	breaks int   // <br> since the last text
	line   style // of all the texts since the last <br>
	at     spot
	row    bool // inside a row of a data table, which is one block
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
func (o *outliner) write(s string, at spot) {
	if said := strings.TrimSpace(s); said != "" {
		if o.breaks > 1 || o.breaks == 1 && o.restyled(at.style) {
			o.flush()
		}
		if o.breaks > 0 || o.at.node == nil {
			o.line = at.style
		}
		o.line &= at.style
		o.breaks = 0
		if o.at.node == nil {
			o.at = at
		}
		if at.link {
			o.link += len(said)
		}
	}
	if room := maxBlockBytes - len(o.text); len(s) > room {
		s = strings.ToValidUTF8(s[:max(0, room)], "")
	}
	o.text = append(o.text, s...)
}

// full reports whether what follows is left out.
func (o *outliner) full() bool { return len(o.blocks) >= maxBlocks || o.size >= maxText }

// lineBreak is a space; two in a row part paragraphs.
func (o *outliner) lineBreak() {
	o.breaks++
	o.text = append(o.text, ' ')
}

// restyled reports whether a line in another style begins behind a line that has one: a
// note set in italics above a heading set in bold.
func (o *outliner) restyled(next style) bool {
	return o.line != 0 && next != 0 && o.line&next == 0
}

// flush ends the block at hand.
func (o *outliner) flush() {
	if o.at.node != nil && !o.full() {
		o.flat = appendCollapsed(o.flat[:0], o.text)
		if text := string(bytes.TrimFunc(o.flat, unicode.IsSpace)); text != "" {
			o.size += len(text)
			o.blocks = append(o.blocks, block{text: text, tag: o.at.node.Data, node: o.at.node, article: o.at.article, zone: o.at.zone,
				words: countWords(text), link: min(o.link, len(text))})
		}
	}
	o.text, o.link, o.breaks, o.at = o.text[:0], 0, 0, spot{}
}

// unseen reports whether a reader never sees what stands in an element.
func unseen(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Iframe, atom.Head,
		atom.Object, atom.Embed, atom.Select, atom.Option, atom.Textarea, atom.Input, atom.Audio,
		atom.Video, atom.Canvas, atom.Math, atom.Datalist, atom.Map, atom.Progress, atom.Meter:
		return true
	}
	return false
}

// isBlockTag reports whether an element starts a line of its own.
func isBlockTag[name string | []byte](a atom.Atom, tag name) bool {
	switch a {
	case atom.P, atom.Div, atom.Section, atom.Article, atom.Main, atom.Aside, atom.Header, atom.Footer,
		atom.Nav, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Li,
		atom.Dl, atom.Dt, atom.Dd, atom.Blockquote, atom.Pre, atom.Figure, atom.Figcaption, atom.Table,
		atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Td, atom.Th, atom.Caption, atom.Form,
		atom.Fieldset, atom.Legend, atom.Hr, atom.Address, atom.Details, atom.Summary, atom.Dialog,
		atom.Body, atom.Html, atom.Center, atom.Hgroup, atom.Button, atom.Label, atom.Menu:
		return true
	}
	return strings.Contains(string(tag), "-") // custom elements are mostly boxes
}

// collapse turns runs of white space into one space and trims. No-break spaces are
// typography and stay, except at the ends; zero-width marks go.
func collapse(s string) string {
	return strings.TrimFunc(string(appendCollapsed(make([]byte, 0, len(s)), []byte(s))), unicode.IsSpace)
}

// appendCollapsed is collapse but for what is trimmed at the end.
func appendCollapsed(to, s []byte) []byte {
	from, space := len(to), false
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(s[i:])
		}
		printable := ' ' < r && r < 0x7F // as nearly all are
		switch {
		case !printable && isSpace(r):
			space = true
		case !printable && isInvisible(r):
		default:
			if space && len(to) > from {
				to = append(to, ' ')
			}
			space = false
			to = utf8.AppendRune(to, r)
		}
		i += size
	}
	return to
}

// isSpace reports whether a rune is white space that collapses.
func isSpace(r rune) bool {
	switch r {
	case ' ', '\n', '\t', '\r', '\f', '\v', '\u2028', '\u2029', '\u0085':
		return true
	}
	return false
}

// isInvisible reports whether a rune takes no room: zero-width marks, soft hyphens,
// control characters.
func isInvisible(r rune) bool {
	return r < 0x20 || 0x7F <= r && r <= 0x9F || r == '\u00AD' || r == '\u200B' || r == '\u2060' || r == '\uFEFF'
}

// countWords counts words separated by white space, two runes a word in scripts
// written without spaces.
func countWords(s string) int {
	n, run, wide := 0, false, 0
	for i, r := range s {
		switch {
		case r < utf8.RuneSelf && asciiSpace[s[i]] || r >= utf8.RuneSelf && unicode.IsSpace(r):
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

// asciiSpace are the bytes that are white space to package unicode.
var asciiSpace = [256]bool{' ': true, '\t': true, '\n': true, '\v': true, '\f': true, '\r': true}

// isUnspaced reports whether a rune belongs to a script that puts no spaces between
// words.
func isUnspaced(r rune) bool {
	return r >= 0x0E00 && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar))
}

// runes counts characters.
func runes(s string) int { return utf8.RuneCountInString(s) }
