package console_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"erratum/internal/alert"
	"erratum/internal/command"
	"erratum/internal/console"
	"erratum/internal/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file in testdata; ESC stands there as ␛.
func golden(t *testing.T, name, got string) {
	t.Helper()
	got = strings.ReplaceAll(got, "\x1b", "␛")
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
	}
}

var styles = []struct {
	name  string
	style console.Style
}{
	{"plain", console.Plain},
	{"colour", console.Style{Colour: true, Width: 80}},
	{"narrow", console.Style{Width: 40}},
}

func notices() []alert.Notice {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	subject := alert.Subject{
		URL:      "https://sillpost.example/news/transport/bridge-over-the-sill-closes-for-repairs",
		Headline: "Bridge over the Sill closes for twelve weeks while its bearings are replaced", Site: "The Sill Post",
	}
	change := func(s report.Severity, fetches int, summary string) alert.Notice {
		return alert.Notice{Kind: alert.Change, Subject: subject, From: 1, To: 2, FromAt: at, ToAt: at.Add(40 * time.Minute),
			Fetches: fetches, Summary: summary, Report: &report.Report{Outcome: report.Changed, Severity: s}}
	}
	told := func(k alert.Kind, text string) alert.Notice {
		return alert.Notice{Kind: k, Subject: subject, Text: text}
	}
	return []alert.Notice{
		change(report.Critical, 2, "Number: eight weeks → **twelve weeks** in “…will close on Monday for **twelve weeks** of repairs, the county…” (lede)\n"+
			"- Crowns: 2\\.4 million → **3\\.1 million and a half, by the county’s own reckoning** in “The work will cost…” (body)\n"+
			"> Correction: An earlier version of this article misstated the cost of the work\\. — matches: Crowns\nAnnounced: partly"),
		change(report.Minor, 1, "Added: “The mayor could not be reached\\.” (body)"),
		told(alert.Blind, "This page can't be read for now: the site asks to log in. The last good text is kept and checking goes on."),
		told(alert.Recovered, "The page can be read again."),
		{
			Kind: alert.Acknowledged, Subject: subject, From: 2, To: 3, FromAt: at, ToAt: at.Add(9*time.Hour + 40*time.Minute), Since: at,
			Text: "Acknowledged after 9 h 40 min.", Summary: "Weeks: eight weeks → **twelve weeks** (lede)\n> Correction: The bridge will be closed for twelve weeks, not eight. — matches: Weeks",
			Report: &report.Report{Outcome: report.Changed, Severity: report.Major},
		},
		{Kind: alert.Offline, Since: at, Text: "I can't reach any site from here. Checking goes on."},
		{Kind: alert.Gone, Subject: alert.Subject{URL: "https://sillpost.example/x", Headline: "Short"}, Text: "The page was removed."},
	}
}

func TestNoticeGolden(t *testing.T) {
	t.Parallel()
	for _, s := range styles {
		var cards []string
		for _, n := range notices() {
			cards = append(cards, s.style.Notice(n))
		}
		golden(t, "notice-"+s.name, strings.Join(cards, "\n\n")+"\n")
	}
}

func TestReplyGolden(t *testing.T) {
	t.Parallel()
	n := notices()[1]
	reply := command.Reply{
		Title: "Status of everything that is watched from this terminal *today*",
		Text: "1. ● Bridge over the Sill closes for twelve weeks while its bearings are replaced\n   sillpost.example · changed 2 h ago\n" +
			"- `watch add`: watch an article at an address that is so long that the line has to be broken\n" +
			"> a quotation that goes on and on until it has reached the end of the line, and then beyond\n**Bold** and \\*not bold\\*.",
		Pre: "The bridge [-opened-] {+closed+} in 1911, in the presence of the **governor** and a brass band of forty men.\n",
	}
	for _, s := range styles {
		golden(t, "reply-"+s.name, s.style.Reply(reply)+s.style.Reply(command.Reply{Notice: &n}))
	}
	if got := console.Plain.Reply(command.Reply{Text: `in <#news> for <@&desk>, not \<#1\> nor <#`}); got != "in #news for @&desk, not <#1> nor <#\n" {
		t.Errorf("a channel and a role are %q", got)
	}
	if got := console.Plain.Reply(command.Reply{}); got != "" {
		t.Errorf("an empty reply is %q", got)
	}
}

