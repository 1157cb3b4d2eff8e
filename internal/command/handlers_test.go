package command_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/command"
)

// wants fails unless a text holds all of the parts.
func wants(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(got, p) {
			t.Errorf("no %q in:\n%s", p, got)
		}
	}
}

func lacks(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if strings.Contains(got, p) {
			t.Errorf("%q stands in:\n%s", p, got)
		}
	}
}

func TestAdd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.show(bridge, story("Bridge *over* the Sill", "2.4 million", "Correction: An earlier version named another bridge."))
	got := w.says("g", "watch add | url="+bridge+"?utm_source=x | alerts=ALL | schedule=6h")
	wants(t, got, `Watching **Bridge \*over\* the Sill**`, "The Sill Post · ", " words · language en · published 2 Mar 08:00 UTC",
		"> Correction: An earlier version named another bridge.", "Alerts here: all · checks: 6h · next check in 6 h")

	// Once more keeps what is not said anew, and never doubles.
	got = w.says("g", "watch add | url="+bridge)
	wants(t, got, "Already watched here: ", "Alerts here: all · checks: 6h")
	got = w.says("g", "watch add | url="+bridge+" | alerts=notes")
	wants(t, got, "Alerts here: notes · checks: 6h")
	if got := w.do("g", "watch list").Title; got != "1 watch" {
		t.Errorf("list: %s", got)
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	wants(t, w.says("g", "watch list"), "Nothing is watched here yet. Add an article with `watch add URL`.")
	w.do("g", "watch add | url="+bridge)
	w.do("g", "watch add | url="+storm)
	w.do("g", "watch add | url="+ferry)
	w.do("g", "watch pause | article=2")
	w.do("g", "watch mute | article=3 | for=8h")
	w.change(bridge, story("Bridge over the Sill closes for repairs", "3.1 million"))
	w.later(3 * time.Hour)
	w.show(bridge, story("Bridge over the Sill closes for repairs", "4.8 million"))
	w.do("g", "watch check | article=1")
	got := w.says("g", "watch list")
	want := `3 watches
1. ◌ Bridge over the Sill closes for repairs
   sillpost.example · a change is being confirmed · changed 2 h 59 min ago
2. ⏸ Storm tears roofs off at Sill, 9 hurt
   sillpost.example · paused · no change yet
3. 🔇 Ferry 2030 plan put off again
   harbour.example · muted until 2 Mar 17:00 UTC · no change yet`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestListPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range strings.Fields("a b c d e f g h i j k l") {
		url := "https://sillpost.example/" + name
		w.show(url, story("Story "+name, name))
		w.do("g", "watch add | url="+url)
	}
	first := w.says("g", "watch list")
	wants(t, first, "12 watches, page 1 of 2", "10. ● Story j", "`watch list page:2` shows more.")
	lacks(t, first, "Story k")
	second := w.says("g", "watch list | page=2")
	wants(t, second, "12 watches, page 2 of 2", "11. ● Story k", "12. ● Story l")
	lacks(t, second, "Story j", "shows more")
	// Numbers count through all pages.
	wants(t, w.says("g", "watch show | article=12"), "Story l")
}

// TestNaming: an article goes by number, by part of its title as typed, by ID and by
// any spelling of its address.
func TestNaming(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.show(storm, story("Storm tears roof’s slates off — 9 hurt", "9"))
	for _, u := range []string{bridge, storm, ferry} {
		w.do("g", "watch add | url="+u)
	}
	all, err := w.store.Watches(t.Context(), "g")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		typed string
		want  int
	}{
		{"1", 0}, {"3", 2}, {"bridge", 0}, {"BRIDGE over", 0}, {"roof's slates off - 9", 1}, {"storm slates", 1},
		{"2030", 2}, {"9", 1}, {all[1].ID, 1}, {ferry, 2}, {"HTTPS://Harbour.Example/news/ferry?utm_campaign=a#top", 2},
		{"harbour.example/news/ferry", 2}, {"harbour", 2}, {"  bridge\tover  ", 0},
	} {
		if got := w.do("g", "watch show | article="+tt.typed).Title; got != all[tt.want].Title {
			t.Errorf("%q: %s, want %s", tt.typed, got, all[tt.want].Title)
		}
	}
	// A title typed in full is meant alone, although another holds it.
	w.show("https://sillpost.example/2", story("Storm", "1"))
	w.do("g", "watch add | url=https://sillpost.example/2")
	if got := w.do("g", "watch show | article=storm").Title; got != "Storm" {
		t.Errorf("storm: %s", got)
	}
}

