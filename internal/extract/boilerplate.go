package extract

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// maxPromptWords is the longest block that phrases alone may call boilerplate.
// Prompts are short; a news paragraph that speaks of subscriptions seldom is
// (methods.md §11: 4 of 904 real paragraphs are caught below it, measured).
const maxPromptWords = 40

// isPrompt reports whether a block asks something of the reader or points elsewhere
// instead of telling the news: sign-up, appeal, share, comment, read more.
func (x *Extractor) isPrompt(b *block) bool {
	return b.prompt.or(func() bool { return b.words <= maxPromptWords && x.readsAsPrompt(b) })
}

// readsAsPrompt is isPrompt for a short block.
func (x *Extractor) readsAsPrompt(b *block) bool {
	if x.isAsking(b) {
		return true
	}
	ts := b.tokens()
	if at, _ := x.lexicon.labels.in(ts); at >= 0 {
		return true
	}
	if n := x.lexicon.openers.at(ts); n > 0 {
		// "Related: …", "Read more | …" or a bare "Read more".
		return len(ts) == n || b.linkShare() > .6 || opensWithMark(b.text, n)
	}
	if n := x.lexicon.lines.at(ts); n > 0 && n == len(ts) {
		return true
	}
	return first(ts) == "follow" && b.words <= 30 && namesNetwork(ts)
}

// isAsking reports whether a block asks the reader for something.
func (x *Extractor) isAsking(b *block) bool {
	return b.asking.or(func() bool { return x.asks(b.text, b.tokens()) })
}

// asks reports whether a text asks the reader for something: to sign up, to give, to
// log in. What stands between quotation marks is somebody else's asking.
func (x *Extractor) asks(text string, ts []string) bool {
	if !x.asksIn(text, ts) {
		return false
	}
	rest := unquoted(text)
	return len(rest) == len(text) || x.asksIn(rest, tokens(rest))
}

// asksIn is asks, whoever is asking.
func (x *Extractor) asksIn(text string, ts []string) bool {
	if at, _ := x.lexicon.prompts.in(ts); at >= 0 {
		return true
	}
	if at, _ := x.lexicon.matters.in(ts); at >= 0 && (len(ts) <= maxMatterWords || speaksAsOutlet(text, ts)) {
		return true
	}
	if !slices.ContainsFunc(ts, x.lexicon.calls.starts) {
		return false
	}
	for s := range strings.FieldsFuncSeq(text, isSentenceEnd) {
		if x.lexicon.calls.at(tokens(s)) > 0 {
			return true
		}
	}
	return false
}

// maxMatterWords is the longest text that is a prompt because of what it is about, though
// it does not speak to the reader.
const maxMatterWords = 6

// unquoted leaves out what stands between quotation marks.
func unquoted(s string) string {
	var out strings.Builder
	from, open := 0, rune(0)
	for i, r := range s {
		switch {
		case !strings.ContainsRune("\"“”„«»", r):
		case open == 0:
			out.WriteString(s[from:i])
			from, open = i, r
		case open != r || r == '"':
			from, open = i+utf8.RuneLen(r), 0
		}
	}
	out.WriteString(s[from:]) // with a mark that nothing closes
	return out.String()
}

// isCredit reports whether a block names who else worked on the report.
func (x *Extractor) isCredit(b *block) bool {
	return b.credit.or(func() bool { return b.words <= maxPromptWords && x.readsAsCredit(b.tokens()) })
}

// readsAsCredit is isCredit for a short block.
func (x *Extractor) readsAsCredit(ts []string) bool {
	if x.lexicon.credits.at(ts) > 0 {
		return true
	}
	n := len(ts) - 4
	return n >= 0 && ts[n] == "contributed" && ts[n+1] == "to" && ts[n+2] == "this" && (ts[n+3] == "report" || ts[n+3] == "story")
}

// isSentenceEnd reports whether a rune parts sentences or the halves of a prompt.
func isSentenceEnd(r rune) bool { return strings.ContainsRune(".!?:|•·–—", r) }

// opensWithMark reports whether the nth word of a text is followed by a colon, bar,
// dash or arrow.
func opensWithMark(text string, n int) bool {
	i := strings.IndexAny(text, ":|»>→–—")
	return i > 0 && len(tokens(text[:i])) <= n+1
}

// networks are names that prompts to follow end in.
var networks = map[string]bool{"twitter": true, "facebook": true, "instagram": true, "whatsapp": true, "telegram": true, "youtube": true, "google": true, "tiktok": true, "linkedin": true, "x": true, "threads": true, "bluesky": true}

func namesNetwork(ts []string) bool {
	for _, t := range ts {
		if networks[t] {
			return true
		}
	}
	return false
}
