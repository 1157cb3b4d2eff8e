package discord_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"erratum/internal/command"
	"erratum/internal/discord"
	"erratum/internal/discordtest"
)

// TestMayPost: what the bot may do in a channel is computed from roles and overwrites,
// and channels of other servers are channels that do not exist.
func TestMayPost(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	b := client(t, s, discord.Options{})
	may := func(channel string) string {
		t.Helper()
		err := b.MayPost(t.Context(), guildID, channel)
		var refusal *command.Error
		switch {
		case err == nil:
			return "yes"
		case errors.As(err, &refusal):
			return refusal.Error()
		}
		t.Fatal(err)
		return ""
	}
	if got := may(channelID); got != "yes" {
		t.Errorf("an open channel: %s", got)
	}
	nowhere := may("399999999999999999")
	if !strings.Contains(nowhere, "There is no such channel in this server") || strings.ContainsAny(nowhere, "\n") {
		t.Errorf("a channel that is not there: %s", nowhere)
	}
	for _, other := range []string{foreign, "news", "", "../../x"} {
		if got := may(other); got != nowhere {
			t.Errorf("%q: %s", other, got)
		}
	}
	s.SetPermissions(otherChannel, discordtest.ViewChannel|discordtest.SendMessages|discordtest.ReadMessageHistory)
	if got := may(otherChannel); !strings.Contains(got, "in <#"+otherChannel+">: missing **Embed Links**, **Attach Files**.") {
		t.Errorf("without embeds and files: %s", got)
	}
	s.SetPermissions(otherChannel, 0)
	if got := may(otherChannel); !strings.Contains(got, "I can't see <#"+otherChannel+">. Edit the channel") {
		t.Errorf("a hidden channel: %s", got)
	}
}

