package discord_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"erratum/internal/discord"
)

// hostile is text that an article could hold to format, ping, link, hide or break.
func hostile() []string {
	return []string{
		"@everyone", "@here read this", "<@123456789012345678>", "<@!123456789012345678>", "<@&123456789012345678>",
		"<#123456789012345678>", "</watch add:123456789012345678>", "<:smile:123456789012345678>", "<a:wave:123456789012345678>",
		":smile: :joy:", "0:0A0:0", "<t:1700000000:R>", "<id:customize>", "**bold**", "__underline__", "*it* and _it_", "***all***",
		"~~gone~~", "||spoiler||", "`code`", "``co`de``", "```go\npanic()\n```", "> quote", ">>> all of it", "# Heading",
		"## Heading", "### Heading", "-# small", "- item", "+ item", "* item", "1. one", "12) twelve", "[text](https://evil.example)",
		"[text](<https://evil.example>)", "[https://bank.example](https://evil.example)", "![img](https://evil.example/x.png)",
		"<https://evil.example>", "https://evil.example/path", "HTTP://EVIL.EXAMPLE", "discord.gg/abcdef", "discord://-/settings",
		"mailto:a@b.example", "\\", "\\\\*x\\\\*", "\\@everyone", "a\\", "\u202Eevil\u202C txt.exe", "\u2066hid\u2069den", "zero\u200Bwidth\u200D join\uFEFF",
		"@\u200Beveryone", "<@\u200B123456789012345678>", "bell\x07 nul\x00 esc\x1b[31m", "line\nbreak\r\n# Heading", "para\u2029graph\u2028line",
		"Z" + strings.Repeat("\u0301\u0327\u0489", 300), strings.Repeat("x", 6001), strings.Repeat("😀", 3001), strings.Repeat("*", 4000),
		strings.Repeat("\\", 2500), strings.Repeat("a ", 3000), "👩\u200D👩\u200D👧\u200D👦 family", "\xff\xfe broken \xc3\x28", "\U000E0041\U000E0042tags",
		"soft\u00ADhyphen", "nbsp\u00A0and\u202Fthin", strings.Repeat("[", 1999) + "](x)", "{\"content\":\"@everyone\"}", "%s %d %!",
		"e1.d.x....", "\u3164\u3164", "مرحبا \u200Fبالعالم", "می\u200Cخواهم", "*", "_", "- - -", "=== ", "a|b|c", "#channel", "@someone",
	}
}

// unescape takes backslashes as Discord does: before anything but a letter, a digit
// or a space they are not shown. It returns what is shown, and the same with all
// that was escaped masked.
func unescape(s string) (shown, active string) {
	var a, b strings.Builder
	r := []rune(s)
	for i := 0; i < len(r); i++ {
		if r[i] == '\\' && i+1 < len(r) && !unicode.IsLetter(r[i+1]) && !unicode.IsDigit(r[i+1]) && !unicode.IsSpace(r[i+1]) {
			i++
			a.WriteRune(r[i])
			b.WriteRune('\u00B7')
			continue
		}
		a.WriteRune(r[i])
		b.WriteRune(r[i])
	}
	return a.String(), b.String()
}

