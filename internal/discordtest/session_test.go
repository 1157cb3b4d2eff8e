package discordtest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/discordtest"
)

const (
	guildID   = "300000000000000001"
	channelID = "400000000000000001"
	otherID   = "400000000000000002"
	quietID   = "400000000000000003"
	threadID  = "400000000000000004"
	forumID   = "400000000000000005"
	ownerID   = "200000000000000009"
	roleID    = "500000000000000001"
	schemaAt  = "../../../shared/data/discord-openapi.json"
)

// schemaPath is the document of Discord's API where it lies beside the project.
func schemaPath() string {
	if _, err := os.Stat(schemaAt); err != nil {
		return ""
	}
	return schemaAt
}

func newServer(t *testing.T, change func(*discordtest.Options)) *discordtest.Server {
	t.Helper()
	opt := discordtest.Options{
		Token: "secret", HeartbeatInterval: 10 * time.Second, Patience: 5 * time.Second,
		Guilds: []discordtest.Guild{{
			ID: guildID, Name: "Newsroom", OwnerID: ownerID,
			Roles: []discordtest.Role{{ID: guildID, Name: "@everyone", Permissions: discordtest.DefaultPermissions}, {ID: roleID, Name: "desk"}},
			Channels: []discordtest.Channel{
				{ID: channelID, Name: "alerts"}, {ID: otherID, Name: "other"},
				{ID: quietID, Name: "quiet", Permissions: discordtest.ViewChannel},
				{ID: threadID, Name: "thread", Type: discordtest.PublicThread, Parent: channelID},
				{ID: forumID, Name: "forum", Type: discordtest.ForumChannel},
			},
		}},
	}
	if change != nil {
		change(&opt)
	}
	s, err := discordtest.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// newSession is a client as the bot would make it, not yet connected.
func newSession(t *testing.T, s *discordtest.Server) *discordgo.Session {
	t.Helper()
	d, err := discordgo.New("Bot secret")
	if err != nil {
		t.Fatal(err)
	}
	d.Client = &http.Client{Transport: s.Transport()}
	d.Dialer = s.Dialer()
	d.Identify.Intents = discordgo.IntentsGuilds
	d.StateEnabled = false
	d.ShouldRetryOnRateLimit = false
	d.MaxRestRetries = 0
	d.LogLevel = -1
	return d
}

func connect(t *testing.T, s *discordtest.Server) *discordgo.Session {
	t.Helper()
	d := newSession(t, s)
	if err := d.Open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// rest sends one request by hand and returns status and decoded body.
func rest(t *testing.T, s *discordtest.Server, method, path string, body any) (int, map[string]any, http.Header) {
	t.Helper()
	var in []byte
	if body != nil {
		var err error
		if in, err = json.Marshal(body); err != nil {
			t.Fatal(err)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), method, "https://discord.com/api/v10"+path, bytes.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bot secret")
	req.Header.Set("User-Agent", "DiscordBot (https://example.org, 1)")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := (&http.Client{Transport: s.Transport()}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var out map[string]any
	if resp.StatusCode != http.StatusNoContent {
		if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
			t.Fatalf("%s %s: %d: %v", method, path, resp.StatusCode, err)
		}
	}
	return resp.StatusCode, out, resp.Header
}

func code(out map[string]any) int { n, _ := out["code"].(float64); return int(n) }

func restCode(err error) int {
	var re *discordgo.RESTError
	if errors.As(err, &re) && re.Message != nil {
		return re.Message.Code
	}
	return 0
}

func noViolations(t *testing.T, s *discordtest.Server) {
	t.Helper()
	for _, v := range s.Violations() {
		t.Errorf("violation: %s", v)
	}
}

var watchCommand = &discordgo.ApplicationCommand{
	Name: "watch", Description: "Watch an article",
	Options: []*discordgo.ApplicationCommandOption{{
		Type: discordgo.ApplicationCommandOptionSubCommand, Name: "add", Description: "Add one",
		Options: []*discordgo.ApplicationCommandOption{
			{Type: discordgo.ApplicationCommandOptionString, Name: "url", Description: "Its address", Required: true},
			{Type: discordgo.ApplicationCommandOptionString, Name: "list", Description: "A list", Autocomplete: true},
			{Type: discordgo.ApplicationCommandOptionChannel, Name: "channel", Description: "Where to"},
		},
	}},
}

func register(t *testing.T, d *discordgo.Session) {
	t.Helper()
	perm := int64(discordgo.PermissionSendMessages)
	c := *watchCommand
	c.DefaultMemberPermissions = &perm
	if _, err := d.ApplicationCommandBulkOverwrite("100000000000000001", "", []*discordgo.ApplicationCommand{&c}); err != nil {
		t.Fatal(err)
	}
}

func TestSession(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *discordtest.Options) { o.Schema = schemaPath() })
	d := newSession(t, s)
	guilds := make(chan string, 4)
	d.AddHandler(func(_ *discordgo.Session, g *discordgo.GuildCreate) { guilds <- g.ID })
	d.AddHandler(func(d *discordgo.Session, i *discordgo.InteractionCreate) {
		if err := d.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{
			Type: discordgo.InteractionResponseDeferredChannelMessageWithSource,
			Data: &discordgo.InteractionResponseData{Flags: discordgo.MessageFlagsEphemeral},
		}); err != nil {
			t.Errorf("respond: %v", err)
		}
		text := "Watching " + i.ApplicationCommandData().Options[0].Options[0].StringValue()
		if _, err := d.InteractionResponseEdit(i.Interaction, &discordgo.WebhookEdit{Content: &text}); err != nil {
			t.Errorf("edit: %v", err)
		}
	})
	if err := d.Open(); err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if g := <-guilds; g != guildID {
		t.Errorf("GUILD_CREATE of %q", g)
	}
	register(t, d)
	r, err := s.Interact(discordtest.Interaction{ChannelID: channelID, Command: "watch add", Options: []discordtest.Option{{Name: "url", Value: "https://example.org/a"}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Interact(discordtest.Interaction{ChannelID: channelID, Command: "watch add", Permissions: discordtest.ViewChannel, Options: []discordtest.Option{{Name: "url", Value: "https://example.org/a"}}}); !errors.Is(err, discordtest.ErrClient) {
		t.Errorf("a command is shown to who lacks its permissions: %v", err)
	}
	if got := r.Text(); got != "Watching https://example.org/a" || !r.Ephemeral || !r.Deferred {
		t.Errorf("got %q, ephemeral %v, deferred %v", got, r.Ephemeral, r.Deferred)
	}
	if n := len(s.Messages(channelID)); n != 0 {
		t.Errorf("%d messages for all to see", n)
	}
	m, err := d.ChannelMessageSend(channelID, "hello")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Messages(channelID); len(got) != 1 || got[0].ID != m.ID || got[0].Content != "hello" {
		t.Errorf("messages: %+v", got)
	}
	noViolations(t, s)
}

// putStatus is for answers that are lists.
func putStatus(t *testing.T, s *discordtest.Server, path string, body any) int {
	t.Helper()
	in, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), "PUT", "https://discord.com/api/v10"+path, bytes.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Authorization": {"Bot secret"}, "User-Agent": {"DiscordBot (x, 1)"}, "Content-Type": {"application/json"}}
	status, _ := do(t, s, req)
	return status
}

// do sends a request and returns its status and the code of a refusal.
func do(t *testing.T, s *discordtest.Server, req *http.Request) (int, int) {
	t.Helper()
	resp, err := (&http.Client{Transport: s.Transport()}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if resp.StatusCode >= 300 && json.Unmarshal(data, &out) != nil {
		t.Fatalf("a refusal that is no JSON: %s", data)
	}
	return resp.StatusCode, code(out)
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

func getJSON(t *testing.T, url string) map[string]any {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", "DiscordBot (https://example.org, 1)")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}
