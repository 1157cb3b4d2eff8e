package extract

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// long is text that is worth leaving out.
var long = strings.Repeat("a < b ", 10)

// leanCases are pages with the marks that decide what is raw text.
var leanCases = []string{
	"<script>" + long + "</script><p>text",
	"<script type='application/LD+json'>{\"@type\":\"Article\"," + long + "}</script><p>text",
	"<script type='application/ld&#43;json'>" + long + "</script>",
	"<script a=1 b='>' c=\">\" d=/>" + long + "</SCRIPT ><p>text",
	"<script/ >" + long + "</script/><p>text",
	"<script><!--" + long + "--></script><p>text",
	"<script><!--<script>" + long + "</script>" + long + "--></script><p>text",
	"<script>'</scripts>'" + long + "</script x='>'>text",
	"<style>p>a{}" + long + "</style ><p>text",
	"<noscript><p>" + long + "</noscript><p>text",
	"<iframe><script></iframe>" + long + "</script>text",
	"<title><script></title>" + long + "</script>text",
	"<textarea><!--</textarea>" + long + "-->text",
	"<xmp><style></xmp>" + long + "</style>text",
	"<plaintext><style>" + long + "</style>",
	"<!--" + long + "--><p>a<!--" + long + "--!>b<!-->c<!--->d<!--->" + long + "-->e<!-- ->" + long + "-->f<!--->-->",
	"<!-->" + long + "--> <!--x>" + long + "-->",
	"<!doctype html '>" + long + "'><?php echo '>" + long + "<style>'?><p>text</style>",
	"</ script><style>" + long + "</style></><p>text",
	"<svg><style>" + long + "<p>broken out</style>" + long + "</svg><style>" + long + "</style>text",
	"<svg><title>a</title><path d='>'/></svg><style>" + long + "</style>text",
	"<svg><title><style>" + long + "</title></style></svg>text",
	"<svg><desc><svg></svg></svg><style>" + long + "</style>",
	"<svg><foreignObject><style>" + long + "</style></svg><style><p>" + long + "</style>",
	"<svg/><style>" + long + "</style><svg a=b/><style><p>" + long + "</style></svg>",
	"<svg><![CDATA[</svg><style>]]><p>" + long + "</style></svg>",
	"<math><mi><style>" + long + "</style></math><style>" + long + "</style>",
	"<select><style>" + long + "</style><option>a</select>",
	"<table><style>" + long + "</style><tr><noscript>" + long + "</noscript><td>text",
	"<template><script>" + long + "</script></template><p>text",
	"<a =b='>' style=x><style>" + long,
	"<img src='" + long + "' class=a alt=\"" + long + "\"data-src=" + long + "><p>text",
	"<b src='" + long + "'><p>text</b><p>text",
	"<svg><path d='" + long + "'/><path d='" + long + "'><p>text",
	"<div src='" + long + "'/onclick = '" + long + "' onload='" + long,
	"<p title='" + long + "<style>" + long + "</style>'>text",
	"a<b<style>" + long + "</style>",
	"<",
	"<!", "</", "<script", "<script>", "<svg></A", "<!--",
}

// TestLean: a page without what nobody reads has the same tree.
func TestLean(t *testing.T) {
	for _, page := range leanCases {
		sameTree(t, page)
	}
	cut := 0
	for _, page := range leanCases {
		if shown, _ := lean([]byte(page)); len(shown) < len(page) {
			cut++
		}
	}
	if cut < 15 { // the others are left whole where only the parser knows
		t.Errorf("of %d pages %d were made shorter", len(leanCases), cut)
	}
	for _, page := range goldenPages(t) {
		sameTree(t, string(page))
	}
}

func FuzzLean(f *testing.F) {
	for _, page := range leanCases {
		f.Add(page)
	}
	for _, page := range []string{"<p><b x=#><i><p>a<p>b</b></i>c", "<a><div><div><table><td></a></table></div></div><p>a<p>b", "<svg><title></title><b>a</svg><p>b"} {
		f.Add(page + page)
	}
	f.Fuzz(func(t *testing.T, page string) {
		sameTree(t, page)
		bounded(t, []byte(page))
	})
}

// sameTree fails when the lean page has another tree than the page, the contents that
// nobody reads apart.
func sameTree(t *testing.T, page string) {
	t.Helper()
	cut, _ := lean([]byte(page))
	want, err := html.Parse(strings.NewReader(page))
	got, leanErr := html.Parse(bytes.NewReader(cut))
	if err != nil || leanErr != nil {
		if (err == nil) != (leanErr == nil) {
			t.Fatalf("%q: %v, but lean %q: %v", page, err, cut, leanErr)
		}
		return
	}
	var w, g strings.Builder
	writeTree(&w, want)
	writeTree(&g, got)
	if w.String() != g.String() {
		t.Fatalf("%q\nlean %q\ngives %s\nwant %s", page, cut, g.String(), w.String())
	}
}

// writeTree writes a tree without what nobody reads.
func writeTree(b *strings.Builder, n *html.Node) {
	b.WriteString("<" + n.Namespace + ":")
	if n.Type != html.CommentNode {
		b.WriteString(n.Data)
	}
	for _, a := range n.Attr {
		if !isPlain(n.Data) || isRead([]byte(a.Key+`="`+a.Val+`"`)) {
			b.WriteString(" " + a.Key + "=" + a.Val)
		}
	}
	if n.Type != html.ElementNode || n.Namespace != "" || !isRaw(n) {
		for c := range n.ChildNodes() {
			writeTree(b, c)
		}
	}
	b.WriteString(">")
}

// isRaw reports whether nobody reads what stands in an element.
func isRaw(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script:
		return !strings.Contains(strings.ToLower(attr(n, "type")), "ld+json")
	case atom.Style, atom.Noscript, atom.Noembed, atom.Noframes, atom.Iframe, atom.Select:
		return true
	}
	return false
}
