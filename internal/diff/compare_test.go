package diff_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"erratum/internal/article"
	"erratum/internal/diff"

	"pgregory.net/rapid"
)

// page builds an article from lines: "# " headline, "> " dek, "@ " byline, "! "
// caption, "## " subheading, "* " list item, "% " note, anything else a paragraph.
func page(text string) *article.Article {
	a := &article.Article{Language: "en"}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		mark, rest, _ := strings.Cut(line, " ")
		switch mark {
		case "":
		case "#":
			a.Headline = rest
		case ">":
			a.Dek = rest
		case "@":
			a.Bylines = append(a.Bylines, rest)
		case "!":
			a.Blocks = append(a.Blocks, article.Block{Role: article.Caption, Text: rest})
		case "##":
			a.Blocks = append(a.Blocks, article.Block{Role: article.Subheading, Text: rest})
		case "*":
			a.Blocks = append(a.Blocks, article.Block{Role: article.ListItem, Text: rest})
		case "%":
			a.Blocks = append(a.Blocks, article.Block{Role: article.Note, Text: rest})
		default:
			a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: line})
		}
	}
	return a
}

func compare(before, after string) *diff.Diff {
	return diff.Compare(diff.Parse(page(before)), diff.Parse(page(after)))
}

// sketch writes a diff down: a line a group, edits in brackets.
func sketch(d *diff.Diff) string {
	var b strings.Builder
	for _, g := range d.Groups {
		if g.Shape == diff.Same && !g.Moved {
			continue
		}
		fmt.Fprintf(&b, "%s %v %v", g.Shape, g.Old, g.New)
		if g.Moved {
			b.WriteString(" moved")
		}
		before, after := d.Sides(g)
		for _, op := range g.Ops {
			if op.Kind != diff.Keep {
				fmt.Fprintf(&b, " [%s>%s]", diff.Words(before[op.A0:op.A1]), diff.Words(after[op.B0:op.B1]))
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// sentence draws text from few words, so that sentences repeat, resemble one another
// and stand in odd places.
func sentence() *rapid.Generator[string] {
	words := []string{"the", "mayor", "did", "not", "sign", "12", "17", "soldiers", "U.S.", "said", "Kyiv", "“no”", "and", "of", "planned", "£5", "rain", "é"}
	return rapid.Custom(func(t *rapid.T) string {
		w := rapid.SliceOfN(rapid.SampledFrom(words), 1, 9).Draw(t, "words")
		return strings.Join(w, " ") + rapid.SampledFrom([]string{".", "?", "", ", x."}).Draw(t, "end")
	})
}

func anyPage() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		for range rapid.IntRange(0, 9).Draw(t, "blocks") {
			b.WriteString(rapid.SampledFrom([]string{"", "", "", "# ", "> ", "@ ", "! ", "## ", "* ", "% "}).Draw(t, "role"))
			for range rapid.IntRange(1, 3).Draw(t, "sentences") {
				s := sentence().Draw(t, "sentence")
				b.WriteString(strings.ToUpper(s[:1]) + s[1:] + " ")
			}
			b.WriteByte('\n')
		}
		return b.String()
	})
}

// edited draws a revision of a page: lines dropped, doubled, swapped, words changed.
func edited(t *rapid.T, text string) string {
	lines := strings.Split(text, "\n")
	for range rapid.IntRange(0, 4).Draw(t, "edits") {
		i := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
		j := rapid.IntRange(0, len(lines)-1).Draw(t, "other")
		switch rapid.IntRange(0, 4).Draw(t, "edit") {
		case 0:
			lines[i] = ""
		case 1:
			lines[i] += " " + lines[j]
		case 2:
			lines[i], lines[j] = lines[j], lines[i]
		case 3:
			words := strings.Fields(lines[i])
			if len(words) > 0 {
				words[rapid.IntRange(0, len(words)-1).Draw(t, "word")] = rapid.SampledFrom([]string{"", "not", "99", "”", "Odesa"}).Draw(t, "new word")
			}
			lines[i] = strings.Join(words, " ")
		case 4:
			lines[i] = sentence().Draw(t, "new sentence")
		}
	}
	return strings.Join(lines, "\n")
}

func TestCompareHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := anyPage().Draw(t, "before")
		after := edited(t, before)
		if rapid.Bool().Draw(t, "unrelated") {
			after = anyPage().Draw(t, "after")
		}
		x, y := diff.Parse(page(before)), diff.Parse(page(after))
		checkDiff(t, x, y)
		for _, doc := range []*diff.Doc{x, y} {
			for _, g := range diff.Compare(doc, doc).Groups {
				if g.Shape != diff.Same || g.Moved {
					t.Fatalf("a version differs from itself: %+v", g)
				}
			}
		}
		there, back := pairings(diff.Compare(x, y), false), pairings(diff.Compare(y, x), true)
		if !slices.Equal(there, back) {
			t.Fatalf("there %q, back %q", there, back)
		}
	})
}

