package watch

import (
	"fmt"
	"strings"
	"unicode/utf8"

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
	doubtLooks    = 3   // looks that must show a suspicious text before it is believed
)

// doubt is a reason to suspect that a page, although it reads as an article, is not
// the article that is watched.
type doubt struct {
	reason    string // empty: none
	never     bool   // not even believed when it lasts
	otherPage bool   // shows another article, or none
}

// doubt compares a page with the last good text.
func (d *decision) doubt(old, new *article.Article) doubt {
	kept := surviving(old, new)
	otherPage := kept < sameSentences && headlineKey(old) != headlineKey(new)
	was, is := d.state.Words, new.Words()
	switch {
	case kept < sameLanguage && old.Language != "" && new.Language != "" && old.Language != new.Language:
		return doubt{reason: fmt.Sprintf("the page is in another language (%s instead of %s)", new.Language, old.Language), never: true, otherPage: true}
	case was > 0 && float64(is) < halved*float64(was):
		return doubt{reason: fmt.Sprintf("the text shrank from %d words to %d", was, is), otherPage: otherPage}
	case was > 0 && float64(is) > tripled*float64(was):
		return doubt{reason: fmt.Sprintf("the text grew from %d words to %d", was, is), otherPage: otherPage}
	case otherPage:
		return doubt{reason: "the page shows another headline and hardly a sentence of the old text", otherPage: true}
	case !new.Modified.IsZero() && new.Modified.Before(d.state.Modified):
		return doubt{reason: "the page says it is older than the one seen before (an old copy)"}
	}
	return doubt{}
}

// compare reports what changed between two texts that the gate let through. Pages
// change their language tag without changing their language: the gate has seen that
// the text stayed, so the old tag counts.
func (d *decision) compare(old, new *article.Article) *report.Report {
	if old.Language != "" && new.Language != "" && old.Language != new.Language {
		same := *new
		same.Language = old.Language
		new = &same
	}
	return d.compareTexts(old, new)
}

// headlineKey folds a headline for comparison.
func headlineKey(a *article.Article) string {
	return strings.ToLower(text.Fold(a.Headline).Text)
}

// why says what kind of page was shown instead of the article.
func why(r *article.Reading) string {
	switch {
	case r.Reason == "":
	case r.Verdict == article.UnreadablePage:
		return r.Reason
	default:
		return "the page " + r.Reason // "asks to log in"
	}
	switch r.Verdict {
	case article.Teaser:
		return "the page shows only its first lines to readers without a subscription"
	case article.Consent:
		return "the page asks to accept cookies first"
	case article.Login:
		return "the page asks to log in first"
	case article.Blocked:
		return "the page asks to prove that a person is reading"
	case article.NotAnArticle:
		return "the page is not an article"
	default:
		return "no text was found on the page"
	}
}

// sample returns the first words of a bad page, for people who ask why.
func sample(a *article.Article) string {
	s := strings.Join([]string{a.Headline, a.BodyText()}, "\n")
	s = strings.TrimSpace(s)
	if len(s) <= maxSample {
		return s
	}
	cut := maxSample
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut]
}
