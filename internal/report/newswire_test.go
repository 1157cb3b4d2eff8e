package report_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"erratum/internal/article"
)

// newswire writes news-like prose for benchmarks: names, figures, days, quotations
// and who said so, in paragraphs of two or three sentences. The same seed writes the
// same article.
type newswire struct{ r *rand.Rand }

// story is an article as the newswire keeps it, so that it can be edited.
type story struct {
	headline   string
	paragraphs [][]statement
}

// statement is a sentence in pieces. A piece that can be edited knows its kind.
type statement []piece

type piece struct{ kind, text string }

// The patterns of sentences. A word in braces is drawn from its kind; "n" is a figure,
// "who" a person, "where" a place.
var patterns = []string{
	"{who}, {a} {adj} {job} from {where}, {did} the {adj} {thing} on {day}.",
	"At least {n} {people} were {hurt} when {a} {adj} {thing} {did} near {where}, officials said.",
	"“We {did} the {thing} and the {adj} {thing},” said {who}, the {job}.",
	"The {thing}, which cost ${n} million, {did} {n} {people} in {n} {things}.",
	"According to {who}, the {adj} {thing} will be {done} by {day}.",
	"{who} told reporters that the {job} had {done} {a} {adj} {thing} in {where}.",
	"A spokesman for the {thing} said on {day} that {n} percent of the {people} {did} the {adj} {thing}.",
	"In {where}, the {people} {did} {n} {things}, but the {job} {did} the {thing}.",
	"“It was {a} {adj} {thing}, and nobody {did} it,” {who} said in {where}.",
	"The {adj} {thing} between {where} and {where} {did} after {n} months, and the {people} {did} their {things}.",
	"{who} and {who} {did} the {thing} in {year}, when {n} {things} were {done}.",
	"The {job} denied that the {adj} {thing} was {done}, saying the {people} {did} it.",
}

var pools = map[string][]string{
	"adj": strings.Fields(`regional federal troubled private costly local former historic coastal northern rival independent seasonal
		public wooden industrial urgent disputed annual quiet modern damaged joint secret narrow temporary foreign ancient empty popular`),
	"job": strings.Fields(`mayor engineer minister surgeon farmer prosecutor driver teacher banker captain architect economist
		lawyer gardener senator pilot miner editor referee biologist`),
	"thing": strings.Fields(`bridge treaty budget harbour hospital pipeline reservoir school contract election factory museum railway
		ferry inquiry merger stadium airport warehouse vineyard tunnel archive committee strike orchestra tower forest laboratory
		satellite dam prison cathedral market refinery library theatre embassy`),
	"things": strings.Fields(`houses trucks villages banks lorries offices licences contracts turbines fields shops vessels meetings
		tickets bottles trees rooms towers cattle engines letters`),
	"people": strings.Fields(`workers residents soldiers passengers students patients families miners nurses voters pensioners
		farmers players sailors prisoners shareholders`),
	"hurt": strings.Fields(`injured killed rescued evacuated arrested hurt detained displaced`),
	"did": strings.Fields(`closed opened approved rejected visited repaired flooded reached delayed joined bought painted measured
		crossed surveyed abandoned finished inspected replaced doubled supported left emptied renamed`),
	"done": strings.Fields(`closed opened approved rejected repaired flooded delayed bought measured crossed surveyed abandoned
		finished inspected replaced supported emptied renamed sold built`),
	"day": strings.Fields(`Monday Tuesday Wednesday Thursday Friday Saturday Sunday`),
}

var (
	onsets = strings.Fields(`b br c ch d dr f g gr h j k kl l m n p pr r s st t tr v w z`)
	middle = strings.Fields(`a e i o u ai ea ou`)
	codas  = strings.Fields(`l n r s t ck ll nd rn st th ng m`)
)

