package discord_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/command"
	"erratum/internal/discord"
	"erratum/internal/report"
	"erratum/internal/summarize"
)

var update = flag.Bool("update", false, "write the golden payloads")

const (
	guildID   = "200000000000000001"
	channelID = "300000000000000001"
	roleID    = "400000000000000001"
	watchID   = "abcdefghijkl2"
)

var seen = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

func version(headline string, paragraphs ...string) *article.Article {
	a := &article.Article{Headline: headline, Language: "en", Site: "The Harbour Post", URL: "https://harbour.example/news/bridge"}
	for _, p := range paragraphs {
		role := article.Body
		if strings.HasPrefix(p, "Correction:") {
			role = article.Note
		}
		a.Blocks = append(a.Blocks, article.Block{Role: role, Text: p})
	}
	return a
}

func bridge() (old, new *article.Article) {
	lead := "The old harbour bridge will close for repairs on Monday, the city council said in a statement on Friday."
	end := "Ferries will run every ten minutes while the work lasts, and cyclists may use the railway crossing."
	old = version("Harbour bridge to close for 12 weeks", lead, "The repairs will cost 4 million euros and take 12 weeks, according to the council.", end)
	new = version("Harbour bridge to close for 16 weeks", lead, "The repairs will cost 6 million euros and take 16 weeks, according to the council.", end,
		"Correction: An earlier version of this article gave the wrong cost of the repairs. It is 6 million euros, not 4 million.")
	return old, new
}

// delivery is the alert of a change.
func delivery(old, new *article.Article) alert.Delivery {
	r := report.Compare(old, new)
	return alert.Delivery{
		ID: alert.DeliveryID(watchID, alert.Change, "a", "b", 2), Watch: watchID,
		Destination: alert.Destination{Guild: guildID, Channel: channelID},
		Notice: alert.Notice{
			Kind:    alert.Change,
			Subject: alert.Subject{Article: "x", URL: new.URL, Headline: new.Headline, Site: new.Site},
			From:    1, To: 2, FromAt: seen, ToAt: seen.Add(45 * time.Minute), Fetches: 2,
			Summary: summarize.Compose(r).Markdown(), Report: r,
		},
		Created: seen.Add(46 * time.Minute),
	}
}

func notice(kind alert.Kind, text string) alert.Delivery {
	d := delivery(bridge())
	d.ID = alert.DeliveryID(watchID, kind, "a", "b", 3)
	d.Notice = alert.Notice{Kind: kind, Subject: d.Notice.Subject, Text: text, Since: seen}
	return d
}

// ofGuild is a notice of no single watch.
func ofGuild(kind alert.Kind, text string) alert.Delivery {
	d := notice(kind, text)
	d.Watch, d.Notice.Subject = "", alert.Subject{}
	return d
}

// ofFeed is a notice of a feed.
func ofFeed() alert.Delivery {
	d := notice(alert.Blind, "This feed can't be read for now: the server answers with an error.")
	d.Notice.Subject = alert.Subject{URL: "https://harbour.example/feed.xml", Headline: "Harbour Post", Feed: watchID}
	return d
}

// digest is what a guild is told at a time of the day.
func digest() alert.Delivery {
	d := ofGuild(alert.Digest, "- **Bridge over the Sill closes \\*for\\* repairs** (The Sill Post): Number: 2.4 million → 3.1 million (no note found) · + 1 other change\n"+
		"- “Storm tears roofs off”: removed by the outlet\nOnly form changed in 3 articles.\n`diff` and `history` show each in full.")
	d.Notice.Subject.Headline = "Digest: 1 article changed"
	d.Notice.Since, d.Notice.FromAt, d.Notice.ToAt = time.Time{}, seen, seen.Add(24*time.Hour)
	return d
}

// acknowledged is the alert that answers an earlier one: changed without a note first,
// with a note that names the change later.
func acknowledged(old, silent, noted *article.Article) alert.Delivery {
	d := delivery(silent, noted)
	d.ID = alert.DeliveryID(watchID, alert.Acknowledged, "b", "c", 3)
	n := &d.Notice
	n.Kind, n.From, n.To, n.Since = alert.Acknowledged, 2, 3, seen.Add(-9*time.Hour-40*time.Minute)
	n.Text = "Acknowledged after 9 h 40 min."
	_, told := report.Acknowledges(n.Report, report.Compare(old, silent).Changes)
	s := summarize.Compose(told)
	s.Announced = ""
	n.Summary = s.Markdown()
	return d
}

