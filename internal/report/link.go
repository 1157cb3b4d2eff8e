package report

import (
	"slices"
	"strconv"
	"strings"

	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/diff/claim"
	"erratum/internal/diff/note"
	"erratum/internal/text"
)

// linkNotes ties notes to the claims they speak of: by the values a note names, else
// by the edit that holds most of the rare words of one of its sentences. Notes that
// stood there before are tied by values only, since words of an old note can be
// about anything.
func (c *comparison) linkNotes() {
	c.links = make([][]int, len(c.notes))
	c.linked = make([]int, len(c.claims))
	for i := range c.linked {
		c.linked[i] = -1
	}
	var groups []edited
	for n, m := range c.notes {
		if m.state == NoteVanished || m.kind() == note.Disclosure {
			continue
		}
		found := c.namedBy(m.note())
		if len(found) == 0 && m.fresh() {
			if groups == nil {
				groups = c.editedGroups()
			}
			found = c.aboutSameAs(m.note(), groups)
			if named := c.ofNamedKind(m.note(), found); len(named) > 0 {
				found = named
			}
			if len(found) == 0 {
				found = c.goneOfKind(m.note())
			}
		}
		c.links[n] = found
		for _, i := range found {
			if c.linked[i] < 0 {
				c.linked[i] = n
			}
		}
	}
}

// namedBy returns the claims whose new value, or whose old value in place of which
// another stands, is named in a note.
func (c *comparison) namedBy(n *note.Note) []int {
	keys := keySet(n.Body)
	var out []int
	for i := range c.claims {
		ch := &c.claims[i]
		if ch.After != nil && names(keys, ch.After.Text, ch.Before, n.Lang) || ch.InPlace && ch.Before != nil && names(keys, ch.Before.Text, ch.After, n.Lang) {
			out = append(out, i)
		}
	}
	return out
}

// names reports whether the telling words of a value are among the words of a note:
// its numbers and capitalised words, those apart that the value in its place has too, and
// a function word that is capitalised because a sentence begins with it.
func names(keys map[string]bool, value string, other *claim.Value, lang string) bool {
	shared := map[string]bool{}
	if other != nil {
		for _, k := range keysOf(other.Text) {
			shared[k] = true
		}
	}
	n := 0
	for i, t := range wordsOf(value) {
		if t.Kind != text.Number && !text.IsUpperStart(t.Text) || shared[t.Key] {
			continue
		}
		if i == 0 && text.IsFunction(lang, t.Key) && t.Text != strings.ToUpper(t.Text) {
			continue // "US" is no pronoun
		}
		if !keys[t.Key] {
			return false
		}
		n++
	}
	return n > 0
}

func keysOf(s string) []string {
	var out []string
	for _, t := range wordsOf(s) {
		out = append(out, t.Key)
	}
	return out
}

// holds reports whether the words of part stand in whole, in a row.
func holds(whole, part []string) bool {
	if len(part) == 0 {
		return false
	}
	for i := 0; i+len(part) <= len(whole); i++ {
		if slices.Equal(whole[i:i+len(part)], part) {
			return true
		}
	}
	return false
}

// maxOfKind bounds the claims that a note is tied to by their kind alone: of more,
// nobody can say which one is meant.
const maxOfKind = 2

// ofNamedKind returns the facts replaced in place that are of a kind a correction
// names without the value ("the date of the hearing was wrong"): those among found,
// or, when there are none, all of that kind when they are few.
func (c *comparison) ofNamedKind(n *note.Note, found []int) []int {
	if n.Kind != note.Correction && n.Kind != note.Clarification || len(n.Facts) == 0 {
		return nil
	}
	var all, among []int
	for i := range c.claims {
		ch := &c.claims[i]
		if !ch.InPlace || ch.Before == nil || ch.After == nil || !slices.ContainsFunc(n.Facts, func(f note.Fact) bool { return isOf(ch, f) }) {
			continue
		}
		all = append(all, i)
		if slices.Contains(found, i) {
			among = append(among, i)
		}
	}
	switch {
	case len(among) > 0:
		return among
	case len(found) > 0 || len(all) > maxOfKind || len(n.Says) > 0 && !said(n, c.claims, all):
		return nil
	}
	return all
}

// goneOfKind returns the quotations, sources, names or numbers that went, where a note
// names their kind ("a quotation has been removed") and they are few.
func (c *comparison) goneOfKind(n *note.Note) []int {
	var out []int
	for i := range c.claims {
		if f := factGone(c.claims[i].Kind); f != "" && slices.Contains(n.Facts, f) {
			out = append(out, i)
		}
	}
	if len(out) > maxOfKind {
		return nil
	}
	return out
}

