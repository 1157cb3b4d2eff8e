package extract

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"
)

// bylineReader finds the authors that a page shows.
type bylineReader struct {
	blocks  []block
	at      int // the block with the headline, 0 when it is not shown
	outlet  []string
	outside zone // where no author is looked for
}

// newBylineReader reads a page below its headline. What place the headline itself stands
// in says nothing about its neighbours.
func newBylineReader(blocks []block, headline string, outlet []string) *bylineReader {
	r := &bylineReader{blocks: blocks, at: headlineAt(blocks, headline), outlet: outlet, outside: hidden | inNav | inCaption | inFigure | inAside}
	if r.at < 0 {
		r.at = slices.IndexFunc(blocks, func(b block) bool { return b.heading() > 0 && b.text == headline })
	}
	if r.at < 0 {
		r.at = 0
	} else {
		r.outside &^= blocks[r.at].zone
	}
	return r
}

// bylineReach is how many blocks below the headline its byline may stand.
const bylineReach = 20

// read returns what stands near the headline: a short line that begins with "By", a
// link to an author's page, a name marked as author, a name or an agency alone; else the first
// marked name of the page, what a label anywhere says, or a name alone under the text.
func (r *bylineReader) read(f *facts) []string {
	for _, read := range []func(blocks []block, i int) string{bylineText, authorLink, markedName, plainName, agencyLine} {
		for i := max(0, r.at-3); i < len(r.blocks) && i < r.at+bylineReach; i++ {
			if b := &r.blocks[i]; b.words > 40 && b.tag == "p" {
				break
			}
			if names := r.try(read, i); names != nil {
				return names
			}
		}
	}
	for _, marked := range f.people {
		if names := r.named(marked); names != nil {
			return names
		}
	}
	r.outside = hidden | inNav | inCaption | inFigure | inComments
	for _, read := range []func(blocks []block, i int) string{labelledName, hanName, signature} {
		for i := range r.blocks {
			if names := r.try(read, i); names != nil {
				return names
			}
		}
	}
	return f.people[:min(1, len(f.people))]
}

// try reads one block.
func (r *bylineReader) try(read func(blocks []block, i int) string, i int) []string {
	if b := &r.blocks[i]; b.words > 25 || b.zone.has(r.outside) {
		return nil
	}
	return r.named(read(r.blocks, i))
}

// named returns the names of a line, nil when there is none but the outlet's own.
func (r *bylineReader) named(line string) []string {
	names := cleanNames([]string{line})
	if slices.ContainsFunc(names, func(s string) bool { return !isOutlet(s, r.outlet) }) {
		return names
	}
	return nil
}

// complete adds to the stated authors those that are marked beside one of them: data
// often names only one of several.
func (r *bylineReader) complete(stated []string) []string {
	for i := r.at; i < len(r.blocks) && i < r.at+bylineReach; i++ {
		if markedName(r.blocks, i) == "" {
			continue
		}
		var run []string
		for j := i; j < len(r.blocks) && r.blocks[j].place() == r.blocks[i].place() && markedName(r.blocks, j) != ""; j++ {
			run = append(run, r.blocks[j].text)
		}
		if !slices.ContainsFunc(stated, func(s string) bool { return !slices.Contains(run, s) }) {
			return run
		}
	}
	return stated
}

// bylineText returns what follows "By" in a block or one of its parts, or in the
// next block when "By" stands alone.
func bylineText(blocks []block, i int) string {
	for part := range strings.FieldsFuncSeq(blocks[i].text, func(r rune) bool { return strings.ContainsRune("|•·", r) }) {
		rest, ok := afterBy(strings.TrimSpace(part))
		switch {
		case ok && rest != "":
			return rest
		case ok && i+1 < len(blocks) && isName(blocks[i+1].text):
			return blocks[i+1].text
		}
	}
	return ""
}

