package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"erratum/internal/alert"
)

// lanesAhead bounds how long before it may be sent a delivery is handed out.
const lanesAhead = time.Second

// lanes are those of one claim, in milliseconds. Without a spacing there are none.
type lanes struct {
	now, hold, spacing int64
	began, next        int64 // when the next may be sent, of whatever channel
	token              string
}

// lanes begins a claim.
func (s *Store) lanes(ctx context.Context, t tx, now int64, d, spacing time.Duration, token string) (*lanes, error) {
	u := &lanes{now: now, hold: (d / 4).Milliseconds(), spacing: spacing.Milliseconds(), token: token}
	if !u.apply() {
		return u, nil
	}
	err := t.QueryRowContext(ctx, `SELECT until FROM lanes WHERE guild = '' AND channel = ''`).Scan(&u.next)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	u.next = max(u.next, now)
	u.began = u.next
	return u, nil
}

// apply reports whether there are lanes at all.
func (u *lanes) apply() bool { return u.spacing > 0 }

// full reports whether nothing more is handed out now.
func (u *lanes) full() bool {
	return u.apply() && u.next-u.now > min(lanesAhead.Milliseconds(), u.hold)
}

// give gives a delivery its channel's lane, and says when it may be sent.
func (u *lanes) give(ctx context.Context, t tx, d *alert.Delivery) error {
	if !u.apply() {
		return nil
	}
	d.Lane, d.Wait = u.token, time.Duration(u.next-u.now)*time.Millisecond
	u.next += u.spacing
	return setLane(ctx, t, d.Destination, u.now+u.hold, u.token)
}

// end remembers when the next may be sent.
func (u *lanes) end(ctx context.Context, t tx) error {
	if u.next == u.began {
		return nil // none was given
	}
	return setLane(ctx, t, alert.Destination{}, u.next, "")
}

// setLane says until when a channel waits, and whose lane it is; the zero destination is
// all channels.
func setLane(ctx context.Context, t tx, of alert.Destination, until int64, token string) error {
	return t.exec(ctx, `INSERT OR REPLACE INTO lanes (guild, channel, until, token) VALUES (?, ?, ?, ?)`, of.Guild, of.Channel, until, token)
}

// endLane gives a delivery's lane back and writes down what its attempt has taught. Where
// another has it by now, that one learns the same of the channel.
func endLane(ctx context.Context, t tx, d alert.Delivery, now int64) error {
	if d.Lane == "" {
		return nil
	}
	to, p := d.Destination, d.Pace
	if err := t.exec(ctx, `UPDATE lanes SET until = ?1, token = '' WHERE guild = ?2 AND channel = ?3 AND token = ?4`,
		now+p.Rest.Milliseconds(), to.Guild, to.Channel, d.Lane); err != nil {
		return err
	}
	if p.Stop <= 0 && p.More == 0 {
		return nil
	}
	return t.exec(ctx, `INSERT INTO lanes (guild, channel, until, token) VALUES ('', '', max(?1 + ?2, ?1 + ?3), '')
		ON CONFLICT DO UPDATE SET until = max(max(until, ?1) + ?2, ?1 + ?3)`, now, p.More.Milliseconds(), p.Stop.Milliseconds())
}
