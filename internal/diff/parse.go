package diff

import (
	"strings"

	"erratum/internal/article"
	"erratum/internal/text"

	"github.com/cespare/xxhash/v2"
)

// Parse folds, segments and tokenises an article. It takes any article and does not
// change it.
func Parse(a *article.Article) *Doc { return ParseNext(nil, a) }

// ParseNext does what [Parse] does for a version of which another one, before, has been
// parsed: the paragraphs that both have are not read twice, and their sentences share
// memory. Word forms are numbered on from those of before, which therefore must not be
// parsed next to anything else at the same time. before may be nil.
func ParseNext(before *Doc, a *article.Article) *Doc {
	p := parser{doc: &Doc{Lang: a.Language, Published: a.Published, Modified: a.Modified, Blocks: a.Paragraphs()}}
	markLede(p.doc.Blocks)
	p.learn(before)
	tokens, bytes := 0, 0
	for _, b := range p.doc.Blocks {
		if _, known := p.known[keyOfBlock(b)]; !known {
			tokens += guessTokens(b.Text)
			bytes += len(b.Text)
		}
	}
	// Tokens of all sentences share one slab: an article has far more sentences than
	// an allocation is worth.
	p.tokens, p.numbers = make([]text.Token, 0, tokens), make([]int32, 0, tokens)
	p.doc.Sentences = make([]Sentence, 0, bytes/120+len(p.doc.Blocks))
	if before != nil {
		p.doc.Forms = before.Forms
	} else {
		p.doc.Forms = newForms(tokens)
	}
	for i, b := range p.doc.Blocks {
		p.block(i, b)
	}
	return p.doc
}

// guessTokens is about how many tokens a text has that puts spaces between its words.
func guessTokens(s string) int { return strings.Count(s, " ")*5/4 + 4 }

type parser struct {
	doc     *Doc
	tokens  []text.Token
	numbers []int32
	known   map[blockKey][]Sentence // of the other version
}

// blockKey is what the sentences of a block depend on, in a language.
type blockKey struct {
	text  string
	whole bool // it is one sentence
}

func keyOfBlock(b article.Block) blockKey { return blockKey{b.Text, oneSentence(b.Role)} }

// learn remembers what a version in the same language consists of.
func (p *parser) learn(before *Doc) {
	if before == nil || before.Lang != p.doc.Lang {
		return
	}
	p.known = make(map[blockKey][]Sentence, len(before.Blocks))
	for from := 0; from < len(before.Sentences); {
		block := before.Sentences[from].Block
		to := from + 1
		for to < len(before.Sentences) && before.Sentences[to].Block == block {
			to++
		}
		p.known[keyOfBlock(before.Blocks[block])] = before.Sentences[from:to]
		from = to
	}
}

// block appends the sentences of a block.
func (p *parser) block(i int, b article.Block) {
	if same, ok := p.known[keyOfBlock(b)]; ok {
		for _, s := range same {
			s.ID, s.Block, s.Role = len(p.doc.Sentences), i, b.Role
			p.doc.Sentences = append(p.doc.Sentences, s)
		}
		return
	}
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
	p.makeRoom(guessTokens(f.Text))
	from := len(p.tokens)
	p.tokens = text.AppendTokens(p.tokens, f.Text)
	to := len(p.tokens)
	p.numbers = p.doc.Forms.appendNumbers(p.numbers, p.tokens[from:])
	p.doc.Sentences = append(p.doc.Sentences, Sentence{
		ID:     len(p.doc.Sentences),
		Block:  block,
		Role:   role,
		Folded: f,
		Hash:   xxhash.Sum64String(f.Text),
		Tokens: p.tokens[from:to:to],
		Forms:  p.numbers[from:to:to],
	})
}

// makeRoom starts a new slab when the old one is full: it stays with the sentences that
// point into it, and need not be copied.
func (p *parser) makeRoom(n int) {
	if cap(p.tokens)-len(p.tokens) < n {
		const least = 256
		p.tokens, p.numbers = make([]text.Token, 0, max(n, least)), make([]int32, 0, max(n, least))
	}
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
