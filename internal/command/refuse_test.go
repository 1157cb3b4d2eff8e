package command_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/command"
	"erratum/internal/watch"
)

// TestRefusals: each refusal is one line that says what is wrong and how to go on.
func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge)
	w.do("g", "watch add | url="+storm)
	for _, tt := range []struct{ line, want, next string }{
		{"", "There is no command without a name.", "`help`"},
		{"dance", "There is no command “dance”.", "`help`"},
		{"wtach list", "There is no command “wtach list”.", "Did you mean `watch list`?"},
		{"histroy", "There is no command “histroy”.", "Did you mean `history`?"},
		{"list", "There is no command “list”.", "Did you mean `watch list`?"},
		{"setup", "There is nothing to set up here", "`watch add URL`"},
		{"watch", "Say what to do:", "`watch add`, `watch feed`, `watch list`"},
		{"watch", "Say what to do:", "`help watch` says what each does."},
		{"add https://x.example/a", "There is no command", "Did you mean `watch add https://x.example/a`?"},
		{"https://x.example/a", "Did you mean", "`watch add https://x.example/a`"},
		{"watch dance", "There is no command “watch dance”", "`watch add`, `watch feed`, `watch list`"},
		{"watch https://x.example/a", "Did you mean", "`watch add https://x.example/a`"},
		{"watch add", "`watch add` needs url: the article's address.", "Usage: `watch add URL [alerts:…] [schedule:…] [channel:…] [mention:…] [thread:…]`."},
		{"watch add | url=   ", "`watch add` needs url", "Usage:"},
		{"watch add | url=" + bridge + " | alerts=loud", "alerts can't be “loud”.", "Use one of: all, facts, notes."},
		{"watch add | url=" + bridge + " | schedule=soon", `"soon" is not a schedule:`, "use adaptive"},
		{"watch add | url=" + bridge + " | schedule=1s", "more often than this bot allows", "use 5 minutes or more"},
		{"watch add | url=" + bridge + " | colour=red", "`watch add` has no option “colour”.", "Usage:"},
		{"watch add | url=ftp://x.example/a", "Erratum reads http and https pages only", "paste a link"},
		{"watch add | url=https://x.example/none", "There is no such page (HTTP 404).", "Check the address in a browser."},
		{"watch add | url=https://x.example/" + strings.Repeat("a", 5000), "That is too long for `watch add`", "Usage:"},
		{"watch list | page=9", "There is no page “9”: the list has 1 page.", "`watch list`"},
		{"watch list | page=-1", `There is no page “\-1”`, "`watch list`"},
		{"watch list | page=two", "There is no page “two”", "`watch list`"},
		{"watch show", "`watch show` needs article", "Usage:"},
		{"watch show | article=zeppelin", "Nothing watched here matches “zeppelin”.", "`watch list`"},
		{"watch show | article=3", "There is no number 3: the list has 2.", "`watch list`"},
		{"watch show | article=0", "There is no number 0: the list has 2.", "`watch list`"},
		{"watch show | article=sill", "2 watches match “sill”: 1 “Bridge over the Sill closes for repairs”, 2 “Storm tears roofs", "Name one by its number, or type more of its title."},
		{"watch show | article=https://x.example/none", "Nothing watched here matches", "`watch list`"},
		{"watch mute | article=1 | for=never", "“never” is not a time up to a year.", "such as 8h"},
		{"watch mute | article=1 | for=-3h", `“\-3h” is not a time`, "such as 8h"},
		{"watch mute | article=1 | for=900d", "“900d” is not a time", "such as 8h"},
		{"watch restore | id=zzz", "Nothing was removed here under the id “zzz”.", "`watch add URL`"},
		{"diff | article=1", "has not changed since it is watched here.", "`watch check`"},
		{"diff | article=1 | from=9", "There is no revision “9”: the newest is 1.", "`history`"},
		{"diff | article=1 | from=2", "There is no revision “2”: the newest is 1.", "`history`"},
		{"diff | article=1 | from=x", "There is no revision “x”", "`history`"},
		{"diff | article=1 | to=0", "There is no revision “0”", "`history`"},
		{"diff | article=1 | from=1 | to=1", "That is revision 1 twice.", "`history`"},
		{"diff | article=1 | to=1", "There is nothing before revision 1", "`history`"},
		{"diff | article=1 | view=smell", "view can't be “smell”.", "Use one of: summary, text."},
		{"help | command=dance", "There is no command “dance”.", "`help`"},
	} {
		got := w.says("g", tt.line)
		one(t, got)
		if !strings.Contains(got, tt.want) || !strings.Contains(got, tt.next) {
			t.Errorf("%s:\n got %s\nwant %s … %s", tt.line, got, tt.want, tt.next)
		}
	}
	if w.logged.Len() > 0 {
		t.Errorf("refusals are no fault of the program, but it logged:\n%s", w.logged)
	}
}

