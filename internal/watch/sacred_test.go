package watch_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/watch"

	"pgregory.net/rapid"
)

// pool are paragraphs to edit, beside the story's own, written for this test.
var pool = append(slices.Clone(story),
	"Councillor Dorothy Vane said the town was never told of the second report, which was written by Marlow & Pike in 2019.",
	"\"Nobody should have to wait 40 minutes for a ferry,\" said Ahmed Rizvi, who runs a bakery on Quay Street.",
	"The union has not decided whether its 140 members will work on Sundays.",
	"Engineers from Lindholm will measure the girders again in June, when the water is lowest.",
	"Opponents call the plan \"a detour to nowhere\" and want a vote by the end of the year.",
	"The county did not pay for the last repair, which cost 310,000 pounds at the time.",
)

// sacredEdit changes one thing that is never noise, and says what; "" when the
// paragraph has no such thing.
type sacredEdit struct {
	kind  string
	apply func(s string, n int) string
}

var (
	digits  = regexp.MustCompile(`\d+`)
	names   = regexp.MustCompile(`Tarrant|Vane|Rizvi|Lindholm|Marlow|Quay|Harrow|Sunday|Tuesday|June|May`)
	denied  = regexp.MustCompile(`\b(did not|has not|was never|Nobody)\b`)
	affirms = regexp.MustCompile(`\b(would|will|was|are)\b`)
	marks   = regexp.MustCompile(`"([^"]*)"`)
	words4  = regexp.MustCompile(`\b[a-z]+ [a-z]+ [a-z]+ [a-z]+\b`)
)

var sacredEdits = []sacredEdit{
	{"digit", func(s string, n int) string {
		return replaceNth(digits, s, n, func(old string) string {
			d := (old[0]-'0'+byte(n%8)+1)%9 + 1
			if d == old[0]-'0' {
				d = d%9 + 1
			}
			return string('0'+d) + old[1:]
		})
	}},
	{"name", func(s string, n int) string {
		return replaceNth(names, s, n, func(old string) string {
			if swap := map[string]string{"Sunday": "Monday", "Tuesday": "Thursday", "June": "July", "May": "March"}[old]; swap != "" {
				return swap
			}
			return []string{"Sorensen", "Okonkwo", "Brandvold"}[n%3]
		})
	}},
	{"negation", func(s string, n int) string {
		if t := replaceNth(denied, s, n, func(old string) string {
			return map[string]string{"did not": "did", "has not": "has", "was never": "was", "Nobody": "Everybody"}[old]
		}); t != s && n%2 == 0 {
			return t
		}
		return replaceNth(affirms, s, n, func(old string) string { return old + " not" })
	}},
	{"quotation", func(s string, n int) string {
		if marks.MatchString(s) {
			return replaceNth(marks, s, 0, func(old string) string { return strings.Trim(old, "\"") })
		}
		return replaceNth(words4, s, n, func(old string) string { return "\"" + old + "\"" })
	}},
}

// replaceNth replaces one match of a pattern.
func replaceNth(re *regexp.Regexp, s string, n int, with func(string) string) string {
	at := re.FindAllStringIndex(s, -1)
	if len(at) == 0 {
		return s
	}
	m := at[n%len(at)]
	return s[:m[0]] + with(s[m[0]:m[1]]) + s[m[1]:]
}

// sacredPlan is an article, what happened to it before, one edit, and what else a look
// says while the edit stands.
type sacredPlan struct {
	before, after *article.Article
	said          string
	past          []string
	disguise      []string
}

func drawSacred(t *rapid.T) sacredPlan {
	var p sacredPlan
	order := rapid.Permutation(pool).Draw(t, "paragraphs")
	a := with(page(), func(a *article.Article) {
		a.Blocks = nil
		for i, s := range order[:rapid.IntRange(6, len(pool)).Draw(t, "length")] {
			b := article.Block{Role: article.Body, Text: s}
			if i == 0 {
				b.Role = article.Lede
			}
			a.Blocks = append(a.Blocks, b)
		}
	})
	if rapid.IntRange(0, 5).Draw(t, "live") == 0 {
		a.LiveBlog = true
		for i := range a.Blocks[1:] {
			a.Blocks[i+1].Entry = fmt.Sprint("id ", i)
		}
	}
	p.before = a
	p.after = with(a, func(b *article.Article) {
		for p.said == "" {
			e := rapid.SampledFrom(sacredEdits).Draw(t, "edit")
			i, n := rapid.IntRange(0, len(b.Blocks)-1).Draw(t, "block"), rapid.IntRange(0, 30).Draw(t, "n")
			if text := e.apply(b.Blocks[i].Text, n); text != b.Blocks[i].Text {
				p.said = fmt.Sprintf("%s: %q became %q", e.kind, b.Blocks[i].Text, text)
				b.Blocks[i].Text = text
			}
		}
	})
	p.past = rapid.SliceOfN(rapid.SampledFrom([]string{"same", "flap", "cosmetic", "wall", "down", "gone", "counter", "other"}), 0, 10).Draw(t, "past")
	p.disguise = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"varies", "aged", "older", "dated", "paid", "tag", "canonical", "cosmetic", "headline", "flaky"}), 0, 3, rapid.ID).Draw(t, "disguise")
	return p
}