func TestGoldenAlerts(t *testing.T) {
	old, new := bridge()
	quiet := version(new.Headline, new.Blocks[0].Text, new.Blocks[1].Text, new.Blocks[2].Text)
	mentioned := delivery(old, new)
	mentioned.Mention = roleID
	for name, d := range map[string]alert.Delivery{
		"corrected":    delivery(old, new),
		"unannounced":  delivery(old, quiet),
		"mention":      mentioned,
		"acknowledged": acknowledged(old, quiet, new),
		"gone":         notice(alert.Gone, "The page answers “410 Gone” since three checks."),
		"blind":        notice(alert.Blind, "The site shows a page for robots instead of the article."),
		"test":         notice(alert.Test, "This is a test."),
		"feed":         ofFeed(),
		"digest":       digest(),
		"offline":      ofGuild(alert.Offline, "I can't reach any site from here. Checking goes on."),
		"online":       ofGuild(alert.Online, "Sites answer again. All watches are checked one after the other."),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := discord.Payload(d)
			if err != nil {
				t.Fatal(err)
			}
			checkMessage(t, got)
			golden(t, name+".json", got)
		})
	}
}

func TestGoldenReplies(t *testing.T) {
	d := delivery(bridge())
	for name, r := range map[string]command.Reply{
		"reply-text":   {Text: "Watching **" + report.Escape("A *bold* headline") + "**\n> a note, quoted\nAlerts: facts · next check in 5 min. `watch list` shows all."},
		"reply-list":   {Title: "2 watches", Text: "1. ● First \\*one\\*\n   a.example · no change yet\n2. ⏸ Second\n   b.example · paused"},
		"reply-notice": {Notice: &d.Notice},
		"reply-pre":    {Title: "Bridge: revision 1 → 2", Pre: report.FullDiff(d.Notice.Report)},
		"reply-empty":  {},
	} {
		t.Run(name, func(t *testing.T) {
			got, _, err := discord.ReplyPayload(r)
			if err != nil {
				t.Fatal(err)
			}
			checkMessage(t, got)
			golden(t, name+".json", got)
		})
	}
}

// TestGoldenEdits: the answer to "Full diff", short enough to need no file.
func TestGoldenEdits(t *testing.T) {
	payload, file, err := discord.EditsPayload(delivery(bridge()).Notice)
	if err != nil {
		t.Fatal(err)
	}
	checkMessage(t, payload)
	golden(t, "edits.json", payload)
	if len(file) > 0 {
		t.Errorf("attached although all is shown: %s", file)
	}
}

// TestLongEditsAreAttached: the message stays short, the file has every word.
func TestLongEditsAreAttached(t *testing.T) {
	for _, s := range append(hostile(), strings.Repeat("one two three ", 300)) {
		var segments []report.Segment
		for _, op := range []string{"keep", "delete", "insert", "keep"} {
			segments = append(segments, report.Segment{Op: op, Text: " " + s + " " + op})
		}
		n := delivery(bridge()).Notice
		n.Subject.Headline = s
		n.Report.Hunks = slices.Repeat([]report.Hunk{{Where: "headline", Segments: segments}, {Where: "body", Moved: true, Segments: segments[:1]}}, 5)
		payload, file, err := discord.EditsPayload(n)
		if err != nil {
			t.Fatal(err)
		}
		checkMessage(t, payload)
		var m sent
		if err := json.Unmarshal(payload, &m); err != nil || strings.Count(*m.Content, "```") != 2 {
			t.Errorf("%.40q leaves its fence: %v %.200q", s, err, *m.Content)
		}
		want := strings.Join(strings.Fields(discord.Plain(s+" keep "+s+" delete "+s+" keep")), " ")
		if got := strings.Join(strings.Fields(string(file)), " "); strings.Count(got, want) != 5 {
			t.Errorf("%.40q: the file has the passage %d times", s, strings.Count(got, want))
		}
	}
}

func TestGoldenCommands(t *testing.T) {
	got, err := discord.SlashCommands()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "commands.json", got)
	var commands []struct {
		Type              int
		Name, Description string
		Permissions       string `json:"default_member_permissions"`
		Contexts          []int
		Options           []option
	}
	if err := json.Unmarshal(got, &commands); err != nil {
		t.Fatal(err)
	}
	for _, c := range commands {
		checkOptions(t, c.Name, c.Options)
		if n := discord.Units(c.Description); c.Type == 1 && n < 1 || c.Type != 1 && n > 0 || n > 100 {
			t.Errorf("/%s: description of %d", c.Name, n)
		}
		if fmt.Sprint(c.Contexts) != "[0]" {
			t.Errorf("/%s can be used outside of servers", c.Name)
		}
		if c.Permissions != "" {
			t.Errorf("/%s is hidden from who lacks %q, manager roles or not", c.Name, c.Permissions)
		}
	}
}

