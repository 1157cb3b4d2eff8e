package app

import (
	"context"
	"log/slog"
	"sync"

	"erratum/internal/command"
	"erratum/internal/watch"
)

// keeping logs what makes the store keep less than it promises, when that begins and when
// it is mended: settings change while the program runs, and other servers take over.
type keeping struct {
	store command.Keeping
	log   *slog.Logger

	mu   sync.Mutex
	said map[watch.Weakness]bool
}

func (k *keeping) run(ctx context.Context) error {
	weak, err := k.store.Weaknesses(ctx)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	now := map[watch.Weakness]bool{}
	for _, w := range weak {
		now[w] = true
		if !k.said[w] {
			k.log.Warn("data may be lost: "+w.Text, "store", w.Where)
		}
	}
	for w := range k.said {
		if !now[w] {
			k.log.Info("mended: "+w.Text, "store", w.Where)
		}
	}
	k.said = now
	return nil
}
