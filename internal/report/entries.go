package report

import (
	"fmt"
	"strings"

	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/text"
)

// Entries counts what became of the entries of a live blog. New ones, and old ones that
// the page shows no more because it has room for so many, are only counted; what was
// edited in an entry that both versions show is compared like any text.
type Entries struct {
	Added  int `json:"added"`
	Edited int `json:"edited"`
	Gone   int `json:"gone,omitempty"` // at the far end, when others were added
}

// String says it in words, empty when nothing was counted.
func (e *Entries) String() string {
	if e == nil || *e == (Entries{}) {
		return ""
	}
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{e.Added, "added"}, {e.Edited, "edited"}, {e.Gone, "no longer shown"}} {
		switch {
		case p.n == 1 && len(parts) == 0:
			parts = append(parts, "1 entry "+p.what)
		case p.n > 0 && len(parts) == 0:
			parts = append(parts, fmt.Sprintf("%d entries %s", p.n, p.what))
		case p.n > 0:
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	return "Live blog: " + strings.Join(parts, ", ") + "."
}

// Least shares of common words by which an entry is known again.
const (
	sameDated   = 0.3 // under the same date
	sameUnnamed = 0.5 // whatever it is called
)

// entry is an entry of one version.
type entry struct {
	name  string
	words map[string]int
	n     int
	other int // its index in the other version, -1: not there
}

// liveComparison is two versions of a live blog without what is only counted.
type liveComparison struct {
	old, new *article.Article
	counted  Entries
}

// compareEntries finds the entries that both versions show; nil when either has none.
func compareEntries(old, new *article.Article) *liveComparison {
	if !old.LiveBlog || !new.LiveBlog {
		return nil
	}
	was, is := entriesOf(old), entriesOf(new)
	if len(was) == 0 || len(is) == 0 {
		return nil
	}
	pairEntries(was, is)
	c := &liveComparison{}
	drop := map[string]bool{}
	for _, e := range is {
		if e.other < 0 {
			drop[e.name] = true
		} else if !sameWords(was[e.other].words, e.words) {
			c.counted.Edited++
		}
	}
	c.counted.Added = len(drop)
	c.new = leaveOut(new, drop)
	drop = fallen(was, is)
	c.counted.Gone = len(drop)
	c.old = leaveOut(old, drop)
	return c
}

// entriesOf lists the entries of a version from top to bottom.
func entriesOf(a *article.Article) []entry {
	var out []entry
	at := map[string]int{}
	for _, b := range a.Blocks {
		if b.Entry == "" {
			continue
		}
		i, ok := at[b.Entry]
		if !ok {
			i = len(out)
			at[b.Entry] = i
			out = append(out, entry{name: b.Entry, words: map[string]int{}, other: -1})
		}
		for _, w := range strings.Fields(strings.ToLower(text.Fold(b.Text).Text)) {
			out[i].words[w]++
			out[i].n++
		}
	}
	return out
}

// pairEntries ties entries by their names, and those that are left by their words: a
// page may date an entry anew when it is edited.
func pairEntries(was, is []entry) {
	named := map[string]int{}
	for i := range was {
		named[was[i].name] = i
	}
	for k := range is {
		i, ok := named[is[k].name]
		if ok && (strings.HasPrefix(is[k].name, "id ") || alike(&was[i], &is[k]) >= sameDated) {
			was[i].other, is[k].other = k, i
		}
	}
	for k := range is {
		best, share := -1, sameUnnamed
		for i := range was {
			if is[k].other >= 0 || was[i].other >= 0 {
				continue
			}
			if s := alike(&was[i], &is[k]); s >= share {
				best, share = i, s
			}
		}
		if best >= 0 {
			was[best].other, is[k].other = k, best
		}
	}
}

// alike is the share of words that two entries have in common, 0 to 1.
func alike(a, b *entry) float64 {
	common := 0
	for w, n := range a.words {
		common += min(n, b.words[w])
	}
	return 2 * float64(common) / float64(max(a.n+b.n, 1))
}

func sameWords(a, b map[string]int) bool {
	if len(a) != len(b) {
		return false
	}
	for w, n := range a {
		if b[w] != n {
			return false
		}
	}
	return true
}

// fallen names the old entries that fell off the page's far end when others were added
// at the near one. One that was taken out elsewhere is an edit.
func fallen(was, is []entry) map[string]bool {
	out := map[string]bool{}
	atTop, atBottom := is[0].other < 0, is[len(is)-1].other < 0
	if atTop {
		for i := len(was) - 1; i >= 0 && was[i].other < 0; i-- {
			out[was[i].name] = true
		}
	}
	if atBottom && !atTop {
		for i := 0; i < len(was) && was[i].other < 0; i++ {
			out[was[i].name] = true
		}
	}
	return out
}

// leaveOut leaves some entries out of a version, but for their notes.
func leaveOut(a *article.Article, drop map[string]bool) *article.Article {
	if len(drop) == 0 {
		return a
	}
	b := *a
	b.Blocks = nil
	for _, block := range a.Blocks {
		if !drop[block.Entry] || block.Role == article.Note {
			b.Blocks = append(b.Blocks, block)
		}
	}
	return &b
}

// finish says what was counted, counts the places of changes in the whole versions, and
// shows all edits in full.
func (c *liveComparison) finish(r *Report, old, new *article.Article) {
	r.Entries = &c.counted
	if r.Outcome == Same || r.Outcome == Cosmetic {
		r.Outcome, r.Reason = Cosmetic, c.counted.String()
	}
	before, after := markNotes(old, new)
	left, right := shifted(before.doc, c.old), shifted(after.doc, c.new)
	for i := range r.Changes {
		r.Changes[i].BeforeSpan = left.move(r.Changes[i].BeforeSpan)
		r.Changes[i].AfterSpan = right.move(r.Changes[i].AfterSpan)
	}
	r.Hunks = hunks(diff.Compare(before.doc, after.doc))
}

// sentenceShift says which sentence of a whole version each sentence of a part of it is.
type sentenceShift []int

// shifted relates a part of a version, some of its blocks in order, to the whole.
func shifted(whole *diff.Doc, part *article.Article) sentenceShift {
	blocks := part.Paragraphs()
	var out sentenceShift
	next, last := 0, -1
	kept := false
	for i, s := range whole.Sentences {
		if s.Block != last {
			last = s.Block
			b := whole.Blocks[s.Block]
			kept = next < len(blocks) && blocks[next].Text == b.Text && blocks[next].Entry == b.Entry
			if kept {
				next++
			}
		}
		if kept {
			out = append(out, i)
		}
	}
	return out
}

func (s sentenceShift) move(p *Place) *Place {
	if p == nil || p[0] >= len(s) {
		return nil
	}
	return &Place{s[p[0]], p[1], p[2]}
}