type option struct {
	Type              int
	Name, Description string
	Required          bool
	Autocomplete      bool
	Choices, Options  []option
}

func checkOptions(t *testing.T, path string, options []option) {
	t.Helper()
	if len(options) > 25 {
		t.Errorf("/%s has %d options", path, len(options))
	}
	optional := false
	for _, o := range options {
		if n := discord.Units(o.Description); n < 1 || n > 100 {
			t.Errorf("/%s %s: description of %d", path, o.Name, n)
		}
		if o.Name != strings.ToLower(o.Name) || len(o.Name) > 32 || o.Name == "" {
			t.Errorf("/%s: name %q", path, o.Name)
		}
		if o.Required && optional {
			t.Errorf("/%s: %s is required but comes after one that is not", path, o.Name)
		}
		optional = optional || !o.Required
		if o.Type == 1 {
			optional = false
			checkOptions(t, path+" "+o.Name, o.Options)
		}
	}
}

// TestHostileMessages: whatever stands in every place that an article can fill, the
// message keeps Discord's limits, mentions nobody, and links only to the article.
func TestHostileMessages(t *testing.T) {
	for _, s := range hostile() {
		old, new := bridge()
		new.Headline, new.Site = s, s
		new.Blocks[1].Text = "The repairs will cost 6 million euros, " + s + ", and take 16 weeks."
		new.Blocks[3].Text = "Correction: " + s
		d := delivery(old, new)
		d.Notice.Text = s
		d.Notice.Subject.URL = "https://harbour.example/news/bridge"
		d.Mention = roleID
		got, err := discord.Payload(d)
		if err != nil {
			t.Fatal(err)
		}
		checkMessage(t, got)
		bad := d
		bad.Notice.Subject.URL, bad.Mention = s, s
		if got, err = discord.Payload(bad); err != nil {
			t.Fatal(err)
		}
		checkMessage(t, got)
		if got, err = discord.BarePayload(bad); err != nil {
			t.Fatal(err)
		}
		checkMessage(t, got)
		for _, r := range []command.Reply{
			{Title: s, Text: s}, {Text: "**" + report.Escape(s) + "**\n> " + report.Escape(s)}, {Pre: s}, {Notice: &d.Notice, Text: s, Title: s, Pre: s},
			{File: &command.File{Name: s, Data: []byte(s)}},
		} {
			got, _, err := discord.ReplyPayload(r)
			if err != nil {
				t.Fatal(err)
			}
			checkMessage(t, got)
		}
	}
}

// TestLongReplyIsAttached: what a message can't show is not lost.
func TestLongReplyIsAttached(t *testing.T) {
	long := strings.Repeat("- a line of a long list\n", 400)
	for name, r := range map[string]command.Reply{"text": {Title: "Long", Text: long}, "letter by letter": {Pre: long}} {
		payload, file, err := discord.ReplyPayload(r)
		if err != nil {
			t.Fatal(err)
		}
		checkMessage(t, payload)
		if n := bytes.Count(file, []byte("a line of a long list")); n != 400 {
			t.Errorf("%s: the file has %d of 400 lines", name, n)
		}
	}
}

// TestAlertsAreShort: an alert with more to say than 600 characters leaves out
// bullets, never the note or whether it was announced.
func TestAlertsAreShort(t *testing.T) {
	d := delivery(bridge())
	long := strings.Repeat("a clause of some length, ", 11)
	d.Notice.Summary = "Number: 1 → **2** " + long + "\n- Second " + long + "\n- Third " + long + "\n> The note\nAnnounced: partly"
	raw, err := discord.Payload(d)
	if err != nil {
		t.Fatal(err)
	}
	var m sent
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	text := m.Embeds[0].Description
	if n := discord.Units(text); n > 600+len("****") {
		t.Errorf("%d characters: %s", n, text)
	}
	for part, want := range map[string]bool{"Number": true, "Second": false, "Third": false, "> The note": true, "Announced: partly": true, "seen twice": true} {
		if strings.Contains(text, part) != want {
			t.Errorf("%q: %v, want %v", part, !want, want)
		}
	}
}

