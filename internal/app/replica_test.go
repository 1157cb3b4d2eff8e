package app_test

import (
	"strings"
	"testing"
	"time"

	"erratum/internal/discordtest"
)

// TestReplicas runs two bots on one Redis. One of them answers, both check and tell;
// when the one that answers is killed, the other does, within ten seconds, and what
// changes meanwhile is told once.
func TestReplicas(t *testing.T) {
	t.Parallel()
	c := newCity(t, 4, "")
	first := c.replica()
	eventually(t, "one bot answers", func() bool { return c.discord.Connected() > 0 })
	c.replica()
	c.change()
	eventually(t, "the first change is told", c.allTold)
	before := c.discord.Identifies()
	first.end()
	killed := time.Now()
	c.change()
	eventually(t, "the other bot has a session", func() bool { return c.discord.Identifies() > before && c.discord.Connected() > 0 })
	r, err := c.does("watch list")
	if err != nil || r.Message == nil || !strings.Contains(read(*r.Message), "4 watches") {
		t.Fatalf("watch list: %v, %+v", err, r)
	}
	t.Logf("another bot answered %v after the first was killed", time.Since(killed).Round(100*time.Millisecond))
	eventually(t, "the second change is told", c.allTold)
	alerts, problems := c.compare()
	if len(problems) > 0 || alerts != c.changes {
		t.Errorf("%d alerts of %d changes; %s", alerts, c.changes, strings.Join(problems, "\n"))
	}
	if n := c.discord.Identifies(); n != before+1 {
		t.Errorf("%d sessions were begun after %d", n, before)
	}
	for _, v := range c.discord.Violations() {
		t.Errorf("Discord would have refused: %s", v)
	}
}

// replica starts a bot that lives until the test ends.
func (c *city) replica() *process {
	c.t.Helper()
	p := c.launch("", 0)
	c.t.Cleanup(p.end)
	return p
}

// allTold reports whether the channel was told of what each page shows.
func (c *city) allTold() bool {
	told := c.told()
	for i, n := range c.shown {
		if len(told[i]) == 0 || told[i][len(told[i])-1].after != n {
			return false
		}
	}
	return true
}

// eventually waits for what other programs do in their own time.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// TestRedisAway: while Redis is away commands are answered with what is wrong, and
// when it is back checks go on by themselves: what changed meanwhile is told once.
func TestRedisAway(t *testing.T) {
	t.Parallel()
	c := newCity(t, 3, "")
	c.replica()
	eventually(t, "the bot answers", func() bool { return c.discord.Connected() > 0 })
	c.change()
	eventually(t, "a change is told", c.allTold)
	if err := c.redis.Kill(); err != nil {
		t.Fatal(err)
	}
	for command, options := range map[string][]discordtest.Option{"watch list": nil, "status": nil, "watch add": {option("url", c.urls[0])}} {
		r, err := c.does(command, options...)
		if err != nil || r.Message == nil {
			t.Fatalf("%s: %v, %+v", command, err, r)
		}
		if said := read(*r.Message); !strings.Contains(said, "can't be reached") {
			t.Errorf("%s: %q", command, said)
		}
	}
	c.change()
	if err := c.redis.Run(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "what changed meanwhile is told", c.allTold)
	if alerts, problems := c.compare(); alerts != c.changes || len(problems) > 0 {
		t.Errorf("%d alerts of %d changes; %s", alerts, c.changes, strings.Join(problems, "\n"))
	}
}
