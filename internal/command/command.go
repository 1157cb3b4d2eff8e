// Package command holds the commands without a chat platform: a request goes in, a
// reply comes out. Discord and the console decode requests and render replies; this
// package knows neither, and it refuses to name anything outside the request's
// guild.
//
// Start reading at [Router]. What the commands need of the rest of the program
// stands as small interfaces in store.go and in [Checks] and [Polls].
package command

import (
	"context"

	"erratum/internal/alert"
	"erratum/internal/watch"
)

// Request is a command as a person gave it.
type Request struct {
	Guild   string // the isolation boundary; "local" at a terminal
	Channel string
	User    string
	Manager bool              // may write
	Admin   bool              // may say who may write, and delete everything
	Name    string            // "watch add", "diff": see Specs
	Args    map[string]string // by option name; missing options are absent
	File    []byte            // what an option of kind Upload attached
}

// Reply is what a person gets back. Text is CommonMark, of which only **bold**,
// `code`, "- " lists and "> " quotes are used; what comes from articles and people
// is escaped in it ([report.Escape]). <#ID> names a channel, <@&ID> a role; neither
// calls anybody.
type Reply struct {
	Title  string        // plain text
	Text   string        // CommonMark
	Pre    string        // plain text, shown letter by letter; with a Notice, every edit of it
	Notice *alert.Notice // shown as an alert would be, where there is no Pre
	File   *File
	Next   []Action // what to do next, for those who press buttons; Text says how to type it
	Picks  []Pick   // the same, where there is much to choose from
	// Refused says that the command was not done: Text says why, to whoever asked.
	Refused bool
}

// Action is a command that a reply offers.
type Action struct {
	Label  string
	Detail string // in a menu, below the label
	Danger bool   // can't be undone
	Name   string
	Args   map[string]string
}

// File is an attachment.
type File struct {
	Name string
	Data []byte
}

// Places knows the channels that a command may name beside its own.
type Places interface {
	// MayPost checks that alerts can be posted in a channel of the guild; an *Error
	// says what is missing.
	MayPost(ctx context.Context, guild, channel string) error
	// MayThread checks that threads can be made of messages in a channel, and MayCall
	// that a role can be called, as MayPost does.
	MayThread(ctx context.Context, guild, channel string) error
	MayCall(ctx context.Context, guild, role string) error
	// Problems says of channels what keeps alerts from being posted there, in
	// CommonMark; those where nothing does are not in it.
	Problems(ctx context.Context, guild string, channels []string) (map[string]string, error)
}

// Checks is the checker as commands use it.
type Checks interface {
	// Add looks at the page now, makes the watch and says what it saw.
	Add(ctx context.Context, w watch.Watch) (watch.Added, error)
	// Enrol makes a watch without looking at the page: its first check does, soon.
	Enrol(ctx context.Context, w watch.Watch) (stored watch.Watch, created bool, err error)
	// CheckNow checks one article now, within its host's limits.
	CheckNow(ctx context.Context, articleID string) (watch.Result, error)
}

// Polls is the poller of feeds as commands use it.
type Polls interface {
	// Add looks at the feed now, or at the one that the page there names, makes the
	// channel follow it and says what it lists.
	Add(ctx context.Context, f watch.Feed) (watch.AddedFeed, error)
	// Enrol makes the channel follow the feed without looking at it: its first poll
	// does, soon.
	Enrol(ctx context.Context, f watch.Feed) (stored watch.Feed, created bool, err error)
}
