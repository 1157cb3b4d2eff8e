package discord_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/discord"
	"erratum/internal/discordtest"
)

// TestOneRequestForOneAttempt: the library would ask four times in a row after a 502, and
// wait out any limit and ask again; how often and when is ours to say.
func TestOneRequestForOneAttempt(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]discordtest.Fault{
		"502":   {Status: 502, Times: -1},
		"503":   {Status: 503, Times: -1},
		"limit": {Kind: discordtest.LimitUser, RetryAfter: 20 * time.Second, Times: -1},
	} {
		s := local(t, discordtest.Options{})
		fault := s.Fail(posting, f)
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
		began := time.Now()
		_, err := client(t, s, discord.Options{}).Sink().Send(ctx, delivery(bridge()))
		cancel()
		if err == nil || fault.Hits() != 1 || time.Since(began) > 10*time.Second {
			t.Errorf("%s: %v after %v and %d requests", name, err, time.Since(began), fault.Hits())
		}
	}
}

// TestAnswersShareBuckets: the library keeps a bucket for each name for ever, and each
// interaction has names of its own.
func TestAnswersShareBuckets(t *testing.T) {
	if n := discord.ReplyBuckets(10_000); n > 64 || n < 32 {
		t.Errorf("%d buckets for 10,000 interactions", n)
	}
}

// TestOrderInAChannel: what is sent to a channel one after the other stands there so,
// however slow the first is.
func TestOrderInAChannel(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	sink := client(t, s, discord.Options{}).Sink()
	s.Fail(posting, discordtest.Fault{Delay: 300 * time.Millisecond})
	var ids []string
	for i := range 4 {
		d := delivery(bridge())
		d.ID = alert.DeliveryID(watchID, alert.Change, "a", "b", int64(i))
		ids = append(ids, insist(t, sink, d))
	}
	var stand []string
	for _, m := range s.Messages(channelID) {
		stand = append(stand, m.ID)
	}
	if !slices.Equal(stand, ids) {
		t.Errorf("stand %v, sent %v", stand, ids)
	}
}

// TestOnlyGuildsAreAskedFor: no intent but the one that tells of guilds and channels, and
// none that needs Discord's leave.
func TestOnlyGuildsAreAskedFor(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	run(t, s, discord.Options{Router: &asked{}})
	connected(t, s)
	if got := s.Intents(); !slices.Equal(got, []int{1}) {
		t.Errorf("intents %v", got)
	}
}