func TestShow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge)
	got := w.says("g", "watch show | article=1")
	wants(t, got, "● sillpost.example · no change yet", "- address: https://sillpost.example/bridge\n", "- alerts: facts\n",
		"- checks: adaptive, next in 5 min\n", "- revisions: 1, last read well 2 Mar 09:00 UTC\n", "since 2 Mar 09:00 UTC")
	w.change(bridge, story("Bridge over the Sill closes for repairs", "3.1 million"))
	wants(t, w.says("g", "watch show | article=1"), "- revisions: 2", "- 1 change told without a note so far")
	w.later(400 * 24 * time.Hour)
	wants(t, w.says("g", "watch show | article=1"), "2 Mar 2026", "next now", "changed 399 d ago")
	w.do("g", "watch pause | article=1")
	got = w.says("g", "watch show | article=1")
	wants(t, got, "⏸ ", "paused")
	lacks(t, got, "next")
}

// TestFlat: what was read without its layout is named where people ask after it.
func TestFlat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+ferry)
	for _, ask := range []string{"watch show | article=1", "why | article=1", "status"} {
		lacks(t, w.says("g", ask), "ead without layout")
	}
	w.show(bridge, story("Bridge over the Sill closes for repairs", "2.4 million"))
	w.pages[bridge].Flat = "the page is *nested* too deeply"
	w.do("g", "watch add | url="+bridge)
	wants(t, w.says("g", "watch show | article=2"), `- read without layout: the page is \*nested\* too deeply`)
	wants(t, w.says("g", "why | article=2"), `Read without layout: the page is \*nested\* too deeply. `)
	wants(t, w.says("g", "status"), `Read without layout: 1 article, since the page is \*nested\* too deeply.`)
}

func TestPauseMuteRemove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge)
	wants(t, w.says("g", "watch pause | article=1"), "Paused “Bridge over the Sill closes for repairs”. `watch resume` goes on")
	wants(t, w.says("g", "status"), "1 watch on 1 article, 1 paused.")
	w.later(time.Minute)
	wants(t, w.says("g", "watch resume | article=1"), "again; it is checked in a moment.")
	wants(t, w.says("g", "watch show | article=1"), ", next now")
	wants(t, w.says("g", "watch mute | article=1"), "until 3 Mar 09:01 UTC")
	wants(t, w.says("g", "status"), "1 muted")
	wants(t, w.says("g", "watch mute | article=1 | for=0"), "is not muted any more")
	lacks(t, w.says("g", "status"), "muted", "paused")

	gone := w.says("g", "watch remove | article=bridge")
	wants(t, gone, "No longer watching “Bridge over the Sill closes for repairs”.", "within 10 minutes")
	wants(t, w.says("g", "watch list"), "Nothing is watched here yet.")
	_, id, _ := strings.Cut(gone, "`watch restore id:")
	id, _, _ = strings.Cut(id, "`")
	w.later(9 * time.Minute)
	wants(t, w.says("g", "watch restore | id="+id), "Watching “Bridge over the Sill closes for repairs” again.")
	w.do("g", "watch remove | article=1")
	w.later(11 * time.Minute)
	wants(t, w.says("g", "watch restore | id="+id), "Nothing was removed here under the id “"+id+"”.")
}

// TestCheckAlwaysAnswers: every outcome has its words.
func TestCheckAlwaysAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge)
	check := func(parts ...string) {
		t.Helper()
		w.later(11 * time.Minute)
		wants(t, w.says("g", "watch check | article=1"), append(parts, "“Bridge over the Sill closes for repairs”: **")...)
	}
	check("**no change**. ", "Next check in ")
	w.show(bridge, story("Bridge over the Sill closes for repairs", "3.1 million"))
	check("**something changed, waiting to be confirmed**.\n> ", "2.4 million → 3.1 million", "Next check in ")
	wants(t, w.says("g", "diff | article=1"), "A different text of “Bridge over the Sill closes for repairs” was seen at 2 Mar 09:22 UTC and is being confirmed; the next look is in ")
	wants(t, w.says("g", "history | article=1"), "- a different text, seen 2 Mar 09:22, waits to be confirmed; next look in ")
	check("**changed**.\n> ", "2.4 million → 3.1 million", "`diff` shows it in full.")
	check("**no change**. ")
	w.gone(bridge)
	check("**the page is not there**. The page is missing (HTTP 404), seen once. Next check ")
	wants(t, w.says("g", "status"), "- “Bridge over the Sill closes for repairs”: missing since 2 Mar 09:55 UTC")
	wants(t, w.says("g", "watch list"), "1. ⚠ Bridge", "missing since 2 Mar 09:55 UTC")
}

func TestDiff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge)
	w.change(bridge, story("Bridge over the Sill closes for repairs", "3.1 million"))
	w.change(bridge, story("Bridge over the Sill closes for repairs", "4.8 million"))
	for _, tt := range []struct {
		args     string
		from, to int
		want     string
	}{
		{"", 2, 3, "3.1 million → **4.8 million**"},
		{" | to=2", 1, 2, "2.4 million → **3.1 million**"},
		{" | from=1", 1, 3, "2.4 million → **4.8 million**"},
		{" | from=r1 | to=r3", 1, 3, "2.4 million → **4.8 million**"},
		{" | from=3 | to=1", 3, 1, "4.8 million → **2.4 million**"},
	} {
		n := w.do("g", "diff | article=1"+tt.args).Notice
		if n == nil || n.From != tt.from || n.To != tt.to || !strings.Contains(n.Summary, tt.want) {
			t.Errorf("diff%s: %+v", tt.args, n)
		}
	}
	r := w.do("g", "diff | article=1 | from=1 | to=2 | view=text")
	wants(t, r.Title, "Bridge over the Sill closes for repairs: revision 1 → 2")
	wants(t, r.Pre, "[-2.4-] {+3.1+} million")
}

func TestDiffOfFormOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := story("Bridge over the Sill closes for repairs", "2.4 million")
	w.show(bridge, a)
	w.do("g", "watch add | url="+bridge)
	b := *a
	b.Blocks = append([]article.Block(nil), a.Blocks...)
	b.Blocks[2].Text = strings.Replace(b.Blocks[2].Text, "north bank said that", "north bank  said, that", 1)
	w.change(bridge, &b)
	wants(t, w.says("g", "diff | article=1 | from=1 | to=2"), "say the same: only form or order differs. `view:text` shows every edit.")
	wants(t, w.says("g", "history | article=1"), "- **r2** 2 Mar 09:11 · silent: ")
	wants(t, w.says("g", "diff | article=1"), "has not changed since it is watched here.")
}

func TestHistoryAndWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge+" | alerts=notes")
	for range 3 {
		w.later(10 * time.Minute)
		w.do("g", "watch check | article=1")
	}
	w.change(bridge, story("Bridge over the Sill closes for repairs", "3.1 million"))
	w.change(bridge, story("Bridge over the Sill closes for repairs", "3.1 million", "Correction: An earlier version of this article misstated the sum in the report. It is 3.1 million, not 2.4 million."))
	got := w.says("g", "history | article=1")
	wants(t, got, "Bridge over the Sill closes for repairs\n- **r1** 2 Mar 09:00 · first seen here\n- **r2** 2 Mar 09:41 · ",
		"2.4 million → 3.1 million", "(no note found)", "\n- **r3** 2 Mar 10:03 · ", "Times are UTC.")

	why := w.says("g", "why | article=1")
	wants(t, why, "Last checks of Bridge over the Sill closes for repairs\n- 2 Mar 10:03 **changed**: ",
		" · told here; found new correction (label)\n", " · told here; found major number (number-replaced)\n",
		"(3 times since 2 Mar 09:10)\n", "2 Mar 09:00 **seen for the first time**: ", "Times are UTC, the newest first.")
	if n := strings.Count(why, "**no change**"); n != 1 {
		t.Errorf("a quiet run takes %d lines:\n%s", n, why)
	}
}

