package command

import (
	"fmt"
	"strings"
)

// Document is the commands as a page of Markdown: docs/commands.md. more are those
// that a chat platform has of its own.
func Document(more ...Spec) string {
	var b strings.Builder
	b.WriteString("# Commands\n\n" +
		"<!-- Written by `make golden` from internal/command; a test fails when they differ. -->\n\n" +
		"The same commands are typed at a terminal (`bot console`) and on Discord, where each begins with a slash and its options are picked from a form. " +
		"At a terminal options are written `name:value`, in any order, or without their names in the order of the list; what has spaces in it stands last or in double quotes. " +
		"An article is named by its number from `watch list`, part of its title, or its URL, a feed as `feed 1`, by its title or its URL; Discord offers both while one types.\n\n" +
		"Commands marked *manager* are for those who have Manage Server or a role that `settings managers` names; *admin* is Manage Server alone. At a terminal everybody is both. " +
		"What is said is said to whoever asked and to nobody else, unless they say `public:true`; at a terminal there is nobody else. On Discord answers have buttons and menus for what one asks next; each does what a command typed does. On Discord the menu of any message has **Watch links** and **What changed?**, which take the links in it.\n\n" +
		"| command | what it does | who |\n| --- | --- | --- |\n")
	all := append(Specs(), more...)
	for _, s := range all {
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s |\n", s.Name, strings.ReplaceAll(s.Name, " ", "-"), escapeCell(s.Summary), who(s))
	}
	for _, s := range all {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", s.Name, sentence(s.Summary))
		if w := who(s); w != "anybody" {
			fmt.Fprintf(&b, "For: %s.\n", w)
		}
		fmt.Fprintf(&b, "\n```\n%s\n```\n", Usage(s))
		if len(s.Options) > 0 {
			b.WriteString("\n| option | |\n| --- | --- |\n")
		}
		for _, o := range s.Options {
			fmt.Fprintf(&b, "| `%s` | %s%s |\n", o.Name, escapeCell(o.Summary), traits(o))
		}
		for i, e := range s.Examples {
			if i == 0 {
				b.WriteString("\nFor example:\n\n```\n")
			}
			b.WriteString(e + "\n")
			if i == len(s.Examples)-1 {
				b.WriteString("```\n")
			}
		}
	}
	return b.String()
}

func who(s Spec) string {
	switch {
	case s.Admin:
		return "admin"
	case s.Write:
		return "manager"
	default:
		return "anybody"
	}
}

// traits are what a page says of an option behind its summary.
func traits(o Option) string {
	var out []string
	if o.Required {
		out = append(out, "needed")
	}
	if o.Write {
		out = append(out, "manager")
	}
	if o.Chat {
		out = append(out, "on Discord")
	}
	if len(out) == 0 {
		return ""
	}
	return " (" + strings.Join(out, ", ") + ")"
}

// escapeCell keeps a table in shape.
func escapeCell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }
