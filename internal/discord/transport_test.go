package discord_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"erratum/internal/discord"
)

// canned answers every request alike and counts them.
type canned struct {
	status  int
	headers map[string]string
	body    string
	asked   int
	agent   string
}

func (c *canned) RoundTrip(r *http.Request) (*http.Response, error) {
	c.asked++
	c.agent = r.Header.Get("User-Agent")
	resp := &http.Response{StatusCode: c.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(c.body)), Request: r}
	for k, v := range c.headers {
		resp.Header.Set(k, v)
	}
	return resp, nil
}

func get(t *testing.T, rt http.RoundTripper, path string) (http.Header, string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://discord.com/api/v9"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := rt.RoundTrip(req)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.Header, string(body), err
}

func TestRateLimitsAreRepaired(t *testing.T) {
	for _, c := range []struct {
		name                     string
		canned                   canned
		resetAfter, global, left string
		retryAfter               float64
	}{
		{"user", canned{headers: map[string]string{"Retry-After": "2", "X-RateLimit-Reset-After": "1.5", "X-RateLimit-Remaining": "0", "X-RateLimit-Scope": "user"},
			body: `{"message":"slow","retry_after":1.5,"global":false}`}, "2.000", "", "0", 2},
		{"shared", canned{headers: map[string]string{"Retry-After": "3", "X-RateLimit-Remaining": "4", "X-RateLimit-Scope": "shared"},
			body: `{"message":"busy","retry_after":3,"global":false}`}, "3.000", "", "0", 3},
		{"global", canned{headers: map[string]string{"Retry-After": "5", "X-RateLimit-Global": "true"},
			body: `{"message":"all","retry_after":4.25,"global":true}`}, "5.000", "true", "", 5},
		{"global told by the body alone", canned{body: `{"message":"all","retry_after":0.25,"global":true}`}, "0.250", "true", "", 0.25},
		{"edge, HTML", canned{headers: map[string]string{"Retry-After": "7", "Content-Type": "text/html"},
			body: "<html><title>1015</title></html>"}, "7.000", "true", "", 7},
		{"edge, no time", canned{body: "error code: 1015"}, "60.000", "true", "", 60},
		{"a date instead of seconds", canned{headers: map[string]string{"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, body: ""}, "60.000", "true", "", 60},
		{"longer than sense", canned{headers: map[string]string{"Retry-After": "1e300"}, body: `{"retry_after":1e300}`}, "3600.000", "", "0", 3600},
	} {
		c.canned.status = http.StatusTooManyRequests
		header, body, err := get(t, discord.NewTransport(&c.canned), "/channels/1/messages")
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		var said struct {
			RetryAfter float64 `json:"retry_after"`
		}
		if err := json.Unmarshal([]byte(body), &said); err != nil || said.RetryAfter != c.retryAfter {
			t.Errorf("%s: body %s, want retry_after %v", c.name, body, c.retryAfter)
		}
		for name, want := range map[string]string{"X-RateLimit-Reset-After": c.resetAfter, "X-RateLimit-Global": c.global, "X-RateLimit-Remaining": c.left} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", c.name, name, got, want)
			}
		}
	}
}

// TestUnreadableLimitsDoNoHarm: the library turns a limit that it can't read into an
// error, although the message was posted.
func TestUnreadableLimitsDoNoHarm(t *testing.T) {
	base := &canned{status: 200, body: "{}", headers: map[string]string{
		"X-RateLimit-Reset-After": "soon", "X-RateLimit-Remaining": "many", "X-RateLimit-Reset": "1"}}
	header, _, err := get(t, discord.NewTransport(base), "/channels/1/messages")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"X-RateLimit-Reset-After", "X-RateLimit-Remaining", "X-RateLimit-Reset"} {
		if v := header.Get(name); v != "" {
			t.Errorf("%s: %q is left", name, v)
		}
	}
	if !strings.HasPrefix(base.agent, "DiscordBot (") {
		t.Errorf("User-Agent %q: Discord refuses it", base.agent)
	}
}

func TestRefusedTokenStopsAll(t *testing.T) {
	base := &canned{status: http.StatusUnauthorized, body: `{"message":"401: Unauthorized","code":0}`}
	rt := discord.NewTransport(base)
	for range 3 {
		_, _, _ = get(t, rt, "/users/@me")
	}
	if base.asked != 1 {
		t.Errorf("%d requests with a refused token, want 1", base.asked)
	}
	// The token of an interaction that has run out is not the bot's.
	base = &canned{status: http.StatusUnauthorized, body: `{"message":"Invalid Webhook Token","code":50027}`}
	rt = discord.NewTransport(base)
	for range 3 {
		_, _, _ = get(t, rt, "/webhooks/1/token/messages/@original")
	}
	if base.asked != 3 {
		t.Errorf("%d requests after an interaction ran out, want 3", base.asked)
	}
}

func TestInvalidRequestsAreCounted(t *testing.T) {
	base := &canned{status: http.StatusForbidden, body: `{"message":"Missing Access","code":50001}`}
	rt := discord.NewTransport(base)
	for range 9000 {
		_, _, _ = get(t, rt, "/channels/1")
	}
	if base.asked != 8000 {
		t.Errorf("%d invalid requests within 10 minutes; Discord bans at 10,000", base.asked)
	}
	shared := &canned{status: http.StatusTooManyRequests, headers: map[string]string{"X-RateLimit-Scope": "shared"}, body: `{"retry_after":1}`}
	rt = discord.NewTransport(shared)
	for range 9000 {
		_, _, _ = get(t, rt, "/channels/1")
	}
	if shared.asked != 9000 {
		t.Errorf("shared limits are counted: %d of 9000 went out", shared.asked)
	}
}
