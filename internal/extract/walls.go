package extract

import (
	"strings"

	"erratum/internal/article"
)

// wallWording are the words of pages that stand before an article or in its place.
type wallWording struct {
	consent, login, blocked, paywall, missing, errors, withdrawn, outage, script wording

	any wording // of those that make a text a wall
}

// newWallWording compiles them.
func newWallWording() wallWording {
	return wallWording{
		consent: newWording(consentList), login: newWording(loginList), blocked: newWording(blockedList), paywall: newWording(paywallList),
		missing: newWording(missingList), errors: newWording(errorList), withdrawn: newWording(withdrawnList), outage: newWording(outageList), script: newWording(scriptList),
		any: newWording(consentList, loginList, blockedList, missingList, withdrawnList, outageList, scriptList),
	}
}

// wallKind is a kind of page that is no article.
type wallKind struct {
	words     wording
	verdict   article.Verdict
	reason    string
	titles    []wording // that the title alone may say
	withdrawn bool      // says that the article was taken away
}

// kinds lists the walls, those first whose wording is never about another: the page of
// a missing article may speak of cookies, too.
func (w *wallWording) kinds() []wallKind {
	return []wallKind{
		{w.blocked, article.Blocked, "asks to prove that you are not a robot, or refuses access", []wording{w.blocked}, false},
		{w.missing, article.NotAnArticle, "says that there is no such page", []wording{w.missing, w.errors}, false},
		{w.withdrawn, article.NotAnArticle, "says that the article was taken away", []wording{w.withdrawn}, true},
		{w.outage, article.NotAnArticle, "says that the site is out of order", []wording{w.outage}, false},
		{w.script, article.UnreadablePage, needsScript, nil, false},
		{w.consent, article.Consent, "asks to accept cookies or tracking", nil, false},
		{w.login, article.Login, "asks to log in", nil, false},
	}
}

const needsScript = "the page shows its text only to browsers that run JavaScript"

// wall tells the pages that stand before an article, or in its place, from articles.
// What is read as the article's text decides once there is enough of it: a dialogue
// that lies over a whole text makes no wall of it.
func (x *Extractor) wall(p *page, a *article.Article, words int) (wallKind, bool) {
	claims := p.claimsArticle()
	switch {
	case words >= longWall:
		return wallKind{}, false
	case words < briefWords, words < bareWords && !claims:
		return x.bareWall(p, words)
	case words < wallWords && !claims && p.challenged():
		return challengeKind, true
	}
	kept := proseSentences(a)
	// Nearly all texts are passed over here, each word looked up once. A long sequence of
	// one kind may cover two of another.
	if s := x.lexicon.walls.any.spokenIn(kept); (claims || words >= wallWords) && s.hits*2*wordsAHit < s.all {
		return wallKind{}, false
	}
	for _, k := range x.lexicon.walls.kinds() {
		s := k.words.spokenIn(kept)
		if s.isAll() {
			return k, true
		}
		if words < wallWords && !claims && (s.isMuch() || k.titled(p)) {
			return k, true
		}
	}
	return wallKind{}, false
}

// briefWords is the least that a brief report says, in words.
const briefWords = 12

// challengeKind is a page that is known by its machinery.
var challengeKind = wallKind{verdict: article.Blocked, reason: "asks to prove that you are not a robot, or refuses access"}

// bareWall judges a page that has hardly any text of an article by all that it shows.
func (x *Extractor) bareWall(p *page, words int) (wallKind, bool) {
	if p.challenged() {
		return challengeKind, true
	}
	shown := p.shownSentences()
	for _, k := range x.lexicon.walls.kinds() {
		s := k.words.spokenIn(shown)
		if s.held > 0 && s.held*3 >= words || k.titled(p) {
			return k, true
		}
	}
	return wallKind{}, false
}

// titled reports whether the page's title or headline, or a part of it between bars and
// dashes, says little else.
func (k *wallKind) titled(p *page) bool {
	for _, title := range []string{p.meta.title, p.meta.headline} {
		parts := append(strings.FieldsFunc(title, func(r rune) bool { return strings.ContainsRune("|–—-:·•", r) }), title)
		for _, part := range parts {
			ts := tokens(part)
			for _, w := range k.titles {
				if n := w.length(ts); n > 0 && n*5 >= len(ts)*3 {
					return true
				}
			}
		}
	}
	return false
}

// proseSentences are the sentences of an article's running text.
func proseSentences(a *article.Article) [][]string {
	var out [][]string
	for _, b := range a.Blocks {
		switch b.Role {
		case article.Lede, article.Body, article.Quote, article.ListItem:
			out = append(out, cutSentences(b.Text)...)
		}
	}
	return out
}

// pageBlocks bounds the blocks that are searched for the wording of walls.
const pageBlocks = 400

// shownSentences are the sentences of all that a page shows; a long page's menus and
// foot say nothing of what it is.
func (p *page) shownSentences() [][]string {
	var out [][]string
	for i := range p.blocks[:min(len(p.blocks), pageBlocks)] {
		b := &p.blocks[i]
		if !b.zone.has(hidden|inNav|inFooter) || len(p.blocks) <= 40 {
			out = append(out, cutSentences(b.text)...)
		}
	}
	return out
}
