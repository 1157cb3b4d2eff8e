package discordtest_test

import (
	"fmt"
	"net/http"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/discordtest"
)

// A client needs the transport for REST, and the dialer for the gateway.
func ExampleServer() {
	s, err := discordtest.New(discordtest.Options{
		Token: "secret",
		Guilds: []discordtest.Guild{{ID: "300000000000000001", Name: "Newsroom", Channels: []discordtest.Channel{
			{ID: "400000000000000001", Name: "alerts"},
		}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	bot, err := discordgo.New("Bot secret")
	if err != nil {
		fmt.Println(err)
		return
	}
	bot.Client, bot.Dialer = &http.Client{Transport: s.Transport()}, s.Dialer()

	s.Fail("POST /channels/*/messages", discordtest.Fault{Status: 500})
	_, err = bot.ChannelMessageSend("400000000000000001", "first")
	fmt.Println("failed:", err != nil)
	_, err = bot.ChannelMessageSend("400000000000000001", "second, to @everyone")
	fmt.Println("failed:", err != nil)
	for _, m := range s.Messages("400000000000000001") {
		fmt.Println(m.Content, m.Pings)
	}
	fmt.Println(s.Violations(), s.InvalidRequests())
	// Output:
	// failed: true
	// failed: false
	// second, to @everyone []
	// [] 0
}
