package command_test

import (
	"testing"
	"time"

	"erratum/internal/command"
)

// TestLooks: a guild's people may have so many pages looked at in a minute; another
// guild's are not counted with them, and in time there is room again.
func TestLooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge)
	w.do("other", "watch add | url="+bridge)
	for range command.DefaultChecks - 1 {
		if got := w.says("g", "watch check | article=1"); got == "" {
			t.Fatal("no answer")
		}
	}
	for _, asked := range []string{"watch check | article=1", "watch add | url=" + storm, "watch feed | url=https://sillpost.example/feed"} {
		got := w.says("g", asked)
		one(t, got)
		wants(t, got, "This server had 60 pages looked at in the last minute", "Try again in ")
	}
	lacks(t, w.says("other", "watch check | article=1"), "in the last minute")
	lacks(t, w.says("g", "watch list"), "in the last minute")
	w.later(time.Minute)
	lacks(t, w.says("g", "watch check | article=1"), "in the last minute")
}
