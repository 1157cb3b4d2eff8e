package command

import (
	"context"
	"fmt"
	"strings"
)

// TypedOptions is what help says of options to those who type them.
const TypedOptions = "Options are written `name:value`."

// help lists the commands, or shows one in full.
func (r *Router) help(_ context.Context, req Request) (Reply, error) {
	name := strings.ToLower(strings.TrimPrefix(req.Args["command"], "/"))
	if name == "" {
		return Reply{Title: "Commands", Text: list(r.specs()) +
			"\nAn article is named by its number from `watch list`, part of its title, or its URL. " + TypedOptions + " `help COMMAND` shows options and examples."}, nil
	}
	if s, ok := Find(name); ok {
		return Reply{Title: s.Name, Text: manual(r.local(s))}, nil
	}
	var family []Spec
	for _, s := range r.specs() {
		if strings.HasPrefix(s.Name, name+" ") {
			family = append(family, s)
		}
	}
	if len(family) == 0 {
		return Reply{}, unknown(name)
	}
	return Reply{Title: "Commands", Text: list(family) + "\n`help " + family[0].Name + "` shows one in full."}, nil
}

func list(specs []Spec) string {
	var b strings.Builder
	for _, s := range specs {
		fmt.Fprintf(&b, "- `%s`: %s\n", s.Name, s.Summary)
	}
	return b.String()
}

// manual is a command in full.
func manual(s Spec) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n`%s`\n", sentence(s.Summary), Usage(s))
	for _, o := range s.Options {
		fmt.Fprintf(&b, "- `%s`: %s\n", o.Name, o.Summary)
	}
	if s.Write {
		b.WriteString("For those who manage what is watched here.\n")
	}
	for i, e := range s.Examples {
		if i == 0 {
			b.WriteString("For example:\n")
		}
		fmt.Fprintf(&b, "- `%s`\n", e)
	}
	return strings.TrimRight(b.String(), "\n")
}