// TestHistoryOfForm: silent revisions in a row stand in one line, a change never does.
func TestHistoryOfForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sum := "2.4 million"
	page := func(form string) *article.Article {
		a := story("Bridge over the Sill closes for repairs", sum)
		a.Blocks[2].Text = strings.Replace(a.Blocks[2].Text, "north bank said that", "north bank"+form, 1)
		return a
	}
	w.show(bridge, page(" said that"))
	w.do("g", "watch add | url="+bridge)
	forms := []string{" said, that", " said - that", "  said , that", " said; that"}
	w.change(bridge, page(forms[0]))
	w.change(bridge, page(forms[1]))
	got := w.says("g", "history | article=1")
	wants(t, got, "- **r2** ", "- **r3** ") // two are no crowd
	lacks(t, got, "–", "all:true")
	w.change(bridge, page(forms[2]))
	sum = "3.1 million"
	w.change(bridge, page(forms[2]))
	w.change(bridge, page(forms[3]))
	r := w.do("g", "history | article=1")
	wants(t, r.Text, "- **r1** 2 Mar 09:00 · first seen here\n- **r2–r4** 2 Mar 09:11 to 2 Mar 09:33 · 3 silent revisions: ", "\n- **r5** ", "3.1 million", "\n- **r6** ", "silent: ", "`history … all:true` lists each revision.")
	if len(r.Next) != 1 || r.Next[0].Name != "history" || r.Next[0].Args["all"] != "true" {
		t.Fatalf("offered %+v", r.Next)
	}
	if menu := r.Picks[0].Actions; len(menu) != 3 || menu[2].Args["from"] != "1" || menu[2].Args["to"] != "4" || !strings.HasPrefix(menu[2].Detail, "3 silent: ") || menu[1].Args["from"] != "4" {
		t.Errorf("the menu: %+v", menu)
	}
	all := w.says("g", "history | article=1 | all=true")
	wants(t, all, "- **r2** ", "- **r3** ", "- **r4** ", "- **r5** ")
	lacks(t, all, "–", "all:true")
}

// TestWhyKeepsChangesApart: quiet looks are drawn together, changes never.
func TestWhyKeepsChangesApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge)
	headline := "Bridge over the Sill closes for repairs"
	first := "Correction: An earlier version of this article misstated the sum. It is 3.1 million."
	w.change(bridge, story(headline, "3.1 million", first))
	w.change(bridge, story(headline, "4.8 million", first, "Correction: An earlier version of this article misstated the sum. It is 4.8 million, not 3.1 million."))
	if why := w.says("g", "why | article=1"); strings.Count(why, "**changed**") != 2 {
		t.Errorf("two changes are not two lines:\n%s", why)
	}
}

// TestWhyNotTold: a change below the threshold says so.
func TestWhyNotTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge+" | alerts=notes")
	w.change(bridge, story("Bridge over the Sill closes for repairs", "3.1 million"))
	wants(t, w.says("g", "why | article=1"), "not told: too small for `alerts:notes`; found major number (number-replaced)")
	w.do("g", "watch pause | article=1")
	w.change(bridge, story("Bridge over the Sill closes for repairs", "4.8 million"))
	wants(t, w.says("g", "why | article=1"), "not told: paused")
}

// TestWhyToldWith: an edit told in another page's alert says so, in its channel only.
func TestWhyToldWith(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge)
	w.do("g", "watch add | url="+ferry)
	watches, err := w.store.Watches(t.Context(), "g")
	if err != nil {
		t.Fatal(err)
	}
	for i, watched := range watches {
		d := alert.Delivery{ID: fmt.Sprint(i), Destination: watched.Destination, Notice: alert.Notice{Subject: alert.Subject{Article: watched.Article, Headline: watched.Title}}}
		if _, err := w.store.Join(t.Context(), d, "edit"); err != nil {
			t.Fatal(err)
		}
		if err := w.store.Lead(t.Context(), d, "edit", "m"); err != nil {
			t.Fatal(err)
		}
	}
	const with = "Told with “Bridge over the Sill closes for repairs”, where the same edit was made."
	if why := w.says("g", "why | article=1"); strings.Contains(why, "Told with") {
		t.Errorf("the first page: %s", why)
	}
	wants(t, w.says("g", "why | article=2"), with)
}

