package discord

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/alert"
	"erratum/internal/command"
	"erratum/internal/deliver"
)

// setupSpec is the one command that is Discord's own: what it checks exists nowhere
// else.
var setupSpec = command.Spec{Name: "setup", Summary: "check what I may do in this channel, and send a test alert", Write: true, Options: []command.Option{
	{Name: "notices", Summary: "tell here when I can't post in another channel", Choices: []string{"here", "nowhere"}},
}}

// permission is a right that the bot needs in a channel of alerts.
type permission struct {
	bit  int64
	name string // as Discord's settings call it
	why  string
}

func permissions() []permission {
	return []permission{
		{discordgo.PermissionViewChannel, "View Channel", "to see the channel at all"},
		{discordgo.PermissionSendMessages, "Send Messages", "to post alerts"},
		{discordgo.PermissionEmbedLinks, "Embed Links", "or the cards of alerts are dropped"},
		{discordgo.PermissionAttachFiles, "Attach Files", "for diffs that are too long for a message"},
		{discordgo.PermissionReadMessageHistory, "Read Message History", "so that after a crash no alert is posted twice"},
	}
}

// threadPermissions are the rights that watches with a thread of their own need besides.
func threadPermissions() []permission {
	return []permission{
		{discordgo.PermissionCreatePublicThreads, "Create Public Threads", "for watches with `thread:on`"},
		{discordgo.PermissionSendMessagesInThreads, "Send Messages in Threads", "for watches with `thread:on`"},
	}
}

// InviteURL is the link with which an admin adds the bot to a server, with exactly
// the permissions that it needs.
func InviteURL(app string) string {
	bits := int64(0)
	for _, p := range append(permissions(), threadPermissions()...) {
		bits |= p.bit
	}
	return fmt.Sprintf("https://discord.com/oauth2/authorize?client_id=%s&scope=bot+applications.commands&permissions=%d", app, bits)
}

// missing lists what the bot may not do in the channel of an interaction, as Discord
// told with it.
func (b *Bot) missing(ctx context.Context, i *discordgo.Interaction) []permission {
	have := i.AppPermissions
	if have == 0 {
		return nil // Discord did not tell
	}
	lacks := absent(have, false)
	if len(lacks) > 0 {
		// In threads another permission counts.
		if p, err := b.rest.place(ctx, i.ChannelID); err == nil && p.thread() {
			return absent(have, true)
		}
	}
	return lacks
}

// lacking says what to allow, and where: "here" or a channel. It is CommonMark.
func lacking(where string, lacks []permission) string {
	var names []string
	for _, p := range lacks {
		names = append(names, "**"+p.name+"**")
	}
	return fmt.Sprintf("I can't post alerts %s: missing %s. Edit the channel → Permissions → add me and allow it, then try again; `setup` checks.", where, strings.Join(names, ", "))
}

// setup shows what the bot may do in the channel, and sends a test alert if it can.
func (b *Bot) setup(ctx context.Context, req command.Request, i *discordgo.Interaction) answer {
	if !req.Manager {
		return text("You may not set me up. Ask someone with Manage Server.")
	}
	lacks := map[string]bool{}
	for _, p := range b.missing(ctx, i) {
		lacks[p.name] = true
	}
	var lines []string
	for _, p := range permissions() {
		if lacks[p.name] {
			lines = append(lines, "❌ **"+p.name+"**, "+p.why)
		} else {
			lines = append(lines, "✅ "+p.name)
		}
	}
	for _, p := range threadPermissions() {
		if i.AppPermissions != 0 && i.AppPermissions&(p.bit|discordgo.PermissionAdministrator) == 0 {
			lines = append(lines, "➖ "+p.name+", "+p.why+"; without it alerts stand in the channel")
		}
	}
	if len(lacks) > 0 {
		lines = append(lines, "Edit the channel → Permissions → add me and allow what is missing, then `setup` again.")
	} else {
		lines = append(lines, b.testAlert(ctx, req))
	}
	if where := req.Args["notices"]; where != "" {
		lines = append(lines, b.setNotices(ctx, req, where == "here"))
	}
	return render(command.Reply{Title: "Alerts in this channel", Text: strings.Join(lines, "\n")})
}

// setNotices makes the channel the one where the guild hears what can't be posted
// elsewhere, or none.
func (b *Bot) setNotices(ctx context.Context, req command.Request, here bool) string {
	channel := ""
	if here {
		channel = req.Channel
	}
	if b.o.SetNotices == nil {
		return "Notices can't be set."
	}
	if err := b.o.SetNotices(ctx, req.Guild, channel); err != nil {
		b.o.Log.Error("the notices channel could not be written", "guild", req.Guild, "error", err)
		return "The notices channel could not be set. Try again in a minute."
	}
	if here {
		return "When I can't post in another channel, I say so here."
	}
	return "When I can't post in a channel, only `status` says so."
}

// testAlert posts a test alert and says how it went.
func (b *Bot) testAlert(ctx context.Context, req command.Request) string {
	now := time.Now()
	d := alert.Delivery{
		ID:          alert.DeliveryID("setup", alert.Test, req.Channel, rand.Text(), now.Unix()),
		Destination: alert.Destination{Guild: req.Guild, Channel: req.Channel},
		Notice: alert.Notice{
			Kind: alert.Test, ToAt: now,
			Text: "This is a test. Alerts of this channel's watches will look like this. Watch an article with `watch add`.",
		},
		Created: now,
	}
	if _, err := b.sink.Send(ctx, d); err != nil {
		var bad *deliver.SendError
		if errors.As(err, &bad) {
			return "The test alert could not be sent: " + bad.Reason + "."
		}
		return "The test alert could not be sent."
	}
	return "The test alert is sent. Watch an article with `watch add`."
}
