package robots_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"erratum/internal/robots"
)

// parse reads a file as the program does.
func parse(file string) robots.Rules { return robots.Parse([]byte(file), "Erratum") }

func TestGroups(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, file    string
		allowed, free string // /a is allowed, /free is
	}{
		{"nothing", "", "yes", "yes"},
		{"everybody", "User-agent: *\nDisallow: /a", "no", "yes"},
		{"others", "User-agent: GPTBot\nDisallow: /", "yes", "yes"},
		{"us", "User-agent: Erratum\nDisallow: /a", "no", "yes"},
		{"us in another case and with a version", "user-AGENT : erratum/2.0 (x)\ndisallow:/a", "no", "yes"},
		{"ours instead of everybody's", "User-agent: *\nDisallow: /\n\nUser-agent: erratum\nDisallow: /a", "no", "yes"},
		{"ours that allows all", "User-agent: *\nDisallow: /\n\nUser-agent: erratum\nDisallow:", "yes", "yes"},
		{"a name that ours begins with", "User-agent: err\nDisallow: /", "yes", "yes"},
		{"a name that begins with ours", "User-agent: erratum-news\nDisallow: /", "yes", "yes"},
		{"several names", "User-agent: x\nUser-agent: erratum\nUser-agent: y\nDisallow: /a", "no", "yes"},
		{"ours twice in one group", "User-agent: erratum\nUser-agent: Erratum\nDisallow: /a\nAllow: /", "no", "yes"},
		{"two groups of ours", "User-agent: erratum\nDisallow: /a\nUser-agent: z\nDisallow: /\nUser-agent: erratum\nDisallow: /b", "no", "yes"},
		{"blank lines within a group", "User-agent: *\n\n\nDisallow: /a\n\nDisallow: /b", "no", "yes"},
		{"a rule before all groups", "Disallow: /\nUser-agent: *\nDisallow: /a", "no", "yes"},
		{"a map within a group", "User-agent: *\nSitemap: https://news.example/map.xml\nDisallow: /a", "no", "yes"},
		{"a group of a delay only", "User-agent: *\nCrawl-delay: 10\n\nUser-agent: GPTBot\nDisallow: /", "yes", "yes"},
		{"a delay that is no number", "User-agent: *\nCrawl-delay: slow\nDisallow: /a", "no", "yes"},
		{"comments", "# hello\nUser-agent: * # all\nDisallow: /a # not this", "no", "yes"},
		{"line ends of old machines", "User-agent: *\rDisallow: /a\r", "no", "yes"},
		{"line ends of Windows, and its mark", "\xef\xbb\xbfUser-agent: *\r\nDisallow: /a\r\n", "no", "yes"},
		{"a page instead", "<!doctype html><html><body>Not found: <a href=\"/\">home</a></body></html>", "yes", "yes"},
		{"bytes", "\x00\xff\xfe:User-agent: *\nDisallow: /\n", "yes", "yes"},
		{"half a line at the bound", "User-agent: *\nDisallow: /a\n" + strings.Repeat("#", robots.MaxFile-40) + "\nDisallow: /free-of-charge\n", "no", "yes"},
	} {
		rules := parse(tt.file)
		for path, want := range map[string]string{"/a": tt.allowed, "/free": tt.free} {
			if rules.Allow(path) != (want == "yes") {
				t.Errorf("%s: %s should be allowed: %s", tt.name, path, want)
			}
		}
	}
}

func TestPatterns(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rules   string // of one group, with semicolons for line ends
		blocked string // addresses
		allowed string
	}{
		{"Disallow: /", "/ /a /a?b", ""},
		{"Disallow: *", "/ /a", ""},
		{"Disallow: /fish", "/fish /fish.html /fish/salmon /fishheads?id=1", "/Fish /catfish /?id=fish"},
		{"Disallow: /fish*", "/fish /fishheads", "/Fish"},
		{"Disallow: /fish/", "/fish/ /fish/?id=1", "/fish /fish.html"},
		{"Disallow: fish/", "/fish/1", "/fish"},
		{"Disallow: /*.php", "/index.php /a/b.php?x /x.php5", "/ /a.PHP"},
		{"Disallow: /*.php$", "/index.php /a.php/b.php", "/a.php?x /a.php5"},
		{"Disallow: /fish*.php", "/fish.php /fishes/a.php?x", "/Fish.PHP /x/fish.php"},
		{"Disallow: /a*b*c", "/abc /axbxcx", "/acb /x/abc"},
		{"Disallow: /a*ab$", "/aab /aabab", "/ab /aabx"},
		{"Disallow: /$", "/", "/a /?x"},
		{"Disallow: /a$b", "/a$bc /a%24b", "/a /ab"},
		{"Disallow: /a%2ab", "/a*b /a%2Ab", "/axb"},
		{"Disallow: /straße", "/stra%C3%9Fe /stra%c3%9fe", "/strasse"},
		{"Disallow: /stra%c3%9fe", "/straße", ""},
		{"Disallow: /%61bc", "/abc", ""},
		{"Disallow: /a%2Fb", "/a%2fb", "/a/b"},
		{"Disallow: /*?print", "/a?print=1 /?print", "/print"},
		// The longest rule counts, whatever the order.
		{"Allow: /p;Disallow: /", "/x", "/p /page"},
		{"Disallow: /page;Allow: /", "/page /page2", "/p"},
		{"Allow: /folder;Disallow: /folder", "", "/folder/page"},
		{"Disallow: /folder;Allow: /folder", "", "/folder/page"},
		{"Allow: /page;Disallow: /*.htm", "/page.htm", "/page"},
		{"Allow: /$;Disallow: /", "/page.htm", "/"},
		{"Allow: /page;Disallow: /*.ph", "", "/page.php"},
	} {
		rules := parse("User-agent: *\n" + strings.ReplaceAll(tt.rules, ";", "\n"))
		for _, path := range strings.Fields(tt.blocked) {
			if rules.Allow(path) {
				t.Errorf("%s: %s is allowed", tt.rules, path)
			}
		}
		for _, path := range strings.Fields(tt.allowed) {
			if !rules.Allow(path) {
				t.Errorf("%s: %s is blocked", tt.rules, path)
			}
		}
	}
}

