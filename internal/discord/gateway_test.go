package discord_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"erratum/internal/discord"
	"erratum/internal/discordtest"
)

// answers asks the bot something over the gateway.
func answers(t *testing.T, s *discordtest.Server) {
	t.Helper()
	connected(t, s)
	if got := interact(t, s, discordtest.Interaction{Command: "status"}); !strings.Contains(got.Text(), "did **status**") {
		t.Errorf("answers %q", got.Text())
	}
}

func TestLostConnectionsAreResumed(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	run(t, s, discord.Options{Router: &asked{}})
	answers(t, s)
	for i, lose := range []func(){s.Drop, s.Op7} {
		lose()
		eventually(t, "resumed", func() bool { return s.Resumes() >= i+1 })
		answers(t, s)
	}
	if n := s.Identifies(); n != 1 {
		t.Errorf("%d IDENTIFYs; Discord allows 1,000 a day", n)
	}
	// Lost for the third time within minutes: a new session, after a wait.
	s.CloseGateway(4000)
	eventually(t, "identified again", func() bool { return s.Identifies() == 2 })
	answers(t, s)
}

// TestInvalidSession: the library identifies itself a second time on the same
// connection, which Discord closes; the next connection is good.
func TestInvalidSession(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{}, "second IDENTIFY")
	run(t, s, discord.Options{Router: &asked{}})
	answers(t, s)
	for _, resumable := range []bool{true, false} {
		before := s.Identifies()
		s.Op9(resumable)
		eventually(t, "identified again", func() bool { return s.Identifies() > before })
		answers(t, s)
	}
}

// TestEndedSessionsBeginAnew: Discord refuses to resume; the bot comes back all the
// same.
func TestEndedSessionsBeginAnew(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	run(t, s, discord.Options{Router: &asked{}})
	answers(t, s)
	before := s.Identifies()
	s.EndSessions()
	s.Drop()
	eventually(t, "identified again", func() bool { return s.Identifies() > before })
	answers(t, s)
}

// TestStuckOpenIsLeftBehind: RECONNECT in place of READY locks the library's session
// for ever.
func TestStuckOpenIsLeftBehind(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	s.FailIdentify(discordtest.GatewayFault{Op7: true})
	run(t, s, discord.Options{Router: &asked{}, Open: 700 * time.Millisecond})
	eventually(t, "a second session", func() bool { return s.Identifies() >= 2 })
	answers(t, s)
}

// TestSilentHandshakeIsGivenUp: no READY ever comes.
func TestSilentHandshakeIsGivenUp(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	s.FailIdentify(discordtest.GatewayFault{}, discordtest.GatewayFault{Drop: true})
	run(t, s, discord.Options{Router: &asked{}, Open: 700 * time.Millisecond})
	eventually(t, "a third session", func() bool { return s.Identifies() >= 3 })
	answers(t, s)
}

// TestSilentSocketIsLeft: the socket is open but nobody is there.
func TestSilentSocketIsLeft(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{HeartbeatInterval: 200 * time.Millisecond})
	run(t, s, discord.Options{Router: &asked{}, Silence: 2 * time.Second})
	answers(t, s)
	before := s.Identifies() + s.Resumes()
	s.Zombie(true)
	eventually(t, "another session", func() bool { return s.Identifies()+s.Resumes() > before })
	s.Zombie(false)
	answers(t, s)
}

// TestFatalCloseEndsRun: the library would come back for ever, up to Discord's 1,000
// IDENTIFYs a day.
func TestFatalCloseEndsRun(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]string{4004: "token", 4011: "sharding", 4013: "intents", 4014: "intents"} {
		s := local(t, discordtest.Options{})
		s.FailIdentify(discordtest.GatewayFault{CloseCode: code})
		ended := run(t, s, discord.Options{Router: &asked{}})
		select {
		case err := <-ended:
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%d: %v", code, err)
			}
		case <-time.After(20 * time.Second):
			t.Errorf("%d: Run goes on", code)
		}
		if n := s.Identifies(); n != 1 {
			t.Errorf("%d: %d IDENTIFYs", code, n)
		}
	}
}

// TestTokenTakenAwayLater: the session is closed with a fatal code long after READY.
func TestTokenTakenAwayLater(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	ended := run(t, s, discord.Options{Router: &asked{}})
	answers(t, s)
	s.FailResume(discordtest.GatewayFault{CloseCode: 4004})
	s.FailIdentify(discordtest.GatewayFault{CloseCode: 4004})
	s.CloseGateway(4004)
	select {
	case err := <-ended:
		if err == nil || !strings.Contains(err.Error(), "token") {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("Run goes on")
	}
}

// TestNothingIsLeft: Run has waited for all that it started, the library's goroutines
// included.
func TestNothingIsLeft(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s, err := discordtest.New(discordtest.Options{Guilds: []discordtest.Guild{{ID: guildID, Channels: []discordtest.Channel{{ID: channelID}}}}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	b := client(t, s, discord.Options{Backoff: time.Millisecond, Router: &asked{}})
	go func() { done <- b.Run(ctx) }()
	answers(t, s)
	s.Drop()
	eventually(t, "resumed", func() bool { return s.Resumes() > 0 })
	answers(t, s)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestRefusedTokenEndsRun(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{Token: "another"})
	ended := run(t, s, discord.Options{Router: &asked{}})
	select {
	case err := <-ended:
		if err == nil || !strings.Contains(err.Error(), "token") {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("Run goes on")
	}
	if n := len(s.Requests()); n != 1 {
		t.Errorf("%d requests with a refused token", n)
	}
}

// TestStartDuringAnOutage: Discord is away when the bot starts.
func TestStartDuringAnOutage(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	s.Fail("* /**", discordtest.Fault{Status: 503, Times: 3})
	run(t, s, discord.Options{Router: &asked{}})
	answers(t, s)
}
