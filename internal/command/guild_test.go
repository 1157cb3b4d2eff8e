package command_test

import (
	"strings"
	"testing"
	"time"

	"erratum/internal/command"
)

// TestGuildsAreApart: whatever a guild asks about what only another watches is
// answered, to the letter, as for what nobody watches.
func TestGuildsAreApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("theirs", "watch add | url="+bridge)
	w.do("theirs", "watch add | url="+storm)
	w.do("ours", "watch add | url="+ferry)
	w.change(bridge, story("Bridge over the Sill closes for repairs", "3.1 million"))
	their, err := w.store.Watches(t.Context(), "theirs")
	if err != nil {
		t.Fatal(err)
	}
	removed := strings.SplitN(w.says("theirs", "watch remove | article=2"), "id:", 2)[1][:13]
	if removed != their[1].ID {
		t.Fatalf("removed %q, want %q", removed, their[1].ID)
	}
	before := w.says("theirs", "watch show | article=1")

	type pair struct{ theirs, nobodys string }
	pairs := []pair{
		{their[0].ID, "aaaaaaaaaaaaa"}, {their[1].ID, "bbbbbbbbbbbbb"},
		{bridge, "https://sillpost.example/nobody"}, {storm, "https://sillpost.example/no-one"},
		{"Bridge over", "Zeppelin over"}, {their[0].Article, "nosucharticle"}, {"2", "7"},
	}
	for _, spec := range command.Specs() {
		var option string
		for _, o := range spec.Options {
			if o.Article || o.Name == "id" {
				option = o.Name
			}
		}
		if option == "" {
			continue
		}
		for _, p := range pairs {
			got := w.says("ours", spec.Name+" | "+option+"="+p.theirs)
			want := w.says("ours", spec.Name+" | "+option+"="+p.nobodys)
			if strings.ReplaceAll(got, p.theirs, p.nobodys) != want {
				t.Errorf("%s of another guild's %s:\n got %s\nwant %s", spec.Name, p.theirs, got, want)
			}
		}
	}
	if after := w.says("theirs", "watch show | article=1"); after != before {
		t.Errorf("something of theirs changed:\n%s\nwas\n%s", after, before)
	}
	for _, line := range []string{"watch list", "status"} {
		lacks(t, w.says("ours", line), "Bridge", "Storm", "sillpost")
	}
	wants(t, w.says("ours", "status"), "1 watch on 1 article.")
}

// TestHistoryBeginsWithTheGuild: who comes later sees nothing of what was before, and
// counts revisions from there.
func TestHistoryBeginsWithTheGuild(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	headline := "Bridge over the Sill closes for repairs"
	w.do("early", "watch add | url="+bridge)
	w.change(bridge, story(headline, "3.1 million"))
	w.change(bridge, story(headline, "4.8 million"))
	w.later(time.Hour)
	w.do("late", "watch add | url="+bridge)
	w.later(time.Hour)

	all := w.says("late", "history | article=1") + w.says("late", "why | article=1") + w.says("late", "watch show | article=1") + w.says("late", "watch list")
	wants(t, all, "- **r1** ", "first seen here", "- revisions: 1", "no change yet")
	lacks(t, all, "2.4", "3.1", "r2", "2 Mar 09:", "told without a note", "changed")
	wants(t, w.says("late", "diff | article=1"), "has not changed since it is watched here.")
	for _, args := range []string{"from=2", "from=3", "from=2 | to=3", "from=0", "to=1", "from=-1"} {
		if r := w.do("late", "diff | article=1 | "+args); r.Notice != nil || strings.Contains(r.Text, "3.1") {
			t.Errorf("diff %s shows what was before: %+v", args, r)
		}
	}

	w.change(bridge, story(headline, "6.2 million"))
	n := w.do("late", "diff | article=1").Notice
	if n == nil || n.From != 1 || n.To != 2 || n.FromAt.Hour() < 10 || !strings.Contains(n.Summary, "4.8 million → **6.2 million**") {
		t.Errorf("late: %+v", n)
	}
	n = w.do("early", "diff | article=1").Notice
	if n == nil || n.From != 3 || n.To != 4 {
		t.Errorf("early: %+v", n)
	}
	late, early := w.says("late", "history | article=1"), w.says("early", "history | article=1")
	wants(t, late, "- **r2** ", "4.8 million → 6.2 million")
	lacks(t, late, "r3", "3.1 million")
	wants(t, early, "- **r4** ", "2.4 million → 3.1 million")
	wants(t, w.says("late", "why | article=1"), " · told here; found ")
	lacks(t, w.says("late", "why | article=1"), "2 Mar 09:")
}

// TestChannelsOfAGuild: a guild's channels share its list, and each has its own watch.
func TestChannelsOfAGuild(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge+" | alerts=all")
	req := request("g", "watch add | url="+bridge)
	req.Channel = "sports"
	got := w.router.Do(t.Context(), req).Text
	wants(t, got, "Watching **Bridge", "Alerts here: facts")
	if got := w.do("g", "watch list").Title; got != "2 watches" {
		t.Errorf("list: %s", got)
	}
}
