package discordtest

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"
)

// Kinds of Fault.
const (
	LimitUser   = "user"      // 429 of the bucket: headers and JSON
	LimitShared = "shared"    // 429 of a limit others share: not held against us
	LimitGlobal = "global"    // 429 over all routes: no bucket headers
	EdgeHTML    = "edge-html" // the answer of a proxy before Discord: HTML, whatever the status
)

// Fault is bad luck for requests of a route. The zero Fault does nothing, once.
type Fault struct {
	// Status is the answer instead of the real one; 429 when only a Kind is given.
	Status int
	// Code is Discord's error code beside Status.
	Code int
	// Kind says which 429 it is, or EdgeHTML for a page of a proxy.
	Kind string
	// RetryAfter is what a 429 (or a 503) asks for; default 1 s for a 429.
	RetryAfter time.Duration
	// OmitRetryAfter leaves it out, as broken proxies do.
	OmitRetryAfter bool
	// Delay is waited before the request is looked at, or, with Processed or
	// DropAfterProcessing, after it took effect.
	Delay time.Duration
	// Processed lets the request take effect before the fault answers.
	Processed bool
	// DropAfterProcessing lets it take effect and cuts the connection without an answer.
	DropAfterProcessing bool
	// DropBefore cuts the connection and nothing takes effect.
	DropBefore bool
	// CutBody answers rightly, but breaks off in the middle of the body.
	CutBody bool
	// Times is how many requests are hit; 0 is one, less than 0 all until Disarm.
	Times int
}

// Armed is a Fault that waits for its requests.
type Armed struct {
	server  *Server
	pattern string
	fault   Fault
	left    int // below 0: for ever
	hits    int
}

// Fail arms a fault for requests that match a pattern: a method and a path without
// /api/vN, each segment of which may be *, as in "POST /channels/*/messages"; a method
// of * is any, and a last segment of ** is any rest. The oldest armed fault that
// matches goes first.
func (s *Server) Fail(pattern string, f Fault) *Armed {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Kind != "" && f.Status == 0 {
		f.Status = 429
	}
	if f.Status == 429 && f.RetryAfter == 0 {
		f.RetryAfter = time.Second
	}
	a := &Armed{server: s, pattern: pattern, fault: f, left: f.Times}
	if f.Times == 0 {
		a.left = 1
	}
	s.armed = append(s.armed, a)
	return a
}

// Hits is how many requests met the fault so far.
func (a *Armed) Hits() int {
	a.server.mu.Lock()
	defer a.server.mu.Unlock()
	return a.hits
}

// Disarm ends a fault.
func (a *Armed) Disarm() {
	a.server.mu.Lock()
	defer a.server.mu.Unlock()
	a.left = 0
}

func (s *Server) takeFault(method, path string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.armed {
		if a.left == 0 || !matches(a.pattern, method, path) {
			continue
		}
		a.hits++
		if a.left > 0 {
			a.left--
		}
		f := a.fault
		if st := f.status(); f.refuses() && (st == 401 || st == 403 || st == 429 && f.Kind != LimitShared) {
			s.invalid++
		}
		return &f
	}
	return nil
}

func matches(pattern, method, path string) bool {
	m, p, found := strings.Cut(pattern, " ")
	if !found || m != "*" && m != method {
		return false
	}
	want, got := strings.Split(p, "/"), strings.Split(path, "/")
	for i, w := range want {
		if w == "**" && i == len(want)-1 {
			return true
		}
		if i >= len(got) || w != "*" && w != got[i] {
			return false
		}
	}
	return len(want) == len(got)
}

// refuses says whether the fault answers in Discord's place.
func (f *Fault) refuses() bool { return f.Status != 0 || f.DropBefore || f.DropAfterProcessing }

// status is what the log shows; 0 when there is no answer.
func (f *Fault) status() int {
	if f.DropBefore || f.DropAfterProcessing {
		return 0
	}
	return f.Status
}

// wait is false when the client went away.
func (f *Fault) wait(ctx context.Context) bool {
	if f.Delay <= 0 {
		return true
	}
	t := time.NewTimer(f.Delay)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (f *Fault) answer(w http.ResponseWriter, now time.Time) {
	if f.DropBefore || f.DropAfterProcessing || f.Status == 0 {
		drop(w)
		return
	}
	h := w.Header()
	for _, k := range []string{"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Reset-After", "X-RateLimit-Bucket"} {
		h.Del(k)
	}
	h.Set("Date", now.UTC().Format(http.TimeFormat))
	if f.Kind == EdgeHTML {
		f.answerHTML(w)
		return
	}
	no := refuse(f.Status, f.Code, http.StatusText(f.Status))
	body := answer{f.Status, no.json()}
	if f.Status == 429 {
		body.body = f.limit(h, now)
	}
	if f.OmitRetryAfter {
		h.Del("Retry-After")
	}
	writeAnswer(w, body, f.CutBody)
}

// limit writes the headers of the 429 of its kind.
func (f *Fault) limit(h http.Header, now time.Time) string {
	scope := f.Kind
	if scope == "" {
		scope = LimitUser
	}
	if scope != LimitGlobal {
		b := bucket{used: 5, reset: now.Add(f.RetryAfter)}
		rate := Rate{5, f.RetryAfter}
		if scope == LimitShared {
			b.used = 1
		}
		b.headers(h, rate, now, "fault")
		if f.OmitRetryAfter {
			h.Del("X-RateLimit-Reset")
			h.Del("X-RateLimit-Reset-After")
		}
	}
	limited(h, scope, f.RetryAfter)
	return limitedBody(scope, f.RetryAfter)
}

func (f *Fault) answerHTML(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=UTF-8")
	h.Set("Server", "cloudflare")
	if f.RetryAfter > 0 && !f.OmitRetryAfter {
		h.Set("Retry-After", itoa(int((f.RetryAfter+time.Second-1)/time.Second)))
	}
	w.WriteHeader(f.Status)
	_, _ = io.WriteString(w, "<!DOCTYPE html>\n<html><head><title>Access denied</title></head>\n<body><h1>Error</h1><p>You are being rate limited.</p></body></html>\n")
}

// drop cuts the connection without an answer.
func drop(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return // HTTP/2: not served here
	}
	_ = conn.Close() // cutting is all that is wanted
}
