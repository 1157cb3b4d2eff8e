package discord

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

var (
	errStuck   = errors.New("the session is stuck; leaving it behind")
	errSilent  = errors.New("Discord does not answer heartbeats")      //nolint:staticcheck // a name
	errUnquiet = errors.New("the connection was lost again at once")   // so that a resumed session that is cut at once waits
	errSlow    = errors.New("Discord took too long to open a session") //nolint:staticcheck // a name
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

// link is one session of the library with its connection. The library's Open waits
// for ever when Discord asks to reconnect before it says READY, with the session's
// lock held, and its own check for dead connections takes five heartbeats. So a link
// is watched from outside and left behind when it hangs.
type link struct {
	session *discordgo.Session
	lost    chan struct{} // the library noticed that the connection ended
	stuck   bool          // the session's lock is held for ever: touch nothing of it

	mu    sync.Mutex
	conns []net.Conn
}

func (b *Bot) newLink(which shard) (*link, error) {
	s, err := newSession(b.o.Token, b.transport)
	if err != nil {
		return nil, err
	}
	s.ShardID, s.ShardCount = which.id, which.of
	l := &link{session: s, lost: make(chan struct{}, 1)}
	s.Dialer = &websocket.Dialer{
		Proxy: b.o.proxy, HandshakeTimeout: 15 * time.Second,
		NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := b.o.Dial(ctx, network, address)
			if err == nil {
				l.keep(c)
			}
			return c, err
		},
	}
	// Handlers run on the session's own goroutine (SyncEvents), some with its lock
	// held: they hand on and return.
	s.AddHandler(func(_ *discordgo.Session, _ *discordgo.Disconnect) {
		select {
		case l.lost <- struct{}{}:
		default:
		}
	})
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.InteractionCreate) { b.enqueue(e) })
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.Ready) { b.enqueue(e) })
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.GuildCreate) { b.enqueue(e) })
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.GuildDelete) { b.enqueue(e) })
	return l, nil
}

func (l *link) keep(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns = append(l.conns, c)
}

// cut closes the connections under the session, which ends whatever reads them.
func (l *link) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.conns {
		_ = c.Close() // it may be closed already
	}
	l.conns = nil
}

// open runs the session's Open. If that hangs beyond the end of its connection, its
// goroutine is lost with the session: nothing can end it. All else of it is closed.
func (l *link) open(ctx context.Context, limit time.Duration) error {
	select {
	case <-l.lost: // of an earlier connection
	default:
	}
	done := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				done <- fmt.Errorf("panic in the library: %v", r)
			}
		}()
		done <- l.session.Open()
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	var why error
	select {
	case err := <-done:
		return err
	case <-timer.C:
		why = errSlow
	case <-ctx.Done():
		why = ctx.Err()
	}
	l.cut()
	select {
	case err := <-done:
		return errors.Join(why, err)
	case <-time.After(2 * time.Second):
		l.stuck = true
		return errors.Join(why, errStuck)
	}
}

// watch returns when the session is lost, silent or stuck.
func (l *link) watch(ctx context.Context, silence time.Duration) error {
	const locked = 10 * time.Second // closing holds the lock for a second
	tick := time.NewTicker(max(min(silence/8, 2*time.Second), 10*time.Millisecond))
	defer tick.Stop()
	free := time.Now()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-l.lost:
			return nil
		case <-tick.C:
		}
		if !l.session.TryRLock() {
			if time.Since(free) > locked {
				l.stuck = true
				return errStuck
			}
			continue
		}
		free = time.Now()
		last := l.session.LastHeartbeatAck
		l.session.RUnlock()
		if time.Since(last) > silence {
			return errSilent
		}
	}
}

// leave ends the session, politely if it is alive.
func (l *link) leave(alive bool) {
	if !alive {
		l.cut() // first, so that nothing waits for a peer that is gone
	}
	if !l.stuck {
		closed := make(chan struct{})
		go func() {
			defer close(closed)
			_ = l.session.Close() // it always returns nil
		}()
		select {
		case <-closed:
		case <-time.After(3 * time.Second): // cutting ends what it waits for
		}
		l.cut()
		select {
		case <-closed:
		case <-time.After(3 * time.Second): // its lock is held for ever
		}
	}
	l.cut()
}

// settle is the pause before a lost connection is resumed. The library's heartbeat of
// the old connection may still be at its last beat; finding that connection closed, it
// closes the session's present one, with code 1000, on which Discord forgets the
// session and what it had to replay.
const settle = 250 * time.Millisecond

// A connection that lasted less than steady counts towards the wait before the next,
// and after maxQuick resumptions of such there is a wait too. At worst that makes
// (1 + maxQuick) IDENTIFYs each 5 minutes, 864 a day: at 1,000 Discord resets the
// token.
const (
	steady   = 10 * time.Minute
	maxQuick = 2
)

// stayConnected keeps a session open until ctx ends or Discord says that there is no
// use in coming back.
func (b *Bot) stayConnected(ctx context.Context, which shard) error {
	for attempt := 0; ; attempt++ {
		if !b.starts.wait(ctx, b, which) {
			return nil
		}
		began := time.Now()
		err := b.connect(ctx, which)
		if ctx.Err() != nil {
			return nil
		}
		var closed *websocket.CloseError
		if errors.As(err, &closed) {
			if why, fatal := fatalCode(closed.Code); fatal {
				return fmt.Errorf("discord: %s (close code %d)", why, closed.Code)
			}
		}
		if time.Since(began) > steady {
			attempt = 0
		}
		wait := b.backoff(attempt)
		b.o.Log.Warn("no connection to Discord; trying again", "wait", wait, "error", err)
		if !sleep(ctx, wait) {
			return nil
		}
	}
}

// connect runs one session, resumed as often as its connection is lost, until it
// can't be.
func (b *Bot) connect(ctx context.Context, which shard) error {
	l, err := b.newLink(which)
	if err != nil {
		return err
	}
	alive := false
	defer func() { l.leave(alive) }()
	for quick := 0; ; {
		opened := time.Now()
		if err := l.open(ctx, b.o.Open); err != nil {
			return fmt.Errorf("connect to Discord's gateway: %w", err)
		}
		b.o.Log.Info("connected to Discord")
		if err := l.watch(ctx, b.o.Silence); err != nil {
			alive = ctx.Err() != nil
			return err
		}
		if quick++; time.Since(opened) > steady {
			quick = 0
		}
		if quick > maxQuick {
			return errUnquiet
		}
		// The library has let go of the connection but not of the session: opening it
		// again resumes it, and what happened meanwhile is replayed.
		l.cut()
		if !sleep(ctx, settle) {
			return ctx.Err()
		}
		b.o.Log.Info("the connection to Discord was lost; resuming")
	}
}
