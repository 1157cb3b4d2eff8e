package discordtest_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/discordtest"
)

const messagesPath = "/channels/" + channelID + "/messages"

// clock is the server's clock in a test's hand.
type clock struct{ now atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.now.Store(time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) Now() time.Time      { return time.Unix(0, c.now.Load()) }
func (c *clock) Add(d time.Duration) { c.now.Add(int64(d)) }

func TestNonce(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := newServer(t, func(o *discordtest.Options) { o.Now = c.Now; o.Schema = schemaPath() })
	body := obj{"content": "one", "nonce": "n1", "enforce_nonce": true}
	_, first, _ := rest(t, s, "POST", messagesPath, body)
	_, again, _ := rest(t, s, "POST", messagesPath, body)
	if first["id"] == nil || first["id"] != again["id"] || first["nonce"] != "n1" {
		t.Errorf("ids %v and %v, nonce %v", first["id"], again["id"], first["nonce"])
	}
	_, got, _ := rest(t, s, "GET", messagesPath+"/"+first["id"].(string), nil)
	if _, told := got["nonce"]; told || got["content"] != "one" {
		t.Errorf("GET gives %v", got)
	}
	if _, other, _ := rest(t, s, "POST", messagesPath, obj{"content": "one", "nonce": "n1"}); other["id"] == first["id"] {
		t.Error("a nonce that is not enforced held a message back")
	}
	if m := s.Messages(channelID); len(m) != 2 || m[0].Repeats != 1 {
		t.Errorf("%d messages, %d repeats", len(m), m[0].Repeats)
	}
	c.Add(5 * time.Minute)
	if _, later, _ := rest(t, s, "POST", messagesPath, body); later["id"] == first["id"] {
		t.Error("the nonce is remembered for ever")
	}
	noViolations(t, s)
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	const view, send = discordtest.ViewChannel, discordtest.SendMessages
	s := newServer(t, nil)
	say := func(channel string) (int, int) {
		status, out, _ := rest(t, s, "POST", "/channels/"+channel+"/messages", obj{"content": "x"})
		return status, code(out)
	}
	for _, c := range []struct {
		name         string
		channel      string
		status, code int
	}{
		{"open channel", channelID, 200, 0}, {"read-only channel", quietID, 403, 50013},
		{"unknown channel", "499999999999999999", 404, 10003}, {"thread", threadID, 200, 0}, {"forum", forumID, 400, 50008},
	} {
		if status, code := say(c.channel); status != c.status || code != c.code {
			t.Errorf("%s: %d %d, want %d %d", c.name, status, code, c.status, c.code)
		}
	}
	s.SetPermissions(channelID, send)
	if status, code := say(channelID); status != 403 || code != 50001 {
		t.Errorf("unseen channel: %d %d", status, code)
	}
	if status, code := say(threadID); status != 403 || code != 50001 {
		t.Errorf("thread of an unseen channel: %d %d", status, code)
	}
	s.SetPermissions(channelID, view|discordtest.SendInThreads)
	if status, code := say(threadID); status != 200 || code != 0 {
		t.Errorf("thread with SEND_MESSAGES_IN_THREADS only: %d %d", status, code)
	}
	s.SetThread(threadID, true, true)
	if status, code := say(threadID); status != 400 || code != 50083 {
		t.Errorf("locked thread: %d %d", status, code)
	}
	if n := s.InvalidRequests(); n != 3 {
		t.Errorf("%d invalid requests, want 3", n)
	}
	s.DeleteChannel(otherID)
	if status, code := say(otherID); status != 404 || code != 10003 {
		t.Errorf("deleted channel: %d %d", status, code)
	}
	s.RemoveGuild(guildID)
	if status, code := say(channelID); status != 403 || code != 50001 {
		t.Errorf("after removal: %d %d", status, code)
	}
	noViolations(t, s)
}

func TestOverwrites(t *testing.T) {
	t.Parallel()
	const view, send = discordtest.ViewChannel, discordtest.SendMessages
	s := newServer(t, nil)
	for _, c := range []struct {
		name string
		over []discordtest.Overwrite
		want int64 // of view and send
	}{
		{"none", nil, view | send},
		{"everyone denied", []discordtest.Overwrite{{ID: guildID, Deny: send}}, view},
		{"member allowed over everyone", []discordtest.Overwrite{{ID: "100000000000000001", Member: true, Allow: send}, {ID: guildID, Deny: send}}, view | send},
		{"role of others", []discordtest.Overwrite{{ID: roleID, Deny: send}}, view | send},
		{"nothing without seeing", []discordtest.Overwrite{{ID: guildID, Deny: view}}, 0},
	} {
		s.SetOverwrites(channelID, c.over)
		if got := s.BotPermissions(channelID) & (view | send); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestEmbedsNeedLeave(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	s.SetPermissions(channelID, discordtest.ViewChannel|discordtest.SendMessages|discordtest.ReadMessageHistory)
	d := newSession(t, s)
	m, err := d.ChannelMessageSendComplex(channelID, &discordgo.MessageSend{Content: "x", Embeds: []*discordgo.MessageEmbed{{Title: "t"}}})
	if err != nil || len(m.Embeds) != 0 {
		t.Errorf("%d embeds, %v", len(m.Embeds), err)
	}
	if got := s.Messages(channelID)[0]; got.EmbedsDropped != 1 {
		t.Errorf("%d embeds dropped", got.EmbedsDropped)
	}
	_, err = d.ChannelFileSend(channelID, "a.txt", strings.NewReader("x"))
	if restCode(err) != 50013 {
		t.Errorf("a file without leave: %v", err)
	}
}

func TestPings(t *testing.T) {
	t.Parallel()
	const all = discordtest.DefaultPermissions | discordtest.MentionEveryone
	s := newServer(t, nil)
	for _, c := range []struct {
		name  string
		may   int64
		body  obj
		pings string
	}{
		{"held back", all, obj{"content": "@everyone <@200000000000000009>", "allowed_mentions": obj{"parse": list{}}}, ""},
		{"all by default", all, obj{"content": "@here <@200000000000000009> <@&500000000000000001>"}, "here role:500000000000000001 user:200000000000000009"},
		{"without leave", discordtest.DefaultPermissions, obj{"content": "@everyone <@&500000000000000001>"}, ""},
		{"only named", all, obj{"content": "@everyone <@!200000000000000009> <@1>", "allowed_mentions": obj{"users": list{"1"}}}, "user:1"},
		{"not from embeds", all, obj{"embeds": list{obj{"title": "@everyone"}}}, ""},
	} {
		s.SetPermissions(channelID, c.may)
		_, out, _ := rest(t, s, "POST", messagesPath, c.body)
		got := s.Messages(channelID)
		if m := got[len(got)-1]; out["id"] != m.ID || strings.Join(m.Pings, " ") != c.pings {
			t.Errorf("%s: %v, want %s", c.name, m.Pings, c.pings)
		}
	}
	s.SetPermissions(otherID, all)
	_, out, _ := rest(t, s, "POST", "/channels/"+otherID+"/messages", obj{"content": "quiet", "allowed_mentions": obj{"parse": list{}}})
	rest(t, s, "PATCH", "/channels/"+otherID+"/messages/"+out["id"].(string), obj{"content": "@everyone"})
	if m := s.Messages(otherID)[0]; strings.Join(m.Pings, " ") != "everyone" || m.History[0].Content != "quiet" {
		t.Errorf("an edit without allowed_mentions: %+v", m)
	}
}

func TestReading(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *discordtest.Options) { o.ChannelRate.Limit = -1 })
	d := newSession(t, s)
	for _, c := range "abcde" {
		if _, err := d.ChannelMessageSend(channelID, string(c)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Say(channelID, ownerID, "by a person"); err != nil {
		t.Fatal(err)
	}
	read := func(limit int, before, after string) string {
		ms, err := d.ChannelMessages(channelID, limit, before, after, "")
		if err != nil {
			t.Fatal(err)
		}
		out := ""
		for _, m := range ms {
			out += m.Content + "."
		}
		return out
	}
	all := s.Messages(channelID)
	for _, c := range []struct{ got, want string }{
		{read(3, "", ""), ".e.d."}, {read(2, all[2].ID, ""), "b.a."}, {read(2, "", all[1].ID), "d.c."},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
	if err := d.ChannelMessageDelete(channelID, all[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.ChannelMessage(channelID, all[0].ID); restCode(err) != 10008 {
		t.Errorf("a deleted message: %v", err)
	}
	if m := s.Messages(channelID); len(m) != 6 || !m[0].Deleted {
		t.Errorf("%d messages", len(m))
	}
	if _, err := d.ChannelMessageEdit(channelID, all[5].ID, "x"); restCode(err) != 50005 {
		t.Errorf("editing another's: %v", err)
	}
	s.SetPermissions(channelID, discordtest.ViewChannel)
	if got := read(5, "", ""); got != "" {
		t.Errorf("without READ_MESSAGE_HISTORY: %s", got)
	}
}

func TestBuckets(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := newServer(t, func(o *discordtest.Options) { o.Now = c.Now; o.GlobalRate.Limit = 9 })
	var h http.Header
	var status int
	for i := range 5 {
		if status, _, h = rest(t, s, "POST", messagesPath, obj{"content": "x"}); status != 200 {
			t.Fatalf("send %d: %d", i, status)
		}
	}
	if h.Get("X-RateLimit-Remaining") != "0" || h.Get("X-RateLimit-Limit") != "5" || h.Get("X-RateLimit-Reset-After") != "5.000" {
		t.Errorf("headers %v", h)
	}
	status, out, h := rest(t, s, "POST", messagesPath, obj{"content": "x"})
	if status != 429 || out["retry_after"] != 5.0 || out["global"] != false || h.Get("Retry-After") != "5" || h.Get("X-RateLimit-Scope") != "user" {
		t.Errorf("sixth: %d %v %v", status, out, h)
	}
	if status, _, _ := rest(t, s, "POST", "/channels/"+otherID+"/messages", obj{"content": "x"}); status != 200 {
		t.Errorf("another channel: %d", status)
	}
	for range 2 {
		rest(t, s, "GET", "/users/@me", nil)
	}
	status, out, h = rest(t, s, "GET", "/users/@me", nil)
	if status != 429 || out["global"] != true || h.Get("X-RateLimit-Global") != "true" || h.Get("X-RateLimit-Limit") != "" {
		t.Errorf("global: %d %v %v", status, out, h)
	}
	c.Add(5 * time.Second)
	if status, _, _ := rest(t, s, "POST", messagesPath, obj{"content": "x"}); status != 200 {
		t.Errorf("after the window: %d", status)
	}
	if n := s.InvalidRequests(); n != 2 {
		t.Errorf("%d invalid requests, want 2", n)
	}
}

func TestFourKindsOf429(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	d := newSession(t, s)
	for _, c := range []struct {
		kind    string
		invalid int
		scope   string
		global  bool
	}{
		{discordtest.LimitUser, 1, "user", false}, {discordtest.LimitShared, 0, "shared", false}, {discordtest.LimitGlobal, 1, "global", true},
	} {
		before := s.InvalidRequests()
		armed := s.Fail("POST /channels/*/messages", discordtest.Fault{Kind: c.kind, RetryAfter: 1500 * time.Millisecond})
		status, out, h := rest(t, s, "POST", messagesPath, obj{"content": "x"})
		if status != 429 || out["retry_after"] != 1.5 || out["global"] != c.global || h.Get("X-RateLimit-Scope") != c.scope || h.Get("Retry-After") != "2" {
			t.Errorf("%s: %d %v %v", c.kind, status, out, h)
		}
		if c.global != (h.Get("X-RateLimit-Bucket") == "") || (c.kind == discordtest.LimitShared) != (h.Get("X-RateLimit-Remaining") == "4") {
			t.Errorf("%s: %v", c.kind, h)
		}
		if got := s.InvalidRequests() - before; got != c.invalid || armed.Hits() != 1 {
			t.Errorf("%s: %d invalid, %d hits", c.kind, got, armed.Hits())
		}
	}
	s.Fail("POST /channels/*/messages", discordtest.Fault{Kind: discordtest.EdgeHTML})
	if _, err := d.ChannelMessageSend(channelID, "x"); err == nil || strings.Contains(err.Error(), "rate limit exceeded") {
		t.Errorf("HTML: %v: the trap of the library that is to be repaired has gone", err)
	}
	s.Fail("POST /channels/*/messages", discordtest.Fault{Kind: discordtest.LimitUser, RetryAfter: time.Second})
	var limited *discordgo.RateLimitError
	if _, err := d.ChannelMessageSend(channelID, "x"); !errors.As(err, &limited) {
		t.Errorf("got %v", err)
	}
	if n := len(s.Messages(channelID)); n != 0 {
		t.Errorf("%d messages got through", n)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *discordtest.Options) { o.ChannelRate.Limit = -1 })
	send := func() (int, error) {
		req, err := http.NewRequestWithContext(t.Context(), "POST", "https://discord.com/api/v9"+messagesPath, bytes.NewReader([]byte(`{"content":"x"}`)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = http.Header{"Authorization": {"Bot secret"}, "User-Agent": {"DiscordBot (x, 1)"}, "Content-Type": {"application/json"}}
		resp, err := (&http.Client{Transport: s.Transport(), Timeout: 2 * time.Second}).Do(req)
		if err != nil {
			return 0, err
		}
		defer resp.Body.Close()
		_, err = io.ReadAll(resp.Body)
		return resp.StatusCode, err
	}
	for _, c := range []struct {
		name   string
		fault  discordtest.Fault
		status int
		err    bool
		sent   int
	}{
		{"before", discordtest.Fault{DropBefore: true}, 0, true, 0},
		{"after", discordtest.Fault{DropAfterProcessing: true}, 0, true, 1},
		{"500", discordtest.Fault{Status: 500}, 500, false, 0},
		{"502 after accept", discordtest.Fault{Status: 502, Processed: true}, 502, false, 1},
		{"502 by a proxy", discordtest.Fault{Status: 502, Kind: discordtest.EdgeHTML}, 502, false, 0},
		{"cut", discordtest.Fault{CutBody: true}, 200, true, 1},
		{"slow", discordtest.Fault{Delay: 10 * time.Millisecond}, 200, false, 1},
		{"slow after accept", discordtest.Fault{Delay: 10 * time.Millisecond, Processed: true}, 200, false, 1},
		{"none", discordtest.Fault{}, 200, false, 1},
	} {
		before := len(s.Messages(channelID))
		armed := s.Fail("POST /channels/*/messages", c.fault)
		status, err := send()
		if status != c.status || (err != nil) != c.err || len(s.Messages(channelID))-before != c.sent || armed.Hits() != 1 {
			t.Errorf("%s: %d %v, %d sent, %d hits", c.name, status, err, len(s.Messages(channelID))-before, armed.Hits())
		}
	}
	twice := s.Fail("* /channels/**", discordtest.Fault{Status: 503, Times: 2})
	for _, want := range []int{503, 503, 200} {
		if status, _ := send(); status != want {
			t.Errorf("got %d, want %d", status, want)
		}
	}
	always := s.Fail("POST /channels/"+channelID+"/messages", discordtest.Fault{Status: 401, Times: -1})
	if status, _ := send(); status != 401 || twice.Hits() != 2 {
		t.Errorf("got %d", status)
	}
	always.Disarm()
	if status, _ := send(); status != 200 || s.InvalidRequests() != 1 {
		t.Errorf("got %d, %d invalid", status, s.InvalidRequests())
	}
	if n, all := s.Count("POST /channels/*/messages"), len(s.Requests()); n != all || n != 14 {
		t.Errorf("%d of %d requests logged", n, all)
	}
}

func TestWhoAsks(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	for _, c := range []struct {
		name, token, agent, path string
		status, code             int
	}{
		{"right", "Bot secret", "DiscordBot (x, 1)", "/api/v10/users/@me", 200, 0},
		{"wrong token", "Bot other", "DiscordBot (x, 1)", "/api/v10/users/@me", 401, 0},
		{"no token", "", "DiscordBot (x, 1)", "/api/v10/users/@me", 401, 0},
		{"no agent", "Bot secret", "", "/api/v10/users/@me", 403, 40333},
		{"no route", "Bot secret", "DiscordBot (x, 1)", "/api/v10/users/@you/x/y", 404, 0},
		{"old version", "Bot secret", "DiscordBot (x, 1)", "/api/v6/users/@me", 404, 0},
		{"another application", "Bot secret", "DiscordBot (x, 1)", "/api/v9/applications/7/commands", 403, 20012},
		{"unknown guild", "Bot secret", "DiscordBot (x, 1)", "/api/v9/guilds/7", 404, 10004},
	} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", "https://discord.com"+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", c.token)
		req.Header.Set("User-Agent", c.agent)
		resp, err := (&http.Client{Transport: s.Transport()}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		data, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != c.status || c.code != 0 && !strings.Contains(string(data), `"code":`+strconv.Itoa(c.code)) {
			t.Errorf("%s: %d %s", c.name, resp.StatusCode, data)
		}
		if strings.Contains(string(data), "secret") {
			t.Errorf("%s: the token is told: %s", c.name, data)
		}
	}
	if n := s.InvalidRequests(); n != 4 {
		t.Errorf("%d invalid requests, want 4", n)
	}
}
