//go:build quality

package app_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	nethtml "golang.org/x/net/html"

	"erratum/internal/console"
	"erratum/internal/newstest"
)

// TestRealPages runs the terminal's Erratum, with the timings that people get, over
// all saved pages of the evaluation data: first each page gets one edit outside the
// article, of which nobody may hear, then one inside, of which everybody must. It
// takes some minutes and prints what it counted.
//
//	DATA=../shared/data make realpages
func TestRealPages(t *testing.T) {
	data := os.Getenv("DATA")
	if data == "" {
		t.Fatal("set DATA to the folder of the evaluation data")
	}
	folder, err := newstest.OpenFolder(filepath.Join(data, "extract", "html"))
	if err != nil {
		t.Fatal(err)
	}
	truth := readTruth(t, filepath.Join(data, "extract"))
	hosts := serveEverywhere(t, folder)

	b := startBot(t)
	added := map[string]string{} // URL → id
	for i, id := range folder.IDs() {
		u := folder.Address(hosts[i%len(hosts)], id)
		if answer := b.ask("watch add " + u); strings.HasPrefix(answer, "Watching") {
			added[u] = id
		} else {
			t.Logf("not watched: %s: %s", id, answer)
		}
	}
	t.Logf("watching %d of %d pages; %s", len(added), len(folder.IDs()), b.usage())

	plans := map[string]plan{}
	for _, id := range added {
		page, err := folder.Page(id)
		if err != nil {
			t.Fatal(err)
		}
		plans[id] = makePlan(page, truth[id])
	}

	// Unchanged pages: what a check costs.
	cpu, n := b.cpu(), b.checkAll(len(added))
	t.Logf("unchanged: %.1f ms CPU a check; %s", 1000*(b.cpu()-cpu).Seconds()/float64(n), b.usage())

	outside := 0
	folder.Edit(func(id string, page []byte) []byte { return plans[id].outside.apply(page) })
	for _, p := range plans {
		if p.outside.ok() {
			outside++
		}
	}
	b.checkAll(len(added))
	time.Sleep(confirmWithin)
	falses := b.alerts()
	t.Logf("outside: %d pages with an edit outside the article, %d told", outside, len(falses))
	for _, a := range falses {
		t.Logf("false: %s: %s", added[a.URL], strings.ReplaceAll(a.Text, "\n", " | "))
	}

	inside := 0
	folder.Edit(func(id string, page []byte) []byte { return plans[id].inside.apply(plans[id].outside.apply(page)) })
	for _, p := range plans {
		if p.inside.ok() {
			inside++
		}
	}
	cpu, n = b.cpu(), b.checkAll(len(added))
	t.Logf("changed: %.1f ms CPU a check; %s", 1000*(b.cpu()-cpu).Seconds()/float64(n), b.usage())
	time.Sleep(confirmWithin)
	told := map[string]bool{}
	for _, a := range b.alerts()[len(falses):] {
		told[added[a.URL]] = true
		if p := plans[added[a.URL]]; !strings.Contains(a.Text, p.inside.word) {
			t.Logf("told without the planted word %q: %s: %s", p.inside.word, added[a.URL], strings.ReplaceAll(a.Text, "\n", " | "))
		}
	}
	for u, id := range added {
		if p := plans[id]; p.inside.ok() && !told[id] {
			t.Logf("missed: %s: %q → %q: %s", id, p.inside.old, p.inside.new, b.ask("why "+u))
		}
	}
	t.Logf("inside: %d pages with an edit in the article, %d told; %s", inside, len(told), b.usage())
	b.stop()
}

// confirmWithin is longer than a changed text waits for its second look, and for its
// host's turn behind all others.
const confirmWithin = 3 * time.Minute

