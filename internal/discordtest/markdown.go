package discordtest

import (
	"strings"
	"unicode/utf8"
)

// Node kinds of Markdown.
const (
	TextNode      = "text"
	BoldNode      = "bold"
	ItalicNode    = "italic"
	UnderlineNode = "underline"
	StrikeNode    = "strike"
	SpoilerNode   = "spoiler"
	CodeNode      = "code"
	FenceNode     = "fence"
	QuoteNode     = "quote"
	HeadingNode   = "heading" // Text is "1" to "3", or "small" for -#
	ItemNode      = "item"    // of a list
	LinkNode      = "link"    // URL, and what stands for it
	MentionNode   = "mention" // Text is what calls: @everyone, <@1>, <#1>, </x:1>
	TimeNode      = "time"    // Text is the whole <t:…>
	EmojiNode     = "emoji"
	BreakNode     = "break" // end of a line
)

// Node is a piece of text as Discord's client shows it.
type Node struct {
	Kind  string
	Text  string
	URL   string
	Lang  string // of a fence
	Nodes []Node
}

// Markdown reads text as Discord's client does. In embeds links may be masked; there
// and in the answers of applications it is the same language. It is an approximation
// that sees a format rather than miss one.
func Markdown(text string) []Node {
	return blocks(strings.ReplaceAll(text, "\r\n", "\n"), 0)
}

// maxNesting bounds quotes and formats within each other, as Discord's client does.
const maxNesting = 30

func blocks(text string, depth int) []Node {
	var out []Node
	start := true
	for text != "" {
		if body, lang, rest, ok := fence(text); ok {
			out = append(out, Node{Kind: FenceNode, Text: body, Lang: lang})
			text, start = strings.TrimPrefix(rest, "\n"), true
			continue
		}
		line := text
		if i := lineEnd(text); i >= 0 {
			line = text[:i]
		}
		if start && depth < maxNesting {
			if n, used, ok := lineBlock(text, line, depth); ok {
				out = append(out, n)
				text = strings.TrimPrefix(text[used:], "\n")
				continue
			}
		}
		out = append(out, inline(line, depth)...)
		text = text[len(line):]
		start = false
		if strings.HasPrefix(text, "\n") {
			out, text, start = append(out, Node{Kind: BreakNode}), text[1:], true
		}
	}
	return out
}

// lineEnd is where a line ends, or a fence begins in it; -1 for neither.
func lineEnd(text string) int {
	i := strings.IndexByte(text, '\n')
	for from := 1; ; {
		f := strings.Index(text[min(from, len(text)):], "```")
		if f < 0 {
			return i
		}
		f += from
		if i >= 0 && f > i {
			return i
		}
		if text[f-1] != '\\' {
			if _, _, _, ok := fence(text[f:]); ok {
				return f
			}
		}
		from = f + 3
	}
}

func fence(text string) (body, lang, rest string, ok bool) {
	in, isFence := strings.CutPrefix(text, "```")
	if !isFence {
		return "", "", "", false
	}
	body, rest, ok = strings.Cut(in, "```")
	if !ok || body == "" {
		return "", "", "", false
	}
	if first, more, several := strings.Cut(body, "\n"); several && first != "" && !strings.ContainsAny(first, " \t") {
		lang, body = first, more
	}
	return strings.Trim(body, "\n"), lang, rest, true
}

// lineBlock is what begins a line: quotes, headings, items of lists.
func lineBlock(text, line string, depth int) (Node, int, bool) {
	if strings.HasPrefix(line, ">>> ") {
		return Node{Kind: QuoteNode, Nodes: blocks(text[4:], depth+1)}, len(text), true
	}
	if strings.HasPrefix(line, "> ") {
		n, used := quote(text, depth)
		return n, used, true
	}
	for _, h := range [...]struct{ mark, level string }{{"# ", "1"}, {"## ", "2"}, {"### ", "3"}, {"-# ", "small"}} {
		if rest, is := strings.CutPrefix(line, h.mark); is && strings.TrimSpace(rest) != "" {
			return Node{Kind: HeadingNode, Text: h.level, Nodes: inline(rest, depth+1)}, len(line), true
		}
	}
	mark, said, is := listed(line)
	if !is {
		return Node{}, 0, false
	}
	more, used := further(text[len(line):])
	return Node{Kind: ItemNode, Text: mark, Nodes: inline(said+more, depth+1)}, len(line) + used, true
}