// name makes a word that looks like a name.
func (w newswire) name(syllables int) string {
	var b strings.Builder
	for range syllables {
		b.WriteString(w.pick(onsets) + w.pick(middle))
	}
	b.WriteString(w.pick(codas))
	s := b.String()
	return strings.ToUpper(s[:1]) + s[1:]
}

func (w newswire) pick(from []string) string { return from[w.r.IntN(len(from))] }

// draw makes a piece of a kind.
func (w newswire) draw(kind string) piece {
	switch kind {
	case "n":
		return piece{kind, fmt.Sprint(2 + w.r.IntN(970))}
	case "year":
		return piece{kind, fmt.Sprint(1960 + w.r.IntN(60))}
	case "who":
		return piece{kind, w.name(1) + " " + w.name(2)}
	case "where":
		return piece{kind, w.name(2)}
	case "a":
		return piece{"", "a"}
	}
	return piece{kind, w.pick(pools[kind])}
}

// sentence writes one statement.
func (w newswire) sentence() statement {
	var out statement
	rest := w.pick(patterns)
	for {
		before, after, ok := strings.Cut(rest, "{")
		out = append(out, piece{"", before})
		if !ok {
			return out
		}
		kind, tail, _ := strings.Cut(after, "}")
		out = append(out, w.draw(kind))
		rest = tail
	}
}

func (s statement) String() string {
	var b strings.Builder
	for _, p := range s {
		b.WriteString(p.text)
	}
	return b.String()
}

// story writes an article of about n words.
func (w newswire) story(headline string, n int) story {
	out := story{headline: headline}
	for n > 0 {
		var p []statement
		for range 2 + w.r.IntN(2) {
			s := w.sentence()
			p = append(p, s)
			n -= len(strings.Fields(s.String()))
		}
		out.paragraphs = append(out.paragraphs, p)
	}
	return out
}

// revise edits every k-th sentence: one piece of it, whatever that is, or now and then
// it is dropped, or followed by a new one. It returns how many sentences came, went or
// changed.
func (w newswire) revise(s story, k int) (story, int) {
	out := story{headline: s.headline}
	n, edits := 0, 0
	for _, p := range s.paragraphs {
		var q []statement
		for _, st := range p {
			n++
			if n%k != 0 {
				q = append(q, st)
				continue
			}
			edits++
			switch edits % 8 {
			case 3: // dropped
			case 6:
				q = append(q, st, w.sentence())
			default:
				q = append(q, w.reword(st))
			}
		}
		if len(q) > 0 {
			out.paragraphs = append(out.paragraphs, q)
		}
	}
	return out, edits
}

// reword changes one piece of a sentence.
func (w newswire) reword(s statement) statement {
	out := append(statement(nil), s...)
	for {
		i := w.r.IntN(len(out))
		if out[i].kind == "" {
			continue
		}
		if p := w.draw(out[i].kind); p.text != out[i].text {
			out[i] = p
			return out
		}
	}
}

// article is the story as it is compared.
func (s story) article() *article.Article {
	a := &article.Article{Language: "en", Headline: s.headline}
	for _, p := range s.paragraphs {
		var b strings.Builder
		for i, st := range p {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(st.String())
		}
		a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: b.String()})
	}
	return a
}

// pair is two versions of an article of about n words, of which a share of the
// sentences is edited: none, when typography alone differs, some, or all, when the new
// version is another article under the same headline. edits is how many sentences
// came, went or changed; −1 when all differ.
func pair(n, percent int) (before, after *article.Article, edits int) {
	w := newswire{rand.New(rand.NewPCG(4, uint64(n)))}
	s := w.story("Council weighs the future of the old harbour bridge", n)
	before = s.article()
	switch percent {
	case 0:
		after = s.article()
		for i := range after.Blocks {
			after.Blocks[i].Text = strings.NewReplacer("“", `"`, "”", `"`).Replace(after.Blocks[i].Text)
		}
		return before, after, 0
	case 100:
		return before, w.story(s.headline, n).article(), -1
	}
	s, edits = w.revise(s, 100/percent)
	return before, s.article(), edits
}
