package redisstore

import (
	"context"
	"errors"
	"net"

	"github.com/redis/go-redis/v9"
)

// ErrCut is what a store that was cut off answers.
var ErrCut = errors.New("cut off by the test")

// CutAfter lets the store send n more batches of commands, and none after that: as
// if its process had died there.
func (s *Store) CutAfter(n int) { s.db.AddHook(&cut{left: n}) }

type cut struct{ left int }

func (c *cut) spend() bool { c.left--; return c.left >= 0 }

func (c *cut) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (c *cut) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if !c.spend() {
			cmd.SetErr(ErrCut)
			return ErrCut
		}
		return next(ctx, cmd)
	}
}

func (c *cut) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if !c.spend() {
			for _, cmd := range cmds {
				cmd.SetErr(ErrCut)
			}
			return ErrCut
		}
		return next(ctx, cmds)
	}
}