// earlier is a look before the edit.
func (p sacredPlan) earlier(kind string, n int) look {
	switch kind {
	case "flap":
		return shows(p.after)
	case "cosmetic":
		return shows(curled(p.before))
	case "wall":
		return wall(article.Blocked)
	case "down":
		return fails(article.Unreachable, "the server can't be reached")
	case "gone":
		return fails(article.Gone, "there is no such page")
	case "counter":
		return shows(with(p.before, func(a *article.Article) {
			a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: fmt.Sprintf("Read by %d people", 1000+n)})
		}))
	case "other":
		return shows(otherPage)
	}
	return shows(p.before)
}

// later is a look at the edit.
func (p sacredPlan) later(n int) look {
	a := *p.after
	l := shows(&a)
	var also []func(*article.Reading)
	for _, kind := range p.disguise {
		switch kind {
		case "varies":
			also = append(also, varies)
		case "aged":
			also = append(also, aged(48*time.Hour))
		case "older":
			a.Modified = epoch.Add(-time.Hour)
		case "dated":
			also = append(also, dated(-time.Hour))
		case "paid":
			also = append(also, paid)
		case "tag":
			a.Language = "de"
		case "canonical":
			a.CanonicalURL = "https://news.example/other"
		case "cosmetic":
			a = *curled(&a)
		case "headline":
			a.Headline = "Council closes swing bridge"
		case "flaky":
			if n%3 == 1 {
				return fails(article.Unreachable, "the server can't be reached")
			}
		}
	}
	return l.with(func(r *article.Reading) {
		for _, f := range also {
			f(r)
		}
	})
}

func curled(a *article.Article) *article.Article {
	return with(a, func(a *article.Article) {
		for i := range a.Blocks {
			a.Blocks[i].Text = strings.ReplaceAll(a.Blocks[i].Text, "-", "–")
		}
	})
}

// TestNothingSacredIsNoise: a digit, a name, a negation or a quotation mark that changed
// and stays is told to who wants all, whatever the gate thought of it, or it is told
// that the page can't be believed.
func TestNothingSacredIsNoise(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawSacred(rt)
		problem := ""
		synctest.Test(t, func(t *testing.T) { problem = p.problem(t) })
		if problem != "" {
			rt.Errorf("%s\n%s\npast %v, disguise %v", p.said, problem, p.past, p.disguise)
		}
	})
}

// problem says why an edit was not told; empty when it was.
func (p sacredPlan) problem(t *testing.T) string {
	b := newBench(t)
	b.site.show(bridge, shows(p.before).with(func(r *article.Reading) { r.Validators.LastModified = "Sat, 01 Jan 2000 00:00:00 GMT" }))
	b.add("news", func(w *watch.Watch) { w.Alerts = alert.All })
	for i, kind := range p.past {
		b.site.show(bridge, p.earlier(kind, i))
		b.untilDue()
		b.check()
	}
	var outcomes []string
	for n := range 60 {
		b.site.show(bridge, p.later(n))
		b.untilDue()
		res := b.check()
		outcomes = append(outcomes, fmt.Sprintf("%s (%s)", res.Outcome, res.Reason))
		if b.tells(p) {
			return ""
		}
	}
	if trouble := b.store.entry(b.article).state.Trouble; trouble != nil && trouble.Told {
		return ""
	}
	slices.Reverse(outcomes)
	return strings.Join(slices.Compact(outcomes), "\n")
}

// tells reports whether the channel heard of the edit.
func (b *bench) tells(p sacredPlan) bool {
	e := b.store.entry(b.article)
	for _, d := range b.store.queue {
		switch d.Notice.Kind {
		case alert.Change, alert.Reverted:
			if n := d.Notice.To; n > 0 && n <= len(e.revisions) && slices.ContainsFunc(e.revisions[n-1].Article.Blocks, p.edited) {
				return true
			}
		}
	}
	return false
}

// edited reports whether a block is the one that was edited, as it is after that.
func (p sacredPlan) edited(b article.Block) bool {
	for i := range p.after.Blocks {
		if was, is := p.before.Blocks[i], p.after.Blocks[i]; was.Text != is.Text {
			return strings.ReplaceAll(b.Text, "–", "-") == strings.ReplaceAll(is.Text, "–", "-")
		}
	}
	return false
}
