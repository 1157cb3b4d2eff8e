package extract_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"erratum/internal/article"
	"erratum/internal/extract"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what the extractor says into the golden files")

// TestGolden reads small pages of our own and compares the whole article. Each file
// says in its first line what it is about.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 20 {
		t.Fatalf("found %d golden files (%v)", len(files), err)
	}
	x := extract.New(extract.Options{})
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			about, in := readArchive(t, name)
			var r extract.Result
			if text, ok := in["text"]; ok {
				r = x.PlainText(text, "")
			} else {
				r = x.Extract([]byte(in["page.html"]), strings.TrimSpace(in["url"]))
			}
			got := describe(r)
			if *update {
				writeArchive(t, name, got)
				return
			}
			if diff := cmp.Diff(in["want"], got); diff != "" {
				t.Errorf("%s (-want +got; refresh with -update):\n%s", about, diff)
			}
		})
	}
}

// readArchive reads a file in txtar form: what it is about, and its parts by name.
func readArchive(t *testing.T, name string) (about string, parts map[string]string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	parts = map[string]string{}
	part := ""
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "-- "); ok && strings.HasSuffix(line, " --\n") {
			part = strings.TrimSuffix(rest, " --\n")
			continue
		}
		parts[part] += line
	}
	return strings.TrimSpace(parts[""]), parts
}

// writeArchive replaces the last part, what is wanted.
func writeArchive(t *testing.T, name, want string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	head, _, ok := strings.Cut(string(data), "-- want --\n")
	if !ok {
		t.Fatalf("%s has no part that says what is wanted", name)
	}
	if err := os.WriteFile(name, []byte(head+"-- want --\n"+want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// describe writes an article as lines, leaving out what it does not state.
func describe(r extract.Result) string {
	var b strings.Builder
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", key, value)
		}
	}
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.RFC3339)
	}
	a := r.Article
	line("verdict", string(r.Verdict))
	line("reason", r.Reason)
	line("canonical", a.CanonicalURL)
	line("site", a.Site)
	line("published", at(a.Published))
	line("modified", at(a.Modified))
	line("language", a.Language)
	if a.LiveBlog {
		line("live blog", "yes")
	}
	for _, p := range a.Paragraphs() {
		role := p.Role
		if role == "" {
			role = article.Role("NO ROLE")
		}
		if p.Entry != "" {
			role += article.Role(" of entry " + p.Entry)
		}
		fmt.Fprintf(&b, "%s | %s\n", role, p.Text)
	}
	return b.String()
}
