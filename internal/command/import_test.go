package command_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"erratum/internal/command"
)

func (w *world) imports(guild, data string) string {
	w.t.Helper()
	req := request(guild, "watch import")
	req.File = []byte(data)
	r := w.router.Do(w.t.Context(), req)
	return strings.TrimSpace(r.Title + "\n" + r.Text)
}

func TestImport(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"lines": "# ours\n" + bridge + "?utm_source=x\n\n  <" + storm + ">  the storm\nfeed https://sillpost.example/feed\n",
		"crlf":  "\uFEFF" + bridge + "\r\n" + storm + "\r\nfeed https://sillpost.example/feed\r\n",
		"table": "Kind;URL;Title;Alerts\narticle;" + bridge + ";\"A; B\";all\n;" + storm + ";x;\nfeed;https://sillpost.example/feed;;notes\n",
		"opml": `<?xml version="1.0" encoding="ISO-8859-1"?><opml version="2.0"><body><outline text="all">
			<outline text="f" xmlUrl="https://sillpost.example/feed" htmlUrl="https://sillpost.example/"/>
			<outline text="b" url="` + bridge + `"/><outline htmlUrl="` + storm + `"/></outline></body></opml>`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.do("g", "watch add | url="+storm+" | alerts=notes")
			wants(t, w.imports("g", data), "Import\n2 entries are new, 1 was there already. Each is looked at in its turn")
			wants(t, w.says("g", "watch list"), "2 watches, 1 feed", "sillpost.example/feed")
			if again := w.imports("g", data); !strings.Contains(again, "0 entries are new, 3 were there already") {
				t.Errorf("again: %s", again)
			}
		})
	}
	w := newWorld(t)
	got := w.imports("g", bridge+"\nftp://a.example/x\nhttps://user:pw@a.example/\nnot an address at all\n")
	wants(t, got, "1 entry is new, 3 could not be taken", "- line 2: ", "- line 3: ", "- line 4: ")
	got = w.imports("g", "url,alerts,schedule,channel,mention\n"+bridge+",loud,,,\n"+storm+",,_1s_,,\n"+ferry+",,,no_where,\n"+ferry+",,,,g\n")
	wants(t, got, "0 entries are new, 4 could not be taken", `line 2: "loud" is not a kind of alerts`, "line 3: ", `line 3: "\_1s\_" is not a schedule`, "line 4: There is no such channel", "line 5: I don't call everyone.")
	got = w.imports("g", "url,ignore\n"+ferry+",pattern:(\n"+ferry+",block:x\n"+ferry+",\"told:"+strings.Repeat("a", 13)+"\nnonsense\"\n")
	wants(t, got, "0 entries are new, 3 could not be taken", "line 2: That is no RE2 pattern", "line 3: “block:x” is nothing that can be ignored.", "line 4: “nonsense” is nothing")
	for data, want := range map[string]string{
		"":                                 "There is nothing to import.",
		"# nothing\n":                      "There is no address in that list.",
		"<opml><body></body></opml>":       "There is no address in that list.",
		strings.Repeat(bridge+"\n", 501):   "The list has 501 entries; at most 500 are taken at once.",
		strings.Repeat("x", 1<<20+1):       "That file is larger than 1024 KB.",
		"<opml><outline xmlUrl=\"\x00\"/>": "The list can't be read: XML syntax error on line 1",
	} {
		wants(t, w.imports("g", data), want)
	}
	var many strings.Builder
	for i := range 30 {
		fmt.Fprintf(&many, "gopher://a.example/%d_*_\n", i)
	}
	req := request("g", "watch import")
	req.File = []byte(many.String())
	r := w.router.Do(t.Context(), req)
	wants(t, r.Text, "30 could not be taken", "line 10: ", "and 20 more, in the file")
	if r.File == nil || bytes.Count(r.File.Data, []byte("\n")) != 30 || bytes.Contains(r.File.Data, []byte(`\`)) {
		t.Errorf("the file of errors: %+v", r.File)
	}
	wants(t, w.says("g", "watch import | list="+bridge+" "+storm), "1 entry is new, 1 was there already")
}

// TestExportReadsBack: what is exported makes the same watches elsewhere.
func TestExportReadsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	wants(t, w.says("g", "watch export"), "Nothing is watched here yet.")
	w.show(storm, story("=HYPERLINK(\"https://evil.example\")", "9"))
	w.do("g", "watch add | url="+bridge+" | alerts=all | schedule=15m | mention=77 | thread=on")
	w.do("g", "watch add | url="+storm)
	w.do("g", `watch ignore | article=1 | pattern=(?i)"\d+", (views|shares)`)
	w.do("g", "watch ignore | article=1 | block=old school")
	w.do("g", "watch ignore | article=1 | block=closes for repairs")
	w.do("g", "watch feed | url=https://sillpost.example/feed | match=ferry, harbour master | keep=7d | mention=78 | thread=on")
	out := w.do("g", "watch export")
	wants(t, out.Text, "2 watches and 1 feed. `watch import` reads the file.")
	rows, err := csv.NewReader(bytes.NewReader(out.File.Data)).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%v: %q", err, out.File.Data)
	}
	if bytes.Contains(out.File.Data, []byte(",=HYP")) || bytes.Contains(out.File.Data, []byte(`,"=HYP`)) {
		t.Errorf("a title is a formula: %s", out.File.Data)
	}
	wants(t, w.imports("other", string(out.File.Data)), "3 entries are new.")
	wants(t, w.says("other", "watch ignore | article="+bridge), "what matches “(?i)", "the block “The next meeting", "the headline, since")
	again := w.do("other", "watch export")
	strip := func(r command.Reply) string { // titles come with the first check
		rows, err := csv.NewReader(bytes.NewReader(r.File.Data)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, row := range rows {
			row[2] = ""
			lines = append(lines, strings.Join(row, "|"))
		}
		slices.Sort(lines) // what is made within a millisecond has no order
		return strings.Join(lines, "\n")
	}
	if got, want := strip(again), strip(out); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func FuzzImport(f *testing.F) {
	f.Add([]byte("url,alerts\nhttps://a.example/1,all\n"))
	f.Add([]byte("url,ignore\nhttps://a.example/2,\"pattern:\\d+ views\nblock:headline x\ntold:aaaaaaaaaaaaa\"\n"))
	f.Add([]byte("<opml><outline xmlUrl='https://a.example/feed'/></opml>"))
	f.Add([]byte("https://a.example/1\n# no\nfeed a.example"))
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		req := request("g", "watch import")
		req.File = data
		if r := w.router.Do(t.Context(), req); r.Text == "" || strings.Contains(r.Text, "my side") {
			t.Errorf("%q: %+v\n%s", data, r, w.logged)
		}
	})
}

