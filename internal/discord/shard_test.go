package discord_test

import (
	"fmt"
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

// TestEveryMomentOfAResumption: whatever Discord says in place of RESUMED, the bot comes
// back and answers.
func TestEveryMomentOfAResumption(t *testing.T) {
	for name, f := range map[string]discordtest.GatewayFault{
		"reconnect":       {Op7: true},
		"invalid":         {Op9: new(bool)},
		"silence":         {},
		"cut":             {Drop: true},
		"unknown error":   {CloseCode: 4000},
		"invalid seq":     {CloseCode: 4007},
		"too fast":        {CloseCode: 4008},
		"session timeout": {CloseCode: 4009},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := local(t, discordtest.Options{}, "second IDENTIFY", "a session that is not there", fmt.Sprint(f.CloseCode))
			run(t, s, discord.Options{Router: &asked{}, Open: 700 * time.Millisecond})
			answers(t, s)
			s.FailResume(f)
			s.Drop()
			eventually(t, "it tried to resume", func() bool { return s.Resumes() >= 1 })
			eventually(t, "a session", func() bool { return s.Connected() == 1 })
			answers(t, s)
		})
	}
}
