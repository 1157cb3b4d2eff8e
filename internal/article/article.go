// Package article holds the nouns of the program: what a news page says at an
// instant ([Article]), the kinds of not being able to say it ([Problem]), what a
// look at a page brought back ([Reading]), and a numbered, stored state of it
// ([Revision]).
//
// It does nothing with them. It imports nothing of ours and no net/http, so that
// every other package may depend on it. Start reading at [Article] and [Reading].
package article

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"time"
)

// Role says what part of an article a block of text is.
type Role string

// The roles, in the words of the JSON output (docs: json.md).
const (
	Headline   Role = "headline"
	Dek        Role = "dek" // the summary line below the headline, also called standfirst
	Byline     Role = "byline"
	Dateline   Role = "dateline" // "KYIV, Jan 27 (Agency) —" when it stands in a block of its own
	Lede       Role = "lede"     // the first paragraph of the body
	Body       Role = "body"
	Subheading Role = "subheading"
	Quote      Role = "quote" // a block quotation or pull quote
	ListItem   Role = "list_item"
	Caption    Role = "caption"
	Note       Role = "note" // an editor's note, correction, update or clarification
)

// InBody reports whether a block of this role belongs to the article's own running
// text, as headline, dek, byline, dateline and captions do not.
func (r Role) InBody() bool {
	switch r {
	case Lede, Body, Subheading, Quote, ListItem, Note:
		return true
	default:
		return false
	}
}

// Block is a paragraph of an article.
type Block struct {
	Role Role `json:"role"`
	// Text is what a reader sees, valid UTF-8, one line, runs of white space
	// collapsed to one space. Typography (quotes, dashes, NBSP) is kept as it is.
	Text string `json:"text"`
	// Entry names the entry of a live blog that the block belongs to, as the page does;
	// empty outside entries. It is no part of what a reader sees.
	Entry string `json:"entry,omitempty"`
}

// Article is what a page says at an instant. It is a value: whoever holds one may
// not change it. Two articles with equal [Article.Digest] say the same.
type Article struct {
	URL          string    `json:"url"`                     // normalised, after redirects; empty for plain text
	CanonicalURL string    `json:"canonical_url,omitempty"` // rel=canonical or og:url, normalised, as the page claims it: not to be trusted across domains
	Site         string    `json:"site,omitempty"`          // the outlet's name
	Headline     string    `json:"headline,omitempty"`
	Dek          string    `json:"dek,omitempty"`
	Bylines      []string  `json:"bylines,omitempty"`  // one person or desk each, without "By"
	Published    time.Time `json:"published,omitzero"` // zero when the page does not state it
	Modified     time.Time `json:"modified,omitzero"`  // zero when the page does not state it
	Language     string    `json:"language,omitempty"` // BCP 47 primary subtag in lower case ("en"), empty when unknown

	// Blocks is the body in reading order: lede, body, subheadings, quotes, list
	// items, captions and notes. Headline, dek and bylines are not repeated here.
	Blocks []Block `json:"blocks"`

	LiveBlog  bool   `json:"live_blog,omitempty"` // the page declares itself a live blog
	Extractor string `json:"extractor,omitempty"` // name and version of what read the page; no diff ever crosses two of them
}

// Paragraphs returns the whole article in reading order, headline, dek and bylines
// first, each as a block of its own.
func (a *Article) Paragraphs() []Block {
	out := make([]Block, 0, len(a.Blocks)+2+len(a.Bylines))
	if a.Headline != "" {
		out = append(out, Block{Role: Headline, Text: a.Headline})
	}
	if a.Dek != "" {
		out = append(out, Block{Role: Dek, Text: a.Dek})
	}
	for _, b := range a.Bylines {
		out = append(out, Block{Role: Byline, Text: b})
	}
	return append(out, a.Blocks...)
}

// BodyText returns the running text, a paragraph a line, without captions.
func (a *Article) BodyText() string {
	var b strings.Builder
	for _, p := range a.Blocks {
		if !p.Role.InBody() {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.Text)
	}
	return b.String()
}

// Words counts the words of the running text, separated by white space.
func (a *Article) Words() int {
	n := 0
	for _, p := range a.Blocks {
		if p.Role.InBody() {
			n += len(strings.Fields(p.Text))
		}
	}
	return n
}

// Digest identifies what a reader sees: headline, dek, bylines and blocks with
// their roles. Dates, URLs and the extractor do not count. It is the first 128 bits
// of SHA-256 in lower-case base32, 26 characters.
func (a *Article) Digest() string {
	h := sha256.New()
	var n [4]byte
	write := func(s string) {
		binary.LittleEndian.PutUint32(n[:], uint32(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	for _, p := range a.Paragraphs() {
		write(string(p.Role))
		write(p.Text)
	}
	return encode(h.Sum(nil)[:16])
}

// encode writes bytes as lower-case base32 without padding.
func encode(b []byte) string {
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b))
}
