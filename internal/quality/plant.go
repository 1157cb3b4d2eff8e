package quality

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"erratum/internal/article"
	"erratum/internal/text"
)

// planting is a generated edit that changes one fact: old gave way to new.
type planting struct {
	edit
	old, new string
}

// plant is a place in a block where a fact can be replaced.
type plant struct {
	swap
	old, new string
	all      bool // everywhere in the article, as an outlet corrects a name
}

// factPlant generates edits of one kind that change one fact. It returns every place
// of a block where it can be planted.
type factPlant struct {
	kind   string
	plants func(c *corpus, a *article.Article, block string, r *rand.Rand) []plant
}

// plantsOfText is how many edits of one kind are made of one text.
const plantsOfText = 2

var factPlants = [...]factPlant{
	{"number", numberPlants},
	{"name", namePlants},
	{"weekday", weekdayPlants},
	{"negation", negationPlants},
	{"quote word", quotePlants},
	{"source", sourcePlants},
}

// plantings generates the edits of a text.
func (g factPlant) plantings(c *corpus, t truth) []planting {
	r := random(t.id, g.kind)
	var all []plant
	for i, b := range t.article.Blocks {
		for _, p := range g.plants(c, t.article, b.Text, r) {
			p.block = i
			all = append(all, p)
		}
	}
	var out []planting
	for _, k := range r.Perm(len(all))[:min(plantsOfText, len(all))] {
		p := all[k]
		after := apply(t.article, p.swap)
		if p.all {
			after = replaceAll(t.article, p.old, p.new)
		}
		out = append(out, planting{edit{g.kind, t.article, after, passage(t.article, p.swap)}, p.old, p.new})
	}
	return out
}

// replaceAll replaces a name wherever it stands, in the headline too.
func replaceAll(a *article.Article, old, new string) *article.Article {
	replace := func(s string) string {
		for _, at := range slices.Backward(wholes(s, old)) {
			s = s[:at[0]] + new + s[at[1]:]
		}
		return s
	}
	out := *a
	out.Headline = replace(a.Headline)
	out.Blocks = slices.Clone(a.Blocks)
	for i := range out.Blocks {
		out.Blocks[i].Text = replace(out.Blocks[i].Text)
	}
	return &out
}

// numberPlants changes one digit of a number so that it keeps its form.
func numberPlants(c *corpus, a *article.Article, block string, r *rand.Rand) []plant {
	var out []plant
	for _, m := range digits.FindAllStringIndex(block, -1) {
		old := block[m[0]:m[1]]
		if !isFigure(block, m) || len(old) > 7 || old[0] == '0' || isVersion(block, m) || isDay(block, m, a.Language) {
			continue
		}
		i := r.IntN(len(old))
		with := old[:i] + string('1'+(old[i]-'1'+byte(1+r.IntN(8)))%9) + old[i+1:]
		if old[i] == '0' {
			with = old[:i] + string('1'+byte(r.IntN(9))) + old[i+1:]
		}
		if !c.stands(a, with) {
			out = append(out, plant{swap: swap{from: m[0], to: m[1], with: with}, old: old, new: with})
		}
	}
	return out
}

// isVersion reports whether digits belong to a name: after a capitalised word ("Route
// 66", "Windows 10") they are no count.
func isVersion(s string, m []int) bool {
	before := strings.Fields(s[:m[0]])
	return len(before) > 1 && text.IsUpperStart(before[len(before)-1]) && strings.HasSuffix(s[:m[0]], " ")
}

// isDay reports whether a number is the day of a date, which another digit may turn
// into a day that no month has. A number before a full stop may be one.
func isDay(s string, m []int, lang string) bool {
	if strings.HasPrefix(s[m[1]:], ".") {
		return true
	}
	next := strings.Fields(s[m[1]:])
	return len(next) > 0 && text.IsCalendar(lang, strings.ToLower(next[0]))
}

// namePlants puts the surname of another article in the place of one, at a single
// place or everywhere.
func namePlants(c *corpus, a *article.Article, block string, r *rand.Rand) []plant {
	var out []plant
	for _, old := range surnames(a) {
		for _, at := range wholes(block, old) {
			if isOfCompany(block, at) {
				continue
			}
			if with := c.otherName(a, old, r); with != "" {
				out = append(out, plant{swap: swap{from: at[0], to: at[1], with: with}, old: old, new: with, all: r.IntN(2) == 0})
			}
		}
	}
	return out
}

// isOfCompany reports whether a surname goes on as a longer name: "Ford Motor".
func isOfCompany(s string, at [2]int) bool {
	rest, ok := strings.CutPrefix(s[at[1]:], " ")
	return ok && text.IsUpperStart(rest)
}

