package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"erratum/internal/app"
	"erratum/internal/article"
	"erratum/internal/console"
	"erratum/internal/diff/note"
	"erratum/internal/source"
)

type extractCmd struct {
	Sources []string `arg:"" optional:"" name:"source" help:"Files (HTML or plain text, gzipped or not), URLs, or - for standard input."`
	Format  string   `default:"json" enum:"json,text" help:"json (a line each) or text."`
}

// Help says what the exit codes are.
func (extractCmd) Help() string {
	return "Never stops at a bad source: its line says what is wrong. Exits 2 when none was an article."
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
func (c *extractCmd) Run(ctx context.Context, p process, env *environment, cfg *app.Config) error {
	env.warn(p)
	if len(c.Sources) == 0 {
		return errors.New("extract needs a page: bot extract SOURCE… (files, URLs, or - for standard input)")
	}
	p.stdin = interruptibly(ctx, p.stdin)
	src, err := app.Source(*cfg)
	if err != nil {
		return err
	}
	good := 0
	for i, arg := range c.Sources {
		line := read(ctx, src, arg, p.stdin)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if line.Outcome == article.OK {
			good++
		}
		if err := c.write(p.stdout, style(p.stdout, p), line); err != nil {
			return err
		}
		if n := i + 1; n%50 == 0 && n < len(c.Sources) {
			fmt.Fprintf(p.stderr, "%d of %d\n", n, len(c.Sources))
		}
	}
	switch bad := len(c.Sources) - good; {
	case good == 0 && bad == 1:
		return exit(exitError) // its line says why
	case good == 0:
		return fmt.Errorf("none of %d sources was an article; the lines say why", bad)
	case bad > 0:
		fmt.Fprintf(p.stderr, "bot: %d of %d sources were no article\n", bad, len(c.Sources))
	}
	return nil
}

func read(ctx context.Context, src *source.Source, arg string, stdin io.Reader) extracted {
	r, err := src.Open(ctx, arg, stdin)
	if err != nil {
		return extracted{Source: arg, Outcome: outcome(err), Error: plainly(err).Error(), Bylines: []string{}, Paragraphs: []article.Block{}, Notes: []noteLine{}}
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

// outcome is the verdict on a page that could not even be fetched.
func outcome(err error) article.Verdict {
	var re *article.ReadError
	if errors.As(err, &re) && re.Problem == article.BlockedBy {
		return article.Blocked
	}
	return article.UnreadablePage
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func (c *extractCmd) write(w io.Writer, s console.Style, line extracted) error {
	if c.Format == "json" {
		_, err := fmt.Fprintf(w, "%s\n", encode(line))
		return err
	}
	var b strings.Builder
	if line.Outcome != article.OK {
		fmt.Fprintf(&b, "%s: %s: %s\n", line.Source, strings.ReplaceAll(string(line.Outcome), "_", " "), line.Error)
	}
	for _, p := range line.Paragraphs {
		switch p.Role {
		case article.Body, article.Lede:
			fmt.Fprintf(&b, "%s\n\n", p.Text)
		default:
			fmt.Fprintf(&b, "[%s] %s\n\n", strings.ReplaceAll(string(p.Role), "_", " "), p.Text)
		}
	}
	_, err := io.WriteString(w, s.Wrap(b.String()))
	return err
}
