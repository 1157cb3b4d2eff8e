package app_test

import (
	"cmp"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/article"
	"erratum/internal/watch"
)

// glimpse is one look of the program at a page, and what must come of it.
type glimpse struct {
	show     http.HandlerFunc
	want     watch.Outcome
	told     string // what the terminal shows of it: a kind, then words that must stand there; several apart by "; "
	why      string // part of the reason that is kept
	not      time.Duration
	in       time.Duration // a person asks for the look after this time; else it comes when it is due
	upgraded bool          // the program is another version from here on
}

// way is one way through a row of the table of outcomes: looks after a baseline of the
// page as it is, and what is stored in the end.
type way struct {
	name   string
	looks  []glimpse
	stored []article.Label // after the baseline
	says   string          // part of the history in the end
	keep   string          // which pages are kept; empty: the last
}

// TestOutcomes takes the whole program, from the site's HTTP server to the terminal,
// through every row of the table of what a check can find.
func TestOutcomes(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				v := newViewer(t, cmp.Or(w.keep, "last"))
				defer v.close()
				v.add(bridgeURL)
				for i, l := range w.looks {
					v.look(i, l)
				}
				v.finds(w)
			})
		})
	}
}

// TestNothingAnswers takes it through the row that no single page shows: with the way to
// the web cut, one notice says so for the whole program and one that it is over, and no
// page is called unreadable.
func TestNothingAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := newViewer(t, "last")
		defer v.close()
		for _, host := range viewed() {
			v.add("http://" + host + "/bridge")
		}
		var seen []watch.Outcome
		for _, cut := range []bool{true, false} {
			v.set(tale(), cut)
			for end := time.Now().Add(45 * time.Minute); time.Now().Before(end); {
				seen = append(seen, v.next().Outcome)
			}
		}
		if !slices.Contains(seen, watch.OutUnreachable) || seen[len(seen)-1] != watch.OutUnchanged {
			t.Errorf("found %v", seen)
		}
		v.heard(0, "offline reach; online again")
	})
}

