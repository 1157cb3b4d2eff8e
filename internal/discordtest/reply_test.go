package discordtest_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/discordtest"
)

// form posts a message of payload_json and n files of a size, and returns the status and
// code.
func form(t *testing.T, s *discordtest.Server, payload string, n, size int) (int, int) {
	t.Helper()
	return multiform(t, s, "POST", messagesPath, payload, n, size)
}

func multiform(t *testing.T, s *discordtest.Server, method, path, payload string, n, size int) (int, int) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.WriteField("payload_json", payload); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		part, err := w.CreateFormFile(fmt.Sprintf("files[%d]", i), fmt.Sprintf("%d.txt", i))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(make([]byte, size)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, "https://discord.com/api/v9"+path, &b)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Authorization": {"Bot secret"}, "User-Agent": {"DiscordBot (x, 1)"}, "Content-Type": {w.FormDataContentType()}}
	return do(t, s, req)
}

func TestFiles(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *discordtest.Options) { o.ChannelRate.Limit = -1; o.Schema = schemaPath() })
	for _, c := range []struct {
		name         string
		payload      string
		n, size      int
		status, code int
	}{
		{"most files", `{}`, 10, 1, 200, 0}, {"too many files", `{}`, 11, 1, 400, 50035},
		{"largest file", `{"content":"x"}`, 1, 10 << 20, 200, 0}, {"too large file", `{}`, 1, 10<<20 + 1, 400, 50035},
		{"too large request", `{}`, 3, 9 << 20, 413, 40005},
		{"broken JSON", `{`, 1, 1, 400, 50109}, {"wrong content", `{"content":7}`, 1, 1, 400, 50035},
	} {
		if status, code := form(t, s, c.payload, c.n, c.size); status != c.status || code != c.code {
			t.Errorf("%s: %d %d, want %d %d", c.name, status, code, c.status, c.code)
		}
	}
	if m := s.Messages(channelID); len(m) != 2 || len(m[0].Attachments) != 10 || m[1].Attachments[0].Size != 10<<20 {
		t.Errorf("%d messages", len(m))
	}
	message := messagesPath + "/" + s.Messages(channelID)[1].ID
	for _, c := range []struct {
		attachments string
		files, lost int
	}{{`[{"id":"0","filename":"0.txt"}]`, 1, 0}, {`[]`, 0, 1}} {
		if status, _ := multiform(t, s, "PATCH", message, `{"attachments":`+c.attachments+`}`, 1, 1); status != 200 {
			t.Errorf("edit with %s: %d", c.attachments, status)
		}
		lost := slices.DeleteFunc(s.Violations(), func(v string) bool { return !strings.Contains(v, "don't name") })
		if got := s.Messages(channelID)[1].Attachments; len(got) != c.files || len(lost) != c.lost {
			t.Errorf("edit with %s: %d files, %q", c.attachments, len(got), lost)
		}
	}
	for limit, want := range map[int]int{100: 200, 101: 400, 0: 400} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", fmt.Sprintf("https://discord.com/api/v9%s?limit=%d", messagesPath, limit), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header = http.Header{"Authorization": {"Bot secret"}, "User-Agent": {"DiscordBot (x, 1)"}}
		if status, _ := do(t, s, req); status != want {
			t.Errorf("limit %d: %d", limit, status)
		}
	}
}

// TestReplies walks all that can be done with the token of an interaction.
func TestReplies(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *discordtest.Options) { o.Schema = schemaPath(); o.Patience = time.Second })
	got := make(chan *discordgo.Interaction, 1)
	d := answering(t, s, func(d *discordgo.Session, i *discordgo.Interaction) {
		respond(t, d, i, discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{Content: "one"})
		got <- i
	})
	r := interact(t, s, addURL())
	i := <-got
	m, err := d.InteractionResponse(i)
	if err != nil || m.Content != "one" || m.ID != r.Message.ID {
		t.Errorf("@original: %+v %v", m, err)
	}
	more, err := d.FollowupMessageCreate(i, true, &discordgo.WebhookParams{Content: "two", Flags: discordgo.MessageFlagsEphemeral})
	if err != nil {
		t.Fatal(err)
	}
	three := "three"
	if _, err := d.FollowupMessageEdit(i, more.ID, &discordgo.WebhookEdit{Content: &three}); err != nil {
		t.Error(err)
	}
	after, known := s.Answer(r.InteractionID)
	if !known || after.Text() != "one\nthree" || len(after.Followups) != 1 || after.Edits != 0 || len(s.EphemeralMessages(channelID)) != 1 {
		t.Errorf("afterwards %+v", after)
	}
	if err := d.InteractionResponseDelete(i); err != nil {
		t.Error(err)
	}
	if _, err := d.InteractionResponse(i); restCode(err) != 10008 {
		t.Errorf("deleted @original: %v", err)
	}
	if _, err := d.FollowupMessageEdit(i, "1", &discordgo.WebhookEdit{Content: &three}); restCode(err) != 10008 {
		t.Errorf("unknown followup: %v", err)
	}
	noViolations(t, s)
}

