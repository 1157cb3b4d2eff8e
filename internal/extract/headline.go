package extract

import (
	"slices"
	"strings"
)

// chooseHeadline returns what a reader sees as the headline: the page's h1 when one
// is the article's, led by its kicker where the page's data says that it belongs to
// it and nothing of it gives the headline without; else what the page's data states,
// without the outlet's name.
func chooseHeadline(f *facts, ld ldNode, blocks []block, site string) string {
	stated := statedHeadlines(f, ld, site)
	at := visibleHeadline(blocks, stated)
	if at < 0 {
		if len(stated) == 0 {
			return ""
		}
		return stated[0]
	}
	b := &blocks[at]
	kicker, shown := b.headline()
	shown = strings.TrimLeft(shown, ":–—-| ")
	parts := b.parts()
	if kicker == "" && len(parts) > 1 && saysSame(stated, parts[len(parts)-1]) {
		return parts[len(parts)-1]
	}
	if (kicker != "" || len(parts) < 2) && saysSame(stated, shown) {
		return shown
	}
	for _, s := range stated {
		if slices.Equal(tokens(s), b.tokens()) {
			return s // with a mark between the parts
		}
		if k, ok := kickerOf(s, shown); ok && (kicker != "" && likeness(k, kicker) >= .8 || s == stated[0] && (showsBefore(blocks, at, k) || showsWhole(blocks, s))) {
			return s
		}
	}
	return shown
}

