package console

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"erratum/internal/command"
	"erratum/internal/report"
)

// quitCommand is the one command that the router does not know.
const quitCommand = "quit"

// Parse reads a typed line: the command's words, then options as name:value or in
// the order of the command's help, values with spaces in double quotes. An empty
// line is an empty request; a command that does not exist is left to the router,
// which says so. The errors are CommonMark sentences for the person who typed.
func Parse(line string) (command.Request, error) {
	words, err := split(strings.ToValidUTF8(line, "\uFFFD"))
	if err != nil || len(words) == 0 {
		return command.Request{}, err
	}
	words[0] = strings.TrimPrefix(words[0], "/")
	if w := strings.ToLower(words[0]); len(words) == 1 && (w == quitCommand || w == "exit") {
		return command.Request{Name: quitCommand}, nil
	}
	req := command.Request{Guild: Guild, Channel: Channel, User: Channel, Manager: true, Admin: true, Args: map[string]string{}}
	for _, n := range []int{2, 1} {
		if len(words) < n {
			continue
		}
		if spec, ok := command.Find(strings.ToLower(strings.Join(words[:n], " "))); ok {
			req.Name = spec.Name
			return req, place(spec, words[n:], req.Args)
		}
	}
	req.Name = strings.Join(words[:min(2, len(words))], " ")
	return req, nil
}

// place puts typed words into a command's options: name:value where it says so,
// else in order. An option that takes several words takes all that follow.
func place(spec command.Spec, words []string, args map[string]string) error {
	places := slices.IndexFunc(spec.Options, func(o command.Option) bool { return o.Kind == command.Flag })
	if places < 0 {
		places = len(spec.Options)
	}
	next := 0  // the option that a word without a name is for
	more := -1 // the option that takes further words, -1: none
	for _, w := range words {
		name, value, named := strings.Cut(w, ":")
		if i := option(spec, name); named && i >= 0 {
			args[spec.Options[i].Name] = value
			more = -1
			if spec.Options[i].Words {
				more = i
			}
			continue
		}
		for next < places && next != more && given(args, spec.Options[next].Name) {
			next++
		}
		// An address ends what came before it where one is still missing.
		missing := next < places && next != more && spec.Options[next].Required && strings.Contains(w, "://")
		if more >= 0 && !missing {
			o := spec.Options[more]
			if o.Article && named && optionLike.MatchString(w) {
				return fmt.Errorf("`%s` has no option “%s”. Usage: `%s`.", spec.Name, report.Escape(name), command.Usage(spec.Alone())) //nolint:staticcheck // a sentence for the person who typed
			}
			args[o.Name] = strings.TrimSpace(args[o.Name] + " " + w)
			continue
		}
		if next >= places {
			return fmt.Errorf("I don't know what “%s” is for. Usage: `%s`.", report.Escape(w), command.Usage(spec.Alone())) //nolint:staticcheck // a sentence for the person who typed
		}
		o := spec.Options[next]
		args[o.Name] = w
		// A number or an address is an article by itself: what follows is for the
		// options behind it.
		if o.Words && !(o.Article && single(w) && next+1 < places) {
			more = next
		}
	}
	return nil
}

// optionLike is a word among those of a title that is meant for an option: none of an
// address, a clock or the end of a phrase.
var optionLike = regexp.MustCompile(`^\pL+:[^/\s]+$`)

func given(args map[string]string, name string) bool {
	_, ok := args[name]
	return ok
}

// single reports whether a word names an article without any further words.
func single(w string) bool {
	_, err := strconv.Atoi(w)
	return err == nil || strings.Contains(w, "://")
}

// option is the index of a command's option by its name, -1 when there is none.
func option(spec command.Spec, name string) int {
	for i, o := range spec.Options {
		if o.Name == strings.ToLower(name) {
			return i
		}
	}
	return -1
}

var errQuote = errors.New("A double quote is not closed. Write \"…\" around words that belong together.") //nolint:staticcheck // a sentence for the person who typed

// split cuts a line at white space outside double quotes.
func split(line string) ([]string, error) {
	var words []string
	var b strings.Builder
	quoted, open := false, false
	for _, r := range line {
		switch {
		case r == '"':
			open, quoted = !open, true
		case !open && (unicode.IsSpace(r) || unicode.IsControl(r)):
			if b.Len() > 0 || quoted {
				words = append(words, b.String())
			}
			b.Reset()
			quoted = false
		default:
			b.WriteRune(r)
		}
	}
	if open {
		return nil, errQuote
	}
	if b.Len() > 0 || quoted {
		words = append(words, b.String())
	}
	return words, nil
}
