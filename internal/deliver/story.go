package deliver

import (
	"context"
	"errors"
	"time"

	"erratum/internal/alert"
)

// storyRetry is how soon a delivery asks again whether the first message of its story
// is there.
const storyRetry = 10 * time.Second

// join finds the story that a delivery belongs to, where the sink can add to what it
// showed; edit is empty for what is told by itself.
func (c *Courier) join(ctx context.Context, d alert.Delivery) (edit string, s alert.Story, err error) {
	if _, ok := c.sink.(Editor); !ok {
		return "", s, nil
	}
	if edit = alert.EditOf(d); edit == "" {
		return "", s, nil
	}
	s, err = c.outbox.Join(ctx, d, edit)
	return edit, s, err
}

// name names a page in the message that tells the same edit of another. Killed at any
// point, the delivery is claimed again, finds itself in the story and names it once
// more, which shows the same.
func (c *Courier) name(ctx context.Context, d alert.Delivery, edit string, s alert.Story) (Fate, error) {
	if s.Message == "" {
		return Retried, c.outbox.Retry(ctx, d, storyRetry, "another page's alert tells the same edit and is under way")
	}
	err := c.also(ctx, s, d)
	for err == nil {
		// Another page may have joined, and its edit come before ours, which did not name
		// it: whoever edits looks again.
		now, failed := c.outbox.Join(ctx, d, edit)
		if failed != nil {
			return Retried, failed
		}
		if now.Delivery != s.Delivery || len(now.Also) == len(s.Also) {
			break
		}
		s = now
		err = c.also(ctx, s, d)
	}
	switch {
	case err == nil:
		shown := d.ShownAs(s.Message, time.Now())
		shown.Joined = true
		return Joined, c.outbox.Ack(ctx, d, shown.String())
	case errors.Is(err, ErrNoMessage):
		if err := c.outbox.Leave(ctx, d.Destination, edit, s.Delivery); err != nil {
			return Retried, err
		}
		return Retried, c.outbox.Retry(ctx, d, 0, "the message that told the same edit was deleted")
	default:
		return c.failed(ctx, d, "", err)
	}
}

// also asks the sink.
func (c *Courier) also(ctx context.Context, s alert.Story, d alert.Delivery) error {
	return c.bounded(ctx, func(ctx context.Context) error { return c.sink.(Editor).Also(ctx, s, d) })
}