func TestDelay(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]time.Duration{
		"10": 10 * time.Second, "0.5": 500 * time.Millisecond, "1e300": time.Hour, "-1": 0, "NaN": 0, "Inf": time.Hour, "": 0, "ten": 0,
	} {
		if got := parse("User-agent: *\nCrawl-delay: " + value).Delay; got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
	if got := parse("User-agent: slow\nCrawl-delay: 9\n\nUser-agent: *\nDisallow: /x").Delay; got != 0 {
		t.Errorf("another's delay: %s", got)
	}
}

// TestBounds: what a file may cost is bounded, and the first rules count.
func TestBounds(t *testing.T) {
	t.Parallel()
	var many, long strings.Builder
	many.WriteString("User-agent: *\n")
	long.WriteString("User-agent: *\n")
	for i := range 20_000 {
		fmt.Fprintf(&many, "Disallow: /%05d/\n", i)
		fmt.Fprintf(&long, "Disallow: /%05d%s\n", i, strings.Repeat("*a", 500))
	}
	rules := parse(many.String())
	if rules.Allow("/00000/x") || rules.Allow("/00999/x") || !rules.Allow("/01000/x") {
		t.Error("want the first thousand rules")
	}
	for _, r := range []robots.Rules{rules, parse(long.String()), parse("User-agent: *\nDisallow: /" + strings.Repeat("ä", robots.MaxFile))} {
		if r.Size() > 1<<20 {
			t.Errorf("the rules take %d bytes", r.Size())
		}
	}
}

// FuzzParse: nothing makes reading or asking fail.
func FuzzParse(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /*a$\nAllow: /%zz*\nCrawl-delay: 3", "/a?b%")
	f.Add("Disallow:\nUser-agent: erratum\rallow: **", "")
	f.Fuzz(func(t *testing.T, file, path string) {
		rules := parse(file)
		rules.Allow(path)
		if rules.Delay < 0 || rules.Delay > time.Hour {
			t.Errorf("delay %s", rules.Delay)
		}
	})
}

// FuzzPattern compares matching with a regular expression's.
func FuzzPattern(f *testing.F) {
	f.Add([]byte("/a*ab$"), []byte("/aabab"))
	f.Add([]byte("**a*"), []byte("b"))
	f.Fuzz(func(t *testing.T, p, a []byte) {
		pattern, path := spell(p, "ab/*$"), "/"+spell(a, "ab/")
		if pattern == "" {
			return
		}
		if pattern[0] != '*' && pattern[0] != '/' {
			pattern = "/" + pattern
		}
		body, end := strings.CutSuffix(pattern, "$")
		expr := "^" + strings.ReplaceAll(regexp.QuoteMeta(body), `\*`, ".*")
		if end {
			expr += "$"
		}
		want := !regexp.MustCompile(expr).MatchString(path)
		if got := parse("User-agent: *\nDisallow: " + pattern).Allow(path); got != want {
			t.Errorf("%s allows %s: %v", pattern, path, got)
		}
	})
}

// spell writes bytes in a small alphabet.
func spell(b []byte, letters string) string {
	var s strings.Builder
	for _, c := range b[:min(len(b), 40)] {
		s.WriteByte(letters[int(c)%len(letters)])
	}
	return s.String()
}

// BenchmarkHostile reads and asks the worst file that fits.
func BenchmarkHostile(b *testing.B) {
	var file strings.Builder
	file.WriteString("User-agent: *\n")
	for i := range 1000 {
		fmt.Fprintf(&file, "Disallow: /*a%s%03d$\n", strings.Repeat("*a", 30), i)
	}
	path := "/" + strings.Repeat("a", 2000)
	for b.Loop() {
		if !parse(file.String()).Allow(path) {
			b.Fatal("blocked")
		}
	}
}
