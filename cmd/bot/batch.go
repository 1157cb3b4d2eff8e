package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"erratum/internal/article"
	"erratum/internal/extract"
	"erratum/internal/report"
	"erratum/internal/summarize"
)

// pair is a line of batch input.
type pair struct {
	ID          string `json:"id"`
	BeforeTitle string `json:"before_title"`
	BeforeText  string `json:"before_text"`
	AfterTitle  string `json:"after_title"`
	AfterText   string `json:"after_text"`
	Lang        string `json:"lang"`
}

// badLine stands in the output for a line that is no pair.
type badLine struct {
	Line    int            `json:"line"`
	Outcome report.Outcome `json:"outcome"`
	Error   string         `json:"error"`
}

// maxLine bounds a line of batch input: two articles of some megabytes.
const maxLine = 32 << 20

// progressEvery is how many pairs pass between two words on standard error.
const progressEvery = 500

// compared is a line of output.
type compared struct {
	line []byte
	bad  bool
}

// batch compares a pair a line, some at a time, and writes the reports in order. A
// line that is no pair gets a line that says so, and makes the whole an error in the
// end.
func batch(ctx context.Context, p process, jobs int) error {
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan chan compared, jobs)
	read := make(chan error, 1)
	var work sync.WaitGroup
	work.Go(func() {
		defer close(queue)
		read <- compareLines(ctx, p.stdin, queue, &work)
	})
	w := bufio.NewWriter(p.stdout)
	done, bad := 0, 0
	var failed error
	for out := range queue {
		c := <-out
		if failed != nil {
			continue
		}
		if _, failed = w.Write(append(c.line, '\n')); failed != nil {
			cancel()
		}
		if c.bad {
			bad++
		}
		if done++; done%progressEvery == 0 {
			fmt.Fprintf(p.stderr, "%d pairs\n", done)
		}
	}
	work.Wait()
	err := <-read
	if failed == nil {
		failed = w.Flush()
	}
	if failed != nil {
		return fmt.Errorf("write reports: %w", failed)
	}
	if err != nil {
		return err
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d lines could not be read as a pair; their output says why", bad, done)
	}
	return nil
}

// compareLines starts a comparison for each line and queues where its result comes.
func compareLines(ctx context.Context, in io.Reader, queue chan<- chan compared, work *sync.WaitGroup) error {
	sc := bufio.NewScanner(in)
	sc.Buffer(make([]byte, 0, 1<<20), maxLine)
	for n := 1; ctx.Err() == nil && sc.Scan(); n++ {
		line := bytes.TrimSpace(bytes.Clone(sc.Bytes()))
		if len(line) == 0 {
			continue
		}
		out := make(chan compared, 1)
		queue <- out // waits while as many as allowed are under way
		work.Go(func() { out <- compareLine(n, line) })
	}
	if errors.Is(sc.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("a line is longer than %d MB", maxLine>>20)
	}
	return errors.Join(sc.Err(), ctx.Err())
}

func compareLine(n int, line []byte) compared {
	var in pair
	if err := json.Unmarshal(line, &in); err != nil {
		var kind *json.UnmarshalTypeError
		why := "this is no JSON: " + err.Error()
		switch {
		case errors.As(err, &kind) && kind.Field != "":
			why = fmt.Sprintf("%s must be a text, not of the kind %s", kind.Field, kind.Value)
		case kind != nil:
			why = "a pair must be a JSON object, not of the kind " + kind.Value
		}
		return compared{encode(badLine{n, report.NotComparable, why}), true}
	}
	rep := report.Compare(plain(in.BeforeTitle, in.BeforeText, in.Lang), plain(in.AfterTitle, in.AfterText, in.Lang))
	return compared{encode(report.NewJSON(in.ID, rep, summarize.Compose(rep).String())), false}
}

// plain makes an article of a title and a text with a paragraph a line.
func plain(title, text, lang string) *article.Article {
	a := extract.New(extract.Options{Language: lang}).PlainText(text, "").Article
	if title != "" {
		a.Headline = title
	}
	return a
}

// encode writes a line of JSON, without the newline. Everything encoded here can be.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return []byte(`{"error":"this can't be written as JSON"}`)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
