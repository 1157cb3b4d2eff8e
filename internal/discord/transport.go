package discord

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// errToken says that Discord refuses the bot's token. Nothing is sent after it.
var errToken = errors.New("Discord refuses the bot's token") //nolint:staticcheck // a name

// errInvalid says that too many requests were refused: Discord bans an address that
// makes 10,000 within 10 minutes.
var errInvalid = errors.New("too many requests were refused; waiting before Discord bans this address")

const (
	maxInvalid    = 8000 // within invalidWindow; Discord's limit is 10,000
	invalidWindow = 10 * time.Minute
	edgeWait      = time.Minute // after a refusal of Discord's edge that names no time
	maxRetryAfter = time.Hour
)

// transport is the one way to Discord's REST interface. It repairs what the library
// would read wrongly (429 of Discord's edge in HTML, global and shared limits), and
// it counts and stops what would get the bot banned.
type transport struct {
	base  http.RoundTripper
	agent string

	mu      sync.Mutex
	minutes [10]int   // invalid requests, by minute
	minute  int64     // the newest of them
	edge    time.Time // until when this address is refused
	all     time.Time // until when requests with the bot's token are
	refused chan struct{}
	once    sync.Once
}

func newTransport(base http.RoundTripper, agent string) *transport {
	if base == nil {
		base = &http.Transport{
			Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true,
			MaxIdleConnsPerHost: 8, IdleConnTimeout: 90 * time.Second,
			TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 15 * time.Second,
		}
	}
	return &transport{base: base, agent: agent, refused: make(chan struct{})}
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.mayGo(); err != nil {
		if req.Body != nil {
			_ = req.Body.Close() // a transport closes it, whatever happens
		}
		return nil, err
	}
	req = req.Clone(req.Context())
	req.Header.Set("User-Agent", t.agent)
	resp, err := t.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	resp.Body = limitBody(resp.Body)
	repairHeaders(resp.Header)
	switch resp.StatusCode {
	case http.StatusUnauthorized:
		t.count()
		// With a token in the path it is that of an interaction which has run out.
		if !strings.Contains(req.URL.Path, "/webhooks/") && !strings.Contains(req.URL.Path, "/interactions/") {
			t.once.Do(func() { close(t.refused) })
		}
	case http.StatusForbidden:
		t.count()
	case http.StatusTooManyRequests:
		if resp.Header.Get("X-RateLimit-Scope") != "shared" {
			t.count()
		}
		said, err := repairLimit(resp)
		if err != nil {
			return nil, err
		}
		t.learn(said)
	}
	return resp, nil
}

// learn remembers a limit that is not of one route.
func (t *transport) learn(l limit) {
	t.mu.Lock()
	defer t.mu.Unlock()
	until := time.Now().Add(l.wait)
	switch {
	case l.edge && until.After(t.edge):
		t.edge = until
	case l.global && !l.edge && until.After(t.all):
		t.all = until
	}
}

// barred is how long nothing can be sent from this address; 0: it can.
func (t *transport) barred() time.Duration {
	refused := t.mayGo()
	t.mu.Lock()
	defer t.mu.Unlock()
	wait := max(time.Until(t.edge), 0)
	if refused != nil {
		wait = max(wait, time.Minute) // asked again then
	}
	return wait
}

// stopped is how long Discord takes nothing with the bot's token; 0: it does.
func (t *transport) stopped() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return max(time.Until(t.all), 0)
}

// mayGo refuses what Discord would count against us.
func (t *transport) mayGo() error {
	select {
	case <-t.refused:
		return errToken
	default:
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget()
	sum := 0
	for _, n := range t.minutes {
		sum += n
	}
	if sum >= maxInvalid {
		return errInvalid
	}
	return nil
}

func (t *transport) count() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget()
	t.minutes[t.minute%int64(len(t.minutes))]++
}

// forget drops the minutes that are over.
func (t *transport) forget() {
	now := time.Now().Unix() / 60
	if now-t.minute >= int64(len(t.minutes)) {
		t.minutes = [len(t.minutes)]int{}
		t.minute = now
	}
	for t.minute < now {
		t.minute++
		t.minutes[t.minute%int64(len(t.minutes))] = 0
	}
}

// limitBody reads no more of an answer than any honest one has.
func limitBody(body io.ReadCloser) io.ReadCloser {
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(body, maxBody), body}
}

// repairHeaders takes out rate limit headers that can't be read: for the library
// they would turn a message that was sent into an error.
func repairHeaders(h http.Header) {
	if v := h.Get("X-RateLimit-Reset-After"); v != "" {
		if _, ok := seconds(v); !ok {
			h.Del("X-RateLimit-Reset-After")
		}
	}
	if v := h.Get("X-RateLimit-Remaining"); v != "" {
		if _, err := strconv.ParseInt(v, 10, 32); err != nil {
			h.Del("X-RateLimit-Remaining")
		}
	}
	if v := h.Get("X-RateLimit-Reset"); v != "" {
		_, okReset := seconds(v)
		_, err := http.ParseTime(h.Get("Date"))
		if !okReset || err != nil {
			h.Del("X-RateLimit-Reset")
		}
	}
}

// limit is what a 429 says.
type limit struct {
	wait   time.Duration
	global bool // not of one route
	edge   bool // by what stands before Discord: it refuses the address, so every route
}

// repairLimit makes a 429 what the library expects: JSON with retry_after, and the
// same time in the header that its buckets read.
func repairLimit(resp *http.Response) (l limit, err error) {
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if closeErr := resp.Body.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		raw = nil // the status says enough
	}
	var said struct {
		Message    string   `json:"message"`
		RetryAfter *float64 `json:"retry_after"`
		Global     bool     `json:"global"`
	}
	l.edge = json.Unmarshal(raw, &said) != nil || said.RetryAfter == nil
	if !l.edge {
		l.wait = asDuration(*said.RetryAfter)
	}
	for _, name := range []string{"Retry-After", "X-RateLimit-Reset-After"} {
		if s, ok := seconds(resp.Header.Get(name)); ok {
			l.wait = max(l.wait, asDuration(s))
		}
	}
	l.global = said.Global || strings.EqualFold(resp.Header.Get("X-RateLimit-Global"), "true")
	if l.edge {
		l.global, l.wait = true, cmp.Or(l.wait, edgeWait)
		said.Message = "refused by Discord's edge"
	}
	after := strconv.FormatFloat(l.wait.Seconds(), 'f', 3, 64)
	resp.Header.Set("X-RateLimit-Reset-After", after)
	if l.global {
		resp.Header.Set("X-RateLimit-Global", "true")
	} else {
		resp.Header.Del("X-RateLimit-Global")
		resp.Header.Set("X-RateLimit-Remaining", "0")
	}
	body, err := json.Marshal(map[string]any{"message": said.Message, "retry_after": l.wait.Seconds(), "global": l.global})
	if err != nil {
		return l, err
	}
	resp.Header.Set("Content-Type", "application/json")
	resp.Header.Del("Content-Encoding")
	resp.ContentLength = int64(len(body))
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return l, nil
}

// seconds reads a header's number of seconds.
func seconds(s string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) && v >= 0
}

// asDuration rounds up: a moment too early is one more refusal.
func asDuration(s float64) time.Duration {
	if math.IsNaN(s) || s <= 0 {
		return 0
	}
	if s >= maxRetryAfter.Seconds() {
		return maxRetryAfter
	}
	return time.Duration(math.Ceil(s*1000)) * time.Millisecond
}