// factGone returns which kind of fact a claim says went; empty for other claims.
func factGone(k claim.Kind) note.Fact {
	switch k {
	case claim.QuoteRemoved:
		return note.FactQuote
	case claim.AttributionGone:
		return note.FactSource
	case claim.NameRemoved:
		return note.FactName
	case claim.NumberRemoved:
		return note.FactNumber
	}
	return ""
}

// said reports whether what a note says was wrong or is right is named by one of the
// claims: a value that stands in none of them is another fact of the same kind.
func said(n *note.Note, claims []claim.Change, at []int) bool {
	for _, s := range n.Says {
		keys := keySet(s.Wrong + " " + s.Right)
		for _, i := range at {
			if ch := &claims[i]; names(keys, ch.Before.Text, ch.After, n.Lang) || names(keys, ch.After.Text, ch.Before, n.Lang) {
				return true
			}
		}
	}
	return false
}

// isOf reports whether a change is one of a kind of fact as notes name it.
func isOf(ch *claim.Change, f note.Fact) bool {
	switch f {
	case note.FactName:
		return ch.Kind == claim.Name || ch.Kind == claim.NameSpelling
	case note.FactNumber:
		return ch.Kind == claim.Number
	case note.FactDate:
		return ch.Kind == claim.Date || ch.Kind == claim.Number && mayBeDay(ch.Before.Text) && mayBeDay(ch.After.Text)
	case note.FactQuote:
		return ch.Kind == claim.Quote
	case note.FactSource:
		return ch.Kind == claim.Attribution
	case note.FactRole:
		return ch.Kind == claim.RoleChanged
	case note.FactHeadline:
		return ch.Where == article.Headline
	}
	return false
}

// mayBeDay reports whether a text is a number that a day of the month or a year could
// be: "the 21st".
func mayBeDay(s string) bool {
	for _, t := range wordsOf(s) {
		if n, err := strconv.Atoi(t.Key); err == nil {
			return n > 0 && n <= 31 || n >= 1000 && n < 2200
		}
	}
	return false
}

// edited is a changed group and the stems of its words on both sides.
type edited struct {
	group int
	stems map[string]bool
}

func (c *comparison) editedGroups() []edited {
	var out []edited
	for k, g := range c.diff.Groups {
		if g.Shape == diff.Same || c.isNote(g) {
			continue
		}
		e := edited{group: k, stems: map[string]bool{}}
		addStems(e.stems, c.diff.Old, g.Old)
		addStems(e.stems, c.diff.New, g.New)
		out = append(out, e)
	}
	return out
}

func addStems(stems map[string]bool, doc *diff.Doc, sentences []int) {
	for _, s := range sentences {
		for _, t := range doc.Sentences[s].Tokens {
			stems[text.Stem(t.Key)] = true
		}
	}
}

// aboutSameAs returns the claims of the edits that hold most of what a note's
// sentences are about.
func (c *comparison) aboutSameAs(n *note.Note, groups []edited) []int {
	hit := map[int]bool{}
	f := text.Fold(n.Body)
	for _, s := range text.Sentences(f.Text, n.Lang) {
		for _, g := range likeliest(matter(f.Text[s[0]:s[1]], n.Lang), groups) {
			hit[g] = true
		}
	}
	var out []int
	for i := range c.claims {
		if slices.ContainsFunc(c.claims[i].Groups, func(g int) bool { return hit[g] }) {
			out = append(out, i)
		}
	}
	return out
}

// topic is a word that a note is about.
type topic struct {
	stem   string
	weight float64
}

// matter returns what a sentence of a note is about: its words without those of the
// language of notes.
func matter(sentence, lang string) []topic {
	var out []topic
	for _, t := range text.Tokenize(sentence) {
		if t.Kind == text.Punct || text.IsFunction(lang, t.Key) || note.Known(lang, t.Key) {
			continue
		}
		w := 1.
		if text.IsUpperStart(t.Text) {
			w = capitalised
		}
		out = append(out, topic{text.Stem(t.Key), w})
	}
	return out
}

// likeliest returns the groups that hold at least linkShare of the weight of the
// topics, and nearly as much as the best. A topic weighs less the more groups hold it.
func likeliest(topics []topic, groups []edited) []int {
	total := 0.
	for i := range topics {
		df := 0
		for _, g := range groups {
			if g.stems[topics[i].stem] {
				df++
			}
		}
		topics[i].weight /= float64(max(1, df))
		total += topics[i].weight
	}
	if len(topics) < 2 {
		return nil
	}
	shares := make([]float64, len(groups))
	best := 0.
	for k, g := range groups {
		for _, t := range topics {
			if g.stems[t.stem] {
				shares[k] += t.weight / total
			}
		}
		best = max(best, shares[k])
	}
	var out []int
	for k, g := range groups {
		if shares[k] >= linkShare && shares[k] >= nearBest*best {
			out = append(out, g.group)
		}
	}
	return out
}

