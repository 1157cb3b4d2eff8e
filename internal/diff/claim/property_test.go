package claim_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/diff/claim"

	"pgregory.net/rapid"
)

// words are what random articles are made of: enough of every kind of value to make
// the rules meet.
var words = strings.Fields(`the a of in on and but not never said claimed according to Lee Ann Mr. Dr. Oldport
	Westerby UN U.S. United Nations police officials mayor acting former killed injured arrested charged rose fell all some
	may May March 3 12 1,300 3.5 6.6.3 v2.1 $5 £500 5% 15:00 3pm Monday Tuesday 2004 twelve third half dozen million
	about at least between 10-15 62-year-old “ ” " ' ’ ( ) , . : ; — - boats miners fire pier 'tis don't COVID-19 a_b x@y.z`)

func randomPage() *rapid.Generator[*article.Article] {
	return rapid.Custom(func(t *rapid.T) *article.Article {
		a := &article.Article{Language: rapid.SampledFrom([]string{"", "en", "de", "fr", "uk", "sv"}).Draw(t, "lang")}
		line := rapid.Custom(func(t *rapid.T) string {
			s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 14).Draw(t, "words"), " ")
			return strings.ToUpper(s[:1]) + s[1:] + "."
		})
		a.Headline = line.Draw(t, "headline")
		for _, s := range rapid.SliceOfN(line, 0, 6).Draw(t, "lines") {
			role := rapid.SampledFrom([]article.Role{article.Body, article.Body, article.Caption, article.Note, article.ListItem, article.Dateline}).Draw(t, "role")
			a.Blocks = append(a.Blocks, article.Block{Role: role, Text: s})
		}
		return a
	})
}

// edited changes a few words of an article, so that most sentences still correspond.
func edited(t *rapid.T, a *article.Article) *article.Article {
	b := *a
	b.Blocks = append([]article.Block(nil), a.Blocks...)
	for i := range b.Blocks {
		f := strings.Fields(b.Blocks[i].Text)
		if len(f) == 0 || !rapid.Bool().Draw(t, "edit") {
			continue
		}
		f[rapid.IntRange(0, len(f)-1).Draw(t, "at")] = rapid.SampledFrom(words).Draw(t, "word")
		b.Blocks[i].Text = strings.Join(f, " ")
	}
	return &b
}

// check reports what a change may never be.
func check(t interface{ Fatalf(string, ...any) }, d *diff.Diff, cs []claim.Change) {
	for _, c := range cs {
		if c.Before == nil && c.After == nil || len(c.Spans) == 0 || c.Rule == "" || c.Kind == "" || c.Places < 1 {
			t.Fatalf("incomplete change %+v", c)
		}
		if c.Position < 0 || c.Position > 1 {
			t.Fatalf("out of range: %+v", c)
		}
		for _, sp := range c.Spans {
			doc := d.Old
			if sp.Side == diff.NewSide {
				doc = d.New
			}
			if sp.Sentence < 0 || sp.Sentence >= len(doc.Sentences) {
				t.Fatalf("span %+v of no sentence", sp)
			}
			s := doc.Sentences[sp.Sentence]
			if sp.From < 0 || sp.From >= sp.To || sp.To > len(s.Folded.Raw) {
				t.Fatalf("span %+v out of range of %q", sp, s.Folded.Raw)
			}
			if s.Role == article.Note {
				t.Fatalf("a note is told as a claim: %+v", c)
			}
		}
		verbatim(t, d.Old, c.BeforeText)
		verbatim(t, d.New, c.AfterText)
		verbatim(t, d.New, c.StillSays)
		verbatim(t, d.New, c.StillValue)
		if c.Before != nil {
			verbatim(t, d.Old, c.Before.Text)
		}
		if c.After != nil {
			verbatim(t, d.New, c.After.Text)
		}
		for _, g := range c.Groups {
			if g < 0 || g >= len(d.Groups) {
				t.Fatalf("no group %d", g)
			}
		}
	}
}

// verbatim reports text that does not stand in the version.
func verbatim(t interface{ Fatalf(string, ...any) }, doc *diff.Doc, s string) {
	if s == "" {
		return
	}
	var all []string
	for i := range doc.Sentences {
		all = append(all, doc.Sentences[i].Folded.Raw)
	}
	if !strings.Contains(strings.Join(all, " "), s) {
		t.Fatalf("%q does not stand in %q", s, all)
	}
}

func TestChangesHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := randomPage().Draw(t, "before")
		b := edited(t, a)
		if rapid.Bool().Draw(t, "unrelated") {
			b = randomPage().Draw(t, "after")
		}
		d := diff.Compare(diff.Parse(a), diff.Parse(b))
		cs := claim.Changes(d)
		check(t, d, cs)
		if again := claim.Changes(d); !reflect.DeepEqual(cs, again) {
			t.Fatalf("another answer the second time:\n%+v\n%+v", cs, again)
		}
	})
}

func TestSameVersionsHaveNoChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := randomPage().Draw(t, "article")
		if cs := claim.Changes(diff.Compare(diff.Parse(a), diff.Parse(a))); len(cs) > 0 {
			t.Fatalf("told %+v", cs)
		}
	})
}

func FuzzChanges(f *testing.F) {
	f.Add("# Twelve killed\nPolice said 12 died on Monday.", "# 17 killed\nPolice said \"17\" died on March 3, 2025.", "en")
	f.Add("' ' '' \" \" (", "v1..2 1,,3 3/0 - -- 0-0 1/2/3", "")
	f.Add("млн. 3,5 тис. осіб — «так»", "1 300 000 осіб — «ні»", "uk")
	f.Fuzz(func(t *testing.T, before, after, lang string) {
		if len(before)+len(after) > 4000 {
			return
		}
		a, b := page(before), page(after)
		a.Language, b.Language = lang, lang
		d := diff.Compare(diff.Parse(a), diff.Parse(b))
		check(t, d, claim.Changes(d))
	})
}

// TestReversal: what was added going there is removed coming back.
func TestReversal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := randomPage().Draw(t, "before")
		b := edited(t, a)
		there := claim.Changes(diff.Compare(diff.Parse(a), diff.Parse(b)))
		back := claim.Changes(diff.Compare(diff.Parse(b), diff.Parse(a)))
		if x, y := oneSided(there, true), oneSided(back, false); x != y {
			t.Fatalf("there\n%s\nback\n%s\nall there\n%s\nall back\n%s", x, y, sketch(there), sketch(back))
		}
	})
}

// oneSided lists the values that came, or went, in order.
func oneSided(cs []claim.Change, came bool) string {
	var out []string
	for _, c := range cs {
		kind, v := strings.TrimSuffix(string(c.Kind), "-added"), c.After
		if !came {
			kind, v = strings.TrimSuffix(string(c.Kind), "-removed"), c.Before
		}
		if v != nil && kind != string(c.Kind) && (kind == "number" || kind == "date" || kind == "name") {
			out = append(out, kind+" "+v.Text)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}