// ways lists the ways, in the order of the table's rows.
func ways() []way {
	const (
		held    = watch.OutHeld
		same    = watch.OutUnchanged
		changed = watch.OutChanged
		quar    = watch.OutQuarantined
		variant = watch.OutVariant
		gone    = watch.OutGone
		silent  = watch.OutUnreachable
		revert  = watch.OutReverted
	)
	labels := func(l ...article.Label) []article.Label { return l }
	a, b, c := tale(), tale("4,200 drivers", "5,900 drivers"), tale("4,200 drivers", "5,900 drivers", "2.6 million", "3.4 million")
	d := tale("2.6 million", "3.4 million")
	title := tale("Swing bridge to close for nine weeks", "Drivers face a long way round from May")
	titled := tale("Swing bridge to close for nine weeks", "Ferry fares will be waived in May")
	noted := tale("4,200 drivers", "5,900 drivers", "<footer>", "<p class=\"correction\">Correction: An earlier version of this article misstated the number of drivers who cross the bridge. It is 5,900, not 4,200.</p><footer>")
	return []way{
		{"baseline", nil, nil, "first seen here", ""},
		{"not modified", []glimpse{
			{show: tagged(a), want: same}, {show: tagged(a), want: watch.OutNotModified, why: "the server says that nothing was modified"},
		}, nil, "", ""},
		{"the same bytes", []glimpse{{show: a, want: same}, {show: a, want: same}}, nil, "", ""},
		{"the same text in another form", []glimpse{{show: tale("<p>", "<p class=\"body\"><span>", "</p>", "</span></p>"), want: same}}, nil, "", ""},
		{"cosmetic", []glimpse{
			{show: tale("\"We looked", "“We looked", "this,\" she", "this,” she"), want: watch.OutCosmetic, why: "only"},
		}, labels(article.Cosmetic), "silent", ""},
		{"a counter", []glimpse{
			{show: tale("<footer>", "<p>1,204 views</p><footer>"), want: watch.OutCosmetic},
			{show: tale("<footer>", "<p>1,390 views</p><footer>"), want: watch.OutCosmetic},
		}, labels(article.Cosmetic), "silent", ""},
		{"changed", []glimpse{
			{show: b, want: held}, {show: b, want: changed, told: "change 4,200 5,900 no note found", not: time.Minute}, {show: b, want: same},
		}, labels(article.Changed), "no note found", ""},
		{"below the threshold", []glimpse{
			{show: tale("from the roads office", "out of the roads office, as its clerks said on the telephone later in the day"), want: held},
		}, nil, "", ""},
		{"A, B, A: a variant", []glimpse{{show: b, want: held}, {show: a, want: variant}, {show: a, want: same}}, nil, "a variant was last seen", ""},
		{"B again and again", []glimpse{
			{show: b, want: held}, {show: a, want: variant}, {show: b, want: variant}, {show: a, want: variant}, {show: b, want: variant}, {show: a, want: variant},
		}, nil, "a variant was last seen", ""},
		{"A, B, C: what B and C share", []glimpse{
			{show: b, want: held}, {show: c, want: changed, told: "change 4,200 5,900"}, {show: c, want: changed, told: "change 2.6 3.4"},
		}, labels(article.Changed, article.Changed), "", ""},
		{"B, C that share nothing", []glimpse{
			{show: b, want: held}, {show: d, want: held}, {show: d, want: changed, told: "change 2.6 3.4"},
		}, labels(article.Changed), "", ""},
		{"a new note skips the wait", []glimpse{
			{show: noted, want: changed, told: "change 4,200 5,900 Correction", why: "new note"},
		}, labels(article.Changed), "", ""},
		{"a headline is held longer", []glimpse{
			{show: title, want: held}, {show: title, want: held, not: time.Minute}, {show: title, want: changed, told: "change Drivers face", not: 10 * time.Minute},
		}, labels(article.Changed), "", ""},
		{"a headline under test", []glimpse{
			{show: title, want: held}, {show: titled, want: held}, {show: a, want: variant},
			{show: title, want: variant, why: "a headline that the page showed and took back once"}, {show: a, want: same}, {show: titled, want: variant}, {show: a, want: same},
		}, nil, "a variant was last seen", ""},
		{"reverted", []glimpse{
			{show: b, want: held}, {show: b, want: changed, told: "change 5,900"}, {show: a, want: held}, {show: a, want: revert, told: "reverted 4,200"},
		}, labels(article.Changed, article.Reverted), "reverted", ""},
		{"alternating, once an hour", []glimpse{
			{show: b, want: held}, {show: b, want: changed, told: "change 5,900"}, {show: a, want: held}, {show: a, want: revert, told: "reverted An earlier text came back"},
			{show: b, want: held}, {show: b, want: revert}, {show: b, want: same}, {show: b, in: time.Hour, want: same, told: "reverted alternates"}, {show: b, want: same},
		}, labels(article.Changed, article.Reverted, article.Reverted), "", ""},
		{"half of the text is gone for a moment", []glimpse{{show: tale(tail(), ""), want: quar, why: "shrank"}, {show: a, want: same}}, nil, "", ""},
		{"half of the text is gone for good", []glimpse{
			{show: tale(tail(), ""), want: quar}, {show: tale(tail(), ""), want: quar}, {show: tale(tail(), ""), want: changed, told: "change Most of the text was removed", not: 15 * time.Minute},
		}, labels(article.Changed), "", ""},
		{"three times the text", []glimpse{
			{show: tale("<footer>", filler()+"<footer>"), want: quar, why: "grew"}, {show: tale("<footer>", filler()+"<footer>"), want: quar},
			{show: tale("<footer>", filler()+"<footer>"), want: changed, told: "change The text grew"},
		}, labels(article.Changed), "", ""},
		{"a consent wall", blind(walled("Before you continue", "We and our partners use cookies. Please accept cookies to continue to the site."), quar, a), nil, "", ""},
		{"a log-in wall", blind(walled("Log in to continue", "Please log in or create a free account to continue reading."), quar, a), nil, "", ""},
		{"a captcha", blind(walled("One more step", "Please verify that you are not a robot to continue to the site."), quar, a), nil, "", ""},
		{"a block page", blind(status(http.StatusForbidden, "<h1>Access denied</h1>"), quar, a), nil, "", ""},
		{"a soft 404", blind(walled("Page not found", "Sorry, the page you were looking for could not be found. Try a search."), quar, a), nil, "", ""},
		{"a teaser", blind(tale(tail(), "<div class=\"paywall\"><p>Subscribe to read the rest of this article.</p></div>"), quar, a), nil, "", ""},
		{"another language", blind(german(), quar, a), nil, "", ""},
		{"an old copy in a cache", []glimpse{
			{show: b, want: held}, {show: b, want: changed, told: "change 5,900"},
			{show: aged(a), want: quar, why: "old copy"}, {show: b, want: same},
		}, labels(article.Changed), "", ""},
		{"moved for good", []glimpse{
			{show: redirect("/archive/bridge"), want: watch.OutMoved}, {show: a, want: same, told: "moved another address"}, {show: a, want: same},
		}, nil, "first seen here", ""},
		{"moved by the page's own word", []glimpse{
			{show: tale("<head>", `<head><link rel="canonical" href="http://sound.test/archive/bridge">`), want: watch.OutMoved},
			{show: tale("<head>", `<head><link rel="canonical" href="http://sound.test/archive/bridge">`), want: same, told: "moved another address"},
		}, nil, "", ""},
		{"gone and back", []glimpse{
			{show: status(404, ""), want: gone}, {show: status(404, ""), want: gone}, {show: status(410, ""), want: gone, told: "gone removed", not: 30 * time.Minute},
			{show: status(404, ""), want: gone}, {show: b, want: held, told: "returned back"}, {show: b, want: changed, told: "change 5,900"},
		}, labels(article.Changed), "", ""},
		{"missing for a moment", []glimpse{{show: status(404, ""), want: gone}, {show: a, want: same}}, nil, "", ""},
		{"unreachable", blind(hangUp, silent, a), nil, "", ""},
		{"a server's fault", blind(status(500, ""), silent, a), nil, "", ""},
		{"sent away for an hour", []glimpse{
			{show: retryAfter("3600"), want: silent}, {show: a, want: same, not: time.Hour},
		}, nil, "", ""},
		{"another extractor", []glimpse{
			{show: b, want: watch.OutReread, upgraded: true}, {show: b, want: held}, {show: b, want: changed, told: "change 5,900"},
		}, labels(article.Reread, article.Changed), "", ""},
		{"another extractor, and no page was kept", []glimpse{
			{show: b, want: watch.OutRebaselined, upgraded: true}, {show: b, want: same},
		}, labels(article.Rebaselined), "", "none"},
	}
}

// blind is a page that can't be read three times in a row, and then can.
func blind(bad http.HandlerFunc, as watch.Outcome, good http.HandlerFunc) []glimpse {
	return []glimpse{
		{show: bad, want: as}, {show: bad, want: as}, {show: bad, want: as, told: "blind can't be read"}, {show: bad, want: as},
		{show: good, want: watch.OutUnchanged, told: "recovered can be read again"},
	}
}
