// Package extract reads a news page, or text pasted from one, into an
// [article.Article]: headline, dek, bylines, dates, and the body as blocks with
// roles, notes and corrections kept at the place where a reader meets them, prompts
// and appeals left out. It also says what kind of page it was, so that a consent
// wall is not taken for an article that lost its text.
//
// It is pure: no network, no clock, the same bytes always give the same article. It
// is total: whatever the bytes, it returns an article, never panics, and costs no more
// than 250 ms of CPU and 64 MB (budget). It does not fetch, compare or judge notes.
//
// Start reading at [Extractor.Extract]. The steps are files: outline (the page as a
// list of text blocks), metadata, select (which blocks are the article's), correction
// (its notes, wherever they stand), roles, verdict. A block is judged by features
// (features) of what it is and where it stands (sight, frame, prose); what each weighs
// is fitted to pages whose true text is known (fit, weights.txt).
package extract

import (
	"bytes"
	"cmp"
	"net/url"
	"strings"
	"unicode/utf8"

	"erratum/internal/article"
	"erratum/internal/diff/note"

	"golang.org/x/net/html"
)

// version counts the rules of this package: it grows whenever the same page may give
// another article, so that no diff ever crosses two rule sets.
const version = "5"

// Options configure an [Extractor]. The zero value is the default.
type Options struct {
	// Language is taken for pages that do not state theirs and whose text does not
	// tell it: a BCP 47 primary subtag, may be empty.
	Language string
	// Weights replaces the built-in weights of the features, in the form of
	// weights.txt: for measuring what others would do. Empty in the product.
	Weights string
}

// Extractor reads pages. It does not change and may be used by any number of
// goroutines at once.
type Extractor struct {
	options  Options
	features []feature
	weights  []float64 // by feature
	lexicon  *lexicon
	scanners note.Scanners // memories of words, which change no result
}

// Result is what was read. Article is never nil, also when Verdict is not OK: then
// it is a sample of what was seen, and Reason says in plain words why it is not
// taken for an article.
type Result struct {
	Article *article.Article
	Verdict article.Verdict
	Reason  string
	// Paid says that the page does not give its whole text to everybody, by its own data
	// or words; Withdrawn that it says that the article was taken away.
	Paid, Withdrawn bool
	// Flat says in plain words why the page was read from its tokens, without its layout;
	// empty when it was read by its tree.
	Flat string
}

// New returns an extractor.
func New(o Options) *Extractor {
	all := features()
	return &Extractor{options: o, features: all, weights: weightsOf(all, cmp.Or(o.Weights, weightsFile)), lexicon: newLexicon()}
}

// Name identifies the extractor and its rules. Articles of two names are not to be
// compared with each other.
func (x *Extractor) Name() string { return "erratum/" + version }

// Extract reads a page given as UTF-8 (other bytes are replaced). pageURL is where
// the page was found, after redirects; it resolves relative links and may be empty.
func (x *Extractor) Extract(src []byte, pageURL string) Result {
	if !utf8.Valid(src) {
		src = bytes.ToValidUTF8(src, []byte("\uFFFD"))
	}
	s := newSheet(src, pageURL)
	// The parser is not ours. A page that breaks it is still read, from its tokens; one
	// that breaks this too is unreadable.
	r, flat := x.attempt(x.parse, s)
	if flat != "" {
		var broken string
		if r, broken = x.attempt(x.readTokens, s); broken != "" {
			return Result{Article: &article.Article{URL: pageURL, Extractor: x.Name()}, Verdict: article.UnreadablePage, Reason: "the page broke every way of reading it"}
		}
		r.Flat = flat
	}
	return r
}

// sheet is a page as it came.
type sheet struct {
	source []byte
	shown  []byte // without what nobody reads
	load   load
	url    string
}

// newSheet looks a page over.
func newSheet(src []byte, pageURL string) *sheet {
	shown, load := lean(src)
	if load.attributes > maxAttributes {
		src = trimTags(src)
		shown, load = lean(src)
	}
	return &sheet{src, shown, load, pageURL}
}

// attempt reads a page in one way. It says in plain words when that way does not fit
// the page or broke on it.
func (x *Extractor) attempt(read func(*sheet) (*page, string), s *sheet) (r Result, unfit string) {
	defer func() {
		if recover() != nil {
			unfit = "the page breaks the parser"
		}
	}()
	p, unfit := read(s)
	if unfit != "" {
		return Result{}, unfit
	}
	x.choose(p)
	return x.finish(p, s.url), ""
}

// parse reads a page by its tree.
func (x *Extractor) parse(s *sheet) (*page, string) {
	if unfit := s.load.excess(); unfit != "" {
		return nil, unfit
	}
	doc, err := html.Parse(bytes.NewReader(s.shown))
	switch {
	case err != nil && strings.Contains(err.Error(), "exceeds"): // 512 elements in each other
		return nil, "the page is nested too deeply"
	case err != nil:
		return nil, "the page breaks the parser"
	}
	w := walk(doc)
	p := &page{url: parseURL(s.url), source: s.source, blocks: w.blocks, pictures: w.pictures}
	p.meta = readMetadata(&w.facts, p.blocks, p.url)
	return p, ""
}

// readTokens reads a page that cannot or should not be parsed into a tree.
func (x *Extractor) readTokens(s *sheet) (*page, string) {
	facts, blocks := outlineTokens(s.shown)
	p := &page{url: parseURL(s.url), source: s.source, blocks: blocks}
	p.meta = readMetadata(facts, blocks, p.url)
	return p, ""
}

// parseURL returns nil for what is not an absolute URL.
func parseURL(s string) *url.URL {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || !u.IsAbs() || u.Host == "" {
		return nil
	}
	return u
}