// TestOnlyManagersWrite: every command that changes something is refused to others,
// before anything is looked up, and every other is not.
func TestOnlyManagersWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge)
	before := w.says("g", "watch show | article=1")
	for _, spec := range command.Specs() {
		req := request("g", spec.Name)
		for _, o := range spec.Options {
			if o.Required {
				req.Args[o.Name] = map[bool]string{true: "1", false: storm}[o.Article]
			}
		}
		req.Manager, req.Admin = false, false
		got := w.router.Do(t.Context(), req)
		refused := strings.Contains(got.Text, "is for those who manage") && strings.Contains(got.Text, "Ask someone")
		if want := spec.Write || spec.Admin; refused != want {
			t.Errorf("%s for anybody: refused %v, want %v: %s", spec.Name, refused, want, got.Text)
		}
		if req.Manager = spec.Admin; req.Manager {
			if got := w.router.Do(t.Context(), req); !strings.Contains(got.Text, "Ask someone with Manage Server") {
				t.Errorf("%s for a manager who is no admin: %s", spec.Name, got.Text)
			}
		}
	}
	if after := w.says("g", "watch show | article=1"); after != before {
		t.Errorf("something changed:\n%s\nwas\n%s", after, before)
	}
	if got := w.do("g", "watch list").Title; got != "1 watch" {
		t.Errorf("watched now: %s", got)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	unread := func(p article.Problem, reason string, status int) error {
		return fmt.Errorf("add: %w", &article.ReadError{Problem: p, Reason: reason, Status: status})
	}
	for _, tt := range []struct {
		err  error
		want string
		ours bool
	}{
		{&command.Error{Text: "No.", Next: "Do that."}, "No. Do that.", false},
		{&command.Error{Text: "No."}, "No.", false},
		{fmt.Errorf("lease: %w", watch.ErrBusy), "being checked right now. Try again in some seconds.", false},
		{fmt.Errorf("commit: %w", alert.ErrStale), "being checked right now. Try again in some seconds.", false},
		{fmt.Errorf("lease: %w", &watch.TooSoonError{Wait: 100 * time.Millisecond}), "This site was asked a moment ago. Try again in 1 s.", false},
		{&watch.TooSoonError{Wait: 2 * time.Minute}, "Try again in 2 min.", false},
		{watch.ErrNotFound, "`watch list` shows what is watched here.", false},
		{fmt.Errorf("list: %w", watch.Away(errors.New("dial"))), "My data can't be reached right now.", true},
		{context.DeadlineExceeded, "That took too long. Try again in a minute", true},
		{context.Canceled, "That was interrupted. Try again.", false},
		{errors.New("disk on fire"), "Something went wrong on my side.", true},
		{unread(article.Refused, "that address is private; use another", 0), "That address is private; use another.", false},
		{unread(article.Gone, "no", 410), "There is no such page (HTTP 410). Check the address in a browser.", false},
		{unread(article.BlockedBy, "asks to log in", 403), "The site does not let Erratum read this page: asks to log in. It can't be watched from here.", false},
		{fmt.Errorf("add: %w", &article.ReadError{Problem: article.BlockedBy, Reason: "no bots", Err: article.ErrDisallowed}), "The site's robots.txt asks bots not to read this page, so it can't be watched from here. Try another outlet's article; whoever runs this bot may set ERRATUM_ROBOTS=ignore.", false},
		{unread(article.RateLimited, "slow down", 429), "The site asks for fewer requests. Try again later.", false},
		{unread(article.Unreachable, "it timed out.", 0), "The page could not be reached: it timed out. Try again in a minute.", false},
		{unread(article.Unreadable, "no *text* was found", 200), `No article could be read there: no \*text\* was found. Is it an article's own page?`, false},
	} {
		got, ours := command.Words(tt.err)
		one(t, got)
		if !strings.Contains(got, tt.want) || ours != tt.ours {
			t.Errorf("Words(%v) = %q, %v; want %q, %v", tt.err, got, ours, tt.want, tt.ours)
		}
	}
}

// TestFaultsAreLogged: what is the program's fault gets a reference that stands in
// the answer and in the log; the answer says nothing of the inside.
func TestFaultsAreLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge)
	got := w.over(broken{w.store}).Do(t.Context(), request("g", "why | article=1")).Text
	one(t, got)
	_, ref, ok := strings.Cut(strings.TrimSuffix(got, "."), "tell the operator reference ")
	if !ok || len(ref) != 6 || strings.Contains(got, "flooded") {
		t.Fatalf("answer: %s", got)
	}
	if log := w.logged.String(); !strings.Contains(log, ref) || !strings.Contains(log, "the cellar is flooded") || !strings.Contains(log, "command=why") {
		t.Errorf("log: %s", log)
	}
}

// broken is a history that can't be read.
type broken struct{ command.History }

func (broken) Visits(context.Context, string) ([]watch.Visit, error) {
	return nil, errors.New("the cellar is flooded")
}
