package discord_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"erratum/internal/command"
	"erratum/internal/discord"
	"erratum/internal/discordtest"
)

// TestChoices: what is chosen from a menu is asked as if it had been typed, in the guild
// of whoever chose; the answer takes the place of the menu, and the file of the answer
// before goes with it.
func TestChoices(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	hits := []command.Action{
		{Label: "Bridge **closes**", Detail: "a.example", Name: "diff", Args: map[string]string{"article": watchID, "from": "3", "to": "4", "view": "text"}},
		{Label: "Storm", Name: "diff", Args: map[string]string{"article": "abcdefghijkl2"}},
	}
	router := &asked{work: func(r command.Request) command.Reply {
		if r.Args["from"] != "" {
			return command.Reply{Text: "chosen"}
		}
		return command.Reply{Text: "Which?", File: &command.File{Name: "a.txt", Data: []byte("a")}, Picks: []command.Pick{
			{Prompt: "Which one?", Actions: hits},
			{Prompt: "Can't be said", Actions: []command.Action{{Label: "Edit", Name: "watch edit", Args: map[string]string{"article": watchID, "alerts": "all"}}}},
		}}
	}}
	run(t, s, discord.Options{Router: router})
	connected(t, s)
	for _, in := range []struct{ channel, guild string }{{channelID, guildID}, {foreign, otherGuild}} {
		first := interact(t, s, discordtest.Interaction{ChannelID: in.channel, Command: "diff", Options: []discordtest.Option{{Name: "article", Value: "b"}}})
		menu, ok := first.Message.Find(func(c discordtest.Component) bool { return c.Type == discordtest.StringSelect })
		if !ok || len(menu.Options) != 2 || len(first.Message.Components) != 1 {
			t.Fatalf("menu: %+v", first.Message.Components)
		}
		got := interact(t, s, discordtest.Interaction{ChannelID: in.channel, MessageID: first.Message.ID, CustomID: menu.CustomID, Values: []string{menu.Options[0].Value}})
		r := router.last()
		if r.Guild != in.guild || r.Name != "diff" || fmt.Sprint(r.Args) != fmt.Sprint(hits[0].Args) {
			t.Errorf("asked %+v", r)
		}
		if got.Callback != discordtest.UpdateNow || got.Text() != "chosen" || len(got.Message.Attachments) != 0 || len(got.Message.Components) != 0 {
			t.Errorf("answered by %d: %q with %d files", got.Callback, got.Text(), len(got.Message.Attachments))
		}
	}
	for _, values := range [][]string{{}, {"e1.c....0."}, {"e1.f....."}, {"nonsense"}, {"e1.p.a.1.2..", "e1.p.a.1.2.."}} {
		first := interact(t, s, discordtest.Interaction{Command: "diff", Options: []discordtest.Option{{Name: "article", Value: "b"}}})
		got := interact(t, s, discordtest.Interaction{MessageID: first.Message.ID, CustomID: "e1.c....0.", Values: values, User: reader, Permissions: sendMessages, Forge: true})
		r := router.last()
		switch wants := r.User == reader.ID; {
		case wants && (r.Admin || r.Manager || len(values) != 1 || values[0] != "e1.f....."):
			t.Errorf("%q: asked %+v", values, r)
		case !wants && !strings.Contains(got.Text(), "don't know this button"):
			t.Errorf("%q: %q", values, got.Text())
		}
	}
	for _, v := range s.Violations() {
		t.Error(v)
	}
}

// TestChoicesFit: whatever a menu is made of stays within Discord's limits.
func TestChoicesFit(t *testing.T) {
	var all []command.Action
	for i := range 40 {
		all = append(all, command.Action{
			Label: fmt.Sprintf("%d %s", i, strings.Repeat("@everyone 🏳️‍🌈", 30)), Detail: strings.Repeat("**x** ", 60),
			Name: "diff", Args: map[string]string{"article": watchID, "from": fmt.Sprint(2147483600 + i/2), "to": "2147483647"},
		})
	}
	payload, _, err := discord.ReplyPayload(command.Reply{Text: "x", Picks: []command.Pick{{Prompt: strings.Repeat("p", 200), Actions: all}}})
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Components []struct {
			Components []struct {
				ID      string `json:"custom_id"`
				Prompt  string `json:"placeholder"`
				Options []struct{ Label, Value, Description string }
			}
		}
	}
	if err := json.Unmarshal(payload, &m); err != nil {
		t.Fatal(err)
	}
	menu := m.Components[0].Components[0]
	if len(menu.Options) != 20 || discord.Units(menu.Prompt) > 150 {
		t.Errorf("%d lines, prompt of %d", len(menu.Options), discord.Units(menu.Prompt))
	}
	for _, o := range menu.Options {
		if discord.Units(o.Label) > 100 || discord.Units(o.Description) > 100 || len(o.Value) > 100 || o.Label == "" {
			t.Errorf("%+v", o)
		}
	}
}

// TestAllRevisions: what history sums up its button lists, in the same place.
func TestAllRevisions(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	router := &asked{work: func(command.Request) command.Reply {
		return command.Reply{Text: "…", Next: []command.Action{{Label: "All revisions", Name: "history", Args: map[string]string{"article": watchID, "all": "true"}}}}
	}}
	run(t, s, discord.Options{Router: router})
	connected(t, s)
	shown := interact(t, s, discordtest.Interaction{Command: "history", Options: []discordtest.Option{{Name: "article", Value: "1"}}})
	b, ok := shown.Message.Button("All revisions")
	if !ok {
		t.Fatalf("no button: %+v", shown.Message.Components)
	}
	again := interact(t, s, discordtest.Interaction{MessageID: shown.Message.ID, CustomID: b.CustomID})
	if last := router.last(); last.Name != "history" || last.Args["article"] != watchID || last.Args["all"] != "true" || again.Callback != discordtest.UpdateNow {
		t.Errorf("it asks %+v, %v", router.last(), again.Callback)
	}
}
