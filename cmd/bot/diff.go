package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"erratum/internal/app"
	"erratum/internal/article"
	"erratum/internal/command"
	"erratum/internal/report"
	"erratum/internal/source"
	"erratum/internal/summarize"
)

type diffCmd struct {
	Old    string `arg:"" optional:"" help:"File, URL, or - for standard input; HTML or plain text, gzipped or not."`
	New    string `arg:"" optional:"" help:"The newer version."`
	Format string `default:"text" enum:"text,markdown,json" help:"text, markdown or json."`
	Full   bool   `help:"Show every claim with its evidence instead of the summary (text format)."`
	Batch  bool   `help:"Read pairs from standard input, a JSON object a line; write a JSON report a line."`
	Jobs   int    `default:"0" help:"Pairs compared at a time with --batch; 0: one a processor."`
}

// Help says what the exit codes are.
func (diffCmd) Help() string {
	return "Exits 0 when nothing changed, 1 when something did, 2 when it could not be compared."
}

// Run compares and exits 0 when nothing changed, 1 when something did.
func (c *diffCmd) Run(ctx context.Context, p process, env *environment, cfg *app.Config) error {
	env.warn(p)
	p.stdin = interruptibly(ctx, p.stdin)
	switch {
	case c.Batch && c.Old != "":
		return errors.New("diff --batch reads its pairs from standard input; leave the file names away")
	case c.Batch:
		return batch(ctx, p, c.Jobs)
	case c.Old == "" || c.New == "":
		return errors.New("diff needs two versions: bot diff OLD NEW (files, URLs, or - for standard input)")
	case c.Old == "-" && c.New == "-":
		return errTwice
	}
	src, err := app.Source(*cfg)
	if err != nil {
		return err
	}
	old, err := open(ctx, src, c.Old, p.stdin)
	if err != nil {
		return err
	}
	new, err := open(ctx, src, c.New, p.stdin)
	if err != nil {
		return err
	}
	rep := report.Compare(old, new)
	if err := c.write(p, rep, new); err != nil {
		return err
	}
	switch rep.Outcome {
	case report.Same, report.Cosmetic:
		return nil
	case report.NotComparable:
		return fmt.Errorf("these can't be compared: %s", rep.Reason)
	default:
		return exit(exitChanged)
	}
}

// open reads one version; what is not an article is refused with the reason.
func open(ctx context.Context, src *source.Source, arg string, stdin io.Reader) (*article.Article, error) {
	r, err := src.Open(ctx, arg, stdin)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", arg, plainly(err))
	}
	if r.Verdict != article.OK {
		return nil, fmt.Errorf("%s: no article was found there: %s", arg, r.Reason)
	}
	return r.Article, nil
}

// plainly leaves of a reading error what a person needs.
func plainly(err error) error {
	var re *article.ReadError
	switch {
	case !errors.As(err, &re) || errors.Is(err, context.Canceled):
		return err
	case re.Status != 0:
		return fmt.Errorf("%s (HTTP %d)", re.Reason, re.Status)
	default:
		return errors.New(re.Reason)
	}
}

func (c *diffCmd) write(p process, rep *report.Report, new *article.Article) error {
	switch c.Format {
	case "json":
		e := json.NewEncoder(p.stdout)
		e.SetEscapeHTML(false)
		return e.Encode(report.NewJSON("", rep, summarize.Compose(rep).String()))
	case "markdown":
		text := report.Markdown(rep)
		if new.Headline != "" {
			text = "# " + report.Escape(new.Headline) + "\n\n" + text
		}
		_, err := fmt.Fprintln(p.stdout, text)
		return err
	default:
		return c.text(p, rep, new)
	}
}

// text writes a report for a person: the headline, what changed in a few lines, and
// every edit.
func (c *diffCmd) text(p process, rep *report.Report, new *article.Article) error {
	switch rep.Outcome {
	case report.Same:
		_, err := fmt.Fprintln(p.stdout, "No change.")
		return err
	case report.Cosmetic:
		_, err := fmt.Fprintln(p.stdout, "No change of meaning: only form or order differs.")
		return err
	case report.NotComparable:
		return nil // the error says it
	}
	s := style(p.stdout, p)
	if c.Full {
		if _, err := fmt.Fprint(p.stdout, s.Reply(command.Reply{Title: new.Headline})); err != nil {
			return err
		}
		return report.Text(p.stdout, rep, report.TextOptions{Colour: s.Colour, Edits: true})
	}
	_, err := fmt.Fprintf(p.stdout, "%s\n%s\n",
		s.Reply(command.Reply{Title: new.Headline, Text: summarize.Compose(rep).Markdown()}),
		s.Wrap(report.Diff(rep, s.Colour)))
	return err
}