// serveEverywhere serves the pages on many of this machine's own addresses, since one
// host is asked about once a second whatever it serves.
func serveEverywhere(t *testing.T, folder *newstest.Folder) []string {
	t.Helper()
	var hosts []string
	for n := range 40 {
		ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", fmt.Sprintf("127.0.1.%d:0", n+1))
		if err != nil {
			t.Fatal(err)
		}
		server := newstest.Start(folder.Handler(), ln)
		t.Cleanup(func() { _ = server.Close() })
		hosts = append(hosts, server.URL())
	}
	return hosts
}

// readTruth gives the paragraphs of the true article body of each page.
func readTruth(t *testing.T, dir string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, name := range []string{"zyte.jsonl", "fundus_tests.jsonl"} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		sc := bufio.NewScanner(f)
		sc.Buffer(nil, 16<<20)
		for sc.Scan() {
			var row struct {
				HTML       string
				Text       string
				Paragraphs []string
			}
			if err := json.Unmarshal(sc.Bytes(), &row); err != nil {
				t.Fatal(err)
			}
			id := strings.TrimSuffix(filepath.Base(row.HTML), ".html.gz")
			out[id] = append(row.Paragraphs, strings.Split(row.Text, "\n")...)
		}
		_ = f.Close()
	}
	return out
}

// planted is one replacement in a page's source.
type planted struct{ old, new, word string }

func (p planted) ok() bool { return p.old != "" }

func (p planted) apply(page []byte) []byte {
	if !p.ok() {
		return page
	}
	return bytes.ReplaceAll(page, []byte(p.old), []byte(p.new))
}

type plan struct{ inside, outside planted }

var (
	aNumber = regexp.MustCompile(`\b[2-9][0-9]{0,2}\b`)
	aName   = regexp.MustCompile(`\p{Ll} \p{Lu}\p{Ll}{2,} (\p{Lu}\p{Ll}{4,})[ ,.]`) // the second word of two
	aWord   = regexp.MustCompile(`\b[a-z]{5,}\b`)
)

// makePlan finds a sentence of the true body that stands once in what the page
// shows, and changes a number in it, or else a name; and a visible text outside the
// body.
func makePlan(page []byte, body []string) plan {
	var sentences []string
	visible := visibleTexts(page)
	shown := strings.Join(visible, "\n")
	for _, para := range body {
		for _, s := range strings.SplitAfter(para, ". ") {
			s = strings.Trim(strings.TrimSpace(s), "[]")
			if len(s) >= 60 && !strings.ContainsAny(s, "&<>\"") && bytes.Count(page, []byte(s)) == 1 && strings.Contains(shown, s) {
				sentences = append(sentences, s)
			}
		}
	}
	return plan{inside: insideEdit(sentences), outside: outsideEdit(page, visible, strings.Join(body, "\n"))}
}

func insideEdit(sentences []string) planted {
	for _, s := range sentences {
		if m := aNumber.FindStringIndex(s); m != nil {
			n, _ := strconv.Atoi(s[m[0]:m[1]])
			word := strconv.Itoa(n - 1) // a day or an hour stays one
			return planted{s, s[:m[0]] + word + s[m[1]:], word}
		}
	}
	for _, s := range sentences {
		if m := aName.FindStringSubmatchIndex(s); m != nil {
			return planted{s, s[:m[2]] + "Marwick" + s[m[3]:], "Marwick"}
		}
	}
	return planted{}
}

// visibleTexts gives the texts of a page's source that a browser shows, as they stand
// in the source.
func visibleTexts(page []byte) []string {
	z := nethtml.NewTokenizer(bytes.NewReader(page))
	hidden := []string{"script", "style", "head", "noscript", "template", "svg", "textarea", "iframe"}
	var found []string
	skip := 0
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return found
		case nethtml.StartTagToken:
			if name, _ := z.TagName(); slices.Contains(hidden, string(name)) {
				skip++
			}
		case nethtml.EndTagToken:
			if name, _ := z.TagName(); slices.Contains(hidden, string(name)) && skip > 0 {
				skip--
			}
		case nethtml.TextToken:
			if raw := strings.TrimSpace(string(z.Raw())); skip == 0 && raw != "" {
				found = append(found, raw)
			}
		}
	}
}

