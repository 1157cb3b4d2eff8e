package newstest_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/newstest"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func newSite(t *testing.T) *newstest.Site {
	t.Helper()
	s, err := newstest.New()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// serve serves a handler in memory for the length of a test.
func serve(t *testing.T, h http.Handler) *http.Client {
	t.Helper()
	server := newstest.Start(h, newstest.NewPipe())
	client := server.Client()
	t.Cleanup(func() {
		client.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return client
}

// reply is what a test wants to know of a response beside its body.
type reply struct {
	StatusCode int
	Status     string
	Header     http.Header
	Host       string // that was asked
}

// get fetches an address, with headers given in pairs.
func get(t *testing.T, c *http.Client, address string, headers ...string) (reply, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for pair := range slices.Chunk(headers, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Status, resp.Header, resp.Request.URL.Host}, string(body)
}

// visible gives the runs of text that a reader of the page sees, in order, but for
// its dates.
func visible(t *testing.T, page string) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for n := range root.Descendants() {
		if n.Type != html.TextNode || slices.Contains([]atom.Atom{atom.Script, atom.Title, atom.Time}, n.Parent.DataAtom) {
			continue
		}
		if line := strings.Join(strings.Fields(n.Data), " "); line != "" && line != "Updated" {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestStoriesReadLikeNews(t *testing.T) {
	s := newSite(t)
	client := serve(t, s.Handler())
	hosts, layouts := map[string]bool{}, map[string]bool{}
	urls := s.URLs()
	for _, u := range urls {
		resp, page := get(t, client, u)
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", u, resp.Status)
		}
		for _, want := range []string{`rel="canonical" href="` + u, "og:title", "<time", `"@type":"NewsArticle"`, "aption"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %q", u, want)
			}
		}
		if strings.ContainsAny(page, "\ufffd") || strings.Contains(page, "ZgotmplZ") || strings.Contains(strings.Join(visible(t, page), " "), "{") {
			t.Errorf("%s: the page is not well made", u)
		}
		hosts[resp.Host] = true
		body := page[strings.Index(page, "<body"):]
		layouts[body[:60]] = true
		words := 0
		for _, line := range visible(t, page) {
			if n := len(strings.Fields(line)); n > 12 {
				words += n
			}
		}
		if words < 250 || words > 550 {
			t.Errorf("%s: %d words", u, words)
		}
	}
	if len(urls) < 8 || len(hosts) < 3 || len(layouts) < 4 {
		t.Errorf("%d articles on %d hosts in %d layouts", len(urls), len(hosts), len(layouts))
	}
}

// without gives the members of a that are not in b, counted.
func without(a, b []string) []string {
	count := map[string]int{}
	for _, s := range b {
		count[s]++
	}
	var rest []string
	for _, s := range a {
		if count[s]--; count[s] < 0 {
			rest = append(rest, s)
		}
	}
	return rest
}

// has reports whether the words stand in the text, in whatever case.
func has(text, words string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(words))
}

// TestTruthIsWhatThePagesSay plays every article to its end. What the truth says was
// said before and after must be what a reader of the two pages sees.
func TestTruthIsWhatThePagesSay(t *testing.T) {
	s := newSite(t)
	client := serve(t, s.Handler())
	for _, u := range s.URLs() {
		_, last := get(t, client, u)
		old := visible(t, last)
		for _, step := range s.Script() {
			if s.URL(step.Article) != u {
				continue
			}
			truth, ok := s.Advance(step.Article)
			if !ok || truth.URL != u || truth.Step != step.Name {
				t.Fatalf("advancing %s gave the truth of %s, %s", u, truth.URL, truth.Step)
			}
			resp, page := get(t, client, u)
			if resp.StatusCode != http.StatusOK || strings.Contains(page, "noindex") {
				if truth.OldText != truth.NewText || slices.Contains(truth.Notices, newstest.NoticeChange) {
					t.Errorf("%s: a page that can't be read changed its text", u)
				}
				continue
			}
			if page == last && len(truth.Notices) == 0 && truth.Step != "two headlines take turns" {
				t.Errorf("%s, %s: not a byte is different", truth.Article, truth.Step)
			}
			last = page
			now := visible(t, page)
			for line := range strings.Lines(truth.NewText) {
				if !strings.Contains(strings.Join(now, "\n"), strings.TrimSpace(line)) {
					t.Errorf("%s, %s: the page lacks %q", truth.Article, truth.Step, line)
				}
			}
			checkFacts(t, truth, strings.Join(old, "\n"), strings.Join(without(now, []string{truth.NoteText}), "\n"))
			checkNote(t, truth, old, now)
			checkNothingElse(t, truth, step.Edits, old, now)
			old = now
		}
	}
}

func checkFacts(t *testing.T, truth newstest.Truth, old, now string) {
	t.Helper()
	for _, f := range truth.Facts {
		if f.Before != "" && (!has(old, f.Before) || has(now, f.Before)) {
			t.Errorf("%s, %s: %q stands in the old page: %t, in the new: %t", truth.Article, truth.Step, f.Before, has(old, f.Before), has(now, f.Before))
		}
		if f.After != "" && (has(old, f.After) || !has(now, f.After)) {
			t.Errorf("%s, %s: %q stands in the old page: %t, in the new: %t", truth.Article, truth.Step, f.After, has(old, f.After), has(now, f.After))
		}
		if f.Places != len(f.Where) || f.Places == 0 || len(f.Kinds) == 0 {
			t.Errorf("%s, %s: a fact without kind or place: %+v", truth.Article, truth.Step, f)
		}
	}
}

func checkNote(t *testing.T, truth newstest.Truth, old, now []string) {
	t.Helper()
	if truth.Note == "" {
		return
	}
	if slices.Contains(old, truth.NoteText) != truth.NoteVanished || slices.Contains(now, truth.NoteText) == truth.NoteVanished {
		t.Errorf("%s, %s: the note does not come or go as the truth says", truth.Article, truth.Step)
	}
}

// checkNothingElse sees to it that the pages differ in what the truth says and in
// nothing else, but for dates and, where the step is about it, furniture.
func checkNothingElse(t *testing.T, truth newstest.Truth, edits []newstest.Edit, old, now []string) {
	t.Helper()
	furniture := slices.ContainsFunc(edits, func(e newstest.Edit) bool { return e == newstest.Refurnish{} })
	oldText, newText := strings.Split(truth.OldText, "\n"), strings.Split(truth.NewText, "\n")
	for _, side := range []struct{ shown, said []string }{
		{without(old, now), without(oldText, newText)},
		{without(now, old), without(newText, oldText)},
	} {
		if extra := without(side.shown, side.said); len(extra) > 0 && !furniture {
			t.Errorf("%s, %s: %q differs, which the truth does not say", truth.Article, truth.Step, extra)
		}
		if missing := without(side.said, side.shown); len(missing) > 0 {
			t.Errorf("%s, %s: the truth says that %q differs, the pages do not show it", truth.Article, truth.Step, missing)
		}
	}
}

func TestScriptHasWhatTheDemoNeeds(t *testing.T) {
	s := newSite(t)
	for len(s.AdvanceAll()) > 0 {
	}
	truths := s.Truths()
	if got := newstest.Unasserted(truths); len(got) > 0 {
		t.Errorf("not asserted: %q", got)
	}
	if len(truths) != len(s.Script()) {
		t.Errorf("%d truths of %d steps", len(truths), len(s.Script()))
	}
	find := func(name string, like func(newstest.Truth) bool) {
		t.Helper()
		if !slices.ContainsFunc(truths, like) {
			t.Errorf("no step with: %s", name)
		}
	}
	kind := func(t newstest.Truth, kind string) bool {
		return slices.ContainsFunc(t.Facts, func(f newstest.Fact) bool { return slices.Contains(f.Kinds, kind) })
	}
	notice := func(want string) func(newstest.Truth) bool {
		return func(t newstest.Truth) bool { return slices.Contains(t.Notices, want) }
	}
	find("a corrected number", func(t newstest.Truth) bool {
		return kind(t, "number") && t.Note == "correction" && slices.Equal(t.Announced, []string{"yes"})
	})
	find("a corrected name", func(t newstest.Truth) bool {
		return kind(t, "name") && t.Note == "correction" && slices.Equal(t.Announced, []string{"yes"})
	})
	find("an update with a source", func(t newstest.Truth) bool {
		return kind(t, "attribution-added") && t.Note == "update" && strings.Contains(t.NoteText, "was update with")
	})
	find("an unannounced number in headline and text", func(t newstest.Truth) bool {
		return kind(t, "headline") && t.Facts[0].Places == 3 && slices.Equal(t.Announced, []string{"no"})
	})
	find("a hedge and a source", func(t newstest.Truth) bool {
		return kind(t, "hedge-added") && kind(t, "attribution-added") && t.Facts[0].Where[0] == "lede"
	})
	find("a quotation changed", func(t newstest.Truth) bool { return kind(t, "quote") && t.Note == "" })
	find("a quotation removed", func(t newstest.Truth) bool { return kind(t, "quote-removed") })
	find("a vanished note", func(t newstest.Truth) bool { return t.NoteVanished })
	for _, n := range []string{newstest.NoticeGone, newstest.NoticeReturned, newstest.NoticeBlind, newstest.NoticeRecovered, newstest.NoticeAcknowledged} {
		find(n, notice(n))
	}
	silent := 0
	for _, truth := range truths {
		if !truth.Told {
			silent++
		}
	}
	if silent < 5 {
		t.Errorf("%d silent steps", silent)
	}
}

func TestHeadlinesTakeTurns(t *testing.T) {
	s := newSite(t)
	client := serve(t, s.Handler())
	const u = "http://the-lantern.test/sport/football/lind-rovers-medical"
	heading := func() string {
		_, page := get(t, client, u)
		_, after, _ := strings.Cut(page, "<h1>")
		h, _, _ := strings.Cut(after, "</h1>")
		return h
	}
	a := heading()
	if b := heading(); a != b {
		t.Fatalf("turns before the script says so: %q, %q", a, b)
	}
	truth, _ := s.Advance(u)
	if truth.Told {
		t.Error("turning headlines are to be told")
	}
	first, second, third, fourth := heading(), heading(), heading(), heading()
	if first != a || second == a || third != a || fourth != second {
		t.Errorf("headlines %q, %q, %q, %q", first, second, third, fourth)
	}
}

func TestReflowKeepsTheWords(t *testing.T) {
	s := newSite(t)
	client := serve(t, s.Handler())
	const u = "http://harbour-courier.test/news/transport/swing-bridge-repairs"
	_, before := get(t, client, u)
	s.Advance(u)
	truth, ok := s.Advance(u)
	_, after := get(t, client, u)
	letters := strings.NewReplacer("“", `"`, "”", `"`, "’", "'", "\n", " ")
	if !ok || before == after || truth.OldText == truth.NewText || letters.Replace(truth.OldText) != letters.Replace(truth.NewText) {
		t.Errorf("advanced %t, bytes equal %t, texts equal %t", ok, before == after, truth.OldText == truth.NewText)
	}
	if strings.Count(before, "<p>")-strings.Count(after, "<p>") < 8 || !strings.Contains(after, "\u00a0") {
		t.Error("the markup is as it was")
	}
}

func TestAdvanceStops(t *testing.T) {
	s := newSite(t)
	if _, ok := s.Advance("no such article"); ok {
		t.Error("an unknown article moved")
	}
	if len(s.Truths()) != 0 {
		t.Error("truths before anything happened")
	}
	first := s.AdvanceAll()
	if len(first) != len(s.URLs()) || len(s.Truths()) != len(first) {
		t.Errorf("%d of %d moved, %d truths", len(first), len(s.URLs()), len(s.Truths()))
	}
	for range 10 {
		s.AdvanceAll()
	}
	if _, ok := s.Advance("council-budget"); ok {
		t.Error("moved beyond the end")
	}
}

func TestPlayFollowsTheScript(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		start := time.Now()
		var steps []newstest.Step
		err := s.Play(t.Context(), 2, func(step newstest.Step, truth newstest.Truth) {
			if got := time.Since(start); got != step.At/2 {
				t.Errorf("%s at %v, want %v", step.Name, got, step.At/2)
			}
			if truth.Step != step.Name {
				t.Errorf("step %q gave the truth of %q", step.Name, truth.Step)
			}
			steps = append(steps, step)
		})
		if err != nil || len(steps) != len(s.Script()) || len(s.AdvanceAll()) != 0 {
			t.Errorf("%d of %d steps, %v", len(steps), len(s.Script()), err)
		}
	})
}
