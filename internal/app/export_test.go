package app

import (
	"context"
	"log/slog"
	"time"

	"erratum/internal/command"
	"erratum/internal/deliver"
)

// Digests makes what sends digests, with a clock that a test sets.
func Digests(store Store, router *command.Router, sink deliver.Sink, now func() time.Time) func(context.Context) error {
	g := &digests{store: store, router: router, sink: sink, log: slog.New(slog.DiscardHandler), now: now, tried: map[string]time.Time{}}
	return g.run
}

// ServeHealth says how the program with a store is, until it is closed.
var ServeHealth = serveHealth

// Keeping makes what logs how safely a store keeps things.
func Keeping(store command.Keeping, log *slog.Logger) func(context.Context) error {
	return (&keeping{store: store, log: log}).run
}
