package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"erratum/internal/watch"
)

func (r *Router) pause(ctx context.Context, req Request) (Reply, error) {
	if f, ok, err := r.feed(ctx, req); err != nil {
		return Reply{}, err
	} else if ok {
		return r.pauseFeed(ctx, f, true)
	}
	w, err := r.edit(ctx, req, time.Time{}, func(w *watch.Watch) { w.Paused = true })
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: "Paused " + quoted(title(w)) + ". `watch resume` goes on; what changed meanwhile is told then."}, nil
}

func (r *Router) resume(ctx context.Context, req Request) (Reply, error) {
	if f, ok, err := r.feed(ctx, req); err != nil {
		return Reply{}, err
	} else if ok {
		return r.pauseFeed(ctx, f, false)
	}
	w, err := r.edit(ctx, req, r.o.Now(), func(w *watch.Watch) { w.Paused = false })
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: "Watching " + quoted(title(w)) + " again; it is checked in a moment."}, nil
}

// maxMute is the longest that a watch stays quiet by itself; for longer there is
// pause.
const maxMute = 366 * 24 * time.Hour

func (r *Router) mute(ctx context.Context, req Request) (Reply, error) {
	given := firstOf(req.Args["for"], "24h")
	var d time.Duration
	if given != "0" {
		var err error
		if d, err = watch.ParseDuration(given); err != nil || d > maxMute {
			return Reply{}, refuse("Use a number with m, h or d, such as 8h; 0 ends a mute.", "%s is not a time up to a year.", quoted(given))
		}
	}
	until := r.o.Now().Add(d)
	w, err := r.edit(ctx, req, time.Time{}, func(w *watch.Watch) { w.MutedUntil = until })
	if err != nil {
		return Reply{}, err
	}
	if d == 0 {
		return Reply{Text: quoted(title(w)) + " is not muted any more; what changed meanwhile is told at the next check."}, nil
	}
	return Reply{Text: fmt.Sprintf("Muted %s until %s. What changes meanwhile is told then, as one change. `watch mute … for:0` ends it.", quoted(title(w)), r.stamp(until))}, nil
}

func (r *Router) edit(ctx context.Context, req Request, due time.Time, change func(*watch.Watch)) (watch.Watch, error) {
	w, err := r.find(ctx, req)
	if err != nil {
		return watch.Watch{}, err
	}
	return r.o.Watches.EditWatch(ctx, req.Guild, w.ID, due, func(w *watch.Watch) error { change(w); return nil })
}

func (r *Router) remove(ctx context.Context, req Request) (Reply, error) {
	if f, ok, err := r.feed(ctx, req); err != nil {
		return Reply{}, err
	} else if ok {
		return r.removeFeed(ctx, f)
	}
	w, err := r.find(ctx, req)
	if err != nil {
		return Reply{}, err
	}
	if w, err = r.o.Watches.RemoveWatch(ctx, req.Guild, w.ID); err != nil {
		return Reply{}, err
	}
	return Reply{Text: fmt.Sprintf("No longer watching %s. `watch restore id:%s` brings it back within 10 minutes.", quoted(title(w)), w.ID), Next: undo(w.ID)}, nil
}

// undo offers to take a removal back.
func undo(id string) []Action {
	return []Action{{Label: "Undo", Name: "watch restore", Args: map[string]string{"id": id}}}
}

func (r *Router) restore(ctx context.Context, req Request) (Reply, error) {
	w, err := r.o.Watches.RestoreWatch(ctx, req.Guild, req.Args["id"])
	if errors.Is(err, watch.ErrNotFound) && r.o.Feeds != nil {
		reply, err := r.restoreFeed(ctx, req.Guild, req.Args["id"])
		if !errors.Is(err, watch.ErrNotFound) {
			return reply, err
		}
	}
	if errors.Is(err, watch.ErrNotFound) {
		return Reply{}, refuse("It may be more than 10 minutes ago; `watch add URL` watches an article anew.", "Nothing was removed here under the id %s.", quoted(req.Args["id"]))
	}
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: "Watching " + quoted(title(w)) + " again."}, nil
}

// dueFor is when an edited article is due: at once when its schedule changed.
func (r *Router) dueFor(req Request) time.Time {
	if req.Args["schedule"] == "" {
		return time.Time{}
	}
	return r.o.Now()
}
