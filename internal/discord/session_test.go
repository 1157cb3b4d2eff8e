package discord_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"erratum/internal/discord"
	"erratum/internal/discordtest"
)

// shared is a store's part in dividing the sessions, of which no hold ever ends by
// itself.
type shared struct {
	mu    sync.Mutex
	has   map[string]string
	asked map[string]int // by holder
	turns int            // how often it was asked whose turn it is to begin a session
	away  bool           // it can't be asked
}

func newShared() *shared { return &shared{has: map[string]string{}, asked: map[string]int{}} }

func (s *shared) HoldSession(_ context.Context, session, holder string, _ time.Duration) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if session == "identify" {
		s.turns++
	} else {
		s.asked[holder]++
	}
	if s.away {
		return false, errors.New("it is away")
	}
	if had := s.has[session]; had != "" && had != holder {
		return false, nil
	}
	s.has[session] = holder
	return true, nil
}

func (s *shared) EndSession(_ context.Context, session, holder string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.has[session] == holder {
		delete(s.has, session)
	}
	return nil
}

func (s *shared) give(session, holder string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.has[session] = holder
}

func (s *shared) leave(away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = away
}

// least is how often the one who asked least asked, of n holders.
func (s *shared) least(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.asked) < n {
		return 0
	}
	least := 1 << 30
	for _, k := range s.asked {
		least = min(least, k)
	}
	return least
}

// TestOneProgramHasTheSession: of two programs one is connected; the other takes over
// when it ends, and leaves when a third has the session.
func TestOneProgramHasTheSession(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	sessions := newShared()
	first := client(t, s, discord.Options{Router: &asked{}, Sessions: sessions})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- first.Run(ctx) }()
	answers(t, s)
	run(t, s, discord.Options{Router: &asked{}, Sessions: sessions})
	eventually(t, "both asked for the session, and again", func() bool { return sessions.least(2) >= 2 })
	if n := s.Identifies(); n != 1 {
		t.Errorf("%d sessions for one shard", n)
	}

	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	eventually(t, "the second took over", func() bool { return s.Identifies() == 2 })
	answers(t, s)

	sessions.give("0/1", "a third")
	eventually(t, "the second left", func() bool { return s.Connected() == 0 })
	sessions.give("0/1", "")
	eventually(t, "and came back", func() bool { return s.Identifies() == 3 })
	answers(t, s)
}

// TestSessionOutlivesItsStore: while the store can't be asked, people are answered.
func TestSessionOutlivesItsStore(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	sessions := newShared()
	run(t, s, discord.Options{Router: &asked{}, Sessions: sessions})
	answers(t, s)
	sessions.leave(true)
	n := sessions.least(1)
	eventually(t, "it was asked in vain", func() bool { return sessions.least(1) >= n+2 })
	answers(t, s)
	if n := s.Identifies(); n != 1 {
		t.Errorf("%d sessions", n)
	}
}

// TestSessionsBeginInTurn: while another program begins a session, none is begun here.
func TestSessionsBeginInTurn(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{Shards: 2})
	sessions := newShared()
	sessions.give("identify", "another program")
	run(t, s, discord.Options{Router: &asked{}, Sessions: sessions})
	eventually(t, "it was asked whose turn it is, and again", func() bool { return sessions.waited() >= 3 })
	if n := s.Identifies(); n != 0 {
		t.Errorf("%d sessions were begun at the same time as another program's", n)
	}
	sessions.give("identify", "")
	eventually(t, "a session begins", func() bool { return s.Identifies() == 1 })
}

func (s *shared) waited() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.turns
}
