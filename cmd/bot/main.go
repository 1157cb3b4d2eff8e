// Command bot is Erratum: it watches news articles and tells what changed in them.
// `bot --help` lists what it can do. This package holds flags, signals and exit
// codes; the program is wired in internal/app.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"erratum/internal/app"
)

// Exit codes, as diff has them.
const (
	exitSame    = 0 // done, or no change
	exitChanged = 1
	exitError   = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, process{
		args: os.Args[1:], environ: os.Environ(),
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
	})
	stop()
	os.Exit(code)
}

// process is what the operating system hands to a program.
type process struct {
	args, environ  []string
	stdin          io.Reader
	stdout, stderr io.Writer
}

// getenv looks a variable up.
func (p process) getenv(name string) (string, bool) {
	for _, kv := range p.environ {
		if k, v, _ := strings.Cut(kv, "="); k == name {
			return v, true
		}
	}
	return "", false
}

// cli is the command line. Settings apply to every command that runs the bot.
type cli struct {
	app.Config
	Version kong.VersionFlag `help:"Print the version and exit."`

	Run         runCmd         `cmd:"" help:"Run the bot."`
	Console     consoleCmd     `cmd:"" help:"Watch articles from this terminal: the bot's commands, typed."`
	Demo        demoCmd        `cmd:"" help:"See it work on a bundled news site; no network, no token."`
	Diff        diffCmd        `cmd:"" help:"Compare two versions of an article."`
	Extract     extractCmd     `cmd:"" help:"Show what is read of a page."`
	CheckConfig checkConfigCmd `cmd:"" help:"Say everything that is wrong with the settings."`
}

// exit carries an exit code through kong.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// run is the whole program but for the process's own exit.
func run(ctx context.Context, p process) (code int) {
	var c cli
	parser, err := kong.New(&c,
		kong.Name("bot"),
		kong.Description("Erratum watches news articles and tells what changed in them, and whether the outlet said so."),
		kong.Vars{"version": "erratum " + app.Version()},
		kong.Writers(p.stdout, p.stderr),
		kong.ShortUsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Resolvers(environment(p)),
		// Kong exits by itself after --help and --version: turn that into a return.
		kong.Exit(func(code int) { panic(exit(code)) }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(p),
	)
	if err != nil {
		fmt.Fprintln(p.stderr, "bot:", err)
		return exitError
	}
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(exit)
			if !ok {
				panic(r)
			}
			code = int(e)
		}
	}()
	for _, line := range app.Unknown(p.environ, settings(parser)) {
		fmt.Fprintln(p.stderr, "bot: warning:", line)
	}
	parsed, err := parser.Parse(p.args)
	if err != nil {
		fmt.Fprintf(p.stderr, "bot: %v\n`bot --help` lists what there is.\n", err)
		return exitError
	}
	return exitCode(parsed.Run(&c.Config), p.stderr)
}

// exitCode prints an error once and turns it into a code.
func exitCode(err error, stderr io.Writer) int {
	var e exit
	switch {
	case err == nil:
		return exitSame
	case errors.As(err, &e):
		return int(e)
	default:
		fmt.Fprintln(stderr, "bot:", err)
		return exitError
	}
}

// environment resolves flags from variables, and secrets from the files that
// variables with _FILE name.
func environment(p process) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
		for _, name := range f.Envs {
			if v, ok := p.getenv(name); ok && v != "" {
				return v, nil
			}
			path, ok := p.getenv(name + "_FILE")
			if !ok || path == "" {
				continue
			}
			b, err := os.ReadFile(path)
			if err != nil {
				return nil, fmt.Errorf("%s_FILE: %w", name, err)
			}
			return strings.TrimSpace(string(b)), nil
		}
		return nil, nil
	})
}

// settings lists the variables that mean something.
func settings(parser *kong.Kong) []string {
	var out []string
	for _, f := range parser.Model.Flags {
		out = append(out, f.Envs...)
	}
	return out
}
