package extract

import (
	"bytes"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"pgregory.net/rapid"
)

// maxMemory is what reading one page may allocate, freed again or not.
const maxMemory = 64 << 20

// times writes a form again and again, "#" the number.
func times(n int, form string) string {
	if !strings.Contains(form, "#") {
		return strings.Repeat(form, n)
	}
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(form, "#", strconv.Itoa(i)))
	}
	return b.String()
}

// heavyPages are pages that hurt: each holds one article, before or behind what hurts.
func heavyPages() map[string]string {
	news := "<article><h1>Harbour board closes nine piers</h1>" + paragraphs(12) + "</article>"
	deep := news + times(450, "<div>")
	ld := func(script string) string { return `<script type="application/ld+json">` + script + "</script>" }
	return map[string]string{
		// Depth.
		"nested divs":    times(100_000, "<div>") + news,
		"nested spans":   news + times(100_000, "<span>a "),
		"nested tables":  news + times(100_000, "<table><tr><td>a"),
		"nested lists":   news + times(100_000, "<ul><li>item "),
		"nested links":   news + times(100_000, "<a href=x>a"),
		"nested drawing": news + times(300_000, "<svg><g>"),
		"hills of lists": news + times(80, times(200, "<ul><li>item ")+times(200, "</ul>")),
		"deep <p>":       deep + times(19_500, "<p>a</p>"),
		"deep <li>":      deep + times(39_000, "<li>a"),
		"deep, ends":     deep + times(39_000, "</ul>"),
		"deep, adoption": times(60, "<b>"+times(400, "<div>")+times(50, "</b>")+times(400, "</div>")) + news,
		// Size.
		"5 MB of tables":       news + "<table>" + times(64_000, "<tr><td>Row #</td><td>12.5</td><td>per cent</td><td>of all there are</td></tr>") + "</table>",
		"one giant paragraph":  news + "<p>" + times(500_000, "word# "),
		"giant word":           news + "<p>" + times(500_000, "abcdefgh"),
		"Chinese":              news + "<p>" + times(180_000, "中文新闻报道。"),
		"a million paragraphs": news + times(1_000_000, "<p>a"),
		"long paragraphs":      news + times(9_500, "<p>The harbour board closed pier number # on Tuesday after divers had found cracks in it.</p>"),
		"a million breaks":     news + "<p>" + times(1_000_000, "<br>"),
		"pictures":             news + times(700_000, "<img>"),
		"wide rows":            news + "<table>" + times(15_000, "<tr>"+times(20, "<td>a<td>b")),
		"short lists":          news + times(200_000, "<dl><dt>a<dd>b"),
		"scripts":              times(60_000, "<script>var a = 1; var b = 'some text here or there';</script>") + news,
		"short scripts":        times(200_000, "<script>a</script>") + news,
		"open scripts":         news + times(500_000, "<script>"),
		"open comments":        news + times(1_000_000, "<!--"),
		"broken entities":      news + "<p>" + times(300_000, "&notanentity"),
		"entities":             news + times(250_000, "<p>&eacute;&lt;"),
		"only <":               news + times(4_000_000, "<"),
		"zero bytes":           news + times(4_000_000, "\x00"),
		// Attributes.
		"a million attributes": news + "<p " + times(1_000_000, "a=b ") + ">text",
		"all different":        news + "<p " + times(400_000, "a#=b ") + ">text",
		"behind <math>":        "<math></math><p " + times(400_000, "a#=b ") + ">text</p>" + news,
		"open tags":            news + times(1_000_000, "<a "),
		"one on each <body>":   news + times(100_000, "<body a#=b>"),
		"long class":           news + "<p class='" + times(200_000, "related newsletter ") + "'>text",
		"classes":              news + times(80_000, "<p class='a# related newsletter'>text"),
		// Elements that are never closed, or closed in the wrong order.
		"unclosed tags":     news + times(60_000, "<div><ul><li><em><a href=x>text "),
		"misnested":         news + times(50_000, "<b><p>text<i></b>"),
		"opened anew":       news + "<p>" + times(400, "<font a=#>") + times(900_000, "<p>a"),
		"opened anew, few":  news + "<div><b><i><u><s><em><tt><big>" + times(15_000, "</div><div>a"),
		"opened anew, long": news + "<div><b " + times(40, "x#=y ") + ">" + times(15_000, "</div><div>a"),
		"links left open":   news + times(50, "<a href=x>"+times(9, "<div>")) + times(500, "</div>") + times(15_000, "<div>a</div>"),
		"links in tables":   news + times(45, "<a href=x>"+times(9, "<div>")+"<table><tr><td></a></table>") + times(500, "</div>") + times(15_000, "<div>a</div>"),
		"forms in tables":   news + "<table>" + times(100_000, "a<b>c"),
		// What a page says of itself.
		"huge JSON-LD":      ld(`{"@graph":[`+times(80_000, `{"@type":"NewsArticle","headline":"A b c","x":[1,2,3]},`)+`{}]}`) + news,
		"JSON-LD of a MB":   ld(`{"@graph":[`+times(18_000, `{"@type":"NewsArticle","headline":"A b c","x":[1,2,3]},`)+`{}]}`) + news,
		"many JSON-LD":      times(18, ld("["+times(100_000, `1,`)+"1]")) + news,
		"JSON-LD of nils":   times(12, ld("["+times(100_000, `{},`)+"1]")) + news,
		"broken JSON-LD":    times(18, ld(`{"a":"`+times(100_000, `" `)+`{}]`)) + news,
		"long articleBody":  ld(`{"@type":"NewsArticle","articleBody":"`+times(60_000, `word word <br>`)+`"}`) + news,
		"many headlines":    "<title>" + times(300, "w# ") + "</title>" + news + times(9_500, "<h1>"+times(25, "a b# ")+"</h1>"),
		"many metas":        times(5_000, "<meta name=date content='2025 abc # def'><meta name=pubdate content='2025-01-02T # def'>") + news,
		"times":             news + times(100_000, "<time datetime=2025-01-02>2 January 2025</time><p>"),
		"authors in each":   news + times(200, "<span itemprop=author>") + times(12_000, "<i>word and word </i>"),
		"links to authors":  news + times(23, "<div>") + times(19_000, "<a href=x></a>"),
		"live blog":         "<body itemtype='/LiveBlogPosting'>" + news + times(50_000, "<div><time>12:01</time><p>12:01 Entry # of it is long enough to be of any use.</div>"),
		"prompts":           news + times(80_000, "<p>Sign up for our newsletter</p><p>We are here</p>"),
		"corrections":       news + times(50_000, "<p>Correction: This article was amended on Tuesday to say that a was b."),
		"machinery, no end": news + times(15_000, "<div id=x></div><script>var a='some thing or other here';</script>"),
	}
}

