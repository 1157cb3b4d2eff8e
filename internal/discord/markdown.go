package discord

import (
	"strings"
	"unicode"

	"erratum/internal/command"
)

// markdown renders the little CommonMark that summaries and replies use (bold, code,
// lists, quotations, escapes) for Discord, in at most limit UTF-16 units. Everything
// else in it is literal, whatever it looks like. It reports whether it had to cut.
func markdown(text string, limit int) (out string, cut bool) {
	var tokens []token
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if i > 0 {
			tokens = append(tokens, token{text: "\n"})
		}
		mark, rest := lineMark(line)
		if mark != "" {
			tokens = append(tokens, token{text: mark})
		}
		tokens = append(tokens, inline(rest)...)
	}
	out = join(tokens, limit)
	total := 0
	for _, t := range tokens {
		total += Units(t.text)
	}
	return out, total > limit
}

// lineMark splits off what makes a line an item, a quotation or a continuation.
func lineMark(line string) (mark, rest string) {
	rest = strings.TrimLeft(line, " ")
	indent := line[:len(line)-len(rest)]
	if len(indent) > 8 {
		indent = indent[:8]
	}
	for _, m := range []string{"- ", "> "} {
		if r, ok := strings.CutPrefix(rest, m); ok {
			return indent + m, r
		}
	}
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	if digits > 0 && digits < 5 && strings.HasPrefix(rest[digits:], ". ") {
		return indent + rest[:digits+2], rest[digits+2:]
	}
	return indent, rest
}

// inline renders what stands within a line.
func inline(l string) []token {
	var out []token
	var run strings.Builder
	open := false
	flush := func() {
		out = append(out, literalRun(run.String(), len(out) == 0)...)
		run.Reset()
	}
	for i := 0; i < len(l); i++ {
		switch {
		case l[i] == '\\' && i+1 < len(l) && isMark(l[i+1]):
			i++
			run.WriteByte(l[i])
		case strings.HasPrefix(l[i:], "**"):
			flush()
			i++
			open = !open
			out = append(out, token{text: "**", bold: true})
		case named(l[i:]) > 0:
			flush()
			end := i + named(l[i:])
			out = append(out, token{text: l[i:end]})
			i = end - 1
		case l[i] == '`' && strings.IndexByte(l[i+1:], '`') > 0:
			flush()
			end := i + 1 + strings.IndexByte(l[i+1:], '`')
			out = append(out, token{text: codeSpan(l[i+1 : end])})
			i = end
		default:
			run.WriteByte(l[i])
		}
	}
	flush()
	return closeBold(out, open)
}

// named is the length of a channel or role that a text of ours names at its
// beginning, "<#ID>" or "<@&ID>"; 0: it names none. What comes from elsewhere has its
// "<" escaped, and nothing here calls anybody: no message of ours lets mentions through
// but an alert's own role.
func named(s string) int {
	rest, ok := strings.CutPrefix(s, "<#")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "<@&"); !ok {
			return 0
		}
	}
	id, _, closed := strings.Cut(rest, ">")
	if !closed || !isID(id) {
		return 0
	}
	return len(s) - len(rest) + len(id) + 1
}

// closeBold closes bold that a line leaves open, and takes bold of nothing out:
// Discord shows its marks.
func closeBold(tokens []token, open bool) []token {
	if open {
		tokens = append(tokens, token{text: "**", bold: true})
	}
	out := tokens[:0]
	for _, t := range tokens {
		if n := len(out); t.bold && n > 0 && out[n-1].bold {
			out = out[:n-1]
			continue
		}
		out = append(out, t)
	}
	return out
}

// literalRun escapes a run between marks; the spaces at its ends are kept.
func literalRun(s string, start bool) []token {
	body := Plain(s)
	if body == "" {
		if s == "" {
			return nil
		}
		return []token{{text: " "}}
	}
	var out []token
	if lead, _ := ends(s); lead && !start {
		out = append(out, token{text: " "})
	}
	out = append(out, literals(body, start)...)
	if _, trail := ends(s); trail {
		out = append(out, token{text: " "})
	}
	return out
}

// ends reports white space at either end.
func ends(s string) (lead, trail bool) {
	return strings.TrimLeftFunc(s, unicode.IsSpace) != s, strings.TrimRightFunc(s, unicode.IsSpace) != s
}

// codeSpan shows words letter by letter. Commands get the slash that people type
// here.
func codeSpan(s string) string {
	s = strings.ReplaceAll(PlainTo(s, 200), "`", "'")
	if s == "" {
		return "` `"
	}
	words := strings.Fields(s)
	for n := min(2, len(words)); n > 0; n-- {
		name := strings.Join(words[:n], " ")
		if _, ok := command.Find(name); ok || name == setupSpec.Name {
			s = "/" + s
			break
		}
	}
	return "`" + s + "`"
}

// isMark reports whether a backslash before c is an escape in CommonMark.
func isMark(c byte) bool { return c < 0x80 && unicode.In(rune(c), unicode.Punct, unicode.Symbol) }

// fence shows plain text letter by letter. It can't be left from within.
func fence(text string) string {
	return "```\n" + preformatted(text) + "\n```"
}

// preformatted cleans lines that are shown as they are.
func preformatted(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, l := range lines {
		body := strings.TrimLeft(l, " ")
		lines[i] = l[:len(l)-len(body)] + Plain(body)
	}
	return unfenced(strings.Join(lines, "\n"))
}

// unfenced breaks what would end a fence.
func unfenced(s string) string { return strings.ReplaceAll(s, "```", "`\u200B`\u200B`") }
