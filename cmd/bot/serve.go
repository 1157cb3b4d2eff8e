package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"erratum/internal/app"
	"erratum/internal/console"
)

type runCmd struct{}

// Run starts the bot on Discord.
func (runCmd) Run(_ context.Context, p process, cfg *app.Config) error {
	if err := cfg.Validate(); err != nil {
		return err
	}
	if cfg.DiscordToken == "" {
		fmt.Fprint(p.stderr, noToken)
		return exit(exitError)
	}
	return errors.New("this version does not speak to Discord yet: `bot console` runs everything else in this terminal")
}

const noToken = `bot: there is no Discord token.

1. Open https://discord.com/developers/applications and make an application.
2. Under "Bot", press "Reset Token" and copy it.
3. Put it in a file and name the file: ERRATUM_DISCORD_TOKEN_FILE=/path/to/token

Without Discord: "bot console" watches articles from this terminal,
and "bot demo" shows how it works.
`

type consoleCmd struct{}

// Run watches from the terminal until the input ends; with the input at its end it
// goes on watching until it is stopped, so that it can run in the background.
func (consoleCmd) Run(ctx context.Context, p process, cfg *app.Config) error {
	if err := cfg.Validate(); err != nil {
		return err
	}
	c := app.Console{
		Config: *cfg, In: p.stdin, Out: p.stdout,
		Style:  console.Style{Colour: colours(p.stdout, p)},
		Logger: logger(*cfg, p.stderr), Interactive: colours(p.stdout, p),
	}
	return c.Run(ctx)
}

type demoCmd struct {
	Scripted bool `help:"Play it through, compare what was told with the truth, and exit."`
}

// Run shows the program at work on the bundled site.
func (c *demoCmd) Run(ctx context.Context, p process) error {
	d := app.Demo{In: p.stdin, Out: p.stdout, Style: console.Style{Colour: colours(p.stdout, p)}, Scripted: c.Scripted}
	err := d.Run(ctx)
	if ctx.Err() != nil && !c.Scripted {
		return nil
	}
	return err
}

type checkConfigCmd struct{}

// Run says everything that is wrong with the settings at once.
func (checkConfigCmd) Run(p process, cfg *app.Config) error {
	if err := cfg.Validate(); err != nil {
		return fmt.Errorf("these settings are wrong:\n%w", err)
	}
	_, err := fmt.Fprintln(p.stdout, "The settings are sound.")
	if cfg.DiscordToken == "" {
		fmt.Fprintln(p.stdout, "There is no Discord token: `bot run` needs one, `bot console` does not.")
	}
	return err
}

// logger writes where the configuration says, never to standard output.
func logger(cfg app.Config, w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: cfg.Level()}
	if cfg.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
