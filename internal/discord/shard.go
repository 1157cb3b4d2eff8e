package discord

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
)

// shard is one of the sessions among which Discord divides the guilds.
type shard struct{ id, of int }

// inShard reports whether a guild is of the shard of a session. One that was not told
// has all guilds.
func inShard(guild string, of *[2]int) bool {
	if of == nil || of[1] < 2 {
		return true
	}
	id, err := strconv.ParseUint(guild, 10, 64)
	return err == nil && int((id>>22)%uint64(of[1])) == of[0]
}

// budget is what Discord says of new sessions.
type budget struct {
	Shards int `json:"shards"`
	Limit  struct {
		Remaining   int   `json:"remaining"`
		ResetAfter  int64 `json:"reset_after"` // milliseconds
		Concurrency int   `json:"max_concurrency"`
	} `json:"session_start_limit"`
}

// budget asks how many sessions there should be and how many more may be begun.
func (b *Bot) budget(ctx context.Context) (out budget, err error) {
	raw, err := b.rest.do(ctx, http.MethodGet, discordgo.EndpointGatewayBot, discordgo.EndpointGatewayBot, nil, nil)
	if err != nil {
		return out, fmt.Errorf("ask about sessions: %w", err)
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		return out, fmt.Errorf("ask about sessions: %w", err)
	}
	return out, nil
}

// maxShards bounds what is believed: a session has 1,000 guilds and more.
const maxShards = 64

// allConnected keeps as many sessions open as Discord asks for, until ctx ends or one
// of them says that there is no use in coming back. How many that is, is asked once:
// more are wanted when the bot is in more than 2,500 guilds for each, which takes longer
// than a program runs; Discord then closes sessions with 4011, which ends the program,
// and its next start has more.
func (b *Bot) allConnected(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	n := 1
	if said, err := b.budget(ctx); err == nil {
		n = min(max(said.Shards, 1), maxShards)
	} else if ctx.Err() == nil {
		b.o.Log.Warn("how many sessions there should be can't be asked; going on with one", "error", err)
	}
	ended := make(chan error, n)
	for id := range n {
		go func() {
			defer cancel()
			ended <- b.held(ctx, shard{id, n})
		}()
	}
	var first error
	for range n {
		if err := <-ended; err != nil && first == nil {
			first = err
		}
	}
	return first
}

// identifyEvery is how far apart sessions must begin when there are several.
const identifyEvery = 5 * time.Second

// starts paces new sessions: Discord takes one in five seconds when there are several,
// and so many in a day, after which it resets the token.
type starts struct {
	mu   sync.Mutex
	next time.Time
}

// wait waits until a session may begin, and reports whether ctx let it.
func (s *starts) wait(ctx context.Context, b *Bot, which shard) bool {
	if which.of > 1 {
		s.mu.Lock()
		now := time.Now()
		at := s.next
		if at.Before(now) {
			at = now
		}
		s.next = at.Add(identifyEvery + identifyEvery/10)
		s.mu.Unlock()
		if !sleep(ctx, at.Sub(now)) || !b.inTurn(ctx) {
			return false
		}
	}
	for {
		said, err := b.budget(ctx)
		if ctx.Err() != nil {
			return false
		}
		if err != nil || said.Limit.Remaining > 0 || said.Limit.ResetAfter <= 0 {
			return true // what is not known is no reason to stay away
		}
		rest := time.Duration(said.Limit.ResetAfter) * time.Millisecond
		b.o.Log.Error("Discord takes no more sessions of this bot today; waiting", "wait", rest)
		if !sleep(ctx, min(rest, 24*time.Hour)) {
			return false
		}
	}
}

// inTurn waits until no other program has begun a session for identifyEvery, and reports
// whether ctx let it: Discord counts those of all.
func (b *Bot) inTurn(ctx context.Context) bool {
	if b.o.Sessions == nil {
		return true
	}
	turn := rand.Text() // each is its own holder, so that none keeps it
	for {
		mine, err := b.holder.HoldSession(ctx, "identify", turn, identifyEvery+identifyEvery/10)
		if ctx.Err() != nil {
			return false
		}
		if mine || err != nil {
			return true // what is not known is no reason to stay away
		}
		if !sleep(ctx, sessionAsked) {
			return false
		}
	}
}