func TestEdit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge)
	w.do("g", "watch feed | url=https://sillpost.example/feed")
	wants(t, w.says("g", "watch edit | article=1 | alerts=all | schedule=15m"), "Changed “Bridge over the Sill closes for repairs”. Alerts: all · checks: 15m")
	wants(t, w.says("g", "watch edit | article=bridge | mention=77 | thread=on"), "Alerts: all · checks: 15m · calls <@&77> · in a thread")
	wants(t, w.says("g", "watch show | article=1"), "- told in <#news> · calls <@&77> · in a thread", "- alerts: all")
	wants(t, w.says("g", "watch edit | article=1 | reset=mention | thread=off"), "checks: 15m")
	lacks(t, w.says("g", "watch show | article=1"), "calls", "thread")
	wants(t, w.says("g", "watch edit | article=feed 1 | match=ferry, harbour | keep=7d | alerts=notes"),
		"Changed “Sill feed” for articles to come. Alerts: notes", "articles kept 7 d · only with: ferry, harbour")
	wants(t, w.says("g", "watch edit | article=feed 1 | mention=77 | thread=on"), "articles kept 7 d · calls <@&77> · in a thread · only with")
	wants(t, w.says("g", "watch feed | url=https://sillpost.example/feed"), "Already followed here", "· calls <@&77> · in a thread")
	wants(t, w.says("g", "watch show | article=feed 1"), "kept 7 d · calls <@&77> · in a thread\n")
	wants(t, w.says("g", "watch edit | article=feed 1 | reset=mention | thread=off"), "articles kept 7 d · only with")
	for typed, want := range map[string]string{
		"watch edit | article=1":                           "Nothing was chosen. Usage: `watch edit ARTICLE",
		"watch edit | article=1 | schedule=1s":             "more often than this bot allows",
		"watch edit | article=1 | mention=g":               "I don't call everyone.",
		"watch edit | article=1 | keep=7d":                 "An article has neither match nor keep.",
		"watch edit | article=feed 1 | mention=g":          "I don't call everyone.",
		"watch edit | article=nothing | alerts=all":        "Nothing watched here matches",
		"watch add | url=" + storm + " | channel=no_where": "There is no such channel.",
		"watch add | url=" + storm + " | thread=yes":       "thread can't be “yes”.",
	} {
		got := w.says("g", typed)
		one(t, got)
		wants(t, got, want)
	}
	// Added again, what was chosen stays.
	w.do("g", "watch edit | article=1 | mention=77 | thread=on")
	wants(t, w.says("g", "watch add | url="+bridge), "Already watched here", "Alerts here: all · checks: 15m · calls <@&77> · in a thread")
}
