package claim

import (
	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/text"
)

// nameBook knows which words are written with a capital where no sentence starts, in
// either version: the first word of a sentence is a name only if it stands there.
type nameBook struct {
	docs        [2]*diff.Doc
	lex         *lexicon
	mid         map[string]bool
	inRun       map[string]bool // stands right after another word of a name
	withArticle map[string]bool // has an article somewhere
}

func newNameBook(older, newer *diff.Doc) *nameBook {
	return &nameBook{docs: [2]*diff.Doc{older, newer}, lex: lexiconFor(newer.Lang)}
}

// seen reports whether a word is capitalised inside a sentence somewhere.
func (b *nameBook) seen(key string) bool {
	b.read()
	return b.mid[key]
}

// read goes through both versions once.
func (b *nameBook) read() {
	if b.mid != nil {
		return
	}
	b.mid, b.inRun, b.withArticle = map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, doc := range b.docs {
		entered := make([]bool, doc.Forms.Len()) // so that no word is entered time and again
		for i := range doc.Sentences {
			b.readSentence(&doc.Sentences[i], entered)
		}
	}
}

func (b *nameBook) readSentence(s *diff.Sentence, entered []bool) {
	if s.Role == article.Headline || s.Role == article.Subheading || s.Role == article.Byline {
		return // often in title case
	}
	if b.lex.format.nouns {
		b.readNouns(s.Tokens)
	}
	start := true
	for i := range s.Tokens {
		t, form := &s.Tokens[i], s.Forms[i]
		switch t.Kind {
		case text.Word:
			if !entered[form] && hasUpper(t.Text) && (!start || inner(t.Text)) {
				b.mid[t.Key], entered[form] = true, true
			}
			start = false
		case text.Number, text.Symbol:
			start = false
		default:
			if t.Key == `"` || t.Key == ":" {
				start = true
			}
		}
	}
}
