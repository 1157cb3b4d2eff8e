package claim

import (
	"erratum/internal/article"
	"erratum/internal/text"
)

// promptWords bounds a sentence that its first words make a prompt: a longer one goes on
// to say something.
const promptWords = 25

// stampWords bounds a sentence that only says when the page was changed.
const stampWords = 5

// counterWords bounds a block that only counts or dates the page ("6 min read").
const counterWords = 4

// prompts reports whether a sentence speaks to the reader or of the page and claims
// nothing: "Sign up for our newsletter", "Read more: …", "24 comments", "2 hours ago".
func (p *passage) prompts(from, to int) bool {
	switch p.doc.Sentences[p.sent[from]].Role {
	case article.Headline, article.Dek, article.Byline, article.Dateline:
		return false
	}
	for from < to && p.tokens[from].Kind == text.Punct {
		from++
	}
	n := p.words(from, to)
	if ph := p.match(from, secPrompt); ph != nil && (n <= stampWords || n <= promptWords && ph.class != "stamp") {
		return true
	}
	if n > counterWords {
		return false
	}
	for i := from; i < to; i++ {
		if p.is(i, secCounter) && i > from && p.tokens[i-1].Kind == text.Number {
			return true
		}
	}
	return false
}

// onlyPrompts reports whether a passage is nothing but that, or empty.
func (p *passage) onlyPrompts() bool {
	for from := 0; from < p.size(); {
		to := p.sentenceEnd(from)
		if !p.prompts(from, to) {
			return false
		}
		from = to
	}
	return true
}