// authorPaths are parts of the addresses of authors' pages.
var authorPaths = []string{"/author/", "/authors/", "/autor/", "/autoren/", "/autores/", "/auteur/", "/auteurs/", "/autore/", "/autori/", "/profile/", "/people/", "/staff/", "/journalist/", "/by/", "/reporter/"}

// authorLink returns the text of a link to an author's page.
func authorLink(blocks []block, i int) string {
	if blocks[i].node == nil || blocks[i].words > 12 {
		return ""
	}
	parts := 0
	for n := range blocks[i].node.Descendants() {
		if parts++; parts > maxParts {
			break
		}
		href := attr(n, "href")
		if n.DataAtom != atom.A || !slices.ContainsFunc(authorPaths, func(p string) bool { return strings.Contains(href, p) }) {
			continue
		}
		if name := collapse(textUpTo(n, maxValue)); isName(name) {
			return name
		}
	}
	return ""
}

// markedName returns a block that is a name and marked as the author.
func markedName(blocks []block, i int) string {
	if b := &blocks[i]; b.zone.has(inByline) && isName(b.text) {
		return b.text
	}
	return ""
}

// plainName returns a paragraph that is nothing but a name, or several.
func plainName(blocks []block, i int) string {
	b := &blocks[i]
	if b.tag == "p" && b.words <= 8 && b.link == 0 && isNames(b.text) {
		return b.text
	}
	return ""
}

// agencyLine returns a line that is nothing but the name of an agency, with a place or
// without.
func agencyLine(blocks []block, i int) string {
	b := &blocks[i]
	if agency, _, _ := strings.Cut(b.text, ","); b.words <= 3 && agencies[strings.ToLower(strings.TrimSpace(agency))] {
		return b.text
	}
	return ""
}

// hanLabel finds who wrote or edited, as Chinese pages say it at the end of the text.
var hanLabel = regexp.MustCompile(`^[（(【]?(?:责编|责任编辑|編輯|编辑|记者|記者|作者|撰文|責任編輯)\s*[:：/／]\s*([\p{Han}、，· ]{2,40})`)

// hanName returns what such a label is followed by.
func hanName(blocks []block, i int) string {
	if m := hanLabel.FindStringSubmatch(blocks[i].text); m != nil {
		return m[1]
	}
	return ""
}

// isNames reports whether a text is a name of at most four words, or several parted by
// strokes.
func isNames(s string) bool {
	for name := range strings.SplitSeq(s, "/") {
		if countWords(name) > 4 || !isName(strings.TrimSpace(name)) {
			return false
		}
	}
	return true
}

// authorLabels open a line that names the author, wherever on the page it stands.
var authorLabels = []string{"author", "authors", "written by", "reported by", "autor", "autorin", "autorin/autor", "autor/autorin", "autor:in", "autoren", "verfasst von", "auteur", "auteurs", "autore", "autori", "autora", "autores", "автор", "автори", "авторы"}

// labelledName returns what such a label is followed by.
func labelledName(blocks []block, i int) string {
	first, rest, ok := strings.Cut(blocks[i].text, " ")
	if !ok || blocks[i].words > 12 || !slices.Contains(authorLabels, strings.ToLower(strings.TrimRight(first, ":"))) {
		return ""
	}
	if rest = strings.TrimLeft(rest, ": "); isName(firstName(rest)) {
		return rest
	}
	return ""
}

// signature returns a name that ends the text: a paragraph of its own after a longer
// one, the last in their box.
func signature(blocks []block, i int) string {
	if i == 0 || plainName(blocks, i) == "" || blocks[i].node == nil {
		return ""
	}
	above, box := &blocks[i-1], blocks[i].box()
	if above.box() != box || above.tag != "p" || above.words < proseWords || !endsSentence(above.text) {
		return ""
	}
	if i+1 < len(blocks) && blocks[i+1].box() == box && blocks[i+1].tag == "p" {
		return ""
	}
	return blocks[i].text
}
