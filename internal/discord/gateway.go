package discord

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gorilla/websocket"
)

// Why a connection ended.
var (
	errReconnect = errors.New("Discord asks to connect again")                       //nolint:staticcheck // a name
	errNotValid  = errors.New("Discord says that the session is not valid")          //nolint:staticcheck // a name
	errSilent    = errors.New("Discord does not answer heartbeats")                  //nolint:staticcheck // a name
	errSlow      = errors.New("Discord took too long to open a session")             //nolint:staticcheck // a name
	errHello     = errors.New("Discord's greeting names no time between heartbeats") //nolint:staticcheck // a name
)

// fatalCode says of a close code of the gateway whether coming back is of no use
// (https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway).
func fatalCode(code int) (why string, fatal bool) {
	switch code {
	case 4004:
		return "Discord refuses the bot's token: reset it on the application's page and set the new one", true
	case 4010, 4011:
		return "Discord asks for sharding: the bot is in too many servers for one session", true
	case 4012:
		return "Discord no longer speaks this version of its gateway: update the bot", true
	case 4013, 4014:
		return "Discord refuses the intents of the bot: update the bot", true
	}
	return "", false
}

// session is what Discord keeps for us between connections: opened again within
// minutes, it replays what happened meanwhile. The zero session is none.
type session struct {
	id  string
	url string // where it is opened again
	seq int64  // of the last event that came
}

// A connection that lasted less than steady counts towards the wait before the next. A
// session whose connection is lost is resumed at once, maxQuick times in a row of such.
//
// Only what begins a session counts against Discord's 1,000 a day, at which it resets
// the token. Each waits (starts.wait), at worst half of five minutes: 576 a day.
const (
	steady   = 10 * time.Minute
	maxQuick = 2
)

// stayConnected keeps a session open until ctx ends or Discord says that there is no
// use in coming back.
func (b *Bot) stayConnected(ctx context.Context, which shard) error {
	var s session
	for attempt := 0; ; attempt++ {
		if s.id == "" && !b.starts.wait(ctx, b, which) {
			return nil
		}
		began := time.Now()
		err := b.connect(ctx, which, &s)
		if ctx.Err() != nil {
			return nil
		}
		var closed *websocket.CloseError
		if errors.As(err, &closed) {
			if why, fatal := fatalCode(closed.Code); fatal {
				return fmt.Errorf("discord: %s (close code %d)", why, closed.Code)
			}
			if endsSession(closed.Code) {
				s = session{}
			}
		}
		if time.Since(began) > steady {
			attempt = 0
		}
		wait := b.backoff(attempt)
		if s.id != "" && attempt < maxQuick && !errors.Is(err, errNotValid) {
			wait = 0
		}
		b.o.Log.Warn("no connection to Discord; trying again", "wait", wait, "resumes", s.id != "", "error", err)
		if !sleep(ctx, wait) {
			return nil
		}
	}
}

// endsSession reports whether a close code says that there is nothing to resume.
func endsSession(code int) bool {
	const invalidSeq, timedOut = 4007, 4009
	return code == invalidSeq || code == timedOut
}

// connect runs one connection, from its greeting to its end. It resumes s, or makes a
// session where there is none, and leaves in s what can be resumed afterwards.
func (b *Bot) connect(ctx context.Context, which shard, s *session) error {
	opening, cancel := context.WithTimeout(ctx, b.o.Open)
	defer cancel()
	ws, err := b.dial(opening, s)
	if err != nil {
		s.url = "" // the place may be gone: ask for another
		return fmt.Errorf("connect to Discord's gateway: %w", err)
	}
	return newLine(b, ws, which, s).run(ctx, opening)
}