// listed takes a line of a list apart.
func listed(line string) (mark, said string, is bool) {
	trimmed := strings.TrimLeft(line, " ")
	for _, mark := range []string{"- ", "* "} {
		if rest, is := strings.CutPrefix(trimmed, mark); is && strings.TrimSpace(rest) != "" {
			return "•", rest, true
		}
	}
	if dot := strings.Index(trimmed, ". "); dot > 0 && dot < 10 && strings.Trim(trimmed[:dot], "0123456789") == "" {
		return trimmed[:dot+1], trimmed[dot+2:], true
	}
	return "", "", false
}

// further are the lines below an item that belong to it: those that begin with a space
// and are no items.
func further(text string) (said string, used int) {
	for strings.HasPrefix(text[used:], "\n ") {
		line, _, _ := strings.Cut(text[used+1:], "\n")
		if _, _, is := listed(line); is || strings.TrimSpace(line) == "" {
			break
		}
		said += "\n" + strings.TrimLeft(line, " ")
		used += 1 + len(line)
	}
	return said, used
}

// quote takes all the lines that begin with "> ".
func quote(text string, depth int) (Node, int) {
	var lines []string
	used := 0
	for {
		line, more := text[used:], false
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line, more = line[:i], true
		}
		in, quoted := strings.CutPrefix(line, "> ")
		if !quoted {
			break
		}
		lines = append(lines, in)
		used += len(line)
		if !more {
			break
		}
		used++
	}
	return Node{Kind: QuoteNode, Nodes: blocks(strings.Join(lines, "\n"), depth+1)}, min(used, len(text))
}

// spans are the marks of formats, longest first.
var spans = []struct{ mark, kind string }{
	{"**", BoldNode}, {"__", UnderlineNode}, {"~~", StrikeNode}, {"||", SpoilerNode}, {"*", ItalicNode}, {"_", ItalicNode},
}

// escapable is what a backslash takes the meaning of: all but letters, digits and
// space.
func escapable(b byte) bool {
	return b > ' ' && b < utf8.RuneSelf && !alnum(b)
}

func alnum(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

func inline(s string, depth int) []Node {
	var out []Node
	var plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			out = append(out, Node{Kind: TextNode, Text: plain.String()})
			plain.Reset()
		}
	}
	for i := 0; i < len(s); {
		if s[i] == '\\' && i+1 < len(s) && escapable(s[i+1]) {
			plain.WriteByte(s[i+1])
			i += 2
			continue
		}
		n, used, ok := format(s, i, depth)
		if !ok {
			plain.WriteByte(s[i])
			i++
			continue
		}
		flush()
		out = append(out, n)
		i += used
	}
	flush()
	return out
}

// format is a format that begins at i, and how long it is.
func format(s string, i, depth int) (Node, int, bool) {
	rest := s[i:]
	switch {
	case depth >= maxNesting:
		return Node{}, 0, false
	case rest[0] == '`':
		return code(rest)
	case rest[0] == '<':
		return angle(rest)
	case rest[0] == '[':
		return masked(rest, depth)
	case rest[0] == '@':
		return shout(rest)
	case strings.HasPrefix(rest, "http://"), strings.HasPrefix(rest, "https://"):
		return bareLink(rest)
	}
	for _, sp := range spans {
		if !strings.HasPrefix(rest, sp.mark) {
			continue
		}
		if sp.mark == "_" && i > 0 && alnum(s[i-1]) {
			continue
		}
		end := closing(rest[len(sp.mark):], sp.mark)
		if end > 0 {
			in := rest[len(sp.mark) : len(sp.mark)+end]
			return Node{Kind: sp.kind, Nodes: inline(in, depth+1)}, end + 2*len(sp.mark), true
		}
	}
	return Node{}, 0, false
}

