package discord

import (
	"math"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/alert"
)

// spacing is how far apart alerts are sent, over all programs with the bot's token: 40 a
// second of the 50 requests that Discord takes, which leaves some for all else.
const spacing = 25 * time.Millisecond

// Spacing implements deliver.Paced.
func (s *Sink) Spacing() time.Duration { return spacing }

// Barred implements deliver.Paced. What stands before Discord refuses addresses, and so
// does Discord in the end: from another one alerts may go out.
func (s *Sink) Barred() time.Duration { return s.rest.transport.barred() }

// Pace implements deliver.Paced. What a thread takes is left to its own next alert.
func (s *Sink) Pace(d alert.Delivery) alert.Pace {
	channel := d.Destination.Channel
	return alert.Pace{
		Rest: max(s.rest.rests(discordgo.EndpointChannelMessages(channel)), s.rest.rests(discordgo.EndpointChannelMessage(channel, ""))),
		Stop: s.rest.transport.stopped(),
		More: time.Duration(s.rest.spent.more()) * spacing,
	}
}

// rests is how long a bucket takes no request, whatever holds for all of them.
func (r *rest) rests(bucketID string) time.Duration {
	limiter := r.session.Ratelimiter
	bucket := limiter.GetBucket(bucketID)
	if !bucket.TryLock() {
		return 0 // it is in use, so it is not empty
	}
	defer bucket.Unlock()
	all := limiter.GetWaitTime(bucket, math.MinInt) // as if it were full
	if wait := limiter.GetWaitTime(bucket, 1); (wait - all).Abs() > time.Millisecond {
		return wait
	}
	return 0
}

// spent counts requests that Discord counts for the bot's token.
type spent struct {
	mu sync.Mutex
	n  int // since it was last told of, less one for each delivery
}

func (s *spent) add() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
}

// atOnce is how many deliveries may have been told of before the requests of others that
// were made meanwhile.
const atOnce = 8

// more is how many requests there were beside one for each delivery. It is asked once
// for each.
func (s *spent) more() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.n - 1
	s.n = max(min(n, 0), -atOnce)
	return max(n, 0)
}
