package deliver

import (
	"context"
	"time"

	"erratum/internal/alert"
	"erratum/internal/fair"
)

// paced is an outbox whose sink has limits: it hands out what may be sent by them, and
// is told what each attempt has taught of them.
type paced struct {
	Outbox
	sink Paced
}

// Claim implements Outbox.
func (p paced) Claim(ctx context.Context, room fair.Room, d, _ time.Duration) ([]alert.Delivery, error) {
	if p.sink.Barred() > 0 {
		return nil, nil // others may be able to send
	}
	return p.Outbox.Claim(ctx, room, d, p.sink.Spacing())
}

// Ack implements Outbox.
func (p paced) Ack(ctx context.Context, d alert.Delivery, message string) error {
	d.Pace = p.sink.Pace(d)
	return p.Outbox.Ack(ctx, d, message)
}

// Retry implements Outbox.
func (p paced) Retry(ctx context.Context, d alert.Delivery, wait time.Duration, reason string) error {
	d.Pace = p.sink.Pace(d)
	return p.Outbox.Retry(ctx, d, wait, reason)
}

// Hold implements Outbox. What is not sent leaves its part to others.
func (p paced) Hold(ctx context.Context, d alert.Delivery, wait time.Duration, reason string) error {
	d.Pace.More = -p.sink.Spacing()
	return p.Outbox.Hold(ctx, d, wait, reason)
}

// Bury implements Outbox.
func (p paced) Bury(ctx context.Context, d alert.Delivery, reason string) error {
	d.Pace = p.sink.Pace(d)
	return p.Outbox.Bury(ctx, d, reason)
}

// mayGo waits until a delivery may be sent, and reports whether ctx let it.
func mayGo(ctx context.Context, d alert.Delivery) bool {
	if d.Wait <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d.Wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