// check says whether what a note states stands in the new version. about are the
// claims the note speaks of.
func (c *comparison) check(n *note.Note, about []int) Says {
	if len(n.Says) == 0 {
		return SaysNothing
	}
	keys := keySet(n.Body)
	for _, i := range about {
		if ch := &c.claims[i]; ch.InPlace && ch.After != nil && names(keys, ch.After.Text, ch.Before, n.Lang) {
			return SaysConfirmed
		}
	}
	now, before := c.bodyKeys(c.diff.New), c.bodyKeys(c.diff.Old)
	contradicted, checkable := c.replacedOtherwise(n, about), false
	for _, s := range n.Says {
		right, wrong := keysOf(s.Right), keysOf(s.Wrong)
		checkable = checkable || len(right) > 0 || stated(before, wrong, n.Lang)
		switch {
		case len(right) > 0 && (stated(now, right, n.Lang) || toldApart(now, right, wrong, keys, n.Lang)):
			return SaysConfirmed
		case len(right) == 0 && stated(before, wrong, n.Lang) && !stated(now, wrong, n.Lang):
			return SaysConfirmed
		case len(wrong) > 0 && stated(now, wrong, n.Lang) && !(len(right) == 0 && !stated(before, wrong, n.Lang)):
			contradicted = true
		}
	}
	switch {
	case contradicted:
		return SaysContradicted
	case !checkable:
		return SaysNothing // only what was wrong once is said, and no version here says it
	default:
		return SaysNotFound
	}
}

// replacedOtherwise reports whether what a note says was wrong has given way to another
// value than the one it says is right: "41 metres. It is 43", where the text now has 44.
func (c *comparison) replacedOtherwise(n *note.Note, about []int) bool {
	keys := keySet(n.Body)
	for _, s := range n.Says {
		wrong := keySet(s.Wrong)
		for _, i := range about {
			ch := &c.claims[i]
			if s.Right != "" && ch.InPlace && ch.Before != nil && ch.After != nil &&
				names(wrong, ch.Before.Text, ch.After, n.Lang) && !names(keys, ch.After.Text, ch.Before, n.Lang) && hasValue(ch.After.Text) {
				return true
			}
		}
	}
	return false
}

// hasValue reports whether a text holds a number or a name.
func hasValue(s string) bool {
	return slices.ContainsFunc(wordsOf(s), func(t text.Token) bool { return t.Kind == text.Number || text.IsUpperStart(t.Text) })
}

// toldApart reports whether a sentence has the words by which what is right differs
// from what was wrong ("seven", where "nine people had died" was), none of those by
// which the wrong differs, and another word of the note, so that it speaks of the
// same matter.
func toldApart(sentences [][]string, right, wrong []string, note map[string]bool, lang string) bool {
	yes, no := without(right, wrong, lang), without(wrong, right, lang)
	if len(yes) == 0 || len(yes) > maxApart {
		return false
	}
	for _, s := range sentences {
		has := func(w string) bool { return slices.Contains(s, w) }
		if !slices.ContainsFunc(yes, func(w string) bool { return !has(w) }) && !slices.ContainsFunc(no, has) &&
			slices.ContainsFunc(s, func(w string) bool {
				return note[w] && !slices.Contains(yes, w) && !text.IsFunction(lang, w)
			}) {
			return true
		}
	}
	return false
}

// maxApart bounds the words of toldApart: more are a statement, not a value.
const maxApart = 3

// without returns the content words of a that b does not have.
func without(a, b []string, lang string) []string {
	var out []string
	for _, w := range a {
		if !text.IsFunction(lang, w) && !slices.Contains(b, w) {
			out = append(out, w)
		}
	}
	return out
}

// bodyKeys returns the words of every sentence that is not a note's.
func (c *comparison) bodyKeys(d *diff.Doc) [][]string {
	out := make([][]string, 0, len(d.Sentences))
	for _, s := range d.Sentences {
		if s.Role == article.Note {
			continue
		}
		var keys []string
		for _, t := range s.Tokens {
			if t.Kind != text.Punct {
				keys = append(keys, t.Key)
			}
		}
		out = append(out, keys)
	}
	return out
}

// stated reports whether a sentence holds words in a row, or most of the words and every
// figure of a longer statement.
func stated(sentences [][]string, statement []string, lang string) bool {
	var content []string
	for _, w := range statement {
		if !text.IsFunction(lang, w) {
			content = append(content, w)
		}
	}
	for _, s := range sentences {
		if holds(s, statement) {
			return true
		}
		if len(content) < minContent {
			continue
		}
		n, figures := 0, true
		for _, w := range content {
			switch {
			case slices.Contains(s, w):
				n++
			case w[0] >= '0' && w[0] <= '9':
				figures = false
			}
		}
		if figures && float64(n) >= saysShare*float64(len(content)) {
			return true
		}
	}
	return false
}