// TestHostileText: nothing that a page or a person says steers the terminal, starts a
// line of its own in a card, or turns text around.
func TestHostileText(t *testing.T) {
	t.Parallel()
	hostile := "a\x1b[2Jb\x07c\rd\x9b31me\u202ef\u2066g\u2028h\x00i\U000E0041j\ufeffk\xffl"
	n := notices()[0]
	n.Subject = alert.Subject{Headline: hostile + "\n▌ forged", Site: hostile, URL: "https://x.example/" + hostile}
	n.Summary, n.Text = report.Escape(hostile), hostile
	for _, s := range styles {
		for _, got := range []string{s.style.Notice(n), s.style.Reply(command.Reply{Title: hostile, Text: hostile, Pre: hostile, Notice: &n})} {
			if !utf8.ValidString(got) {
				t.Errorf("%s: not valid UTF-8: %q", s.name, got)
			}
			for _, r := range withoutColours(got) {
				if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028') {
					t.Errorf("%s: %U came through: %q", s.name, r, got)
					break
				}
			}
			if strings.Contains(got, "\n▌ forged") {
				t.Errorf("%s: a line was forged:\n%s", s.name, got)
			}
		}
	}
}

// withoutColours drops the sequences that a style itself writes.
func withoutColours(s string) string {
	for _, code := range []string{"0", "1", "2", "22", "31", "32", "33", "36", "37", "39"} {
		s = strings.ReplaceAll(s, "\x1b["+code+"m", "")
	}
	return s
}

// TestWrap: no word is lost or broken, and a line is only wider than asked when a
// single word is.
func TestWrap(t *testing.T) {
	t.Parallel()
	word := rapid.StringMatching(`[a-zäß°,.“”–]{1,30}|https://[a-z/]{5,60}`)
	rapid.Check(t, func(t *rapid.T) {
		prefix := rapid.SampledFrom([]string{"", "- ", "> ", "12. ", "   "}).Draw(t, "prefix")
		words := rapid.SliceOfN(word, 1, 40).Draw(t, "words")
		if strings.HasSuffix(words[0], ".") {
			words[0] += "x"
		}
		width := rapid.IntRange(24, 100).Draw(t, "width")
		text := prefix + strings.Join(words, " ")
		plain := console.Style{Width: width}.Reply(command.Reply{Text: text})
		colour := console.Style{Width: width, Colour: true}.Reply(command.Reply{Text: text})
		if withoutColours(colour) != plain {
			t.Fatalf("colours change the lines:\n%s\n%s", colour, plain)
		}
		var got []string
		for line := range strings.Lines(plain) {
			line = strings.TrimSuffix(line, "\n")
			parts := strings.Fields(strings.TrimLeft(line, "│• "))
			if utf8.RuneCountInString(line) > width && len(parts) > 1 && !(len(parts) == 2 && parts[0] == "12.") {
				t.Fatalf("%d wide: %q", utf8.RuneCountInString(line), line)
			}
			if prefix == "> " && !strings.HasPrefix(line, "│ ") {
				t.Fatalf("a quotation lost its bar: %q", line)
			}
			got = append(got, parts...)
		}
		want := strings.Fields(strings.TrimLeft(text, "-> "))
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Fatalf("got %q\nwant %q", got, want)
		}
	})
}

// TestWrapWide: scripts that are written without spaces are broken, too, and count
// two cells a character.
func TestWrapWide(t *testing.T) {
	t.Parallel()
	got := console.Style{Width: 24}.Reply(command.Reply{Text: strings.Repeat("橋", 30)})
	want := strings.Repeat("橋", 12) + "\n" + strings.Repeat("橋", 12) + "\n" + strings.Repeat("橋", 6) + "\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