// closing is where the mark stands again, not escaped; -1 for nowhere.
func closing(s, mark string) int {
	for i := 0; i+len(mark) <= len(s); i++ {
		if s[i] == '\\' {
			i++
			continue
		}
		if !strings.HasPrefix(s[i:], mark) || i == 0 {
			continue
		}
		if len(mark) == 1 && (s[i-1] == ' ' && mark == "*" || i+1 < len(s) && s[i+1] == mark[0]) {
			if i+1 < len(s) && s[i+1] == mark[0] {
				i++
			}
			continue
		}
		if mark == "_" && i+1 < len(s) && alnum(s[i+1]) {
			continue
		}
		return i
	}
	return -1
}

func code(s string) (Node, int, bool) {
	ticks := len(s) - len(strings.TrimLeft(s, "`"))
	mark := s[:ticks]
	end := strings.Index(s[ticks:], mark)
	if end <= 0 {
		return Node{}, 0, false
	}
	return Node{Kind: CodeNode, Text: strings.TrimSpace(s[ticks : ticks+end])}, end + 2*ticks, true
}

// angle is what stands in <…>: links, mentions, times, emoji.
func angle(s string) (Node, int, bool) {
	end := strings.IndexByte(s, '>')
	if end < 2 {
		return Node{}, 0, false
	}
	in, whole := s[1:end], s[:end+1]
	used := end + 1
	switch {
	case strings.HasPrefix(in, "http://"), strings.HasPrefix(in, "https://"):
		if strings.ContainsAny(in, " \n<") {
			return Node{}, 0, false
		}
		return Node{Kind: LinkNode, URL: in, Nodes: []Node{{Kind: TextNode, Text: in}}}, used, true
	case snowflake(strings.TrimLeft(in, "@!&#")) && strings.ContainsAny(in[:1], "@#"):
		return Node{Kind: MentionNode, Text: whole}, used, true
	case strings.HasPrefix(in, "id:"), in[0] == '/' && strings.Contains(in, ":"):
		return Node{Kind: MentionNode, Text: whole}, used, true
	case strings.HasPrefix(in, "t:"):
		return Node{Kind: TimeNode, Text: whole}, used, true
	case strings.HasPrefix(in, ":"), strings.HasPrefix(in, "a:"):
		if strings.Count(in, ":") == 2 && snowflake(in[strings.LastIndexByte(in, ':')+1:]) {
			return Node{Kind: EmojiNode, Text: whole}, used, true
		}
	}
	return Node{}, 0, false
}

// masked is [text](url).
func masked(s string, depth int) (Node, int, bool) {
	end := closing(s[1:], "](")
	if end <= 0 {
		return Node{}, 0, false
	}
	target := s[1+end+2:]
	stop := strings.IndexByte(target, ')')
	if stop <= 0 {
		return Node{}, 0, false
	}
	url, _, _ := strings.Cut(target[:stop], " ")
	url = strings.Trim(url, "<>")
	if !strings.HasPrefix(url, "http://") && !strings.HasPrefix(url, "https://") {
		return Node{}, 0, false
	}
	return Node{Kind: LinkNode, URL: url, Nodes: inline(s[1:1+end], depth+1)}, 1 + end + 2 + stop + 1, true
}

func shout(s string) (Node, int, bool) {
	for _, w := range []string{"@everyone", "@here"} {
		if strings.HasPrefix(s, w) {
			return Node{Kind: MentionNode, Text: w}, len(w), true
		}
	}
	return Node{}, 0, false
}

func bareLink(s string) (Node, int, bool) {
	end := strings.IndexAny(s, " \n<>\"")
	if end < 0 {
		end = len(s)
	}
	url := strings.TrimRight(s[:end], ".,:;'!?)]*_~|")
	if len(url) <= len("https://") {
		return Node{}, 0, false
	}
	return Node{Kind: LinkNode, URL: url, Nodes: []Node{{Kind: TextNode, Text: url}}}, len(url), true
}
