package discord

import (
	"cmp"
	"errors"
	"maps"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/command"
)

// verb is what a button, or a line of a menu, does.
type verb string

// The verbs. Their letters stay what they are: buttons in channels are older than
// the program that answers them.
const (
	verbDiff    verb = "d" // every edit of the alert's change
	verbHistory verb = "h" // the article's revisions
	verbMenu    verb = "m" // asks for how long to mute
	verbMute    verb = "q" // mutes for a time
	verbTest    verb = "t" // says that buttons work
	verbPage    verb = "l" // shows a page of the list
	verbRestore verb = "r" // undoes a removal
	verbRetry   verb = "g" // sends again what was given up
	verbForget  verb = "f" // deletes everything of a guild
	verbUnmute  verb = "u" // tells of a muted block
	verbStep    verb = "p" // shows a change by the numbers of its guild
	verbIgnore  verb = "i" // ends a rule that ignores something
	verbRun     verb = "x" // a command that takes nothing but an article
	verbChoose  verb = "c" // a menu: its lines are what is done
)

// holdAll asks verbHistory for each revision.
const holdAll = "all"

// idVersion begins every custom id of ours.
const idVersion = "e1"

// maxID is Discord's limit of a custom id.
const maxID = 100

// button is what a custom id says. Nothing in it is trusted: the guild is that of
// the press, and what the rest names is looked up again within it.
type button struct {
	verb     verb
	watch    string // watch ID
	from, to int    // revisions: stored ones of verbDiff, those of the guild of verbStep
	hold     string // what else a verb needs, as press reads it: how long, which page, block or command
	delivery string // the delivery that made the message, by which Sink.Find knows it
}

var errButton = errors.New("not a button of this version")

// String writes a custom id: the version, the verb, and its fields with dots
// between them.
func (b button) String() string {
	fields := []string{idVersion, string(b.verb), b.watch, "", "", b.hold, b.delivery}
	if b.verb == verbDiff || b.verb == verbStep {
		fields[3], fields[4] = strconv.Itoa(b.from), strconv.Itoa(b.to)
	}
	return strings.Join(fields, ".")
}

// parseButton reads a custom id. Whatever String would not have written is refused.
func parseButton(id string) (button, error) {
	fields := strings.Split(id, ".")
	if len(id) > maxID || len(fields) != 7 || fields[0] != idVersion {
		return button{}, errButton
	}
	b := button{verb: verb(fields[1]), watch: fields[2], hold: fields[5], delivery: fields[6]}
	if !word(b.watch, 13) || !word(b.delivery, 24) || !word(b.hold, 8) {
		return button{}, errButton
	}
	var err error
	switch b.verb {
	case verbDiff, verbStep:
		if b.from, err = strconv.Atoi(fields[3]); err == nil {
			b.to, err = strconv.Atoi(fields[4])
		}
		if err != nil || b.from < 0 || b.to < 0 {
			return button{}, errButton
		}
	case verbHistory, verbMenu, verbMute, verbTest, verbPage, verbRestore, verbRetry, verbForget, verbUnmute,
		verbIgnore, verbChoose:
	case verbRun:
		if runnable()[b.hold] == "" {
			return button{}, errButton
		}
	default:
		return button{}, errButton
	}
	if b.String() != id {
		return button{}, errButton
	}
	return b, nil
}

// word reports whether s is made of lower-case letters and digits, at most n of them.
func word(s string, n int) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return false
		}
	}
	return len(s) <= n
}

// runnable are the commands that take nothing but an article, by their name in custom
// ids.
func runnable() map[string]string {
	return map[string]string{
		"show": "watch show", "check": "watch check", "pause": "watch pause", "resume": "watch resume", "remove": "watch remove",
		"history": "history", "why": "why",
	}
}

// buttonOf is what a custom id says of a command; false: it can't say all of it.
func buttonOf(a command.Action) (button, bool) {
	args := maps.Clone(a.Args)
	take := func(name string) string {
		v := args[name]
		delete(args, name)
		return v
	}
	var b button
	var bad error
	number := func(name string) (n int) {
		if v := take(name); v != "" {
			n, bad = strconv.Atoi(v)
		}
		return n
	}
	switch a.Name {
	case "watch list":
		b = button{verb: verbPage, hold: take("page")}
	case "watch restore":
		b = button{verb: verbRestore, watch: take("id")}
	case "watch unmute":
		b = button{verb: verbUnmute, watch: take("article"), hold: take("block")}
	case "watch ignore":
		b = button{verb: verbIgnore, watch: take("article"), hold: take("remove")}
	case "watch mute":
		b = button{verb: verbMute, watch: take("article"), hold: cmp.Or(take("for"), "24h")}
	case "settings forget":
		b = button{verb: verbForget}
		take("confirm")
	case "watch retry":
		b = button{verb: verbRetry}
	case "diff":
		b = button{verb: verbStep, watch: take("article"), hold: take("view")}
		from, to := number("from"), number("to")
		b.from, b.to = from, to
	case "history":
		b = button{verb: verbRun, watch: take("article"), hold: "history"}
		if take("all") == "true" {
			b.verb, b.hold = verbHistory, holdAll
		}
	default:
		for hold, name := range runnable() {
			if name == a.Name {
				b = button{verb: verbRun, watch: take("article"), hold: hold}
			}
		}
	}
	_, err := parseButton(b.String())
	return b, err == nil && bad == nil && len(args) == 0
}

// actionButton is the button of what a reply offers; false: it has none.
func actionButton(a command.Action) (discordgo.Button, bool) {
	b, ok := buttonOf(a)
	if !ok {
		return discordgo.Button{}, false
	}
	style := discordgo.SecondaryButton
	if a.Danger {
		style = discordgo.DangerButton
	}
	return discordgo.Button{Label: firstOf(PlainTo(a.Label, maxLabel), "Go on"), Style: style, CustomID: b.String()}, true
}

// replaces reports whether the answer to a button takes the place of the message that
// it stands in: that is an answer, too, not an alert for all to see.
func (b button) replaces() bool {
	if b.delivery != "" {
		return false
	}
	switch b.verb {
	case verbPage, verbRestore, verbForget, verbStep, verbRun, verbIgnore, verbHistory:
		return true
	default:
		return false
	}
}
