package discordtest_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"erratum/internal/discordtest"
)

// shape writes nodes down: kind(inside), text bare.
func shape(nodes []discordtest.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		switch n.Kind {
		case discordtest.TextNode:
			b.WriteString(n.Text)
		case discordtest.BreakNode:
			b.WriteString("/")
		default:
			b.WriteString(n.Kind + "(" + n.Lang + n.Text + n.URL + shape(n.Nodes) + ")")
		}
	}
	return b.String()
}

func TestMarkdown(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"plain text", "plain text"},
		{"**a** *b* __c__ ~~d~~ ||e|| _f_", "bold(a) italic(b) underline(c) strike(d) spoiler(e) italic(f)"},
		{"**a *b* c**", "bold(a italic(b) c)"},
		{"snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"},
		{`\*\*a\*\* \[x\](y) \<@1\>`, "**a** [x](y) <@1>"},
		{"`a*b*`", "code(a*b*)"},
		{"x\n```diff\n- a\n+ b\n```\ny", "x/fence(diff- a\n+ b)y"},
		{"> a\n> b\nc", "quote(a/b)c"},
		{"# big\n-# tiny\n- item", "heading(1big)heading(smalltiny)item(•item)"},
		{"1. **a**\n   b\n2. c\n d\n\ne", "item(1.bold(a)\nb)item(2.c\nd)/e"},
		{"- a\n  - b\nc", "item(•a)item(•b)c"},
		{"[t](https://example.org/a) <https://example.org/b> https://example.org/c.", "link(https://example.org/at) link(https://example.org/bhttps://example.org/b) link(https://example.org/chttps://example.org/c)."},
		{"@everyone <@1> <@&2> <#3> </x:4> <t:5:R> <:n:6>", "mention(@everyone) mention(<@1>) mention(<@&2>) mention(<#3>) mention(</x:4>) time(<t:5:R>) emoji(<:n:6>)"},
		{"[t](javascript:x) < b > **", "[t](javascript:x) < b > **"},
	} {
		if got := shape(discordtest.Markdown(c.in)); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

// TestMarkdownKeepsEscaped: with a backslash before all signs, text stays text.
func TestMarkdownKeepsEscaped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("ab *_~`|><@#[]()-+.!\\/:1é")), 0, 60, -1).Draw(t, "text")
		var escaped strings.Builder
		for _, r := range text {
			if strings.ContainsRune("*_~`|><@#[]()-+.!\\/:", r) {
				escaped.WriteByte('\\')
			}
			escaped.WriteRune(r)
		}
		nodes := discordtest.Markdown(escaped.String())
		for _, n := range nodes {
			if n.Kind != discordtest.TextNode {
				t.Fatalf("%q: %s", escaped.String(), shape(nodes))
			}
		}
		if got := discordtest.Plain(nodes); got != text {
			t.Fatalf("got %q, want %q", got, text)
		}
	})
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{"**a** `b` > c", "```diff\n-a\n```", "[x](https://a.b) <t:1:R>", "> > > *_~|"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 4000 {
			return
		}
		if got := discordtest.Plain(discordtest.Markdown(s)); len(got) > len(s) {
			t.Errorf("%q grew to %q", s, got)
		}
	})
}

func TestLinks(t *testing.T) {
	m := discordtest.Message{
		Content: "see https://example.org/1", Embeds: []discordtest.Embed{{URL: "https://example.org/2", Description: `\https://no [x](https://example.org/3) \[y\]\(z\)`}},
		Components: []discordtest.Component{{Type: 1, Components: []discordtest.Component{{Type: 2, Style: 5, URL: "https://example.org/4"}}}},
	}
	if got := strings.Join(m.Links(), " "); got != "https://example.org/2 https://example.org/1 https://no https://example.org/3 https://example.org/4" {
		t.Errorf("got %s", got)
	}
	if got := strings.Join(m.Formats(), " "); got != "link" {
		t.Errorf("got %s", got)
	}
}
