package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/watch"
)

// Error is a refusal in words for the person who asked: what is wrong, and what to
// do next. Both are CommonMark, as in a [Reply]. It is no fault of the program and is
// not logged.
type Error struct {
	Text string // one sentence
	Next string // one sentence; empty when Text says it
	// Picks offers what the person may have meant.
	Picks []Pick
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

// Words turns any error into one line for a person, and says whether the program is
// to blame and should log it.
func Words(err error) (sentence string, ours bool) {
	var refusal *Error
	var soon *watch.TooSoonError
	var unread *article.ReadError
	switch {
	case errors.As(err, &refusal):
		return refusal.Error(), false
	case errors.As(err, &unread):
		return unreadable(unread), false
	case errors.Is(err, watch.ErrBusy), errors.Is(err, alert.ErrStale), errors.Is(err, watch.ErrWatchesChanged):
		return "This article is being checked right now. Try again in some seconds.", false
	case errors.As(err, &soon):
		return fmt.Sprintf("This site was asked a moment ago. Try again in %s.", ago(max(soon.Wait, time.Second))), false
	case errors.Is(err, watch.ErrNotFound):
		return "I don't know that one. `watch list` shows what is watched here.", false
	case errors.Is(err, watch.ErrAway):
		return "My data can't be reached right now. What is stored is kept, and I go on by myself when it is back; try again in a minute.", true
	case errors.Is(err, context.DeadlineExceeded):
		return "That took too long. Try again in a minute; `status` shows whether something is wrong.", true
	case errors.Is(err, context.Canceled):
		return "That was interrupted. Try again.", false
	default:
		return "Something went wrong on my side.", true
	}
}

// unreadable says why a page could not be read, and what to do about it.
func unreadable(e *article.ReadError) string {
	reason := report.Escape(strings.TrimSuffix(e.Reason, "."))
	if errors.Is(e, article.ErrDisallowed) {
		return "The site's robots.txt asks bots not to read this page, so it can't be watched from here. Try another outlet's article; whoever runs this bot may set ERRATUM_ROBOTS=ignore."
	}
	if e.Feed != "" {
		return fmt.Sprintf("No article could be read there: %s. `watch feed %s` watches each new article that is listed.", reason, strings.ReplaceAll(e.Feed, "`", ""))
	}
	switch e.Problem {
	case article.Refused:
		return sentence(reason)
	case article.Gone:
		return fmt.Sprintf("There is no such page (HTTP %d). Check the address in a browser.", e.Status)
	case article.BlockedBy:
		return fmt.Sprintf("The site does not let Erratum read this page: %s. It can't be watched from here.", reason)
	case article.RateLimited:
		return "The site asks for fewer requests. Try again later."
	case article.Unreachable:
		return fmt.Sprintf("The page could not be reached: %s. Try again in a minute.", reason)
	default:
		return fmt.Sprintf("No article could be read there: %s. Is it an article's own page?", reason)
	}
}

// sentence gives a phrase a capital and a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	r := []rune(s)
	r[0] = unicode.ToUpper(r[0])
	s = string(r)
	if !strings.ContainsAny(s[len(s)-1:], ".?!") {
		s += "."
	}
	return s
}

// title is what a watch is called in lists.
func title(w watch.Watch) string {
	if w.Title != "" {
		return w.Title
	}
	return w.URL
}

// quoted is a text of somebody else within a reply.
func quoted(s string) string { return "“" + report.Escape(clip(s, 70)) + "”" }

// clip cuts a text to n runes at a word, with an ellipsis.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	cut := string(r[:n-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return cut + "…"
}

// stamp is a time as replies show it, with the year where it is not this one.
func (r *Router) stamp(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return r.minute(t) + " UTC"
}

// minute is a stamp for tables that say once that times are UTC.
func (r *Router) minute(t time.Time) string {
	layout := "2 Jan 15:04"
	if t.UTC().Year() != r.o.Now().UTC().Year() {
		layout = "2 Jan 2006 15:04"
	}
	return t.UTC().Format(layout)
}

// soon is a time to come in words.
func (r *Router) soon(t time.Time) string {
	d := t.Sub(r.o.Now())
	if d < time.Second {
		return "now"
	}
	return "in " + ago(d)
}

// ago is a distance in time in words, to the nearest unit that matters.
func ago(d time.Duration) string {
	d = max(d, 0)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		if m := int(d.Minutes()) % 60; m != 0 && d < 10*time.Hour {
			return fmt.Sprintf("%d h %d min", int(d.Hours()), m)
		}
		return fmt.Sprintf("%d h", int(d.Hours()))
	default:
		return fmt.Sprintf("%d d", int(d.Hours()/24))
	}
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