// TestHeavyPages: whatever a page is made of, what reading it costs is bounded by
// counts, and its words are there.
func TestHeavyPages(t *testing.T) {
	x := New(Options{})
	flat := 0
	for name, page := range heavyPages() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			r := x.Extract([]byte(page), "https://courier.example/a")
			runtime.ReadMemStats(&after)
			if n := after.TotalAlloc - before.TotalAlloc; n > overhead*maxMemory {
				t.Errorf("allocated %d MB", n>>20)
			}
			sound(t, r)
			size := 0
			for _, b := range r.Article.Blocks {
				size += len(b.Text)
			}
			if size > maxText+maxBlockBytes {
				t.Errorf("%d bytes of text", size)
			}
			for i := range 12 {
				if want := fmt.Sprintf("pier number %d on Tuesday", i); !strings.Contains(r.Article.BodyText(), want) {
					t.Fatalf("no %q in it; read by its tree: %t", want, r.Flat == "")
				}
			}
			if r.Flat != "" {
				flat++
			}
			bounded(t, []byte(page))
		})
	}
	if flat < 20 {
		t.Errorf("only %d of these pages are too heavy for a tree", flat)
	}
}

// bounded fails when the tree of a page that is let through is larger than was counted
// beforehand.
func bounded(t interface {
	Helper()
	Errorf(form string, args ...any)
}, page []byte) {
	t.Helper()
	s := newSheet(page, "")
	if s.load.excess() != "" {
		return
	}
	doc, err := html.Parse(bytes.NewReader(s.shown))
	if err != nil {
		return
	}
	nodes, weight := 0, 0
	for n := range doc.Descendants() {
		nodes++
		weight += len(n.Attr)
	}
	// A tag may imply three more, each with a text behind it.
	if most := 16 + 8*s.load.tags + s.load.reopened; nodes > most {
		t.Errorf("%d nodes, counted on the page: %d at most; %+v", nodes, most, s.load)
	}
	if most := s.load.attributes + 2*s.load.reopened; weight > most {
		t.Errorf("%d attributes, counted on the page: %d at most; %+v", weight, most, s.load)
	}
}

// TestBounded draws tags in any order, some of them again and again: what the parser
// opens anew was counted beforehand.
func TestBounded(t *testing.T) {
	tags := rapid.SampledFrom([]string{"<a href=x>", "<a href=y>", "</a>", "<b>", "<b x=1>", "<b x=2 y=3 z=4>", "</b>", "<i>", "</i>", "<font size=#>", "</font>", "<nobr>",
		"<div>", "</div>", "<p>", "</p>", "<ul>", "<li>", "</ul>", "<table>", "</table>", "<tr>", "<td>", "</td>", "<svg>", "<svg/>", "</svg>", "<title>", "</title>", "<desc>", "</desc>", "<foreignObject>",
		"<math>", "<mi>", "</math>", "<template>", "</template>", "<object>", "</object>", "<select>", "</select>", "<button>", "</button>", "<form>", "</form>", "<h1>", "</h1>",
		"<body x=#>", "<html y=#>", "<style>", "</style>", "<!--", "-->", "text ", "x"})
	rapid.Check(t, func(t *rapid.T) {
		var page strings.Builder
		for range rapid.IntRange(1, 4).Draw(t, "parts") {
			part := strings.Join(rapid.SliceOfN(tags, 1, 30).Draw(t, "tags"), "")
			page.WriteString(times(rapid.SampledFrom([]int{1, 1, 9, 60, 300}).Draw(t, "times"), part))
		}
		bounded(t, []byte(page.String()))
	})
}

// TestFlat: why a page was read without its layout is said in plain words.
func TestFlat(t *testing.T) {
	x := New(Options{})
	for page, want := range map[string]string{
		times(600, "<div>") + paragraphs(12):                  "the page is nested too deeply",
		"<p>" + times(900_000, "word "):                       "the page is too large",
		times(70_000, "<p>a"):                                 "the page has too many elements",
		times(3_000, "<p "+times(40, "a ")+">text"):           "the page's elements have too many attributes",
		times(400, "<p><font a=#>") + times(2_000, "<p>text"): "too many elements of the page are never closed",
		"<p " + times(300_000, "a ") + ">" + paragraphs(12):   "", // what is too much of it is left out
		times(500, "<div>") + paragraphs(12):                  "",
	} {
		if got := x.Extract([]byte(page), "").Flat; got != want {
			t.Errorf("%.20s…, %d bytes: %q, want %q", page, len(page), got, want)
		}
	}
}
