package discord_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"erratum/internal/command"
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
	// Lost for the third time within minutes: after a wait.
	s.CloseGateway(4000)
	eventually(t, "resumed", func() bool { return s.Resumes() == 3 })
	answers(t, s)
	if n := s.Identifies(); n != 1 {
		t.Errorf("%d IDENTIFYs; Discord allows 1,000 a day", n)
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

// TestSilentHandshakeIsGivenUp: no READY ever comes.
func TestSilentHandshakeIsGivenUp(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	s.FailIdentify(discordtest.GatewayFault{}, discordtest.GatewayFault{Drop: true})
	run(t, s, discord.Options{Router: &asked{}, Open: 700 * time.Millisecond})
	eventually(t, "a third session", func() bool { return s.Identifies() >= 3 })
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

// TestEveryMoment: Discord may ask to connect again, or say that the session is not
// valid, at any moment. The bot comes back, begins no session that it need not begin,
// and answers.
func TestEveryMoment(t *testing.T) {
	yes, no := true, false
	said := map[string]discordtest.GatewayFault{
		"reconnect": {Op7: true}, "invalid, to be resumed": {Op9: &yes}, "invalid": {Op9: &no},
		"silence": {}, "cut": {Drop: true}, "unknown error": {CloseCode: 4000}, "too fast": {CloseCode: 4008},
		"invalid seq": {CloseCode: 4007}, "session timeout": {CloseCode: 4009}, "going away": {CloseCode: 1001},
	}
	over := []string{"invalid", "invalid seq", "session timeout"} // end a session that there was
	type server = *discordtest.Server
	for moment, tt := range map[string]struct {
		before func(server, discordtest.GatewayFault) // before the bot starts
		lose   func(server, discordtest.GatewayFault) // when it is connected
		begun  int                                    // sessions that are to begin where the first goes on
		ended  int                                    // and where it is over
		opened int                                    // times that a session was opened before, where nobody waits for a word then
	}{
		"in place of HELLO, first": {before: func(s server, f discordtest.GatewayFault) { s.FailHello(f) }, begun: 1, ended: 1},
		"in place of HELLO, later": {lose: func(s server, f discordtest.GatewayFault) { s.FailHello(f); s.Drop() }, begun: 1, ended: 2},
		"in place of READY":        {before: func(s server, f discordtest.GatewayFault) { s.FailIdentify(f) }, begun: 2, ended: 2},
		"right after READY":        {before: func(s server, f discordtest.GatewayFault) { f.Late = true; s.FailIdentify(f) }, begun: 1, ended: 2, opened: 1},
		"in place of RESUMED":      {lose: func(s server, f discordtest.GatewayFault) { s.FailResume(f); s.Drop() }, begun: 1, ended: 2},
		"amid a resumption":        {lose: func(s server, f discordtest.GatewayFault) { f.Replayed = true; s.FailResume(f); s.Drop() }, begun: 1, ended: 2},
		"right after RESUMED":      {lose: func(s server, f discordtest.GatewayFault) { f.Late = true; s.FailResume(f); s.Drop() }, begun: 1, ended: 2, opened: 2},
		"while idle":               {lose: func(s server, f discordtest.GatewayFault) { s.Strike(f) }, begun: 1, ended: 2, opened: 1},
	} {
		for name, f := range said {
			if testing.Short() && !slices.Contains([]string{"reconnect", "invalid, to be resumed", "invalid"}, name) {
				continue
			}
			t.Run(moment+", "+name, func(t *testing.T) {
				t.Parallel()
				s := local(t, discordtest.Options{})
				if tt.before != nil {
					tt.before(s, f)
				}
				run(t, s, discord.Options{Router: &asked{}, Open: time.Second})
				if tt.lose != nil {
					answers(t, s)
					tt.lose(s, f)
				}
				eventually(t, "the fault", func() bool { return s.Struck() >= 1 })
				want := tt.begun
				if slices.Contains(over, name) {
					want = tt.ended
				}
				if name != "silence" && tt.opened > 0 {
					eventually(t, "a session opened again", func() bool { return s.Identifies()+s.Resumes() > tt.opened })
				}
				eventually(t, "a session", func() bool { return s.Identifies() == want && s.Connected() == 1 })
				answers(t, s)
				if n := s.Identifies(); n != want {
					t.Errorf("%d IDENTIFYs, want %d; Discord allows 1,000 a day", n, want)
				}
				// Once at the start, then before each session that is to begin.
				if n := s.Count("GET /gateway/bot"); n < 1+want || moment != "in place of HELLO, first" && n > 1+want {
					t.Errorf("the budget was asked %d times for %d IDENTIFYs", n, want)
				}
			})
		}
	}
}

// TestEveryMomentOfAnAnswer: the connection is lost while a command is answered, and
// while one is on its way to the bot.
func TestEveryMomentOfAnAnswer(t *testing.T) {
	yes, no := true, false
	for name, f := range map[string]discordtest.GatewayFault{
		"reconnect": {Op7: true}, "invalid, to be resumed": {Op9: &yes}, "invalid": {Op9: &no}, "cut": {Drop: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := local(t, discordtest.Options{})
			var once sync.Once
			router := &asked{work: func(r command.Request) command.Reply {
				once.Do(func() {
					s.Strike(f)
					eventually(t, "the connection is lost", func() bool { return s.Resumes()+s.Identifies() == 2 })
				})
				return command.Reply{Text: "did **" + r.Name + "**"}
			}}
			run(t, s, discord.Options{Router: router})
			answers(t, s)
			s.Strike(f)
			asked := 2
			if f.Op9 == nil || *f.Op9 { // what is said to a session that is over is lost with it
				answers(t, s)
				asked++
			}
			eventually(t, "another session", func() bool { return s.Connected() == 1 && s.Resumes()+s.Identifies() >= 3 })
			answers(t, s)
			if n := len(router.all); n != asked {
				t.Errorf("%d commands reached the router, of %d", n, asked)
			}
		})
	}
}

// TestAskedForAHeartbeat: Discord may ask for one at any time.
func TestAskedForAHeartbeat(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	run(t, s, discord.Options{Router: &asked{}})
	answers(t, s)
	before := s.Heartbeats()
	s.AskHeartbeat()
	eventually(t, "a heartbeat", func() bool { return s.Heartbeats() > before })
}

// TestADayOfEndedSessions: Discord ends every session as soon as it is open, for a day.
// At 1,000 new sessions in a day it resets the token.
func TestADayOfEndedSessions(t *testing.T) {
	t.Parallel()
	no := false
	for name, f := range map[string]discordtest.GatewayFault{
		"in place of READY": {Op9: &no}, "after READY": {Op9: &no, Late: true}, "session timeout": {CloseCode: 4009, Late: true},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := local(t, discordtest.Options{})
			s.FailIdentify(slices.Repeat([]discordtest.GatewayFault{f}, 2000)...)
			run(t, s, discord.Options{Router: &asked{}, Backoff: 2 * time.Second})
			time.Sleep(24 * time.Hour)
			t.Logf("%s: %d sessions begun in a day", name, s.Identifies())
			if n := s.Identifies(); n < 200 || n > 700 {
				t.Errorf("%s: %d sessions begun in a day", name, n)
			}
		})
	}
}

