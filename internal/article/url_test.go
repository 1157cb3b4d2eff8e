package article_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"erratum/internal/article"
)

func TestNormalizeURL(t *testing.T) {
	for raw, want := range map[string]string{
		"https://news.example":                                "https://news.example/",
		"  https://news.example/a  ":                          "https://news.example/a",
		"HTTPS://News.Example/Path/Case":                      "https://news.example/Path/Case",
		"http://news.example:80/":                             "http://news.example/",
		"https://news.example:443/":                           "https://news.example/",
		"https://news.example:80/":                            "https://news.example:80/",
		"https://news.example:/x":                             "https://news.example/x",
		"https://news.example./x":                             "https://news.example/x",
		"news.example/x":                                      "https://news.example/x",
		"news.example:8080/x":                                 "https://news.example:8080/x",
		"news.example?to=https://other.example":               "https://news.example/?to=https://other.example",
		"https://news.example/a#live-123":                     "https://news.example/a",
		"https://news.example/a?":                             "https://news.example/a",
		"https://news.example/a?b=2&a=1":                      "https://news.example/a?b=2&a=1",
		"https://news.example/a?id=7&utm_source=x&UTM_TERM=y": "https://news.example/a?id=7",
		"https://news.example/a?fbclid=1&gclid=2":             "https://news.example/a",
		"https://news.example/a?ref=home&mod=view":            "https://news.example/a?ref=home&mod=view",
		"https://news.example/a?&x=1&&y=2&":                   "https://news.example/a?x=1&y=2",
		"https://news.example/a?q=a b&r=\"<é>\"":              "https://news.example/a?q=a%20b&r=%22%3C%C3%A9%3E%22",
		"https://news.example/a b/é":                          "https://news.example/a%20b/%C3%A9",
		"https://news.example/%c3%a9/%7euser/%2fx":            "https://news.example/%C3%A9/~user/%2Fx",
		"https://news.example/a/./b/../c":                     "https://news.example/a/c",
		"https://news.example/a/%2e%2E/c/":                    "https://news.example/c/",
		"https://news.example/a/..":                           "https://news.example/",
		"https://news.example/../../x":                        "https://news.example/x",
		"https://news.example//a//b/":                         "https://news.example//a//b/",
		"https://news.example/100%-sure":                      "https://news.example/100%25-sure",
		"https://bücher.example/":                             "https://xn--bcher-kva.example/",
		"https://новости.example/мир":                         "https://xn--b1amnebsh.example/%D0%BC%D0%B8%D1%80",
		"https://ＮＥＷＳ.example/":                               "https://news.example/",
		"https://а-pple.example/":                             "https://xn---pple-3ve.example/", // Cyrillic а: shown for what it is
		"https://my_site.example/":                            "https://my_site.example/",
		"http://127.0.0.1:8080/x":                             "http://127.0.0.1:8080/x", // refused where it is dialled
		"http://localhost:8080/x":                             "http://localhost:8080/x",
		"http://[2001:DB8:0:0::1]/x":                          "http://[2001:db8::1]/x",
	} {
		got, err := article.NormalizeURL(raw)
		if err != nil || got != want {
			t.Errorf("NormalizeURL(%q) = %q, %v; want %q", raw, got, err, want)
		}
	}
}

func TestNormalizeURLRefuses(t *testing.T) {
	for _, raw := range []string{
		"", " ", "hello", "hello world", "/a/path", "//news.example/a", "http://", "https:///a", "https://?x", "https://:80/",
		"ftp://news.example/", "file:///etc/passwd", "file:/etc/passwd", "javascript:alert(1)", "mailto:a@news.example",
		"data:text/html,x", "source:file:///etc/passwd", "view-source:https://news.example", "gopher://news.example",
		"http:/news.example", "http:news.example", "h ttp://news.example", "http ://news.example",
		"https://user@news.example/", "https://user:pass@news.example/", "https://@news.example/", "https://news.example@127.0.0.1/", "user@news.example",
		`https://news.example\@127.0.0.1/`, `https:\\news.example\a`, `https://news.example/a\b`,
		"https://news.example/a\tb", "https://news.example/\x00", "https://news.example/%00", "https://news.example/?a=%00",
		"https://news.example/a\nb", "https://news.example/\u0085", "https://news.example/\u2028", "https://news\u00ad.exa mple/", "https://news.example/\xff",
		"https://news%2eexample/", "https://%31%32%37.0.0.1/", "https://news..example/", "https://.news.example/", "https://news.example../",
		"https://-/ /" + strings.Repeat("a", article.MaxURL), "https://news.example/" + strings.Repeat("é", 700),
		"https://" + strings.Repeat("a", 64) + ".example/", "https://" + strings.Repeat("a.", 130) + "example/",
		"https://news.example:0/", "https://news.example:080/", "https://news.example:99999/", "https://news.example:x/", "https://news.example:+80/", "https://a:b:80/",
		"https://xn--0.example/", "https://news!.example/", "https://news.example,other.example/", "https://ne<ws.example/",
		"http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/", "http://0x7f000001/", "http://0177.0.0.1/", "http://017700000001/",
		"http://127.0.0.1./", "http://127.000.000.001/", "http://0/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://１２７.0.0.1/", "http://127.0.0.1.0x1/", "http://1.2.3.4.5/",
		"http://[::1%lo]/", "http://[::1%25lo]/", "http://[fe80::1%eth0]/", "http://[::ffff:127.0.0.1]/", "http://[127.0.0.1]/", "http://[::1/", "http://::1/", "http://[]/", "http://[::1]x/", "[::1]/",
	} {
		got, err := article.NormalizeURL(raw)
		var problem *article.ReadError
		if !errors.As(err, &problem) || problem.Problem != article.Refused || problem.Reason == "" || got != "" {
			t.Errorf("NormalizeURL(%.80q) = %q, %v; want it refused", raw, got, err)
			continue
		}
		if strings.Contains(problem.Reason, "news.example") || strings.Contains(problem.Reason, "pass") && !strings.Contains(problem.Reason, "password") {
			t.Errorf("NormalizeURL(%.80q): reason %q repeats the address", raw, problem.Reason)
		}
	}
}