func TestHelp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := w.says("g", "help")
	for _, s := range command.Specs() {
		wants(t, all, "- `"+s.Name+"`: "+s.Summary)
		one := w.says("g", "help | command=/"+strings.ToUpper(s.Name))
		wants(t, one, s.Name, "`"+command.Usage(s)+"`")
		for _, o := range s.Options {
			wants(t, one, "- `"+o.Name+"`: ")
		}
		for _, e := range s.Examples {
			wants(t, one, "- `"+e+"`")
		}
	}
	if got := terminal(t).says("g", "help | command=watch add"); !strings.Contains(got, "`watch add URL [alerts:…] [schedule:…]`") {
		t.Errorf("at a terminal: %s", got)
	}
	family := w.says("g", "help | command=watch")
	wants(t, family, "`watch add`", "`watch restore`")
	lacks(t, family, "`history`")
}

// TestSteps: a change offers the ones before and after it, over silent revisions, and
// every revision in a menu; what is offered does what it says, and nothing of what was
// there before the guild came is offered.
func TestSteps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("early", "watch add | url="+bridge)
	w.change(bridge, story("Bridge over the Sill closes for repairs", "3.1 million"))
	w.do("late", "watch add | url="+bridge)
	for _, amount := range []string{"4.2 million", "5.3 million"} {
		w.change(bridge, story("Bridge over the Sill closes for repairs", amount))
	}
	offered := func(r command.Reply) string {
		var out []string
		for _, a := range r.Next {
			out = append(out, fmt.Sprintf("%s %s-%s", a.Label, a.Args["from"], a.Args["to"]))
		}
		for _, p := range r.Picks {
			for _, a := range p.Actions {
				out = append(out, fmt.Sprintf("%s-%s", a.Args["from"], a.Args["to"]))
			}
		}
		return strings.Join(out, ", ")
	}
	run := func(guild string, a command.Action) command.Reply {
		return w.router.Do(t.Context(), command.Request{Guild: guild, Channel: "news", Name: a.Name, Args: a.Args})
	}
	newest := w.do("early", "diff | article=1")
	if got := offered(newest); got != "◀ Older 2-3, Every edit 3-4, History -, 3-4, 2-3, 1-2" {
		t.Errorf("newest: %s", got)
	}
	older := run("early", newest.Next[0])
	if got := offered(older); got != "◀ Older 1-2, Newer ▶ 3-4, Every edit 2-3, History -, 3-4, 2-3, 1-2" || !strings.Contains(older.Notice.Summary, "4.2") {
		t.Errorf("the one before: %s\n%s", got, older.Notice.Summary)
	}
	every := run("early", older.Next[2])
	if got := offered(every); !strings.HasPrefix(got, "◀ Older 1-2, Newer ▶ 3-4, Summary 2-3") || !strings.Contains(every.Pre, "4.2") {
		t.Errorf("every edit: %s\n%s", got, every.Pre)
	}
	if got := offered(w.do("late", "diff | article=1")); got != "◀ Older 1-2, Every edit 2-3, History -, 2-3, 1-2" {
		t.Errorf("of the guild that came later: %s", got)
	}
	// What one guild is offered is nothing to another.
	for _, a := range append(newest.Next, newest.Picks[0].Actions...) {
		if got := run("nobody", a); got.Notice != nil || got.Pre != "" || !strings.Contains(got.Text, "Nothing is watched here yet") {
			t.Errorf("%v in another guild: %+v", a, got)
		}
	}
}

// TestAmbiguous: where a name fits several, each is offered for the same command.
func TestAmbiguous(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge)
	w.do("g", "watch add | url="+storm)
	r := w.do("g", "watch pause | article=sill")
	if !r.Refused || len(r.Picks) != 1 || len(r.Picks[0].Actions) != 2 {
		t.Fatalf("%+v", r)
	}
	a := r.Picks[0].Actions[1]
	if a.Name != "watch pause" || a.Label != "Storm tears roofs off at Sill, 9 hurt" {
		t.Errorf("%+v", a)
	}
	got := w.router.Do(t.Context(), command.Request{Guild: "g", Channel: "news", Manager: true, Name: a.Name, Args: a.Args})
	wants(t, got.Text, "Paused “Storm tears roofs off at Sill, 9 hurt”")
}
