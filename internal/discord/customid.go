package discord

import (
	"errors"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/command"
)

// verb is what a button does.
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
)

// idVersion begins every custom id of ours.
const idVersion = "e1"

// maxID is Discord's limit of a custom id.
const maxID = 100

// button is what a custom id says. Nothing in it is trusted: the guild is that of
// the press, and what the rest names is looked up again within it.
type button struct {
	verb     verb
	watch    string // watch ID
	from, to int    // stored revisions, verbDiff only
	hold     string // verbMute: how long; verbPage: the page; verbUnmute: the block
	delivery string // the delivery that made the message, by which Sink.Find knows it
}

var errButton = errors.New("not a button of this version")

// String writes a custom id: the version, the verb, and its fields with dots
// between them.
func (b button) String() string {
	fields := []string{idVersion, string(b.verb), b.watch, "", "", b.hold, b.delivery}
	if b.verb == verbDiff {
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
	case verbDiff:
		if b.from, err = strconv.Atoi(fields[3]); err == nil {
			b.to, err = strconv.Atoi(fields[4])
		}
		if err != nil || b.from < 0 || b.to < 0 {
			return button{}, errButton
		}
	case verbHistory, verbMenu, verbMute, verbTest, verbPage, verbRestore, verbRetry, verbForget, verbUnmute:
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

// actionButton is the button of what a reply offers; false: it has none.
func actionButton(a command.Action) (discordgo.Button, bool) {
	var b button
	switch a.Name {
	case "watch list":
		b = button{verb: verbPage, hold: a.Args["page"]}
	case "watch restore":
		b = button{verb: verbRestore, watch: a.Args["id"]}
	case "watch unmute":
		b = button{verb: verbUnmute, watch: a.Args["article"], hold: a.Args["block"]}
	case "settings forget":
		b = button{verb: verbForget}
	case "watch retry":
		b = button{verb: verbRetry}
	}
	id := b.String()
	if _, err := parseButton(id); err != nil {
		return discordgo.Button{}, false
	}
	style := discordgo.SecondaryButton
	if a.Danger {
		style = discordgo.DangerButton
	}
	return discordgo.Button{Label: PlainTo(a.Label, maxLabel), Style: style, CustomID: id}, true
}

// replaces reports whether the answer to a button takes the place of the message that
// it stands in: that is an answer, too, not an alert for all to see.
func (b button) replaces() bool {
	return b.delivery == "" && (b.verb == verbPage || b.verb == verbRestore || b.verb == verbForget)
}
