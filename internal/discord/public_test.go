package discord_test

import (
	"strings"
	"testing"
	"time"

	"erratum/internal/command"
	"erratum/internal/discord"
	"erratum/internal/discordtest"
)

// TestPublic: what is asked with public:true is answered for all to see, at once or
// after "thinking…"; refusals, and answers to who may not write in the channel, are not.
func TestPublic(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	router := &asked{}
	run(t, s, discord.Options{Router: router, Defer: 300 * time.Millisecond})
	connected(t, s)
	public := discordtest.Option{Name: "public", Value: true}
	article := discordtest.Option{Name: "article", Value: "1"}
	history := discordtest.Interaction{Command: "history", Options: []discordtest.Option{article, public}, User: reader, Permissions: sendMessages}

	if r := interact(t, s, history); r.Ephemeral || len(s.Messages(channelID)) != 1 || router.last().Args["public"] != "true" {
		t.Errorf("not for all to see: %+v, asked %+v", r, router.last())
	}
	check := history
	check.Command = "watch check"
	if r := interact(t, s, check); r.Ephemeral || !r.Deferred {
		t.Errorf("a slow one is not for all to see: %+v", r)
	}
	private := history
	private.Options = []discordtest.Option{article, {Name: "public", Value: false}}
	if r := interact(t, s, private); !r.Ephemeral {
		t.Error("public:false is for all to see")
	}
	mute := history
	mute.Permissions = discordtest.ViewChannel
	if r := interact(t, s, mute); !r.Ephemeral || !strings.Contains(r.Text(), "Only you see this") || !strings.Contains(r.Text(), "did ") {
		t.Errorf("somebody who may not write here had the bot write: %+v %q", r, r.Text())
	}
	router.mu.Lock()
	router.work = func(command.Request) command.Reply { return command.Reply{Text: "No such thing.", Refused: true} }
	router.mu.Unlock()
	if r := interact(t, s, history); !r.Ephemeral || r.Text() != "No such thing." {
		t.Errorf("a refusal: %+v %q", r, r.Text())
	}
}

// TestNobodyTurnsAnothersPage: a button under an answer that all see brings an answer of
// one's own; under one's own it takes its place.
func TestNobodyTurnsAnothersPage(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	router := &asked{work: func(r command.Request) command.Reply {
		return command.Reply{Text: "page " + r.Args["page"], Next: []command.Action{{Label: "Next page", Name: "watch list", Args: map[string]string{"page": "2"}}}}
	}}
	run(t, s, discord.Options{Router: router})
	connected(t, s)
	for _, shared := range []bool{true, false} {
		first := interact(t, s, discordtest.Interaction{Command: "watch list", Options: []discordtest.Option{{Name: "public", Value: shared}}})
		next, ok := first.Message.Button("Next page")
		if !ok {
			t.Fatal("no button")
		}
		got := interact(t, s, discordtest.Interaction{MessageID: first.Message.ID, CustomID: next.CustomID})
		if own := got.Callback == discordtest.UpdateNow; own == shared || shared && !got.Ephemeral {
			t.Errorf("answer for all %v: the press is answered by callback %d, ephemeral %v", shared, got.Callback, got.Ephemeral)
		}
	}
}
