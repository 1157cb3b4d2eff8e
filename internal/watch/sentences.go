package watch

import (
	"erratum/internal/article"
	"erratum/internal/diff"
)

// sentences counts the sentences of an article by the hash of their folded text.
func sentences(a *article.Article) map[uint64]int {
	doc := diff.Parse(a)
	set := make(map[uint64]int, len(doc.Sentences))
	for _, s := range doc.Sentences {
		set[s.Hash]++
	}
	return set
}

// surviving returns which part of the old sentences stands in the new article, 0 to
// 1; 1 when there were none.
func surviving(old, new *article.Article) float64 {
	was, is := sentences(old), sentences(new)
	total, kept := 0, 0
	for h, n := range was {
		total += n
		kept += min(n, is[h])
	}
	if total == 0 {
		return 1
	}
	return float64(kept) / float64(total)
}

// keeps reports whether later still holds everything by which middle differs from
// first: each sentence that came in is there, none that went out came back.
func keeps(first, middle, later *article.Article) bool {
	a, b, c := sentences(first), sentences(middle), sentences(later)
	for h, n := range b {
		if n > a[h] && c[h] < n {
			return false
		}
	}
	for h, n := range a {
		if n > b[h] && c[h] > b[h] {
			return false
		}
	}
	return true
}
