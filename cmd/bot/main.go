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
	"slices"
	"strings"
	"syscall"
	_ "time/tzdata" // guilds and schedules name time zones, and images without them are common

	"github.com/alecthomas/kong"

	"erratum/internal/app"
	"erratum/internal/command"
)

// Exit codes, as diff has them.
const (
	exitSame    = 0 // done, or no change
	exitChanged = 1
	exitError   = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks; a second one ends the process at once.
	context.AfterFunc(ctx, stop)
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

// getenv looks a variable up; an empty one counts as not set.
func (p process) getenv(name string) (string, bool) {
	for _, kv := range p.environ {
		if k, v, _ := strings.Cut(kv, "="); k == name {
			return v, v != ""
		}
	}
	return "", false
}

// cli is the command line. Settings apply to every command that runs the bot.
type cli struct {
	app.Config `embed:"" group:"settings"`
	Version    kong.VersionFlag `help:"Print the version and exit."`

	Run         runCmd         `cmd:"" help:"Run the bot on Discord."`
	Console     consoleCmd     `cmd:"" help:"Watch articles from this terminal: the bot's commands, typed."`
	Demo        demoCmd        `cmd:"" help:"See it work on a bundled news site; no network, no token."`
	Diff        diffCmd        `cmd:"" help:"Compare two versions of an article."`
	Extract     extractCmd     `cmd:"" help:"Show what is read of a page."`
	Export      exportCmd      `cmd:"" help:"Write all that is kept into a file."`
	Import      importCmd      `cmd:"" help:"Read such a file into an empty data file or Redis."`
	CheckConfig checkConfigCmd `cmd:"" help:"Say everything that is wrong with the settings."`
	Health      healthCmd      `cmd:"" help:"Ask the bot that runs here whether it is well; exits 2 when not."`
}

// exit carries an exit code through kong.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// run is the whole program but for the process's own exit.
func run(ctx context.Context, p process) int {
	var c cli
	left := -1 // the code that kong ends with after --help and --version
	var env environment
	parser, err := kong.New(&c,
		kong.Name("bot"),
		kong.Description("Erratum watches news articles and tells what changed in them, and whether the outlet said so."),
		kong.Vars{"version": "erratum " + app.Version()},
		kong.Writers(p.stdout, p.stderr),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, NoExpandSubcommands: true}),
		kong.ExplicitGroups([]kong.Group{{Key: "settings", Title: "Settings, as flags or variables:"}}),
		kong.Help(env.help),
		kong.ValueFormatter(env.describe),
		kong.Resolvers(kong.ResolverFunc(env.resolve)),
		kong.Exit(func(code int) { left = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(p, &env),
	)
	if err != nil {
		fmt.Fprintln(p.stderr, "bot:", err)
		return exitError
	}
	env.read(parser, p)
	if len(p.args) == 0 {
		return overview(parser, p, &env)
	}
	parsed, err := parser.Parse(asFlags(p.args))
	if left >= 0 {
		return left
	}
	for _, line := range env.unknown {
		fmt.Fprintln(p.stderr, "bot: warning:", line)
	}
	if err != nil {
		return misused(parser, p, err)
	}
	return exitCode(parsed.Run(&c.Config), p.stderr)
}

// asFlags are arguments with the words that others take for --help and --version.
func asFlags(args []string) []string {
	switch args[0] {
	case "help":
		return append(slices.Clone(args[1:]), "--help")
	case "version":
		return []string{"--version"}
	default:
		return args
	}
}

// overview answers a bare "bot": the commands without the settings, as an error since
// nothing was asked.
func overview(parser *kong.Kong, p process, env *environment) int {
	parser.Stdout, env.brief = p.stderr, true
	if _, err := parser.Parse([]string{"--help"}); err != nil && !errors.As(err, new(*kong.ParseError)) {
		fmt.Fprintln(p.stderr, "bot:", err)
	}
	fmt.Fprintln(p.stderr, "\nBegin with `bot demo`, which needs nothing. `bot --help` lists the settings, too.")
	return exitError
}

// misused says what is wrong with a command line, and where help is.
func misused(parser *kong.Kong, p process, err error) int {
	first := p.args[0]
	for _, c := range parser.Model.Children {
		if c.Name == first {
			fmt.Fprintf(p.stderr, "bot: %v\n`bot %s --help` shows how it is used.\n", err, first)
			return exitError
		}
	}
	help := "`bot --help` lists what there is."
	if !strings.HasPrefix(first, "-") {
		err = fmt.Errorf("there is no command %q", first)
		help = wayOn(parser, p.args)
	}
	fmt.Fprintf(p.stderr, "bot: %v\n%s\n", err, help)
	return exitError
}

// wayOn names the command that was meant: one of the program's, or one that is typed to
// the bot.
func wayOn(parser *kong.Kong, args []string) string {
	for _, c := range parser.Model.Children {
		if command.Alike(c.Name, args[0]) {
			return fmt.Sprintf("Did you mean `bot %s`? `bot --help` lists what there is.", c.Name)
		}
	}
	if typed := command.Typed(args); typed != "" {
		return fmt.Sprintf("That is typed to the bot: start `bot console`, then type `%s`.", typed)
	}
	return "`bot --help` lists what there is."
}

// exitCode prints an error once and turns it into a code.
func exitCode(err error, stderr io.Writer) int {
	var e exit
	switch {
	case err == nil:
		return exitSame
	case errors.As(err, &e):
		return int(e)
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "bot: interrupted")
		return exitError
	default:
		fmt.Fprintln(stderr, "bot:", err)
		return exitError
	}
}
