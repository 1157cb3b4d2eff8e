package quality

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"erratum/internal/article"
	"erratum/internal/extract"
)

// goldenFiles holds the project's own cases, a file a language and topic
// (en-dates.txtar). They are invented texts, labelled by hand before the rules saw
// them; the form of their "want" part is that of parseWant.
//
//go:embed testdata/golden/*.txtar
var goldenFiles embed.FS

// goldenCase is two versions of an article and what is to be told of them.
type goldenCase struct {
	name, topic   string
	before, after *article.Article
	want          want
}

// want is what a report of a case must say. What it does not list must not be told.
type want struct {
	lang      string // of the texts, where it is not the file's
	silent    bool   // nothing may be told, whatever the threshold
	minor     bool   // recorded at most: nothing may be told at the default threshold
	changes   []wantedChange
	notes     []wantedNote
	announced string // alternatives apart by "|"
	labelled  bool   // as an update, though a fact was replaced
	says      string
	summary   []string // what must stand in the summary
	noSummary []string // what must not
}

// wantedChange is a fact that changed, in words that stand in the versions.
type wantedChange struct {
	kinds []string // any of them is right
	Fact
}

// wantedNote is a note and what became of it.
type wantedNote struct {
	kinds []string // any of them is right
	state string
	tied  []string // kinds of changes; when there are any, it must be tied to one of them
}

// goldenCases reads the cases of a language; all of them when lang is empty.
func goldenCases(lang string) ([]goldenCase, error) {
	names, err := fs.Glob(goldenFiles, "testdata/golden/*.txtar")
	if err != nil {
		return nil, err
	}
	var cases []goldenCase
	for _, name := range names {
		fileLang, topic, ok := strings.Cut(strings.TrimSuffix(path.Base(name), ".txtar"), "-")
		if !ok {
			return nil, fmt.Errorf("%s: want a name such as en-dates.txtar", name)
		}
		if lang != "" && lang != fileLang {
			continue
		}
		data, err := goldenFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		more, err := parseGolden(data, fileLang, topic)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		cases = append(cases, more...)
	}
	return cases, nil
}

// parseGolden reads a file of cases: for each a part "name/before", "name/after" and
// "name/want", in this order.
func parseGolden(data []byte, lang, topic string) ([]goldenCase, error) {
	parts := txtar.Parse(data).Files
	var cases []goldenCase
	for trio := range slices.Chunk(parts, 3) {
		name, _, _ := strings.Cut(trio[0].Name, "/")
		if len(trio) < 3 || trio[0].Name != name+"/before" || trio[1].Name != name+"/after" || trio[2].Name != name+"/want" {
			return nil, fmt.Errorf("%s: want the parts before, after, want of one case", trio[0].Name)
		}
		if slices.ContainsFunc(cases, func(c goldenCase) bool { return c.name == name }) {
			return nil, fmt.Errorf("%s: stands twice", name)
		}
		before, after := string(trio[0].Data), string(trio[1].Data)
		w, err := parseWant(string(trio[2].Data), before, after)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		lang := cmp.Or(w.lang, lang)
		cases = append(cases, goldenCase{name, topic, plainArticle(before, lang), plainArticle(after, lang), w})
	}
	return cases, nil
}

// plainArticle makes an article of a plain text as "bot diff" does.
func plainArticle(text, lang string) *article.Article {
	return extract.New(extract.Options{Language: lang}).PlainText(text, "").Article
}

// parseWant reads what a case wants, a line each; "#" starts a comment:
//
//	lang: xx                             the language of the texts, else the file's
//	change KIND|KIND: BEFORE → AFTER     a change, verbatim; one side may be empty
//	silent                               nothing may be told
//	minor                                nothing may be told at the default threshold
//	note KIND|KIND STATE [→ KIND|KIND]   a note, and a kind of change it is tied to
//	announced yes|partly|no|not_applicable
//	labelled as update
//	says confirmed|not_found|contradicted
//	summary: TEXT                        stands in a line; "A → B" are its two sides
//	no summary: TEXT                     stands nowhere in the summary
func parseWant(text, before, after string) (want, error) {
	var w want
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := w.read(line, before, after); err != nil {
			return want{}, err
		}
	}
	if w.silent && (w.minor || len(w.changes)+len(w.summary) > 0) {
		return want{}, fmt.Errorf("silent, and yet something is to be told")
	}
	if !w.silent && !w.minor && len(w.changes)+len(w.notes) == 0 {
		return want{}, fmt.Errorf("nothing is wanted, not even silence")
	}
	return w, nil
}

// read adds a line to what is wanted.
func (w *want) read(line, before, after string) error {
	key, rest, _ := strings.Cut(line, " ")
	switch {
	case line == "silent":
		w.silent = true
	case line == "minor":
		w.minor = true
	case line == "labelled as update":
		w.labelled = true
	case key == "lang:":
		w.lang = rest
	case key == "announced":
		w.announced = rest
	case key == "says":
		w.says = rest
	case strings.HasPrefix(line, "summary: "):
		w.summary = append(w.summary, strings.TrimPrefix(line, "summary: "))
	case strings.HasPrefix(line, "no summary: "):
		w.noSummary = append(w.noSummary, strings.TrimPrefix(line, "no summary: "))
	case key == "note":
		return w.readNote(rest)
	case key == "change":
		return w.readChange(rest, before, after)
	default:
		return fmt.Errorf("%q: no such line", line)
	}
	return nil
}

func (w *want) readNote(line string) error {
	what, tied, isTied := strings.Cut(line, " → ")
	words := strings.Fields(what)
	if len(words) != 2 {
		return fmt.Errorf("%q: want a kind and a state", line)
	}
	n := wantedNote{kinds: strings.Split(words[0], "|"), state: words[1]}
	if isTied {
		n.tied = strings.Split(tied, "|")
	}
	w.notes = append(w.notes, n)
	return nil
}

func (w *want) readChange(line, before, after string) error {
	kinds, values, ok := strings.Cut(line, ":")
	from, to, arrow := strings.Cut(values, "→")
	from, to = strings.TrimSpace(from), strings.TrimSpace(to)
	if !ok || !arrow || from+to == "" {
		return fmt.Errorf("%q: want KIND: BEFORE → AFTER", line)
	}
	if !strings.Contains(before, from) {
		return fmt.Errorf("%q does not stand in the version before", from)
	}
	if !strings.Contains(after, to) {
		return fmt.Errorf("%q does not stand in the version after", to)
	}
	w.changes = append(w.changes, wantedChange{strings.Split(kinds, "|"), Fact{Before: from, After: to}})
	return nil
}
