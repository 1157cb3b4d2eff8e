package discordtest

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"
)

// rates are the buckets. Discord fills them anew a window after their first request.
type rates struct {
	channel, global Rate
	buckets         map[string]*bucket
	all             bucket
}

type bucket struct {
	used  int
	reset time.Time
}

func newRates(o Options) *rates {
	return &rates{channel: o.ChannelRate, global: o.GlobalRate, buckets: map[string]*bucket{}}
}

// limitOf is the size of a bucket. Only the one of sending is a habit known of Discord
// (5 in 5 s for a channel); the others are round numbers of the same order.
func (r *rates) limitOf(name string) Rate {
	switch name {
	case "send", "edit":
		return r.channel
	case "commands":
		return Rate{40, 20 * time.Second}
	case "webhook":
		return Rate{5, 2 * time.Second}
	}
	return Rate{50, 5 * time.Second}
}

// take counts a request, writes the headers and refuses it when a bucket is empty.
func (r *rates) take(c *call, h http.Header, now time.Time) *refusal {
	if c.route.bucket != "webhook" && !c.route.open && r.global.Limit > 0 {
		if wait := r.all.take(r.global, now); wait > 0 {
			limited(h, "global", wait)
			return refuse(429, 0, "You are being rate limited.")
		}
	}
	if c.route.bucket == "" || r.channel.Limit < 0 {
		return nil
	}
	rate := r.limitOf(c.route.bucket)
	key := c.route.bucket + "/" + c.arg["channel"] + c.arg["guild"] + c.arg["token"]
	b := r.buckets[key]
	if b == nil {
		b = &bucket{}
		r.buckets[key] = b
	}
	wait := b.take(rate, now)
	b.headers(h, rate, now, c.route.bucket)
	if wait > 0 {
		limited(h, "user", wait)
		return refuse(429, 0, "You are being rate limited.")
	}
	return nil
}

// take counts one; a wait says that there is none left.
func (b *bucket) take(rate Rate, now time.Time) time.Duration {
	if !now.Before(b.reset) {
		b.used, b.reset = 0, now.Add(rate.Window)
	}
	if b.used >= rate.Limit {
		return b.reset.Sub(now)
	}
	b.used++
	return 0
}

func (b *bucket) headers(h http.Header, rate Rate, now time.Time, name string) {
	h.Set("X-RateLimit-Limit", itoa(rate.Limit))
	h.Set("X-RateLimit-Remaining", itoa(rate.Limit-b.used))
	h.Set("X-RateLimit-Reset", fmt.Sprintf("%.3f", float64(b.reset.UnixMilli())/1000))
	h.Set("X-RateLimit-Reset-After", seconds(b.reset.Sub(now)))
	h.Set("X-RateLimit-Bucket", fmt.Sprintf("%x", name))
}

func seconds(d time.Duration) string {
	return strconv.FormatFloat(math.Ceil(d.Seconds()*1000)/1000, 'f', 3, 64)
}

// limited writes the headers of a 429 in one of its scopes, and the body to send
// beside them.
func limited(h http.Header, scope string, wait time.Duration) {
	h.Set("Retry-After", itoa(int(math.Ceil(wait.Seconds()))))
	h.Set("X-RateLimit-Scope", scope)
	if scope == "global" {
		h.Set("X-RateLimit-Global", "true")
	}
	h.Set("X-Stand-In-Body", limitedBody(scope, wait))
}

func limitedBody(scope string, wait time.Duration) string {
	after, _ := strconv.ParseFloat(seconds(wait), 64)
	data, err := json.Marshal(map[string]any{"message": "You are being rate limited.", "retry_after": after, "global": scope == "global"})
	if err != nil {
		return "{}"
	}
	return string(data)
}