func TestDeferredUpdate(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *discordtest.Options) { o.Schema = schemaPath(); o.Patience = 300 * time.Millisecond })
	edit := true
	d := answering(t, s, func(d *discordgo.Session, i *discordgo.Interaction) {
		respond(t, d, i, discordgo.InteractionResponseDeferredMessageUpdate, nil)
		changed := "changed"
		if !edit {
			return
		}
		if _, err := d.InteractionResponseEdit(i, &discordgo.WebhookEdit{Content: &changed}); err != nil {
			t.Error(err)
		}
	})
	m, err := d.ChannelMessageSendComplex(channelID, &discordgo.MessageSend{Content: "x", Components: []discordgo.MessageComponent{
		discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.Button{Label: "l", Style: discordgo.PrimaryButton, CustomID: "c"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	press := discordtest.Interaction{ChannelID: channelID, MessageID: m.ID, CustomID: "c"}
	if r := interact(t, s, press); r.Text() != "changed" || r.Message.ID != m.ID || !r.Deferred || s.Messages(channelID)[0].Content != "changed" {
		t.Errorf("%+v", r)
	}
	edit = false
	if r := interact(t, s, press); r.Callback != discordtest.UpdateLater || r.AnswerAfter != 0 {
		t.Errorf("without an edit: %+v", r)
	}
	noViolations(t, s)
}

func TestCommandsKept(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *discordtest.Options) { o.Schema = schemaPath() })
	d := newSession(t, s)
	const app = "100000000000000001"
	first, err := d.ApplicationCommandCreate(app, "", watchCommand)
	if err != nil {
		t.Fatal(err)
	}
	help := &discordgo.ApplicationCommand{Name: "help", Description: "Help"}
	all, err := d.ApplicationCommandBulkOverwrite(app, "", []*discordgo.ApplicationCommand{watchCommand, help})
	if err != nil || len(all) != 2 || all[0].ID != first.ID || all[0].Options[0].Options[1].Name != "list" {
		t.Fatalf("%v %v", all, err)
	}
	if _, err := d.ApplicationCommandEdit(app, "", all[1].ID, &discordgo.ApplicationCommand{Name: "help", Description: "More help"}); err != nil {
		t.Error(err)
	}
	if err := d.ApplicationCommandDelete(app, "", all[0].ID); err != nil {
		t.Error(err)
	}
	if got := s.Commands(""); len(got) != 1 || got[0].Description != "More help" {
		t.Errorf("%+v", got)
	}
	if _, err := d.ApplicationCommandCreate(app, "1", help); restCode(err) != 50001 {
		t.Errorf("in an unknown guild: %v", err)
	}
	noViolations(t, s)
}

func TestAccount(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	d := newSession(t, s)
	if u, err := d.User("@me"); err != nil || u.Username != "Erratum" || !u.Bot {
		t.Errorf("%+v %v", u, err)
	}
	if g, err := d.UserGuilds(10, "", "", false); err != nil || len(g) != 1 || g[0].Name != "Newsroom" {
		t.Errorf("%+v %v", g, err)
	}
	if g, err := d.Guild(guildID); err != nil || len(g.Roles) != 2 {
		t.Errorf("%+v %v", g, err)
	}
	if c, err := d.GuildChannels(guildID); err != nil || len(c) != 4 || c[0].ID != channelID {
		t.Errorf("%+v %v", c, err)
	}
	if m, err := d.GuildMember(guildID, "100000000000000001"); err != nil || m.User.ID != "100000000000000001" {
		t.Errorf("%+v %v", m, err)
	}
	if _, err := s.Interact(discordtest.Interaction{ChannelID: channelID, Command: "x", Forge: true, User: discordtest.User{ID: "7", Name: "ann"}}); err == nil {
		t.Error("nobody is connected, and it was answered")
	}
	dm, err := d.UserChannelCreate("7")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.ChannelMessageSend(dm.ID, "hello"); err != nil || len(s.Messages(dm.ID)) != 1 {
		t.Error(err)
	}
	if err := d.GuildLeave(guildID); err != nil {
		t.Error(err)
	}
	if _, err := d.Guild(guildID); restCode(err) != 10004 {
		t.Errorf("after leaving: %v", err)
	}
	noViolations(t, s)
}