// TestSilenceIsNoticed: a connection on which nobody answers is left after one heartbeat
// that was not answered, on Discord's own time between them.
func TestSilenceIsNoticed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := local(t, discordtest.Options{})
		run(t, s, discord.Options{Router: &asked{}})
		time.Sleep(10 * time.Minute)
		if n := s.Identifies() + s.Resumes(); n != 1 || s.Heartbeats() < 14 {
			t.Fatalf("%d connections, %d heartbeats in ten quiet minutes", n, s.Heartbeats())
		}
		s.Zombie(true)
		time.Sleep(2*41250*time.Millisecond + time.Second)
		if s.Resumes() == 0 {
			t.Error("silence was not noticed within two heartbeats")
		}
		s.Zombie(false)
		time.Sleep(5 * time.Minute)
		if s.Connected() != 1 || s.Identifies() != 1 {
			t.Errorf("%d sessions connected, %d begun", s.Connected(), s.Identifies())
		}
	})
}

// TestResumedWhereDiscordSays: at the address that came with the session, and where
// nobody is there any more, at the one that all use.
func TestResumedWhereDiscordSays(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	run(t, s, discord.Options{Router: &asked{}})
	answers(t, s)
	before := s.Count("GET /gateway")
	s.Drop()
	eventually(t, "resumed", func() bool { return s.Resumes() == 1 })
	if n := s.Count("GET /gateway"); n != before {
		t.Errorf("the gateway was asked for %d times more", n-before)
	}
	s.ResumeAt("ws://gone.example/gateway")
	s.Strike(discordtest.GatewayFault{Op9: new(bool)})
	eventually(t, "identified again", func() bool { return s.Identifies() == 2 })
	answers(t, s)
	s.Drop()
	eventually(t, "resumed elsewhere", func() bool { return s.Resumes() == 2 })
	answers(t, s)
	if n := s.Identifies(); n != 2 {
		t.Errorf("%d IDENTIFYs", n)
	}
}
