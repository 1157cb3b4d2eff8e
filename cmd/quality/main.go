// Command quality prints how good the rules are on evaluation data, which is not part
// of the project: a table of figures beside their floors and goals, and the worst
// misses of each row. This package holds flags and exit codes; the measuring is done
// in internal/quality.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"

	"erratum/internal/quality"
)

// Exit codes.
const (
	exitMeasured = 0
	exitBelow    = 1 // with --strict: a figure is below its floor
	exitError    = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// options are the flags.
type options struct {
	data, predictions string
	fit               string
	rows              []string
	worst             int
	strict            bool
}

// run is the whole program but for the process's own exit.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitMeasured
	case err != nil:
		return exitError // said by the flag package
	}
	var rows []quality.Row
	data, err := quality.Open(o.data)
	switch {
	case err != nil:
	case o.fit != "":
		err = fit(data, o.fit)
	default:
		if rows, err = o.measure(ctx, data); err == nil {
			err = o.write(stdout, rows)
		}
	}
	switch {
	case errors.Is(err, quality.ErrNoData):
		fmt.Fprintf(stderr, "make quality: %v; name its folder with DATA=/path/to/data\n", err)
		return exitError
	case err != nil:
		fmt.Fprintln(stderr, "make quality:", err)
		return exitError
	}
	if o.strict && slices.ContainsFunc(rows, func(r quality.Row) bool { return slices.ContainsFunc(r.Figures, quality.Figure.Below) }) {
		return exitBelow
	}
	return exitMeasured
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("quality", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.data, "data", "../shared/data", "folder of the evaluation data")
	f.Func("row", "measure only this row; may be given again: "+strings.Join(quality.Names(), ", "), func(s string) error {
		o.rows = append(o.rows, s)
		return nil
	})
	f.IntVar(&o.worst, "worst", 10, "how many of the worst misses of each row are printed")
	f.StringVar(&o.predictions, "predictions", "", "folder to write what the program answered to, for other scorers")
	f.StringVar(&o.fit, "fit", "", "measure nothing: fit the weights of the extractor's features to the pages of the data and write them to this file")
	f.BoolVar(&o.strict, "strict", false, "exit 1 when a figure is below its floor")
	if err := f.Parse(args); err != nil {
		return options{}, err
	}
	if f.NArg() > 0 {
		err := fmt.Errorf("quality takes flags only, not %q", f.Arg(0))
		fmt.Fprintln(stderr, err)
		return options{}, err
	}
	return o, nil
}

func (o options) measure(ctx context.Context, data *quality.Data) ([]quality.Row, error) {
	var out *quality.Predictions
	if o.predictions != "" {
		var err error
		if out, err = quality.NewPredictions(o.predictions); err != nil {
			return nil, err
		}
	}
	return quality.Measure(ctx, data, o.rows, out)
}

// fit writes the weights fitted to the pages of the data.
func fit(d *quality.Data, file string) error {
	weights, err := quality.FitWeights(d)
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(weights), 0o644)
}

func (o options) write(w io.Writer, rows []quality.Row) error {
	if err := quality.WriteTable(w, rows); err != nil {
		return err
	}
	for _, r := range rows {
		if err := quality.WriteMisses(w, r, o.worst); err != nil {
			return err
		}
	}
	return nil
}
