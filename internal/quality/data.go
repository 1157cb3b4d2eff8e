package quality

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"erratum/internal/article"
)

// ErrNoData is returned by [Open] when there is no evaluation data at a folder.
var ErrNoData = errors.New("no evaluation data")

// Data is a folder of evaluation data: real pages and texts with their right answers.
// They belong to their publishers and are no part of the project.
type Data struct{ dir string }

// Open finds the data in a folder.
func Open(dir string) (*Data, error) {
	if _, err := os.Stat(filepath.Join(dir, "pairs")); err != nil {
		return nil, fmt.Errorf("%w at %s", ErrNoData, dir)
	}
	return &Data{dir}, nil
}

// pair is two revisions of a page with the facts that changed, as people labelled
// them.
type pair struct {
	ID          string `json:"id"`
	Lang        string `json:"lang"`
	BeforeTitle string `json:"before_title"`
	BeforeText  string `json:"before_text"`
	AfterTitle  string `json:"after_title"`
	AfterText   string `json:"after_text"`
	Facts       []Fact `json:"changed_facts"` // nil: not labelled
	Complete    bool   `json:"labels_complete"`
}

func (d *Data) pairs() ([]pair, error) {
	names, err := filepath.Glob(filepath.Join(d.dir, "pairs", "*.json"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	out := make([]pair, len(names))
	for i, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(data, &out[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return out, nil
}

// labelledNote is a paragraph and the kind of note it is, or "none".
type labelledNote struct {
	ID        string `json:"id"`
	Text      string `json:"text"`
	Label     string `json:"label"`
	Lang      string `json:"lang"`
	Ambiguous bool   `json:"ambiguous"` // people disagree: not scored
}

func (d *Data) notes() ([]labelledNote, error) {
	return readLines[labelledNote](filepath.Join(d.dir, "notes.jsonl"))
}

// revision is an edited sentence and what it does to the truth of claims.
type revision struct {
	ID     string `json:"id"`
	Before string `json:"before"`
	After  string `json:"after"`
	Claims []struct {
		Claim  string `json:"claim"`
		Before string `json:"before"`
		After  string `json:"after"`
	} `json:"claims"`
}

func (d *Data) revisions() ([]revision, error) {
	return readLines[revision](filepath.Join(d.dir, "sentence_revisions.jsonl"))
}

// page is a saved page and what is known of it.
type page struct {
	ID         string   `json:"id"`
	URL        string   `json:"url"`
	HTML       string   `json:"html"`       // gzipped, below the folder of pages
	Text       string   `json:"text"`       // the true body, in one set
	Paragraphs []string `json:"paragraphs"` // the true paragraphs, in the other
	Title      string   `json:"title"`      // empty when not known
	Authors    []string `json:"authors"`
	Published  string   `json:"published"`

	path string
}

// pageSets are the sets of pages by their file's name: one of English pages, one of
// many countries that also states headline, authors and date.
var pageSets = [...]string{"zyte", "fundus_tests"}

func (d *Data) pages(set string) ([]page, error) {
	pages, err := readLines[page](filepath.Join(d.dir, "extract", set+".jsonl"))
	for i := range pages {
		pages[i].path = filepath.Join(d.dir, "extract", filepath.FromSlash(pages[i].HTML))
	}
	return pages, err
}

// source reads the page's bytes.
func (p *page) source() ([]byte, error) {
	f, err := os.Open(p.path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read from
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.path, err)
	}
	src, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.path, err)
	}
	return src, nil
}

// readLines reads a file of JSON objects, one a line.
func readLines[T any](name string) ([]T, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var out []T
	sc := bufio.NewScanner(bytes.NewReader(data))
	sc.Buffer(nil, len(data)+1)
	for sc.Scan() {
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			continue
		}
		var v T
		if err := json.Unmarshal(sc.Bytes(), &v); err != nil {
			return nil, fmt.Errorf("%s: row %d: %w", name, len(out)+1, err)
		}
		out = append(out, v)
	}
	return out, sc.Err()
}

// titled makes an article of a title and a text with a paragraph a line, as "bot diff
// --batch" does.
func titled(title, text, lang string) *article.Article {
	a := plainArticle(text, lang)
	if title != "" {
		a.Headline = title
	}
	return a
}
