package discordtest_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/discordtest"
)

func TestView(t *testing.T) {
	c := newClock()
	s := newServer(t, func(o *discordtest.Options) { o.Now = c.Now })
	d := newSession(t, s)
	_, err := d.ChannelMessageSendComplex(channelID, &discordgo.MessageSend{
		Content: "**Headline** <script>alert(1)</script> <#" + otherID + "> <t:1795327200:R>",
		Embeds: []*discordgo.MessageEmbed{{
			Title: "An *article*", URL: "https://example.org/?a=1&b=\"", Color: 0xAB1234, Description: "```diff\n- old <b>\n+ new\n```",
			Fields: []*discordgo.MessageEmbedField{{Name: "Words", Value: "+1", Inline: true}}, Footer: &discordgo.MessageEmbedFooter{Text: "watch 7"},
		}},
		Components: []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.Button{Label: "Mute", Style: discordgo.SecondaryButton, CustomID: "m", Disabled: true}}},
			discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.SelectMenu{CustomID: "s", MenuType: discordgo.StringSelectMenu, Placeholder: "Show <one>",
				Options: []discordgo.SelectMenuOption{{Label: "r1 <b>", Value: "1", Description: "9 → 7"}, {Label: "r2", Value: "2"}}}}}},
		Files: []*discordgo.File{{Name: "full.diff", ContentType: "text/plain", Reader: strings.NewReader("- a\n+ b\n")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Say(channelID, ownerID, "thanks"); err != nil {
		t.Fatal(err)
	}
	show := func(path string) (int, string) {
		w := httptest.NewRecorder()
		s.View().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", path, nil))
		return w.Code, w.Body.String()
	}
	status, page := show("/channels/" + channelID)
	for _, want := range []string{
		"<strong>Headline</strong> &lt;script&gt;", "#other</span>", "class=\"time\">now<", "border-left-color:#ab1234", "An <em>article</em>",
		"href=\"https://example.org/?a=1&amp;b=&#34;\"", "<span class=\"minus\">- old &lt;b&gt;\n</span><span class=\"plus\">+ new</span>",
		"<b>Words</b>", "watch 7", "<details class=\"menu\"><summary>Show &lt;one&gt;</summary><ul><li>r1 &lt;b&gt;<small>9 → 7</small></li><li>r2</li></ul></details>", "button s2 off\">Mute", "full.diff", "thanks",
	} {
		if status != 200 || !strings.Contains(page, want) {
			t.Errorf("%d, the page lacks %s", status, want)
		}
	}
	if strings.Contains(page, "<script") {
		t.Error("the page holds a script")
	}
	if _, opened := show("/?menus=open"); !strings.Contains(opened, "<details class=\"menu\" open>") {
		t.Error("the menus are not open")
	}
	if first, body := show("/"); first != 200 || body != page {
		t.Errorf("/ gives %d", first)
	}
	if status, _ := show("/channels/1"); status != 404 {
		t.Errorf("an unknown channel: %d", status)
	}
}
