package extract

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"erratum/internal/article"
)

// paragraphs are plain news paragraphs, each different.
func paragraphs(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<p>The harbour board closed pier number %d on Tuesday after divers had found cracks in it, a spokesman said.</p>", i)
	}
	return b.String()
}

// TestLargePages: pages of unusual size or depth are read all the same.
func TestLargePages(t *testing.T) {
	for name, page := range map[string]string{
		"many nodes":    "<body><article>" + paragraphs(6_000) + "</article>",
		"many links":    "<body><article>" + paragraphs(8) + "</article><div>" + strings.Repeat("<a href=/x>more</a> ", 2_100) + "</div>",
		"much text":     "<body><article>" + paragraphs(8) + "</article><pre>" + strings.Repeat("word ", 110_000) + "</pre>",
		"nested deeper": strings.Repeat("<div>", 600) + paragraphs(8),
		"large":         "<body><article>" + paragraphs(8) + "</article><!--" + strings.Repeat("x", maxTreeBytes) + "-->",
	} {
		t.Run(name, func(t *testing.T) {
			if r := New(Options{}).Extract([]byte(page), ""); len(r.Article.Blocks) < 8 {
				t.Errorf("read %d paragraphs", len(r.Article.Blocks))
			}
		})
	}
}

// TestHostilePages: whatever the page, there is an article, and it is bounded.
func TestHostilePages(t *testing.T) {
	x := New(Options{})
	for name, page := range map[string]string{
		"empty":          "",
		"zero bytes":     strings.Repeat("\x00", 10_000),
		"invalid UTF-8":  "<p>" + strings.Repeat("\xff\xc3", 10_000),
		"one word":       "<p>" + strings.Repeat("a", 5<<20),
		"spaces":         "<p>" + strings.Repeat(" ", 1<<20) + "x",
		"attributes":     "<p " + strings.Repeat("a=b c ", 50_000) + ">text",
		"classes":        "<p class='" + strings.Repeat("related newsletter ", 20_000) + "'>text",
		"selects":        strings.Repeat("<select><option>a", 50_000),
		"misnested":      strings.Repeat("<b><p>text<i></b>", 3_000),
		"open comment":   "<!--" + strings.Repeat("-", 1<<20),
		"headlines":      strings.Repeat("<h1>A headline of several words</h1>", 5_000),
		"long title":     "<title>" + strings.Repeat("word | ", 200_000) + "</title><h1>word</h1>",
		"deep JSON":      `<script type="application/ld+json">` + strings.Repeat(`{"@graph":[`, 20_000) + "</script>",
		"self reference": `<script type="application/ld+json">{"@type":"Article","@id":"#a","author":{"@id":"#a"}}</script>`,
		"corrections":    "<p>" + strings.Repeat("Correction: a. ", 50_000),
		"deep, unclosed": strings.Repeat("<div><p>", 50_000),
	} {
		t.Run(name, func(t *testing.T) {
			sound(t, x.Extract([]byte(page), "https://courier.example/a"))
			sound(t, x.PlainText(page, ""))
		})
	}
}

// sound fails when an article breaks what its type promises.
func sound(t *testing.T, r Result) {
	t.Helper()
	if r.Article == nil || r.Verdict == "" {
		t.Fatalf("got %v and verdict %q", r.Article, r.Verdict)
	}
	if (r.Verdict == article.OK) != (r.Reason == "") {
		t.Errorf("verdict %s with reason %q", r.Verdict, r.Reason)
	}
	if len(r.Article.Blocks) > maxPlainLines {
		t.Errorf("%d blocks", len(r.Article.Blocks))
	}
	ledes := 0
	for _, b := range r.Article.Paragraphs() {
		if b.Text == "" || b.Role == "" || !utf8.ValidString(b.Text) || strings.ContainsAny(b.Text, "\n\r\t\x00") || strings.Contains(b.Text, "  ") {
			t.Fatalf("unsound block %q of role %q", b.Text[:min(len(b.Text), 80)], b.Role)
		}
		if b.Role == article.Lede {
			ledes++
		}
	}
	if ledes > 1 {
		t.Errorf("%d ledes", ledes)
	}
}

// TestConcurrentAndDeterministic: one extractor, many goroutines, the same articles.
func TestConcurrentAndDeterministic(t *testing.T) {
	x := New(Options{})
	pages := goldenPages(t)
	want := make([]string, len(pages))
	for i, p := range pages {
		want[i] = x.Extract(p, "").Article.Digest()
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range pages {
				if got := x.Extract(pages[i], "").Article.Digest(); got != want[i] {
					t.Errorf("page %d gave another article", i)
				}
			}
		})
	}
	wg.Wait()
}

// goldenPages are the pages of the golden files.
func goldenPages(tb testing.TB) [][]byte {
	tb.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no golden files: %v", err)
	}
	var out [][]byte
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			tb.Fatal(err)
		}
		if _, rest, ok := strings.Cut(string(data), "-- page.html --\n"); ok {
			page, _, _ := strings.Cut(rest, "-- want --\n")
			out = append(out, []byte(page))
		}
	}
	return out
}

func FuzzExtract(f *testing.F) {
	for _, p := range goldenPages(f) {
		f.Add(p)
	}
	f.Add([]byte("<p>Correction: <b>x"))
	x := New(Options{})
	f.Fuzz(func(t *testing.T, page []byte) {
		r := x.Extract(page, "https://courier.example/a")
		sound(t, r)
		if x.Extract(page, "https://courier.example/a").Article.Digest() != r.Article.Digest() {
			t.Error("the same page gave two articles")
		}
	})
}

func FuzzPlainText(f *testing.F) {
	f.Add("# Headline\n\nEditor's note: updated.\nFirst.\nSecond.")
	f.Add("Sign up for our newsletter\nHeadline of four words\nBy Ann Lee\n14 January 2025 05:53 GMT\nShare this\nText.")
	x := New(Options{})
	f.Fuzz(func(t *testing.T, text string) {
		r := x.PlainText(text, "")
		sound(t, r)
		lines := map[string]bool{}
		for line := range strings.Lines(strings.ToValidUTF8(text, "\uFFFD")) {
			lines[collapse(line)] = true
		}
		for _, b := range r.Article.Blocks {
			if !lines[b.Text] {
				t.Fatalf("%q stands nowhere in the text", b.Text)
			}
		}
	})
}

func FuzzRepairJSON(f *testing.F) {
	f.Add(`{"a":"b "c" d",}`)
	f.Add("<!-- {\"a\":\"x\ny\"} -->")
	f.Fuzz(func(t *testing.T, s string) {
		if len(repairJSON(s)) > 2*len(s)+2 {
			t.Error("a repair must not blow up what it repairs")
		}
		readLD([]string{s}).article()
	})
}
