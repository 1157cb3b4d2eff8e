package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"erratum/internal/app"
	"erratum/internal/article"
	"erratum/internal/diff/note"
	"erratum/internal/source"
)

type extractCmd struct {
	Sources []string `arg:"" name:"source" help:"Files (HTML, gzip or plain text), URLs, or - for standard input."`
	Format  string   `default:"json" enum:"json,text" help:"json (a line each) or text."`
}

// extracted is a line of output; the form is documented in docs/json.md.
type extracted struct {
	Source       string          `json:"source"`
	Outcome      article.Verdict `json:"outcome"`
	Error        string          `json:"error,omitempty"`
	URL          string          `json:"url"`
	CanonicalURL string          `json:"canonical_url"`
	Site         string          `json:"site"`
	Headline     string          `json:"headline"`
	Dek          string          `json:"dek"`
	Bylines      []string        `json:"bylines"`
	Published    *time.Time      `json:"published"`
	Modified     *time.Time      `json:"modified"`
	Language     string          `json:"language"`
	Paragraphs   []article.Block `json:"paragraphs"`
	Notes        []noteLine      `json:"notes"`
	Extractor    string          `json:"extractor"`
	Digest       string          `json:"digest"`
}

type noteLine struct {
	Kind note.Kind `json:"kind"`
	Text string    `json:"text"`
}

// Run reads every source, never stopping at a bad one; it exits 2 when all were bad.
func (c *extractCmd) Run(ctx context.Context, p process, cfg *app.Config) error {
	src, err := app.Source(*cfg)
	if err != nil {
		return err
	}
	good := 0
	for i, arg := range c.Sources {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		line := read(ctx, src, arg, p.stdin)
		if line.Outcome == article.OK {
			good++
		}
		if err := c.write(p.stdout, line); err != nil {
			return err
		}
		if n := i + 1; n%50 == 0 && n < len(c.Sources) {
			fmt.Fprintf(p.stderr, "%d of %d\n", n, len(c.Sources))
		}
	}
	if good == 0 {
		return errors.New("no article was found")
	}
	return nil
}

func read(ctx context.Context, src *source.Source, arg string, stdin io.Reader) extracted {
	r, err := src.Open(ctx, arg, stdin)
	if err != nil {
		return extracted{Source: arg, Outcome: article.UnreadablePage, Error: err.Error(), Bylines: []string{}, Paragraphs: []article.Block{}, Notes: []noteLine{}}
	}
	a := r.Article
	out := extracted{
		Source: arg, Outcome: r.Verdict, Error: r.Reason, URL: a.URL, CanonicalURL: a.CanonicalURL,
		Site: a.Site, Headline: a.Headline, Dek: a.Dek, Bylines: append([]string{}, a.Bylines...),
		Published: instant(a.Published), Modified: instant(a.Modified), Language: a.Language,
		Paragraphs: a.Paragraphs(), Notes: []noteLine{}, Extractor: a.Extractor, Digest: a.Digest(),
	}
	for _, b := range a.Blocks {
		if b.Role != article.Note {
			continue
		}
		kind := note.EditorsNote
		if n, ok := note.Find(b.Text, a.Language, true); ok {
			kind = n.Kind
		}
		out.Notes = append(out.Notes, noteLine{kind, b.Text})
	}
	return out
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func (c *extractCmd) write(w io.Writer, line extracted) error {
	if c.Format == "json" {
		_, err := fmt.Fprintf(w, "%s\n", encode(line))
		return err
	}
	if line.Outcome != article.OK {
		fmt.Fprintf(w, "%s: %s: %s\n", line.Source, line.Outcome, line.Error)
	}
	for _, b := range line.Paragraphs {
		prefix := ""
		if b.Role != article.Body && b.Role != article.Lede {
			prefix = "[" + string(b.Role) + "] "
		}
		fmt.Fprintf(w, "%s%s\n\n", prefix, b.Text)
	}
	return nil
}
