package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
)

// rest is Discord's REST interface through the library's buckets. It outlives every
// gateway session. It is safe for concurrent use.
type rest struct {
	session   *discordgo.Session // never opened
	transport *transport
	spent     spent
	// replies has the buckets of what answers interactions: no limit over all routes is
	// theirs.
	replies *discordgo.RateLimiter

	mu   sync.Mutex
	self string // our user ID, once it is known
}

func newRest(token string, t *transport) (*rest, error) {
	s, err := newSession(token, t)
	if err != nil {
		return nil, err
	}
	return &rest{session: s, transport: t, replies: discordgo.NewRatelimiter()}, nil
}

// newSession makes a session as we use them: no state, no intents but guilds, no
// repetition that we did not ask for.
func newSession(token string, t *transport) (*discordgo.Session, error) {
	s, err := discordgo.New("Bot " + token)
	if err != nil {
		return nil, fmt.Errorf("make a session: %w", err)
	}
	s.Identify.Intents = discordgo.IntentsGuilds
	s.StateEnabled = false
	s.Compress = false
	s.SyncEvents = true
	s.ShouldReconnectOnError = false
	s.ShouldReconnectVoiceOnSessionError = false
	s.ShouldRetryOnRateLimit = false
	s.MaxRestRetries = 0
	s.LogLevel = -1 // it would write to standard error; what matters reaches us as errors
	s.UserAgent = t.agent
	s.Client = &http.Client{
		Transport:     t,
		Timeout:       20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s, nil
}

// failure is a request that did not succeed.
type failure struct {
	Status     int           // HTTP; 0: no answer came
	Code       int           // Discord's; 0: none
	Text       string        // Discord's words
	RetryAfter time.Duration // as Discord asked
	Err        error
}

// Error implements error. It names no address: those of interactions hold tokens.
func (f *failure) Error() string {
	switch {
	case f.RetryAfter > 0:
		return fmt.Sprintf("rate limited for %v", f.RetryAfter)
	case f.Status != 0:
		return fmt.Sprintf("HTTP %d, code %d: %s", f.Status, f.Code, f.Text)
	default:
		return f.Err.Error()
	}
}

// Unwrap returns the cause.
func (f *failure) Unwrap() error { return f.Err }

// do makes one request, no more, once its bucket lets it. body is JSON; with files
// it travels as payload_json. Errors are *failure.
func (r *rest) do(ctx context.Context, method, address, bucketID string, body any, files []*discordgo.File) ([]byte, error) {
	r.spent.add()
	return r.within(ctx, r.session.Ratelimiter, method, address, bucketID, body, files)
}

// reply is do for what answers an interaction: Discord does not count it among the
// requests of the bot's token, and it waits for none of their limits.
func (r *rest) reply(ctx context.Context, method, address, bucketID string, body any, files []*discordgo.File) ([]byte, error) {
	return r.within(ctx, r.replies, method, address, bucketID, body, files)
}

func (r *rest) within(ctx context.Context, limiter *discordgo.RateLimiter, method, address, bucketID string, body any, files []*discordgo.File) ([]byte, error) {
	contentType, payload, err := encode(body, files)
	if err != nil {
		return nil, &failure{Err: fmt.Errorf("write a request: %w", err)}
	}
	bucket, err := lock(ctx, limiter, bucketID)
	if err != nil {
		return nil, err
	}
	// RequestWithLockedBucket unlocks the bucket.
	answer, err := r.session.RequestWithLockedBucket(method, address, contentType, payload, bucket, 0,
		discordgo.WithContext(ctx), discordgo.WithRestRetries(0), discordgo.WithRetryOnRatelimit(false))
	if err != nil {
		return nil, classify(err)
	}
	return answer, nil
}

func encode(body any, files []*discordgo.File) (contentType string, payload []byte, err error) {
	if len(files) > 0 {
		return discordgo.MultipartBodyWithJSON(body, files)
	}
	if body == nil {
		return "", nil, nil
	}
	payload, err = json.Marshal(body)
	return "application/json", payload, err
}

// lock takes a bucket as the library's LockBucket does, but gives up with ctx: the
// library sleeps through any deadline. A wait that can't end in time fails at once.
func lock(ctx context.Context, limiter *discordgo.RateLimiter, id string) (*discordgo.Bucket, error) {
	const poll = 5 * time.Millisecond // a bucket in use is free again after one request
	bucket := limiter.GetBucket(id)
	for {
		wait := poll
		if bucket.TryLock() {
			limit := limiter.GetWaitTime(bucket, 1)
			if limit <= 0 {
				bucket.Remaining--
				return bucket, nil
			}
			bucket.Unlock()
			if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < limit {
				return nil, &failure{RetryAfter: limit, Err: errors.New("no time left to wait for a rate limit")}
			}
			wait = limit
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, &failure{Err: ctx.Err()}
		case <-timer.C:
		}
	}
}

// classify reads the library's errors.
func classify(err error) *failure {
	var limited *discordgo.RateLimitError
	if errors.As(err, &limited) {
		return &failure{Status: http.StatusTooManyRequests, Text: limited.Message, RetryAfter: max(limited.RetryAfter, time.Millisecond), Err: errors.New("rate limited")}
	}
	var answered *discordgo.RESTError
	if errors.As(err, &answered) {
		f := &failure{Status: answered.Response.StatusCode, Err: errors.New("refused")}
		if answered.Message != nil {
			f.Code, f.Text = answered.Message.Code, PlainTo(answered.Message.Message, 200)
		}
		return f
	}
	// The address would tell an interaction's token.
	var located *url.Error
	if errors.As(err, &located) {
		err = located.Err
	}
	if strings.HasPrefix(err.Error(), "Exceeded Max retries HTTP 502") {
		return &failure{Status: http.StatusBadGateway, Text: "bad gateway", Err: errors.New("refused")}
	}
	return &failure{Err: err}
}

// user is the bot's own user ID.
func (r *rest) user(ctx context.Context) (string, error) {
	r.mu.Lock()
	self := r.self
	r.mu.Unlock()
	if self != "" {
		return self, nil
	}
	raw, err := r.do(ctx, http.MethodGet, discordgo.EndpointUser("@me"), discordgo.EndpointUsers, nil, nil)
	if err != nil {
		return "", err
	}
	var me struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(raw, &me); err != nil || !isID(me.ID) {
		return "", &failure{Err: errors.New("Discord did not say who we are")} //nolint:staticcheck // a name
	}
	r.mu.Lock()
	r.self = me.ID
	r.mu.Unlock()
	return me.ID, nil
}