// statedHeadlines are what the page's data states, best first, each once.
func statedHeadlines(f *facts, ld ldNode, site string) []string {
	var out []string
	for _, s := range []string{ld.str("headline"), f.first("og:title"), f.first("twitter:title"), f.title, ld.str("name")} {
		if len(s) > maxStatedHeadline {
			continue
		}
		if s = dropOutlet(s, site); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// maxStatedHeadline is the longest title, in bytes, that may hold a headline.
const maxStatedHeadline = 1_000

// visibleHeadline finds the h1 that the stated headlines bear out, or the only one; -1
// when the headline is not shown. An h1 at the end of a trail of links ("Home › Sports ›")
// names the page for search engines: where another heading says what is stated, that one
// is read.
func visibleHeadline(blocks []block, stated []string) int {
	at, count, score := likestH1(blocks, stated, hidden|inNav|inFooter|inComments)
	if score >= .3 && !endsTrail(blocks[at].node) {
		return at
	}
	if h := likestHeading(blocks, stated, .8); h >= 0 {
		return h
	}
	if score >= .3 {
		return at
	}
	if at, _, score := likestH1(blocks, stated, 0); score >= .5 { // whatever its classes say
		return at
	}
	for i, b := range blocks { // a headline may be edited while the data lags behind
		if count == 1 && b.tag == "h1" && b.words >= 4 && !b.zone.has(hidden|inNav|inFooter|inComments|inHeader) && len(b.text) <= maxHeadline {
			return i
		}
	}
	return -1
}

// likestHeading finds the heading below h1 that is most like one of the stated headlines,
// of those that are at least as like as that; -1 when there is none. One with a kicker of
// its own is also compared without.
func likestHeading(blocks []block, stated []string, score float64) int {
	at := -1
	for i := range blocks {
		b := &blocks[i]
		if b.heading() < 2 || b.words < 3 || len(b.text) > maxHeadline || b.linkShare() > .5 || b.zone.has(hidden|inNav|inFooter|inComments) {
			continue
		}
		_, bare := b.headline()
		for _, s := range stated {
			if v := max(likeness(b.text, s), likeness(bare, s)); v > score || v == score && at < 0 {
				at, score = i, v
			}
		}
	}
	return at
}

// likestH1 finds the h1 that is most like one of the stated headlines, outside some
// places, and counts those it looked at.
func likestH1(blocks []block, stated []string, outside zone) (at, count int, score float64) {
	at = -1
	cut := make([][]string, len(stated))
	for i, s := range stated {
		cut[i] = tokens(s)
	}
	for i := range blocks {
		b := &blocks[i]
		if b.tag != "h1" || b.zone.has(outside) || len(b.text) > maxHeadline {
			continue
		}
		if count++; count > maxH1 {
			break
		}
		for _, s := range cut {
			if v := common(b.tokens(), s); v > score {
				at, score = i, v
			}
		}
	}
	return at, count, score
}

// maxH1 is how many h1 are looked at.
const maxH1 = 200

// maxHeadline is the longest headline, in bytes.
const maxHeadline = 400

// kickerOf returns the words that a stated headline puts before the visible one.
func kickerOf(stated, h1 string) (string, bool) {
	h1 = strings.TrimLeft(h1, ":–—-| ")
	rest, ok := strings.CutSuffix(stated, h1)
	rest = strings.TrimRight(rest, ":–—-| ")
	return rest, ok && rest != "" && countWords(rest) <= maxKickerWords
}

// showsBefore reports whether a kicker is seen in one of the few blocks above.
func showsBefore(blocks []block, at int, kicker string) bool {
	for i := at - 1; i >= 0 && i >= at-4; i-- {
		if likeness(blocks[i].text, kicker) >= .8 {
			return true
		}
	}
	return false
}

// showsWhole reports whether a heading reads as a stated headline with its kicker does.
func showsWhole(blocks []block, stated string) bool {
	words := tokens(stated)
	return slices.ContainsFunc(blocks, func(b block) bool {
		return b.heading() > 0 && !b.zone.has(hidden|inNav|inFooter|inAside) && slices.Equal(b.tokens(), words)
	})
}

// titleSeparators part a headline from the outlet's name in a title.
var titleSeparators = []string{" | ", " - ", " – ", " — ", " · ", " • ", " » ", " :: ", " ~ ", "ㅣ", "｜", " / "}

// dropOutlet removes the outlet's name, and sections between, from a title's end.
func dropOutlet(title, site string) string {
	for range 3 {
		cut := -1
		for _, sep := range titleSeparators {
			if i := strings.LastIndex(title, sep); i > cut && countWords(title[:i]) >= 3 {
				cut = i
			}
		}
		if cut < 0 {
			return title
		}
		tail := title[cut:]
		if !namesOutlet(tail, site) {
			return title
		}
		title = strings.TrimSpace(title[:cut])
	}
	return title
}

// namesOutlet reports whether the tail of a title is the outlet's name or a short
// section name rather than part of the headline.
func namesOutlet(tail, site string) bool {
	ts := tokens(tail)
	if len(ts) == 0 {
		return true
	}
	if len(ts) > 5 {
		return false
	}
	own := strings.Join(tokens(site), "")
	joined := strings.Join(ts, "")
	if own != "" && (strings.Contains(joined, own) || strings.Contains(own, joined)) {
		return true
	}
	// "Headline | Name" is nearly always an outlet; a dash is not.
	return strings.ContainsAny(tail, "|•ㅣ｜»") || strings.Contains(strings.ToLower(tail), ".de") || strings.Contains(strings.ToLower(tail), ".com")
}

// likeness is the share of words that two short texts have in common (Dice).
func likeness(a, b string) float64 { return common(tokens(a), tokens(b)) }

// common is likeness of texts that are cut already.
func common(x, y []string) float64 {
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	n := 0
	used := make([]bool, len(y))
	for _, t := range x {
		for i := range y {
			if !used[i] && y[i] == t {
				used[i] = true
				n++
				break
			}
		}
	}
	return 2 * float64(n) / float64(len(x)+len(y))
}

// isLike reports whether a block has at least a share of its words in common with a
// short text, cut already. Most blocks differ too much in length to be.
func (b *block) isLike(text []string, share float64) bool {
	n, m := len(b.tokens()), len(text)
	return 2*float64(min(n, m)) >= share*float64(n+m) && common(b.tokens(), text) >= share
}

// maxKickerWords is the longest kicker.
const maxKickerWords = 10

// leadsTo reports whether a heading is a kicker and a headline, given by its words.
func (b *block) leadsTo(headline []string) bool {
	n := len(b.tokens()) - len(headline)
	return b.heading() > 0 && n > 0 && n <= maxKickerWords && len(headline) >= 3 && slices.Equal(b.tokens()[n:], headline)
}

// headlineAt finds the block that shows the headline, -1 when none does.
func headlineAt(blocks []block, headline string) int {
	at := -1
	if headline == "" {
		return at
	}
	words := tokens(headline)
	for i := range blocks {
		b := &blocks[i]
		if b.heading() == 0 || b.zone.has(hidden|inNav|inFooter) {
			continue
		}
		if b.tag == "h1" && b.isLike(words, .6) {
			return i
		}
		if at < 0 && (b.isLike(words, .8) || b.leadsTo(words)) {
			at = i
		}
	}
	return at
}
