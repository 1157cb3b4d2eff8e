package quality

import (
	"hash/fnv"
	"math/rand/v2"
	"strings"

	"erratum/internal/article"
)

// truth is a true article text.
type truth struct {
	id      string
	article *article.Article
}

// corpus is all true texts, and the words that generated edits take from them.
type corpus struct {
	truths []truth
	words  map[string]map[string]int      // by language: in how many texts a word stands, in lower case
	names  map[string][]string            // by language: surnames, in the order of the texts
	cited  map[citation][]string          // sources that may stand for each other
	has    map[*article.Article][2]string // text and lower-case text of an article
}

// newCorpus reads what edits need from texts.
func newCorpus(truths []truth) *corpus {
	c := &corpus{
		truths: truths, words: map[string]map[string]int{}, names: map[string][]string{},
		cited: map[citation][]string{}, has: map[*article.Article][2]string{},
	}
	for _, t := range truths {
		lang, all := t.article.Language, textOf(t.article)
		c.has[t.article] = [2]string{all, strings.ToLower(all)}
		if c.words[lang] == nil {
			c.words[lang] = map[string]int{}
		}
		for w := range bag(letterRun.FindAllString(strings.ToLower(all), -1)) {
			c.words[lang][w]++
		}
		c.names[lang] = append(c.names[lang], surnames(t.article)...)
		for _, b := range t.article.Blocks {
			for _, s := range citations(b.Text, lang) {
				c.cited[s.citation] = append(c.cited[s.citation], s.old)
			}
		}
	}
	return c
}

// corpus reads the true texts of the pages.
func (d *Data) corpus() (*corpus, error) {
	var truths []truth
	for _, set := range pageSets {
		pages, err := d.pages(set)
		if err != nil {
			return nil, err
		}
		for i := range pages {
			a := titled(pages[i].Title, pages[i].body(), "")
			truths = append(truths, truth{pages[i].ID, a})
		}
	}
	return newCorpus(truths), nil
}

// textOf is all of an article that a reader sees.
func textOf(a *article.Article) string {
	var b strings.Builder
	for _, p := range a.Paragraphs() {
		b.WriteString(p.Text)
		b.WriteByte('\n')
	}
	return b.String()
}

// stands reports whether a word or phrase stands in an article.
func (c *corpus) stands(a *article.Article, phrase string) bool {
	return strings.Contains(c.has[a][0], phrase)
}

// random returns the numbers that choose among the edits of one kind of one text:
// always the same, whatever other texts there are.
func random(id, kind string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(id + "\x00" + kind)) // never fails
	return rand.New(rand.NewPCG(1, h.Sum64()))
}
