package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"time"
)

const (
	rightsAfter  = 5 * time.Second // changes of what we may do come in bursts
	rightsMost   = 20              // channels of a guild that are looked at
	rightsKnown  = 20_000          // roles and channels that are remembered
	rightsQueued = 256             // guilds; more are found when something is to be posted there
)

// rights remembers what roles and channels said of permissions, so that a channel that
// is renamed every minute, or a role that changes its colour, is no reason to ask.
// One goroutine uses it.
type rights map[string]uint64

// same reports whether a role or channel says what it said before.
func (r rights) same(id string, says json.RawMessage) bool {
	h := fnv.New64a()
	_, _ = h.Write(says) // a hash takes everything
	was, known := r[id]
	if !known && len(r) >= rightsKnown {
		clear(r)
	}
	r[id] = h.Sum64()
	return known && was == r[id]
}

// permissionsChanged is as much of an event as tells whether what we may do in a guild
// may have changed.
type permissionsChanged struct {
	ID         string          `json:"id"` // of a channel
	Guild      string          `json:"guild_id"`
	Overwrites json.RawMessage `json:"permission_overwrites"`
	Role       struct {
		ID          string          `json:"id"`
		Permissions json.RawMessage `json:"permissions"`
	} `json:"role"`
}

// touch hears of a role or channel that changed, or of our own roles.
func (b *Bot) touch(e event) error {
	if b.o.Channels == nil || b.o.Settings == nil {
		return nil
	}
	var c permissionsChanged
	if err := json.Unmarshal(e.data, &c); err != nil {
		return err
	}
	if !isID(c.Guild) {
		return nil
	}
	select {
	case b.touched <- c:
	default:
	}
	return nil
}

// watchRights looks whether alerts can still be posted where they go, in guilds where
// that may have changed: once for all that came within a while, one guild after another.
// It ends with ctx.
func (b *Bot) watchRights(ctx context.Context) {
	due, known := map[string]time.Time{}, rights{}
	for {
		guild, timer := "", (<-chan time.Time)(nil)
		for g, at := range due {
			if guild == "" || at.Before(due[guild]) {
				guild = g
			}
		}
		if guild != "" {
			timer = time.After(time.Until(due[guild]))
		}
		select {
		case <-ctx.Done():
			return
		case c := <-b.touched:
			_, waits := due[c.Guild]
			unchanged := c.Role.ID != "" && known.same(c.Role.ID, c.Role.Permissions) || c.ID != "" && known.same(c.ID, c.Overwrites)
			if !waits && !unchanged {
				due[c.Guild] = time.Now().Add(rightsAfter)
			}
		case <-timer:
			delete(due, guild)
			if err := b.lookAtRights(ctx, guild); err != nil && ctx.Err() == nil {
				b.o.Log.Warn("whether alerts can still be posted can't be asked", "guild", guild, "error", err)
			}
		}
	}
}

// lookAtRights asks where alerts of a guild can be posted. A guild that wants to hear of
// it nowhere reads it in /status.
func (b *Bot) lookAtRights(ctx context.Context, guild string) error {
	s, err := b.o.Settings(ctx, guild)
	if err != nil || s.Notices == "" {
		return err
	}
	used, err := b.o.Channels.Used(ctx, guild)
	if err != nil {
		return err
	}
	used = used[:min(len(used), rightsMost)]
	if len(used) == 0 {
		return nil
	}
	problems, err := b.Problems(ctx, guild, used)
	if err != nil {
		return err
	}
	for _, channel := range used {
		if err := b.o.Channels.Barred(ctx, guild, channel, problems[channel]); err != nil {
			return fmt.Errorf("tell of channel %s: %w", channel, err)
		}
	}
	return nil
}
