package discordtest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/discordtest"
)

func addURL() discordtest.Interaction {
	return discordtest.Interaction{ChannelID: channelID, Command: "watch add", Options: []discordtest.Option{{Name: "url", Value: "https://example.org/a"}}}
}

// answering connects a bot that answers by f, with the command registered.
func answering(t *testing.T, s *discordtest.Server, f func(*discordgo.Session, *discordgo.Interaction)) *discordgo.Session {
	t.Helper()
	d := connect(t, s)
	d.AddHandler(func(d *discordgo.Session, i *discordgo.InteractionCreate) { f(d, i.Interaction) })
	register(t, d)
	return d
}

func respond(t *testing.T, d *discordgo.Session, i *discordgo.Interaction, kind discordgo.InteractionResponseType, data *discordgo.InteractionResponseData) {
	t.Helper()
	if err := d.InteractionRespond(i, &discordgo.InteractionResponse{Type: kind, Data: data}); err != nil {
		t.Errorf("respond %d: %v", kind, err)
	}
}

func TestInteractionKinds(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *discordtest.Options) { o.Schema = schemaPath() })
	seen := make(chan *discordgo.Interaction, 8)
	buttons := []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{
		discordgo.Button{Label: "Next", Style: discordgo.PrimaryButton, CustomID: "next"}, discordgo.Button{Label: "Ask", Style: discordgo.PrimaryButton, CustomID: "ask"},
		discordgo.Button{Label: "Off", Style: discordgo.PrimaryButton, CustomID: "off", Disabled: true},
	}}}
	answering(t, s, func(d *discordgo.Session, i *discordgo.Interaction) {
		seen <- i
		switch {
		case i.Type == discordgo.InteractionApplicationCommandAutocomplete:
			respond(t, d, i, discordgo.InteractionApplicationCommandAutocompleteResult, &discordgo.InteractionResponseData{Choices: []*discordgo.ApplicationCommandOptionChoice{{Name: "A list", Value: "a"}}})
		case i.Type == discordgo.InteractionModalSubmit:
			row := i.ModalSubmitData().Components[0].(*discordgo.ActionsRow)
			respond(t, d, i, discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{Content: "got " + row.Components[0].(*discordgo.TextInput).Value})
		case i.Type == discordgo.InteractionApplicationCommand:
			respond(t, d, i, discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{Content: "page 1", Components: buttons})
		case i.MessageComponentData().CustomID == "next":
			respond(t, d, i, discordgo.InteractionResponseUpdateMessage, &discordgo.InteractionResponseData{Content: "page 2", Components: buttons})
		default:
			respond(t, d, i, discordgo.InteractionResponseModal, &discordgo.InteractionResponseData{CustomID: "form", Title: "Why", Components: []discordgo.MessageComponent{
				discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.TextInput{CustomID: "why", Label: "Why", Style: discordgo.TextInputShort}}},
			}})
		}
	})
	in := addURL()
	in.User, in.Permissions = discordtest.User{ID: "200000000000000007", Name: "ann"}, discordtest.ManageGuild|discordtest.ViewChannel|discordtest.SendMessages
	in.Options = append(in.Options, discordtest.Option{Name: "channel", Value: otherID})
	first := interact(t, s, in)
	i := <-seen
	if i.Member.Permissions != in.Permissions || i.Member.User.ID != in.User.ID || i.GuildID != guildID || i.AppPermissions&discordgo.PermissionSendMessages == 0 {
		t.Errorf("interaction %+v", i)
	}
	if c := i.ApplicationCommandData().Resolved.Channels[otherID]; c == nil || c.Name != "other" {
		t.Errorf("resolved %+v", i.ApplicationCommandData().Resolved)
	}
	if first.Text() != "page 1" || first.Deferred || first.Ephemeral || len(s.Messages(channelID)) != 1 {
		t.Errorf("reply %+v", first)
	}
	choices := interact(t, s, discordtest.Interaction{ChannelID: channelID, Command: "watch add", Options: []discordtest.Option{{Name: "list", Value: "a l", Focused: true}}})
	if choices.Text() != "A list" {
		t.Errorf("choices %+v", choices.Choices)
	}
	press := discordtest.Interaction{ChannelID: channelID, MessageID: first.Message.ID, CustomID: "next"}
	if r := interact(t, s, press); r.Text() != "page 2" || r.Message.ID != first.Message.ID || s.Messages(channelID)[0].Content != "page 2" {
		t.Errorf("update %+v", r)
	}
	press.CustomID = "ask"
	r := interact(t, s, press)
	if r.Modal == nil || r.Modal.CustomID != "form" || r.Modal.Components[0].Components[0].CustomID != "why" {
		t.Errorf("modal %+v", r.Modal)
	}
	if r := interact(t, s, discordtest.Interaction{ChannelID: channelID, CustomID: "form", Fields: map[string]string{"why": "because"}}); r.Text() != "got because" {
		t.Errorf("form %+v", r)
	}
	for _, id := range []string{"off", "gone"} {
		press.CustomID = id
		if _, err := s.Interact(press); !errors.Is(err, discordtest.ErrClient) {
			t.Errorf("button %s: %v", id, err)
		}
	}
	noViolations(t, s)
}

