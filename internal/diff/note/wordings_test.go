package note_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"erratum/internal/diff/note"
)

// wording is a line of testdata/wordings: a note of a kind, or text that is none.
type wording struct {
	lang, text string
	want       note.Kind // empty: no note
}

// wordings reads every file of testdata/wordings: a section for each kind, [none] for
// text that is no note, a wording a line.
func wordings(t testing.TB) []wording {
	t.Helper()
	files, err := filepath.Glob("testdata/wordings/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no wordings: %v", err)
	}
	var out []wording
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		lang := strings.TrimSuffix(filepath.Base(name), ".txt")
		if lang == "other" {
			lang = ""
		}
		section := ""
		for lines := bufio.NewScanner(f); lines.Scan(); {
			line := strings.TrimSpace(lines.Text())
			switch {
			case line == "" || strings.HasPrefix(line, "# "):
			case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") && !strings.ContainsAny(line, " :"):
				section = strings.Trim(line, "[]")
			case section == "none":
				out = append(out, wording{lang: lang, text: line})
			default:
				out = append(out, wording{lang, line, note.Kind(section)})
			}
		}
		f.Close()
	}
	return out
}

// TestHeldWordings scores the wordings as blocks at an edge of an article and prints the
// figures of each language and every miss.
func TestHeldWordings(t *testing.T) {
	type tally struct{ notes, found, kinds, others, taken int }
	scores := map[string]*tally{}
	order := []string{}
	for _, w := range wordings(t) {
		s := scores[w.lang]
		if s == nil {
			s = &tally{}
			scores[w.lang] = s
			order = append(order, w.lang)
		}
		n, ok := note.Find(w.text, w.lang, true)
		switch {
		case w.want == "":
			s.others++
			if ok {
				s.taken++
				t.Logf("%s: taken for %s (%s, %.2f): %s", w.lang, n.Kind, n.Rule, n.Score, w.text)
			}
		case !ok:
			s.notes++
			t.Logf("%s: missed %s: %s", w.lang, w.want, w.text)
		default:
			s.notes++
			s.found++
			if n.Kind == w.want {
				s.kinds++
			} else {
				t.Logf("%s: %s is %s (%s, %.2f): %s", w.lang, w.want, n.Kind, n.Rule, n.Score, w.text)
			}
		}
	}
	for _, lang := range order {
		s := scores[lang]
		p, r := float64(s.found)/float64(max(1, s.found+s.taken)), float64(s.found)/float64(s.notes)
		fmt.Printf("%-3s notes %3d found %3d kind %3d | others %3d taken %2d | F1 %.3f kind %.3f\n",
			lang, s.notes, s.found, s.kinds, s.others, s.taken, 2*p*r/(p+r), float64(s.kinds)/float64(max(1, s.found)))
	}
}