// otherName chooses a surname of another article of the language that ends alike
// where words are inflected.
func (c *corpus) otherName(a *article.Article, old string, r *rand.Rand) string {
	names := c.names[a.Language]
	for range 40 {
		if len(names) == 0 {
			break
		}
		n := names[r.IntN(len(names))]
		inflected := a.Language == "uk" || a.Language == "ru"
		if !c.stands(a, n) && !strings.Contains(n, old) && !strings.Contains(old, n) && (!inflected || sameEnd(n, old, 2)) {
			return n
		}
	}
	return ""
}

func sameEnd(a, b string, letters int) bool {
	x, y := []rune(a), []rune(b)
	return len(x) > letters && len(y) > letters && string(x[len(x)-letters:]) == string(y[len(y)-letters:])
}

// weekdayPlants puts another weekday in the place of one, as far as the words around
// it fit.
func weekdayPlants(_ *corpus, a *article.Article, block string, r *rand.Rand) []plant {
	days := strings.Fields(weekdays[a.Language])
	var out []plant
	for i, day := range days {
		for _, at := range wholes(block, day) {
			other := days[(i+1+r.IntN(len(days)-1))%len(days)]
			out = append(out, plant{swap: swap{from: at[0], to: at[1], with: other}, old: day, new: other})
		}
	}
	return out
}

// negation is how a language negates a clause so simply that taking the negation away
// leaves a sound one: the form is replaced by its groups.
type negation struct {
	form *regexp.Regexp
	with string
	// besides are words of a sentence in which the negation means something else.
	besides *regexp.Regexp
}

var negations = map[string][]negation{
	"en": {
		{regexp.MustCompile(`\b(is|are|was|were|did|does|do|has|have|had|will|would|could|should|may|might|must) not\b`), "$1", notOnly},
		{regexp.MustCompile(`\b(is|are|was|were|did|does|has|have|had|would|could|should)n['’]t\b`), "$1", notOnly},
	},
	"de": {{regexp.MustCompile(`\b(ist|sind|war|waren|wird|werden|wurde|wurden|hat|haben|kann|können|soll|will|muss|dürfe|habe|sei) nicht\b`), "$1", regexp.MustCompile(`sondern|nicht (?:nur|mehr|zuletzt|so|immer|selten|ganz)`)}},
	"es": {{regexp.MustCompile(`\bno (ha|han|había|habían|es|son|fue|fueron|está|están|puede|pueden|quiere|tiene|tienen)\b`), "$1", regexp.MustCompile(`\b(?:sino|nada|nadie|nunca|ningun[oa]?|ningún|ni)\b`)}},
	"pt": {{regexp.MustCompile(`\bnão (há|é|são|foi|foram|está|estão|pode|podem|tem|têm|havia|vai)\b`), "$1", regexp.MustCompile(`(?i)\b(?:mas|nada|ninguém|nunca|nenhum|nenhuma|nem|só|apenas)\b`)}},
	"it": {{regexp.MustCompile(`\bnon (ha|hanno|è|sono|era|erano|può|possono|vuole|aveva|avevano)\b`), "$1", regexp.MustCompile(`\b(?:ma|niente|nulla|nessun[oa]?|mai|né|solo|più|ancora)\b`)}},
	"fr": {{regexp.MustCompile(`\b(il|elle|ils|elles|on) n(?:['’]|e )(a|ont|est|sont|avait|était|sera|peut|peuvent|veut|fait) pas\b`), "$1 $2", regexp.MustCompile(`mais|seulement|encore`)}},
	"uk": {{regexp.MustCompile(`не (буде|було|була|були|був|може|можуть|хоче|має|мають)`), "$1", regexp.MustCompile(`(?:[Нн]і[а-яіїє]*|а|але|лише|тільки) `)}},
	"ru": {{regexp.MustCompile(`не (будет|было|была|были|был|может|могут|хочет|имеет|стал)`), "$1", regexp.MustCompile(`(?:[Нн]и[а-я]*|а|но|только|лишь) `)}},
}

