package extract

import (
	_ "embed"
	"strings"
)

// The lists are written from the usual wording of news sites in English, German,
// French, Spanish, Portuguese, Italian, Ukrainian and Russian, with a few of their
// neighbours: a phrase a line. A phrase speaks to the reader or names the site's own
// machinery, so that reports about subscriptions, cookies or donations do not hold
// it.
var (
	//go:embed phrases/prompts.txt
	promptList string // marks a short block wherever it stands in it
	//go:embed phrases/matters.txt
	matterList string // marks a short block that speaks to the reader, or a very short one: what prompts are about, and reports too
	//go:embed phrases/authors.txt
	authorList string // opens a box on who wrote the article
	//go:embed phrases/labels.txt
	labelList string // marks a short block wherever it stands in it, but asks for nothing: reading times, advert marks, rights
	//go:embed phrases/calls.txt
	callList string // marks a short block with a sentence that begins so: imperatives that reports use only within a sentence
	//go:embed phrases/openers.txt
	openerList string // marks a block that begins so and goes on with a colon, bar or link, or says no more
	//go:embed phrases/lines.txt
	lineList string // marks a block that says nothing else
	//go:embed phrases/credits.txt
	creditList string // begins a line that names who else worked on a report

	//go:embed phrases/consent.txt
	consentList string // a cookie or privacy wall
	//go:embed phrases/login.txt
	loginList string
	//go:embed phrases/blocked.txt
	blockedList string // a bot wall, captcha or refusal
	//go:embed phrases/paywall.txt
	paywallList string
	//go:embed phrases/missing.txt
	missingList string // an error page that answers as if all were well
	//go:embed phrases/errors.txt
	errorList string // all that the title of such a page says
	//go:embed phrases/withdrawn.txt
	withdrawnList string // stands where an article was
	//go:embed phrases/outage.txt
	outageList string // maintenance, or a fault of the site
	//go:embed phrases/script.txt
	scriptList string // a page that programs fill
)

// phrases finds any of a list of word sequences in a text.
type phrases map[string][][]string

// newPhrases compiles a list, a phrase a line; blank lines and # comments do not
// count.
func newPhrases(list string) phrases {
	p := phrases{}
	for line := range strings.Lines(list) {
		if ts := tokens(line); len(ts) > 0 && !strings.HasPrefix(line, "#") {
			p[ts[0]] = append(p[ts[0]], ts)
		}
	}
	return p
}

// in returns the position of the first phrase in a tokenised text and its length in
// words, -1 when there is none.
func (p phrases) in(ts []string) (at, length int) {
	for i := range ts {
		if n := p.at(ts[i:]); n > 0 {
			return i, n
		}
	}
	return -1, 0
}

// at returns how many words of a phrase a text begins with, 0 for none.
func (p phrases) at(ts []string) int {
	best := 0
next:
	for _, ph := range p[first(ts)] {
		if len(ph) > len(ts) || len(ph) <= best {
			continue
		}
		for i, w := range ph {
			if ts[i] != w {
				continue next
			}
		}
		best = len(ph)
	}
	return best
}

// starts reports whether a phrase begins with a word.
func (p phrases) starts(word string) bool { return len(p[word]) > 0 }

// first is the first token, empty when there is none.
func first(ts []string) string {
	if len(ts) == 0 {
		return ""
	}
	return ts[0]
}

// lexicon holds the compiled phrase lists.
type lexicon struct {
	prompts phrases // anywhere in a short block
	matters phrases // anywhere in a short block that speaks to the reader
	authors phrases // all of a short line
	labels  phrases // anywhere in a short block, asking for nothing
	calls   phrases // at the beginning of a sentence of a short block
	openers phrases // at its beginning
	lines   phrases // all of it
	credits phrases // at its beginning
	walls   wallWording
}

// newLexicon compiles the lists once for an extractor.
func newLexicon() *lexicon {
	return &lexicon{
		prompts: newPhrases(promptList), matters: newPhrases(matterList), authors: newPhrases(authorList), labels: newPhrases(labelList), calls: newPhrases(callList), openers: newPhrases(openerList), lines: newPhrases(lineList), credits: newPhrases(creditList),
		walls: newWallWording(),
	}
}