// meaning is whatever Discord would read as more than text.
var meaning = []*regexp.Regexp{
	regexp.MustCompile("[*_~`|<>\\[\\]#@\\\\]"),
	regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*:/`),
	regexp.MustCompile(`(?i)[a-z0-9]\.[a-z]`),
	regexp.MustCompile(`^\s*[-+]`),
	regexp.MustCompile(`^\s*\d+[.)]`),
	regexp.MustCompile(`:\w*[A-Za-z_]\w*:`),
	regexp.MustCompile("[\u202A-\u202E\u2066-\u2069\u200B\u200E\u200F\uFEFF\u0000-\u001F\u007F-\u009F]"),
}

func checkLiteral(t interface{ Errorf(string, ...any) }, s string) {
	_, active := unescape(s)
	for _, m := range meaning {
		if hit := m.FindString(active); hit != "" {
			t.Errorf("%.80q: %q (%v) means something in %.200q", s, hit, m, active)
		}
	}
}

func TestHostileTextIsLiteral(t *testing.T) {
	if n := len(hostile()); n < 50 {
		t.Fatalf("only %d hostile texts", n)
	}
	for _, s := range hostile() {
		got := discord.Escape(s)
		checkLiteral(t, got)
		if shown, _ := unescape(got); shown != discord.Plain(s) {
			t.Errorf("%.60q is shown as %.60q, want %.60q", s, shown, discord.Plain(s))
		}
	}
}

func TestEscapeLeavesProseAlone(t *testing.T) {
	for _, s := range []string{
		"The mayor's office said 3.5 million people (up 12%) would move by 14:30.",
		"«Ні», — сказав він. Ціна: 1 200 грн.", "Überraschung: Löhne steigen um 4,2 Prozent!", "U.K. – and more; really?", "می\u200Cخواهم",
	} {
		want := strings.ReplaceAll(s, "U.K", "U\\.K")
		if got := discord.Escape(s); got != want {
			t.Errorf("%q became %q", s, got)
		}
	}
}

// TestCutTextStaysWhole: however short, a cut never ends inside an escape or a
// character, and what is left is the beginning of the whole.
func TestCutTextStaysWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.SampledFrom(hostile()), rapid.String(), rapid.StringOfN(rapid.SampledFrom([]rune("a *_\\😀é\u0301|@")), 0, 80, -1)).Draw(t, "text")
		limit := rapid.IntRange(1, 200).Draw(t, "limit")
		got := discord.EscapeTo(s, limit)
		if n := discord.Units(got); n > limit {
			t.Fatalf("%d units, limit %d: %q", n, limit, got)
		}
		checkLiteral(t, got)
		shown, _ := unescape(got)
		whole := discord.Plain(s)
		if body, cut := strings.CutSuffix(shown, "…"); shown != whole && (!cut || !strings.HasPrefix(whole, body)) {
			t.Fatalf("%q is not the beginning of %q", shown, whole)
		}
		if n := discord.Units(discord.PlainTo(s, limit)); n > limit {
			t.Fatalf("plain: %d units, limit %d", n, limit)
		}
	})
}

// TestCutBetweenCharacters: what a reader sees as one character is not cut.
func TestCutBetweenCharacters(t *testing.T) {
	for _, c := range []string{"🇺🇦", "👩\u200D👧", "e\u0301", "👍🏽", "नि", "☀\uFE0F"} {
		whole := strings.Repeat(c, 30)
		for limit := 2; limit < 60; limit++ {
			got, cut := strings.CutSuffix(discord.EscapeTo(whole, limit), "…")
			if !cut || strings.Trim(strings.ReplaceAll(got, c, ""), " ") != "" {
				t.Fatalf("%q to %d: %q", c, limit, got)
			}
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range hostile() {
		if len(s) < 100 {
			f.Add(s)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := discord.Escape(s)
		checkLiteral(t, got)
		if shown, _ := unescape(got); shown != discord.Plain(s) {
			t.Errorf("%q is shown as %q", s, shown)
		}
		if again := discord.Plain(discord.Plain(s)); again != discord.Plain(s) {
			t.Errorf("cleaning %q twice differs", s)
		}
	})
}

func TestFenceCanNotBeLeft(t *testing.T) {
	for _, s := range append(hostile(), "```", "a```b", "``` \n```", "````", "`\u200B``") {
		got := discord.Fence(s)
		inner := strings.TrimSuffix(strings.TrimPrefix(got, "```\n"), "\n```")
		if strings.Contains(inner, "```") {
			t.Errorf("%.40q leaves its fence: %.80q", s, got)
		}
	}
}