// pairings lists which sentences correspond and how, as seen from the other version
// when turned.
func pairings(d *diff.Diff, turned bool) []string {
	mirror := map[diff.Shape]diff.Shape{
		diff.Added: diff.Removed, diff.Removed: diff.Added, diff.Split: diff.Merge, diff.Merge: diff.Split,
	}
	var out []string
	for _, g := range d.Groups {
		shape, before, after := g.Shape, g.Old, g.New
		if turned {
			before, after = after, before
			if m, ok := mirror[shape]; ok {
				shape = m
			}
		}
		out = append(out, fmt.Sprint(shape, before, after))
	}
	slices.Sort(out)
	return out
}

type failer interface {
	Fatalf(format string, args ...any)
}

// checkDiff holds a diff to what its types promise.
func checkDiff(t failer, x, y *diff.Doc) {
	d := diff.Compare(x, y)
	if again := diff.Compare(x, y); !reflect.DeepEqual(d.Groups, again.Groups) {
		t.Fatalf("two runs differ:\n%s\n%s", sketch(d), sketch(again))
	}
	checkCover(t, d)
	for _, g := range d.Groups {
		checkGroup(t, d, g)
	}
	for j, keys := range d.Apply() {
		var want []string
		for _, tok := range y.Sentences[j].Tokens {
			want = append(want, tok.Key)
		}
		if len(keys)+len(want) > 0 && !reflect.DeepEqual(keys, want) {
			t.Fatalf("sentence %d: applied %q, want %q\n%s", j, keys, want, sketch(d))
		}
	}
}

// checkCover expects every sentence in exactly one group, groups in order.
func checkCover(t failer, d *diff.Diff) {
	olds, news := make([]int, len(d.Old.Sentences)), make([]int, len(d.New.Sentences))
	last := -1
	for k, g := range d.Groups {
		for _, i := range g.Old {
			olds[i]++
		}
		for _, j := range g.New {
			news[j]++
		}
		if len(g.New) > 0 {
			if g.New[0] <= last {
				t.Fatalf("groups out of order at %d", k)
			}
			last = g.New[0]
		}
	}
	for _, n := range append(olds, news...) {
		if n != 1 {
			t.Fatalf("sentences stand in %v and %v groups", olds, news)
		}
	}
}

func checkGroup(t failer, d *diff.Diff, g diff.Group) {
	if n := len(d.Styles(g)); n != len(g.Ops) || (g.Shape == diff.Same) != (d.GroupStyle(g) == diff.Unchanged && len(g.Ops) == 0) {
		t.Fatalf("%d styles, %v: %+v", n, d.GroupStyle(g), g)
	}
	before, after := d.Sides(g)
	a, b := 0, 0
	for _, op := range g.Ops {
		if op.A0 != a || op.B0 != b || op.A1 < a || op.B1 < b {
			t.Fatalf("ops leave a gap: %+v", g)
		}
		a, b = op.A1, op.B1
		if op.Kind == diff.Keep {
			for k := range op.A1 - op.A0 {
				if before[op.A0+k].Key != after[op.B0+k].Key {
					t.Fatalf("kept %q as %q", before[op.A0+k].Key, after[op.B0+k].Key)
				}
			}
		}
		for _, s := range append(d.Old.Span(diff.OldSide, before[op.A0:op.A1]), d.New.Span(diff.NewSide, after[op.B0:op.B1])...) {
			doc := d.Old
			if s.Side == diff.NewSide {
				doc = d.New
			}
			if s.From < 0 || s.From >= s.To || s.To > len(doc.Sentences[s.Sentence].Folded.Raw) || doc.Cut(s) == "" {
				t.Fatalf("span %+v out of range", s)
			}
		}
	}
	if len(g.Ops) > 0 && (a != len(before) || b != len(after)) {
		t.Fatalf("ops end at %d:%d of %d:%d", a, b, len(before), len(after))
	}
	if g.Shape != diff.Rewritten && len(g.Ops) > 0 && (len(before) > 500 || len(after) > 500) {
		t.Fatalf("word diff of %d and %d tokens", len(before), len(after))
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("# One\nTwo. Three four.", "# Uno\nThree four. Two.")
	f.Add("A “b” c.\xff\u0301", "a b c")
	f.Add("", "x")
	f.Fuzz(func(t *testing.T, before, after string) {
		checkDiff(t, diff.Parse(page(before)), diff.Parse(page(after)))
	})
}