func interact(t *testing.T, s *discordtest.Server, in discordtest.Interaction) *discordtest.Response {
	t.Helper()
	r, err := s.Interact(in)
	if err != nil {
		t.Fatalf("%+v: %v", in, err)
	}
	return r
}

func TestClientRefuses(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	if _, err := s.Interact(discordtest.Interaction{ChannelID: channelID, Command: "watch", Forge: true}); !errors.Is(err, discordtest.ErrOffline) {
		t.Errorf("nobody connected: %v", err)
	}
	answering(t, s, func(d *discordgo.Session, i *discordgo.Interaction) {
		respond(t, d, i, discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{Content: "forged " + i.ApplicationCommandData().Name})
	})
	url := discordtest.Option{Name: "url", Value: "x"}
	for name, in := range map[string]discordtest.Interaction{
		"unknown command":     {Command: "nothing"},
		"no sub-command":      {Command: "watch"},
		"unknown sub-command": {Command: "watch eat"},
		"missing option":      {Command: "watch add"},
		"unknown option":      {Command: "watch add", Options: []discordtest.Option{url, {Name: "x", Value: "y"}}},
		"wrong type":          {Command: "watch add", Options: []discordtest.Option{{Name: "url", Value: 7}}},
		"long text":           {Command: "watch add", Options: []discordtest.Option{{Name: "url", Value: text(6001)}}},
		"no autocomplete":     {Command: "watch add", Options: []discordtest.Option{{Name: "url", Value: "x", Focused: true}}},
	} {
		in.ChannelID = channelID
		if _, err := s.Interact(in); !errors.Is(err, discordtest.ErrClient) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if r := interact(t, s, discordtest.Interaction{ChannelID: channelID, Command: "nothing", Forge: true}); r.Text() != "forged nothing" {
		t.Errorf("forged: %+v", r)
	}
}

func TestInteractionRules(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := newServer(t, func(o *discordtest.Options) { o.Now = c.Now; o.Patience = 200 * time.Millisecond })
	got := make(chan *discordgo.Interaction, 1)
	d := answering(t, s, func(_ *discordgo.Session, i *discordgo.Interaction) { got <- i })
	begin := func() *discordgo.Interaction {
		if r, err := s.Interact(addURL()); !errors.Is(err, discordtest.ErrNoAnswer) || r.Callback != 0 {
			t.Fatalf("%+v %v", r, err)
		}
		return <-got
	}
	reply := &discordgo.InteractionResponse{Type: discordgo.InteractionResponseChannelMessageWithSource, Data: &discordgo.InteractionResponseData{Content: "x"}}
	edited := "edited"

	late := begin()
	if _, err := d.InteractionResponseEdit(late, &discordgo.WebhookEdit{Content: &edited}); restCode(err) != 10015 {
		t.Errorf("edit before any answer: %v", err)
	}
	c.Add(3*time.Second + time.Millisecond)
	if err := d.InteractionRespond(late, reply); restCode(err) != 10062 {
		t.Errorf("late: %v", err)
	}

	twice := begin()
	if err := d.InteractionRespond(twice, reply); err != nil {
		t.Errorf("in time: %v", err)
	}
	if err := d.InteractionRespond(twice, reply); restCode(err) != 40060 {
		t.Errorf("second answer: %v", err)
	}
	c.Add(15*time.Minute + time.Millisecond)
	if _, err := d.InteractionResponseEdit(twice, &discordgo.WebhookEdit{Content: &edited}); restCode(err) != 50027 {
		t.Errorf("old token: %v", err)
	}

	update := begin()
	if err := d.InteractionRespond(update, &discordgo.InteractionResponse{Type: discordgo.InteractionResponseUpdateMessage, Data: reply.Data}); restCode(err) != 50035 {
		t.Errorf("update of nothing: %v", err)
	}
	if n := len(s.Violations()); n != 2 {
		t.Errorf("violations %v", s.Violations())
	}
}

func TestEphemeralIsFixedFirst(t *testing.T) {
	t.Parallel()
	for _, ephemeral := range []bool{true, false} {
		s := newServer(t, nil)
		d := answering(t, s, func(d *discordgo.Session, i *discordgo.Interaction) {
			data := &discordgo.InteractionResponseData{}
			follow := &discordgo.WebhookParams{Content: "more"}
			if ephemeral {
				data.Flags = discordgo.MessageFlagsEphemeral
			} else {
				follow.Flags = discordgo.MessageFlagsEphemeral
			}
			respond(t, d, i, discordgo.InteractionResponseDeferredChannelMessageWithSource, data)
			if _, err := d.FollowupMessageCreate(i, true, follow); err != nil {
				t.Errorf("followup: %v", err)
			}
		})
		r := interact(t, s, addURL())
		if r.Ephemeral != ephemeral || r.Text() != "more" || len(r.Followups) != 0 {
			t.Errorf("ephemeral %v: %+v", ephemeral, r)
		}
		shown, hidden := len(s.Messages(channelID)), len(s.EphemeralMessages(channelID))
		if ephemeral && (shown != 0 || hidden != 1) || !ephemeral && (shown != 1 || hidden != 0) {
			t.Errorf("ephemeral %v: %d shown to all, %d to one", ephemeral, shown, hidden)
		}
		if ephemeral {
			if _, err := d.ChannelMessage(channelID, r.Message.ID); restCode(err) != 10008 {
				t.Errorf("GET of an ephemeral message: %v", err)
			}
			in := discordtest.Interaction{ChannelID: channelID, MessageID: r.Message.ID, CustomID: "x", User: discordtest.User{ID: "7", Name: "eve"}}
			if _, err := s.Interact(in); !errors.Is(err, discordtest.ErrClient) || !strings.Contains(err.Error(), "only") {
				t.Errorf("another's ephemeral message: %v", err)
			}
		}
	}
}

func TestAnswerLimits(t *testing.T) {
	t.Parallel()
	choicesOf := func(n, name, value int) *discordgo.InteractionResponseData {
		d := &discordgo.InteractionResponseData{}
		for range n {
			d.Choices = append(d.Choices, &discordgo.ApplicationCommandOptionChoice{Name: text(name), Value: text(value)})
		}
		return d
	}
	form := func(title, id, label int) *discordgo.InteractionResponseData {
		return &discordgo.InteractionResponseData{Title: text(title), CustomID: text(id), Components: []discordgo.MessageComponent{
			discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.TextInput{CustomID: "a", Label: text(label), Style: discordgo.TextInputShort}}},
		}}
	}
	say := func(n int) *discordgo.InteractionResponseData {
		return &discordgo.InteractionResponseData{Content: text(n)}
	}
	s := newServer(t, func(o *discordtest.Options) { o.Schema = schemaPath() })
	var kind discordgo.InteractionResponseType
	var fine, over *discordgo.InteractionResponseData
	answering(t, s, func(d *discordgo.Session, i *discordgo.Interaction) {
		if err := d.InteractionRespond(i, &discordgo.InteractionResponse{Type: kind, Data: over}); restCode(err) != 50035 {
			t.Errorf("beyond the limit of %d: %v", kind, err)
		}
		respond(t, d, i, kind, fine)
	})
	complete := discordtest.Interaction{ChannelID: channelID, Command: "watch add", Options: []discordtest.Option{{Name: "list", Value: "", Focused: true}}}
	for i, c := range []struct {
		in         discordtest.Interaction
		kind       discordgo.InteractionResponseType
		fine, over *discordgo.InteractionResponseData
	}{
		{complete, 8, choicesOf(25, 1, 1), choicesOf(26, 1, 1)},
		{complete, 8, choicesOf(1, 100, 1), choicesOf(1, 101, 1)},
		{complete, 8, choicesOf(1, 1, 100), choicesOf(1, 1, 101)},
		{addURL(), 4, say(2000), say(2001)},
		{addURL(), 9, form(45, 1, 1), form(46, 1, 1)},
		{addURL(), 9, form(1, 100, 1), form(1, 101, 1)},
		{addURL(), 9, form(1, 1, 45), form(1, 1, 46)},
	} {
		kind, fine, over = c.kind, c.fine, c.over
		if r, err := s.Interact(c.in); err != nil || r.Callback != int(c.kind) {
			t.Errorf("%d: %+v %v", i, r, err)
		}
		if n := len(s.Violations()); n != i+1 {
			t.Fatal(fmt.Sprint(i, s.Violations()))
		}
	}
}