// TestMayThreadAndCall: what was chosen of how something is told is checked beforehand.
func TestMayThreadAndCall(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	b := client(t, s, discord.Options{})
	const quiet = "400000000000000002"
	s.SetRole(guildID, discordtest.Role{ID: quiet, Name: "quiet"})
	for _, c := range []struct {
		what, want string
		may        func() error
	}{
		{"threads in an open channel", "", func() error { return b.MayThread(t.Context(), guildID, channelID) }},
		{"without the rights", "in a thread in <#" + otherChannel + ">: missing **Create Public Threads**, **Send Messages in Threads**.", func() error {
			s.SetPermissions(otherChannel, discordtest.ViewChannel|discordtest.SendMessages|discordtest.EmbedLinks)
			return b.MayThread(t.Context(), guildID, otherChannel)
		}},
		{"in another server", "no such channel", func() error { return b.MayThread(t.Context(), guildID, foreign) }},
		{"a role that may be called", "", func() error { return b.MayCall(t.Context(), guildID, roleID) }},
		{"one that may not", "I may not call <@&" + quiet + ">. Server Settings", func() error { return b.MayCall(t.Context(), guildID, quiet) }},
		{"one that is not there", "There is no such role", func() error { return b.MayCall(t.Context(), guildID, "400000000000000099") }},
		{"whoever may call everyone may call all", "", func() error {
			s.SetRole(guildID, discordtest.Role{ID: guildID, Name: "@everyone", Permissions: discordtest.DefaultPermissions | discordtest.MentionEveryone})
			return b.MayCall(t.Context(), guildID, quiet)
		}},
	} {
		err := c.may()
		var refusal *command.Error
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.what, err)
		case c.want != "" && (!errors.As(err, &refusal) || !strings.Contains(refusal.Error(), c.want)):
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

// TestOfferedNext: what a reply offers becomes buttons that do it, in the place of the
// reply, after a restart as before it.
func TestOfferedNext(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	router := &asked{work: func(r command.Request) command.Reply {
		switch r.Name {
		case "watch list":
			page := 1
			_, _ = fmt.Sscan(r.Args["page"], &page) // absent: the first
			return command.Reply{Title: fmt.Sprintf("Page %d", page), Text: "- one", Next: []command.Action{
				{Label: "Next page", Name: "watch list", Args: map[string]string{"page": fmt.Sprint(page + 1)}},
			}}
		case "watch remove":
			return command.Reply{Text: "No longer watching.", Next: []command.Action{{Label: "Undo", Name: "watch restore", Args: map[string]string{"id": watchID}}}}
		case "settings forget":
			if r.Args["confirm"] == "yes" {
				return command.Reply{Text: "Deleted, in <#" + channelID + "> as in <@&" + roleID + `>, not \<#1\>.`}
			}
			return command.Reply{Text: "Sure?", Next: []command.Action{{Label: "Delete everything", Danger: true, Name: "settings forget", Args: map[string]string{"confirm": "yes"}},
				{Label: "What no button can do", Name: "watch add", Args: map[string]string{"url": "https://a.example"}}}}
		default:
			return command.Reply{Text: "did " + r.Name}
		}
	}}
	run(t, s, discord.Options{Router: router})
	connected(t, s)
	press := func(r *discordtest.Response, label string) *discordtest.Response {
		t.Helper()
		c, ok := r.Message.Find(func(c discordtest.Component) bool { return c.Label == label })
		if !ok {
			t.Fatalf("no button %q under %q", label, r.Text())
		}
		got := interact(t, s, discordtest.Interaction{MessageID: r.Message.ID, CustomID: c.CustomID})
		if got.Callback != discordtest.UpdateNow || got.Message.ID != r.Message.ID {
			t.Errorf("%s: callback %d, message %s instead of %s", label, got.Callback, got.Message.ID, r.Message.ID)
		}
		return got
	}
	list := interact(t, s, discordtest.Interaction{Command: "watch list"})
	second := press(list, "Next page")
	third := press(second, "Next page")
	if !strings.Contains(third.Text(), "Page 3") || strings.Contains(third.Text(), "Page 1") {
		t.Errorf("pages: %q", third.Text())
	}
	undone := press(interact(t, s, discordtest.Interaction{Command: "watch remove", Options: []discordtest.Option{{Name: "article", Value: "1"}}}), "Undo")
	if r := router.last(); r.Name != "watch restore" || r.Args["id"] != watchID || !strings.Contains(undone.Text(), "did watch restore") || len(undone.Message.Components) != 0 {
		t.Errorf("undo asked %+v and says %q", r, undone.Text())
	}
	sure := interact(t, s, discordtest.Interaction{Command: "settings forget"})
	if _, ok := sure.Message.Find(func(c discordtest.Component) bool { return c.Label == "What no button can do" }); ok {
		t.Error("a button without a custom id")
	}
	if got := press(sure, "Delete everything").Text(); !strings.Contains(got, "in <#"+channelID+"> as in <@&"+roleID+">, not \\<\\#1\\>") {
		t.Errorf("forget says %q", got)
	}
	// Who has a manager role may press, but not delete everything.
	if r := router.last(); !r.Admin || !r.Manager {
		t.Errorf("the press of an admin: %+v", r)
	}
	desk := discordtest.User{ID: "500000000000000003", Name: "desk"}
	interact(t, s, discordtest.Interaction{Command: "settings show", User: desk, Permissions: sendMessages, Forge: true})
	if r := router.last(); r.Admin {
		t.Errorf("somebody without Manage Server is an admin: %+v", r)
	}
}

// TestWhyOffersBlocks: the blocks that why offers to tell of have buttons, whose answers
// leave the list standing.
func TestWhyOffersBlocks(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	router := &asked{work: func(r command.Request) command.Reply {
		if r.Name != "why" {
			return command.Reply{Text: "did " + r.Name}
		}
		return command.Reply{Text: "Muted: two blocks", Next: []command.Action{
			{Label: "Tell of “12 followers”", Name: "watch unmute", Args: map[string]string{"article": watchID, "block": "k3fa2"}},
			{Label: "Tell of another", Name: "watch unmute", Args: map[string]string{"article": watchID, "block": "not a name"}},
		}}
	}}
	run(t, s, discord.Options{Router: router})
	connected(t, s)
	why := interact(t, s, discordtest.Interaction{Command: "why", Options: []discordtest.Option{{Name: "article", Value: "1"}}})
	c, ok := why.Message.Find(func(c discordtest.Component) bool { return c.Label == "Tell of “12 followers”" })
	if _, bad := why.Message.Find(func(c discordtest.Component) bool { return c.Label == "Tell of another" }); !ok || bad {
		t.Fatalf("buttons of %q", why.Text())
	}
	got := interact(t, s, discordtest.Interaction{MessageID: why.Message.ID, CustomID: c.CustomID})
	if r := router.last(); r.Name != "watch unmute" || r.Args["article"] != watchID || r.Args["block"] != "k3fa2" {
		t.Errorf("asked %+v", r)
	}
	if !strings.Contains(got.Text(), "did watch unmute") || got.Message.ID == why.Message.ID {
		t.Errorf("says %q in %s", got.Text(), got.Message.ID)
	}
}

// TestChannelsAndRolesArePicked: options that hold a channel or a role are offered as
// such, and reach the router as IDs.
func TestChannelsAndRolesArePicked(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	router := &asked{}
	run(t, s, discord.Options{Router: router})
	connected(t, s)
	interact(t, s, discordtest.Interaction{Command: "settings set", Options: []discordtest.Option{{Name: "channel", Value: otherChannel}, {Name: "quiet", Value: "22-7"}}})
	if r := router.last(); r.Args["channel"] != otherChannel || r.Args["quiet"] != "22-7" {
		t.Errorf("settings set: %+v", r)
	}
	interact(t, s, discordtest.Interaction{Command: "settings managers", Options: []discordtest.Option{{Name: "add", Value: roleID}}})
	if r := router.last(); r.Args["add"] != roleID {
		t.Errorf("settings managers: %+v", r)
	}
	got := interact(t, s, discordtest.Interaction{Command: "help", Options: []discordtest.Option{{Name: "command", Value: "mana", Focused: true}}})
	if len(got.Choices) != 1 || got.Choices[0].Value != "settings managers" {
		t.Errorf("help offers %+v", got.Choices)
	}
}

// TestImportedFiles: a file comes from where Discord keeps it, without our token; without
// one a form asks for the list.
func TestImportedFiles(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	router := &asked{work: func(r command.Request) command.Reply {
		return command.Reply{Text: fmt.Sprintf("got %q", r.File), File: &command.File{Name: "erratum.csv", Data: []byte("url\n")}}
	}}
	run(t, s, discord.Options{Router: router})
	connected(t, s)
	list := "https://harbour.example/1\nhttps://harbour.example/2\n"
	got := interact(t, s, discordtest.Interaction{Command: "watch import", Options: []discordtest.Option{{Name: "file", Value: discordtest.Upload{Name: "list.txt", Data: []byte(list)}}, {Name: "alerts", Value: "all"}}})
	if r := router.last(); string(r.File) != list || r.Args["alerts"] != "all" || len(r.Args) != 1 {
		t.Errorf("with a file: %+v", r)
	}
	if len(got.Message.Attachments) != 1 || string(got.Message.Attachments[0].Data) != "url\n" {
		t.Errorf("the answer's file: %+v", got.Message.Attachments)
	}
	got = interact(t, s, discordtest.Interaction{Command: "watch import", Options: []discordtest.Option{{Name: "file", Value: discordtest.Upload{Name: "big.txt", Data: make([]byte, 3<<20)}}}})
	if !strings.Contains(got.Text(), "larger than 2 MB") {
		t.Errorf("a big file: %q", got.Text())
	}
	got = interact(t, s, discordtest.Interaction{Command: "watch import", Options: []discordtest.Option{{Name: "channel", Value: otherChannel}}})
	if got.Modal == nil || !strings.Contains(got.Modal.Title, "Import") {
		t.Fatalf("without a file: %+v", got)
	}
	got = interact(t, s, discordtest.Interaction{CustomID: got.Modal.CustomID, Fields: map[string]string{"list": list}})
	if r := router.last(); r.Name != "watch import" || string(r.File) != list+"\n" || r.Args["channel"] != otherChannel || r.Guild != guildID || !got.Ephemeral {
		t.Errorf("the form: %+v", r)
	}
	asked := len(router.all)
	for _, id := range []string{"e1.i", "e1.i..x", "e1.i.ALL.", "e2.i..", "e1.i.." + strings.Repeat("1", 99)} {
		got = interact(t, s, discordtest.Interaction{CustomID: id, Fields: map[string]string{"list": list}, Forge: true})
		if len(router.all) != asked || !strings.Contains(got.Text(), "I don't know this form any more") {
			t.Errorf("form %q: %q", id, got.Text())
		}
	}
}
