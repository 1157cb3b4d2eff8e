package report_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"erratum/internal/report"
)

// noteCase is an article before and after an edit with a note, and what is wanted of
// it, a line each:
//
//	lang: uk
//	note correction → number|date    its kind, and the kinds it may be tied to, or none
//	says confirmed
//	announced yes|partly
//	labelled as update
type noteCase struct {
	name, before, after string
	want                []string
}

func noteCases(t *testing.T) []noteCase {
	t.Helper()
	files, err := filepath.Glob("testdata/notes/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var out []noteCase
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range txtar.Parse(data).Files {
			id, part, _ := strings.Cut(f.Name, "/")
			switch part {
			case "before":
				out = append(out, noteCase{name: id, before: string(f.Data)})
			case "after":
				out[len(out)-1].after = string(f.Data)
			case "want":
				out[len(out)-1].want = strings.Split(strings.TrimSpace(string(f.Data)), "\n")
			}
		}
	}
	return out
}

// share counts how many of the wanted things came.
type share struct{ right, of int }

func (s *share) count(ok bool) bool {
	s.of++
	if ok {
		s.right++
	}
	return ok
}

// TestNotesAreTied measures, on articles of our own in eight languages, whether a note
// is tied to the right edits, whether what it says is checked rightly and whether the
// edits count as announced. The targets are those of methods.md §14; -v prints the
// figures and every miss. When the cases were written, .905 of the notes were tied
// rightly, .844 checked rightly, and .882 of the edits judged rightly.
func TestNotesAreTied(t *testing.T) {
	var tied, says, announced, labelled share
	for _, c := range noteCases(t) {
		lang := "en"
		if l, ok := strings.CutPrefix(c.want[0], "lang: "); ok {
			lang = l
		}
		r := report.Compare(version(c.before, lang), version(c.after, lang))
		wantsLabel := false
		for _, w := range c.want {
			ok := true
			switch word, rest, _ := strings.Cut(w, " "); word {
			case "note":
				ok = tied.count(tiedAs(r, rest))
			case "says":
				ok = says.count(slices.ContainsFunc(r.Notes, func(n report.Note) bool { return string(n.Says) == rest }))
			case "announced":
				ok = announced.count(slices.Contains(strings.Split(rest, "|"), string(r.Announced)))
			case "labelled":
				wantsLabel = true
			}
			if !ok {
				t.Logf("%s: want %s, got %s", c.name, w, outline(r))
			}
		}
		if !labelled.count(r.LabelledAsUpdate == wantsLabel) {
			t.Logf("%s: labelled as update %v", c.name, r.LabelledAsUpdate)
		}
	}
	for _, m := range []struct {
		name   string
		target float64
		share
	}{{"tied", .90, tied}, {"says", .90, says}, {"announced", .90, announced}, {"labelled as update", .90, labelled}} {
		got := float64(m.right) / float64(m.of)
		t.Logf("%s: %d of %d = %.3f", m.name, m.right, m.of, got)
		if got < m.target {
			t.Errorf("%s: %.3f, target %.2f", m.name, got, m.target)
		}
	}
}

// A note is found and tied wherever outlets put it: above the text, below the byline,
// between paragraphs, below them, after a rule, in a paragraph's end.
func TestNotesStandAnywhere(t *testing.T) {
	const text = "The harbour board will close the ferry terminal for eleven weeks, it said on Tuesday.\n" +
		"Some 1,300 people use the terminal on a weekday, and boats will leave from the old fish quay.\n" +
		"The union of ferry crews welcomed the decision but asked for more staff and for a shelter.\n" +
		"A first tender for the work drew no bids last autumn, and the board expects three firms now.\n" +
		"The contract will be made public once it has been signed by both sides, a clerk said.\n"
	const said = "Correction: An earlier version of this article said 3,100 people use the terminal on a weekday."
	before := version(strings.Replace(text, "1,300", "3,100", 1), "en")
	lines := strings.SplitAfter(text, "\n")
	places := map[string]string{
		"above":             said + "\n" + text,
		"below the byline":  "By Mara Okafor\n" + said + "\n" + text,
		"after the lede":    lines[0] + said + "\n" + strings.Join(lines[1:], ""),
		"in the middle":     strings.Join(lines[:3], "") + said + "\n" + strings.Join(lines[3:], ""),
		"below":             text + said + "\n",
		"after a rule":      text + "* * *\n" + said + "\n",
		"in brackets":       text + "[" + said + "]\n",
		"in the last words": strings.TrimSuffix(text, "\n") + " " + said + "\n",
		"below a sign-off":  text + "Reporting by Mara Okafor; editing by Tom Reed\n" + said + "\n",
	}
	for place, after := range places {
		r := report.Compare(before, version(after, "en"))
		if !tiedAs(r, "correction → number") || r.Announced != report.AnnouncedYes || r.Notes[0].Says != report.SaysConfirmed {
			t.Errorf("%s: %s", place, outline(r))
		}
	}
}

// tiedAs reports whether a note of a kind is tied to changes of the kinds wanted:
// "correction → number|date"; "none" stands for no change.
func tiedAs(r *report.Report, want string) bool {
	kinds, to, _ := strings.Cut(want, " → ")
	for _, n := range r.Notes {
		if !slices.Contains(strings.Split(kinds, "|"), string(n.Kind)) {
			continue
		}
		wanted := strings.Split(to, "|")
		if len(n.Links) == 0 {
			return slices.Contains(wanted, "none")
		}
		for _, k := range n.Links {
			kind := string(r.Changes[k].Kind)
			if slices.ContainsFunc(wanted, func(w string) bool { return strings.HasPrefix(kind, w) }) {
				return true
			}
		}
	}
	return false
}

// outline says what a report holds, for whoever reads a miss.
func outline(r *report.Report) string {
	var b strings.Builder
	b.WriteString(string(r.Announced))
	for _, c := range r.Changes {
		b.WriteString("; " + string(c.Kind) + " " + c.BeforeValue + " → " + c.AfterValue)
	}
	for _, n := range r.Notes {
		b.WriteString("; note " + string(n.Kind) + " says " + string(n.Says))
		for _, k := range n.Links {
			b.WriteString(" → " + string(r.Changes[k].Kind))
		}
	}
	return b.String()
}
