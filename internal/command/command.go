// Package command holds the commands without a chat platform: a request goes in, a
// reply comes out. Discord and the console decode requests and render replies; this
// package knows neither, and it refuses to name anything outside the request's
// guild.
//
// Start reading at [Router]. What the commands need of the rest of the program
// stands as small interfaces in store.go and in [Checks].
package command

import (
	"context"
	"errors"
	"fmt"

	"erratum/internal/alert"
	"erratum/internal/watch"
)

// Request is a command as a person gave it.
type Request struct {
	Guild   string // the isolation boundary; "local" at a terminal
	Channel string
	User    string
	Manager bool              // may write
	Name    string            // "watch add", "diff": see Specs
	Args    map[string]string // by option name; missing options are absent
}

// Reply is what a person gets back. Text is CommonMark, of which only **bold**,
// `code`, "- " lists and "> " quotes are used; what comes from articles and people
// is escaped in it ([report.Escape]). Mentions are left to the channel.
type Reply struct {
	Title  string        // plain text
	Text   string        // CommonMark
	Pre    string        // plain text, shown letter by letter
	Notice *alert.Notice // shown as an alert would be
	File   *File
}

// File is an attachment.
type File struct {
	Name string
	Data []byte
}

// Error is a refusal in words for the person who asked: what is wrong, and what to
// do next. It is no fault of the program and is not logged.
type Error struct {
	Text string // one sentence
	Next string // one sentence, may be empty
}

// Error implements error.
func (e *Error) Error() string {
	if e.Next == "" {
		return e.Text
	}
	return e.Text + " " + e.Next
}

// refuse makes an *Error.
func refuse(next, format string, args ...any) error {
	return &Error{Text: fmt.Sprintf(format, args...), Next: next}
}

// Checks is the checker as commands use it.
type Checks interface {
	// Add looks at the page now, makes the watch and says what it saw.
	Add(ctx context.Context, w watch.Watch) (watch.Added, error)
	// CheckNow checks one article now, within its host's limits.
	CheckNow(ctx context.Context, articleID string) (watch.Result, error)
}

// Words turns any error into one sentence for a person, and says whether the
// program is to blame and should log it.
func Words(err error) (sentence string, ours bool) {
	var refusal *Error
	var soon *watch.TooSoonError
	switch {
	case errors.As(err, &refusal):
		return refusal.Error(), false
	case errors.Is(err, watch.ErrBusy):
		return "This article is being checked right now. Try again in some seconds.", false
	case errors.As(err, &soon):
		return fmt.Sprintf("This site was asked a moment ago. Try again in %s.", soon.Wait.Round(timeStep)), false
	case errors.Is(err, watch.ErrNotFound):
		return "I don't know that one. `watch list` shows what is watched here.", false
	case errors.Is(err, context.DeadlineExceeded):
		return "That took too long. Try again in a minute; `status` shows whether something is wrong.", true
	default:
		return "Something went wrong on my side.", true
	}
}
