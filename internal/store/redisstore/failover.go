package redisstore

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// failoverWithin bounds how long work waits for another server to take over: longer
// than a Cluster or Sentinels take whose time-outs are a few seconds.
const failoverWithin = 15 * time.Second

// passing reports whether an error ends by itself when servers take over from each
// other, start, or hand slots on (which ends a transaction: EXECABORT).
func passing(err error) bool {
	if isNetwork(err) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, redis.ErrPoolTimeout) ||
		errors.Is(err, errUnconfirmed) || errors.Is(err, errLeft) {
		return true
	}
	text := err.Error()
	kind, _, _ := strings.Cut(text, " ")
	return slices.Contains([]string{"MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "READONLY", "LOADING", "MASTERDOWN", "NOREPLICAS", "UNBLOCKED", "EXECABORT"}, kind) ||
		strings.Contains(text, "all sentinels") // none of them names a master now
}

// handedOn reports whether a server says that another has a slot, or is given it.
func handedOn(err error) bool {
	return redis.HasErrorPrefix(err, "MOVED") || redis.HasErrorPrefix(err, "ASK")
}

// patiently repeats work, which must be safe to repeat, until another server has
// taken over. Of one server alone it is asked but once: there is nobody to wait for.
func (s *Store) patiently(ctx context.Context, work func() error) error {
	end := time.Now().Add(s.patience)
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, 500*time.Millisecond) {
		err := work()
		again := err != nil && (passing(err) || errors.Is(err, redis.ErrClosed) && !s.closed.Load()) // a server left
		if !again || ctx.Err() != nil || time.Now().Add(wait).After(end) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
		}
		s.reload(ctx)
	}
}

// steady makes single commands patient.
type steady struct {
	redis.Hook
	s *Store
}

// DialHook implements redis.Hook.
func (steady) DialHook(next redis.DialHook) redis.DialHook { return next }

// ProcessPipelineHook implements redis.Hook. Batches have patience of their own.
func (steady) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// ProcessHook implements redis.Hook.
func (h steady) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		return h.s.patiently(ctx, func() error {
			cmd.SetErr(nil)
			return next(ctx, cmd)
		})
	}
}

// batch asks several things in one round trip to each server. That something is not
// there is no error.
func (s *Store) batch(ctx context.Context, ask func(redis.Pipeliner) error) (cmds []redis.Cmder, err error) {
	err = s.patiently(ctx, func() error {
		cmds, err = s.db.Pipelined(ctx, ask)
		return failed(cmds, err)
	})
	return cmds, err
}

// failed is the first error of a batch that is one. The library's own would hide what
// one server of a Cluster could not answer behind what another does not have.
func failed(cmds []redis.Cmder, err error) error {
	for _, c := range cmds {
		if e := c.Err(); e != nil && !errors.Is(e, redis.Nil) {
			return e
		}
	}
	if errors.Is(err, redis.Nil) {
		return nil
	}
	return err
}

// transact runs work under the watch of a key, until nobody changes it between, and
// has what it wrote confirmed.
func (s *Store) transact(ctx context.Context, key string, work func(tx *redis.Tx) error) error {
	return s.patiently(ctx, func() error {
		node, err := s.node(ctx, key)
		if err != nil {
			return err
		}
		want, err := s.awaited(ctx, node)
		if err != nil {
			return err
		}
		for range patience {
			err := s.db.Watch(ctx, func(tx *redis.Tx) error {
				if err := work(tx); err != nil || want == 0 {
					return err
				}
				n, err := tx.Wait(ctx, want, confirmWithin).Result()
				if err != nil {
					return err
				}
				return s.confirmed(ctx, node, want, n)
			}, key)
			if !errors.Is(err, redis.TxFailedErr) {
				return err
			}
		}
		return errors.New("others change it all the time: try again")
	})
}