// TestMarkdownCut: a cut closes what is open and keeps the limit.
func TestMarkdownCut(t *testing.T) {
	whole := "Number: 12 → **16 \\*weeks\\* in all** (body)\n- second `watch add URL` here\n> a note"
	for limit := 1; limit < 120; limit++ {
		got, cut := discord.Markdown(whole, limit)
		if discord.Units(got) > limit {
			t.Errorf("limit %d: %q", limit, got)
		}
		if n := strings.Count(got, "**"); n%2 != 0 {
			t.Errorf("limit %d leaves bold open: %q", limit, got)
		}
		if cut != strings.HasSuffix(strings.TrimSuffix(got, "**"), "…") {
			t.Errorf("limit %d: cut %v, %q", limit, cut, got)
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got; -update writes it):\n%s", path, diff)
	}
}

// sent is a message as Discord would read it.
type sent struct {
	Content *string `json:"content"`
	Nonce   string  `json:"nonce"`
	Embeds  []struct {
		Title, Description, URL string
		Author                  *struct{ Name, URL string }
	} `json:"embeds"`
	Components []struct {
		Components []struct {
			Type       int
			Label, URL string
			CustomID   string `json:"custom_id"`
		} `json:"components"`
	} `json:"components"`
	Allowed *struct {
		Parse *[]string `json:"parse"`
		Roles []string  `json:"roles"`
		Users []string  `json:"users"`
	} `json:"allowed_mentions"`
}

// checkMessage holds a payload against Discord's limits and our own rules.
func checkMessage(t *testing.T, raw []byte) {
	t.Helper()
	var m sent
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatalf("not a message: %v", err)
	}
	if m.Allowed == nil || m.Allowed.Parse == nil || len(*m.Allowed.Parse) != 0 || len(m.Allowed.Users) != 0 {
		t.Errorf("mentions are not off: %.300s", raw)
	}
	content := ""
	if m.Content != nil {
		content = *m.Content
	}
	if m.Allowed != nil && len(m.Allowed.Roles) > 0 {
		if len(m.Allowed.Roles) != 1 || m.Allowed.Roles[0] != roleID || !strings.HasPrefix(content, "<@&"+roleID+"> ") {
			t.Errorf("mentions roles %q in %.60q", m.Allowed.Roles, content)
		}
	}
	if discord.Units(content) > 2000 || len(m.Nonce) > 25 {
		t.Errorf("content of %d, nonce %q", discord.Units(content), m.Nonce)
	}
	total := 0
	for _, e := range m.Embeds {
		name := ""
		if e.Author != nil {
			name = e.Author.Name
		}
		if discord.Units(e.Title) > 256 || discord.Units(e.Description) > 4096 || discord.Units(name) > 256 || e.Author != nil && name == "" {
			t.Errorf("embed breaks a limit: %d %d %d", discord.Units(e.Title), discord.Units(e.Description), discord.Units(name))
		}
		if e.Title == "" && e.Description == "" {
			t.Error("an empty embed")
		}
		total += discord.Units(e.Title) + discord.Units(e.Description) + discord.Units(name)
		checkLink(t, e.URL, 2048)
	}
	if total > 6000 || len(m.Embeds) > 10 || len(m.Components) > 5 {
		t.Errorf("embeds of %d", total)
	}
	ids := map[string]bool{}
	for _, row := range m.Components {
		if len(row.Components) < 1 || len(row.Components) > 5 {
			t.Errorf("a row of %d", len(row.Components))
		}
		for _, c := range row.Components {
			if n := discord.Units(c.Label); n < 1 || n > 80 || (c.URL == "") == (c.CustomID == "") || len(c.CustomID) > 100 || c.CustomID != "" && ids[c.CustomID] {
				t.Errorf("button %+v", c)
			}
			ids[c.CustomID] = true
			checkLink(t, c.URL, 512)
		}
	}
}

// checkLink lets only the article's own address pass.
func checkLink(t *testing.T, u string, limit int) {
	t.Helper()
	if u == "" {
		return
	}
	lower := strings.ToLower(u)
	if len(u) > limit || !strings.HasPrefix(lower, "https://harbour.example/") && !strings.HasPrefix(lower, "https://evil.example") && !strings.HasPrefix(lower, "http://evil.example") {
		t.Errorf("links to %q", u)
	}
}
