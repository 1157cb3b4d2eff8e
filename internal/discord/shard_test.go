package discord_test

import (
	"testing"
	"time"

	"erratum/internal/discord"
	"erratum/internal/discordtest"
)

// TestShards: the bot has as many sessions as Discord asks for, begun apart, and answers
// in the guilds of each; a guild of one is not missed by another.
func TestShards(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{Shards: 2})
	const secondGuild, secondChannel, taken = "200000000004194305", "300000000004194305", "200000000004194399"
	if err := s.AddGuild(discordtest.Guild{ID: secondGuild, Name: "of the second shard", Channels: []discordtest.Channel{{ID: secondChannel, Name: "news"}}}); err != nil {
		t.Fatal(err)
	}
	router := &asked{}
	p := &present{in: map[string]bool{guildID: true, secondGuild: true, taken: true}}
	run(t, s, discord.Options{Router: router, Presence: p})
	eventually(t, "two sessions", func() bool { return s.Identifies() == 2 && s.Connected() == 2 })
	for channel, guild := range map[string]string{channelID: guildID, secondChannel: secondGuild} {
		interact(t, s, discordtest.Interaction{Command: "status", ChannelID: channel})
		if r := router.last(); r.Guild != guild {
			t.Errorf("in %s: %+v", guild, r)
		}
	}
	eventually(t, "the guild that took it out is missed by its own shard", func() bool { return !p.is(taken) })
	if !p.is(guildID) || !p.is(secondGuild) {
		t.Errorf("of those that kept it: %v", p.in)
	}
}

// TestSpentBudget: when Discord takes no more sessions, none is begun; at 1,000 a day it
// would reset the token.
func TestSpentBudget(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{Identifies: 1, IdentifyReset: 30 * time.Millisecond})
	s.FailIdentify(discordtest.GatewayFault{Drop: true})
	run(t, s, discord.Options{Router: &asked{}})
	eventually(t, "it is asked whether a session may begin", func() bool { return s.Count("GET /gateway/bot") >= 6 })
	if n := s.Identifies(); n > 1 {
		t.Errorf("%d sessions were begun of 1", n)
	}
}
