package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	"erratum/internal/app"
	"erratum/internal/article"
	"erratum/internal/extract"
	"erratum/internal/report"
	"erratum/internal/source"
	"erratum/internal/summarize"
)

type diffCmd struct {
	Old    string `arg:"" optional:"" help:"File, URL, or - for standard input; HTML or plain text."`
	New    string `arg:"" optional:"" help:"The newer version."`
	Format string `default:"text" enum:"text,markdown,json" help:"text, markdown or json."`
	Full   bool   `help:"Show every edit, not only the summary (text format)."`
	Batch  bool   `help:"Read pairs from standard input, a JSON object a line; write a report a line."`
	Jobs   int    `default:"0" help:"Pairs compared at a time with --batch; 0: one a processor."`
}

// Run compares and exits 0 when nothing changed, 1 when something did.
func (c *diffCmd) Run(ctx context.Context, p process, cfg *app.Config) error {
	if c.Batch {
		return c.batch(p)
	}
	if c.Old == "" || c.New == "" {
		return errors.New("diff needs two versions: bot diff OLD NEW (files, URLs, or - for standard input)")
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
	if err := c.render(p.stdout, rep, new); err != nil {
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
		return nil, fmt.Errorf("%s: %w", arg, err)
	}
	if r.Verdict != article.OK {
		return nil, fmt.Errorf("%s: no article (%s): %s", arg, r.Verdict, r.Reason)
	}
	return r.Article, nil
}

func (c *diffCmd) render(w io.Writer, rep *report.Report, new *article.Article) error {
	switch c.Format {
	case "json":
		return json.NewEncoder(w).Encode(report.NewJSON("", rep, summarize.Compose(rep).String()))
	case "markdown":
		_, err := fmt.Fprintln(w, report.Markdown(rep))
		return err
	default:
		return c.text(w, rep, new)
	}
}

func (c *diffCmd) text(w io.Writer, rep *report.Report, new *article.Article) error {
	switch rep.Outcome {
	case report.Same:
		_, err := fmt.Fprintln(w, "No change.")
		return err
	case report.Cosmetic:
		_, err := fmt.Fprintln(w, "No change of meaning: only form or order differs.")
		return err
	case report.NotComparable:
		return nil // the error says it
	}
	if new.Headline != "" {
		fmt.Fprintln(w, new.Headline)
	}
	fmt.Fprintln(w, summarize.Compose(rep).String())
	_, err := fmt.Fprintf(w, "\n%s\n", report.FullDiff(rep))
	return err
}

// pair is a line of batch input.
type pair struct {
	ID          string `json:"id"`
	BeforeTitle string `json:"before_title"`
	BeforeText  string `json:"before_text"`
	AfterTitle  string `json:"after_title"`
	AfterText   string `json:"after_text"`
	Lang        string `json:"lang"`
}

// maxLine bounds a line of batch input: two articles of some megabytes.
const maxLine = 32 << 20

// batch compares a pair a line, Jobs at a time, and writes the reports in order.
func (c *diffCmd) batch(p process) error {
	jobs := c.Jobs
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	queue := make(chan chan []byte, jobs)
	read := make(chan error, 1)
	var work sync.WaitGroup
	work.Go(func() {
		defer close(queue)
		sc := bufio.NewScanner(p.stdin)
		sc.Buffer(make([]byte, 0, 1<<20), maxLine)
		for n := 1; sc.Scan(); n++ {
			line := append([]byte(nil), sc.Bytes()...)
			out := make(chan []byte, 1)
			queue <- out // waits while Jobs are under way
			work.Go(func() { out <- compareLine(n, line) })
		}
		read <- sc.Err()
	})
	w := bufio.NewWriter(p.stdout)
	done := 0
	var failed error
	for out := range queue {
		if _, err := w.Write(append(<-out, '\n')); err != nil && failed == nil {
			failed = err
		}
		if done++; done%500 == 0 {
			fmt.Fprintf(p.stderr, "%d pairs\n", done)
		}
	}
	work.Wait()
	return errors.Join(failed, w.Flush(), <-read)
}

func compareLine(n int, line []byte) []byte {
	var in pair
	if err := json.Unmarshal(line, &in); err != nil {
		return encode(struct {
			Line  int    `json:"line"`
			Error string `json:"error"`
		}{n, err.Error()})
	}
	old := plain(in.BeforeTitle, in.BeforeText, in.Lang)
	new := plain(in.AfterTitle, in.AfterText, in.Lang)
	rep := report.Compare(old, new)
	return encode(report.NewJSON(in.ID, rep, summarize.Compose(rep).String()))
}

// plain makes an article of a title and a text with a paragraph a line.
func plain(title, text, lang string) *article.Article {
	a := extract.New(extract.Options{Language: lang}).PlainText(text, "").Article
	if title != "" {
		a.Headline = title
	}
	return a
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return []byte(`{"error":"the report can't be written as JSON"}`)
	}
	return b
}

// colours reports whether w is a terminal that wants colours.
func colours(w io.Writer, p process) bool {
	if v, ok := p.getenv("NO_COLOR"); ok && v != "" {
		return false
	}
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
