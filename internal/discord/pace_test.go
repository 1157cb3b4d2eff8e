package discord_test

import (
	"errors"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/deliver"
	"erratum/internal/discord"
	"erratum/internal/discordtest"
)

// TestPace: what an answer says of limits is known for all who send: of the channel, of
// all channels, or of this address alone.
func TestPace(t *testing.T) {
	t.Parallel()
	n := int64(0)
	send := func(t *testing.T, sink *discord.Sink) (alert.Pace, error) {
		n++
		d := delivery(bridge())
		d.ID = alert.DeliveryID(watchID, alert.Change, "a", "b", n)
		_, err := sink.Send(t.Context(), d)
		return sink.Pace(d), err
	}
	about := func(t *testing.T, what string, got, want time.Duration) {
		t.Helper()
		if got > want || got < want-want/10 {
			t.Errorf("%s: %v, want about %v", what, got, want)
		}
	}
	const wait = 20 * time.Second
	t.Run("channel", func(t *testing.T) {
		sink := client(t, local(t, discordtest.Options{ChannelRate: discordtest.Rate{Limit: 3, Window: wait}}), discord.Options{}).Sink()
		for i := range 3 {
			p, err := send(t, sink)
			if err != nil {
				t.Fatal(err)
			}
			if i < 2 {
				about(t, "rest", p.Rest, 0)
				continue
			}
			about(t, "rest", p.Rest, wait)
			about(t, "stop", p.Stop, 0)
			about(t, "barred", sink.Barred(), 0)
		}
	})
	for name, c := range map[string]struct {
		fault                    discordtest.Fault
		rest, stop, barred, more time.Duration
	}{
		"limit of the channel":   {fault: discordtest.Fault{Kind: discordtest.LimitUser}, rest: wait},
		"shared with other bots": {fault: discordtest.Fault{Kind: discordtest.LimitShared}, rest: wait},
		"over all":               {fault: discordtest.Fault{Kind: discordtest.LimitGlobal}, stop: wait},
		"of the edge":            {fault: discordtest.Fault{Kind: discordtest.EdgeHTML, Status: 429}, barred: wait},
	} {
		t.Run(name, func(t *testing.T) {
			s := local(t, discordtest.Options{})
			sink := client(t, s, discord.Options{}).Sink()
			c.fault.RetryAfter = wait
			s.Fail(posting, c.fault)
			p, err := send(t, sink)
			if bad := new(deliver.SendError); !errors.As(err, &bad) || bad.RetryAfter == 0 {
				t.Fatalf("got %v", err)
			}
			about(t, "rest", p.Rest, c.rest)
			about(t, "stop", p.Stop, c.stop)
			about(t, "barred", sink.Barred(), c.barred)
		})
	}
	t.Run("requests", func(t *testing.T) {
		s := local(t, discordtest.Options{})
		sink := client(t, s, discord.Options{}).Sink()
		s.SetPermissions(channelID, discordtest.ViewChannel|discordtest.SendMessages|discordtest.EmbedLinks)
		d := crowded() // asked for once with a file, once without
		if _, err := sink.Send(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if p, again := sink.Pace(d), sink.Pace(d); p.More != sink.Spacing() || again.More != 0 {
			t.Errorf("two requests for one alert: %v more, then %v", p.More, again.More)
		}
	})
}

// TestAnswersWaitForNoAlerts: what Discord says of the requests of the bot's token is not
// about answers to people.
func TestAnswersWaitForNoAlerts(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	b := client(t, s, discord.Options{Router: &asked{}})
	runs(t, b, &logs{})
	connected(t, s)
	s.Fail(posting, discordtest.Fault{Kind: discordtest.LimitGlobal, RetryAfter: time.Minute})
	if _, err := b.Sink().Send(t.Context(), delivery(bridge())); err == nil {
		t.Fatal("no limit was met")
	}
	began := time.Now()
	got := interact(t, s, discordtest.Interaction{Command: "watch add", Options: []discordtest.Option{{Name: "url", Value: "https://a.example/b"}}})
	if took := time.Since(began); got.Message == nil || took > 10*time.Second {
		t.Errorf("answered %+v after %v", got, took)
	}
}