var (
	notOnly = regexp.MustCompile(`\b(?:not|n['’]t) (?:only|just|merely|simply|necessarily|yet|even|so|all|every|as|until|any|either|always|really|quite)\b|\b(?:any|anything|anyone|anybody|either|ever|but|nor|unless|yet|longer)\b`)
	// canNegate are English auxiliaries before a word that can follow "not". What could
	// make a bad sentence (a question, a noun, "have to") is left out.
	canNegate = regexp.MustCompile(`\b([a-z]+) (is|are|was|were|will|would|could|should|must) ((?:[a-z]+(?:ed|ing|en)|be|have|the|a|expected|likely)\b)`)
	// noSubject are words before an auxiliary that do not open its clause.
	noSubject = regexp.MustCompile(`^(?:and|or|but|not|what|there|this|that|the|a|his|her|their|who|which|when|how|as|than)$`)
)

// negationPlants takes a "not" away, and in English also puts one after an auxiliary.
func negationPlants(_ *corpus, a *article.Article, block string, _ *rand.Rand) []plant {
	var out []plant
	add := func(from, to int, with string, besides *regexp.Regexp) {
		if !besides.MatchString(sentenceAt(block, from, a.Language)) {
			out = append(out, plant{swap: swap{from: from, to: to, with: with}, old: block[from:to], new: with})
		}
	}
	for _, n := range negations[a.Language] {
		for _, m := range n.form.FindAllStringSubmatchIndex(block, -1) {
			if isWhole(block, m[0], m[1]) && opensLower(block[m[1]:]) && closesLower(block[:m[0]]) {
				add(m[0], m[1], string(n.form.ExpandString(nil, n.with, block, m)), n.besides)
			}
		}
	}
	if a.Language != "en" {
		return out
	}
	for _, m := range canNegate.FindAllStringSubmatchIndex(block, -1) {
		if !noSubject.MatchString(block[m[2]:m[3]]) {
			add(m[4], m[7], block[m[4]:m[5]]+" not "+block[m[6]:m[7]], neverTwice)
		}
	}
	return out
}

// neverTwice keeps a negation out of sentences that have one.
var neverTwice = regexp.MustCompile(`(?i)\b(?:not|no|never|none|nor|neither|nothing|nobody|without|only|some|already|also|still|too)\b|n['’]t\b|\?`)

// sentenceAt returns the sentence around a place of a block.
func sentenceAt(block string, at int, lang string) string {
	for _, s := range text.Sentences(block, lang) {
		if s[0] <= at && at < s[1] {
			return block[s[0]:s[1]]
		}
	}
	return block
}

// quoteWord is how many letters a word of a quotation has that is replaced.
const quoteWord = 6

// quotePlants puts another word of the article, one that ends alike, in the place of
// a content word of a quotation.
func quotePlants(c *corpus, a *article.Article, block string, r *rand.Rand) []plant {
	var words []string // of the article that may stand in
	for _, w := range letterRun.FindAllString(c.has[a][0], -1) {
		if isContent(w, a.Language) {
			words = append(words, w)
		}
	}
	var out []plant
	for _, q := range quotations(block) {
		if len(strings.Fields(block[q[0]:q[1]])) < 5 {
			continue
		}
		for _, m := range letterRun.FindAllStringIndex(block[q[0]:q[1]], -1) {
			old := block[q[0]+m[0] : q[0]+m[1]]
			if !isContent(old, a.Language) {
				continue
			}
			if with := otherWord(words, old, r); with != "" {
				out = append(out, plant{swap: swap{from: q[0] + m[0], to: q[0] + m[1], with: with}, old: old, new: with})
			}
		}
	}
	return out
}

func isContent(w, lang string) bool {
	return utf8.RuneCountInString(w) >= quoteWord && isLower(w) && !text.IsFunction(lang, w)
}

// otherWord chooses a word that ends as old does, so that the sentence stays sound,
// and otherwise has nothing of it.
func otherWord(words []string, old string, r *rand.Rand) string {
	for range 60 {
		if len(words) == 0 {
			break
		}
		w := words[r.IntN(len(words))]
		if sameEnd(w, old, 3) && string([]rune(w)[:3]) != string([]rune(old)[:3]) {
			return w
		}
	}
	return ""
}

// sourcePlants puts a source of another article in the place of one, where it is
// cited.
func sourcePlants(c *corpus, a *article.Article, block string, r *rand.Rand) []plant {
	var out []plant
	for _, s := range citations(block, a.Language) {
		pool := c.cited[s.citation]
		for range 40 {
			with := pool[r.IntN(len(pool))]
			if !c.stands(a, with) && !shareWord(with, s.old) {
				out = append(out, plant{swap: swap{from: s.from, to: s.to, with: with}, old: s.old, new: with})
				break
			}
		}
	}
	return out
}

func shareWord(a, b string) bool {
	return slices.ContainsFunc(strings.Fields(a), func(w string) bool { return slices.Contains(strings.Fields(b), w) })
}
