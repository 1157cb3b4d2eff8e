package watch

import (
	"strings"
	"unicode/utf8"

	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/text"
)

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
