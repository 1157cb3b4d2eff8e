package watch

import (
	"fmt"
	"strings"
	"time"

	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/text"
)

// Thresholds of the noise gate (methods.md §11).
const (
	halved        = 0.5 // fewer words than this part of the last good text
	tripled       = 3.0 // or more than this many times
	sameSentences = 0.2 // fewer old sentences than this, under another headline: another page
	sameLanguage  = 0.5 // fewer old sentences than this, in another language: another edition
	sameTeaser    = 0.8 // so much of a paid text stood in the old one: its first lines
	doubtLooks    = 3   // looks that must show a suspicious text before it is believed

	fewWords   = 60                 // of fewer words a language can't be told
	sameVoice  = 0.2                // a text has this part of small words in its language, or there is no list of it
	clockSkew  = time.Minute        // two machines of a site date a page apart by less
	longestAge = 7 * 24 * time.Hour // a cache that says more is broken
)

// doubt is a reason to suspect that a page, although it reads as an article, is not
// the article that is watched.
type doubt struct {
	reason    string // empty: none
	never     bool   // not even believed when it lasts
	otherPage bool   // shows another article, or none
}

// doubt compares a page with the last good text.
func (d *decision) doubt(last article.Revision, r *article.Reading) doubt {
	old, new := last.Article, r.Article
	kept := surviving(old, new)
	otherPage := kept < sameSentences && headlineKey(old) != headlineKey(new)
	was, is := d.state.Words, new.Words()
	shrank := was > 0 && float64(is) < halved*float64(was)
	// A live blog's entries and headline give way to others all day, and it grows.
	lives := old.LiveBlog && new.LiveBlog
	switch {
	case kept < sameLanguage && old.Language != "" && new.Language != "" && old.Language != new.Language:
		return doubt{reason: fmt.Sprintf("the page is in another language (%s instead of %s)", new.Language, old.Language), never: true, otherPage: true}
	case otherPage && !speaks(new, old):
		return doubt{reason: "the page is in another language, although it does not say so", never: true, otherPage: true}
	case otherPage && above(r.URL, d.state.URL):
		return doubt{reason: "the address now leads to a section or the front page of the site", never: true, otherPage: true}
	case otherPage && claimsOther(old, new, d.state.URL):
		return doubt{reason: "the address now shows another page of the site, by its own word", never: true, otherPage: true}
	case shrank && r.Paid && surviving(new, old) >= sameTeaser:
		return doubt{reason: "the page shows only its first lines to readers without a subscription", never: true}
	case lives:
	case shrank:
		return doubt{reason: fmt.Sprintf("the text shrank from %d words to %d", was, is), otherPage: otherPage}
	case was > 0 && float64(is) > tripled*float64(was):
		return doubt{reason: fmt.Sprintf("the text grew from %d words to %d", was, is), otherPage: otherPage}
	case otherPage:
		return doubt{reason: "the page shows another headline and hardly a sentence of the old text", otherPage: true}
	}
	if old := d.oldCopy(last, r); old.reason != "" && d.tells(last.Article, new) {
		return old
	}
	return doubt{}
}

// oldCopy finds out whether a page is an earlier state of what is known, served once
// more: by the age that a cache states, by the page's own date, or by the server's.
func (d *decision) oldCopy(last article.Revision, r *article.Reading) doubt {
	switch {
	case r.Age > 0 && r.Age <= longestAge && d.now.Add(-r.Age).Before(last.Seen):
		// That holds whatever else is true, and ends when the cache lets go of it.
		return doubt{reason: "the page is an old copy: a cache on the way has kept it for " + words(r.Age), never: true}
	case !r.Article.Modified.IsZero() && r.Article.Modified.Before(d.state.Modified):
		return doubt{reason: "the page says it is older than the one seen before (an old copy)"}
	case d.dated(r):
		return doubt{reason: "the server says that the page is older than the one seen before (an old copy)"}
	}
	return doubt{}
}

// tells reports whether two texts differ in more than cosmetics.
func (d *decision) tells(old, new *article.Article) bool {
	d.report = d.weigh(old, new)
	return d.report.Outcome != report.Same && d.report.Outcome != report.Cosmetic
}

// dated reports whether a server dates a page earlier than the one before, by more than
// the machines of one site disagree.
func (d *decision) dated(r *article.Reading) bool {
	was, err := time.Parse(http, d.state.Validators.LastModified)
	if err != nil {
		return false
	}
	is, err := time.Parse(http, r.Validators.LastModified)
	return err == nil && is.Before(was.Add(-clockSkew))
}

// http is how servers write a date.
const http = "Mon, 02 Jan 2006 15:04:05 GMT"

// above reports whether an address is that of a section that another lies in, or the
// front page of its site.
func above(at, of string) bool {
	if at == "" || !article.SameDomain(at, of) {
		return false
	}
	dir := strings.Trim(path(at), "/")
	return dir == "" || strings.HasPrefix(strings.Trim(path(of), "/"), dir+"/")
}

// path returns the path of a normalised address.
func path(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	rest, _, _ = strings.Cut(rest, "?")
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		return rest[i:]
	}
	return "/"
}

// claimsOther reports whether a page that called itself by one address calls itself by
// another now, which is not the one watched.
func claimsOther(old, new *article.Article, watched string) bool {
	own := new.CanonicalURL
	return old.CanonicalURL != "" && own != "" && own != old.CanonicalURL && own != watched && article.SameDomain(own, watched)
}

// speaks reports whether a text has the small words of an earlier one's language about
// as often. Pages that are short, or in a language without a list, count as speaking.
func speaks(new, old *article.Article) bool {
	was, n := smallWords(old, old.Language)
	is, m := smallWords(new, old.Language)
	return n < fewWords || m < fewWords || was < sameVoice || is > was/3
}

// smallWords returns which share of a text's words carry no meaning of their own in a
// language, and how many words it has.
func smallWords(a *article.Article, lang string) (share float64, n int) {
	small := 0
	for _, w := range strings.Fields(strings.ToLower(a.BodyText())) {
		n++
		if text.IsFunction(lang, strings.Trim(w, ".,;:!?\"'“”„«»()")) {
			small++
		}
	}
	return float64(small) / float64(max(n, 1)), n
}
