package quality

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"erratum/internal/article"
	"erratum/internal/text"
)

// edit is a generated edit of an article.
type edit struct {
	kind          string
	before, after *article.Article
	seen          Fact // what changed, with its surroundings
}

// nullEdit generates edits of one kind that change nothing of what an article says.
type nullEdit struct {
	kind  string
	most  int  // of one text
	mends bool // what is made is always the older version; else either may be
	// swaps returns every place of a block where the edit can be made, and what it
	// makes of it; block numbers are filled in by the caller.
	swaps func(c *corpus, lang, block string, r *rand.Rand) []swap
	// whole edits an article from end to end, where it does; nil: it can't be done.
	whole func(a *article.Article, r *rand.Rand) *article.Article
}

// nullEdits are the kinds of edits after which nothing may be told.
var nullEdits = [...]nullEdit{
	{kind: "quotation marks", most: 1, whole: straightQuotes},
	{kind: "spaces", most: 1, whole: otherSpaces},
	{kind: "typo mended", most: 2, mends: true, swaps: typos},
	{kind: "sentence split or merged", most: 2, swaps: splits},
	{kind: "paragraph moved", most: 2, whole: movedParagraph},
	{kind: "number format", most: 2, swaps: numberForms},
	{kind: "date format", most: 2, swaps: dateForms},
	{kind: "spelling variant", most: 2, swaps: spellings},
	{kind: "clock form", most: 2, swaps: clockForms},
}

// edits generates at most g.most edits of a text.
func (g nullEdit) edits(c *corpus, t truth) []edit {
	r := random(t.id, g.kind)
	if g.whole != nil {
		return g.wholes(t, r)
	}
	var all []swap
	for i, b := range t.article.Blocks {
		for _, s := range g.swaps(c, t.article.Language, b.Text, r) {
			s.block = i
			all = append(all, s)
		}
	}
	var out []edit
	for _, k := range r.Perm(len(all))[:min(g.most, len(all))] {
		e := edit{g.kind, t.article, apply(t.article, all[k]), passage(t.article, all[k])}
		if g.mends || r.IntN(2) == 0 {
			e = e.reversed()
		}
		out = append(out, e)
	}
	return out
}

func (g nullEdit) wholes(t truth, r *rand.Rand) []edit {
	var out []edit
	for range g.most {
		after := g.whole(t.article, r)
		if after == nil {
			return out
		}
		e := edit{kind: g.kind, before: t.article, after: after}
		for i, b := range t.article.Blocks {
			if after.Blocks[i].Text != b.Text {
				e.seen = Fact{Before: b.Text, After: after.Blocks[i].Text}
				break
			}
		}
		if r.IntN(2) == 0 {
			e = e.reversed()
		}
		out = append(out, e)
	}
	return out
}

func (e edit) reversed() edit {
	e.before, e.after = e.after, e.before
	e.seen.Before, e.seen.After = e.seen.After, e.seen.Before
	return e
}

// straight writes the typewriter's marks for those of print.
var straight = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "« ", `"`, " »", `"`, "«\u00a0", `"`, "\u00a0»", `"`,
	"«\u202f", `"`, "\u202f»", `"`, "«", `"`, "»", `"`, "‘", "'", "’", "'", "‚", "'")

// straightQuotes writes quotation marks and apostrophes straight, everywhere.
func straightQuotes(a *article.Article, _ *rand.Rand) *article.Article {
	return everywhere(a, straight.Replace)
}

// otherSpaces writes every seventh space in one of the forms that bind words.
func otherSpaces(a *article.Article, r *rand.Rand) *article.Article {
	forms := []string{"\u00a0", "\u202f", "\u2009"}
	return everywhere(a, func(s string) string {
		parts := strings.Split(s, " ")
		var b strings.Builder
		for i, p := range parts {
			switch {
			case i == 0:
			case i%7 == 3:
				b.WriteString(forms[r.IntN(len(forms))])
			default:
				b.WriteByte(' ')
			}
			b.WriteString(p)
		}
		return b.String()
	})
}

// everywhere edits all blocks; nil when that changes nothing.
func everywhere(a *article.Article, edit func(string) string) *article.Article {
	out := *a
	out.Blocks = slices.Clone(a.Blocks)
	changed := false
	for i := range out.Blocks {
		t := &out.Blocks[i].Text
		now := edit(*t)
		changed = changed || now != *t
		*t = now
	}
	if !changed {
		return nil
	}
	return &out
}

