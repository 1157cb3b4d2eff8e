package command_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"erratum/internal/article"
	"erratum/internal/fair"
)

// boxed is a story with boxes after its text.
func boxed(amount string, boxes ...string) *article.Article {
	a := story("Bridge over the Sill closes for repairs", amount)
	for _, s := range boxes {
		a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: s})
	}
	return a
}

func TestIgnore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.show(bridge, boxed("2.4 million", "Most read: Gales hit the county", "Tonight 4 trains run to the coast."))
	w.do("g", "watch add | url="+bridge+" | alerts=all")
	wants(t, w.says("g", "watch ignore | article=1"), "Nothing is ignored for “Bridge over the Sill")
	wants(t, w.says("g", "watch ignore | article=1 | block=MOST READ"), "Ignoring the block “Most read: Gales hit the county” for “Bridge", "`diff` and `history` still show it")
	one(t, w.says("g", "watch ignore | article=1 | block=most read"))
	wants(t, w.says("g", `watch ignore | article=1 | pattern=\d+ trains`), `Ignoring what matches “\\d+ trains” for`, "It matches in 1 of 7 parts of the page now.")
	listed := w.says("g", "watch ignore | article=1")
	wants(t, listed, "Ignored here:\n- `", "the block “Most read: Gales hit the county”, since 2 Mar 09:00\n", `what matches “\\d+ trains”`)
	wants(t, w.says("g", "why | article=1"), "Ignored here:")

	// What is ignored is silent, kept and shown; what stands beside it is told.
	w.change(bridge, boxed("2.4 million", "Most read: Ferry fares rise again", "Tonight 9 trains run to the coast."))
	wants(t, w.says("g", "history | article=1"), "silent: only what is muted changed: a block that is ignored · ignored here: 2 blocks")
	wants(t, w.says("g", "diff | article=1 | from=1 | to=2"), "say the same", "“Most read: Gales hit the county” became “Most read: Ferry fares rise again”", "9 trains")
	wants(t, w.says("g", "diff | article=1 | from=1 | to=2 | view=text"), "9 trains", "Ferry fares")
	w.change(bridge, boxed("3.1 million", "Most read: Two swans on the pier", "Tonight 9 trains run to the coast."))
	wants(t, w.says("g", "history | article=1"), "3.1 million", "ignored here: 1 block")
	n := w.do("g", "diff | article=1").Notice
	if n == nil || !strings.Contains(n.Summary, "3.1 million") || strings.Contains(n.Summary, "swans") || !strings.Contains(n.Text, "Two swans on the pier") {
		t.Errorf("diff: %+v", n)
	}

	// Another guild has no part in it.
	w.do("h", "watch add | url="+bridge)
	lacks(t, w.says("h", "why | article=1")+w.says("h", "history | article=1"), "gnored here")

	// Neither has a digest what others hear of and this channel ignores.
	w.later(time.Minute)
	w.change(bridge, boxed("3.1 million", "Most read: Nobody swims at night", "Tonight 9 trains run to the coast."))
	wants(t, w.says("h", "digest"), "1 article changed")
	wants(t, w.says("g", "history | article=1"), "nothing else · ignored here: 1 block")
	lacks(t, w.says("g", "digest"), "swims", "other change")

	name := strings.Split(listed, "`")[1]
	wants(t, w.says("g", "watch ignore | article=1 | remove="+name), "No longer ignoring the block “Most read")
	wants(t, w.says("g", "watch unmute | article=1 | block=trains"), `No longer ignoring what matches “\\d+ trains”`)
	wants(t, w.says("g", "watch ignore | article=1"), "Nothing is ignored")
}

func TestIgnoreRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.show(bridge, story("Bridge", "2.4 million", "Correction: An earlier version named another bridge."))
	w.do("g", "watch add | url="+bridge)
	for line, want := range map[string]string{
		"block=no such text":               "Nothing here matches “no such text”.",
		"block=the":                        "Type more of it.",
		"block=earlier version":            "is an editor's note: those are always told.",
		"block=roads | pattern=roads":      "Use one of block, pattern and remove at a time.",
		"pattern=(":                        "That is no RE2 pattern: missing closing ) in",
		"pattern=.*":                       "matches even where nothing is",
		"pattern=(([a-z]{9}){9}){9}":       "too large",
		"remove=roads":                     "Nothing here matches “roads”.",
		"pattern=" + longText(201):         "too long",
		"pattern=zebra | block= | remove=": "It matches in 0 of 6 parts of the page now.",
	} {
		got := w.says("g", "watch ignore | article=1 | "+line)
		wants(t, got, want)
		one(t, got)
	}
	wants(t, w.says("g", "watch unmute | article=1"), "`watch unmute` needs block")
	for i := range 30 {
		w.do("g", fmt.Sprintf("watch ignore | article=1 | pattern=x%d", i))
	}
	wants(t, w.says("g", "watch ignore | article=1 | pattern=y"), "That is too much: 20 rules")
}

