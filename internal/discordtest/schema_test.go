package discordtest_test

import (
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/discordtest"
)

// TestSchema runs without the document too: then only that the shapes which both know
// are refused.
func TestSchema(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *discordtest.Options) { o.Schema = schemaPath() })
	d := newSession(t, s)
	register(t, d)
	everything := &discordgo.MessageSend{
		Content:         "text",
		AllowedMentions: &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}},
		Embeds: []*discordgo.MessageEmbed{{
			Type: discordgo.EmbedTypeRich, Title: "t", URL: "https://example.org", Description: "d", Color: 0xff0000,
			Timestamp: "2026-11-22T06:00:00Z", Footer: &discordgo.MessageEmbedFooter{Text: "f"}, Author: &discordgo.MessageEmbedAuthor{Name: "a"},
			Fields: []*discordgo.MessageEmbedField{{Name: "n", Value: "v"}},
		}},
		Components: []discordgo.MessageComponent{
			discordgo.ActionsRow{Components: []discordgo.MessageComponent{
				discordgo.Button{Label: "Full diff", Style: discordgo.SecondaryButton, CustomID: "v1|diff|1"},
				discordgo.Button{Label: "Open", Style: discordgo.LinkButton, URL: "https://example.org"},
			}},
			discordgo.ActionsRow{Components: []discordgo.MessageComponent{
				discordgo.SelectMenu{CustomID: "m", MenuType: discordgo.StringSelectMenu, Options: []discordgo.SelectMenuOption{{Label: "l", Value: "v"}}},
			}},
		},
		Files: []*discordgo.File{{Name: "full.diff", ContentType: "text/plain", Reader: strings.NewReader("- a\n+ b\n")}},
	}
	m, err := d.ChannelMessageSendComplex(channelID, everything)
	if err != nil {
		t.Fatal(err)
	}
	edit := "edited"
	if _, err := d.ChannelMessageEditComplex(&discordgo.MessageEdit{Channel: channelID, ID: m.ID, Content: &edit}); err != nil {
		t.Fatal(err)
	}
	noViolations(t, s)
	got := s.Messages(channelID)
	if len(got) != 1 || got[0].Content != "edited" || len(got[0].Embeds) != 1 || len(got[0].Attachments) != 1 || string(got[0].Attachments[0].Data) != "- a\n+ b\n" {
		t.Errorf("message: %+v", got)
	}
	status, out, _ := rest(t, s, "POST", "/channels/"+channelID+"/messages", map[string]any{"content": 7})
	if status != 400 || code(out) != 50035 {
		t.Errorf("a number as content: %d %v", status, out)
	}
	if schemaPath() == "" {
		return
	}
	for _, body := range []map[string]any{
		{"content": "x", "allowed_mention": map[string]any{}},
		{"content": "x", "embeds": []any{map[string]any{"titel": "x"}}},
		{"content": "x", "components": []any{map[string]any{"type": 1, "components": []any{map[string]any{"type": 2, "style": 1, "label": "l", "custom": "c"}}}}},
	} {
		status, out, _ := rest(t, s, "POST", "/channels/"+otherID+"/messages", body)
		if status != 400 || code(out) != 50035 {
			t.Errorf("unknown property: %v: %d %v", body, status, out)
		}
	}
	if n := len(s.Violations()); n != 4 {
		t.Errorf("%d violations, want 4: %v", n, s.Violations())
	}
	for _, v := range s.Violations() {
		t.Log(v)
	}
}
