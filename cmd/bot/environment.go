package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"

	"erratum/internal/app"
)

// environment is what the variables say. Kong's own reading of them stops at the
// first that is wrong and speaks of flags; this one finds all, by their own names.
type environment struct {
	names   map[string][]string // variables by flag
	values  map[string]string   // sound values by flag
	wrong   []error             // variables that can't be read as what they set
	unknown []string            // variables that set nothing
	brief   bool                // help leaves the settings out
}

// secrets may stand in a file that the variable with _FILE names.
const fileSuffix = "_FILE"

// read takes the variables of the process for the parser's flags.
func (e *environment) read(parser *kong.Kong, p process) {
	e.names, e.values = map[string][]string{}, map[string]string{}
	var known []string
	for _, f := range parser.Model.Flags {
		e.names[f.Name] = f.Envs
		known = append(known, f.Envs...)
		f.Envs, f.Tag.Envs = nil, nil // kong would read the process's own variables
	}
	for _, f := range parser.Model.Flags {
		if name, value, err := lookUp(p, e.names[f.Name]); err != nil {
			e.wrong = append(e.wrong, err)
		} else if name != "" {
			if err := readable(f.Value, value); err != nil {
				e.wrong = append(e.wrong, fmt.Errorf("%s: %w", name, err))
				continue
			}
			e.values[f.Name] = value
		}
	}
	e.unknown = app.Unknown(p.environ, known)
}

// lookUp finds the first variable of several that is set, itself or by a file.
func lookUp(p process, names []string) (name, value string, err error) {
	for _, name := range names {
		if v, ok := p.getenv(name); ok {
			return name, v, nil
		}
		path, ok := p.getenv(name + fileSuffix)
		if !ok {
			continue
		}
		b, err := os.ReadFile(path) //nolint:gosec // the operator names the file
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return "", "", fmt.Errorf("%s%s: there is no file %s", name, fileSuffix, path)
		case errors.Is(err, fs.ErrPermission):
			return "", "", fmt.Errorf("%s%s: the file %s may not be read; check its permissions", name, fileSuffix, path)
		case err != nil:
			return "", "", fmt.Errorf("%s%s: %w", name, fileSuffix, err)
		case strings.TrimSpace(string(b)) == "":
			return "", "", fmt.Errorf("%s%s: the file %s is empty", name, fileSuffix, path)
		}
		return name, strings.TrimSpace(string(b)), nil
	}
	return "", "", nil
}

// readable tries whether a value can be read as what a flag takes.
func readable(v *kong.Value, value string) error {
	// A value of its own, so that the flag stays unset.
	trial := *v
	target := reflect.New(v.Target.Type()).Elem()
	err := trial.Parse(kong.ScanFromTokens(kong.Token{Type: kong.FlagValueToken, Value: value}), target)
	if enum := v.EnumSlice(); v.Enum != "" && !v.EnumMap()[value] {
		return fmt.Errorf("%q is none of %s", value, strings.Join(enum, ", "))
	}
	if err == nil {
		return nil
	}
	switch target.Interface().(type) {
	case bool:
		return fmt.Errorf("%q is neither true nor false", value)
	case int:
		return fmt.Errorf("%q is no whole number", value)
	case []int:
		return fmt.Errorf("%q is no list of numbers; write 8080 or 8080,8443", value)
	case interface{ Seconds() float64 }:
		return fmt.Errorf("%q is no length of time; give it a unit, such as 5s or 10m", value)
	default:
		return err
	}
}

// resolve gives a flag that is not on the command line its variable's value.
func (e *environment) resolve(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
	if v, ok := e.values[f.Name]; ok {
		return v, nil
	}
	return nil, nil
}

// describe is a flag's help, its variables behind it.
func (e *environment) describe(v *kong.Value) string {
	names := e.names[v.Name]
	if len(names) == 0 {
		return v.Help
	}
	return v.Help + " ($" + strings.Join(names, ", $") + ")"
}

// fetching are the settings that commands without a bot use, too.
var fetching = map[string]bool{"user-agent": true, "extra-ports": true, "allow-loopback": true}

// help shows the settings that mean something to the command, and no others.
func (e *environment) help(o kong.HelpOptions, ctx *kong.Context) error {
	name := ""
	if n := ctx.Selected(); n != nil {
		name = n.Name
	}
	for _, f := range ctx.Model.Flags {
		if f.Group == nil {
			continue
		}
		switch {
		case e.brief, name == "demo":
			f.Hidden = true
		case name == "diff", name == "extract":
			f.Hidden = !fetching[f.Name]
		}
	}
	return kong.DefaultHelpPrinter(o, ctx)
}

// sound refuses settings that the bot can't run with, all of them at once.
func (e *environment) sound(cfg *app.Config) error {
	return errors.Join(append(e.wrong, cfg.Check())...)
}

// warn says which settings are passed over, for commands that run without most.
func (e *environment) warn(p process) {
	for _, err := range e.wrong {
		fmt.Fprintf(p.stderr, "bot: warning: %v; it is passed over\n", err)
	}
}