// movedParagraph puts a paragraph in the place of another, below the first.
func movedParagraph(a *article.Article, r *rand.Rand) *article.Article {
	var body []int
	for i, b := range a.Blocks {
		if b.Role == article.Body && i > 0 && len(strings.Fields(b.Text)) >= 8 {
			body = append(body, i)
		}
	}
	if len(body) < 3 {
		return nil
	}
	k := r.Perm(len(body))
	from, to := body[k[0]], body[k[1]]
	out := *a
	out.Blocks = slices.Delete(slices.Clone(a.Blocks), from, from+1)
	out.Blocks = slices.Insert(out.Blocks, to, a.Blocks[from])
	return &out
}

// longWord is how many letters a word has of which a letter swap is plainly a typo.
const longWord = 8

// typos swaps two inner letters of long lower-case words that other texts have too,
// so that what comes out is no word.
func typos(c *corpus, lang, block string, r *rand.Rand) []swap {
	var out []swap
	for _, at := range letterRun.FindAllStringIndex(block, -1) {
		word := []rune(block[at[0]:at[1]])
		if len(word) < longWord || !isLower(string(word)) || c.words[lang][string(word)] < 2 {
			continue
		}
		i := 1 + r.IntN(len(word)-3)
		if word[i] == word[i+1] {
			continue
		}
		word[i], word[i+1] = word[i+1], word[i]
		if c.words[lang][string(word)] == 0 {
			out = append(out, swap{from: at[0], to: at[1], with: string(word)})
		}
	}
	return out
}

// coordinations are how a main clause goes on, by language: ", and he".
var coordinations = map[string]*regexp.Regexp{
	"en": coordination("and|but", "he|she|it|they|we|there|this"),
	"de": coordination("und|aber|denn", "er|sie|es|wir|das|dies"),
	"fr": coordination("et|mais", "il|elle|ils|elles|nous|cela"),
	"es": coordination("y|pero", "él|ella|ellos|nosotros|esto|no"),
	"pt": coordination("e|mas", "ele|ela|eles|elas|nós|isso"),
	"it": coordination("e|ma", "lui|lei|loro|noi|questo"),
	"uk": coordination("і|й|та|але", "він|вона|вони|ми|це"),
	"ru": coordination("и|но", "он|она|они|мы|это"),
}

// coordination matches ", and he " with the conjunction in group 1, or ". And he "
// with it in group 2.
func coordination(conjunctions, subjects string) *regexp.Regexp {
	capitals := strings.Split(conjunctions, "|")
	for i := range capitals {
		capitals[i] = upperFirst(capitals[i])
	}
	return regexp.MustCompile(`(?:, (` + conjunctions + `)|[\p{Ll}]\. (` + strings.Join(capitals, "|") + `)) (?:` + subjects + `) `)
}

// splits makes two sentences of one at ", and he" and at a semicolon, and one of two
// at ". And he", outside quotations.
func splits(_ *corpus, lang, block string, _ *rand.Rand) []swap {
	quoted := quotations(block)
	var out []swap
	add := func(from, to int, with string) {
		if !inside(quoted, from) {
			out = append(out, swap{from: from, to: to, with: with})
		}
	}
	if form := coordinations[lang]; form != nil {
		for _, m := range form.FindAllStringSubmatchIndex(block, -1) {
			if m[2] >= 0 {
				add(m[0], m[3], ". "+upperFirst(block[m[2]:m[3]]))
			} else {
				add(m[4]-2, m[5], ", "+lowerFirst(block[m[4]:m[5]]))
			}
		}
	}
	for _, s := range text.Sentences(block, lang) {
		sentence := block[s[0]:s[1]]
		i := strings.Index(sentence, "; ")
		if i < 0 || strings.Count(sentence, ";") > 1 || len(strings.Fields(sentence[:i])) < 5 || len(strings.Fields(sentence[i:])) < 6 {
			continue // a list, or half of it no sentence
		}
		next, size := utf8.DecodeRuneInString(sentence[i+2:])
		if unicode.IsLower(next) {
			add(s[0]+i, s[0]+i+2+size, ". "+string(unicode.ToUpper(next)))
		}
	}
	return out
}