// checkNormal holds for every address that is accepted.
func checkNormal(t interface{ Fatalf(string, ...any) }, raw string) {
	one, err := article.NormalizeURL(raw)
	if err != nil {
		return
	}
	two, err := article.NormalizeURL(one)
	if err != nil || one != two {
		t.Fatalf("%q: first %q, then %q, %v", raw, one, two, err)
	}
	u, err := url.Parse(one)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Fragment != "" || u.Path == "" || u.String() != one {
		t.Fatalf("%q: net/url reads %q as %#v, %v", raw, one, u, err)
	}
	if u.Hostname() != article.Host(one) {
		t.Fatalf("%q: Host %q, net/url says %q", one, article.Host(one), u.Hostname())
	}
	for i := range len(one) {
		if one[i] <= ' ' || one[i] >= 0x7f {
			t.Fatalf("%q: byte %#x in %q", raw, one[i], one)
		}
	}
}

func TestNormalizeURLTwiceChangesNothing(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"http://", "https://", "HTTPS://", "news.example", "NEWS", ".", "..", "/", "//", "?", "#", "&", "=", ":", "80", "443", "8080", "@", "%", "%2e", "%2F", "%41",
		"%34", "1", "utm_source=a", "id=7", "é", "ß", "a", "xn--", "[", "]", "::1", "127.0.0.1", " ", "+", ";", "^", "|", "ｅ", "。", "\u200d", "0x7", "_", "-", "'", "\"",
	})
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(piece, 0, 14).Draw(t, "parts")
		checkNormal(t, "https://news.example/"+strings.Join(parts, ""))
		checkNormal(t, strings.Join(parts, ""))
	})
}

func FuzzNormalizeURL(f *testing.F) {
	for _, s := range []string{"https://news.example/a?b=c#d", "http://[::1]:80/", "bücher.example/%c3%a9/../x?utm_id=1&y=%zz", "https://0x7f.1/", "http://a_b.example:8080//x/./"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) { checkNormal(t, raw) })
}

func TestRequestURLKeepsTracking(t *testing.T) {
	got, err := article.RequestURL("HTTPS://news.example:443/a?utm_source=x&b=1#c")
	if want := "https://news.example/a?utm_source=x&b=1"; err != nil || got != want {
		t.Errorf("RequestURL = %q, %v; want %q", got, err, want)
	}
}

func TestID(t *testing.T) {
	a, b := article.ID("https://news.example/a"), article.ID("https://news.example/b")
	// The first 65 bits of SHA-256, by coreutils: sha256sum, xxd -r -p, base32.
	if a != "sw54uh43joxh2" {
		t.Errorf("ID = %q", a)
	}
	if a == b || len(b) != 13 || b != strings.ToLower(b) {
		t.Errorf("IDs %q and %q", a, b)
	}
}

func TestHost(t *testing.T) {
	for in, want := range map[string]string{
		"https://news.example/a?b#c": "news.example", "http://news.example:8080/": "news.example", "http://[2001:db8::1]:81/x": "2001:db8::1",
		"https://news.example": "news.example", "news.example": "news.example", "2001:db8::1": "2001:db8::1", "": "",
	} {
		if got := article.Host(in); got != want {
			t.Errorf("Host(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSameDomain(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"https://www.news.example/a", "https://news.example/b", true},
		{"https://amp.paper.co.uk/", "https://www.paper.co.uk/", true},
		{"https://one.co.uk/", "https://two.co.uk/", false},
		{"https://a.github.io/", "https://b.github.io/", false},
		{"https://a.github.io/", "https://a.github.io/x", true},
		{"https://news.example/", "https://evil-news.example/", false},
		{"https://news.example/", "https://news.example.evil.example/", false},
		{"http://192.0.2.1/", "http://192.0.2.1:81/", true},
		{"http://192.0.2.1/", "http://9.0.2.1/", false},
		{"http://localhost/", "http://localhost:8080/", true},
		{"https://co.uk/", "https://x.co.uk/", false},
		{"www.news.example", "news.example", true},
		{"", "", false},
	} {
		if got := article.SameDomain(c.a, c.b); got != c.want {
			t.Errorf("SameDomain(%q, %q) = %t", c.a, c.b, got)
		}
		if got := article.SameDomain(c.b, c.a); got != c.want {
			t.Errorf("SameDomain(%q, %q) = %t", c.b, c.a, got)
		}
	}
}
