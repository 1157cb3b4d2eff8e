// Package text prepares prose for comparison and keeps the way back to what was
// printed: it folds typography ([Fold]), cuts paragraphs into sentences
// ([Sentences]) and sentences into tokens ([Tokenize]), and holds the word lists
// that need no meaning (function words, stems, abbreviations), by language. Start
// reading at [Fold] and [Tokenize].
//
// It compares nothing and knows nothing of articles. Compare folded, show raw: all
// offsets it returns are byte offsets into the folded text, and [Folded.Span]
// takes them back to the bytes of the page.
package text

// Folded is a text with typography folded away and the map back to its raw form.
type Folded struct {
	Raw  string // as printed, valid UTF-8
	Text string // folded: NFC, plain quotes and dashes, single spaces, trimmed
	// back holds the raw offset of every folded byte and of the end, less base; it is
	// nil when Text is Raw. Parts of a text share it.
	back []int32
	base int32
}

// TokenKind says what a token is made of.
type TokenKind uint8

// The kinds of tokens.
const (
	Word   TokenKind = iota // letters and inner apostrophes; hyphens are left apart
	Number                  // digits with inner separators: 1,300  3.5  52
	Punct                   // one punctuation mark
	Symbol                  // one currency, percent or other sign
)

// Token is a piece of a folded text.
type Token struct {
	Text     string // as it stands in the folded text
	Key      string // lower case, initialism dots dropped ("U.S." → "us"): what is compared
	From, To int    // byte offsets into the folded text
	Kind     TokenKind
	Space    bool // white space stands before it
}
