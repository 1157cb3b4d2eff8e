package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"erratum/internal/app"
)

type runCmd struct{}

// Run starts the bot on Discord.
func (runCmd) Run(ctx context.Context, p process, env *environment, cfg *app.Config) error {
	if err := env.sound(cfg); err != nil {
		return wrongSettings(err)
	}
	if cfg.DiscordToken == "" {
		fmt.Fprint(p.stderr, noToken)
		return exit(exitError)
	}
	d := app.Discord{Config: *cfg, Logger: logger(*cfg, p.stderr)}
	return d.Run(ctx)
}

type healthCmd struct{}

// Run asks the bot that runs on this machine how it is.
func (healthCmd) Run(ctx context.Context, cfg *app.Config) error { return app.CheckHealth(ctx, *cfg) }

const noToken = `bot: there is no Discord token.

1. Open https://discord.com/developers/applications and make an application.
2. Under "Bot", press "Reset Token" and copy it.
3. Put it in a file and name the file: ERRATUM_DISCORD_TOKEN_FILE=/path/to/token

Without Discord: "bot console" watches articles from this terminal,
and "bot demo" shows how it works.
`

type consoleCmd struct{}

// Help says how it ends.
func (consoleCmd) Help() string {
	return "Type help for the commands. It ends with quit, or where its input ends; what was watched goes on at the next start."
}

// Run watches from the terminal until the input ends.
func (consoleCmd) Run(ctx context.Context, p process, env *environment, cfg *app.Config) error {
	if err := env.sound(cfg); err != nil {
		return wrongSettings(err)
	}
	c := app.Console{
		Config: *cfg, In: p.stdin, Out: p.stdout, Style: style(p.stdout, p),
		Logger: logger(*cfg, p.stderr), Interactive: terminal(p.stdin) && terminal(p.stdout),
	}
	return c.Run(ctx)
}

type demoCmd struct {
	Scripted bool   `help:"Play it through, compare what was told with the truth, and exit."`
	Discord  bool   `help:"Through a Discord that lives in this program, with a page that shows the channel."`
	View     string `default:"127.0.0.1:8087" help:"Where that page is shown." placeholder:"ADDRESS"`
}

// Run shows the program at work on the bundled site.
func (c *demoCmd) Run(ctx context.Context, p process, cfg *app.Config) error {
	if c.Discord {
		d := app.DiscordDemo{Out: p.stdout, View: c.View, Stay: !c.Scripted, Logger: logger(*cfg, p.stderr)}
		return d.Run(ctx)
	}
	d := app.Demo{In: p.stdin, Out: p.stdout, Style: style(p.stdout, p), Scripted: c.Scripted}
	err := d.Run(ctx)
	if ctx.Err() != nil && !c.Scripted {
		return nil
	}
	return err
}

type checkConfigCmd struct{}

// Run says everything that is wrong with the settings at once.
func (checkConfigCmd) Run(p process, env *environment, cfg *app.Config) error {
	if err := env.sound(cfg); err != nil {
		return wrongSettings(err)
	}
	text := "The settings are sound.\n"
	if cfg.DiscordToken == "" {
		text += "There is no Discord token: `bot run` needs one, `bot console` does not.\n"
	}
	_, err := io.WriteString(p.stdout, text)
	return err
}

// wrongSettings says everything that is wrong, a line each.
func wrongSettings(err error) error {
	return fmt.Errorf("these settings are wrong:\n- %s\n`bot --help` lists all settings", strings.ReplaceAll(err.Error(), "\n", "\n- "))
}

// logger writes where the configuration says, never to standard output.
func logger(cfg app.Config, w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: cfg.Level()}
	if cfg.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
