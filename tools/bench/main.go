// Command bench measures what a check costs: the real program at a terminal, beside a
// floor that fetches the same pages and parses them, and beside two libraries that read
// articles, all in one run over the saved pages of the evaluation data.
//
// It has a module of its own, so that the libraries stay out of the program's. Start
// reading at [measure].
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"

	"erratum/internal/newstest"
)

func main() {
	data := flag.String("data", "../../../shared/data", "folder of the evaluation data")
	rounds := flag.Int("rounds", 3, "how often each page is looked at")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *data, *rounds, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures and prints. Without the data there is nothing to measure, which is no
// fault.
func run(ctx context.Context, data string, rounds int, out io.Writer) error {
	folder := filepath.Join(data, "extract", "html")
	if _, err := os.Stat(folder); err != nil {
		fmt.Fprintf(out, "not measured: there are no saved pages in %s\n", folder)
		return nil
	}
	pages, err := newstest.OpenFolder(folder)
	if err != nil {
		return err
	}
	f, err := measure(ctx, pages, rounds)
	if err != nil {
		return err
	}
	f.print(out)
	return nil
}

// figures are what was measured: milliseconds of CPU a look, and megabytes that stay
// when there is nothing to do.
type figures struct {
	pages, rounds          int
	same, anew, changed    float64 // the program's checks, by what the page shows
	idle                   float64
	floor, floorIdle       float64
	readable, readableIdle float64
	trafil, trafilIdle     float64
}

// print writes the figures, the program's as ratios to the others.
func (f figures) print(out io.Writer) {
	fmt.Fprintf(out, "%d saved pages, each looked at %d times; CPU of one look in ms, memory at rest in MB\n\n", f.pages, f.rounds)
	row := func(what string, v, floor, readable, trafil float64) {
		fmt.Fprintf(out, "%-52s %6.2f %9s %15s %15s\n", what, v, ratio(v, floor), ratio(v, readable), ratio(v, trafil))
	}
	fmt.Fprintf(out, "%-52s %6s %9s %15s %15s\n", "", "", "to floor", "to readability", "to trafilatura")
	row("check of a page of the same bytes", f.same, f.floor, f.readable, f.trafil)
	row("check of a page written anew, the text the same", f.anew, f.floor, f.readable, f.trafil)
	row("check of a page whose text changed", f.changed, f.floor, f.readable, f.trafil)
	row("memory at rest", f.idle, f.floorIdle, f.readableIdle, f.trafilIdle)
	fmt.Fprintln(out)
	row("floor: fetched and parsed", f.floor, f.floor, f.readable, f.trafil)
	row("fetched and read by go-readability", f.readable, f.floor, f.readable, f.trafil)
	row("fetched and read by go-trafilatura with fall-backs", f.trafil, f.floor, f.readable, f.trafil)
	row("floor, memory at rest", f.floorIdle, f.floorIdle, f.readableIdle, f.trafilIdle)
}

// ratio is how many times as much one figure is as another.
func ratio(v, of float64) string {
	if of == 0 {
		return "–"
	}
	return strconv.FormatFloat(v/of, 'f', 2, 64) + "x"
}