// outsideEdit changes a word of the middle one of the visible texts that are no part
// of the body.
func outsideEdit(page []byte, visible []string, body string) planted {
	var found []string
	for _, raw := range visible {
		if len(raw) >= 25 && !strings.ContainsAny(raw, "<>&") && aWord.MatchString(raw) &&
			!strings.Contains(body, html.UnescapeString(raw)) && bytes.Count(page, []byte(raw)) == 1 {
			found = append(found, raw)
		}
	}
	if len(found) == 0 {
		return planted{}
	}
	old := found[len(found)/2]
	m := aWord.FindStringIndex(old)
	return planted{old, old[:m[0]] + "quorvexly" + old[m[1]:], "quorvexly"}
}

// bot is the program as a process of its own.
type bot struct {
	t       *testing.T
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	journal string
}

func startBot(t *testing.T) *bot {
	t.Helper()
	dir := t.TempDir()
	b := &bot{t: t, journal: filepath.Join(dir, "alerts.jsonl")}
	b.cmd = exec.CommandContext(t.Context(), build(t), "console")
	b.cmd.Env = append(os.Environ(), "ERRATUM_DATA="+filepath.Join(dir, "erratum.db"), "ERRATUM_JOURNAL="+b.journal,
		"ERRATUM_ALLOW_LOOPBACK=true", "ERRATUM_HOST_SPACING=100ms", "ERRATUM_LOG_LEVEL=error")
	b.cmd.Stderr = os.Stderr
	in, err := b.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := b.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	b.in, b.out = in, bufio.NewReaderSize(out, 1<<20)
	if err := b.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return b
}

// ask types a command and returns the answer. An unknown command after it tells
// where the answer ends.
func (b *bot) ask(command string) string {
	b.t.Helper()
	if _, err := fmt.Fprintf(b.in, "%s\nendofanswer\n", command); err != nil {
		b.t.Fatal(err)
	}
	var answer strings.Builder
	for {
		line, err := b.out.ReadString('\n')
		if err != nil {
			b.t.Fatalf("the program ended: %v", err)
		}
		if strings.HasPrefix(line, "> ") {
			continue // the command itself, as it was typed
		}
		if strings.Contains(line, "endofanswer") {
			return strings.TrimSpace(answer.String())
		}
		if !strings.HasPrefix(line, "▌") {
			answer.WriteString(line)
		}
	}
}

// checkAll checks every watch now and returns how many there were.
func (b *bot) checkAll(n int) int {
	b.t.Helper()
	for i := range n {
		b.ask("watch check " + strconv.Itoa(i+1))
	}
	return n
}

func (b *bot) alerts() []console.Record {
	b.t.Helper()
	raw, err := os.ReadFile(b.journal)
	if err != nil {
		b.t.Fatal(err)
	}
	var out []console.Record
	for line := range bytes.Lines(raw) {
		var rec console.Record
		if err := json.Unmarshal(line, &rec); err != nil {
			b.t.Fatal(err)
		}
		out = append(out, rec)
	}
	return out
}

// cpu is the processor time that the program took so far.
func (b *bot) cpu() time.Duration {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", b.cmd.Process.Pid))
	if err != nil {
		b.t.Fatal(err)
	}
	f := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
	user, _ := strconv.Atoi(f[11])
	sys, _ := strconv.Atoi(f[12])
	return time.Duration(user+sys) * time.Second / 100
}

// usage is the memory that the program holds and held at most.
func (b *bot) usage() string {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", b.cmd.Process.Pid))
	if err != nil {
		b.t.Fatal(err)
	}
	var parts []string
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "VmRSS") || strings.HasPrefix(line, "VmHWM") {
			parts = append(parts, strings.Join(strings.Fields(line), " "))
		}
	}
	return strings.Join(parts, ", ")
}

func (b *bot) stop() {
	_ = b.cmd.Process.Signal(syscall.SIGTERM)
	_ = b.cmd.Wait()
}
