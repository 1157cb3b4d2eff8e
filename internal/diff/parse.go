package diff

import (
	"erratum/internal/article"
	"erratum/internal/text"

	"github.com/cespare/xxhash/v2"
)

// Parse folds, segments and tokenises an article. It takes any article and does not
// change it.
func Parse(a *article.Article) *Doc {
	d := &Doc{Lang: a.Language, Blocks: a.Paragraphs()}
	markLede(d.Blocks)
	bytes := 0
	for _, b := range d.Blocks {
		bytes += len(b.Text)
	}
	// Tokens of all sentences share one slab: an article has far more sentences than
	// an allocation is worth.
	p := parser{doc: d, slab: make([]text.Token, 0, bytes/5+16)}
	for i, b := range d.Blocks {
		p.block(i, b)
	}
	return d
}

type parser struct {
	doc  *Doc
	slab []text.Token
}

// block appends the sentences of a block.
func (p *parser) block(i int, b article.Block) {
	f := text.Fold(b.Text)
	if f.Text == "" {
		return
	}
	if oneSentence(b.Role) {
		p.sentence(i, b.Role, f)
		return
	}
	for _, r := range text.Sentences(f.Text, p.doc.Lang) {
		p.sentence(i, b.Role, f.Part(r[0], r[1]))
	}
}

func (p *parser) sentence(block int, role article.Role, f text.Folded) {
	from := len(p.slab)
	p.slab = text.AppendTokens(p.slab, f.Text)
	p.doc.Sentences = append(p.doc.Sentences, Sentence{
		ID:     len(p.doc.Sentences),
		Block:  block,
		Role:   role,
		Folded: f,
		Hash:   xxhash.Sum64String(f.Text),
		Tokens: p.slab[from:len(p.slab):len(p.slab)],
	})
}

// oneSentence reports whether a block of this role is one sentence however it is
// punctuated.
func oneSentence(r article.Role) bool {
	switch r {
	case article.Headline, article.Byline, article.Dateline, article.Subheading, article.ListItem, article.Caption:
		return true
	default:
		return false
	}
}

// markLede makes the first paragraph of the running text the lede and no other.
func markLede(blocks []article.Block) {
	found := false
	for i := range blocks {
		switch blocks[i].Role {
		case article.Lede, article.Body:
			blocks[i].Role = article.Body
			if !found {
				blocks[i].Role = article.Lede
				found = true
			}
		}
	}
}
