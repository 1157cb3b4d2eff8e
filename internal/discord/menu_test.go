package discord_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"erratum/internal/command"
	"erratum/internal/discord"
	"erratum/internal/discordtest"
)

func TestMenus(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	router := &asked{work: func(r command.Request) command.Reply {
		switch {
		case r.Name == "watch add" && !r.Manager:
			return command.Reply{Text: "Ask someone."}
		case r.Name == "watch add":
			return command.Reply{Text: "Watching **" + r.Args["url"] + "**"}
		case strings.Contains(r.Args["article"], "harbour"):
			n := delivery(bridge()).Notice
			return command.Reply{Notice: &n}
		default:
			return command.Reply{Text: "Nothing watched here matches."}
		}
	}}
	run(t, s, discord.Options{Router: router})
	connected(t, s)
	say := func(content string) string {
		t.Helper()
		m, err := s.Say(channelID, reader.ID, content)
		if err != nil {
			t.Fatal(err)
		}
		return m.ID
	}
	menu := func(name, content string) *discordtest.Response {
		t.Helper()
		return interact(t, s, discordtest.Interaction{Command: name, Target: say(content)})
	}
	got := menu("Watch links", "Look: https://a.example/1, and (https://b.example/2). Again https://a.example/1!")
	if !got.Ephemeral || strings.Count(got.Text(), "Watching") != 2 {
		t.Errorf("watched: %q", got.Text())
	}
	if r := router.last(); r.Args["url"] != "https://b.example/2" || !r.Manager || r.Guild != guildID || r.Channel != channelID {
		t.Errorf("asked %+v", r)
	}
	var many strings.Builder
	for i := range 8 {
		fmt.Fprintf(&many, "https://a.example/%d ", i)
	}
	if got := menu("Watch links", many.String()); strings.Count(got.Text(), "Watching") != 5 || !strings.Contains(got.Text(), "3 more in that message") {
		t.Errorf("eight links: %q", got.Text())
	}
	if got := menu("Watch links", "nothing to see, but https://discord.com/channels/1/2/3"); !strings.Contains(got.Text(), "There is no link to an article") {
		t.Errorf("no link: %q", got.Text())
	}
	got = menu("What changed?", "https://harbour.example/bridge")
	if len(got.Message.Embeds) != 1 || !strings.Contains(got.Message.Embeds[0].Title, "bridge") {
		t.Errorf("what changed: %+v", got.Message)
	}
	got = menu("What changed?", "https://harbour.example/bridge and https://b.example/2")
	if len(got.Message.Embeds) != 1 || !strings.Contains(got.Text(), "Nothing watched here matches.") {
		t.Errorf("two links: %+v", got.Message)
	}
	// An alert of ours has its link in the card.
	id := insist(t, client(t, s, discord.Options{}).Sink(), delivery(bridge()))
	interact(t, s, discordtest.Interaction{Command: "What changed?", Target: id})
	if r := router.last(); r.Name != "diff" || !strings.Contains(r.Args["article"], "harbour") {
		t.Errorf("of an alert: %+v", r)
	}
	interact(t, s, discordtest.Interaction{Command: "Watch links", Target: say("https://a.example/1"), User: reader, Permissions: sendMessages, Forge: true})
	if r := router.last(); r.Manager {
		t.Errorf("somebody without rights: %+v", r)
	}
}

// TestMenusOfAnyMessage: whatever other applications put into a message, its menus
// answer, and find the links that stand in it.
func TestMenusOfAnyMessage(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	router := &asked{}
	run(t, s, discord.Options{Router: router})
	connected(t, s)
	for what, tt := range map[string]struct {
		components []string
		want       string
	}{
		"a kind that nobody knows":       {[]string{`{"type":77,"id":1,"shape":{"round":true}}`}, "https://a.example/1"},
		"a text in a container":          {[]string{`{"type":17,"components":[{"type":10,"content":"see https://a.example/2"}]}`}, "https://a.example/2"},
		"a button in a section":          {[]string{`{"type":9,"components":[{"type":10,"content":"Read"}],"accessory":{"type":2,"style":5,"url":"https://a.example/3"}}`}, "https://a.example/3"},
		"fields that are something else": {[]string{`{"type":10,"content":{"text":7},"components":"none"}`, `7`}, "https://a.example/1"},
	} {
		content := ""
		if tt.want == "https://a.example/1" {
			content = "look: " + tt.want
		}
		m, err := s.SayWith(channelID, reader.ID, content, tt.components...)
		if err != nil {
			t.Fatal(err)
		}
		got := interact(t, s, discordtest.Interaction{Command: "What changed?", Target: m.ID})
		if r := router.last(); r.Name != "diff" || r.Args["article"] != tt.want {
			t.Errorf("%s: answered %q, asked %+v", what, got.Text(), r)
		}
	}
}

func TestLinks(t *testing.T) {
	for text, want := range map[string]string{
		"see [this](https://a.example/x_(y)) and <https://b.example/z>.": "[https://a.example/x_(y) https://b.example/z]",
		"**https://a.example/1**, “https://b.example/2”":                 "[https://a.example/1 https://b.example/2”]",
		"||https://a.example/1|| `https://b.example`":                    "[https://a.example/1 https://b.example]",
		"http://a.example/?q=1&r=2#top…":                                 "[http://a.example/?q=1&r=2#top…]",
		"ftp://a.example javascript:alert(1) https:// https://":          "[]",
		"https://cdn.discordapp.com/a.png https://discord.gg/x":          "[]",
	} {
		if got := discord.LinksOf(text); fmt.Sprint(got) != want {
			t.Errorf("%q has %v, want %s", text, got, want)
		}
	}
	if got := discord.LinksOf(strings.Repeat("https://a.example/)))", 3)); !slices.Contains(got, "https://a.example/)))https://a.example/)))https://a.example/") {
		t.Errorf("nested: %v", got)
	}
}