func longText(n int) string { return strings.Repeat("a", n) }

func TestUnmute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.show(bridge, boxed("2.4 million", "1,204 followers"))
	w.do("g", "watch add | url="+bridge+" | alerts=all")
	lacks(t, w.says("g", "why | article=1"), "Muted on this page")
	w.change(bridge, boxed("2.4 million", "1,377 followers"))
	wants(t, w.says("g", "why | article=1"), "Muted on this page", "“1,377 followers” counts or tells the time, since 2 Mar")

	next := w.do("g", "why | article=1").Next
	if len(next) != 1 || next[0].Label != "Tell of “1,377 followers”" || next[0].Name != "watch unmute" {
		t.Fatalf("why offers %+v", next)
	}

	// Who comes later has not seen it change.
	w.later(time.Minute)
	w.do("h", "watch add | url="+bridge)
	w.later(time.Minute)
	w.do("h", "watch check | article=1")
	lacks(t, w.says("h", "why | article=1"), "1,377 followers")

	wants(t, w.says("g", "watch unmute | article="+next[0].Args["article"]+" | block="+next[0].Args["block"]), "Changes of “1,377 followers” are told here from now on")
	wants(t, w.says("g", "why | article=1"), "; told here all the same")
	if next := w.do("g", "why | article=1").Next; len(next) != 0 {
		t.Errorf("why offers %+v", next)
	}
	w.change(bridge, boxed("2.4 million", "1,533 followers"))
	wants(t, w.says("g", "diff | article=1 | view=text"), "1,533+} followers")
	wants(t, w.says("g", "watch ignore | article=1 | block=followers"), "“1,533 followers” is muted for “Bridge over the Sill closes for repairs” again.")
	lacks(t, w.says("g", "why | article=1"), "all the same")
}

// TestIgnoreHeadline: the headline, or what a pattern matches in it, is ignored in all
// the forms that it takes, for who ignores it alone; the text below it is told.
func TestIgnoreHeadline(t *testing.T) {
	t.Parallel()
	headline := "Bridge over the Sill closes for repairs"
	for _, rule := range []string{"block=over the sill", `pattern=^.+ \| live: `} {
		w := newWorld(t)
		live := func(n int) string { return fmt.Sprintf("%d hours | live: %s", n, headline) }
		w.show(bridge, story(live(1), "2.4 million"))
		w.do("g", "watch add | url="+bridge+" | alerts=all")
		w.do("all", "watch add | url="+bridge+" | alerts=all")
		wants(t, w.says("g", "watch ignore | article=1 | "+rule), "Ignoring ")
		for n := 2; n < 4; n++ {
			w.change(bridge, story(live(n), "2.4 million"))
		}
		wants(t, w.says("g", "history | article=1"), "nothing else · ignored here: 1 block")
		wants(t, w.says("g", "diff | article=1 | from=1 | to=3"), "say the same", "became “3 hours")
		if n := w.do("all", "diff | article=1").Notice; n == nil || !strings.Contains(n.Summary, "3 hours") {
			t.Errorf("%s: others are not told: %+v", rule, n)
		}
		w.change(bridge, story(live(4), "3.1 million"))
		n := w.do("g", "diff | article=1").Notice
		if n == nil || !strings.Contains(n.Summary, "3.1 million") || strings.Contains(n.Summary, "4 hours") {
			t.Errorf("%s: %+v", rule, n)
		}
		told := map[string]int{}
		for {
			ds, err := w.store.Claim(t.Context(), fair.Room{Free: 10}, time.Minute, 0)
			if err != nil || len(ds) == 0 {
				break
			}
			for _, d := range ds {
				told[d.Destination.Guild]++
				if err := w.store.Ack(t.Context(), d, "m"); err != nil {
					t.Fatal(err)
				}
			}
		}
		if told["g"] != 1 || told["all"] < 2 {
			t.Errorf("%s: told %v", rule, told)
		}
	}
}
