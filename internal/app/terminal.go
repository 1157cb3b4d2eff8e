package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math"

	"erratum/internal/console"
	"erratum/internal/report"
)

// Console runs the program for one person at a terminal.
type Console struct {
	Config      Config
	In          io.Reader
	Out         io.Writer
	Style       console.Style
	Logger      *slog.Logger
	Interactive bool         // someone sits there: greet and prompt
	Change      func(*Parts) // changes the program's parts, for tests; may be nil
}

// Run answers commands and shows alerts until the input ends or ctx does.
func (c *Console) Run(ctx context.Context) (err error) {
	journal, err := console.OpenJournal(c.Config.journalPath())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, journal.Close()) }()
	sink := console.NewSink(journal, c.Out, c.Style)
	parts := Parts{Sink: sink, Logger: c.Logger}
	if c.Change != nil {
		c.Change(&parts)
	}
	cfg := c.Config
	cfg.MaxChecks, cfg.MaxAlerts = math.MaxInt, 0 // they bound what servers take from each other; here is one person
	app, err := New(ctx, cfg, parts)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	running := make(chan error, 1)
	go func() { running <- app.Run(ctx) }()
	defer func() {
		cancel()
		err = errors.Join(err, <-running, app.Close())
	}()
	terminal := console.Console{Router: app.Router(), Sink: sink, In: c.In, Echo: !c.Interactive}
	if c.Interactive {
		terminal.Prompt = "> "
		terminal.Greeting = "Erratum watches from this terminal and keeps everything in " + report.Escape(c.Config.Data) + ".\n`help` lists the commands, `quit` ends."
	}
	return terminal.Run(ctx)
}
